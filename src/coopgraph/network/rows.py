"""The solutions of a projection as rows: both ends, kind, weight, claims and the rest."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from ..errors import FactError
from ..store import AnyStore
from ..vocabulary import XSD
from .model import Named

if TYPE_CHECKING:
    from pyoxigraph import QuerySolutions

_WHOLE: Final = {XSD + name for name in ("integer", "int", "long", "gYear", "nonNegativeInteger")}
_NUMBERS: Final = {XSD + name for name in ("decimal", "double", "float")}
#: Names that networkx, GraphML or GEXF take for themselves, or that an edge already has.
_RESERVED: Final = {
    "id",
    "key",
    "label",
    "label_en",
    "label_ko",
    "type",
    "start",
    "end",
    "viz",
    "sources",
    "sources_en",
    "sources_ko",
    "locators_en",
    "locators_ko",
    "via_en",
    "via_ko",
}
#: The kind of a folded edge whose projection names none.
SHARES: Final = Named("http://www.w3.org/2004/02/skos/core#related", "shares", "공유")


@dataclass(frozen=True, slots=True)
class Row:
    """One solution: IRIs of both ends (or of node and via) and of the kind; the rest."""

    ends: tuple[str, str]
    kind: str
    weight: float
    claims: tuple[str, ...]
    values: tuple[tuple[str, str | int | float | bool], ...]
    entities: tuple[tuple[str, str], ...]


def select(store: AnyStore, text: str, place: str) -> tuple[tuple[str, ...], QuerySolutions]:
    """The variables and solutions of a projection.

    Raises `FactError`, which names the file `place`, for what is no projection.
    """
    from pyoxigraph import QuerySolutions

    solutions = store.query(text)
    if not isinstance(solutions, QuerySolutions):
        raise FactError(
            "a projection must be a SELECT",
            place=place,
            remedy="select ?source ?target ?kind, or ?node ?via",
        )
    names = tuple(variable.value for variable in solutions.variables)
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
    return names, solutions


def read_rows(names: tuple[str, ...], solutions: QuerySolutions, place: str) -> list[Row]:
    """The solutions as rows; raises `FactError` for one without an end or a finite weight."""
    width, required = range(len(names)), _required(names)
    rows = []
    for line, solution in enumerate(solutions, 1):
        bound = {names[i]: term for i in width if (term := solution[i]) is not None}
        rows.append(_row(bound, required, f"{place}, solution {line}"))
    return rows


def _required(names: tuple[str, ...]) -> list[str]:
    if "node" not in names:
        return ["source", "target", "kind"]
    return ["node", "via", *(["kind"] if "kind" in names else [])]


def _row(bound: dict[str, Any], required: list[str], place: str) -> Row:
    iris = {name: term.value for name, term in bound.items() if _is_iri(term)}
    for name in required:
        if name not in iris:
            what = "is not bound" if name not in bound else f"is no IRI: {bound[name]}"
            raise FactError(
                f"?{name} {what}",
                place=place,
                remedy="bind it to the IRI of an entity in every solution",
            )
    claims = tuple(iris[n] for n in sorted(iris) if n == "claim" or n.startswith("claim_"))
    rest = sorted(set(bound) - set(required) - {"weight", "claim"})
    return Row(
        (iris[required[0]], iris[required[1]]),
        iris.get("kind", SHARES.iri),
        _weight(bound.get("weight"), place),
        claims,
        tuple((n, _value(bound[n])) for n in rest if n not in iris),
        tuple((n, iris[n]) for n in rest if n in iris and not n.startswith("claim_")),
    )


def _is_iri(term: Any) -> bool:
    return type(term).__name__ == "NamedNode"


def _weight(term: Any, place: str) -> float:
    """The weight of a row; 1 where none is bound."""
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


def _value(term: Any) -> str | int | float | bool:
    """A literal as a Python value: whole numbers exact, decimals as floats, text otherwise."""
    if type(term).__name__ != "Literal":
        return str(term)
    text, datatype = term.value, term.datatype.value
    if datatype == XSD + "boolean":
        return bool(text in ("true", "1"))
    read: Callable[[str], int | float] | None = (
        int
        if datatype in _WHOLE or (datatype in _NUMBERS and text.lstrip("-").isdigit())
        else float
        if datatype in _NUMBERS
        else None
    )
    try:
        return read(text) if read else str(text)
    except ValueError:
        return str(text)
