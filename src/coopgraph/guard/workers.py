"""The worker processes of a pool, over the current version of the store, or where that is damaged
over the one before.

They are forked from a small process, each ready in the time that it takes to open the store; where
the system has no `os.fork` (Windows), a new interpreter imports the jobs first.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import json
import logging
import os
import pickle
import signal
import socket
import subprocess
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

from coopgraph import processes
from coopgraph.errors import CoopgraphError, WorkerLost
from coopgraph.guard import frames
from coopgraph.guard.lanes import JobFailed
from coopgraph.guard.limits import Limits
from coopgraph.guard.process import Listener, WorkerProcess
from coopgraph.guard.worker import MESSAGE
from coopgraph.processes import resource
from coopgraph.store import Folder
from coopgraph.store.examination import forget, sound, state_of_store

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess

    from coopgraph.guard.limits import Limits
    from coopgraph.guard.worker import Jobs

_KILL_AFTER_S = 5.0
_MOST_DEATHS = 4
_log = logging.getLogger(__name__)


class ForkServer:
    """The process that forks workers: `coopgraph.guard.worker`; `lost` is called when it ends
    without being closed."""

    def __init__(self, jobs: str, lost: Callable[[], None]) -> None:
        self._lost = lost
        self._started = 0
        self._loop = asyncio.get_running_loop()
        self._control, theirs = socket.socketpair()
        self._control.setblocking(False)
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 (ourselves)
                processes.command(f"{__package__}.worker", str(theirs.fileno()), jobs),
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env={**os.environ, "RUST_BACKTRACE": "0"},
            )
        self._loop.add_reader(self._control, self._ended)

    def start(self, version: Path, limits: Limits, listener: Listener) -> WorkerProcess:
        """A new worker, which sends `READY` when it has opened `version`; raises `OSError` where
        the server has ended, and `lost` is called."""
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


class FreshProcesses:
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


class Workers:
    """Keeps `limits.workers` processes of the current version, besides those with a long job."""

    def __init__(self, folder: Path, jobs: str, limits: Limits, listener: Listener) -> None:
        self._folder, self._jobs = Folder(folder), jobs
        self._limits, self._listener = limits, listener
        self._spawner: ForkServer | FreshProcesses | None = None
        self._workers: set[WorkerProcess] = set()  # also those that are not ready yet
        self._deaths = 0  # of workers before they were ready, in a row
        self._is_open = False
        self._seen = ""  # the state of the store when its version was chosen
        self._choice: asyncio.Task[None] | None = None
        self.warning = ""  # where that is not the current version

    async def open(self) -> None:
        """Start; returns when the first worker is ready. Raises what `open_graph` raises."""
        self._is_open = True
        self._first: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._seen = state_of_store(self._folder)
        self._wanted, self.warning = sound(self._folder)
        if self.warning:
            _log.warning("%s", self.warning)
        if resource is None:
            _log.warning("this system cannot limit memory: a query may use all there is")
        self._spawner = self._new_spawner()
        self.start_missing()
        await self._first

    async def close(self) -> None:
        """Kill every process, and wait until it has ended."""
        self._is_open = False
        if self._choice is not None:
            self._choice.cancel()
        for worker in tuple(self._workers):
            self.stop(worker)
        if self._spawner is not None:
            await self._spawner.close()

    @property
    def ready(self) -> int:
        """How many workers have opened the store."""
        return sum(bool(worker.pid) for worker in self._workers)

    @property
    def can_serve(self) -> bool:
        """Whether a worker is ready, or will be: none has failed to start since one was."""
        return self.ready > 0 or not self._deaths

    def largest(self) -> WorkerProcess | None:
        """The worker that takes the most memory, where all together take more than they may."""
        taken = {worker: worker.memory_bytes() for worker in self._workers}
        if sum(taken.values()) <= self._limits.total_memory_bytes:
            return None
        return max(taken, key=taken.__getitem__)

    def start_missing(self, more: int = 0) -> None:
        """Start the workers that are missing, and so many more."""
        if not self._is_open or self._spawner is None:
            return
        fresh = sum(w.version == self._wanted and not w.is_retired for w in self._workers)
        for _ in range(self._limits.workers + more - fresh):
            with contextlib.suppress(OSError):  # `refresh` tries again
                self._workers.add(self._spawner.start(self._wanted, self._limits, self._listener))

    def refresh(self) -> None:
        """Look whether the store has changed, and start what could not be started before."""
        if self._choice is None and (seen := state_of_store(self._folder)) != self._seen:
            self._seen = seen
            self._choice = asyncio.get_running_loop().create_task(self._choose())
        if self._spawner is None:
            self._spawner = self._new_spawner()
        self.start_missing()

    async def _choose(self) -> None:
        """Choose the version that is to be served; it may have to be examined, which takes time."""
        try:
            wanted, warning = await asyncio.to_thread(sound, self._folder)
        except CoopgraphError as error:  # then the old version stays
            _log.warning("%s", error)
        else:
            if warning and warning != self.warning:
                _log.warning("%s", warning)
            self._wanted, self.warning = wanted, warning
            self.start_missing()
        finally:
            self._choice = None

    def register(self, worker: WorkerProcess, meta: bytes) -> None:
        """Note that a worker is ready; those of other versions get no more jobs."""
        self._deaths = 0
        worker.has_opened(json.loads(meta))
        ready = [each for each in self._workers if each.pid]
        served = max((each.version == self._wanted, each.version) for each in ready)[1]
        for each in ready:
            if each.version != served:
                each.is_retired = True
        if not self._first.done():
            self._first.set_result(None)

    def stop(self, worker: WorkerProcess) -> None:
        """Kill a worker."""
        self._workers.discard(worker)
        worker.kill()

    def start_failed(self, worker: WorkerProcess, error: CoopgraphError) -> bool:
        """Stop a worker that could not open its version; `refresh` tries again. Returns whether
        waiting jobs may go on waiting: other workers are ready, or it has died, which may be
        chance."""
        self.stop(worker)
        self._deaths += 1
        forget(worker.version)  # it is examined anew, for the disk may tell less than is so
        _log.warning("a worker could not start: %s", error)
        if not self._first.done():
            self._first.set_exception(error)
        is_chance = isinstance(error, WorkerLost) and self._deaths < _MOST_DEATHS
        return is_chance or any(worker.pid for worker in self._workers)

    def _new_spawner(self) -> ForkServer | FreshProcesses:
        is_forking = hasattr(os, "fork")
        return (
            ForkServer(self._jobs, self._spawner_lost) if is_forking else FreshProcesses(self._jobs)
        )

    def _spawner_lost(self) -> None:
        self._spawner = None
        _log.warning("the process that starts workers ended")
        if not self._first.done():
            self._first.set_exception(JobFailed(f"the jobs in {self._jobs} cannot be imported"))
        for worker in tuple(self._workers):  # they die with it
            self._listener.process_ended(worker, "")
