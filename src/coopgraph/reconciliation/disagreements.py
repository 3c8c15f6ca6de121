"""Disagreements: figures of several sources on the same quantity, and why they differ."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

from coopgraph.reconciliation.figures import Level, StatedChange
from coopgraph.reconciliation.intervals import Interval

ROUNDING, UNIT, SCOPE = "rounding-differs", "unit-differs", "scope-differs"
BASIS, PHASE, VALUE = "basis-differs", "phase-differs", "value-differs"
#: A ratio this near to a power of ten speaks of a wrong unit.
_UNIT_TOLERANCE = Fraction(1, 20)
_UNIT_POWERS = (1, 2, 3, 4, 8)


@dataclass(frozen=True)
class Disagreement:
    """Two claims on one quantity whose figures differ; `reason` is the main explanation and
    `also` what else differs. `kind` is `level` or `change`."""

    kind: str
    a: str
    b: str
    reason: str
    also: tuple[str, ...]


def level_disagreements(
    levels: Sequence[Level], close: set[tuple[str, str]]
) -> Iterator[Disagreement]:
    """Pairs of levels of the same year, on the same line or on lines of nearly the same
    scope, stated by different sources with different figures."""
    for a, b in combinations(sorted(levels, key=lambda level: level.iri), 2):
        same = a.line == b.line
        if a.source == b.source or a.year != b.year or not (same or (a.line, b.line) in close):
            continue
        one, other = a.interval, b.interval
        if one is None or other is None or one.value == other.value:
            continue
        differing = [
            code
            for code, differs in (
                (SCOPE, not same),
                (BASIS, a.basis != b.basis),
                (PHASE, a.phase != b.phase),
            )
            if differs
        ]
        yield Disagreement("level", a.iri, b.iri, *_explain(one, other, differing))


def change_disagreements(changes: Sequence[StatedChange]) -> Iterator[Disagreement]:
    """Pairs of changes in percent of the same line and year with different figures."""
    for a, b in combinations(sorted(changes, key=lambda change: change.iri), 2):
        if a.source == b.source or a.line != b.line or a.year != b.year:
            continue
        one = a.stated(a.percent, a.percent_rounding)
        other = b.stated(b.percent, b.percent_rounding)
        if one is None or other is None or one.value == other.value:
            continue
        differing = [
            code
            for code, differs in ((BASIS, a.basis != b.basis), (PHASE, a.phase != b.phase))
            if differs
        ]
        yield Disagreement("change", a.iri, b.iri, *_explain(one, other, differing, units=False))


def _explain(
    one: Interval, other: Interval, differing: list[str], units: bool = True
) -> tuple[str, tuple[str, ...]]:
    """The main reason, and what else differs.

    Figures that agree within their rounding need no other explanation. A power of ten
    between figures of the same scope, basis and phase is a slip of the unit. Otherwise the
    first known difference explains, in the order scope, basis, phase; with none, the
    values differ.
    """
    if one.overlaps(other):
        return ROUNDING, tuple(differing)
    if units and not differing and _is_unit_slip(one.value, other.value):
        return UNIT, ()
    if differing:
        return differing[0], tuple(differing[1:])
    return VALUE, ()


def _is_unit_slip(a: Fraction, b: Fraction) -> bool:
    small, large = sorted((abs(a), abs(b)))
    if not small:
        return False
    return any(abs(large / small / 10**power - 1) <= _UNIT_TOLERANCE for power in _UNIT_POWERS)
