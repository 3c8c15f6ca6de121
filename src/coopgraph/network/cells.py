"""Cells: the solutions of a SELECT read in bulk, as columns of numbers.

The engine writes SPARQL 1.1 TSV (https://www.w3.org/TR/sparql11-results-csv-tsv/): one line for
each solution, one cell for each variable, tabs and line breaks within a literal escaped. What
the cells say is decoded once for each distinct cell.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from coopgraph.libraries import Floats, Ints, np, ox
from coopgraph.network.rows import SHARES, is_iri, no_iri, weight_of

T = TypeVar("T")
_VALUES: Final = ("kind", "layer", "weight")


@dataclass(frozen=True)
class Categorical(Generic[T]):
    """What the cells of a column say: the distinct `values`, and which of them each row has."""

    values: tuple[T, ...]
    numbers: Ints


@dataclass(frozen=True)
class Cells:
    """Two-mode rows: IRIs of nodes, vias (both sorted) and kinds; the layer as a term of the
    engine, None where it is not bound; the weight of each row, None where none has one."""

    node: Categorical[str]
    via: Categorical[str]
    kind: Categorical[str]
    layer: Categorical[Any]
    weight: Floats | None


def read_cells(names: tuple[str, ...], data: bytes, place: str) -> Cells:
    """The two-mode rows of a SELECT of `names`, from SPARQL TSV.

    Raises `FactError` where node, via or kind is no IRI, or a weight no finite number.
    """
    width = len(names)
    cells = data.replace(b"\n", b"\t").split(b"\t")
    cells.pop()  # what follows the last line
    columns = {name: cells[width + i :: width] for i, name in enumerate(names)}
    del cells
    node, via = (_iris(columns.pop(name), name, place) for name in ("node", "via"))
    kind, layer, weight = (_terms(columns.pop(name, []), len(via.numbers)) for name in _VALUES)
    kinds = _each(kind, _kind, place)
    weights = _each(weight, weight_of, place)
    plain = all(each == 1 for each in weights)
    return Cells(
        node,
        via,
        Categorical(kinds, kind.numbers),
        layer,
        None if plain else np.array(weights, dtype=np.float64)[weight.numbers],
    )


def _iris(cells: Sequence[bytes], name: str, place: str) -> Categorical[str]:
    """The distinct IRIs of a column, sorted, and the number of each cell's among them."""
    numbers, numbered = _numbered(cells)
    for cell, number in numbers.items():
        if not cell.startswith(b"<"):
            line = int(np.flatnonzero(numbered == number)[0]) + 1
            raise no_iri(name, cell.decode() or None, f"{place}, solution {line}")
    # By the bytes of UTF-8, which is the order of code points; without the angle brackets, for
    # the closing one would stand between a digit and a letter.
    order = sorted(numbers, key=lambda cell: cell[1:-1])
    rank = np.empty(len(order), dtype=np.int64)
    rank[[numbers[cell] for cell in order]] = np.arange(len(order))
    return Categorical(tuple(cell[1:-1].decode() for cell in order), rank[numbered])


def _terms(cells: Sequence[bytes], size: int) -> Categorical[Any]:
    """The distinct terms of a column, None for an empty cell; where it was not selected, no row
    of `size` has one."""
    distinct = set(cells)
    if not distinct:
        return Categorical((None,), np.zeros(size, dtype=np.int64))
    if len(distinct) == 1:  # most columns say the same in every row
        numbers, numbered = {cells[0]: 0}, np.zeros(size, dtype=np.int64)
    else:
        numbers, numbered = _numbered(cells)
    bound = [cell for cell in numbers if cell]
    text = b"\n".join([b"?x", *bound, b""])
    read: Any = ox.parse_query_results(input=text, format=ox.QueryResultsFormat.TSV)
    terms = {cell: solution[0] for cell, solution in zip(bound, read, strict=True)}
    return Categorical(tuple(terms.get(cell) for cell in numbers), numbered)


def _numbered(cells: Sequence[bytes]) -> tuple[dict[bytes, int], Ints]:
    """The distinct cells in order of first use, and the number of each cell."""
    numbers: dict[bytes, int] = {}
    numbered = [numbers.setdefault(cell, len(numbers)) for cell in cells]
    return numbers, np.asarray(numbered, dtype=np.int64)


def _each(column: Categorical[Any], read: Callable[[Any, str], T], place: str) -> tuple[T, ...]:
    """What `read` makes of each distinct term, given the place of the first solution with it."""
    _, first = np.unique(column.numbers, return_index=True)
    lines = dict(enumerate(first.tolist(), 0))
    return tuple(
        read(term, f"{place}, solution {lines.get(number, 0) + 1}")
        for number, term in enumerate(column.values)
    )


def _kind(term: Any, place: str) -> str:
    if term is None:
        return SHARES
    if not is_iri(term):
        raise no_iri("kind", term, place)
    iri: str = term.value
    return iri
