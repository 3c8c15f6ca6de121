"""What is answered is true: ties, misprints, rounding, every difference, and nothing said unlooked.

The pairs of figures that differ were worked out by hand in `../shared/facts-2/disagreements.tsv`.
"""

from __future__ import annotations

import csv
import html
import re
from pathlib import Path
from typing import Any, Final

import pytest
from asker import Asker, key

from coopgraph.brief import make_brief
from coopgraph.measures import MeasureData, measure
from coopgraph.network import project
from coopgraph.queries import Answer
from coopgraph.view.charts import chart


@pytest.fixture(scope="module")
def rows(store_folder: Path) -> Asker:
    return Asker(store_folder)


def keyed(answer: Answer) -> list[dict[str, Any]]:
    """The rows with keys in place of entities."""
    return [{name: key(cell) for name, cell in row.items()} for row in answer]


# --- (c) like for like: no decimal that rounding does not carry


def test_like_for_like_is_an_interval_with_phase_and_source(rows: Asker) -> None:
    found = {
        row["source"]: (
            row["phase"],
            str(row["lowest_percent"]),
            str(row["highest_percent"]),
            str(row["headline_percent"]),
        )
        for row in rows("like-for-like", line="national-rd-total", from_year="2023")
    }
    assert found["news1-5153585"] == ("proposal", "-13.1", "-9.4", "-16.6"), "26 to a trillion"
    assert found["article"][1:] == ("-11.9", "-11.3", "-16.7")
    assert found["daum-20231222070903123"] == ("approved", "-10.1", "-9.1", "-14.7")


# --- (d) disagreements: every dimension, and whether the figures are compatible

#: The words of the table for each dimension.
WORDS: Final = {
    "scope": "different scope",
    "phase": "different phase",
    "basis": "different classification basis",
    "qualifier": "different qualifier",
    "rounding": "different rounding",
    "modality": "different modality",
    "date of source": "different date of source",
    "base_year": "different base year",
    "value beyond rounding": "different value",
}


def pairs_by_hand(shared: Path) -> list[dict[str, str]]:
    with (shared / "facts-2/disagreements.tsv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def expected_dimensions(pair: dict[str, str]) -> set[str]:
    """What differs, as the table says it: `phase (approved / unknown); …`."""
    told = re.sub(r"\([^()]*\)", "", pair["all_dimensions_as_curated"]).split(";")
    return {WORDS[each.strip()] for each in told}


def both(rows: Asker, shared: Path) -> dict[str, tuple[dict[str, str], dict[str, Any]]]:
    """By number, each pair of the table and the row of the questions that has its two claims."""
    places = "?claim coop:source ?source ; coop:phase ?phase ; coop:amount|coop:percent ?value"
    claims = {
        claim.value.rpartition("/")[2]: tuple(key_of(term.value) for term in others)
        for claim, *others in rows.store.select(
            f"SELECT ?claim ?source ?phase ?value {{ {places} }}"
        )
    }
    found: dict[tuple[object, ...], dict[str, Any]] = {}
    for name, value in (("disagreements", "amount"), ("growth-disagreements", "percent")):
        for row in rows(name):
            sides = [
                (str(row[f"source_{x}"]), str(row[f"phase_{x}"]), str(row[f"{value}_{x}"]))
                for x in "ab"
            ]
            found[tuple(sorted(sides))] = row
    wanted = {}
    for pair in pairs_by_hand(shared):
        ends = tuple(sorted(claims[pair[f"{x}_key"]] for x in "ab"))
        wanted[pair["n"]] = (pair, found[ends])
    return wanted


def key_of(term: str) -> str:
    return term.rpartition("/")[2]


def test_the_fifty_pairs_have_all_their_dimensions(rows: Asker, shared: Path) -> None:
    pairs = both(rows, shared)
    assert len(pairs) == 50
    for number, (pair, row) in pairs.items():
        told = {word for word in WORDS.values() if word in row["differs_in"]}
        assert told == expected_dimensions(pair), number
        assert row["compatible"] == pair["compatible"].startswith("YES"), number


def test_a_dimension_can_be_asked_for(rows: Asker) -> None:
    found = rows("growth-disagreements", reason="base-year-differs")
    assert found
    assert all("different base year" in str(row["differs_in"]) for row in found)
    assert len(found) < len(rows("growth-disagreements"))


def test_differences_are_told_in_the_language_asked_for(rows: Asker) -> None:
    (row,) = rows("disagreements", line="motie-rd", source_b="etnews-20240123000184", lang="ko")
    assert "한정어 차이(한정 없음 / 약)" in str(row["differs_in"])
    assert not re.search("[a-z]{3}", str(row["differs_in"]))


# --- (b) a known misprint is shown with its correction, and enters no comparison unmarked

MISPRINT: Final = "level-rd-quantum-2025-allocation-printed-in-trillions-fnnews-202406271807496252"
PRINTED, READ = 1_700_000_000_000, 170_000_000_000


@pytest.mark.parametrize(
    "question", ["budget-levels", "budget-series", "amounts", "technology-profile"]
)
def test_rows_show_a_misprint_with_its_correction(rows: Asker, question: str) -> None:
    found = [row for row in rows(question) if row["amount"] == PRINTED]
    assert [row["corrected"] for row in found if "fnnews" in str(row["source"])]
    assert all(row["corrected"] == READ for row in found if "fnnews" in str(row["source"]))
    others = [row for row in rows(question) if row["source"] == "etnews-20240627000114"]
    assert others
    assert not any(row["corrected"] for row in others)


def test_whatever_names_a_misprint_says_so(rows: Asker) -> None:
    iri = f"https://w3id.org/coopgraph/id/budget-level/{MISPRINT}"
    labels = {lang: rows.store.labels([iri], lang)[iri] for lang in ("en", "ko")}
    assert labels["en"].endswith("KRW 1.7 trillion (misprint; we read KRW 170 billion)")
    assert labels["ko"].endswith("1조7000억 원(오기, 편집진 해석 1,700억 원)")


def test_a_comparison_with_a_misprint_is_marked(rows: Asker) -> None:
    (pair,) = rows("disagreements", line="rd-quantum", reason="misprinted")
    assert "misprint; we read KRW 170 billion" in str(pair["differs_in"])
    (change,) = (
        row
        for row in rows("check-explanations", source="fnnews-202406271807496252")
        if "quantum" in str(row["claim"])
    )
    assert change["verdict"] == "consistent", "170 billion is 32.1 % above 125.2"
    assert not [r for r in rows("phase-trail", line="rd-quantum") if r["allocation"] == PRINTED]
    found = measure(MeasureData(rows.store, rows.index), "money")
    (row,) = (r for r in keyed(found) if (r["line"], r["year"]) == ("rd-quantum", 2025))
    assert (row["lowest"], row["highest"]) == (READ, READ)
    assert "misprint" in " ".join(found.notes)


def test_the_axis_of_the_chart_is_that_of_the_correction(rows: Asker) -> None:
    told = html.unescape(
        chart(rows.store, "budgets-over-time", {"line": "rd-quantum"}, index=rows.index).svg()
    )
    assert "misprint; we read" in " ".join(re.findall(r">([^<>]+)</", told))
    assert "1,700" not in told
    assert "KRW trillion" not in told


def test_the_edge_of_a_misprint_weighs_what_we_read(rows: Asker) -> None:
    network = project(rows.store, "budgets")
    (edge,) = (e for e in network.edges if e.attributes.get("amount") == PRINTED)
    assert (edge.weight, edge.attributes["corrected"]) == (READ, READ)


def test_a_brief_marks_a_misprint(rows: Asker) -> None:
    told = " ".join(
        statement.text
        for section in make_brief(rows.store, "quantum", index=rows.index).sections
        for statement in section.statements
    )
    assert told.count("KRW 1.7 trillion") >= 1
    assert told.count("KRW 1.7 trillion") == told.count("KRW 1.7 trillion (misprint; we read")


# --- (g) what a source does not state is taken from others, each named; the rest says why


def test_checks_take_figures_of_other_sources_and_name_them(rows: Asker) -> None:
    found = {str(row["claim"]): row for row in rows("check-explanations")}
    etoday = found["change-national-rd-total-2024-approved-etoday-2314500"]
    assert etoday["verdict"] == "consistent"
    assert "computed with: National R&D budget, total 2023, approved: KRW 31.1" in str(
        etoday["explanation"]
    )
    over = found["change-national-rd-total-2024-approved-over-proposal-etoday-2314500"]
    assert over["verdict"] == "consistent", "26.5 is 0.6217 above 25.9, within the rounding"
    assert "2024, proposal: KRW 25.9 trillion" in str(over["explanation"])
    used = rows.store.select(
        "SELECT ?level { ?check coop:checks <budget-change/change-national-rd-total-2024-approved-"
        "etoday-2314500> ; prov:wasDerivedFrom ?level . ?level coop:fiscalYear ?year "
        "FILTER(STR(?year) = '2023') }"
    )
    assert len(used) == 1
    left = [row for row in found.values() if row["verdict"] == "not-checkable"]
    assert left
    assert all(row["explanation"] for row in left)
    assert not any("computed with" in str(row["explanation"]) for row in left)
