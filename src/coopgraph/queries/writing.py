"""Answers as text: terminal table, CSV, TSV, JSON, HTML. Escaping happens here, at the edge."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Callable
from decimal import Decimal
from html import escape
from io import StringIO
from typing import Any, Final

from ..errors import UnknownFormat, nearest
from .answer import Answer, Cell, Entity, Year

_ELLIPSIS = "…"
_MIN_WIDTH = 6


def write(answer: Answer, format: str, width: int | None = None) -> str:
    """The answer as `table`, `csv`, `tsv` or `json`; `width` cuts the table to a terminal.

    Raises `UnknownFormat`.
    """
    if format == "table":
        return text_table(answer, width)
    if format not in _WRITERS:
        raise UnknownFormat(f"unknown format {format!r}", remedy=nearest(format, ANSWER_FORMATS))
    return _WRITERS[format](answer)


def plain(cell: Cell) -> str:
    """A cell for csv and tsv: numbers as digits, booleans as true and false."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, Decimal):
        return format(_trimmed(cell), "f")
    return str(cell)


def shown(cell: Cell) -> str:
    """A cell for people: thousands separators, at most three decimals, no control characters."""
    if isinstance(cell, bool) or not isinstance(cell, int | float | Decimal):
        return "".join(c if c.isprintable() else "·" for c in plain(cell))
    if isinstance(cell, Year):
        return str(int(cell))
    if isinstance(cell, float) and not math.isfinite(cell):
        return str(cell)
    number = round(Decimal(str(cell)), 3)
    return f"{_trimmed(number):,f}"


def text_table(answer: Answer, width: int | None = None) -> str:
    """Aligned columns; numbers to the right; cut to `width` terminal cells where given."""
    from wcwidth import wcswidth

    def cells(text: str) -> int:
        return max(int(wcswidth(text)), 0)

    lines = [[shown(cell) for cell in row] for row in answer.rows]
    head = list(answer.columns)
    widths = [max(map(cells, column)) for column in zip(head, *lines, strict=True)]
    if width is not None:
        widths = _fit(widths, width - 2 * (len(widths) - 1))
    right = [_is_numeric(answer, i) for i in range(len(head))]

    def draw(row: list[str]) -> str:
        parts = []
        for text, size, to_right in zip(row, widths, right, strict=True):
            cut = _cut(text, size, cells)
            space = " " * (size - cells(cut))
            parts.append(space + cut if to_right else cut + space)
        return "  ".join(parts).rstrip()

    rule = "  ".join("─" * size for size in widths)
    count = len(answer.rows)
    return (
        "\n".join(
            [draw(head), rule, *map(draw, lines), f"({count} {'row' if count == 1 else 'rows'})"]
        )
        + "\n"
    )


def html_table(answer: Answer) -> str:
    """An HTML table for notebooks: labels linked to their IRIs, everything escaped."""
    head = "".join(f"<th>{escape(name)}</th>" for name in answer.columns)
    body = "".join(
        "<tr>" + "".join(f"<td{_align(cell)}>{_html_cell(cell)}</td>" for cell in row) + "</tr>"
        for row in answer.rows
    )
    caption = f"<caption>{escape(answer.title)}</caption>" if answer.title else ""
    return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _csv(answer: Answer) -> str:
    return _separated(answer, csv.excel)


def _tsv(answer: Answer) -> str:
    """Tab-separated; tabs and line ends inside a cell become blanks."""
    lines = ["\t".join(answer.header())]
    lines += ["\t".join(" ".join(plain(c).split()) for c in record) for record in answer.records()]
    return "\n".join(lines) + "\n"


def _separated(answer: Answer, dialect: type[csv.Dialect]) -> str:
    out = StringIO()
    writer = csv.writer(out, dialect, lineterminator="\n")
    writer.writerow(answer.header())
    writer.writerows([plain(cell) for cell in record] for record in answer.records())
    return out.getvalue()


def _json(answer: Answer) -> str:
    header = answer.header()
    rows = [
        {name: _json_value(cell) for name, cell in zip(header, record, strict=True)}
        for record in answer.records()
    ]
    return json.dumps(rows, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def _json_value(cell: Cell) -> Any:
    if isinstance(cell, Decimal):
        return int(cell) if cell == cell.to_integral_value() else float(cell)
    if isinstance(cell, float) and not math.isfinite(cell):
        return str(cell)  # JSON has no NaN and no infinity
    return str(cell) if isinstance(cell, Entity) else cell


_WRITERS: Final[dict[str, Callable[[Answer], str]]] = {"csv": _csv, "tsv": _tsv, "json": _json}
ANSWER_FORMATS: Final = ("table", *_WRITERS)


def _trimmed(number: Decimal) -> Decimal:
    """`number` without trailing zeros and without an exponent; minus zero is zero."""
    if number == number.to_integral_value():
        return number.to_integral_value() + 0
    return number.normalize()


def _is_numeric(answer: Answer, at: int) -> bool:
    cells = [row[at] for row in answer.rows if row[at] is not None]
    return bool(cells) and all(
        isinstance(c, int | float | Decimal) and not isinstance(c, bool) for c in cells
    )


def _fit(widths: list[int], room: int) -> list[int]:
    """Narrow the widest columns until all fit, none below six cells."""
    fitted = list(widths)
    while sum(fitted) > room and max(fitted) > _MIN_WIDTH:
        fitted[fitted.index(max(fitted))] -= 1
    return fitted


def _cut(text: str, size: int, cells: Callable[[str], int]) -> str:
    if cells(text) <= size:
        return text
    while text and cells(text) > size - 1:
        text = text[:-1]
    return text + _ELLIPSIS


def _align(cell: Cell) -> str:
    number = isinstance(cell, int | float | Decimal) and not isinstance(cell, bool)
    return ' style="text-align:right"' if number else ""


def _html_cell(cell: Cell) -> str:
    text = escape(shown(cell))
    if isinstance(cell, Entity) and cell.iri.startswith(("http://", "https://")):
        return f'<a href="{escape(cell.iri)}" title="{escape(cell.iri)}">{text}</a>'
    return text
