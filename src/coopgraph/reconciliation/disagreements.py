"""Disagreements: figures of several sources on the same quantity, and why they differ; and like for
like: a change across a reclassification, computed again on the restated base."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import combinations

from coopgraph.reconciliation.figures import Figure, Level, Reclassification, StatedChange
from coopgraph.reconciliation.intervals import Interval, to_decimal

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
    """Pairs of amounts in one currency for the same period, on the same line or on lines of
    nearly the same scope, stated by different sources with different figures."""
    return _disagreements("level", [(level, level.interval) for level in levels], close)


def change_disagreements(changes: Sequence[StatedChange]) -> Iterator[Disagreement]:
    """Pairs of changes in percent of the same line and period with different figures."""
    stated = [(each, each.stated(each.percent, each.percent_rounding)) for each in changes]
    return _disagreements("change", stated, set())


def _disagreements(
    kind: str, figures: Iterable[tuple[Figure, Interval | None]], close: set[tuple[str, str]]
) -> Iterator[Disagreement]:
    for (a, one), (b, other) in combinations(sorted(figures, key=lambda each: each[0].iri), 2):
        same = a.line == b.line
        if (
            a.source == b.source
            or a.quantity != b.quantity
            or not (same or (a.line, b.line) in close)
        ):
            continue
        if one is None or other is None or one.value == other.value:
            continue
        differ = ((SCOPE, not same), (BASIS, a.basis != b.basis), (PHASE, a.phase != b.phase))
        reasons = _explain(one, other, [code for code, does in differ if does], kind == "level")
        yield Disagreement(kind, a.iri, b.iri, *reasons)


def _explain(
    one: Interval, other: Interval, differing: list[str], units: bool
) -> tuple[str, tuple[str, ...]]:
    """The main reason, and what else differs. Figures that agree within their rounding need no
    other explanation. A power of ten between figures of the same scope, basis and phase is a slip
    of the unit. Otherwise the first known difference explains, in the order scope, basis, phase;
    with none, the values differ."""
    if one.overlaps(other):
        return ROUNDING, tuple(differing)
    if units and not differing and _is_unit_slip(one.value, other.value):
        return UNIT, ()
    if differing:
        return differing[0], tuple(differing[1:])
    return VALUE, ()


def _is_unit_slip(a: Fraction, b: Fraction) -> bool:
    small, large = sorted((abs(a), abs(b)))
    powers = [10**power for power in _UNIT_POWERS] if small else []
    return any(abs(large / small / power - 1) <= _UNIT_TOLERANCE for power in powers)


@dataclass(frozen=True)
class LikeForLike:
    """The change of a line on one basis, with the headline that crossed a reclassification."""

    change: str
    line: str
    from_year: int
    to_year: int
    phase: str
    basis: str
    percent: Decimal
    headline_percent: Decimal
    base: str
    level: str
    reclassification: str


def like_for_like(
    changes: Iterable[StatedChange],
    levels: Mapping[str, Level],
    reclassified: Iterable[Reclassification],
) -> Iterator[LikeForLike]:
    """For each headline percent across a reclassification: the percent from the restated base. The
    base is every restated level of the line in the year before the reclassification."""
    moved = list(reclassified)
    restated = [level for level in levels.values() if level.basis == "restated" and level.amount]
    for change in changes:
        level = levels.get(change.level or "") if change.basis == "as-published" else None
        if level is None or not level.amount or change.percent is None:
            continue
        years = (change.line, change.base_year, change.year)
        for move in moved:
            if years != (move.line, move.from_year, move.to_year):
                continue
            for base in restated:
                if (base.line, base.year) != (change.line, move.from_year) or not base.amount:
                    continue
                if not level.is_comparable(base):
                    continue
                percent = (Fraction(level.amount) / Fraction(base.amount) - 1) * 100
                when = (move.from_year, move.to_year, change.phase, base.basis)
                figures = (to_decimal(percent, 1), change.percent)
                of = (base.iri, level.iri, move.iri)
                yield LikeForLike(change.iri, change.line, *when, *figures, *of)
