"""What leaves is well-formed: any text is read back by another parser, or refused by name; and
harmless: no cell of a CSV file for people is a formula."""

from __future__ import annotations

import csv
import io
import json
import re
import tempfile
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from itertools import accumulate
from pathlib import Path
from typing import cast
from xml.etree import ElementTree

import html5rdf
import networkx as nx
import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import example, given, settings
from hypothesis import strategies as st
from network_stores import hostile_network

from coopgraph.brief.model import BRIEFS, Brief, Reference, Section, Statement
from coopgraph.errors import TermUnwritable
from coopgraph.formats import DATASET, RDF_XML, SOLUTIONS, SPARQL_XML, TRIPLES, Format
from coopgraph.formats.csv import BYTE_ORDER_MARK, harmless, restored
from coopgraph.formats.serialization import serialize_solutions, serialize_triples
from coopgraph.network import NETWORKS, Network
from coopgraph.queries import Answer, Entity
from coopgraph.queries.answer import ANSWERS
from coopgraph.queries.citations import BIBLIOGRAPHY, Citation
from coopgraph.queries.question import pair
from coopgraph.tables.codes import read_codes
from coopgraph.tables.row import Rows
from coopgraph.tables.rows import read_beside
from coopgraph.view import view
from coopgraph.view.charts.figure import blank, svg_of

MARKS = "<>&'\"]=+-@\t\r\n;,|{}\\%$#* ２＝－。가é\u2028\ufeff\ufffd\U0001f600"
CONTROLS = "".join(map(chr, [*range(0x20), *range(0x7F, 0xA0), 0xFFFE, 0xFFFF]))
TEXT = st.text(st.sampled_from(MARKS + CONTROLS + "ab1"), min_size=1, max_size=8)
#: Mostly without what XML cannot hold, so that both ways are met.
SOME = st.one_of(TEXT, st.text(st.sampled_from(MARKS + "ab1\x7f\x85"), min_size=1, max_size=8))
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
S, P = ox.NamedNode("http://example.org/s"), ox.NamedNode("http://example.org/p")
SELECT = "SELECT ?o { ?s ?p ?o }"
few = settings(max_examples=60, deadline=None)


def expat(data: bytes, tag: str) -> str:
    (found,) = [e for e in ElementTree.fromstring(data).iter() if e.tag.endswith(tag)]
    return found.text or ""


def rdflib_text(data: bytes, format: str) -> str:
    (found,) = rdflib.Graph().parse(data=data.decode(), format=format).objects()
    return str(found)


SOLUTION_READERS: dict[str, Callable[[bytes], str]] = {
    "json": lambda data: json.loads(data)["results"]["bindings"][0]["o"]["value"],
    "xml": lambda data: expat(data, "literal"),
    "csv": lambda data: list(csv.reader(io.StringIO(data.decode(), newline="")))[1][0],
    "tsv": lambda data: rdflib_text(b"<urn:s> <urn:p> %s ." % data.split(b"\n")[1], "turtle"),
}


def solutions(result: ox.QuerySolutions, format: Format) -> bytes:
    serialize_solutions(result, format, output := io.BytesIO())
    return output.getvalue()


def triples(found: list[ox.Triple], format: Format) -> bytes:
    serialize_triples(found, format, output := io.BytesIO())
    return output.getvalue()


def of(text: str) -> list[ox.Triple]:
    return [ox.Triple(S, P, ox.Literal(text))]


@few
@given(SOME)
@example("\r\n")
def test_solutions_are_read_back_or_refused(text: str) -> None:
    store = ox.Store()
    store.extend([ox.Quad(S, P, ox.Literal(text))])
    for format in SOLUTIONS:
        result = store.query(SELECT)
        assert isinstance(result, ox.QuerySolutions)
        if format.name == "xml" and NOT_XML.search(text):
            with pytest.raises(TermUnwritable, match=r"^XML cannot hold '?.*; choose json "):
                solutions(result, format)
        else:
            data = solutions(result, format)
            assert SOLUTION_READERS[format.name](data) == text


@few
@given(SOME)
@example("\r\n")
def test_triples_are_read_back_or_refused(text: str) -> None:
    readers = {"ttl": "turtle", "nt": "nt", "nq": "nt", "trig": "turtle"}
    for format in {*TRIPLES, *DATASET}:
        data = triples(of(text), format)
        if format.name == "jsonld":
            assert json.loads(data)[0][P.value] == [{"@value": text}]
        else:
            assert rdflib_text(data, readers[format.name]) == text
    if NOT_XML.search(text):
        with pytest.raises(TermUnwritable, match=r"^RDF/XML cannot hold .*; choose ttl "):
            triples(of(text), RDF_XML)
    else:
        data = triples(of(text), RDF_XML)
        assert expat(data, "}p") == text
        assert rdflib_text(data, "xml") == text


def test_texts_are_found_wherever_the_engine_writes_them() -> None:
    store = ox.Store()
    for size in range(8_160, 8_200):  # it writes in blocks
        harmless_one = f'{"a" * size}<oxprefix: rdf:version="1.2\ufffd\r' + "b" * 20_000
        assert expat(triples(of(harmless_one), RDF_XML), "}p") == harmless_one
        for mark in ("\ufffe", "\x01"):
            with pytest.raises(TermUnwritable, match=r"'a+.*; choose"):
                triples(of("a" * size + mark + "b" * 20_000), RDF_XML)
            store.clear()
            store.extend([ox.Quad(S, P, ox.Literal("a" * size + mark + "b" * 20_000))])
            with pytest.raises(TermUnwritable, match=r"'a+.*; choose"):
                solutions(cast("ox.QuerySolutions", store.query(SELECT)), SPARQL_XML)
        numbered = ox.Triple(S, ox.NamedNode(f"http://example.org/{'a' * size}/1"), S)
        with pytest.raises(TermUnwritable, match="a property whose IRI does not end in a name"):
            triples([*of("a" * size), numbered], RDF_XML)


@few
@given(SOME)
@example("\r\n")
def test_networks_are_read_back_or_refused(text: str) -> None:
    shown = hostile_network()
    network = replace(
        shown,
        titles=pair(text),
        nodes=tuple(replace(n, texts=pair("", text)) for n in shown.nodes),
    )
    readers: dict[str, Callable[[bytes], nx.Graph[str]]] = {
        "graphml": lambda data: nx.read_graphml(io.BytesIO(data), force_multigraph=True),
        "gexf": lambda data: nx.read_gexf(io.BytesIO(data)),
        "json": lambda data: nx.node_link_graph(json.loads(data), edges="edges"),
    }
    for format, read in readers.items():
        if format != "json" and NOT_XML.search(text):
            with pytest.raises(TermUnwritable, match=r"cannot hold .*; choose json \("):
                NETWORKS.encode(network, format)
            continue
        back = read(NETWORKS.encode(network, format))
        assert {back.nodes[node.iri]["label_ko"] for node in network.nodes} == {text}
    rows = list(
        csv.DictReader(io.StringIO(NETWORKS.encode(network, "csv", lang="ko").decode(), newline=""))
    )
    assert {restored(row["source"]) for row in rows} == {text}


def test_a_network_without_edges_is_a_header() -> None:
    empty = Network("n", pair("nothing"), (), ())
    header = "source,target,kind,weight,source_iri,target_iri,kind_iri"
    assert NETWORKS.encode(empty, "csv").decode().strip() == header


def answer_of(*texts: str) -> Answer:
    return Answer(("a", "b"), tuple((text, Entity(text, "urn:x")) for text in texts), ("b",))


@given(st.lists(TEXT, min_size=1, max_size=4))
def test_answers_are_read_back(texts: list[str]) -> None:
    answer = answer_of(*texts)
    rows = list(csv.reader(io.StringIO(ANSWERS.write(answer, "csv"), newline="")))
    assert [[restored(cell) for cell in row] for row in rows[1:]] == [
        [text, text, "urn:x"] for text in texts
    ]
    assert [row["a"] for row in json.loads(ANSWERS.write(answer, "json"))] == texts
    lines = ANSWERS.write(answer, "tsv").split("\n")
    assert [line.split("\t")[0] for line in lines[1:-1]] == [
        harmless(" ".join(text.split())) for text in texts
    ]
    assert_html(f"<!DOCTYPE html><title>a</title>{ANSWERS.write(answer, 'html')}")
    for name in ("html", "table"):
        assert not re.search(
            f"[{re.escape(CONTROLS)}]", ANSWERS.write(answer, name).replace("\n", "")
        )


def assert_html(page: str) -> None:
    """An HTML5 parser finds no control character, and nothing else that is wrong."""
    parser = html5rdf.HTMLParser()
    parser.parse(page)
    assert not parser.errors, parser.errors[:3]


def brief_of(text: str) -> Brief:
    said = (Statement(text, (1,)), Statement(text, (1,), cells=(text,)))
    sections = (Section("planned", text, said, (text, text)),)
    references = (Reference(1, text, text, f"https://example.org/{text}", (text,)),)
    return Brief(Entity(text, "urn:x"), "country", "en", said, sections, references, text, text)


def test_what_people_read_shows_a_dot_for_a_control_character() -> None:
    kept = "".join(c for c in CONTROLS if c not in "\t\n\r")
    brief = brief_of(f"a{kept}b")
    assert_html(BRIEFS.write(brief, "html"))
    assert f"a{'·' * len(kept)}b" in BRIEFS.write(brief, "html")
    for data in (BRIEFS.write(brief, "markdown"), BIBLIOGRAPHY.write([citation(kept)], "text")):
        assert not set(data) & set(kept)
        assert "·" in data
    ElementTree.fromstring(svg_of([blank(CONTROLS)]))
    assert "<b>" not in BRIEFS.write(brief_of("<b>"), "markdown").replace(r"\<", "")


def citation(text: str) -> Citation:
    return Citation(
        "a,", "urn:a", text, "", text, (text,), text, "2024", "2025-06", text, places=((1, text),)
    )


@few
@given(SOME)
def test_citations_are_read_back_or_refused(text: str) -> None:
    (item,) = json.loads(BIBLIOGRAPHY.write([citation(text)], "csl-json"))
    assert (item["title"], item["author"], item["number"]) == (text, [{"literal": text}], text)
    if set(text) & set(CONTROLS) - set("\t\n\r"):
        with pytest.raises(TermUnwritable, match=r"^BibLaTeX cannot hold .*; choose csl-json "):
            BIBLIOGRAPHY.write([citation(text)], "biblatex")
    else:
        entry = BIBLIOGRAPHY.write([citation(text)], "biblatex")
        depths = [*accumulate((c == "{") - (c == "}") for c in entry.strip())]
        assert min(depths[entry.index("{") : -1]) > 0 == depths[-1]  # as BibTeX counts them
        assert entry.startswith("@online{a-,")


def test_a_network_page_of_any_text_is_well_formed() -> None:
    shown = hostile_network()
    nodes = tuple(replace(node, texts=pair(f"a{CONTROLS}")) for node in shown.nodes)
    page = view(replace(shown, titles=pair(f"a{CONTROLS}"), nodes=nodes)).html
    raw = page.split('id="data">')[1].split("</script>")[0]
    data = json.loads(raw)
    assert {node["name"][0] for node in data["nodes"]} == {f"a{CONTROLS}"}
    scripts = re.compile(r"<script>.*?</script>", re.DOTALL)  # vis-network is as it is published
    assert_html(scripts.sub("", page))


# --- CSV for people -----------------------------------------------------------------------


@pytest.mark.parametrize("begin", [*"=+-@\t\r\n＝＋－＠", "'=", "''@"])
def test_what_a_spreadsheet_would_run_is_text(begin: str) -> None:
    text = f"{begin}HYPERLINK(1)"
    assert harmless(text) == f"'{text}"
    assert restored(harmless(text)) == text
    for name in ("csv", "tsv"):
        answer = Answer(("a",), ((text,), (Entity(text, "urn:x"),)), ())
        read = csv.reader(
            io.StringIO(ANSWERS.write(answer, name), newline=""),
            delimiter="," if name == "csv" else "\t",
        )
        cells = [row[0] for row in read][1:]
        assert len(cells) == 2
        assert not any(cell.startswith(tuple("=+-@\t\r\n＝＋－＠")) for cell in cells)


@pytest.mark.parametrize(
    "text",
    ["-16.7", "−16.7", "+5", "-1,234.5", "-.5", "-1e-9", "-3%", "-", "－", "–", "-0044-03-15",
     "2024-03-15", "'s-Hertogenbosch", "’24", "'", "", "a=b", "한국"],
)  # fmt: skip
def test_numbers_dates_and_dashes_stay_as_they_are(text: str) -> None:
    assert harmless(text) == restored(text) == text


@given(TEXT)
@example("'-16.7")
@example("''")
def test_any_text_comes_back_from_a_cell(text: str) -> None:
    assert restored(harmless(text)) == text


#: What a table may hold: no control character, no markup.
LETTERS = [*sorted(set(MARKS) - set("<\t\r\n")), "a", "1"]
HELD = st.text(st.sampled_from(LETTERS), min_size=1).filter(str.strip)


@few
@given(st.lists(st.tuples(HELD, HELD), min_size=1, max_size=4))
def test_a_table_reads_back_what_csv_holds(labels: list[tuple[str, str]]) -> None:
    columns = ("key", "label_ko", "label_en", "kind")
    rows = tuple((f"a-{i}", *pair, "website") for i, pair in enumerate(labels))
    for encode in (ANSWERS.encode, ANSWERS.encode_file):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "sources.csv")
            path.write_bytes(encode(Answer(columns, rows), "csv"))
            _, own = read_beside([path], read_codes(), Rows())
        for row, both in zip(own, labels, strict=True):
            read = (row.one("label_ko"), row.one("label_en"))
            assert read == tuple(unicodedata.normalize("NFC", text).strip() for text in both)


def test_a_csv_file_begins_with_a_byte_order_mark() -> None:
    answer = Answer(("a",), (("1",),), ())
    assert ANSWERS.encode_file(answer, "csv") == BYTE_ORDER_MARK + ANSWERS.encode(answer, "csv")
    for name in ("tsv", "json"):
        assert ANSWERS.encode_file(answer, name) == ANSWERS.encode(answer, name)
