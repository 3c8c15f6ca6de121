"""The pool: gives each job to a worker, and sees that none takes more than it may.

`workers` processes stand ready. A job that has run for longer than a moment is set aside: it
keeps its process, at a lower priority, and a fresh one takes its place, so that quick jobs are
answered however long the others take. At most `long_jobs` are aside at once; one more gives way
(`ServerBusy`) when it has had a quarter of its time and others have waited for a second.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import math
import pickle
from collections import deque
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from coopgraph.errors import CoopgraphError, ServerBusy
from coopgraph.guard import frames, task
from coopgraph.guard.limits import Limits, Reply
from coopgraph.guard.process import Worker
from coopgraph.guard.task import JobFailed, Task
from coopgraph.guard.worker import memory_exceeded
from coopgraph.guard.workers import Crew

_log = logging.getLogger(__name__)

_TICK_S: Final = 0.05
#: How often the folder is looked at for a new version.
_LOOK_S: Final = 0.25
#: A job that runs longer is set aside, the earlier one where others wait and most jobs are
#: quick; a client that waits longer than the moment is watched.
_MOMENT_S: Final = 0.25
_EARLY_S: Final = 0.05
#: How long others have waited, and which part of its time a job has had, when it gives way.
_PATIENCE_S: Final = 1.0
_FAIR_SHARE: Final = 0.25
#: While jobs take less on average, a worker is sent so many at once: one that falls asleep
#: between two jobs takes as long to wake up as a quick job takes.
_QUICK_S: Final = 0.005
_AHEAD: Final = 2
_SMOOTHING: Final = 1 / 16
#: What the engine and Python say last when they get no memory.
_NO_MEMORY: Final = ("memory allocation of", "bad_alloc", "MemoryError")


class Pool:
    """Runs the jobs of the module `jobs` over the current version of the store in `folder`.

    An async context manager. Entering raises `StoreMissing`, `StoreDamaged` and whatever
    `open_graph` raises. When a new version of the store is built, new workers open it, and the
    old ones leave as soon as one of these is ready and their own job is done.
    """

    def __init__(self, folder: Path, jobs: str, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._crew = Crew(folder, jobs, self.limits, self)
        self._idle: list[Worker] = []
        self._busy: dict[Worker, list[Task]] = {}  # the first runs, the others were sent ahead
        self._queue: deque[Task] = deque()
        self._mean_s = 0.0  # of a job, no job counting for more than a moment
        self._look_at_s = 0.0
        self._is_open = False

    async def __aenter__(self) -> Self:
        self._loop = asyncio.get_running_loop()
        try:
            await self._crew.open()
        except BaseException:
            await self._crew.close()
            raise
        self._is_open = True
        self._tick()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._is_open = False
        self._timer.cancel()
        for waiting in (*self._queue, *(t for given in self._busy.values() for t in given)):
            waiting.fail(task.stopping())
        self._queue.clear()
        self._busy.clear()
        await self._crew.close()

    async def run(self, job: str, /, **arguments: Any) -> Reply:
        """The reply of a job.

        Raises what the job raises (`CoopgraphError`), `QueryTimeout`, `MemoryExceeded`,
        `ReplyTooLarge`, `WorkerLost`, `ServerBusy`, and `JobFailed` for a mistake of ours. Where
        the caller is cancelled, the job is taken from the queue, or its worker is killed unless
        it is done within a moment.
        """
        return await self._run(None, job, arguments)

    async def run_while(
        self, gone: Callable[[], Awaitable[object]], job: str, /, **arguments: Any
    ) -> Reply:
        """As `run`; raises `ClientGone`, and stops the job, when `gone()` returns before it.

        `gone` is only called for a job that takes longer than a moment.
        """
        return await self._run(gone, job, arguments)

    async def _run(
        self, gone: Callable[[], Awaitable[object]] | None, job: str, arguments: dict[str, Any]
    ) -> Reply:
        if not self._is_open:
            raise task.stopping()
        call = pickle.dumps((job, arguments), pickle.HIGHEST_PROTOCOL)
        asked = Task(call, self._loop.create_future(), self._loop.time(), gone)
        if self._idle:
            self._give(self._idle.pop(), asked)
        elif len(self._queue) < self.limits.queue:
            self._queue.append(asked)
        else:
            raise self._too_busy("too many queries wait")
        try:
            return await asked.answer
        finally:
            asked.unwatch()

    def _give(self, worker: Worker, given: Task) -> None:
        """Send a job to a worker."""
        tasks = self._busy.setdefault(worker, [])
        if not tasks:
            given.started_s = self._loop.time()
        tasks.append(given)
        worker.send(frames.CALL, given.call)

    def _too_busy(self, fact: str) -> ServerBusy:
        wait_s = math.ceil(len(self._queue) * self._mean_s / self.limits.workers)
        wait_s = max(1, min(wait_s, math.ceil(self.limits.timeout_s)))
        return ServerBusy(fact, remedy=f"try again in {wait_s} s", retry_after_s=wait_s)

    # --- what workers say -------------------------------------------------------------

    def worker_said(self, worker: Worker, kind: int, meta: bytes, body: bytes) -> None:
        """A frame came: the worker is ready, or has answered."""
        if kind == frames.READY:
            self._crew.take_in(worker, meta)
            for old in [idle for idle in self._idle if idle.is_spent]:
                self._dismiss(old)
            self._free(worker)
            return
        tasks = self._busy.get(worker)
        if not tasks:
            self._cannot_start(worker, frames.unpack_error(meta))
            return
        done = tasks.pop(0)
        now_s = self._count(done)
        if tasks:
            tasks[0].started_s = now_s
        if kind & frames.LAST:
            worker.is_spent = True
            self._take_back(tasks, 0)
        self._free(worker)
        if done.answer.done():
            return
        kind &= ~frames.LAST
        if kind == frames.REPLY:
            done.answer.set_result(Reply(body, json.loads(meta)))
        elif kind == frames.ERROR:
            done.fail(frames.unpack_error(meta))
        else:
            _log.error("a job failed: %s", meta.decode("utf-8", "replace"))
            done.fail(JobFailed("a job failed; the log tells why"))

    def worker_ended(self, worker: Worker, said: str) -> None:
        """The process ended without being asked to."""
        _log.warning("a worker died: %r", said[-1000:])
        if not worker.process:
            self._cannot_start(worker, task.lost())
            return
        no_memory = any(sign in said for sign in _NO_MEMORY)
        self._dismiss(worker, memory_exceeded(self.limits) if no_memory else task.lost())

    def _cannot_start(self, worker: Worker, error: CoopgraphError) -> None:
        if not self._crew.cannot_start(worker, error):
            while self._queue:
                self._queue.popleft().fail(error)

    def _free(self, worker: Worker) -> None:
        """A worker has done a job: it gets the next one, or leaves."""
        tasks = self._busy.setdefault(worker, [])
        if worker.is_spent:
            if not tasks:
                self._dismiss(worker)
            return
        room = _AHEAD if self._mean_s < _QUICK_S else 1
        while self._queue and len(tasks) < room:
            self._give(worker, self._queue.popleft())
        if not tasks:
            del self._busy[worker]
            self._idle.append(worker)

    def _dismiss(self, worker: Worker, error: Exception | None = None) -> None:
        """End a worker, with the job that it runs."""
        self._crew.dismiss(worker)
        if worker in self._idle:
            self._idle.remove(worker)
        tasks = self._busy.pop(worker, [])
        if tasks:
            self._take_back(tasks, 1)
            self._count(tasks[0])
            if error is not None:
                tasks[0].fail(error)
        self._crew.fill()

    def _take_back(self, tasks: list[Task], kept: int) -> None:
        """Put the jobs that were sent ahead back to the head of the queue, or to idle workers."""
        self._queue.extendleft(reversed(tasks[kept:]))
        del tasks[kept:]
        while self._queue and self._idle:
            self._give(self._idle.pop(), self._queue.popleft())

    def _count(self, done: Task) -> float:
        """Let a job count for the mean; returns the time."""
        now_s = self._loop.time()
        took_s = min(now_s - done.started_s, _MOMENT_S)
        self._mean_s += (took_s - self._mean_s) * _SMOOTHING
        return now_s

    # --- time -------------------------------------------------------------------------

    def _tick(self) -> None:
        """See what runs or waits for too long."""
        self._timer = self._loop.call_later(_TICK_S, self._tick)  # whatever happens below
        now_s = self._loop.time()
        for worker, tasks in tuple(self._busy.items()):
            self._judge(worker, tasks, now_s - tasks[0].started_s)
        for waiting in tuple(self._queue):
            waited_s = now_s - waiting.asked_s
            if waited_s > _MOMENT_S:
                waiting.watch()
            if waited_s > self.limits.queue_s:
                waiting.fail(self._too_busy("the query waited too long for its turn"))
            if waiting.answer.done():
                with contextlib.suppress(ValueError):  # it has just been given to a worker
                    self._queue.remove(waiting)
        if now_s >= self._look_at_s:
            self._look_at_s = now_s + _LOOK_S
            self._crew.look()

    def _judge(self, worker: Worker, tasks: list[Task], ran_s: float) -> None:
        """What becomes of the job that a worker has run for so long."""
        running, limit_s = tasks[0], self.limits.timeout_s
        if ran_s >= limit_s:
            self._dismiss(worker, task.out_of_time(limit_s))
            return
        others_wait = bool(self._queue) or len(tasks) > 1
        if ran_s < (_EARLY_S if others_wait and self._mean_s < _QUICK_S else _MOMENT_S):
            return
        if ran_s >= _MOMENT_S:
            running.watch()
        if running.answer.done():  # nobody waits for it any more
            self._dismiss(worker)
            return
        if len(tasks) > 1:
            self._take_back(tasks, 1)
            worker.is_spent = True  # it would still do what was sent ahead
        if worker.is_aside:
            return
        if self._crew.aside < self.limits.long_jobs:
            worker.set_aside()
            self._crew.fill()
        elif ran_s > limit_s * _FAIR_SHARE and self._waits_s() > _PATIENCE_S:
            self._dismiss(worker, self._too_busy("too many long queries run at once"))

    def _waits_s(self) -> float:
        """How long the job at the head of the queue has waited."""
        return self._loop.time() - self._queue[0].asked_s if self._queue else 0.0
