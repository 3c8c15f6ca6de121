"""The shipped tables: what is there, in what form, and that the README describes them."""

from __future__ import annotations

import csv
import unicodedata
from pathlib import Path

import pytest

from coopgraph.tables import documentation
from coopgraph.tables.catalogue import BY_NAME, TABLES
from coopgraph.tables.codes import read_codes
from coopgraph.tables.description import Column
from coopgraph.tables.row import Rows
from coopgraph.tables.rows import file_name, plan_files, read_tables, table_files
from coopgraph.vocabulary import resources

CODES = read_codes()
DATA = resources("data")


@pytest.fixture(scope="module")
def rows(root: Path) -> Rows:
    return read_tables(root / "data", CODES)


def test_the_readme_documents_the_tables_as_they_are(root: Path) -> None:
    readme = (root / "data" / "README.md").read_text(encoding="utf-8")
    assert readme.count(documentation.BEGIN) == readme.count(documentation.END) == 1
    assert readme == documentation.insert(readme), "run: python -m coopgraph.tables"


def test_the_documentation_names_every_column() -> None:
    text = documentation.documentation()
    for table in TABLES:
        section = text.partition(f"### {table.name}.csv\n")[2].partition("\n### ")[0]
        listed = [line.split(" | ")[0][2:] for line in section.splitlines() if line[:2] == "| "]
        assert listed[1:] == [
            column.name
            if not column.in_languages
            else f"{column.name}, {column.name}_LANG"
            if column.lang
            else f"{column.name}_LANG"
            for column in table.columns
        ]


def test_every_described_table_has_a_file_and_every_file_a_description(root: Path) -> None:
    assert {path.stem for path in (root / "data").glob("*.csv")} == set(BY_NAME)
    assert len(BY_NAME) == len(TABLES) >= 30


@pytest.mark.parametrize("path", [*table_files(DATA), *plan_files(DATA)], ids=file_name)
def test_a_table_is_sorted_utf8_text_with_unix_lines(path: Path) -> None:
    data = path.read_bytes()
    text = data.decode("utf-8")
    assert not text.startswith("\ufeff")
    assert b"\r" not in data
    assert text.endswith("\n")
    assert not text.endswith("\n\n")
    assert text == unicodedata.normalize("NFC", text)
    header, *records = csv.reader(text.splitlines())
    order = [column.name for column in BY_NAME[path.stem].columns]
    texts = [*dict.fromkeys(BY_NAME[path.stem].column(column).text for column in header)]
    assert texts == [column for column in order if column in texts], "columns as described"
    keys = [record[0] for record in records]
    assert keys, "a table with rows"
    assert keys == sorted(keys)


def test_every_row_is_read(rows: Rows) -> None:
    assert len(list(rows)) == len(rows.by_key) > 550
    assert all(rows.tables[table.name] for table in TABLES)


def test_every_reference_can_be_followed(rows: Rows) -> None:
    followed = 0
    for row in rows:
        for column in row.table.columns:
            for value in row.cells.get(column.name, ()) if column.kind == "ref" else ():
                assert rows.by_key[value].table.name in column.of
                followed += 1
    assert followed > 1000


def test_every_code_list_that_a_column_names_exists() -> None:
    columns: list[Column] = [column for table in TABLES for column in table.columns]
    lists = {name for column in columns if column.kind == "code" for name in column.of}
    tables = {name for column in columns if column.kind == "ref" for name in column.of}
    assert lists <= set(CODES.by_scheme)
    assert tables <= set(BY_NAME)


def test_labels_are_there_in_both_languages() -> None:
    found = {scheme: codes for scheme, codes in CODES.by_scheme.items() if codes}
    assert len(found) >= 20
    for scheme, codes in found.items():
        for code in codes:
            assert CODES.labels[scheme, code]["en"]
            assert CODES.labels[scheme, code]["ko"]


def test_each_source_names_its_graph_and_is_cited(rows: Rows) -> None:
    cited = {row.one("source") for row in rows} - {""}
    used = {v for row in rows for v in row.cells.get("primary_source", ())}
    assert {row.key for row in rows.tables["sources"]} == cited | (
        used & {row.key for row in rows.tables["sources"]}
    )


def test_a_plan_is_a_folder_of_tables_with_the_columns_it_needs(root: Path) -> None:
    files = plan_files(root / "data")
    assert files
    for path in files:
        header, *rows = csv.reader(path.read_text(encoding="utf-8").splitlines())
        assert rows, file_name(path)
        filled = {name for name, *cells in zip(header, *rows, strict=True) if any(cells)}
        required = {column.text for column in BY_NAME[path.stem].columns if column.required}
        assert set(header) - filled <= required, file_name(path)
