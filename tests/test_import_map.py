"""Publications, projects and awards of any file by a map of its columns."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import pytest
import ror_files
from command_line import Ran
from import_runs import run

from coopgraph.errors import InputUnreadable, UsageError
from coopgraph.importers import Ledger, importer
from coopgraph.importers.columns.column_map import read_map, shipped_maps
from coopgraph.store import Store
from coopgraph.vocabulary import COOP, ID

KIND = importer("map")
HARBOUR = "Dept. of Physics, Harbour University, Harbour, South Korea"
TIDE = "Quantum Lab, Tide Institute, Tide, MA, United States"
SCOPUS = ["Authors", "Title", "Year", "Affiliations", "DOI", "Abstract", "Author Keywords", "EID"]
JOINT = ["Kim; Roe", "A qubit", "2024", f"{HARBOUR}; {TIDE}", "10.1234/a", "", "trapped ions", "1"]
PAPERS = [
    JOINT,
    ["Kim", "Trapped ions again", "2023", HARBOUR.replace("Physics", "Law"), "", "", "", "2"],
    [*JOINT[:4], "https://doi.org/10.1234/A", *JOINT[5:]],
    ["Kim", "", "2024", HARBOUR, "", "", "", "3"],
]
WOS = "PT\tAU\tTI\tC1\tPY\tDI\tUT\n"
RIS = f"""TY  - JOUR
TI  - Trapped ions
PY  - 2024/05/01
AD  - {HARBOUR}
AD  - {TIDE}
ER  -

TY  - JOUR
TI  - broken off
"""


class Done:
    """What an import gives, without a store."""

    def __init__(self, *paths: Path, columns: str) -> None:
        self.rejects: list[tuple[object, ...]] = []
        self.ledger = Ledger(lambda row: self.rejects.append(tuple(row)))
        assert KIND.configured
        triples = KIND.configured({"map": columns}, Path())
        self.lines = [*triples(KIND.find(paths), self.ledger)]
        assert all(account.balanced for account in self.ledger.accounts.values())

    def having(self, predicate: str) -> list[str]:
        """The objects of a predicate of ours."""
        return sorted(
            line.split(" ", 2)[2][:-2] for line in self.lines if f" <{COOP}{predicate}> " in line
        )


def scopus(folder: Path, name: str = "scopus.csv") -> Path:
    path = folder / name
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        csv.writer(stream).writerows([SCOPUS, *PAPERS])
    return path


def test_what_is_dropped_is_counted(tmp_path: Path) -> None:
    done = Done(scopus(tmp_path), columns="scopus")
    account = done.ledger.accounts["scopus.csv"]
    assert (account.read, account.accepted, account.rejected, account.duplicates) == (4, 2, 1, 1)
    assert done.rejects == [("scopus.csv", 5, "title", "is empty")]
    assert done.ledger.notes[0] == (
        "2 works, 1 of them of several institutions; 2 institutions as printed"
    )


@pytest.mark.parametrize("form", ["csv", "jsonl", "tsv", "xlsx", "parquet", "wos", "ris"])
def test_every_form_gives_the_same_joint_publication(tmp_path: Path, form: str) -> None:
    row = dict(zip(SCOPUS, PAPERS[0], strict=True))
    path, name = tmp_path / f"papers.{form}", "scopus"
    if form == "jsonl":
        path.write_text(json.dumps(row), encoding="utf-8")
    elif form in ("csv", "tsv"):
        with path.open("w", encoding="cp949", newline="") as stream:
            writer = csv.DictWriter(stream, SCOPUS, delimiter="\t" if form == "tsv" else "|")
            writer.writeheader()
            writer.writerow(row)
    elif form == "xlsx":
        from cordis_files import write_xlsx

        write_xlsx(path, ",".join(SCOPUS), [PAPERS[0]])
    elif form == "parquet":
        import pyarrow
        import pyarrow.parquet

        pyarrow.parquet.write_table(pyarrow.Table.from_pylist([row]), path)
    elif form == "wos":
        path, name = tmp_path / "savedrecs.txt", "web-of-science"
        printed = f"[Kim, J; Lee, S] {HARBOUR[18:]}; [Roe, J] {TIDE[13:]}"
        path.write_text(
            f"{WOS}J\tKim\tTrapped ions\t{printed}\t2024\t10.1234/a\tWOS:1\t\n", encoding="utf-16"
        )
    else:
        name = "ris"
        path.write_text(RIS, encoding="utf-8")
    done = Done(path, columns=name)
    assert len({line.split(" ")[0] for line in done.lines if "co-publication/map-" in line}) == 1
    assert done.having("technologyClose") == [f"<{ID}technology/quantum>"]
    assert done.having("printedAffiliation") == [
        '"Harbour University, Harbour, South Korea"',
        '"Tide Institute, Tide, MA, United States"',
    ]
    broken = [("papers.ris", 8, "ER", "the record breaks off before its end")]
    assert done.rejects == (broken if form == "ris" else [])


def test_a_paper_of_three_counts_once_for_them_all(tmp_path: Path) -> None:
    """As works of OpenAlex: by pairs, a sum over two home institutions would count it twice."""
    third = "Keel Academy, Keel, MA, United States"
    path = tmp_path / "three.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        row = [f"{cell}; {third}" if cell == PAPERS[0][3] else cell for cell in PAPERS[0]]
        csv.writer(stream).writerows([SCOPUS, row])
    done = Done(path, columns="scopus")
    nodes = {line.split(" ")[0] for line in done.lines if "co-publication/map-" in line}
    (node,) = nodes
    institution = f" <{COOP}institution> "
    bodies = [line for line in done.lines if line.startswith(node) and institution in line]
    assert len(bodies) == 3
    assert f'{node} <{COOP}works> "1"^^<http://www.w3.org/2001/XMLSchema#integer> .' in done.lines
    (share,) = [line for line in done.lines if line.startswith(f"{node} <{COOP}fractionalWorks>")]
    assert '"0.5"' in share


@pytest.fixture(scope="module")
def with_papers(article_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Ran]:
    """A store with ROR records and with papers, of which the papers came first."""
    folder = tmp_path_factory.mktemp("map")
    store = folder / "store"
    shutil.copytree(article_folder, store)
    ran = run(store, "import", "map", scopus(folder), "--map", "scopus")
    records = [
        ror_files.record(),
        ror_files.record(
            ror_files.TIDE,
            names=[ror_files.name("Tide Institute", "ror_display", "label")],
            locations=[ror_files.place("Tide", "US")],
        ),
    ]
    assert run(store, "import", "ror", ror_files.write(folder, records)).code == 0
    return store, ran


def test_questions_see_papers_of_scopus(with_papers: tuple[Path, Ran]) -> None:
    store, ran = with_papers
    assert ran.code == 0, ran.message
    assert b"import/map/scopus" in ran.out
    asked = run(store, "query", "co-publications", "-p", "technology=quantum", "-p",
                "country=kr", "--format", "csv")  # fmt: skip
    header, row = csv.reader(asked.out.decode("utf-8-sig").splitlines())
    found = dict(zip(header, row, strict=True))
    assert (found["institution"], found["partner"]) == ("Harbour University", "Tide Institute")
    assert (found["partner_country"], found["works"]) == ("United States", "1")


def test_a_paper_of_two_files_counts_once_by_its_doi(
    with_papers: tuple[Path, Ran], tmp_path: Path
) -> None:
    """And that one without a DOI counts again is told; one of the two has none here."""
    store = Path(shutil.copytree(with_papers[0], tmp_path / "store"))
    said = "a paper without a DOI that several of these sources hold counts once in each"
    before = run(store, "query", "co-publications")
    assert said not in before.err.decode()
    path = tmp_path / "again.csv"
    path.write_text(scopus(tmp_path).read_text(encoding="utf-8-sig") + "\n", encoding="utf-8")
    ran = run(store, "import", "map", path, "--map", "scopus")
    assert (
        "1 of the papers of import/map/again are in import/map/scopus too, by DOI"
        in ran.out.decode()
    )
    after = run(store, "query", "co-publications")
    assert after.out == before.out
    assert said in after.err.decode()
    assert "looked through: 3 papers" in after.err.decode()
    assert run(store, "sources", "--remove", "again").code == 0
    assert run(store, "query", "co-publications").err == before.err


def test_a_printed_affiliation_is_the_organisation_of_ror(with_papers: tuple[Path, Ran]) -> None:
    canonical = f"SELECT ?b ?c {{ ?b <{COOP}printedAffiliation> ?p ; <{COOP}canonical> ?c }}"
    with_, _ = with_papers
    found = {c.value.removeprefix(ID) for _, c in Store.open(with_).select(canonical)}
    assert found == {
        f"organisation/ror-{ror_files.HARBOUR}",
        f"organisation/ror-{ror_files.TIDE}",
    }


def test_observed_partners_see_them(with_papers: tuple[Path, Ran]) -> None:
    asked = run(with_papers[0], "query", "observed-partners", "-p", "technology=quantum", "-p",
                "evidence=publications", "--format", "csv")  # fmt: skip
    assert b"Tide Institute" in asked.out


def test_a_name_without_a_record_stays_itself_with_its_country(
    article_folder: Path, tmp_path: Path
) -> None:
    store = tmp_path / "store"
    shutil.copytree(article_folder, store)
    assert run(store, "import", "map", scopus(tmp_path), "--map", "scopus").code == 0
    countries = (
        f"SELECT ?c {{ ?b <{COOP}printedAffiliation> ?p ; <{COOP}canonical> ?b ; "
        f"<{COOP}country> ?c }}"
    )
    found = sorted(c.value.removeprefix(ID) for (c,) in Store.open(store).select(countries))
    assert found == ["country/kr", "country/us"]


def test_a_short_name_with_the_code_of_a_country_is_the_curated_body(
    article_folder: Path, tmp_path: Path
) -> None:
    store = tmp_path / "store"
    shutil.copytree(article_folder, store)
    (tmp_path / "grants.toml").write_text(MAP.format("projects"), encoding="utf-8")
    text = "no;과제명;기관;국가;시작;금액\n1;A project;KAIST;KR;2024-01-01;7\n"
    (tmp_path / "grants.csv").write_text(text, encoding="utf-8")
    ran = run(store, "import", "map", tmp_path / "grants.csv", "--map", tmp_path / "grants.toml")
    assert ran.code == 0, ran.message
    canonical = f"SELECT ?c {{ ?b <{COOP}printedAffiliation> ?p ; <{COOP}canonical> ?c }}"
    found = [c.value.removeprefix(ID) for (c,) in Store.open(store).select(canonical)]
    assert found == ["organisation/kaist"]


# --- projects and awards ---------------------------------------------------------------------

GRANTS = """No|과제명|기관|국가|시작|금액
7|양자컴퓨팅 개발|해항대학교; Tide Institute|KR; US|2024-01-01|1,200.50
7|양자컴퓨팅 개발|Gamma Labs|DE|2024-01-01|1,200.50
8||Gamma Labs|DE|soon|
9|A project|Gamma Labs|DE|soon|much
"""
MAP = """kind = "{}"
[columns]
id = "no"
title = "과제명"
participants = "기관"
countries = "국가"
start = "시작"
amount = "금액"
[separators]
participants = ";"
countries = ";"
[constants]
currency = "krw"
technology = "quantum"
"""


@pytest.mark.parametrize("kind", ["projects", "awards"])
def test_projects_and_awards_are_in_the_terms_of_others(tmp_path: Path, kind: str) -> None:
    (tmp_path / "grants.csv").write_text(GRANTS, encoding="cp949")
    (tmp_path / "grants.toml").write_text(MAP.format(kind), encoding="utf-8")
    done = Done(tmp_path / "grants.csv", columns=str(tmp_path / "grants.toml"))
    account = done.ledger.accounts["grants.csv"]
    assert (account.read, account.accepted, account.rejected) == (4, 3, 1)
    assert len(done.having("participant")) == 4
    amounts = done.having("totalCost" if kind == "projects" else "amount")
    decimal = "<http://www.w3.org/2001/XMLSchema#decimal>"
    assert amounts == [f'"1200.50"^^{decimal}'] * (1 if kind == "projects" else 2)
    assert done.ledger.notes[0] == "grants.csv: is in CP949, not UTF-8: read as that"
    assert any("amount: is not an amount: left out of 1 records" in n for n in done.ledger.notes)
    assert any("start: is not a date" in note for note in done.ledger.notes)
    assert f"<{ID}technology/quantum>" in done.having("technology")


def test_a_participant_without_a_name_is_told_and_takes_nobody_elses_country(
    tmp_path: Path,
) -> None:
    """And an award goes to the first that has a name."""
    text = "No|과제명|기관|국가|금액\n7|A project|; Tide Institute; Gamma Labs;|KR; US; DE|7\n"
    (tmp_path / "grants.csv").write_text(text, encoding="utf-8")
    (tmp_path / "grants.toml").write_text(MAP.format("awards"), encoding="utf-8")
    done = Done(tmp_path / "grants.csv", columns=str(tmp_path / "grants.toml"))
    assert done.having("country") == [f"<{ID}country/de>", f"<{ID}country/us>"]
    said = "participants: one has no name: left out of 1 records, first in row 2"
    assert f"grants.csv: {said}" in done.ledger.notes
    assert len(done.having("participant")) == 2
    assert len(done.having("amount")) == 1


# --- maps ------------------------------------------------------------------------------------


def test_every_map_that_ships_is_one() -> None:
    assert {"scopus", "web-of-science", "ris"} <= {*shipped_maps()}
    for name in shipped_maps():
        assert read_map(name).kind == "publications"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('kind = "papers"', "kind is 'papers'"),
        ('kind = "projects"\n[columns]\ntilte = "x"', r"\[columns\]: unknown field 'tilte'.*title"),
        ('kind = "projects"\n[columns]\ntitle = 7', "title is no text"),
        ('kind = "projects"\n[constants]\ntechnology = "qantum"', "'qantum'.*quantum"),
        ('kind = "projects"\ncolumns = 7', r"columns"),
        ("kind", "not TOML"),
    ],
)
def test_a_wrong_map_is_one_line(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "a.toml").write_text(text, encoding="utf-8")
    with pytest.raises(InputUnreadable, match=said):
        read_map(str(tmp_path / "a.toml"))


def test_a_map_that_does_not_fit_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputUnreadable, match="has no column for title: the map names 'TI'"):
        Done(scopus(tmp_path), columns="web-of-science")
    with pytest.raises(UsageError, match=r"no map of the columns is named; --map .*scopus"):
        Done(scopus(tmp_path), columns="")
    with pytest.raises(InputUnreadable, match=r"no map is called 'scopsu'.*scopus"):
        Done(scopus(tmp_path), columns="scopsu")


def test_a_first_map_is_written_and_can_be_used(tmp_path: Path) -> None:
    path, to = scopus(tmp_path), tmp_path / "mine.toml"
    ran = run(tmp_path / "none", "import", "map", path, "--write-map", to)
    assert ran.code == 0, ran.message
    written = read_map(str(to))
    assert written.columns["affiliations"] == ("Affiliations",)
    assert written.columns["text"] == ("Abstract", "Author Keywords")
    assert "Authors" in to.read_text(encoding="utf-8")
    assert Done(path, columns=str(to)).ledger.accounts["scopus.csv"].accepted == 2
    again = run(tmp_path / "none", "import", "map", path, "--write-map", to)
    assert again.code == 1 or "is there already" in again.message
    assert not (tmp_path / "none").exists()
