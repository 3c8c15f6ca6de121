"""Large two-mode networks: rows that hold a node, a via and little else.

The solutions are read in bulk (`coopgraph.network.rows`), numbered, and folded by one sparse
product for each kind of edges. Nodes and edges as objects are made when they are read:
the matrix needs none.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TypeVar, overload

from coopgraph.i18n import LanguageMap, in_each, languages, text
from coopgraph.libraries import Floats, np
from coopgraph.network import evidence
from coopgraph.network.elements import Edge, Named, Value, nodes_of
from coopgraph.network.incidence import Incidence, Ties, fold_pairs, two_weights
from coopgraph.network.model import Network
from coopgraph.network.rows import Categorical, Cells, value_of
from coopgraph.store import AnyStore
from coopgraph.store.base import is_named

T = TypeVar("T")


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


def read_incidence(
    store: AnyStore,
    cells: Cells,
    named: Callable[[Iterable[str]], Mapping[str, Named]],
    place: str,
) -> Incidence:
    """The network of two-mode rows, however often each is repeated; `named` gives kinds and
    layers their labels. Raises `FactError` where a via has two weights."""
    layers = cells.layer.values
    group = cells.kind.numbers * len(layers) + cells.layer.numbers
    names = named([*cells.kind.values, *(term.value for term in layers if is_named(term))])
    ties = []
    for number in np.unique(group).tolist():
        kind, layer = cells.kind.values[number // len(layers)], layers[number % len(layers)]
        rows = np.flatnonzero(group == number)
        weight = None if cells.weight is None else cells.weight[rows]
        named_layer = names[layer.value] if is_named(layer) else layer and value_of(layer)
        via = Categorical(cells.via.values, cells.via.numbers[rows])
        node = Categorical(cells.node.values, cells.node.numbers[rows])
        ties.append(_ties(names[kind], named_layer, node, via, _of_vias(via, weight, place)))
    ties.sort(key=lambda each: (each.kind.iri, str(each.layer or "")))
    return Incidence(store, cells.node.values, cells.via.values, tuple(ties))


def _of_vias(via: Categorical[str], weight: Floats | None, place: str) -> Floats | None:
    """The weight of each via that rows weigh so; None where each counts once."""
    if weight is None or (weight == 1).all():
        return None
    found = np.ones(len(via.values))
    found[via.numbers] = weight
    if (differs := np.flatnonzero(found[via.numbers] != weight)).size:
        row = int(differs[0])
        number = int(via.numbers[row])
        raise two_weights(via.values[number], (float(weight[row]), float(found[number])), place)
    return found


def _ties(
    kind: Named,
    layer: Value | None,
    node: Categorical[str],
    via: Categorical[str],
    weight: Floats | None,
) -> Ties:
    size = (len(node.values), len(via.values))
    matrix, folded = fold_pairs(node.numbers, via.numbers, size, weight)
    rows = np.bincount(via.numbers, minlength=size[1])
    weights = np.ones(size[1]) if weight is None else weight
    members = np.diff(matrix.indptr)
    unpaired = (rows > 1) & (members == 1)
    alone = (int(unpaired.sum()), float(weights[unpaired].sum()))
    return Ties(kind, layer, matrix, folded, alone, float(weights[members > 1].sum()))


def incidence_network(
    found: Incidence, texts: tuple[str, LanguageMap], notes: tuple[Mapping[str, str], ...]
) -> Network:
    """The network of an incidence; `texts` are its name and its titles."""
    size = sum(each.folded.nnz for each in found.ties)
    for each in found.ties:
        if each.unpaired[0]:
            count, weight = each.unpaired
            notes = (*notes, _unpaired(each.kind, count, Decimal(f"{weight:.10g}")))
    if size > evidence.VIAS_UP_TO:
        notes = (*notes, in_each("network-note.not-listed", size))
    nodes = Deferred(len(found.nodes), lambda: tuple(nodes_of(found.store, found.nodes)))
    edges = Deferred(size, lambda: tuple(_edges(found)))
    return Network(*texts, nodes, edges, directed=False, notes=notes, incidence=found)


def _unpaired(kind: Named, count: int, weight: Decimal) -> dict[str, str]:
    return {
        lang: text("network-note.alone", lang, kind=kind.label(lang), count=count, weight=weight)
        for lang in languages()
    }


def _edges(found: Incidence) -> Iterator[Edge]:
    """The edges by their ends, each with what the two share where there are not too many."""
    known = evidence.evidence_of(found)
    columns = (column.tolist() for column in (*found.ends, known.of_edge))
    for one, other, ties, weight, number in zip(*columns, strict=True):
        each, kind = known.distinct[number], found.ties[ties].kind
        yield Edge(one, other, kind, weight, "", each.attributes, each.evidence, each.via)
