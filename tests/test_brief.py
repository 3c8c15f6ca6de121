"""Briefs: one page, every statement with its source, gaps as sentences, both languages."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from command_line import called
from hypothesis import given
from hypothesis import strategies as st
from serving import Server

import chromium as chromium_finder
import coopgraph
from coopgraph.brief import Brief
from coopgraph.brief.model import Reference, Section, Statement, Tie
from coopgraph.errors import UnknownEntity, UsageError
from coopgraph.i18n import money
from coopgraph.queries import Entity

ENTITIES = {"quantum": "technology", "us": "country", "id:organisation/mit": "partner"}
#: The article's plan: Korea has others.
ARTICLE = "strategic-joint-research-plan"
MINISTRY = "id:organisation/msit"
NAMES = ["planned", "money", "practice", "since", "dependence", "disagreements"]


@pytest.fixture(scope="module")
def kg(store_folder: Path) -> Iterator[coopgraph.KnowledgeGraph]:
    graph = coopgraph.open(store_folder)
    yield graph
    graph.close()


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("entity", [*ENTITIES, MINISTRY])
def test_every_statement_has_a_source_or_says_what_is_not_there(
    kg: coopgraph.KnowledgeGraph, entity: str, lang: str
) -> None:
    made = kg.brief(entity, lang=lang)
    assert made.kind == ENTITIES.get(entity, "ministry")
    assert [section.name for section in made.sections] == NAMES
    numbers = {reference.number for reference in made.references}
    assert numbers == set(range(1, len(numbers) + 1))
    for section in made.sections:
        assert section.statements
        for statement in section.statements:
            more = re.match(r"and \d+ more|외 (계획 )?\d+건", statement.text)
            assert bool(statement.cites) != (statement.is_gap or bool(more)), statement
            assert set(statement.cites) <= numbers
    used = {n for s in made.sections for each in s.statements for n in each.cites}
    assert used == numbers


def test_the_brief_of_a_technology_says_what_the_article_says(
    kg: coopgraph.KnowledgeGraph,
) -> None:
    made = kg.brief("quantum", plan=ARTICLE)
    told, of_all = (
        {section.name: [each.text for each in section.statements] for section in brief.sections}
        for brief in (made, kg.brief("quantum"))
    )
    assert told["planned"][0] == "Stance: catch-up"
    assert "ETH Zurich (Switzerland) [draft, among others]" in told["planned"]
    assert any("KRW 170 billion" in line for line in told["money"])
    assert any("misprint" in line for line in told["disagreements"])
    for section in ("money", "disagreements", "since"):  # none of it is of another plan
        assert told[section][:2] == of_all[section][:2]  # that of all plans has room for fewer
    assert "No projects or papers have been imported" in told["practice"][0]
    assert {(tie.left, tie.right) for tie in made.ties} == {
        ("Quantum technology", "ETH Zurich"),
        ("Quantum technology", "Massachusetts Institute of Technology"),
    }
    assert made.build == kg.store.manifest.digest


def test_what_followed_in_a_technology_is_named_whichever_plan_is_asked(
    kg: coopgraph.KnowledgeGraph,
) -> None:
    for technology, day in (
        ("secondary-battery", "27 February 2024"),
        ("nuclear", "6 December 2024"),
    ):
        for plan in ("all", ARTICLE):
            followed = kg.brief(technology, plan=plan).sections[3].statements
            assert any(each.text.startswith(day) and each.cites for each in followed)


def test_the_country_brief_names_what_hangs_on_it(kg: coopgraph.KnowledgeGraph) -> None:
    made = kg.brief("us", plan=ARTICLE)
    assert (
        "8 technologies would lose a named partner; 5 would lose all"
        in made.sections[4].statements[0].text
    )
    assert len(made.sections[0].statements) == 13


@pytest.mark.parametrize(("lang", "day"), [("en", "23 January 2024"), ("ko", "2024-01-23")])
def test_a_source_called_by_its_day_has_it_once(
    kg: coopgraph.KnowledgeGraph, lang: str, day: str
) -> None:
    made = kg.brief("quantum", lang=lang, plan=ARTICLE)
    (found,) = (r for r in made.references if day in r.title)
    assert not found.date


def test_one_of_a_kind_is_not_written_as_many(kg: coopgraph.KnowledgeGraph) -> None:
    assert "1 technology would lose" in kg.brief("eth-zurich").sections[4].statements[0].text
    assert kg.brief("nuclear").sections[4].statements[0].text.startswith("1 named partner:")


def test_a_language_without_words_for_briefs_marks_what_it_borrows_once(
    kg: coopgraph.KnowledgeGraph,
) -> None:
    made = kg.brief("mit", lang="ja")
    assert "\n## Plan \\[en\\]\n" in made.markdown()
    assert not re.search(r"\[en\W*\]\W*\[en", made.markdown())
    assert "## [en]" not in made.html()
    assert "- [en]" not in made.html()


def test_a_gap_is_a_sentence(kg: coopgraph.KnowledgeGraph) -> None:
    made = kg.brief("hydrogen", lang="ko", plan=ARTICLE)
    gaps = [s.statements[0] for s in made.sections if s.statements[0].is_gap]
    told = [gap.text.partition("(")[0] for gap in gaps]
    assert "협력 계획에서 확인되지 않음" in told
    assert any(re.match(r"\(확인 결과 없음\).* 금액 \d+건", gap.text) for gap in gaps)
    assert made.ties == ()
    assert "<svg" not in made.html()


def test_korean_markdown_is_itemised_as_ministries_write(kg: coopgraph.KnowledgeGraph) -> None:
    text = kg.brief(MINISTRY, lang="ko").markdown()
    assert "□ 예산" in text
    assert re.search(r"^ ○ .*1조 1,445억 원 \(국회 확정\) \\\[\d+\\\]$", text, re.MULTILINE)
    assert "None" not in text


def test_briefs_are_the_same_every_time(kg: coopgraph.KnowledgeGraph) -> None:
    assert kg.brief("quantum").html() == kg.brief("quantum").html()


HOSTILE = '<img src=x onerror="document.title=1"></script>`*[x](javascript:alert(1))\n# head'


def hostile() -> Brief:
    sections = (Section("planned", HOSTILE, (Statement(HOSTILE, (1,), (HOSTILE,)),)),)
    references = (Reference(1, HOSTILE, HOSTILE, "javascript:alert(1)", (HOSTILE,)),)
    ties = (Tie(HOSTILE, HOSTILE, True),)
    return Brief(
        Entity(HOSTILE, "https://example.org/x"),
        "partner",
        "en",
        sections,
        ties,
        references,
        "b",
        "0",
    )


def test_markup_in_labels_is_text() -> None:
    page = hostile().html()
    assert "<img" not in page
    assert "<script" not in page
    assert 'href="javascript' not in page
    text = hostile().markdown()
    assert "<img" not in text.replace("\\<img", "")
    assert "\n# head" not in text
    assert "[x](" not in text


@pytest.mark.parametrize("entity", ["quantum", "us", MINISTRY])
@pytest.mark.parametrize("lang", ["en", "ko"])
def test_it_prints_on_one_sheet(
    kg: coopgraph.KnowledgeGraph, chromium: Path, tmp_path: Path, entity: str, lang: str
) -> None:
    page, printed = tmp_path / "brief.html", tmp_path / "brief.pdf"
    page.write_text(kg.brief(entity, lang=lang).html(), encoding="utf-8")
    subprocess.run(
        [
            str(chromium),
            "--headless",
            *chromium_finder.ARGUMENTS,
            "--no-pdf-header-footer",
            f"--user-data-dir={tmp_path / 'profile'}",
            f"--print-to-pdf={printed}",
            page.as_uri(),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    assert len(re.findall(rb"/Type\s*/Page\b", printed.read_bytes())) == 1


def test_a_brief_of_many_plans_is_cut_aloud(kg: coopgraph.KnowledgeGraph) -> None:
    """It tells of those that name the entity most; what it leaves out is counted, and shown with
    all plans."""
    planned = kg.brief("us").sections[0]
    every = kg.brief("us", plan="all").sections[0]
    plans = dict(every.by_plan())
    *shown, (_, (more,)) = planned.by_plan()
    assert 1 <= len(shown) <= 3
    ours = {f"KR – {plan}" for plan, _ in shown}
    left = [told for plan, told in plans.items() if plan.startswith("KR") and plan not in ours]
    found = re.fullmatch(r"and (\d+) more plans: --plan all", more.text)
    assert found
    assert int(found[1]) <= len(left)  # with all, those of Korea and another stand too
    for plan, told in shown:
        whole = [each.text for each in plans[f"KR – {plan}"]]
        *first, last = (each.text for each in told)
        assert first == whole[: len(first)]
        assert last == f"and {len(whole) - len(first)} more of {len(whole)}"
        assert len(whole) >= max(map(len, left))


@given(st.integers(0, 10**16))
def test_korean_amounts_keep_every_digit(amount: int) -> None:
    units = {"조": 10**12, "억": 10**8, "만": 10**4}
    total = 0
    for number, unit in re.findall(r"([\d,]+)([조억만]?)", money(amount, "KRW", "ko")):
        total += int(number.replace(",", "")) * units.get(unit, 1)
    assert total == amount


@given(st.decimals(0, 10**15, places=2))
def test_english_amounts_keep_every_digit(amount: Decimal) -> None:
    number, _, unit = money(amount, "KRW", "en").removeprefix("KRW ").partition(" ")
    factor = {"trillion": 10**12, "billion": 10**9, "million": 10**6, "": 1}[unit]
    assert Decimal(number.replace(",", "")) * factor == amount


def test_what_briefs_are_not_made_of_is_told(kg: coopgraph.KnowledgeGraph) -> None:
    with pytest.raises(UnknownEntity, match="did you mean"):
        kg.brief("quantun")
    with pytest.raises(UsageError, match="briefs are made of"):
        kg.brief("id:source/article")
    with pytest.raises(UsageError, match="unknown language"):
        kg.brief("quantum", lang="fr")


def test_the_command_writes_a_page_and_markdown(store_folder: Path, tmp_path: Path) -> None:
    store = ("--store", str(store_folder))
    page = tmp_path / "us.html"
    assert called("brief", "us", "--lang", "ko", "-o", str(page), *store).code == 0
    assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    done = called("brief", "quantum", *store)
    assert done.code == 0, done.err
    assert done.out.decode().startswith("# Quantum technology: international cooperation")
    under = called(
        "brief", "id:organisation/mit", "--scenario", "mit-withdraws", "--plan", ARTICLE, *store
    )
    assert "No plan in this graph names it" in under.out.decode()
    wrong = called("brief", "nobody-at-all", *store)
    assert wrong.code == 2
    assert "nobody-at-all" in wrong.message


def test_the_server_has_the_same_page(store_folder: Path) -> None:
    with Server(store_folder).running() as server:
        page = server.ask("/brief/quantum?lang=ko")
        assert page.status == 200, page
        assert "양자 분야 국제협력 현황" in page.body.decode()
        text = server.ask("/brief/us.md").body.decode()
        assert text.startswith("# United States: international cooperation")
        assert server.ask("/brief/nobody-at-all").status >= 400
