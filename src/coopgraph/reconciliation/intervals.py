"""Intervals: a stated figure is every number that would have been printed so.

A figure rounded to the unit u means the numbers within half a unit of it; one marked
as approximate (about) for those within a whole unit, with `almost` for those of the unit below.
Arithmetic is exact (fractions): the verdict must not depend on binary rounding. Method: interval
arithmetic, R. E. Moore, Interval Analysis, 1966.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import inf
from typing import Any, Final

_INFINITE: Final[Any] = inf


@dataclass(frozen=True)
class Interval:
    """All numbers from `low` to `high`, each infinite where there is no bound. `value` is the
    stated figure."""

    low: Fraction
    high: Fraction
    value: Fraction

    def overlaps(self, other: Interval) -> bool:
        """Whether some number is inside both. A shared end point alone does not count,
        unless it is all there is of one of them: an exact number.

        >>> tenth = Decimal("0.1")
        >>> figure(Decimal(26), Decimal(1)).overlaps(figure(Decimal("25.9"), tenth))
        True
        >>> figure(Decimal("21.4"), tenth).overlaps(figure(Decimal("21.5"), tenth))
        False
        """
        if self.value == other.value:
            return True
        low, high = max(self.low, other.low), min(self.high, other.high)
        return low < high or (low == high and any(i.low == i.high for i in (self, other)))


def between(low: Decimal | None, high: Decimal | None) -> Interval | None:
    """The interval of a figure stated as a range; None where one of its bounds is not given.

    >>> between(Decimal(6), Decimal(7)).value
    Fraction(13, 2)
    """
    if low is None or high is None:
        return None
    return Interval(Fraction(low), Fraction(high), (Fraction(low) + Fraction(high)) / 2)


def figure(value: Decimal, rounding: Decimal, qualifier: str = "exact") -> Interval:
    """The interval of a stated figure; `qualifier` is a code of the list `qualifier`.

    >>> figure(Decimal(5), Decimal(1)).low, figure(Decimal(5), Decimal(1), "about").high
    (Fraction(9, 2), Fraction(6, 1))
    """
    number, unit = Fraction(value), Fraction(rounding)
    if qualifier == "at-least":
        return Interval(number, _INFINITE, number)
    if qualifier == "at-most":
        return Interval(-_INFINITE, number, number)
    if qualifier == "almost":
        return Interval(number - unit, number, number)
    slack = unit if qualifier == "about" else unit / 2
    return Interval(number - slack, number + slack, number)


def add(*terms: Interval) -> Interval:
    """The sum of intervals.

    >>> add(figure(Decimal(1), Decimal(1)), figure(Decimal(2), Decimal(1))).high
    Fraction(4, 1)
    """
    bounds = zip(*((t.low, t.high, t.value) for t in terms), strict=True)
    return Interval(*(sum(each, Fraction(0)) for each in bounds))


def negate(x: Interval) -> Interval:
    """The interval of -x."""
    return Interval(-x.high, -x.low, -x.value)


def ratio(part: Interval, whole: Interval) -> Interval | None:
    """part / whole; None where the whole may be zero or a bound is missing.

    >>> ratio(figure(Decimal(1), Decimal(0)), figure(Decimal(4), Decimal(0))).value
    Fraction(1, 4)
    """
    parts, wholes = (part.low, part.high), (whole.low, whole.high)
    if _INFINITE in map(abs, parts + wholes) or whole.low <= 0 <= whole.high:
        return None
    corners = [x / y for x in parts for y in wholes]
    return Interval(min(corners), max(corners), part.value / whole.value)


def times(x: Interval, factor: int) -> Interval:
    """x multiplied by a positive whole number.

    >>> times(figure(Decimal(2), Decimal(0)), 100).value
    Fraction(200, 1)
    """
    return Interval(x.low * factor, x.high * factor, x.value * factor)


def growth(new: Interval | None, old: Interval | None) -> Interval | None:
    """By how many percent the one is above the other; None where `ratio` gives nothing.

    >>> rounded = growth(figure(Decimal(26), Decimal(1)), figure(Decimal("29.3"), Decimal("0.1")))
    >>> [to_decimal(end, 1) for end in (rounded.low, rounded.high)]
    [Decimal('-13.1'), Decimal('-9.4')]
    """
    share = ratio(new, old) if new and old else None
    one = Interval(Fraction(-1), Fraction(-1), Fraction(-1))
    return None if share is None else times(add(share, one), 100)


def to_decimal(number: Fraction, digits: int) -> Decimal:
    """`number` rounded half up to `digits` decimal places (negative: before the point).

    >>> to_decimal(Fraction(1, 3), 2), to_decimal(Fraction(-16719, 1000), 2)
    (Decimal('0.33'), Decimal('-16.72'))
    >>> to_decimal(Fraction(1234), -2)
    Decimal('1200')
    """
    scaled = number * Fraction(10) ** digits
    whole = int(abs(scaled) + Fraction(1, 2))
    signed = -whole if scaled < 0 else whole
    if digits <= 0:
        return Decimal(signed * 10**-digits)
    return Decimal(signed).scaleb(-digits)
