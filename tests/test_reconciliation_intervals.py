"""Intervals: what a printed figure may have been, and what follows from several."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from figures_of_tests import NUMBERS, POSITIVE, UNITS, printed
from hypothesis import given
from hypothesis import strategies as st

from coopgraph.reconciliation import intervals
from coopgraph.reconciliation.intervals import Interval, figure, ratio, to_decimal


def holds(interval: Interval | None, number: Fraction) -> bool:
    assert interval is not None
    return interval.low <= number <= interval.high


@given(NUMBERS, UNITS)
def test_a_printed_figure_holds_the_number_it_stands_for(number: Decimal, unit: Decimal) -> None:
    shown = printed(number, unit)
    for qualifier in ("exact", "about"):
        assert holds(figure(shown, unit, qualifier), Fraction(number))
    assert holds(figure(number, unit, "at-least"), Fraction(number) + 1)
    assert not holds(figure(number, unit, "at-least"), Fraction(number) - 1)
    assert holds(figure(number, unit, "at-most"), Fraction(number) - 1)
    assert not holds(figure(number, unit, "at-most"), Fraction(number) + 1)


@given(NUMBERS, NUMBERS, UNITS, UNITS)
def test_sums_and_ratios_hold_the_true_ones(a: Decimal, b: Decimal, u: Decimal, v: Decimal) -> None:
    one, other = figure(printed(a, u), u), figure(printed(b, v), v)
    assert holds(intervals.add(one, other), Fraction(a) + Fraction(b))
    assert holds(intervals.negate(one), -Fraction(a))
    assert holds(intervals.times(one, 100), 100 * Fraction(a))
    quotient = ratio(one, other)
    if quotient is None:
        assert holds(other, Fraction(0))
    else:
        assert holds(quotient, Fraction(a) / Fraction(b))


@given(NUMBERS, POSITIVE, UNITS, UNITS)
def test_a_coarser_figure_holds_the_finer(a: Decimal, b: Decimal, u: Decimal, v: Decimal) -> None:
    fine, coarse = min(u, v), max(u, v)
    narrow, wide = figure(a, fine), figure(a, coarse)
    assert narrow.low is not None
    assert narrow.high is not None
    assert holds(wide, narrow.low)
    assert holds(wide, narrow.high)
    inner, outer = ratio(narrow, figure(b, fine)), ratio(wide, figure(b, coarse))
    if inner is not None and outer is not None:
        assert inner.low is not None
        assert inner.high is not None
        assert holds(outer, inner.low)
        assert holds(outer, inner.high)


@given(NUMBERS, NUMBERS, UNITS, UNITS)
def test_overlap_is_symmetric(a: Decimal, b: Decimal, u: Decimal, v: Decimal) -> None:
    one, other = figure(a, u), figure(b, v)
    assert one.overlaps(other) == other.overlaps(one)
    assert one.overlaps(one)


def test_an_exact_number_overlaps_the_figure_that_rounds_it() -> None:
    exact = figure(Decimal("-16.72"), Decimal(0))
    assert exact.overlaps(figure(Decimal("-16.7"), Decimal("0.1")))
    assert not exact.overlaps(figure(Decimal("-16.6"), Decimal("0.1")))
    assert not figure(Decimal(1), Decimal(1)).overlaps(figure(Decimal(2), Decimal(1)))


@given(NUMBERS, st.integers(0, 3))
def test_rounding_is_half_up_away_from_zero(number: Decimal, digits: int) -> None:
    wanted = number.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    assert to_decimal(Fraction(number), digits) == wanted


def test_a_ratio_to_what_may_be_zero_or_open_is_none() -> None:
    one = figure(Decimal(1), Decimal(1))
    assert ratio(one, figure(Decimal(0), Decimal(1))) is None
    assert ratio(one, figure(Decimal(5), Decimal(1), "at-least")) is None
    assert ratio(one, figure(Decimal(-5), Decimal(1))) is not None
