"""Answers as text: terminal table, CSV, TSV, JSON, HTML. Escaping happens here, at the edge."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from decimal import Decimal
from html import escape
from typing import Any, Final

from coopgraph.errors import UnknownFormat, nearest
from coopgraph.queries.answer import Answer, Cell, Entity, Year

_ELLIPSIS = "…"
#: Between these a floating-point number is written out.
_SMALL, _LARGE = 1e-3, 1e15


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
    return _digits(cell) if isinstance(cell, Decimal) else str(cell)


def shown(cell: Cell) -> str:
    """A cell for people: thousands separators, at most three decimals, no control characters."""
    if isinstance(cell, bool) or not isinstance(cell, int | float | Decimal):
        return "".join(c if c.isprintable() else "·" for c in plain(cell))
    if isinstance(cell, Year):
        return str(int(cell))
    if isinstance(cell, int):
        return f"{cell:,}"
    if isinstance(cell, float) and not _SMALL <= abs(cell) < _LARGE:
        return f"{cell or 0:g}"
    whole, dot, part = _digits(Decimal(f"{Decimal(str(cell)):.3f}")).partition(".")
    return (whole if whole == "-0" else f"{int(whole):,}") + dot + part


def text_table(answer: Answer, width: int | None = None) -> str:
    """Aligned columns; numbers to the right; cut to `width` terminal cells where given."""
    from wcwidth import wcswidth

    def cells(text: str) -> int:
        return max(int(wcswidth(text)), 0)

    lines = [[shown(cell) for cell in row] for row in answer.rows]
    head = [shown(name) for name in answer.columns]
    widths = [max(map(cells, column)) for column in zip(head, *lines, strict=True)]
    right = [_is_numeric(answer, i) for i in range(len(head))]
    if width is not None:
        numbers = [max(cells(line[i]) for line in lines) if r else 0 for i, r in enumerate(right)]
        widths = _fit(widths, numbers, width - 2 * (len(widths) - 1))

    def draw(row: list[str]) -> str:
        parts = []
        for text, size, to_right in zip(row, widths, right, strict=True):
            cut = _cut(text, size, cells)
            space = " " * (size - cells(cut))
            parts.append(space + cut if to_right else cut + space)
        return "  ".join(parts).rstrip()

    rule = "  ".join("─" * size for size in widths)
    count = len(answer.rows)
    drawn = [draw(head), rule, *map(draw, lines), f"({count} {'row' if count == 1 else 'rows'})"]
    if width is not None:  # more columns than the terminal has room for
        drawn = [_cut(line, width, cells) for line in drawn]
    return "\n".join(drawn) + "\n"


def html_table(answer: Answer) -> str:
    """An HTML table for notebooks: labels linked to their IRIs, everything escaped."""
    head = "".join(f"<th>{escape(name)}</th>" for name in answer.columns)
    body = "".join(
        "<tr>" + "".join(f"<td{_align(cell)}>{_html_cell(cell)}</td>" for cell in row) + "</tr>"
        for row in answer.rows
    )
    caption = f"<caption>{escape(answer.title)}</caption>" if answer.title else ""
    notes = "".join(f"<p>{escape(note)}</p>" for note in answer.notes)
    return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{notes}"


def _csv(answer: Answer) -> str:
    """RFC 4180, with the line ends of Unix."""
    lines = [answer.header(), *([plain(c) for c in record] for record in answer.records())]
    # An empty cell that is the whole row is quoted: readers take a blank line for no row.
    return "".join((",".join(map(_quoted, line)) or '""') + "\n" for line in lines)


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if any(c in text for c in ',"\r\n') else text


def _tsv(answer: Answer) -> str:
    """Tab-separated; tabs and line ends inside a cell become blanks."""
    lines = ["\t".join(answer.header())]
    lines += ["\t".join(" ".join(plain(c).split()) for c in record) for record in answer.records()]
    return "\n".join(lines) + "\n"


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


def _digits(number: Decimal) -> str:
    """`number` without trailing zeros and without an exponent, exactly; minus zero is zero."""
    text = format(number, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def _is_numeric(answer: Answer, at: int) -> bool:
    cells = [row[at] for row in answer.rows if row[at] is not None]
    return bool(cells) and all(
        isinstance(c, int | float | Decimal) and not isinstance(c, bool) for c in cells
    )


def _fit(widths: list[int], numbers: list[int], room: int) -> list[int]:
    """Narrow the widest columns until all fit.

    `numbers` are the widths that numeric cells need, 0 for a column of text. Text gives way
    first: a number without its end is another number.
    """
    fitted = list(widths)
    for text, number in ((6, 4), (3, 3), (1, 0)):
        least = [max(need, number) if need and number else text for need in numbers]
        while sum(fitted) > room:
            spare = [size if size > least[i] else 0 for i, size in enumerate(fitted)]
            if not any(spare):
                break
            fitted[spare.index(max(spare))] -= 1
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
