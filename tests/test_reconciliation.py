"""Checks: cases computed by hand, and that no true figure is called wrong."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from figures_of_tests import POSITIVE, UNITS, change, level, printed
from hypothesis import assume, given
from hypothesis import strategies as st

from coopgraph.reconciliation import checks
from coopgraph.reconciliation.checks import (
    Check,
    check_change,
    check_enumeration,
    check_share,
    implied,
)
from coopgraph.reconciliation.figures import (
    Enumeration,
    Level,
    Reclassification,
    StatedChange,
    StatedShare,
)
from coopgraph.tables.codes import read_codes

TRILLION = Decimal(10**12)


def checked(
    claim: StatedChange,
    new: Level | None = None,
    old: Level | None = None,
    *moved: Reclassification,
) -> Check:
    return check_change(claim, {k.iri: k for k in (new, old) if k}, moved)


# --- changes ------------------------------------------------------------------------------

NEW, OLD = level("new", 12 * TRILLION, TRILLION), level("old", 10 * TRILLION, TRILLION, year=2023)


@pytest.mark.parametrize(
    ("stated", "verdict", "recomputed"),
    [
        ({"percent": Decimal(20)}, "consistent", "20.00 %, base 10,000,000,000,000 KRW"),
        ({"percent": Decimal(31)}, "consistent", "20.00 %, base 10,000,000,000,000 KRW"),
        ({"percent": Decimal(33)}, "inconsistent", "20.00 %, base 10,000,000,000,000 KRW"),
        ({"percent": Decimal(-20)}, "inconsistent", "20.00 %, base 10,000,000,000,000 KRW"),
        ({"amount": 2 * TRILLION, "rounding": TRILLION}, "consistent", "2,000,000,000,000 KRW, "),
        ({"amount": 4 * TRILLION, "rounding": TRILLION}, "inconsistent", "2,000,000,000,000 KRW,"),
        ({"multiplier": Decimal("1.2")}, "consistent", "× 1.20, base"),
        ({"multiplier": Decimal(3)}, "inconsistent", "× 1.20, base"),
        ({"multiplier": Decimal("1.1"), "percent": Decimal(50)}, "inconsistent", "20.00 %, × 1.20"),
        ({}, "not-checkable", "base 10,000,000,000,000 KRW"),
    ],
)
def test_a_change_between_two_levels(
    stated: dict[str, Decimal], verdict: str, recomputed: str
) -> None:
    found = checked(change(**stated), NEW, OLD)
    assert found.verdict == verdict
    assert found.recomputed.startswith(recomputed)
    assert found.derived_from == ("new", "old")
    assert found.why["en"] != found.why["ko"]


def test_a_change_whose_base_follows_from_the_amount() -> None:
    """25.9 trillion, −5.2 trillion, −16.7 %: the base is 31.1 and the percent −16.72."""
    new = level("new", Decimal("25.9") * TRILLION, TRILLION / 10)
    amounts = {"amount": Decimal("-5.2") * TRILLION, "rounding": TRILLION / 10}
    claim = change(base_level=None, percent=Decimal("-16.7"), **amounts)
    found = checked(claim, new)
    assert (found.verdict, found.recomputed) == (
        "consistent",
        "-16.72 %, base 31,100,000,000,000 KRW",
    )
    assert found.derived_from == ("new",)
    wrong = checked(change(base_level=None, percent=Decimal("-18.5"), **amounts), new)
    assert wrong.verdict == "inconsistent"
    alone = checked(change(base_level=None, **amounts), new)
    assert alone.verdict == "not-checkable"
    assert alone.recomputed == "base 31,100,000,000,000 KRW"


@pytest.mark.parametrize(
    ("new", "old"),
    [
        (None, OLD),
        (NEW, None),
        (NEW, level("old", Decimal(0), year=2023)),
        (NEW, level("old", None, low=TRILLION, qualifier="at-least", year=2023)),
        (level("new", None), OLD),
    ],
    ids=["no-level", "no-base", "zero-base", "open-base", "empty-level"],
)
def test_a_change_without_a_base_cannot_be_checked(new: Level | None, old: Level | None) -> None:
    found = checked(change(percent=Decimal(20)), new, old)
    assert (found.verdict, found.recomputed) == ("not-checkable", "")


def test_a_base_follows_from_what_another_source_states() -> None:
    """136.4 billion, +25.0 of one source and +22.4 % of another: each gives the other's base."""
    billion = TRILLION / 1000
    new = level("new", Decimal("136.4") * billion, billion / 10)
    by_amount = change(iri="amount", base_level=None, amount=25 * billion, rounding=billion / 10)
    by_percent = change(iri="percent", base_level=None, percent=Decimal("22.4"))
    known = {"new": new}
    known |= {each.iri: each for each in implied((by_amount, by_percent), known)}
    assert check_change(by_amount, {"new": new}, ()).verdict == "not-checkable"
    for claim, other in ((by_amount, "percent"), (by_percent, "amount")):
        found = check_change(claim, known, ())
        assert (found.verdict, found.borrowed) == ("consistent", (other,))
        assert set(found.derived_from) == {"new", other}
    wrong = change(iri="wrong", base_level=None, percent=Decimal("29.9"))
    assert check_change(wrong, known, ()).verdict == "not-checkable", "it never contradicts"
    known["old"] = level("old", 100 * billion, billion, year=2023, phase="approved")
    first = check_change(by_percent, known, ())
    assert first.derived_from == ("new", "old"), "what is stated comes before what follows"


def test_a_base_of_another_year_than_stated_is_a_mismatch() -> None:
    """1.5 trillion "about three times the year before", but the figure given is of 2022."""
    new = level("new", Decimal("1.5") * TRILLION, TRILLION / 10, qualifier="about")
    old = level("old", Decimal("0.4123") * TRILLION, TRILLION / 10_000, year=2022)
    found = checked(change(multiplier=Decimal(3), qualifier="about"), new, old)
    assert found.verdict == "base-period-mismatch"
    assert found.recomputed == "× 3.64, base 412,300,000,000 KRW"
    assert "2023" in found.why["en"]
    assert "2022" in found.why["en"]
    assert checked(change(multiplier=Decimal(3), base_year=2022), new, old).verdict == "consistent"


def test_about_is_twice_as_wide_as_exact() -> None:
    new, old = level("new", Decimal(1040)), level("old", Decimal(1000), year=2023)
    assert checked(change(percent=Decimal(3)), new, old).verdict == "inconsistent"
    assert checked(change(percent=Decimal(3), qualifier="about"), new, old).verdict == "consistent"


def test_at_least_and_at_most_are_open_to_one_side() -> None:
    for qualifier, low, high in (("at-least", 20, 30), ("at-most", 10, 20)):
        new, old = level("new", Decimal(1200)), level("old", Decimal(1000), year=2023)
        verdicts = [
            checked(change(percent=Decimal(p), qualifier=qualifier), new, old).verdict
            for p in (low, high)
        ]
        wanted = ["consistent", "inconsistent"]
        assert verdicts == (wanted if qualifier == "at-least" else wanted[::-1])


def test_a_range_is_all_between_its_bounds() -> None:
    new = level("new", None, low=Decimal(1100), high=Decimal(1300), qualifier="range")
    old = level("old", Decimal(1000), year=2023)
    verdicts = [checked(change(percent=Decimal(p)), new, old).verdict for p in (5, 11, 20, 29, 35)]
    assert verdicts == ["inconsistent", *["consistent"] * 3, "inconsistent"]


def test_a_change_across_a_reclassification_is_flagged() -> None:
    moved = Reclassification("r", "l", 2023, 2024)
    elsewhere = Reclassification("x", "other", 2023, 2024)
    found = checked(change(percent=Decimal(20)), NEW, OLD, moved, elsewhere)
    assert found.not_like_for_like
    assert found.derived_from == ("new", "old", "r")
    for claim in (change(basis="restated"), change(base_year=None), change(year=2023)):
        assert not checked(claim, NEW, OLD, moved).not_like_for_like


@given(POSITIVE, POSITIVE, UNITS, UNITS, st.sampled_from([Decimal(1), Decimal("0.1")]))
def test_no_true_change_is_called_inconsistent(
    new: Decimal, old: Decimal, u: Decimal, v: Decimal, step: Decimal
) -> None:
    """Whatever the sources round to, figures that go back to the same numbers agree."""
    growth = (Fraction(new) / Fraction(old) - 1) * 100
    claim = change(
        percent=printed(growth, step),
        percent_rounding=step,
        amount=printed(Fraction(new) - Fraction(old), u),
        rounding=u,
        multiplier=printed(Fraction(new) / Fraction(old), step),
        multiplier_rounding=step,
    )
    found = checked(
        claim, level("new", printed(new, u), u), level("old", printed(old, v), v, year=2023)
    )
    assert found.verdict in ("consistent", "not-checkable")
    assume(v < 1_000)
    assert found.verdict == "consistent"


# --- shares and counts --------------------------------------------------------------------


def share(percent: str, unit: str, parts: tuple[str, ...], qualifier: str = "exact") -> StatedShare:
    return StatedShare("s", f"{percent}%", Decimal(percent), Decimal(unit), qualifier, parts, "all")


SHARED = {
    "a": level("a", Decimal("1.1") * TRILLION, TRILLION / 10),
    "b": level("b", Decimal("0.28") * TRILLION, TRILLION / 100),
    "all": level("all", Decimal("1.5") * TRILLION, TRILLION / 10, qualifier="about"),
}


def test_a_joint_share() -> None:
    """1.1 and 0.28 trillion are about 90 % of about 1.5 trillion: 92 %, or 1.533 trillion."""
    found = check_share(share("90", "10", ("a", "b"), "about"), SHARED)
    assert (found.verdict, found.recomputed) == (
        "consistent",
        "92.0 %, whole 1,533,000,000,000 KRW",
    )
    assert found.derived_from == ("a", "b", "all")
    assert check_share(share("50", "1", ("a", "b")), SHARED).verdict == "inconsistent"
    for parts in ((), ("a", "absent")):
        assert check_share(share("90", "10", parts), SHARED).verdict == "not-checkable"
    zero = SHARED | {"all": level("all", Decimal(0))}
    assert check_share(share("90", "10", ("a", "b")), zero).verdict == "not-checkable"


@pytest.mark.parametrize(
    ("named", "verdict"),
    [(7, "consistent"), (5, "incomplete"), (0, "incomplete"), (8, "inconsistent")],
)
def test_a_count(named: int, verdict: str) -> None:
    found = check_enumeration(Enumeration("e", 7, named))
    assert (found.verdict, found.stated, found.recomputed) == (verdict, "7", str(named))


def test_every_verdict_is_a_code() -> None:
    codes = {checks.CONSISTENT, checks.INCONSISTENT, checks.MISMATCH, checks.INCOMPLETE}
    assert read_codes().by_scheme["verdict"] == codes | {checks.NOT_CHECKABLE}
