"""A workbook for Excel and LibreOffice (Office Open XML, ISO/IEC 29500), written by XlsxWriter."""

from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any, Final

from coopgraph.errors import TermUnwritable
from coopgraph.formats import Format
from coopgraph.formats.serialization import printable
from coopgraph.i18n import text
from coopgraph.queries.answer import Answer, Cell, Year, is_number, is_share, plain

FORMAT: Final = Format(
    "xlsx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xlsx",
    order=2,
)
#: What a sheet and a cell can hold (Excel's own limits), and digits of a number that it keeps.
_ROWS, _LETTERS, _DIGITS = 1_048_576, 32_767, 15
_LONG: Final = "%s cannot be in a workbook"
#: Columns are at most so wide, in letters, judged by their first cells.
_WIDEST, _JUDGED = 60, 200
#: Nothing of a text is run or followed.
_AS_TEXT: Final = dict.fromkeys(
    ("strings_to_formulas", "strings_to_urls", "strings_to_numbers"), False
)


def write(answer: Answer) -> bytes:
    """The flat form under heads as people read them: numbers as numbers, all else as text, with the
    notes on a sheet of their own. The same answer gives the same bytes. Raises `TermUnwritable` for
    more rows or longer texts than a sheet can hold."""
    from xlsxwriter import Workbook

    if len(answer) >= _ROWS:
        raise TermUnwritable(_LONG % f"{len(answer):,} rows", remedy="choose csv, or ask for fewer")
    made = BytesIO()
    book = Workbook(made, {"in_memory": True, **_AS_TEXT})
    book.set_properties({"title": answer.title[:255], "created": datetime(1980, 1, 1, tzinfo=UTC)})
    sheet = book.add_worksheet(text("table.sheet", answer.lang))
    heads = [answer.heading(name) for name in answer.columns]
    heads += [f"{answer.heading(name)} (IRI)" for name in answer.entity_columns]
    head = book.add_format({"bold": True, "bottom": 1, "bg_color": "#EBECE6", "text_wrap": True})
    looks = {form: book.add_format({"num_format": form}) for form in ("0", "#,##0.###", "0.0%")}
    sheet.write_row(0, 0, list(map(_text, heads)), head)
    rows = [*answer.records()]
    for y, row in enumerate(rows, 1):
        for x, (name, cell) in enumerate(zip(answer.header(), row, strict=True)):
            _write(sheet, y, x, cell, looks[_form(name, cell)] if is_number(cell) else None)
    for x, column in enumerate(zip(heads, *rows[:_JUDGED], strict=True)):
        sheet.set_column(x, x, min(_WIDEST, max(map(_width, column)) + 2))
    sheet.freeze_panes(1, 0)
    if rows:
        sheet.autofilter(0, 0, len(rows), len(heads) - 1)
    if answer.notes:
        _tell(book.add_worksheet(text("table.notes", answer.lang)), answer.notes)
    book.close()
    return made.getvalue()


def _write(sheet: Any, y: int, x: int, cell: Cell, look: Any) -> None:
    if cell is None:
        return
    if isinstance(cell, bool):
        sheet.write_boolean(y, x, cell)
    elif look is not None and _is_kept(cell):
        sheet.write_number(y, x, float(cell), look)
    else:
        sheet.write_string(y, x, _text(plain(cell)))


def _is_kept(number: Any) -> bool:
    """Whether a number of a workbook has all its digits: else it is written as text.

    >>> _is_kept(1_144_500_000_000), _is_kept(2**60), _is_kept(float("nan"))
    (True, False, False)
    """
    exact = Decimal(str(number))
    return exact.is_finite() and len(exact.normalize().as_tuple().digits) <= _DIGITS


def _form(column: str, number: Cell) -> str:
    """How a number is shown, see `coopgraph.queries.answer.shown`."""
    if isinstance(number, Year) or column == "year" or column.endswith("_year"):
        return "0"
    if is_share(column):
        return "0.0%"
    return "0" if isinstance(number, int) and abs(number) < 10_000 else "#,##0.###"


def _text(told: str) -> str:
    if len(told) > _LETTERS:
        raise TermUnwritable(_LONG % f"a text of {len(told):,} letters", remedy="choose csv")
    return printable(told)


def _width(cell: Cell) -> int:
    from wcwidth import wcswidth

    return max(int(wcswidth(printable(plain(cell)).replace("\n", " "))), 1)


def _tell(sheet: Any, notes: Iterable[str]) -> None:
    sheet.set_column(0, 0, _WIDEST * 2)
    for y, note in enumerate(notes):
        sheet.write_string(y, 0, _text(note))
