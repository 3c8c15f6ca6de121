"""The rows of a Parquet file (https://parquet.apache.org), some at a time."""

import contextlib
from collections.abc import Collection, Iterator
from typing import IO, Any, Final

from coopgraph.errors import needs_extra
from coopgraph.importers.base import Input

_ROWS: Final = 1_000


def parquet_rows(source: Input, wanted: Collection[str] = ()) -> Iterator[dict[str, Any]]:
    """The rows of a file as Python values, of all or of some of its columns. Raises
    `InputUnreadable`, and `ExtraMissing` without pyarrow."""
    with _errors(source), source.open() as stream:
        file = _opened(stream)
        there = [name for name in file.schema_arrow.names if not wanted or name in wanted]
        for batch in file.iter_batches(_ROWS, columns=there):
            yield from batch.to_pylist()


def parquet_columns(source: Input) -> list[str]:
    """The names of the columns of a file."""
    with _errors(source), source.open() as stream:
        return [*_opened(stream).schema_arrow.names]


def _opened(stream: IO[bytes]) -> Any:
    import pyarrow.parquet as parquet

    return parquet.ParquetFile(stream)


@contextlib.contextmanager
def _errors(source: Input) -> Iterator[None]:
    """What pyarrow says of a file, as our errors."""
    with needs_extra("openalex", "pyarrow"):
        from pyarrow import ArrowException
    try:
        yield
    except ArrowException as error:
        said = (str(error).splitlines() or [""])[0][:200]
        raise source.unreadable(f"is not Parquet: {said}") from None
