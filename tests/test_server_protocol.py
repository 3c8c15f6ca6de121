"""/sparql as a client meets it: requests, datasets, a bare GET."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pyoxigraph as ox
import pytest
from serving import (
    BLANK,
    BROWSER,
    DIRECT,
    FORM,
    JSON,
    SELECT,
    A,
    B,
    G,
    P,
    Server,
    query_target,
    values,
)

# --- requests ----------------------------------------------------------------------------


def test_a_query_comes_by_get_by_form_and_by_itself(server: Server) -> None:
    by_get = server.query(SELECT)
    assert by_get.status == 200
    assert values(by_get.body) == ["a", "b"]
    assert by_get.headers["content-type"] == JSON
    assert by_get.headers["vary"] == "Accept"
    form = f"query={quote(SELECT)}&format=json".encode()
    by_form = server.ask("/sparql", method="POST", body=form, headers=[("content-type", FORM)])
    direct = server.ask(
        "/sparql",
        method="POST",
        body=[SELECT[:9].encode(), SELECT[9:].encode()],
        headers=[("content-type", f'{DIRECT}; charset="UTF-8"')],
    )
    assert by_form.body == direct.body == by_get.body


def test_head_has_the_headers_of_get_and_no_body(server: Server) -> None:
    get, head = server.query(SELECT), server.ask(query_target(SELECT), method="HEAD")
    assert (head.status, head.body) == (200, b"")
    assert head.headers["content-length"] == get.headers["content-length"]


def test_korean_text_comes_through(server: Server) -> None:
    text = 'SELECT ("양자 + 100%" AS ?x) {}'
    assert values(server.query(text).body) == ["양자 + 100%"]
    form = ("query=" + quote(text)).encode()
    asked = server.ask("/sparql", method="POST", body=form, headers=[("content-type", FORM)])
    assert values(asked.body) == ["양자 + 100%"]


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "BREW"])
def test_other_methods_are_not_allowed(server: Server, method: str) -> None:
    answered = server.ask(query_target("ASK {}"), method=method)
    assert answered.status == 405
    assert answered.headers["allow"] == "GET, HEAD, OPTIONS, POST"


def test_options_says_what_is_allowed(server: Server) -> None:
    answered = server.ask("/sparql", method="OPTIONS")
    assert (answered.status, answered.body) == (204, b"")
    assert answered.headers["allow"] == "GET, HEAD, OPTIONS, POST"


# --- datasets ----------------------------------------------------------------------------


def test_without_a_dataset_the_default_graph_is_the_union(server: Server) -> None:
    assert values(server.query(SELECT).body) == ["a", "b"]
    assert values(server.query(G).body) == [A, B]


@pytest.mark.parametrize(
    ("fields", "objects", "graphs"),
    [
        ({"default_graph_uri": A}, ["a"], []),
        ({"default_graph_uri": [A, B]}, ["a", "b"], []),
        ({"named_graph_uri": B}, [], [B]),
        ({"default_graph_uri": B, "named_graph_uri": A}, ["b"], [A]),
        ({"default_graph_uri": "http://g.example/none"}, [], []),
        ({"named_graph_uri": "http://g.example/none"}, [], []),
    ],
)
def test_a_request_that_names_a_dataset_gets_just_it(
    server: Server, fields: dict[str, str | list[str]], objects: list[str], graphs: list[str]
) -> None:
    assert values(server.query(SELECT, **fields).body) == objects
    assert values(server.query(G, **fields).body) == graphs
    form = query_target(SELECT, fields).partition("?")[2]
    asked = server.ask(
        "/sparql", method="POST", body=form.encode(), headers=[("content-type", FORM)]
    )
    assert values(asked.body) == objects


def test_so_does_a_query_that_names_one(server: Server) -> None:
    from_a = SELECT.replace("{", f"FROM <{A}> {{", 1)
    assert values(server.query(from_a).body) == ["a"]
    named_b = G.replace("{", f"FROM NAMED <{B}> {{", 1)
    assert values(server.query(named_b).body) == [B]
    assert values(server.query(SELECT.replace("{", f"FROM NAMED <{B}> {{", 1)).body) == []
    assert values(server.query(SELECT.replace("{", "FROM <http://g.example/0> {", 1)).body) == []


def test_the_dataset_of_the_protocol_wins_over_from(server: Server) -> None:
    from_a = SELECT.replace("{", f"FROM <{A}> {{", 1)
    assert values(server.query(from_a, default_graph_uri=B).body) == ["b"]


def test_a_percent_escape_in_an_iri_is_kept(server: Server) -> None:
    assert values(server.query("SELECT ?o { ?s ?p ?o }", default_graph_uri=BLANK).body) == ['<b>&"']
    text = f"SELECT ?o {{ GRAPH <{BLANK}> {{ ?s ?p ?o }} }}"
    assert values(server.query(text).body) == ['<b>&"']


def test_the_name_of_a_graph_must_be_an_iri(server: Server) -> None:
    for name in ("not an IRI", "a/b", "", "http://a.example/<b>"):
        answered = server.query("ASK {}", default_graph_uri=name)
        assert answered.status == 400
        assert "is not an absolute IRI" in answered.text


@pytest.fixture
def listener() -> Iterator[tuple[str, list[object]]]:
    """An address on this machine, and who has come to it."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        came: list[object] = []

        def wait() -> None:
            while True:
                try:
                    connection, who = server.accept()
                except OSError:
                    return
                came.append(who)
                connection.close()

        thread = threading.Thread(target=wait)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.getsockname()[1]}/data.ttl", came
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join()


def test_nothing_is_ever_fetched(server: Server, listener: tuple[str, list[object]]) -> None:
    iri, came = listener
    for text in (f"ASK FROM <{iri}> {{ ?s ?p ?o }}", f"ASK FROM NAMED <{iri}> {{ GRAPH ?g {P} }}"):
        assert json.loads(server.query(text).body)["boolean"] is False
    for field in ("default_graph_uri", "named_graph_uri"):
        answered = server.query("ASK { ?s ?p ?o }", **{field: iri})
        assert json.loads(answered.body)["boolean"] is False
    for text in (
        f"SELECT * {{ SERVICE <{iri}> {{ ?s ?p ?o }} }}",
        f"SELECT * {{ SeRvIcEsIlEnT<{iri}>{{ ?s ?p ?o }} }}",
        f"ASK {{ {{ SELECT * {{ service ?x {{}} BIND(<{iri}> AS ?x) }} }} }}",
    ):
        answered = server.query(text)
        assert answered.status == 403, answered.text
        assert "SERVICE is not allowed" in answered.text
    assert not came


def test_the_letters_of_service_are_no_call(server: Server) -> None:
    text = 'SELECT ?service { BIND("SERVICE" AS ?service) } # SERVICE'
    assert values(server.query(text).body) == ["SERVICE"]


# --- a bare GET --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "accept", ["text/turtle", "application/rdf+xml", "*/*", "text/csv,*/*;q=.1"]
)
def test_a_bare_get_describes_the_service(server: Server, accept: str) -> None:
    answered = server.ask("/sparql", accept=accept)
    assert answered.status == 200
    kind = answered.headers["content-type"].partition(";")[0]
    store = ox.Store()
    store.load(answered.body, format=ox.RdfFormat.from_media_type(kind))
    text = """PREFIX sd: <http://www.w3.org/ns/sparql-service-description#>
    ASK { ?service a sd:Service ; sd:endpoint <http://localhost/sparql> ;
            sd:supportedLanguage sd:SPARQL11Query ; sd:feature sd:UnionDefaultGraph ;
            sd:resultFormat <http://www.w3.org/ns/formats/SPARQL_Results_CSV> ;
            sd:defaultDataset [ sd:defaultGraph ?default ;
              sd:namedGraph [ sd:name <https://w3id.org/coopgraph/graph/article> ] ] }"""
    assert store.query(text)


@pytest.mark.parametrize("accept", [BROWSER, "text/html,application/xhtml+xml,*/*;q=0.8"])
def test_a_browser_is_sent_to_the_query_page(server: Server, accept: str) -> None:
    def location(target: str, **more: Any) -> str:
        answered = server.ask(target, accept=accept, **more)
        assert (answered.status, answered.headers["vary"]) == (303, "Accept")
        return str(answered.headers["location"])

    assert location("/sparql") == "/query"
    assert location("/sparql?lang=ko") == "/query?lang=ko"
    text = 'SELECT ("양자 + 100% &#" AS ?x) {}'
    assert location(query_target(text)) == f"/query?query={quote(text, safe='')}"
    assert location(query_target(text, {"lang": "ko"})).startswith("/query?lang=ko&query=SELECT")
    form = [("content-type", FORM)]
    posted = location("/sparql", method="POST", headers=form, body=f"query={quote(text)}".encode())
    assert posted == f"/query?query={quote(text, safe='')}"
    long = f"ASK {{}} # {'long ' * 2_000}"
    assert location(query_target(long)) == f"/query#query={quote(long, safe='')}"
    page = server.ask(location(query_target(text)), accept=accept)
    assert page.status == 200
    assert "양자 + 100% &amp;#" in page.text


@pytest.mark.parametrize("accept", ["*/*", "", "application/json, text/html;q=0.9"])
def test_a_program_is_not(server: Server, accept: str) -> None:
    answered = server.ask(query_target(SELECT), accept=accept)
    assert answered.status == 200
    assert values(answered.body) == ["a", "b"]
    assert server.ask("/sparql", accept=accept).status == 200


def test_nor_is_one_whose_address_names_what_the_page_cannot_take(server: Server) -> None:
    chosen = server.query(SELECT, BROWSER, default_graph_uri=A)
    assert b"<literal>a</literal>" in chosen.body
    assert server.query(SELECT, BROWSER, format="csv").text == "o\r\na\r\nb\r\n"
    assert server.query(SELECT, BROWSER, nothing="1").status == 400
