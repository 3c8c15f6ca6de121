"""The pool: assigns each job to a worker process and enforces the limits.

A job that has run for longer than 0.25 s is a long one: it keeps its process, at a lower
priority, and a new process replaces that one, so that short jobs are answered however long the
others take. At most `long_jobs` run at once; a further one is stopped (`ServerBusy`) when it has
had a quarter of its time and others have waited for a second.
"""

import asyncio
import contextlib
import json
import logging
import math
import pickle
from collections import deque
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final, Self

from coopgraph.errors import CoopgraphError, ServerBusy
from coopgraph.guard import frames, task
from coopgraph.guard.limits import Limits, Reply
from coopgraph.guard.process import WorkerProcess
from coopgraph.guard.spool import Spool
from coopgraph.guard.task import JobFailed, Task
from coopgraph.guard.worker import memory_exceeded
from coopgraph.guard.workers import Workers

_log = logging.getLogger(__name__)

_TICK_S: Final = 0.05
#: How often the folder is checked for a new version.
_REFRESH_S: Final = 0.25
#: A job that runs longer is a long one, and its client is watched; the shorter time counts where
#: others wait and most jobs are short.
_LONG_S: Final = 0.25
_LONG_WHEN_BUSY_S: Final = 0.05
#: How long others have waited, and which part of its time a long job has had, when it is
#: stopped in their favour.
_MOST_WAIT_S: Final = 1.0
_FAIR_SHARE: Final = 0.25
#: While jobs take less on average, a worker is sent this many at once: to wake up between two jobs
#: would take a worker as long as a short job.
_SHORT_S: Final = 0.005
_PIPELINED: Final = 2
_SMOOTHING: Final = 1 / 16
#: The last words of the engine and of Python on standard error when they get no memory.
_NO_MEMORY: Final = ("memory allocation of", "bad_alloc", "MemoryError")


class Pool:
    """Runs the jobs of the module `jobs` over the current version of the store in `folder`.

    An async context manager. Entering raises `StoreMissing`, `StoreDamaged` and whatever
    `open_graph` raises. When a new version of the store is built, new workers open it, and the
    old ones end as soon as one of these is ready and their own job is done.
    """

    def __init__(self, folder: Path, jobs: str, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._workers = Workers(folder, jobs, self.limits, self)
        self._idle: list[WorkerProcess] = []
        #: The first task of a worker runs, the others wait in its channel.
        self._busy: dict[WorkerProcess, list[Task]] = {}
        self._queue: deque[Task] = deque()
        self._mean_s = 0.0  # of a job, of which at most _LONG_S count
        self._refresh_at_s = 0.0
        self._is_open = False

    async def __aenter__(self) -> Self:
        self._loop = asyncio.get_running_loop()
        try:
            await self._workers.open()
        except BaseException:
            await self._workers.close()
            raise
        self._is_open = True
        self._tick()
        return self

    async def __aexit__(self, *_: object) -> None:
        self._is_open = False
        self._timer.cancel()
        for waiting in (*self._queue, *(t for given in self._busy.values() for t in given)):
            waiting.fail(task.stopping())
        self._queue.clear()
        self._busy.clear()
        await self._workers.close()

    async def run(self, job: str, /, **arguments: Any) -> Reply:
        """The reply of a job.

        Raises what the job raises (`CoopgraphError`), `QueryTimeout`, `MemoryExceeded`,
        `ReplyTooLarge`, `WorkerLost`, `ServerBusy`, and `JobFailed` for our own bugs. Where the
        caller is cancelled, the job is removed from the queue, or its worker is killed unless it
        is done within 0.25 s.
        """
        return await self._run(None, job, arguments)

    async def run_while(
        self, gone: Callable[[], Awaitable[object]], job: str, /, **arguments: Any
    ) -> Reply:
        """As `run`; raises `ClientGone`, and stops the job, when `gone()` returns before it.

        `gone` is only called for a job that takes longer than 0.25 s.
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
            self._assign(self._idle.pop(), asked)
        elif len(self._queue) < self.limits.queue:
            self._queue.append(asked)
        else:
            raise self._too_busy("too many queries are waiting")
        try:
            return await asked.answer
        finally:
            asked.unwatch()

    def _assign(self, worker: WorkerProcess, given: Task) -> None:
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

    # --- events of the workers --------------------------------------------------------

    def frame_received(
        self, worker: WorkerProcess, kind: int, meta: bytes, body: bytes, spool: Spool | None
    ) -> None:
        """A frame came: the worker is ready, or has answered."""
        if kind == frames.READY:
            self._workers.register(worker, meta)
            for old in [idle for idle in self._idle if idle.is_retired]:
                self._stop(old)
            self._next(worker)
            return
        tasks = self._busy.get(worker)
        if not tasks:
            self._start_failed(worker, frames.unpack_error(meta))
            return
        done = tasks.pop(0)
        now_s = self._count(done)
        if tasks:
            tasks[0].started_s = now_s
        if kind & frames.LAST:
            worker.is_retired = True
            self._requeue(tasks, 0)
        self._next(worker)
        if done.answer.done():
            return
        kind &= ~frames.LAST
        if kind == frames.REPLY:
            done.answer.set_result(Reply(body, json.loads(meta), spool))
        elif kind == frames.ERROR:
            done.fail(frames.unpack_error(meta))
        else:
            _log.error("a job failed: %s", meta.decode("utf-8", "replace"))
            done.fail(JobFailed("a job failed; see the log"))

    def process_ended(self, worker: WorkerProcess, stderr: str) -> None:
        """The process ended by itself."""
        _log.warning("a worker died: %r", stderr[-1000:])
        if not worker.pid:
            self._start_failed(worker, task.lost())
            return
        no_memory = any(sign in stderr for sign in _NO_MEMORY)
        self._stop(worker, memory_exceeded(self.limits) if no_memory else task.lost())

    def _start_failed(self, worker: WorkerProcess, error: CoopgraphError) -> None:
        if not self._workers.start_failed(worker, error):
            while self._queue:
                self._queue.popleft().fail(error)

    def _next(self, worker: WorkerProcess) -> None:
        """Assign the next job to a worker that has done one, or stop it."""
        tasks = self._busy.setdefault(worker, [])
        if worker.is_retired:
            if not tasks:
                self._stop(worker)
            return
        room = _PIPELINED if self._mean_s < _SHORT_S else 1
        while self._queue and len(tasks) < room:
            self._assign(worker, self._queue.popleft())
        if not tasks:
            del self._busy[worker]
            self._idle.append(worker)

    def _stop(self, worker: WorkerProcess, error: Exception | None = None) -> None:
        """Stop a worker, with the job that it runs."""
        self._workers.stop(worker)
        if worker in self._idle:
            self._idle.remove(worker)
        tasks = self._busy.pop(worker, [])
        if tasks:
            self._requeue(tasks, 1)
            self._count(tasks[0])
            if error is not None:
                tasks[0].fail(error)
        self._workers.start_missing()

    def _requeue(self, tasks: list[Task], kept: int) -> None:
        """Put the jobs after the first `kept` back to the head of the queue, or to idle workers."""
        self._queue.extendleft(reversed(tasks[kept:]))
        del tasks[kept:]
        while self._queue and self._idle:
            self._assign(self._idle.pop(), self._queue.popleft())

    def _count(self, done: Task) -> float:
        """Add a job to the mean; returns the time of the loop."""
        now_s = self._loop.time()
        took_s = min(now_s - done.started_s, _LONG_S)
        self._mean_s += (took_s - self._mean_s) * _SMOOTHING
        return now_s

    # --- time -------------------------------------------------------------------------

    def _tick(self) -> None:
        """Enforce the limits of all jobs, and look for a new version."""
        self._timer = self._loop.call_later(_TICK_S, self._tick)  # also if what follows raises
        now_s = self._loop.time()
        for worker, tasks in tuple(self._busy.items()):
            self._enforce(worker, tasks, now_s - tasks[0].started_s)
        for waiting in tuple(self._queue):
            waited_s = now_s - waiting.asked_s
            if waited_s > _LONG_S:
                waiting.watch()
            if waited_s > self.limits.queue_s:
                waiting.fail(self._too_busy("the query waited too long for its turn"))
            if waiting.answer.done():
                with contextlib.suppress(ValueError):  # it has just been assigned
                    self._queue.remove(waiting)
        if now_s >= self._refresh_at_s:
            self._refresh_at_s = now_s + _REFRESH_S
            self._workers.refresh()

    def _enforce(self, worker: WorkerProcess, tasks: list[Task], ran_s: float) -> None:
        """Enforce the limits of the job that a worker has run for `ran_s`."""
        running, limit_s = tasks[0], self.limits.timeout_s
        if ran_s >= limit_s:
            self._stop(worker, task.timed_out(limit_s))
            return
        others_wait = bool(self._queue) or len(tasks) > 1
        if ran_s < (_LONG_WHEN_BUSY_S if others_wait and self._mean_s < _SHORT_S else _LONG_S):
            return
        if ran_s >= _LONG_S:
            running.watch()
        if running.answer.done():  # its caller has gone
            self._stop(worker)
            return
        if len(tasks) > 1:
            self._requeue(tasks, 1)
            worker.is_retired = True  # it would still run the jobs in its channel
        if worker.runs_long_job:
            return
        if self._workers.long_jobs < self.limits.long_jobs:
            worker.lower_priority()
            self._workers.start_missing()
        elif ran_s > limit_s * _FAIR_SHARE and self._waits_s() > _MOST_WAIT_S:
            self._stop(worker, self._too_busy("too many long queries run at once"))

    def _waits_s(self) -> float:
        """How long the job at the head of the queue has waited."""
        return self._loop.time() - self._queue[0].asked_s if self._queue else 0.0
