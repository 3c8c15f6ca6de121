"""Invented projects and papers as triples, for the tests of networks and views; importers are
tested elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import pyoxigraph as ox
from network_stores import escaped

from coopgraph.store import Store
from coopgraph.vocabulary import PREFIXES, graph_iri

_LABELS = """
id:technology/quantum a coop:Technology ; skos:prefLabel "Quantum"@en , "양자"@ko .
id:openalex-topic/T1 skos:prefLabel "Quantum Optics"@en ;
  coop:technologyClose id:technology/quantum ; coop:technologyBroad id:technology/quantum .
id:openalex-topic/T2 skos:prefLabel "Soil"@en .
id:country/de skos:prefLabel "Germany"@en . id:country/kr skos:prefLabel "Korea"@en .
"""
#: The graphs of the two imports, as a build describes them.
_GRAPHS = """
<https://w3id.org/coopgraph/graph/import/cordis> a coop:NamedGraph ; coop:recordsRead 5 ;
  skos:prefLabel "Projects of an import"@en , "가져온 과제"@ko .
<https://w3id.org/coopgraph/graph/import/openalex> a coop:NamedGraph ; coop:recordsRead 7 ;
  skos:prefLabel "Papers of an import"@en , "가져온 논문"@ko .
"""


class Papers(NamedTuple):
    """Works of two records together, of one topic (1 is quantum) and year; 0 for unknown."""

    one: int
    other: int
    topic: int
    year: int
    works: int


def body(record: int) -> int:
    """The body that a record is of: record 100 and record 0 are one."""
    return record % 100


def store_of_practice(
    projects: Iterable[tuple[int, int]], papers: Iterable[Papers], more: str = ""
) -> Store:
    """Project p starts in 2018 + p % 3 and is about quantum where p is even; each pair is a
    project and a record that takes part. Bodies are German where even, else Korean."""
    projects, papers = list(projects), list(papers)
    cordis, openalex = [], []
    for p in sorted({p for p, _ in projects}):
        about = " ; coop:technologyClose id:technology/quantum" if p % 2 == 0 else ""
        cordis.append(
            f'id:project/{p} a coop:Project ; skos:prefLabel "P{p}"@en ; '
            f'coop:startDate "{2018 + p % 3}-05-01"^^xsd:date{about} .'
        )
    cordis += [f"id:project/{p} coop:projectParticipant id:organisation/{b} ." for p, b in projects]
    for each in papers:
        key = f"I{each.one}-I{each.other}-T{each.topic}-{each.year}"
        topic = f" ; coop:topic id:openalex-topic/T{each.topic}" if each.topic else ""
        year = f' ; coop:publicationYear "{each.year}"^^xsd:gYear' if each.year else ""
        ends = [f"id:organisation/{each.one}", f"id:organisation/{each.other}"]
        openalex.append(
            f"id:co-publication/{key} a coop:CoPublication ; coop:works {each.works} ; "
            f"coop:institution {', '.join(ends)}{topic}{year} ."
        )
    records = {b for _, b in projects} | {b for each in papers for b in each[:2]}
    derived = [
        f"id:organisation/{b} a coop:Organisation ; coop:canonical id:organisation/{body(b)} ; "
        f'skos:prefLabel "B{body(b)}" ; coop:country id:country/{"kr" if b % 2 else "de"} .'
        for b in sorted(records)
    ]
    return store_of_graphs(
        {
            "import/cordis": "\n".join(cordis),
            "import/openalex": "\n".join(openalex),
            "derived": "\n".join([*derived, _LABELS, more]),
            "void": _GRAPHS,
        }
    )


def store_of_graphs(graphs: dict[str, str]) -> Store:
    """A store of named graphs, each written in Turtle with the prefixes of the project."""
    engine = ox.Store()
    header = "".join(f"@prefix {name}: <{base}> .\n" for name, base in PREFIXES.items())
    for name, turtle in graphs.items():
        engine.load(
            input=header + escaped(turtle),
            format=ox.RdfFormat.TURTLE,
            to_graph=ox.NamedNode(graph_iri(name)),
        )
    return Store(engine)
