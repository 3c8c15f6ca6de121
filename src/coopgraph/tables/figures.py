"""A figure in English, from its numbers: sources state theirs in Korean."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Final

from coopgraph.tables.rows import Row, Rows

_UNITS: Final = (
    (Decimal(10) ** 12, " trillion"),
    (Decimal(10) ** 9, " billion"),
    (Decimal(10) ** 6, " million"),
)
_QUALIFIERS: Final = {"about": "about ", "at-least": "at least ", "at-most": "at most "}


def in_english(row: Row, rows: Rows) -> str:
    """The figure of a row: its amount, percent and multiplier, or the levels it leads between.

    A change is signed. What has no number at all is given as it is stated.

    `about KRW 4.6 trillion`, `+KRW 46.8 billion (+20.9%)`, `about ×3`.
    """
    is_change = "multiplier" in row.table.by_name
    amount, percent, multiplier = (
        row.one(name) if name in row.table.by_name else ""
        for name in ("amount_krw", "percent", "multiplier")
    )
    parts = [
        *([_signed(Decimal(amount), won, is_change)] if amount else _bounds(row)),
        *([_signed(_stated(row, percent), _percent, is_change)] if percent else []),
        *([f"×{_digits(Decimal(multiplier))}"] if multiplier else []),
    ]
    if not parts:
        return _between(row, rows) or row.one("as_stated")
    first, *others = parts
    qualifier = _QUALIFIERS.get(row.one("qualifier"), "")
    return f"{qualifier}{first}" + (f" ({', '.join(others)})" if others else "")


def won(amount: Decimal) -> str:
    """An amount in won, exactly, in the largest unit that it reaches.

    >>> won(Decimal("25900000000000")), won(Decimal("84500000000")), won(Decimal(500))
    ('KRW 25.9 trillion', 'KRW 84.5 billion', 'KRW 500')
    """
    for unit, name in _UNITS:
        if abs(amount) >= unit:
            return f"KRW {_digits(amount / unit)}{name}"
    return f"KRW {_digits(amount)}"


def _bounds(row: Row) -> list[str]:
    """The bounds of a range, or the one bound of an 'at least' or 'at most'."""
    bounds = [
        won(Decimal(row.one(name)))
        for name in ("min_krw", "max_krw")
        if name in row.table.by_name and row.one(name)
    ]
    return [" to ".join(bounds)] if bounds else []


def _between(row: Row, rows: Rows) -> str:
    """From one level to another, where the row refers to both."""
    levels = [
        row.one(name) if name in row.table.by_name else "" for name in ("base_level", "level")
    ]
    if not all(levels):
        return ""
    return " to ".join(in_english(rows.by_key[level], rows) for level in levels)


def _stated(row: Row, percent: str) -> Decimal:
    """The percent with as many decimals as are stated: 18.0 is not 18."""
    rounding = row.one("percent_rounding")
    return Decimal(percent).quantize(Decimal(rounding)) if rounding == "0.1" else Decimal(percent)


def _percent(number: Decimal) -> str:
    return f"{number:f}%"


def _signed(number: Decimal, write: Callable[[Decimal], str], is_change: bool) -> str:
    sign = "" if not is_change else "-" if number < 0 else "+"
    return f"{sign}{write(abs(number) if is_change else number)}"


def _digits(number: Decimal) -> str:
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
