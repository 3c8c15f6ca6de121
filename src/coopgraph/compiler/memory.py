"""The tables as a store in memory: what a build writes of them, without imports and what is derived
from all together."""

from pathlib import Path

from coopgraph.compiler.compiler import (
    ONTOLOGY_GRAPH,
    QUESTIONS_GRAPH,
    ontology_triples,
    question_triples,
)
from coopgraph.compiler.settings import default_jurisdiction, first_plan, rank_floor
from coopgraph.store import Store
from coopgraph.tables.codes import read_codes
from coopgraph.tables.rows import read_tables
from coopgraph.tables.shorthand import shorthand
from coopgraph.tables.triples import table_triples
from coopgraph.vocabulary import graph_iri


def tables_in_memory(data: Path) -> Store:
    """A store of the tables in the folder `data` alone. Raises `TablesInvalid`."""
    import pyoxigraph as ox

    codes = read_codes()
    rows = read_tables(data, codes)
    default, first = default_jurisdiction(data, rows), first_plan(data, rows)
    graphs = {
        **table_triples(rows, codes),
        ONTOLOGY_GRAPH: ontology_triples(),
        QUESTIONS_GRAPH: question_triples(default, first, rank_floor(data)),
    }
    engine = ox.Store()
    for name, lines in graphs.items():
        text = "\n".join(shorthand(lines)).encode()
        graph = ox.NamedNode(graph_iri(name))
        engine.bulk_load(text, format=ox.RdfFormat.N_TRIPLES, to_graph=graph)
    return Store(engine)
