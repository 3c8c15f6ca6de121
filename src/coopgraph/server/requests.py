"""Requests read strictly: fields of an address or a form, media types, bodies as text."""

import asyncio
import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final
from urllib.parse import unquote_to_bytes

from starlette.requests import ClientDisconnect, Request

from coopgraph.errors import UsageError
from coopgraph.guard import ClientGone
from coopgraph.server.address import Fields, PageRequest, read_language

#: The language of a page or a message, which every address may name.
LANG: Final = "lang"
_MOST_FIELDS = 200
_BAD_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_CHARSET = re.compile(r""";\s*charset\s*=\s*"?([^\s;"]*)""", re.IGNORECASE)
_UTF8 = frozenset({"utf-8", "utf8", "us-ascii", "ascii"})


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


def fields(raw: bytes) -> Fields:
    """The fields of a query string or a form, decoded once: `%2520` is the three characters `%20`.

    Raises `Refused` (400) for a broken percent-encoding and for what is not UTF-8.

    >>> fields(b"graph=http%3A%2F%2Fa.example%2Fb%2520c&x=Z%C3%BCrich+a").pairs
    (('graph', 'http://a.example/b%20c'), ('x', 'Zürich a'))
    """
    parts = [part for part in raw.split(b"&") if part]
    if len(parts) > _MOST_FIELDS:
        raise Refused(400, f"there are more than {_MOST_FIELDS} fields")
    pairs = (part.partition(b"=") for part in parts)
    return Fields(tuple((_decode(name), _decode(value)) for name, _, value in pairs))


def _decode(raw: bytes) -> str:
    if _BAD_ESCAPE.search(raw):
        raise Refused(
            400, "a percent sign is not followed by two digits", remedy="write %25 for it"
        )
    return as_text(unquote_to_bytes(raw.replace(b"+", b" ")))


def media_type(request: Request) -> str:
    """The media type of the body, without parameters and in lower case; empty where not said.

    Raises `Refused` (415) for a charset that is not UTF-8 and for a coded (compressed) body.
    """
    header = request.headers.get("content-type", "")
    charset = _CHARSET.search(header)
    if charset and charset[1].lower() not in _UTF8:
        raise Refused(415, "the charset of the body is not UTF-8", remedy="send UTF-8")
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise Refused(
            415,
            "the body is compressed",
            remedy="send it uncompressed",
            headers={"Accept-Encoding": "identity"},
        )
    return header.partition(";")[0].strip().lower()


async def read_body(request: Request) -> bytes:
    """The body; raises `Refused` for one that is too large, or does not come in time, and
    `ClientGone` where the client leaves in the middle of it. No other function reads one."""
    try:
        async with asyncio.timeout(request.app.state.settings.body_s):
            return await request.body()
    except TimeoutError:
        raise Refused(408, "the body did not come in time", remedy="send it at once") from None
    except ClientDisconnect:
        raise ClientGone from None


def as_text(body: bytes) -> str:
    """A body or a field as text; raises `Refused` for what is not UTF-8."""
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused(400, "the request is not UTF-8", remedy="send UTF-8") from None


def accept_of(request: Request) -> str:
    """What the client takes: all its Accept headers as one."""
    return ", ".join(request.headers.getlist("accept"))


def read_page_request(request: Request, given: Fields) -> PageRequest:
    """What a page must know of a request with the fields `given`.

    Raises `UsageError` for an unknown language.
    """
    language = language_of(request, given.one(LANG))
    request.scope["language"] = language  # for an error, should there be one
    return PageRequest(
        *language,
        path=request.scope["raw_path"].decode("ascii", "replace"),
        fields=Fields(tuple(pair for pair in given.pairs if pair[0] != LANG)),
        accept=accept_of(request),
    )


def language_of(request: Request, chosen: str | None = None) -> tuple[str, bool]:
    """See `read_language`."""
    return read_language(chosen, ", ".join(request.headers.getlist("accept-language")))
