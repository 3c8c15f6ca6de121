"""Incidences: which node has which via, as sparse matrices, and edges between nodes that share one.

With the biadjacency matrix B (one row for each via, one column for each node) of ones and the
diagonal matrix W of the weights of the vias, BᵀWB holds for every two nodes the sum of the weights
of what they share: without weights, how many things (Breiger 1974,
https://doi.org/10.2307/2576011). It is sparse, so the cost is that of the pairs that exist. Rows of
different kinds or layers are folded apart.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

from coopgraph.errors import FactError
from coopgraph.libraries import Floats, Ints, Matrix, np, sparse
from coopgraph.network.elements import Edge, Named, Value
from coopgraph.store import AnyStore

#: The edges that a node and a via have as rows, by node and via.
_Behind: TypeAlias = Mapping[int, Mapping[str, list[Edge]]]


@dataclass(frozen=True)
class Ties:
    """The edges of one kind and layer: which node has which via (`matrix`, vias by nodes,
    of ones) and the upper triangle of its product (`folded`): the weight that every two nodes
    share. `unpaired`: how many vias several rows tie to one node only, and their weight;
    `paired`: the weight of those that tie two nodes or more."""

    kind: Named
    layer: Value | None
    matrix: Matrix
    folded: Matrix
    unpaired: tuple[int, float] = (0, 0.0)
    paired: float = 0.0


class Ends(NamedTuple):
    """All edges by their ends, then by kind: numbers of both nodes and of the `Ties`, weights."""

    source: Ints
    target: Ints
    ties: Ints
    weight: Floats


@dataclass(frozen=True)
class Incidence:
    """Which node has which via: IRIs of both, sorted, and for each kind of edges, sorted by
    kind and layer, the matrices. Labels are looked up in `store`."""

    store: AnyStore
    nodes: tuple[str, ...]
    vias: tuple[str, ...]
    ties: tuple[Ties, ...]

    @cached_property
    def ends(self) -> Ends:
        """The edges as columns, in the order of `Network.edges`."""
        links = [each.folded.tocoo() for each in self.ties]
        none = np.empty(0, dtype=np.int64)
        source = np.concatenate([none, *(link.row for link in links)])
        target = np.concatenate([none, *(link.col for link in links)])
        ties = np.repeat(np.arange(len(links)), [link.nnz for link in links])
        weight = np.concatenate([np.empty(0), *(link.data for link in links)])
        if len(links) < 2:  # those of one kind are in order
            return Ends(source, target, ties, weight)
        order = np.lexsort((ties, target, source))
        return Ends(source[order], target[order], ties[order], weight[order])

    @cached_property
    def folded(self) -> Matrix:
        """The upper triangle of all kinds: weights of parallel edges added up."""
        return self._summed([each.folded for each in self.ties])

    @cached_property
    def strength(self) -> Matrix:
        """How closely nodes are tied, for places and communities: of several kinds, whose weights
        have different units, each counts by its mean."""
        if len(self.ties) < 2:
            return self.folded
        means = [abs(each.folded.data).mean() if each.folded.nnz else 1.0 for each in self.ties]
        scaled = zip(self.ties, means, strict=True)
        return self._summed([each.folded / (mean or 1.0) for each, mean in scaled])

    @property
    def items(self) -> float:
        """The weight of all that ties two nodes or more: how many projects, papers."""
        return sum(each.paired for each in self.ties)

    def _summed(self, parts: Sequence[sparse.csr_matrix]) -> sparse.csr_matrix:
        size = len(self.nodes)
        first, *rest = parts or [sparse.csr_matrix((size, size))]
        for part in rest:
            first = first + part
        return first.tocsr()


def fold(
    rows: Sequence[tuple[tuple[str, str], Edge]],
    number: Mapping[str, int],
    vias: Mapping[str, Named],
    place: str = "",
) -> list[Edge]:
    """Undirected edges (source < target), one for each two nodes, kind and layer that share a via.
    `rows` hold (node, via) and the edge that a row would be by itself, whose weight is that of the
    via. Each node counts once for each via. An edge keeps the evidence of all rows behind it, and
    an attribute on which they agree. Raises `FactError`, which names `place`, where a via has two
    weights."""
    apart: dict[tuple[str, str], list[tuple[int, str, Edge]]] = defaultdict(list)
    for (node, via), edge in rows:
        layer = edge.attributes.get("layer", "")
        apart[edge.kind.iri, str(layer)].append((number[node], via, edge))
    groups = (_fold_kind(apart[group], len(number), vias, place) for group in sorted(apart))
    return [edge for edges in groups for edge in edges]


def two_weights(via: str, weights: tuple[float, float], place: str) -> FactError:
    """The error for a via that the rows of a projection give two weights."""
    least, most = (f"{weight:g}" for weight in sorted(weights))
    return FactError(
        f"?via {via} has two weights: {least} and {most}",
        place=place,
        remedy="give each via one weight: that of what is shared",
    )


def fold_pairs(
    node: Ints, via: Ints, size: tuple[int, int], weight: Floats | None = None
) -> tuple[sparse.csr_matrix, sparse.csr_matrix]:
    """The matrix (vias by nodes) of pairs of numbers, of ones, and the upper triangle of its
    product: the `weight` of the vias that every two nodes share, added up, or how many they are.
    `size` counts nodes and vias.

    >>> import numpy as np
    >>> node, via = np.array([0, 1, 0, 1, 2]), np.array([0, 0, 1, 1, 1])
    >>> fold_pairs(node, via, (3, 2), np.array([5.0, 2.0]))[1].toarray()[0].tolist()
    [0.0, 7.0, 2.0]
    """
    ones = np.ones(len(via), dtype=np.int32)
    matrix = sparse.csr_matrix((ones, (via, node)), shape=(size[1], size[0]))
    matrix.sum_duplicates()
    matrix.data[:] = 1
    turned, weighted = matrix.T.tocsr(), matrix
    if weight is not None:
        repeated = np.repeat(weight, np.diff(matrix.indptr))
        weighted = sparse.csr_matrix((repeated, matrix.indices, matrix.indptr), shape=matrix.shape)
    folded = sparse.triu(turned @ weighted, k=1, format="csr").astype(np.float64)
    folded.sort_indices()
    if weight is not None and not (weight > 0).all():
        folded = _with_zeros(folded, sparse.triu(turned @ matrix, k=1, format="csr"))
    return matrix, folded


def _with_zeros(folded: Matrix, shared: Matrix) -> Matrix:
    """All that is `shared`, where weights that add up to zero have left no entry."""
    shared = shared.astype(np.float64)
    shared.sort_indices()
    ends = shared.tocoo()
    shared.data[:] = np.asarray(folded[ends.row, ends.col]).ravel()
    return shared


def _fold_kind(
    rows: list[tuple[int, str, Edge]], size: int, vias: Mapping[str, Named], place: str
) -> list[Edge]:
    column = {via: i for i, via in enumerate(sorted({via for _, via, _ in rows}))}
    behind: dict[int, dict[str, list[Edge]]] = defaultdict(lambda: defaultdict(list))
    weights: dict[str, float] = {}
    for node, via, edge in rows:
        behind[node][via].append(edge)
        if weights.setdefault(via, edge.weight) != edge.weight:
            raise two_weights(via, (weights[via], edge.weight), place)
    pairs = np.array([(node, column[via]) for node, via, _ in rows], dtype=np.int64)
    weight = np.array([weights[via] for via in column], dtype=np.float64)
    folded = fold_pairs(pairs[:, 0], pairs[:, 1], (size, len(column)), weight)[1].tocoo()
    edges = zip(folded.row.tolist(), folded.col.tolist(), folded.data.tolist(), strict=True)
    return [_edge(one, other, weight, behind, vias) for one, other, weight in edges]


def _edge(one: int, other: int, weight: float, behind: _Behind, vias: Mapping[str, Named]) -> Edge:
    shared = sorted(behind[one].keys() & behind[other].keys())
    rows = [edge for via in shared for node in (one, other) for edge in behind[node][via]]
    # The attributes that all rows have with the same value.
    said = rows[0].attributes.items()
    agreed = {n: value for n, value in said if all(r.attributes.get(n) == value for r in rows)}
    evidence = tuple(dict.fromkeys(e for row in rows for e in row.evidence))
    via = tuple(vias[via] for via in shared)
    kind = rows[0].kind
    return Edge(one, other, kind, float(weight), "", MappingProxyType(agreed), evidence, via)
