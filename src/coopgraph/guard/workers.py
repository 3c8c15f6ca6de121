"""The worker processes of a pool, over the current version of the store, or where that is damaged
over the one before."""

import asyncio
import contextlib
import json
import logging
from pathlib import Path

from coopgraph.errors import CoopgraphError, WorkerLost
from coopgraph.guard.limits import Limits
from coopgraph.guard.process import Listener, WorkerProcess
from coopgraph.guard.spawner import Spawner, spawner_of
from coopgraph.guard.task import JobFailed
from coopgraph.processes import resource
from coopgraph.store import Folder
from coopgraph.store.examination import forget, sound, state_of_store

_MOST_DEATHS = 4
_log = logging.getLogger(__name__)


class Workers:
    """Keeps `limits.workers` processes of the current version, besides those with a long job."""

    def __init__(self, folder: Path, jobs: str, limits: Limits, listener: Listener) -> None:
        self._folder, self._jobs = Folder(folder), jobs
        self._limits, self._listener = limits, listener
        self._spawner: Spawner | None = None
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
        self._spawner = spawner_of(self._jobs, self._spawner_lost)
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
            self._spawner = spawner_of(self._jobs, self._spawner_lost)
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
        """Stop a worker that could not open its version; `refresh` tries again.

        Returns whether waiting jobs may go on waiting: other workers are ready, or it has died,
        which may be chance.
        """
        self.stop(worker)
        self._deaths += 1
        forget(worker.version)  # it is examined anew, for the disk may tell less than is so
        _log.warning("a worker could not start: %s", error)
        if not self._first.done():
            self._first.set_exception(error)
        is_chance = isinstance(error, WorkerLost) and self._deaths < _MOST_DEATHS
        return is_chance or any(worker.pid for worker in self._workers)

    def _spawner_lost(self) -> None:
        self._spawner = None
        _log.warning("the process that starts workers ended")
        if not self._first.done():
            self._first.set_exception(JobFailed(f"the jobs in {self._jobs} cannot be imported"))
        for worker in tuple(self._workers):  # they die with it
            self._listener.process_ended(worker, "")
