"""Passages: positions in a source text and the hash that recognises them.

Positions are code points over the text whose SHA-256 the source's row records (Web
Annotation, https://www.w3.org/TR/annotation-model/#text-position-selector). The hash of a
passage is taken with all white space removed, because sources break lines inside words.
"""

import hashlib
from typing import NamedTuple


class Span(NamedTuple):
    """`text[start:end]` and the hash of its non-white-space characters."""

    start: int
    end: int
    sha256: str


def squeeze(text: str) -> str:
    """`text` without any white space.

    >>> squeeze("research\\n\\nbud get")
    'researchbudget'
    """
    return "".join(text.split())


def span_sha256(text: str) -> str:
    """SHA-256, in hexadecimal, of `text` in UTF-8 with all white space removed.

    >>> span_sha256("a b") == span_sha256("ab")
    True
    """
    return hashlib.sha256(squeeze(text).encode()).hexdigest()


def text_sha256(text: str) -> str:
    """SHA-256, in hexadecimal, of a whole source text in UTF-8."""
    return hashlib.sha256(text.encode()).hexdigest()


def find(text: str, phrase: str, occurrence: int = 1) -> Span:
    """The `occurrence`-th place (from 1) of `phrase` in `text`, white space aside.

    Raises `ValueError` where it does not occur that often.

    >>> find("R&D bud\\nget of 2026", "budget")[:2]
    (4, 11)
    """
    places = [i for i, c in enumerate(text) if not c.isspace()]
    squeezed, wanted = squeeze(text), squeeze(phrase)
    at = -1
    for _ in range(occurrence):
        at = squeezed.find(wanted, at + 1) if wanted else -1
        if at < 0:
            raise ValueError(f"the phrase does not stand in the text {occurrence} time(s)")
    start, end = places[at], places[at + len(wanted) - 1] + 1
    return Span(start, end, span_sha256(text[start:end]))
