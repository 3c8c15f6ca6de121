"""Stress: places such that distances in the picture are those in the network.

The weighted stress of Kamada and Kawai with weights 1/d², made smaller by majorization (Gansner,
Koren and North 2005, https://doi.org/10.1007/978-3-540-31843-9_25) over a sample of the pairs:
all neighbours, and the distances from some nodes drawn at random (after Ortmann, Klimenta and
Brandes 2016, https://doi.org/10.1007/978-3-319-50106-2_2), of which each round takes a part and
moves less far than the last (after Zheng, Pawar and Goodman 2018, https://arxiv.org/abs/1710.04626).
All components are laid out at once. The start is classical scaling of the same distances.
"""

from dataclasses import dataclass
from typing import Any, Final

from coopgraph.libraries import Floats, Matrix, np, sparse

SEED: Final = 1
#: Distances from this many nodes of each component are used; fewer where there are many nodes.
_SOURCES: Final = 200
_CELLS: Final = 1_600_000
_ROUNDS: Final = 120
#: Of many nodes a tenth of the rounds, and scaling of larger components only, make the stress 7 %
#: larger.
_MANY, _FEWER_ROUNDS, _FEWER_SCALED = 12_000, 14, 30
#: Components with fewer nodes start at random: scaling would cost more than it gives.
_SCALED: Final = 10


@dataclass(frozen=True)
class _Sample:
    """Distances (sources by nodes; infinite between components) and their weights, the number of
    the source nodes in each component (-1 where it has no more), and the component of each node."""

    distance: Any
    weight: Any
    source: Any
    component: Any
    size: Any


def stress_places(links: Matrix, seed: int = SEED) -> Floats:
    """The places (nodes by 2) of an undirected graph with this symmetric matrix, an edge being
    about 1 long; each connected component is centred on the origin by itself.

    Weights of edges play no role. The same matrix and seed give the same places.

    >>> from scipy.sparse import csr_matrix
    >>> import numpy as np
    >>> path = csr_matrix(np.array([[0, 1, 0], [1, 0, 1], [0, 1, 0]]))
    >>> a, b, c = stress_places(path)
    >>> bool(abs(np.hypot(*(a - c)) - 2) < 0.1)
    True
    """
    size = links.shape[0]
    chance = np.random.default_rng(seed)
    sample = _sampled(links, chance)
    places = _started(sample, chance, size).view(np.complex128).ravel()
    if not links.nnz:
        return np.zeros((size, 2))
    rounds = _ROUNDS if size <= _MANY else _FEWER_ROUNDS
    row = np.repeat(np.arange(size), np.diff(links.indptr))
    batch = max(len(sample.source) * 3 // 10, min(len(sample.source), 10))
    for turn in range(rounds):
        chosen = np.sort(chance.choice(len(sample.source), batch, replace=False))
        places += (_majorized(row, links, sample, chosen, places) - places) / (1 + 0.08 * turn)
    return _centred(places.view(np.float64).reshape(-1, 2), sample)


def _sampled(links: Matrix, chance: Any) -> _Sample:
    """Distances from nodes drawn at random, in every component at once: a search from one node of
    each component gives every node its distance to the one of its own."""
    nodes = links.shape[0]
    _, component = sparse.csgraph.connected_components(links, directed=False)
    size = np.bincount(component) if nodes else np.empty(0, dtype=np.int64)
    order = np.lexsort((chance.random(nodes), component))
    first = np.concatenate([[0], np.cumsum(size)])[:-1].astype(np.int64)
    most = min(_SOURCES, max(_CELLS // max(nodes, 1), 16), int(size.max(initial=0)))
    source = np.full((most, len(size)), -1, dtype=np.int64)
    distance = np.full((most, nodes), np.inf)
    for turn in range(most):
        there = size > turn
        source[turn, there] = order[first[there] + turn]
        distance[turn] = sparse.csgraph.dijkstra(
            links, unweighted=True, indices=source[turn, there], min_only=True
        )
    weight = np.zeros_like(distance)
    apart = np.isfinite(distance) & (distance > 0)
    weight[apart] = distance[apart] ** -2.0
    distance[~np.isfinite(distance)] = 0.0
    return _Sample(distance, weight, source, component, size)


def _started(sample: _Sample, chance: Any, nodes: int) -> Floats:
    """Where the rounds begin: classical scaling of the sampled distances (de Silva and Tenenbaum
    2004, landmark MDS), a random place in small components."""
    places: Floats = chance.normal(size=(nodes, 2)) * np.sqrt(sample.size)[sample.component, None]
    order = np.argsort(sample.component, kind="stable")
    borders = np.cumsum(sample.size)
    side_by_side = sample.distance[:20, order]
    least = _SCALED if nodes <= _MANY else _FEWER_SCALED
    for number in np.flatnonzero(sample.size >= least).tolist():
        here = slice(borders[number] - sample.size[number], borders[number])
        members = order[here]
        known = side_by_side[: (sample.source[:20, number] >= 0).sum(), here]
        squared = known**2
        centred = (
            squared - squared.mean(axis=0) - squared.mean(axis=1, keepdims=True) + squared.mean()
        ) / -2
        _, vectors = np.linalg.eigh(centred @ centred.T)
        axes = vectors[:, ::-1][:, :2]
        axes *= np.where(axes[np.abs(axes).argmax(axis=0), range(2)] < 0, -1.0, 1.0)
        scaled = centred.T @ axes
        reach = np.abs(scaled).max() or 1.0
        places[members] = scaled / reach * known.max() / 2 + chance.normal(size=scaled.shape) * 0.05
    return places


def _majorized(row: Any, links: Matrix, sample: _Sample, chosen: Any, places: Any) -> Any:
    """Where each node would lie if all others stood still: the weighted mean of what its
    neighbours and the chosen sources want. A place is one complex number, which numpy moves twice
    as fast as two; `row` is the node at which each link begins."""
    other = places[links.indices]
    between = places[row] - other
    total = np.diff(links.indptr).astype(np.float64)
    drawn, linked = np.zeros(len(places), dtype=np.complex128), total > 0
    wanted = other + between / _lengths(between)
    drawn[linked] = np.add.reduceat(wanted, links.indptr[:-1][linked])
    # A chosen source represents as many nodes of its component as there are for each one chosen.
    source = sample.source[chosen]
    share = (sample.size / np.maximum((source >= 0).sum(axis=0), 1))[sample.component]
    for row_of, numbers in zip(chosen.tolist(), source, strict=True):
        at = places[numbers][sample.component]
        away = places - at
        weight = sample.weight[row_of] * share
        drawn += weight * at + weight * sample.distance[row_of] / _lengths(away) * away
        total += weight
    return np.where(total > 0, drawn / np.maximum(total, 1e-12), places)


def _lengths(vectors: Any) -> Any:
    return np.maximum(np.abs(vectors), 1e-6)


def _centred(places: Floats, sample: _Sample) -> Floats:
    """Each component about the origin."""
    for axis in (0, 1):
        mean = np.bincount(sample.component, places[:, axis]) / sample.size
        places[:, axis] -= mean[sample.component]
    return places
