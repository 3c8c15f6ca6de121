"""Named graphs over HTTP: Graph Store Protocol, VoID, the dump."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pyoxigraph as ox
import pytest
from serving import Server, with_graphs

from coopgraph.store import Store
from coopgraph.vocabulary import graph_iri

BLANK = "http://g.example/a%20b"
ARTICLE = graph_iri("article")


@pytest.fixture(scope="module")
def server(article_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    graphs = {BLANK: b'<http://e/2> <http://e/q> "x" .\n'}
    store = with_graphs(article_folder, tmp_path_factory.mktemp("served") / "store", graphs)
    with Server(store).running() as running:
        yield running


def graph(iri: str) -> str:
    return "/graphs?graph=" + quote(iri, safe="")


def test_a_named_graph_is_read_whole(server: Server, article_folder: Path) -> None:
    held = Store.open(article_folder).engine.quads_for_pattern(
        None, None, None, ox.NamedNode(ARTICLE)
    )
    expected = {str(quad.triple) for quad in held}
    for accept in ("text/turtle", "application/n-triples", "application/rdf+xml"):
        answered = server.ask(graph(ARTICLE), accept=accept)
        assert answered.status == 200
        kind = answered.headers["content-type"].partition(";")[0]
        assert kind == accept
        found = ox.parse(answered.body, format=ox.RdfFormat.from_media_type(kind))
        assert {str(quad.triple) for quad in found} == expected
    assert len(expected) > 5_000


def test_the_default_graph_is_the_union(server: Server) -> None:
    answered = server.ask("/graphs?default", accept="application/n-triples")
    union = set(answered.body.splitlines())
    assert b'<http://e/2> <http://e/q> "x" .' in union
    assert set(server.ask(graph(ARTICLE), accept="application/n-triples").body.splitlines()) < union


def test_a_percent_escape_in_the_name_is_kept(server: Server) -> None:
    assert server.ask(graph(BLANK)).status == 200
    assert server.ask("/graphs?graph=http://g.example/a%20b").status == 400  # a blank in an IRI
    assert server.ask("/graphs?graph=http://g.example/a%2520b").status == 200


def test_head_gives_the_headers_of_get(server: Server) -> None:
    get, head = server.ask(graph(ARTICLE)), server.ask(graph(ARTICLE), method="HEAD")
    assert (head.status, head.body) == (200, b"")
    assert dict(head.headers) == dict(get.headers)


@pytest.mark.parametrize(
    ("target", "status", "told"),
    [
        (graph("http://g.example/none"), 404, "there is no graph <http://g.example/none>"),
        (graph("no IRI"), 400, "is not an absolute IRI"),
        ("/graphs", 400, "does not name one graph"),
        ("/graphs?graph=a:b&default", 400, "does not name one graph"),
        ("/graphs?graph=a:b&graph=a:c", 400, "given 2 times"),
        ("/graphs?graph=%", 400, "percent sign"),
        ("/graphs/article", 404, "nothing at this address"),
    ],
)
def test_a_graph_that_is_not_there_or_not_named(
    server: Server, target: str, status: int, told: str
) -> None:
    answered = server.ask(target)
    assert answered.status == status
    assert told in answered.text


def test_what_no_format_suits_is_not_acceptable(server: Server) -> None:
    assert server.ask(graph(ARTICLE), accept="image/png").status == 406


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "PATCH"])
def test_writes_are_refused(server: Server, method: str) -> None:
    answered = server.ask(graph(ARTICLE), method=method, body=b"<a:a> <a:b> <a:c> .")
    assert answered.status == 403
    assert answered.text.startswith("graphs are only read;")


def test_other_methods_are_not_allowed(server: Server) -> None:
    assert server.ask(graph(ARTICLE), method="BREW").status == 405
    assert server.ask("/dump", method="POST").headers["allow"] == "GET, HEAD, OPTIONS"


def test_an_unchanged_graph_is_not_sent_again(server: Server) -> None:
    first = server.ask(graph(ARTICLE))
    tag = first.headers["etag"]
    for known in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = server.ask(graph(ARTICLE), headers=[("if-none-match", known)])
        assert (again.status, again.body, again.headers["etag"]) == (304, b"", tag)
        assert again.headers["vary"] == "Accept"
    changed = server.ask(graph(ARTICLE), headers=[("if-none-match", '"other"')])
    assert (changed.status, changed.body) == (200, first.body)
    assert server.ask(graph(ARTICLE), accept="application/n-triples").headers["etag"] != tag


def test_the_dataset_describes_itself(server: Server) -> None:
    answered = server.ask("/.well-known/void")
    assert answered.status == 200
    store = ox.Store()
    store.load(answered.body, format=ox.RdfFormat.TURTLE)
    void = "PREFIX void: <http://rdfs.org/ns/void#>"
    text = f"{void} ASK {{ ?d void:subset <{ARTICLE}> . <{ARTICLE}> void:triples ?n }}"
    assert store.query(text)
    assert server.ask("/.well-known/void", accept="application/ld+json").body.startswith(b"[")


def test_the_dump_is_the_whole_dataset(server: Server, article_folder: Path) -> None:
    answered = server.ask("/dump")
    assert answered.status == 200
    assert answered.headers["content-type"].startswith("application/n-quads")
    engine = Store.open(article_folder).engine
    found = ox.Store()
    found.load(answered.body, format=ox.RdfFormat.N_QUADS)
    assert set(found) == set(engine)
    assert answered.body.count(b"\n") == len(engine) > 20_000
    assert answered.headers["etag"] == f'"{Store.open(article_folder).manifest.digest}"'


def test_the_dump_is_packed_for_whom_that_suits(server: Server) -> None:
    plain = server.ask("/dump").body
    packed = server.ask("/dump", headers=[("accept-encoding", "br, gzip;q=0.8")])
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain
    assert len(packed.body) < len(plain) / 5
    again = server.ask("/dump", headers=[("accept-encoding", "gzip")])
    assert hashlib.sha256(again.body).digest() == hashlib.sha256(packed.body).digest()
    for coding in ("identity", "br", "gzip;q=0", ""):
        answered = server.ask("/dump", headers=[("accept-encoding", coding)])
        assert "content-encoding" not in answered.headers
        assert answered.headers["etag"] != packed.headers["etag"]


def test_an_unchanged_dump_is_not_sent_again(server: Server) -> None:
    head = server.ask("/dump", method="HEAD")
    assert (head.status, head.body) == (200, b"")
    assert "content-length" not in head.headers
    tag, date = head.headers["etag"], head.headers["last-modified"]
    assert server.ask("/dump", headers=[("if-none-match", tag)]).status == 304
    assert server.ask("/dump", headers=[("if-modified-since", date)]).status == 304
    old = [("if-modified-since", "Sun, 01 Jan 2012 00:00:00 GMT")]
    for headers in ([("if-none-match", '"x"'), ("if-modified-since", date)], old):
        assert server.ask("/dump", method="HEAD", headers=headers).status == 200
    for odd in (
        "yesterday",
        "",
        "Sun, 99 Jan 2012 00:00:00 GMT",
        "Sun, 01 Jan 0001 00:00:00 -2400",
    ):
        answered = server.ask("/dump", method="HEAD", headers=[("if-modified-since", odd)])
        assert answered.status == 200


def test_the_dump_is_n_quads_and_nothing_else(server: Server) -> None:
    assert server.ask("/dump", accept="text/turtle").status == 406
    plain = server.ask("/dump", method="HEAD", accept="text/plain")
    assert plain.headers["content-type"] == "text/plain; charset=utf-8"
