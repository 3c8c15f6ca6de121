"""/sparql: the query half of the SPARQL 1.1 Protocol, https://www.w3.org/TR/sparql11-protocol/.

Updates are refused with 403: the graph is built from its sources and read here. What a query
gives is written in the format that the client likes best.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from coopgraph.api import KnowledgeGraph
from coopgraph.errors import TermUnwritable, UnknownFormat
from coopgraph.formats import OFFERED_SOLUTIONS, OFFERED_TRIPLES, Format, choose, negotiate
from coopgraph.formats.serialization import serialize_solutions, serialize_triples
from coopgraph.guard import Reply, Spool, reply_of
from coopgraph.libraries import ox
from coopgraph.queries.unknown_terms import is_empty, notes_of_deprecated, notes_of_empty
from coopgraph.server import requests
from coopgraph.server.address import Fields
from coopgraph.server.page import answer, notes_header
from coopgraph.server.template import PAGE
from coopgraph.sparql.dataset import query_terms
from coopgraph.store import Dataset
from coopgraph.vocabulary import PREFIXES

_FORM: Final = "application/x-www-form-urlencoded"
_QUERY: Final = "application/sparql-query"
_UPDATE: Final = "application/sparql-update"
#: The methods that `sparql` answers.
METHODS: Final = ["GET", "HEAD", "POST"]
_DATASET: Final = ("default-graph-uri", "named-graph-uri")
_KNOWN: Final = ("query", *_DATASET, *requests.FORMAT, requests.TIMEOUT)
#: The protocol has them for updates only.
_OF_UPDATES: Final = ("update", "using-graph-uri", "using-named-graph-uri")
_OFFERED: Final = (*OFFERED_SOLUTIONS, *OFFERED_TRIPLES)
#: Characters of a query in an address that every browser and proxy takes.
_LONGEST: Final = 4_000


async def sparql(request: Request) -> Response:
    """A query by GET, by form or by direct POST; a bare GET asks what the service can do."""
    given = requests.fields(request.scope["query_string"])
    if request.method == "POST":
        text, given = await _posted(request, given)
    elif (query := _query_of(given)) is not None:
        text = query
    else:
        return await _describe(request, given)
    requests.refuse_unknown(given, _KNOWN)
    named = requests.accept_named(given, _OFFERED)
    graphs = {name: given.all(name) for name in _DATASET}
    if named is None and not any(graphs.values()) and _is_browser(request):
        return _query_page(given, text)
    try:
        return await answer(
            request,
            "sparql",
            timeout_s=requests.timeout_of(given, request.app.state.settings.limits.timeout_s),
            text=text,
            default_graphs=graphs["default-graph-uri"],
            named_graphs=graphs["named-graph-uri"],
            accept=named or requests.accept_of(request),
        )
    except TermUnwritable:
        raise
    except UnknownFormat as error:
        if named is None:
            raise
        fact = "a query of this form has no answer in the format that the address names"
        raise requests.Refused(400, fact, remedy=error.remedy) from None


def _is_browser(request: Request) -> bool:
    """Whether a page is what the client likes best."""
    return negotiate(requests.accept_of(request), (*_OFFERED, PAGE)) is PAGE


def _query_page(given: Fields, text: str = "") -> Response:
    """The way to the query page, with the query in it: a long one behind a `#`, where its length
    does not count."""
    lang, query = given.one(requests.LANG), quote(text, safe="")
    pairs = [f"{requests.LANG}={quote(lang)}"] if lang else []
    if 0 < len(query) <= _LONGEST:
        pairs.append(f"query={query}")
    address = f"/query?{'&'.join(pairs)}".rstrip("?")
    address += f"#query={query}" if len(query) > _LONGEST else ""
    return Response(status_code=303, headers={"Location": address, "Vary": "Accept"})


def _query_of(given: Fields) -> str | None:
    """The query among the fields; raises `Refused` for an update or two queries."""
    if any(given.all(name) for name in _OF_UPDATES):
        raise _update_refused()
    return given.one("query")


def _update_refused() -> requests.Refused:
    return requests.Refused(
        403, "updates are refused: the graph is only read", remedy="send a query"
    )


async def _posted(request: Request, given: Fields) -> tuple[str, Fields]:
    """The query of a POST, and the fields of its address and its form together."""
    kind = requests.media_type(request)
    if kind == _UPDATE:
        raise _update_refused()
    if kind == _QUERY:
        if _query_of(given) is not None:
            raise requests.Refused(400, "there is a query in the address and one in the body")
        return requests.as_text(await requests.read_body(request)), given
    if kind != _FORM:
        raise requests.Refused(
            415,
            "the body is neither a form nor a query",
            remedy=f"send it as {_FORM} or {_QUERY}",
            headers={"Accept-Post": f"{_FORM}, {_QUERY}"},
        )
    given = Fields((*given.pairs, *requests.fields(await requests.read_body(request)).pairs))
    text = _query_of(given)
    if text is None:
        raise requests.Refused(400, "the form has no field query", remedy="send query=SELECT…")
    return text, given


async def _describe(request: Request, given: Fields) -> Response:
    """The service description for a client, the query page for a person."""
    requests.refuse_unknown(given, _KNOWN)
    if any(name not in (*requests.FORMAT, requests.LANG) for name, _ in given.pairs):
        raise requests.Refused(400, "the request has no query", remedy="send query=SELECT…")
    named = requests.accept_named(given, OFFERED_TRIPLES)
    if named is None and _is_browser(request):
        return _query_page(given)
    endpoint = f"{request.url.scheme}://{request.headers['host']}/sparql"
    accept = named or requests.accept_of(request)
    return await answer(request, "description", endpoint=endpoint, accept=accept)


def evaluate(
    kg: KnowledgeGraph,
    text: str,
    default_graphs: Sequence[str] = (),
    named_graphs: Sequence[str] = (),
    accept: str = "",
    *,
    union: bool = True,
) -> Reply:
    """The answer to a query in the best of `OFFERED_SOLUTIONS` or `OFFERED_TRIPLES`: all of it. The
    header `Coopgraph-Notes` of an empty one says what it names and no triple has. Without `union`
    the default graph is the engine's own. Raises what `Store.query` raises, `ReplyTooLarge`,
    `TermUnwritable`, and `UnknownFormat` where `accept` takes none of them."""
    from pyoxigraph import QueryBoolean, QuerySolutions

    graphs = (tuple(default_graphs), tuple(named_graphs))
    dataset = Dataset(*graphs) if any(graphs) else None
    result = kg.store.query(text, union=union, dataset=dataset)
    with kg.store.reading():
        if isinstance(result, QuerySolutions | QueryBoolean):
            format, spool = choose(accept, OFFERED_SOLUTIONS), Spool()
            serialize_solutions(result, format, spool.output)
            reply = reply_of(spool, headers_of(format))
        else:
            reply = write_triples(result, accept)
    terms = (*query_terms(text), *default_graphs, *named_graphs)
    notes = notes_of_deprecated(kg.store, terms)
    if not reply.spool and is_empty(reply.body):
        notes += notes_of_empty(kg.store, terms, kg.index)
    return replace(reply, headers={**reply.headers, **notes_header(notes)})


def write_triples(triples: Iterable[ox.Triple], accept: str) -> Reply:
    """Triples in the best of `OFFERED_TRIPLES`; raises `UnknownFormat` and `TermUnwritable`."""
    format, spool = choose(accept, OFFERED_TRIPLES), Spool()
    serialize_triples(triples, format, spool.output, PREFIXES)
    return reply_of(spool, headers_of(format))


def headers_of(format: Format) -> dict[str, str]:
    """The headers of an answer in `format`."""
    return {"Content-Type": format.content_type, "Vary": "Accept"}


ROUTES: Final[list[BaseRoute]] = [Route("/sparql", sparql, methods=METHODS)]
