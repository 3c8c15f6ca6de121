"""Sheets: the rows of a CSV file or of an XLSX workbook, one record at a time.

CSV after https://www.rfc-editor.org/rfc/rfc4180, with `;`, `,` or a tab, with or without a byte
order mark, plain or gzipped, on disk or in a zip archive; XLSX after ECMA-376, first sheet, its
declared dimension not believed. A record that no publisher would write (one line of 50 MB, a
quote never closed) is passed over without being held in memory.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, Generic, TextIO, TypeVar

from coopgraph.errors import InputUnreadable
from coopgraph.importers.base import Input, Ledger

#: Code points in one line of a file. The longest objective of CORDIS has a few thousand; a cell
#: may hold 131,072 (the standard library's limit), and a record that long is refused.
MAX_LINE: Final = 1 << 20
SUFFIXES: Final = (".csv", ".xlsx")
_PROGRESS_EVERY = 1000
_DELIMITERS = ";,\t"

RowT = TypeVar("RowT")


@dataclass(frozen=True)
class Refused:
    """What stands in the place of a record that cannot be read: why."""

    reason: str


@dataclass
class Reading(Generic[RowT]):
    """The records of one file and what becomes of them, told to the ledger.

    `flaw` counts remarks on accepted records, so that a thousand of one kind are one note.
    """

    source: Input
    ledger: Ledger
    flaws: Counter[tuple[str, str]] = field(default_factory=Counter)
    first: dict[tuple[str, str], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._account = self.ledger.account(self.source)

    def accept(self) -> None:
        """One record was read and became triples."""
        self._account.accepted += 1
        self._read()

    def duplicate(self) -> None:
        """One record was read and repeats another."""
        self._account.duplicates += 1
        self._read()

    def reject(self, row: int, column: str, reason: str) -> None:
        """One record was read and cannot be used."""
        self.ledger.reject(self.source, row, column, reason)

    def flaw(self, row: int, column: str, reason: str) -> None:
        """A cell of an accepted record was left out."""
        self.flaws[column, reason] += 1
        self.first.setdefault((column, reason), row)

    def finish(self) -> None:
        """Note the flaws, one line for each kind."""
        for (column, reason), count in sorted(self.flaws.items()):
            self.ledger.note(
                f"{self.source.name}: {column}: {reason}: left out of {count} records, "
                f"first in row {self.first[column, reason]}"
            )

    def _read(self) -> None:
        self._account.read += 1
        if self._account.read % _PROGRESS_EVERY == 0:
            accounts = self.ledger.accounts.values()
            self.ledger.progress(sum(account.read for account in accounts))


def read_header(source: Input) -> list[str]:
    """The names in the first row, without white space around them; empty for an empty file.

    Raises `InputUnreadable`.
    """
    rows = _rows(source)
    for _, cells in rows:
        if isinstance(cells, Refused):
            raise InputUnreadable(f"the header: {cells.reason}", place=source.name)
        return _names(cells)
    return []


def records(source: Input, reading: Reading[RowT]) -> Iterator[tuple[int, list[str]]]:
    """(row number, cells) of each record below the header, as many cells as it has names.

    Rows count from 1, as an editor shows them: the header is row 1. A record with another
    number of cells, or one that cannot be read, is rejected; a blank line is none. Raises
    `InputUnreadable` where the file is broken or is not UTF-8.
    """
    width = -1
    for row, cells in _rows(source):
        if isinstance(cells, Refused):
            reading.reject(row, "", cells.reason)
        elif width < 0:
            width = len(_names(cells))
        elif len(cells) == width:
            yield row, cells
        elif len(cells) > width and not any(cells[width:]):  # delimiters at the end of the line
            yield row, cells[:width]
        else:
            reading.reject(row, "", f"{len(cells)} cells, the header has {width}")


def _names(cells: Sequence[str]) -> list[str]:
    names = [cell.strip() for cell in cells]
    while names and not names[-1]:
        names.pop()
    return names


def _rows(source: Input) -> Iterator[tuple[int, list[str] | Refused]]:
    rows = _xlsx_rows(source) if source.suffix == ".xlsx" else _csv_rows(source)
    try:
        yield from rows
    except UnicodeDecodeError as error:
        raise InputUnreadable(
            f"is not UTF-8: {error.reason}", place=source.name, remedy="save it as UTF-8"
        ) from None
    except zlib.error as error:
        raise InputUnreadable(
            f"cannot be read: {error}", place=source.name, remedy="download the file again"
        ) from None


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


def _csv_rows(source: Input) -> Iterator[tuple[int, list[str] | Refused]]:
    with source.open() as stream:
        text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
        lines = _Lines(text)
        try:
            head = next(lines, "")
        except _LineTooLong:
            raise InputUnreadable(
                "is not a table: its first line is too long", place=source.name
            ) from None
        if not head:
            return
        delimiter = max(_DELIMITERS, key=head.count)
        yield 1, next(csv.reader([head], delimiter=delimiter), [])
        reader = csv.reader(lines, delimiter=delimiter)
        while True:
            row, quotes = lines.number + 1, lines.quotes
            try:
                cells = next(reader)
            except StopIteration:
                return
            except (csv.Error, _LineTooLong):
                lines.skip(quotes)
                yield row, Refused("a cell is too long, or a quote is not closed")
            else:
                if cells:
                    yield row, cells


# --- XLSX ---------------------------------------------------------------------------------


def _xlsx_rows(source: Input) -> Iterator[tuple[int, list[str] | Refused]]:
    import python_calamine as calamine

    try:
        with source.open() as stream:
            book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(stream.read()))
        sheet = book.get_sheet_by_index(0)
    except calamine.PasswordError:
        raise InputUnreadable(
            "is protected by a password", place=source.name, remedy="save it without one"
        ) from None
    except (calamine.CalamineError, calamine.WorksheetNotFound) as error:
        raise InputUnreadable(
            f"is not a workbook: {error}", place=source.name, remedy="download the file again"
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
