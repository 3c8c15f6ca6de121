"""Briefs: one page about a technology, a partner, a country or a ministry, for a meeting."""

from collections import Counter
from collections.abc import Iterable, Mapping
from math import ceil
from typing import Final

from coopgraph.brief.material import Material
from coopgraph.brief.model import Brief, Section, Tie
from coopgraph.brief.sections import SECTIONS
from coopgraph.errors import (
    UnknownEntity,
    UnknownParameter,
    UsageError,
    known_language,
    nearest,
)
from coopgraph.network.elements import names_of
from coopgraph.queries import Entity
from coopgraph.queries.parameters import entity as resolve
from coopgraph.queries.scope import SCOPE
from coopgraph.search import AnyIndex
from coopgraph.store import AnyStore
from coopgraph.vocabulary import ID, VERSION

KINDS: Final = ("technology", "partner", "country", "ministry")
_TIES: Final = 10
#: How many lines of statements and of the network a sheet has room for, beside the sources.
_SHEET: Final = 47
_LINE: Final = 110
#: How many rows a section tells of plans, and a list of what is of none, where there is no room
#: for all; the first that fits is taken.
_ROOMS: Final = ((8, 5), (6, 4), (4, 3), (2, 2), (1, 1))
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
    `values` say whose plans it tells of: `jurisdiction`, `plan`. Raises `UnknownEntity` with the
    nearest names, `AmbiguousEntity`, `UnknownParameter`, `UsageError` for an entity that briefs are
    not made of, or an unknown language."""
    known_language(lang)
    for name in values or {}:
        if name not in SCOPE:
            raise UnknownParameter(
                f"a brief has no parameter {name!r}", remedy=nearest(name, SCOPE)
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
    on = Material(store, index, Entity(named.label(lang), iri), lang, values)
    sections, ties = _sections(on, kind), _ties(on, kind)
    for rows in _ROOMS if on.own else ():
        if _lines(sections) + len(ties) + len(on.references()) / 2 <= _SHEET:
            break
        on = on.shortened(*rows)
        sections, ties = _sections(on, kind), _ties(on, kind)
    parts = (sections, ties, on.references(), store.manifest.digest, VERSION)
    return Brief(on.entity, kind, lang, *parts, tuple(on.iris), on.whose, on.notes)


def _sections(on: Material, kind: str) -> tuple[Section, ...]:
    return tuple(
        Section(name, on.say(f"heading-{name}"), tuple(section.statements(on, kind)))
        for name, section in SECTIONS.items()
    )


def _lines(sections: Iterable[Section]) -> int:
    """How many lines the sections take, their own headings apart."""
    from wcwidth import wcswidth

    lines = 0
    for section in sections:
        plans = section.by_plan()
        lines += len(plans) if len(plans) > 1 else 0
        lines += sum(ceil(wcswidth(told.text) / _LINE) for told in section.statements)
    return lines


def kind_of(store: AnyStore, iri: str) -> str | None:
    """The one of `KINDS` that an entity is, None where no brief is made of it."""
    folder = iri.removeprefix(ID).partition("/")[0] if iri.startswith(ID) else ""
    if folder == "organisation":
        kinds = {row[0].value for row in store.select(_MINISTRIES % iri)}
        return "ministry" if kinds & _FUNDERS else "partner"
    return folder if folder in ("technology", "country") else None


def _ties(on: Material, kind: str) -> tuple[Tie, ...]:
    """The lines of the small network: planned partnerships, or the technologies of a ministry; so
    many of each plan, or of all in a short brief."""
    if kind == "ministry":
        rows = on.answer("ministry-technology-budgets")
        mine = [row for row in rows if getattr(row["ministry"], "iri", "") == on.entity.iri]
        return tuple(Tie(str(on.entity), str(row["technology"]), False) for row in mine[:_TIES])
    found: dict[object, dict[Tie, None]] = {}
    for share in on.reading.planned:
        home = share.country.iri if share.country else ""
        if on.entity.iri in (share.group.iri, share.member.iri, home):
            ends = (share.group.label(on.lang), share.member.label(on.lang))
            tie = Tie(*(ends if kind == "technology" else ends[::-1]), True)
            found.setdefault(share.policy, {})[tie] = None
    if on.room:  # those of most plans
        named = Counter(tie for ties in found.values() for tie in ties)
        return tuple(tie for tie, _ in named.most_common(_TIES // 2))
    most = _TIES if kind != "country" else 2 * _TIES
    return tuple(dict.fromkeys(tie for ties in found.values() for tie in [*ties][:most]))
