"""Sheets: the rows of a CSV file or of an XLSX workbook, one record at a time.

CSV after https://www.rfc-editor.org/rfc/rfc4180, with `;`, `,` or a tab, with or without a byte
order mark, plain or gzipped, on disk or in a zip archive; XLSX after ECMA-376, first sheet, its
declared dimension not believed. A record that no publisher would write (one line of 50 MB, a
quote never closed) is passed over without being held in memory.
"""

from __future__ import annotations

import contextlib
import csv
import datetime as dt
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Final, TextIO, TypeAlias

from coopgraph.errors import InputUnreadable

#: Code points in one line of a file. The longest objective of CORDIS has a few thousand; a cell
#: may hold 131,072 (the standard library's limit), and a record that long is refused.
MAX_LINE: Final = 1 << 20
SUFFIXES: Final = (".csv", ".xlsx")
_DELIMITERS = ";,\t"


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
    Raises `InputUnreadable` where the file is no sheet, or is not UTF-8.

    >>> list(read_sheet(io.BytesIO(b"id;name\\n1;one\\n2\\n"), "a.csv", ".csv"))[1:]
    [(2, ['1', 'one']), (3, UnreadableRecord(reason='1 cells, the header has 2'))]
    """
    width = -1
    try:
        for row, cells in (
            _xlsx_rows(stream, name) if suffix == ".xlsx" else _csv_rows(stream, name)
        ):
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
    except UnicodeDecodeError as error:
        raise InputUnreadable(
            f"is not UTF-8: {error.reason}", place=name, remedy="save it as UTF-8"
        ) from None


def _names(cells: Sequence[str]) -> list[str]:
    names = [cell.strip() for cell in cells]
    while names and not names[-1]:
        names.pop()
    return names


# --- CSV ----------------------------------------------------------------------------------


class _LineTooLong(Exception):
    """A line of a file has more than `MAX_LINE` code points."""


class _Lines:
    """The lines of a text, for `csv.reader`: none is held that is longer than `MAX_LINE`."""

    def __init__(self, text: TextIO) -> None:
        self._text = text
        self.number = 0
        self.quotes = 0

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
        return line

    def skip(self, quotes: int) -> None:
        """Go on to where the record ends that began after so many quotes: to the end of a
        line at which every quote is closed."""
        while (self.quotes - quotes) % 2:
            line = self._text.readline(MAX_LINE)
            if not line:
                return
            self.number += line[-1] in "\r\n"
            self.quotes += line.count('"')

    def _read(self) -> str:
        line = self._text.readline(MAX_LINE)
        self.number += 1
        self.quotes += line.count('"')
        return line


@contextlib.contextmanager
def _decoded(stream: IO[bytes]) -> Iterator[TextIO]:
    """The stream as text; it stays open for its owner to close."""
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
    try:
        yield text
    finally:
        with contextlib.suppress(ValueError):  # it is closed by now
            text.detach()


def _csv_rows(stream: IO[bytes], name: str) -> Iterator[tuple[int, Cells]]:
    with _decoded(stream) as text:
        lines = _Lines(text)
        try:
            head = next(lines, "")
            delimiter = max(_DELIMITERS, key=head.count)
            names = next(csv.reader([head], delimiter=delimiter), [])
        except (csv.Error, _LineTooLong):
            fact = "is not a table: its first line is too long"
            raise InputUnreadable(fact, place=name) from None
        if not head:
            return
        yield 1, names
        reader = csv.reader(lines, delimiter=delimiter)
        while True:
            row, quotes = lines.number + 1, lines.quotes
            try:
                cells = next(reader)
            except StopIteration:
                return
            except (csv.Error, _LineTooLong):
                lines.skip(quotes)
                yield row, UnreadableRecord("a cell is too long, or a quote is not closed")
            else:
                if cells:
                    yield row, cells


# --- XLSX ---------------------------------------------------------------------------------


def _xlsx_rows(stream: IO[bytes], name: str) -> Iterator[tuple[int, Cells]]:
    import python_calamine as calamine

    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(stream.read()))
        sheet = book.get_sheet_by_index(0)
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
