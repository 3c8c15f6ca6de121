"""Content negotiation: which of the offered formats answers an Accept header best.

RFC 9110, section 12.5.1.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import islice
from typing import Final, NamedTuple

from coopgraph import formats
from coopgraph.errors import UnknownFormat
from coopgraph.formats import Format

#: What a server offers, best first; the same formats again under the media types by which
#: clients ask for them that know no better. A format is recognised by its name.
OFFERED_SOLUTIONS: Final = (
    *formats.SOLUTIONS,
    Format(formats.SPARQL_JSON.name, "application/json", "json"),
    Format(formats.SPARQL_XML.name, "application/xml", "xml"),
    Format(formats.SPARQL_XML.name, "text/xml", "xml"),
    Format(formats.SPARQL_CSV.name, "text/plain", "txt"),
)
OFFERED_TRIPLES: Final = (
    *formats.TRIPLES,
    formats.RDF_XML,
    Format(formats.JSON_LD.name, "application/json", "json"),
    Format(formats.RDF_XML.name, "application/xml", "xml"),
    Format(formats.RDF_XML.name, "text/xml", "xml"),
    Format(formats.N_TRIPLES.name, "text/plain", "txt"),
)

#: Ranges beyond this number are not read.
_MOST_RANGES: Final = 100
_NAME = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_RANGE = re.compile(rf"\s*({_NAME})/({_NAME})\s*(?:;|\Z)")
#: An element of the list, or a parameter of an element: a separator in quotes separates nothing.
#: One that is not closed lasts to the end.
_QUOTED = r'"(?:\\.|[^"\\])*+(?:"|\\?\Z)'
_ELEMENT = re.compile(rf'(?:[^,"]|{_QUOTED})++', re.DOTALL)
_PARAMETER = re.compile(rf'(?:[^;"]|{_QUOTED})++', re.DOTALL)
#: More lenient than the standard: clients of Java say `q=.2`, some write four digits.
_QUALITY = re.compile(r"(?:0?\.\d+|0\.?|1(?:\.0*)?)\Z")


class _Range(NamedTuple):
    """A media range of an Accept header; `specificity` 0 for `*/*` up to 3 with parameters."""

    type: str
    subtype: str
    specificity: int
    quality: float

    def matches(self, media_type: str) -> bool:
        type_, _, subtype = media_type.partition("/")
        return self.type in ("*", type_) and self.subtype in ("*", subtype)


@lru_cache(maxsize=512)
def negotiate(accept: str, offered: Sequence[Format]) -> Format | None:
    """The format among `offered` (a tuple, best first) that `accept` likes best, or None.

    The most specific range that matches a format gives its quality. Of equal qualities the one
    named more specifically wins, then the one offered first. An empty header takes anything;
    elements that are not media ranges are passed over, and so are parameters but `q`.

    >>> from coopgraph.formats import SOLUTIONS
    >>> negotiate("text/csv;q=0.9, application/*", SOLUTIONS).name
    'json'
    >>> negotiate("*/*, text/csv", SOLUTIONS).name
    'csv'
    >>> negotiate("image/png", SOLUTIONS) is None
    True
    """
    ranges = _ranges(accept) if accept.strip() else [_Range("*", "*", 0, 1.0)]
    best: tuple[float, int, int] | None = None
    chosen = None
    for place, format in enumerate(offered):
        matching = [r for r in ranges if r.matches(format.media_type)]
        if not matching:
            continue
        range_ = max(matching, key=lambda r: r.specificity)
        rank = (range_.quality, range_.specificity, -place)
        if range_.quality > 0 and (best is None or rank > best):
            best, chosen = rank, format
    return chosen


def choose(accept: str, offered: Sequence[Format]) -> Format:
    """As `negotiate`; raises `UnknownFormat` where `accept` takes none of the formats.

    >>> from coopgraph.formats import SOLUTIONS
    >>> choose("text/csv", SOLUTIONS).name
    'csv'
    >>> choose("image/png", SOLUTIONS[2:3])
    Traceback (most recent call last):
        ...
    coopgraph.errors.UnknownFormat: none of the accepted formats is offered; ask for text/csv
    """
    format = negotiate(accept, offered)
    if format is None:
        known = ", ".join(dict.fromkeys(known.media_type for known in offered))
        raise UnknownFormat("none of the accepted formats is offered", remedy=f"ask for {known}")
    return format


def _ranges(accept: str) -> list[_Range]:
    found = []
    for found_element in islice(_ELEMENT.finditer(accept), _MOST_RANGES):
        element = found_element[0]
        match = _RANGE.match(element)
        if match is None or (match[1] == "*" and match[2] != "*"):
            continue
        parameters = [
            (name.strip().lower(), value.strip())
            for part in _PARAMETER.findall(element[match.end() :])
            for name, _, value in [part.partition("=")]
        ]
        weights = [value for name, value in parameters if name == "q"]
        if not all(map(_QUALITY.match, weights)):
            continue
        specificity = (match[1] != "*") + (match[2] != "*") + (len(parameters) > len(weights))
        quality = float(weights[0]) if weights else 1.0
        found.append(_Range(match[1].lower(), match[2].lower(), specificity, quality))
    return found
