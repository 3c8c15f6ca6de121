"""An empty answer says which term of its query no triple has, and what is near."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from network_stores import store_of

import coopgraph
from coopgraph.cli import run
from coopgraph.formats import OFFERED_SOLUTIONS, OFFERED_TRIPLES
from coopgraph.queries import load_question, question_names
from coopgraph.queries.unknown_terms import notes_of_empty, unknown_terms
from coopgraph.search.base import RemoteIndex
from coopgraph.server.address import Fields, PageRequest
from coopgraph.server.pages.query import rows
from coopgraph.server.sparql import evaluate
from coopgraph.sparql.dataset import query_terms
from coopgraph.vocabulary import COOP, GRAPH, ID

MISSPELT = "SELECT ?t { ?t coop:intendedPartners ?p }"
NOTE = "no triple has coop:intendedPartners; near: coop:intendedPartner"


@pytest.fixture(scope="module")
def kg(store_folder: Path) -> Iterator[coopgraph.KnowledgeGraph]:
    graph = coopgraph.open(store_folder)
    yield graph
    graph.close()


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("ASK { ?s a coop:A } # coop:b", [f"{COOP}A"]),
        ("ASK { ?s coop:a.b/^coop:c|!coop:d ?o . }", [f"{COOP}{n}" for n in ("a.b", "c", "d")]),
        ("ASK { id:technology\\/a%20b ?p 'coop:x'@en }", [f"{ID}technology/a%20b"]),
        ("BASE <http://b.example/> ASK { <a#> ?p 'coop:x' }", ["http://b.example/a"]),
        ("PREFIX : <urn:x:> PREFIX coop: <urn:y#> ASK { :a coop:b :a }", ["urn:x:a", "urn:y#b"]),
        ("ASK { ?s ?p '1'^^xsd:int , '''a'''^^<urn:t> FILTER(<urn:f>(?p)) }", []),
        ("ASK { ?s ?p ?o FILTER(xsd:integer(?o) = 1 && ?o<?p && ?s>?p) _:a ?q ?r }", []),
        ("CONSTRUCT { ?s coop:new ?o . ?o coop:x <urn:x> } { ?s coop:old ?o }", [f"{COOP}old"]),
        ("CONSTRUCT WHERE { ?s coop:old ?o }", [f"{COOP}old"]),
        ("SELECT * FROM graph:a { GRAPH <urn:g> { ?s a nope:x } }", [f"{GRAPH}a", "urn:g"]),
        ("VALUES", []),
    ],
)
def test_the_terms_of_a_query(text: str, terms: list[str]) -> None:
    assert query_terms(text) == terms


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (MISSPELT, NOTE),
        ("ASK { ?s a coop:Tecnology }", "coop:Tecnology; near: coop:technology, coop:Technology"),
        ("SELECT * { ?s rdfs:lable ?l }", "rdfs:lable; near: rdfs:label"),
        ("SELECT * { ?s coop:PREFLABEL ?l }", "coop:PREFLABEL; near: skos:prefLabel"),
        ("DESCRIBE <technology/quantm>", "id:technology/quantm; near: id:technology/quantum"),
        ("SELECT * { <technology/mit> ?p ?o }", "id:technology/mit; near: id:organisation/mit"),
        ("SELECT * { GRAPH graph:articel { ?s ?p ?o } }", "graph:articel; near: graph:article"),
        ("SELECT (COUNT(*) AS ?n) { ?s coop:intendedPartners ?o }", NOTE),
        ("CONSTRUCT { ?s a <urn:new> } { ?s coop:intendedPartners ?o }", NOTE),
        ("ASK { <http://none.example/> ?p ?o }", "no triple has http://none.example/"),
    ],
)
def test_an_empty_answer_names_what_is_unknown_and_what_is_near(
    kg: coopgraph.KnowledgeGraph, text: str, said: str
) -> None:
    (note,) = kg.query(text).notes
    assert said in note


def test_other_answers_say_nothing(kg: coopgraph.KnowledgeGraph) -> None:
    for text in (
        "SELECT * { ?t a coop:Technology OPTIONAL { ?t coop:intendedPartners ?p } } LIMIT 1",
        "SELECT * { id:technology\\/quantum coop:amount ?p }",
        "ASK { coop:intendedPartner ?p ?o }",
    ):
        assert kg.query(text).notes == ()
    assert notes_of_empty(kg.store, ["not an iri"], None) == ()


def test_the_shipped_questions_name_nothing_that_is_unknown(kg: coopgraph.KnowledgeGraph) -> None:
    asked = {name: query_terms(load_question(name).text) for name in question_names()}
    found = {name: unknown_terms(kg.store, terms) for name, terms in asked.items()}
    assert not any(found.values()), found


def test_it_takes_bounded_work(kg: coopgraph.KnowledgeGraph) -> None:
    many = " ".join(f"coop:a{i}" for i in range(5_000))
    assert len(kg.query(f"SELECT * {{ VALUES ?p {{ {many} }} ?s ?p ?o }}").notes) == 5
    (note,) = kg.query(f"SELECT * {{ coop:{'a' * 100_000} ?p ?o }}").notes
    assert len(note) < 250


def test_a_store_without_an_ontology_or_an_index_says_it_too(kg: coopgraph.KnowledgeGraph) -> None:
    store = store_of("id:a/b skos:prefLabel 'c' .")
    assert notes_of_empty(store, [f"{COOP}x", f"{ID}a/c"], None) == (
        "no triple has coop:x",
        "no triple has id:a/c",
    )
    terms = [f"{ID}technology/quantm", f"{ID}technology/mit"]
    near = "id:technology/quantum, id:technology/quantum-ethics, id:technology/quantum-sensing"
    assert notes_of_empty(kg.store, terms, RemoteIndex(kg.store)) == (
        f"no triple has id:technology/quantm; near: {near}",
        "no triple has id:technology/mit; near: id:organisation/mit",
    )


@pytest.mark.parametrize("flags", [[], ["--format", "csv"], ["--raw", "--format", "json"]])
def test_the_command_says_it_beside_the_answer(
    flags: list[str], store_folder: Path, capsysbinary: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for text, said in ((MISSPELT, True), ("ASK { coop:intendedPartner ?p ?o }", False)):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
        assert run(["query", "-", *flags, "--store", str(store_folder)]) == 0
        out, err = capsysbinary.readouterr()
        assert b"near" not in out
        assert (NOTE.encode() in err) == said


@pytest.mark.parametrize("format", [f.media_type for f in OFFERED_SOLUTIONS])
def test_the_endpoint_says_it_in_a_header(kg: coopgraph.KnowledgeGraph, format: str) -> None:
    for head in ("SELECT ?s ?p", "ASK", "SELECT (COUNT(*) AS ?a) (SUM(?p) AS ?b)"):
        reply = evaluate(kg, f"{head} {{ ?s coop:intendedPartners ?p }}", accept=format)
        assert unquote(reply.headers["Coopgraph-Notes"]).startswith(NOTE)
        assert b"near" not in reply.body
        found = evaluate(kg, f"{head} {{ ?s coop:partner ?p, coop:x }}", accept=format)
        assert "coop:x" in unquote(found.headers["Coopgraph-Notes"])
        for where in ("{ ?s coop:intendedPartner ?p }", "{ ?s coop:intendedPartner 'x' , ?p }"):
            assert "Coopgraph-Notes" not in evaluate(kg, f"{head} {where}", accept=format).headers


@pytest.mark.parametrize("format", [f.media_type for f in OFFERED_TRIPLES])
def test_the_endpoint_says_it_of_triples(kg: coopgraph.KnowledgeGraph, format: str) -> None:
    text = "CONSTRUCT {{ ?s a <urn:x> }} {{ ?s coop:{} ?p }}"
    reply = evaluate(kg, text.format("intendedPartners"), accept=format)
    assert unquote(reply.headers["Coopgraph-Notes"]).startswith(NOTE)
    assert "Coopgraph-Notes" not in evaluate(
        kg, text.format("intendedPartner"), accept=format
    ).headers  # fmt: skip


def test_the_endpoint_names_an_unknown_graph_of_its_address(kg: coopgraph.KnowledgeGraph) -> None:
    reply = evaluate(kg, "ASK { ?s ?p ?o }", default_graphs=[f"{GRAPH}articel"])
    assert "graph:articel; near: graph:article" in unquote(reply.headers["Coopgraph-Notes"])


def test_the_query_page_says_it_in_its_language(kg: coopgraph.KnowledgeGraph) -> None:
    reply = rows(kg, PageRequest(lang="ko", fields=Fields((("query", MISSPELT),))))
    assert (
        "coop:intendedPartners: 어느 트리플에도 없음. 비슷한 이름: coop:intendedPartner"
        in reply.body.decode()
    )
    found = rows(kg, PageRequest(fields=Fields((("query", "SELECT * { ?s ?p ?o } LIMIT 1"),))))
    assert b'"notes": []' in found.body


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        ("SELECT ?p { ?t coop:plannedPartner ?p }", "plannedPartner", "intendedPartner"),
        ("ASK { ?t coop:hasStance ?s }", "hasStance", "takesStance"),
        ("SELECT * { ?a a coop:StanceAssignment }", "StanceAssignment", "Priority"),
        ("SELECT * { ?t a coop:Technology OPTIONAL { ?t coop:partnerList ?l } }",
         "partnerList", "onList"),
        ("SELECT * { ?c coop:inPlan|coop:plan ?p } LIMIT 1", "inPlan", "plan"),
        ("CONSTRUCT { ?s a <urn:x> } { ?s coop:pursues ?m }", "pursues", "mission"),
        ("ASK { ?s coop:cooperatesBy ?m }", "cooperatesBy", "cooperationMode"),
    ],
)  # fmt: skip
def test_a_deprecated_term_has_one_line_that_says_what_replaces_it(
    kg: coopgraph.KnowledgeGraph, store_folder: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch,
    text: str, old: str, new: str,
) -> None:  # fmt: skip
    """In Python, by the command, over the endpoint and on the page of queries."""
    (note,) = kg.query(text).notes
    assert note.startswith(f"coop:{old} is deprecated: ")
    assert note.endswith(f"In its place: coop:{new}")
    header = evaluate(kg, text).headers["Coopgraph-Notes"]
    assert unquote(header) == note
    if not text.startswith("CONSTRUCT"):
        page = rows(kg, PageRequest(fields=Fields((("query", text),))))
        assert f"coop:{old} is deprecated" in page.body.decode()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    assert run(["query", "-", "--store", str(store_folder)]) == 0
    assert note in capsys.readouterr().err
