"""Pages to read: the start page, questions, networks, briefs, search."""

from __future__ import annotations

from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from coopgraph.formats import SPARQL_CSV, Format
from coopgraph.formats.negotiation import choose
from coopgraph.server.pages.page import JSON, page, respond, values_of, visit_of, whole
from coopgraph.server.requests import accept_of, fields
from coopgraph.server.template import PAGE

_SPARQL: Final = Format("rq", "application/sparql-query", "rq")
#: A question: its page, the answer as JSON and CSV, the query that is evaluated.
_OFFERED: Final = (PAGE, JSON, SPARQL_CSV, _SPARQL)
_EXTENSIONS: Final = {f".{format.extension}": format for format in _OFFERED}


@page
async def start(request: Request) -> Response:
    """/."""
    return await respond(request, "start", visit=visit_of(request))


@page
async def questions(request: Request) -> Response:
    """/questions."""
    return await respond(request, "questions", visit=visit_of(request))


@page
async def question(request: Request) -> Response:
    """/questions/{name}: a form and its answer; JSON, CSV and SPARQL at the same address."""
    given = fields(request.scope["query_string"])
    visit = visit_of(request, given)
    name = request.path_params["name"]
    format = next((f for ending, f in _EXTENSIONS.items() if name.endswith(ending)), None)
    if format is not None:
        name = name.removesuffix(f".{format.extension}")
    else:
        format = choose(accept_of(request), _OFFERED)
    return await respond(
        request,
        "question",
        name=name,
        values=values_of(visit, "page"),
        visit=visit,
        format=format.name,
        page=whole(given, "page", 1, least=1),
    )


@page
async def networks(request: Request) -> Response:
    """/networks."""
    return await respond(request, "networks", visit=visit_of(request))


@page
async def network(request: Request) -> Response:
    """/networks/{name}: the view of a projection; its parameters are fields of the address."""
    visit = visit_of(request)
    return await respond(
        request, "network", name=request.path_params["name"], values=values_of(visit), visit=visit
    )


@page
async def more(request: Request) -> Response:
    """/network/more?node=IRI: what a network page loads when a node is opened."""
    node = fields(request.scope["query_string"]).one("node") or ""
    return await respond(request, "more", node=node)


@page
async def main_network(request: Request) -> Response:
    """/network: the technology–partner network."""
    visit = visit_of(request)
    return await respond(
        request, "network", name="technology-partners", values=values_of(visit), visit=visit
    )


@page
async def search(request: Request) -> Response:
    """/search?q=: entities by label."""
    given = fields(request.scope["query_string"])
    visit = visit_of(request, given)
    return await respond(request, "search_page", text=given.one("q") or "", visit=visit)


@page
async def brief(request: Request) -> Response:
    """/brief/{entity}: one page for a meeting, as `coopgraph brief` writes it; also `.md`."""
    entity = request.path_params["entity"]
    markdown = entity.endswith(".md")
    return await respond(
        request,
        "brief",
        entity=entity.removesuffix(".md"),
        visit=visit_of(request),
        is_markdown=markdown,
    )


ROUTES: Final[list[BaseRoute]] = [
    Route("/brief/{entity:path}", brief),
    Route("/", start),
    Route("/questions", questions),
    Route("/questions/{name}", question),
    Route("/network", main_network),
    Route("/network/more", more),
    Route("/networks", networks),
    Route("/networks/{name}", network),
    Route("/search", search),
]
