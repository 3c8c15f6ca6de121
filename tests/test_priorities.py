"""What plans say of technologies, and whom they name: priorities, partners of any kind, stances."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import invented
import pytest
from invented import Tables
from made_plans import Row, add_plans, append
from network_stores import copy_tables

from coopgraph import open as open_graph
from coopgraph.api import KnowledgeGraph
from coopgraph.compiler import build
from coopgraph.errors import TablesInvalid
from coopgraph.tables.codes import read_codes
from coopgraph.tables.rows import read_tables

PLAN = "made-000-plan"
PLACE = {"source": "made-source", "locator_en": "here", "modality": "planned"}


def of_the_eu(key: str, issued: str) -> dict[str, list[Row]]:
    """A plan of a bloc that names a country which left it, one that was never in it, a body of a
    member and a body of no country."""
    named = {"gb": "gb", "ch": "ch", "member": "made-000-institute", "esa": "esa"}
    link = {**PLACE, "plan": key, "as_printed": "as printed"}
    return {
        "plans": [{**PLACE, "key": key, "label_en": key, "kind": "strategy", "issued": issued,
                   "planners": "european-commission"}],
        "partner_links": [{**link, "key": f"{key}-{name}", "partner": partner}
                          for name, partner in named.items()],
    }  # fmt: skip


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeGraph:
    folder = tmp_path_factory.mktemp("priorities")
    copy_tables(folder / "data")
    add_plans(folder / "data", 1)
    for key, issued in (("made-eu-2019", "2019-05-01"), ("made-eu-2022", "2022")):
        for name, rows in of_the_eu(key, issued).items():
            append(folder / "data" / f"{name}.csv", name, rows)
    body = {**PLACE, "key": "made-thai-office", "label_en": "Thai office", "kind": "agency"}
    joint = {"key": "made-joint", "label_en": "Joint fund", "kind": "fund"}
    named = {**PLACE, "plan": "made-joint", "as_printed": "as printed"}
    for name, rows in {
        "organisations": [{**body, "country": "th"},
                          {**body, "key": "made-british-office", "country": "gb"}],
        "plans": [{**PLACE, **joint, "planners": "made-thai-office|made-british-office"}],
        "partner_links": [{**named, "key": f"made-joint-{partner}", "partner": partner}
                          for partner in ("th", "gb", "us", "esa")],
    }.items():  # fmt: skip
        append(folder / "data" / f"{name}.csv", name, rows)
    build(folder / "data", folder / "store")
    return open_graph(folder / "store")


@pytest.mark.parametrize("whose", ["gb", "th", "all"])
def test_a_partner_of_a_joint_plan_is_foreign_where_it_is_outside_each_planner(
    graph: KnowledgeGraph, whose: str
) -> None:
    """Thailand is at home in a plan of Britain and Thailand, through British eyes too."""
    rows = [
        row
        for row in graph.query("partners", jurisdiction=whose)
        if str(row["plan"]) == "Joint fund"
    ]
    assert {str(row["partner"]): row["foreign"] for row in rows} == {
        "Thailand": False,
        "United Kingdom": False,
        "United States": True,
        "European Space Agency": True,
    }
    assert len(rows) == 4
    assert {row["jurisdiction"] for row in rows} == {"GB|TH" if whose == "all" else whose.upper()}


def test_the_first_query_one_thinks_of_finds_the_partners(graph: KnowledgeGraph) -> None:
    answer = graph.query(
        "SELECT ?plan ?partner { ?p coop:technology <technology/artificial-intelligence> ; "
        "coop:plan ?plan ; coop:intendedPartner ?partner ; coop:takesStance ?stance }"
    )
    korean = {str(row["partner"]) for row in answer if "made" not in str(row["plan"])}
    assert korean == {"New York University", "University of Toronto"}


@pytest.mark.parametrize("kind", ["Technology", "Organisation", "Country", "Group", "Programme"])
def test_shortcuts_are_of_priorities_and_plans_alone(graph: KnowledgeGraph, kind: str) -> None:
    shortcut = "coop:intendedPartner|coop:excludedPartner|coop:takesStance"
    assert list(graph.query(f"ASK {{ ?s {shortcut} ?o ; a coop:{kind} }}").rows) == [(False,)]
    assert graph.query(f"ASK {{ ?s {shortcut} ?o ; a coop:Plan }}").rows == ((True,),)


def test_partners_are_of_any_kind_and_an_excluded_one_is_none(graph: KnowledgeGraph) -> None:
    found = {
        (str(row["technology"] or ""), str(row["partner"]), str(row["kind"]), str(row["role"]))
        for row in graph.query("partners", plan=PLAN)
    }
    whole = {(partner, kind, role) for technology, partner, kind, role in found if not technology}
    assert whole == {
        ("United States", "country", "intended"),
        ("friendly nations", "group", "intended"),
        ("European Space Agency", "institution", "conditional"),
        ("The network made-000", "network", "intended"),
        ("The region made-000", "region of a country", "intended"),
    }
    (home,) = [
        row["country"]
        for row in graph.query("partners", plan=PLAN)
        if str(row["kind"]) == "region of a country"
    ]
    assert str(home) == "United States"
    joint = {technology for technology, partner, *_ in found if partner == "Japan"}
    assert joint == {"Quantum technology", "Hydrogen"}
    (out,) = graph.query("excluded-partners", plan=PLAN)
    assert (str(out["partner"]), out["technology"]) == ("NASA", None)
    assert out["condition"] == "money for people"
    assert len(graph.query("excluded-partners")) == 0
    part = graph.query("partners", plan="made-000-part")
    assert [str(row["kind"]) for row in part] == ["programme"]


def test_an_own_entry_is_shown_with_what_it_matches(graph: KnowledgeGraph) -> None:
    rows = list(graph.query("partners", technology="quantum", plan=PLAN))
    own = [row for row in rows if "things" in str(row["technology"])]
    assert [(str(row["reference"]), str(row["match"])) for row in own] == [
        ("Quantum technology", "close match")
    ]
    assert {str(row["technology"]) for row in rows} > {"Quantum technology"}
    (korean,) = {str(row["plan"]) for row in graph.query("partners", technology="quantum")}
    assert "made" not in korean


def test_missions_modes_and_scopes_are_words_of_their_plan(graph: KnowledgeGraph) -> None:
    words = ("mission", "mode", "generic", "stance", "technology")
    told = {tuple(str(row[name]) for name in words) for row in graph.query("modes", plan=PLAN)}
    mission, none = "Close the technology gap", "None"
    assert told == {
        (mission, "joining joint projects", none, "catch-up", none),
        (mission, "joint research", "joint research", "catch-up", none),
        (mission, "joining joint projects", none, none, "Quantum technology"),
        (mission, "joining joint projects", none, none, "Hydrogen"),
    }
    cited = graph.query("modes", plan=PLAN).sources()
    assert sorted({int(str(row["row"])) for row in cited}) == [1, 2, 3, 4]
    of_its_own = graph.query(
        "SELECT ?mode { ?p a coop:StanceProfile ; coop:plan <plan/made-000-plan> ; "
        "coop:cooperationMode ?mode . ?mode a coop:Mode ; coop:plan <plan/made-000-plan> }"
    )
    assert [getattr(row[0], "iri", "").rpartition("/")[2] for row in of_its_own.rows] == [
        "made-000-mode"
    ]
    (korean,) = graph.query(
        "SELECT ?p { <concept/mission-close-technology-gap> coop:plan ?p }"
    ).column("p")
    assert "joint research by strategic technology" in str(korean)
    scopes = {str(row["scope"]) for row in graph.query("budget-lines", jurisdiction="de")}
    assert scopes == {"field", "main R&D"}
    (line,) = [
        row["line"]
        for row in graph.query("budget-lines", jurisdiction="de")
        if str(row["scope"]) == "main R&D"
    ]
    assert str(line) == "Main R&D budget"


#: What the facts of fifty plans need.
NEEDED = {
    "plan-kind": "law guideline implementation-plan support-programme fund agreement call "
    "budget-proposal joint-call roadmap strategy strategy-map strategic-plan technology-plan",
    "status-kind": "draft planned proposed requested committed announced adopted approved agreed "
    "signed opened closed running done ended superseded dropped preferred candidate chosen",
    "phase": "allocation announced committed requested call awarded estimated approved",
    "qualifier": "exact about almost at-least at-most range",
}


@pytest.mark.parametrize("scheme", NEEDED)
def test_there_is_a_code_for_what_plans_state(scheme: str) -> None:
    assert set(NEEDED[scheme].split()) <= read_codes().by_scheme[scheme]


def test_targets_shares_of_payers_and_stages_of_programmes(graph: KnowledgeGraph) -> None:
    (target,) = [
        row for row in graph.query("indicators", plan=PLAN) if str(row["modality"]) == "planned"
    ]
    assert (target["value"], target["base_value"], target["technology"]) == (15, 6, None)
    assert (str(target["base_year"]), str(target["year"])) == ("2023", "2030")
    assert [str(target[name]) for name in ("of", "unit", "qualifier")] == [
        "R&D budget for quantum technology", "percent", "at least",
    ]  # fmt: skip
    (half,) = [row for row in graph.query("budget-shares", plan=PLAN) if row["payer"]]
    assert (half["percent"], half["part"], str(half["plan"])) == (50, None, "Plan made-000")
    assert (str(half["payer"]), str(half["per"])) == ("Ministry made-000", "per project")
    stages = {str(row["subject"]): str(row["status"]) for row in graph.query("statuses", plan=PLAN)}
    assert stages["Programme made-000"] == "committed"
    kinds = {str(row["title"]): str(row["kind"]) for row in graph.query("plans", jurisdiction="de")}
    assert kinds["Plan made-000, a part"] == "funding programme"


def test_shares_are_within_one_kind_of_partner(graph: KnowledgeGraph) -> None:
    sums: Counter[tuple[str, str]] = Counter()
    for row in graph.query("country-concentration", plan=PLAN):
        sums[str(row["technology"]), str(row["kind"])] += round(float(str(row["share"])) * 1e6)
    assert {kind for _, kind in sums} == {"institution", "country"}
    assert all(abs(total - 1e6) < 10 for total in sums.values())
    hydrogen = graph.measure("dependence", jurisdiction="de", plan=PLAN)
    kinds = {str(row["kind"]): row for row in hydrogen if str(row["withdrawn"]) == "Japan"}
    assert set(kinds) == {"country"}
    assert kinds["country"]["link_share"] == 1.0
    assert {str(row["kind"]) for row in graph.measure("dependence")} == {"institution"}


def test_a_network_keeps_one_parallel_edge_a_plan(graph: KnowledgeGraph) -> None:
    network = graph.project("technology-partners", plan="all")
    edges = Counter(
        (str(edge.attributes["plan"]), str(edge.attributes["jurisdiction"]))
        for edge in network.edges
        if network.nodes[edge.source].iri.endswith("/semiconductor")
        and edge.kind.iri.endswith("#intendedPartner")
    )
    assert {whose for _, whose in edges} == {"KR", "DE"}
    assert "priority" not in {node.iri.split("/")[-2] for node in network.nodes}


def test_who_is_at_home_in_a_bloc_depends_on_the_date(graph: KnowledgeGraph) -> None:
    found = {
        (row["plan"] and str(row["plan"]), str(row["partner"])): row["foreign"]
        for row in graph.query("partners", jurisdiction="european-union")
    }
    of = {plan: {p: f for (each, p), f in found.items() if each == plan} for plan, _ in found}
    gb, ch, member, esa = (
        "United Kingdom", "Switzerland", "Institute made-000", "European Space Agency"
    )  # fmt: skip
    assert of["made-eu-2019"] == {gb: False, ch: True, member: False, esa: True}
    assert of["made-eu-2022"] == {gb: True, ch: True, member: False, esa: True}


def _second_plan(content: Tables) -> None:
    content["plans"].append({**content["plans"][0], "key": "other-plan", "planners": "beta-agency"})
    place = {"label_en": "lead", "label_ko": "선도"}
    content["stances"] = [{"key": "our-lead", "plan": "loom-plan", **place},
                          {"key": "their-lead", "plan": "other-plan", **place}]  # fmt: skip
    priority = {"technologies": "weaving", "stances": "our-lead", "modality": "planned"}
    content["priorities"] = [{"key": "our-weaving", "plan": "loom-plan", **priority}]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("priorities", "stances", "their-lead"),
         "priorities.csv, row 2, column stances: 'their-lead' is of the plan 'other-plan', not"),
        (("partner_links", "plan", "other-plan"),
         "partner_links.csv, row 2, column partner_list: 'weaving-partners' is of the plan 'loom-"),
        (("partner_links", "partner_list", ""),
         "partner_links.csv, row 2, column plan: no plan names this partner; name the plan"),
        (("partner_links", "partner", "nobody"),
         "row 2, column partner: 'nobody' is not a key of organisations or countries or groups or"),
        (("partner_links", "role", "conditional"),
         "partner_links.csv, row 2, column condition: the condition is missing"),
        (("partner_lists", "technologies", "dyeing"),
         "row 2, column technologies: 'dyeing' is no technology of 'our-weaving'; name one of"),
        (("plans", "planners", ""), "plans.csv, row 2, column planners: the cell is empty"),
        (("plans", "key", "other-plan"), "column key: duplicate key 'other-plan'"),
        (("plans", "part_of", "loom-plan"),
         "plans.csv, row 2, column part_of: 'loom-plan' leads back to itself"),
    ],
)  # fmt: skip
def test_a_slip_is_one_line(tmp_path: Path, change: tuple[str, str, str], said: str) -> None:
    content = invented.tables()
    _second_plan(content)
    content["partner_lists"][0]["priority"] = "our-weaving"
    read_tables(invented.write(tmp_path / "sound", content), read_codes())
    table, column, value = change
    content[table][0][column] = value
    with pytest.raises(TablesInvalid) as caught:
        read_tables(invented.write(tmp_path / "spoilt", content), read_codes())
    lines = [str(problem) for problem in caught.value.problems]
    assert all(len(line.splitlines()) == 1 for line in lines)
    assert [line for line in lines if said in line], lines


def test_a_plan_that_is_part_of_a_part_of_itself_is_named(tmp_path: Path) -> None:
    content = invented.tables()
    _second_plan(content)
    content["plans"][0]["part_of"] = "other-plan"
    content["plans"][-1]["part_of"] = "loom-plan"
    with pytest.raises(TablesInvalid, match="leads back to itself"):
        read_tables(invented.write(tmp_path, content), read_codes())


def test_a_jurisdiction_that_is_none_of_the_planners_is_a_warning(tmp_path: Path) -> None:
    content = invented.tables()
    content["plans"][0]["jurisdiction"] = "xa"
    (tmp_path / "data").mkdir()
    (invented.write(tmp_path / "data", content) / "coopgraph.toml").write_text(
        'jurisdiction = "xb"\n'
    )
    report = build(tmp_path / "data", tmp_path / "store")
    assert (
        "plans.csv, row 2, column jurisdiction: the plan is of xa, its planners are of xb: "
        "correct one of them"
    ) in report.warnings
