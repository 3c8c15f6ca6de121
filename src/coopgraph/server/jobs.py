"""What runs in the worker processes: jobs by name, each given the opened graph first.

This module is imported once, by the process that forks the workers: nothing here opens a store
or starts a thread at import.
"""

import os
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Final

import jinja2  # noqa: F401  loaded once, before the workers are forked

from coopgraph.api import KnowledgeGraph
from coopgraph.formats.templates import templates_of
from coopgraph.guard import Reply
from coopgraph.server import graphs, sparql
from coopgraph.server.pages import PAGES
from coopgraph.server.template import environment
from coopgraph.store import Store

#: The jobs that the pool may run, by name.
JOBS: Final[dict[str, Callable[..., Reply]]] = {
    "sparql": sparql.evaluate,
    "description": graphs.describe_service,
    "graph": graphs.read_graph,
    **{page.job: page for page in PAGES},
}


#: What the pages of networks load, the quickest first.
_HEAVY: Final = (
    "networkx", "numpy", "scipy.sparse", "scipy.linalg", "scipy.sparse.csgraph", "IPython.display",
    "pyvis.network", "coopgraph.view.page", "coopgraph.view.stress",
)  # fmt: skip


def prepare() -> Iterator[int]:
    """Load what the pages of networks need, and compile the templates."""
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # a process of several threads must not be forked
    for name in _HEAVY:
        import_module(name)
        yield 0
    for made in (environment(), templates_of("coopgraph.view")):
        for name in made.list_templates():
            made.get_template(name)
            yield 0


def open_graph(version: Path) -> KnowledgeGraph:
    """The graph of a compiled version, and its search index: both keep their files when a later
    build removes the version. Raises `StoreDamaged`."""
    kg = KnowledgeGraph(Store.open_version(version))
    _ = kg.index
    return kg
