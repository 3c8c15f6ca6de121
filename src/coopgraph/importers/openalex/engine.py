"""The engines that count works: DuckDB in this process, or Spark on a cluster.

Both run the same ibis expressions (`counts`). An engine reads JSON lines, computes a
table once and keeps it on disk, and gives the rows of a table in order, piece by piece.
"""

from __future__ import annotations

import os
import shutil
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

from coopgraph.errors import InputUnreadable
from coopgraph.importers.base import option
from coopgraph.libraries import ibis

#: What is made of a table while it is read.
Shape: TypeAlias = "Callable[[ibis.Table], ibis.Table]"

#: What is read of a work, in the types of ibis. All else in it is skipped.
_NAMED: Final = "struct<id: string, display_name: string>"
COLUMNS: Final = {
    "id": "string",
    "publication_year": "int64",
    "updated_date": "string",
    "primary_topic": "struct<id: string, display_name: string, "
    f"subfield: {_NAMED}, field: {_NAMED}, domain: {_NAMED}>",
    "authorships": "array<struct<institutions: array<struct<id: string, ror: string, "
    "country_code: string, display_name: string, type: string>>>>",
    "is_authors_truncated": "boolean",
}
#: What is read besides where the works themselves are wanted.
TITLES: Final = {"doi": "string", "display_name": "string"}
#: Rows that an engine hands over together.
CHUNK: Final = 20_000


@dataclass(frozen=True)
class Options:
    """How works are counted, and which of them (`country` is ISO 3166-1, two letters)."""

    engine: str = option(
        "duckdb",
        "engine that counts works (default: duckdb).",
        choices=("duckdb", "spark"),
    )
    master: str = option("local[*]", "the Spark master, such as local[*].", metavar="URL")
    memory_mb: int = option(
        4096, "what the engine may take before it goes to disk; 4096 by default.", least=512
    )
    since: int | None = option(None, "only works since this year.", metavar="YEAR")
    country: str = option("", "only works of an institution there, such as KR.", metavar="CODE")
    works: bool = option(False, "also write one entity per work.")


class RecordTooLong(InputUnreadable):
    """A record is longer than `LONGEST`: which file holds it, the engine does not say."""


class Engine(ABC):
    """One of the two engines, open; `_connection` is that of ibis."""

    _connection: ibis.BaseBackend

    @abstractmethod
    def load(self, name: str, folder: Path, columns: dict[str, str], shape: Shape) -> ibis.Table:
        """The works in the JSON lines files of a folder, with the name of the file each is of, in
        another `shape`, and kept. Raises `RecordTooLong` where the engine cannot read one."""

    @abstractmethod
    def errors(self) -> AbstractContextManager[None]:
        """What the engine says of memory, disk and files within, as our errors."""

    def keep(self, name: str, table: ibis.Table) -> ibis.Table:
        """The same table, computed and kept on disk."""
        with self.errors():
            return self._connection.create_table(name, table)

    def rows(self, table: ibis.Table) -> list[tuple[Any, ...]]:
        """All rows of a small table."""
        with self.errors():
            return tuples(table.to_pyarrow())

    @abstractmethod
    def stream(self, table: ibis.Table) -> Iterator[tuple[Any, ...]]:
        """The rows of a large table, in its order, without holding them."""

    @abstractmethod
    def close(self) -> None:
        """Stop the engine."""


def tuples(table: Any) -> list[tuple[Any, ...]]:
    """The rows of an Arrow table or batch."""
    return list(zip(*(column.to_pylist() for column in table.columns), strict=True))


def first_line(error: Exception) -> str:
    """What an error of an engine says first."""
    return str(error).strip().splitlines()[0][:300] if str(error).strip() else type(error).__name__


def link_files(paths: Sequence[tuple[int, Path]], folder: Path) -> None:
    """Links under names of our own in `folder`: an engine would read stars, braces and blanks in a
    name as a pattern."""
    folder.mkdir()
    for number, path in paths:
        suffix = ".jsonl.gz" if path.name.lower().endswith(".gz") else ".jsonl"
        place = folder / f"{number:08}{suffix}"
        for link in (os.link, os.symlink, shutil.copyfile):  # what the disk and the system know
            try:
                link(path.resolve(), place)
                break
            except OSError:
                if link is shutil.copyfile:
                    raise
