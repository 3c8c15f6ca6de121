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

from coopgraph.guard.limits import Limits, Reply, Spool, reply_of

if TYPE_CHECKING:
    from coopgraph.guard.lanes import ClientGone as ClientGone
    from coopgraph.guard.lanes import JobFailed as JobFailed
    from coopgraph.guard.pool import Pool as Pool

__all__ = ["ClientGone", "JobFailed", "Limits", "Pool", "Reply", "Spool", "reply_of"]


def __getattr__(name: str) -> object:
    """What needs an event loop is loaded when it is asked for: a `Reader` needs none (PEP 562)."""
    if name in ("ClientGone", "JobFailed", "Pool"):
        from coopgraph.guard import lanes, pool

        return getattr(pool if name == "Pool" else lanes, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
