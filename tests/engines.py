"""The engine below a graph that a test has opened on this disk."""

from __future__ import annotations

import pyoxigraph as ox

from coopgraph import KnowledgeGraph
from coopgraph.store import Store


def engine(kg: KnowledgeGraph) -> ox.Store:
    """The engine of a local store."""
    assert isinstance(kg.store, Store)
    return kg.store.engine
