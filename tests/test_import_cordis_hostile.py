"""CORDIS when its files are broken: nothing is dropped in silence, nothing ends in a traceback."""

from __future__ import annotations

import gzip
import tempfile
import tracemalloc
from pathlib import Path

import pyoxigraph as ox
import pytest
from cordis_files import NAMES, Read, as_csv, record, write, write_xlsx
from hypothesis import example, given, settings
from hypothesis import strategies as st

from coopgraph.errors import InputUnreadable
from coopgraph.formats.sheets import MAX_LINE
from coopgraph.importers.cordis import values

TOPIC = ["741487", "ERC-2016-ADG", "A title"]


def topics(folder: Path, text: str) -> Read:
    (folder / "topics.csv").write_text(text, encoding="utf-8")
    return Read(folder)


def test_a_delimiter_inside_unquoted_text_is_a_rejected_row(tmp_path: Path) -> None:
    read = topics(tmp_path, "projectID;topic;title\n1;T-1;one; two\n2;T-2;fine\n3;T-3\n\n")
    assert read.rejects == [
        ("topics.csv", 2, "", "4 cells, the header has 3"),
        ("topics.csv", 4, "", "2 cells, the header has 3"),
    ]
    assert read.account("topics.csv").accepted == 1


def test_delimiters_at_the_end_of_lines_are_no_cells(tmp_path: Path) -> None:
    assert topics(tmp_path, "projectID;topic;title;\n1;T-1;one;\n").rejects == []


def test_a_row_without_its_identifiers_is_rejected_with_row_and_column(tmp_path: Path) -> None:
    read = topics(tmp_path, as_csv(NAMES["topics"], [["n/a", "T", ""], ["1", " ", ""], TOPIC]))
    assert [(row, column) for _, row, column, _ in read.rejects] == [(2, "projectID"), (3, "topic")]


def test_rows_are_counted_as_an_editor_shows_them(tmp_path: Path) -> None:
    read = topics(tmp_path, 'projectID;topic;title\n1;T;"two\nlines"\nx;T;bad\n')
    assert read.rejects[0][1] == 4


@pytest.mark.parametrize("quoted", [True, False])
def test_a_record_of_fifty_megabytes_is_rejected_in_bounded_memory(
    tmp_path: Path, quoted: bool
) -> None:
    mark = '"' if quoted else ""
    text = "x" * 1000 + ("\n" if quoted else "")
    with (tmp_path / "topics.csv").open("w", encoding="utf-8") as stream:
        stream.write(f"projectID;topic;title\n1;T-1;{mark}")
        for _ in range(50_000):
            stream.write(text)
        stream.write(f"{mark}\n2;T-2;fine\n")
    tracemalloc.start()
    read = Read(tmp_path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    account = read.account("topics.csv")
    assert (account.read, account.accepted, account.rejected) == (2, 1, 1)
    assert read.rejects[0][1] == 2
    assert peak < 12 * MAX_LINE


def test_a_header_that_never_ends_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputUnreadable, match="its first line is too long"):
        topics(tmp_path, "x" * (MAX_LINE + 5))


def test_a_truncated_file_is_said_in_one_line(tmp_path: Path) -> None:
    rows = [[str(number), f"T-{number}", "a title"] for number in range(1, 5_000)]
    data = gzip.compress(as_csv(NAMES["topics"], rows).encode())
    (tmp_path / "topics.csv.gz").write_bytes(data[: len(data) // 2])
    with pytest.raises(InputUnreadable, match=r"topics\.csv\.gz: cannot be read"):
        Read(tmp_path)
    middle = len(data) // 2
    (tmp_path / "topics.csv.gz").write_bytes(data[:middle] + bytes(64) + data[middle + 64 :])
    with pytest.raises(InputUnreadable, match=r"topics\.csv\.gz: cannot be read"):
        Read(tmp_path)


def test_bytes_that_are_no_text_are_said(tmp_path: Path) -> None:
    text = as_csv(NAMES["topics"], [["1", "T-1", "title"]])
    (tmp_path / "topics.csv").write_bytes(text.encode() + bytes(range(256)))
    with pytest.raises(InputUnreadable, match="is not UTF-8"):
        Read(tmp_path)


def test_what_is_no_workbook_is_said(tmp_path: Path) -> None:
    (tmp_path / "topics.xlsx").write_bytes(b"PK\x03\x04 not a workbook")
    with pytest.raises(InputUnreadable, match=r"topics\.xlsx: is not a workbook"):
        Read(tmp_path)


@pytest.mark.parametrize("stated", ["A1", "A1:B2", "A1:ZZ99999", "C3:D4"])
def test_the_dimension_that_a_sheet_states_is_not_believed(tmp_path: Path, stated: str) -> None:
    rows = [[str(number), f"T-{number}", ""] for number in range(1, 400)]
    write_xlsx(tmp_path / "topics.xlsx", NAMES["topics"], rows, stated)
    assert Read(tmp_path).account("topics.xlsx").accepted == 399


def test_a_flaw_is_counted_and_the_record_kept(tmp_path: Path) -> None:
    cells = {"projectID": "1", "role": "participant", "name": "Gamma", "country": "Korea",
             "ecContribution": "a lot", "organizationURL": "http://[bad",
             "endOfParticipation": "perhaps"}  # fmt: skip
    rows = [
        record("organization", organisationID=str(999_000_000 + number), **cells)
        for number in range(3)
    ]
    write(tmp_path, "organization", rows)
    read = Read(tmp_path)
    assert read.account("organization.csv").accepted == 3
    assert len(read.ledger.notes) == 4
    assert all("left out of 3 records, first in row 2" in note for note in read.ledger.notes)


# --- hostile cells --------------------------------------------------------------------------

CELLS = st.text(st.characters(codec="utf-8"), max_size=40)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(CELLS, CELLS, CELLS, CELLS, CELLS, CELLS), max_size=5),
    st.sampled_from(";,\t"),
)
@example([('a "b" \\ \n <x>', "\x00\x07", "\u2028", "€", "1.234,5", "http://a b.c")], ";")
def test_any_text_becomes_triples_or_a_counted_reject(
    rows: list[tuple[str, ...]], delimiter: str
) -> None:
    table = [
        record(
            "organization", projectID=str(number), organisationID="999997930", name=a,
            shortName=b, city=c, country=d, ecContribution=e, organizationURL=f,
        )
        for number, (a, b, c, d, e, f) in enumerate(rows, 1)
    ]  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "organization.csv"
        text = as_csv(NAMES["organization"], table, delimiter)
        path.write_text(text, encoding="utf-8", newline="")
        read = Read(path)
    account = read.account("organization.csv")
    assert account.read == account.accepted == len(rows)
    parsed = list(ox.parse("\n".join(read.lines), format=ox.RdfFormat.N_TRIPLES))
    assert len(parsed) == len(read.lines)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_accounted_for_or_refused(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "topics.csv"
        path.write_bytes(b"projectID;topic;title\n" + data)
        try:
            read = Read(path)
        except InputUnreadable:
            return
    parsed = list(ox.parse("\n".join(read.lines), format=ox.RdfFormat.N_TRIPLES))
    assert len(parsed) == len(read.lines)


@given(st.decimals(-(10**9), 10**9, allow_nan=False, places=2))
def test_an_amount_means_the_same_with_comma_and_point(amount: object) -> None:
    text = str(amount)
    assert values.amount(text.replace(".", ",")) == values.amount(text) == text


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("1,234.50", "1234.50"), ("1.234,50", "1234.50"), ("1 234 567", "1234567"),
        ("12,345", None), ("1.234.567", "1234567"), ("1,2,3", None), ("-5", "-5"),
        ("12.345.67", None), ("€5", None), ("1,234,567", "1234567"), ("NaN", None),
    ],
)  # fmt: skip
def test_an_amount_is_read_only_where_it_can_mean_one_thing(cell: str, value: str | None) -> None:
    assert values.amount(cell) == value
