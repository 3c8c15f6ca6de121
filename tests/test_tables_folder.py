"""The folder of tables as a whole: all problems in one run, and whatever a cell may hold."""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path

import invented
import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coopgraph.errors import TableError, TablesInvalid
from coopgraph.tables.codes import read_codes
from coopgraph.tables.description import SEPARATOR
from coopgraph.tables.row import Row
from coopgraph.tables.rows import read_tables
from coopgraph.tables.triples import row_iri, table_triples
from coopgraph.vocabulary import expand

CODES = read_codes()


def messages(folder: Path) -> list[str]:
    with pytest.raises(TablesInvalid) as caught:
        read_tables(folder, CODES)
    return [str(problem) for problem in caught.value.problems]


def test_all_problems_are_found_in_one_run(tmp_path: Path) -> None:
    content = invented.tables()
    content["amounts"][0]["amount"] = "much"
    content["amounts"][1]["period_from"] = "next"
    content["organisations"][0]["country"] = "xz"
    content["people"].append(dict(content["people"][0]))
    content["plans"][0].update(label_ko="", label_en="")
    folder = invented.write(tmp_path, content)
    (folder / "organisation.csv").write_text("key\n", encoding="utf-8")
    (folder / "identifiers.csv").write_bytes("key,누리집\n".encode("cp949"))
    found = messages(folder)
    assert len(found) == 7
    assert found[0].startswith(
        "organisation.csv: no table has this name; did you mean organisation"
    )
    for start in (
        "identifiers.csv, row 1: the file is not UTF-8",
        "plans.csv, row 2: label_ko and label_en: nothing is filled in",
        "amounts.csv, row 2, column amount: 'much' is not a number",
        "amounts.csv, row 3, column period_from: 'next' is not a date",
        "people.csv, row 3, column key: duplicate key 'hong'",
        "organisations.csv, row 2, column country: 'xz' is not a key of countries",
    ):
        assert sum(message.startswith(start) for message in found) == 1


def test_a_summary_names_the_first_and_counts_the_rest(tmp_path: Path) -> None:
    content = invented.tables()
    content["amounts"][0].update(amount="much", period_from="next", rounding="")
    with pytest.raises(TablesInvalid, match=r"column period_from: .* \(and 2 more\)$"):
        read_tables(invented.write(tmp_path, content), CODES)


@pytest.mark.parametrize("broken", ["", "key\n", "key,label_en\nxa\n"])
def test_an_unreadable_table_is_one_problem_not_one_for_each_reference(
    tmp_path: Path, broken: str
) -> None:
    folder = invented.write(tmp_path)
    (folder / "sources.csv").write_text(broken, encoding="utf-8")
    (message,) = messages(folder)
    assert message.startswith("sources.csv, row 1: ")


def test_a_position_is_three_cells_or_none(tmp_path: Path) -> None:
    content = invented.tables()
    content["people"][0].update(start="1", end="2")
    (message,) = messages(invented.write(tmp_path, content))
    assert message == (
        "people.csv, row 2, column start: a position needs start, end and span_sha256 together; "
        "fill in all three or none"
    )


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="absent: no such folder; name the folder") as caught:
        read_tables(tmp_path / "absent", CODES)
    assert caught.value.exit_code == 1


def test_a_folder_without_tables_is_not_an_empty_graph(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("nothing", encoding="utf-8")
    with pytest.raises(TableError, match=r"no tables .* in this folder"):
        read_tables(tmp_path, CODES)


def test_a_folder_in_place_of_a_table_is_one_line(tmp_path: Path) -> None:
    folder = invented.write(tmp_path)
    (folder / "documents.csv").mkdir()
    (message,) = messages(folder)
    assert message == (
        "documents.csv: the file cannot be read: Is a directory; make it a file that you may read"
    )


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_without_permission_is_one_line(tmp_path: Path) -> None:
    folder = invented.write(tmp_path)
    (folder / "people.csv").chmod(0)
    (message,) = messages(folder)
    assert message.startswith("people.csv: the file cannot be read: Permission denied")


# --- whatever a cell may hold -------------------------------------------------------------

_SETTINGS = settings(
    max_examples=80,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
#: One column of each kind, in a table where nothing else depends on it.
_COLUMNS = [
    ("people", "label_ko"),
    ("people", "alt_en"),
    ("sources", "publisher"),
    ("sources", "url"),
    ("sources", "issued"),
    ("sources", "sha256"),
    ("sources", "code_points"),
    ("sources", "creator"),
    ("organisations", "kind"),
    ("partner_lists", "open_list"),
    ("amounts", "amount"),
    ("amounts", "period_from"),
]
#: Text of any kind, and text that nearly is what the columns want.
_TEXT = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=30),
    st.from_regex(r"[-+0-9.,:e٠ ]{0,24}", fullmatch=True),
    st.from_regex(r"https?:[/a-z0-9.@%#?\[\]:가\\ ]{0,20}", fullmatch=True),
    st.sampled_from(["true", "hong", "2031-02", "\ufeff", "\u2028", "\ue000", '"', "|", "\\u0041"]),
)


@pytest.mark.parametrize(("table", "column"), _COLUMNS)
@_SETTINGS
@given(text=_TEXT)
def test_any_text_is_refused_in_one_line_or_kept_as_it_is(
    tmp_path: Path, table: str, column: str, text: str
) -> None:
    content = invented.tables()
    content[table][0][column] = text
    refusal = ""
    try:
        rows = read_tables(invented.write(tmp_path, content), CODES)
    except TableError as error:
        refusal = str(error)
    if refusal:
        assert len(refusal.splitlines()) == 1
        assert refusal.isprintable()
        return
    row = rows.tables[table][0]
    column_of = row.table.by_name[column]
    terms = _terms(row, column, table_triples(rows, CODES))
    node = ox.NamedNode("urn:x")
    engine = ox.Store()
    engine.extend(ox.Quad(node, node, term) for term in terms)
    assert {quad.object for quad in engine} == set(terms), "the store keeps what was written"
    parts = text.split(SEPARATOR) if column_of.many else [text]
    wanted = {unicodedata.normalize("NFC", part).strip() for part in parts} - {""}
    assert set(row.cells[column]) == wanted
    assert len(set(terms)) == len(wanted)
    if column_of.kind in ("text", "iri", "date", "year", "boolean", "sha256"):
        assert {term.value for term in terms} == wanted


def _terms(
    row: Row, column: str, graphs: dict[str, set[str]]
) -> list[ox.NamedNode | ox.BlankNode | ox.Literal]:
    """The terms of one cell, read back from the N-Triples of the whole source."""
    described = row.table.by_name[column]
    data = "\n".join(graphs[row.one("source") or row.key])
    found = [
        quad.object
        for quad in ox.parse(data, format=ox.RdfFormat.N_TRIPLES)
        if quad.subject == ox.NamedNode(row_iri(row))
        and quad.predicate.value == expand(described.predicate)
        and not isinstance(quad.object, ox.Triple)
    ]
    if not described.lang:
        return found
    return [t for t in found if isinstance(t, ox.Literal) and t.language == described.lang]


@pytest.mark.parametrize(
    ("written", "kept"),
    [("0012.50", "12.5"), ("-0", "0"), ("-00.5", "-0.5"), ("100", "100"), ("5.000", "5")],
)
def test_a_number_is_written_as_the_store_keeps_it(tmp_path: Path, written: str, kept: str) -> None:
    content = invented.tables()
    content["budget_changes"][0]["percent"] = written
    rows = read_tables(invented.write(tmp_path, content), CODES)
    (term,) = _terms(rows.by_key["cloth-change"], "percent", table_triples(rows, CODES))
    assert term == ox.Literal(kept, datatype=ox.NamedNode(expand("xsd:decimal")))


def test_a_whole_number_is_written_as_the_store_keeps_it(tmp_path: Path) -> None:
    content = invented.tables()
    content["sources"][0]["code_points"] = "007"
    content["people"][0].update(start="03", end="010", span_sha256="0" * 64)
    content["sources"][1].update(sha256="0" * 64, code_points="99")
    rows = read_tables(invented.write(tmp_path, content), CODES)
    graphs = table_triples(rows, CODES)
    (term,) = _terms(rows.by_key["first-source"], "code_points", graphs)
    assert term == ox.Literal(7)
    selector = [line for line in graphs["second-source"] if "id/selector/hong>" in line]
    for name, number in (("start", "3"), ("end", "10")):
        (line,) = [line for line in selector if f"oa#{name}>" in line]
        assert f'"{number}"^^' in line


def test_a_folder_of_a_plan_holds_further_rows(tmp_path: Path) -> None:
    content = invented.tables()
    folder = invented.write(tmp_path, content)
    moved = content["amounts"].pop()
    before = table_triples(read_tables(folder, CODES), CODES)
    invented.write(tmp_path, content)
    plan = invented.write(folder / "plans" / "one", {"amounts": [moved]})
    assert table_triples(read_tables(folder, CODES), CODES) == before
    invented.write(plan, {"amounts": [{**moved, "amount": "much"}]})
    found, *_ = messages(folder)
    assert found.startswith("plans/one/amounts.csv, row 2, column amount: 'much' is not a number")
    invented.write(plan, {"amounts": [content["amounts"][0]]})
    found, *_ = messages(folder)
    assert found.startswith("plans/one/amounts.csv, row 2, column key: duplicate key")
    assert "first used in amounts.csv, row 2" in found
