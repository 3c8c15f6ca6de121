"""A page: a function that answers, the addresses that it answers for, and the way between them.

A module of `coopgraph.server.pages` holds the functions of one page, each marked with `page`:

    @page("/search")
    def search(kg: KnowledgeGraph, request: PageRequest) -> Reply:
        text = request.fields.one("q") or ""
        return html("search.html", request, text=text, found=kg.search(text, lang=request.lang))

The function runs in a worker process, which has the graph open; it can be called without a
server as well. The process that answers HTTP imports the module for its addresses only: what is
heavy is imported inside the function.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from html import unescape
from typing import Any, Final, TypeAlias

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from coopgraph.api import KnowledgeGraph
from coopgraph.errors import ParameterMissing, UsageError
from coopgraph.formats import Format
from coopgraph.formats.family import Family
from coopgraph.formats.negotiation import choose, negotiate
from coopgraph.guard import Reply
from coopgraph.server.address import Fields, PageRequest
from coopgraph.server.parameters import accept_named
from coopgraph.server.requests import fields, read_body, read_page_request
from coopgraph.server.responses import answer
from coopgraph.server.template import HEADERS, render

Work: TypeAlias = "Callable[[KnowledgeGraph, PageRequest], Reply]"
_POLICY: Final = re.compile(r'http-equiv="Content-Security-Policy" content="([^"]*)"')


@dataclass(frozen=True)
class Page:
    """A function that answers requests for `paths`; errors of a data page are problem details."""

    work: Work
    paths: tuple[str, ...]
    methods: tuple[str, ...] = ("GET",)
    is_data: bool = False

    def __call__(self, kg: KnowledgeGraph, request: PageRequest) -> Reply:
        """The answer to one request."""
        return self.work(kg, request)

    @property
    def job(self) -> str:
        """What the pool of workers calls it."""
        return f"{self.work.__module__}.{self.work.__name__}"

    def routes(self) -> list[Route]:
        """The routes to it."""

        async def handle(request: Request) -> Response:
            request.scope["is_data"] = self.is_data
            given = fields(request.scope["query_string"])
            if request.method == "POST":
                given = Fields((*given.pairs, *fields(await read_body(request)).pairs))
            asked = replace(
                read_page_request(request, given),
                names=request.path_params,
                rows=request.app.state.settings.rows,
                is_earlier=bool(request.app.state.pool.warning),
            )
            return await answer(request, self.job, request=asked)

        return [Route(path, handle, methods=list(self.methods)) for path in self.paths]


def page(
    *paths: str, methods: tuple[str, ...] = ("GET",), is_data: bool = False
) -> Callable[[Work], Page]:
    """Mark the function that answers requests for `paths`, as Starlette writes them."""
    return lambda work: Page(work, paths, methods, is_data)


def split_format(
    path: str, request: PageRequest, offered: tuple[Format, ...], *, by_header: bool = True
) -> tuple[str, Format]:
    """A path without its extension, and the format that this, the field `format` or, `by_header`,
    the client asks for.

    Raises `UnknownFormat` where the client takes none of those `offered`, `UsageError` where the
    address names another, or two.
    """
    ended = next((each for each in offered if path.endswith(f".{each.extension}")), None)
    named = accept_named(request.fields, offered)
    if ended is None:
        return path, choose(named or (request.accept if by_header else ""), offered)
    if named is not None and negotiate(named, (ended,)) is None:
        raise UsageError("the address names two formats", remedy="name one")
    return path.removesuffix(f".{ended.extension}"), ended


def query_of(request: PageRequest) -> str:
    """The SPARQL text of a request; raises `ParameterMissing` where there is none."""
    text = request.fields.one("query")
    if text is None:
        raise ParameterMissing("there is no query", remedy="send the field query")
    return text


def written(family: Family, thing: object, format: Format, **options: str) -> Reply:
    """A thing in one of the formats of its family, as a file to be opened."""
    headers = {"Content-Type": format.content_type, "Vary": "Accept, Accept-Language"}
    return Reply(family.encode_file(thing, format.name, **options), headers)


def html(template: str, request: PageRequest, **values: Any) -> Reply:
    """The page of a template in the language of the request."""
    return Reply(render(template, request, **values), HEADERS)


def data(value: Any, **headers: str) -> Reply:
    """A value as JSON."""
    body = json.dumps(value, ensure_ascii=False, allow_nan=False)
    return Reply(
        body.encode("utf-8", "replace"),
        {"Content-Type": "application/json", "Vary": "Accept-Language", **headers},
    )


def standalone(text: str) -> Reply:
    """A page under its own policy: its scripts stand in it, known by their hashes."""
    policy = _POLICY.search(text)
    assert policy is not None, "such a page names its policy"
    allowed = unescape(policy[1]) + "; frame-ancestors 'self'"
    return Reply(text.encode(), {**HEADERS, "Content-Security-Policy": allowed})
