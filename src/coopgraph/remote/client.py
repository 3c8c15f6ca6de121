"""A client of an endpoint: one query, and as many requests as its whole answer takes.

Some endpoints cut long answers silently (Virtuoso at its `ResultSetMaxRows`, by default 10,000).
An answer that may be cut, because it has as many rows as the endpoint says it gives, or a round
number of them, is counted; if there are more, it is fetched in pages. Replies are read to the end
by the engine's own parsers: SPARQL results in JSON and XML, and RDF. One that breaks off is an
error, never an answer.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, cast

from coopgraph.errors import AnswerTruncated, EndpointFailed, NotSparql
from coopgraph.libraries import ox
from coopgraph.remote.endpoint import Endpoint
from coopgraph.remote.http import Response
from coopgraph.sparql.dataset import Dataset
from coopgraph.sparql.pages import Pages, pages_of, with_dataset
from coopgraph.sparql.tokens import tokens

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
#: Servers cut at round numbers: an answer of this many rows, or a multiple, is counted.
_ROUND: Final = 1_000
#: Headers that say at how many rows an answer was cut: Virtuoso's, and those of our version 0.1.
_CUT_AT: Final = ("x-sparql-maxrows", "coopgraph-cut")
#: Virtuoso sorts at most this many rows; its error for more.
_SORTED: Final = 10_000
_SORTS_TOO_MANY: Final = "SR353"
_GRAPH: Final = re.compile("graph", re.IGNORECASE)
#: Virtuoso answers ASK with a row or none of this variable.
_VIRTUOSO_ASKED: Final = "__ASK_RETVAL"


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
    wrongly."""
    from pyoxigraph import QueryResultsFormat, parse_query_results

    name = _format_of(response, _SOLUTIONS, place)
    try:
        return parse_query_results(response.body, format=getattr(QueryResultsFormat, name))
    except (SyntaxError, ValueError) as error:
        raise _damaged(response, error, place) from None


def table_of(response: Response, place: str) -> bytes:
    """All solutions of a reply as SPARQL TSV: a line of variables, then a line for each. Raises
    also `AnswerTruncated` where the reply is not whole."""
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

    name = _format_of(response, _TRIPLES, place)
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


def _format_of(response: Response, known: Mapping[str, str], place: str) -> str:
    """What the engine calls the format of a reply; raises `NotSparql` for one that is none."""
    kind = response.media_type
    if kind not in known:
        said = f"it answers with {kind[:60]}" if kind else "it does not say what it answers with"
        raise not_sparql(said, place)
    return known[kind]


def _damaged(response: Response, error: Exception, place: str) -> AnswerTruncated:
    """The error for a reply that ends early; servers often put the reason at its end."""
    said = _LAST_WORDS.search(response.body[-200:].strip())
    why = said[0].decode() if said else str(error).partition("\n")[0][:200]
    return AnswerTruncated(
        f"the answer breaks off or is damaged ({why})",
        place=place,
        remedy="ask again, or for less",
    )


@dataclass
class SparqlClient:
    """Sends queries to one endpoint; reads from its replies how many rows it gives at most."""

    endpoint: Endpoint
    row_limit: int | None = None
    is_virtuoso: bool = False

    @property
    def place(self) -> str:
        """The address, as messages show it."""
        return str(self.endpoint.address)

    def send(self, text: str, dataset: Dataset, accept: str) -> Response:
        """The reply to a query over `dataset`; where that is empty, over the endpoint's own. The
        graphs are parameters of the request, as in the protocol. Virtuoso gets them with FROM: it
        repeats the parameters in the headers of its reply, which grow beyond what clients read."""
        named = dataset.named if _uses_graphs(text) else ()
        sent = with_dataset(text, dataset.default, named) if self.is_virtuoso else None
        fields = [("query", sent or text)]
        if sent is None:
            fields += [("default-graph-uri", graph) for graph in dataset.default]
            fields += [("named-graph-uri", graph) for graph in named]
        response = self.endpoint.form(fields, accept)
        for header in _CUT_AT:
            if found := re.search(r"[0-9]{1,9}", response.headers.get(header, "")):
                self.row_limit = int(found[0])
        self.is_virtuoso = response.headers.get("server", "").startswith("Virtuoso")
        if response.headers.get("x-sql-state"):  # Virtuoso: a partial answer, at its time limit
            said = response.headers.get("x-sql-message", "")[:200]
            raise AnswerTruncated(
                f"the endpoint gave a part of the answer only ({said})",
                place=self.place,
                remedy="ask for less",
            )
        return response

    def boolean(self, text: str, dataset: Dataset) -> ox.QueryBoolean:
        """The answer to an ASK."""
        from pyoxigraph import QueryBoolean, QueryResultsFormat, parse_query_results

        response = self.send(text, dataset, ACCEPT_SOLUTIONS)
        found = solutions_of(response, self.place)
        if isinstance(found, QueryBoolean):
            return found
        if [variable.value for variable in found.variables] != [_VIRTUOSO_ASKED]:
            raise not_sparql(
                "the endpoint returned a result for a different query form", self.place
            )
        is_true = _rows(response, self.place) > 0
        said = b'{"head":{},"boolean":%s}' % (b"true" if is_true else b"false")
        return cast("ox.QueryBoolean", parse_query_results(said, format=QueryResultsFormat.JSON))

    def solutions(self, text: str, dataset: Dataset) -> ox.QuerySolutions:
        """All solutions of a SELECT."""
        try:
            response = self.send(text, dataset, ACCEPT_SOLUTIONS)
        except EndpointFailed as error:
            if not (self.is_virtuoso and _SORTS_TOO_MANY in error.fact):
                raise
            pages = self._pages(text)
            return self._in_pages(pages, _SORTED, self._total(pages, dataset), dataset)
        rows = _rows(response, self.place)
        if self._looks_cut(rows):
            pages = self._pages(text)
            if pages.limit != rows and (total := self._total(pages, dataset)) > rows:
                return self._in_pages(pages, rows, total, dataset)
        return cast("ox.QuerySolutions", solutions_of(response, self.place))

    def triples(self, text: str, dataset: Dataset) -> RemoteTriples:
        """All triples of a CONSTRUCT, each once; those of a DESCRIBE, which cannot be counted."""
        found = triples_of(self.send(text, dataset, ACCEPT_TRIPLES), self.place)
        # Virtuoso cuts the solutions that triples are made from, and does not say so.
        doubtful = self.is_virtuoso or self._looks_cut(len(found))
        pages = pages_of(text, ()) if doubtful else None
        if pages is None:
            return RemoteTriples(found)
        total = self._total(pages, dataset)
        if self.row_limit is not None and total <= self.row_limit:
            return RemoteTriples(found)
        size = _rows(self.send(pages.solutions(), dataset, ACCEPT_SOLUTIONS), self.place)
        if size >= total:
            return RemoteTriples(found)
        distinct: dict[ox.Triple, None] = {}
        for start in range(0, total, size or total):
            page = pages.page(start, min(size, total - start), nested=self.is_virtuoso)
            response = self.send(page, dataset, ACCEPT_TRIPLES)
            distinct.update(dict.fromkeys(triples_of(response, self.place)))
        return RemoteTriples(list(distinct))

    def _in_pages(self, pages: Pages, size: int, total: int, dataset: Dataset) -> ox.QuerySolutions:
        """All `total` solutions, fetched in pages of `size`."""
        from pyoxigraph import QueryResultsFormat, parse_query_results

        table: list[bytes] = []
        count = 0
        while count < total:
            text = pages.page(count, min(size, total - count), nested=self.is_virtuoso)
            page = table_of(self.send(text, dataset, ACCEPT_SOLUTIONS), self.place)
            head, _, rows = page.partition(b"\n")
            if not rows or not (table or head):
                break
            table += [rows] if table else [head, b"\n", rows]
            count += rows.count(b"\n")
        if count != total:
            raise AnswerTruncated(
                f"{count:,} of {total:,} solutions came",
                place=self.place,
                remedy="the data may have changed meanwhile: ask again, or for less",
            )
        found = parse_query_results(b"".join(table), format=QueryResultsFormat.TSV)
        return cast("ox.QuerySolutions", found)

    def _looks_cut(self, rows: int) -> bool:
        return rows > 0 and (rows % _ROUND == 0 or rows == self.row_limit)

    def _pages(self, text: str) -> Pages:
        """The pages of a SELECT, whose variables come from parsing it."""
        from pyoxigraph import Store

        parsed = cast("ox.QuerySolutions", Store().query(text))
        pages = pages_of(text, [variable.value for variable in parsed.variables])
        if pages is None:
            raise AnswerTruncated(
                "the result may be truncated and cannot be paged",
                place=self.place,
                remedy="add LIMIT, or narrow it",
            )
        return pages

    def _total(self, pages: Pages, dataset: Dataset) -> int:
        """How many solutions there are."""
        response = self.send(pages.count(), dataset, ACCEPT_SOLUTIONS)
        _, _, rows = table_of(response, self.place).partition(b"\n")
        if not rows.strip().isdigit():
            raise not_sparql("it cannot count its answers", self.place)
        return int(rows)


def _uses_graphs(text: str) -> bool:
    """Whether named graphs matter to a query."""
    return bool(_GRAPH.search(text)) and any(
        kind == "word" and _GRAPH.match(token) for kind, _, token in tokens(text)
    )


def _rows(response: Response, place: str) -> int:
    """The solutions of a reply: a line of TSV each, after that of the variables."""
    return table_of(response, place).count(b"\n") - 1
