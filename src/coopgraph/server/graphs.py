"""Named graphs: the reading half of the Graph Store Protocol, VoID, and the dump.

https://www.w3.org/TR/sparql11-http-rdf-update/, https://www.w3.org/TR/void/. Writes are
refused with 403, as updates are.
"""

from __future__ import annotations

from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from coopgraph.server.dump import dump
from coopgraph.server.problems import Refused
from coopgraph.server.requests import accept_of, fields
from coopgraph.server.responses import answer
from coopgraph.store.void import VOID_GRAPH
from coopgraph.vocabulary import graph_iri

_WRITES: Final = ["PUT", "POST", "DELETE", "PATCH"]


async def graphs(request: Request) -> Response:
    """The graph that `graph=IRI` names, or with `default` the union of all."""
    given = fields(request.scope["query_string"])
    graph, default = given.one("graph"), given.one("default")
    if (graph is None) == (default is None):
        raise Refused(
            400, "the request does not name one graph", remedy="send ?graph=IRI or ?default"
        )
    return await answer(request, "graph", graph=graph, accept=accept_of(request))


async def void(request: Request) -> Response:
    """The description of the dataset and of its graphs."""
    graph = graph_iri(VOID_GRAPH)
    return await answer(request, "graph", graph=graph, accept=accept_of(request))


async def refuse_write(_: Request) -> Response:
    """Refuse to change a graph."""
    raise Refused(403, "graphs are only read", remedy="change the sources and build")


ROUTES: Final[list[BaseRoute]] = [
    Route("/graphs", graphs),
    Route("/graphs", refuse_write, methods=_WRITES),
    Route("/.well-known/void", void),
    Route("/dump", dump),
]
