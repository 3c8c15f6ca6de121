"""Projects and papers side by side, as users see them: an invented catalogue of works, imported
beside the demonstration set of projects, in questions, measures and briefs."""

from __future__ import annotations

import csv
import io
import re
import shutil
from collections import Counter, defaultdict
from collections.abc import Iterator
from fractions import Fraction
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from asker import key
from command_line import called
from network_stores import ARTICLE, copied_store
from openalex_files import institution, topic, work, write

import coopgraph
from coopgraph import KnowledgeGraph
from coopgraph.compiler.imports import import_files
from coopgraph.errors import UsageError

ROOT = Path(__file__).resolve().parent.parent
DEMO = ROOT / "data/demo"
#: The institutions of the works: those with a ROR are bodies of the curated tables or the register.
NAMES = {
    1: ("Massachusetts Institute of Technology", "US", "042nb2s44"),
    2: ("ETH Zurich", "CH", "05a28rw58"),
    3: ("Seoul Invented University", "KR", None),
    4: ("Busan Invented Institute", "KR", None),
}
#: Topic, year and institutions of each work: three on quantum information (mapped as close), one
#: on quantum computing (narrow), one on hydrogen energy systems (close), one on what is unmapped.
WORKS = (
    (10020, 2019, (1, 2, 3)),
    (10020, 2021, (1, 3)),
    (10020, 2022, (3,)),
    (10682, 2020, (2, 3)),
    (11007, 2020, (3, 4)),
    (99999, 2020, (3, 4)),
    (None, 2020, (1, 4)),
)
QUANTUM = {10020, 10682}
PUBLICATIONS = "publications"


def paper(number: int, about: int | None, year: int, bodies: tuple[int, ...]) -> dict[str, Any]:
    made = work(number, *[[body] for body in bodies], publication_year=year)
    subfield = 9998 if about == 99999 else 1702
    made["primary_topic"] = topic(about, subfield) if about else None
    for author, body in zip(made["authorships"], bodies, strict=True):
        name, country, ror = NAMES[body]
        author["institutions"] = [
            institution(
                body,
                display_name=name,
                country_code=country,
                ror=f"https://ror.org/{ror}" if ror else None,
            )
        ]
    return made


def papers(folder: Path) -> Path:
    works = [paper(number, *about) for number, about in enumerate(WORKS, 1)]
    return write(folder, works, "snapshot/works/updated_date=2025-01-01/part_000.gz").parents[2]


@pytest.fixture(scope="module")
def alone(article_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with papers and no projects."""
    folder = tmp_path_factory.mktemp("papers")
    copied_store(article_folder, folder / "store")
    ran = called(
        "import", "openalex", str(papers(folder)), "--release", "2026-06",
        "--store", str(folder / "store"),
    )  # fmt: skip
    assert ran.code == 0, ran.err
    return folder / "store"


@pytest.fixture(scope="module")
def both(projects_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with papers beside the projects of the demonstration set."""
    folder = tmp_path_factory.mktemp("both")
    shutil.copytree(projects_folder, folder / "store")
    import_files("openalex", [papers(folder)], folder / "store")
    return folder / "store"


@pytest.fixture(scope="module")
def kg(both: Path) -> Iterator[KnowledgeGraph]:
    graph = coopgraph.open(both)
    yield graph
    graph.close()


@pytest.fixture(scope="module")
def papers_alone(alone: Path) -> Iterator[KnowledgeGraph]:
    graph = coopgraph.open(alone)
    yield graph
    graph.close()


def names(bodies: tuple[int, ...]) -> set[str]:
    return {NAMES[body][0] for body in bodies}


def answer(store: Path, *arguments: str) -> list[dict[str, str]]:
    """What `coopgraph query` prints, as CSV."""
    ran = called("query", *arguments, "--format", "csv", "--store", str(store))
    assert ran.code == 0, ran.err
    return list(csv.DictReader(io.StringIO(ran.out.decode())))


# --- questions ------------------------------------------------------------------------------


def test_observed_partners_are_those_of_a_plain_count(both: Path) -> None:
    links: Counter[str] = Counter()
    years = defaultdict(list)
    for about, year, bodies in WORKS:
        if about in QUANTUM and len(bodies) > 1:
            for name in names(bodies):
                links[name] += 1
                years[name].append(str(year))
    asked = ("-p", "technology=quantum", "-p", "evidence=publications")
    rows = answer(both, "observed-partners", *asked, "-p", "among=any")
    assert {row["evidence"] for row in rows} == {"co-publications"}
    assert {row["partner"]: int(row["links"]) for row in rows} == links
    assert [int(row["links"]) for row in rows] == sorted(links.values(), reverse=True)
    for row in rows:
        span = years[row["partner"]]
        assert (row["first_year"], row["last_year"]) == (min(span), max(span))
        assert row["amount"] == ""
    own = answer(both, "observed-partners", *asked)
    assert {row["partner"] for row in own} == {NAMES[1][0], NAMES[2][0]}, "who is at home is none"


def test_projects_are_what_they_are_without_papers(both: Path, projects_folder: Path) -> None:
    for name in ("observed-partners", "plan-vs-practice", "alternatives", "mapping-coverage"):
        before = answer(projects_folder, name)
        assert before
        assert {row["evidence"] for row in before} == {"funded projects"}
        after = answer(both, name)
        assert [row for row in after if row["evidence"] == "funded projects"] == before
        assert answer(both, name, "-p", "evidence=projects") == before
        assert len(after) > len(before)


def test_the_top_is_counted_for_each_kind(both: Path) -> None:
    rows = answer(both, "observed-partners", "-p", "technology=quantum", "-p", "top=1")
    assert [row["evidence"] for row in rows] == ["funded projects", "co-publications"]
    ran = called("query", "observed-partners", "-p", "top=1", "--store", str(both))
    assert b"showing at most 1 rows per technology, evidence" in ran.err + ran.out


def test_a_verdict_for_each_kind(both: Path) -> None:
    plan = "plan=strategic-joint-research-plan"
    rows = answer(both, "plan-vs-practice", "-p", "technology=quantum", "-p", plan)
    found = {(row["partner"], row["evidence"]): row["verdict"] for row in rows}
    mit, eth = NAMES[1][0], NAMES[2][0]
    assert found[mit, "funded projects"] == "declared only"
    assert found[mit, "co-publications"] == "confirmed"
    assert found[eth, "funded projects"] == "confirmed by one"
    assert found[eth, "co-publications"] == "confirmed"
    assert not [partner for partner, _ in found if partner == NAMES[3][0]], "it is at home"
    papers = answer(both, "plan-vs-practice", "-p", "evidence=publications")
    assert {row["technology"] for row in papers} == {"Quantum technology", "Hydrogen"}, (
        "no verdict by papers on technologies of which no paper tells"
    )


def test_alternatives_of_each_kind(both: Path) -> None:
    rows = answer(both, "alternatives", "-p", "technology=hydrogen", "-p", "country=kr",
                  "-p", "among=any")  # fmt: skip
    papers = [row for row in rows if row["evidence"] == "co-publications"]
    assert {(row["partner"], row["observed_links"]) for row in papers} == {
        (NAMES[3][0], "1"), (NAMES[4][0], "1"),
    }  # fmt: skip
    assert {row["declared"] for row in papers} == {"false"}
    assert answer(both, "alternatives", "-p", "technology=hydrogen", "-p", "country=kr") == []


def test_mapping_coverage_counts_works(alone: Path) -> None:
    columns = ("technology", "mapped", "by_close", "by_narrow", "by_broad", "unmapped",
               "undescribed")  # fmt: skip
    rows = answer(alone, "mapping-coverage")
    assert {row["evidence"] for row in rows} == {"co-publications"}
    assert [tuple(row[name] for name in columns) for row in rows] == [
        ("", "5", "", "", "", "2", "1"),
        ("Hydrogen", "1", "1", "0", "0", "", ""),
        ("Quantum technology", "4", "3", "1", "0", "", ""),
    ]


def test_rows_cite_the_import_they_rest_on(kg: KnowledgeGraph) -> None:
    for name in ("observed-partners", "alternatives", "mapping-coverage"):
        found = kg.query(name)
        cited = defaultdict(set)
        for source in found.sources():
            cited[int(str(source["row"]))].add(str(key(source["source"])))
            if key(source["source"]) == "openalex":
                assert str(source["locator"]) == "updated_date=2025-01-01/part_000.gz"
                assert re.search("/file/[0-9a-f]{64}$", getattr(source["locator"], "iri", ""))
        for number, row in enumerate(found, 1):
            want = "openalex" if key(row["evidence"]) == PUBLICATIONS else "cordis"
            assert want in cited[number], (name, row)
            assert cited[number] & {"openalex", "cordis"} == {want}, (name, row)


# --- with whom ------------------------------------------------------------------------------


def test_co_publications_are_those_of_a_plain_count(both: Path) -> None:
    works: Counter[tuple[str, str]] = Counter()
    parts: defaultdict[tuple[str, str], Fraction] = defaultdict(Fraction)
    about: defaultdict[tuple[str, str], set[int | None]] = defaultdict(set)
    years: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for primary, year, bodies in WORKS:
        for one, other in permutations(sorted(names(bodies)), 2):
            works[one, other] += 1
            parts[one, other] += Fraction(1, len(bodies) - 1)
            about[one, other] |= {primary} - {None}
            years[one, other].add(str(year))
    rows = answer(both, "co-publications", "-p", "among=any")
    pairs = [(row["institution"], row["partner"]) for row in rows]
    assert len(pairs) == len(set(pairs))
    assert {pair: int(row["works"]) for pair, row in zip(pairs, rows, strict=True)} == works
    for pair, row in zip(pairs, rows, strict=True):
        assert Fraction(row["fractional_works"]) == parts[pair]
        assert int(row["topics"]) == len(about[pair])
        assert (row["first_year"], row["last_year"]) == (min(years[pair]), max(years[pair]))
    homes = {name: {"US": "United States", "CH": "Switzerland", "KR": "Republic of Korea"}[country]
             for name, country, _ in NAMES.values()}  # fmt: skip
    assert all(row["country"] == homes[row["institution"]] for row in rows)
    assert all(row["partner_country"] == homes[row["partner"]] for row in rows)


def test_co_publications_can_be_narrowed(both: Path) -> None:
    def pairs(**values: str) -> dict[tuple[str, str], int]:
        narrowed = [part for name, value in values.items() for part in ("-p", f"{name}={value}")]
        rows = answer(both, "co-publications", *narrowed)
        return {(row["institution"], row["partner"]): int(row["works"]) for row in rows}

    mit, eth, seoul, busan = (name for name, _, _ in NAMES.values())
    assert pairs(institution="mit") == {(mit, seoul): 2, (mit, busan): 1}, "with ours"
    every = {(mit, seoul): 2, (mit, eth): 1, (mit, busan): 1}
    assert pairs(institution="mit", among="any") == every
    ours = pairs()
    assert ours == {pair: n for pair, n in pairs(among="any").items() if {seoul, busan} & {*pair}}
    assert ours != pairs(among="any") == pairs(jurisdiction="all")
    assert set(pairs(jurisdiction="us")) == {pair for pair in pairs(among="any") if mit in pair}
    assert set(pairs(country="kr")) == {
        (seoul, mit), (seoul, eth), (seoul, busan), (busan, seoul), (busan, mit),
    }  # fmt: skip
    assert pairs(country="kr", partner="mit") == {(seoul, mit): 2, (busan, mit): 1}
    assert pairs(country="kr", technology="quantum") == {(seoul, mit): 2, (seoul, eth): 2}
    assert pairs(technology="hydrogen") == {(seoul, busan): 1, (busan, seoul): 1}
    assert pairs(institution="mit", year="2021") == {(mit, seoul): 1}
    assert pairs(topic="id:openalex-topic/T10682") == {(eth, seoul): 1, (seoul, eth): 1}
    assert pairs(institution="mit", top="1") == {(mit, seoul): 2}


def test_co_publications_cite_the_import(kg: KnowledgeGraph) -> None:
    found = kg.query("co-publications", institution="mit", lang="ko")
    assert found.title == "기관·국가별 공동논문 실적"
    assert {key(row["source"]) for row in found.sources()} == {"openalex"}
    assert {row["row"] for row in found.sources()} == set(range(1, len(found) + 1))


def test_in_korean(both: Path) -> None:
    ran = called("query", "observed-partners", "-p", "technology=quantum", "--lang", "ko",
                  "--store", str(both))  # fmt: skip
    assert "공동 논문" in ran.out.decode()
    assert "수행 과제" in ran.out.decode()
    listed = called("questions", "--lang", "ko", "--format", "csv").out.decode()
    assert "논문을 함께 쓰는가?" in listed
    assert "수집한 과제와 논문만 놓고 볼 때" in listed


# --- measures and briefs --------------------------------------------------------------------


def test_measures_take_projects_unless_papers_are_asked_for(kg: KnowledgeGraph) -> None:
    default = kg.measure("suggestions", technology="quantum")
    assert default.rows == kg.measure("suggestions", technology="quantum", evidence="projects").rows
    asked = {"technology": "quantum", "plan": ARTICLE}
    by_papers = kg.measure("suggestions", **asked, evidence=PUBLICATIONS)
    assert by_papers.rows != default.rows
    found = {str(row["partner"]): row for row in by_papers}
    assert set(found) == {NAMES[3][0], NAMES[4][0]}, "the declared are left out"
    seoul = found[NAMES[3][0]]
    assert (seoul["observed_links"], seoul["kindred"]) == (3, "Hydrogen"), "3 works with others"
    assert "Judged by the imported papers alone" in by_papers.notes[0]
    with pytest.raises(UsageError, match="does not fit the parameter 'evidence'; did you mean"):
        kg.measure("suggestions", technology="quantum", evidence="publication")
    with pytest.raises(UsageError, match="no imported paper is about"):
        kg.measure("suggestions", technology="cybersecurity", evidence=PUBLICATIONS)


def test_measures_take_papers_where_there_are_no_projects(papers_alone: KnowledgeGraph) -> None:
    about: dict[str, dict[str, str]] = {"suggestions": {"technology": "quantum"}, "position": {}}
    for name, values in about.items():
        default = papers_alone.measure(name, **values)
        assert default.rows
        assert default.rows == papers_alone.measure(name, evidence=PUBLICATIONS, **values).rows
    seen = {str(row["institution"]) for row in papers_alone.measure("position")}
    assert seen == names((1, 2, 3, 4))


def test_positions_are_of_one_kind(kg: KnowledgeGraph) -> None:
    by_papers = {str(row["institution"]) for row in kg.measure("position", evidence=PUBLICATIONS)}
    assert by_papers == names((1, 2, 3, 4))
    by_projects = {str(row["institution"]) for row in kg.measure("position", top=1000)}
    assert by_projects == {
        str(row["institution"]) for row in kg.measure("position", top=1000, evidence="projects")
    }
    assert NAMES[4][0] not in by_projects


def test_coverage_counts_both_kinds_apart(kg: KnowledgeGraph) -> None:
    rows = {str(row["technology"]): row for row in kg.measure("coverage")}
    quantum = rows["Quantum technology"]
    assert quantum["publishing_partners"] == 2, "of three that publish one is at home"
    whoever = {str(row["technology"]): row for row in kg.measure("coverage", among="any")}
    assert whoever["Quantum technology"]["publishing_partners"] == 3
    assert quantum["observed_partners"] == len(
        kg.query("observed-partners", technology="quantum", evidence="projects", top="1000")
    )
    only = [row for row in rows.values() if row["publishing_partners"]]
    assert only
    assert not [row for row in only if "no observed partner" in str(row["missing"])]


@pytest.mark.parametrize(
    ("lang", "project", "paper"),
    [
        ("en", r"\d+ projects?", r"\d+ co-authored papers?"),
        ("ko", r"과제 \d+건", r"공동 논문 \d+편"),
    ],
)
@pytest.mark.parametrize("entity", ["quantum", "id:organisation/eth-zurich", "ch"])
def test_a_brief_names_the_kind_of_every_row(
    kg: KnowledgeGraph, entity: str, lang: str, project: str, paper: str
) -> None:
    made = kg.brief(entity, lang=lang, plan=ARTICLE)
    section = next(section for section in made.sections if section.name == "practice")
    cited = {reference.number: reference for reference in made.references}
    kinds: Counter[str] = Counter()
    by, methods = r"( \([^()]+ \d+(?:, [^()]+ \d+)*\))?", False
    for statement in section.statements:
        if re.fullmatch(r"and \d+ more of \d+|외 \d+건\(전체 \d+건\)", statement.text):
            continue
        if not re.search(f"(: |, )({project}|{paper}){by}$", statement.text):
            continue  # what became of a partner
        kind = "cordis" if re.search(f"(: |, ){project}{by}$", statement.text) else "openalex"
        if kind == "openalex":
            assert re.search(f"(: |, ){paper}{by}$", statement.text), statement
        methods |= bool(re.search(f"{by}$", statement.text)[1])  # type: ignore[index]
        assert any(kind in str(cited[number]).lower() for number in statement.cites)
        kinds[kind] += 1
    assert set(kinds) == {"cordis", "openalex"}
    assert methods == (entity != "ch"), "a verdict says by which methods"


def test_a_brief_by_papers_alone(papers_alone: KnowledgeGraph) -> None:
    made = papers_alone.brief("quantum", plan=ARTICLE)
    told = [each.text for s in made.sections if s.name == "practice" for each in s.statements]
    by = "(2019–2021, field of research 2)"
    assert f"Massachusetts Institute of Technology: confirmed, 2 co-authored papers {by}" in told
