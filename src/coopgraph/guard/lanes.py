"""Quick jobs and long ones apart: a job with its caller and the errors that end it, where it waits
(each client in turn), and whose turn it is."""

from __future__ import annotations

import asyncio
import math
import time
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, Container, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from coopgraph.errors import CoopgraphError, QueryTimeout, ServerBusy, WorkerLost
from coopgraph.guard.limits import Limits, Reply

#: A job is a long one when it has had so much processor time, or has run for so long.
LONG_S: Final = 0.25
_LONG_IDLE_S: Final = 0.75
#: For how long a call that was a long job does not start in the quick lane again, and how many.
_KNOWN_S: Final = 60.0
_MOST_KNOWN: Final = 1024
#: After what time those who wait in the quick lane are too many, and when one is no longer fresh.
_CONGESTED_S: Final = 0.25
_STALE_S: Final = 1.0
#: A job that gets less than this part of the processor is stopped as if it had it.
_MOST_DELAY: Final = 8


class FairQueue:
    """The jobs that wait for one kind of place, at most `most` of them. A client is an address:
    clients take turns, the jobs of one are taken in their order. Behind a proxy all are one client,
    and first come is first served; a connection of HTTP/1.1 asks one thing at a time, so that there
    each connection has a turn."""

    def __init__(self, most: int) -> None:
        self._most = most
        self.newest_first = False  # of each client; until nobody waits
        self._waiting: OrderedDict[str, deque[Task]] = OrderedDict()
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Task]:
        return (task for tasks in self._waiting.values() for task in tasks)

    def add(self, task: Task) -> Task | None:
        """Have a job wait. Where too many do, returns the one that may not: the newest of the
        client with the most."""
        self._waiting.setdefault(task.client, deque()).append(task)
        self._count += 1
        if self._count <= self._most:
            return None
        refused = max(self._waiting.values(), key=len)[-1]
        self.remove(refused)
        return refused

    def put_back(self, task: Task) -> None:
        """Have a job wait that was taken: it is the first of its client, who is the next."""
        self._waiting.setdefault(task.client, deque()).appendleft(task)
        self._waiting.move_to_end(task.client, last=False)
        self._count += 1

    def take(self) -> Task:
        """The next job; its client's next turn comes after all others'."""
        client, tasks = self._waiting.popitem(last=False)
        task = tasks.pop() if self.newest_first else tasks.popleft()
        if tasks:
            self._waiting[client] = tasks
        self._count -= 1
        self.newest_first &= self._count > 0
        return task

    def remove(self, task: Task) -> None:
        """Have a job wait no longer."""
        tasks = self._waiting[task.client]
        tasks.remove(task)
        self._count -= 1
        if not tasks:
            del self._waiting[task.client]


class ClientGone(Exception):
    """The client has disconnected: the job was stopped."""


class JobFailed(Exception):
    """A job raised an unexpected error, our own bug; the log has the traceback."""


@dataclass(slots=True, eq=False)
class Task:
    """A job that waits or runs in a lane, of a client; `slow` is its lane when it is a long one.
    Times are those of the event loop, in seconds."""

    call: bytes
    answer: asyncio.Future[Reply]
    asked_s: float
    client: str
    lane: FairQueue
    slow: FairQueue
    gone: Callable[[], Awaitable[object]] | None = None
    started_s: float = 0.0
    cpu_s: float | None = None  # that its worker had had when it was first looked at
    delay_s: float | None = None  # that its worker had waited for a processor by then
    watcher: asyncio.Task[None] | None = None

    def is_long(self, ran_s: float, cpu_s: float | None) -> bool:
        """Whether it has had the time of a quick job, when it has run for `ran_s`: on a busy
        machine it gets it later. `cpu_s` is the processor time that its worker has had."""
        if self.cpu_s is None:
            self.cpu_s = cpu_s
        had_s = ran_s if cpu_s is None or self.cpu_s is None else cpu_s - self.cpu_s
        return had_s >= LONG_S or ran_s >= _LONG_IDLE_S

    def had_s(self, ran_s: float, delay_s: float) -> float:
        """How much of the `ran_s` that it has run there was a processor for it; `delay_s` is how
        long its worker has waited for one. Long waits count, for nothing else would end them."""
        if self.delay_s is None:
            self.delay_s = delay_s
        return max(ran_s - (delay_s - self.delay_s), ran_s / _MOST_DELAY)

    def fail(self, error: Exception) -> None:
        """End with an error, unless it has ended."""
        if not self.answer.done():
            self.answer.set_exception(error)

    def watch(self) -> None:
        """From now on, end when the client disconnects."""
        if self.gone is not None and self.watcher is None:
            self.watcher = asyncio.get_running_loop().create_task(self._until_gone(self.gone))

    def unwatch(self) -> None:
        """Stop watching the client."""
        if self.watcher is not None:
            self.watcher.cancel()

    async def _until_gone(self, gone: Callable[[], Awaitable[object]]) -> None:
        try:
            await gone()
        except CoopgraphError as error:  # it does what it may not
            self.fail(error)
        self.fail(ClientGone())


def timed_out(limit_s: float) -> QueryTimeout:
    """The error of a job that ran for too long."""
    return QueryTimeout(
        f"the query took longer than {limit_s:g} s and was stopped", remedy="ask for less at once"
    )


def lost() -> WorkerLost:
    """The error of a job whose process died."""
    return WorkerLost(
        "the process that evaluated the query died", remedy="try again, or ask for less at once"
    )


def stopping() -> ServerBusy:
    """The error of a job that is not done when the pool closes."""
    return ServerBusy("the server is stopping", remedy="try again in a moment")


class Lanes:
    """The quick lane and the slow one, each in two parts, and whose turn it is.

    `fresh` holds quick jobs that have just come, `stale` those that have waited for a second: each
    leaves a worker to the other, and where the fresh ones begin to wait the newest come first, so
    that many jobs that take all of their time do not hold up those that come later. `free` holds
    long jobs of the kinds in `free_jobs`, however long they take; `bounded` all others, which have
    one place more. `busy` holds the tasks of each worker; the first of them runs.
    """

    def __init__(
        self, limits: Limits, free_jobs: Container[str], busy: Mapping[Any, list[Task]]
    ) -> None:
        self._limits, self._free_jobs, self._busy = limits, free_jobs, busy
        self.fresh = FairQueue(limits.queue)
        self.stale = FairQueue(limits.queue)
        self.bounded = FairQueue(limits.long_queue)
        self.free = FairQueue(limits.long_queue)
        self.quick, self.slow = (self.fresh, self.stale), (self.bounded, self.free)
        self.all = (*self.quick, *self.slow)
        self._known: dict[int, float] = {}  # until when a call is known to be long

    def of(self, job: str, call: bytes) -> tuple[FairQueue, FairQueue]:
        """The lane in which a job starts, and that in which it goes on as a long one."""
        slow = self.free if job in self._free_jobs else self.bounded
        return slow if self._is_known(call) else self.fresh, slow

    def later(self, waiting: Task, waited_s: float) -> FairQueue:
        """The lane in which a job that has waited for so long goes on waiting."""
        if self._is_known(waiting.call):  # from another that came before
            return waiting.slow
        if waiting.lane is self.fresh and self._limits.workers > 1:
            self.fresh.newest_first |= waited_s > _CONGESTED_S
            return self.stale if waited_s > _STALE_S else self.fresh
        return waiting.lane

    def _is_known(self, call: bytes) -> bool:
        return self._known.get(hash(call), 0.0) > time.monotonic()

    def note(self, task: Task) -> None:
        """Note that a job is a long one."""
        if task.slow is self.free and self._limits.long_jobs:
            self._known.pop(hash(task.call), None)
            self._known[hash(task.call)] = time.monotonic() + _KNOWN_S
            if len(self._known) > _MOST_KNOWN:
                del self._known[next(iter(self._known))]

    def quick_turn(self, workers: int) -> FairQueue | None:
        """The lane whose quick job is next, of those that so many workers have or could have."""
        most = max(1, self._limits.workers - 1)
        if self.fresh and not (self.stale and self._running(self.fresh) >= most):
            return self.fresh
        is_turn = self.stale and self._running(self.stale) < workers // 2
        return self.stale if is_turn else None

    def slow_turn(self) -> FairQueue | None:
        """The lane whose long job is next, where there is a place for it."""
        return next((x for x in self.slow if x and self.has_place(x)), None)

    def has_place(self, lane: FairQueue) -> bool:
        """Whether one more long job may run."""
        free, most = self._running(self.free), self._limits.long_jobs
        if free + self._running(self.bounded) >= most:
            return False
        return lane is self.bounded or free < max(1, most - 1)

    @property
    def counts(self) -> dict[str, int]:
        """How many jobs run and wait: `quick_running`, `quick_waiting`, `slow_…`."""
        return {
            f"{name}_{what}": sum(map(count, group))
            for name, group in (("quick", self.quick), ("slow", self.slow))
            for what, count in (("running", self._running), ("waiting", len))
        }

    def too_busy(self, task: Task, fact: str) -> ServerBusy:
        """The error of a job that may not wait, or not for longer."""
        limits, most_s = self._limits, math.ceil(self._limits.timeout_s)
        is_long = task.lane in self.slow and limits.long_jobs > 0
        wait_s = most_s * len(task.lane) // limits.long_jobs if is_long else 1
        wait_s = max(1, min(wait_s, most_s))
        return ServerBusy(fact, remedy=f"try again in {wait_s} s", retry_after_s=wait_s)

    def _running(self, lane: FairQueue) -> int:
        return sum(tasks[0].lane is lane for tasks in self._busy.values())
