"""How long answers leave the server: time to the first byte and to the last, and peak memory.

    python bench/answers.py [--rows 150000] [--source src …]

Each SOURCE, the folder of a version of coopgraph, serves a store that it built: the shipped tables
and a graph of made-up notes. Memory is sampled of the server and of its largest worker.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from figures import heading, row

_ACCEPT = ("application/sparql-results+json", "text/csv")
_TRIALS = 3
_EVERY_S = 0.01


def main() -> None:
    """Serve, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=150_000)
    parser.add_argument("--source", nargs="+", default=["src"])
    given = parser.parse_args()
    heading("source", "format", "rows", "MB", "first byte s", "last byte s", "server, worker MB")
    for source in given.source:
        with tempfile.TemporaryDirectory() as folder:
            make_store(source, Path(folder), given.rows)
            for accept in _ACCEPT:
                with serving(source, f"{folder}/store") as (port, process):
                    row(source, accept, *measure(port, process, accept))


def make_store(source: str, folder: Path, rows: int) -> None:
    """The shipped tables as a version of coopgraph builds them, and a graph of notes."""
    notes = folder / "notes.nt"
    with notes.open("w", encoding="ascii") as file:
        for i in range(rows):
            file.write(f'<http://e.example/{i}> <http://e.example/note> "note {i}" .\n')
    for verb in (("build",), ("import", "rdf", notes)):
        command = (sys.executable, "-m", "coopgraph", *verb, "--store", folder / "store")
        subprocess.run(command, env=environment(source), check=True, stdout=subprocess.DEVNULL)


def environment(source: str) -> dict[str, str]:
    """The environment in which Python imports coopgraph from a folder."""
    return {**os.environ, "PYTHONPATH": source, "PYTHONUNBUFFERED": "1"}


def measure(port: int, process: int, accept: str) -> list[str]:
    """The rows, MB, best times and peaks of a few trials."""
    done, peaks = threading.Event(), [0, 0]
    watcher = threading.Thread(target=watch, args=(process, peaks, done))
    watcher.start()
    first, last, body = [], [], b""
    text = "SELECT ?s ?o { ?s <http://e.example/note> ?o }"
    for _ in range(_TRIALS):
        connection, began = http.client.HTTPConnection("127.0.0.1", port), time.monotonic()
        connection.request("GET", f"/sparql?query={quote(text)}", headers={"Accept": accept})
        answer = connection.getresponse()
        body = answer.read(1)
        first.append(time.monotonic() - began)
        body += answer.read()
        last.append(time.monotonic() - began)
        connection.close()
    done.set()
    watcher.join()
    rows = body.count(b'{"s":') or body.count(b"\n") - 1
    figures = (f"{rows:,}", f"{len(body) / 1e6:.1f}", f"{min(first):.2f}", f"{min(last):.2f}")
    return [*figures, ", ".join(f"{peak:,}" for peak in peaks)]


def watch(process: int, peaks: list[int], done: threading.Event) -> None:
    """Sample the resident MB of the server and of the largest process below it."""
    while not done.wait(_EVERY_S):
        sizes = [resident_mb(each) for each in below(process)]
        peaks[:] = map(max, peaks, (resident_mb(process), max(sizes, default=0)))


def below(process: int) -> Iterator[int]:
    """The processes that a process has started, and those that they have."""
    with contextlib.suppress(OSError):
        for child in Path(f"/proc/{process}/task/{process}/children").read_text().split():
            yield int(child)
            yield from below(int(child))


def resident_mb(process: int) -> int:
    """The resident memory of a process, 0 when it has ended."""
    try:
        found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{process}/status").read_text())
    except OSError:
        return 0
    return int(found[1]) >> 10 if found else 0


@contextlib.contextmanager
def serving(source: str, folder: str) -> Iterator[tuple[int, int]]:
    """The port and the process of a server."""
    command = (sys.executable, "-m", "coopgraph", "serve", "--port", "0", "--store", folder)
    with subprocess.Popen(
        [*command, "--timeout-s", "120"], env=environment(source), stderr=subprocess.PIPE, text=True
    ) as server:
        assert server.stderr is not None
        found = next(filter(None, (re.search(r":(\d+)/", line) for line in server.stderr)))
        try:
            yield int(found[1]), server.pid
        finally:
            server.terminate()


if __name__ == "__main__":
    main()
