"""What is answered is true: ties, misprints, rounding, every difference, and nothing said unlooked.

The pairs of figures that differ were worked out by hand in `../shared/facts-2/disagreements.tsv`.
"""

from __future__ import annotations

import html
import json
import re
import shutil
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import invented
import pytest
from asker import Asker, key
from import_runs import LIST, run
from ledgers import tsv

from coopgraph.brief import make_brief
from coopgraph.compiler import build
from coopgraph.measures import MeasureData, measure
from coopgraph.network import project
from coopgraph.queries import Answer
from coopgraph.queries.answer import ANSWERS
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


SCOPE: Final = ({"different classification basis"}, {"different scope"})
PHASE: Final = ({"different phase"}, set[str]())
BASE_YEAR: Final = ({"different base year"}, set[str]())
#: The pairs that corrections changed since, as `data/revisions.tsv` tells: what they no longer
#: differ in, and what they do. A sum of what is named is at least so much (78); the ministry after
#: KASA is another scope (9); the article's total is that of the proposal (1, 2); seven rates have
#: the base that is printed (75); an item has its day (84).
MENDED: Final = {
    "L1": (set[str](), {"different qualifier"}),
    **dict.fromkeys(("L13", "L14", "L16"), SCOPE),
    **dict.fromkeys(("L21", "G1", "G2"), PHASE),
    **dict.fromkeys(("G14", "G15", "G16", "G17", "G19", "G20"), BASE_YEAR),
    "G18": (set[str](), {"different date of source"}),
}


def pairs_by_hand(shared: Path) -> list[dict[str, str]]:
    return tsv(shared / "facts-2/disagreements.tsv")


def expected_dimensions(pair: dict[str, str]) -> set[str]:
    """What differs, as the table says it: `phase (approved / unknown); …`."""
    told = re.sub(r"\([^()]*\)", "", pair["all_dimensions_as_curated"]).split(";")
    return {WORDS[each.strip()] for each in told}


def both(rows: Asker, shared: Path) -> dict[str, tuple[dict[str, str], dict[str, Any]]]:
    """By number, each pair of the table and the row of the questions that has its two claims."""
    places = (
        "?claim coop:source ?source ; coop:phase ?phase "
        "OPTIONAL { ?claim coop:amount|coop:percent ?value }"  # none of what is at least so much
    )
    claims = {
        claim.value.rpartition("/")[2]: tuple(
            key_of(term.value) if term else "None" for term in others
        )
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
        gone, come = MENDED.get(number, (set(), set()))
        assert gone <= expected_dimensions(pair), number
        assert told == expected_dimensions(pair) - gone | come, number
        assert row["compatible"] == pair["compatible"].startswith("YES"), number


def test_a_dimension_can_be_asked_for(rows: Asker) -> None:
    found = rows("growth-disagreements", reason="phase-differs")
    assert found
    assert all("different phase" in str(row["differs_in"]) for row in found)
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
    said = [row for row in keyed(found) if row["lowest_stated"] == "약 1.5조 원"]
    assert said, "a figure has its qualifier"
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
    assert etoday["verdict"] == "not-checkable", "30.7 and 31.1 are both said of 2023"
    assert "two that do not agree" in str(etoday["explanation"])
    over = found["change-national-rd-total-2024-approved-over-proposal-etoday-2314500"]
    assert over["verdict"] == "consistent", "26.5 is 0.6217 above 25.9152, within the rounding"
    assert "computed with: National R&D budget, total 2024, proposal: KRW 25.9152" in str(
        over["explanation"]
    )
    used = rows.store.select(
        "SELECT ?level { ?check coop:checks <budget-change/change-national-rd-total-2024-approved-"
        "over-proposal-etoday-2314500> ; prov:wasDerivedFrom ?level . ?level coop:phase ?phase "
        "FILTER(STRENDS(STR(?phase), '/proposal')) }"
    )
    assert len(used) == 1
    bio = found["change-rd-advanced-bio-2025-allocation-fnnews-202406271807496252"]
    assert bio["verdict"] == "not-checkable", "what is borrowed never contradicts"
    assert "something else" in str(bio["explanation"])
    for source in ("ddaily-2024012912353564251", "etnews-20240123000184"):
        battery = found[f"change-rd-secondary-battery-2024-approved-{source}"]
        assert battery["verdict"] == "consistent", "the one's 25 billion is the other's 22.4 %"
    left = [row for row in found.values() if row["verdict"] == "not-checkable"]
    assert left
    assert all(row["explanation"] for row in left)
    assert not any("computed with" in str(row["explanation"]) for row in left)


# --- (a) ties are ties

ARTICLE: Final = "strategic-joint-research-plan"


def test_nobody_is_the_top_of_a_tie(rows: Asker) -> None:
    found = measure(MeasureData(rows.store, rows.index), "concentration", {"plan": ARTICLE})
    (quantum,) = (row for row in keyed(found) if row["technology"] == "quantum")
    assert (quantum["top"], quantum["tied"]) == (None, "tie: Switzerland; United States")
    assert quantum["top_share"] == 0.5
    alone = [row for row in keyed(found) if row["technology"] == "nuclear"]
    assert [(row["top"], row["tied"]) for row in alone] == [("us", None)]
    for row in found:
        assert (row["top"] is None) == bool(row["tied"])


@pytest.fixture(scope="module")
def tied_list(article_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Asker:
    """A list in which two ministries tag quantum alike, and one of them AI."""
    store = tmp_path_factory.mktemp("list") / "store"
    shutil.copytree(article_folder, store)
    first = json.loads(LIST.read_text(encoding="utf-8"))[0] | {"details": []}
    none = dict.fromkeys(first["strategic"], 0.0)
    made = [
        first
        | {"id": "8001", "ministry": "산업부", "strategic": none | {"양자": 7.0, "인공지능": 5.0}},
        first | {"id": "8002", "ministry": "복지부", "strategic": none | {"양자": 7.0}},
    ]
    later = store.parent / LIST.name.replace("2026", "2027")
    later.write_text(json.dumps(made, ensure_ascii=False), encoding="utf-8")
    assert run(store, "import", "kr-budget", later, "--release", "tied").code == 0
    return Asker(store)


def test_ministries_with_the_same_money_are_tied(tied_list: Asker) -> None:
    later = {row["technology"]: row for row in tied_list("technology-ministries", year="2027")}
    quantum = later["quantum"]
    assert (quantum["top_ministry"], quantum["tied"]) == (None, 2)
    assert quantum["top_share"] == Decimal("0.5")
    ai = later["artificial-intelligence"]
    assert (bool(ai["top_ministry"]), ai["tied"], ai["top_share"]) == (True, 1, 1)


# --- (e), (f), (j) coverage counts ministries as the question does, says what is a broad match


def test_coverage_and_the_question_count_the_same_ministries(tied_list: Asker) -> None:
    asked = {row["technology"]: row["ministries"] for row in tied_list("technology-ministries")}
    assert (asked["quantum"], asked["artificial-intelligence"]) == (2, 1)
    reading = MeasureData(tied_list.store, tied_list.index)
    found = {
        row["technology"]: row["ministries"]
        for row in keyed(measure(reading, "coverage", {"plan": ARTICLE}))
    }
    assert {technology: found[technology] for technology in asked} == asked


def test_coverage_says_what_it_counts_by_a_broad_match(practice_folder: Path) -> None:
    asked = Asker(practice_folder)
    found = keyed(measure(MeasureData(asked.store, asked.index), "coverage", {"among": "any"}))
    observed = [row for row in found if row["observed_partners"]]
    assert observed
    for row in observed:
        assert row["observed_by_broad"] >= 0
    parts = [row for row in found if row["counted_as"]]
    assert parts
    assert all(re.search(r"\((close|broad) match\)", row["counted_as"]) for row in parts)
    assert any("broad match" in row["counted_as"] for row in parts)


def test_growth_says_its_phase_and_base(rows: Asker) -> None:
    found = keyed(measure(MeasureData(rows.store, rows.index), "coverage", {"plan": ARTICLE}))
    (quantum,) = (row for row in found if row["technology"] == "quantum")
    assert "+20.1% (allocation 2024, on 2023)" in quantum["growth"]
    assert "+32.1% (allocation 2025, on 2024)" in quantum["growth"]
    changes = rows("budget-changes", line="rd-quantum")
    assert {(row["phase"], str(row["percent"])) for row in changes} >= {
        ("allocation", "20.1"),
        ("proposal", "15.9"),
        ("approved", "15.9"),
    }
    told = statements(rows, "quantum", "money")
    assert any("2024 – allocation – not stated – +20.1%" in line for line in told)


def statements(rows: Asker, entity: str, section: str, **values: str) -> list[str]:
    """What one section of a brief says."""
    made = make_brief(rows.store, entity, values, index=rows.index)
    return [each.text for part in made.sections if part.name == section for each in part.statements]


# --- (h) 13 of 16 is 81.3 %, never 0.812 or 81.2


def test_shares_are_in_percent_for_people_and_exact_for_machines(rows: Asker) -> None:
    found = measure(MeasureData(rows.store, rows.index), "dependence", {"plan": ARTICLE})
    told = {name: ANSWERS.encode(found, name).decode() for name in ("table", "html", "csv")}
    assert "81.3%" in told["table"]
    assert "81.3%" in told["html"]
    assert "0.8125" in told["csv"]
    assert not re.search(r"0\.81[23]\b|81\.2", told["table"] + told["html"])


# --- (j) what followed is told from one place


def test_actions_and_follow_ups_tell_of_the_same_events(rows: Asker) -> None:
    done = {(r["action"], r["done_by"]) for r in rows("actions") if r["done_by"]}
    followed = rows("follow-ups")
    assert len(done) > 1
    assert done == {(r["action"], r["event"]) for r in followed if r["action"]}
    asked = {r["action"]: r["recommendation"] for r in rows("actions")}
    assert all(r["recommendation"] == asked[r["action"]] for r in followed if r["action"])


# --- (k) rows that differ only in what is not shown are one


@pytest.mark.parametrize("entity", ["quantum", "kr", "us", "msit", "id:organisation/mit"])
def test_a_brief_says_nothing_twice(rows: Asker, entity: str) -> None:
    for values in ({}, {"jurisdiction": "all"}):
        made = make_brief(rows.store, entity, values, index=rows.index)
        for section in made.sections:
            told = [each.text for each in section.statements]
            assert len(told) == len(set(told)), section.name


def test_claims_that_say_the_same_are_one_row(tmp_path: Path) -> None:
    """One figure stated at two places of a source."""
    data = invented.write(tmp_path / "data")
    table = data / "amounts.csv"
    row = next(line for line in table.read_text().splitlines() if line.startswith("level-2031,"))
    with table.open("a") as file:
        file.write(row.replace("level-2031,", "level-2031-again,", 1) + "\n")
    build(data, tmp_path / "store")
    asked = Asker(tmp_path / "store")
    for question in ("amounts", "budget-levels"):
        found = [tuple(row.values()) for row in asked(question, jurisdiction="all")]
        assert found
        assert len(found) == len(set(found)), question
    (said,) = asked.store.select("SELECT (COUNT(?a) AS ?n) { ?a a coop:Amount }")
    assert int(said[0].value) == len(asked("amounts", jurisdiction="all")) + 1


# --- (i) "none" is said only after looking, with how much and until when

LOOKED = {
    "en": r"\(none found\) [\d,]+ .* until November 2026",
    "ko": r"2026\. 11\.까지 읽은 출처의",
}


@pytest.mark.parametrize(
    ("entity", "section"),
    [
        ("nuclear", "money"),
        ("kistep", "money"),
        ("kistep", "cautions"),
    ],
)
def test_none_says_what_was_looked_through_and_until_when(
    rows: Asker, entity: str, section: str
) -> None:
    for lang, pattern in LOOKED.items():
        made = make_brief(rows.store, entity, lang=lang, index=rows.index)
        (part,) = (each for each in made.sections if each.name == section)
        (said,) = part.statements
        assert said.is_gap
        assert re.search(pattern, said.text)


def test_what_is_there_is_found(rows: Asker) -> None:
    """A country and a partner have amounts; technologies have later events and disagreements."""
    paid = statements(rows, "us", "money", jurisdiction="all")
    assert any("Boston–Korea project: KRW" in line for line in paid)
    pairs = statements(rows, "secondary-battery", "money")
    assert any("+22.4%" in line and "+19.7%" in line for line in pairs)
    for technology in TABLE_1:
        told = statements(rows, technology, "since")
        assert not any("none" in line for line in told), technology
        assert any(re.match(r"(\d+ )?(\w+ )?202\d ", line) for line in told), technology


TABLE_1: Final = (
    "advanced-bio",
    "artificial-intelligence",
    "next-generation-communication",
    "nuclear",
    "quantum",
    "secondary-battery",
    "semiconductor",
    "space-aeronautics",
)


def test_a_ministry_whose_programmes_were_not_imported_is_not_called_unnamed(rows: Asker) -> None:
    told = statements(rows, "msit", "coverage")
    assert any(line.startswith("(not imported) No programme lists") for line in told)
    assert not any("planned links" in line for line in told)


def test_each_agreement_has_its_own_sources(rows: Asker) -> None:
    answer = rows.answer("agreements", {"technology": "quantum"})
    per_row = Counter(row["row"] for row in answer.sources())
    assert len(per_row) == len(answer)
    assert max(per_row.values()) < 5
