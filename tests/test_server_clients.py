"""Clients that are slow, many, or gone: over a socket, to a server of little patience."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote

import page_server
import processes
import pytest
from serving import DIRECT, FORM, Process, listening

from coopgraph.server.pages import PAGES
from coopgraph.server.security import HEALTH

IMPATIENT = """
import functools
import coopgraph.server.process as running
import coopgraph.server.security as settings
running._HEAD_S, running._LOOK_S = 0.3, 0.1
running._MOST_CONNECTIONS, running._MOST_REQUESTS = 30, 40
settings.Settings = functools.partial(settings.Settings, body_s=0.4, body_bytes=100_000)
"""
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
SMALL = "/sparql?query=" + quote("SELECT ?x { ?x a coop:Technology } LIMIT 1")
READ = [
    ("/sparql", FORM),
    ("/sparql", DIRECT),
    *(
        (path.format(format="csv"), FORM)
        for each in PAGES
        if "POST" in each.methods
        for path in each.paths
    ),
]
#: Answered before their body is read, or refused.
UNREAD = [
    *("GET /sparql?query=ASK%7B%7D", "GET /", "GET /health", "POST /none", "POST /graphs"),
    *("POST /static/site.css", "GET /query/rows?query=ASK%7B%7D", "PUT /sparql"),
]
PATIENCE_S = 20
LENGTH, CHUNKED = "Content-Length: 90000", "Transfer-Encoding: chunked"


@pytest.fixture(scope="module")
def server(article_folder: Path) -> Iterator[Process]:
    """A server that has nothing to say at its end."""
    with listening(article_folder, "--timeout-s", "60", before=IMPATIENT) as running:
        yield running
        assert running.stop() == 0
        assert running.said[1:] == []


def head(line: str, *headers: str) -> bytes:
    """The head of a request."""
    return "\r\n".join([f"{line} HTTP/1.1", "Host: localhost", *headers, "", ""]).encode()


def answered(server: Process, begun: bytes, more: bytes = b"") -> bytes:
    """What comes until the server closes; `more` is sent again and again meanwhile."""
    got, ends = b"", time.monotonic() + PATIENCE_S
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE_S) as connection:
        connection.sendall(begun)
        with contextlib.suppress(ConnectionError):
            while time.monotonic() < ends:
                connection.settimeout(0.1 if more else PATIENCE_S)
                try:
                    data = connection.recv(1 << 16)
                except TimeoutError:
                    assert more, "the server waits for what does not come"
                    with contextlib.suppress(ConnectionError):  # what was answered is still read
                        connection.sendall(more)
                    continue
                if not data:
                    return got
                got += data
            pytest.fail("the server goes on reading")
    return got


def refusal(got: bytes) -> str:
    """The one line of an answer that refuses a request."""
    _, _, body = got.partition(b"\r\n\r\n")
    said = json.loads(body)["detail"] if body.startswith(b"{") else body.decode()
    assert len(said.splitlines()) == 1
    return str(said)


@pytest.mark.parametrize("more", [b"", b"1\r\nx\r\n"], ids=["stops", "drips"])
def test_no_route_waits_for_a_body_without_end(server: Process, more: bytes) -> None:
    assert len(READ) >= 5
    asked = [
        head(f"POST {path}", f"Content-Type: {kind}", way)
        for path, kind in READ
        for way in (LENGTH, CHUNKED)
    ]
    with ThreadPoolExecutor(len(asked)) as threads:
        for got in threads.map(lambda begun: answered(server, begun, more), asked):
            assert got.startswith(b"HTTP/1.1 408 "), got
            assert refusal(got).startswith("the body did not come in time; send it at once")


def test_a_body_that_nobody_reads_ends_the_connection(server: Process) -> None:
    asked = [head(line, way) for line in UNREAD for way in (LENGTH, CHUNKED)]
    with ThreadPoolExecutor(len(asked)) as threads:
        given = threads.map(lambda begun: answered(server, begun, b"1\r\nx\r\n"), asked)
        for begun, got in zip(asked, given, strict=True):
            assert got.count(b"HTTP/1.1 ") == 1, begun
            assert not got.startswith((b"HTTP/1.1 500 ", b"HTTP/1.1 408 ")), got


def test_an_answer_that_takes_longer_than_a_body_may_still_comes(server: Process) -> None:
    asked = head(f"GET /sparql?query={quote(ENDLESS)}&timeout=3", LENGTH)
    assert answered(server, asked, b"x").startswith(b"HTTP/1.1 503 ")


def test_a_body_that_is_too_large_is_refused_on_every_route(server: Process) -> None:
    ways = (("Content-Length: 100001", b""), (CHUNKED, b"186A1\r\n" + b"x" * 100_001))
    asked = [
        head(f"POST {path}", f"Content-Type: {kind}", way) + body
        for path, kind in READ
        for way, body in ways
    ]
    with ThreadPoolExecutor(len(asked)) as threads:
        for got in threads.map(lambda begun: answered(server, begun), asked):
            assert got.startswith(b"HTTP/1.1 413 "), got
            assert refusal(got).startswith("the body is larger than 100,000 bytes; send a smaller")


def test_clients_that_leave_are_not_spoken_of_and_take_their_queries_along(
    server: Process,
) -> None:
    """In the head, in the body, in the answer, and with more requests in the pipeline; the
    fixture sees that nothing was said."""
    processes.needed()
    (forks,) = processes.children(server.process.pid)
    endless = head(f"GET /sparql?query={quote(ENDLESS)}")
    begun = [
        *(head(f"POST {path}", f"Content-Type: {kind}", LENGTH) + b"query=" for path, kind in READ),
        *(endless[:40], endless, endless + endless, endless + head("GET /health")),
        head("GET /dump"),
        head("GET /static/network.js"),
        head(f"GET /sparql?query={quote('SELECT * { ?s ?p ?o }')}"),
    ]
    for hard in (False, True):
        clients = [socket.create_connection(("127.0.0.1", server.port)) for _ in begun]
        for client, data in zip(clients, begun, strict=True):
            client.sendall(data)
        processes.until(lambda: len(processes.children(forks)) >= 5)  # some are long ones now
        for client in clients:
            if hard:  # a reset
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            client.close()
        processes.until(lambda: health(server)["slow_running"] == 0)
        processes.until(lambda: health(server)["quick_running"] == 0)
    assert small(server) == 200


def small(server: Process) -> int:
    """The status of the answer to a small query."""
    return page_server.get(server.address, SMALL, accept="*/*").status


def health(server: Process) -> dict[str, int]:
    """What the server says of itself."""
    got = page_server.get(server.address, HEALTH, headers={"Host": "10.0.0.1"})
    assert got.status == 200
    return dict(got.json)


def test_more_connections_than_there_may_be_do_not_keep_others_out(server: Process) -> None:
    """Those that ask nothing are closed for those that do."""
    with contextlib.ExitStack() as opened:
        for _ in range(3):
            for begun in (b"", b"GET / HTTP/1.1\r\nHost:", b"x") * 12:
                client = socket.create_connection(("127.0.0.1", server.port))
                opened.enter_context(client)
                client.sendall(begun)
            assert health(server)["workers"]
            assert small(server) == 200


def test_who_waits_when_the_server_stops_is_told_so(store_folder: Path) -> None:
    """And who is asked to wait after that."""
    targets = [f"/sparql?query={quote(f'{ENDLESS} #{i}')}" for i in range(12)]
    with listening(store_folder, "--timeout-s", "4") as server, ThreadPoolExecutor(12) as threads:
        asked = [
            threads.submit(page_server.get, server.address, target, accept="*/*")
            for target in targets
        ]
        processes.until(lambda: health(server)["slow_waiting"] > 0)
        assert server.stop() == 0
        said = {(each.result().status, each.result().text.partition(";")[0]) for each in asked}
        stopped = "the query took longer than 4 s and was stopped"
        assert said == {(503, "the server is stopping"), (503, stopped)}


def test_small_queries_are_answered_beside_sixty_runaways(store_folder: Path) -> None:
    """None is refused, /health answers, and the server leaves no process behind. (Figures are in
    `make bench-lanes`.)"""
    processes.needed()
    with listening(store_folder) as server:
        (forks,) = processes.children(server.process.pid)
        ended = threading.Event()

        def run_away(_: int) -> None:
            with socket.create_connection(("127.0.0.1", server.port)) as client:
                client.sendall(head(f"GET /sparql?query={quote(ENDLESS)}"))
                ended.wait()

        with ThreadPoolExecutor(60) as threads:
            gone = threads.map(run_away, range(60))
            try:
                processes.until(lambda: health(server)["slow_running"] > 0)
                statuses = [small(server) for _ in range(72)]
                counted = health(server)
            finally:
                ended.set()
            list(gone)
        assert statuses == [200] * 72
        running = sum(count for name, count in counted.items() if name != "workers")
        assert running >= 55, counted
        started = [forks, *processes.children(forks)]
        assert server.stop() == 0
        assert "Traceback" not in "".join(server.said)
        processes.until(lambda: {processes.state(each) for each in started} <= {"", "Z"})
