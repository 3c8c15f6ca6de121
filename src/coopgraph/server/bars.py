"""Bars beside the table of a section: rows that may be compared, and no others."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from coopgraph.queries.answer import Cell

_MOST: Final = 10
_LEAST: Final = 2


@dataclass(frozen=True)
class BarColumns:
    """Which columns bars are drawn from: the length, what a bar is called by, and what must be the
    same in all of them (a currency, a unit, who measured), for nothing else is compared."""

    value: str
    labels: tuple[str, ...]
    within: tuple[str, ...]
    #: Whether the longest come first; else they stand as the labels are in order.
    is_ranked: bool = False


@dataclass(frozen=True)
class SectionBar:
    """A bar: what it is of, what it says, its length beside the longest (0 to 1), and whether its
    value is our reading of a misprint."""

    label: str
    told: str
    share: float
    is_reading: bool = False


@dataclass(frozen=True)
class Bars:
    """Bars of one scale, what they have in common, and how many rows are in the table alone."""

    common: str
    bars: tuple[SectionBar, ...]
    apart: int


def bars_of(
    rows: Iterable[dict[str, Cell]], of: BarColumns, tell: Callable[[str, dict[str, Cell]], str]
) -> Bars | None:
    """The bars of the largest group of rows that have a value and agree in all that they must; None
    where fewer than two do. `tell` says what stands in a column of a row. A value whose misprint is
    known is drawn as it is read.

    >>> columns = BarColumns("amount", ("year",), ("currency",))
    >>> made = bars_of([{"amount": 2, "year": 2024, "currency": "KRW"},
    ...                 {"amount": 1, "year": 2023, "currency": "KRW"},
    ...                 {"amount": 9, "year": 2023, "currency": "EUR"}],
    ...                columns, lambda name, row: str(row[name]))
    >>> [(bar.label, bar.share) for bar in made.bars], made.common, made.apart
    ([('2023', 0.5), ('2024', 1.0)], 'KRW', 1)
    """
    groups: dict[tuple[Any, ...], list[dict[str, Cell]]] = {}
    every = list(rows)
    for row in every:
        if _value(row, of) is not None and _number(row, of) >= 0:
            groups.setdefault(tuple(_same(row[name]) for name in of.within), []).append(row)
    found = max(groups.values(), key=len, default=[])
    if len(found) < _LEAST or not (longest := max(_number(row, of) for row in found)):
        return None
    if of.is_ranked:
        found.sort(key=lambda row: -_number(row, of))
    else:
        found.sort(key=lambda row: [str(row[name] or "") for name in of.labels])
    bars: dict[SectionBar, None] = {}
    for row in found:
        label = " · ".join(filter(None, (tell(name, row) for name in of.labels)))
        reading = row.get("corrected") is not None
        told = tell("corrected" if reading else of.value, row)
        bars[SectionBar(label, told, float(_number(row, of) / longest), reading)] = None
    shown = tuple(bars)[:_MOST]
    common = " · ".join(filter(None, (tell(name, found[0]) for name in of.within)))
    return Bars(common, shown, len(every) - len(found) + len(bars) - len(shown))


def _value(row: dict[str, Cell], of: BarColumns) -> Cell:
    corrected = row.get("corrected")
    return row[of.value] if corrected is None else corrected


def _number(row: dict[str, Cell], of: BarColumns) -> Decimal:
    return Decimal(str(_value(row, of)))


def _same(cell: Cell) -> object:
    return getattr(cell, "iri", cell)
