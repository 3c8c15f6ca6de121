"""DuckDB counts works: in this process, out of core, within the memory that it is given.

https://duckdb.org/docs/stable/guides/performance/how_to_tune_workloads
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import FileUnwritable, InputUnreadable, MemoryExceeded
from .openalex_engines import CHUNK, Engine, Options, first_line, tuples
from .openalex_files import LONGEST

if TYPE_CHECKING:
    import ibis


class DuckDb(Engine):
    """A database of its own in `scratch`, which it also spills to."""

    def __init__(self, options: Options, scratch: Path) -> None:
        import ibis

        spill = scratch / "spill"
        spill.mkdir()
        self._connection = ibis.duckdb.connect(
            scratch / "works.duckdb",
            memory_limit=f"{options.memory_mb}MB",
            temp_directory=str(spill),
            preserve_insertion_order=False,
        )
        self._connection.raw_sql("SET enable_progress_bar = false")  # it writes to our output

    def read(self, folder: Path, columns: dict[str, str]) -> ibis.Table:
        """See `Engine`."""
        import ibis
        from ibis.backends.sql.datatypes import DuckDBType

        types = {name: DuckDBType.to_string(ibis.dtype(kind)) for name, kind in columns.items()}
        return self._connection.read_json(
            sorted(map(str, folder.iterdir())),
            columns=types,
            format="newline_delimited",
            ignore_errors=True,  # what is no record comes as one without an id
            filename=True,
            maximum_object_size=LONGEST,
        )

    def keep(self, name: str, table: ibis.Table) -> ibis.Table:
        """See `Engine`."""
        return self._connection.create_table(name, table)

    def rows(self, table: ibis.Table) -> list[tuple[Any, ...]]:
        """See `Engine`."""
        return tuples(table.to_pyarrow())

    def stream(self, table: ibis.Table) -> Iterator[tuple[Any, ...]]:
        """See `Engine`."""
        found = self._connection.con.sql(self._connection.compile(table))
        for batch in found.to_arrow_reader(CHUNK):
            yield from tuples(batch)

    @contextlib.contextmanager
    def running(self) -> Iterator[Engine]:
        """See `Engine`."""
        try:
            with _errors():
                yield self
        finally:
            self._connection.disconnect()


@contextlib.contextmanager
def _errors() -> Iterator[None]:
    """What DuckDB says of memory, disk and files, as errors of ours."""
    import duckdb

    try:
        yield
    except duckdb.OutOfMemoryException as error:
        if "space" in str(error).lower() and "device" in str(error).lower():
            raise FileUnwritable(first_line(error), remedy="make room on the disk") from None
        raise MemoryExceeded(
            first_line(error), remedy="give it more with --memory-mb, or take --engine spark"
        ) from None
    except duckdb.IOException as error:
        if "No space left" in str(error):
            raise FileUnwritable("the disk is full", remedy="make room on the disk") from None
        raise InputUnreadable(
            f"cannot be read: {first_line(error)}", remedy="download the file again"
        ) from None
