"""Bad tables: each mistake is one line that names file, row, column and remedy."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from pathlib import Path

import invented
import pytest

from coopgraph.errors import (
    CellInvalid,
    ColumnMissing,
    ColumnUnknown,
    EncodingWrong,
    KeyDuplicate,
    ReferenceDangling,
    TableError,
    TablesInvalid,
)
from coopgraph.tables.codes import read_codes
from coopgraph.tables.consistency import contradictions
from coopgraph.tables.row import Rows
from coopgraph.tables.rows import read_tables

CODES = read_codes()
Spoil = Callable[[invented.Tables], None]


def read(folder: Path) -> Rows:
    return read_tables(folder, CODES)


def problems(folder: Path) -> tuple[TableError, ...]:
    with pytest.raises(TablesInvalid) as caught:
        read(folder)
    for problem in caught.value.problems:
        assert len(str(problem).splitlines()) == 1
        assert problem.place
        assert problem.remedy
    return caught.value.problems


def only(folder: Path) -> TableError:
    (problem,) = problems(folder)
    return problem


def spoilt(folder: Path, table: str, column: str, value: str) -> TableError:
    """The only problem of the invented tables once one cell of the first row is `value`."""
    content = invented.tables()
    content[table][0][column] = value
    return only(invented.write(folder, content))


def edited(folder: Path, table: str, edit: Callable[[bytes], bytes]) -> Path:
    """The invented tables after `edit` of the bytes of one file."""
    invented.write(folder)
    path = folder / f"{table}.csv"
    path.write_bytes(edit(path.read_bytes()))
    return folder


def test_sound_tables_are_read(tmp_path: Path) -> None:
    rows = read(invented.write(tmp_path))
    assert len(list(rows)) == 23
    assert rows.by_key["beta-agency"].one("country") == "xb"
    assert rows.by_key["beta-agency"].place("country") == "organisations.csv, row 3, column country"


CELLS = [
    ("organisations", "key", "Alpha Institute", "is not a key", "lower-case"),
    ("organisations", "key", "-alpha", "is not a key", "single hyphens"),
    ("partner_links", "as_printed", "<script>alert(1)</script>", "is markup", "without HTML"),
    ("partner_links", "as_printed", "<img src=x onerror=alert(1)>", "is markup", "without HTML"),
    ("partner_links", "as_printed", "</td", "is markup", "without HTML"),
    ("partner_links", "as_printed", "a\x00b", "control character", "remove it"),
    ("partner_links", "as_printed", "a\x1b[31mb", "control character", "remove it"),
    ("partner_links", "as_printed", "a\nb", "control character", "remove it"),
    ("partner_links", "as_printed", "a\x85b", "control character", "remove it"),
    ("partner_links", "as_printed", "abc\u202edef", "control character", "remove it"),
    ("partner_links", "as_printed", "abc\u2066def", "control character", "remove it"),
    ("partner_links", "as_printed", "", "the cell is empty", "the name as printed"),
    ("partner_links", "as_printed", " \t ", "the cell is empty", "the name as printed"),
    ("partner_lists", "open_list", "yes", "is not true or false", "write true or false"),
    ("partner_lists", "open_list", "TRUE", "is not true or false", "write true or false"),
    ("amounts", "amount", "1,200", "is not a number", "no thousands separator"),
    ("amounts", "amount", "1조", "is not a number", "no thousands separator"),
    ("amounts", "amount", "1e9", "is not a number", "no thousands separator"),
    ("amounts", "amount", "٣", "is not a number", "no thousands separator"),
    ("amounts", "amount", "nan", "is not a number", "no thousands separator"),
    ("amounts", "period_from", "31", "is not a date", "write 2024"),
    ("amounts", "period_from", "２０３１", "is not a date", "write 2024"),
    ("sources", "issued", "2031-02-30", "is not a date", "2024-02"),
    ("sources", "issued", "2031-13", "is not a date", "2024-02"),
    ("sources", "issued", "30/02/2031", "is not a date", "2024-02"),
    ("sources", "code_points", "12.5", "is not a whole number", "digits only"),
    ("sources", "url", "www.example.org", "is not an IRI", "http://"),
    ("sources", "url", "https://example.org/a b", "is not an IRI", "without spaces"),
    ("sources", "url", "https://example.org/<b>", "is not an IRI", "http://"),
    ("sources", "url", "https://example.org:port/", "is not an IRI", "http://"),
    ("sources", "url", "https://example.org/%zz", "is not an IRI", "http://"),
    ("sources", "url", "javascript:alert(1)", "is not an IRI", "http://"),
    ("sources", "sha256", "ABC", "is not a SHA-256", "64 hexadecimal"),
]


@pytest.mark.parametrize(("table", "column", "value", "fact", "remedy"), CELLS)
def test_a_bad_cell_is_one_line(
    tmp_path: Path, table: str, column: str, value: str, fact: str, remedy: str
) -> None:
    problem = spoilt(tmp_path, table, column, value)
    assert isinstance(problem, CellInvalid)
    assert problem.place == f"{table}.csv, row {2 + value.count(chr(10))}, column {column}"
    assert fact in problem.fact
    assert remedy in problem.remedy


@pytest.mark.parametrize("text", ["a < b", "5 > 3", "R&D", "1<2", 'the "loom"', "한글", "|"])
def test_ordinary_text_is_taken(tmp_path: Path, text: str) -> None:
    content = invented.tables()
    content["partner_links"][0]["as_printed"] = text
    assert read(invented.write(tmp_path, content)).by_key["weaving-alpha"].one("as_printed") == text


@pytest.mark.parametrize(
    ("table", "column", "value", "remedy"),
    [
        ("organisations", "country", "xaa", "did you mean xa?"),
        ("amounts", "of", "cloths", "did you mean cloth?"),
        ("amounts", "phase", "aproved", "did you mean approved?"),
        ("partner_links", "partner", "hong", "known: alpha-institute, beta-agency"),
        ("amounts", "phase", "exact", "did you mean executed?"),
        ("sources", "creator", "hong|hing", "did you mean hong?"),
    ],
)
def test_a_dangling_reference_suggests_the_nearest(
    tmp_path: Path, table: str, column: str, value: str, remedy: str
) -> None:
    problem = spoilt(tmp_path, table, column, value)
    assert isinstance(problem, ReferenceDangling)
    assert problem.place == f"{table}.csv, row 2, column {column}"
    assert repr(value.rpartition("|")[2]) in problem.fact
    assert problem.remedy.startswith(remedy)


@pytest.mark.parametrize(
    ("table", "key", "fact"),
    [
        ("people", "alpha-institute", "first used in organisations.csv, row 2"),
        ("technologies", "hong", "first used in people.csv, row 2"),
        ("people", "keep-pace", "is a code of the code list 'generic-stance'"),
    ],
)
def test_a_key_is_unique_over_tables_and_codes(
    tmp_path: Path, table: str, key: str, fact: str
) -> None:
    content = invented.tables()
    content[table].append({**content[table][-1], "key": key})
    problem = only(invented.write(tmp_path, content))
    assert isinstance(problem, KeyDuplicate)
    assert problem.place == f"{table}.csv, row {len(content[table]) + 1}, column key"
    assert fact in problem.fact


def test_a_key_is_unique_within_its_table(tmp_path: Path) -> None:
    content = invented.tables()
    content["people"] *= 2
    problem = only(invented.write(tmp_path, content))
    assert isinstance(problem, KeyDuplicate)
    assert str(problem) == (
        "people.csv, row 3, column key: duplicate key 'hong'; first used in people.csv, row 2; "
        "keys are unique across all tables: choose another"
    )


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    folder = edited(tmp_path, "people", lambda b: b.replace(b"label_ko,label_en,", b"", 1))
    problem = only(folder)
    assert isinstance(problem, ColumnMissing)
    assert str(problem) == (
        "people.csv, row 1: column 'label_en' is missing; add it: label, "
        "or that of another language"
    )


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (b"label_en,", b"lable_en,", "unknown column 'lable_en'; did you mean label_en"),
        (b"label_en,", b"Label_EN,", "unknown column 'Label_EN'"),
        (b"alt_en,", b"alt_ko,", "duplicate column 'alt_ko'; remove one"),
        (b"note\n", b"note,\n", "unknown column ''"),
        (b"key,", b"key;", "unknown column 'key;label_ko'"),
        (b"note\n", b"note,<script>\n", "unknown column '<script>'"),
        (b"note\n", b"note,note_en\n", "duplicate column 'note_en'; remove one"),
        (b"alt_en,", b"label_EN,", "duplicate column 'label_EN'; remove one"),
        (b"alt_en,", b"alt_xx1,", "the column 'alt_xx1' names no language: 'xx1' is no language"),
        (b"alt_en,", b"alt_e,", "the column 'alt_e' names no language: 'e' is no language tag"),
        (b"alt_en,", b"alt_zh_Hant,", "the column 'alt_zh_Hant' names no language"),
        (b"alt_en,", b"alt_english,", "the column 'alt_english' names no language"),
    ],
)
def test_a_wrong_header_is_one_line(tmp_path: Path, old: bytes, new: bytes, message: str) -> None:
    problem = only(edited(tmp_path, "people", lambda b: b.replace(old, new, 1)))
    assert isinstance(problem, ColumnUnknown)
    assert str(problem).startswith(f"people.csv, row 1: {message}")


@pytest.mark.parametrize("encoding", ["cp949", "utf-16", "utf-16-le", "utf-32", "latin-1"])
def test_a_wrong_encoding_is_named(tmp_path: Path, encoding: str) -> None:
    def recode(data: bytes) -> bytes:
        text = data.decode()
        if encoding == "latin-1":
            text = "".join(c if c.isascii() else "é" for c in text)
        return text.encode(encoding)

    problem = only(edited(tmp_path, "people", recode))
    assert isinstance(problem, EncodingWrong)
    assert problem.place.startswith("people.csv, row ")
    assert problem.remedy == "save it as CSV UTF-8"


def test_the_row_of_a_wrong_byte_is_named(tmp_path: Path) -> None:
    problem = only(edited(tmp_path, "people", lambda b: b.replace("홍".encode(), b"\xff")))
    assert problem.place == "people.csv, row 2"


@pytest.mark.parametrize(
    ("edit", "row", "fact"),
    [
        (lambda b: b.replace(b"hong,", b'"hong,', 1), 2, "not CSV"),
        (lambda b: b.replace(b"hong,", b'"hong"x,', 1), 2, "not CSV"),
        (lambda b: b.replace(b"hong,", b"", 1), 2, "the row has 13 cells, the header 14"),
        (lambda b: b.replace(b"Hong,", b"Hong, A.,", 1), 2, "the row has 15 cells, the header 14"),
        (lambda b: b.replace(b"Hong", b"H" * 1_048_576), 2, "not CSV: field larger"),
    ],
)
def test_a_broken_row_is_one_line(
    tmp_path: Path, edit: Callable[[bytes], bytes], row: int, fact: str
) -> None:
    problem = only(edited(tmp_path, "people", edit))
    assert isinstance(problem, CellInvalid)
    assert problem.place == f"people.csv, row {row}"
    assert fact in problem.fact
    assert len(str(problem)) < 300


@pytest.mark.parametrize(
    "edit",
    [
        lambda b: b"\xef\xbb\xbf" + b,
        lambda b: b.replace(b"\n", b"\r\n"),
        lambda b: b.replace(b"\n", b"\r"),
        lambda b: b.replace(b"\n", b"\n\n"),
        lambda b: b + b",,,,,,,,,,,\n \n",
        lambda b: b.rstrip(b"\n"),
        lambda b: unicodedata.normalize("NFD", b.decode()).encode(),
        lambda b: b.replace(b"hong,", b" hong ,", 1),
        lambda b: b.replace(b"hong,", b'"hong",', 1),
    ],
    ids=["bom", "crlf", "cr", "blank-lines", "blank-row", "no-end", "nfd", "spaces", "quotes"],
)
def test_what_spreadsheets_do_is_taken(tmp_path: Path, edit: Callable[[bytes], bytes]) -> None:
    rows = read(edited(tmp_path, "people", edit))
    assert [(r.key, r.one("label_ko")) for r in rows.tables["people"]] == [("hong", "홍아무개")]


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf"])
def test_an_empty_file_lacks_its_columns(tmp_path: Path, content: bytes) -> None:
    problem = only(edited(tmp_path, "people", lambda _: content))
    assert isinstance(problem, ColumnMissing)
    assert problem.place == "people.csv, row 1"


def test_a_header_alone_is_a_table_without_rows(tmp_path: Path) -> None:
    rows = read(edited(tmp_path, "people", lambda b: b.splitlines(keepends=True)[0]))
    assert rows.tables["people"] == []


def test_a_file_with_semicolons_says_so(tmp_path: Path) -> None:
    folder = edited(tmp_path, "plans", lambda data: data.replace(b",", b";"))
    assert only(folder).remedy == "separate the cells by commas, not by semicolons"


@pytest.mark.parametrize("column", ["part_of", "revision_of", "replaces", "follows"])
def test_a_plan_does_not_lead_back_to_itself(tmp_path: Path, column: str) -> None:
    problem = spoilt(tmp_path, "plans", column, "loom-plan")
    assert problem.place == f"plans.csv, row 2, column {column}"
    assert "leads back to itself" in str(problem)


def test_a_period_ends_after_it_starts(tmp_path: Path) -> None:
    content = invented.tables()
    content["plans"][0] |= {"period_from": "2031-05", "period_to": "2031-04-30"}
    assert "is before 2031-05" in str(only(invented.write(tmp_path, content)))


def test_no_more_members_are_named_than_are_counted(tmp_path: Path) -> None:
    content = invented.tables()
    content["groups"][0]["stated_count"] = "1"
    problem = only(invented.write(tmp_path, content))
    assert problem.place == "groups.csv, row 2, column members"
    assert "2 are named, and the source counts 1" in str(problem)


SLIPS = [
    ("plans", 0, {"closes": "2031-02"}, "closes", "only a call has this"),
    ("plans", 1, {"closes": "2030-12-31"}, "closes", "2030-12-31 is before 2031-01"),
    ("agreements", 0, {"parties": "beta-agency"}, "parties", "is a body, and no country"),
    ("agreements", 0, {"signatories": "", "parties": ""}, "parties", "nobody concludes"),
    ("agreements", 0, {"period_from": "2032", "period_to": "2031"}, "period_to", "is before 2032"),
    ("statuses", 0, {"of": ""}, "of", "the cell is empty"),
    ("statuses", 0, {"of": "loom-paln"}, "of", "is not a key of plans or programmes or"),
    ("statuses", 0, {"status": "opend"}, "status", "is not a code of status-kind"),
    ("statuses", 0, {"date_to": "2030"}, "date_to", "2030 is before 2031-01"),
    ("outcomes", 0, {"as_of": ""}, "as_of", "nothing says when it was looked"),
    ("outcomes", 0, {"scope_en": ""}, "scope", "nothing says where it was looked"),
    ("outcomes", 0, {"outcome": "other-technology"}, "technology", "in which other technology"),
    ("indicators", 0, {"country": "beta-agency"}, "country", "is no country and no bloc"),
    ("indicators", 0, {"base_year": ""}, "base_year", "the earlier value has no year"),
    ("indicators", 0, {"base_year": "2032"}, "year", "2031 is before 2032"),
    ("indicators", 0, {"value": "81,5"}, "value", "is not a number"),
]


@pytest.mark.parametrize(("table", "row", "cells", "column", "fact"), SLIPS)
def test_a_slip_about_what_came_of_a_plan_is_one_line(
    tmp_path: Path, table: str, row: int, cells: dict[str, str], column: str, fact: str
) -> None:
    content = invented.tables()
    content[table][row] |= cells
    problem = only(invented.write(tmp_path, content))
    assert problem.place == f"{table}.csv, row {row + 2}, column {column}"
    assert fact in str(problem)


def test_what_a_plan_excludes_has_no_outcome(tmp_path: Path) -> None:
    rows = read(invented.write(tmp_path))
    rows.by_key["weaving-alpha"].cells["role"] = ("excluded",)
    (problem,) = contradictions(rows.tables["outcomes"], rows)
    assert problem.place == "outcomes.csv, row 2, column link"
    assert "the plan excludes this partner" in str(problem)


def test_a_plan_of_nobody_is_said_once_and_not_of_each_claim(tmp_path: Path) -> None:
    content = invented.tables()
    content["organisations"][1]["country"] = ""
    problem = only(invented.write(tmp_path, content))
    assert problem.place == "plans.csv, row 2, column jurisdiction"
    assert "nothing says whose policy" in str(problem)


def test_a_jurisdiction_is_a_country_or_a_bloc(tmp_path: Path) -> None:
    problem = spoilt(tmp_path, "amounts", "jurisdiction", "beta-agency")
    assert "'beta-agency' is no country and no bloc" in str(problem)
