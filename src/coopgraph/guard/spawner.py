"""How worker processes are started: forked from a small process, or each by itself.

A fork is ready in the time that it takes to open the store; where the system has no `os.fork`
(Windows), a new interpreter imports the jobs first.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import os
import pickle
import signal
import socket
import subprocess
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

from coopgraph import processes
from coopgraph.guard import frames
from coopgraph.guard.forkserver import MESSAGE
from coopgraph.guard.process import Listener, WorkerProcess

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess

    from coopgraph.guard.limits import Limits
    from coopgraph.guard.worker import Jobs

_KILL_AFTER_S = 5.0


class Spawner(ABC):
    """Starts the worker processes of a pool."""

    @abstractmethod
    def start(self, version: Path, limits: Limits, listener: Listener) -> WorkerProcess:
        """A new worker, which sends `READY` when it has opened `version`; raises `OSError`."""

    @abstractmethod
    async def close(self) -> None:
        """End every worker, and see them end."""


def spawner_of(jobs: str, lost: Callable[[], None]) -> Spawner:
    """The spawner for this system; `lost` is called when it ends without being closed."""
    return ForkServer(jobs, lost) if hasattr(os, "fork") else FreshProcesses(jobs)


class ForkServer(Spawner):
    """The process that forks workers: `coopgraph.guard.forkserver`."""

    def __init__(self, jobs: str, lost: Callable[[], None]) -> None:
        self._lost = lost
        self._started = 0
        self._loop = asyncio.get_running_loop()
        self._control, theirs = socket.socketpair()
        self._control.setblocking(False)
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 (ourselves)
                processes.command(f"{__package__}.forkserver", str(theirs.fileno()), jobs),
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env={**os.environ, "RUST_BACKTRACE": "0"},
            )
        self._loop.add_reader(self._control, self._ended)

    def start(self, version: Path, limits: Limits, listener: Listener) -> WorkerProcess:
        """A new worker; raises `OSError` where the server has ended, and `lost` is called."""
        self._started += 1
        number = self._started.to_bytes(MESSAGE - 1)
        ours, theirs = socket.socketpair()
        readable, stderr = os.pipe()
        os.set_blocking(readable, False)
        os.set_blocking(stderr, False)  # it is read at the end: what does not fit is lost
        kill = partial(self._send, b"k" + number)
        worker = WorkerProcess(version, limits, listener, ours, kill, readable)
        try:
            socket.send_fds(self._control, [b"s" + number], [theirs.fileno(), stderr])
        except OSError:
            worker.close()
            raise
        finally:
            theirs.close()
            os.close(stderr)
        worker.send(frames.START, pickle.dumps((str(version), limits)))
        return worker

    async def close(self) -> None:
        """End the server and, with it, every worker."""
        self._loop.remove_reader(self._control)
        self._control.close()
        ends = self._loop.time() + _KILL_AFTER_S
        while self._process.poll() is None:
            if self._loop.time() > ends:
                self._process.kill()
            await asyncio.sleep(0.005)

    def _send(self, message: bytes) -> None:
        with contextlib.suppress(OSError):  # the server has ended, and its workers with it
            self._control.send(message)

    def _ended(self) -> None:
        self._loop.remove_reader(self._control)
        self._control.close()
        self._process.kill()
        self._process.wait()
        self._lost()


class FreshProcesses(Spawner):
    """Starts each worker as a new interpreter (`multiprocessing`, start method `spawn`)."""

    def __init__(self, jobs: str) -> None:
        import multiprocessing

        self._jobs = jobs
        self._context = multiprocessing.get_context("spawn")
        self._processes: list[BaseProcess] = []

    def start(self, version: Path, limits: Limits, listener: Listener) -> WorkerProcess:
        """A new worker, whose standard error is the pool's."""
        ours, theirs = socket.socketpair()
        with theirs:
            process = self._context.Process(target=_work, args=(theirs, self._jobs), daemon=True)
            process.start()
        self._processes = [each for each in self._processes if each.is_alive()] + [process]
        worker = WorkerProcess(version, limits, listener, ours, process.kill)
        worker.send(frames.START, pickle.dumps((str(version), limits)))
        return worker

    async def close(self) -> None:
        """Kill every worker."""
        for process in self._processes:
            process.kill()
        while any(process.is_alive() for process in self._processes):
            await asyncio.sleep(0.005)


def _work(channel: socket.socket, jobs: str) -> None:
    """Serve in a process of its own, which ends with the pool's."""
    from coopgraph.guard.worker import serve

    for ignored in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ignored, signal.SIG_IGN)  # the pool decides when its workers end
    threading.Thread(target=_end_with_parent, daemon=True).start()
    with channel, contextlib.suppress(OSError):
        serve(channel, cast("Jobs", importlib.import_module(jobs)))


def _end_with_parent() -> None:
    from multiprocessing import parent_process

    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
