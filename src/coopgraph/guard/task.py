"""A job with its caller, and the errors that end it."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from coopgraph.errors import CoopgraphError, QueryTimeout, ServerBusy, WorkerLost
from coopgraph.guard.limits import Reply
from coopgraph.guard.queue import FairQueue

#: A job is a long one when it has had so much processor time, or has run for so long.
LONG_S: Final = 0.25
_LONG_IDLE_S: Final = 0.75


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
    lane: "FairQueue[Task]"
    slow: "FairQueue[Task]"
    gone: Callable[[], Awaitable[object]] | None = None
    started_s: float = 0.0
    cpu_s: float | None = None  # that its worker had had when it was first looked at
    watcher: asyncio.Task[None] | None = None

    def is_long(self, ran_s: float, cpu_s: float | None) -> bool:
        """Whether it has had the time of a quick job, when it has run for `ran_s`: on a busy
        machine it gets it later. `cpu_s` is the processor time that its worker has had."""
        if self.cpu_s is None:
            self.cpu_s = cpu_s
        had_s = ran_s if cpu_s is None or self.cpu_s is None else cpu_s - self.cpu_s
        return had_s >= LONG_S or ran_s >= _LONG_IDLE_S

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
