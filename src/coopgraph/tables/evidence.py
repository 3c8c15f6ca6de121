"""Passages: positions in a source text and the hash that recognises them.

Positions are code points over the text whose SHA-256 the source's row records (Web
Annotation, https://www.w3.org/TR/annotation-model/#text-position-selector). The hash of a
passage is taken with all white space removed, because sources break lines inside words. Where the
text of a source is at hand, as `texts/KEY.txt` beside the tables, each passage is compared with it;
where it is not, with the passages that ship, which were.
"""

import csv
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Final, Literal, NamedTuple, TypeAlias, get_args

from coopgraph.errors import CellInvalid
from coopgraph.tables.row import Row, Rows
from coopgraph.vocabulary import resources

#: What a look at a passage, or at the text of a source, gives.
Outcome: TypeAlias = Literal["holds", "does-not-hold", "no-text"]
OUTCOMES: Final[tuple[Outcome, ...]] = get_args(Outcome)
_HASH: Final = re.compile(rb"[0-9a-f]{64}")


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


class Look(NamedTuple):
    """What a look at the passage of a row, or at the text of a source, gives; what is wrong."""

    row: Row
    outcome: Outcome
    problem: CellInvalid | None = None


def texts_in(folders: Iterable[Path]) -> dict[str, Path]:
    """The texts at hand in `folders`, files `KEY.txt` each, by the key of the source."""
    return {path.stem: path for folder in folders for path in sorted(folder.glob("*.txt"))}


def looks(chosen: Iterable[Row], rows: Rows, texts: Mapping[str, Path]) -> Iterator[Look]:
    """A look at each source that has one of the `texts`, by its key, and at each of the `chosen`
    among `rows` that has a source, or is one. A row without a passage, and one of a source whose
    text is not among them, has no text at hand."""
    read: dict[str, str] = {}
    for key in texts.keys() & rows.by_key.keys():
        text = texts[key].read_bytes().decode("utf-8", "replace")
        look = _at_text(rows.by_key[key], text, texts[key])
        if look.problem is None:
            read[key] = text
        yield look
    for row in chosen:
        if row.table.name == "sources" and row.key not in texts:
            yield Look(row, "no-text")
        elif row.one("start"):
            yield _at_passage(row, rows.by_key[row.one("source")], read)
        elif row.one("source"):
            yield Look(row, "no-text")


def _at_text(source: Row, text: str, path: Path) -> Look:
    """A look at the whole text of a source."""
    recorded = {"sha256": text_sha256(text), "code_points": str(len(text))}
    if not source.one("sha256"):
        return Look(source, "no-text")
    for column, found in recorded.items():
        if source.one(column) != found:
            said = "SHA-256" if column == "sha256" else "number of code points"
            fact = f"{path.parent.name}/{path.name} is another text: its {said} is {found}"
            remedy = f"put the text there in which positions are counted, or correct {column}"
            problem = CellInvalid(fact, place=source.place(column), remedy=remedy)
            return Look(source, "does-not-hold", problem)
    return Look(source, "holds")


def _at_passage(row: Row, source: Row, texts: Mapping[str, str]) -> Look:
    span = Span(int(row.one("start")), int(row.one("end")), row.one("span_sha256"))
    if found := misfit(span, source.key, source.one("sha256"), source.one("code_points"), texts):
        column, fact, remedy = found
        problem = CellInvalid(fact, place=row.place(column), remedy=remedy)
        return Look(row, "does-not-hold", problem)
    return Look(row, "holds" if source.key in texts else "no-text")


def misfit(
    span: Span, source: str, sha256: str, length: str, texts: Mapping[str, str]
) -> tuple[str, str, str] | None:
    """The column, what is wrong with it and how to correct it, of a passage in the text of `source`
    with this hash and length, which is compared where it is among `texts`; None where all fits."""
    start, end, _ = span
    if not (length and sha256):
        remedy = f"fill in sha256 and code_points of {source!r}, or leave the position empty"
        return "start", f"the text of {source!r} is not recorded", remedy
    if not 0 <= start < end:
        remedy = "give the first code point, from 0, and the one after the last"
        return "end", f"a passage from {start} to {end} holds nothing", remedy
    if end > int(length):
        return "end", f"{source!r} has {length} code points", f"correct {end}"
    there = span.sha256
    if source in texts:
        there = span_sha256(texts[source][start:end])
    elif (sha256, start, end) in shipped_passages():
        there = shipped_passages()[sha256, start, end]
    if there != span.sha256:
        fact = f"the text has another passage there, of SHA-256 {there}"
        return "span_sha256", fact, "correct the position, or the hash"
    return None


def is_shipped(row: Row, source: Row) -> bool:
    """Whether the passage of a row is one of those that ship, each compared with its text."""
    place = (source.one("sha256"), int(row.one("start")), int(row.one("end")))
    return shipped_passages().get(place) == row.one("span_sha256")


@cache
def shipped_passages() -> Mapping[tuple[str, int, int], str]:
    """The hash of each passage that the shipped tables name, by the hash of the text, start and
    end."""
    folder, found = resources("data"), dict[tuple[str, int, int], str]()
    texts = {row["key"]: row["sha256"] for row in _records(folder / "sources.csv")}
    for path in (*folder.glob("*.csv"), *folder.glob("plans/*/*.csv")):
        if path.stem != "sources" and _HASH.search(path.read_bytes()):
            for row in _records(path):
                if row.get("span_sha256"):
                    place = (texts[row["source"]], int(row["start"]), int(row["end"]))
                    found[place] = row["span_sha256"]
    return found


def _records(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))
