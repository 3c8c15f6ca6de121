"""A user's own tables: checked like the shipped ones, in a graph of their own."""

from __future__ import annotations

import csv
import shutil
import zipfile
from pathlib import Path

import invented
import pytest
from command_line import called

from coopgraph.errors import InputUnreadable, TablesInvalid
from coopgraph.importers import Ledger, importer
from coopgraph.vocabulary import COOP, ID, resources

KIND = importer("table")
PLACE = {"source": "my-notes", "locator_en": "note 1", "locator_ko": "메모 1"}
TABLES: dict[str, list[dict[str, str]]] = {
    "sources": [
        {"key": "my-notes", "label_ko": "내 메모", "label_en": "My notes", "kind": "website"}
    ],
    "organisations": [
        {
            "key": "my-institute",
            "label_ko": "내 연구소",
            "label_en": "My Institute",
            "kind": "research-institute",
            "country": "kr",
            **PLACE,
        }
    ],
    "programmes": [
        {
            "key": "my-programme",
            "label_ko": "내 사업",
            "label_en": "My programme",
            "kind": "programme",
            "owners": "my-institute|msit",
            "technologies": "quantum",
            **PLACE,
        }
    ],
    "partner_links": [
        {
            "key": "my-link",
            "partner_list": "partners-quantum",
            "partner": "my-institute",
            "as_printed": "My Inst",
            "stated_by": "kim-jin-ha",
            "modality": "planned",
            **PLACE,
        }
    ],
}


def write(folder: Path, *tables: str, **changes: str) -> Path:
    """The tables as CSV files; `changes` go to the cells of the first table."""
    folder.mkdir(exist_ok=True)
    for at, name in enumerate(tables or tuple(TABLES)):
        rows = [{**row, **(changes if at == 0 else {})} for row in TABLES[name]]
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    return folder


def lines(*paths: Path) -> tuple[list[str], Ledger]:
    ledger = Ledger()
    return list(KIND.triples(KIND.find(paths), ledger)), ledger


def test_rows_refer_to_shipped_keys_and_to_each_other(tmp_path: Path) -> None:
    found, ledger = lines(write(tmp_path / "mine"))
    priority, institute = f"<{ID}priority/stance-of-quantum>", f"<{ID}organisation/my-institute>"
    assert f"{priority} <{COOP}intendedPartner> {institute} ." in found
    assert f"<{ID}programme/my-programme> <{COOP}owner> <{ID}organisation/msit> ." in found
    assert {name: account.accepted for name, account in ledger.accounts.items()} == dict.fromkeys(
        ("organisations.csv", "partner_links.csv", "programmes.csv", "sources.csv"), 1
    )
    assert all(account.balanced for account in ledger.accounts.values())


@pytest.mark.parametrize("encoding", ["cp949", "utf-16"])
def test_a_table_is_read_in_the_encoding_of_a_spreadsheet(tmp_path: Path, encoding: str) -> None:
    path = write(tmp_path / "mine", "sources") / "sources.csv"
    path.write_bytes(path.read_text(encoding="utf-8").encode(encoding))
    assert KIND.configured
    ledger = Ledger()
    found = list(KIND.configured({}, tmp_path)(KIND.find([path]), ledger))
    assert any('"내 메모"@ko' in line for line in found)
    assert ledger.notes == [f"sources.csv: is in {encoding.upper()}, not UTF-8: read as that"]


def test_only_the_own_rows_are_in_the_graph(tmp_path: Path) -> None:
    found, _ = lines(write(tmp_path / "mine"))
    subjects = {text.split(" ")[0] for text in found}
    assert f"<{ID}organisation/mit>" not in subjects
    assert f"<{ID}organisation/my-institute>" in subjects
    assert found == sorted(set(found))


def test_a_single_file_may_cite_a_shipped_source(tmp_path: Path) -> None:
    found, _ = lines(write(tmp_path / "mine", "organisations", source="coopgraph-reading"))
    assert (
        f"<{ID}organisation/my-institute> <{COOP}source> <{ID}source/coopgraph-reading> ." in found
    )


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"key": "mit"}, "duplicate key 'mit'; first used in organisations.csv"),
        ({"key": "keep-pace"}, "is a code of the code list 'generic-stance'"),
        ({"kind": "resarch-institute"}, "did you mean research-institute"),
        ({"country": "zz"}, "'zz' is not a key of countries"),
        ({"source": "my-book"}, "'my-book' is not a key of sources"),
        (
            {"label_ko": "", "label_en": ""},
            "row 2: label_ko and label_en: nothing is filled in; fill in label, in one language",
        ),
        ({"colour": "red"}, "unknown column 'colour'"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_what_is_wrong_is_one_line_and_nothing_is_read(
    tmp_path: Path, changes: dict[str, str], problem: str
) -> None:
    folder = write(tmp_path / "mine", "organisations", "sources", **changes)
    with pytest.raises(TablesInvalid) as caught:
        lines(folder)
    assert problem in str(caught.value.problems[0])
    assert len(caught.value.problems) == 1


def test_every_problem_is_found_at_once(tmp_path: Path) -> None:
    folder = write(tmp_path / "mine", "organisations", "sources", country="zz", kind="nothing")
    (folder / "organisation.csv").write_text("key\n", encoding="utf-8")
    with pytest.raises(TablesInvalid) as caught:
        lines(folder)
    assert len(caught.value.problems) == 3
    assert "did you mean organisations" in str(caught.value.problems[0])


def test_a_table_in_an_archive_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "mine.zip", "w") as archive:
        archive.writestr("organisations.csv", "key\n")
    with pytest.raises(InputUnreadable, match="unpack it"):
        lines(tmp_path / "mine.zip")


def test_rows_are_read_beside_the_tables_of_the_store(tmp_path: Path) -> None:
    """Those that it was built from, wherever both are moved to; scenarios start from them too."""
    folder, at = tmp_path / "work", ("--store", str(tmp_path / "work" / "store"))
    content = invented.tables()
    content["organisations"][0]["country"] = "xa"
    content["amounts"], content["budget_changes"] = [], []
    (invented.write(folder / "data", content) / "coopgraph.toml").write_text(
        'jurisdiction = "xb"\n'
    )
    assert called("build", "--data", str(folder / "data"), *at).code == 0
    link = (
        "key,partner_list,partner,as_printed,modality,source,locator_en\n{},{},{},x,planned,{},p\n"
    )
    mine, theirs = tmp_path / "mine", tmp_path / "theirs"
    for own, row in (
        (mine, ("my-link", "weaving-partners", "beta-agency", "first-source")),
        (theirs, ("my-link", "partners-quantum", "mit", "article")),
    ):
        own.mkdir()
        (own / "partner_links.csv").write_text(link.format(*row))
    folder.rename(tmp_path / "moved")
    at, data = ("--store", str(tmp_path / "moved" / "store")), tmp_path / "moved" / "data"
    assert called("import", "table", str(mine), *at).code == 0
    ran = called("import", "table", str(theirs), *at)
    assert ran.code == 1
    assert "'partners-quantum' is not a key of partner_lists" in ran.err.decode()
    scenario = tmp_path / "without.toml"
    scenario.write_text(
        'jurisdiction = "xb"\ntitle_en = "x"\nassumption_en = "x"\n[[withdraw]]\n'
        'table = "partner_links"\nkeys = ["weaving-alpha"]\nreason_en = "x"\n'
    )
    ran = called("query", "partners", "--scenario", str(scenario), "--format", "csv", *at)
    assert ran.code == 0, ran.err
    assert ran.out.decode().count("Beta Agency") == 1
    assert "Alpha Institute" not in ran.out.decode()
    shutil.rmtree(data)
    ran = called("import", "table", str(mine), *at)
    assert ran.code == 1
    assert "the tables that the store was built from are gone" in ran.err.decode()
    shipped = called("import", "table", str(theirs), "--data", str(resources("data")), *at)
    assert shipped.code == 0


def test_a_key_is_said_once_in_a_store(tmp_path: Path) -> None:
    """Each statement about it would stand twice, and be joined with itself in every answer."""
    store = tmp_path / "store"
    at, own = ("--store", str(store)), str(write(tmp_path / "own", "sources"))
    data = str(invented.write(tmp_path / "data"))
    assert called("build", "--data", data, *at).code == 0
    assert called("import", "table", own, *at).code == 0
    again = called("import", "table", own, "--as", "again", *at)
    assert (again.code, again.out) == (1, b"")
    assert b"import/table/sources and import/table/again have the key 'my-notes'; keep" in again.err
    assert b"coopgraph sources --remove import/table/sources\n" in again.err
    assert called("import", "table", own, *at).code == 0  # in its own place
    content = invented.tables()
    content["sources"].append({**content["sources"][0], "key": "my-notes"})
    before = (store / "current").resolve()
    invented.write(tmp_path / "data", content)
    built = called("build", "--data", data, *at)
    assert (built.code, built.out, (store / "current").resolve()) == (1, b"", before)
    assert b"the tables of the build and import/table/sources have the key 'my-notes'" in built.err
