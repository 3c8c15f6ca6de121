"""Requests read strictly: fields of an address or a form, media types, bodies as text.

`format`, `output` (as Fuseki has it) and `results` are the same, by a short name or a media type;
what they say counts, not the header Accept. `timeout` is in seconds (Virtuoso's in milliseconds),
and at most what the server gives a query anyway.
"""

import asyncio
import re
from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Final
from urllib.parse import unquote_to_bytes

from starlette.requests import ClientDisconnect, Request

from coopgraph import formats
from coopgraph.errors import UsageError
from coopgraph.formats import Format, negotiate
from coopgraph.guard import ClientGone
from coopgraph.server.address import SCOPE, Fields, PageRequest, read_language
from coopgraph.server.template import PAGE

#: The language of a page or a message, which every address may name.
LANG: Final = "lang"
_MOST_FIELDS = 2_000
_BAD_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_CHARSET = re.compile(r""";\s*charset\s*=\s*"?([^\s;"]*)""", re.IGNORECASE)
_UTF8 = frozenset({"utf-8", "utf8", "us-ascii", "ascii"})
#: Three names for one parameter: SPARQLWrapper sends them all.
FORMAT: Final = ("format", "output", "results")
TIMEOUT: Final = "timeout"

_SECONDS: Final = re.compile(r"\d{1,9}(?:\.\d{1,9})?\Z", re.ASCII)
_TRIPLES: Final = (
    formats.TURTLE,
    formats.N_TRIPLES,
    formats.N_QUADS,
    formats.JSON_LD,
    formats.RDF_XML,
)
#: What each short name says of solutions and of triples.
_NAMES: Final[dict[str, tuple[Format, ...]]] = {
    "json": (formats.SPARQL_JSON, formats.JSON_LD),
    "xml": (formats.SPARQL_XML, formats.RDF_XML),
    "csv": (formats.SPARQL_CSV,),
    "tsv": (formats.SPARQL_TSV,),
    **{f.name: (f,) for f in _TRIPLES},
    **{
        other: (f,)
        for f in _TRIPLES
        for other, name in formats.OTHER_NAMES.items()
        if name == f.name
    },
}


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
    Raises `Refused` (415) for a charset that is not UTF-8 and for a coded (compressed) body."""
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
    """What a page must know of a request with the fields `given`. Raises `UsageError` for an
    unknown language."""
    language = language_of(request, given.one(LANG))
    request.scope["language"] = language  # for an error, should there be one
    return PageRequest(
        *language,
        path=request.scope["raw_path"].decode("ascii", "replace"),
        fields=Fields(tuple(pair for pair in given.pairs if pair[0] not in (LANG, *SCOPE))),
        scope={name: value for name in SCOPE if (value := given.one(name))},
        accept=accept_of(request),
    )


def language_of(request: Request, chosen: str | None = None) -> tuple[str, bool]:
    """See `read_language`."""
    return read_language(chosen, ", ".join(request.headers.getlist("accept-language")))


def refuse_unknown(given: Fields, known: Iterable[str]) -> None:
    """Raise `UsageError` for a field that nobody reads, with those that are known."""
    names = (*known, LANG)
    for name, _ in given.pairs:
        if name not in names:
            raise UsageError(
                f"there is no parameter {name!r}",
                remedy=f"known: {', '.join(dict.fromkeys(names))}",
            )


def accept_named(given: Fields, offered: Sequence[Format]) -> str | None:
    """What to accept by the fields `FORMAT`, as a header would say it; None where they are absent.

    Raises `UsageError` for a format that is not among those `offered`, and for two.

    >>> accept_named(Fields((("format", "json"),)), (formats.SPARQL_JSON, formats.SPARQL_CSV))
    'application/sparql-results+json'
    >>> accept_named(Fields((("output", "text/csv"),)), (formats.SPARQL_JSON, formats.SPARQL_CSV))
    'text/csv'
    """
    named = [(name, value) for name in FORMAT for value in given.all(name)]
    types = {_media_types(name, value, offered) for name, value in named}
    if len(types) > 1:
        shown = " and ".join(f"{name}={value}" for name, value in named)
        raise UsageError(f"the request names two formats: {shown}", remedy="name one")
    return next(iter(types), None)


def accept_for(request: Request, given: Fields, offered: Sequence[Format]) -> str:
    """What the address accepts, else the header; of data that have no page, a browser gets the
    first format offered. Raises what `accept_named` raises."""
    named = accept_named(given, offered)
    if named is None and negotiate(accept_of(request), (*offered, PAGE)) is PAGE:
        return offered[0].media_type
    return named or accept_of(request)


def _media_types(name: str, value: str, offered: Sequence[Format]) -> str:
    """The media types of one value; a `+` that was not escaped has become a blank."""
    types = {format.media_type for format in offered}
    known = {format.name: format.media_type for format in offered}
    for short, meant in _NAMES.items():
        if able := [each.media_type for each in meant if each.media_type in types]:
            known[short] = ", ".join(able)
    known |= {each: each for each in sorted(types)}
    asked = known.get(value.partition(";")[0].strip().lower().replace(" ", "+"))
    if asked is None:
        raise UsageError(
            f"{value!r} is no {name} that is offered here", remedy=f"known: {', '.join(known)}"
        )
    return asked


def timeout_of(given: Fields, most_s: float) -> float | None:
    """The seconds that the field `TIMEOUT` gives; None where it is absent.

    Raises `UsageError` for what is no number above 0, and for more than `most_s`.

    >>> timeout_of(Fields((("timeout", "2.5"),)), 10), timeout_of(Fields(), 10)
    (2.5, None)
    """
    text = given.one(TIMEOUT)
    if text is None:
        return None
    if not _SECONDS.match(text) or not 0 < float(text) <= most_s:
        raise UsageError(
            f"{text!r} is no timeout that is given here",
            remedy=f"write seconds, above 0 and at most {most_s:g}",
        )
    return float(text)
