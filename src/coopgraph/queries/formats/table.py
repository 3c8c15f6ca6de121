"""A table for a terminal: aligned columns, numbers to the right."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Final, TypeVar

from coopgraph.formats import Format
from coopgraph.i18n import text as say
from coopgraph.queries.answer import Answer, Cell, is_number, plain, shown

FORMAT: Final = Format("table", "text/plain", "txt", order=0, medium="terminal")
_ELLIPSIS: Final = "…"
#: To how many cells a column of text is narrowed before one is left out.
_LEAST: Final = 3
_T = TypeVar("_T")


def write(answer: Answer, width: int | None = None) -> str:
    """Aligned columns; numbers to the right; cut to `width` terminal cells where given. A column
    that says whose policy all rows are about is said once, after their number, and so are the
    names of columns that are empty in all rows."""
    from wcwidth import wcswidth

    answer, said = _without_common(answer)

    def cells(text: str) -> int:
        return max(int(wcswidth(text)), 0)

    lines = [list(map(_written, answer.columns, row)) for row in answer.rows]
    head = [_above(answer, name) for name in answer.columns]
    widths = [max(map(cells, column)) for column in zip(head, *lines, strict=True)]
    right = [_is_numeric(answer, i) for i in range(len(head))]
    if width is not None:
        numbers = [max(cells(line[i]) for line in lines) if r else 0 for i, r in enumerate(right)]
        left_out = _left_out(widths, numbers, width)
        if left_out:
            said.append(_told(answer, "table.no-room", [answer.columns[i] for i in left_out]))

        def kept(each: Iterable[_T]) -> list[_T]:
            return [one for i, one in enumerate(each) if i not in left_out]

        head, lines, right = kept(head), list(map(kept, lines)), kept(right)
        widths, numbers = kept(widths), kept(numbers)
        widths = _fit(widths, numbers, width - 2 * (len(widths) - 1))

    def draw(row: list[str]) -> str:
        parts = []
        for text, size, to_right in zip(row, widths, right, strict=True):
            cut = _cut(text, size, cells)
            space = " " * (size - cells(cut))
            parts.append(space + cut if to_right else cut + space)
        return "  ".join(parts).rstrip()

    rule = "  ".join("─" * size for size in widths)
    told = ", ".join([say("table.rows", answer.lang, len(answer.rows)), *said])
    drawn = [draw(head), rule, *map(draw, lines), f"({told})"]
    if width is not None:  # more columns than the terminal has room for
        drawn = [_cut(line, width, cells) for line in drawn]
    return "\n".join(drawn) + "\n"


def _above(answer: Answer, name: str) -> str:
    """What stands above a column."""
    return shown(answer.heading(name))


def _told(answer: Answer, key: str, names: Iterable[str]) -> str:
    """A text about columns."""
    return say(key, answer.lang, ", ".join(_above(answer, name) for name in names))


def _written(column: str, cell: Cell) -> str:
    """A cell; a whole number in a column of years has no thousands."""
    is_year = isinstance(cell, int) and (column == "year" or column.endswith("_year"))
    return plain(cell) if is_year else shown(cell, column)


def _without_common(answer: Answer) -> tuple[Answer, list[str]]:
    """The answer without those of its scope's columns that have the same value in all rows and
    those that have none in any, and what is to be said of them."""
    values = {name: {row[at] for row in answer.rows} for at, name in enumerate(answer.columns)}
    common = [name for name in values if name in answer.scope_columns and len(values[name]) < 2]
    empty = [name for name in values if values[name] == {None} and name not in common]
    if len(empty) == len(values):  # there is nothing else to show
        empty = []
    kept = [at for at, name in enumerate(answer.columns) if name not in (*common, *empty)]
    said = [
        f"{_above(answer, name)} {shown(value)}"
        for name in common
        for value in values[name]
        if value
    ]
    rows = tuple(tuple(row[at] for at in kept) for row in answer.rows)
    columns = tuple(answer.columns[at] for at in kept)
    nothing = [_told(answer, "table.nothing", empty)] if empty else []
    return replace(answer, columns=columns, rows=rows), [*said, *nothing]


def _is_numeric(answer: Answer, at: int) -> bool:
    cells = [row[at] for row in answer.rows if row[at] is not None]
    return bool(cells) and all(map(is_number, cells))


def _left_out(widths: list[int], numbers: list[int], width: int) -> list[int]:
    """The columns of text, from the right, without which the numbers of the others have room; the
    first two stay."""
    least = [number or min(size, _LEAST) for size, number in zip(widths, numbers, strict=True)]
    need, left_out = sum(least) + 2 * (len(least) - 1), []
    for i in reversed(range(2, len(least))):
        if need <= width:
            break
        if not numbers[i]:
            left_out.append(i)
            need -= least[i] + 2
    return left_out[::-1]


def _fit(widths: list[int], numbers: list[int], room: int) -> list[int]:
    """Narrow the widest columns until all fit. `numbers` are the widths that numeric cells need, 0
    for a column of text. Text gives way first: a number without its end is another number."""
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
