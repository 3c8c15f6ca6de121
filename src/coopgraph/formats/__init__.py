"""Formats as values: a name, a media type, an extension.

RDF formats: RDF 1.1 Turtle, N-Triples, N-Quads, TriG, JSON-LD 1.1. Result formats: SPARQL 1.1
Query Results JSON, XML, CSV and TSV.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from coopgraph.errors import UnknownFormat, nearest


@dataclass(frozen=True)
class Format:
    """One way to write data: what the user calls it, and how the world does.

    Of several, the one of the lowest `order` comes first.
    """

    name: str
    media_type: str
    extension: str
    order: int = 0


TURTLE: Final = Format("ttl", "text/turtle", "ttl")
N_TRIPLES: Final = Format("nt", "application/n-triples", "nt")
N_QUADS: Final = Format("nq", "application/n-quads", "nq")
TRIG: Final = Format("trig", "application/trig", "trig")
RDF_XML: Final = Format("rdf", "application/rdf+xml", "rdf")
JSON_LD: Final = Format("jsonld", "application/ld+json", "jsonld")

SPARQL_JSON: Final = Format("json", "application/sparql-results+json", "srj")
SPARQL_XML: Final = Format("xml", "application/sparql-results+xml", "srx")
SPARQL_CSV: Final = Format("csv", "text/csv", "csv")
SPARQL_TSV: Final = Format("tsv", "text/tab-separated-values", "tsv")

#: What `coopgraph export` writes.
DATASET: Final = (TURTLE, N_QUADS, TRIG, JSON_LD)
#: What a SELECT or ASK can be written as, byte for byte as the W3C defines it.
SOLUTIONS: Final = (SPARQL_JSON, SPARQL_XML, SPARQL_CSV, SPARQL_TSV)
#: What a CONSTRUCT or DESCRIBE can be written as.
TRIPLES: Final = (TURTLE, N_TRIPLES, JSON_LD)


def named(name: str, formats: Iterable[Format]) -> Format:
    """The format called `name` among `formats`; raises `UnknownFormat` with the nearest names.

    >>> named("ttl", DATASET).media_type
    'text/turtle'
    """
    known = {format.name: format for format in formats}
    if name not in known:
        raise UnknownFormat(f"unknown format {name!r}", remedy=nearest(name, known))
    return known[name]
