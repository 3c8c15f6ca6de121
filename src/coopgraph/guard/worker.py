"""In a worker process: open one version of the store, then answer one job after the other."""

import gc
import json
import os
import pickle
import socket
import traceback
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Final, Protocol

from coopgraph import processes
from coopgraph.errors import CoopgraphError, MemoryExceeded
from coopgraph.guard import frames
from coopgraph.guard.limits import Limits, Reply
from coopgraph.guard.spool import BLOCK, too_large
from coopgraph.processes import resource

#: The last words of the engine and of Python on standard error when they get no memory.
NO_MEMORY: Final = ("memory allocation of", "bad_alloc", "MemoryError")


class Jobs(Protocol):
    """A module of jobs."""

    JOBS: Mapping[str, Callable[..., Reply]]

    def open_graph(self, version: Path) -> Any:
        """Open what every job gets as its first argument."""

    def prepare(self) -> Iterable[int]:
        """Load what long jobs need, in short steps; each yields 0. It starts no thread."""


def serve(channel: socket.socket, jobs: Jobs) -> None:
    """Answer until the pool closes the channel."""
    calls = frames.receive(channel)
    _, started, _ = next(calls, (0, b"", b""))
    if not started:
        return
    version, limits = pickle.loads(started)  # noqa: S301 (from the pool)
    try:
        graph = jobs.open_graph(Path(version))
    except CoopgraphError as error:
        frames.send(channel, frames.ERROR | frames.LAST, frames.pack_error(error))
        return
    gc.collect()
    gc.freeze()  # what exists now stays: later collections skip it
    baseline = _limit_memory(limits)
    frames.send(channel, frames.READY, json.dumps(os.getpid()).encode())
    for _, call, _ in calls:
        kind, meta, reply = _answer(graph, jobs, call, limits)
        if not kind & frames.LAST and _is_over_half(baseline, limits):
            kind |= frames.LAST
        _send(channel, kind, meta, reply)
        if kind & frames.LAST:
            return


def _send(channel: socket.socket, kind: int, meta: bytes, reply: Reply) -> None:
    """Send a frame; a long reply in parts before it, so that neither side holds all of it."""
    body, spool = reply.body, reply.spool
    if spool is not None:
        with spool:
            for block in spool.blocks():
                frames.send(channel, frames.PART, b"", block)
    while len(body) > BLOCK:
        frames.send(channel, frames.PART, b"", body[:BLOCK])
        body = body[BLOCK:]
    frames.send(channel, kind, meta, body)


def _answer(graph: Any, jobs: Jobs, call: bytes, limits: Limits) -> tuple[int, bytes, Reply]:
    """The frame that answers a call.

    It raises no `Exception`; a panic of the engine is a `BaseException`, which ends the process.
    """
    try:
        job, arguments = pickle.loads(call)  # noqa: S301 (from the pool)
        reply = jobs.JOBS[job](graph, **arguments)
        if reply.size > limits.reply_bytes:
            raise too_large(limits.reply_bytes)
        return frames.REPLY, json.dumps(dict(reply.headers)).encode(), reply
    except MemoryError:
        return frames.ERROR | frames.LAST, frames.pack_error(memory_exceeded(limits)), Reply()
    except CoopgraphError as error:
        return frames.ERROR, frames.pack_error(error), Reply()
    except Exception:  # noqa: BLE001 (our own bug; the pool logs it)
        return frames.FAULT, traceback.format_exc().encode("utf-8", "replace"), Reply()


def memory_exceeded(limits: Limits) -> MemoryExceeded:
    """The error of a job that took too much memory."""
    return MemoryExceeded(
        f"the query took more than {limits.memory_mb} MiB of memory and was stopped",
        remedy="ask for less at once",
    )


def all_memory_exceeded(limits: Limits) -> MemoryExceeded:
    """The error of the job that took the most where all together took too much."""
    return MemoryExceeded(
        f"all queries together took more than {limits.total_memory_bytes >> 20} MiB of memory, and "
        "this one the most: it was stopped",
        remedy="ask for less at once, or again when others are done",
    )


def _limit_memory(limits: Limits) -> int:
    """Limit what may be used beyond the present; returns the peak of resident memory, in KiB."""
    if resource is None:
        return 0
    now = _data_bytes()
    if now is not None:
        processes.limit(DATA=now + limits.memory_bytes)
    return int(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def _data_bytes() -> int | None:
    """The private writable memory of this process, as RLIMIT_DATA counts it; None where the
    system does not tell."""
    try:
        text = Path("/proc/self/status").read_text(encoding="ascii")
    except OSError:
        return None
    return 1024 * int(text.partition("VmData:")[2].split()[0])


def _is_over_half(baseline: int, limits: Limits) -> bool:
    """Whether past jobs hold so much that the next would have less than half of the limit."""
    if resource is None:
        return False
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return bool(1024 * (peak - baseline) > limits.memory_bytes // 2)
