"""Like for like: a change across a reclassification, computed again on the restated base."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from coopgraph.reconciliation.figures import Level, Reclassification, StatedChange
from coopgraph.reconciliation.intervals import to_decimal


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
    """For each headline percent across a reclassification: the percent from the restated base.

    The base is every restated level of the line in the year before the reclassification.
    """
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
