"""Scenarios in the browser: made of steps, computed in memory, kept in an address and a file."""

from __future__ import annotations

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from page_server import Opened, Reader, get, opening, serving  # noqa: F401
from playwright.sync_api import expect
from test_view_saving import saved
from view_pages import a_browser  # noqa: F401

import coopgraph
from coopgraph import KnowledgeGraph
from coopgraph.errors import UsageError
from coopgraph.scenario import load_scenario, scenario_names
from coopgraph.scenario.comparison import compare_measures, compare_networks
from coopgraph.scenario.effect import NETWORK, effect_of
from coopgraph.scenario.steps import PlanTables, scenario_file, scenario_of

SVG = "{http://www.w3.org/2000/svg}"
WITHOUT_US = "without:us"
#: One of each sort: of money, of a withdrawal, of additions, of another plan.
COMPARED = (
    "budget-approved",
    "mit-withdraws",
    "partners-for-uncovered",
    "horizon-europe-pillar-ii",
)
#: Links of the plan to institutions of the United States: table 1 of the article.
AMERICAN = 13
#: A page is computed when it is asked for first.
PATIENCE_MS = 60_000


@pytest.fixture(scope="module")
def at(article_folder: Path) -> Iterator[str]:
    with serving(article_folder, "--timeout-s", "60") as address:
        yield address


@pytest.fixture(scope="module")
def kg(article_folder: Path) -> Iterator[KnowledgeGraph]:
    graph = coopgraph.open(article_folder)
    yield graph
    graph.close()


def states(network: object) -> dict[str, int]:
    kinds = [edge.kind.iri.rpartition("/")[2] for edge in network.edges]  # type: ignore[attr-defined]
    return dict(Counter(kinds))


@pytest.mark.parametrize("name", COMPARED)
def test_in_memory_the_same_changes_as_in_a_store(name: str, scenarios_folder: Path) -> None:
    scenario = load_scenario(name)
    with (
        coopgraph.open(scenarios_folder) as base,
        coopgraph.open(scenarios_folder / "scenarios" / name) as under,
    ):
        effect = effect_of(scenario, base.store, base.index)
        numbers = compare_measures(base.store, under.store, "en", scenario.scope)
        networks = [graph.project(NETWORK, **scenario.scope) for graph in (base, under)]
    assert effect.numbers.rows == numbers.rows
    assert len(numbers.rows) > 50
    whole = compare_networks(*networks)
    assert (effect.network.nodes, effect.network.edges) == (whole.nodes, whole.edges)


@pytest.mark.parametrize(
    ("steps", "changes", "found"),
    [
        (WITHOUT_US, 1, {"lost": AMERICAN, "same": 11}),
        ("without:mit,stance:quantum~leading", 3, {"lost": 4, "same": 20, "added": 1}),
        ("with:hydrogen~eth-zurich", 2, {"same": 24, "added": 1}),
        ("with:quantum~nasa", 1, {"same": 24, "added": 1}),
    ],
)
def test_steps_are_a_scenario_and_a_file_of_the_same(
    steps: str,
    changes: int,
    found: dict[str, int],
    kg: KnowledgeGraph,
    article_folder: Path,
    tmp_path: Path,
) -> None:
    data = coopgraph.store.Folder(article_folder).tables
    tables = PlanTables.of(data)
    assert tables is not None
    scenario = scenario_of(steps, tables)
    assert len(scenario.changes) == changes
    assert states(effect_of(scenario, kg.store, kg.index, data).network) == found
    path = tmp_path / "assumed.toml"
    path.write_text(scenario_file(scenario), encoding="utf-8")
    read = load_scenario(path)
    assert (read.changes, read.scope) == (scenario.changes, scenario.scope)
    assert (read.titles, read.assumptions) == (scenario.titles, scenario.assumptions)


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        ("", "it changes nothing"),
        ("without", "'without' is no step"),
        ("leave:mit", "'leave:mit' is no step"),
        ("without:mitt", "there is no 'mitt' to choose; did you mean mit"),
        ("with:quantum", "'with:quantum' is no step"),
        ("stance:hydrogen~leading", "there is no 'hydrogen' to choose"),
        (",".join(f"without:{i}" for i in range(13)), "there are 13 steps; take 12 at most"),
    ],
)
def test_what_is_no_step_is_said(steps: str, said: str, article_folder: Path) -> None:
    tables = PlanTables.of(coopgraph.store.Folder(article_folder).tables)
    assert tables is not None
    with pytest.raises(UsageError, match=said):
        scenario_of(steps, tables)


def test_the_list_has_every_scenario_of_the_planner(at: str) -> None:
    links = Reader(get(at, "/scenarios").text).links()
    assert {f"/scenario/{name}" for name in scenario_names()} <= set(links)
    others = Reader(get(at, "/scenarios?whose=DE").text).links()
    assert not [link for link in others if link.startswith("/scenario/mit")]


def test_a_scenario_that_ships_has_a_page_a_file_and_its_numbers(at: str) -> None:
    page = Reader(get(at, "/scenario/mit-withdraws?lang=ko").text)
    assert "연결 3건 상실, 0건 추가, 21건 유지" in page.text
    assert "매사추세츠공과대학교" in page.text
    numbers = get(at, "/scenario/mit-withdraws.csv").body.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(numbers)))
    assert len(rows) > 50
    assert {row["entity"] for row in rows} > {"Quantum technology"}
    assert b'where = { partner = ["mit"] }' in get(at, "/scenario/mit-withdraws.toml").body
    assert "network" in get(at, "/scenario/mit-withdraws/network").text


@pytest.mark.parametrize(
    "path",
    [
        *("/scenario/none", "/scenario/none.toml", "/scenario/x.toml.toml", "/scenario/assumed"),
        *("/scenario/assumed?steps=<script>alert(1)</script>", "/scenario/assumed?steps=a&steps=b"),
        *("/scenario/assumed?steps=without:mit&plan=nowhere", "/scenario/mit-withdraws?other=1"),
        "/scenario/assumed?steps=without:us,without:mit",
    ],
)
def test_what_there_is_not_is_refused_in_a_line(at: str, path: str) -> None:
    got = get(at, path.replace("<", "%3C").replace(">", "%3E"))
    assert got.status == 400, got.text
    assert "Traceback" not in got.text
    assert "<script>alert" not in got.text


def test_the_plan_in_the_scope_is_the_one_that_steps_are_taken_on(address: str) -> None:
    plan = "within=kr-motie-cooperation-centres-2024"
    form = get(address, f"/scenarios?{plan}").text
    offered = form[form.index('id="s-without"') : form.index('id="s-with-technology"')]
    assert 'value="fraunhofer-gesellschaft"' in offered
    assert 'value="eth-zurich"' not in offered
    text = Reader(get(address, f"/scenario/assumed?steps=without:us&{plan}&lang=en").text).text
    assert "Advanced mobility – Fraunhofer-Gesellschaft" in text
    assert "– NASA" not in text
    assert "500%" in text, "a share is rounded, and what is made of it no finer"
    got = get(address, "/scenarios?within=no-such-plan")
    assert (got.status, "Traceback" in got.text) == (404, False)


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_a_reader_makes_one_takes_a_step_back_and_shares_it(
    at: str, opened: Opened, lang: str
) -> None:
    page = opened(at, f"/scenarios?lang={lang}", width=390)
    page.locator("#s-without").select_option("us")
    page.locator("#assume button").click()
    lost, gained = page.locator(".ties--lost li"), page.locator(".ties--gained li")
    expect(lost).to_have_count(AMERICAN, timeout=PATIENCE_MS)
    assert page.locator("svg .tie--lost").count() == AMERICAN + 1  # the legend
    dashes = "getComputedStyle(document.querySelector('svg .tie--lost')).strokeDasharray"
    assert page.evaluate(dashes) != "none"  # told apart without colour
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert Axe().run(page).response["violations"] == []
    page.locator("#s-stance-technology").select_option("quantum")
    page.locator("#s-stance").select_option("leading")
    page.locator("#steps button").click()
    expect(gained).to_have_count(1, timeout=PATIENCE_MS)
    page.locator("#steps a").nth(1).click()  # undo the second step
    expect(gained).to_have_count(0, timeout=PATIENCE_MS)
    expect(lost).to_have_count(AMERICAN)
    assert "steps=without%3Aus" in page.url


#: How edges of a kind are drawn: the break of the line, its width, its colour.
LOOKS = """() => {
  const { edges, page } = JSON.parse(document.getElementById('data').textContent);
  return edges.map(({ id, kind }) => {
    const { dashes, width, color } = network.body.data.edges.get(id);
    return [page.kinds[kind][0].split('/').at(-1), `${dashes ?? ''}`, width, color.color];
  });
}"""


@pytest.mark.parametrize(
    ("lang", "words"),
    [("en", ["kept", "lost", "gained"]), ("ko", ["\uc720\uc9c0", "\uc0c1\uc2e4", "\ucd94\uac00"])],
)
def test_lost_kept_and_gained_are_drawn_apart_in_the_network(
    at: str, opened: Opened, tmp_path: Path, lang: str, words: list[str]
) -> None:
    steps = "without:mit,with:quantum~nasa"
    path = f"/scenario/assumed/network?steps={steps}&lang={lang}"
    assert get(at, path).status == 200, "computed when it is asked for first"
    page = opened(at, path, width=1400)
    page.locator("html[data-ready]").wait_for(timeout=PATIENCE_MS)
    looks: dict[str, set[tuple[Any, ...]]] = defaultdict(set)
    for state, *look in page.evaluate(LOOKS):
        looks[state].add(tuple(look))
    assert {state: len(own) for state, own in looks.items()} == {"same": 1, "lost": 1, "added": 1}
    (kept,), (lost,), (gained,) = (looks[state] for state in ("same", "lost", "added"))
    assert len({str(look[2]) for look in (kept, lost, gained)}) == 3, "each has a colour of its own"
    assert [bool(look[0]) for look in (kept, lost, gained)] == [False, True, False], "dotted"
    assert kept[1] < lost[1] < gained[1], "and without colour they differ in width"
    legend = page.locator("#legend .entry[data-facet=edge]")
    assert [legend.nth(i).locator(".name").inner_text() for i in range(3)] == words
    signs = legend.locator("svg").evaluate_all("all => all.map(s => s.outerHTML)")
    assert len(set(signs)) == 3
    drawing = ElementTree.fromstring(saved(page, "svg", tmp_path))
    picture = drawing.find(f"{SVG}svg")
    assert picture is not None
    ink = f"rgb({','.join(str(int(lost[2][at : at + 2], 16)) for at in (1, 3, 5))})"
    lines = [p for p in picture.iter(f"{SVG}path") if p.get("stroke") == ink]
    assert len(lines) == 3
    assert all(line.get("stroke-dasharray") for line in lines)
    crosses = [
        p for p in picture.iter(f"{SVG}path") if p.get("fill") == lost[2] and p.get("transform")
    ]
    assert len(crosses) == 3, "what is lost is crossed out"
    said = " ".join(each.text or "" for each in drawing.iter(f"{SVG}text"))
    assert all(word in said for word in words), "the file has the legend"
    page.locator("#theme").click()
    assert {look[-1] for _, *look in page.evaluate(LOOKS)}.isdisjoint({lost[2], gained[2]})
