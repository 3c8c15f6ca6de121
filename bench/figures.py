"""What the benchmarks share: time, memory, processes, stores at size, tables of figures.

Machines drift: only ratios of one run are compared, each the median of several trials that take
turns with the peer's. Nothing here fails: figures are for people to read.
"""

from __future__ import annotations

import contextlib
import resource
import shutil
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from coopgraph.store import Store

T = TypeVar("T")


def timed(action: Callable[[], T]) -> tuple[float, T]:
    """Seconds of one run, and what it gave."""
    start = time.perf_counter()
    result = action()
    return time.perf_counter() - start, result


def best(action: Callable[[], T], trials: int = 3) -> tuple[float, T]:
    """The quickest of some runs: other work can only add."""
    return min((timed(action) for _ in range(trials)), key=lambda run: run[0])


def busy(action: Callable[[], T], trials: int = 3) -> tuple[float, T]:
    """Seconds of processor time of the quickest of some runs, which other work troubles less; of
    the first alone where that took more than two."""
    least, result = float("inf"), action()
    for _ in range(trials):
        start = time.process_time()
        result = action()
        least = min(least, time.process_time() - start)
        if least > 2:
            break
    return least, result


def compare(
    ours: Callable[[], object], peer: Callable[[], object], trials: int = 7
) -> tuple[float, float]:
    """Median seconds of both, run in turns after one unmeasured run each."""
    ours(), peer()
    pairs = [(timed(ours)[0], timed(peer)[0]) for _ in range(trials)]
    return statistics.median(p[0] for p in pairs), statistics.median(p[1] for p in pairs)


def child(*arguments: str) -> str:
    """What a Python process with these arguments prints."""
    command = [sys.executable, *arguments]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def peak_mb() -> float:
    """The most memory that this process has had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def resident_mb(process: int) -> float:
    """Megabytes in memory of a process and all below it; 0 where the system has no /proc."""
    total = 0.0
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, IndexError):
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            if int(folder.name) == process:
                total += int(fields[21]) * resource.getpagesize() / 2**20
            elif int(fields[1]) == process:
                total += resident_mb(int(folder.name))
    return total


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def imported(folder: Path, triples: int) -> Store:
    """A store with the shipped data and a made-up programme of about so many triples."""
    from generate import generate

    from coopgraph.compiler import build
    from coopgraph.compiler.imports import import_files

    generate(folder / "files", triples)
    build(store=folder / "store")
    import_files("cordis", [folder / "files"], folder / "store")
    shutil.rmtree(folder / "files")
    return Store.open(folder / "store")


def union(store: Store) -> bytes:
    """All triples of a store as N-Triples, in one graph, as its peers hold them."""
    from coopgraph.store.export import export_dataset

    quads = export_dataset(store, "nq").splitlines()
    return b"".join(line.rsplit(b" ", 2)[0] + b" .\n" for line in quads)


def heading(*columns: str, words: int = 1) -> None:
    """The head of a Markdown table; the first columns hold words, the others numbers."""
    row(*columns)
    print(f"|{'---|' * words}{'---:|' * (len(columns) - words)}")


def row(*cells: object) -> None:
    """One row of it, at once."""
    print(f"| {' | '.join(map(str, cells))} |", flush=True)
