"""What networks are made of: nodes, edges, names, and the evidence of each edge; and what the store
knows of them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, TypeAlias

from coopgraph.i18n import LanguageMap, told
from coopgraph.i18n.languages import SOURCE
from coopgraph.queries.answer import Entity
from coopgraph.store import AnyStore
from coopgraph.vocabulary import COOP, ID, RDF_TYPE, expand, shrink

_BATCH: Final = 500
_COUNTRY: Final = COOP + "country"
_IDENTIFIERS: Final = tuple(
    map(expand, ("skos:exactMatch", "schema:sameAs", "foaf:homepage", "foaf:page"))
)
_WITH_KIND: Final = "organisation topic programme plan document event statement source"
_SUBKINDS: Final = tuple(f"{COOP}{name}Kind" for name in _WITH_KIND.split())
_PROPERTIES: Final = ", ".join(
    f"<{iri}>" for iri in (RDF_TYPE, _COUNTRY, *_IDENTIFIERS, *_SUBKINDS)
)
#: Only what is observed has no `coop:evidence` of its own: no other claim is looked up.
_PARTNERS: Final = (f"{ID}observed/", f"{ID}joint/")
_ROLES: Final = {
    "network-label.projects": (
        "FILTER NOT EXISTS { ?c coop:evidenceKind <evidence-kind/publications> } "
        "FILTER EXISTS { GRAPH ?graph { ?project coop:projectParticipant ?record } }"
    ),
    "network-label.publications": (
        "?c coop:evidenceKind <evidence-kind/publications> "
        "FILTER EXISTS { GRAPH ?graph { ?works a coop:CoPublication ; coop:institution ?record } }"
    ),
}
_OBSERVED: Final = (
    "SELECT DISTINCT ?c ?graph { VALUES ?c { %s } "
    "?c coop:organisation ?body . ?record coop:canonical ?body . "
    "?graph coop:recordsRead ?records . ?role }"
)


@dataclass(frozen=True, slots=True)
class Named:
    """An IRI with its labels: a class, a kind of edge, a code, a country."""

    iri: str
    texts: LanguageMap

    @property
    def key(self) -> str:
        """The last part of one of our IRIs, else the IRI.

        >>> Named("https://w3id.org/coopgraph/id/country/us", LanguageMap({})).key
        'us'
        """
        return key_of(self.iri)

    @property
    def order(self) -> tuple[str, str]:
        """What it is sorted by: the label that a reader of English sees, then the IRI."""
        return self.label(SOURCE), self.iri

    def label(self, lang: str) -> str:
        """The label as a reader of `lang` sees it."""
        return self.texts.label(lang)


Value: TypeAlias = str | int | float | bool | Named


@dataclass(frozen=True, slots=True)
class Passage:
    """Where a passage is: `text[start:end]` in code points of the source text whose SHA-256
    is `text_sha256`; `span_sha256` is that of the passage without white space."""

    start: int
    end: int
    span_sha256: str
    text_sha256: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a source says so: the source, the place in it, where it can be read, and the passage
    as far as the store holds its position."""

    source: Named
    place: LanguageMap
    url: str = ""
    passage: Passage | None = None

    def locator(self, lang: str) -> str:
        """The place as a reader of `lang` sees it."""
        return self.place.label(lang)


@dataclass(frozen=True, slots=True)
class Node(Named):
    """An entity: IRI, labels, class, kind within the class, country, identifiers."""

    kind: Named
    subkind: Named | None = None
    country: Named | None = None
    identifiers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Edge:
    """One row of the projection: two ends (numbers of nodes), its kind, and why it is there."""

    source: int
    target: int
    kind: Named
    weight: float = 1.0
    claim: str = ""
    attributes: Mapping[str, Value] = field(default_factory=lambda: MappingProxyType({}))
    evidence: tuple[Evidence, ...] = ()
    via: tuple[Named, ...] = ()

    @property
    def status(self) -> str:
        """The key of the edge's status, such as `draft` or `planned`; empty where unknown."""
        status = self.attributes.get("status", "")
        return status.key if isinstance(status, Named) else str(status)


def worded(iri: str, key: str, **values: object) -> Named:
    """An IRI called by a text of `coopgraph.i18n`.

    >>> worded("", "network-label.unclassed").label("en")
    'other'
    """
    return Named(iri, LanguageMap(told(key, **values)))


def located(source: Named, key: str) -> Evidence:
    """Evidence whose place is a text of `coopgraph.i18n`."""
    return Evidence(source, LanguageMap(told(key)))


def of_cell(entity: Entity, names: Mapping[str, Named] | None = None) -> Named:
    """The entity of a cell of an answer, with the labels that `names` has of it, by IRI."""
    return (names or {}).get(entity.iri) or Named(entity.iri, LanguageMap({"": str(entity)}))


def key_of(iri: str) -> str:
    """The last part of one of our IRIs, else the whole IRI."""
    return iri.rsplit("/", 1)[-1] if iri.startswith(ID) else iri


def names_of(store: AnyStore, iris: Iterable[str]) -> dict[str, Named]:
    """Each of `iris` with its labels; where there is none, the key or CURIE is used."""
    wanted = sorted(set(iris))
    known = store.texts(wanted)
    return {iri: Named(iri, known.get(iri) or LanguageMap({"": _short(iri)})) for iri in wanted}


def nodes_of(store: AnyStore, iris: Iterable[str]) -> list[Node]:
    """The nodes with these IRIs, sorted by IRI."""
    wanted = sorted(set(iris))
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for node, predicate, value in by_batch(
        store,
        # Anchored at the node: with VALUES for ?p the engine scans whole predicates.
        f"SELECT ?n ?p ?o {{ VALUES ?n {{ %s }} ?n ?p ?o FILTER(?p IN ({_PROPERTIES})) }}",
        wanted,
    ):
        found[node, predicate].append(value)
    wider = _superclasses(store)
    classes = {iri: _most_specific(found[iri, RDF_TYPE], wider) for iri in wanted}
    subkinds = {
        iri: min((k for p in _SUBKINDS for k in found[iri, p]), default="") for iri in wanted
    }
    countries = {iri: min(found[iri, _COUNTRY], default="") for iri in wanted}
    about = {*classes.values(), *subkinds.values(), *countries.values()} - {""}
    names = names_of(store, [*wanted, *about])
    unknown = worded(expand("rdfs:Resource"), "network-label.unclassed")
    return [
        Node(
            iri,
            names[iri].texts,
            names.get(classes[iri], unknown),
            names.get(subkinds[iri]),
            names.get(countries[iri]),
            tuple(value for p in _IDENTIFIERS for value in sorted(found[iri, p])),
        )
        for iri in wanted
    ]


def evidence_of(store: AnyStore, claims: Iterable[str]) -> dict[str, tuple[Evidence, ...]]:
    """The evidence of each claim (any node with `coop:evidence`), sorted by source and place."""
    query = (
        "SELECT ?c ?e ?s ?url ?start ?end ?span ?text { VALUES ?c { %s } "
        "?c coop:evidence ?e . ?e oa:hasSource ?s OPTIONAL { ?s foaf:page ?url } "
        "OPTIONAL { ?s coop:sha256 ?text } OPTIONAL { ?e oa:hasSelector ?at . "
        "?at oa:start ?start ; oa:end ?end ; coop:spanSha256 ?span } }"
    )
    wanted = sorted(set(claims))
    rows = sorted(set(by_batch(store, query, wanted)))
    names = names_of(store, [iri for _, place, source, *_ in rows for iri in (place, source)])
    found: dict[str, dict[tuple[str, str], Evidence]] = defaultdict(dict)
    for claim, place, source, url, start, end, span, text in rows:
        passage = Passage(int(start), int(end), span, text) if start and end and text else None
        found[claim].setdefault(
            (source, place), Evidence(names[source], names[place].texts, url, passage)
        )
    cited = {claim: tuple(dict(sorted(by.items())).values()) for claim, by in found.items()}
    return cited | _observed(store, [claim for claim in wanted if claim.startswith(_PARTNERS)])


def _observed(store: AnyStore, claims: list[str]) -> dict[str, tuple[Evidence, ...]]:
    """The evidence of what is observed of a body: the imports in which a record of it takes part
    in projects, or has published with others."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for locator, role in _ROLES.items():
        for claim, graph in by_batch(store, _OBSERVED.replace("?role", role), claims):
            found[claim][graph] = locator
    names = names_of(store, (graph for graphs in found.values() for graph in graphs))
    return {
        claim: tuple(located(names[graph], graphs[graph]) for graph in sorted(graphs))
        for claim, graphs in found.items()
    }


def by_batch(store: AnyStore, query: str, iris: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """The solutions of `query`, whose `%s` takes the IRIs; what is unbound is empty."""
    for start in range(0, len(iris), _BATCH):
        values = " ".join(f"<{iri}>" for iri in iris[start : start + _BATCH])
        for row in store.select(query % values):
            yield tuple(getattr(term, "value", "") for term in row)


def _superclasses(store: AnyStore) -> dict[str, set[str]]:
    """The direct superclasses of each of our classes."""
    wider: dict[str, set[str]] = defaultdict(set)
    for narrow, wide in store.select(
        f'SELECT ?c ?d {{ ?c rdfs:subClassOf ?d FILTER(STRSTARTS(STR(?d), "{COOP}")) }}'
    ):
        wider[narrow.value].add(wide.value)
    return wider


def _most_specific(classes: list[str], wider: dict[str, set[str]]) -> str:
    """Our class that is no superclass of another, else the first foreign class."""
    ours = {iri for iri in classes if iri.startswith(COOP)}
    narrow = ours - {wide for iri in ours for wide in wider.get(iri, ())}
    return min(narrow or ours or classes, default="")


def _short(iri: str) -> str:
    key = key_of(iri)
    return key if key != iri else shrink(iri)
