"""A brief as it is laid out on paper: what a word processor or a typesetter is given, in plain
values.

Texts are one line each and hold no control characters; none of them is markup.
"""

from dataclasses import dataclass
from typing import Final

from coopgraph.brief.model import Brief, Reference, Section, Statement
from coopgraph.brief.sheet import column_shares
from coopgraph.formats.serialization import printable
from coopgraph.i18n import text

#: What a line begins with in a language whose own is that of Markdown.
_BULLET: Final = {"-": "•", "##": ""}


@dataclass(frozen=True)
class Line:
    """A line with its mark (○, ※, …) and pieces: a text and the numbers of its sources."""

    mark: str
    pieces: tuple[tuple[str, str], ...]
    is_note: bool = False
    is_gap: bool = False

    @property
    def look(self) -> str:
        """How it looks: as a `note`, as a `gap` (what is not known), or as an `item`."""
        return "note" if self.is_note else "gap" if self.is_gap else "item"


@dataclass(frozen=True)
class Chapter:
    """A section: its heading with its mark, its table (the part of the line that each column has,
    heads, rows) and its lines."""

    title: str
    shares: tuple[float, ...]
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class SourceLine:
    """A source: number, title, what follows that, and its address in the web, if it has one."""

    number: int
    title: str
    tail: str
    url: str


@dataclass(frozen=True)
class Document:
    """All that a brief says, in its order."""

    lang: str
    title: str
    date: str
    summary: tuple[Line, ...]
    parts: tuple[Chapter, ...]
    sources_title: str
    sources: tuple[SourceLine, ...]
    foot: str


def document_of(brief: Brief) -> Document:
    """The brief as it is laid out."""
    heading, item = (_mark(brief, f"line-{name}") for name in ("heading", "item"))
    note = text("brief.mark-note", brief.lang)
    return Document(
        brief.lang,
        _plain(brief.title),
        _plain(brief.as_of),
        tuple(_line([each], item, note) for each in brief.summary),
        tuple(_part(each, heading, item, note) for each in brief.sections),
        f"{heading} {text('brief.sources', brief.lang)}".strip(),
        tuple(map(_source, brief.references)),
        _plain(" · ".join((*brief.notes, brief.foot))),
    )


def _mark(brief: Brief, name: str) -> str:
    told = text(f"brief.{name}", brief.lang, "").strip()
    return _BULLET.get(told, told)


def _part(section: Section, heading: str, item: str, note: str) -> Chapter:
    rows = tuple((*map(_plain, each.cells), each.numbers) for each in section.rows)
    shares = tuple(column_shares(section)) if rows else ()
    heads = tuple(map(_plain, section.heads)) if rows else ()
    lines = tuple(_line(each, item, note) for each in section.lines)
    return Chapter(f"{heading} {_plain(section.title)}".strip(), shares, heads, rows, lines)


def _line(statements: list[Statement], item: str, note: str) -> Line:
    first = statements[0]
    pieces = tuple((_plain(each.text), each.numbers) for each in statements)
    return Line(note if first.is_note else item, pieces, first.is_note, first.is_gap)


def _source(reference: Reference) -> SourceLine:
    url = reference.url if reference.is_linked else ""
    return SourceLine(
        reference.number, _plain(reference.title), _plain(reference.tail), _plain(url)
    )


def _plain(told: str) -> str:
    return printable(" ".join(told.split()))
