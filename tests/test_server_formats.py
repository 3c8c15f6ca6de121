"""/sparql as a client meets it: formats, and answers that are long."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pyoxigraph as ox
import pytest
from serving import (
    BROWSER,
    CONSTRUCT,
    DIRECT,
    FORM,
    SELECT,
    Server,
    query_target,
)

from coopgraph.formats import N_TRIPLES, RDF_XML
from coopgraph.formats.csv import BYTE_ORDER_MARK
from coopgraph.guard import Limits
from coopgraph.server.security import Settings

TRIPLE_TERM = "CONSTRUCT { <e:s> <e:p> <<( <e:a> <e:b> 1 )>> } {}"
CONTROL = '%s { BIND("a\\u0001b" AS ?c) }'

# --- formats -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("application/sparql-results+json", "application/sparql-results+json"),
        ("application/sparql-results+xml", "application/sparql-results+xml"),
        ("text/csv", "text/csv; charset=utf-8"),
        ("text/tab-separated-values", "text/tab-separated-values; charset=utf-8"),
        ("application/json", "application/json"),
        ("text/plain", "text/plain; charset=utf-8"),
        ("text/csv;q=0.5, application/sparql-results+xml;q=0.8", "application/sparql-results+xml"),
        ("text/turtle, */*;q=0.1", "application/sparql-results+json"),
    ],
)
def test_solutions_and_booleans_come_as_the_client_likes(
    server: Server, accept: str, media_type: str
) -> None:
    for text in (SELECT, "ASK {}"):
        answered = server.query(text, accept)
        assert (answered.status, answered.headers["content-type"]) == (200, media_type)
        assert not answered.body.startswith(BYTE_ORDER_MARK)
        if "csv" in media_type and text == SELECT:
            assert list(csv.reader(io.StringIO(answered.text))) == [["o"], ["a"], ["b"]]
        elif text == SELECT:
            assert "a" in answered.text
        else:
            assert "true" in answered.text


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("*/*", "text/turtle; charset=utf-8"),
        ("application/n-triples", "application/n-triples"),
        ("application/ld+json", "application/ld+json"),
        ("application/rdf+xml", "application/rdf+xml"),
        ("application/json", "application/json"),
        ("text/plain", "text/plain; charset=utf-8"),
        ("text/csv, text/turtle;q=0.1", "text/turtle; charset=utf-8"),
    ],
)
def test_triples_come_as_the_client_likes(server: Server, accept: str, media_type: str) -> None:
    for text in (CONSTRUCT, "DESCRIBE <http://e/1>"):
        answered = server.query(text, accept)
        assert (answered.status, answered.headers["content-type"]) == (200, media_type)
        name = media_type.partition(";")[0].replace("json", "ld+json").replace("ld+ld+", "ld+")
        name = N_TRIPLES.media_type if name == "text/plain" else name
        found = ox.parse(answered.body, format=ox.RdfFormat.from_media_type(name))
        assert {str(quad.object) for quad in found} == {'"a"', '"b"'}


@pytest.mark.parametrize(
    ("text", "accept"),
    [
        (SELECT, "image/png"),
        (SELECT, "text/turtle"),
        (CONSTRUCT, "text/csv"),
        ("ASK {}", "application/sparql-results+json;q=0"),
        (SELECT, "nonsense"),
    ],
)
def test_what_no_format_suits_is_not_acceptable(server: Server, text: str, accept: str) -> None:
    answered = server.query(text, accept)
    assert answered.status == 406
    assert "ask for " in answered.text


def test_rdf_xml_is_not_given_where_it_cannot_say_it(server: Server) -> None:
    text = "CONSTRUCT { <http://e/s> <http://e/1/> 1 } {}"
    assert server.query(text, RDF_XML.media_type).status == 406
    assert server.query(text, "text/turtle").status == 200


@pytest.mark.parametrize(
    ("text", "accept", "told", "able"),
    [
        (TRIPLE_TERM, "application/ld+json", "JSON-LD cannot hold a triple term", "text/turtle"),
        (TRIPLE_TERM, RDF_XML.media_type, "RDF/XML cannot hold a triple t", N_TRIPLES.media_type),
        (CONTROL % "CONSTRUCT { <e:s> <e:p> ?c }", RDF_XML.media_type,
         r"RDF/XML cannot hold 'a\x01b'", "application/ld+json"),
        (CONTROL % "SELECT *", "application/sparql-results+xml",
         r"XML cannot hold 'a\x01b'", "text/csv"),
    ],
)  # fmt: skip
def test_what_a_format_cannot_hold_is_not_acceptable(
    server: Server, text: str, accept: str, told: str, able: str
) -> None:
    answered = server.query(text, accept)
    assert answered.status == 406
    assert answered.text.startswith(told)
    assert answered.text.count("\n") == 1
    assert server.query(text, able).status == 200


# --- what the address names --------------------------------------------------------------

SOLUTION_TYPES = {
    "json": "application/sparql-results+json",
    "xml": "application/sparql-results+xml",
    "csv": "text/csv; charset=utf-8",
    "TSV": "text/tab-separated-values; charset=utf-8",
    "application/sparql-results+xml": "application/sparql-results+xml",
    "application/json": "application/json",
    "text/csv; charset=utf-8": "text/csv; charset=utf-8",
}
TRIPLE_TYPES = {
    "json": "application/ld+json",
    "jsonld": "application/ld+json",
    "xml": "application/rdf+xml",
    "rdfxml": "application/rdf+xml",
    "turtle": "text/turtle; charset=utf-8",
    "ttl": "text/turtle; charset=utf-8",
    "ntriples": "application/n-triples",
    "nt": "application/n-triples",
    "application/n-triples": "application/n-triples",
}


@pytest.mark.parametrize("accept", ["image/png", "text/html", "text/csv, */*;q=0.1"])
def test_the_format_of_the_address_counts_before_the_header(server: Server, accept: str) -> None:
    for text, types in ((SELECT, SOLUTION_TYPES), (CONSTRUCT, TRIPLE_TYPES)):
        for value, media_type in types.items():
            for field in ("format", "output", "results"):
                answered = server.query(text, accept, **{field: value})
                assert (answered.status, answered.headers["content-type"]) == (200, media_type)
    both = server.query(SELECT, accept, format="csv", output="csv", results="text/csv")
    assert both.headers["content-type"] == "text/csv; charset=utf-8"  # as SPARQLWrapper asks
    unescaped = server.ask("/sparql?query=ASK{}&format=application/sparql-results+xml")
    assert unescaped.headers["content-type"] == "application/sparql-results+xml"
    form = [("content-type", FORM), ("accept", accept)]
    posted = server.ask("/sparql", method="POST", headers=form, body=b"query=ASK{}&format=tsv")
    assert posted.text == "true"
    direct = [("content-type", DIRECT), ("accept", accept)]
    sent = server.ask("/sparql?output=xml", method="POST", headers=direct, body=b"ASK {}")
    assert sent.headers["content-type"] == "application/sparql-results+xml"


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("format=html", "'html' is no format that is offered here; known: json, xml, csv, tsv,"),
        ("output=text", "'text' is no output that is offered here; known: json, xml, csv, tsv,"),
        ("format=", "'' is no format that is offered here; known: json,"),
        ("format=csv&output=json", "two formats: format=csv and output=json; name one"),
        ("format=csv&format=tsv", "two formats: format=csv and format=tsv; name one"),
        ("format=turtle", "no answer in the format that the address names; ask for application/"),
        ("limit=5", "there is no parameter 'limit'; known: query, default-graph-uri, named-"),
        ("Format=csv", "there is no parameter 'Format'; known: query, default-graph-uri, named-"),
        ("timeout=0", "'0' is no timeout that is given here; write seconds, above 0 and at most"),
        ("timeout=30000", "'30000' is no timeout that is given here; write seconds, above 0 and"),
        ("timeout=1s", "'1s' is no timeout that is given here; write seconds, above 0 and at"),
        ("timeout=nan", "'nan' is no timeout that is given here"),
        ("timeout=1&timeout=2", "timeout is given 2 times"),
    ],
)
def test_what_an_address_says_in_vain_is_refused(server: Server, target: str, said: str) -> None:
    form, both = [("content-type", FORM)], f"query=SELECT*{{}}&{target}"
    for answered in (
        server.ask(f"/sparql?{both}"),
        server.ask("/sparql", method="POST", headers=form, body=both.encode()),
        server.ask(f"/sparql?{target}", method="POST", headers=form, body=b"query=SELECT*{}"),
    ):
        assert answered.status == 400
        assert said in answered.text
        assert answered.text.count("\n") == 1


def test_a_table_is_no_answer_to_a_construct(server: Server) -> None:
    answered = server.query(CONSTRUCT, format="csv")
    assert answered.status == 400
    assert "ask for text/turtle, " in answered.text


def test_a_query_ends_at_the_time_that_its_address_names(server: Server) -> None:
    endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    answered = server.query(endless, timeout="0.4")
    assert answered.status == 503
    assert answered.text.startswith("the query took longer than 0.4 s and was stopped;")
    assert server.query(SELECT, timeout="5").status == 200


@pytest.mark.parametrize(
    ("target", "media_type"),
    [
        ("/graphs?graph=https://w3id.org/coopgraph/graph/article", "text/turtle"),
        ("/graphs?default", "text/turtle"),
        ("/.well-known/void", "text/turtle"),
        ("/dump", "application/n-quads"),
    ],
)
def test_data_without_a_page_come_to_a_browser_and_as_the_address_says(
    server: Server, target: str, media_type: str
) -> None:
    def ask(target: str, accept: str) -> tuple[int, str]:
        answered = server.ask(target, method="HEAD", accept=accept)
        return answered.status, answered.headers["content-type"].partition(";")[0]

    for accept in ("text/html", BROWSER):
        assert ask(target, accept) == (200, media_type)
    join = "&" if "?" in target else "?"
    own = "nquads" if target == "/dump" else "ttl"
    assert ask(f"{target}{join}format={own}", "image/png") == (200, media_type)
    assert ask(target, "image/png")[0] == 406
    assert ask(f"{target}{join}format=csv", BROWSER)[0] == 400
    assert ask(f"{target}{join}formt=ttl", "*/*")[0] == 400


# --- limits ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["json", "xml", "csv", "tsv"])
def test_an_answer_is_whole_however_many_rows_it_has(server: Server, name: str) -> None:
    """Though the server counts only 50 on its pages; with the length said before the first byte."""
    format = ox.QueryResultsFormat.from_extension(name)
    assert format is not None
    counted = server.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", "text/csv")
    rows = int(counted.text.split()[1])
    for asked, most in (("", rows), ("LIMIT 51", 51), ("OFFSET 0LIMIT 999", 999)):
        answered = server.query(f"SELECT * {{ ?s ?p ?o }} {asked} # all", format.media_type)
        assert answered.status == 200
        assert int(answered.headers["content-length"]) == len(answered.body)
        if name == "csv":
            assert len(list(csv.reader(io.StringIO(answered.text)))) == most + 1
            continue
        found = ox.parse_query_results(answered.body, format=format)
        assert isinstance(found, ox.QuerySolutions)
        assert len(list(found)) == most > 50


def test_an_answer_that_is_too_long_is_refused_before_its_first_byte(article_folder: Path) -> None:
    settings = Settings(limits=Limits(reply_mb=1, workers=1))
    with Server(article_folder, settings).running() as server:
        for text in ("SELECT * { ?s ?p ?o }", "CONSTRUCT WHERE { ?s ?p ?o }"):
            answered = server.query(text, "*/*")
            assert answered.status == 503
            assert answered.text == (
                "the answer is larger than 1 MiB; ask for a part of it, as with LIMIT\n"
            )
        assert server.query("SELECT * { ?s ?p ?o } LIMIT 1000").status == 200


def test_triples_are_never_cut(server: Server) -> None:
    text = "CONSTRUCT WHERE { ?s a ?o }"
    answered = server.query(text, "application/n-triples")
    assert len(answered.body.splitlines()) > 1_000
    everything = server.query("CONSTRUCT WHERE { ?s ?p ?o }", "application/n-triples")
    assert len(everything.body.splitlines()) > 10_000
    assert int(everything.headers["content-length"]) == len(everything.body)
    head = server.ask(query_target("CONSTRUCT WHERE { ?s ?p ?o }"), method="HEAD")
    assert (head.status, head.body) == (200, b"")
    assert int(head.headers["content-length"]) > 1_000_000


def test_a_runaway_query_ends_with_a_message_of_its_own(article_folder: Path) -> None:
    settings = Settings(limits=Limits(timeout_s=0.5, workers=1))
    with Server(article_folder, settings).running() as server:
        text = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
        answered = server.query(text)
        assert answered.status == 503
        assert answered.text.startswith("the query took longer than 0.5 s and was stopped;")
        assert server.query("ASK {}").status == 200
