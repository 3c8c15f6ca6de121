"""Checks: every change, share and count is computed again from the levels it refers to."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from itertools import combinations

from coopgraph.i18n import told
from coopgraph.reconciliation import figures, intervals
from coopgraph.reconciliation.intervals import Interval, figure, to_decimal

CONSISTENT, INCONSISTENT = "consistent", "inconsistent"
MISMATCH, INCOMPLETE, NOT_CHECKABLE = "base-period-mismatch", "incomplete", "not-checkable"


@dataclass(frozen=True)
class Check:
    """A verdict on one claim, what it was derived from, and why (by language); `borrowed` are the
    amounts that it does not refer to itself."""

    claim: str
    stated: str
    recomputed: str
    verdict: str
    why: Mapping[str, str]
    derived_from: tuple[str, ...]
    not_like_for_like: bool = False
    borrowed: tuple[str, ...] = ()


def check_change(
    change: figures.StatedChange,
    levels: Mapping[str, figures.Level],
    reclassified: Iterable[figures.Reclassification],
) -> Check:
    """Compare the stated percent, amount and multiplier with those that the levels give. Where the
    claim refers to a base level, all three follow from it; where it states level and amount, the
    base and the percent do. A level that it does not state is borrowed from the sources that state
    it in the same phase and on the same basis: the most precise, where all agree within their
    rounding; where none states that of the year before, from a change by which it follows
    (`implied`). That of the year before is as approved, where the claim says no phase of it. What
    is borrowed confirms a claim and never contradicts it."""
    level, base = levels.get(change.level or ""), levels.get(change.base_level or "")
    percent = change.stated(change.percent, change.percent_rounding)
    in_currency = level is None or change.currency == level.currency  # nothing is converted
    amount = change.stated(change.amount, change.rounding) if in_currency else None
    factor = change.stated(change.multiplier, change.multiplier_rounding)
    stated = bool(percent or factor)
    borrowed: list[str] = []
    if level is None and (found := _borrowed(change, change.year, change.phase, levels)):
        borrowed.append((level := found).iri)
    makes_base = level is not None and amount is not None and stated
    if base is None and not makes_base and (stated or amount) and level is not None:
        phase = change.base_phase or "approved"
        if found := _borrowed(change, change.base_year, phase, levels):
            borrowed.append((base := found).iri)
    new = level.believed if level else None
    crossed = [
        r
        for r in reclassified
        if r.line == change.line
        and change.basis == "as-published"
        and change.base_year is not None
        and change.year is not None
        and change.base_year <= r.from_year
        and change.year >= r.to_year
    ]
    own = (change.level, change.base_level, *borrowed, *(r.iri for r in crossed))
    used = tuple(x for x in own if x)

    def verdict(code: str, recomputed: str, why: Mapping[str, str]) -> Check:
        flag, more = bool(crossed), tuple(borrowed) if code != NOT_CHECKABLE else ()
        return Check(change.iri, change.as_stated, recomputed, code, why, used, flag, more)

    if level and base and not level.is_comparable(base):
        return verdict(NOT_CHECKABLE, "", told("check.not-comparable"))
    old = base.believed if base else None
    if old is None and new is not None and amount is not None:
        old = intervals.add(new, intervals.negate(amount))
        amount = None  # it made the base: it cannot also confirm it
    if new is None or old is None or (share := intervals.ratio(new, old)) is None:
        return verdict(NOT_CHECKABLE, "", _lacking(change, new is None))
    currency = level.currency if level else ""
    parts = _comparisons(new, old, share, (percent, amount, factor), currency)
    recomputed = ", ".join(text for text, _ in parts)
    shown = f"{recomputed + ', ' if recomputed else ''}base {_amount(old.value, currency)}"
    if base and change.base_year is not None and base.year != change.base_year:
        years = {"stated": str(change.base_year), "found": str(base.year)}
        return verdict(MISMATCH, shown, told("check.base-period", **years))
    if not parts:
        return verdict(NOT_CHECKABLE, shown, told("check.base-only"))
    code, why = _agreement(all(fits for _, fits in parts), bool(borrowed))
    return verdict(code, shown, told(why))


def _agreement(agrees: bool, is_borrowed: bool) -> tuple[str, str]:
    """The verdict and its reason; what others state may count something else."""
    if agrees:
        return CONSISTENT, "check.agrees"
    if is_borrowed:
        return NOT_CHECKABLE, "check.borrowed-differ"
    return INCONSISTENT, "check.differs"


def _borrowed(
    change: figures.StatedChange,
    year: int | None,
    phase: str,
    levels: Mapping[str, figures.Level],
) -> figures.Level | None:
    """The most precise amount of the line of a change in a year and phase, on its basis, else one
    that follows from another change; None where no source gives one, or two that do not agree."""
    wanted = (change.line, year, phase, change.basis)
    alike = [
        level
        for level in levels.values()
        if (level.line, level.year, level.phase, level.basis) == wanted
        and level.iri != change.iri
        and level.is_comparable(level)
    ]
    stated = [level for level in alike if level.amount is not None]
    found = stated or [level for level in alike if level.implied]
    known = [level.believed for level in found]
    agree = all(a.overlaps(b) for a, b in combinations(known, 2) if a and b)
    if year is None or not agree or len({level.currency for level in found}) != 1:
        return None
    return min(found, key=lambda level: (level.rounding, level.qualifier != "exact", level.iri))


def implied(
    changes: Iterable[figures.StatedChange], levels: Mapping[str, figures.Level]
) -> Iterator[figures.Level]:
    """The amounts of the year before that follow from what claims state of a year: its level, and
    by how much or by how many percent it differs. Each has the IRI of the claim."""
    for change in changes:
        level = levels.get(change.level or "")
        new = level.believed if level else None
        if level is None or new is None or change.base_year is None or change.base_level:
            continue
        amount = change.stated(change.amount, change.rounding)
        percent = change.stated(change.percent, change.percent_rounding)
        if amount is not None and change.currency == level.currency:
            old = intervals.add(new, intervals.negate(amount))
        elif percent is not None:
            grown = intervals.add(percent, figure(Decimal(100), Decimal(0)))
            if (share := intervals.ratio(new, grown)) is None:
                continue
            old = intervals.times(share, 100)
        else:
            continue
        yield replace(
            level,
            iri=change.iri,
            year=change.base_year,
            phase=change.base_phase or "approved",
            basis=change.basis,
            amount=None,
            corrected=None,
            implied=old,
        )


def _lacking(change: figures.StatedChange, is_new: bool) -> dict[str, str]:
    """Why a change cannot be computed again: what no source states."""
    if change.base_year is None:
        return told("check.no-base-year")
    year = change.year if is_new else change.base_year
    return told("check.no-base", str(year) if year else "")


def _comparisons(
    new: Interval,
    old: Interval,
    share: Interval,
    stated: Sequence[Interval | None],
    currency: str,
) -> list[tuple[str, bool]]:
    """(recomputed figure as text, whether the stated one agrees) of what is stated: percent,
    amount, multiplier."""
    grown = intervals.times(intervals.add(share, figure(Decimal(-1), Decimal(0))), 100)
    difference = intervals.add(new, intervals.negate(old))
    found = (
        (grown, f"{to_decimal(grown.value, 2)} %"),
        (difference, _amount(difference.value, currency)),
        (share, f"× {to_decimal(share.value, 2)}"),
    )
    pairs = zip(found, stated, strict=True)
    return [(text, again.overlaps(given)) for (again, text), given in pairs if given is not None]


def check_share(share: figures.StatedShare, levels: Mapping[str, figures.Level]) -> Check:
    """Compare a stated share with the one that the levels of its parts and whole give."""
    of = [levels[p] for p in share.parts if p in levels]
    over = levels.get(share.whole or "")
    parts = [level.believed for level in of]
    whole = over.believed if over else None
    used = (*share.parts, *((share.whole,) if share.whole else ()))
    given = [p for p in parts if p is not None]
    part = intervals.add(*given) if given and len(given) == len(share.parts) else None
    ratio = intervals.ratio(part, whole) if part and whole else None
    stated = share.interval
    if part is None or whole is None or ratio is None or stated is None:
        why = told("check.no-levels")
        return Check(share.iri, share.as_stated, "", NOT_CHECKABLE, why, used)
    if not (over and all(_adds_up(each, over) for each in of)):
        why = told("check.not-comparable")
        return Check(share.iri, share.as_stated, "", NOT_CHECKABLE, why, used)
    percent = intervals.times(ratio, 100)
    implied = part.value * 100 / Fraction(share.percent) if share.percent else None
    text = f"{to_decimal(percent.value, 1)} %" + (
        f", whole {_amount(implied, over.currency)}" if implied else ""
    )
    agrees = percent.overlaps(stated)
    why = told("check.share-agrees" if agrees else "check.share-differs")
    code = CONSISTENT if agrees else INCONSISTENT
    return Check(share.iri, share.as_stated, text, code, why, used)


def check_enumeration(claim: figures.Enumeration) -> Check:
    """Compare the stated number of things with the number of those that are named."""
    if claim.named == claim.stated:
        code, why = CONSISTENT, told("check.all-named")
    elif claim.named < claim.stated:
        counts = {"named": str(claim.named), "stated": str(claim.stated)}
        code, why = INCOMPLETE, told("check.some-named", **counts)
    else:
        code, why = INCONSISTENT, told("check.more-named")
    return Check(claim.iri, str(claim.stated), str(claim.named), code, why, ())


def _adds_up(one: figures.Level, other: figures.Level) -> bool:
    """Whether two amounts may enter one sum: whole ones of one phase, currency and period."""
    alike = (one.phase, *one.quantity) == (other.phase, *other.quantity)
    return alike and one.is_comparable(other)


def _amount(value: Fraction, currency: str) -> str:
    """An amount to four significant digits: more would pretend to a precision."""
    digits = max(len(str(abs(int(value)))) - 4, 0)
    return f"{to_decimal(value, -digits):,f} {currency}"
