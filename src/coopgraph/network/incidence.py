"""Incidences: which node has which via, as sparse matrices, one for each kind of edges."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from coopgraph.libraries import Floats, Ints, Matrix, np, sparse
from coopgraph.network.elements import Named, Value
from coopgraph.store import AnyStore


@dataclass(frozen=True)
class Ties:
    """The edges of one kind and layer: which node has which via (`matrix`, vias by nodes,
    of ones) and the upper triangle of its product (`folded`): the weight that every two nodes
    share. `unpaired`: how many vias several rows tie to one node only, and their weight."""

    kind: Named
    layer: Value | None
    matrix: Matrix
    folded: Matrix
    unpaired: tuple[int, float] = (0, 0.0)


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

    def _summed(self, parts: Sequence[sparse.csr_matrix]) -> sparse.csr_matrix:
        size = len(self.nodes)
        first, *rest = parts or [sparse.csr_matrix((size, size))]
        for part in rest:
            first = first + part
        return first.tocsr()
