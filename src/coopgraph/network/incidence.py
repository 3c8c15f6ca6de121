"""Large two-mode networks: rows that hold a node and a via and nothing else.

The solutions are read in bulk as bytes (SPARQL 1.1 TSV), numbered, and folded by one sparse
product. Nodes and edges as objects are made when somebody looks at them: the matrix needs none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final, TypeVar, overload

from ..errors import FactError
from ..store import AnyStore
from .facts import names_of, nodes_of
from .model import Edge, Named, Network

if TYPE_CHECKING:
    from typing import TypeAlias

    import numpy as np
    import numpy.typing as npt
    import pyoxigraph as ox
    from scipy.sparse import csr_matrix

    Ints: TypeAlias = npt.NDArray[np.int64]

T = TypeVar("T")
_ENDS: Final = ("node", "via")
#: Up to this many edges each says what its ends share; beyond, the lists would outweigh the rest.
VIAS_UP_TO: Final = 20_000
_WITHOUT_VIAS: Final = (
    "{:,} edges: what the two ends of each share is counted (weight) but not listed.",
    "간선이 {:,}개여서, 양쪽이 공유하는 대상은 개수(가중치)만 나타내고 목록은 싣지 않았다.",
)


class Deferred(Sequence[T]):
    """A sequence of known length whose items are made when first looked at."""

    def __init__(self, size: int, make: Callable[[], Sequence[T]]) -> None:
        self._size, self._make = size, make
        self._made: Sequence[T] | None = None

    def _items(self) -> Sequence[T]:
        if self._made is None:
            self._made = self._make()
        return self._made

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[T]:
        return iter(self._items())

    @overload
    def __getitem__(self, at: int) -> T: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[T]: ...
    def __getitem__(self, at: int | slice) -> T | Sequence[T]:
        return self._items()[at]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence):
            return NotImplemented
        return len(self) == len(other) and all(a == b for a, b in zip(self, other, strict=True))

    def __hash__(self) -> int:
        return hash(tuple(self))


@dataclass(frozen=True)
class Incidence:
    """Which node goes with which via: IRIs of both, sorted, and the matrix (vias by nodes) of
    ones. `folded` is the upper triangle of its product: what every two nodes share, counted.
    Labels are looked up in `store`; every edge is of `kind`."""

    store: AnyStore
    kind: Named
    nodes: tuple[str, ...]
    vias: tuple[str, ...]
    matrix: csr_matrix
    folded: csr_matrix


def read_incidence(
    store: AnyStore, kind: Named, solutions: ox.QuerySolutions, place: str
) -> Incidence:
    """The two-mode rows of a SELECT of ?node and ?via, however often each is repeated.

    Raises `FactError` where one of the two is no IRI.
    """
    from pyoxigraph import QueryResultsFormat

    names = [variable.value for variable in solutions.variables]
    data = solutions.serialize(format=QueryResultsFormat.TSV) or b""
    cells = data.split()  # an IRI holds no blank; the first two are the names of the variables
    if len(cells) != 2 * data.count(b"\n"):  # something is no IRI: find out where
        rows = data.split(b"\n")[:-1]
        cells = [cell for row in rows for cell in row.split(b"\t")]
    del data
    node, via = (_numbered(cells[2 + names.index(name) :: 2], name, place) for name in _ENDS)
    del cells
    matrix, folded = fold_pairs(node[1], via[1], (len(node[0]), len(via[0])))
    return Incidence(store, kind, node[0], via[0], matrix, folded)


def fold_pairs(node: Ints, via: Ints, size: tuple[int, int]) -> tuple[csr_matrix, csr_matrix]:
    """The matrix (vias by nodes) of pairs of numbers, and the upper triangle of its product:
    how many vias every two nodes share. `size` counts nodes and vias."""
    import numpy as np
    from scipy.sparse import csr_matrix, triu

    ones = np.ones(len(via), dtype=np.int32)
    matrix = csr_matrix((ones, (via, node)), shape=(size[1], size[0]))
    matrix.sum_duplicates()
    matrix.data[:] = 1
    folded = triu(matrix.T.tocsr() @ matrix, k=1, format="csr").astype(np.float64)
    folded.sort_indices()
    return matrix, folded


def incidence_network(
    found: Incidence, texts: tuple[str, str, str], notes: tuple[tuple[str, str], ...]
) -> Network:
    """The network of an incidence; `texts` are its name and its titles in English and Korean."""
    size = int(found.folded.nnz)
    if size > VIAS_UP_TO:
        notes = (*notes, (_WITHOUT_VIAS[0].format(size), _WITHOUT_VIAS[1].format(size)))
    nodes = Deferred(len(found.nodes), lambda: tuple(nodes_of(found.store, found.nodes)))
    edges = Deferred(size, lambda: tuple(_edges(found)))
    return Network(*texts, nodes, edges, directed=False, notes=notes, incidence=found)


def _edges(found: Incidence) -> Iterator[Edge]:
    """The edges by their ends, each with what the two share where there are not too many."""
    links = found.folded.tocoo()
    ends = zip(links.row.tolist(), links.col.tolist(), links.data.tolist(), strict=True)
    if found.folded.nnz > VIAS_UP_TO:
        for one, other, weight in ends:
            yield Edge(one, other, found.kind, weight)
        return
    of_node = found.matrix.tocsc()
    shared = [set(of_node.indices[a:b].tolist()) for a, b in pairwise(of_node.indptr.tolist())]
    pairs = [
        (one, other, weight, sorted(shared[one] & shared[other])) for one, other, weight in ends
    ]
    wanted = {found.vias[via] for *_, vias in pairs for via in vias}
    names = names_of(found.store, wanted)
    for one, other, weight, vias in pairs:
        yield Edge(
            one, other, found.kind, weight, via=tuple(names[found.vias[via]] for via in vias)
        )


def _numbered(cells: Sequence[bytes], name: str, place: str) -> tuple[tuple[str, ...], Ints]:
    """The distinct IRIs of a column, sorted, and the number of each cell's among them."""
    import numpy as np

    numbers: dict[bytes, int] = {}
    numbered = [numbers.setdefault(cell, len(numbers)) for cell in cells]
    for cell, number in numbers.items():
        if not cell.startswith(b"<"):
            what = f"is no IRI: {cell.decode()}" if cell else "is not bound"
            raise FactError(
                f"?{name} {what}",
                place=f"{place}, solution {numbered.index(number) + 1}",
                remedy="bind it to the IRI of an entity in every solution",
            )
    # By the bytes of UTF-8, which is the order of code points; without the angle brackets, for
    # the closing one would stand between a digit and a letter.
    order = sorted(numbers, key=lambda cell: cell[1:-1])
    rank = np.empty(len(order), dtype=np.int64)
    rank[[numbers[cell] for cell in order]] = np.arange(len(order))
    places = rank[np.asarray(numbered, dtype=np.int64)]
    return tuple(cell[1:-1].decode() for cell in order), places
