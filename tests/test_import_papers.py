"""A paper that OpenAlex and a file read by a map both hold counts once, whatever came first."""

from __future__ import annotations

import csv
import shutil
from itertools import permutations
from pathlib import Path

import pytest
from import_runs import files, run
from openalex_files import institution, topic, work, write

from coopgraph.store import Folder, Store
from coopgraph.vocabulary import COOP, ID

HEADER = ["Title", "Year", "Affiliations", "DOI", "Abstract", "EID"]
KAIST = "KAIST, Daejeon, South Korea"
MIT = "Massachusetts Institute of Technology, Cambridge, United States"
LAB = "Tide Laboratory, Tide, MA, United States"
#: Both imports hold the first; of the second only the file knows the home institution, of the third
#: only OpenAlex knows the topic.
PAPERS = [
    ["A qubit", "2024", f"{KAIST}; {MIT}", "10.1234/A", "trapped ions", "1"],
    ["Trapped ions", "2024", f"{KAIST}; {MIT}", "https://doi.org/10.1234/b", "trapped ions", "2"],
    ["Of tides", "2024", f"{KAIST}; {MIT}", "doi:10.1234/c", "", "3"],
    ["Only here: a qubit", "2024", f"{KAIST}; {MIT}", "10.1234/d", "trapped ions", "4"],
]
QUANTUM, OTHER = topic(10020, 1702), topic(19999, 9999)
ORDERS = [*permutations(("openalex", "first", "second"))][::2]


def mapped(folder: Path, name: str, papers: list[list[str]]) -> Path:
    path = folder / f"{name}.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([HEADER, *papers])
    return path


def snapshot(folder: Path) -> Path:
    named = {
        1: institution(
            1,
            display_name="Korea Advanced Institute of Science and Technology",
            country_code="KR",
            ror=None,
        ),
        2: institution(
            2, display_name="Massachusetts Institute of Technology", country_code="US", ror=None
        ),
    }

    def of(number: int, doi: str | None, bodies: tuple[int, ...], about: object) -> object:
        authorships = [{"institutions": [named[body]]} for body in bodies]
        return work(
            number, doi=doi, authorships=authorships, primary_topic=about, publication_year=2024
        )

    works = [
        of(1, "https://doi.org/10.1234/a", (1, 2), QUANTUM),
        of(2, "https://doi.org/10.1234/b", (2,), OTHER),
        of(3, "https://doi.org/10.1234/c", (1, 2), QUANTUM),
        of(4, "https://doi.org/10.1234/e", (1, 2), QUANTUM),
        of(5, None, (1, 2), QUANTUM),
    ]
    return write(folder, works, "works.jsonl")


def imported(store: Path, folder: Path, which: str) -> str:
    """What the command says of one of the three imports."""
    given = {
        "openalex": ("openalex", snapshot(folder)),
        "first": ("map", mapped(folder, "first", PAPERS), "--map", "scopus"),
        "second": ("map", mapped(folder, "second", PAPERS[:1]), "--map", "scopus"),
    }
    ran = run(store, "import", *given[which])
    assert ran.code == 0, ran.message
    return ran.out.decode()


def graphs(store: Path) -> dict[str, bytes]:
    """The three imports, byte for byte."""
    return {name: lines for name, lines in files(store).items() if name.startswith("import/")}


def joint(store: Path, technology: str = "") -> list[tuple[str, str]]:
    """Papers that KAIST and MIT share, by the build and by the question."""
    counted = Store.open(store).select(
        f"SELECT ?n {{ ?t a <{COOP}JointPartner> ; <{COOP}among> <{ID}country/kr> ; "
        f"<{COOP}organisation> <{ID}organisation/mit> ; <{COOP}evidenceKind> "
        f"<{ID}evidence-kind/publications> ; <{COOP}technology> <{ID}technology/quantum> ; "
        f"<{COOP}jointItems> ?n }}"
    )
    asked = run(store, "query", "co-publications", "-p", "institution=kaist", "--format", "csv",
                *(["-p", f"technology={technology}"] if technology else []))  # fmt: skip
    rows = csv.DictReader(asked.out.decode("utf-8-sig").splitlines())
    return [("built", n.value) for (n,) in counted] + [("asked", row["works"]) for row in rows]


@pytest.fixture(scope="module")
def of_all(article_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of all three imports."""
    folder = tmp_path_factory.mktemp("papers")
    store = Path(shutil.copytree(article_folder, folder / "store"))
    said = [imported(store, folder, which) for which in ORDERS[0]]
    assert "3 of the papers of import/map/first are in import/openalex too, by DOI" in said[1]
    assert "1 of the papers of import/map/second are in import/openalex too, by DOI" in said[2]
    return store


def test_a_paper_of_several_imports_counts_once(of_all: Path) -> None:
    """Six papers; of quantum as well, for the file says so of what OpenAlex does not, and OpenAlex
    of what the file does not."""
    assert joint(of_all) == [("built", "6"), ("asked", "6")]
    assert "looked through: 6 papers" in run(of_all, "query", "co-publications").err.decode()


def test_a_topic_of_words_does_not_take_the_name_of_its_technology(of_all: Path) -> None:
    shown = run(of_all, "show", "quantum")
    assert shown.code == 0, shown.message
    assert b"Quantum technology" in shown.out


@pytest.mark.parametrize("order", ORDERS[1:], ids="-".join)
def test_the_order_does_not_matter(
    of_all: Path, article_folder: Path, tmp_path: Path, order: tuple[str, ...]
) -> None:
    store = Path(shutil.copytree(article_folder, tmp_path / "store"))
    for which in order:
        imported(store, tmp_path, which)
    assert graphs(store) == graphs(of_all)


def test_what_is_removed_gives_back_what_it_shared(
    of_all: Path, article_folder: Path, tmp_path: Path
) -> None:
    store = Path(shutil.copytree(of_all, tmp_path / "store"))
    alone = Path(shutil.copytree(article_folder, tmp_path / "alone"))
    imported(alone, tmp_path, "openalex")
    for name in ("first", "second"):
        assert run(store, "sources", "--remove", name).code == 0
    assert files(store)["import/openalex"] == files(alone)["import/openalex"]
    assert [part.about.get("whole") for part in Folder(store).parts() if "openalex" in part.graph]


def test_an_import_beside_others_is_the_same_after_a_fresh_build(
    of_all: Path, tmp_path: Path
) -> None:
    store = Path(shutil.copytree(of_all, tmp_path / "store"))
    built = run(store, "build", "--fresh")
    assert built.code == 0, built.message
    assert graphs(store) == graphs(of_all)


def test_a_lost_list_of_works_is_named_and_comes_back(of_all: Path, tmp_path: Path) -> None:
    store = Path(shutil.copytree(of_all, tmp_path / "store"))
    (lost,) = (store / "works").iterdir()
    lost.unlink()
    refused = run(store, "build")
    assert refused.code, "a list that is lost would count papers twice"
    assert "import/openalex" in refused.err.decode()
    assert run(store, "import", "openalex", snapshot(tmp_path)).code == 0
    assert graphs(store) == graphs(of_all)
