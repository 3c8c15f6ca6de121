"""/sparql as a client meets it: what is wrong with a request."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from urllib.parse import quote

import pytest
from serving import (
    DIRECT,
    FORM,
    JSON,
    Server,
)
from starlette.types import Message

from coopgraph.server.application import scope_of
from coopgraph.server.security import Settings


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
    page = server.query("SELECT * { <script>alert(1)</script> }", "text/html", format="csv")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "<script>alert" not in page.text
    assert "&lt;" in page.text
    korean = [("accept", "text/html"), ("accept-language", "ko")]
    assert '<html lang="ko">' in server.ask("/none", headers=korean).text
    assert server.query(bad, JSON).headers["content-type"] == "text/plain; charset=utf-8"
