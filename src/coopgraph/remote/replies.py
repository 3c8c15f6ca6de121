"""The replies of an endpoint, read to the end by the engine's own parsers.

SPARQL 1.1 Query Results JSON and XML for SELECT and ASK; N-Triples, Turtle, RDF/XML and JSON-LD
for CONSTRUCT and DESCRIBE. A reply that breaks off is an error, never an answer.
"""

from __future__ import annotations

import re
from typing import Final

from coopgraph.errors import AnswerTruncated, NotSparql
from coopgraph.libraries import ox
from coopgraph.remote.http import Response

ACCEPT_SOLUTIONS: Final = "application/sparql-results+json, application/sparql-results+xml;q=0.8"
ACCEPT_TRIPLES: Final = (
    "application/n-triples, text/turtle;q=0.9, application/rdf+xml;q=0.7, application/ld+json;q=0.5"
)
_SOLUTIONS: Final = {
    "application/sparql-results+json": "JSON",
    "application/sparql-results+xml": "XML",
    "application/json": "JSON",
    "application/xml": "XML",
    "text/xml": "XML",
}
_TRIPLES: Final = {
    "application/n-triples": "N_TRIPLES",
    "text/turtle": "TURTLE",
    "application/rdf+xml": "RDF_XML",
    "application/ld+json": "JSON_LD",
}
_LAST_WORDS: Final = re.compile(rb"[A-Za-z][\w ,.:'-]{7,199}\Z")


class RemoteTriples:
    """The triples of a CONSTRUCT or DESCRIBE, to be read once, as those of the engine."""

    def __init__(self, triples: list[ox.Triple]) -> None:
        self._triples = iter(triples)

    def __iter__(self) -> RemoteTriples:
        return self

    def __next__(self) -> ox.Triple:
        return next(self._triples)

    def serialize(self, output: None = None, format: ox.RdfFormat | None = None) -> bytes | None:
        """The triples in an RDF format."""
        from pyoxigraph import serialize

        return serialize(self._triples, output, format=format)


def solutions_of(response: Response, place: str) -> ox.QuerySolutions | ox.QueryBoolean:
    """The solutions or the boolean of a reply, as far as they are known before they are read.

    Raises `NotSparql` where the reply is of another kind, `AnswerTruncated` where it begins
    wrongly.
    """
    from pyoxigraph import QueryResultsFormat, parse_query_results

    name = _SOLUTIONS.get(response.media_type)
    if name is None:
        raise not_sparql(_kind(response), place)
    try:
        return parse_query_results(response.body, format=getattr(QueryResultsFormat, name))
    except (SyntaxError, ValueError) as error:
        raise _damaged(response, error, place) from None


def table_of(response: Response, place: str) -> bytes:
    """All solutions of a reply as SPARQL TSV: a line of variables, then a line for each.

    Raises also `AnswerTruncated` where the reply is not whole.
    """
    from pyoxigraph import QueryBoolean, QueryResultsFormat

    found = solutions_of(response, place)
    if isinstance(found, QueryBoolean):
        raise not_sparql("the endpoint returned a result for a different query form", place)
    try:
        return found.serialize(format=QueryResultsFormat.TSV) or b""
    except (SyntaxError, ValueError, OSError) as error:
        raise _damaged(response, error, place) from None


def triples_of(response: Response, place: str) -> list[ox.Triple]:
    """All triples of a reply; raises `NotSparql` and `AnswerTruncated`."""
    from pyoxigraph import RdfFormat, parse

    name = _TRIPLES.get(response.media_type)
    if name is None:
        raise not_sparql(_kind(response), place)
    try:
        quads = parse(response.body, format=getattr(RdfFormat, name), base_iri=place)
        return [quad.triple for quad in quads]
    except (SyntaxError, ValueError) as error:
        raise _damaged(response, error, place) from None


def not_sparql(what: str, place: str) -> NotSparql:
    """The error for an address where something other than SPARQL answers."""
    return NotSparql(
        f"this is no SPARQL endpoint: {what}",
        place=place,
        remedy="check the path, often /sparql or /query",
    )


def _kind(response: Response) -> str:
    if not response.media_type:
        return "it does not say what it answers with"
    return f"it answers with {response.media_type[:60]}"


def _damaged(response: Response, error: Exception, place: str) -> AnswerTruncated:
    """The error for a reply that ends early; servers often put the reason at its end."""
    said = _LAST_WORDS.search(response.body[-200:].strip())
    why = said[0].decode() if said else str(error).partition("\n")[0][:200]
    return AnswerTruncated(
        f"the answer breaks off or is damaged ({why})",
        place=place,
        remedy="ask again, or for less",
    )
