"""What is known of one entity, by property, each statement with the places that say so.

All is bounded: an entity may have millions of references. What is left off is counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal, TypeAlias

from coopgraph.formats.ntriples import iri as term
from coopgraph.network.elements import key_of
from coopgraph.queries.answer import Cell, Entity, cell, shown
from coopgraph.search.base import ABOUT_OTHERS
from coopgraph.sparql.order import SortKey, sorted_rows
from coopgraph.store import AnyStore
from coopgraph.store.base import is_named
from coopgraph.tables.shorthand import EXACT
from coopgraph.vocabulary import expand, shrink

Direction: TypeAlias = Literal["out", "in"]
#: The graphs that say so, by value (a term of the engine).
Found: TypeAlias = dict[Any, list[str]]

#: Values shown of a property, by direction; and of the one property that was asked for, a page.
_SHOWN: Final = {"out": 20, "in": 12}
PAGE_ROWS: Final = 100
#: References counted; an entity may have millions.
COUNTED: Final = 100_000
#: So many values are put into order; more stand in the order of the store.
_ORDERED: Final = 1_000
_PLACES: Final = 3

_PATTERN: Final = {"out": "{about} {property} ?value", "in": "?value {property} {about}"}
_BY_LINK: Final = (
    "?link a coop:PartnerLink ; coop:technology {technology} ; coop:partner {other} ; "
    "coop:partnerRole ?role FILTER(?role %s <partner-role/excluded>)"
)
#: What plans say of technologies, through a claim of the plan: no triple of a technology says it,
#: so these stand among the facts of a technology, a partner and a stance by their pattern.
_THROUGH: Final = {
    expand("coop:intendedPartner"): _BY_LINK % "!=",
    expand("coop:excludedPartner"): _BY_LINK % "=",
    expand("coop:takesStance"): (
        "?priority a coop:Priority ; coop:technology {technology} ; coop:takesStance {other}"
    ),
}
_COUNTS_THROUGH: Final = (
    "SELECT ?property (COUNT(DISTINCT ?value) AS ?count) { %s } GROUP BY ?property"
)
_COUNTS: Final = (
    "SELECT ?property (COUNT(*) AS ?count) {{ {{ SELECT DISTINCT ?property ?value "
    "{{ {pattern} }} LIMIT {limit} }} }} GROUP BY ?property"
)
_VALUES: Final = "SELECT DISTINCT ?value {{ {pattern} }} LIMIT {limit} OFFSET {offset}"
_ABOUT_OTHERS: Final = (
    "SELECT DISTINCT ?value {{ {pattern} . ?value a ?about "
    f"FILTER(?about IN ({', '.join(sorted(ABOUT_OTHERS))})) }}}}"
)
_BY_TERM: Final = (SortKey("value", is_descending=False, kind="any"),)
_SAID_IN: Final = (
    "SELECT ?value ?graph {{ VALUES ?value {{ {values} }} GRAPH ?graph {{ {pattern} }} }}"
)
_GRAPHS: Final = """SELECT ?graph ?source ?url {
  VALUES ?graph { %s } OPTIONAL { ?graph dcterms:source ?source }
  OPTIONAL { ?graph dcterms:source/foaf:page ?url }
}"""
_OWN_PLACES: Final = """SELECT ?node ?place ?source {
  VALUES ?node { %s } ?node coop:evidence ?place . ?place oa:hasSource ?source
}"""
#: Claims that name the entity, and what else they name: in the graphs of sources, since records of
#: an import have no places of their own and may be millions.
_CLAIM_PLACES: Final = """SELECT DISTINCT ?node ?place ?source {
  VALUES ?graph { %s }
  GRAPH ?graph { ?claim ?any %s ; coop:evidence ?place ; ?other ?node } ?place oa:hasSource ?source
  FILTER(isIRI(?node) && ?node != %s)
}"""
_FIRST: Final = tuple(
    map(expand, ("skos:prefLabel", "skos:altLabel", "rdf:type", "rdfs:label", "skos:definition"))
)
_LAST: Final = tuple(
    map(expand, ("skos:editorialNote", "prov:hadPrimarySource", "coop:source", "coop:evidence"))
)


@dataclass(frozen=True)
class Origin:
    """Where a statement comes from: the source, or the graph that has none, and places in it."""

    name: Entity
    url: str = ""
    places: tuple[Entity, ...] = ()


@dataclass(frozen=True)
class StatedValue:
    """A value of a property: what it is, the language of a text, and where it is said."""

    value: Cell
    lang: str = ""
    origins: tuple[Origin, ...] = ()

    @property
    def text(self) -> str:
        """The value for people."""
        return shown(self.value)


@dataclass(frozen=True)
class Group:
    """The statements of one property in one direction; `total` counts those not shown too."""

    name: Entity
    direction: Direction
    total: int
    offset: int = 0
    statements: tuple[StatedValue, ...] = ()

    @property
    def key(self) -> str:
        """What the address calls this group."""
        return f"{self.direction}:{shrink(self.name.iri)}"


@dataclass(frozen=True)
class Facts:
    """All groups; `is_counted_whole` is false where there are more references than are counted."""

    groups: tuple[Group, ...]
    is_counted_whole: bool = True
    labels: dict[str, str] = field(default_factory=dict, repr=False)

    def of(self, direction: Direction) -> tuple[Group, ...]:
        """The groups of one direction."""
        return tuple(group for group in self.groups if group.direction == direction)


def read_facts(store: AnyStore, about: str, lang: str, only: str = "", page: int = 1) -> Facts:
    """The facts of the entity `about`; with `only` (the key of a group) a page of that group."""
    groups: list[Group] = []
    rows: list[Found] = []
    whole = True
    for direction in ("out", "in"):
        counts = _counts(store, about, direction)
        whole = whole and sum(counts.values()) < COUNTED
        for iri, total in counts.items():
            group = Group(Entity("", iri), direction, total)
            if only and group.key != only:
                continue
            size = PAGE_ROWS if only else _SHOWN[direction]
            group = replace(group, offset=(page - 1) * size)
            groups.append(group)
            rows.append(_values(store, about, group, size))
    labels = store.labels(_iris(groups, rows, about), lang)
    origins = _Origins(store, about, rows, labels, lang)
    made = []
    for group, found in zip(groups, rows, strict=True):
        iri = group.name.iri
        name = Entity(labels.get(iri, shrink(iri)), iri)
        statements = _statements(found, group.direction, origins)
        made.append(replace(group, name=name, statements=statements))
    return Facts(tuple(sorted(made, key=_order)), whole, labels)


def _pattern(about: str, direction: Direction, name: str) -> str:
    """The values of a property, those that a claim of a plan gives among them."""
    way = _PATTERN[direction].format(about=term(about), property=term(name))
    through = _through(about, direction, name)
    return f"{{ {way} }} UNION {{ {through} }}" if through else way


def _through(about: str, direction: Direction, name: str) -> str:
    ends = (term(about), "?value") if direction == "out" else ("?value", term(about))
    pattern = _THROUGH.get(name, "")
    return pattern.format(technology=ends[0], other=ends[1])


def _counts(store: AnyStore, about: str, direction: Direction) -> dict[str, int]:
    pattern = _PATTERN[direction].format(about=term(about), property="?property")
    found = store.select(_COUNTS.format(pattern=pattern, limit=COUNTED))
    ways = (
        f"{{ {_through(about, direction, name)} BIND({term(name)} AS ?property) }}"
        for name in _THROUGH
    )
    counts: Counter[str] = Counter()
    for name, count in (*found, *store.select(_COUNTS_THROUGH % " UNION ".join(ways))):
        if name is not None:
            counts[name.value] += int(count.value)
    for said, exact in EXACT.items() if direction == "out" else ():
        if counts[expand(said)] and counts[expand(said)] in {counts[expand(e)] for e in exact}:
            del counts[expand(said)]
    return counts


def _values(store: AnyStore, about: str, group: Group, size: int) -> Found:
    """The values of a group, each with the graphs that say so."""
    pattern = _pattern(about, group.direction, group.name.iri)
    listed = _listed(store, pattern, group, size)
    found: Found = {value: [] for value in listed}
    values = " ".join(str(value) for value in found if type(value).__name__ != "BlankNode")
    if values:
        for value, graph in store.select(_SAID_IN.format(values=values, pattern=pattern)):
            found[value].append(graph.value)
    return found


def _listed(store: AnyStore, pattern: str, group: Group, size: int) -> list[Any]:
    """The values that are shown: things first, then what is about others, each by term. They are
    put into order here, where the engine would look up both terms of each comparison, and the
    classes with them."""
    is_ordered, first = group.total <= _ORDERED, group.offset
    limit, offset = (_ORDERED, 0) if is_ordered else (size, first)
    rows = store.select(_VALUES.format(pattern=pattern, limit=limit, offset=offset))
    if not is_ordered:
        return [value for (value,) in rows]
    listed = [value for (value,) in sorted_rows(rows, ("value",), _BY_TERM)]
    if group.total > size:
        others = {value for (value,) in store.select(_ABOUT_OTHERS.format(pattern=pattern))}
        listed.sort(key=others.__contains__)
    return listed[first : first + size]


def _iris(groups: Sequence[Group], rows: Sequence[Found], about: str) -> set[str]:
    values = (value for found in rows for value in found)
    return {about, *(g.name.iri for g in groups), *(v.value for v in values if is_named(v))}


def _statements(found: Found, direction: Direction, origins: _Origins) -> tuple[StatedValue, ...]:
    made = [
        StatedValue(
            cell(value, origins.labels),
            getattr(value, "language", None) or "",
            origins.of(value, direction, sorted(graphs)),
        )
        for value, graphs in found.items()
    ]
    return tuple(sorted(made, key=lambda one: (one.lang, str(one.value).casefold())))


class _Origins:
    """Sources and places, looked up once for all statements."""

    def __init__(
        self,
        store: AnyStore,
        about: str,
        rows: Sequence[Found],
        labels: dict[str, str],
        lang: str,
    ) -> None:
        graphs = sorted({graph for found in rows for said in found.values() for graph in said})
        others = {value.value for found in rows for value in found if is_named(value)}
        self.about, self.labels = about, labels
        self._sources: dict[str, tuple[str, str]] = {}
        if graphs:
            for graph, source, url in store.select(_GRAPHS % " ".join(map(term, graphs))):
                named = (source.value if source else graph.value, url.value if url else "")
                self._sources[graph.value] = max(named, self._sources.get(graph.value, ("", "")))
        self._own = _by_node(store.select(_OWN_PLACES % " ".join(map(term, {about, *others}))))
        self._shared: dict[str, list[tuple[str, str]]] = {}
        if cited := [graph for graph in graphs if self._sources[graph][0] != graph]:
            about_it = (" ".join(map(term, cited)), term(about), term(about))
            self._shared = _by_node(store.select(_CLAIM_PLACES % about_it), others)
        places = (
            iri for ways in (self._own, self._shared) for way in ways.values() for iri, _ in way
        )
        sources = (source for source, _ in self._sources.values())
        self._names = store.labels({*places, *sources, *graphs}, lang)

    def of(self, value: Any, direction: Direction, graphs: Iterable[str]) -> tuple[Origin, ...]:
        """Where a statement comes from: first a claim that names both ends, else its subject."""
        other = value.value if is_named(value) else ""
        subject = self.about if direction == "out" else other
        made = []
        for graph in graphs:
            source, url = self._sources.get(graph, (graph, ""))
            ways = (self._shared.get(other, ()), self._own.get(subject, ()))
            places = next(
                (some for way in ways if (some := [p for p, where in way if where == source])), []
            )
            made.append(Origin(self._named(source), url, tuple(map(self._named, places[:_PLACES]))))
        return tuple(made)

    def _named(self, iri: str) -> Entity:
        return Entity(self._names.get(iri, key_of(iri)), iri)


def _by_node(
    rows: Iterable[tuple[Any, Any, Any]], only: set[str] | None = None
) -> dict[str, list[tuple[str, str]]]:
    """Place and source by node, sorted."""
    found: dict[str, list[tuple[str, str]]] = {}
    for node, place, source in sorted(rows, key=lambda row: tuple(map(str, row))):
        if only is None or node.value in only:
            found.setdefault(node.value, []).append((place.value, source.value))
    return found


def _order(group: Group) -> tuple[object, ...]:
    """Names and classes first, sources last, the rest by label."""
    iri = group.name.iri
    rank = _FIRST.index(iri) if iri in _FIRST else len(_FIRST)
    return (rank, 1 + _LAST.index(iri) if iri in _LAST else 0, str(group.name), iri)
