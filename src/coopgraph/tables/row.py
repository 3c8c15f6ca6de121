"""Rows that have been read and checked, and an index over them."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from coopgraph.tables.description import Column, Table


@dataclass(frozen=True)
class Row:
    """One row: its table, the line it ends on in the file, and the values of its cells."""

    table: Table
    line: int
    cells: dict[str, tuple[str, ...]]

    @property
    def key(self) -> str:
        """The row's key."""
        return self.cells["key"][0]

    def one(self, column: str) -> str:
        """The single value of `column`, or an empty string."""
        values = self.cells.get(column, ())
        return values[0] if values else ""

    def names(self, column: Column) -> list[str]:
        """The names of its cells in `column`: of a text, one for each language."""
        return [name for name in self.cells if self.table.column(name).text == column.name]

    def texts(self, name: str) -> dict[str, str]:
        """What the columns of a text say, by language.

        >>> from coopgraph.tables.catalogue import BY_NAME
        >>> Row(BY_NAME["people"], 2, {"key": ("li",), "label_zh": ("李",)}).texts("label")
        {'zh': '李'}
        """
        of_text = (self.table.column(each) for each in self.cells if self.cells[each])
        return {each.lang: self.one(each.name) for each in of_text if each.text == name}

    def values(self, column: str) -> tuple[str, ...]:
        """The values of `column`, by default where the cell is empty."""
        default = self.table.defaults.get(column)
        return self.cells.get(column) or ((default,) if default else ())

    def place(self, column: str = "") -> str:
        """`file, row N, column C`, as messages name it."""
        where = f"{self.table.name}.csv, row {self.line}"
        return f"{where}, column {column}" if column else where


@dataclass(frozen=True)
class Rows:
    """All rows of a data folder, in table order, and an index by key."""

    tables: dict[str, list[Row]] = field(default_factory=dict)
    by_key: dict[str, Row] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Row]:
        for rows in self.tables.values():
            yield from rows
