"""Checks: every change, share and count is computed again from the levels it refers to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from coopgraph.reconciliation import intervals
from coopgraph.reconciliation.figures import Change, Enumeration, Level, Reclassification, Share
from coopgraph.reconciliation.intervals import Interval, figure, to_decimal

CONSISTENT, INCONSISTENT = "consistent", "inconsistent"
MISMATCH, INCOMPLETE, NOT_CHECKABLE = "base-period-mismatch", "incomplete", "not-checkable"


@dataclass(frozen=True)
class Check:
    """A verdict on one claim, what it was derived from, and why (both languages)."""

    claim: str
    stated: str
    recomputed: str
    verdict: str
    why_en: str
    why_ko: str
    derived_from: tuple[str, ...]
    not_like_for_like: bool = False


def check_change(
    change: Change, levels: Mapping[str, Level], reclassified: Iterable[Reclassification]
) -> Check:
    """Compare the stated percent, amount and multiplier with those that the levels give.

    Where the claim refers to a base level, all three follow from it; where it states level
    and amount, the base and the percent do; where it states neither, nothing can be checked.
    """
    level = levels.get(change.level or "")
    base = levels.get(change.base_level or "")
    new = level.interval if level else None
    percent = change.stated(change.percent, change.percent_rounding)
    amount = change.stated(change.amount, change.rounding)
    factor = change.stated(change.multiplier, change.multiplier_rounding)
    crossed = [
        r
        for r in reclassified
        if r.line == change.line
        and change.basis == "as-published"
        and change.base_year is not None
        and change.base_year <= r.from_year
        and change.year >= r.to_year
    ]
    used = tuple(x for x in (change.level, change.base_level, *(r.iri for r in crossed)) if x)

    def verdict(code: str, recomputed: str, en: str, ko: str) -> Check:
        return Check(change.iri, change.as_stated, recomputed, code, en, ko, used, bool(crossed))

    old = base.interval if base else None
    if old is None and new is not None and amount is not None:
        old = intervals.add(new, intervals.negate(amount))
        amount = None  # it made the base: it cannot also confirm it
    if new is None or old is None or (share := intervals.ratio(new, old)) is None:
        return verdict(
            NOT_CHECKABLE, "", "no base is stated to compute from", "계산할 기준값이 제시되지 않음"
        )
    parts = _comparisons(new, old, share, percent, amount, factor)
    recomputed = ", ".join(text for text, _ in parts)
    shown = f"{recomputed + ', ' if recomputed else ''}base {_won(old.value)}"
    if base and change.base_year is not None and base.year != change.base_year:
        return verdict(
            MISMATCH,
            shown,
            f"said to be a change from {change.base_year}, but its base figure is of {base.year}",
            f"{change.base_year}년 대비라고 하나 비교 대상 수치는 {base.year}년 것임",
        )
    if not parts:
        return verdict(
            NOT_CHECKABLE,
            shown,
            "only the base follows; nothing else is stated to compare",
            "기준값만 도출되며 비교할 다른 수치가 없음",
        )
    if all(fits for _, fits in parts):
        return verdict(
            CONSISTENT,
            shown,
            "the stated figures agree within their rounding",
            "제시된 수치가 반올림 범위에서 일치함",
        )
    return verdict(
        INCONSISTENT,
        shown,
        "the stated figures differ by more than their rounding",
        "제시된 수치가 반올림 범위를 넘어 어긋남",
    )


def _comparisons(
    new: Interval,
    old: Interval,
    share: Interval,
    percent: Interval | None,
    amount: Interval | None,
    factor: Interval | None,
) -> list[tuple[str, bool]]:
    """(recomputed figure as text, whether the stated one agrees) for each stated figure."""
    found = []
    if percent is not None:
        grown = intervals.times(intervals.add(share, intervals.negate(figure_one())), 100)
        found.append((f"{to_decimal(grown.value, 2)} %", grown.overlaps(percent)))
    if amount is not None:
        difference = intervals.add(new, intervals.negate(old))
        found.append((_won(difference.value), difference.overlaps(amount)))
    if factor is not None:
        found.append((f"× {to_decimal(share.value, 2)}", share.overlaps(factor)))
    return found


def check_share(share: Share, levels: Mapping[str, Level]) -> Check:
    """Compare a stated share with the one that the levels of its parts and whole give."""
    parts = [levels[p].interval for p in share.parts if p in levels]
    whole = levels[share.whole].interval if share.whole and share.whole in levels else None
    used = (*share.parts, *((share.whole,) if share.whole else ()))
    given = [p for p in parts if p is not None]
    part = intervals.add(*given) if given and len(given) == len(share.parts) else None
    ratio = intervals.ratio(part, whole) if part and whole else None
    if part is None or whole is None or ratio is None:
        return Check(
            share.iri,
            share.as_stated,
            "",
            NOT_CHECKABLE,
            "the levels of the parts or of the whole are not stated",
            "부분 또는 전체의 금액이 제시되지 않음",
            used,
        )
    percent = intervals.times(ratio, 100)
    stated = figure(share.percent, share.percent_rounding, share.qualifier)
    implied = part.value * 100 / Fraction(share.percent) if share.percent else None
    text = f"{to_decimal(percent.value, 1)} %" + (f", whole {_won(implied)}" if implied else "")
    if percent.overlaps(stated):
        return Check(
            share.iri,
            share.as_stated,
            text,
            CONSISTENT,
            "share, parts and whole agree within their rounding",
            "비중과 부분·전체 금액이 반올림 범위에서 일치함",
            used,
        )
    return Check(
        share.iri,
        share.as_stated,
        text,
        INCONSISTENT,
        "share, parts and whole differ by more than their rounding",
        "비중과 부분·전체 금액이 반올림 범위를 넘어 어긋남",
        used,
    )


def check_enumeration(claim: Enumeration) -> Check:
    """Compare the stated number of things with the number of those that are named."""
    if claim.named == claim.stated:
        code, en, ko = CONSISTENT, "all are named", "모두 열거됨"
    elif claim.named < claim.stated:
        code = INCOMPLETE
        en = f"{claim.named} of {claim.stated} are named"
        ko = f"{claim.stated}개 중 {claim.named}개만 열거됨"
    else:
        code, en, ko = INCONSISTENT, "more are named than counted", "센 수보다 많이 열거됨"
    return Check(claim.iri, str(claim.stated), str(claim.named), code, en, ko, ())


def figure_one() -> Interval:
    """Exactly one."""
    return Interval(Fraction(1), Fraction(1), Fraction(1))


def _won(value: Fraction) -> str:
    """An amount in won to four significant digits: more would pretend to a precision."""
    whole = abs(int(value))
    digits = max(len(str(whole)) - 4, 0)
    return f"{to_decimal(value, -digits):,f} KRW"
