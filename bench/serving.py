"""`make bench-serving`: coopgraph, `oxigraph serve-read-only` and rdflib-endpoint over HTTP.

    python bench/serving.py [--millions 1] [--clients 16] [--seconds 8] [--trials 3] [--store DIR]

The three serve the same triples (a made-up programme) on loopback and are asked in turn, in one
run: 200 distinct small queries, then one of 1,000 rows. Before that, all three must give the
same rows to every query. Nothing is cached on either side. Then runaway queries: when ours
stops each, what small queries notice meanwhile, and how much memory its workers take at most.
The packages `oxigraph` and `rdflib-endpoint` are optional: a peer that is not there is left out.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import load
from figures import free_port, heading, imported, resident_mb, row
from pyoxigraph import RdfFormat
from runaways import RUNAWAYS

from coopgraph.store import Folder, Store
from coopgraph.vocabulary import PREFIXES

#: Of a store of so many triples, those that the importer is asked for: the rest is derived.
_IMPORTED = 0.59
_SMALL = 200
_ROWS = 1000
_LIMIT_S = 1.0
_MEMORY_MB = 1024
_START_S = 900
#: What is promised: the share of each peer's rate, for small queries and for rows.
_PROMISED = {"oxigraph": (0.25, 0.6), "rdflib-endpoint": (3.0, 8.0)}


class Peer(NamedTuple):
    """A server: its name, where it answers, its process."""

    name: str
    port: int
    path: str
    process: subprocess.Popen[bytes]


def questions(store: Store) -> tuple[list[str], str]:
    """The small queries, and the one of 1,000 rows."""
    found = store.select("SELECT DISTINCT ?o { ?x coop:projectParticipant ?o }")
    records = sorted(row[0].value for row in found)
    kinds = (
        "SELECT ?label { <%s> skos:prefLabel ?label }",
        "SELECT ?p ?o { <%s> ?p ?o } ORDER BY ?p ?o LIMIT 5",
        "SELECT ?project ?label { ?project coop:projectParticipant <%s> ; skos:prefLabel ?label }",
        "SELECT ?country ?kind { <%s> coop:country ?country ; coop:organisationKind ?kind }",
    )
    chosen = random.Random(1).sample(records, _SMALL)  # noqa: S311 (the same in every run)
    small = [_declared(kinds[i % len(kinds)] % record) for i, record in enumerate(chosen)]
    rows = (
        "SELECT ?project ?label ?record "
        "{ ?project coop:projectParticipant ?record ; skos:prefLabel ?label } "
        f"LIMIT {_ROWS}"
    )
    return small, _declared(rows)


def _declared(text: str) -> str:
    used = [name for name in PREFIXES if f"{name}:" in text]
    return "".join(f"PREFIX {name}: <{PREFIXES[name]}> " for name in used) + text


def commands(store: Path, data: Path) -> dict[str, tuple[str, list[str]]]:
    """How each server is started, without its port, and the path of its endpoint."""
    here = str(Path(sys.executable).parent)
    oxigraph, endpoint = (
        shutil.which(name, path=here) or shutil.which(name) or ""
        for name in ("oxigraph", "rdflib-endpoint")
    )
    engine = str(Folder(store).current() / "engine")
    ours = [sys.executable, "-m", "coopgraph", "serve", "--store", str(store), "--port"]
    bind = [oxigraph, "serve-read-only", "--location", engine, "--union-default-graph", "--bind"]
    peer = [endpoint, "serve", "--store", "Oxigraph", "--host", "127.0.0.1", str(data), "--port"]
    return {"coopgraph": ("/sparql", ours), "oxigraph": ("/query", bind)} | (
        {"rdflib-endpoint": ("/", peer)} if endpoint else {}
    )


@contextlib.contextmanager
def serving(name: str, path: str, command: list[str], *options: str) -> Iterator[Peer]:
    """A server that answers, until the block ends; raises `FileNotFoundError`."""
    port = free_port()
    address = f"127.0.0.1:{port}" if name == "oxigraph" else str(port)
    quiet = subprocess.DEVNULL
    process = subprocess.Popen([*command, address, *options], stdout=quiet, stderr=quiet)
    peer = Peer(name, port, path, process)
    try:
        ends = time.monotonic() + _START_S
        while not _answers(peer):
            if process.poll() is not None or time.monotonic() > ends:
                raise RuntimeError(f"{name} does not start: {' '.join(command)}")
            time.sleep(0.2)
        yield peer
    finally:
        process.terminate()
        process.wait()


def _answers(peer: Peer) -> bool:
    with contextlib.suppress(OSError):
        return ask(peer, "ASK {}")[0] == 200
    return False


def ask(peer: Peer, text: str) -> tuple[int, bytes]:
    """The status and the body of the answer to a query."""
    url = f"http://127.0.0.1:{peer.port}{peer.path}?{urllib.parse.urlencode({'query': text})}"
    request = urllib.request.Request(url, headers={"Accept": f"{load.ACCEPT}, */*;q=0.1"})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 (loopback)
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()


def rows_of(peer: Peer, text: str) -> list[str]:
    """The rows of an answer in an order of their own, as text that can be compared."""
    status, body = ask(peer, text)
    if status != 200:
        raise RuntimeError(f"{peer.name} answers {status} to {text}: {body[:200]!r}")
    plain = "http://www.w3.org/2001/XMLSchema#string"
    return sorted(
        json.dumps(
            {
                name: {k: v for k, v in term.items() if (k, v) != ("datatype", plain)}
                for name, term in row.items()
            },
            sort_keys=True,
        )
        for row in json.loads(body)["results"]["bindings"]
    )


def agree(peers: Sequence[Peer], small: Sequence[str], rows: str) -> None:
    """Make sure that all give the same answers; of the query with a LIMIT, as many rows."""
    for text in small:
        answers = [rows_of(peer, text) for peer in peers]
        if any(answer != answers[0] for answer in answers):
            raise RuntimeError(f"the servers differ over: {text}")
    for peer in peers:
        assert len(rows_of(peer, rows)) == _ROWS, peer.name


def compare(peers: Sequence[Peer], texts: Sequence[str], given: argparse.Namespace) -> None:
    """Ask each in turn, several times; print medians and what is promised."""
    found: dict[str, list[load.Load]] = {peer.name: [] for peer in peers}
    for peer in peers:
        load.measure(peer.port, peer.path, texts, given.clients, 1)
    for _ in range(given.trials):
        for peer in peers:
            one = load.measure(peer.port, peer.path, texts, given.clients, given.seconds)
            found[peer.name].append(one)
    which = int(len(texts) == 1)
    ours = statistics.median(one.rate for one in found["coopgraph"])
    print(f"\n{_ROWS:,} rows" if which else f"\n{len(texts)} distinct small queries")
    heading("server", "requests/s", "p50 ms", "p99 ms", "failed", "ours / its", "promised")
    for name, loads in found.items():
        rate, p50, p99 = (statistics.median(one[i] for one in loads) for i in range(3))
        promised = f"≥ {_PROMISED[name][which]}" if name in _PROMISED else ""
        failed = sum(one.failed for one in loads)
        row(
            name, f"{rate:,.0f}", f"{p50:.2f}", f"{p99:.2f}", failed, f"{ours / rate:.2f}", promised
        )


def stop_runaways(peer: Peer, small: Sequence[str]) -> None:
    """Print when each runaway query is stopped, and what small queries notice meanwhile."""
    print(f"\nrunaway queries: limit {_LIMIT_S:g} s, {_MEMORY_MB} MiB")
    columns = ("query", "answer after s", "status", "says", "small, p50 ms", "slowest ms")
    heading(*columns, "workers MiB")
    for name, texts in [*((n, [t]) for n, t in RUNAWAYS.items()), ("all", [*RUNAWAYS.values()])]:
        ended: list[tuple[float, int, bytes]] = []
        threads = [threading.Thread(target=_time, args=(peer, t, ended)) for t in texts]
        for thread in threads:
            thread.start()
        took_ms, most_mb, turn = [], 0.0, 0
        while any(thread.is_alive() for thread in threads):
            start = time.perf_counter()
            assert ask(peer, small[turn % len(small)])[0] == 200
            took_ms.append(1000 * (time.perf_counter() - start))
            most_mb, turn = max(most_mb, resident_mb(peer.process.pid)), turn + 1
        last_s, status, body = max(ended)
        said = body.decode().partition(";")[0].strip()
        small_ms = f"{statistics.median(took_ms):.1f}", f"{max(took_ms):.0f}"
        row(name, f"{last_s:.2f}", status, said, *small_ms, f"{most_mb:,.0f}")


def _time(peer: Peer, text: str, ended: list[tuple[float, int, bytes]]) -> None:
    start = time.perf_counter()
    status, body = ask(peer, text)
    ended.append((time.perf_counter() - start, status, body))


def main() -> None:
    """Make the data, start the servers, measure."""
    parser = argparse.ArgumentParser(description="Three SPARQL servers over the same triples.")
    parser.add_argument("--millions", type=float, default=1.0)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--trials", type=int, default=3)
    parser.add_argument("--store", type=Path, help="one that was built before, in place of new")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as place, contextlib.ExitStack() as running:
        folder = given.store or Path(place) / "store"
        if given.store is None:
            imported(Path(place), int(given.millions * 1e6 * _IMPORTED))
        store = Store.open(folder)
        data = Path(place) / "data.nq"
        store.engine.dump(str(data), format=RdfFormat.N_QUADS)
        small, rows = questions(store)
        print(f"{store.manifest.triples:,} triples; {given.clients} clients", end="; ")
        print("load from wrk" if load.has_wrk() else "load from Python (wrk is not installed)")
        peers, started = [], commands(folder, data)
        for name, (path, command) in started.items():
            try:
                peers.append(running.enter_context(serving(name, path, command)))
            except (FileNotFoundError, PermissionError):
                print(f"{name} is not installed: left out", file=sys.stderr)
        agree(peers, small, rows)
        compare(peers, small, given)
        compare(peers, [rows], given)
        limits = ("--timeout-s", str(_LIMIT_S), "--memory-mb", str(_MEMORY_MB))
        with serving("coopgraph", *started["coopgraph"], *limits) as limited:
            stop_runaways(limited, small)


if __name__ == "__main__":
    main()
