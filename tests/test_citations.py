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
from coopgraph.errors import UnknownFormat
from coopgraph.queries.citations import BIBLIOGRAPHY, Citation, citations, cite

#: Titles that mean something to LaTeX, BibTeX, RIS, markup, spreadsheets or terminals.
HOSTILE = [
    'R&D {100%} \\textbf{x} $a_b^c$ # ~ "q"',
    "}, url = {http://example.org",
    "@article{x, title={y}}",
    "a\r\nTY  - BOOK\r\nER  - \r\nb",
    "<script>alert(1)</script><i>x</i>",
    "\u202egnirts\u202c \N{WOMAN}\u200d\N{MICROSCOPE} \u03a9 e\u0301",
    "=cmd|' /C calc'!A0",
    "\\",
    "{",
    "A: B, C and D; E % f",
]
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
    entries = pybtex.database.parse_string(written(graph, "biblatex"), "bibtex").entries
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


def rendered_in(style: str, items: list[dict[str, Any]]) -> list[str]:
    """The bibliography that citeproc-py makes of items."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # citeproc-py warns of fields that it leaves out
        bibliography = CitationStylesBibliography(
            CitationStylesStyle(style, validate=False), CiteProcJSON(items), formatter.plain
        )
        for item in items:
            bibliography.register(Cited([CitationItem(item["id"])]))
        return [str(entry) for entry in bibliography.bibliography()]


@pytest.mark.parametrize("style", STYLES, ids=["harvard", "numbered"])
def test_citeproc_renders_csl(graph: coopgraph.KnowledgeGraph, style: str) -> None:
    items: list[dict[str, Any]] = json.loads(written(graph, "csl-json"))
    rendered = rendered_in(style, items)
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


def titled(title: str) -> Citation:
    places = ((1, title),)
    return Citation("k", "urn:k", title, "en", title, (title,), issued="2031", places=places)


@pytest.mark.parametrize("title", HOSTILE)
def test_pybtex_reads_a_hostile_title_back(title: str) -> None:
    text = BIBLIOGRAPHY.write([titled(title)], "biblatex")
    entries = pybtex.database.parse_string(text, "bibtex").entries
    assert [*entries] == ["k"]
    told = entries["k"].fields["title"].removeprefix("{").removesuffix("}")
    for letter, latex in {"{": "braceleft", "}": "braceright", "^": "asciicircum"}.items():
        told = told.replace(f"\\text{latex}{{}}", letter)
    told = re.sub(r"\\([&%$#_])", r"\1", told.replace("\\textasciitilde{}", "~"))
    assert told.replace("\\textbackslash{}", "\\") == " ".join(title.split())


@pytest.mark.parametrize("title", HOSTILE)
@pytest.mark.parametrize("style", STYLES, ids=["harvard", "numbered"])
def test_citeproc_renders_a_hostile_title_as_it_is(style: str, title: str) -> None:
    items = json.loads(BIBLIOGRAPHY.write([titled(title)], "csl-json"))
    assert (items[0]["title"], items[0]["issued"]) == (title, {"date-parts": [[2031]]})
    (told,) = rendered_in(style, items)
    assert title in told


@pytest.mark.parametrize("title", HOSTILE)
def test_a_hostile_title_is_one_field_of_ris(title: str) -> None:
    lines = BIBLIOGRAPHY.write([titled(title)], "ris").split("\r\n")
    assert [line[:6] for line in lines if line] == [
        f"{tag}  - " for tag in ("TY", "ID", "AU", "TI", "T2", "PY", "DA", "LA", "UR", "N1", "ER")
    ]
    assert f"TI  - {' '.join(title.split())}" in lines


def test_names_of_version_0_1_still_write() -> None:
    for old, new in (("bibtex", "biblatex"), ("csl", "csl-json")):
        assert BIBLIOGRAPHY.write([titled("a")], old) == BIBLIOGRAPHY.write([titled("a")], new)
    assert BIBLIOGRAPHY.names == ("text", "biblatex", "csl-json", "ris")
    with pytest.raises(UnknownFormat, match="did you mean biblatex"):
        BIBLIOGRAPHY.write([], "biblatx")


def test_a_date_that_is_none_is_kept_in_words() -> None:
    (item,) = json.loads(
        BIBLIOGRAPHY.write([Citation("k", "urn:k", "a", issued="n.d.")], "csl-json")
    )
    assert item["issued"] == {"literal": "n.d."}


TITLED = """SELECT ?source { ?source a coop:Source ; dcterms:title ?title }
GROUP BY ?source HAVING(COUNT(?title) = 1)"""


@pytest.mark.parametrize("style", STYLES, ids=["harvard", "numbered"])
def test_pages_that_ship_say_when_they_were_read_and_no_language_of_a_label(
    store_folder: Path, style: str
) -> None:
    """Most of their titles are not at hand: the label stands for one, and is ours."""
    with coopgraph.open(store_folder) as kg:
        asked = kg.query("agreements", plan="all")
        found = citations(asked, kg.store)
        entries = pybtex.database.parse_string(cite(asked, kg.store, "biblatex"), "bibtex").entries
        items = json.loads(cite(asked, kg.store, "csl-json"))
        with_title = {row[0].value for row in kg.store.select(TITLED)}
    assert len(entries) == len(items) == len(found) > 60
    assert all(entry.fields["urldate"].startswith("2026-11") for entry in entries.values())
    assert {bool(each.lang) for each in found if each.iri in with_title} == {True}
    labelled = [each for each in found if each.iri not in with_title]
    assert len(labelled) > 30
    assert not [each.key for each in labelled if each.lang]
    assert not [each.key for each in labelled if "language" in entries[each.key].fields]
    assert len(rendered_in(style, items)) == len(items)
