"""What runs in the worker processes: jobs by name, each given the opened graph first.

This module is imported once, by the process that forks the workers: nothing here opens a store
or starts a thread at import.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Final

import jinja2  # noqa: F401  loaded once, before the workers are forked

from coopgraph.api import KnowledgeGraph
from coopgraph.guard import Reply
from coopgraph.server import graphs, sparql
from coopgraph.server.pages import PAGES
from coopgraph.store import Store

#: The jobs that the pool may run, by name.
JOBS: Final[dict[str, Callable[..., Reply]]] = {
    "sparql": sparql.evaluate,
    "description": graphs.describe_service,
    "graph": graphs.read_graph,
    **{page.job: page for page in PAGES},
}


def open_graph(version: Path) -> KnowledgeGraph:
    """The graph of a compiled version, and its search index: both keep their files when a later
    build removes the version. Raises `StoreDamaged`."""
    kg = KnowledgeGraph(Store.open_version(version))
    _ = kg.index
    return kg
