"""What runs in the worker processes: jobs by name, each given the opened graph first.

This module is imported once, by the process that forks the workers: nothing here opens a store
or starts a thread at import.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from ...api import KnowledgeGraph
from ...guard import Reply
from ...store import Store
from . import graphs, pages, sparql

#: The jobs that the pool may run, by name.
JOBS: Final[dict[str, Callable[..., Reply]]] = {
    "sparql": sparql.evaluate,
    "description": graphs.describe_service,
    "graph": graphs.read_graph,
    **{f"pages.{name}": job for name, job in pages.JOBS.items()},
}


def open_graph(version: Path) -> KnowledgeGraph:
    """The graph of a compiled version, and its search index: both keep their files when a later
    build removes the version. Raises `StoreDamaged`."""
    kg = KnowledgeGraph(Store.open_version(version))
    _ = kg.index
    return kg
