"""A user's own tables: CSV files with the columns of `data/README.md`, each named after its table.

Rows may refer to each other and to keys of the tables that the store was built from; they must not
take a key that exists. All or nothing, as in a build: what is wrong is one line each.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from coopgraph.formats.charset import UTF_8
from coopgraph.importers.base import Importer, Input, Ledger, find_inputs, option
from coopgraph.tables.codes import read_codes
from coopgraph.tables.rows import file_name, read_beside, read_tables
from coopgraph.tables.triples import row_triples
from coopgraph.vocabulary import resources


@dataclass
class TableOptions:
    """Beside which tables the files are read."""

    data: str = option(
        "", "the folder of tables that rows may refer to (default: the store's own).", metavar="DIR"
    )


def triples(
    inputs: list[Input], ledger: Ledger, data: str = "", scratch: Path | None = None
) -> Iterator[str]:
    """The N-Triples lines of the rows, sorted; `data` is the folder of the tables beside which they
    are read, by default the shipped ones; `scratch` a folder for copies in UTF-8. Raises
    `TablesInvalid` with every problem, and `InputUnreadable` for a table in an archive."""
    for source in inputs:
        if source.member:
            raise source.unreadable("is inside an archive", "unpack it and name the folder")
    codes = read_codes()
    folder = Path(data) if data else resources("data")
    base = read_tables(folder, codes)
    paths = [_in_utf8(source, ledger, scratch) for source in inputs]
    rows, own = read_beside(paths, codes, base, folder)
    by_file: dict[str, int] = {}
    for row in own:
        by_file[row.file] = by_file.get(row.file, 0) + 1
    for source in inputs:
        ledger.account(source).add(by_file.pop(file_name(source.path), 0), 0)
    yield from sorted(row_triples(own, rows, codes))


def _in_utf8(source: Input, ledger: Ledger, scratch: Path | None) -> Path:
    """The file, or a copy: spreadsheets save CSV in the code page of their system."""
    if scratch is None or source.encoding() == UTF_8:
        return source.path
    copy = scratch / source.path.name
    with source.utf8(ledger) as stream:
        copy.write_bytes(stream.read())
    return copy


IMPORTER: Final = Importer(
    kind="table",
    licence="",
    find=partial(find_inputs, accept=lambda name: name.endswith(".csv")),
    triples=triples,
    per_file=True,
    appends=False,  # its rows may refer to each other
    options=TableOptions,
    configured=lambda options, scratch: partial(triples, scratch=scratch, **options),
)
