"""Jobs: evaluate a query and write what it gives in the format that the client likes best."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final, cast

from coopgraph.api import KnowledgeGraph
from coopgraph.errors import QuerySyntax, ReplyTooLarge, UnknownFormat
from coopgraph.formats import RDF_XML, Format
from coopgraph.formats.negotiation import OFFERED_SOLUTIONS, OFFERED_TRIPLES, choose
from coopgraph.guard import Reply
from coopgraph.sparql.limit import limit_rows
from coopgraph.store import AnyStore, Dataset
from coopgraph.vocabulary import PREFIXES

if TYPE_CHECKING:
    import pyoxigraph as ox

    from coopgraph.store.base import Result

_JSON_STRING: Final = re.compile(rb'"(?:[^"\\]|\\.)*+"', re.DOTALL)
_CSV_STRING: Final = re.compile(rb'"(?:[^"]|"")*+"')


def evaluate(
    kg: KnowledgeGraph,
    text: str,
    default_graphs: Sequence[str] = (),
    named_graphs: Sequence[str] = (),
    accept: str = "",
    rows: int = 100_000,
) -> Reply:
    """The answer to a query in the best of `OFFERED_SOLUTIONS` or `OFFERED_TRIPLES`.

    A SELECT gives at most `rows` rows; where there are more, the header `Coopgraph-Cut` says so.
    Raises what `Store.query` raises, and `UnknownFormat` where `accept` takes none of them.
    """
    dataset = (
        Dataset(tuple(default_graphs), tuple(named_graphs))
        if default_graphs or named_graphs
        else None
    )
    return answer(kg.store, text, dataset, accept, rows)


def answer(
    store: AnyStore,
    text: str,
    dataset: Dataset | None,
    accept: str,
    rows: int,
    *,
    union: bool = True,
) -> Reply:
    """See `evaluate`; without `union` the default graph is the engine's own."""
    from pyoxigraph import QueryBoolean, QuerySolutions

    def ask(text: str) -> Result:
        return store.query(text, union=union, dataset=dataset)

    bounded, is_refused = limit_rows(text, rows + 1), False
    try:
        result = ask(bounded or text)
    except QuerySyntax:
        if bounded is None:
            raise
        result, is_refused = ask(text), True  # whose error names its own lines
    if not isinstance(result, QuerySolutions | QueryBoolean):
        return write_triples(result, accept)
    format = choose(accept, OFFERED_SOLUTIONS)
    body, headers = _written(result, format), headers_of(format)
    if isinstance(result, QuerySolutions) and has_more(body, format, rows):
        fewer = limit_rows(text, rows)
        if fewer is None or is_refused:
            raise ReplyTooLarge(f"the answer has more than {rows:,} rows", remedy="add a LIMIT")
        body = _written(cast("ox.QuerySolutions", ask(fewer)), format)
        headers["Coopgraph-Cut"] = f"rows={rows}"
    return Reply(body, headers)


def write_triples(triples: Iterable[ox.Triple], accept: str) -> Reply:
    """Triples in the best of `OFFERED_TRIPLES`; raises `UnknownFormat`.

    RDF/XML cannot write a property whose IRI does not end in a name.
    """
    from pyoxigraph import RdfFormat, serialize

    format = choose(accept, OFFERED_TRIPLES)
    rdf = RdfFormat.from_extension(format.name)
    body = serialize(triples, format=rdf, prefixes=PREFIXES) or b""
    if format.name == RDF_XML.name and b"<oxprefix: " in body:
        raise UnknownFormat(
            "RDF/XML cannot write a property whose IRI does not end in a name",
            remedy="ask for text/turtle",
        )
    return Reply(body, headers_of(format))


def headers_of(format: Format) -> dict[str, str]:
    """The headers of an answer in `format`."""
    charset = "; charset=utf-8" if format.media_type.startswith("text/") else ""
    return {"Content-Type": f"{format.media_type}{charset}", "Vary": "Accept"}


def has_more(body: bytes, format: Format, rows: int) -> bool:
    """Whether an answer has more than `rows` rows. Most have far fewer marks between rows, even
    if those within literals count, and need no closer look."""
    mark = {"json": b"},{", "xml": b"<result>"}.get(format.name, b"\n")
    return body.count(mark) >= rows and count_rows(body, format) > rows


def count_rows(body: bytes, format: Format) -> int:
    """The rows of an answer as the engine writes it.

    >>> count_rows(b'{"results":{"bindings":[{"a":{"value":"},{"}},{}]}}', OFFERED_SOLUTIONS[0])
    2
    """
    if format.name == "json":
        marks = _JSON_STRING.sub(b"", body)
        return marks.count(b"},{") + 1 if b"[{" in marks else 0
    if format.name == "xml":
        return body.count(b"<result>")
    if format.name == "csv":
        return _CSV_STRING.sub(b"", body).count(b"\r\n") - 1
    return body.count(b"\n") - 1


def _written(result: ox.QuerySolutions | ox.QueryBoolean, format: Format) -> bytes:
    from pyoxigraph import QueryResultsFormat

    return result.serialize(format=QueryResultsFormat.from_extension(format.name)) or b""
