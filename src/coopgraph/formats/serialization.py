"""What the engine writes, and characters that a format cannot hold: refused in what programs read,
shown as a dot to people.

XML 1.0 has no escape for most control characters: what holds one is no XML
(https://www.w3.org/TR/xml/#charsets). A carriage return that is not escaped is read as a line end.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import unescape
from typing import IO, Final, cast

from coopgraph import formats
from coopgraph.errors import TermUnwritable
from coopgraph.formats import Format
from coopgraph.libraries import ox

#: Control characters but tabs and line ends, and code points that are no characters.
UNPRINTABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]")
#: In UTF-8: what XML cannot hold.
_NOT_XML: Final = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")
#: Those of one byte: to leave them out is ten times quicker than to look for them.
_CONTROLS: Final = bytes({*range(0x20)} - {*b"\t\n\r"})
_END: Final = re.compile(rb'[<"]|\Z')
#: Bytes of a text that are shown before and after a character.
_AROUND: Final = 40
#: What holds every triple, and every solution.
_TRIPLES: Final = (formats.TURTLE, formats.N_TRIPLES)
_SOLUTIONS: Final = (formats.SPARQL_JSON, formats.SPARQL_CSV, formats.SPARQL_TSV)
#: What the engine writes beyond RDF/XML 1.1: its readers take it for a literal, or for an error.
_NOT_RDF_XML: Final = {
    b"<oxprefix: ": "a property whose IRI does not end in a name",
    b' rdf:version="1.2': "a triple term or a text with a direction",
}


def printable(text: str) -> str:
    r"""`text` for people to read.

    >>> printable("a\x1b[31m\n")
    'a·[31m\n'
    """
    return UNPRINTABLE.sub("·", text)


def unwritable(what: str, format: Format, others: Iterable[Format]) -> TermUnwritable:
    """The error of a term that `format` cannot hold, but `others` can."""
    able = " or ".join(f"{other.name} ({other.media_type})" for other in others)
    return TermUnwritable(f"{format.title} cannot hold {what}", remedy=f"choose {able}")


def coded(text: str) -> str:
    r"""`text` with what cannot be printed by its number, for a message that names the character.

    >>> coded("'\0' is not allowed")
    "'U+0000' is not allowed"
    """
    return "".join(c if c.isprintable() else f"U+{ord(c):04X}" for c in text)


class XmlFile:
    """A file that writes XML in `format` on to `output`, with carriage returns escaped. The markup
    must be right. Writing raises `TermUnwritable`, which names `others`, for a character that XML
    cannot hold, and where `markup` is found, named as it says."""

    def __init__(
        self,
        output: IO[bytes],
        format: Format,
        others: Iterable[Format],
        markup: dict[bytes, str] | None = None,
    ) -> None:
        self._output, self._format, self._others = output, format, others
        self._markup, self._before = markup or {}, b""

    def write(self, data: bytes) -> int:
        """Add bytes at the end."""
        text = self._before + data
        is_suspect = b"\xef\xbf" in text or len(text.translate(None, _CONTROLS)) < len(text)
        if is_suspect and (found := _NOT_XML.search(text)):
            raise unwritable(_term_at(text, found.start()), self._format, self._others)
        for mark, what in self._markup.items():
            if mark in text:
                raise unwritable(what, self._format, self._others)
        self._before = text[-_AROUND:]
        self._output.write(data.replace(b"\r", b"&#13;"))
        return len(data)

    def flush(self) -> None:
        """Flush the output."""
        self._output.flush()

    @property
    def stream(self) -> IO[bytes]:
        """The file, for those who write to it."""
        return cast("IO[bytes]", self)


def _term_at(document: bytes, place: int) -> str:
    """The text around a place of a document, as Python writes it."""
    begin = max(document.rfind(b">", 0, place), document.rfind(b'"', 0, place)) + 1
    (end,) = (found.start() for found in [_END.search(document, place)] if found)
    text = document[max(begin, place - _AROUND) : min(end, place + _AROUND)]
    return repr(unescape(text.decode("utf-8", "ignore")))


def serialize_solutions(
    result: ox.QuerySolutions | ox.QueryBoolean, format: Format, output: IO[bytes]
) -> None:
    """The answer of a SELECT or ASK in one of `SOLUTIONS`, as the W3C defines it. Raises
    `TermUnwritable` for a text that XML cannot hold."""
    if format.name == formats.SPARQL_XML.name:
        output = XmlFile(output, format, _SOLUTIONS).stream
    result.serialize(output, format=ox.QueryResultsFormat.from_extension(format.name))


def serialize_triples(
    triples: Iterable[ox.Triple] | Iterable[ox.Quad],
    format: Format,
    output: IO[bytes],
    prefixes: dict[str, str] | None = None,
) -> None:
    """Triples, or quads, in an RDF format. Raises `TermUnwritable` for a triple term in JSON-LD 1.1
    or RDF/XML 1.1, for a text that XML cannot hold, and for a property that RDF/XML cannot name."""
    if format.name == formats.RDF_XML.name:
        output = XmlFile(output, formats.RDF_XML, _TRIPLES, _NOT_RDF_XML).stream
    rdf = ox.RdfFormat.from_extension(format.name)
    try:
        ox.serialize(triples, output, format=rdf, prefixes=prefixes)
    except OSError as error:  # the engine has no class of its own for it
        if format.name == formats.JSON_LD.name and formats.JSON_LD.title in str(error):
            raise unwritable("a triple term", formats.JSON_LD, _TRIPLES) from None
        raise
