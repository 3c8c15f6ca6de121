"""Rows that have been read and checked, and an index over them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from coopgraph.tables.description import Column, Table


@dataclass(frozen=True)
class Row:
    """One row: its table, the line it ends on in the file, the values of its cells, and the file's
    name, by default that of the table."""

    table: Table
    line: int
    cells: dict[str, tuple[str, ...]]
    file: str = ""

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
        return self._by_text.get(column.name, [])

    def texts(self, name: str) -> dict[str, str]:
        """What the columns of a text say, by language.

        >>> from coopgraph.tables.catalogue import BY_NAME
        >>> Row(BY_NAME["people"], 2, {"key": ("li",), "label_zh": ("李",)}).texts("label")
        {'zh': '李'}
        """
        named = ((each, self.cells[each]) for each in self._by_text.get(name, ()))
        return {self.table.column(each).lang: said[0] for each, said in named if said}

    @cached_property
    def _by_text(self) -> Mapping[str, list[str]]:
        """The names of the cells by the column of the table that they are of."""
        return self.table.by_text(tuple(self.cells))

    def values(self, column: str) -> tuple[str, ...]:
        """The values of `column`, by default where the cell is empty."""
        default = self.table.defaults.get(column)
        return self.cells.get(column) or ((default,) if default else ())

    def place(self, column: str = "") -> str:
        """`file, row N, column C`, as messages name it."""
        where = f"{self.file or f'{self.table.name}.csv'}, row {self.line}"
        return f"{where}, column {column}" if column else where


@dataclass(frozen=True)
class Rows:
    """All rows of a data folder, in table order, and an index by key. `verified` are the keys of
    those whose passage was compared with the text of its source."""

    tables: dict[str, list[Row]] = field(default_factory=dict)
    by_key: dict[str, Row] = field(default_factory=dict)
    verified: set[str] = field(default_factory=set)

    def copy(self) -> "Rows":
        """The same rows, to which others can be added."""
        tables = {name: list(found) for name, found in self.tables.items()}
        return Rows(tables, dict(self.by_key), set(self.verified))

    def __iter__(self) -> Iterator[Row]:
        for rows in self.tables.values():
            yield from rows
