"""Publishing: graphs arrive whole, replace what was there, are counted; what goes wrong is told."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import invented
import pyoxigraph as ox
import pytest
from command_line import INTERRUPTIBLE, called, environment
from fake_endpoint import Fake, Handler, fake_endpoint, reply, reset, table
from remote_servers import Server, oxigraph_server, virtuoso_server

from coopgraph.cli.publish import counting_address
from coopgraph.compiler import build
from coopgraph.errors import FactError
from coopgraph.remote import publication as publishing
from coopgraph.remote.address import credentials_of, parse_address
from coopgraph.remote.client import SparqlClient
from coopgraph.remote.endpoint import Endpoint
from coopgraph.remote.http import HttpClient
from coopgraph.remote.store import RemoteStore
from coopgraph.store import Store
from coopgraph.vocabulary import graph_iri


@pytest.fixture(scope="module")
def oxigraph() -> Iterator[Server]:
    with oxigraph_server() as running:
        yield running


@pytest.fixture(scope="module")
def virtuoso(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with virtuoso_server(tmp_path_factory.mktemp("virtuoso")) as running:
        yield running


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("small")
    build(invented.write(folder / "data"), folder / "store")
    return folder / "store"


@pytest.fixture
def server(request: pytest.FixtureRequest) -> Server:
    """The server that a test is for."""
    found: Server = request.getfixturevalue(request.param)
    return found


both = pytest.mark.parametrize("server", ["oxigraph", "virtuoso"], indirect=True)
ways = pytest.mark.parametrize("way", ["store", "update"])


def held(server: Server, graph: str) -> int:
    store = RemoteStore.open(server.query)
    count = store.select(f"SELECT (COUNT(*) AS ?n) FROM <{graph}> {{ ?s ?p ?o }}")
    store.close()
    return int(count[0][0].value)


def put(server: Server, graph: str, lines: str) -> None:
    address = parse_address(f"{server.store}?graph={graph}")
    endpoint = Endpoint(address, credentials_of(server.credentials), HttpClient(8))
    headers = {"Content-Type": "application/n-triples"}
    endpoint.send("PUT", headers, lines.encode(), is_write=True)
    endpoint.http.close()


# --- to real servers ------------------------------------------------------------------------


@both
@ways
def test_graphs_replace_those_of_their_name(server: Server, way: str, small: Path) -> None:
    parts = {part.graph: part.triples for part in Store.open(small).manifest.parts}
    graph, other = next(iter(parts)), "urn:x:other"
    put(server, graph_iri(graph), "<urn:x:old> <urn:x:p> <urn:x:o> .")
    put(server, other, "<urn:x:a> <urn:x:b> <urn:x:c> .")
    url = getattr(server, way)
    done = called("publish", "--to", url, "--store", str(small), env=server.credentials)
    assert done.code == 0, done.err.decode()
    total = sum(parts.values())
    assert f"{total:,} triples in {len(parts)} graphs at {url}" in done.out.decode()
    assert {name: held(server, graph_iri(name)) for name in parts} == parts
    assert held(server, other) == 1
    again = called("publish", "--to", url, "--store", str(small), env=server.credentials)
    assert again.out == done.out
    assert "triples sent" in done.err.decode()


@both
@ways
def test_a_graph_of_many_batches(
    server: Server, way: str, store_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "_BATCH_LINES", {"gsp": 500, "update": 500})
    monkeypatch.setattr(publishing, "BATCH_BYTES", 20_000)
    store = Store.open(store_folder)
    wanted = publishing.chosen_graphs(store, ["iso-3166"])
    client = HttpClient(8)
    credentials = credentials_of(server.credentials)
    target = publishing.Target(
        Endpoint(parse_address(getattr(server, way)), credentials, client),
        "gsp" if way == "store" else "update",
        SparqlClient(Endpoint(parse_address(server.query), None, client)),
    )
    put(server, graph_iri("iso-3166"), "<urn:x:old> <urn:x:p> <urn:x:o> .")
    told: list[int] = []
    publication = publishing.Publication(wanted)
    publishing.publish(store, target, publication, lambda _graph, _all, sent: told.append(sent))
    client.close()
    triples = wanted[0][1]
    assert triples > 3_000
    assert publication.done == [("iso-3166", triples)]
    assert len(told) > 5
    assert told == sorted(told)
    assert told[-1] == triples
    assert held(server, graph_iri("iso-3166")) == triples
    assert held(server, graph_iri("iso-3166") + "#coopgraph-new") == 0


def test_some_graphs_and_a_dry_run(oxigraph: Server, small: Path) -> None:
    parts = {part.graph: part.triples for part in Store.open(small).manifest.parts}
    names = sorted(parts)[:2]
    chosen = ("--graph", names[0], "--graph", graph_iri(names[1]))
    put(oxigraph, graph_iri(names[0]), "<urn:x:old> <urn:x:p> <urn:x:o> .")
    dry = called("publish", "--to", oxigraph.store, "--store", str(small), "--dry-run", *chosen)
    assert dry.code == 0
    lines = dry.out.decode().splitlines()
    assert [line.split()[-1] for line in lines[:2]] == names
    assert lines[2].startswith("would put ")
    assert f"{oxigraph.store} (via gsp), counted at {oxigraph.query}" in lines[2]
    assert held(oxigraph, graph_iri(names[0])) == 1
    done = called("publish", "--to", oxigraph.store, "--store", str(small), *chosen)
    assert done.code == 0
    assert held(oxigraph, graph_iri(names[0])) == parts[names[0]]


def test_void_goes_last(small: Path) -> None:
    names = [name for name, _ in publishing.chosen_graphs(Store.open(small))]
    assert names[-1] == "void"
    assert names[:-1] == sorted(names[:-1])


def test_graphs_that_are_no_longer_here_are_told(small: Path, store_folder: Path) -> None:
    with oxigraph_server() as server:
        first = called("publish", "--to", server.store, "--store", str(store_folder))
        assert b"note: not in this store" not in first.out
        second = called("publish", "--to", server.store, "--store", str(small))
        assert b"note: not in this store, and left there: " in second.out
        assert b" article, " in second.out
        assert held(server, graph_iri("article")) > 1_000


@pytest.mark.parametrize(
    ("name", "value"),
    [("year", "gYear"), ("month", "gYearMonth")],
)
def test_literals_arrive_as_they_are(
    name: str, value: str, oxigraph: Server, tmp_path: Path
) -> None:
    lexical = {"gYear": "2023", "gYearMonth": "2023-01"}[value]
    texts = ['"a\\"b\\\\c\\nd"', '"한국 \\u2028 \\U0001F600"@ko', f'"{lexical}"^^<{XSD}{value}>']
    lines = [f"<urn:x:s> <urn:x:{name}> {text} ." for text in texts]
    engine = ox.Store()
    engine.load("\n".join(lines).encode(), format=ox.RdfFormat.N_TRIPLES, to_graph=graph_node())
    target = target_of(oxigraph)
    loading = publishing._UpdateUpload(target, graph_iri("test"), lambda _: None)
    publishing._read(Store(engine), graph_iri("test"), loading)
    loading.finish()
    store = RemoteStore.open(oxigraph.query)
    select = f"SELECT ?o FROM <{graph_iri('test')}> {{ ?s ?p ?o }}"
    arrived = {row[0] for row in store.select(select)}
    assert arrived == {quad.object for quad in engine}
    store.close()
    target.write.http.close()


XSD = "http://www.w3.org/2001/XMLSchema#"


def graph_node() -> ox.NamedNode:
    return ox.NamedNode(graph_iri("test"))


def target_of(server: Server) -> publishing.Target:
    client = HttpClient(8)
    return publishing.Target(
        Endpoint(parse_address(server.update), None, client),
        "update",
        SparqlClient(Endpoint(parse_address(server.query), None, client)),
    )


# --- what goes wrong --------------------------------------------------------------------------


@pytest.fixture
def fake() -> Iterator[Fake]:
    with fake_endpoint() as running:
        yield running


def counting(*counts: int) -> object:
    """Takes everything; says that there are so many triples, graph after graph."""
    left = list(counts)

    def behave(handler: Handler) -> None:
        query = handler.fake.seen[-1].form.get("query", "") if handler.command == "POST" else ""
        if "COUNT" in query:
            number = left.pop(0) if len(left) > 1 else left[0]
            reply(table(str(number), name="n").replace(b'"literal"', INTEGER))(handler)
        elif query:
            reply(table(name="graph"))(handler)
        else:
            reply(b"", "")(handler)

    return behave


INTEGER = b'"literal","datatype":"http://www.w3.org/2001/XMLSchema#integer"'


def test_a_count_that_differs_names_graph_and_both_counts(fake: Fake, small: Path) -> None:
    wanted = publishing.chosen_graphs(Store.open(small))
    fake.will(counting(wanted[0][1], 3))  # type: ignore[arg-type]
    done = called("publish", "--to", fake.url, "--store", str(small))
    assert done.code == 1
    state, error = done.err.decode().splitlines()[-2:]
    name, triples = wanted[1]
    assert error == (
        f"coopgraph: {graph_iri(name)}: {triples:,} triples were sent and 3 are there; publish it "
        "again; if it stays so, the server merges or refuses some literals"
    )
    assert state == (
        f"complete: {wanted[0][0]}; in question: {name}; not started: {len(wanted) - 2}"
    )


def test_a_server_that_breaks_in_between(fake: Fake, small: Path) -> None:
    ok = counting(publishing.chosen_graphs(Store.open(small))[0][1])
    fake.will(ok, ok, ok, reply(b"disk full", "text/plain", 500))  # type: ignore[arg-type]
    done = called("publish", "--to", fake.url, "--store", str(small))
    assert done.code == 1
    state, error = done.err.decode().splitlines()[-2:]
    assert error.endswith("failed with status 500: disk full")
    assert "in question: " in state
    fake.will(reset)
    done = called("publish", "--to", fake.url, "--store", str(small))
    assert done.code == 1
    assert "cannot be reached" in done.err.decode().splitlines()[-1]


def test_what_was_loaded_staging_a_graph_is_removed(fake: Fake, store_folder: Path) -> None:
    def behave(handler: Handler) -> None:
        update = handler.fake.seen[-1].form.get("update", "")
        if update.count("\n") and sum("INSERT" in s.form.get("update", "") for s in fake.seen) > 1:
            reply(b"too much", "text/plain", 500)(handler)
        else:
            counting(0)(handler)  # type: ignore[operator]

    fake.will(behave)
    done = called(
        "publish", "--to", fake.url, "--via", "update", "--graph", "article",
        "--store", str(store_folder),
    )  # fmt: skip
    assert done.code == 1
    updates = [seen.form["update"] for seen in fake.seen if "update" in seen.form]
    beside = f"<{graph_iri('article')}#coopgraph-new>"
    assert updates[0] == updates[-1] == f"DROP SILENT GRAPH {beside}"
    assert all(f"GRAPH <{graph_iri('article')}> " not in update for update in updates)


def test_an_interruption_says_which_graphs_are_whole(fake: Fake, small: Path) -> None:
    name, triples = publishing.chosen_graphs(Store.open(small))[0]

    def behave(handler: Handler) -> None:
        if sum("update" in seen.form for seen in fake.seen) > 1:
            fake.closing.wait(30)
            return
        counting(triples)(handler)  # type: ignore[operator]

    fake.will(behave)
    command = [sys.executable, "-c", INTERRUPTIBLE, "publish", "--to", fake.url]
    with subprocess.Popen(
        [*command, "--store", str(small)], stderr=subprocess.PIPE, env=environment()
    ) as running:
        while sum("update" in seen.form for seen in fake.seen) < 2 and running.poll() is None:
            time.sleep(0.02)
        os.kill(running.pid, signal.SIGINT)
        _, err = running.communicate(timeout=60)
    assert running.returncode == 130
    state, last = err.decode().splitlines()[-2:]
    assert state.startswith(f"complete: {name}; in question: ")
    assert last == "coopgraph: interrupted"
    assert "Traceback" not in err.decode()


def test_blank_nodes_are_not_sent(fake: Fake) -> None:
    engine = ox.Store()
    turtle = b'<urn:x:a> <urn:x:p> "_: is no blank node", " _:b " . [] <urn:x:p> 1 .'
    engine.load(turtle, format=ox.RdfFormat.TURTLE, to_graph=graph_node())
    target = target_of(Server(fake.url, fake.url, fake.url))
    fake.will(counting(0))  # type: ignore[arg-type]
    loading = publishing._UpdateUpload(target, graph_iri("test"), lambda _: None)
    publishing._read(Store(engine), graph_iri("test"), loading)
    with pytest.raises(FactError, match="it holds a blank node"):
        loading.finish()
    clean = ox.Store()
    clean.add(ox.Quad(ox.NamedNode("urn:x:a"), ox.NamedNode("urn:x:p"), ox.Literal("_:b ."),
                      graph_node()))  # fmt: skip
    fine = publishing._UpdateUpload(target, graph_iri("test"), lambda _: None)
    publishing._read(Store(clean), graph_iri("test"), fine)
    fine.finish()
    assert fine.sent == 1
    target.write.http.close()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--graph", "articel"), "there is no graph 'articel'"),
        (("--via", "ftp"), "Invalid value for '--via'"),
        (("--count-at", "nowhere"), "not the address of a SPARQL endpoint"),
        (("--timeout-s", "0"), "Invalid value for '--timeout-s'"),
    ],
)
def test_requests_that_make_no_sense(arguments: tuple[str, ...], says: str, small: Path) -> None:
    done = called("publish", "--to", "http://127.0.0.1:1/", "--store", str(small), *arguments)
    assert done.code == 2
    assert says in done.message


def test_where_to_and_from_where(small: Path) -> None:
    done = called("publish", "--store", str(small))
    assert done.code == 2
    assert "Missing option '--to'" in done.message
    for url in ("nowhere", "ftp://127.0.0.1/", "http://ann:secret@127.0.0.1/"):
        done = called("publish", "--to", url, "--store", str(small))
        assert done.code == 2
        assert "secret" not in done.message
    done = called("publish", "--to", "http://127.0.0.1:1/", "--store", "http://127.0.0.1:2/")
    assert done.code == 2
    assert "what is published is a store on this disk" in done.message
    secret = {"COOPGRAPH_TOKEN": "t0ken"}
    done = called("publish", "--to", "http://example.org/store", "--store", str(small), env=secret)
    assert done.code == 2
    assert "credentials are not sent over http" in done.message


@pytest.mark.parametrize(
    ("url", "counted"),
    [
        ("http://h:1/store", "http://h:1/query"),
        ("http://h:1/store/", "http://h:1/query"),
        ("http://h:1/update", "http://h:1/query"),
        ("https://h/ds/data", "https://h/ds/query"),
        ("https://h/ds/update", "https://h/ds/query"),
        ("https://h/repositories/r/statements", "https://h/repositories/r"),
        ("http://h:8890/sparql-graph-crud-auth", "http://h:8890/sparql"),
        ("http://h:8890/sparql-auth", "http://h:8890/sparql-auth"),
        ("http://h:1/sparql?x=y", "http://h:1/sparql?x=y"),
    ],
)
def test_where_the_same_store_is_counted(url: str, counted: str) -> None:
    assert counting_address(url) == counted
