"""The query page, and what its script asks for: rows, downloads, networks, completions."""

from __future__ import annotations

import secrets
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from coopgraph.errors import ParameterMissing, UnknownFormat
from coopgraph.queries.themes import grouped
from coopgraph.server.pages.page import data, page, respond, visit_of, whole
from coopgraph.server.requests import Fields, fields
from coopgraph.server.security import CONTENT_SECURITY_POLICY
from coopgraph.server.template import HEADERS, render

_ROWS: Final = 100
_MOST_ROWS: Final = 1_000
_FORMATS: Final = ("csv", "tsv", "json")


@page
async def query(request: Request) -> Response:
    """/query: the editor. CodeMirror adds a style sheet of its own, which a nonce lets in."""
    visit = visit_of(request)
    nonce = secrets.token_urlsafe(16)
    policy = CONTENT_SECURITY_POLICY.replace(
        "style-src 'self'", f"style-src 'self' 'nonce-{nonce}'"
    )
    examples = [
        (heading, [q for q in group if not any(c.required for c in q.parameters.values())])
        for heading, group in grouped()
    ]
    text = fields(request.scope["query_string"]).one("query") or ""
    body = render("query.html", visit, nonce=nonce, examples=examples, text=text)
    headers = {**HEADERS, "Content-Security-Policy": policy, "Cache-Control": "no-store"}
    return Response(body, headers=headers)


async def _asked(request: Request) -> Fields:
    """The fields of the address and of the form together."""
    given = fields(request.scope["query_string"])
    if request.method == "POST":
        given = Fields((*given.pairs, *fields(await request.body()).pairs))
    return given


def _text(given: Fields) -> str:
    text = given.one("query")
    if text is None:
        raise ParameterMissing("there is no query", remedy="send the field query")
    return text


@data
async def rows(request: Request) -> Response:
    """/query/rows: a page of the labelled rows of a query, as JSON."""
    given = await _asked(request)
    return await respond(
        request,
        "rows",
        text=_text(given),
        visit=visit_of(request, given),
        offset=whole(given, "offset", 0),
        limit=whole(given, "limit", _ROWS, least=1, most=_MOST_ROWS),
        counted=request.app.state.settings.rows,
        sort=given.one("sort") or "",
        is_descending=given.one("order") == "desc",
    )


@page
async def download(request: Request) -> Response:
    """/query.csv, .tsv, .json: all rows, with labels and IRIs."""
    given = await _asked(request)
    format = request.path_params["format"]
    if format not in _FORMATS:
        raise UnknownFormat(f"unknown format {format!r}", remedy=f"known: {', '.join(_FORMATS)}")
    lang = visit_of(request, given).lang
    return await respond(request, "download", text=_text(given), format=format, lang=lang)


@page
async def network(request: Request) -> Response:
    """/query/network: the rows of a query as the edges of a network."""
    given = await _asked(request)
    return await respond(
        request,
        "rows_as_network",
        text=_text(given),
        source=given.one("source") or "source",
        target=given.one("target") or "target",
        kind=given.one("kind") or "",
        visit=visit_of(request, given),
    )


@data
async def search(request: Request) -> Response:
    """/search.json?q=&kind=&limit=."""
    given = fields(request.scope["query_string"])
    return await respond(
        request,
        "search",
        text=given.one("q") or "",
        visit=visit_of(request, given),
        limit=whole(given, "limit", 20, least=1, most=200),
        kind=given.one("kind") or "",
    )


@data
async def terms(request: Request) -> Response:
    """/terms.json: what a query can name."""
    return await respond(request, "terms")


_BOTH: Final = ["GET", "POST"]
ROUTES: Final[list[BaseRoute]] = [
    Route("/query", query),
    Route("/query/rows", rows, methods=_BOTH),
    Route("/query/network", network, methods=_BOTH),
    Route("/query.{format}", download, methods=_BOTH),
    Route("/search.json", search),
    Route("/terms.json", terms),
]
