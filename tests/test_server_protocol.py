"""/sparql as a client meets it: requests, datasets, formats, limits, refusals."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pyoxigraph as ox
import pytest
from serving import JSON, Server, query_target, with_graphs
from starlette.types import Message

from coopgraph.formats import N_TRIPLES, RDF_XML
from coopgraph.guard import Limits
from coopgraph.server.inside import scope_of
from coopgraph.server.settings import Settings

FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
A, B, BLANK = "http://g.example/a", "http://g.example/b", "http://g.example/a%20b"
GRAPHS = {
    A: b'<http://e/1> <http://e/p> "a" .\n',
    B: b'<http://e/1> <http://e/p> "b" .\n',
    BLANK: b'<http://e/2> <http://e/q> "<b>&\\"" .\n',
}
P = "{ ?s <http://e/p> ?o }"
SELECT = f"SELECT ?o {P} ORDER BY ?o"
G = "SELECT ?g { GRAPH ?g { ?s <http://e/p> ?o } } ORDER BY ?g"
CONSTRUCT = f"CONSTRUCT {P} WHERE {P}"


@pytest.fixture(scope="module")
def server(store_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    store = with_graphs(store_folder, tmp_path_factory.mktemp("served") / "store", GRAPHS)
    with Server(store, Settings(rows=50)).running() as running:
        yield running


def values(body: bytes) -> list[str]:
    rows = json.loads(body)["results"]["bindings"]
    return [cell["value"] for row in rows for cell in row.values()]


# --- requests -----------------------------------------------------------------------------


def test_a_query_comes_by_get_by_form_and_by_itself(server: Server) -> None:
    by_get = server.query(SELECT)
    assert by_get.status == 200
    assert values(by_get.body) == ["a", "b"]
    assert by_get.headers["content-type"] == JSON
    assert by_get.headers["vary"] == "Accept"
    form = f"query={quote(SELECT)}&ignored=1".encode()
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


# --- datasets -----------------------------------------------------------------------------


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


# --- formats ------------------------------------------------------------------------------


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


# --- what is wrong with a request ---------------------------------------------------------


def test_a_malformed_query_is_shown_its_place(server: Server) -> None:
    answered = server.query("SELECT ?x {\n  ?x foaf:nam ?y .\n  ?x ex:p }")
    assert answered.status == 400
    assert answered.headers["content-type"] == "text/plain; charset=utf-8"
    assert answered.text.startswith("query, line 3, column 6: the prefix 'ex' is not declared;")
    assert answered.text.count("\n") == 1


def test_a_limit_of_ours_does_not_move_the_place_of_an_error(server: Server) -> None:
    answered = server.query("SELECT ?x { ?x ?y ?z }\nORDER\nBY OFFSET 3")
    assert answered.status == 400
    assert answered.text.startswith("query, line 3, column 4:")


@pytest.mark.parametrize("update", ["INSERT DATA { <urn:a> <urn:b> 1 }", "CLEAR ALL", "nonsense"])
def test_updates_are_refused(server: Server, update: str) -> None:
    typed = ("content-type", "application/sparql-update")
    direct = server.ask("/sparql", method="POST", body=update.encode(), headers=[typed])
    form = f"update={quote(update)}".encode()
    by_form = server.ask("/sparql", method="POST", body=form, headers=[("content-type", FORM)])
    by_get = server.ask(f"/sparql?update={quote(update)}")
    for answered in (direct, by_form, by_get):
        assert answered.status == 403
        assert answered.text == "updates are refused: the graph is only read; send a query\n"


def test_an_update_sent_as_a_query_is_no_query(server: Server) -> None:
    answered = server.query("INSERT DATA { <urn:a> <urn:b> 1 }")
    assert answered.status == 400
    assert "an update (INSERT) is refused" in answered.text


@pytest.mark.parametrize(
    ("target", "kind", "body", "status"),
    [
        ("/sparql?query=ASK{}&query=ASK{}", None, b"", 400),
        ("/sparql?nothing=1", None, b"", 400),
        ("/sparql", FORM, b"nothing=1", 400),
        ("/sparql", FORM, b"", 400),
        ("/sparql?query=ASK{}", DIRECT, b"ASK {}", 400),
        ("/sparql?query=ASK{}", FORM, b"query=ASK{}", 400),
        ("/sparql", DIRECT, b"", 400),
        ("/sparql", DIRECT, b"ASK { ?s ?p '\xff' }", 400),
        ("/sparql", FORM, b"query=ASK%7B%FF%7D", 400),
        ("/sparql?query=%zz", None, b"", 400),
        ("/sparql?query=ASK{}%", None, b"", 400),
        ("/sparql?query=ASK%C0%AF{}", None, b"", 400),
        ("/sparql?" + "a=1&" * 300, None, b"", 400),
        ("/sparql", "text/plain", b"ASK {}", 415),
        ("/sparql", "", b"ASK {}", 415),
        ("/sparql", None, b"ASK {}", 415),
        ("/sparql", "multipart/form-data; boundary=x", b"--x--", 415),
        ("/sparql", f"{DIRECT}; charset=utf-16", "ASK {}".encode("utf-16"), 415),
        ("/sparql", f"{FORM}; charset=EUC-KR", b"query=ASK{}", 415),
    ],
)
def test_a_bad_request_is_told_what_is_wrong(
    server: Server, target: str, kind: str | None, body: bytes, status: int
) -> None:
    method = "POST" if kind is not None or body else "GET"
    headers = [("content-type", kind)] if kind is not None else []
    answered = server.ask(target, method=method, body=body, headers=headers)
    assert answered.status == status, answered.text
    assert answered.text.count("\n") == 1


def test_a_compressed_body_is_not_read(server: Server) -> None:
    headers = [("content-type", DIRECT), ("content-encoding", "gzip")]
    answered = server.ask("/sparql", method="POST", body=b"ASK {}", headers=headers)
    assert answered.status == 415
    assert answered.headers["accept-encoding"] == "identity"


@pytest.mark.parametrize("is_chunked", [False, True])
def test_a_body_that_is_too_large_is_refused(server: Server, is_chunked: bool) -> None:
    parts = [b"#" * 1024 * 100] * 11
    body = parts if is_chunked else b"".join(parts)
    answered = server.ask("/sparql", method="POST", body=body, headers=[("content-type", DIRECT)])
    assert answered.status == 413
    assert "1,048,576 bytes" in answered.text


def test_a_body_that_does_not_come_is_not_waited_for(store_folder: Path) -> None:
    async def send_half(server: Server) -> int:
        sent: list[Message] = []

        async def receive() -> Message:
            if not sent:
                sent.append({})
                return {"type": "http.request", "body": b"ASK", "more_body": True}
            await asyncio.get_running_loop().create_future()
            raise AssertionError

        async def send(message: Message) -> None:
            sent.append(message)

        scope = scope_of("/sparql", "POST", [("content-type", DIRECT)])
        await server.app(scope, receive, send)
        status: int = sent[1]["status"]
        return status

    with Server(store_folder, Settings(body_s=0.1)).running() as server:
        assert server.run(send_half(server)) == 408


def test_errors_come_as_the_client_likes(server: Server) -> None:
    bad = "SELECT * { <script> }"
    problem = server.query(bad, "application/problem+json")
    assert problem.headers["content-type"] == "application/problem+json"
    told = json.loads(problem.body)
    assert (told["status"], told["title"]) == (400, "Bad Request")
    assert told["detail"].startswith("query, line 1, column ")
    page = server.query("SELECT * { <script>alert(1)</script> }", "text/html")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "<script>alert" not in page.text
    assert "&lt;" in page.text
    korean = [("accept", "text/html"), ("accept-language", "ko")]
    assert '<html lang="ko">' in server.ask("/none", headers=korean).text
    assert server.query(bad, JSON).headers["content-type"] == "text/plain; charset=utf-8"


# --- limits -------------------------------------------------------------------------------


@pytest.mark.parametrize("accept", [JSON, "application/sparql-results+xml", "text/csv", "*/*"])
def test_a_cut_answer_says_so(server: Server, accept: str) -> None:
    whole = server.query("SELECT * { ?s ?p ?o } LIMIT 50", accept)
    assert "coopgraph-cut" not in whole.headers
    cut = server.query("SELECT * { ?s ?p ?o } # all of them", accept)
    assert cut.headers["coopgraph-cut"] == "rows=50"
    assert cut.body == whole.body
    more = server.query("SELECT * { ?s ?p ?o } LIMIT 51", accept)
    assert more.headers["coopgraph-cut"] == "rows=50"


def test_rows_without_a_value_count_too(server: Server) -> None:
    rows = " ".join("(UNDEF)" for _ in range(60))
    for accept in (JSON, "application/sparql-results+xml", "text/csv", "text/tab-separated-values"):
        cut = server.query(f"SELECT ?x {{ VALUES (?x) {{ {rows} }} }}", accept)
        assert cut.headers["coopgraph-cut"] == "rows=50"
    trick = " ".join(f'("}}}},{{" "<result>,\\n\\"{i}")' for i in range(50))
    for accept in (JSON, "application/sparql-results+xml", "text/csv", "text/tab-separated-values"):
        whole = server.query(f"SELECT ?x ?y {{ VALUES (?x ?y) {{ {trick} }} }}", accept)
        assert whole.status == 200
        assert "coopgraph-cut" not in whole.headers


def test_an_answer_that_cannot_be_cut_is_refused(server: Server) -> None:
    answered = server.query("SELECT * { ?s ?p ?o } OFFSET 0LIMIT 999")
    assert answered.status == 503
    assert answered.text == "the answer has more than 50 rows; add a LIMIT\n"


def test_triples_are_never_cut(server: Server) -> None:
    text = "CONSTRUCT WHERE { ?s a ?o }"
    answered = server.query(text, "application/n-triples")
    assert len(answered.body.splitlines()) > 1_000
    assert "coopgraph-cut" not in answered.headers


def test_a_runaway_query_ends_with_a_message_of_its_own(store_folder: Path) -> None:
    settings = Settings(limits=Limits(timeout_s=0.5, workers=1))
    with Server(store_folder, settings).running() as server:
        text = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
        answered = server.query(text)
        assert answered.status == 503
        assert answered.text.startswith("the query took longer than 0.5 s and was stopped;")
        assert server.query("ASK {}").status == 200


# --- a bare GET ---------------------------------------------------------------------------


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


def test_a_browser_is_sent_to_the_query_page(server: Server) -> None:
    answered = server.ask("/sparql", accept="text/html,application/xhtml+xml,*/*;q=0.8")
    assert answered.status == 303
    assert answered.headers["location"] == "/query"
