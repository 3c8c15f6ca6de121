"""Sheets: the rows of a CSV file or of an XLSX workbook, one record at a time.

CSV after https://www.rfc-editor.org/rfc/rfc4180, with `;`, `,`, `|` or a tab, in UTF-8 with or
without a byte order mark; XLSX after ECMA-376, first sheet, its declared dimension not believed. A
record that no publisher would write (one line of 50 MB) is passed over without being held in
memory. One of several lines that cannot be meant, as a quote in it was opened and not closed, is
read again line by line.
"""

from __future__ import annotations

import contextlib
import csv
import datetime as dt
import hashlib
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Final, TextIO, TypeAlias

from coopgraph.errors import InputUnreadable

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

#: Code points in one line of a file. The longest objective of CORDIS has a few thousand; a cell
#: may hold 131,072 (the standard library's limit), and a record that long is refused.
MAX_LINE: Final = 1 << 20
_WORKBOOK: Final = ".xlsx"
SUFFIXES: Final = (".csv", ".tsv", _WORKBOOK)
_DELIMITERS = ";,\t|"
_IN_QUOTES: Final = re.compile(r'"[^"]*"')
#: Sheets of workbooks that were parsed, by the SHA-256 of the file, until they are read again: a
#: table is looked at for its columns before it is read. All together have at most so many cells.
_kept: dict[bytes, CalamineSheet] = {}
_KEPT_CELLS: Final = 1_000_000
_NOT_CLOSED: Final = "a cell is too long, or a quote is not closed"


@dataclass(frozen=True)
class UnreadableRecord:
    """Takes the place of a record that cannot be read: why it cannot."""

    reason: str


#: The cells of a record, or why it has none that can be used.
Cells: TypeAlias = "list[str] | UnreadableRecord"


def read_sheet(stream: IO[bytes], name: str, suffix: str) -> Iterator[tuple[int, Cells]]:
    """(row number, cells) of each record: the header, then records with as many cells as it has.

    `name` is how errors call the file, `suffix` one of `SUFFIXES`. Rows count from 1, as an editor
    shows them; a blank line is no record. The names of the header come without white space around
    them. A record that cannot be read, or with another number of cells, is an `UnreadableRecord`.
    Raises `InputUnreadable` where the file is no sheet, `UnicodeDecodeError` where it is not UTF-8.

    >>> list(read_sheet(io.BytesIO(b"id;name\\n1;one\\n2\\n"), "a.csv", ".csv"))[1:]
    [(2, ['1', 'one']), (3, UnreadableRecord(reason='1 cells, the header has 2'))]
    """
    width = -1
    for row, cells in _xlsx_rows(stream, name) if is_workbook(suffix) else _csv_rows(stream, name):
        if isinstance(cells, UnreadableRecord):
            yield row, cells
        elif width < 0:
            names = _names(cells)
            width = len(names)
            yield row, names
        elif len(cells) == width:
            yield row, cells
        elif len(cells) > width and not any(cells[width:]):  # delimiters at the end of the line
            yield row, cells[:width]
        else:
            yield row, UnreadableRecord(f"{len(cells)} cells, the header has {width}")


def is_workbook(suffix: str) -> bool:
    """Whether a file with this ending is a workbook, and no text."""
    return suffix == _WORKBOOK


def _names(cells: Sequence[str]) -> list[str]:
    names = [cell.strip() for cell in cells]
    while names and not names[-1]:
        names.pop()
    return names


# --- CSV ----------------------------------------------------------------------------------


class _LineTooLong(Exception):
    """A line of a file has more than `MAX_LINE` code points."""


class _Lines:
    """The lines of a text, for `csv.reader`: none is held that is longer than `MAX_LINE`, and of
    those of one record no more than that together. Lines can be given back."""

    def __init__(self, text: TextIO) -> None:
        self._text = text
        self._back: list[str] = []
        self._size = 0
        self.number = 0
        self.quotes = 0
        self.taken: list[str] = []

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._read()
        if not line:
            raise StopIteration
        if len(line) == MAX_LINE and line[-1] not in "\r\n":
            while line and line[-1] not in "\r\n":
                line = self._text.readline(MAX_LINE)
                self.quotes += line.count('"')
            raise _LineTooLong
        self.taken.append(line)
        self._size += len(line)
        if self._size > MAX_LINE and len(self.taken) > 1:
            raise _LineTooLong
        return line

    def start(self) -> None:
        """A record begins."""
        self.taken.clear()
        self._size = self.quotes = 0

    def give_back(self, after: int) -> None:
        """Read again what was taken for a record, after so many lines of it."""
        self._back += reversed(self.taken[after:])
        self.number -= len(self.taken) - after

    def skip(self) -> None:
        """Go on to where the record ends: to the end of a line at which every quote is closed."""
        while self.quotes % 2 and self._read():
            pass

    def _read(self) -> str:
        line = self._back.pop() if self._back else self._text.readline(MAX_LINE)
        self.number += line[-1:] in ("\r", "\n") or len(line) < MAX_LINE
        self.quotes += line.count('"')
        return line


def delimiter_of(line: str) -> str:
    """What parts the cells of the first line of a file.

    >>> delimiter_of('"a, b, c"|d'), delimiter_of("one")
    ('|', ';')
    """
    return max(_DELIMITERS, key=_IN_QUOTES.sub("", line).count)


def _csv_rows(stream: IO[bytes], name: str) -> Iterator[tuple[int, Cells]]:
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
    try:
        yield from _records(_Lines(text), name)
    finally:
        with contextlib.suppress(ValueError):  # the stream stays open for its owner to close
            text.detach()


def _records(lines: _Lines, name: str) -> Iterator[tuple[int, Cells]]:
    """(row, cells) of the header and of each record."""
    try:
        head = next(lines, "")
        lines.give_back(0)
        delimiter = delimiter_of(head)
        lines.start()
        names = next(csv.reader(lines, delimiter=delimiter), [])
    except (csv.Error, _LineTooLong):
        fact = "is not a table: its first line is too long"
        raise InputUnreadable(fact, place=name) from None
    if not head:
        return
    yield 1, names
    width = len(_names(names))
    reader = csv.reader(lines, delimiter=delimiter)
    while True:
        lines.start()
        row = lines.number + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except (csv.Error, _LineTooLong):
            fits = is_long = False
        else:
            is_long = len(lines.taken) > 1
            fits = not is_long or (len(cells) == width and lines.quotes % 2 == 0)
        if fits and not cells:
            continue
        if fits:
            yield row, cells
        elif _are_records(lines.taken[1:], width, delimiter):
            # A quote was opened that is not meant: the first line is taken by itself.
            lines.give_back(1)
            reader = csv.reader(lines, delimiter=delimiter)
            cells = lines.taken[0].rstrip("\r\n").split(delimiter)
            good = len(cells) == width
            yield row, [*map(_unquoted, cells)] if good else UnreadableRecord(_NOT_CLOSED)
        else:
            lines.skip()
            reader = csv.reader(lines, delimiter=delimiter)
            yield row, cells if is_long else UnreadableRecord(_NOT_CLOSED)


def _are_records(lines: Sequence[str], width: int, delimiter: str) -> bool:
    """Whether most lines have each as many cells as a record."""
    filled = [line for line in lines if line.strip()]
    with contextlib.suppress(csv.Error):
        found = [len(next(csv.reader([line], delimiter=delimiter))) for line in filled]
        return 2 * found.count(width) > len(filled)
    return False


def _unquoted(cell: str) -> str:
    """The text of a cell without the quotes around it, of which one may be missing.

    >>> _unquoted('"a "b"'), _unquoted('"c""d"')
    ('a "b', 'c"d')
    """
    return cell.removeprefix('"').removesuffix('"').replace('""', '"')


# --- XLSX ---------------------------------------------------------------------------------


def _xlsx_rows(stream: IO[bytes], name: str) -> Iterator[tuple[int, Cells]]:
    import python_calamine as calamine

    data = stream.read()
    key = hashlib.sha256(data).digest()
    try:
        sheet = _kept.pop(key, None)
        if sheet is None:
            book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
            sheet = book.get_sheet_by_index(0)
            if sum(each.height * each.width for each in (*_kept.values(), sheet)) <= _KEPT_CELLS:
                _kept[key] = sheet
    except calamine.PasswordError:
        raise InputUnreadable(
            "is protected by a password", place=name, remedy="save it without one"
        ) from None
    except (calamine.CalamineError, calamine.WorksheetNotFound) as error:
        raise InputUnreadable(
            f"is not a workbook: {error}", place=name, remedy="download the file again"
        ) from None
    first = sheet.start[0] if sheet.start else 0
    for number, values in enumerate(sheet.iter_rows(), first + 1):
        cells = [value if isinstance(value, str) else _text(value) for value in values]
        if any(cells):
            yield number, cells


def _text(value: object) -> str:
    """A cell that is not text, as a CSV file of the same publisher would have it.

    >>> [_text(v) for v in (101116741.0, 0.5, True, dt.date(2024, 2, 1), None)]
    ['101116741', '0.5', 'true', '2024-02-01', '']
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dt.datetime):
        return value.isoformat(sep=" ")
    return str(value)
