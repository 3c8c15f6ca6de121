"""The demonstration set: small, marked as invented, and every question of practice answers."""

from __future__ import annotations

import csv
import json
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from command_line import environment, process

import coopgraph
from coopgraph import KnowledgeGraph
from coopgraph.compiler.imports import remove_import
from coopgraph.errors import UnknownEntity
from coopgraph.network.projection import load_projection, projection_names
from coopgraph.queries import load_question, question_names
from coopgraph.view.charts import CHARTS, chart_names

ROOT = Path(__file__).resolve().parent.parent
DEMO = ROOT / "data/demo"
#: Questions over imports, and the columns that each must have.
PRACTICE = {
    "observed-partners": "technology partner country evidence links amount currency first_year "
    "last_year",
    "plan-vs-practice": "technology partner declared evidence observed_links of_all rank "
    "share first_year last_year basis by_field by_call by_words by_statement verdict match",
    "home-counterparts": "technology partner together counterpart evidence items first_year "
    "last_year",
    "home-participation": "year programme projects participants contribution currency",
    "ministry-technology-budgets": "ministry technology programmes amount currency year phase "
    "before change_percent",
    "cooperation-programmes": "programme ministry amount currency year technologies",
    "technology-ministries": "technology ministries amount currency year phase top_ministry tied "
    "top_share",
    "alternatives": "technology country partner declared evidence observed_links match",
}


def demonstrate(store: Path, samples: Path, command: str = f"{sys.executable} -m coopgraph") -> str:
    """What `make demo` prints."""
    done = subprocess.run(
        [str(ROOT / "tools/demo")],
        env=environment(
            {
                "COOPGRAPH": command,
                "STORE": str(store),
                "SAMPLES": str(samples),
            }
        ),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The store of the demonstration set, and what making it said."""
    folder = tmp_path_factory.mktemp("demo")
    return folder / "store", demonstrate(folder / "store", folder / "nowhere")


@pytest.fixture(scope="module")
def kg(made: tuple[Path, str]) -> Iterator[KnowledgeGraph]:
    opened = coopgraph.open(made[0])
    yield opened
    opened.close()


def test_it_says_which_data_and_what_to_try(made: tuple[Path, str]) -> None:
    store, said = made
    assert said.startswith("The data are the demonstration set of data/demo: its projects, ")
    tries = [line.strip() for line in said.splitlines() if " query " in line]
    assert len(tries) == 3
    for line in tries:
        done = process(*shlex.split(line.partition(" -m coopgraph ")[2]))
        assert done.code == 0, line
        assert len(done.out.decode().splitlines()) > 5, line
        assert str(store) in line


def test_every_record_of_the_set_is_accepted(made: tuple[Path, str]) -> None:
    counted = re.findall(r"^ +([\d,]+) +([\d,]+) +([\d,]+) +([\d,]+)  \S", made[1], re.MULTILINE)
    assert len(counted) == 9
    twice = counted.index(("73", "72", "0", "1"))  # a paper of which there is a newer record
    for read, accepted, rejected, duplicates in counted[:twice] + counted[twice + 1 :]:
        assert (accepted, rejected, duplicates) == (read, "0", "0")


@pytest.mark.parametrize("name", PRACTICE)
def test_every_question_of_practice_answers(kg: KnowledgeGraph, name: str) -> None:
    answer = kg.query(name)
    assert [c for c in answer.columns if c not in answer.scope_columns] == PRACTICE[name].split()
    assert len(answer) >= 5
    sources = {record["row"] for record in answer.sources()}
    assert sources <= set(range(1, len(answer) + 1))


def test_plan_and_practice_meet_and_part(kg: KnowledgeGraph) -> None:
    asked = {"technology": "quantum", "plan": "strategic-joint-research-plan"}
    answer = kg.query("plan-vs-practice", **asked, lang="en")
    found = {(str(row["partner"]), str(row["evidence"])): str(row["verdict"]) for row in answer}
    projects, papers = "funded projects", "co-publications"
    assert found["ETH Zurich", projects] == "confirmed by one", "of two, one with KAIST"
    assert found["Massachusetts Institute of Technology", projects] == "declared only"
    assert found["Massachusetts Institute of Technology", papers] == "confirmed by one"
    assert found["Delft University of Technology", projects] == "observed only"
    assert not [body for body, _ in found if body.startswith("Korea")]
    whoever = kg.query("plan-vs-practice", **asked, among="any", lang="en")
    found = {(str(row["partner"]), str(row["evidence"])): str(row["verdict"]) for row in whoever}
    assert found["ETH Zurich", projects] == "confirmed"
    assert found["Korea Advanced Institute of Science and Technology", projects] == "observed only"


def test_a_brief_counts_whoever_takes_part_where_it_is_asked_to(kg: KnowledgeGraph) -> None:
    ours, every = (kg.brief("eth-zurich", lang="en", **asked).markdown()
                   for asked in ({}, {"among": "any"}))  # fmt: skip
    verdict = re.compile(r"Quantum[^:]*: ([\w ]+), \d+ projects?")
    assert verdict.findall(ours)[0] == "confirmed by one"
    assert verdict.findall(every)[0] == "confirmed"
    said = "whoever takes part counts, not only with the planner's own institutions"
    assert said in every
    assert said not in ours
    with pytest.raises(UnknownEntity, match="ours"):
        kg.brief("eth-zurich", among="ours")


#: What each import makes known, as a line of coverage begins with it.
LINES = {
    "import/openalex": r"looked through: [\d,]+ papers \(20\d\d–20\d\d; [^)]*OpenAlex[^)]*\), "
    r"[\d,]+ by several institutions, [\d,]+ of them with one of KR",
    "import/cordis": r"looked through: [\d,]+ projects \(20\d\d–20\d\d; [^)]*CORDIS[^)]*\), "
    r"[\d,]+ with participants, [\d,]+ with an institution of KR",
    "import/kr-budget": r"looked through: 13 programmes \(2026–2026; [^)]+\), "
    r"[\d,]+ tagged with a technology",
}
OF_KIND = dict(zip(("publications", "projects", "programmes"), LINES.values(), strict=True))


def told(store: Path) -> dict[str, str]:
    """The notes of every question, network and chart that counts what was imported, of measures of
    practice and money, and what the brief of a technology says, whose coverage has all three."""
    with coopgraph.open(store) as kg:
        found = {
            f"query {name}": "\n".join(kg.query(name, lang="en").notes)
            for name in question_names()
            if load_question(name).coverage
        }
        for name in projection_names():
            if load_projection(name).coverage:
                notes = kg.project(name).notes
                found[f"network {name}"] = "\n".join(note["en"] for note in notes)
        for name in chart_names():
            if load_question(CHARTS[name].question).coverage:
                found[f"chart {name}"] = kg.chart(name, lang="en").html()
        for name in ("coverage", "position", "coordination"):
            found[f"measure {name}"] = "\n".join(kg.measure(name, lang="en").notes)
        found["brief"] = kg.brief("quantum", lang="en").markdown()
    return found  # fmt: skip


def test_removing_an_import_changes_the_line_of_coverage_of_everything_that_counts_it(
    made: tuple[Path, str], tmp_path: Path
) -> None:
    store = shutil.copytree(made[0], tmp_path / "store")
    before = told(store)
    kinds = {f"query {name}": load_question(name).coverage for name in question_names()}
    kinds |= {f"network {name}": load_projection(name).coverage for name in projection_names()}
    for surface, kind in kinds.items():
        for each in kind.split():
            assert re.search(OF_KIND[each], before[surface]), (surface, each)
    assert {surface.partition(" ")[0] for surface in before} == {
        "query", "network", "chart", "measure", "brief",
    }  # fmt: skip
    assert all(any(re.search(line, said) for line in LINES.values()) for said in before.values())
    for graph, line in LINES.items():
        remove_import(graph, store)
        after, others = told(store), [each for each in LINES.values() if each != line]
        for surface, said in before.items():
            assert not re.search(line, after[surface]), surface
            for other in others:
                assert re.findall(other, after[surface]) == re.findall(other, said), surface
        before = after
    assert not any("looked through: " in said for said in before.values())
    for surface, said in before.items():
        assert re.search("[Nn]o .*imported", said), surface


def test_budgets_are_those_of_the_list(kg: KnowledgeGraph) -> None:
    content = json.loads((DEMO / "korea/rnd-budget-2026.json").read_text(encoding="utf-8"))
    quantum = sum(programme["strategic"]["양자"] for programme in content)
    (row,) = kg.query("technology-ministries", technology="quantum")
    assert int(str(row["amount"])) == quantum * 1_000_000 == 17_000_000_000
    assert row["ministries"] == 2
    assert str(row["top_ministry"]).startswith("Ministry of Science and ICT")
    assert float(str(row["top_share"])) == pytest.approx(12 / 17)
    listed = kg.query("ministry-technology-budgets", technology="quantum")
    assert [int(str(cell)) for cell in listed.column("amount")] == [
        12_000_000_000,
        5_000_000_000,
    ]
    assert list(listed.column("programmes")) == [1, 1]


def test_cooperation_programmes_name_their_technologies(kg: KnowledgeGraph) -> None:
    answer = kg.query("cooperation-programmes", lang="ko")
    found = {str(row["programme"]): row["technologies"] for row in answer}
    assert found["[시연용] 양자국제공동연구"] == "quantum"
    assert "국제공동연구" in found  # a part whose whole does not say so
    assert len(answer) == 5


def test_the_graphs_say_that_they_are_a_demonstration(kg: KnowledgeGraph) -> None:
    rows = [row for row in kg.sources() if row["origin"] == "import"]
    assert [row["graph"] for row in rows] == [
        "import/cordis",
        "import/kr-budget",
        "import/openalex",
        "import/ror",
    ]
    assert {row["release"] for row in rows} == {"demonstration"}


def test_what_is_invented_says_so_itself() -> None:
    with (DEMO / "cordis/project.csv").open(encoding="utf-8", newline="") as stream:
        titles = [row["title"] for row in csv.DictReader(stream, delimiter=";")]
    assert len(titles) == 30
    assert all(title.startswith("Demonstration: ") for title in titles)
    programmes = json.loads((DEMO / "korea/rnd-budget-2026.json").read_text(encoding="utf-8"))
    assert len(programmes) == 13
    assert all(programme["name"].startswith("[시연용] ") for programme in programmes)
    papers = (DEMO / "openalex/works.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(papers) == 73
    assert all(json.loads(paper)["display_name"].startswith("Demonstration: ") for paper in papers)


def test_real_files_beside_the_checkout_are_taken_instead(
    small_folder: Path, tmp_path: Path
) -> None:
    samples, store = tmp_path / "samples", tmp_path / "store"
    for name in ("ror", "cordis", "korea", "openalex"):
        shutil.copytree(DEMO / name, samples / name)
    noted = tmp_path / "noted.py"  # stands for the command, and notes what it is asked for
    noted.write_text("import sys\nprint('asked:', *sys.argv[1:])", encoding="utf-8")
    said = demonstrate(store, samples, f"{sys.executable} {noted}")
    assert said.startswith(f"The data are the publishers' own, from {samples}.")
    asked = [line.removeprefix("asked: ") for line in said.splitlines() if "asked: " in line]
    release = "--release sample --replace"
    assert asked == [
        "build",
        f"import ror {samples}/ror {release}",
        f"import cordis {samples}/cordis {release}",
        f"import openalex {samples}/openalex {release}",
        f"import kr-budget {samples}/korea {release}",
    ]
    shutil.copytree(small_folder, store)
    assert process(*asked[-1].split(), env={"COOPGRAPH_STORE": str(store)}).code == 0
    rows = [row for row in coopgraph.open(store).sources() if row["release"]]
    assert {row["release"] for row in rows} == {"sample"}


def test_make_demo_is_that_script() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    recipe = r"^demo:.*\n\t@COOPGRAPH=\.venv/bin/coopgraph tools/demo$"
    assert re.search(recipe, makefile, re.MULTILINE)
    assert "make demo" in makefile
