"""A guard around every query: jobs run in worker processes that can be stopped.

The engine cannot be interrupted from within. So a pool keeps processes that hold the store
read-only, gives each job to one of them, and kills the process of a job that takes more than it
may: time, memory, length of its reply. The server's process itself never evaluates anything.

    async with Pool(Path(".coopgraph"), "package.jobs", Limits(timeout_s=10)) as pool:
        reply = await pool.run("sparql", text="ASK {}")

A module of jobs has `open_graph(version)`, whose result every job gets as its first argument,
and `JOBS`, which maps names to functions that return a `Reply`.
"""

from __future__ import annotations

from coopgraph.guard.limits import Limits, Reply
from coopgraph.guard.pool import Pool
from coopgraph.guard.task import ClientGone, JobFailed

__all__ = ["ClientGone", "JobFailed", "Limits", "Pool", "Reply"]
