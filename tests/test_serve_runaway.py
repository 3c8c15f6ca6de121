"""`coopgraph serve` under what should not be asked of it: over HTTP, as a process of its own."""

from __future__ import annotations

import json
import os
import runpy
import signal
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote

import invented
import page_server
import processes
import pytest
from page_server import Got
from serving import Process, listening

from coopgraph.compiler import build

SMALL = "SELECT ?x { ?x a coop:Technology } LIMIT 1"
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
LABEL = """SELECT ?l { <https://w3id.org/coopgraph/id/organisation/alpha-institute>
skos:prefLabel ?l FILTER(LANG(?l) = "en") }"""


@pytest.fixture(autouse=True)
def _proc() -> None:
    processes.needed()


def ask(server: Process, text: str) -> Got:
    accept = "application/sparql-results+json, application/n-triples"
    return page_server.get(server.address, f"/sparql?query={quote(text)}", accept=accept)


def family(server: Process) -> list[int]:
    """The server's process, that which starts workers, and these."""
    (forks,) = processes.children(server.process.pid)
    return [server.process.pid, forks, *processes.children(forks)]


def workers(server: Process) -> list[int]:
    return family(server)[2:]


@pytest.fixture(scope="module")
def runaways(root: Path) -> dict[str, str]:
    texts: dict[str, str] = runpy.run_path(str(root / "bench" / "runaways.py"))["RUNAWAYS"]
    assert len(texts) == 5
    return texts


@pytest.fixture
def server(store_folder: Path) -> Iterator[Process]:
    """A server with short limits."""
    with listening(store_folder, "--timeout-s", "2", "--memory-mb", "512") as server:
        yield server


def test_runaway_queries_are_stopped_while_small_ones_are_answered(
    server: Process, runaways: dict[str, str]
) -> None:
    most_mb = 0
    with ThreadPoolExecutor(len(runaways)) as threads:
        start = time.monotonic()
        running = [threads.submit(ask, server, text) for text in runaways.values()]
        small = 0
        while not all(each.done() for each in running):
            assert ask(server, SMALL).status == 200
            small += 1
            most_mb = max(most_mb, sum(map(processes.resident_mb, workers(server))))
        took_s = time.monotonic() - start
    assert small >= 5
    assert took_s < 2 + 8  # figures are in `make bench-serving`
    assert most_mb < 6 * (512 + 200)
    for name, each in zip(runaways, running, strict=True):
        answer = each.result()
        assert answer.status == 503, name
        assert "longer than 2 s" in answer.text or "512 MiB" in answer.text, (name, answer.text)
        assert "results" not in answer.text
        assert len(answer.text.strip().splitlines()) == 1
    assert json.loads(ask(server, SMALL).body)["results"]["bindings"]


def test_a_client_that_leaves_takes_its_query_along(store_folder: Path) -> None:
    with listening(store_folder, "--timeout-s", "600", "--workers", "1") as server:
        before = workers(server)
        with socket.create_connection(("127.0.0.1", server.port)) as client:
            target = f"/sparql?query={quote(ENDLESS)}"
            client.sendall(f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
            processes.until(lambda: len(workers(server)) == 2)  # it has been set aside
        processes.until(lambda: len(workers(server)) == 1)
        assert workers(server) != before
        assert ask(server, SMALL).status == 200


def test_a_worker_that_is_killed_is_replaced_and_the_client_told(store_folder: Path) -> None:
    with listening(store_folder, "--timeout-s", "600", "--workers", "1") as server:
        with ThreadPoolExecutor(1) as threads:
            first = set(workers(server))
            running = threads.submit(ask, server, ENDLESS)
            processes.until(lambda: len(workers(server)) == 2)
            for worker in first:
                os.kill(worker, signal.SIGKILL)
            answer = running.result()
        assert answer.status == 503
        assert "died" in answer.text
        assert ask(server, SMALL).status == 200


def test_a_store_is_built_anew_under_load(tmp_path: Path) -> None:
    def tables(label: str) -> Path:
        content = invented.tables()
        content["organisations"][0]["label_en"] = label
        return invented.write(tmp_path / label, content)

    store = tmp_path / "store"
    build(tables("One"), store)
    with listening(store) as server, ThreadPoolExecutor(4) as threads:
        ended = threading.Event()

        def client() -> set[int]:
            seen = set()
            while not ended.is_set():
                seen.add(ask(server, LABEL).status)
            return seen

        clients = [threads.submit(client) for _ in range(4)]
        try:
            for label in ("Two", "Three", "Four"):
                build(tables(label), store)
                processes.until(lambda label=label: label in ask(server, LABEL).text)  # type: ignore[misc]
        finally:
            ended.set()
        assert {status for each in clients for status in each.result()} == {200}


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_a_server_that_ends_leaves_no_process(store_folder: Path, end: signal.Signals) -> None:
    with (
        listening(store_folder, "--timeout-s", "2") as server,
        ThreadPoolExecutor(3) as threads,
    ):
        running = [threads.submit(ask, server, ENDLESS) for _ in range(3)]
        processes.until(lambda: len(workers(server)) >= 4)
        everyone = family(server)
        assert server.stop(end) == (-9 if end == signal.SIGKILL else 0)
        gone = {"", "Z"}  # left for the system's first process to reap
        processes.until(lambda: {processes.state(each) for each in everyone} <= gone)
        for each in running:
            if end == signal.SIGKILL:
                with pytest.raises(OSError):  # noqa: PT011 (the connection broke, somehow)
                    each.result()
            else:
                assert each.result().status == 503
