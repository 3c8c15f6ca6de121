"""Briefs: one page, every statement with its source, gaps as sentences, both languages."""

from __future__ import annotations

import csv
import random
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
from coopgraph.brief.model import Reference, Section, Statement
from coopgraph.brief.sections import ORDER
from coopgraph.errors import UnknownEntity, UsageError
from coopgraph.i18n import money
from coopgraph.queries import Entity

ENTITIES = {"quantum": "technology", "us": "country", "id:organisation/mit": "partner"}
#: The article's plan: Korea has others.
ARTICLE = "strategic-joint-research-plan"
MINISTRY = "id:organisation/msit"


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
    names = [section.name for section in made.sections]
    assert names == [name for name in ORDER[made.kind] if name in names]
    assert {"planned", "money", "since", "coverage"} <= {*names}
    assert 2 <= len(made.summary) <= 3
    assert all(each.cites for each in made.summary)
    numbers = {reference.number for reference in made.references}
    assert numbers == set(range(1, len(numbers) + 1))
    for section in made.sections:
        assert section.statements
        for statement in section.statements:
            more = re.match(r"and \d+ more|외 \d+건", statement.text)
            assert bool(statement.cites) != (statement.is_gap or bool(more)), statement
            assert set(statement.cites) <= numbers
    told = (*made.summary, *(each for s in made.sections for each in s.statements))
    assert {n for each in told for n in each.cites} == numbers
    assert made.as_of == {"en": "As of 29 November 2026", "ko": "(’26.11.29. 기준)"}[lang]


def section(brief: Brief, name: str) -> list[str]:
    """What a section of a brief says."""
    (found,) = (each for each in brief.sections if each.name == name)
    return [each.text for each in found.statements]


def test_the_brief_of_a_technology_says_what_the_article_says(
    kg: coopgraph.KnowledgeGraph,
) -> None:
    made = kg.brief("quantum", plan=ARTICLE)
    (plan,) = (each for each in section(made, "planned") if "stance: catch-up" in each)
    assert "ETH Zurich (Switzerland), Massachusetts Institute of Technology" in plan
    assert "partners [draft, among others]" in plan
    assert "Switzerland 1, United States 1 (tie, our count)" in plan
    told = section(made, "money")
    assert any("2025 – allocation – KRW 170 billion – +32.1%" in line for line in told)
    assert any("misprint" in line for line in told)
    assert set(told) >= {each for each in section(kg.brief("quantum"), "money") if "–" in each}
    assert any(
        "No projects or papers have been imported" in each for each in section(made, "coverage")
    )
    assert made.build == kg.store.manifest.digest


def test_what_followed_in_a_technology_is_named_whichever_plan_is_asked(
    kg: coopgraph.KnowledgeGraph,
) -> None:
    for technology, day in (
        ("secondary-battery", "27 February 2024"),
        ("nuclear", "6 December 2024"),
    ):
        for plan in ("all", ARTICLE):
            followed = section(kg.brief(technology, plan=plan), "since")
            assert any(each.startswith(day) for each in followed)


def test_the_country_brief_names_what_hangs_on_it(kg: coopgraph.KnowledgeGraph) -> None:
    made = kg.brief("us", plan=ARTICLE)
    told = section(made, "cautions")
    assert any("8 technologies would lose a named partner; 5 would lose all" in t for t in told)
    assert len(made.sections[0].rows) == 8


@pytest.mark.parametrize(("lang", "day"), [("en", "23 January 2024"), ("ko", "2024-01-23")])
def test_a_source_called_by_its_day_has_it_once(
    kg: coopgraph.KnowledgeGraph, lang: str, day: str
) -> None:
    made = kg.brief("quantum", lang=lang, plan=ARTICLE)
    (found,) = (r for r in made.references if day in r.title)
    assert not found.date


def test_one_of_a_kind_is_not_written_as_many(kg: coopgraph.KnowledgeGraph) -> None:
    told = section(kg.brief("eth-zurich"), "cautions")
    assert any("1 technology would lose" in each for each in told)


def test_a_language_without_words_for_briefs_marks_what_it_borrows_once(
    kg: coopgraph.KnowledgeGraph,
) -> None:
    made = kg.brief("mit", lang="ja")
    assert "\n## Plans \\[en\\]\n" in made.markdown()
    assert not re.search(r"\[en\W*\]\W*\[en", made.markdown())
    assert "## [en]" not in made.html()
    assert "- [en]" not in made.html()


def test_a_gap_is_a_sentence(kg: coopgraph.KnowledgeGraph) -> None:
    made = kg.brief("hydrogen", lang="ko", plan=ARTICLE)
    gaps = [each for s in made.sections for each in s.statements if each.is_gap]
    told = [gap.text.partition("(")[0] for gap in gaps]
    assert "협력 계획에서 확인되지 않음" in told
    assert any(re.match(r"\(확인 결과 없음\).* 금액 \d+건", gap.text) for gap in gaps)


def test_korean_markdown_is_itemised_as_ministries_write(kg: coopgraph.KnowledgeGraph) -> None:
    text = kg.brief(MINISTRY, lang="ko").markdown()
    assert "□ 예산" in text
    assert re.search(
        r"^\| .* \| 2024 \| 국회 확정 \| 1조 1,445억 원 \| 미기재 \|", text, re.MULTILINE
    )
    assert re.search(r"^ ○ \(제언\) .*\]$", text, re.MULTILINE)
    assert "None" not in text


def test_briefs_are_the_same_every_time(kg: coopgraph.KnowledgeGraph) -> None:
    assert kg.brief("quantum").html() == kg.brief("quantum").html()


HOSTILE = '<img src=x onerror="document.title=1"></script>`*[x](javascript:alert(1))\n# head'


def hostile() -> Brief:
    statements = (Statement(HOSTILE, (1,)), Statement(HOSTILE, (1,), cells=(HOSTILE,)))
    sections = (Section("planned", HOSTILE, statements, (HOSTILE, HOSTILE)),)
    references = (Reference(1, HOSTILE, HOSTILE, "javascript:alert(1)", (HOSTILE,)),)
    return Brief(
        Entity(HOSTILE, "https://example.org/x"),
        "partner",
        "en",
        statements,
        sections,
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


@pytest.mark.parametrize("entity", ["quantum", "us", "kr", MINISTRY])
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
    """What the page has no room for is counted, and shown with all plans."""
    shown, every = (section(kg.brief("us", **of), "planned") for of in ({}, {"plan": "all"}))
    *kept, more = shown
    assert re.fullmatch(r"and \d+ more of \d+", more)
    assert len(every) > len(shown)
    assert not any(re.fullmatch(r"and \d+ more of \d+", each) for each in every)
    plans = {each.removeprefix("KR – ").partition(": ")[0] for each in every}
    assert {each.partition(": ")[0] for each in kept if " – " not in each} <= plans


def all_of(brief: Brief) -> list[Statement]:
    return [*brief.summary, *(each for section in brief.sections for each in section.statements)]


@pytest.mark.parametrize("entity", ["quantum", "us", "msit"])
def test_it_states_what_a_brief_that_one_hands_over_does(
    kg: coopgraph.KnowledgeGraph, entity: str
) -> None:
    """`brief_facts.tsv` holds the facts of briefs written by hand; what no table or no room has is
    there with the reason, and is indeed not told."""
    with (Path(__file__).parent / "brief_facts.tsv").open(encoding="utf-8", newline="") as file:
        facts = [row for row in csv.DictReader(file, delimiter="\t") if row["brief"] == entity]
    told = [each.text for each in all_of(kg.brief(entity, lang="ko"))]
    assert len(facts) > 10
    for row in facts:
        is_told = any(row["fact"] in text for text in told)
        assert is_told != bool(row["lacking"]), row


def test_figures_in_tables_are_those_of_rows_with_their_sources(
    kg: coopgraph.KnowledgeGraph,
) -> None:
    """Of four entities drawn by a seed: what is printed is in a row, and each amount of the lines
    that have room is printed, misprints apart."""
    levels = [*kg.query("budget-levels")]
    drawn = ["quantum", "artificial-intelligence", "advanced-bio", "semiconductor", "msit", "motie"]
    for entity in random.Random(47).sample(drawn, 4):
        made = kg.brief(entity, plan="all", jurisdiction="KR")
        (part,) = (each for each in made.sections if each.name == "money")
        titles = {reference.number: reference.title for reference in made.references}
        printed = set()
        for row in part.rows:
            *_, year, phase, amount, _ = row.cells
            if amount == "not stated":
                continue
            for level in levels:
                is_of = str(level["line"]) in row.text and str(level["phase"]) == phase
                of_year = str(level["year"]) == year if level["year"] else not year.isdigit()
                if is_of and of_year and level["amount"]:
                    figures = {money(level["amount"], "KRW", "en"), str(level["as_stated"])}
                    if any(figure in amount for figure in figures):
                        printed.add((str(level["line"]), str(level["source"])))
                        assert str(level["source"]) in {titles[n] for n in row.cites}
        lines = {line for line, _ in printed}
        assert printed, entity
        for level in levels:
            if str(level["line"]) in lines and level["corrected"] is None and level["amount"]:
                assert (str(level["line"]), str(level["source"])) in printed


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


def test_the_server_has_the_same_page(article_folder: Path) -> None:
    with Server(article_folder).running() as server:
        page = server.ask("/brief/quantum?lang=ko")
        assert page.status == 200, page
        assert "양자 분야 국제협력 현황" in page.body.decode()
        text = server.ask("/brief/us.md").body.decode()
        assert text.startswith("# United States: international cooperation")
        assert server.ask("/brief/nobody-at-all").status >= 400
