"""Briefs: one page, every statement with its source, gaps as sentences, both languages."""

from __future__ import annotations

import csv
import random
import re
import subprocess
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from command_line import called
from hypothesis import given
from hypothesis import strategies as st
from serving import Server

import chromium as chromium_finder
import coopgraph
from coopgraph.brief import KINDS, Brief, kind_of
from coopgraph.brief.model import Reference, Section, Statement
from coopgraph.brief.sections import ORDER
from coopgraph.errors import UnknownEntity, UsageError
from coopgraph.i18n import date, money, percent
from coopgraph.queries import Entity
from coopgraph.vocabulary import ID

ENTITIES = {"quantum": "technology", "us": "country", "id:organisation/mit": "partner"}
#: The article's plan: Korea has others.
ARTICLE = "strategic-joint-research-plan"
MINISTRY = "id:organisation/msit"


@pytest.fixture(scope="module")
def kg(store_folder: Path) -> Iterator[coopgraph.KnowledgeGraph]:
    graph = coopgraph.open(store_folder)
    yield graph
    graph.close()


@cache
def brief_of(kg: coopgraph.KnowledgeGraph, entity: str, **asked: str) -> Brief:
    """A brief of a graph, which several tests look at, made once."""
    return kg.brief(entity, **asked)


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("entity", [*ENTITIES, MINISTRY])
def test_every_statement_has_a_source_or_says_what_is_not_there(
    kg: coopgraph.KnowledgeGraph, entity: str, lang: str
) -> None:
    made = brief_of(kg, entity, lang=lang)
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
    made = brief_of(kg, "quantum", plan=ARTICLE)
    (plan,) = (each for each in section(made, "planned") if "stance: catch-up" in each)
    assert "ETH Zurich (Switzerland), Massachusetts Institute of Technology" in plan
    assert "partners [draft, among others]" in plan
    assert "Switzerland 1, United States 1 (tie, our count)" in plan
    told = section(made, "money")
    assert any("2025 – allocation – KRW 170 billion – +32.1%" in line for line in told)
    assert any("misprint" in line for line in told)
    assert set(told) >= {
        each for each in section(brief_of(kg, "quantum", lang="en"), "money") if "–" in each
    }
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
            followed = section(brief_of(kg, technology, plan=plan), "since")
            assert any(each.startswith(day) for each in followed)


def test_a_planner_s_own_brief_of_one_plan_tells_of_the_plan(kg: coopgraph.KnowledgeGraph) -> None:
    made = brief_of(kg, "jp", plan="jp-aspire-2023")
    assert made.whose.endswith("(ASPIRE)")
    assert any("ASPIRE" in each and "planned partners" in each for each in section(made, "planned"))
    assert any("JPY" in each for each in section(made, "money"))


def test_the_country_brief_names_what_hangs_on_it(kg: coopgraph.KnowledgeGraph) -> None:
    made = brief_of(kg, "us", plan=ARTICLE)
    told = section(made, "cautions")
    assert any("8 technologies would lose a named partner; 5 would lose all" in t for t in told)
    assert len(made.sections[0].rows) == 8


@pytest.mark.parametrize(("lang", "day"), [("en", "23 January 2024"), ("ko", "2024-01-23")])
def test_a_source_called_by_its_day_has_it_once(
    kg: coopgraph.KnowledgeGraph, lang: str, day: str
) -> None:
    made = brief_of(kg, "quantum", lang=lang, plan=ARTICLE)
    (found,) = (r for r in made.references if day in r.title)
    assert not found.date


def test_one_of_a_kind_is_not_written_as_many(kg: coopgraph.KnowledgeGraph) -> None:
    told = section(brief_of(kg, "eth-zurich"), "cautions")
    assert any("1 technology would lose" in each for each in told)


def test_a_language_without_words_for_briefs_marks_what_it_borrows_once(
    kg: coopgraph.KnowledgeGraph,
) -> None:
    made = brief_of(kg, "mit", lang="ja")
    assert "\n## Plans \\[en\\]\n" in made.markdown()
    assert not re.search(r"\[en\W*\]\W*\[en", made.markdown())
    assert "## [en]" not in made.html()
    assert "- [en]" not in made.html()


def test_a_gap_is_a_sentence(kg: coopgraph.KnowledgeGraph) -> None:
    made = brief_of(kg, "hydrogen", lang="ko", plan=ARTICLE)
    gaps = [each for s in made.sections for each in s.statements if each.is_gap]
    told = [gap.text.partition("(")[0] for gap in gaps]
    assert any(each.endswith("의 협력 계획에서 확인되지 않음") for each in told)
    assert any(re.match(r"\(확인 결과 없음\).* 금액 \d+건", gap.text) for gap in gaps)


def test_korean_markdown_is_itemised_as_ministries_write(kg: coopgraph.KnowledgeGraph) -> None:
    text = brief_of(kg, MINISTRY, lang="ko").markdown()
    assert "□ 예산" in text
    assert re.search(r"^\| .* \| 2024 \| 국회 확정 \| 1조 1,445억 원 \| \\\[", text, re.MULTILINE)
    assert re.search(r"^ ○ \(제언\) .*\]$", text, re.MULTILINE)
    assert "None" not in text


def test_briefs_are_the_same_every_time(kg: coopgraph.KnowledgeGraph) -> None:
    assert kg.brief("quantum").html() == brief_of(kg, "quantum", lang="en").html()


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
    page.write_text(brief_of(kg, entity, lang=lang).html(), encoding="utf-8")
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
    shown, every = (section(brief_of(kg, "us", **of), "planned") for of in ({}, {"plan": "all"}))
    *kept, more = shown
    assert re.fullmatch(r"and \d+ more of \d+", more)
    assert len(every) > len(shown)
    assert not any(re.fullmatch(r"and \d+ more of \d+", each) for each in every)
    plans = {each.removeprefix("KR – ").partition(": ")[0] for each in every}
    assert {each.partition(": ")[0] for each in kept if " – " not in each} <= plans


def all_of(brief: Brief) -> list[Statement]:
    return [*brief.summary, *(each for section in brief.sections for each in section.statements)]


@pytest.mark.parametrize(
    ("entity", "lang"), [("quantum", "ko"), ("us", "ko"), ("msit", "ko"), ("quantum", "en")]
)
def test_it_states_what_a_brief_that_one_hands_over_does(
    kg: coopgraph.KnowledgeGraph, entity: str, lang: str
) -> None:
    """`brief_facts.tsv` holds the facts of briefs written by hand, each with its source, which a
    statement that tells it cites; what no table or no room has is there with the reason, and is
    indeed not told."""
    with (Path(__file__).parent / "brief_facts.tsv").open(encoding="utf-8", newline="") as file:
        every = csv.DictReader(file, delimiter="\t")
        facts = [row for row in every if (row["brief"], row["lang"]) == (entity, lang)]
    made = brief_of(kg, entity, lang=lang)
    assert len(facts) > 15
    for row in facts:
        told = [each for each in all_of(made) if row["fact"] in each.text]
        assert bool(told) != bool(row["lacking"]), row
        if told and row["source"]:
            (title,) = kg.store.labels([f"{ID}source/{row['source']}"], lang).values()
            assert title in {cited for each in told for cited in titles(made, each)}, row


def titles(brief: Brief, statement: Statement) -> set[str]:
    """The sources that a statement of a brief cites."""
    return {each.title for each in brief.references if each.number in statement.cites}


#: What briefs are made of: whatever plans of Korea name as a field, a partner or its country, and
#: whoever owns a budget line.
DRAWN_FROM = """SELECT DISTINCT ?of {
  { ?line a coop:BudgetLine ; coop:technology|coop:owner ?of } UNION
  { ?link a coop:PartnerLink ; coop:jurisdiction <%scountry/kr> .
    { ?link coop:technology ?of } UNION { ?link coop:partner ?of . ?of a coop:Organisation }
    UNION { ?link coop:partner/coop:country ?of } }
}"""
#: Of what an amount is paid that concerns a partner or its country.
PAID = """SELECT DISTINCT ?found {
  { ?found a coop:Agreement ; ?role <%(of)s> } UNION
  { ?link coop:partner/coop:country? <%(of)s> ; coop:plan ?found } UNION
  { ?amount coop:payer <%(of)s> ; coop:amountOf ?found } UNION { ?found schema:about <%(of)s> }
}"""
FIGURE = re.compile(r"\b[A-Z]{3} \d[\d,.]*\d?(?: (?:trillion|billion|million))?|[+-][\d.]+%")


def figures_of(row: Mapping[str, Any]) -> set[str]:
    """The figures that a row of a question states, as briefs write them."""
    found = {row[name] for name in ("amount", "amount_min", "amount_max") if row.get(name)}
    told = {money(each, row["currency"], "en") for each in found if row["currency"]}
    if row.get("corrected"):
        told.add(money(row["corrected"], row["currency"], "en"))
    if row.get("from_year") or row.get("percent"):
        told |= {f"+{each}" for each in told}
        told |= {percent(row["percent"], "en", is_change=True)} if row["percent"] else set()
    return {each.replace("KRW -", "-KRW ") for each in told}


@pytest.fixture(scope="module")
def drawn(kg: coopgraph.KnowledgeGraph) -> list[Brief]:
    """The briefs, of all plans, of four entities drawn by a seed, one of each kind."""
    every: dict[str, list[str]] = defaultdict(list)
    for (of,) in kg.store.select(DRAWN_FROM % ID):
        every[str(kind_of(kg.store, of.value))].append(of.value)
    assert sum(map(len, every.values())) > 80
    chosen = random.Random(SEED)
    return [
        brief_of(kg, chosen.choice(sorted(every[kind])), plan="all", jurisdiction="KR")
        for kind in KINDS
    ]


def held(drawn: list[Brief], printed: re.Pattern[str], stated: dict[str, set[str]]) -> int:
    """How much of what is `printed` was held against the sources that it is `stated` by."""
    counted = 0
    for made in drawn:
        for statement in all_of(made):
            for each in printed.findall(statement.text) if statement.cites else ():
                assert stated[each] & titles(made, statement), (each, statement.text)
                counted += 1
    return counted


def test_each_figure_printed_is_in_a_row_with_that_source(
    kg: coopgraph.KnowledgeGraph, drawn: list[Brief]
) -> None:
    stated: dict[str, set[str]] = defaultdict(set)
    for name in ("budget-levels", "budget-changes", "amounts"):
        for row in kg.query(name):
            for figure in figures_of(row):
                stated[figure].add(str(row["source"]))
    assert held(drawn, FIGURE, stated) > 3


def test_a_figure_printed_in_another_language_is_told_in_that_of_the_brief(
    kg: coopgraph.KnowledgeGraph,
) -> None:
    """Of bounds and of shares that plans aim at, sources in Korean print no amount but a text."""
    texts = {
        entity: [each.text for each in all_of(brief_of(kg, entity, lang="en", plan="all"))]
        for entity in ("advanced-bio", "motie", MINISTRY)
    }
    told = [text for some in texts.values() for text in some]
    assert not [text for text in told if re.search(r"[가-힣]", text)]
    assert any("2024 – unknown phase – at least KRW 86.4 billion" in t for t in texts[MINISTRY])
    assert any("aim: at least 15% of R&D budget of MOTIE" in t for t in texts["motie"])
    assert any("not stated – announced – at least KRW 5.4 trillion" in t for t in texts[MINISTRY])
    as_printed = section(brief_of(kg, MINISTRY, lang="ko", plan="all"), "money")
    assert any("3년간 5.4조원 이상 (+α)" in text for text in as_printed)


def test_a_change_keeps_its_qualifier(kg: coopgraph.KnowledgeGraph) -> None:
    told = " ".join(section(brief_of(kg, "motie", lang="en", plan="all"), "money"))
    assert "about +29.3%" in told
    assert re.search(r"(?<!about )\+25\.9%", told)
    assert not re.search(r"(?<!about )\+29\.3%", told)


def test_a_draft_is_told_as_one_though_its_list_is_closed(kg: coopgraph.KnowledgeGraph) -> None:
    """That of nuclear energy is the only one that does not end in among others."""
    assert any("1 plan names partners in a draft" in t for t in section(nuclear(kg), "coverage"))
    assert "[draft]: Idaho" in section(nuclear(kg), "planned")[0]


def nuclear(kg: coopgraph.KnowledgeGraph) -> Brief:
    return brief_of(kg, "nuclear", plan=ARTICLE)


def test_a_country_that_is_a_partner_is_not_said_to_be_none(kg: coopgraph.KnowledgeGraph) -> None:
    """Calls name Sweden, and none of its institutions."""
    made = brief_of(kg, "se", lang="en")
    assert any("SSF–NRF" in text for text in section(made, "planned"))
    links = [row for row in kg.query("partners") if str(row["kind"]) == "institution"]
    (told,) = (text for text in section(made, "coverage") if "dependence" in text)
    assert f"Among {len(links)} planned links to institutions" in told
    assert not [row for row in links if str(row["country"]) == "Sweden"]


def test_counts_of_what_became_of_partners_cite_where_it_was_read(
    kg: coopgraph.KnowledgeGraph,
) -> None:
    acts = [row for row in kg.query("outcomes") if row["decides"] is not False]
    stated = {str(row["source"]) for row in acts}
    for plan, least in (("", 1), ("all", len(stated))):
        made = brief_of(kg, MINISTRY, **({"plan": plan} if plan else {}))
        (told,) = (
            each
            for part in made.sections
            if part.name == "planned"
            for each in part.statements
            if "not found 3 (our count)" in each.text
        )
        assert len(stated & titles(made, told)) >= least


def test_an_act_that_is_an_agreement_is_told_of_once(kg: coopgraph.KnowledgeGraph) -> None:
    told = section(brief_of(kg, "boeing", lang="en"), "since")
    assert len([text for text in told if "25 April 2023" in text]) == 1


def test_what_several_pay_jointly_is_told_once(kg: coopgraph.KnowledgeGraph) -> None:
    """`amounts` has a row for each who pays; what each pays by itself, alike, stands apart."""
    of = "eu-chips-ju-korea-2024"
    assert len([row for row in kg.query("amounts", of=of) if row["amount"] == 12_000_000]) == 2
    told = " ".join(section(brief_of(kg, "it", lang="en"), "money"))
    assert told.count("about EUR 12 million") == 1
    joint = "(Chips Joint Undertaking, National Research Foundation of Korea jointly"
    assert f"about EUR 12 million {joint}" in told
    own = brief_of(kg, "gb", lang="en", plan="kr-uk-de-energy-joint-funds-2014-uk")
    (told,) = (text for text in section(own, "money") if "KRW 9 billion" in text)
    assert told.count("KRW 4.5 billion") == 2


MONTHS = "|".join(date(f"2024-{month:02d}", "en").partition(" ")[0] for month in range(1, 13))
DAY = re.compile(rf"\b(?:\d{{1,2}} )?(?:{MONTHS}) \d{{4}}\b")
DATED = ("policy-timeline", "agreements", "statuses", "outcomes", "amounts", "plans", "actions")


def test_each_day_printed_is_in_a_row_with_that_source(
    kg: coopgraph.KnowledgeGraph, drawn: list[Brief]
) -> None:
    stated: dict[str, set[str]] = defaultdict(set)
    for name in (*DATED, "follow-ups"):
        answer = kg.query(name)
        sources: dict[int, set[str]] = defaultdict(set)
        for source in answer.sources():
            sources[int(str(source["row"]))].add(str(source["source"]))
        for n, row in enumerate(answer, 1):
            for cell in map(str, row.values()):
                if re.fullmatch(r"\d{4}-\d\d(-\d\d)?", cell):
                    stated[date(cell, "en", is_short=True)] |= sources[n]
    assert held(drawn, DAY, stated) > 20


LOST = re.compile(r"If it withdrew, (\d+) technolog\w+ would lose a named partner; (\w+) would")
NAMED = re.compile(r".*?(\d+) planned partners?(?: for (\d+) technolog)?")
SPREAD = re.compile(r".*by country: (.+?) \((?:tie, )?our count\)")
PART = re.compile(r"(\d+) of (\d+) planned links .* and (\d+) of (\d+) named institutions")


def test_each_count_printed_is_that_of_the_rows(
    kg: coopgraph.KnowledgeGraph, drawn: list[Brief]
) -> None:
    """Partners of a plan and of which countries they are, what a withdrawal leaves, shares."""
    links: list[dict[str, Any]] = [row for row in kg.query("partners") if row["plan"] is not None]
    plans = sorted({str(row["plan"]) for row in links}, key=len, reverse=True)
    kinds = set()
    for made in drawn:
        for text in (each.text.removeprefix("KR – ") for each in all_of(made)):
            plan = next((each for each in plans if text.startswith(f"{each}: ")), "")
            of = [row for row in links if str(row["plan"]) == plan]
            for name, pattern in {"lost": LOST, "named": NAMED, "spread": SPREAD}.items():
                if plan and (found := pattern.match(text.removeprefix(f"{plan}: "))):
                    assert found.groups() in counts_of(name, made.entity, of), text
                    kinds.add(name)
            if found := PART.match(text):
                of = [row for row in links if row["plan"].iri == f"{ID}plan/{ARTICLE}"]
                ours = [row for row in of if row["country"] == made.entity]
                names = [{row["partner"].iri for row in some} for some in (ours, of)]
                told = len(ours), len(of), len(names[0]), len(names[1])
                assert tuple(map(int, found.groups())) == told
                kinds.add("part")
    assert kinds == {"lost", "named", "spread", "part"}


def counts_of(
    name: str, entity: Entity, links: list[dict[str, Any]]
) -> Iterator[tuple[str | None, ...]]:
    """What a brief of an entity counts of the links of one plan: of what is lost, by each kind of
    partner."""
    technologies = {row["technology"].iri for row in links if row["technology"]}
    if name == "named":
        pairs = {(str(row["technology"]), row["partner"].iri) for row in links}
        yield str(len(pairs)), str(len(technologies)) if technologies else None
    for kind in {str(row["kind"]) for row in links}:
        some = [row for row in links if str(row["kind"]) == kind and row["technology"]]
        here = [row for row in some if row["technology"] == entity]
        counted = Counter(str(row["country"]) for row in here)
        if name == "spread" and kind == "institution":
            yield (", ".join(f"{where} {n}" for where, n in counted.most_common()),)
        mine = [row for row in some if entity in (row["partner"], row["country"])]
        hit = {row["technology"].iri for row in mine}
        left = {row["technology"].iri for row in some if row not in mine}
        if name == "lost":
            yield str(len(hit)), str(len(hit - left) or "none")


def test_each_row_that_the_rules_would_print_is_printed(
    kg: coopgraph.KnowledgeGraph, drawn: list[Brief]
) -> None:
    """Where no room is wanted: amounts of what is its own or concerns it (misprints in notes),
    planned partners, what became of them, agreements."""
    levels, amounts = [*kg.query("budget-levels")], [*kg.query("amounts")]
    counted = 0
    for made in drawn:
        iri, told = made.entity.iri, all_of(made)
        own = {row[0].value for row in kg.store.select(LINES % iri)}
        paid = {row[0].value for row in kg.store.select(PAID % {"of": iri})}
        money_of = [(row["line"], row) for row in levels if row["line"].iri in own]
        if made.kind in ("partner", "country"):
            money_of += [(row["of"], row) for row in amounts if row["of"].iri in paid]
        for of, row in money_of:
            figure = min(figures_of(row) or {str(row["as_stated"])})
            citing = [each.text for each in told if str(row["source"]) in titles(made, each)]
            assert any(str(of) in text and figure in text for text in citing), row
        names = [*named_by(kg, iri)]
        assert all(any(name in each.text for each in told) for name in names), made.entity
        counted += len(names) + len(money_of)
    assert counted > 10


def named_by(kg: coopgraph.KnowledgeGraph, iri: str) -> Iterator[str]:
    """What partnerships, outcomes and dated agreements of an entity are called by in its brief."""
    for name, shown in (("partners", "partner"), ("outcomes", "act"), ("agreements", "agreement")):
        for row in kg.query(name):
            columns = ("technology", "partner", "country", "party")
            mine = {getattr(row.get(each), "iri", "") for each in columns}
            if iri in mine and row[shown] is not None and row.get("date", "") is not None:
                other = "technology" if getattr(row[shown], "iri", "") == iri else shown
                yield str(row[other] or "the whole plan")


SEED = 70
LINES = """SELECT DISTINCT ?line {
  ?line a coop:BudgetLine ; coop:technology|coop:owner <%s> }"""


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


def test_the_command_writes_a_page_and_markdown(scenarios_folder: Path, tmp_path: Path) -> None:
    store = ("--store", str(scenarios_folder))
    page = tmp_path / "us.html"
    assert called("brief", "us", "--lang", "ko", "-o", str(page), *store).code == 0
    assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    done = called("brief", "quantum", *store)
    assert done.code == 0, done.err
    assert done.out.decode().startswith("# Quantum technology: international cooperation")
    under = called(
        "brief", "id:organisation/mit", "--scenario", "mit-withdraws", "--plan", ARTICLE, *store
    )
    assert "names it as a partner (1 plan in" in under.out.decode()
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
