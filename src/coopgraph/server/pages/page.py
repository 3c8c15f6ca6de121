"""What all handlers of pages share: the visit of a request, replies, errors as pages."""

from __future__ import annotations

import functools
import re
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any, Final, TypeAlias

from starlette.requests import Request
from starlette.responses import Response

from coopgraph.errors import CoopgraphError, QuerySyntax, StoreError, UsageError
from coopgraph.formats import Format
from coopgraph.formats.negotiation import negotiate
from coopgraph.guard import Reply
from coopgraph.server.address import Visit, read_language
from coopgraph.server.problems import headers_of, status_of
from coopgraph.server.requests import Fields, accept_of, fields
from coopgraph.server.responses import run
from coopgraph.server.template import HEADERS, PAGE, render
from coopgraph.server.words import WORDS

Handler: TypeAlias = Callable[[Request], Awaitable[Response]]

JSON: Final = Format("json", "application/json", "json")
_LANG: Final = "lang"
_WHERE: Final = re.compile(r"line (\d+), column (\d+)")
_WHOLE: Final = re.compile(r"\d{1,9}\Z", re.ASCII)


def visit_of(request: Request, given: Fields | None = None) -> Visit:
    """The visit of a request; raises `UsageError` for an unknown language."""
    given = fields(request.scope["query_string"]) if given is None else given
    lang, is_chosen = _language(request, given.one(_LANG))
    kept = tuple(pair for pair in given.pairs if pair[0] != _LANG)
    return Visit(lang, is_chosen, request.scope["raw_path"].decode("ascii", "replace"), kept)


def _language(request: Request, chosen: str | None) -> tuple[str, bool]:
    return read_language(chosen, ", ".join(request.headers.getlist("accept-language")))


async def respond(request: Request, job: str, **arguments: Any) -> Response:
    """The reply of a job of the pages; its header `Status` becomes the status."""
    return response_of(await run(request, f"pages.{job}", **arguments))


def response_of(reply: Reply, status: int = 200) -> Response:
    """A reply as a response."""
    headers = dict(reply.headers)
    return Response(reply.body, status_code=int(headers.pop("Status", status)), headers=headers)


def whole(given: Fields, name: str, default: int, *, least: int = 0, most: int = 10**9) -> int:
    """A field that holds a whole number; raises `UsageError` for what is none."""
    text = given.one(name)
    if not text:
        return default
    if not _WHOLE.match(text) or not least <= int(text) <= most:
        raise UsageError(
            f"{text!r} does not fit the field {name}",
            remedy=f"write a whole number from {least} to {most:,}",
        )
    return int(text)


def values_of(visit: Visit, *without: str) -> dict[str, str]:
    """The fields that are parameters: those with a value, each given once."""
    found: dict[str, str] = {}
    for name, value in visit.fields:
        if name in without or not value.strip():
            continue
        if name in found:
            raise UsageError(f"{name} is given twice", remedy="give it once")
        found[name] = value
    return found


def page(handler: Handler) -> Handler:
    """A handler whose errors are pages where the client is a browser."""
    return _telling(handler, error_page, _is_browser)


def data(handler: Handler) -> Handler:
    """A handler whose errors are JSON that a script can show at its place.

    Problem details (RFC 9457) with `fact`, `remedy`, and `line` and `column` of a syntax error.
    """
    return _telling(handler, lambda _request, error, status: _problem(error, status))


def _telling(
    handler: Handler,
    answer: Callable[[Request, CoopgraphError, HTTPStatus], Response],
    is_asked: Callable[[Request], bool] = lambda _request: True,
) -> Handler:
    """A handler whose errors become an `answer`, where a client `is_asked` to get it."""

    @functools.wraps(handler)
    async def handle(request: Request) -> Response:
        try:
            return await handler(request)
        except CoopgraphError as error:
            status = status_of(error)
            if not _is_told(error, status) or not is_asked(request):
                raise
            return answer(request, error, status)

    return handle


def error_page(request: Request, error: CoopgraphError, status: HTTPStatus) -> Response:
    """An error as a page in the language of the visit."""
    try:
        visit = visit_of(request)
    except CoopgraphError:  # the error may be in the very address
        visit = Visit(_language(request, None)[0])
    heading = f"error-{status.value}"
    body = render(
        "error.html",
        visit,
        heading=heading if heading in WORDS else "error-400",
        status=status,
        error=error,
    )
    return Response(body, status, {**HEADERS, **headers_of(error), "Cache-Control": "no-store"})


def _problem(error: CoopgraphError, status: HTTPStatus) -> Response:
    import json

    said: dict[str, Any] = {
        "title": status.phrase,
        "status": status.value,
        "detail": str(error),
        "kind": type(error).__name__,
        "fact": error.fact,
        "remedy": error.remedy,
    }
    where = _WHERE.search(error.place) if isinstance(error, QuerySyntax) else None
    if where:
        said |= {"line": int(where[1]), "column": int(where[2])}
    return Response(
        json.dumps(said, ensure_ascii=False).encode("utf-8", "replace"),
        status,
        {**headers_of(error), "Cache-Control": "no-store"},
        "application/problem+json",
    )


def _is_told(error: CoopgraphError, status: HTTPStatus) -> bool:
    """Whether the words of an error are for strangers; the shield words the others."""
    return status is not HTTPStatus.INTERNAL_SERVER_ERROR and not isinstance(error, StoreError)


def _is_browser(request: Request) -> bool:
    text = Format("text", "text/plain", "txt")
    return negotiate(accept_of(request), (text, JSON, PAGE)) is PAGE
