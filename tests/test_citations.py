"""What a citation says, and that reference managers read it: pybtex, citeproc-py, RIS."""

from __future__ import annotations

import json
import re
import warnings
from pathlib import Path
from typing import Any

import invented
import pybtex.database
import pytest
from citeproc import Citation as Cited
from citeproc import CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
from citeproc.source.json import CiteProcJSON

import coopgraph
from coopgraph.compiler import build
from coopgraph.queries.citations import BIBLIOGRAPHY, citations, cite

STYLES = ["harvard-cite-them-right", str(Path(__file__).parent / "styles/numbered.csl")]
SOURCE = {
    "title_ko": "가상의 예산",
    "container_ko": "가상신문",
    "author": "홍길동; Li Si",
    "kind": "news",
    "publisher": "Example Press & Co",
    "issued": "2031-02-03",
    "accessed": "2031-05",
    "url": "https://example.org/a_b?c=%41",
}


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> coopgraph.KnowledgeGraph:
    content = invented.tables()
    content["sources"][0].update(SOURCE)
    folder = tmp_path_factory.mktemp("cited")
    build(invented.write(folder / "data", content), folder / "store")
    return coopgraph.open(folder / "store")


def written(graph: coopgraph.KnowledgeGraph, format: str, lang: str = "en") -> str:
    return cite(graph.query("amounts", lang=lang), graph.store, format)


@pytest.mark.parametrize("lang", ["en", "ko", "ja"])
def test_a_title_is_in_the_language_of_its_source(
    graph: coopgraph.KnowledgeGraph, lang: str
) -> None:
    found, *_ = citations(graph.query("amounts", lang=lang), graph.store)
    assert (found.title, found.lang, found.container) == ("가상의 예산", "ko", "가상신문")
    assert found.authors == ("홍길동", "Li Si")
    assert (found.issued, found.accessed) == ("2031-02-03", "2031-05")


def test_text_says_who_where_and_when_it_was_read(graph: coopgraph.KnowledgeGraph) -> None:
    line, place, *_ = written(graph, "text").splitlines()
    assert line == (
        "홍길동, Li Si (2031-02-03). 가상의 예산. 가상신문, Example Press & Co. "
        "https://example.org/a_b?c=%41 (accessed 2031-05)"
    )
    assert re.fullmatch(r"    row \d+: page 1 \(unverified\)", place)


def test_pybtex_reads_biblatex_back(graph: coopgraph.KnowledgeGraph) -> None:
    entries = pybtex.database.parse_string(written(graph, "bibtex"), "bibtex").entries
    entry = entries["first-source"]
    assert entry.type == "article"
    assert [str(person).strip("{}") for person in entry.persons["author"]] == ["홍길동", "Li Si"]
    fields = {name: entry.fields[name].strip("{}") for name in entry.fields}
    assert fields.pop("note").startswith("row 1: page 1")
    assert fields == {
        "title": "가상의 예산",
        "journaltitle": "가상신문",
        "date": "2031-02-03",
        "urldate": "2031-05",
        "language": "ko",
        "url": SOURCE["url"],
    }


@pytest.mark.parametrize("style", STYLES, ids=["harvard", "numbered"])
def test_citeproc_renders_csl(graph: coopgraph.KnowledgeGraph, style: str) -> None:
    items: list[dict[str, Any]] = json.loads(written(graph, "csl"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # citeproc-py warns of fields that it leaves out
        bibliography = CitationStylesBibliography(
            CitationStylesStyle(style, validate=False), CiteProcJSON(items), formatter.plain
        )
        for item in items:
            bibliography.register(Cited([CitationItem(item["id"])]))
        rendered = [str(entry) for entry in bibliography.bibliography()]
    told = next(entry for entry in rendered if "가상의 예산" in entry)
    assert all(part in told for part in ("홍길동", "Li Si", "가상신문", "2031"))
    assert len(rendered) == len(items)


def test_ris_holds_one_field_a_line(graph: coopgraph.KnowledgeGraph) -> None:
    text = written(graph, "ris")
    assert text.endswith("ER  - \r\n")
    record, *_ = text.split("ER  - \r\n")
    fields = [line.split("  - ", 1) for line in record.split("\r\n") if line]
    assert fields[0] == ["TY", "NEWS"]
    assert [value for tag, value in fields if tag == "AU"] == ["홍길동", "Li Si"]
    told = dict(fields)
    assert (told["TI"], told["T2"], told["LA"]) == ("가상의 예산", "가상신문", "ko")
    assert (told["DA"], told["Y2"], told["UR"]) == ("2031/02/03", "2031/05", SOURCE["url"])


def test_no_cell_begins_a_line_of_ris(graph: coopgraph.KnowledgeGraph) -> None:
    found, *_ = citations(graph.query("amounts"), graph.store)
    text = str(BIBLIOGRAPHY.write([found.__class__("k", "urn:k", "a\r\nTY  - BOOK\nb")], "ris"))
    assert [line[:2] for line in text.splitlines()] == ["TY", "ID", "TI", "UR", "ER"]
