"""Briefs and tables as files for Word, Hancom Office, Excel and paper, each read back by another
program's reader than the one that wrote it."""

from __future__ import annotations

import csv
import io
import re
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from urllib.parse import quote
from xml.etree import ElementTree

import hwpx_tomd
import pytest
from command_line import called
from pypdf import PdfReader
from python_calamine import CalamineWorkbook
from serving import Server
from test_brief import HOSTILE, hostile

import coopgraph
from coopgraph.brief import Brief
from coopgraph.brief.formats import pdf
from coopgraph.brief.model import BRIEFS
from coopgraph.errors import ExtraMissing, FontMissing, TermUnwritable
from coopgraph.formats import fonts
from coopgraph.queries import Answer, Entity
from coopgraph.queries.answer import ANSWERS, Cell, Year

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
BINARY = ("pdf", "docx", "hwpx")


@pytest.fixture(scope="module")
def korean(store_folder: Path) -> Iterator[Brief]:
    with coopgraph.open(store_folder) as kg:
        yield kg.brief("quantum", lang="ko")


def squeezed(text: str) -> str:
    """Text without white space and word joiners, which each format has its own of."""
    return re.sub(r"[\s\u2060]", "", text)


def text_of(name: str, raw: bytes, tmp_path: Path) -> str:
    """The text of a document, by a reader of its own."""
    if name == "pdf":
        return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(raw)).pages)
    if name == "hwpx":
        (tmp_path / "brief.hwpx").write_bytes(raw)
        return str(hwpx_tomd.to_markdown(tmp_path / "brief.hwpx"))
    parts = zipfile.ZipFile(io.BytesIO(raw))
    trees = [
        ElementTree.fromstring(parts.read(f"word/{part}.xml")) for part in ("document", "footer1")
    ]
    paragraphs = [paragraph for tree in trees for paragraph in tree.iter(f"{WORD}p")]
    return "\n".join("".join(t.text or "" for t in p.iter(f"{WORD}t")) for p in paragraphs)


@pytest.mark.parametrize("name", BINARY)
def test_a_file_says_all_that_the_brief_says(korean: Brief, name: str, tmp_path: Path) -> None:
    read = squeezed(text_of(name, BRIEFS.encode(korean, name), tmp_path))
    for told in (korean.title, korean.as_of, korean.foot):
        assert squeezed(told) in read, told
    sections = [each for section in korean.sections for each in section.statements]
    assert len(sections) > 20, "and there is much to say"
    for statement in (*korean.summary, *sections):
        for told in statement.cells or (statement.text,):
            assert squeezed(told) in read, told
    for reference in korean.references:
        assert squeezed(reference.title) in read


@pytest.mark.parametrize("name", BINARY)
def test_the_same_brief_gives_the_same_bytes(korean: Brief, name: str) -> None:
    assert BRIEFS.encode(korean, name) == BRIEFS.encode(korean, name)


def test_a_table_is_a_table_in_word_and_hancom(korean: Brief, tmp_path: Path) -> None:
    (money,) = (each for each in korean.sections if each.rows)
    read = text_of("hwpx", BRIEFS.encode(korean, "hwpx"), tmp_path)
    assert f"| {' | '.join(money.heads)} |" in read
    raw = BRIEFS.encode(korean, "docx")
    tree = ElementTree.fromstring(zipfile.ZipFile(io.BytesIO(raw)).read("word/document.xml"))
    _box, table = tree.iter(f"{WORD}tbl")
    rows = [
        ["".join(t.text or "" for t in cell.iter(f"{WORD}t")) for cell in row.iter(f"{WORD}tc")]
        for row in table.iter(f"{WORD}tr")
    ]
    assert rows[0] == [*money.heads]
    assert [row[:-1] for row in rows[1:]] == [[*each.cells] for each in money.rows]


@pytest.mark.parametrize(("entity", "lang"), [("us", "ko"), ("msit", "en")])
def test_that_it_fits_one_page_is_counted(store_folder: Path, entity: str, lang: str) -> None:
    with coopgraph.open(store_folder) as kg:
        made = kg.brief(entity, lang=lang)
    read = PdfReader(io.BytesIO(BRIEFS.encode(made, "pdf"))).pages
    assert len(read) == pdf.pages(made) == 1
    assert ("page 1 of 1" if lang == "en" else "1/1쪽") in read[0].extract_text()


def test_a_brief_of_many_pages_says_so_on_each(korean: Brief) -> None:
    long = replace(korean, sections=korean.sections * 3)
    read = PdfReader(io.BytesIO(BRIEFS.encode(long, "pdf"))).pages
    assert len(read) > 1
    for at, page in enumerate(read, 1):
        assert f"{at}/{len(read)}쪽" in page.extract_text()


@pytest.mark.parametrize("name", BINARY)
def test_labels_are_text_in_every_format(name: str, tmp_path: Path) -> None:
    """Nothing of a label is markup of typst, XML or a field, and nothing leads anywhere."""
    labels = f'{HOSTILE} #panic("x") $x$ @a <b> ]]> &amp; \x00\x1b[31m #read("/etc/passwd")'
    made = hostile()
    told = replace(made.summary[0], text=labels)
    raw = BRIEFS.encode(replace(made, summary=(told,)), name)
    read = squeezed(text_of(name, raw, tmp_path).replace("\\", ""))
    assert squeezed('#panic("x") $x$ @a <b> ]]> &amp;') in read.replace("”", '"').replace("“", '"')
    assert b"javascript:" not in links(name, raw)


def links(name: str, raw: bytes) -> bytes:
    """What a document leads to."""
    if name == "pdf":
        pages = PdfReader(io.BytesIO(raw)).pages
        return str(
            [note.get_object() for page in pages for note in page.annotations or []]
        ).encode()
    parts = zipfile.ZipFile(io.BytesIO(raw))
    named = [n for n in parts.namelist() if n.endswith(".rels")]
    return b"".join(map(parts.read, named)) + b"".join(
        re.findall(rb"<hp:fieldBegin.*?</hp:fieldBegin>", parts.read("Contents/section0.xml"))
        if "Contents/section0.xml" in parts.namelist()
        else []
    )


def test_a_font_that_is_missing_is_named_with_its_package(
    korean: Brief, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fonts, "WIDE", ("No Such Font",))
    with pytest.raises(FontMissing, match=r"fonts-noto-cjk, or write \.docx, \.hwpx or \.html"):
        BRIEFS.encode(korean, "pdf")


@pytest.mark.parametrize(
    ("name", "module", "package"),
    [("pdf", "typst", "typst"), ("docx", "docx", "python-docx"), ("hwpx", "hwpx", "python-hwpx")],
)
def test_without_the_extra_one_line_names_it(
    korean: Brief, monkeypatch: pytest.MonkeyPatch, name: str, module: str, package: str
) -> None:
    pdf._fonts.cache_clear()
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ExtraMissing) as raised:
        BRIEFS.encode(korean, name)
    assert str(raised.value) == f"{package} is not installed; pip install 'coopgraph[office]'"
    assert raised.value.exit_code == 2


def test_the_command_writes_each_by_its_ending_or_name(
    article_folder: Path, tmp_path: Path
) -> None:
    store = ("--store", str(article_folder))
    starts = {"pdf": b"%PDF-", "docx": b"PK", "hwpx": b"PK"}
    for name, start in starts.items():
        file = tmp_path / f"brief.{name}"
        assert called("brief", "quantum", "--lang", "ko", "-o", str(file), *store).code == 0
        assert file.read_bytes().startswith(start)
    done = called("brief", "quantum", "--lang", "ko", "--format", "pdf", *store)
    assert done.out == (tmp_path / "brief.pdf").read_bytes()
    wrong = called("brief", "quantum", "-o", str(tmp_path / "brief.odt"), *store)
    assert wrong.code == 2
    assert ".pdf" in wrong.message


def test_the_page_of_a_brief_leads_to_its_files(article_folder: Path) -> None:
    with Server(article_folder).running() as server:
        page = server.ask("/brief/quantum?lang=ko").body.decode()
        assert "인쇄: A4 1쪽" in page
        for name, media in {
            "hwpx": "application/hwp+zip",
            "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "pdf": "application/pdf",
            "md": "text/markdown; charset=utf-8",
        }.items():
            assert f'href="/brief/quantum.{name}?lang=ko"' in page
            got = server.ask(f"/brief/quantum.{name}?lang=ko")
            assert got.status == 200
            assert got.headers["content-type"] == media
            named = f'attachment; filename="coopgraph-quantum-ko.{name}"'
            assert got.headers["content-disposition"] == named
        table = server.ask("/questions/partners?lang=ko").body.decode()
        assert 'href="/questions/partners.xlsx?lang=ko"' in table
        got = server.ask("/questions/partners.xlsx?lang=ko")
        assert got.headers["content-type"].endswith("spreadsheetml.sheet")
        assert "협력 대상" in workbook(got.body)[0].get_sheet_by_index(0).to_python()[0]
        other = server.ask(f"/brief/{quote('양자')}.docx?lang=ko")
        assert 'filename="coopgraph-quantum-ko.docx"' in other.headers["content-disposition"]


ROWS: tuple[tuple[Cell, ...], ...] = (
    (Entity("양자", "urn:quantum"), 1_144_500_000_000, Decimal("15.9"), Year(2024), True, "=1+1"),
    (Entity("@SUM(A1)", "urn:x"), 2**60, 13 / 16, None, None, '=HYPERLINK("http://x")\x00'),
)
COLUMNS = ("technology", "amount", "top_share", "year", "is_draft", "note")


def workbook(raw: bytes) -> tuple[CalamineWorkbook, str]:
    """A workbook by the reader that imports use, and the XML of its first sheet."""
    sheet = zipfile.ZipFile(io.BytesIO(raw)).read("xl/worksheets/sheet1.xml").decode()
    return CalamineWorkbook.from_filelike(io.BytesIO(raw)), sheet


def test_a_workbook_has_numbers_as_numbers_and_runs_nothing() -> None:
    answer = Answer(COLUMNS, ROWS, ("technology",), "ko", notes=("다른 계획 3건",))
    raw = ANSWERS.encode_file(answer, "xlsx")
    assert raw == ANSWERS.encode_file(answer, "xlsx")
    book, sheet = workbook(raw)
    head, first, second = book.get_sheet_by_index(0).to_python()
    assert head[0] == "기술"
    assert head[-1] == "기술 (IRI)"
    assert first == ["양자", 1_144_500_000_000, 15.9, 2024, True, "=1+1", "urn:quantum"]
    assert second[1] == str(2**60), "a number of more digits than Excel keeps is text"
    assert second[2] == 13 / 16
    assert second[5] == '=HYPERLINK("http://x")·'
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet
    assert book.get_sheet_by_index(1).to_python() == [["다른 계획 3건"]]


def test_what_a_workbook_cannot_hold_is_told() -> None:
    with pytest.raises(TermUnwritable, match=r"a text of 40,000 letters .*; choose csv"):
        ANSWERS.encode(Answer(("a",), (("b" * 40_000,),)), "xlsx")
    many: tuple[tuple[Cell, ...], ...] = ((1,),) * 1_048_576
    with pytest.raises(TermUnwritable, match="1,048,576 rows"):
        ANSWERS.encode(Answer(("a",), many), "xlsx")


def test_a_table_for_excel_is_asked_for_by_its_ending(article_folder: Path, tmp_path: Path) -> None:
    asked = ("query", "partners", "--lang", "ko", "--store", str(article_folder), "-o")
    assert called(*asked, str(tmp_path / "partners.xlsx")).code == 0
    assert called(*asked, str(tmp_path / "partners.csv")).code == 0
    rows = workbook((tmp_path / "partners.xlsx").read_bytes())[0].get_sheet_by_index(0).to_python()
    raw = (tmp_path / "partners.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf"), "by which Excel on Korean Windows knows UTF-8"
    lines = [*csv.reader(io.StringIO(raw.decode("utf-8-sig")))]
    assert len(rows) == len(lines) > 10
    assert "협력 대상" in rows[0]
    assert [row[2] for row in rows[1:]] == [line[2] for line in lines[1:]]
