"""Texts in any language: one is enough, and what falls back shows its tag wherever it is shown."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from command_line import called
from made_plans import add_plans
from page_server import get, serving

from coopgraph import open as open_graph
from coopgraph.api import KnowledgeGraph
from coopgraph.brief.model import BRIEFS
from coopgraph.compiler import build
from coopgraph.queries.answer import ANSWERS
from coopgraph.vocabulary import ID

#: The plan of the second planner speaks German alone, that of the third Japanese.
GERMAN, JAPANESE = f"{ID}plan/made-001-plan", f"{ID}plan/made-002-plan"


@pytest.fixture(scope="module")
def store(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("languages")
    shutil.copytree(root / "data", folder / "data")
    add_plans(folder / "data", 3)
    _say(folder / "data" / "organisations.csv", "mit", label_de="MIT (auf Deutsch)")
    _say(folder / "data" / "interpretations.csv", "", read_as_fr="lu ainsi", reason_ja="理由")
    build(folder / "data", folder / "store")
    return folder / "store"


def _say(path: Path, key: str, **texts: str) -> None:
    """Give a row (without a key the first) further texts; the first loses those it has of them."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    row = next(row for row in rows if key in ("", row["key"]))
    for name in texts if not key else ():
        row |= {f"{name[:-3]}_en": "", f"{name[:-3]}_ko": ""}
    row |= texts
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [*dict.fromkeys((*rows[0], *texts))], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


@pytest.fixture(scope="module")
def kg(store: Path) -> KnowledgeGraph:
    return open_graph(store)


@pytest.fixture(scope="module")
def address(store: Path) -> Iterator[str]:
    with serving(store) as found:
        yield found


def test_a_label_has_its_tag_in_the_graph(kg: KnowledgeGraph) -> None:
    said = kg.query(f"SELECT ?l (LANG(?l) AS ?tag) {{ <{GERMAN}> skos:prefLabel ?l }}")
    assert said.rows == (("Plan made-001", "de"),)
    assert kg.store.texts([JAPANESE])[JAPANESE] == {"ja": "Plan made-002"}
    tag = f"SELECT (LANG(?l) AS ?tag) {{ <{JAPANESE}> skos:prefLabel ?l }}"
    assert [[*map(str, row.values())] for row in kg.rdflib().query(tag).bindings] == [["ja"]]


def test_the_order_is_that_asked_for_then_english_then_by_tag(kg: KnowledgeGraph) -> None:
    mit = f"{ID}organisation/mit"
    shown = {lang: kg.store.labels([mit, GERMAN], lang) for lang in ("de", "en", "ja")}
    assert shown["de"] == {mit: "MIT (auf Deutsch)", GERMAN: "Plan made-001"}
    assert shown["en"][GERMAN] == "Plan made-001 [de]"
    assert shown["ja"][mit].endswith(" [en]")


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_rows_show_the_tag_in_every_format(kg: KnowledgeGraph, lang: str) -> None:
    answer = kg.query("partners", plan=GERMAN, lang=lang)
    assert set(answer.column("plan")) == {"Plan made-001 [de]"}
    for format in ("table", "csv", "json", "html", "markdown"):
        if format in [each.name for each in ANSWERS.formats]:
            assert "Plan made-001 [de]" in str(ANSWERS.write(answer, format)), format
    japanese = kg.query("partners", plan=JAPANESE, lang=lang).sources()
    assert all(
        str(place).endswith("here (unverified) [ja]") for place in japanese.column("locator")
    )


def test_the_command_line_shows_it(store: Path) -> None:
    said = called("query", "partners", "-p", f"plan={GERMAN}", "--store", str(store))
    assert "Plan made-001 [de]" in said.out.decode()
    found = called("search", "Plan made-002", "--store", str(store))
    assert "Plan made-002 [ja]" in found.out.decode()


def test_texts_that_a_question_selects_fall_back_too(kg: KnowledgeGraph) -> None:
    english = kg.query("interpretations")
    korean = kg.query("interpretations", lang="ko")
    assert len(english) == len(korean) > 20
    for answer in (english, korean):
        assert answer.column("read_as").count("lu ainsi [fr]") == 1
        assert answer.column("reason").count("理由 [ja]") == 1
    assert kg.query("interpretations", lang="ja").column("reason").count("理由") == 1
    gaps = kg.query("absences", jurisdiction="fr")
    assert gaps.column("scope") == ["everywhere [de]"]


def test_networks_and_briefs_show_it(kg: KnowledgeGraph) -> None:
    drawn = kg.project("technology-partners", plan=GERMAN)
    plans = {edge.attributes["plan"].label("ko") for edge in drawn.edges}  # type: ignore[union-attr]
    assert plans == {"Plan made-001 [de]"}
    whole = kg.project("everything")
    (node,) = (node for node in whole.nodes if node.iri == JAPANESE)
    assert (node.label("en"), node.label("ja")) == ("Plan made-002 [ja]", "Plan made-002")
    assert "Plan made-001 [de]" in kg.view("technology-partners", plan=GERMAN).html
    brief = str(BRIEFS.write(kg.brief("quantum", jurisdiction="fr"), "markdown"))
    assert "here (unverified) \\[de\\]" in brief


@pytest.mark.parametrize("lang", ["en", "ko", "ja"])
def test_pages_mark_the_language_of_what_falls_back(address: str, lang: str) -> None:
    page = get(address, f"/id/plan/made-001-plan?lang={lang}").text
    assert '<h1><span lang="de">Plan made-001</span> <span class="tag">[de]</span></h1>' in page
    found = get(address, f"/search?q=Plan+made-002&lang={lang}").text
    marked = '<span lang="ja">Plan made-002</span> <span class="tag">[ja]</span>'
    assert (marked in found) is (lang != "ja")


def test_a_remote_store_says_the_same(address: str, kg: KnowledgeGraph) -> None:
    remote = open_graph(f"{address}/sparql")
    assert remote.store.texts([GERMAN, JAPANESE]) == kg.store.texts([GERMAN, JAPANESE])
    for name in ("interpretations", "partners"):
        ours, theirs = (graph.query(name, plan="all") if name == "partners" else graph.query(name)
                        for graph in (kg, remote))  # fmt: skip
        assert theirs.rows == ours.rows
