"""A worker process: it opens one version of the store, then answers one job after the other; and
the process that forks workers: small, without threads, without a store.

It imports the jobs once; a worker is then a fork of it, ready in the time that it takes to open the
store. Its arguments are a socket and the module of jobs; the pool sends five bytes at a time: `s`
and a number, with two file descriptors (the worker's channel and its standard error), starts a
worker; `k` and its number kills it. Only this process reaps its children, so that a number always
names the same process. When the pool closes the socket, all workers are killed.

Once a worker has ended, which most do after a long job, what such jobs load is loaded here, step by
step (`Jobs.prepare`), so that later workers have it: else each would load it anew, and be too slow
for the quick lane by that alone.
"""

import contextlib
import ctypes
import gc
import importlib
import json
import os
import pickle
import select
import signal
import socket
import sys
import traceback
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Final, Protocol, cast

from coopgraph import processes
from coopgraph.errors import CoopgraphError, MemoryExceeded
from coopgraph.guard import frames
from coopgraph.guard.limits import BLOCK, Limits, Reply, too_large
from coopgraph.processes import resource

#: The last words of the engine and of Python on standard error when they get no memory.
NO_MEMORY: Final = ("memory allocation of", "bad_alloc", "MemoryError")
#: Bytes of a message: a letter and a number.
MESSAGE = 5
_PR_SET_PDEATHSIG = 1


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
    """The frame that answers a call. It raises no `Exception`; a panic of the engine is a
    `BaseException`, which ends the process."""
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


def run(control: socket.socket, jobs: Jobs) -> None:
    """Start, kill and reap workers until the pool closes `control`."""
    wake_reader, wake = os.pipe()
    os.set_blocking(wake_reader, False)
    os.set_blocking(wake, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    children: dict[int, int] = {}  # process by number
    steps, wait_s = iter(jobs.prepare()), None
    while True:
        ready, _, _ = select.select([control.fileno(), wake_reader], [], [], wait_s)
        if wake_reader in ready:
            os.read(wake_reader, 4096)
            _reap(children, os.WNOHANG)
            wait_s = 0
            continue
        if not ready:
            wait_s = next(steps, None)
            continue
        message, handles, _, _ = socket.recv_fds(control, MESSAGE, 2)
        if not message:
            break
        number = int.from_bytes(message[1:])
        if message[:1] == b"s":
            children[number] = _fork(jobs, handles, (control.fileno(), wake_reader, wake))
        elif number in children:
            os.kill(children[number], signal.SIGKILL)
    for process in children.values():
        os.kill(process, signal.SIGKILL)
    _reap(children, 0)


def _fork(jobs: Jobs, handles: list[int], own: tuple[int, ...]) -> int:
    """Start a worker with `handles` and without `own`; returns its process."""
    server, process = os.getpid(), os.fork()
    if not process:
        for handle in own:
            os.close(handle)
        _become_worker(handles, jobs, server)
    for handle in handles:
        os.close(handle)
    return process


def _reap(children: dict[int, int], options: int) -> None:
    """Forget the children that have ended; waits for all of them where `options` is 0."""
    while children:
        process, _ = os.waitpid(-1, options)
        if not process:
            return
        del children[next(number for number, child in children.items() if child == process)]


def _become_worker(handles: list[int], jobs: Jobs, server: int) -> None:
    """Serve, then end without the clean-up of the process that this is a copy of."""
    status = 1
    try:
        die_with_parent()
        if os.getppid() != server:  # it ended before the request
            return
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        channel, stderr = handles
        os.dup2(stderr, 2)
        os.close(stderr)
        with socket.socket(fileno=channel) as connection, contextlib.suppress(OSError):
            serve(connection, jobs)
        status = 0
    finally:
        os._exit(status)


def die_with_parent() -> None:
    """Have Linux send SIGKILL when the server ends."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def main() -> None:
    """Run the fork server as the pool starts it."""
    control = socket.socket(fileno=int(sys.argv[1]))
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)  # the pool decides when its workers end
    jobs = importlib.import_module(sys.argv[2])
    run(control, cast("Jobs", jobs))


if __name__ == "__main__":
    main()
