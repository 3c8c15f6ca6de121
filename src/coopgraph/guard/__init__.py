"""A pool of worker processes with limits of time, memory and size for each query.

The engine cannot be interrupted from Python. So a pool keeps processes that hold the store
read-only, assigns each job to one of them, and kills the process of a job that exceeds a limit:
time, memory, size of the reply. The server's own process evaluates nothing.

    async with Pool(Path(".coopgraph"), "package.jobs", Limits(timeout_s=10)) as pool:
        reply = await pool.run("sparql", text="ASK {}")

A module of jobs has `open_graph(version)`, whose result every job gets as its first argument,
and `JOBS`, which maps names to functions that return a `Reply`.
"""

from typing import TYPE_CHECKING

from coopgraph.guard.limits import Limits, Reply, reply_of
from coopgraph.guard.spool import Spool

if TYPE_CHECKING:
    from coopgraph.guard.pool import Pool as Pool
    from coopgraph.guard.task import ClientGone as ClientGone
    from coopgraph.guard.task import JobFailed as JobFailed

__all__ = ["ClientGone", "JobFailed", "Limits", "Pool", "Reply", "Spool", "reply_of"]


def __getattr__(name: str) -> object:
    """What needs an event loop is loaded when it is asked for: a `Reader` needs none (PEP 562)."""
    if name in ("ClientGone", "JobFailed", "Pool"):
        from coopgraph.guard import pool, task

        return getattr(pool if name == "Pool" else task, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
