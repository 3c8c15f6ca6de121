"""What an address says of its answer: the format, and how long to wait for it.

`format`, `output` (as Fuseki has it) and `results` are the same, by a short name or a media
type; what they say counts, not the header Accept. `timeout` is in seconds, as `--timeout-s` is
(Virtuoso's is in milliseconds), and at most what the server gives a query anyway.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from starlette.requests import Request

from coopgraph import formats
from coopgraph.errors import UsageError
from coopgraph.formats import Format
from coopgraph.formats.negotiation import negotiate
from coopgraph.server.address import Fields
from coopgraph.server.requests import LANG, accept_of
from coopgraph.server.template import PAGE

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
