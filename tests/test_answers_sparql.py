"""SPARQL as users send it: every form, the W3C bytes, what is refused, and where it goes wrong."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pyoxigraph as ox
import pytest
from engines import engine

from coopgraph.api import KnowledgeGraph
from coopgraph.errors import QueryFailed, QuerySyntax, UnknownFormat, UsageError
from coopgraph.queries import load_question, raw
from coopgraph.queries.question import parse_question
from coopgraph.sparql.tokens import calls_service, tokens
from coopgraph.store import Store
from coopgraph.vocabulary import PREFIXES

SELECT = (  # texts in two languages have no order of their own
    "SELECT ?t ?l ?n { ?t a coop:Technology ; skos:prefLabel ?l BIND(1.50 AS ?n) } "
    "ORDER BY ?t STR(?l) LANG(?l)"
)
CONSTRUCT = "CONSTRUCT { ?t skos:prefLabel ?l } { ?t a coop:Technology ; skos:prefLabel ?l }"
SOLUTION_FORMATS = {
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
}
GRAPH_FORMATS = {
    "ttl": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "jsonld": ox.RdfFormat.JSON_LD,
}


@pytest.fixture(scope="module")
def kg(store_folder: Path) -> Iterator[KnowledgeGraph]:
    opened = KnowledgeGraph(Store.open(store_folder))
    yield opened
    opened.close()


def bytes_of_engine(kg: KnowledgeGraph, text: str, format_: str) -> bytes:
    """What the engine writes when it is asked with nothing of ours in between."""
    result = engine(kg).query(text, prefixes=PREFIXES, use_default_graph_as_union=True)
    if isinstance(result, ox.QueryTriples):
        return result.serialize(format=GRAPH_FORMATS[format_]) or b""
    return result.serialize(format=SOLUTION_FORMATS[format_]) or b""


@pytest.mark.parametrize("format_", SOLUTION_FORMATS)
@pytest.mark.parametrize("text", [SELECT, "SELECT ?a { ?a a coop:Nothing }"])
def test_raw_solutions_are_those_of_the_engine(kg: KnowledgeGraph, text: str, format_: str) -> None:
    got = raw(kg.store, parse_question("q", text), {}, format_)
    assert got == bytes_of_engine(kg, text, format_)
    assert got


@pytest.mark.parametrize("format_", ["json", "xml", "csv", "tsv"])
def test_raw_truth_is_that_of_the_engine(kg: KnowledgeGraph, format_: str) -> None:
    text = "ASK { ?s a coop:Technology }"
    got = raw(kg.store, parse_question("q", text), {}, format_)
    assert got == bytes_of_engine(kg, text, format_)
    assert b"true" in got


@pytest.mark.parametrize("format_", GRAPH_FORMATS)
@pytest.mark.parametrize(
    "text", [CONSTRUCT, "DESCRIBE <https://w3id.org/coopgraph/id/technology/quantum>"]
)
def test_raw_triples_are_those_of_the_engine(kg: KnowledgeGraph, text: str, format_: str) -> None:
    got = raw(kg.store, parse_question("q", text), {}, format_)
    whole = bytes_of_engine(kg, text, format_)
    if format_ == "nt":  # the order of triples is the engine's own affair
        assert sorted(got.splitlines()) == sorted(whole.splitlines())
    else:
        assert len(got) == len(whole)
    assert "양자".encode() in got


def test_raw_has_a_first_choice(kg: KnowledgeGraph) -> None:
    question = load_question("partners")
    assert raw(kg.store, question, {}, "") == raw(kg.store, question, {}, "json")
    assert json.loads(raw(kg.store, question, {}, ""))["head"]["vars"][0] == "technology"
    construct = parse_question("q", CONSTRUCT + " ORDER BY ?t ?l")
    assert raw(kg.store, construct, {}, "") == raw(kg.store, construct, {}, "ttl")


@pytest.mark.parametrize(
    ("text", "format_", "known"),
    [(SELECT, "ttl", "csv, json, tsv, xml"), (CONSTRUCT, "csv", "jsonld, nt, ttl")],
)
def test_raw_knows_what_goes_with_what(
    kg: KnowledgeGraph, text: str, format_: str, known: str
) -> None:
    with pytest.raises(UnknownFormat, match=f"'{format_}'; known: {known}"):
        raw(kg.store, parse_question("q", text), {}, format_)


def test_every_form_of_query_is_a_table(kg: KnowledgeGraph) -> None:
    assert kg.query("ASK { ?s a coop:Technology }").rows == ((True,),)
    assert kg.query("ASK { ?s a coop:Nothing }").rows == ((False,),)
    triples = kg.query(CONSTRUCT, lang="ko")
    assert triples.columns == ("subject", "predicate", "object")
    assert triples.header()[3:] == ("subject_iri", "predicate_iri", "object_iri")
    assert "양자" in triples.column("subject")
    assert kg.query("SELECT * {}").rows == ((),)
    assert kg.query("SELECT (1/0 AS ?x) {}").rows == ((None,),)


def test_the_language_of_labels_is_one_of_two(kg: KnowledgeGraph) -> None:
    assert kg.query("stances", lang="ko").columns == kg.query("stances").columns
    with pytest.raises(UsageError, match="unknown language 'fr'; known: en, ja, ko"):
        kg.query("stances", lang="fr")


@pytest.mark.parametrize(
    ("text", "line", "column", "says"),
    [
        ("SELECT ?x WHRE { ?x a ?y }", 1, 11, "“WHRE { ?x a ?y }”; did you mean WHERE?"),
        ("SELCT * {}", 1, 1, "did you mean SELECT?"),
        ("한국어", 1, 1, "expected ASK, BASE, CONSTRUCT, DESCRIBE, PREFIX, SELECT"),
        ("SELECT * {\n  ?s ?p }", 2, 9, "“}”; expected a variable, a literal"),
        ('SELECT * {\n  ?s ?p "한국" ;\n  ?q }', 3, 6, "“}”; expected a variable"),
        ("# note\n\nSELECT ?x {", 3, 12, "at its end; expected a variable"),
        ("SELECT * { ?s ?p ?o } LIMIT x", 1, 29, "“x”; expected a number"),
        ("SELECT * { ?s ?p ?o . }}", 1, 24, "“}”; expected GROUP, HAVING, LIMIT"),
        ('SELECT * { ?s ?p """a\nb""" , }', 2, 8, "“}”"),
        ("SELECT * { ?s a nope:X }", 1, 17, "prefix 'nope' is not declared; write PREFIX nope:"),
        ("SELECT * { ?s sckos:x 1 }", 1, 15, "prefix 'sckos' is not declared; did you mean skos?"),
        ("SELECT * { ?s a <a b> }", 1, 21, "the IRI cannot be read; write it absolute"),
        ("SELECT ?x ?x { ?x ?y ?z }", 1, 26, "a variable is selected twice"),
        ("SELECT ?s (COUNT(*) AS ?n) { ?s ?p ?o }", 1, 40, "name it in GROUP BY"),
        ("SELECT * { ?s ?p ?o } GROUP BY ?s", 1, 34, "SELECT * does not go with GROUP BY"),
        ("DESCRIBE id:country/kr", 1, 20, "“/kr”"),
        ("SELECT * { ?s ?p 'open }", 1, 18, "a string is not closed; close it with '"),
    ],
)
def test_a_syntax_error_names_line_column_and_what_was_expected(
    kg: KnowledgeGraph, text: str, line: int, column: int, says: str
) -> None:
    with pytest.raises(QuerySyntax) as raised:
        kg.query(f"{text} ")
    said = str(raised.value)
    assert said.startswith(f"query, line {line}, column {column}: "), said
    assert says in said
    assert "\n" not in said
    assert "[" not in said.replace(text, ""), "the engine's own notation"
    assert raised.value.exit_code == 2


@pytest.mark.parametrize("text", ["", "  \n", "# only a comment\n"])
def test_an_empty_query_is_said_to_be_empty(kg: KnowledgeGraph, text: str) -> None:
    with pytest.raises(QuerySyntax, match="the query is empty; write SELECT, ASK"):
        kg.query(text)


@pytest.mark.parametrize(
    "text",
    [
        "INSERT DATA { <a:b> <a:c> <a:d> }",
        "# note\nPREFIX a: <b:>\nBASE <c:>\ndelete where { ?s ?p ?o }",
        "LOAD <https://example.org/x>",
        "CLEAR ALL",
        "WITH <a:b> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
    ],
)
def test_an_update_is_refused_in_plain_words(kg: KnowledgeGraph, text: str) -> None:
    before = len(engine(kg))
    with pytest.raises(QuerySyntax, match=r"an update \((INSERT|DELETE|LOAD|CLEAR|WITH)\) is refu"):
        kg.query(text)
    assert len(engine(kg)) == before


CALLS = [
    "ASK { SERVICE <@> { ?s ?p ?o } }",
    "ask { {} service <@> { ?s ?p ?o } }",
    "ASK { SERVICE # a comment\n <@> { ?s ?p ?o } }",
    "ASK { VALUES ?x { 1 }SERVICE<@>{ ?s ?p ?o } }",
    # the engine needs no blank after or before the keyword
    "ASK { SERVICE<@>{ ?s ?p ?o } }",
    "PREFIX x: <@> ASK { SERVICEx:{ ?s ?p ?o } }",
    "ASK { {}OPTIONAL{}SERVICE<@>{ ?s ?p ?o } }",
    # texts that a careless reader takes for a string, a comment or an IRI
    r'ASK { VALUES ?x { "a\u0022 } } #" } SERVICE <@> { ?s ?p ?o } }',
    'ASK { VALUES (?a ?b) { (2 1) } FILTER(?b<?a#>"""\n) SERVICE <@> { ?s ?p ?o } } #"""',
    "ASK { FILTER(1<2)SERVICE#>\n<@>{ ?s ?p ?o } }",
    "PREFIX x: <a:> ASK { VALUES ?y { x:a\\#b } SERVICE <@> { ?s ?p ?o } }",
    'ASK { VALUES ?x { """ a" } SERVICE <@> { ?s ?p ?o } }',
]
HARMLESS = [
    'SELECT ("SERVICE" AS ?service) {} # SERVICE <http://a.example/>',
    "SELECT ('it''s no SERVICE' AS ?x) {}".replace("''", "\\'"),
    'ASK { ?s ?p """ SERVICE <http://a.example/> {} """@en-service }',
    "ASK { ?s <http://a.example/SERVICE#SERVICE> <urn:SERVICE> }",
    "SELECT ?SERVICE $service { ?SERVICE schema:Service _:service }",
]


@pytest.fixture
def listener() -> Iterator[tuple[str, list[str]]]:
    """An endpoint of our own, and the requests that reached it."""
    seen: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            seen.append(self.path)
            self.send_error(404)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/", seen
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("text", CALLS)
def test_service_is_refused_however_it_is_written(
    text: str, listener: tuple[str, list[str]]
) -> None:
    address, seen = listener
    store = Store(ox.Store())
    with pytest.raises(QueryFailed, match="SERVICE is not allowed"):
        store.query(text.replace("@", address))
    assert seen == []
    with pytest.raises(OSError, match="404"):  # for this is what the engine would do
        bool(ox.Store().query(text.replace("@", address)))
    assert seen == ["/"]


@pytest.mark.parametrize("text", ["SELECT * { SERVICE <a:b> {} }", "ASK { SERVICESILENT<a:b>{} }"])
def test_service_is_refused_in_every_form(text: str) -> None:
    assert calls_service(text)


@pytest.mark.parametrize("text", HARMLESS)
def test_the_word_service_is_allowed_elsewhere(text: str) -> None:
    assert not calls_service(text)
    Store(ox.Store()).query(text)


@pytest.mark.parametrize("text", [*CALLS, *HARMLESS, SELECT, "\\", '"', "'''", "<", "@", "\0"])
def test_the_tokens_are_the_whole_text(text: str) -> None:
    assert "".join(token for _, _, token in tokens(text)) == text
