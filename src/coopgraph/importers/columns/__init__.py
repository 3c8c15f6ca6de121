"""Publications, projects and awards of any file, by a map of its columns (`column_map`).

CSV, TSV, XLSX, JSON, JSON lines, Parquet and RIS (`records`). Institutions come as they are
printed (`bodies`); which organisation each is, is derived with every build. What is said of them
is in the terms of the other imports, so that the same questions see it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Final

from coopgraph.errors import UsageError
from coopgraph.importers.base import Importer, Input, Ledger, find_inputs, option
from coopgraph.importers.columns.column_map import ColumnMap, read_map, shipped_maps
from coopgraph.importers.columns.projects import project_lines
from coopgraph.importers.columns.publications import publication_lines
from coopgraph.importers.columns.records import SUFFIXES

_KINDS: Final[dict[str, Callable[[ColumnMap, list[Input], Ledger], Iterator[str]]]] = {
    "publications": publication_lines,
    "projects": project_lines,
    "awards": project_lines,
}


@dataclass(frozen=True)
class MapOptions:
    """By which map the files are read."""

    map: str = option(
        "", "the map of the columns: a TOML file, or scopus, web-of-science, ris.", metavar="MAP"
    )


def triples(inputs: list[Input], ledger: Ledger, map: str = "") -> Iterator[str]:  # noqa: A002
    """The N-Triples lines of all records of the files. Raises `UsageError` without a map,
    `InputUnreadable` for a map or a file that cannot be used."""
    if not map:
        *most, last = shipped_maps()
        raise UsageError(
            "no map of the columns is named",
            remedy=f"--map {', '.join(most)} or {last}, or --map FILE; --write-map begins one",
        )
    columns = read_map(map)
    yield from _KINDS[columns.kind](columns, inputs, ledger)


IMPORTER: Final = Importer(
    kind="map",
    licence="",
    find=partial(find_inputs, accept=lambda name: name.removesuffix(".gz").endswith(SUFFIXES)),
    triples=triples,
    per_file=True,
    appends=False,  # works are counted over all its files
    options=MapOptions,
    configured=lambda options, _scratch: partial(triples, **options),
)
