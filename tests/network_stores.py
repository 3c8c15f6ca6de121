"""Stores in memory for the tests of networks and views."""

from __future__ import annotations

import re
import shutil
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pyoxigraph as ox

from coopgraph.network import Edge, Named, Network, Node
from coopgraph.queries.question import pair
from coopgraph.store import Store
from coopgraph.store.void import DATASET
from coopgraph.tables.codes import read_codes
from coopgraph.tables.rows import read_tables
from coopgraph.tables.triples import table_triples
from coopgraph.vocabulary import COOP, PREFIXES, entity_iri, graph_iri, resources

#: The one plan of the article.
ARTICLE = "strategic-joint-research-plan"
#: Practice of whoever takes part, not of the planner's own institutions alone.
ANY = {"among": entity_iri("among", "any")}
OF_THE_ARTICLE = {"plan": entity_iri("plan", ARTICLE)}
#: Networks of imported data: empty on the shipped graph.
OVER_IMPORTS = {"collaboration", "country-collaboration"}
HOSTILE = (
    '<img src=x onerror="window.broken=1">',
    "</script><script>window.broken=2</script>",
    "\"' onmouseover='window.broken=3' {{ 7*7 }} &amp; \u2028\u2029",
)


@cache
def shipped_store() -> Store:
    """The shipped tables and ontology, without what is derived from them."""
    return _store_of_tables(resources("data"))


@cache
def article_store() -> Store:
    """The same without the folders of plans: the lists, budgets and one plan of the article."""
    with TemporaryDirectory() as folder:
        return _store_of_tables(copy_tables(Path(folder) / "data"))


def copy_tables(data: Path) -> Path:
    """The shipped tables at `data`, without the folders of plans; returns it."""
    ignored = shutil.ignore_patterns("plans")
    return Path(shutil.copytree(resources("data"), data, ignore=ignored))


def copied_store(store: Path, folder: Path) -> Path:
    """A copy of a store, without its scenarios, which other tests may be making."""
    ignored = shutil.ignore_patterns("scenarios")
    return Path(shutil.copytree(store, folder, symlinks=True, ignore=ignored))


def _store_of_tables(data: Path) -> Store:
    codes = read_codes()
    engine = ox.Store()
    for graph, lines in table_triples(read_tables(data, codes), codes).items():
        engine.bulk_load(
            "\n".join(sorted(lines)).encode(),
            format=ox.RdfFormat.N_TRIPLES,
            to_graph=ox.NamedNode(graph_iri(graph)),
        )
    default = ox.NamedNode(entity_iri("country", "kr"))
    engine.add(ox.Quad(ox.NamedNode(DATASET), ox.NamedNode(f"{COOP}defaultJurisdiction"), default))
    ontology = resources("ontology")
    for name in ("coop.ttl", "codes.ttl", "foreign-labels.ttl"):
        engine.load(path=str(ontology / name), to_graph=ox.NamedNode(graph_iri("ontology")))
    return Store(engine)


def escaped(text: str) -> str:
    """Turtle or SPARQL in which `id:class/key` may stand: the slash must be escaped there."""
    return re.sub(r"\bid:([\w-]+)/", r"id:\1\\/", text)


def store_of(turtle: str) -> Store:
    """A store with one graph, written in Turtle with the prefixes of the project."""
    engine = ox.Store()
    header = "".join(f"@prefix {name}: <{base}> .\n" for name, base in PREFIXES.items())
    graph = ox.NamedNode(graph_iri("test"))
    engine.load(input=header + escaped(turtle), format=ox.RdfFormat.TURTLE, to_graph=graph)
    return Store(engine)


def hostile_network() -> Network:
    """Three nodes whose labels, kinds, values and IRIs try to run as code."""
    kind = Named("urn:x:kind", pair(HOSTILE[0], HOSTILE[1]))
    nodes = tuple(
        Node(f"urn:x:{i}", pair(text, text), kind, identifiers=("javascript:window.broken=4",))
        for i, text in enumerate(HOSTILE)
    )
    edges = tuple(
        Edge(i, (i + 1) % 3, Named("urn:x:edge", pair(HOSTILE[i], HOSTILE[i])), 1.0,
             "javascript:window.broken=5", {"as_printed": HOSTILE[i]})
        for i in range(3)
    )  # fmt: skip
    return Network("hostile", pair(HOSTILE[0], HOSTILE[1]), nodes, edges)
