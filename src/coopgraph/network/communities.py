"""Communities: a large network as a tree of parts, each small enough to be looked at.

Parts are found by the Leiden algorithm (Traag, Waltman and van Eck 2019,
https://doi.org/10.1038/s41598-019-41695-z) with modularity, again within each part that is
still large. Direction and labels play no role; parallel edges add their weights.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from coopgraph.libraries import Ints, Matrix, np, sparse

#: A part of no more nodes than this is not divided further.
LEAF: Final = 300
#: A part is divided into no more parts than this.
PARTS: Final = 80
_SEED: Final = 1


@dataclass(frozen=True)
class Communities:
    """A tree of communities; 0 is the whole network. `order`: the nodes, those of each community
    side by side, within a leaf by falling degree. `start`, `end`: where each community is in
    `order`. `parent`: the community around each, -1 for the whole; a community comes after its
    parent."""

    order: Ints
    parent: Ints
    start: Ints
    end: Ints

    def __len__(self) -> int:
        return len(self.parent)

    def sizes(self) -> Ints:
        """How many nodes each community has."""
        return self.end - self.start

    def members(self, community: int) -> Ints:
        """The numbers of the nodes of a community."""
        return self.order[self.start[community] : self.end[community]]

    def leaf_of(self) -> Ints:
        """The innermost community of each node."""
        leaf = np.empty(len(self.order), dtype=np.int64)
        for community in range(len(self)):  # a child comes later and overwrites its parent
            leaf[self.members(community)] = community
        return leaf


def find_communities(matrix: Matrix, *, leaf: int = LEAF, parts: int = PARTS) -> Communities:
    """The communities of a network with this matrix of weights (nodes by nodes, of any
    direction); the same matrix has the same communities.

    What has no structure is not divided, however large: a leaf may have more than `leaf` nodes.

    >>> from scipy.sparse import block_diag, csr_matrix
    >>> import numpy as np
    >>> two = csr_matrix(block_diag([np.ones((4, 4)), np.ones((3, 3))]))
    >>> found = find_communities(two, leaf=4)
    >>> found.parent.tolist(), found.sizes().tolist()
    ([-1, 0, 0], [7, 4, 3])
    """
    links = _symmetric(matrix)
    degree = np.diff(links.indptr)
    order: list[Ints] = []
    parent: list[int] = []
    start: list[int] = []
    end: list[int] = []
    # Depth first, so that the nodes of each community are next to each other.
    waiting = [(np.arange(links.shape[0], dtype=np.int64), -1)]
    placed = 0
    while waiting:
        nodes, above = waiting.pop()
        number = len(parent)
        parent.append(above)
        start.append(placed)
        end.append(placed + len(nodes))
        children = _divide(links, nodes, parts) if len(nodes) > leaf else []
        if children:
            waiting.extend((child, number) for child in reversed(children))
        else:
            order.append(nodes[np.argsort(-degree[nodes], kind="stable")])
            placed += len(nodes)
    joined = np.concatenate(order) if order else np.empty(0, dtype=np.int64)
    tree = (np.array(column, dtype=np.int64) for column in (parent, start, end))
    return Communities(joined, *tree)


def _symmetric(matrix: Matrix) -> Matrix:
    """Both directions together, without self-loops; no weight below a thousandth of the mean,
    for an edge of weight 0 is an edge all the same."""
    links = matrix.tocoo()
    apart = links.row != links.col
    weights = np.abs(links.data[apart]).astype(np.float64)
    least = (weights.mean() if len(weights) else 0.0) / 1000 or 1.0
    ends = (links.row[apart], links.col[apart])
    once = sparse.coo_matrix((np.maximum(weights, least), ends), shape=links.shape).tocsr()
    both: Matrix = (once + once.T).tocsr()
    both.sort_indices()
    return both


def _divide(links: Matrix, nodes: Ints, parts: int) -> list[Ints]:
    """The parts of these nodes, the largest first; none where there is no structure."""
    inside = links[nodes][:, nodes].tocsr()
    if inside.nnz == 0:
        return []
    pieces = _pieces(_leiden(inside))
    if len(pieces) > parts:
        pieces = _few(_merged(inside, pieces, parts * 2 // 3), parts)
    return [np.sort(nodes[piece]) for piece in pieces] if len(pieces) > 1 else []


def _leiden(links: Matrix) -> Ints:
    """The community of each node; a node without edges is one by itself."""
    import graspologic_native as native

    size = links.shape[0]
    _, found = native.leiden_csr(
        links.indptr.astype(np.int64),
        links.indices.astype(np.int32),
        links.data.astype(np.float64),
        size,
        seed=_SEED,
    )
    label: Ints = np.arange(size, dtype=np.int64) + size
    label[np.fromiter(found.keys(), dtype=np.int64, count=len(found))] = np.fromiter(
        found.values(), dtype=np.int64, count=len(found)
    )
    return label


def _pieces(label: Ints) -> list[Ints]:
    """The places of each label, the longest list first, then by the first place."""
    order = np.argsort(label, kind="stable")
    borders = np.flatnonzero(np.diff(label[order])) + 1
    pieces: list[Any] = np.split(order, borders)
    return sorted(pieces, key=lambda piece: (-len(piece), int(piece[0])))


def _merged(links: Matrix, pieces: list[Ints], most: int) -> list[Ints]:
    """The pieces, the smallest merged into the neighbour it is tied to most closely (weight for
    each node of the neighbour) until no more than `most` have neighbours."""
    import heapq

    ties = _ties(links, pieces)
    sizes = [len(piece) for piece in pieces]
    groups = {i: [i] for i in range(len(pieces))}
    linked = [(sizes[i], i) for i in groups if ties[i]]
    heapq.heapify(linked)
    left = len(linked)
    while left > most:
        size, small = heapq.heappop(linked)
        if small not in groups or size != sizes[small] or not ties[small]:
            continue
        into = max(ties[small], key=lambda j: (ties[small][j] / sizes[j], -j))
        for other, weight in ties.pop(small).items():
            del ties[other][small]
            if other != into:
                ties[into][other] = ties[other][into] = ties[into].get(other, 0.0) + weight
        groups[into] += groups.pop(small)
        sizes[into] += size
        left -= 1 if ties[into] else 2
        heapq.heappush(linked, (sizes[into], into))
    return _joined(pieces, groups.values())


def _ties(links: sparse.csr_matrix, pieces: list[Ints]) -> dict[int, dict[int, float]]:
    """The weights between every two pieces that are linked."""
    piece_of = np.empty(links.shape[0], dtype=np.int64)
    for number, piece in enumerate(pieces):
        piece_of[piece] = number
    ones = np.ones(len(piece_of))
    member = sparse.csr_matrix((ones, (piece_of, np.arange(len(piece_of)))))
    between = (member @ links @ member.T).tocoo()
    ties: dict[int, dict[int, float]] = {number: {} for number in range(len(pieces))}
    for one, other, weight in zip(
        between.row.tolist(), between.col.tolist(), between.data.tolist(), strict=True
    ):
        if one != other:
            ties[one][other] = weight
    return ties


def _few(pieces: list[Ints], parts: int) -> list[Ints]:
    """The pieces, the small ones bundled where there are too many: nodes by themselves in one
    bundle, the rest in bundles of about the same number of nodes."""
    if len(pieces) <= parts:
        return pieces
    kept = max(parts * 2 // 3 - 1, 1)
    rest = [i for i in range(kept, len(pieces)) if len(pieces[i]) > 1]
    share = sum(len(pieces[i]) for i in rest) / (parts - kept - 1)
    bundles: list[list[int]] = [[i] for i in range(kept)]
    filled = share
    for i in rest:
        if filled >= share:
            bundles.append([])
            filled = 0
        bundles[-1].append(i)
        filled += len(pieces[i])
    single = [i for i in range(kept, len(pieces)) if len(pieces[i]) == 1]
    return _joined(pieces, [*bundles, single] if single else bundles)


def _joined(pieces: list[Ints], groups: Iterable[list[int]]) -> list[Ints]:
    """The pieces of each group together, the largest group first."""
    joined = [np.concatenate([pieces[i] for i in group]) for group in groups]
    return sorted(joined, key=lambda piece: (-len(piece), int(piece[0])))
