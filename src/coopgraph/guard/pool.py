"""The pool: assigns each job to a worker process and enforces the limits.

A job starts in the quick lane. When it has had 0.25 s of processor time, or has run for 0.75 s, it
goes on in the slow one: in its process, which gets a lower priority and is replaced, where one of
the `long_jobs` places is free; else its process is killed and it waits to be asked again. So short
jobs are answered however many long ones there are. In both lanes clients take turns.
"""

import asyncio
import json
import logging
import pickle
from collections.abc import Awaitable, Callable, Container
from pathlib import Path
from typing import Any, Final, Self

from coopgraph.errors import CoopgraphError
from coopgraph.guard import frames, lanes
from coopgraph.guard.lanes import JobFailed, Lanes, Task
from coopgraph.guard.limits import Limits, Reply, Spool
from coopgraph.guard.process import WorkerProcess
from coopgraph.guard.worker import NO_MEMORY, all_memory_exceeded, memory_exceeded
from coopgraph.guard.workers import Workers

_log = logging.getLogger(__name__)

_TICK_S: Final = 0.05
#: How much longer than a job those may wait who wait when the pool is about to close.
_DRAIN_S: Final = 0.5
#: How often the folder is checked for a new version.
_REFRESH_S: Final = 0.25
#: A client that waits longer is watched.
_LONG_S: Final = lanes.LONG_S
#: A job that runs longer gives back those that wait in the channel of its worker.
_ALONE_S: Final = 0.05
#: While jobs take less on average, a worker is sent this many at once: to wake up between two jobs
#: would take a worker as long as a short job.
_SHORT_S: Final = 0.005
_PIPELINED: Final = 2
_SMOOTHING: Final = 1 / 16


class Pool:
    """Runs the jobs of the module `jobs` over the current version of the store in `folder`; `free`
    names those that do what a client wrote, however long that takes: of theirs also the time counts
    in which their process waits for a processor.

    An async context manager. Entering raises `StoreMissing`, `StoreDamaged` and whatever
    `open_graph` raises. Where the current version is damaged, the one before is served. When a new
    version is built, new workers open it, and the old ones end as soon as one of these is ready and
    their job is done.
    """

    def __init__(
        self,
        folder: Path,
        jobs: str,
        limits: Limits | None = None,
        *,
        free: Container[str] = (),
    ) -> None:
        self.limits = limits or Limits()
        self._workers = Workers(folder, jobs, self.limits, self)
        self._idle: list[WorkerProcess] = []
        #: The first task of a worker runs, the others wait in its channel.
        self._busy: dict[WorkerProcess, list[Task]] = {}
        self._lanes = Lanes(self.limits, free, self._busy)
        self._mean_s = 0.0  # of a job, of which at most _LONG_S count
        self._refresh_at_s = 0.0
        self._is_open = self._is_draining = False

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
        self._fail_all()
        self._busy.clear()
        await self._workers.close()

    @property
    def warning(self) -> str:
        """That the current version is damaged and the one before is served; empty where not."""
        return self._workers.warning

    def drain(self) -> None:
        """From now on let no long job wait, for the pool closes soon, and no other for much longer
        than a job may run."""
        self._is_draining = True
        self._loop.call_later(self.limits.timeout_s + _DRAIN_S, self._fail_all)
        for lane in self._lanes.slow:
            while lane:
                lane.take().fail(lanes.stopping())

    def _fail_all(self) -> None:
        for tasks in (*map(list, self._lanes.all), *self._busy.values()):
            for each in tasks:
                each.fail(lanes.stopping())

    @property
    def is_ready(self) -> bool:
        """Whether jobs can be done: there are workers, or none has failed to start."""
        return self._is_open and self._workers.can_serve

    @property
    def counts(self) -> dict[str, int]:
        """How many `workers` have opened the store, and how many jobs run and wait: `quick_…` and
        `slow_…`."""
        return {"workers": self._workers.ready, **self._lanes.counts}

    async def run(self, job: str, /, **arguments: Any) -> Reply:
        """The reply of a job. Raises what the job raises (`CoopgraphError`), `QueryTimeout`,
        `MemoryExceeded`, `ReplyTooLarge`, `WorkerLost`, `ServerBusy`, and `JobFailed` for our own
        bugs. Where the caller is cancelled, the job is removed from the queue, or its worker is
        killed unless it is done in 0.25 s."""
        return await self._run(None, "", job, arguments)

    async def run_while(
        self,
        gone: Callable[[], Awaitable[object]],
        job: str,
        /,
        *,
        client: str = "",
        **arguments: Any,
    ) -> Reply:
        """As `run`, for one of the clients that take turns; raises `ClientGone`, and stops the job,
        when `gone()` returns before it. `gone` is only called for a job that takes longer than 0.25
        s."""
        return await self._run(gone, client, job, arguments)

    async def _run(
        self,
        gone: Callable[[], Awaitable[object]] | None,
        client: str,
        job: str,
        arguments: dict[str, Any],
    ) -> Reply:
        if not self._is_open:
            raise lanes.stopping()
        call = pickle.dumps((job, arguments), pickle.HIGHEST_PROTOCOL)
        places, answer = self._lanes.of(job, call), self._loop.create_future()
        asked = Task(call, answer, self._loop.time(), client, *places, gone)
        self._wait(asked)
        self._dispatch()
        try:
            return await asked.answer
        finally:
            asked.unwatch()

    def _wait(self, asked: Task) -> None:
        """Have a job wait in its lane."""
        if self._is_draining and asked.lane in self._lanes.slow:
            asked.fail(lanes.stopping())
            return
        refused = asked.lane.add(asked)
        if refused is not None:
            refused.fail(self._lanes.too_busy(refused, "too many queries are waiting"))

    def _dispatch(self) -> None:
        """Give jobs that wait to idle workers: quick ones first. A long one gets a worker when
        enough others are there for the quick ones."""
        while self._idle and (lane := self._lanes.quick_turn(self._available())):
            self._assign(self._idle.pop(), lane.take())
        while lane := self._lanes.slow_turn():
            if not self._idle or self._available() <= self.limits.workers:
                self._workers.start_missing(1)
                return
            worker = self._idle.pop()
            self._set_aside(worker)
            self._assign(worker, lane.take())

    def _available(self) -> int:
        """How many workers do quick jobs, or could."""
        return len(self._idle) + sum(not worker.is_retired for worker in self._busy)

    def _assign(self, worker: WorkerProcess, given: Task) -> None:
        """Send a job to a worker."""
        tasks = self._busy.setdefault(worker, [])
        given.cpu_s = given.delay_s = None
        if not tasks:
            given.started_s = self._loop.time()
        tasks.append(given)
        worker.send(frames.CALL, given.call)

    def _set_aside(self, worker: WorkerProcess) -> None:
        """Keep a worker for one long job, and replace it."""
        worker.lower_priority()
        self._workers.start_missing()

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
            self._start_failed(worker, lanes.lost())
            return
        no_memory = any(sign in stderr for sign in NO_MEMORY)
        self._stop(worker, memory_exceeded(self.limits) if no_memory else lanes.lost())

    def _start_failed(self, worker: WorkerProcess, error: CoopgraphError) -> None:
        if not self._workers.start_failed(worker, error):
            for lane in self._lanes.all:
                while lane:
                    lane.take().fail(error)

    def _next(self, worker: WorkerProcess) -> None:
        """Assign the next job to a worker that is ready or has done one, or stop it."""
        tasks = self._busy.get(worker)
        if not tasks:
            self._busy.pop(worker, None)
            if worker.is_retired:
                self._stop(worker)
                return
            self._idle.append(worker)
        self._dispatch()
        fresh, tasks = self._lanes.fresh, self._busy.get(worker)
        if tasks and self._mean_s < _SHORT_S and not worker.is_retired:
            while fresh and len(tasks) < _PIPELINED:
                self._assign(worker, fresh.take())

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
        self._dispatch()

    def _requeue(self, tasks: list[Task], kept: int) -> None:
        """Put the jobs after the first `kept` back to the head of their lane."""
        for waiting in reversed(tasks[kept:]):
            waiting.lane.put_back(waiting)
        del tasks[kept:]

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
        self._bound_memory()
        for lane in self._lanes.all:
            for waiting in tuple(lane):
                self._look_after(waiting, now_s - waiting.asked_s)
        self._dispatch()
        if now_s >= self._refresh_at_s:
            self._refresh_at_s = now_s + _REFRESH_S
            self._workers.refresh()

    def _look_after(self, waiting: Task, waited_s: float) -> None:
        """Enforce the limits of a job that has waited for `waited_s`."""
        if waited_s > _LONG_S:
            waiting.watch()
        if waited_s > self.limits.queue_s:
            fact = "the query waited too long for its turn"
            waiting.fail(self._lanes.too_busy(waiting, fact))
        if waiting.answer.done():
            waiting.lane.remove(waiting)
        elif (lane := self._lanes.later(waiting, waited_s)) is not waiting.lane:
            waiting.lane.remove(waiting)
            waiting.lane = lane
            self._wait(waiting)

    def _enforce(self, worker: WorkerProcess, tasks: list[Task], ran_s: float) -> None:
        """Enforce the limits of the job that a worker has run for `ran_s`."""
        running, limit_s = tasks[0], self.limits.timeout_s
        # Only what a client wrote may be endless: on a busy machine a page is late, not stopped.
        is_free = running.slow is self._lanes.free
        if (ran_s if is_free else running.had_s(ran_s, worker.delay_s())) >= limit_s:
            self._stop(worker, lanes.timed_out(limit_s))
            return
        if len(tasks) > 1 and ran_s >= _ALONE_S:
            self._requeue(tasks, 1)
            worker.is_retired = True  # it would still run the jobs in its channel
        if ran_s < _LONG_S:
            return
        running.watch()
        if running.answer.done():  # its caller has gone
            self._stop(worker)
            return
        if not running.is_long(ran_s, worker.cpu_s()):
            return
        self._lanes.note(running)
        if running.lane is running.slow or not self.limits.long_jobs:
            return
        if not running.slow and self._lanes.has_place(running.slow):
            running.lane = running.slow
            self._set_aside(worker)
        else:
            self._stop(worker)
            running.lane, running.asked_s = running.slow, self._loop.time()
            self._wait(running)

    def _bound_memory(self) -> None:
        """Stop the worker that takes the most memory where all together take too much."""
        largest = self._workers.largest()
        if largest is not None:
            self._stop(largest, all_memory_exceeded(self.limits))
