"""Quick jobs and long ones apart: where a job waits, and whose turn it is."""

import math
import time
from collections.abc import Container, Mapping
from typing import Any, Final, TypeAlias

from coopgraph.errors import ServerBusy
from coopgraph.guard.limits import Limits
from coopgraph.guard.queue import FairQueue
from coopgraph.guard.task import Task

JobLane: TypeAlias = FairQueue[Task]
#: For how long a call that was a long job does not start in the quick lane again, and how many.
_KNOWN_S: Final = 60.0
_MOST_KNOWN: Final = 1024
#: After what time those who wait in the quick lane are too many, and when one is no longer fresh.
_CONGESTED_S: Final = 0.25
_STALE_S: Final = 1.0


class Lanes:
    """The quick lane and the slow one, each in two parts, and whose turn it is.

    `fresh` holds quick jobs that have just come, `stale` those that have waited for a second: each
    leaves a worker to the other, and where the fresh ones begin to wait the newest come first, so
    that many jobs that take all of their time do not hold up those that come later. `free` holds
    long jobs of the kinds in `free_jobs`, which do what a client wrote, however long that takes;
    `bounded` all others, which have one place more. `busy` holds the tasks of each worker; the
    first of them runs.
    """

    def __init__(
        self, limits: Limits, free_jobs: Container[str], busy: Mapping[Any, list[Task]]
    ) -> None:
        self._limits, self._free_jobs, self._busy = limits, free_jobs, busy
        self.fresh: JobLane = FairQueue(limits.queue)
        self.stale: JobLane = FairQueue(limits.queue)
        self.bounded: JobLane = FairQueue(limits.long_queue)
        self.free: JobLane = FairQueue(limits.long_queue)
        self.quick, self.slow = (self.fresh, self.stale), (self.bounded, self.free)
        self.all = (*self.quick, *self.slow)
        self._known: dict[int, float] = {}  # until when a call is known to be long

    def of(self, job: str, call: bytes) -> tuple[JobLane, JobLane]:
        """The lane in which a job starts, and that in which it goes on as a long one."""
        slow = self.free if job in self._free_jobs else self.bounded
        return slow if self._is_known(call) else self.fresh, slow

    def later(self, waiting: Task, waited_s: float) -> JobLane:
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

    def quick_turn(self, workers: int) -> JobLane | None:
        """The lane whose quick job is next, of those that so many workers have or could have."""
        most = max(1, self._limits.workers - 1)
        if self.fresh and not (self.stale and self._running(self.fresh) >= most):
            return self.fresh
        is_turn = self.stale and self._running(self.stale) < workers // 2
        return self.stale if is_turn else None

    def slow_turn(self) -> JobLane | None:
        """The lane whose long job is next, where there is a place for it."""
        return next((x for x in self.slow if x and self.has_place(x)), None)

    def has_place(self, lane: JobLane) -> bool:
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

    def _running(self, lane: JobLane) -> int:
        return sum(tasks[0].lane is lane for tasks in self._busy.values())
