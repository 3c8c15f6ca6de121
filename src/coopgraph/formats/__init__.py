"""Formats as values: a name, a media type, an extension.

RDF formats: RDF 1.1 Turtle, N-Triples, N-Quads, TriG, JSON-LD 1.1. Result formats: SPARQL 1.1
Query Results JSON, XML, CSV and TSV.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from coopgraph.errors import UnknownFormat, nearest


@dataclass(frozen=True)
class Format:
    """One way to write data: what the user calls it, and how the world does.

    Of several, the one of the lowest `order` comes first. `title` is what a link to it says,
    `medium` where it is read: what is no file is not offered for download, and what only a
    notebook shows is not offered at all.

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


#: What formats are called besides, by clients and servers of SPARQL.
OTHER_NAMES: Final = {
    "turtle": "ttl",
    **dict.fromkeys(("ntriples", "n-triples"), "nt"),
    **dict.fromkeys(("nquads", "n-quads"), "nq"),
    "json-ld": "jsonld",
    **dict.fromkeys(("rdfxml", "rdf+xml"), "rdf"),
}


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
