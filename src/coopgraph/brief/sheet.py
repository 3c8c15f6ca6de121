"""What one sheet of A4 has room for: how high a brief is, and what is left out of a long one.

Heights are in points, as `templates/brief.html` prints them; a width is in halves of the size of
the letters, as wide as a digit is about."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache
from math import ceil
from typing import Final
from unicodedata import east_asian_width

from coopgraph.brief.model import Reference, Section, Statement

#: What the sheet has between its margins, less the title, the day and the foot.
_SHEET: Final = 770.0 - 34 - 18
_HEADING: Final = 19.8
_BOX: Final = 8.0
#: A line of text and how wide it is, of a note too, and what an item takes beside its lines.
_LINE: Final = 11.34
_NOTE: Final = 10.43
_WIDTH: Final = 111.0
_ITEM: Final = 0.6
#: A line of a table's row, and what the row takes beside its lines; of the table of partners less.
_ROW: Final = 9.72
_PARTNER_ROW: Final = 9.07
_RULE: Final = 1.4
_TABLE: Final = 4.6
#: How wide tables are, in their own letters, and what the edges of a cell take.
_ACROSS: Final = 128.0
_PARTNERS_ACROSS: Final = 137.0
_EDGES: Final = 2.0
#: The parts of the width that the columns of partners have beside their sources.
_PARTNERS: Final = (0.19, 0.23, 0.49)
#: Of the two columns of sources: a line, and how wide it is in its own letters.
_SOURCE: Final = 7.43
_SOURCE_WIDTH: Final = 76.0


def fitted(
    summary: tuple[Statement, ...],
    sections: tuple[Section, ...],
    references: Callable[[Iterable[int]], tuple[Reference, ...]],
    more: Callable[[int, int], str],
) -> tuple[Section, ...]:
    """The sections that fit beside the summary, with statements from the lowest rank as long as
    there is room for the next of a section; each then says how many it leaves out (`more`: how
    many, of how many). Short statements that follow each other share a line."""
    told = [(s.rank, at, n) for at, section in enumerate(sections) for n, s in _numbered(section)]
    always = [[n for n, each in _numbered(section) if not each.rank] for section in sections]
    kept = [set(numbers) for numbers in always]
    every = (*summary, *(each for section in sections for each in section.statements))
    cited = dict.fromkeys(number for each in every for number in each.cites)
    heights = dict(zip(cited, map(_source, references(cited)), strict=True))
    room = _SHEET - _BOX - _HEADING - _SOURCE - sum(_item([each]) for each in summary)
    seen = {number for each in summary for number in each.cites}
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
            full.add(at)
            continue
        kept[at].add(n)
        seen |= new
        room -= cost
        high[at] = needed
    return tuple(_only(each, kept[at], more) for at, each in enumerate(sections))


def _numbered(section: Section) -> list[tuple[int, Statement]]:
    return [*enumerate(section.statements)]


def _only(section: Section, kept: set[int], more: Callable[[int, int], str]) -> Section:
    """The section with what is kept, and on its last line how many are left out of how many."""
    told = [each for n, each in _numbered(section) if n in kept]
    if left := len(section.statements) - len(told):
        told.append(Statement(more(left, len(section.statements))))
    return replace(section, statements=tuple(_packed(told)))


def _packed(told: list[Statement]) -> list[Statement]:
    """The same, those beside the table in groups of such as are of one kind, have no group and fit
    one line; what is left out joins the last of any kind."""
    found, line, room = list[Statement](), 0, 0.0
    last = Statement("")
    for each in told:
        if each.cells or (each.group and each.cites):
            found.append(each)
            last, room = each, 0.0
            continue
        width = _across([each])
        is_alike = (each.is_note, each.is_gap) == (last.is_note, last.is_gap)
        is_left = not each.cites and not each.is_gap
        if is_left and last.group and not last.cells:
            found.append(replace(each, group=last.group))
            continue
        if width > room or not is_alike or last.cells or last.group[:1].isdigit():
            line, room = line + 1, _WIDTH
        found.append(replace(each, group=f"~{line:03d}"))
        last, room = found[-1], room - width
    return found


def _section(section: Section) -> float:
    rows = section.rows
    height = _HEADING + sum(map(_item, section.lines))
    if rows:
        is_partners = len(section.heads) == len(_PARTNERS) + 1
        widths = _columns(section.heads, rows)
        line = _PARTNER_ROW if is_partners else _ROW
        lines = 1 + sum(_row(each, widths) for each in rows)
        height += _TABLE + line * lines + _RULE * (1 + len(rows))
    return height


def _columns(heads: tuple[str, ...], rows: list[Statement]) -> list[float]:
    """How wide the columns are: as wide as they need, or as there is room for."""
    if len(heads) == len(_PARTNERS) + 1:
        return [part * _PARTNERS_ACROSS for part in _PARTNERS]
    cells = zip(heads, *(each.cells for each in rows), strict=False)
    needed = [max(map(_width, column)) + _EDGES for column in cells]
    across = _ACROSS - 8  # the numbers of sources
    if sum(needed) <= across:
        return needed
    small = [min(each, across / len(needed) / 1.6) for each in needed]
    over = across - sum(small)
    wanted = sum(needed) - sum(small) or 1
    return [a + over * (b - a) / wanted for a, b in zip(small, needed, strict=True)]


def column_shares(heads: tuple[str, ...], rows: list[Statement]) -> list[float]:
    """What part of a line each column has, that of the sources too.

    >>> column_shares(("a", "b"), [Statement("", (1,), cells=("c" * 60,))])
    [0.9, 0.1]
    """
    cited = max(3 * len(each.ranges) for each in rows)
    widths = [*(each + 2 for each in _columns(heads, rows)), max(cited, _width(heads[-1])) + 4]
    return [round(width / sum(widths), 2) for width in widths]


def _row(row: Statement, widths: list[float]) -> int:
    return max(
        ceil(_width(cell) / max(1.0, width - _EDGES))
        for cell, width in zip(row.cells, widths, strict=False)
    )


def _item(statements: list[Statement]) -> float:
    line = _NOTE if statements[0].is_note else _LINE
    return line * ceil(_across(statements) / _WIDTH) + _ITEM


def _across(statements: list[Statement]) -> float:
    return sum(_width(each.text) + 1 + 2.3 * len(each.ranges) for each in statements)


def _source(reference: Reference) -> float:
    """Sources follow each other in small print: as much of a line as one takes, in two columns."""
    places = "" if reference.url else "; ".join(reference.places[:3])
    told = f"[0] {reference.title}, {reference.date} {reference.address[:40]} {places}"
    return _SOURCE * (_width(told) + 3) / _SOURCE_WIDTH / 2


def _width(told: str) -> float:
    """How wide a text is."""
    return max(1.0, sum(map(_letter, told)))


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
def _letter(letter: str) -> float:
    if east_asian_width(letter) in "WF":
        return 2.0
    return _LETTERS.get(letter, 1.28 if letter.isupper() else 1.15)
