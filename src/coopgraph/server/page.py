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

import asyncio
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from html import unescape
from typing import Any, Final, TypeAlias
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from coopgraph.api import KnowledgeGraph
from coopgraph.errors import ParameterMissing, UsageError
from coopgraph.formats import Family, Format, choose, negotiate
from coopgraph.formats.templates import served_bar
from coopgraph.guard import Pool, Reply
from coopgraph.guard.lanes import timed_out
from coopgraph.i18n import text as text_of
from coopgraph.server.address import Fields, PageRequest
from coopgraph.server.requests import accept_named, fields, read_body, read_page_request
from coopgraph.server.template import HEADERS, places, render

Work: TypeAlias = "Callable[[KnowledgeGraph, PageRequest], Reply]"
_POLICY: Final = re.compile(r'http-equiv="Content-Security-Policy" content="([^"]*)"')


async def answer(
    request: Request, job: str, /, timeout_s: float | None = None, **arguments: Any
) -> Response:
    """The reply of a job as it is, or 304 where the client has it already; its header `Status`
    becomes the status. The job is stopped when the client leaves before, or after `timeout_s`. The
    body of the request must have been read. Raises what `Pool.run_while` raises."""

    async def gone() -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass

    pool: Pool = request.app.state.pool
    client = (request.scope.get("client") or ("",))[0]
    try:
        async with asyncio.timeout(timeout_s):
            reply = await pool.run_while(gone, job, client=client, **arguments)
    except TimeoutError:
        raise timed_out(timeout_s or 0) from None
    headers = dict(reply.headers)
    tag = headers.get("ETag")
    if tag and has_tag(request, tag):
        return not_modified(headers)
    status = int(headers.pop("Status", 200))
    if reply.spool is not None:
        return SpooledResponse(reply, status, headers)
    return Response(reply.body, status, headers)


class SpooledResponse(Response):
    """A long answer, sent from where it is kept as fast as the client reads it. It is whole before
    its first byte leaves, and names its length: a client notices where it breaks off."""

    def __init__(self, reply: Reply, status: int, headers: Mapping[str, str]) -> None:
        super().__init__(status_code=status, headers=headers)
        self._reply = reply
        self.headers["Content-Length"] = str(reply.size)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it, and remove what was kept."""
        start = {"type": "http.response.start", "status": self.status_code}
        assert self._reply.spool is not None, "else it is a plain response"
        with self._reply.spool as spool:
            await send({**start, "headers": self.raw_headers})
            for block in spool.blocks() if scope["method"] != "HEAD" else ():
                await send({"type": "http.response.body", "body": block, "more_body": True})
            await send({"type": "http.response.body", "body": self._reply.body})


def has_tag(request: Request, tag: str) -> bool:
    """Whether If-None-Match names the entity tag (RFC 9110, 13.1.2: weakly compared)."""
    header = request.headers.get("if-none-match", "")
    tags = {part.strip().removeprefix("W/") for part in header.split(",")}
    return header.strip() == "*" or tag in tags


def not_modified(headers: Mapping[str, str]) -> Response:
    """304 with the headers that a cache needs (RFC 9110, 15.4.5)."""
    kept = ("ETag", "Last-Modified", "Vary", "Cache-Control")
    return Response(
        status_code=304, headers={name: headers[name] for name in kept if name in headers}
    )


def notes_header(notes: Sequence[str]) -> dict[str, str]:
    """What a reader must know, as a header, if there is any: in UTF-8 with percent-encoding, for
    a field is ASCII."""
    return {"Coopgraph-Notes": quote("\n".join(notes), safe=" ,;:()")} if notes else {}


@dataclass(frozen=True)
class Page:
    """A function that answers requests for `paths`; errors of a data page are problem details."""

    work: Work
    paths: tuple[str, ...]
    methods: tuple[str, ...] = ("GET",)
    is_data: bool = False

    def __call__(self, kg: KnowledgeGraph, request: PageRequest) -> Reply:
        """The answer to one request."""
        return self.work(kg, replace(request, graph=kg))

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
    the client asks for. Raises `UnknownFormat` where the client takes none of those `offered`,
    `UsageError` where the address names another, or two."""
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


def standalone(text: str, request: PageRequest) -> Reply:
    """A page as it is saved, under its own policy (its scripts stand in it, known by their hashes),
    with the places of this server in its bar."""
    label, menu = (text_of(f"server.{name}", request.lang) for name in ("sections", "menu"))
    text = served_bar(text, label, menu, places(request))
    policy = _POLICY.search(text)
    assert policy is not None, "such a page names its policy"
    allowed = unescape(policy[1]) + "; frame-ancestors 'self'"
    return Reply(text.encode(), {**HEADERS, "Content-Security-Policy": allowed})
