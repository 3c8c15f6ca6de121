"""`make bench-lanes`: small queries, a page and /health while 60 clients ask runaway queries.

    python bench/lanes.py [--runaways 60] [--clients 6] [--each 12] [--rounds 3] [--store DIR]

`--clients` people ask `--each` small queries one after the other, on a connection each: of an idle
server, then of one that 60 other clients keep busy with runaway queries, each text
its own, and ask again as soon as they are answered. Both come from one address, as behind a proxy.
"""

from __future__ import annotations

import argparse
import http.client
import statistics
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from urllib.parse import quote

from figures import heading, resident_mb, row
from runaways import RUNAWAYS
from serving import Peer, commands, serving

from coopgraph.compiler import build

_SMALL = (
    "SELECT ?label { <https://w3id.org/coopgraph/id/technology/quantum> skos:prefLabel ?label }",
    "SELECT ?technology { ?technology a coop:Technology } LIMIT 5",
    "SELECT ?p ?o { <https://w3id.org/coopgraph/id/technology/quantum> ?p ?o } ORDER BY ?p LIMIT 5",
    "ASK { ?technology coop:intendedPartner ?partner }",
)
_PAGE = "/questions/partners?technology=quantum"
_PROMISED = 5
_JOIN_S = 1.0


class Seen:
    """What clients saw: milliseconds of each answer, and how many of each status."""

    def __init__(self) -> None:
        self.ms: list[float] = []
        self.statuses: Counter[int] = Counter()

    @property
    def p50_ms(self) -> float:
        """The median."""
        return statistics.median(self.ms)


class Client:
    """One connection, kept open while the server does."""

    def __init__(self, port: int, seen: Seen) -> None:
        self._port, self._seen = port, seen
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)

    def ask(self, target: str) -> None:
        """Ask and note what came of it; 0 for a connection that broke."""
        start, status = time.perf_counter(), 0
        try:
            self._connection.request("GET", target)
            answer = self._connection.getresponse()
            answer.read()
            status = answer.status
        except (OSError, http.client.HTTPException):
            self._connection.close()
        self._seen.ms.append(1000 * (time.perf_counter() - start))
        self._seen.statuses[status] += 1

    def close(self) -> None:
        """Leave, even in the middle of an answer."""
        if self._connection.sock is not None:
            self._connection.sock.close()
        self._connection.close()


def target_of(text: str) -> str:
    """The address of a query."""
    return f"/sparql?query={quote(text, safe='')}"


def ask_small(port: int, clients: int, targets: Sequence[str]) -> Seen:
    """What so many clients see who ask the `targets` at once, each of them all."""
    seen = Seen()

    def one(_: int) -> None:
        client = Client(port, seen)
        for target in targets:
            client.ask(target)
        client.close()

    with ThreadPoolExecutor(clients) as threads:
        list(threads.map(one, range(clients)))
    return seen


class Crowd:
    """Clients in the background that go on asking until the block ends."""

    def __init__(self, port: int, clients: int, next_target: Callable[[], str], pause_s: float = 0):
        self.seen = Seen()
        self._ended = threading.Event()
        self._clients = [Client(port, self.seen) for _ in range(clients)]
        self._threads = [
            threading.Thread(target=self._go_on, args=(client, next_target, pause_s))
            for client in self._clients
        ]

    def _go_on(self, client: Client, next_target: Callable[[], str], pause_s: float) -> None:
        while not self._ended.wait(pause_s):
            client.ask(next_target())

    def __enter__(self) -> Crowd:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        for client in self._clients:
            client.close()
        for thread in self._threads:
            thread.join(_JOIN_S)


def measure(peer: Peer, given: argparse.Namespace) -> None:
    """Print what small queries, a page and /health see, idle and under runaways."""
    numbers = count()

    def runaway() -> str:
        number = next(numbers)
        texts = [*RUNAWAYS.values()]
        return target_of(f"{texts[number % len(texts)]} # {number}")

    small = [target_of(_SMALL[i % len(_SMALL)]) for i in range(given.each)]
    ask_small(peer.port, given.clients, [*small, _PAGE])
    idle = [ask_small(peer.port, given.clients, small).p50_ms for _ in range(given.rounds)]
    page = [ask_small(peer.port, 1, [_PAGE] * 5).p50_ms for _ in range(given.rounds)]
    heading("", "small p50 ms", "× idle", "slowest ms", "not 200", "page ms", "workers MiB")
    idle_ms = statistics.median(idle)
    row("idle", f"{idle_ms:.1f}", "1", "", "", f"{statistics.median(page):.0f}", "")
    with (
        Crowd(peer.port, 1, lambda: "/health", 0.05) as health,
        Crowd(peer.port, given.runaways, runaway) as crowd,
    ):
        for turn in range(given.rounds):
            time.sleep(given.wait_s)
            seen = ask_small(peer.port, given.clients, small)
            paged = ask_small(peer.port, 1, [_PAGE])
            refused = seen.statuses.total() - seen.statuses[200]
            row(
                f"{given.runaways} runaways, {(turn + 1) * given.wait_s:g} s",
                f"{seen.p50_ms:.1f}",
                f"{seen.p50_ms / idle_ms:.1f} (≤ {_PROMISED})",
                f"{max(seen.ms):.0f}",
                f"{refused} of {seen.statuses.total()}",
                f"{paged.p50_ms:.0f} ({next(iter(paged.statuses))})",
                f"{resident_mb(peer.process.pid):,.0f}",
            )
        print(f"/health: {len(health.seen.ms)} answers, the slowest {max(health.seen.ms):.0f} ms,")
        print(f"    {dict(health.seen.statuses)}; runaways: {dict(crowd.seen.statuses)}")


def main() -> None:
    """Make a store, start the server, measure."""
    parser = argparse.ArgumentParser(description="Small queries beside runaway ones.")
    parser.add_argument("--runaways", type=int, default=60)
    parser.add_argument("--clients", type=int, default=6)
    parser.add_argument("--each", type=int, default=12)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--wait-s", type=float, default=5)
    parser.add_argument("--store", type=Path, help="one that was built before, in place of new")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = given.store or Path(place) / "store"
        if given.store is None:
            build(store=folder)
        path, command = commands(folder, folder)["coopgraph"]
        with serving("coopgraph", path, command) as peer:
            measure(peer, given)


if __name__ == "__main__":
    main()
