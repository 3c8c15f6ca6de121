"""How tests ask the server: inside this process for the many, over a socket for the few.

The fixture `server` is there for all; a test module may have its own.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import json
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Awaitable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote

import pyoxigraph as ox
import pytest
from command_line import environment

from coopgraph.server.application import Answered, ask, create_app
from coopgraph.server.security import Settings
from coopgraph.store import Folder
from coopgraph.store.builds import write_digests

T = TypeVar("T")
_PATIENCE_S = 60
JSON = "application/sparql-results+json"
#: What a browser accepts of an address that is typed or followed.
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8"
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


class Server:
    """The application with its workers, in an event loop on a thread of its own."""

    def __init__(self, folder: Path, settings: Settings | None = None) -> None:
        self.app = create_app(folder, settings)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)

    def run(self, work: Awaitable[T]) -> T:
        """The result of a coroutine in the server's loop."""

        async def wait() -> T:
            return await asyncio.wait_for(work, _PATIENCE_S)

        return asyncio.run_coroutine_threadsafe(wait(), self._loop).result()

    def ask(
        self,
        target: str,
        *,
        method: str = "GET",
        accept: str | None = None,
        headers: Iterable[tuple[str, str]] = (),
        body: bytes | Iterable[bytes] = b"",
    ) -> Answered:
        """The answer to one request."""
        all_headers = [*headers, *([("accept", accept)] if accept is not None else [])]
        return self.run(ask(self.app, target, method=method, headers=all_headers, body=body))

    def query(self, text: str, accept: str = JSON, /, **fields: str | list[str]) -> Answered:
        """The answer to a query by GET, with other fields of the protocol."""
        return self.ask(query_target(text, fields), accept=accept)

    @contextlib.contextmanager
    def running(self) -> Iterator[Server]:
        """With the workers started, and stopped at the end."""
        gc.collect()  # what is left of an engine may be dropped by no thread but its own
        self._thread.start()
        context = self.app.started()
        try:
            self.run(context.__aenter__())
            try:
                yield self
            finally:
                self.run(context.__aexit__(None, None, None))
        finally:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()


def query_target(text: str, fields: Mapping[str, str | list[str]] | None = None) -> str:
    """The address of a query; `_` in the name of a field stands for `-`."""
    pairs = [("query", text)]
    for name, values in (fields or {}).items():
        given = [values] if isinstance(values, str) else values
        pairs += [(name.replace("_", "-"), value) for value in given]
    return "/sparql?" + "&".join(f"{name}={quote(value, safe='')}" for name, value in pairs)


class Process:
    """`coopgraph serve` as a process of its own, listening on a free port.

    `before` is Python that runs first, `env` what its environment has besides.
    """

    def __init__(
        self,
        folder: Path,
        *options: str,
        before: str = "",
        env: Mapping[str, str] | None = None,
    ) -> None:
        code = f"{before}\nfrom coopgraph.cli import main\nmain()"
        command = [sys.executable, "-c", code, "serve", "--port", "0"]
        self.process = subprocess.Popen(
            [*command, "--store", str(folder), *options],
            env=environment({"PYTHONUNBUFFERED": "1", **(env or {})}),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self.said: list[str] = []
        self.address = ""
        assert self.process.stderr is not None
        for raw in self.process.stderr:
            self.said.append(raw.decode())
            if match := re.match(r"Serving at (http://\S+)/ ", self.said[-1]):
                self.address = match[1]
                break
        assert self.address, self.said

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return int(self.address.rpartition(":")[2])

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Send a signal; returns the exit code. What it said stands in `said`."""
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=_PATIENCE_S)
        assert not out
        self.said += err.decode().splitlines(keepends=True)
        return self.process.returncode


@contextlib.contextmanager
def listening(
    folder: Path, *options: str, before: str = "", env: Mapping[str, str] | None = None
) -> Iterator[Process]:
    """A `Process` that is stopped at the end, whatever happens."""
    server = Process(folder, *options, before=before, env=env)
    try:
        yield server
    finally:
        if server.process.poll() is None:
            assert server.stop() == 0, server.said


def with_graphs(store: Path, copy: Path, graphs: Mapping[str, bytes]) -> Path:
    """A copy of a store, with named graphs of N-Triples added to its engine."""
    shutil.copytree(store, copy)
    folder = Folder(copy)
    version = folder.current()
    engine = ox.Store(str(version / "engine"))
    for name, triples in graphs.items():
        engine.load(triples, format=ox.RdfFormat.N_TRIPLES, to_graph=ox.NamedNode(name))
    engine.flush()
    del engine  # closes its files
    write_digests(version)
    with folder.locked():
        folder.switch(version, folder.builds()[0])
    return copy


@pytest.fixture(name="server", scope="session")
def a_server(article_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of at most 50 rows over the tables of the article and `GRAPHS`."""
    store = with_graphs(article_folder, tmp_path_factory.mktemp("served") / "store", GRAPHS)
    with Server(store, Settings(rows=50)).running() as running:
        yield running


def values(body: bytes) -> list[str]:
    """The values of all cells of an answer in JSON, row after row."""
    rows = json.loads(body)["results"]["bindings"]
    return [cell["value"] for row in rows for cell in row.values()]
