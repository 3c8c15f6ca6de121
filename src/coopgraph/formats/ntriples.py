"""RDF 1.1 N-Triples, canonical form: one triple a line, terms as text.

https://www.w3.org/TR/n-triples/#canonical-ntriples
"""

import re
from functools import cache, lru_cache
from typing import Final

from coopgraph.errors import CellInvalid
from coopgraph.vocabulary import XSD, expand, is_iri

_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r"})
_MUST_ESCAPE: Final = re.compile(r'[\\"\n\r]')
_ESCAPED: Final = re.compile(r"\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)")
_MARKS: Final = {"t": "\t", "n": "\n", "r": "\r", "b": "\b", "f": "\f"}


@lru_cache(maxsize=1 << 14)
def iri(text: str) -> str:
    """`text` as an IRI term.

    Raises `CellInvalid` where it holds what no IRI may hold: the last guard of the writer.

    >>> iri("https://ror.org/042nb2s44")
    '<https://ror.org/042nb2s44>'
    """
    if not is_iri(text):
        raise CellInvalid(f"{text!r} is not an absolute IRI", remedy="write http://… or https://…")
    return f"<{text}>"


@cache
def curie(text: str) -> str:
    """The IRI term of one of our CURIEs.

    >>> curie("coop:Technology")
    '<https://w3id.org/coopgraph/ns#Technology>'
    """
    return iri(expand(text))


def string(text: str, lang: str = "") -> str:
    """`text` as a literal: plain, or tagged with `lang`.

    >>> print(string('a "b"', "en"))
    "a \\"b\\""@en
    """
    # To look is several times quicker than to translate, and few texts need it.
    body = f'"{text.translate(_ESCAPES) if _MUST_ESCAPE.search(text) else text}"'
    return f"{body}@{lang}" if lang else body


def typed(lexical: str, datatype: str) -> str:
    """A literal of an XML Schema `datatype`, given by its local name.

    >>> typed("2024", "gYear")
    '"2024"^^<http://www.w3.org/2001/XMLSchema#gYear>'
    """
    return f"{string(lexical)}^^<{XSD}{datatype}>"


def line(subject: str, predicate: str, obj: str) -> str:
    """One N-Triples line, without its line end, of three terms."""
    return f"{subject} {predicate} {obj} ."


def literal(term: bytes) -> tuple[str, str]:
    """Text and language of a literal as N-Triples writes it.

    >>> literal(rb'"a \\"b\\""@en'), literal(rb'"\\u00e9"^^<http://www.w3.org/2001/XMLSchema#string>')
    (('a "b"', 'en'), ('é', ''))
    """
    end = term.rindex(b'"')  # no IRI of a datatype holds a quotation mark
    text = term[1:end].decode()
    if "\\" in text:
        text = _ESCAPED.sub(_unescaped, text)
    return text, term[end + 2 :].decode() if term[end + 1 : end + 2] == b"@" else ""


def _unescaped(match: re.Match[str]) -> str:
    mark = match[1]
    return chr(int(mark[1:], 16)) if len(mark) > 1 else _MARKS.get(mark, mark)
