"""Disagreements: figures of several sources on the same quantity, and why they differ; and like for
like: a change across a reclassification, computed again on the restated base."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import combinations
from typing import Any

from coopgraph.reconciliation.figures import Figure, Level, Reclassification, StatedChange
from coopgraph.reconciliation.intervals import Interval, growth, to_decimal

SCOPE, PHASE, BASIS = "scope-differs", "phase-differs", "basis-differs"
QUALIFIER, MODALITY, DATE = "qualifier-differs", "modality-differs", "date-differs"
BASE_YEAR, ROUNDING = "base-year-differs", "rounding-differs"
VALUE, UNIT, MISPRINT = "value-differs", "unit-differs", "misprinted"
#: A ratio this near to a power of ten speaks of a wrong unit.
_UNIT_TOLERANCE = Fraction(1, 20)
_UNIT_POWERS = (1, 2, 3, 4, 8)
#: What two figures may differ in besides their values, and the field that says so.
_FIELDS = {
    SCOPE: "line",
    PHASE: "phase",
    BASIS: "basis",
    QUALIFIER: "qualifier",
    MODALITY: "modality",
    BASE_YEAR: "base_year",
    ROUNDING: "unit",
    DATE: "issued",
}


@dataclass(frozen=True)
class Difference:
    """A dimension in which two figures differ (a code of the list `disagreement-reason`), and
    what it is of each; None where it is not stated."""

    dimension: str
    one: Any = None
    other: Any = None


@dataclass(frozen=True)
class Disagreement:
    """Two claims on one quantity whose figures differ: every dimension in which they do, and
    whether one number can have been printed as both. `kind` is `level` or `change`."""

    kind: str
    a: str
    b: str
    differences: tuple[Difference, ...]
    compatible: bool


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
    of = defaultdict(list)
    for each in sorted(figures, key=lambda each: each[0].iri):
        of[each[0].quantity].append(each)
    for (a, one), (b, other) in (pair for alike in of.values() for pair in combinations(alike, 2)):
        if a.source == b.source or not (a.line == b.line or (a.line, b.line) in close):
            continue
        if one is None or other is None or one.value == other.value:
            continue
        compatible = one.overlaps(other)
        found = [*_differences(a, b), *([] if compatible else [Difference(VALUE)])]
        printed = next((x for x in (a, b) if getattr(x, "corrected", None) is not None), None)
        if printed is not None:
            found.append(Difference(MISPRINT, printed.iri))
        elif kind == "level" and a.is_alike(b) and _is_unit_slip(one.value, other.value):
            found.append(Difference(UNIT))
        yield Disagreement(kind, a.iri, b.iri, tuple(found), compatible)


def _differences(a: Figure, b: Figure) -> Iterator[Difference]:
    """What differs between two figures besides their values."""
    for dimension, field in _FIELDS.items():
        one, other = getattr(a, field, None), getattr(b, field, None)
        if one != other:
            yield Difference(dimension, one, other)


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
    lowest: Decimal
    highest: Decimal
    headline_percent: Decimal
    base: str
    level: str
    reclassification: str


def like_for_like(
    changes: Iterable[StatedChange],
    levels: Mapping[str, Level],
    reclassified: Iterable[Reclassification],
) -> Iterator[LikeForLike]:
    """For each headline percent across a reclassification: between what the percent from the
    restated base is, as far as the rounding of both amounts carries it. The base is every restated
    level of the line in the year before the reclassification."""
    moved = list(reclassified)
    restated = [level for level in levels.values() if level.basis == "restated"]
    for change in changes:
        level = levels.get(change.level or "") if change.basis == "as-published" else None
        if level is None or change.percent is None:
            continue
        years = (change.line, change.base_year, change.year)
        for move in moved:
            if years != (move.line, move.from_year, move.to_year):
                continue
            for base in restated:
                if (base.line, base.year) != (change.line, move.from_year):
                    continue
                if not level.is_comparable(base):
                    continue
                if (found := growth(level.believed, base.believed)) is None:
                    continue
                when = (move.from_year, move.to_year, change.phase, base.basis)
                figures = (to_decimal(found.low, 1), to_decimal(found.high, 1), change.percent)
                of = (base.iri, level.iri, move.iri)
                yield LikeForLike(change.iri, change.line, *when, *figures, *of)
