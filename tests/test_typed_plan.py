"""`docs/a-plan.md`: its rows, laid beside the shipped tables, are a plan that one can ask."""

from __future__ import annotations

import csv
import re
from io import StringIO
from pathlib import Path

import pytest
from made_plans import append
from network_stores import copy_tables

from coopgraph import open as open_graph
from coopgraph.api import KnowledgeGraph
from coopgraph.compiler import build
from coopgraph.importers import tables
from coopgraph.importers.base import Ledger, find_inputs
from coopgraph.tables.catalogue import BY_NAME

PLAN = "no-outlook-2031"
BLOCK = re.compile(r"^\*\*(\w+)\.csv\*\*\n\n```csv\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def blocks(root: Path) -> dict[str, str]:
    """The CSV of each table that the page shows."""
    page = (root / "docs" / "a-plan.md").read_text(encoding="utf-8")
    found = dict(BLOCK.findall(page))
    assert page.count("```csv") == len(found) >= 20
    return found


@pytest.fixture(scope="module")
def graph(blocks: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> KnowledgeGraph:
    folder = tmp_path_factory.mktemp("typed")
    copy_tables(folder / "data")
    plan = folder / "data" / "plans" / PLAN
    plan.mkdir(parents=True)
    for name, text in blocks.items():
        (plan / f"{name}.csv").write_text(text, encoding="utf-8")
    assert not build(folder / "data", folder / "store").warnings
    return open_graph(folder / "store")


def test_every_column_on_the_page_is_kept(blocks: dict[str, str]) -> None:
    for name, text in blocks.items():
        kept = {*BY_NAME[name].header("nb", "en")}
        assert kept >= {*next(csv.reader(StringIO(text)))}


def test_rows_at_the_ends_of_the_tables_are_the_same_graph(
    blocks: dict[str, str], graph: KnowledgeGraph, tmp_path: Path
) -> None:
    copy_tables(tmp_path / "data")
    for name, text in blocks.items():
        append(tmp_path / "data" / f"{name}.csv", name, [*csv.DictReader(StringIO(text))])
    report = build(tmp_path / "data", tmp_path / "store")
    assert report.digest == graph.store.manifest.digest


def test_a_folder_of_ones_own_is_enough(blocks: dict[str, str], tmp_path: Path) -> None:
    for name, text in blocks.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    inputs = find_inputs([tmp_path], accept=lambda name: name.endswith(".csv"))
    lines = "\n".join(tables.triples(inputs, Ledger()))
    assert f"/id/plan/{PLAN}>" in lines


def test_the_plan_is_asked_whom_it_names(graph: KnowledgeGraph) -> None:
    named = {
        (str(row["technology"] or ""), str(row["partner"]), str(row["role"]), row["condition"])
        for row in graph.query("partners", plan=PLAN)
    }
    both = ("Quantum sensing", "Artificial intelligence")
    paid = "where both sides pay"
    assert named == {
        *((technology, "ETH Zurich", "intended", None) for technology in both),
        *((technology, "Sweden", "conditional", paid) for technology in both),
        ("", "nordiske venner [nb]", "intended", None),
    }
    (excluded,) = graph.query("excluded-partners", plan=PLAN)
    assert str(excluded["partner"]) == "land med lukkede systemer [nb]"


def test_a_country_is_asked_for_its_money(graph: KnowledgeGraph) -> None:
    rows = [*graph.query("amounts", jurisdiction="NO")]
    assert {row["currency"] for row in rows} == {"NOK"}
    assert sorted(int(row["amount"] or row["amount_max"]) for row in rows) == [
        3_000_000,
        100_000_000,
        420_000_000,
    ]
    told = [
        (row["planner"], row["part_of"], row["version_of"])
        for row in graph.query("plans", jurisdiction="NO")
        if row["kind"] == "strategy"
    ]
    assert [tuple(map(str, row)) for row in told] == [
        ("Invented Ministry", "None", "None"),
        ("Oppdiktet råd [nb]", "None", "Forskningsutsikter 2030 [nb]"),
        ("Invented Ministry", "None", "Forskningsutsikter 2030 [nb]"),
    ]
    for code in ("NO", "SE"):  # a joint call is of both
        calls = graph.query("calls", plan="no-se-call-2031", jurisdiction=code)
        assert {str(row["jurisdiction"]) for row in calls} == {code}
        assert len([*calls]) == 3


def test_its_words_for_missions_and_modes_are_its_own(graph: KnowledgeGraph) -> None:
    told = [
        (str(row["stance"]), str(row["technology"]), str(row["mode"]), str(row["generic"]))
        for row in graph.query("modes", plan=PLAN)
    ]
    first = "Først ute [nb]"
    assert sorted(told) == [
        (first, "Artificial intelligence", "joint research", "None"),
        (first, "None", "Tvillingprosjekter [nb]", "joint research"),
        (first, "None", "exchange of people", "None"),
        (first, "Quantum sensing", "joint research", "None"),
    ]
    missions = graph.query("modes", plan=PLAN).column("mission")
    assert {str(mission) for mission in missions} == {"Målinger i nord [nb]"}


def test_its_target_and_who_pays_what_share(graph: KnowledgeGraph) -> None:
    (target,) = [
        row for row in graph.query("indicators", plan=PLAN) if str(row["modality"]) == "planned"
    ]
    assert (target["value"], target["base_value"], str(target["qualifier"])) == (85, 71, "at least")
    (share,) = graph.query("budget-shares", plan="no-se-call-2031", jurisdiction="NO")
    assert (share["percent"], str(share["payer"])) == (50, "Invented Council")
    assert str(share["as_stated"]) == "inntil halvparten"


@pytest.mark.parametrize(
    ("of", "said"),
    [
        ("se", "Quantum sensing (where both sides pay) [among others]"),
        (
            "quantum",
            "Quantum sensing (broad match) [among others]: Sweden (where both sides pay), ETH",
        ),
        (
            "artificial-intelligence",
            "partners [among others]: Sweden (where both sides pay), ETH Zurich (Switzerland)",
        ),
    ],
)
def test_a_brief_tells_of_countries_and_of_what_an_entry_matches(
    graph: KnowledgeGraph, of: str, said: str
) -> None:
    plan = graph.brief(of, jurisdiction="NO").sections[0]
    assert any(said in each.text for each in plan.statements)


def test_a_brief_tells_of_an_exclusion(blocks: dict[str, str], tmp_path: Path) -> None:
    copy_tables(tmp_path / "data")
    for name, text in blocks.items():
        typed = text.replace(",no-closed-systems,excluded,", ",dk,excluded,")
        append(tmp_path / "data" / f"{name}.csv", name, [*csv.DictReader(StringIO(typed))])
    build(tmp_path / "data", tmp_path / "store")
    made = open_graph(tmp_path / "store").brief("dk", jurisdiction="NO")
    (told,) = made.sections[0].statements
    assert (
        told.text == "Forskningsutsikter 2031 [nb]: adopted 1 February 2031; "
        "excluded: the whole plan (dual-use instruments)"
    )


def test_pages_lead_to_it(root: Path) -> None:
    for page, link in {
        "README.md": "(docs/a-plan.md)",
        "README.ko.md": "(docs/a-plan.md)",
        "docs/index.md": "(a-plan.md)",
        "data/README.md": "(../docs/a-plan.md)",
    }.items():
        assert link in (root / page).read_text(encoding="utf-8"), page
