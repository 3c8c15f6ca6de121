"""Passages: positions in a source text and the hash that recognises them.

Positions are code points over the text whose SHA-256 the source's row records (Web
Annotation, https://www.w3.org/TR/annotation-model/#text-position-selector). The hash of a
passage is taken with all white space removed, because sources break lines inside words. Where the
text of a source is at hand, as `texts/KEY.txt` beside the tables, each passage is compared with it.
"""

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from coopgraph.errors import CellInvalid
from coopgraph.tables.row import Row, Rows


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


def misplaced(chosen: Iterable[Row], rows: Rows, folders: Iterable[Path]) -> Iterator[CellInvalid]:
    """What is wrong with the positions of the `chosen` among `rows`: of a source whose text nobody
    recorded; an end before the start, or beyond the text; a hash that does not fit the text, where
    one of the `folders` has it."""
    texts: dict[str, str] = {}
    for folder in folders:
        for path in sorted(folder.glob("*.txt")):
            source = rows.by_key.get(path.stem)
            texts[path.stem] = text = path.read_bytes().decode("utf-8", "replace")
            if source and source.one("sha256") not in ("", text_sha256(text)):
                fact = f"texts/{path.name} is another text: its SHA-256 is {text_sha256(text)}"
                remedy = "put the text there in which positions are counted, or correct sha256"
                yield CellInvalid(fact, place=source.place("sha256"), remedy=remedy)
                del texts[path.stem]
    for row in chosen:
        if row.one("start") and (found := _misplaced(row, rows.by_key[row.one("source")], texts)):
            column, fact, remedy = found
            yield CellInvalid(fact, place=row.place(column), remedy=remedy)


def _misplaced(row: Row, source: Row, texts: dict[str, str]) -> tuple[str, str, str] | None:
    """The column, what is wrong with it and how to correct it."""
    start, end, length = int(row.one("start")), int(row.one("end")), source.one("code_points")
    if not length:
        remedy = f"fill in sha256 and code_points of {source.key!r}, or leave the position empty"
        return "start", f"the text of {source.key!r} is not recorded", remedy
    if not 0 <= start < end:
        remedy = "give the first code point, from 0, and the one after the last"
        return "end", f"a passage from {start} to {end} holds nothing", remedy
    if end > int(length):
        return "end", f"{source.key!r} has {length} code points", f"correct {end}"
    passage = texts.get(source.key, "")[start:end]
    if passage and span_sha256(passage) != row.one("span_sha256"):
        fact = f"the text has another passage there, of SHA-256 {span_sha256(passage)}"
        return "span_sha256", fact, "correct the position, or the hash"
    return None
