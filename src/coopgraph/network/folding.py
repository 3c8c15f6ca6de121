"""Folding: two-mode rows to edges between nodes that share something.

With the biadjacency matrix B (one row for each via, one column for each node), BᵀB holds for
every two nodes the sum over what they share of the product of the two weights: without
weights, the number of things shared (Breiger 1974, https://doi.org/10.2307/2576011). The
matrix is sparse, so the cost is that of the pairs that exist.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from .model import Edge, Named, Value


def fold(
    rows: Sequence[tuple[tuple[str, str], Edge]],
    number: Mapping[str, int],
    vias: Mapping[str, Named],
    *,
    weighted: bool = False,
) -> list[Edge]:
    """Undirected edges (source < target), one for each two nodes and kind that share a via.

    `rows` hold (node, via) and the edge that a row would be by itself. Without `weighted`
    each node counts once for each via, however many rows say so. The diagonal is dropped.
    An edge keeps the evidence of all rows behind it, and an attribute on which they agree.
    """
    by_kind: dict[Named, list[tuple[int, str, Edge]]] = defaultdict(list)
    for (node, via), edge in rows:
        by_kind[edge.kind].append((number[node], via, edge))
    return [
        edge
        for kind in sorted(by_kind, key=lambda kind: kind.iri)
        for edge in _fold_kind(kind, by_kind[kind], len(number), vias, weighted)
    ]


def _fold_kind(
    kind: Named,
    rows: list[tuple[int, str, Edge]],
    size: int,
    vias: Mapping[str, Named],
    weighted: bool,
) -> list[Edge]:
    from scipy.sparse import csr_matrix, triu

    column = {via: i for i, via in enumerate(sorted({via for _, via, _ in rows}))}
    behind: dict[int, dict[str, list[Edge]]] = defaultdict(lambda: defaultdict(list))
    for node, via, edge in rows:
        behind[node][via].append(edge)
    cells = [
        (column[via], node, sum(e.weight for e in edges) if weighted else 1.0)
        for node, shared in behind.items()
        for via, edges in shared.items()
    ]
    shape = (len(column), size)
    places = ([c[0] for c in cells], [c[1] for c in cells])
    b = csr_matrix(([c[2] for c in cells], places), shape=shape)
    folded = triu(b.T @ b, k=1).tocoo()
    pairs = zip(folded.row.tolist(), folded.col.tolist(), folded.data.tolist(), strict=True)
    return [_edge(kind, one, other, weight, behind, vias) for one, other, weight in sorted(pairs)]


def _edge(
    kind: Named,
    one: int,
    other: int,
    weight: float,
    behind: Mapping[int, Mapping[str, list[Edge]]],
    vias: Mapping[str, Named],
) -> Edge:
    shared = sorted(behind[one].keys() & behind[other].keys())
    rows = [edge for via in shared for node in (one, other) for edge in behind[node][via]]
    return Edge(
        one,
        other,
        kind,
        float(weight),
        "",
        _agreed(rows),
        tuple(dict.fromkeys(e for row in rows for e in row.evidence)),
        tuple(vias[via] for via in shared),
    )


def _agreed(rows: list[Edge]) -> Mapping[str, Value]:
    """The attributes that all rows have with the same value."""
    first, *rest = rows
    return MappingProxyType(
        {
            name: value
            for name, value in first.attributes.items()
            if all(row.attributes.get(name) == value for row in rest)
        }
    )
