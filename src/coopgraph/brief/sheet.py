"""What one sheet of A4 has room for: how high a brief is, and what is left out of a long one."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from math import ceil
from typing import Final

from coopgraph.brief.model import Reference, Section, Statement

#: Lines of text on a sheet, letters (a wide one counts twice) in one, and what else takes room.
_SHEET: Final = 61.0
_LINE: Final = 124
_HEADING: Final = 1.6
_BOX: Final = 0.8
_ROW: Final = 0.86
#: The parts of a line that the columns of partners have beside their sources.
_PARTNERS: Final = (0.14, 0.25, 0.51)
#: Of the two columns of sources: letters in a line, and how high a line is of one of text.
_SOURCE: Final = 82
_SMALL: Final = 0.4


def fitted(
    summary: tuple[Statement, ...],
    sections: tuple[Section, ...],
    references: Callable[[Iterable[int]], tuple[Reference, ...]],
    more: Callable[[int, int], str],
) -> tuple[Section, ...]:
    """The sections that fit beside the summary, with statements from the lowest rank as long as
    there is room for the next of a section; each then says how many are left out (`more`: how
    many, of how many)."""
    told = [(s.rank, at, n) for at, section in enumerate(sections) for n, s in _numbered(section)]
    always = [[n for n, each in _numbered(section) if not each.rank] for section in sections]
    kept = [set(numbers) for numbers in always]
    every = (*summary, *(each for section in sections for each in section.statements))
    cited = dict.fromkeys(number for each in every for number in each.cites)
    heights = dict(zip(cited, map(_source, references(cited)), strict=True))
    room = _SHEET - _BOX - _HEADING - sum(_line([each]) for each in summary)
    seen = {number for each in summary for number in each.cites}
    room -= sum(heights[number] for number in seen)
    room -= sum(_section(_only(each, kept[at])) for at, each in enumerate(sections))
    room -= sum(1 for each in sections if any(s.rank for s in each.statements))  # what is left out
    full: set[int] = set()
    for rank, at, n in sorted(told):
        section, new = sections[at], set(sections[at].statements[n].cites) - seen
        before = _section(_only(section, kept[at] - {n})) if rank else 0
        needed = _section(_only(section, kept[at] | {n})) - before if rank else 0
        needed += sum(heights[number] for number in new)
        if rank and (at in full or needed > room):
            full.add(at)
            continue
        kept[at].add(n)
        seen |= new
        room -= needed
    return tuple(_told(each, kept[at], more) for at, each in enumerate(sections))


def _numbered(section: Section) -> list[tuple[int, Statement]]:
    return [*enumerate(section.statements)]


def _only(section: Section, kept: set[int]) -> Section:
    return replace(section, statements=tuple(e for n, e in _numbered(section) if n in kept))


def _told(section: Section, kept: set[int], more: Callable[[int, int], str]) -> Section:
    """The section with what is kept, and how many are left out of all that might be."""
    left = len(section.statements) - len(kept)
    if not left:
        return section
    told = Statement(more(left, sum(1 for each in section.statements if each.rank)))
    only = _only(section, kept)
    return replace(only, statements=(*only.statements, told))


def _section(section: Section) -> float:
    rows = section.rows
    height = _HEADING + sum(_line(line) for line in section.lines)
    if rows:
        widths = _columns(section.heads, rows)
        small = 0.94 if len(section.heads) == len(_PARTNERS) + 1 else 1
        height += small * _ROW * (1 + sum(_row(each, widths) for each in rows))
    return height


def _columns(heads: tuple[str, ...], rows: list[Statement]) -> list[float]:
    """How wide the columns are: as wide as they need, or as there is room for."""
    if len(heads) == len(_PARTNERS) + 1:
        return [part * _LINE / 0.84 for part in _PARTNERS]
    cells = zip(heads, *(each.cells for each in rows), strict=False)
    needed = [max(map(_width, column)) + 2 for column in cells]
    if sum(needed) <= _LINE:
        return [float(each) for each in needed]
    small = [min(each, _LINE / len(needed) / 1.6) for each in needed]
    over = _LINE - sum(small)
    wanted = sum(needed) - sum(small) or 1
    return [a + over * (b - a) / wanted for a, b in zip(small, needed, strict=True)]


def column_shares(heads: tuple[str, ...], rows: list[Statement]) -> list[float]:
    """What part of a line each column has, that of the sources too.

    >>> column_shares(("a", "b"), [Statement("", (1,), cells=("c" * 60,))])
    [0.93, 0.07]
    """
    cited = max(3 * len(each.ranges) for each in rows)
    widths = [*_columns(heads, rows), max(cited, _width(heads[-1])) + 2]
    return [round(width / sum(widths), 2) for width in widths]


def _row(row: Statement, widths: list[float]) -> int:
    return max(
        ceil(_width(cell) / max(1.0, width - 2))
        for cell, width in zip(row.cells, widths, strict=False)
    )


def _line(statements: list[Statement]) -> int:
    return ceil(sum(_width(each.text) + 3 + 3 * len(each.ranges) for each in statements) / _LINE)


def _source(reference: Reference) -> float:
    """Sources follow each other in small print: as much of a line as one takes."""
    places = "" if reference.url else "; ".join(reference.places[:3])
    told = f"[0] {reference.title}, {reference.date} {reference.address[:40]} {places}"
    return _SMALL * _width(told) / _SOURCE


def _width(told: str) -> int:
    from wcwidth import wcswidth

    return max(wcswidth(told), 1)
