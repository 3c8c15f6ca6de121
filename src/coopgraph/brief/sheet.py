"""What one sheet of A4 has room for: how high a brief is, and what is left out of a long one.

Heights are in points, as `templates/brief.html` prints them; a width is in halves of the size of
the letters, as wide as a digit is about."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache, lru_cache
from itertools import pairwise
from math import ceil
from typing import Final, TypeAlias
from unicodedata import east_asian_width, name

from coopgraph.brief.model import Brief, Reference, Section, Statement

#: What the sheet has between its margins, less the day and the foot.
_SHEET: Final = 777.0 - 34
#: A line of the title, and how wide it is.
_TITLE: Final = (16.8, 72.0)
_HEADING: Final = 18.2
_BOX: Final = 8.0
#: A line of text and how wide it is, of a note too, and what an item takes beside its lines.
_LINE: Final = (11.16, 110.5)
_NOTE: Final = (10.27, 119.0)
_ITEM: Final = 0.6
#: A line of a table's row and how wide tables are, in their own letters, which in that of partners
#: are smaller; what the row takes beside its lines.
_ROW: Final = (9.72, 127.0)
_ROW_OF_PARTNERS: Final = (9.07, 136.0)
_RULE: Final = 1.4
_TABLE: Final = 4.6
#: What the edges of a cell take.
_EDGES: Final = 2.0
#: By how much columns are made wider to find out what is gained.
_STEPS: Final = (1, 2, 4, 8, 16)
#: Of the two columns of sources: a line, and how wide it is in its own letters.
_SOURCE: Final = 7.43
_SOURCE_WIDTH: Final = 76.0

#: How large the numbers of sources are, of the letters beside them.
_RAISED: Final = 0.78
_SPACE: Final = 0.53
_OPENING: Final = "([{<‘“「『《"
_Cells: TypeAlias = tuple[tuple[str, ...], ...]
#: What is never broken: how wide it is, and the space behind it.
_Words: TypeAlias = tuple[tuple[float, float], ...]


def fitted(brief: Brief, more: Callable[[int, int], str]) -> Brief:
    """The brief with what fits beside its summary: statements from the lowest rank as long as
    there is room for the next of a section, of dated ones each for which there is; each section
    then says how many it leaves out (`more`: how many, of how many). Short statements that follow
    each other share a line."""
    sections = brief.sections
    told = [
        (s.rank, at, n)
        for at, section in enumerate(sections)
        for n, s in enumerate(section.statements)
    ]
    always = [
        [n for n, each in enumerate(section.statements) if not each.rank] for section in sections
    ]
    kept = [set(numbers) for numbers in always]
    heights = {each.number: _source(each) for each in brief.references}
    title = _TITLE[0] * _lines(brief.title, _TITLE[1])
    room = _SHEET - title - _BOX - _HEADING - _SOURCE - sum(_item([s]) for s in brief.summary)
    seen = {number for each in brief.summary for number in each.cites}
    room -= sum(heights[number] for number in seen)
    high = [_section(_only(each, kept[at], more)) for at, each in enumerate(sections)]
    room -= sum(high)
    full: set[int] = set()
    for rank, at, n in sorted(told):
        if at in full:
            continue
        section, new = sections[at], set(sections[at].statements[n].cites) - seen
        needed = _section(_only(section, kept[at] | {n}, more)) if rank else high[at]
        cost = needed - high[at] + sum(heights[number] for number in new)
        if rank and cost > room:
            if not section.statements[n].group:  # a short event may fit yet
                full.add(at)
            continue
        kept[at].add(n)
        seen |= new
        room -= cost
        high[at] = needed
    shown = tuple(_only(each, kept[at], more) for at, each in enumerate(sections))
    return replace(brief, sections=shown)


def _only(section: Section, kept: set[int], more: Callable[[int, int], str]) -> Section:
    """The section with what is kept, and on its last line how many are left out of how many."""
    told = [each for n, each in enumerate(section.statements) if n in kept]
    if left := len(section.statements) - len(told):
        told.append(Statement(more(left, len(section.statements))))
    return replace(section, statements=tuple(_packed(told)))


def _packed(told: list[Statement]) -> list[Statement]:
    """The same, those beside the table in groups of such as are of one kind and fit one line, or
    two with days; what is left out joins the last of any kind."""
    found, line, room = list[Statement](), 0, 0.0
    last, was = Statement(""), (False, False, False)
    for each in told:
        if each.cells:
            found.append(each)
            last, room = each, 0.0
            continue
        is_dated = bool(each.group and each.cites)
        width = sum(across + gap for across, gap in _told([each]))
        kind = (each.is_note, each.is_gap, is_dated)
        is_left = not each.cites and not each.is_gap
        if is_left and last.group and not last.cells:
            found.append(replace(each, group=last.group))
            continue
        if width > room or kind != was or last.cells:
            line, room = line + 1, _LINE[1] * (1 + is_dated)
        found.append(replace(each, group=f"~{line:03d}"))
        last, was, room = found[-1], kind, room - width
    return found


def _section(section: Section) -> float:
    height = _HEADING + sum(map(_item, section.lines))
    if section.rows:
        cells = _cells(section.heads, section.rows)
        line, across = _row_of(section)
        widths = _columns(cells, across)
        height += _TABLE + sum(_RULE + line * _row(each, widths) for each in cells)
    return height


def _row_of(section: Section) -> tuple[float, float]:
    return _ROW_OF_PARTNERS if section.name == "planned" else _ROW


def _cells(heads: tuple[str, ...], rows: list[Statement]) -> _Cells:
    """The rows of a table, its heads first, each with the numbers of its sources."""
    return heads, *((*each.cells, each.numbers) for each in rows)


def column_shares(section: Section) -> list[float]:
    """What part of a line each column of its table has, that of the sources too: as much as it
    needs, or what makes the table lowest.

    >>> column_shares(Section("", "", (Statement("", (1,), cells=("c" * 60,)),), ("a", "b")))
    [0.925, 0.075]
    """
    widths = _columns(_cells(section.heads, section.rows), _row_of(section)[1])
    return [round(width / sum(widths), 3) for width in widths]


@lru_cache(64)
def _columns(cells: _Cells, across: float) -> tuple[int, ...]:
    """How wide the columns are: where the sheet is too narrow for all, each as its longest word,
    then wider as long as that saves lines, first where it saves most."""
    columns = [*zip(*cells, strict=True)]
    widths = [ceil(max(map(_width, column)) + _EDGES) for column in columns]
    if sum(widths) <= across:
        return tuple(widths)
    longest = [max(width for cell in of for width, _ in _words(cell)) for of in columns]
    heads = map(_width, cells[0])  # on one line
    widths = [ceil(max(pair) + _EDGES) for pair in zip(longest, heads, strict=True)]
    while (spare := across - sum(widths)) > 0:
        now = _lines_of(cells, widths)
        wider = [
            [width + step * (at == n) for n, width in enumerate(widths)]
            for at in range(len(widths))
            for step in _STEPS
            if step <= spare
        ]
        gain, best = max(((now - _lines_of(cells, w)) / (sum(w) - sum(widths)), w) for w in wider)
        if gain <= 0:
            break
        widths = best
    return tuple(widths)


def _lines_of(cells: _Cells, widths: Sequence[int]) -> float:
    """The lines of a table; those of cells that are not the highest of their row count little."""
    each = (_lines(c, w - _EDGES) for row in cells for c, w in zip(row, widths, strict=True))
    return sum(_row(row, widths) for row in cells) + sum(each) / 50


def _row(row: tuple[str, ...], widths: Sequence[int]) -> int:
    return max(_lines(cell, width - _EDGES) for cell, width in zip(row, widths, strict=True))


@lru_cache(2**14)
def _lines(told: str, across: float) -> int:
    return _broken(_words(told), across)


def _item(statements: list[Statement]) -> float:
    line, across = _NOTE if statements[0].is_note else _LINE
    return line * _broken(_told(statements), across) + _ITEM


def _told(statements: list[Statement]) -> Iterator[tuple[float, float]]:
    """The words of statements on one line, with the numbers of their sources and what stands
    between them."""
    for each in statements:
        yield from _words(each.text)
        yield from ((width * _RAISED, 0.0) for width, _ in _words(each.numbers))
        if each is not statements[-1]:
            yield _SPACE * 2, _SPACE


def _broken(words: Iterable[tuple[float, float]], across: float) -> int:
    """On how many lines of a width words stand; one that is wider is broken itself."""
    lines, room = 1, across
    for width, gap in words:
        if width > room and room < across:
            lines, room = lines + 1, across
        more = max(0, ceil(width / across) - 1)
        lines, room = lines + more, room - (width - more * across) - gap
    return lines


@lru_cache(2**12)
def _words(told: str) -> _Words:
    """The parts of a text that no line breaks, each with the space behind it."""
    found: list[tuple[float, float]] = []
    for word in told.split():
        start = 0
        for at, (a, b) in enumerate(pairwise(word), 1):
            if _breaks(a, b):
                found.append((_width(word[start:at]), 0.0))
                start = at
        found.append((_width(word[start:]), _SPACE))
    return tuple(found)


def _breaks(a: str, b: str) -> bool:
    """Whether a line may end between two letters: beside those of East Asia, and after hyphens."""
    if a in _OPENING or not (b.isalnum() or b in _OPENING):
        return False
    return a in "-–]" or _is_wide(a) or _is_wide(b)


def _source(reference: Reference) -> float:
    """Sources follow each other in small print: as much of a line as one takes, in two columns."""
    told = f"[{reference.number}] {reference.title}{reference.tail}"
    return _SOURCE * (_width(told) + 3) / _SOURCE_WIDTH / 2


def _width(told: str) -> float:
    """How wide a text is."""
    return sum(map(_letter, told))


#: Letters of Latin that are narrower or wider than most, as those of Noto Sans; of other fonts
#: that pages may be printed in hardly any is wider.
_LETTERS: Final = {
    **dict.fromkeys(" ilj.,:;'’‘|", 0.53),
    **dict.fromkeys("I()[]·/-", 0.63),
    **dict.fromkeys("ft", 0.71),
    "r": 0.83,
    **dict.fromkeys("csvxyzk–", 0.99),
    **dict.fromkeys("mwMW%", 1.72),
}


@cache
def _is_wide(letter: str) -> bool:
    return east_asian_width(letter) in "WF"


@cache
def _letter(letter: str) -> float:
    if _is_wide(letter):
        return 1.9 if name(letter, "").startswith("HANGUL") else 2.0
    return _LETTERS.get(letter, 1.28 if letter.isupper() else 1.15)
