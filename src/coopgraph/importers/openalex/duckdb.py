"""DuckDB counts works: in this process, out of core, within the memory that it is given.

https://duckdb.org/docs/stable/guides/performance/how_to_tune_workloads
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from coopgraph.errors import FileUnwritable, InputUnreadable, MemoryExceeded, needs_extra
from coopgraph.importers.openalex.engine import (
    CHUNK,
    Engine,
    Options,
    RecordTooLong,
    Shape,
    first_line,
    tuples,
)
from coopgraph.importers.openalex.files import LONGEST
from coopgraph.libraries import ibis

#: The longest record that is expected; what DuckDB itself takes for its limit.
_USUAL: Final = 16 << 20
#: What each thread needs: a record twice, and room to count.
_THREAD_MB: Final = 128


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
