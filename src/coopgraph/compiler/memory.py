"""The tables as a store in memory: what a build writes of them, without imports and what is derived
from all together."""

from pathlib import Path

from coopgraph.compiler.compiler import curated
from coopgraph.store import Store
from coopgraph.vocabulary import graph_iri


def tables_in_memory(data: Path) -> Store:
    """A store of the tables in the folder `data` alone. Raises what `curated` raises."""
    import pyoxigraph as ox

    engine = ox.Store()
    for name, lines in curated(data)[1].items():
        graph = ox.NamedNode(graph_iri(name))
        engine.bulk_load("\n".join(lines).encode(), ox.RdfFormat.N_TRIPLES, to_graph=graph)
    return Store(engine)
