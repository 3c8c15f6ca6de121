"""What holds for every request: Host, headers, CORS, sizes, paths, and raw bytes on a socket."""

from __future__ import annotations

import contextlib
import http.client
import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from serving import Process, Server, listening, query_target

from coopgraph.server.security import Settings

TARGETS = ["/sparql?query=ASK{}", "/sparql?query=ASK{", "/graphs?default", "/none", "/dump", "/"]
POST = b"POST /sparql HTTP/1.1\r\nHost: localhost\r\n"
LEAKS = re.compile(rb"Traceback|File \"|/(?:home|root|tmp|usr|work)/|\.py\b|site-packages")


@pytest.fixture(scope="module")
def server(article_folder: Path) -> Iterator[Server]:
    with Server(article_folder).running() as running:
        yield running


@pytest.fixture(scope="module")
def process(store_folder: Path) -> Iterator[Process]:
    with listening(store_folder) as running:
        yield running


@pytest.mark.parametrize("target", TARGETS)
def test_every_answer_has_the_headers_that_protect(server: Server, target: str) -> None:
    headers = server.ask(target).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert "server" not in headers
    assert "access-control-allow-origin" not in headers


# --- Host ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:80", "127.0.0.1:8765", "[::1]", "[::1]:1", "localhost."]
)
def test_this_machine_is_answered(server: Server, host: str) -> None:
    assert server.ask("/sparql?query=ASK{}", headers=[("host", host)]).status == 200


@pytest.mark.parametrize(
    "host",
    [
        *("evil.example", "evil.example:8765", "localhost.evil.example", "127.0.0.1.evil.example"),
        *("localhost:80:80", "localhost:x", "[::1", "user@localhost", "localhost/", "", "::1"),
    ],
)
def test_a_foreign_host_is_not(server: Server, host: str) -> None:
    for target in TARGETS:
        answered = server.ask(target, headers=[("host", host)])
        assert answered.status == 421
        assert host not in answered.text or not host


def test_a_request_names_one_host(server: Server) -> None:
    two = [("host", "localhost"), ("host", "evil.example")]
    assert server.ask("/sparql?query=ASK{}", headers=two).status == 400


def test_a_host_can_be_allowed(store_folder: Path) -> None:
    settings = Settings(hosts=("graph.example",))
    with Server(store_folder, settings).running() as server:
        assert server.ask("/none", headers=[("host", "graph.example:80")]).status == 404
        assert server.ask("/none", headers=[("host", "localhost")]).status == 421
    with Server(store_folder, Settings(hosts=("*",))).running() as server:
        assert server.ask("/none", headers=[("host", "any.example")]).status == 404


# --- CORS ---------------------------------------------------------------------------------


def test_scripts_of_others_read_nothing_unless_allowed(store_folder: Path, server: Server) -> None:
    ours, evil = ("origin", "https://ours.example"), ("origin", "https://evil.example")
    assert "vary" in server.ask("/sparql?query=ASK{}", headers=[evil]).headers
    assert "access-control-allow-origin" not in server.ask("/none", headers=[ours]).headers
    with Server(store_folder, Settings(origins=("https://ours.example",))).running() as allowing:
        told = allowing.ask("/sparql?query=ASK{}", headers=[ours]).headers
        assert told["access-control-allow-origin"] == "https://ours.example"
        assert "Coopgraph-Notes" in told["access-control-expose-headers"]
        assert told["vary"] == "Accept, Origin"
        refused = allowing.ask("/sparql?query=ASK{", headers=[ours])
        assert refused.headers["access-control-allow-origin"] == "https://ours.example"
        other = allowing.ask("/sparql?query=ASK{}", headers=[evil]).headers
        assert "access-control-allow-origin" not in other
        assert "access-control-allow-credentials" not in told
        preflight = allowing.ask(
            "/sparql", method="OPTIONS", headers=[ours, ("access-control-request-method", "POST")]
        )
        assert preflight.status == 204
        assert "POST" in preflight.headers["access-control-allow-methods"]
    with Server(store_folder, Settings(origins=("*",))).running() as open_:
        assert open_.ask("/none", headers=[evil]).headers["access-control-allow-origin"] == "*"


# --- sizes and paths ----------------------------------------------------------------------


def test_a_long_address_and_long_headers_are_refused(server: Server) -> None:
    assert server.ask(query_target("#" * 70_000)).status == 414
    assert server.ask("/none", headers=[("x-long", "a" * 70_000)]).status == 431
    many = [(f"x-{i}", "a" * 100) for i in range(700)]
    assert server.ask("/none", headers=many).status == 431


@pytest.mark.parametrize("length", ["-1", "1e3", "0x10", "", "٣", "9" * 400])
def test_a_content_length_must_be_a_number(server: Server, length: str) -> None:
    length = length.encode("utf-8").decode("latin-1")
    headers = [("content-type", "application/sparql-query"), ("content-length", length)]
    answered = server.ask("/sparql", method="POST", body=b"ASK {}", headers=headers)
    assert answered.status == (413 if length.startswith("9") else 400)


@pytest.mark.parametrize(
    "path",
    [
        *("/../etc/passwd", "/..%2f..%2fetc%2fpasswd", "/static/../application.py"),
        *("/static/%2e%2e/application.py", "/static/..%5capplication.py", "//etc/passwd"),
        *("/static//etc/passwd", "/id/../../etc/passwd", "/id/technology/..%2f..%2fmanifest"),
        *("/id/technology/quantum%00.ttl", "/questions/..%2f..%2fcoop", "/questions/%2e%2e"),
        *("/%c0%ae%c0%ae/etc/passwd", "/id/%ff/%fe", "/%0d%0aset-cookie:%20a=b", "/%"),
    ],
)
def test_no_path_leads_out(server: Server, path: str) -> None:
    answered = server.ask(path)
    assert answered.status in (400, 404)
    assert not LEAKS.search(answered.body)
    assert "set-cookie" not in answered.headers


# --- the socket ---------------------------------------------------------------------------


def exchange(process: Process, sent: bytes) -> bytes:
    """What comes back for raw bytes, until the server closes or says nothing for a moment."""
    got = b""
    with socket.create_connection(("127.0.0.1", process.port), timeout=10) as connection:
        with contextlib.suppress(OSError):
            connection.sendall(sent)
        with contextlib.suppress(OSError):
            while data := connection.recv(65536):
                got += data
                connection.settimeout(0.5)
    return got


def test_a_plain_request_is_answered(process: Process) -> None:
    got = exchange(
        process,
        b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
    )
    assert got.startswith(b"HTTP/1.1 200 OK\r\n")
    assert got.endswith(b'{"head":{},"boolean":true}')
    assert b"\r\nserver:" not in got.lower()


@pytest.mark.parametrize(
    "sent",
    [
        b"\x00\x01\x02\x03\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET /sparql HTTP/9.9\r\nHost: localhost\r\n\r\n",
        b"GET /sp arql HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET /\xec\x96\x91 HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET /sparql HTTP/1.1\r\nHost: localhost\r\nA\x00B: c\r\n\r\n",
        b"GET /sparql HTTP/1.1\r\nHost: localhost\r\n: no name\r\n\r\n",
        b"GET /sparql HTTP/1.1\r\nHost: localhost\nX: bare line feed\r\n\r\n",
        POST
        + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n",
        POST + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nASK{}",
        POST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"CONNECT localhost:1 HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.0\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ],
)
def test_bytes_that_are_no_request_get_an_error_and_nothing_more(
    process: Process, sent: bytes
) -> None:
    got = exchange(process, sent)
    statuses = re.findall(rb"^HTTP/1\.1 (\d+)", got, re.MULTILINE)
    assert all(status.startswith(b"4") for status in statuses), got
    for name in (
        b"content-security-policy: default-src 'none'",
        b"x-content-type-options: nosniff",
    ):
        assert got.count(name) == len(statuses)
    assert not LEAKS.search(got)
    assert_alive(process)


def test_what_is_no_http_is_told_so(process: Process) -> None:
    got = exchange(process, b"\x00\x01\r\n\r\n")
    assert got.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert got.endswith(b"\r\n\r\nthe request is not HTTP; send it as HTTP/1.1\n")


def test_bytes_behind_a_request_do_not_take_the_place_of_its_answer(process: Process) -> None:
    asked = b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: localhost\r\n\r\n"
    got = exchange(process, asked + b"\x00\x01\r\n\r\n")
    assert not got.startswith(b"HTTP/1.1 400 ")
    assert_alive(process)


def test_a_head_without_end_is_cut_off(process: Process) -> None:
    with socket.create_connection(("127.0.0.1", process.port), timeout=20) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n")
        sent, line = 0, b"X-More: " + b"a" * 1000 + b"\r\n"
        with contextlib.suppress(OSError):
            while sent < 10_000_000:
                connection.sendall(line)
                sent += len(line)
        assert sent < 10_000_000
    assert_alive(process)


def test_a_body_that_is_too_large_is_told_so_while_it_is_sent(process: Process) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", process.port, timeout=20)
    parts = iter([b"#" * 65536] * 40)
    connection.request(
        "POST", "/sparql", body=parts, headers={"Content-Type": "application/sparql-query"}
    )
    assert connection.getresponse().status == 413
    connection.close()
    assert_alive(process)


def test_a_client_that_leaves_early_does_no_harm(process: Process) -> None:
    kind = b"Content-Type: application/sparql-query\r\n"
    request = POST + kind + b"Content-Length: 100\r\n\r\nASK {"
    for cut in (10, 60, len(request)):
        with socket.create_connection(("127.0.0.1", process.port), timeout=10) as connection:
            connection.sendall(request[:cut])
    assert_alive(process)


IMPATIENT = """
import coopgraph.server.process as running
running._HEAD_S, running._LOOK_S = 0.3, 0.1
"""


def test_a_head_that_does_not_come_is_not_waited_for(store_folder: Path) -> None:
    with listening(store_folder, before=IMPATIENT) as process:
        for begun in (b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: localhost\r\n"):
            got = exchange(process, begun)
            assert got.startswith(b"HTTP/1.1 408 ")
            assert b"\r\nx-content-type-options: nosniff\r\n" in got
            assert got.endswith(b"send it at once\n")
        assert_alive(process)


def test_a_client_that_reads_nothing_is_not_waited_for(store_folder: Path) -> None:
    text = f'SELECT ?x ?s {{ BIND("{"x" * 5_000}" AS ?x) ?s ?p ?o }} LIMIT 6000'
    head = f"GET {query_target(text)} HTTP/1.1\r\nHost: localhost\r\nAccept: text/csv\r\n\r\n"
    with listening(store_folder, before=IMPATIENT) as process:
        for pause_s in (0.5, 1, 2, 4, 8):
            with socket.create_connection(("127.0.0.1", process.port), timeout=30) as connection:
                connection.sendall(head.encode())
                got = connection.recv(1000)
                time.sleep(pause_s)
                read = len(got)
                with contextlib.suppress(ConnectionResetError):
                    while (data := connection.recv(1 << 20)) and read < 30_000_000:
                        read += len(data)
            assert b"200 OK" in got
            if read < 30_000_000:  # it broke off
                break
        else:
            pytest.fail("the whole answer was kept for a client that did not read")
        assert_alive(process)


def assert_alive(process: Process) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", process.port, timeout=20)
    connection.request("GET", "/sparql?query=ASK%7B%7D")
    answer = connection.getresponse()
    assert (answer.status, answer.read()) == (200, b'{"head":{},"boolean":true}')
    connection.close()
