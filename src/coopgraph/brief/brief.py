"""A brief made: what the entity is, its sections, its small network, its sources."""

from typing import Final

from coopgraph.brief.material import Material
from coopgraph.brief.model import Brief, Section, Tie
from coopgraph.brief.sections import SECTIONS
from coopgraph.errors import UnknownEntity, UsageError, known_language
from coopgraph.network import project
from coopgraph.network.labels import names_of
from coopgraph.queries import Entity, ask
from coopgraph.queries.parameters import entity as resolve
from coopgraph.search import AnyIndex
from coopgraph.store import AnyStore
from coopgraph.vocabulary import ID, VERSION

KINDS: Final = ("technology", "partner", "country", "ministry")
_TIES: Final = 10
_MINISTRIES: Final = """SELECT ?kind WHERE { <%s> coop:organisationKind ?kind }"""
_FUNDERS: Final = frozenset(f"{ID}organisation-kind/{kind}" for kind in ("ministry", "government"))


def make_brief(
    store: AnyStore, entity: str, *, lang: str = "en", index: AnyIndex | None = None
) -> Brief:
    """The brief of a technology, a partner, a country or a ministry (key, label, CURIE or IRI).

    Raises `UnknownEntity` with the nearest names, `AmbiguousEntity`, `UsageError` for an
    entity that briefs are not made of, or an unknown language.
    """
    known_language(lang)
    iri = resolve(entity, "any", index)
    named = names_of(store, [iri])[iri]
    if not store.labels([iri], lang):
        raise UnknownEntity(
            f"nothing is known of {entity!r}", remedy="find it with: coopgraph search"
        )
    kind = kind_of(store, iri)
    if kind is None:
        raise UsageError(
            "briefs are made of technologies, partners, countries and ministries",
            place=iri,
            remedy="name one of these",
        )
    on = Material(store, index, Entity(named.label(lang), iri), lang)
    sections = tuple(
        Section(name, on.say(f"heading-{name}"), tuple(statements(on, kind)))
        for name, statements in SECTIONS.items()
    )
    parts = (sections, _ties(on, kind), on.references())
    return Brief(on.entity, kind, lang, *parts, store.manifest.digest, VERSION, tuple(on.iris))


def kind_of(store: AnyStore, iri: str) -> str | None:
    """The one of `KINDS` that an entity is, None where no brief is made of it."""
    folder = iri.removeprefix(ID).partition("/")[0] if iri.startswith(ID) else ""
    if folder == "organisation":
        kinds = {row[0].value for row in store.select(_MINISTRIES % iri)}
        return "ministry" if kinds & _FUNDERS else "partner"
    return folder if folder in ("technology", "country") else None


def _ties(on: Material, kind: str) -> tuple[Tie, ...]:
    """The lines of the small network: planned partnerships, or the technologies of a ministry."""
    if kind == "ministry":
        rows = ask(on.store, "ministry-technology-budgets", lang=on.lang, index=on.index)
        mine = [row for row in rows if getattr(row["ministry"], "iri", "") == on.entity.iri]
        return tuple(Tie(str(on.entity), str(row["technology"]), False) for row in mine[:_TIES])
    network = project(on.store, "technology-partners", index=on.index)
    ties = []
    for edge in network.edges:
        technology, partner = network.nodes[edge.source], network.nodes[edge.target]
        if not edge.kind.iri.endswith("#plannedPartner"):
            continue
        home = partner.country.iri if partner.country else ""
        if on.entity.iri in (technology.iri, partner.iri, home):
            ends = (technology.label(on.lang), partner.label(on.lang))
            ties.append(Tie(*(ends if kind == "technology" else ends[::-1]), True))
    return tuple(ties[:_TIES] if kind != "country" else ties[: 2 * _TIES])
