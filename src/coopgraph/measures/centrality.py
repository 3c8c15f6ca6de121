"""Position in a large network, computed from the projection's sparse matrix.

Every function takes a symmetric or directed adjacency matrix (CSR, nodes by nodes, weights
not negative), changes nothing, and gives one number a node. Self-loops count where the
definition counts them. `Network.matrix()` gives such a matrix.
"""

from concurrent.futures import ThreadPoolExecutor
from typing import Final

from coopgraph.errors import FactError
from coopgraph.libraries import Floats, Ints, Matrix, np

_STEPS: Final = 200
_BLOCK: Final = 16  # sources at once: their columns stay in the cache


def pagerank(
    matrix: Matrix,
    damping: float = 0.85,
    personal: Floats | None = None,
    tolerance: float = 1e-10,
) -> Floats:
    """PageRank (Brin and Page 1998, https://doi.org/10.1016/S0169-7552(98)00110-X) by power
    iteration: float64 of shape (nodes,), adding up to 1.

    Weighted by `matrix`. A node without a link hands its rank on to all, or to `personal`:
    the distribution that a walk restarts from (personalised, Haveliwala 2002), uniform by
    default. `tolerance` is on the sum of absolute changes. Raises `FactError` where it is not
    reached, or where `personal` has no weight. Empty for an empty matrix.
    """
    size = matrix.shape[0]
    if size == 0:
        return np.zeros(0)
    if personal is not None and not personal.sum() > 0:
        raise FactError("a walk must restart somewhere", remedy="give at least one node a weight")
    restart = np.full(size, 1 / size) if personal is None else personal / personal.sum()
    out = np.asarray(matrix.sum(axis=1)).ravel()
    inverse = np.divide(1.0, out, out=np.zeros(size), where=out > 0)
    into = matrix.T  # a view: the matrix itself is not copied
    stuck = out == 0
    rank: Floats = restart
    for _ in range(_STEPS):
        new: Floats = (
            damping * (into @ (inverse * rank) + rank[stuck].sum() * restart)
            + (1 - damping) * restart
        )
        change = np.abs(new - rank).sum()
        rank = new
        if change < tolerance:
            return rank
    raise FactError(
        f"PageRank did not settle in {_STEPS} steps", remedy="lower the damping or the tolerance"
    )


def betweenness(
    matrix: Matrix, samples: int | None = None, seed: int = 0, threads: int = 2
) -> Floats:
    """Betweenness of nodes on shortest paths by number of links (Freeman 1977; Brandes 2001,
    https://doi.org/10.1080/0022250X.2001.9990249), direction ignored, from 0 to 1.

    With `samples`, estimated from so many sources drawn with `seed` without repetition and
    scaled up (Brandes and Pich 2007): unbiased, not bounded by 1. Many sources are worked on at
    once as the columns of a matrix, level by level (Kepner and Gilbert 2011, chapter 6). A
    network of fewer than three nodes has none.
    """
    simple = unweighted(matrix)
    size = simple.shape[0]
    if size < 3:
        return np.zeros(size)
    sources: Ints = np.arange(size)
    if samples is not None and samples < size:
        sources = np.sort(np.random.default_rng(seed).choice(size, samples, replace=False))
    blocks = [sources[at : at + _BLOCK] for at in range(0, len(sources), _BLOCK)]
    with ThreadPoolExecutor(max(1, threads)) as pool:
        found = np.zeros(size)
        for part in pool.map(lambda block: _dependencies(simple, block), blocks):
            found += part
    scaled: Floats = found * (size / len(sources)) / ((size - 1) * (size - 2))
    return scaled


def unweighted(matrix: Matrix) -> Matrix:
    """The matrix of ones, symmetric, without self-loops."""
    both = (matrix + matrix.T).tocsr()
    both.setdiag(0)
    both.eliminate_zeros()
    both.data[:] = 1
    return both


def _dependencies(matrix: Matrix, sources: Ints) -> Floats:
    """What the shortest paths from `sources` lay on each node, summed over the sources."""
    shape = (matrix.shape[0], len(sources))
    columns = np.arange(len(sources))
    paths = np.zeros(shape)
    paths[sources, columns] = 1
    level = np.full(shape, -1, dtype=np.int16)
    level[sources, columns] = 0
    front, depth = paths.copy(), 0
    while True:
        front = matrix @ front
        front[level >= 0] = 0
        reached = front > 0
        if not reached.any():
            break
        depth += 1
        level[reached] = depth
        paths += front
    inverse = np.divide(1.0, paths, out=np.zeros(shape), where=paths > 0)
    passed = np.zeros(shape)
    for at in range(depth, 1, -1):  # what reaches the source itself does not count
        share = matrix @ np.where(level == at, (1 + passed) * inverse, 0)
        passed += np.where(level == at - 1, share * paths, 0)
    summed: Floats = passed.sum(axis=1)
    return summed
