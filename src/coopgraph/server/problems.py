"""Errors as answers: a status, and one line as text, problem details or a page.

Problem details are RFC 9457. Nothing about the machine is revealed: an unforeseen error is
logged, and its answer says only that there was one.
"""

import json
import re
from dataclasses import replace
from http import HTTPStatus
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from coopgraph import errors
from coopgraph.errors import CoopgraphError
from coopgraph.formats import Format, negotiate
from coopgraph.i18n import find
from coopgraph.i18n import text as text_of
from coopgraph.i18n.languages import SOURCE
from coopgraph.server.address import PageRequest
from coopgraph.server.requests import Refused, accept_of, fields, language_of, read_page_request
from coopgraph.server.template import HEADERS, PAGE, render

_TEXT: Final = Format("text", "text/plain", "txt")
_PROBLEM: Final = Format("problem", "application/problem+json", "json")
_SHAPES: Final = (_TEXT, _PROBLEM, Format("problem", "application/json", "json"), PAGE)

#: The status of each class of error; the first that fits counts.
_STATUS: Final[tuple[tuple[tuple[type[CoopgraphError], ...], HTTPStatus], ...]] = (
    ((errors.UnknownQuery, errors.UnknownEntity, errors.UnknownProjection), HTTPStatus.NOT_FOUND),
    ((errors.UnknownFormat,), HTTPStatus.NOT_ACCEPTABLE),
    ((errors.ExtraMissing,), HTTPStatus.NOT_IMPLEMENTED),
    ((errors.ServiceRefused,), HTTPStatus.FORBIDDEN),
    ((errors.AmbiguousEntity, errors.UsageError, errors.QueryFailed), HTTPStatus.BAD_REQUEST),
    (
        (
            errors.QueryTimeout,
            errors.MemoryExceeded,
            errors.WorkerLost,
            errors.ServerBusy,
            errors.ReplyTooLarge,
            errors.StoreError,
        ),
        HTTPStatus.SERVICE_UNAVAILABLE,
    ),
)
_WHERE: Final = re.compile(r"line (\d+), column (\d+)")
#: What a fact quotes is what the reader wrote.
_GIVEN: Final = re.compile(r"'([^']+)'")
_NEAR: Final = re.compile(r"did you mean (.+)\?")
_UNFORESEEN: Final = "the server made a mistake; it is in its log"


def status_of(error: CoopgraphError) -> HTTPStatus:
    """The HTTP status of `error`.

    >>> status_of(errors.UnknownEntity("nothing is known of it")).value
    404
    """
    if isinstance(error, Refused):
        return error.status
    found = (status for kinds, status in _STATUS if isinstance(error, kinds))
    return next(found, HTTPStatus.INTERNAL_SERVER_ERROR)


def headers_of(error: CoopgraphError) -> dict[str, str]:
    """The headers that go with `error`: its own, or when to come again."""
    if isinstance(error, Refused):
        return error.headers
    if isinstance(error, errors.ServerBusy):
        return {"Retry-After": str(max(1, round(error.retry_after_s)))}
    return {}


def answer_error(error: CoopgraphError | None, request: Request) -> Response:
    """An error as the answer to `request`; None for an unforeseen one. It comes as text, problem
    details or a page, as the client likes best; to data routes (`is_data` in the scope) always as
    problem details, which a script can show at its place."""
    status = status_of(error) if error else HTTPStatus.INTERNAL_SERVER_ERROR
    text, details, headers = _UNFORESEEN, dict[str, Any](), dict[str, str]()
    if error is not None and status is not HTTPStatus.INTERNAL_SERVER_ERROR:
        headers = headers_of(error)
        text = "the store is not ready"
        if not isinstance(error, errors.StoreError):
            text, details = str(error), _details(error)
    asked = _asked(request)
    message = message_of(error, text, asked.lang)
    is_data = request.scope.get("is_data", False)
    shape = _PROBLEM if is_data else negotiate(accept_of(request), _SHAPES) or _TEXT
    kind = f"{shape.media_type}; charset=utf-8"
    if shape is _TEXT:
        body = f"{text}\n".encode("utf-8", "replace")
    elif shape is PAGE:
        body = _page(status, message, asked)
    else:
        kind = _PROBLEM.media_type
        problem = {"title": status.phrase, "status": status.value, "detail": text}
        told = " ".join(message)
        if "line" in details and error is not None:  # who shows the line needs it once
            told = told.removeprefix(f"{error.place}: ")
        problem |= {"message": told, **details}
        body = (json.dumps(problem, ensure_ascii=False) + "\n").encode("utf-8", "replace")
    vary = HEADERS["Vary"] if shape is PAGE else "Accept"
    fixed = {"Content-Type": kind, "Vary": vary, "Cache-Control": "no-store"}
    return Response(body, status_code=status, headers={**fixed, **headers})


def _details(error: CoopgraphError) -> dict[str, Any]:
    """The parts of an error; of a syntax error also `line` and `column`."""
    found: dict[str, Any] = {
        "kind": type(error).__name__,
        "fact": error.fact,
        "remedy": error.remedy,
    }
    where = _WHERE.search(error.place) if isinstance(error, errors.QuerySyntax) else None
    if where:
        found |= {"line": int(where[1]), "column": int(where[2])}
    return found


def message_of(error: CoopgraphError | None, text: str, lang: str) -> tuple[str, ...]:
    """What a page says of an error: in English its own line, `text`; in another language what
    that says of its class, or of the nearest that it says something of, and what was given.

    >>> message_of(errors.UnknownQuery("unknown question 'a'"), "unknown question 'a'", "en")
    ("unknown question 'a'",)
    """
    if lang == SOURCE:
        return (text,)
    if isinstance(error, Refused) and find(key := f"server.refused-{error.status.value}", SOURCE):
        return (text_of(key, lang),)
    names = [kind.__name__ for kind in type(error).__mro__] if error else []
    name = next((n for n in names if find(f"error.{n}", SOURCE)), "unforeseen")
    given = _GIVEN.findall(error.fact) if error and not isinstance(error, errors.StoreError) else []
    if error and (near := _NEAR.search(error.remedy)):
        given.append(f"{text_of('server.near', lang)}: {near[1].replace(' or ', ', ')}")
    return (text_of(f"error.{name}", lang), *given)


def _asked(request: Request) -> PageRequest:
    """What an error page must know of its request; a form has said the language already."""
    said = request.scope.get("language")
    try:
        asked = read_page_request(request, fields(request.scope["query_string"]))
        return replace(asked, lang=said[0], is_chosen=said[1]) if said else asked
    except CoopgraphError:  # the error may be in the very address
        return PageRequest(language_of(request)[0])


def _page(status: HTTPStatus, message: tuple[str, ...], asked: PageRequest) -> bytes:
    """The error as a page, in the language of the request."""
    heading = f"error-{status.value}"
    other = "error-400" if status < HTTPStatus.INTERNAL_SERVER_ERROR else "error-503"
    return render(
        "error.html",
        asked,
        heading=heading if find(f"server.error-{status.value}", "en") else other,
        status=status,
        message=message,
    )
