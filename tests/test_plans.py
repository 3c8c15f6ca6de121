"""The law: adding knowledge changes nothing that was said of something else."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path
from shutil import copytree
from xml.etree import ElementTree

import asker
import pytest
from command_line import called
from made_plans import add_plans
from network_stores import copy_tables

from coopgraph import open as open_graph
from coopgraph.api import KnowledgeGraph
from coopgraph.brief.model import BRIEFS, Statement
from coopgraph.brief.sections import ORDER, SECTIONS
from coopgraph.compiler import build
from coopgraph.errors import FactError, ScenarioInvalid, UnknownEntity, UnknownParameter, UsageError
from coopgraph.measures import load_measure, measure_names
from coopgraph.measures.practice import read_practice
from coopgraph.network.projection import load_projection, projection_names
from coopgraph.queries import Answer, Question, load_question, question_names
from coopgraph.queries.answer import ANSWERS
from coopgraph.queries.question import SCOPES
from coopgraph.scenario import load_scenario, scenario_names, scenario_store
from coopgraph.scenario.comparison import compare_measures
from coopgraph.server.address import Fields, PageRequest
from coopgraph.server.pages.brief import brief as brief_page
from coopgraph.server.pages.network import network as network_page
from coopgraph.server.pages.question import question as question_page
from coopgraph.store import Store
from coopgraph.tables.rows import plan_files, written_rows
from coopgraph.view.charts import CHARTS, chart_names
from coopgraph.vocabulary import entity_iri, resources

QUESTIONS = [
    name
    for name in question_names()
    if load_question(name).scope == "plan"
    and not any(column.required for column in load_question(name).parameters.values())
]
MEASURES = [
    name
    for name in measure_names()
    if load_measure(name).scope == "plan" and name != "suggestions"  # it needs imported projects
]
ASKED = {"withdrawal": {"without": "us"}}


def lens_of(name: str) -> Question:
    return load_projection(name) if name in projection_names() else load_question(name)


CHARTS_OF_PLANS = [name for name in chart_names() if CHARTS[name].scope == "plan"]
SVG = "{http://www.w3.org/2000/svg}"
#: The made plans, and a part, a version and a call of each.
OTHERS = "20 other plans: --plan all"
NETWORKS = [name for name in projection_names() if load_projection(name).scope == "plan"]


@pytest.fixture(scope="module")
def alone(article_folder: Path) -> KnowledgeGraph:
    return open_graph(article_folder)


@pytest.fixture(scope="module")
def shipped(store_folder: Path) -> KnowledgeGraph:
    return open_graph(store_folder)


@cache
def answered(graph: KnowledgeGraph, name: str) -> Answer:
    """What it answers to a question, asked once for all that compare others with it."""
    return graph.query(name)


@cache
def everyones(graph: KnowledgeGraph) -> list[object]:
    """The plans of every planner."""
    return list(graph.query("plans", plan="all").column("title"))


@cache
def told_in_folders(data: Path) -> tuple[set[str], set[str]]:
    """Of what the folders of plans say more, and which actions they say were answered."""
    rows = [row for path in plan_files(data) for row in written_rows(path)]
    told = {row.get(column, "") for row in rows for column in ("plan", "of")}
    return told, {row["action"] for row in rows if row.get("action")}


def _with(folder: Path, **more: object) -> Path:
    copy_tables(folder / "data")
    add_plans(folder / "data", 5, **more)  # type: ignore[arg-type]
    build(folder / "data", folder / "store")
    return folder / "store"


@pytest.fixture(scope="module")
def among_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _with(tmp_path_factory.mktemp("among"))


@pytest.fixture(scope="module")
def among(among_folder: Path) -> KnowledgeGraph:
    return open_graph(among_folder)


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeGraph:
    return open_graph(_with(tmp_path_factory.mktemp("grown"), countries=("kr",)))


def test_every_question_and_network_declares_its_scope() -> None:
    asked = [load_question(name) for name in question_names()]
    asked += [load_projection(name) for name in projection_names()]
    assert {question.name for question in asked if not question.scope} == set()
    assert {load_measure(name).scope for name in measure_names()} == {"plan", "lens"}
    assert len(MEASURES) > 6
    assert {section.scope for section in SECTIONS.values()} <= set(SCOPES)
    assert [name for name in chart_names() if name not in CHARTS_OF_PLANS] == ["technology-lists"]
    assert CHARTS["technology-lists"].scope == "world"
    assert len(QUESTIONS) > 30
    assert len(NETWORKS) > 5


@pytest.mark.parametrize("name", QUESTIONS)
def test_plans_of_others_change_no_row(
    alone: KnowledgeGraph, among: KnowledgeGraph, name: str
) -> None:
    before, after = answered(alone, name), among.query(name)
    assert after.columns[-2:] == ("jurisdiction", "plan") or "plan" in after.columns
    for form in ("csv", "json"):
        assert ANSWERS.write(after, form) == ANSWERS.write(before, form)
    assert ANSWERS.write(after.sources(), "csv") == ANSWERS.write(before.sources(), "csv")
    assert set(after.column("jurisdiction")) <= {"KR"}
    assert before.notes == tuple(n for n in after.notes if "--plan all" not in n)
    assert after.notes[-1] == OTHERS


@pytest.mark.parametrize("name", NETWORKS)
def test_plans_of_others_change_no_network(
    alone: KnowledgeGraph, among: KnowledgeGraph, name: str
) -> None:
    before, after = alone.project(name), among.project(name)
    assert (after.nodes, after.edges) == (before.nodes, before.edges)
    assert [note["en"] for note in after.notes[len(before.notes) :]] == [OTHERS]
    assert after.notes[: len(before.notes)] == before.notes
    assert not {OTHERS} & {note["en"] for note in among.project(name, plan="all").notes}


@pytest.mark.parametrize("name", MEASURES)
def test_plans_of_others_change_no_measure(
    alone: KnowledgeGraph, among: KnowledgeGraph, name: str
) -> None:
    before, after = (graph.measure(name, **ASKED.get(name, {})) for graph in (alone, among))
    assert after.columns[-2:] == ("jurisdiction", "plan")
    assert written(after) == written(before)
    assert set(after.column("jurisdiction")) <= {"KR"}
    assert (*before.notes, OTHERS) == after.notes


def written(answer: Answer) -> tuple[object, ...]:
    """The answer and what it rests on, as files."""
    return tuple(ANSWERS.write(each, "csv") for each in (answer, answer.sources()))


@pytest.mark.parametrize("name", MEASURES)
def test_a_measure_counts_each_plan_by_itself(
    alone: KnowledgeGraph, among: KnowledgeGraph, name: str
) -> None:
    """Asked about all, it gives what it gives of each of them."""
    asked = ASKED.get(name, {})
    everyone = among.measure(name, plan="all", **asked)
    assert everyone.notes == among.measure(name, jurisdiction="all", **asked).notes
    for code in ("KR", "DE", "FR"):
        one = among.measure(name, jurisdiction=code, **asked)
        assert [row for row in everyone if row["jurisdiction"] == code] == list(one)
        assert "--plan all" not in str(one.notes)
    german = among.measure(name, plan="made-000-plan", **asked)
    assert list(german) == [row for row in everyone if str(row["plan"]) == "Plan made-000"]


@pytest.mark.parametrize("name", CHARTS_OF_PLANS)
def test_plans_of_others_change_no_chart(
    alone: KnowledgeGraph, among: KnowledgeGraph, name: str
) -> None:
    before, after = alone.chart(name, lang="ko"), among.chart(name, lang="ko")
    assert after.svg() == before.svg()
    told, others = r'<p class="note">.*--plan all.*</p>\n', after.html()
    assert len(re.findall(told, others)) == len(after.answers)
    assert re.sub(told, "", others) == before.html()


def test_a_chart_draws_each_plan_by_itself(among: KnowledgeGraph, tmp_path: Path) -> None:
    """With a scale of its own, headed by whose it is; as a picture as well."""
    everyone = among.chart("technology-country", plan="all")
    pictures = ElementTree.fromstring(everyone.svg())
    texts = ["".join(each.itertext()) for each in pictures.iter(f"{SVG}text")]
    headed = [text for text in texts if " – " in text]
    assert headed == sorted(headed)
    assert [text[:2] for text in headed] == ["DE", "FR", "GB", "JP", "KR", "US"]
    assert "DE – Plan made-000" in headed
    inner = pictures.findall(f"{SVG}svg")
    # of each made plan a picture of institutions and one of countries, each with its heading
    assert len(inner) == len(headed) + 1 + 4 * (len(headed) - 1)
    assert [texts.count(kind) for kind in ("institution", "country")] == [len(headed) - 1] * 2
    tops = [float(each.attrib["y"]) for each in inner]
    assert tops == sorted(tops)
    names = [each.attrib["id"] for each in pictures.iter() if "id" in each.attrib]
    assert len(names) == len(set(names))
    german = among.chart("technology-country", jurisdiction="de")
    assert "DE – " not in german.svg()
    assert "coopgraph query country-concentration -p jurisdiction=de" in german.html()
    assert "--plan all" not in german.html()
    sizes = []
    for each in (everyone, german):
        data = each.save(tmp_path / "chart.png").read_bytes()
        sizes.append(int.from_bytes(data[20:24], "big"))
    assert sizes[0] > 4 * sizes[1]


GERMANY = entity_iri("country", "de")
ENTITIES = ["quantum", "mit", "us", "msit", "ch", "hydrogen"]


@pytest.mark.parametrize("entity", ENTITIES)
def test_plans_of_others_change_no_brief(
    alone: KnowledgeGraph, among: KnowledgeGraph, entity: str
) -> None:
    """The build apart, how many sources the store holds, and that there are plans of others."""
    before, after = (BRIEFS.write(graph.brief(entity), "markdown") for graph in (alone, among))
    assert f"{OTHERS}\n\n" in str(after)
    assert without_counts(after) == without_counts(before)


def without_counts(brief: object) -> str:
    apart = (
        r"build [0-9a-f]{12}|the \d+ sources|in \d+ sources|in this graph |\(Republic of Korea\) |"
        r"; other plans were not looked at \(\d+\)|\d+ other plans: --plan all\n\n|"
        r"No plan \(Germany\)|\(\d+ plans? "
    )
    return re.sub(apart, "", str(brief))


@pytest.mark.parametrize("entity", ENTITIES)
def test_a_brief_tells_each_plan_by_itself(
    alone: KnowledgeGraph, grown: KnowledgeGraph, entity: str
) -> None:
    """A second plan of the country adds statements that name it and changes no other but what was
    looked through; with all plans, since a brief that is longer than a page is cut."""
    before, after = (graph.brief(entity, plan="all") for graph in (alone, grown))
    assert after.title == before.title
    assert lines(after.summary)[: len(before.summary)] == lines(before.summary)
    for one, other in zip(before.sections, after.sections, strict=True):
        gone = {*lines(one.statements)} - {*lines(other.statements)}
        assert gone <= {*lines(each for each in one.statements if each.is_gap)}
        assert not gone or one.name == "coverage" or not other.statements[0].is_gap
        added = {*lines(other.statements)} - {*lines(one.statements)}
        ours = r"made|R&D budget for quantum technology"  # the made lines are called that too
        assert other.name == "coverage" or all(re.search(ours, text) for text in added)
    made = any("Plan made-" in each.text for s in after.sections for each in s.statements)
    assert made == (entity in ("quantum", "mit", "us", "ch", "hydrogen"))


def lines(statements: Iterable[Statement]) -> list[str]:
    """Without how much was looked through or left off, and the made agreements of no plan."""
    apart = (
        r"\d+ (?=amounts|agreements|pairs)|any of \d+|and \d+ more of \d+|.*Memorandum on quantum.*"
    )
    texts = (re.sub(apart, "", without_counts(each.text)) for each in statements)
    return [text for text in texts if text]


def test_a_brief_says_whose_plans_it_tells_of(among: KnowledgeGraph) -> None:
    korean, german = among.brief("quantum"), among.brief("quantum", jurisdiction="de")
    assert korean.title == "Quantum technology: international cooperation (Republic of Korea)"
    assert german.title == "Quantum technology: international cooperation (Germany)"
    assert "Institute made-000" in german.html()
    assert "Institute made-000" not in korean.html()
    assert "--plan all" not in german.html()
    one = among.brief("quantum", plan="made-000-plan")
    assert "(Plan made-000)" in one.title
    assert one.sections[0] == german.sections[0]
    everyone = among.brief("quantum", plan="all").markdown()
    assert "(all plans)" in everyone
    assert "DE – Plan made-000: " in everyone
    with pytest.raises(UnknownParameter, match="no parameter 'year'"):
        among.brief("quantum", year="2024")


def test_all_plans_are_shown_where_they_are_asked_for(among: KnowledgeGraph) -> None:
    everyone = among.query("partners", plan="all")
    assert set(everyone.column("jurisdiction")) == {"KR", "DE", "FR", "GB", "JP", "US"}
    assert everyone.notes == ()
    german = among.query("partners", jurisdiction="de")
    assert set(german.column("plan")) == {"Plan made-000", "Plan made-000, a part"}
    assert list(german) == [row for row in everyone if row["jurisdiction"] == "DE"]
    whole = [row for row in german if row["plan"] == "Plan made-000"]
    assert list(among.query("partners", plan="made-000-plan")) == whole


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_plan_of_the_same_country_adds_only_its_own_rows(
    alone: KnowledgeGraph, grown: KnowledgeGraph, name: str
) -> None:
    assert_only_added(answered(alone, name), grown.query(name))


@pytest.mark.parametrize("name", MEASURES)
def test_a_plan_of_the_same_country_adds_only_its_own_rows_to_a_measure(
    alone: KnowledgeGraph, grown: KnowledgeGraph, name: str
) -> None:
    before, after = (graph.measure(name, **ASKED.get(name, {})) for graph in (alone, grown))
    assert_only_added(before, after)


def assert_only_added(before: Answer, after: Answer, made: str = "Plan made-") -> None:
    kept = [str(row) for row in before]
    assert [str(row) for row in after if str(row) in kept] == kept
    tied = {str(row["plan"] or "") for row in after if str(row) not in kept}
    assert all(re.match(made, plan) or not plan for plan in tied)


@pytest.mark.parametrize("name", sorted({*QUESTIONS} - {"plan-gaps"}))  # a folder fills gaps
def test_the_plans_that_ship_change_no_row_of_what_was_there(
    root: Path, alone: KnowledgeGraph, shipped: KnowledgeGraph, name: str
) -> None:
    """What was said of the plan of the article, and of Korea, stands as it stood: the folders of
    plans add rows, each of its own plan."""
    before, after = answered(alone, name), shipped.query(name)
    told, answers = told_in_folders(root / "data")
    known = {  # of which no folder says more
        str(plan)
        for plan in everyones(alone)
        if getattr(plan, "iri", "").rpartition("/")[2] not in told
    }
    others = {str(plan) for plan in everyones(shipped)} - known
    assert "Plan to widen international joint research by strategic technology" in known
    if name == "actions":  # what a folder says was done stands in place of nothing
        kept = (row for row in before if asker.key(row["action"]) not in answers or row["done_by"])
        before = replace(before, rows=tuple(tuple(row.values()) for row in kept))
    assert_only_added(before, after, "|".join(f"{re.escape(plan)}$" for plan in others))
    assert set(after.column("jurisdiction")) <= {"KR"}


@pytest.fixture(scope="module")
def reversed_roles(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Stores whose default is a made plan of Norway, which no plan that ships is of: beside the
    plan of the article, and beside all that ships and two more made plans of Korea."""
    folder = tmp_path_factory.mktemp("reversed")
    stores = []
    for name in ("norwegian", "both"):
        data = folder / name
        if name == "both":
            copytree(resources("data"), data)
        else:
            copy_tables(data)
        add_plans(data, 1, countries=("no",))
        (data / "coopgraph.toml").write_text('jurisdiction = "no"\n')
        if name == "both":
            add_plans(data, 2, first=1, countries=("kr",))
        build(data, folder / f"{name}-store")
        stores.append(folder / f"{name}-store")
    return stores


@pytest.fixture(scope="module")
def reversed_graphs(reversed_roles: list[Path]) -> list[KnowledgeGraph]:
    """The same, open for all tests that only ask."""
    return [open_graph(store) for store in reversed_roles]


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_law_holds_for_any_default(reversed_graphs: list[KnowledgeGraph], name: str) -> None:
    before, after = (graph.query(name) for graph in reversed_graphs)
    assert ANSWERS.write(after, "csv") == ANSWERS.write(before, "csv")
    assert set(after.column("jurisdiction")) <= {"NO"}


@pytest.mark.parametrize("name", MEASURES)
def test_the_law_holds_for_measures_of_any_default(
    reversed_graphs: list[KnowledgeGraph], name: str
) -> None:
    asked = ASKED.get(name, {})
    before, after = (graph.measure(name, **asked) for graph in reversed_graphs)
    assert written(after) == written(before)
    assert set(after.column("jurisdiction")) <= {"NO"}


@pytest.mark.parametrize("entity", ENTITIES)
def test_the_law_holds_for_briefs_of_any_default(
    reversed_graphs: list[KnowledgeGraph], entity: str
) -> None:
    before, after = (graph.brief(entity).markdown() for graph in reversed_graphs)
    assert "(Norway)" in after
    assert without_counts(after) == without_counts(before)


@pytest.mark.parametrize("name", NETWORKS)
def test_the_law_holds_for_networks_of_any_default(
    reversed_graphs: list[KnowledgeGraph], name: str
) -> None:
    before, after = (graph.project(name) for graph in reversed_graphs)
    assert (after.nodes, after.edges) == (before.nodes, before.edges)
    assert len(before.edges) > 0 or name == "budgets"


@pytest.mark.parametrize("name", CHARTS_OF_PLANS)
def test_the_law_holds_for_charts_of_any_default(
    reversed_graphs: list[KnowledgeGraph], name: str
) -> None:
    before, after = (graph.chart(name) for graph in reversed_graphs)
    assert after.svg() == before.svg()


def test_the_law_holds_for_scenarios_of_any_default(
    reversed_roles: list[Path], tmp_path: Path
) -> None:
    """Without the American institute, the Norwegian plan changes alike with all plans beside it."""
    texts = "".join(f'{n}_en = "x"\n' for n in ("title", "assumption"))
    step = '[[withdraw]]\ntable = "partner_links"\nwhere = { partner = "mit" }\nreason_en = "x"\n'
    file = tmp_path / "without-mit.toml"
    file.write_text(f'jurisdiction = "no"\n{texts}{step}')
    told = []
    for store in reversed_roles:
        data = store.parent / store.name.removesuffix("-store")
        under = Store.open(scenario_store(file, store, data))
        told.append(compare_measures(Store.open(store), under, scope={"jurisdiction": "no"}))
    before, after = told
    assert before.rows
    assert set(before.column("jurisdiction")) == {"NO"}
    assert written(after) == written(before)


def test_what_declares_no_scope_of_plans_is_about_none(
    reversed_graphs: list[KnowledgeGraph],
) -> None:
    """Each question, network, measure, chart and section of a brief that is about plans is held by
    a test of this file, as it declares it itself."""
    held = {*QUESTIONS, *NETWORKS, *MEASURES, *CHARTS_OF_PLANS}
    declared = {
        *(name for name in question_names() if load_question(name).scope == "plan"),
        *(name for name in projection_names() if load_projection(name).scope == "plan"),
        *(name for name in measure_names() if load_measure(name).scope == "plan"),
        *(name for name in chart_names() if CHARTS[name].scope == "plan"),
    }
    assert declared - held == {"suggestions"}  # it needs imported projects
    told = reversed_graphs[1].brief("quantum").sections
    of_plans = [name for name, section in SECTIONS.items() if section.scope == "plan"]
    assert len(of_plans) > 2
    assert {section.name for section in told} == {*ORDER["technology"]} <= {*SECTIONS}


LENSES = [
    name
    for name in (*question_names(), "collaboration", "country-collaboration")
    if lens_of(name).scope == "lens"
]
SCENARIOS = ("mit-withdraws", "budget-approved")


def test_every_scenario_says_whose_plans_it_changes() -> None:
    assert set(SCENARIOS) <= set(scenario_names())
    for name in scenario_names():
        assert load_scenario(name).scope["jurisdiction"] == "kr", name


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_scenario_changes_and_compares_what_is_of_its_plan(
    alone: KnowledgeGraph,
    article_folder: Path,
    among: KnowledgeGraph,
    among_folder: Path,
    name: str,
) -> None:
    scope = load_scenario(name).scope
    one = alone.store
    other = Store.open(scenario_store(name, article_folder, article_folder.parent / "data"))
    under = Store.open(scenario_store(name, among_folder, among_folder.parent / "data"))
    before = compare_measures(one, other, scope=scope)
    after = compare_measures(among.store, under, scope=scope)
    assert before.rows
    assert written(after) == written(before)
    everyone = compare_measures(among.store, under, scope={"plan": "all"})
    assert set(everyone.column("jurisdiction")) == {"KR"}


@pytest.mark.parametrize(
    ("head", "step", "message"),
    [
        ("", 'keys = ["made-000-partners-quantum-KEY"]', "which is of de, made-000-plan"),
        ("", 'where = { partner_list = "made-000-partners-quantum" }', "and there is none"),
        ('jurisdiction = "xx"\n', 'where = { partner = "mit" }', "no country or bloc 'xx'"),
        ('plan = "plan-x"\n', 'where = { partner = "mit" }', "no plan 'plan-x'"),
        ('plan = "st-diplomacy-strategy-2019"\n', 'where = { partner = "mit" }', "there is none"),
    ],
)
def test_a_scenario_leaves_the_plans_of_others_alone(
    among: KnowledgeGraph, among_folder: Path, tmp_path: Path, head: str, step: str, message: str
) -> None:
    listed = among.query(
        "SELECT ?p { ?l coop:onList <partner-list/made-000-partners-quantum> ; coop:partner ?p }"
    )
    key = getattr(listed.rows[0][0], "iri", "").rpartition("/")[2]
    texts = "".join(f'{n}_{t} = "x"\n' for n in ("title", "assumption") for t in ("en", "ko"))
    body = f'[[withdraw]]\ntable = "partner_links"\n{step.replace("KEY", key)}\n'
    file = tmp_path / "mine.toml"
    file.write_text(f'{head}{texts}{body}reason_en = "x"\nreason_ko = "x"\n')
    with pytest.raises(ScenarioInvalid, match=message):
        scenario_store(file, among_folder, among_folder.parent / "data")


def test_a_partner_at_home_is_no_foreign_one(among: KnowledgeGraph) -> None:
    """In no share and no dependence: of a country its own, of a bloc those of its members."""
    named = among.query("partners", jurisdiction="de", technology="quantum")
    assert "Germany" in named.column("country")
    for name, of in (("dependence", "country"), ("concentration", "partner")):
        answer = among.measure(name, jurisdiction="de", of=of)
        assert "Germany" not in str(answer.rows)
        assert "Institute made-000" not in str(answer.rows)
        assert "1 partner of the planner's own country is not counted." in answer.notes


@pytest.mark.parametrize(
    ("plan", "match"), [("made-000-plan", "close match"), ("made-001-plan", "broad match")]
)
def test_a_match_leads_to_the_reference_technology_whichever_way_it_is_written(
    among: KnowledgeGraph, plan: str, match: str
) -> None:
    rows = among.query("partners", technology="quantum", plan=plan)
    own = [row for row in rows if "things" in str(row["technology"])]
    assert {(str(row["reference"]), str(row["match"])) for row in own} == {
        ("Quantum technology", match)
    }
    profile = among.query("technology-profile", plan=plan)
    told = {str(row["technology"]).partition(" [")[0]: str(row["match"]) for row in profile}
    assert told[f"Quantum things {plan[:8]}"] == match
    assert told["Hydrogen"] == "None"


def test_a_jurisdiction_that_is_none_is_refused_with_those_that_have_plans(
    among: KnowledgeGraph,
) -> None:
    for ask in (among.query, among.project):
        with pytest.raises(UnknownEntity, match="there are plans of: DE, FR, GB, JP, KR, SE, US"):
            ask("partners" if ask == among.query else "technology-partners", jurisdiction="xx")
    for graph in (among.measure, among.brief, among.chart):
        name = {"measure": "dependence", "brief": "quantum"}.get(graph.__name__)
        with pytest.raises(UnknownEntity, match="there are plans of: DE") as caught:
            graph(name or "technology-country", jurisdiction="Germani")
        assert len(str(caught.value)) < 200
    with pytest.raises(UsageError, match="the plan 'made-000-plan' is of DE, not of the"):
        among.query("partners", plan="made-000-plan", jurisdiction="kr")
    assert len(among.query("partners", plan="made-000-plan", jurisdiction="de"))


@pytest.mark.parametrize(
    ("asked", "near"),
    [
        ("made-001-pan", "did you mean made-001-plan"),
        ("Nurture", "did you mean strategic-technology-plan?"),
        ("zzz", "known: fifth-st-basic-plan, global-rd-strategy-2023, "),
    ],
)
def test_a_plan_that_is_none_is_refused_with_the_keys_of_plans(
    among_folder: Path, asked: str, near: str
) -> None:
    for verb in (("query", "partners"), ("measure", "dependence"), ("brief", "quantum")):
        ran = called(*verb, "--plan", asked, "--store", str(among_folder))
        said = ran.err.decode()
        assert (ran.code, ran.out, said.count("\n")) == (2, b"", 1)
        assert near in said
        assert "Strategy Map" not in said


def test_a_year_that_nothing_has_is_named(alone: KnowledgeGraph) -> None:
    assert "no triple has 1850" in alone.query("budget-levels", year="1850").notes
    assert not [n for n in alone.query("budget-levels", year="2024").notes if "no triple" in n]


def test_practice_is_seen_through_another_planner(practice_folder: Path) -> None:
    """Only what that planner's own institutions take part in; of a bloc those of its members."""
    graph = open_graph(practice_folder)
    takes = [name for name in LENSES if "jurisdiction" in lens_of(name).parameters]
    assert set(LENSES) == set(takes)
    name = "country-collaboration"
    whole, german = graph.project(name, among="any"), graph.project(name, jurisdiction="de")
    assert graph.project(name, jurisdiction="all").edges == whole.edges
    assert 0 < sum(e.weight for e in german.edges) < sum(e.weight for e in whole.edges)
    bloc = graph.project(name, jurisdiction="european-union")
    assert sum(e.weight for e in german.edges) <= sum(e.weight for e in bloc.edges)
    edges = [
        len(graph.project("collaboration", **asked).edges)
        for asked in ({"jurisdiction": "de"}, {"among": "any"})
    ]
    assert 0 < edges[0] < edges[1]
    for lens in ({"jurisdiction": "de"}, {"jurisdiction": "european-union"}):
        seen = graph.query("home-participation", **lens)
        assert len(seen)
        assert list(seen) != list(graph.query("home-participation"))
    assert len(graph.measure("position", jurisdiction="de"))
    for whose, error in (("xx", UnknownEntity), ("de", FactError)):  # what there is are too few
        with pytest.raises(error):
            graph.measure("suggestion-quality", jurisdiction=whose)
    every, mine = (read_practice(graph.store, whose=whose) for whose in ("", GERMANY))
    assert 0 < len(mine.projects) < len(every.projects)
    assert set(mine.projects) < set(every.projects)
    assert len(mine.institutions) > 1


def test_observed_partners_are_counted_in_the_projects_of_the_planner(
    practice_folder: Path,
) -> None:
    """As counted by hand: the projects of a technology with an institution of the country."""
    graph = open_graph(practice_folder)
    every = {
        (str(row["technology"]), str(row["partner"])): row
        for row in graph.query("observed-partners", evidence="projects", top="9999", among="any")
    }
    raw = graph.query(
        "SELECT DISTINCT ?project ?technology ?partner ?country { ?project "
        "coop:technologyClose|coop:technologyNarrow ?technology ; "
        "coop:projectParticipant ?record . ?record coop:canonical ?partner . "
        "OPTIONAL { ?record coop:country ?country } }"
    )
    home = {str(row["project"]) for row in raw if str(row["country"]) == "Germany"}
    counted: dict[tuple[str, str], set[str]] = {}
    for row in raw:
        if str(row["project"]) in home and str(row["country"]) != "Germany":
            key = str(row["technology"]), str(row["partner"])
            counted.setdefault(key, set()).add(str(row["project"]))
    asked = {"jurisdiction": "de", "evidence": "projects", "top": "9999"}
    seen = graph.query("observed-partners", **asked)
    told = {(str(row["technology"]), str(row["partner"])): row for row in seen}
    assert {key: row["links"] for key, row in told.items()} == {
        key: len(projects) for key, projects in counted.items()
    }
    assert 0 < len(told) < len(every)
    alike = [key for key in told if told[key]["links"] == every[key]["links"]]
    assert alike
    for key in alike:  # all that it does there is done with a German institution
        assert {**every[key]} == {**told[key]}
    assert list(graph.query("observed-partners", jurisdiction="all")) == list(
        graph.query("observed-partners", among="any")
    )
    close = graph.query("observed-partners", match="close", **asked)
    assert 0 < len(close) < len(seen)


def test_pages_and_the_head_of_json_say_how_many_other_plans_there_are(
    among: KnowledgeGraph,
) -> None:
    """The line is no row: CSV has none of it."""
    for work, name, key in (
        (question_page, "partners", "name"),
        (network_page, "technology-partners", "name"),
        (brief_page, "quantum", "entity"),
    ):
        asked = PageRequest(names={key: name})
        assert OTHERS in work(among, asked).body.decode()
        german = replace(asked, fields=Fields((("jurisdiction", "de"),)))
        shown = work(among, german).body.decode()
        assert "--plan all" not in shown
        assert "Germany" in shown
    for work, name in ((question_page, "partners"), (network_page, "technology-partners")):
        told = json.loads(work(among, PageRequest(names={"name": f"{name}.json"})).body)
        assert OTHERS in (told.get("graph") or told)["notes"]
        table = work(among, PageRequest(names={"name": f"{name}.csv"})).body.decode()
        assert "--plan all" not in table
    with pytest.raises(UnknownParameter):
        brief_page(among, PageRequest(names={"entity": "quantum"}, fields=Fields((("yeer", "1"),))))


def test_the_command_line_says_it_on_standard_error(among_folder: Path, tmp_path: Path) -> None:
    at = ("--store", str(among_folder))
    for verb in (
        ("query", "partners", "--format", "csv"),
        ("measure", "dependence", "--format", "json"),
        ("network", "technology-partners", "--format", "csv"),
        ("chart", "technology-country", "-o", str(tmp_path / "chart.svg")),
    ):
        ran = called(*verb, *at)
        assert OTHERS in ran.err.decode()
        assert "--plan all" not in ran.out.decode()
        assert OTHERS not in called(*verb, "--plan", "all", *at).err.decode()
        assert called(*verb, "--jurisdiction", "de", *at).code == 0
    german = called("brief", "quantum", "--jurisdiction", "DE", *at)
    assert german.out.decode().startswith(
        "# Quantum technology: international cooperation (Germany)"
    )


def test_whose_plans_there_are_is_said_where_none_is_of_whom_was_asked(
    among: KnowledgeGraph,
) -> None:
    for nobody in ("it", "mit"):
        answer = among.query("partners", jurisdiction=nobody)
        assert len(answer) == 0
        assert answer.notes == (
            "the store holds no plan of it; there are plans of: DE, FR, GB, JP, KR, SE, US",
        )


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("budget-series", {"line": "R&D budget for quantum technology"}),
        ("partners", {"stance": "catch-up"}),
    ],
)
def test_a_name_that_other_plans_have_too_is_that_of_the_plan_asked_for(
    alone: KnowledgeGraph, among: KnowledgeGraph, question: str, value: dict[str, str]
) -> None:
    assert among.query(question, **value).rows == alone.query(question, **value).rows != ()
    for whose in ("de", "us"):
        told = among.query(question, jurisdiction=whose, **value)
        assert {str(code) for code in told.column("jurisdiction")} == {whose.upper()}
