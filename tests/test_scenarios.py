"""Scenarios: files, the stores they make, what changes under them, and what is refused."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from command_line import called
from network_stores import ARTICLE

import coopgraph
from coopgraph.compiler.imports import import_files
from coopgraph.errors import ScenarioInvalid, TablesInvalid, UnknownScenario, UsageError
from coopgraph.network import Network
from coopgraph.scenario import comparison, load_scenario, scenario_names, scenario_store
from coopgraph.scenario.comparison import compare_measures, compare_networks
from coopgraph.scenario.tables import apply_scenario
from coopgraph.store import AnyStore, Store

DEMO = Path(__file__).resolve().parent.parent / "data/demo"
TEXTS = """
title_en = "A test"
title_ko = "시험"
assumption_en = "Nothing in earnest."
assumption_ko = "실제가 아니다."
"""
REASONS = 'reason_en = "so"\nreason_ko = "그래서"\n'


@pytest.fixture(scope="module")
def base(scenarios_folder: Path) -> Path:
    """The store with the scenarios that ship: others are made in copies of a smaller one."""
    return scenarios_folder


@pytest.fixture(scope="module")
def kg(base: Path) -> Iterator[coopgraph.KnowledgeGraph]:
    graph = coopgraph.open(base)
    yield graph
    graph.close()


@pytest.fixture(scope="module")
def base_measured_once(kg: coopgraph.KnowledgeGraph) -> Iterator[None]:
    """Whatever is compared with the base, its own numbers are computed once: they take longer than
    all else here."""
    numbers = comparison._numbers
    of_the_base = cache(lambda: numbers(kg.store, "en", {}))

    def measured(store: AnyStore, lang: str, scope: Mapping[str, str]) -> Any:
        if (store, lang, scope) == (kg.store, "en", {}):
            values, names = of_the_base()
            return dict(values), dict(names)
        return numbers(store, lang, scope)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(comparison, "_numbers", measured)
        yield


def written(folder: Path, steps: str, name: str = "mine") -> Path:
    path = folder / f"{name}.toml"
    path.write_text(TEXTS + steps, encoding="utf-8")
    return path


def withdrawing(table: str, what: str) -> str:
    return f'[[withdraw]]\ntable = "{table}"\n{what}\n{REASONS}'


def adding(table: str, cells: str) -> str:
    return f'[[add]]\ntable = "{table}"\nrow = {{ {cells} }}\n{REASONS}'


def ends_of(network: Network) -> set[tuple[str, str]]:
    nodes = network.nodes
    return {(nodes[edge.source].iri, nodes[edge.target].iri) for edge in network.edges}


@pytest.mark.usefixtures("base_measured_once")
@pytest.mark.parametrize("name", scenario_names())
def test_every_scenario_that_ships_changes_something(
    base: Path, kg: coopgraph.KnowledgeGraph, name: str
) -> None:
    scenario = load_scenario(name)
    assert all((scenario.title("ko"), scenario.assumption("en"), scenario.assumption("ko")))
    assert all(
        set(change.reasons) == {"en", "ko"} and all(change.reasons.values())
        for change in scenario.changes
    )
    folder = scenario_store(name, base)
    under = coopgraph.open(folder)
    answer = compare_measures(kg.store, under.store)
    assert answer.rows
    # Its record is a named graph: the assumption, and each step with its reason and rows.
    told = under.query(
        "SELECT ?assumption ?reason (COUNT(?row) AS ?rows) { GRAPH "
        f"<https://w3id.org/coopgraph/graph/scenario-{name}> {{ ?s a coop:Scenario ; "
        "coop:assumption ?assumption ; coop:step ?step . ?step coop:reason ?reason ; "
        "coop:changedRow ?row } FILTER(LANG(?assumption) = 'en' && LANG(?reason) = 'en') }"
        " GROUP BY ?assumption ?reason ?step"
    )
    assert len(told) == len(scenario.changes)
    assert scenario.assumption("en") in told.column("assumption")
    # Every named question can be asked under it.
    assert under.query("partners").columns == kg.query("partners").columns
    under.close()


def test_there_are_the_five_that_matter() -> None:
    assert {
        "us-restricts-semiconductors",
        "mit-withdraws",
        "horizon-europe-pillar-ii",
        "partners-for-uncovered",
        "budget-allocation",
        "budget-proposal",
        "budget-approved",
    } <= set(scenario_names())


def test_a_withdrawal_takes_just_those_links(base: Path, kg: coopgraph.KnowledgeGraph) -> None:
    under = coopgraph.open(scenario_store("us-restricts-semiconductors", base))
    before, after = (set(map(tuple, graph.query("partners").rows)) for graph in (kg, under))
    assert after < before
    assert {row[0] for row in before - after} == {"Semiconductors"}
    assert len(before - after) == 3
    under.close()


def test_eligibility_is_no_partnership_and_nuclear_lies_outside(
    base: Path, kg: coopgraph.KnowledgeGraph
) -> None:
    under = coopgraph.open(scenario_store("horizon-europe-pillar-ii", base))
    assert under.query("partners").rows == kg.query("partners").rows
    covered = under.measure("coverage", plan=ARTICLE)
    found = {row["technology"]: row["eligibilities"] for row in covered}
    assert sum(1 for count in found.values() if count) == 7
    assert found["Nuclear energy"] == 0
    under.close()


def test_the_uncovered_get_partners(base: Path, kg: coopgraph.KnowledgeGraph) -> None:
    under = coopgraph.open(scenario_store("partners-for-uncovered", base))
    assert len(kg.query("unplanned-technologies", plan=ARTICLE)) == 4
    assert len(under.query("unplanned-technologies", plan=ARTICLE)) == 0
    under.close()


@pytest.mark.parametrize("phase", ["allocation", "proposal", "approved"])
def test_a_budget_scenario_keeps_one_phase(base: Path, phase: str) -> None:
    under = coopgraph.open(scenario_store(f"budget-{phase}", base))
    figures = [row for row in under.query("budget-levels") if row["year"] == 2024]
    assert {getattr(row["phase"], "iri", "").rpartition("/")[2] for row in figures} == {phase}
    assert len(under.query("budget-levels", line="national-rd-total")) > 0
    under.close()


def test_the_network_shows_what_is_lost_and_added(base: Path, kg: coopgraph.KnowledgeGraph) -> None:
    network = kg.project("technology-partners")
    for name, state, count in (
        ("mit-withdraws", "lost", 3),
        ("partners-for-uncovered", "added", 4),
    ):
        under = coopgraph.open(scenario_store(name, base))
        both = compare_networks(network, under.project("technology-partners"))
        kinds = [edge.kind.key for edge in both.edges]
        assert kinds.count(state) == count
        assert len(kinds) == len(network.edges) + (count if state == "added" else 0)
        assert all(0 <= edge.source < len(both.nodes) for edge in both.edges)
        ends = {(both.nodes[e.source].iri, both.nodes[e.target].iri) for e in both.edges}
        assert {
            (network.nodes[e.source].iri, network.nodes[e.target].iri) for e in network.edges
        } <= ends
        under.close()


def test_the_same_twice_changes_nothing(base: Path, kg: coopgraph.KnowledgeGraph) -> None:
    with coopgraph.open(base) as again:
        answer = compare_measures(kg.store, again.store)
    assert answer.rows == ()
    assert answer.notes == ("No measure changes.",)


def test_a_scenario_is_made_once_and_anew_when_something_changes(
    article_folder: Path, tmp_path: Path
) -> None:
    base = Path(shutil.copytree(article_folder.parent, tmp_path / "copy")) / "store"
    steps = withdrawing("partner_links", 'keys = ["link-quantum-mit"]\ndependents = true')
    mine = written(tmp_path, steps)
    first = Store.open(scenario_store(mine, base)).version
    assert Store.open(scenario_store(mine, base)).version == first
    other = 'keys = ["link-quantum-eth-zurich"]\ndependents = true'
    written(tmp_path, withdrawing("partner_links", other))
    again = Store.open(scenario_store(mine, base))
    assert again.version != first
    keys = {
        str(row[0])
        for row in coopgraph.KnowledgeGraph(again)
        .query("SELECT ?p { ?l coop:onList <partner-list/partners-quantum> ; coop:partner ?p }")
        .rows
    }
    assert keys == {"Massachusetts Institute of Technology"}
    outcomes = coopgraph.KnowledgeGraph(again).query("outcomes", technology="quantum")
    # What came of a partner that is withdrawn goes with it.
    assert len(set(outcomes.column("act"))) == 5
    assert set(outcomes.column("partner")) == keys


def test_what_was_imported_is_there_under_a_scenario(article_folder: Path, tmp_path: Path) -> None:
    store = Path(shutil.copytree(article_folder.parent, tmp_path / "copy")) / "store"
    import_files("cordis", [DEMO / "cordis"], store)
    before = Store.open(store)
    under = Store.open(scenario_store("mit-withdraws", store))
    cordis = "<https://w3id.org/coopgraph/graph/import/cordis>"
    count = f"SELECT (COUNT(*) AS ?n) {{ GRAPH {cordis} {{ ?s ?p ?o }} }}"
    assert under.select(count)[0][0].value == before.select(count)[0][0].value != "0"
    observed = "SELECT (COUNT(*) AS ?n) { ?o a coop:ObservedPartner }"
    assert under.select(observed)[0][0].value == before.select(observed)[0][0].value != "0"
    assert Store.open(store).version == before.version  # the base is as it was


@pytest.mark.parametrize(
    ("steps", "message"),
    [
        (
            withdrawing("partner_links", 'keys = ["link-quantum-mitt"]'),
            "is not in partner_links",
        ),
        (withdrawing("partner_links", 'where = { partner = "nobody" }'), "and there is none"),
        (withdrawing("partner_link", 'keys = ["a"]'), "no table 'partner_link'"),
        (withdrawing("partner_links", 'where = { partners = "mit" }'), "has no column 'partners'"),
        (withdrawing("partner_links", ""), "it needs keys or where"),
        (withdrawing("partner_links", "keys = []"), "keys is empty"),
        ("", "it changes nothing"),
        ("withdraw = 1\n", r"write \[\[withdraw\]\]"),
        ('other = "x"\n', "'other' is not known here"),
        ("[[withdraw]\n", "not TOML"),
        (
            f'[[add]]\ntable = "partner_links"\nrow = {{ partner = "mit" }}\n{REASONS}',
            "the row has no key",
        ),
        (
            f'[[add]]\ntable = "technologies"\nrow = {{ key = "quantum" }}\n{REASONS}',
            "which is already in technologies",
        ),
        (
            '[[add]]\ntable = "partner_links"\nrow = { key = "x" }\n',
            "reason_en is missing",
        ),
    ],
)
def test_a_scenario_that_makes_no_sense_is_refused(
    base: Path, tmp_path: Path, steps: str, message: str
) -> None:
    with pytest.raises(ScenarioInvalid, match=message) as raised:
        scenario_store(written(tmp_path, steps), base)
    assert "mine.toml" in str(raised.value)


def test_what_no_longer_holds_together_is_refused(article_folder: Path, tmp_path: Path) -> None:
    base = Path(shutil.copytree(article_folder.parent, tmp_path / "copy")) / "store"
    mine = written(tmp_path, withdrawing("organisations", 'keys = ["mit"]'), "no-mit")
    with pytest.raises(TablesInvalid, match="'mit' is not a key of organisations"):
        scenario_store(mine, base)
    assert not (base / "scenarios/no-mit").exists()
    with_all = 'keys = ["mit"]\ndependents = true'
    under = coopgraph.open(
        scenario_store(written(tmp_path, withdrawing("organisations", with_all), "no-mit"), base)
    )
    assert len(under.query("partners", plan=ARTICLE)) == 13
    under.close()


def test_names_and_places_are_told(base: Path, tmp_path: Path) -> None:
    with pytest.raises(UnknownScenario, match="did you mean mit-withdraws"):
        load_scenario("mit-withdraw")
    with pytest.raises(UnknownScenario, match="no such file"):
        load_scenario(tmp_path / "none.toml")
    with pytest.raises(UsageError, match="built from a local store"):
        scenario_store("mit-withdraws", "http://127.0.0.1:9/sparql")
    bad = tmp_path / "Bad Name.toml"
    bad.write_text(TEXTS, encoding="utf-8")
    with pytest.raises(ScenarioInvalid, match="is not a key"):
        load_scenario(bad)


def test_the_command_asks_under_a_scenario_and_compares(base: Path, tmp_path: Path) -> None:
    store = ("--store", str(base))
    ask = ("partners", "--plan", ARTICLE, "--scenario", "mit-withdraws", "--format", "csv")
    asked = called("query", *ask, *store)
    assert asked.code == 0, asked.err
    assert len(asked.out.decode().splitlines()) == 1 + 13
    page = tmp_path / "changes.html"
    done = called(
        "scenario", "compare", "base", "mit-withdraws", "--lang", "ko", "--view", str(page), *store
    )
    assert done.code == 0, done.err
    assert "매사추세츠공과대학교" in done.out.decode()
    assert "상실" in page.read_text(encoding="utf-8")
    assert "다른 조건은 그대로" in done.err.decode()
    listed = called("scenario", "list")
    assert "us-restricts-semiconductors" in listed.out.decode()
    wrong = called("measure", "overlap", "--scenario", "mit", *store)
    assert wrong.code == 2
    assert "unknown scenario 'mit'" in wrong.message


def test_a_base_that_is_not_there_is_told(tmp_path: Path) -> None:
    done = called(
        "query", "partners", "--scenario", "mit-withdraws", "--store", str(tmp_path / "no")
    )
    assert done.code == 1
    assert "there is no store here" in done.message


def test_a_scenario_knows_the_rows_in_folders_of_plans(root: Path, tmp_path: Path) -> None:
    data = Path(shutil.copytree(root / "data", tmp_path / "data"))
    links = data / "partner_links.csv"
    head, *rows = links.read_text(encoding="utf-8").splitlines(keepends=True)
    gone = [row for row in rows if row.startswith("link-quantum-mit,")]
    assert len(gone) == 1
    links.write_text("".join([head, *(row for row in rows if row not in gone)]), encoding="utf-8")
    plan = data / "plans" / "one"
    plan.mkdir(parents=True)
    (plan / "partner_links.csv").write_text("".join([head, *gone]), encoding="utf-8")
    step = withdrawing("partner_links", 'keys = ["link-quantum-mit"]')
    scenario = load_scenario(written(tmp_path, step))
    touched = apply_scenario(scenario, data, tmp_path / "new")
    assert "partner_links/link-quantum-mit" in touched[0]
