"""Briefs: one page about a technology, a partner, a country or a ministry, for a meeting."""

from collections.abc import Mapping
from functools import partial
from typing import Final

from coopgraph.brief.material import Material
from coopgraph.brief.model import Brief, Section, Statement, renumbered
from coopgraph.brief.sections import ORDER, SECTIONS, summary
from coopgraph.brief.sheet import fitted
from coopgraph.errors import (
    UnknownEntity,
    UnknownParameter,
    UsageError,
    known_language,
    nearest,
)
from coopgraph.network.elements import names_of
from coopgraph.queries import Entity
from coopgraph.queries.parameters import AMONG, ANYONE
from coopgraph.queries.parameters import entity as resolve
from coopgraph.queries.question import SCOPE
from coopgraph.search import AnyIndex
from coopgraph.store import AnyStore
from coopgraph.vocabulary import ID, VERSION

KINDS: Final = ("technology", "partner", "country", "ministry")
_MINISTRIES: Final = """SELECT ?kind WHERE { <%s> coop:organisationKind ?kind }"""
_FUNDERS: Final = frozenset(f"{ID}organisation-kind/{kind}" for kind in ("ministry", "government"))
__all__ = ["Brief", "kind_of", "make_brief"]


def make_brief(
    store: AnyStore,
    entity: str,
    values: Mapping[str, str] | None = None,
    *,
    lang: str = "en",
    index: AnyIndex | None = None,
) -> Brief:
    """The brief of a technology, a partner, a country or a ministry (key, label, CURIE or IRI).
    `values` say whose plans it tells of, `jurisdiction` and `plan`, and whose practice, `among`.
    Raises `UnknownEntity` with the nearest names, `AmbiguousEntity`, `UnknownParameter`,
    `UsageError` for an entity that briefs are not made of, or an unknown language."""
    known_language(lang)
    for name in values or {}:
        if name not in (*SCOPE, AMONG):
            raise UnknownParameter(
                f"a brief has no parameter {name!r}", remedy=nearest(name, (*SCOPE, AMONG))
            )
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
    scope = dict(values or {})
    among = scope.pop(AMONG, "")
    is_any = bool(among) and resolve(among, "coop:PracticeScope", index) == ANYONE
    on = Material(store, index, Entity(named.label(lang), iri), lang, scope, is_any=is_any)
    told = {name: SECTIONS[name].statements(on, kind) for name in ORDER[kind]}
    box = tuple(summary(on, kind, told))
    sections = tuple(_section(on, name, told[name]) for name in ORDER[kind] if told[name])
    parts = (box, sections, on.references, store.manifest.digest, VERSION)
    whose = "" if on.whose == str(on.entity) else on.whose
    made = Brief(on.entity, kind, lang, *parts, on.as_of, tuple(on.iris), whose, on.notes)
    made = renumbered(made)
    return made if on.is_whole else renumbered(fitted(made, partial(on.say, "more")))


def _section(on: Material, name: str, told: list[Statement]) -> Section:
    """The statements of a section: those of one year together, in the order of years."""
    told = sorted(told, key=lambda each: each.group)
    return Section(name, on.say(f"heading-{name}"), tuple(told), on.heads.get(name, ()))


def kind_of(store: AnyStore, iri: str) -> str | None:
    """The one of `KINDS` that an entity is, None where no brief is made of it."""
    folder = iri.removeprefix(ID).partition("/")[0] if iri.startswith(ID) else ""
    if folder == "organisation":
        kinds = {row[0].value for row in store.select(_MINISTRIES % iri)}
        return "ministry" if kinds & _FUNDERS else "partner"
    return folder if folder in ("technology", "country") else None
