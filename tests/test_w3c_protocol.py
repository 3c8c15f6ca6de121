"""The W3C's tests of the SPARQL 1.1 Protocol, over HTTP, against a server that only reads.

The query half must pass. Of the update half, whatever is expected to fail fails; the updates
that are expected to succeed are refused with 403, as documented.
"""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
import w3c
from rdflib import Graph, Namespace, URIRef
from serving import Process, listening, with_graphs
from w3c import MF

from coopgraph.formats import OFFERED_SOLUTIONS, OFFERED_TRIPLES

FOLDER: Final = w3c.FOLDER / "protocol"
HT: Final = Namespace("http://www.w3.org/2011/http#")
CNT: Final = Namespace("http://www.w3.org/2011/content#")
GRAPHS: Final = "http://kasei.us/2009/09/sparql/data/data{}.rdf"
#: Updates that a server which writes would carry out.
UPDATES: Final = {
    *("update_dataset_default_graph", "update_dataset_default_graphs"),
    *("update_dataset_named_graphs", "update_dataset_full"),
    *("update_post_form", "update_post_direct", "update_base_uri"),
}


@dataclass(frozen=True)
class Exchange:
    """A request, and what the answer must be."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes | None
    statuses: frozenset[int]
    format: str | None
    boolean: bool | None


def read_tests() -> dict[str, list[Exchange]]:
    manifest = FOLDER / "manifest.ttl"
    if not manifest.is_file():
        return {}
    graph = Graph().parse(manifest, publicID=manifest.as_uri())
    entries = w3c.members(graph, graph.value(URIRef(manifest.as_uri()), MF.entries))
    return {
        str(entry).rpartition("#")[2]: [
            exchange_of(graph, request)
            for request in w3c.members(
                graph, graph.value(graph.value(entry, MF.action), HT.requests)
            )
        ]
        for entry in entries
    }


def exchange_of(graph: Graph, request: Any) -> Exchange:
    response, body = graph.value(request, HT.resp), graph.value(request, HT.body)
    listed = graph.value(request, HT.headers)
    boolean = graph.value(response, MF.expectedBoolean)
    encoding = str(graph.value(body, CNT.characterEncoding) or "utf-8")
    return Exchange(
        method=str(graph.value(request, HT.methodName)),
        path=str(graph.value(request, HT.absolutePath)).replace("/sparql/", "/sparql", 1),
        headers={
            str(graph.value(header, HT.fieldName)): str(graph.value(header, HT.fieldValue))
            for header in w3c.members(graph, listed)
        },
        body=str(graph.value(body, CNT.chars)).encode(encoding) if body else None,
        statuses=frozenset(
            int(str(status)[-3]) for status in graph.objects(response, MF.expectedStatus)
        ),
        format=str(graph.value(response, MF.expectedFormat) or "") or None,
        boolean=None if boolean is None else bool(boolean),
    )


TESTS = read_tests()
NAMES: list[Any] = list(TESTS) or [pytest.param("", marks=pytest.mark.skip(reason=w3c.ABSENT))]


@pytest.fixture(scope="module")
def server(store_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    """A server over the shipped graph and the graphs of the tests."""
    graphs = {GRAPHS.format(i): (FOLDER / f"data{i}.nt").read_bytes() for i in (1, 2, 3)}
    store = with_graphs(store_folder, tmp_path_factory.mktemp("w3c") / "store", graphs)
    with listening(store) as running:
        yield running


@pytest.mark.parametrize("name", NAMES)
def test_the_protocol_is_kept(name: str, server: Process) -> None:
    for exchange in TESTS[name]:
        status, media_type, body = send(server, exchange)
        if name in UPDATES:
            assert status == 403
            assert b"only read" in body
            return
        assert status // 100 in exchange.statuses
        assert status < 500
        if exchange.boolean is not None:
            assert json.loads(body)["boolean"] is exchange.boolean
        assert is_format(exchange.format, media_type, body)


@pytest.mark.skipif(not TESTS, reason=w3c.ABSENT)
def test_all_34_tests_are_there() -> None:
    assert len(TESTS) == 34
    assert set(TESTS) >= UPDATES
    assert sum(name.startswith(("query", "bad_query", "bad_multiple_q")) for name in TESTS) == 20


def is_format(expected: str | None, media_type: str, body: bytes) -> bool:
    """Whether an answer is a boolean, a table or RDF, as expected."""
    if expected is None:
        return True
    if expected == "RDF":
        return media_type in {format.media_type for format in OFFERED_TRIPLES}
    assert media_type in {format.media_type for format in OFFERED_SOLUTIONS}
    return ("boolean" in json.loads(body)) == (expected == "boolean")


def send(server: Process, exchange: Exchange) -> tuple[int, str, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    try:
        connection.request(
            exchange.method, exchange.path, body=exchange.body, headers=exchange.headers
        )
        answer = connection.getresponse()
        media_type = (answer.getheader("Content-Type") or "").partition(";")[0]
        return answer.status, media_type, answer.read()
    finally:
        connection.close()
