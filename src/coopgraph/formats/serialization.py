"""What the engine writes, refused where a format cannot hold it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import IO, Final

from coopgraph import formats
from coopgraph.formats import Format
from coopgraph.formats.characters import XmlFile, unwritable
from coopgraph.libraries import ox

#: What holds every triple, and every solution.
_TRIPLES: Final = (formats.TURTLE, formats.N_TRIPLES)
_SOLUTIONS: Final = (formats.SPARQL_JSON, formats.SPARQL_CSV, formats.SPARQL_TSV)
#: What the engine writes beyond RDF/XML 1.1: its readers take it for a literal, or for an error.
_NOT_RDF_XML: Final = {
    b"<oxprefix: ": "a property whose IRI does not end in a name",
    b' rdf:version="1.2': "a triple term or a text with a direction",
}


def serialize_solutions(
    result: ox.QuerySolutions | ox.QueryBoolean, format: Format, output: IO[bytes]
) -> None:
    """The answer of a SELECT or ASK in one of `SOLUTIONS`, as the W3C defines it.

    Raises `TermUnwritable` for a text that XML cannot hold.
    """
    if format.name == formats.SPARQL_XML.name:
        output = XmlFile(output, format, _SOLUTIONS).stream
    result.serialize(output, format=ox.QueryResultsFormat.from_extension(format.name))


def serialize_triples(
    triples: Iterable[ox.Triple] | Iterable[ox.Quad],
    format: Format,
    output: IO[bytes],
    prefixes: dict[str, str] | None = None,
) -> None:
    """Triples, or quads, in an RDF format.

    Raises `TermUnwritable` for a triple term in JSON-LD 1.1 or RDF/XML 1.1, for a text that XML
    cannot hold, and for a property that RDF/XML cannot name.
    """
    if format.name == formats.RDF_XML.name:
        output = XmlFile(output, formats.RDF_XML, _TRIPLES, _NOT_RDF_XML).stream
    rdf = ox.RdfFormat.from_extension(format.name)
    try:
        ox.serialize(triples, output, format=rdf, prefixes=prefixes)
    except OSError as error:  # the engine has no class of its own for it
        if format.name == formats.JSON_LD.name and formats.JSON_LD.title in str(error):
            raise unwritable("a triple term", formats.JSON_LD, _TRIPLES) from None
        raise
