"""The solutions of a projection as rows (both ends, kind, weight, claims and the rest), or read in
bulk from SPARQL TSV as columns of numbers: there each distinct cell is decoded once."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from coopgraph.errors import FactError
from coopgraph.i18n import languages
from coopgraph.libraries import Floats, Ints, np, ox
from coopgraph.store import AnyStore
from coopgraph.store.base import is_named
from coopgraph.vocabulary import XSD

_WHOLE: Final = {XSD + name for name in ("integer", "int", "long", "gYear", "nonNegativeInteger")}
_NUMBERS: Final = {XSD + name for name in ("decimal", "double", "float")}
#: Names that networkx, GraphML or GEXF take for themselves, or that an edge already has.
_RESERVED: Final = {
    "id",
    "key",
    "label",
    "type",
    "start",
    "end",
    "viz",
    "sources",
    *(f"{n}_{tag}" for n in ("label", "sources", "locators", "via") for tag in languages()),
}
#: Two-mode rows of nothing else are folded in bulk.
BULK: Final = frozenset({"node", "via", "kind", "weight", "layer"})
#: The kind of a folded edge whose projection names none.
SHARES: Final = "http://www.w3.org/2004/02/skos/core#related"
T = TypeVar("T")
_VALUES: Final = ("kind", "layer", "weight")


@dataclass(frozen=True, slots=True)
class Solution:
    """One solution: IRIs of both ends (or of node and via) and of the kind; the rest."""

    ends: tuple[str, str]
    kind: str
    weight: float
    claims: tuple[str, ...]
    values: tuple[tuple[str, str | int | float | bool], ...]
    entities: tuple[tuple[str, str], ...]


def select(
    store: AnyStore, text: str, place: str
) -> tuple[tuple[str, ...], list[ox.QuerySolution] | bytes]:
    """The variables and solutions of a projection; those of `BULK` rows as SPARQL TSV. Raises
    `FactError`, which names the file `place`, for what is no projection."""
    solutions = store.query(text)
    try:
        if not isinstance(solutions, ox.QuerySolutions):
            raise FactError(
                "a projection must be a SELECT",
                place=place,
                remedy="select ?source ?target ?kind, or ?node ?via",
            )
        names = tuple(variable.value for variable in solutions.variables)
        _check(names, place)
        if "node" in names and set(names) <= BULK:
            return names, solutions.serialize(format=ox.QueryResultsFormat.TSV) or b""
        return names, list(solutions)
    finally:  # the frames of an error must not hold them: another thread may let go of those
        del solutions


def _check(names: tuple[str, ...], place: str) -> None:
    if missing := [name for name in _required(names) if name not in names]:
        raise FactError(
            f"?{missing[0]} is not selected",
            place=place,
            remedy="select ?source ?target ?kind, or ?node ?via",
        )
    if taken := sorted(_RESERVED & set(names)):
        raise FactError(
            f"?{taken[0]} is a name that edges already use",
            place=place,
            remedy="give the variable another name",
        )


def read_rows(
    names: tuple[str, ...], solutions: Iterable[ox.QuerySolution], place: str
) -> list[Solution]:
    """The solutions as rows; raises `FactError` for one without an end or a finite weight."""
    width, required = range(len(names)), _required(names)
    rows = []
    for line, solution in enumerate(solutions, 1):
        bound = {names[i]: term for i in width if (term := solution[i]) is not None}
        rows.append(_row(bound, required, f"{place}, solution {line}"))
    return rows


def _required(names: tuple[str, ...]) -> list[str]:
    return ["node", "via"] if "node" in names else ["source", "target", "kind"]


def _row(bound: dict[str, Any], required: list[str], place: str) -> Solution:
    iris = {name: term.value for name, term in bound.items() if is_named(term)}
    for name in [*required, "kind"]:
        if name not in iris and (name in bound or name in required):
            raise no_iri(name, bound.get(name), place)
    claims = tuple(iris[n] for n in sorted(iris) if n == "claim" or n.startswith("claim_"))
    rest = sorted(set(bound) - {*required, "kind", "weight", "claim"})
    return Solution(
        (iris[required[0]], iris[required[1]]),
        iris.get("kind", SHARES),
        weight_of(bound.get("weight"), place),
        claims,
        tuple((n, value_of(bound[n])) for n in rest if n not in iris),
        tuple((n, iris[n]) for n in rest if n in iris and not n.startswith("claim_")),
    )


def no_iri(name: str, term: Any, place: str) -> FactError:
    """The error for a variable that is bound to no IRI."""
    return FactError(
        f"?{name} {'is not bound' if term is None else f'is no IRI: {term}'}",
        place=place,
        remedy="bind it to the IRI of an entity in every solution",
    )


def weight_of(term: Any, place: str) -> float:
    """The weight of a row; 1 where none is bound. Raises `FactError` for no finite number."""
    if term is None:
        return 1.0
    try:
        weight = float(term.value)
    except (AttributeError, ValueError):
        weight = math.nan
    if not math.isfinite(weight):
        raise FactError(
            f"?weight is no finite number: {term}",
            place=place,
            remedy="bind a number, or leave it unbound for 1",
        )
    return weight


def value_of(term: Any) -> str | int | float | bool:
    """A literal as a Python value: whole numbers exact, decimals as floats, text otherwise."""
    if type(term).__name__ != "Literal":
        return str(term)
    text, datatype = term.value, term.datatype.value
    if datatype == XSD + "boolean":
        return bool(text in ("true", "1"))
    read: Callable[[str], str | int | float] = float if datatype in _NUMBERS else str
    if datatype in _WHOLE or (datatype in _NUMBERS and text.lstrip("-").isdigit()):
        read = int
    try:
        return read(text)
    except ValueError:
        return str(text)


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
    """The two-mode rows of a SELECT of `names`, from SPARQL TSV. Raises `FactError` where node, via
    or kind is no IRI, or a weight no finite number."""
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
    if not is_named(term):
        raise no_iri("kind", term, place)
    iri: str = term.value
    return iri
