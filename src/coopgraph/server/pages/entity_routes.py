"""Every IRI of the data: /id/…, /graph/…, /question/…, /ns, as a page or in RDF."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Final
from urllib.parse import quote, unquote_to_bytes

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from coopgraph.errors import UnknownEntity
from coopgraph.formats import JSON_LD, N_TRIPLES, TURTLE, Format
from coopgraph.formats.negotiation import choose
from coopgraph.server.address import NS, Visit
from coopgraph.server.pages.page import page, respond, response_of, visit_of, whole
from coopgraph.server.requests import accept_of, fields
from coopgraph.server.responses import run
from coopgraph.server.template import PAGE
from coopgraph.vocabulary import GRAPH, ID, QUESTION

#: The page comes first: it is what a client gets that takes anything. RDF tools say what they take.
_OFFERED: Final = (PAGE, TURTLE, JSON_LD, N_TRIPLES)
_ESCAPED: Final = re.compile(r"(?:%[89A-F][0-9A-F])+", re.IGNORECASE)


def read_path(raw: str) -> list[str]:
    """The ways to read a path as the end of an IRI, in order.

    As it stands, and with the characters written out that only a URI must escape (RFC 3987,
    section 3.2): `%20` stays, `%EC%96%91` is also 양.

    >>> read_path("technology/%EC%96%91%20x")
    ['technology/%EC%96%91%20x', 'technology/양%20x']
    """
    written = _ESCAPED.sub(_written, raw)
    return list(dict.fromkeys((raw, written)))


def _written(match: re.Match[str]) -> str:
    try:
        return unquote_to_bytes(match[0]).decode()
    except UnicodeDecodeError:
        return match[0]


def _format_of(request: Request, raw: str) -> tuple[str, Format]:
    """The path without its extension, and the format that it or the client asks for."""
    for format in _OFFERED:
        if raw.endswith(f".{format.extension}"):
            return raw.removesuffix(f".{format.extension}"), format
    return raw, choose(accept_of(request), _OFFERED)


async def _describe(request: Request, prefix: str, base: str) -> Response:
    """The entity at an address that begins with `prefix`, its IRI with `base`."""
    given = fields(request.scope["query_string"])
    visit = visit_of(request, given)
    path = request.scope["raw_path"].decode("ascii", "replace").removeprefix(prefix)
    path, format = _format_of(request, path)
    iris = [base + way for way in read_path(path)]
    try:
        response = await respond(
            request,
            "entity",
            iris=iris,
            format=format,
            visit=visit,
            only=given.one("of") or "",
            page=whole(given, "page", 1, least=1),
        )
    except UnknownEntity:
        if format is not PAGE:
            raise
        reply = await run(request, "pages.missing", iri=iris[-1], visit=visit)
        return response_of(reply, HTTPStatus.NOT_FOUND)
    response.headers["Link"] = _links(prefix + path, visit)
    return response


def _links(path: str, visit: Visit) -> str:
    """The same in other formats (RFC 8288)."""
    address = quote(path, safe="/%:@!$&'()*+,;=~#?")
    return ", ".join(
        f'<{address}.{format.extension}>; rel="alternate"; type="{format.media_type}"'
        for format in _OFFERED
    )


@page
async def entity(request: Request) -> Response:
    """/id/{class}/{key}."""
    return await _describe(request, "/id/", ID)


@page
async def graph(request: Request) -> Response:
    """/graph/{name}: what a named graph is; its triples are at /graphs."""
    return await _describe(request, "/graph/", GRAPH)


@page
async def question(request: Request) -> Response:
    """/question/{name}: its page is that of the question, its description is RDF."""
    path, format = _format_of(request, request.scope["raw_path"].decode("ascii", "replace"))
    if format is PAGE:
        visit = visit_of(request)
        name = path.removeprefix("/question/")
        return RedirectResponse(
            visit.link(f"/questions/{quote(name, safe='%')}"), HTTPStatus.SEE_OTHER
        )
    return await _describe(request, "/question/", QUESTION)


@page
async def ontology(request: Request) -> Response:
    """/ns: all terms; what stands below it, such as a version, is an entity like others."""
    path, format = _format_of(request, request.scope["raw_path"].decode("ascii", "replace"))
    if path == "/ns":
        return await respond(request, "ontology", format=format, visit=visit_of(request))
    return await _describe(request, "/ns", NS)


ROUTES: Final[list[BaseRoute]] = [
    Route("/id/{path:path}", entity),
    Route("/graph/{path:path}", graph),
    Route("/question/{path:path}", question),
    Route("/ns", ontology),
    Route("/ns.{extension}", ontology),
    Route("/ns/{path:path}", ontology),
]
