"""Errors as answers: a status, and one line as text, problem details or a page.

Problem details are RFC 9457. Nothing of the machine is told: an error that nobody foresaw is
logged, and its answer says only that there was one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from starlette.datastructures import Headers
from starlette.responses import Response

from coopgraph.errors import (
    AmbiguousEntity,
    CoopgraphError,
    MemoryExceeded,
    QueryFailed,
    QueryTimeout,
    ReplyTooLarge,
    ServerBusy,
    ServiceRefused,
    StoreError,
    UnknownEntity,
    UnknownFormat,
    UnknownProjection,
    UnknownQuery,
    UsageError,
    WorkerLost,
)
from coopgraph.formats import Format
from coopgraph.formats.negotiation import negotiate
from coopgraph.server.address import Visit, read_language
from coopgraph.server.template import PAGE, render
from coopgraph.server.words import WORDS

_TEXT: Final = Format("text", "text/plain", "txt")
_PROBLEM: Final = Format("problem", "application/problem+json", "json")
_JSON: Final = Format("problem", "application/json", "json")
_SHAPES: Final = (_TEXT, _PROBLEM, _JSON, PAGE)

#: The status of each class of error; the first that fits counts.
_STATUS: Final[tuple[tuple[type[CoopgraphError], HTTPStatus], ...]] = (
    (UnknownQuery, HTTPStatus.NOT_FOUND),
    (UnknownEntity, HTTPStatus.NOT_FOUND),
    (UnknownProjection, HTTPStatus.NOT_FOUND),
    (AmbiguousEntity, HTTPStatus.BAD_REQUEST),
    (UnknownFormat, HTTPStatus.NOT_ACCEPTABLE),
    (UsageError, HTTPStatus.BAD_REQUEST),
    (ServiceRefused, HTTPStatus.FORBIDDEN),
    (QueryFailed, HTTPStatus.BAD_REQUEST),
    (QueryTimeout, HTTPStatus.SERVICE_UNAVAILABLE),
    (MemoryExceeded, HTTPStatus.SERVICE_UNAVAILABLE),
    (WorkerLost, HTTPStatus.SERVICE_UNAVAILABLE),
    (ServerBusy, HTTPStatus.SERVICE_UNAVAILABLE),
    (ReplyTooLarge, HTTPStatus.SERVICE_UNAVAILABLE),
    (StoreError, HTTPStatus.SERVICE_UNAVAILABLE),
)
_UNFORESEEN: Final = "the server made a mistake; it is in its log"


class Refused(UsageError):
    """A request that is refused with a status of its own, and headers that go with it."""

    def __init__(
        self,
        status: int,
        fact: str,
        *,
        remedy: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(fact, remedy=remedy)
        self.status = HTTPStatus(status)
        self.headers = dict(headers or {})


def status_of(error: CoopgraphError) -> HTTPStatus:
    """The HTTP status that tells of `error`.

    >>> status_of(UnknownEntity("nothing is known of it")).value
    404
    """
    if isinstance(error, Refused):
        return error.status
    for kind, status in _STATUS:
        if isinstance(error, kind):
            return status
    return HTTPStatus.INTERNAL_SERVER_ERROR


def headers_of(error: CoopgraphError) -> dict[str, str]:
    """The headers that go with `error`: its own, or when to come again."""
    if isinstance(error, Refused):
        return error.headers
    if isinstance(error, ServerBusy):
        return {"Retry-After": str(max(1, round(error.retry_after_s)))}
    return {}


def answer_error(error: CoopgraphError | None, asked: Headers) -> Response:
    """An error as an answer, shaped as the headers of the request ask; None for one that nobody
    foresaw."""
    status = status_of(error) if error else HTTPStatus.INTERNAL_SERVER_ERROR
    if error is None or status is HTTPStatus.INTERNAL_SERVER_ERROR:
        return _answer(status, _UNFORESEEN, asked, {})
    text = "the store is not ready" if isinstance(error, StoreError) else str(error)
    return _answer(status, text, asked, headers_of(error))


def _answer(status: HTTPStatus, text: str, asked: Headers, headers: dict[str, str]) -> Response:
    shape = negotiate(", ".join(asked.getlist("accept")), _SHAPES) or _TEXT
    kind = f"{shape.media_type}; charset=utf-8"
    if shape is _TEXT:
        body = f"{text}\n".encode()
    elif shape is PAGE:
        body = _page(status, text, asked.get("accept-language", ""))
    else:
        kind = _PROBLEM.media_type
        problem = {"title": status.phrase, "status": status.value, "detail": text}
        body = (json.dumps(problem, ensure_ascii=False) + "\n").encode()
    fixed = {"Content-Type": kind, "Vary": "Accept", "Cache-Control": "no-store"}
    return Response(body, status_code=status, headers={**fixed, **headers})


def _page(status: HTTPStatus, text: str, accept_language: str) -> bytes:
    """The error as a page of ours, in the language that the browser prefers."""
    heading = f"error-{status.value}"
    other = "error-400" if status < HTTPStatus.INTERNAL_SERVER_ERROR else "error-503"
    return render(
        "error.html",
        Visit(read_language(None, accept_language)[0]),
        heading=heading if heading in WORDS else other,
        status=status,
        error=text,
    )
