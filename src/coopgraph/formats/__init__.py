"""Formats as values: a name, a media type, an extension; families of them, and content negotiation.

RDF formats: RDF 1.1 Turtle, N-Triples, N-Quads, TriG, JSON-LD 1.1. Result formats: SPARQL 1.1 Query
Results JSON, XML, CSV and TSV. The formats of one kind of thing are the modules of one package,
each with `FORMAT`, a `Format`, and `write(thing, **options)`, which gives text or bytes; adding a
format is adding a module, which is loaded when it is asked for. Which of those offered answers an
Accept header best is said by RFC 9110, section 12.5.1.
"""

import pkgutil
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib import import_module
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from types import ModuleType
from typing import Any, Final, Literal, NamedTuple

from coopgraph.errors import UnknownFormat, nearest
from coopgraph.formats.csv import BYTE_ORDER_MARK


@dataclass(frozen=True)
class Format:
    """One way to write data: what the user calls it, and how the world does.

    Of several, the one of the lowest `order` comes first. `title` is what a link to it says,
    `medium` where it is read: what is no file is not offered for download, and what only a
    notebook shows is not offered at all. `library` is the module that an extra of ours installs and
    without which nothing is written.

    >>> CSV = Format("csv", "text/csv", "csv")
    >>> CSV.content_type, CSV.title
    ('text/csv; charset=utf-8', 'CSV')
    """

    name: str
    media_type: str
    extension: str
    order: int = 0
    title: str = ""
    medium: Literal["file", "terminal", "notebook"] = "file"
    library: str = ""

    def __post_init__(self) -> None:
        if not self.title:
            object.__setattr__(self, "title", self.name.upper())

    @property
    def content_type(self) -> str:
        """The media type, of text with its charset."""
        charset = "; charset=utf-8" if self.media_type.startswith("text/") else ""
        return self.media_type + charset


TURTLE: Final = Format("ttl", "text/turtle", "ttl", title="Turtle")
N_TRIPLES: Final = Format("nt", "application/n-triples", "nt", title="N-Triples")
N_QUADS: Final = Format("nq", "application/n-quads", "nq")
TRIG: Final = Format("trig", "application/trig", "trig")
RDF_XML: Final = Format("rdf", "application/rdf+xml", "rdf", title="RDF/XML")
JSON_LD: Final = Format("jsonld", "application/ld+json", "jsonld", title="JSON-LD")

SPARQL_JSON: Final = Format("json", "application/sparql-results+json", "srj")
SPARQL_XML: Final = Format("xml", "application/sparql-results+xml", "srx")
SPARQL_CSV: Final = Format("csv", "text/csv", "csv")
SPARQL_TSV: Final = Format("tsv", "text/tab-separated-values", "tsv")

#: What `coopgraph export` writes.
DATASET: Final = (TURTLE, N_QUADS, TRIG, JSON_LD)
#: What a SELECT or ASK can be written as, byte for byte as the W3C defines it.
SOLUTIONS: Final = (SPARQL_JSON, SPARQL_XML, SPARQL_CSV, SPARQL_TSV)
#: What a CONSTRUCT or DESCRIBE can be written as.
TRIPLES: Final = (TURTLE, N_TRIPLES, JSON_LD)


#: What formats are called besides: by clients and servers of SPARQL, and those of citations by
#: version 0.1.
OTHER_NAMES: Final = {
    "turtle": "ttl",
    **dict.fromkeys(("ntriples", "n-triples"), "nt"),
    **dict.fromkeys(("nquads", "n-quads"), "nq"),
    "json-ld": "jsonld",
    **dict.fromkeys(("rdfxml", "rdf+xml"), "rdf"),
    "bibtex": "biblatex",
    "csl": "csl-json",
}
#: What a server offers, best first; the same formats again under the media types by which
#: clients ask for them that know no better. A format is recognised by its name.
OFFERED_SOLUTIONS: Final = (
    *SOLUTIONS,
    Format(SPARQL_JSON.name, "application/json", "json"),
    Format(SPARQL_XML.name, "application/xml", "xml"),
    Format(SPARQL_XML.name, "text/xml", "xml"),
    Format(SPARQL_CSV.name, "text/plain", "txt"),
)
OFFERED_TRIPLES: Final = (
    *TRIPLES,
    RDF_XML,
    Format(JSON_LD.name, "application/json", "json"),
    Format(RDF_XML.name, "application/xml", "xml"),
    Format(RDF_XML.name, "text/xml", "xml"),
    Format(N_TRIPLES.name, "text/plain", "txt"),
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


def named(name: str, formats: Iterable[Format]) -> Format:
    """The format called `name` among `formats`; raises `UnknownFormat` with the nearest names.

    >>> named("turtle", DATASET).media_type
    'text/turtle'
    """
    known = {format.name: format for format in formats}
    found = known.get(name) or known.get(OTHER_NAMES.get(name, ""))
    if not found:
        raise UnknownFormat(f"unknown format {name!r}", remedy=nearest(name, known))
    return found


def format_of(name: str, file: Path | None, formats: Iterable[Format], default: str) -> str:
    """`name`, where it is empty the name of the format that `file` ends like, `default` for one
    without an ending or with that of a text. Raises `UnknownFormat` for one that no format has.

    >>> format_of("", Path("graph.ttl"), DATASET, "nq")
    'ttl'
    """
    ending = file.suffix.lower().lstrip(".") if file else ""
    formats = tuple(formats)
    ends_so = (f.name for f in formats if ending in (f.extension, f.name))
    is_text = ending in ("", "txt")
    found = name or next(ends_so, default if is_text else "")
    if not (found or is_text) and formats:
        *most, last = (f".{format.extension}" for format in formats)
        remedy = f"end it in {', '.join(most)} or {last}"
        raise UnknownFormat(f"no format ends in .{ending}", place=str(file), remedy=remedy)
    return found


@dataclass(frozen=True)
class Family:
    """The formats of the package called `package`, by the order of their `Format`.

    >>> Family("coopgraph.queries.formats").names
    ('table', 'csv', 'xlsx', 'tsv', 'json')
    """

    package: str

    @cached_property
    def _modules(self) -> dict[str, ModuleType]:
        places = import_module(self.package).__path__
        found = [
            import_module(f"{self.package}.{module.name}")
            for module in pkgutil.iter_modules(places)
        ]
        found.sort(key=lambda module: module.FORMAT.order)
        return {module.FORMAT.name: module for module in found}

    @property
    def formats(self) -> tuple[Format, ...]:
        """All formats, in their order."""
        return tuple(module.FORMAT for module in self._modules.values())

    @property
    def files(self) -> tuple[Format, ...]:
        """Those that are read as files, in their order."""
        return tuple(format for format in self.formats if format.medium == "file")

    @property
    def ready(self) -> tuple[Format, ...]:
        """Those of the files whose library is installed."""
        return tuple(f for f in self.files if not f.library or find_spec(f.library) is not None)

    @property
    def names(self) -> tuple[str, ...]:
        """What users call those that they are offered, in their order."""
        return tuple(format.name for format in self.formats if format.medium != "notebook")

    def write(self, thing: object, name: str, **options: Any) -> Any:
        """`thing` in the format called `name`, as text or bytes; raises `UnknownFormat`."""
        found = self._modules.get(name) or self._modules.get(OTHER_NAMES.get(name, ""))
        if found is None:
            raise UnknownFormat(f"unknown format {name!r}", remedy=nearest(name, self.names))
        return found.write(thing, **options)

    def encode(self, thing: object, name: str, **options: Any) -> bytes:
        """As `write`, as bytes: text in UTF-8."""
        made: str | bytes = self.write(thing, name, **options)
        return made.encode("utf-8", "replace") if isinstance(made, str) else made

    def encode_file(self, thing: object, name: str, **options: Any) -> bytes:
        """As `encode`, for a file that people open: CSV begins with a byte order mark."""
        made = self.encode(thing, name, **options)
        is_csv = self._modules[name].FORMAT.media_type == "text/csv"
        return BYTE_ORDER_MARK + made if is_csv else made


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
