"""Robustness: how fast a network falls apart when nodes are taken away.

Albert, Jeong and Barabási (2000, https://doi.org/10.1038/35019019); the one number for the
curve is R of Schneider et al. (2011, https://doi.org/10.1073/pnas.1009440108): the mean, over
all removals, of the share of nodes that the largest component holds. It is between 1/n and
0.5. Nodes come back in reverse order (Newman and Ziff 2001), so that a whole curve takes one
pass over the links.
"""

from coopgraph.libraries import Floats, Ints, Matrix, np


def removal_order(matrix: Matrix, kind: str = "targeted", seed: int = 0) -> Ints:
    """In which order nodes go: `targeted` by degree, highest first and then by number;
    `random` with `seed`."""
    from coopgraph.measures.centrality import unweighted

    size = matrix.shape[0]
    if kind == "random":
        return np.random.default_rng(seed).permutation(size)
    degree = np.diff(unweighted(matrix).indptr)
    return np.lexsort((np.arange(size), -degree))


def robustness_curve(matrix: Matrix, order: Ints) -> Floats:
    """The share of all nodes in the largest component after 0, 1, 2, … removals in `order`:
    float64 of shape (nodes + 1,), from at most 1 down to 0. Empty network: a single 0."""
    from coopgraph.measures.centrality import unweighted

    simple = unweighted(matrix)
    size = simple.shape[0]
    if size == 0:
        return np.zeros(1)
    starts, ends = simple.indptr.tolist(), simple.indices.tolist()
    parent, weight = list(range(size)), [0] * size
    curve, largest = np.zeros(size + 1), 0
    for left, node in enumerate(reversed(order.tolist()), 1):
        weight[node] = 1
        root = node
        for other in ends[starts[node] : starts[node + 1]]:
            if weight[other]:
                root = _joined(parent, weight, root, _root(parent, other))
        largest = max(largest, weight[root])
        curve[size - left] = largest / size
    return curve


def robustness(curve: Floats) -> float:
    """R of a curve: the mean over all removals, the whole network left out.

    >>> import numpy as np
    >>> round(robustness(np.array([1, 2/3, 1/3, 0])), 4)  # a complete network of three
    0.3333
    """
    removals = max(1, len(curve) - 1)
    return float(curve[1:].sum() / removals)


def _root(parent: list[int], node: int) -> int:
    while parent[node] != node:
        parent[node] = parent[parent[node]]  # path halving
        node = parent[node]
    return node


def _joined(parent: list[int], weight: list[int], one: int, other: int) -> int:
    if one == other:
        return one
    if weight[one] < weight[other]:
        one, other = other, one
    parent[other] = one
    weight[one] += weight[other]
    return one
