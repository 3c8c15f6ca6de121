"""The processes of a pool: as many as stand ready, over the version that is current."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from pathlib import Path

from coopgraph.errors import CoopgraphError, WorkerLost
from coopgraph.guard.limits import Limits
from coopgraph.guard.process import Nursery, Watch, Worker
from coopgraph.guard.task import JobFailed
from coopgraph.store import Folder

_MOST_DEATHS = 4
_log = logging.getLogger(__name__)


class Crew:
    """Keeps `limits.workers` processes of the current version, beside those set aside."""

    def __init__(self, folder: Path, jobs: str, limits: Limits, watch: Watch) -> None:
        self._folder, self._jobs, self._limits, self._watch = Folder(folder), jobs, limits, watch
        self._nursery: Nursery | None = None
        self._workers: set[Worker] = set()  # those that start, too
        self._deaths = 0  # of workers before they were ready, one after the other
        self._is_open = False

    async def open(self) -> None:
        """Start; returns when the first worker is ready. Raises what `open_graph` raises."""
        self._is_open = True
        self._first: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._wanted = self._folder.current()
        self._nursery = Nursery(self._jobs, self._nursery_lost)
        self.fill()
        await self._first

    async def close(self) -> None:
        """Kill every process, and see it end."""
        self._is_open = False
        for worker in tuple(self._workers):
            self.dismiss(worker)
        if self._nursery is not None:
            await self._nursery.close()

    @property
    def aside(self) -> int:
        """How many workers are set aside."""
        return sum(worker.is_aside for worker in self._workers)

    def fill(self) -> None:
        """Start the workers that are missing."""
        if not self._is_open or self._nursery is None:
            return
        fresh = sum(w.version == self._wanted and not w.is_spent for w in self._workers)
        for _ in range(self._limits.workers - fresh):
            with contextlib.suppress(OSError):  # `_nursery_lost` comes, then another look
                self._workers.add(self._nursery.hatch(self._wanted, self._limits, self._watch))

    def look(self) -> None:
        """Look for a new version, and for what could not be started before."""
        with contextlib.suppress(CoopgraphError):  # then the old version goes on
            self._wanted = self._folder.current()
        if self._nursery is None:
            self._nursery = Nursery(self._jobs, self._nursery_lost)
        self.fill()

    def take_in(self, worker: Worker, meta: bytes) -> None:
        """A worker is ready: those of other versions get no more jobs."""
        worker.process, self._deaths = json.loads(meta), 0
        ready = [each for each in self._workers if each.process]
        served = max((each.version == self._wanted, each.version) for each in ready)[1]
        for each in ready:
            if each.version != served:
                each.is_spent = True
        if not self._first.done():
            self._first.set_result(None)

    def dismiss(self, worker: Worker) -> None:
        """End a worker, whatever it does."""
        self._workers.discard(worker)
        worker.kill()

    def cannot_start(self, worker: Worker, error: CoopgraphError) -> bool:
        """A worker could not open its version; tried again at the next look.

        Returns whether those who wait may go on: others are ready, or it has just died, which
        may be chance.
        """
        self.dismiss(worker)
        self._deaths += 1
        _log.warning("a worker could not start: %s", error)
        if not self._first.done():
            self._first.set_exception(error)
        is_chance = isinstance(error, WorkerLost) and self._deaths < _MOST_DEATHS
        return is_chance or any(worker.process for worker in self._workers)

    def _nursery_lost(self) -> None:
        self._nursery = None
        _log.warning("the process that starts workers ended")
        if not self._first.done():
            self._first.set_exception(JobFailed(f"the jobs in {self._jobs} cannot be imported"))
        for worker in tuple(self._workers):  # they die with it, or could not be killed any more
            self._watch.worker_ended(worker, "")
