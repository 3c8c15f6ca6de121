"""Cells of an answer as text: for programs, and for people."""

from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import Final

from coopgraph.queries.answer import Cell, Year

#: Between these a floating-point number is written out.
_SMALL: Final = 1e-3
_LARGE: Final = 1e15


def plain(cell: Cell) -> str:
    """A cell for csv and tsv: numbers as digits, booleans as true and false."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return _digits(cell) if isinstance(cell, Decimal) else str(cell)


def shown(cell: Cell) -> str:
    """A cell for people: thousands separators, at most three decimals, rounded as by
    hand, no control characters.

    >>> shown(13 / 16), shown(Decimal("1234567.5")), shown(0.5)
    ('0.813', '1,234,567.5', '0.5')
    """
    if isinstance(cell, bool) or not isinstance(cell, int | float | Decimal):
        return "".join(c if c.isprintable() else "·" for c in plain(cell))
    if isinstance(cell, Year):
        return str(int(cell))
    if isinstance(cell, int):
        return f"{cell:,}"
    if isinstance(cell, float) and not _SMALL <= abs(cell) < _LARGE:
        return f"{cell or 0:g}"
    with localcontext(rounding=ROUND_HALF_UP):
        whole, dot, part = _digits(Decimal(f"{Decimal(str(cell)):.3f}")).partition(".")
    return (whole if whole == "-0" else f"{int(whole):,}") + dot + part


def is_number(cell: Cell) -> bool:
    """Whether a cell is a number, which a truth value is not."""
    return isinstance(cell, int | float | Decimal) and not isinstance(cell, bool)


def is_quantity(cell: Cell) -> bool:
    """Whether a cell is a number and not a year."""
    return is_number(cell) and not isinstance(cell, Year)


def _digits(number: Decimal) -> str:
    """`number` without trailing zeros and without an exponent, exactly; minus zero is zero."""
    text = format(number, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text
