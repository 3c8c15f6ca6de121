"""Why an edge that was folded in bulk is there.

An edge rests on what its two ends share: on imported projects, each of which has a name, or on
counts of works, which are named by their topic and year. Its evidence is the named graph of the
import that holds them. Of very many edges what is shared is counted and not listed.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from coopgraph.formats.ntriples import iri
from coopgraph.i18n import LanguageMap, spoken, text
from coopgraph.libraries import Ints, np
from coopgraph.network.elements import Evidence, Named, Value, by_batch, located, names_of
from coopgraph.network.incidence import Incidence, Ties
from coopgraph.store import AnyStore

#: Up to this many edges each says what its ends share; beyond, the lists would outweigh the rest.
VIAS_UP_TO: Final = 20_000
#: Beyond this number of vias all years are read: that is quicker than looking each up.
_LOOKED_UP: Final = 20_000
_YEARS: Final = "SELECT ?via ?year { VALUES ?via { %s } ?via coop:publicationYear ?year }"
_ALL_YEARS: Final = "SELECT ?via (STR(?when) AS ?year) { ?via coop:publicationYear ?when }"
_WORKS: Final = (
    "SELECT ?via ?works ?year ?topic { VALUES ?via { %s } ?via coop:works ?works "
    "OPTIONAL { ?via coop:publicationYear ?year } OPTIONAL { ?via coop:topic ?topic } }"
)
_IMPORTS: Final = (
    "SELECT DISTINCT ?via ?graph { VALUES ?via { %s } GRAPH ?graph { ?via a ?class } "
    "?graph coop:recordsRead ?records }"
)
#: Of the class of one via, whichever import holds any: all of them would be looked up for long.
_IMPORTS_OF_KIND: Final = (
    "SELECT DISTINCT ?graph { %s a ?class . ?graph coop:recordsRead ?records "
    "FILTER EXISTS { GRAPH ?graph { ?any a ?class } } }"
)


@dataclass(frozen=True)
class EdgeEvidence:
    """What is known of an edge besides its ends, kind and weight."""

    attributes: Mapping[str, Value]
    evidence: tuple[Evidence, ...] = ()
    via: tuple[Named, ...] = ()


@dataclass(frozen=True)
class EvidenceTable:
    """The distinct evidence, and which of it each edge has."""

    distinct: Sequence[EdgeEvidence]
    of_edge: Ints


def evidence_of(found: Incidence) -> EvidenceTable:
    """The evidence of all edges, in their order: layer, first and last year of publication where
    each via has two ends at most, evidence, and up to `VIAS_UP_TO` edges what is shared."""
    spans = _spans(found)
    return _counted(found, spans) if len(spans) > VIAS_UP_TO else _listed(found, spans)


def _counted(found: Incidence, spans: Ints) -> EvidenceTable:
    columns = np.column_stack([found.ends.ties, spans])
    if spans.any():
        keys, numbers = np.unique(columns, axis=0, return_inverse=True)
    else:
        keys = np.column_stack([np.arange(len(found.ties)), np.zeros((len(found.ties), 2), int)])
        numbers = found.ends.ties
    evidence = [_evidence_of_kind(found, each) for each in found.ties]
    distinct = [
        EdgeEvidence(_attributes(found.ties[number], first, last), evidence[number])
        for number, first, last in keys.tolist()
    ]
    return EvidenceTable(distinct, numbers.ravel())


def _listed(found: Incidence, spans: Ints) -> EvidenceTable:
    of_node = [_vias_of_nodes(each) for each in found.ties]
    ends = zip(*(column.tolist() for column in found.ends[:3]), strict=True)
    shared = [
        [found.vias[via] for via in sorted(of_node[ties][one] & of_node[ties][other])]
        for one, other, ties in ends
    ]
    wanted = sorted({via for vias in shared for via in vias})
    names, graphs = _via_names(found.store, wanted), _imports(found.store, wanted)
    evidence = {
        graph: located(graph, "network-label.listed") for held in graphs.values() for graph in held
    }
    rows = zip(found.ends.ties.tolist(), spans.tolist(), shared, strict=True)
    distinct = [
        EdgeEvidence(
            _attributes(found.ties[ties], first, last),
            tuple(evidence[g] for g in dict.fromkeys(g for via in vias for g in graphs[via])),
            tuple(names[via] for via in vias),
        )
        for ties, (first, last), vias in rows
    ]
    return EvidenceTable(distinct, np.arange(len(distinct)))


def _vias_of_nodes(ties: Ties) -> Mapping[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    cells = ties.matrix.tocoo()
    for via, node in zip(cells.row.tolist(), cells.col.tolist(), strict=True):
        found[node].add(via)
    return found


def _attributes(ties: Ties, first: int, last: int) -> Mapping[str, Value]:
    found: dict[str, Value] = {} if ties.layer is None else {"layer": ties.layer}
    if last:
        found |= {"first_year": first, "last_year": last}
    return MappingProxyType(dict(sorted(found.items())))


def _spans(found: Incidence) -> Ints:
    """The first and last year of publication of what is behind each edge (edges by 2); 0 where
    nothing says so, or where one via is behind several edges."""
    ends, size = found.ends, len(found.nodes)
    spans = np.zeros((len(ends.weight), 2), dtype=np.int64)
    for number, each in enumerate(found.ties):
        count = np.diff(each.matrix.indptr)
        if count.max(initial=0) > 2:
            continue
        both = np.flatnonzero(count == 2)
        years = _years(found.store, [found.vias[via] for via in both.tolist()])
        year = np.array([years.get(found.vias[via], 0) for via in both.tolist()], dtype=np.int64)
        both, year = both[year > 0], year[year > 0]
        start = each.matrix.indptr[both]
        one, other = (each.matrix.indices[start + k].astype(np.int64) for k in (0, 1))
        edges = np.flatnonzero(ends.ties == number)
        order = ends.source[edges] * size + ends.target[edges]
        edge = edges[np.searchsorted(order, one * size + other)]
        spans[edge, 0] = year.max(initial=0)
        np.minimum.at(spans[:, 0], edge, year)
        np.maximum.at(spans[:, 1], edge, year)
    return spans


def _years(store: AnyStore, vias: list[str]) -> dict[str, int]:
    """The year of publication of each via that has one, the first where it has several."""
    if len(vias) > _LOOKED_UP:
        wanted = set(vias)
        rows = ((via[1:-1], year[1:-1]) for via, year in store.rows(_ALL_YEARS))
        pairs = [(via, year) for via, year in rows if via in wanted]
    else:
        pairs = [(via, year) for via, year in by_batch(store, _YEARS, vias)]
    pairs.sort(reverse=True)
    return {via: int(found[0]) for via, year in pairs if (found := re.match(r"\d{4,}", year))}


def _via_names(store: AnyStore, vias: list[str]) -> dict[str, Named]:
    """Labels of what is shared; a count of works is called by its topic, year and number."""
    names = names_of(store, vias)
    counts = sorted(set(by_batch(store, _WORKS, vias)))
    topics = names_of(store, (topic for *_, topic in counts if topic))
    for via, works, year, topic in counts:
        about = topics.get(topic), year, int(works)
        said = {lang: _works(lang, *about) for lang in spoken("network-label.works")}
        names[via] = Named(via, LanguageMap(said))
    return names


def _works(lang: str, topic: Named | None, year: str, works: int) -> str:
    named = topic.label(lang) if topic else text("network-label.no-topic", lang)
    when = text("network-label.year" if year else "network-label.no-year", lang, year)
    return text("network-label.works", lang, works=works, topic=named, year=when)


def _imports(store: AnyStore, vias: list[str]) -> Mapping[str, list[Named]]:
    """The graphs of imports that hold each via."""
    pairs = sorted(set(by_batch(store, _IMPORTS, vias)))
    names = names_of(store, (graph for _, graph in pairs))
    found: dict[str, list[Named]] = defaultdict(list)
    for via, graph in pairs:
        found[via].append(names[graph])
    return found


def _evidence_of_kind(found: Incidence, ties: Ties) -> tuple[Evidence, ...]:
    """The graphs of imports that hold what is shared, as far as its class says."""
    if not ties.matrix.nnz:
        return ()
    via = found.vias[int(ties.matrix.tocoo().row[0])]
    graphs: Iterable[str] = {
        row[0].value for row in found.store.select(_IMPORTS_OF_KIND % iri(via))
    }
    names = names_of(found.store, graphs)
    return tuple(located(names[graph], "network-label.counted") for graph in sorted(graphs))
