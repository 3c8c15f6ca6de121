"""Hostile requests, invented by hypothesis: none gives a 500, none makes the server tell of itself.

500 of them in every run; HYPOTHESIS_PROFILE=explore tries 10,000 that are new each time.
"""

from __future__ import annotations

import contextlib
import os
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, unquote_to_bytes

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from serving import Process, Server, listening

from coopgraph.guard import Limits
from coopgraph.server.security import Settings

_EXPLORES = os.environ.get("HYPOTHESIS_PROFILE") == "explore"
#: Hostile queries, hostile fields of addresses that exist, anything else, bytes on a socket.
QUERIES, FIELDS, OTHERS, RAW = (3_000, 3_000, 2_000, 2_000) if _EXPLORES else (150, 150, 100, 100)
LEAKS = re.compile(
    rb"Traceback|File \"|line \d+, in |/(?:home|root|tmp|usr|var|work|proc)/|\.py\b|site-packages"
    rb"|coopgraph\.(?:server|guard|store)|pyoxigraph|panicked"
)

FILE = "file:" + "///etc/passwd"
HOSTILE = [
    *("SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", f"LOAD <{FILE}>"),
    *("INSERT DATA { <urn:a> <urn:b> 1 }", "DROP ALL", f"SELECT * FROM <{FILE}> {{}}"),
    *("{" * 3_000, "(" * 3_000, "SELECT * " + "{" * 500 + "}" * 500, "SELECT" + " ?x" * 9_000),
    "ASK { ?s " + "(" * 400 + "<urn:a>" + ")*" * 400 + " ?o }",
    "SELECT (" + "-" * 2_000 + "1 AS ?x) {}",
    'ASK { FILTER(REGEX("' + "a" * 40 + '!", "(a+)+$")) }',
    'SELECT (REPLACE("a", "(", "[") AS ?x) {}',
    'SELECT (IRI("../../../etc/passwd") AS ?x) (STRDT("x", <urn:x>) AS ?y) {}',
    'SELECT (SUBSTR("abc", -1e308, 1e308) AS ?x) (1/0 AS ?y) (1e999 AS ?z) {}',
    "SELECT (99999999999999999999999999999 * 99999999999999999999 AS ?x) {} LIMIT 1" + "0" * 40,
    "SELECT * { ?s ?p ?o } OFFSET 18446744073709551615 LIMIT 18446744073709551616",
    "SELECT ?x { VALUES ?x { " + "1 " * 5_000 + "} }",
    "CONSTRUCT { ?s ?p [] . _:a <urn:p> ( 1 2 ) } { ?s ?p ?o } LIMIT 9",
    "DESCRIBE * { ?s ?p ?o } LIMIT 2",
    "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    'SELECT ("\\u0000\\uD800" AS ?x) {}',
    "PREFIX : <a> PREFIX : <b> SELECT * { : : : }",
    "BASE <not an iri> SELECT * { <a> <b> <c> }",
    "SELECT * { ?s ?p <http://[::1> }",
    "SELECT * { GRAPH ?g { { SELECT ?s { ?s ?p ?o } ORDER BY ?o } } } LIMIT 3 # }",
    "SELECT (GROUP_CONCAT(?o; SEPARATOR='\\n') AS ?x) { ?s ?p ?o } GROUP BY ?p LIMIT 2",
    "SELECT * { << ?s ?p ?o >> ?q ?r } LIMIT 1",
    "\ufeffASK {}",
    "ASK {\x00}",
    "",
]
PATHS = [
    *("/", "/sparql", "/graphs", "/dump", "/.well-known/void", "/query", "/questions", "/ns"),
    *("/questions/partners", "/id/technology/quantum", "/id/technology/quantum.ttl"),
    *("/search.json", "/static/site.css", "/static/../jobs/__init__.py", "/id/a/../../b"),
    *(
        "/..%2f..%2fetc/passwd",
        "/%2e%2e/%2e%2e",
        "/%00",
        "/id/%ff/%c0%ae",
        "//x",
        "/id//",
        "/%0d%0aX:y",
    ),
]
NAMES = [
    *("query", "update", "default-graph-uri", "named-graph-uri", "using-graph-uri", "graph"),
    *("default", "format", "lang", "q", "technology", "page", "sort", "limit", "offset", "about"),
]
ACCEPTS = [
    *("*/*", "text/html", "text/csv", "text/turtle", "application/ld+json", "application/json"),
    *("application/problem+json", "image/png", "", ";;,,", "text/csv;q=9", '"', 'a/b;c="d\\'),
    "text/html,application/xhtml+xml,*/*;q=0.8",
]
HEADERS = {
    "accept": ACCEPTS,
    "accept-language": ["ko", "en;q=x", "*", "x" * 500],
    "accept-encoding": ["gzip", "gzip;q=0", "br,,;", "*"],
    "content-type": [
        *("application/sparql-query", "application/x-www-form-urlencoded", "text/plain", "", "/"),
        *("application/sparql-update", "application/sparql-query; charset=utf-16", "a;charset="),
    ],
    "content-length": ["0", "5", "-5", "9" * 30, "x"],
    "content-encoding": ["gzip", "identity", "?"],
    "host": ["localhost", "evil.example", "", "localhost:99999999", "[::1]:8", "\xe9"],
    "origin": ["null", "https://evil.example"],
    "if-none-match": ["*", '"', "W/", "\xff"],
    "if-modified-since": ["now", "Sun, 01 Jan 2040 00:00:00 GMT", "0"],
    "cookie": ["a=b"],
    "x-forwarded-host": ["evil.example"],
    "range": ["bytes=0-1"],
}


def leaks(answer: bytes, asked: bytes) -> set[bytes]:
    """What an answer tells of the inside; a request may get its own words back."""
    return set(LEAKS.findall(answer)) - set(LEAKS.findall(unquote_to_bytes(asked)))


def mangled(text: str, place: float, junk: str) -> str:
    """`text` with junk in the middle, or cut off there."""
    at = int(len(text) * place)
    return text[:at] + junk + (text[at:] if junk else "")


queries = st.builds(
    mangled,
    st.sampled_from(HOSTILE) | st.text(max_size=80),
    st.floats(0, 1),
    st.sampled_from(
        ["", " ", "#", "'", '"', "}", "{", "<", "\\", "\n", "양", "SERVICE", "\x00", "😀"]
    ),
)
words = queries | st.sampled_from(PATHS) | st.text(max_size=20)
escaped = words.map(lambda text: quote(text.encode("utf-8", "surrogatepass"), safe=""))
unescaped = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), max_size=40)
fields = st.lists(st.tuples(st.sampled_from(NAMES), escaped | unescaped), max_size=4).map(
    lambda pairs: "&".join(f"{name}={value}" for name, value in pairs)
)
paths = st.sampled_from(PATHS) | escaped.map(lambda text: f"/{text}") | unescaped.map("/".__add__)
targets = st.one_of(
    st.builds("/sparql?query={}".format, escaped),
    st.builds("{}?{}".format, paths, fields),
    paths,
)
headers = st.lists(
    st.sampled_from(sorted(HEADERS)).flatmap(
        lambda name: st.tuples(
            st.just(name),
            st.sampled_from(HEADERS[name])
            | st.text(st.characters(min_codepoint=0x20, max_codepoint=0xFF), max_size=30),
        )
    ),
    max_size=4,
)
bodies = st.one_of(
    st.just(b""),
    queries.map(lambda text: text.encode("utf-8", "surrogatepass")),
    fields.map(str.encode),
    st.binary(max_size=60),
    st.lists(st.binary(max_size=20), min_size=1, max_size=4),
)
methods = st.sampled_from(
    ["GET", "GET", "POST", "POST", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "get", "X"]
)
many = settings(
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], deadline=None
)


@pytest.fixture(scope="module")
def server(article_folder: Path) -> Iterator[Server]:
    limits = Limits(timeout_s=0.5, memory_mb=512)
    with Server(article_folder, Settings(limits=limits, rows=1_000)).running() as running:
        yield running


@pytest.fixture(scope="module")
def process(article_folder: Path) -> Iterator[Process]:
    with listening(article_folder, "--timeout-s", "0.5") as running:
        yield running
        running.stop()
        assert not LEAKS.search("".join(running.said).encode()), running.said


known = st.sampled_from(
    [
        *("/query", "/questions", "/ns", "/search.json", "/graphs", "/dump", "/", "/sparql"),
        *("/questions/partners", "/questions/evidence", "/id/technology/quantum", "/search"),
        *("/id/organisation/mit.ttl", "/networks", "/networks/technology-partners"),
    ]
)
accepts = st.sampled_from(ACCEPTS)
values = escaped | st.sampled_from(
    ["quantum", "ko", "json", "csv", "1", "-1", "9" * 30, "%00", "%"]
)
likely = st.lists(st.tuples(st.sampled_from(NAMES), values), max_size=4).map(
    lambda pairs: "&".join(f"{name}={value}" for name, value in pairs)
)


@settings(many, max_examples=QUERIES)
@given(queries, accepts, likely, st.sampled_from(["get", "form", "direct"]))
def test_no_query_breaks_the_server(
    server: Server, text: str, accept: str, more: str, way: str
) -> None:
    raw = text.encode("utf-8", "surrogatepass")
    field = f"query={quote(raw, safe='')}&{more.replace('query', 'x').replace('update', 'y')}"
    if way == "get":
        check(server, "GET", f"/sparql?{field}", [("accept", accept)], b"")
        return
    kind = "application/sparql-query" if way == "direct" else "application/x-www-form-urlencoded"
    body = raw if way == "direct" else field.encode()
    check(server, "POST", "/sparql", [("accept", accept), ("content-type", kind)], body)


@settings(many, max_examples=FIELDS)
@given(known, likely, accepts)
def test_no_field_breaks_the_server(server: Server, path: str, more: str, accept: str) -> None:
    check(server, "GET", f"{path}?{more}", [("accept", accept)], b"")


@settings(many, max_examples=OTHERS)
@given(methods, targets, headers, bodies)
def test_no_request_breaks_the_server(
    server: Server,
    method: str,
    target: str,
    headers: list[tuple[str, str]],
    body: bytes | list[bytes],
) -> None:
    check(server, method, target, headers, body)


def check(
    server: Server,
    method: str,
    target: str,
    headers: list[tuple[str, str]],
    body: bytes | list[bytes],
) -> None:
    """A request gets an answer: no 500, headers that protect, no word of what is inside."""
    answered = server.ask(target, method=method, headers=headers, body=body)
    assert answered.status != 500, answered.text
    assert 200 <= answered.status < 600
    assert "content-security-policy" in answered.headers
    for name, value in answered.headers.items():
        assert not re.search(r"[\r\n\x00]", name + value)
    if answered.status >= 400:
        sent = body if isinstance(body, bytes) else b"".join(body)
        asked = "\n".join([target, *(value for _, value in headers)]).encode("utf-8", "replace")
        assert not leaks(answered.body, asked + sent), answered.text
        if answered.headers["content-type"].startswith("text/plain"):
            assert answered.body.count(b"\n") <= 1
            assert answered.text.rstrip("\n").isprintable()


@settings(many, max_examples=RAW)
@given(methods, targets, headers, bodies, st.binary(min_size=1, max_size=8), st.floats(0, 1))
def test_no_bytes_break_the_server(
    process: Process,
    method: str,
    target: str,
    headers: list[tuple[str, str]],
    body: bytes | list[bytes],
    junk: bytes,
    place: float,
) -> None:
    lines = [f"{method} {target} HTTP/1.1", "Host: localhost", *(f"{n}: {v}" for n, v in headers)]
    plain = body if isinstance(body, bytes) else b"".join(body)
    whole = "\r\n".join([*lines, "", ""]).encode("latin-1", "replace") + plain
    at = int(len(whole) * place)
    got = b""
    with socket.create_connection(("127.0.0.1", process.port), timeout=20) as connection:
        with contextlib.suppress(OSError):
            connection.sendall(whole[:at] + junk + whole[at:])
            connection.settimeout(0.05)
            got += connection.recv(65536)
        with contextlib.suppress(OSError):
            connection.settimeout(20)
            connection.shutdown(socket.SHUT_WR)
            while data := connection.recv(65536):
                got += data
    statuses = re.findall(rb"^HTTP/1\.1 (\d+)", got, re.MULTILINE)
    assert b"500" not in statuses, got
    if statuses and statuses[0] >= b"400":
        assert not leaks(got, whole), got
    assert process.process.poll() is None
