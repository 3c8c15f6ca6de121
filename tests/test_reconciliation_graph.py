"""Disagreements and like-for-like changes, and the derived graph of the shipped data."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import invented
import pytest
from figures_of_tests import change, level

from coopgraph.compiler import build
from coopgraph.reconciliation import GRAPH_NAME
from coopgraph.reconciliation.disagreements import (
    Disagreement,
    change_disagreements,
    level_disagreements,
    like_for_like,
)
from coopgraph.reconciliation.figures import Reclassification
from coopgraph.store import Store
from coopgraph.vocabulary import graph_iri

TENTH = Decimal(10) ** 11
PAIR: dict[str, dict[str, Any]] = {
    "rounding-differs": {"amount": 25 * TENTH, "rounding": 10 * TENTH},
    "value-differs": {},
    "unit-differs": {"amount": 240 * TENTH},
    "phase-differs": {"phase": "approved"},
    "basis-differs": {"basis": "restated"},
    "scope-differs": {"line": "near"},
}


def pairs(**other: Any) -> list[Disagreement]:
    """What 2.4 trillion of one source says against a figure of another."""
    one = level("a", 24 * TENTH, TENTH)
    values: dict[str, Any] = {"amount": 26 * TENTH, "rounding": TENTH, "source": "t"} | other
    two = level("b", values.pop("amount"), values.pop("rounding"), **values)
    return list(level_disagreements([two, one], {("l", "near"), ("near", "l")}))


def dimensions(pair: Disagreement) -> set[str]:
    return {each.dimension for each in pair.differences}


@pytest.mark.parametrize("reason", PAIR)
def test_each_dimension_has_its_case(reason: str) -> None:
    (found,) = pairs(**PAIR[reason])
    assert (found.kind, found.a, found.b) == ("level", "a", "b")
    rounded = reason == "rounding-differs"
    assert dimensions(found) == {reason} | (set() if rounded else {"value-differs"})
    assert found.compatible == rounded


def test_all_dimensions_are_told() -> None:
    merged: dict[str, Any] = {}
    for name in sorted(set(PAIR) - {"unit-differs"}):
        merged |= PAIR[name]
    more = {"qualifier": "about", "modality": "planned", "issued": "2031-02"}
    (found,) = pairs(**merged, **more)
    assert found.compatible
    assert dimensions(found) == set(PAIR) - {"unit-differs", "value-differs"} | {
        "qualifier-differs",
        "modality-differs",
        "date-differs",
    }


def test_of_another_phase_a_power_of_ten_is_no_slip() -> None:
    (found,) = pairs(**PAIR["unit-differs"], phase="approved")
    assert dimensions(found) == {"phase-differs", "value-differs"}


def test_a_known_misprint_is_told_in_place_of_a_slip() -> None:
    (found,) = pairs(**PAIR["unit-differs"], corrected=24 * TENTH)
    assert dimensions(found) == {"value-differs", "misprinted"}


@pytest.mark.parametrize(
    "other",
    [
        {"amount": 24 * TENTH},
        {"source": "s"},
        {"year": 2025},
        {"line": "far"},
        {"amount": None},
    ],
    ids=["same-figure", "same-source", "other-year", "other-line", "no-figure"],
)
def test_what_is_no_disagreement(other: dict[str, Any]) -> None:
    assert pairs(**other) == []


def test_changes_disagree_too() -> None:
    a = change(iri="a", percent=Decimal("16.1"), percent_rounding=Decimal("0.1"))
    others = [
        change(iri="b", source="t", percent=Decimal("16.2"), percent_rounding=Decimal("0.1")),
        change(iri="c", source="u", percent=Decimal("17.9"), phase="approved"),
        change(iri="d", source="v", percent=Decimal(16)),
        change(iri="e", source="w", percent=Decimal("1.61"), line="other"),
        change(iri="f", source="x"),
    ]
    found = {d.b: dimensions(d) for d in change_disagreements([a, *others]) if d.a == "a"}
    assert found == {
        "b": {"value-differs"},
        "c": {"phase-differs", "value-differs"},
        "d": {"rounding-differs"},
    }
    assert {d.kind for d in change_disagreements([a, *others])} == {"change"}


def test_a_change_is_computed_again_on_the_restated_base() -> None:
    """29.3 → 25.9 is between −11.9 and −11.3 %, where 31.1 → 25.9 was −16.7 %."""
    levels = {
        "new": level("new", 259 * TENTH, TENTH),
        "old": level("old", 311 * TENTH, TENTH, year=2023),
        "restated": level("restated", 293 * TENTH, TENTH, year=2023, basis="restated"),
        "elsewhere": level("elsewhere", 1 * TENTH, TENTH, year=2023, basis="restated", line="m"),
    }
    moved = [Reclassification("r", "l", 2023, 2024), Reclassification("x", "m", 2023, 2024)]
    headline = change(percent=Decimal("-16.7"))
    (found,) = like_for_like([headline], levels, moved)
    assert (found.lowest, found.highest) == (Decimal("-11.9"), Decimal("-11.3"))
    assert found.headline_percent == Decimal("-16.7")
    assert (found.base, found.level, found.reclassification) == ("restated", "new", "r")
    assert (found.from_year, found.to_year, found.basis) == (2023, 2024, "restated")
    for other in (
        change(percent=None),
        change(percent=Decimal(1), basis="restated"),
        change(percent=Decimal(1), base_year=2022),
        change(percent=Decimal(1), level=None),
        change(percent=Decimal(1), line="n"),
    ):
        assert list(like_for_like([other], levels, moved)) == []


# --- the derived graph --------------------------------------------------------------------


@pytest.fixture(scope="module")
def store(store_folder: Path) -> Store:
    return Store.open(store_folder)


def checks(store: Store, source: str = "article") -> dict[str, tuple[str, str, bool]]:
    """Claim key → verdict, recomputed, not like for like."""
    return {
        claim.value.rpartition("/")[2]: (
            verdict.value.rpartition("/")[2],
            recomputed.value if recomputed else "",
            flag.value == "true",
        )
        for claim, verdict, recomputed, flag in store.select(f"""
SELECT ?claim ?verdict ?recomputed ?flag {{ GRAPH <{graph_iri(GRAPH_NAME)}> {{
  ?check a coop:Check ; coop:checks ?claim ; coop:verdict ?verdict ; coop:notLikeForLike ?flag
  OPTIONAL {{ ?check coop:recomputed ?recomputed }} }}
  GRAPH <{graph_iri(source)}> {{ ?claim a coop:Claim }} }}""")
    }


def test_the_verdicts_on_the_article_are_those_computed_by_hand(store: Store) -> None:
    found = checks(store)
    assert Counter(verdict for verdict, _, _ in found.values()) == {
        "consistent": 5,
        "base-period-mismatch": 1,
        "incomplete": 1,
        "not-checkable": len(found) - 7,
    }
    assert len(found) > 7
    by_hand = {
        "change-national-rd-total-2024-article": "-16.72 %, base 31,100,000,000,000 KRW",
        "change-national-rd-main-2024-article": "-13.88 %, base 24,850,000,000,000 KRW",
        "change-motie-international-rd-2024-article": "29.33 %, base 216,500,000,000 KRW",
        "change-strategic-technology-rd-2024-article": "6.38 %, base 4,700,000,000,000 KRW",
        "share-msit-motie-of-cooperation-budget": "92.0 %, whole 1,533,000,000,000 KRW",
    }
    consistent = {
        claim: text for claim, (verdict, text, _) in found.items() if verdict == "consistent"
    }
    assert consistent == by_hand
    mismatch = [text for verdict, text, _ in found.values() if verdict == "base-period-mismatch"]
    assert mismatch == ["× 3.64, base 412,300,000,000 KRW"]
    assert found["seven-core-fields"] == ("incomplete", "5", False)


def test_only_the_total_of_the_article_is_not_like_for_like(store: Store) -> None:
    flagged = [claim for claim, (_, _, flag) in checks(store).items() if flag]
    assert flagged == ["change-national-rd-total-2024-article"]


def test_every_change_share_and_count_has_one_check(store: Store) -> None:
    counted = store.select("""
SELECT ?claim (COUNT(?check) AS ?n) {
  VALUES ?class { coop:BudgetChange coop:BudgetShare coop:Enumeration }
  ?claim a ?class OPTIONAL { ?check coop:checks ?claim } } GROUP BY ?claim""")
    assert len(counted) > 40
    assert {n.value for _, n in counted} == {"1"}


def test_the_derived_graph_only_adds(store: Store) -> None:
    """Its subjects are its own, and each is derived from claims that exist elsewhere."""
    derived = graph_iri(GRAPH_NAME)
    subjects = store.select(f"SELECT DISTINCT ?s {{ GRAPH <{derived}> {{ ?s ?p ?o }} }}")
    assert len(subjects) > 60
    shared = f"""ASK {{ GRAPH <{derived}> {{ ?s ?p ?o }} GRAPH ?g {{ ?s ?q ?r }}
                 FILTER(?g != <{derived}>) }}"""
    assert not store.query(shared)
    grounded = store.select(f"""
SELECT DISTINCT ?s {{ GRAPH <{derived}> {{ ?s prov:wasDerivedFrom ?claim }}
  GRAPH ?g {{ ?claim a coop:Claim ; coop:source ?source }} FILTER(?g != <{derived}>) }}""")
    assert set(grounded) == set(subjects)
    strangers = f"""ASK {{ GRAPH <{derived}> {{ ?s prov:wasDerivedFrom ?claim }}
                    FILTER NOT EXISTS {{ ?claim a coop:Claim }} }}"""
    assert not store.query(strangers)


def test_a_check_of_the_small_tables_names_both_levels(tmp_path: Path) -> None:
    build(invented.write(tmp_path / "data"), tmp_path / "store")
    small = Store.open(tmp_path / "store")
    assert checks(small, "first-source") == {
        "cloth-change": ("consistent", "20.00 %, base 100 XBC", False)
    }
    derived = small.select("SELECT ?c { ?check a coop:Check ; prov:wasDerivedFrom ?c }")
    keys = {claim.value.rpartition("/")[2] for (claim,) in derived}
    assert keys == {"cloth-change", "level-2030", "level-2031"}
