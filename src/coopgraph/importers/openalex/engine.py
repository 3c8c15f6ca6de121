"""The engines that count works: DuckDB in this process (out of core, within the memory that it is
given), or Spark on a cluster.

Both run the same ibis expressions (`counts`). An engine reads JSON lines, computes a table once and
keeps it on disk, and gives the rows of a table in order, piece by piece.
https://duckdb.org/docs/stable/guides/performance/how_to_tune_workloads
"""

from __future__ import annotations

import contextlib
import os
import shutil
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

from coopgraph.errors import FileUnwritable, InputUnreadable, MemoryExceeded, needs_extra
from coopgraph.importers.base import option
from coopgraph.importers.openalex.files import LONGEST
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
    "doi": "string",
}
#: What is read besides where the works themselves are wanted.
TITLES: Final = {"display_name": "string"}
#: Rows that an engine hands over together.
CHUNK: Final = 20_000
#: The longest record that is expected; what DuckDB itself takes for its limit.
_USUAL: Final = 16 << 20
#: What each thread needs: a record twice, and room to count.
_THREAD_MB: Final = 128


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


class DuckDb(Engine):
    """A database of its own in `scratch`, which it also spills to."""

    def __init__(self, options: Options, scratch: Path) -> None:
        with needs_extra("openalex", "ibis-framework[duckdb]"):
            import duckdb  # noqa: F401
            import ibis
            import pyarrow  # noqa: F401  `to_pyarrow` needs it
        spill = scratch / "spill"
        spill.mkdir()
        self._threads = min(os.cpu_count() or 1, max(1, options.memory_mb // _THREAD_MB))
        with self.errors():
            self._connection = ibis.duckdb.connect(
                scratch / "works.duckdb",
                memory_limit=f"{options.memory_mb}MB",
                temp_directory=str(spill),
                preserve_insertion_order=False,
                threads=self._threads,
            )
            self._connection.raw_sql("SET enable_progress_bar = false")  # it writes to our output

    def load(self, name: str, folder: Path, columns: dict[str, str], shape: Shape) -> ibis.Table:
        """See `Engine`. Room for a record of the longest kind is made only where there is one: each
        thread holds it twice."""
        try:
            return self.keep(name, shape(self._read(folder, columns, _USUAL)))
        except RecordTooLong:
            self._connection.raw_sql("SET threads = 1")
        try:
            return self.keep(f"{name}_long", shape(self._read(folder, columns, LONGEST)))
        finally:
            self._connection.raw_sql(f"SET threads = {self._threads}")

    def _read(self, folder: Path, columns: dict[str, str], longest: int) -> ibis.Table:
        from ibis.backends.sql.datatypes import DuckDBType

        types = {name: DuckDBType.to_string(ibis.dtype(kind)) for name, kind in columns.items()}
        with self.errors():
            return self._connection.read_json(
                sorted(map(str, folder.iterdir())),
                columns=types,
                format="newline_delimited",
                ignore_errors=True,  # what is no record comes as one without an id
                filename=True,
                maximum_object_size=longest,
            )

    @contextlib.contextmanager
    def errors(self) -> Iterator[None]:
        """What DuckDB says of memory, disk and files, as our errors."""
        import duckdb

        try:
            yield
        except duckdb.Error as error:
            said = first_line(error)
            if "No space left" in str(error) or "max_temp_directory_size" in str(error):
                raise FileUnwritable("the disk is full", remedy="make room on the disk") from None
            if isinstance(error, duckdb.OutOfMemoryException):
                remedy = "give it more with --memory-mb, or take --engine spark"
                raise MemoryExceeded(said, remedy=remedy) from None
            if "maximum_object_size" in str(error):
                raise RecordTooLong("holds a record that is too long") from None
            if isinstance(error, duckdb.IOException):
                raise InputUnreadable(
                    f"cannot be read: {said}", remedy="download the file again"
                ) from None
            raise

    def stream(self, table: ibis.Table) -> Iterator[tuple[Any, ...]]:
        """See `Engine`."""
        with self.errors():
            found = self._connection.con.sql(self._connection.compile(table))
            for batch in found.to_arrow_reader(CHUNK):
                yield from tuples(batch)

    def close(self) -> None:
        """See `Engine`."""
        self._connection.disconnect()
