"""What the named questions answer on the shipped data, by key: partners and money."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from asker import Asker

#: The article's table: its technologies, the stance on each, the institutions named for it.
TABLE: dict[str, tuple[str, dict[str, str | None]]] = {
    "artificial-intelligence": (
        "catch-up",
        {"university-of-toronto": "ca", "new-york-university": "us"},
    ),
    "quantum": ("catch-up", {"eth-zurich": "ch", "mit": "us"}),
    "space-aeronautics": ("catch-up", {"nasa": "us", "esa": None, "boeing": "us"}),
    "advanced-bio": ("cooperation-convergence", {"mit": "us", "stanford-university": "us"}),
    "nuclear": ("cooperation-convergence", {"idaho-national-laboratory": "us"}),
    "semiconductor": ("leading", {"mit": "us", "nsf": "us", "ny-creates": "us"}),
    "secondary-battery": ("leading", {"university-of-california": "us"}),
    "next-generation-communication": (
        "leading",
        {"columbia-university": "us", "new-york-university": "us"},
    ),
}
#: Lines of which the article states growth but neither level.
UNCHECKABLE = {
    "rd-advanced-bio",
    "rd-artificial-intelligence",
    "rd-quantum",
    "rd-semiconductor",
    "rd-secondary-battery",
}
UNPLANNED = ["advanced-mobility", "advanced-robotics-manufacturing", "cybersecurity", "hydrogen"]
#: The plan of the table; other plans of Korea have rows of their own.
OF_THE_ARTICLE = "strategic-joint-research-plan"
TRILLION, HUNDRED_MILLION = 10**12, 10**8


@pytest.fixture(scope="module")
def rows(store_folder: Path) -> Iterator[Asker]:
    asker = Asker(store_folder)
    yield asker
    asker.index.close()


def test_partners_are_those_of_the_article(rows: Asker) -> None:
    assert {tuple(row.values())[:6] for row in rows("partners", plan=OF_THE_ARTICLE)} == {
        (technology, stance, partner, country, "draft", technology != "nuclear")
        for technology, (stance, partners) in TABLE.items()
        for partner, country in partners.items()
    }
    assert len(rows("partners", plan=OF_THE_ARTICLE)) == 16


def test_an_international_partner_belongs_to_no_country(rows: Asker) -> None:
    american = {row["partner"] for row in rows("partners", country="us")}
    assert "nasa" in american
    assert "esa" not in american


def test_partner_load_counts_technologies(rows: Asker) -> None:
    load = Counter(partner for _, partners in TABLE.values() for partner in partners)
    found = {
        row["partner"]: row["technologies"] for row in rows("partner-load", plan=OF_THE_ARTICLE)
    }
    assert found == dict(load)
    assert len(found) == 13
    assert list(found.items())[:2] == [("mit", 3), ("new-york-university", 2)]


def test_country_concentration_adds_up(rows: Asker) -> None:
    found = rows("country-concentration", plan=OF_THE_ARTICLE)
    for technology, (_, partners) in TABLE.items():
        here = {row["country"]: row for row in found if row["technology"] == technology}
        expected: Counter[object] = Counter(partners.values())
        assert {country: row["partners"] for country, row in here.items()} == expected
        for country, row in here.items():
            share = row["share"]
            assert isinstance(share, Decimal)
            assert float(share) == pytest.approx(expected[country] / expected.total())
    assert len(found) == 11


def test_five_technologies_rest_on_one_country(rows: Asker) -> None:
    found = [
        tuple(row.values())[:2] for row in rows("single-country-technologies", plan=OF_THE_ARTICLE)
    ]
    one = [name for name in sorted(TABLE) if set(TABLE[name][1].values()) == {"us"}]
    assert found == [(technology, "us") for technology in one]
    assert len(found) == 5


def test_four_of_the_twelve_are_unplanned(rows: Asker) -> None:
    assert [
        row["technology"] for row in rows("unplanned-technologies", plan=OF_THE_ARTICLE)
    ] == UNPLANNED


def test_modes_are_those_of_the_article(rows: Asker) -> None:
    assert [tuple(row.values())[:3] for row in rows("modes", plan=OF_THE_ARTICLE)] == [
        ("catch-up", "mission-close-technology-gap", "joint-projects"),
        ("cooperation-convergence", "mission-secure-promising-technology", "convergence"),
        ("leading", "mission-preempt-future-ecosystem", "global-cooperation"),
        ("leading", "mission-technology-leadership", "global-cooperation"),
    ]


def test_each_technology_has_a_profile(rows: Asker) -> None:
    found = rows("technology-profile", plan=OF_THE_ARTICLE)
    assert {row["technology"] for row in found} == {*TABLE, *UNPLANNED}
    for row in found:
        stance, partners = TABLE.get(str(row["technology"]), (None, {}))
        countries = {country for country in partners.values() if country}
        assert row["stance"] == stance
        assert (row["partners"], row["countries"]) == (len(partners), len(countries))
    growth = {row["growth_percent"] for row in found if row["source"] == "article"}
    assert growth == {Decimal(text) for text in ("16.1", "4.5", "20.1", "5.5", "19.7")}
    (quantum,) = rows(
        "technology-profile", technology="quantum", phase="proposal", plan=OF_THE_ARTICLE
    )
    assert quantum["amount"] == 1252 * HUNDRED_MILLION
    assert quantum["growth_percent"] == Decimal("15.9")


def test_the_phases_of_one_budget_stand_side_by_side(rows: Asker) -> None:
    found = rows("phase-trail")
    phases = ("allocation", "proposal", "approved", "executed")
    trail = {(row["line"], row["year"]): [row[phase] for phase in phases] for row in found}
    total = [Decimal(text) * TRILLION for text in ("25.9152", "26.5")]
    assert trail["national-rd-total", 2024] == [None, *total, None], "the most precise of proposals"
    motie = [amount * HUNDRED_MILLION for amount in (49033, 50802)]
    assert trail["motie-rd", 2024] == [None, *motie, None]
    assert all(sum(amount is not None for amount in amounts) > 1 for amounts in trail.values())
    stated = {(r["line"], r["year"]): [r[f"{phase}_stated"] for phase in phases] for r in found}
    assert stated["national-rd-total", 2024] == [None, "25조9152억원", "26조5천억 원 수준", None]
    assert "약 9조원" in {said for told in stated.values() for said in told}
    for key, amounts in trail.items():
        assert [each is None for each in amounts] == [each is None for each in stated[key]]


def test_ministry_budgets_are_those_for_cooperation(rows: Asker) -> None:
    told = ("ministry", "year", "phase", "amount", "source")
    found = [
        tuple(row[name] for name in told)
        for row in rows("ministry-cooperation-budgets", source="article")
    ]
    assert found == [
        ("motie", 2023, "unknown", 2165 * HUNDRED_MILLION, "article"),
        ("motie", 2024, "unknown", 2800 * HUNDRED_MILLION, "article"),
        ("msit", 2024, "unknown", Decimal("1.1") * TRILLION, "article"),
    ]


def test_the_article_is_checked_first(rows: Asker) -> None:
    own = {row["claim"] for row in rows("check-explanations", source="article")}
    found = rows("reconciliation")
    assert {row["claim"] for row in found[: len(own)]} == own
    assert len(found) > len(own)
    verdicts: dict[object, set[object]] = {}
    for row in found[: len(own)]:
        verdicts.setdefault(row["verdict"], set()).add(row["claim"])
    assert verdicts == {
        "consistent": {
            "change-national-rd-total-2024-article",
            "change-national-rd-main-2024-article",
            "change-motie-international-rd-2024-article",
            "change-strategic-technology-rd-2024-article",
            "share-msit-motie-of-cooperation-budget",
        },
        "base-period-mismatch": {"change-st-international-cooperation-budget-2024-article"},
        "incomplete": {"seven-core-fields"},
        "not-checkable": {f"change-{line}-2024-article" for line in UNCHECKABLE},
    }


def test_a_change_across_the_reclassification_is_flagged(rows: Asker) -> None:
    flagged = {row["claim"] for row in rows("check-explanations", not_like_for_like="true")}
    assert "change-national-rd-total-2024-article" in flagged
    assert "change-national-rd-main-2024-article" not in flagged
