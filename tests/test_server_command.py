"""`coopgraph serve` as whoever runs it meets it."""

from __future__ import annotations

import http.client
import json
import shutil
import signal
import socket
import subprocess
from pathlib import Path

import pytest
from command_line import process
from serving import Process, listening, query_target

TIMEOUT_S = 60


def get(server: Process, target: str, **headers: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=TIMEOUT_S)
    try:
        connection.request("GET", target, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_says_its_address_serves_and_ends_by_a_signal(store_folder: Path, number: int) -> None:
    with listening(store_folder) as server:
        assert server.address.startswith("http://127.0.0.1:")
        assert get(server, "/sparql?query=ASK%7B%7D")[0] == 200
        assert server.stop(number) == 0
        assert server.said == [f"Serving at {server.address}/ (Ctrl-C ends it)\n"]


def test_a_query_under_way_is_finished_first(store_folder: Path) -> None:
    text = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    with listening(store_folder, "--timeout-s", "2") as server:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=TIMEOUT_S)
        connection.request("GET", query_target(text))
        assert get(server, "/sparql?query=ASK%7B%7D")[0] == 200  # so the first is under way
        assert server.stop() == 0
        answer = connection.getresponse()
        assert answer.status == 503
        assert answer.read().startswith(b"the query took longer than 2 s and was stopped;")
        connection.close()
        assert "Traceback" not in "".join(server.said)


def test_make_run_ends_by_serving(root: Path) -> None:
    if shutil.which("make") is None:
        pytest.skip("make is not installed")
    told = subprocess.run(
        ["make", "--no-print-directory", "--dry-run", "run"],
        cwd=root,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert told.stdout.splitlines()[-1].split() == [".venv/bin/coopgraph", "serve"]


def test_a_taken_port_is_told_with_the_way_out(store_folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ran = process("serve", "--port", str(port), "--store", str(store_folder))
    assert ran.code == 1
    assert ran.message.startswith(f"127.0.0.1:{port}: cannot listen there: ")
    assert "--port 0" in ran.message


@pytest.mark.parametrize("host", ["no such host.invalid", "192.0.2.1", "x" * 300])
def test_a_host_that_is_not_ours_is_told(store_folder: Path, host: str) -> None:
    ran = process("serve", "--host", host, "--port", "0", "--store", str(store_folder))
    assert ran.code == 1
    assert "cannot listen there" in ran.message or "there is no such host" in ran.message


def test_without_a_store_nothing_is_served(tmp_path: Path) -> None:
    ran = process("serve", "--port", "0", "--store", str(tmp_path / "none"))
    assert (ran.code, ran.out) == (1, b"")
    assert ran.message.endswith("there is no store here; run: coopgraph build")
    ran = process("serve", "--port", "0", "--store", "https://example.org/sparql")
    assert ran.code == 2
    assert "is a folder, not a URL" in ran.message


def test_an_address_that_others_reach_is_warned_of(store_folder: Path) -> None:
    with listening(store_folder, "--host", "0.0.0.0", "--allow-host", "graph.example") as server:
        (warning, _) = server.said
        assert warning.startswith("coopgraph: 0.0.0.0 can be reached from other machines;")
        assert "localhost" in warning
        assert get(server, "/sparql?query=ASK%7B%7D", Host="graph.example")[0] == 200
        assert get(server, "/sparql?query=ASK%7B%7D", Host="evil.example")[0] == 421


def test_the_access_log_is_one_printable_line_for_each_request(store_folder: Path) -> None:
    with listening(store_folder, "--access-log") as server:
        get(server, "/none?x=%1b%5b31m%0a%ec%96%91")
        get(server, "/sparql?query=ASK%7B%7D")
        server.stop()
        first, second = server.said[1:]
        assert first.startswith("coopgraph: 127.0.0.1 GET /none?x=%1b%5b31m%0a%ec%96%91 404 ")
        assert second.startswith("coopgraph: 127.0.0.1 GET /sparql?query=ASK%7B%7D 200 26 ")


def test_one_page_is_printed_without_a_socket(store_folder: Path, tmp_path: Path) -> None:
    store = ("--store", str(store_folder))
    ran = process("serve", "--get", '/sparql?query=SELECT ("양자" AS ?x) {}', *store)
    assert (ran.code, ran.err) == (0, b"")
    assert json.loads(ran.out)["results"]["bindings"][0]["x"]["value"] == "양자"
    target = tmp_path / "void.ttl"
    ran = process("serve", "--get", "/.well-known/void", "-o", str(target), *store)
    assert (ran.code, ran.out) == (0, b"")
    assert b"void:Dataset" in target.read_bytes()


@pytest.mark.parametrize(
    ("target", "code", "told"),
    [
        ("/none", 2, "/none: there is nothing at this address"),
        ("/sparql?query=ASK {", 2, "query, line 1, column 6: not SPARQL 1.1 at its end"),
        ("sparql", 2, "'sparql' is not a path; write it as /sparql?query=ASK{}"),
        ("/sparql?query=SELECT * { SERVICE <http://a.example/> {} }", 2, "SERVICE is not allowed"),
    ],
)
def test_what_a_page_refuses_is_an_error(
    store_folder: Path, target: str, code: int, told: str
) -> None:
    ran = process("serve", "--get", target, "--store", str(store_folder))
    assert (ran.code, ran.out) == (code, b"")
    assert told in ran.message


def test_a_page_that_fails_is_an_error_of_the_facts(store_folder: Path) -> None:
    text = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    ran = process(
        *("serve", "--timeout-s", "0.3", "--get", f"/sparql?query={text}"),
        *("--store", str(store_folder)),
    )
    assert ran.code == 1
    assert "the query took longer than 0.3 s and was stopped" in ran.message
