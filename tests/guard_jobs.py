"""Jobs for the tests of the guard: well-behaved ones and all sorts of others."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from coopgraph.errors import QuerySyntax, StoreDamaged
from coopgraph.guard import Reply, Spool, reply_of
from coopgraph.store import Store


def open_graph(version: Path) -> Store:
    if (version / "refuse").exists():
        raise StoreDamaged("this version is not opened", place=version.name, remedy="build again")
    if (version / "die").exists():
        os._exit(1)
    return Store(ox.Store.read_only(str(version / "engine")), version)


#: What `prepare` has done in the process that forks workers.
PREPARED: list[int] = []


def prepare() -> Iterator[int]:
    for step in (1, 2):
        PREPARED.append(step)
        yield 0


def prepared(_: Store) -> Reply:
    return Reply(repr(PREPARED).encode())


def ask(store: Store, text: str) -> Reply:
    found: Any = store.query(text)
    if isinstance(found, ox.QueryTriples):
        return Reply(found.serialize(format=ox.RdfFormat.N_TRIPLES) or b"")
    body = found.serialize(format=ox.QueryResultsFormat.JSON) or b""
    return Reply(body, {"Content-Type": "application/sparql-results+json"})


def overflow(_: Store) -> Reply:
    """A query that is deeper than the engine's stack, past the check of its depth."""
    ox.Store().query(f"SELECT * {'{' * 100_000} {'}' * 100_000}")
    return Reply(b"")


def echo(_: Store, **arguments: Any) -> Reply:
    return Reply(repr(sorted(arguments.items())).encode(), {"한": "글"})


def big(_: Store, size: int) -> Reply:
    return Reply(bytes(size))


def written(_: Store, blocks: int, size: int) -> Reply:
    """An answer that is written block after block."""
    spool = Spool()
    for _block in range(blocks):
        spool.write(b"x" * size)
    return reply_of(spool, {})


def nap(_: Store, seconds: float) -> Reply:
    time.sleep(seconds)
    return Reply(str(os.getpid()).encode())


def wait(_: Store, gate: str) -> Reply:
    """Until somebody makes the file `gate`; says so in another beside it."""
    Path(f"{gate}.reached").touch()
    while not Path(gate).exists():
        time.sleep(0.005)
    return Reply(b"through")


def hold(store: Store, gate: str, size: int) -> Reply:
    """Keep memory in use until somebody makes the file `gate`."""
    kept = b"x" * size
    reply = wait(store, gate)
    return reply if kept else Reply(b"")


def whoami(store: Store) -> Reply:
    assert store.version is not None
    return Reply(str(os.getpid()).encode(), {"version": store.version.name})


def handles(_: Store) -> Reply:
    """What the worker has open, other than the files of its store."""
    names = []
    for link in Path("/proc/self/fd").iterdir():
        try:
            names.append(str(link.readlink()))
        except FileNotFoundError:  # the listing itself
            continue
    return Reply("\n".join(name for name in names if "/versions/" not in name).encode())


def signals(_: Store) -> Reply:
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        os.kill(os.getpid(), each)
    return Reply(b"alive")


def niceness(_: Store, seconds: float) -> Reply:
    before = os.getpriority(os.PRIO_PROCESS, 0)
    time.sleep(seconds)
    return Reply(str(os.getpriority(os.PRIO_PROCESS, 0) - before).encode())


def die(_: Store, status: int = 3) -> Reply:
    os._exit(status)


def hoard(_: Store) -> Reply:
    kept = []
    while True:
        kept.append(bytearray(1 << 20))


def swell(_: Store, size: int) -> Reply:
    return Reply(f"{len(b'x' * size)} {os.getpid()}".encode())


def syntax(_: Store) -> Reply:
    raise QuerySyntax("not SPARQL", place="query, line 3, column 5", remedy="mend it")


def mistake(_: Store) -> Reply:
    raise KeyError("a mistake of ours")


def panic(_: Store) -> Reply:
    raise BaseException("as the engine's panics are")


JOBS = {
    job.__name__: job
    for job in (
        *(ask, echo, big, written, nap, wait, hold, whoami, handles, signals, niceness),
        *(die, hoard, overflow, swell, syntax, mistake, panic, prepared),
    )
}
