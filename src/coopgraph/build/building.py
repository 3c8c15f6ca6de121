"""One build: every curated and derived graph anew, imports kept, one switch at the end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ..errors import TableError
from ..reconciliation import GRAPH_NAME, reconcile
from ..search import INDEX_FILE, write_index
from ..store import Folder, Manifest, NewVersion, Part, Store
from ..store.folder import DEFAULT
from ..tables.codes import read_codes
from ..tables.reading import Rows, read_tables
from ..tables.triples import table_triples
from ..vocabulary import VERSION, resources
from .ontology import ONTOLOGY_GRAPH, QUESTIONS_GRAPH, ontology_lines, question_lines
from .provenance import PROVENANCE_GRAPH, provenance_lines

#: Names of graphs that are not sources.
RESERVED = frozenset({ONTOLOGY_GRAPH, QUESTIONS_GRAPH, PROVENANCE_GRAPH})


@dataclass(frozen=True)
class Report:
    """What a build did: rows by table, triples by graph, entities in the search index, warnings."""

    rows: dict[str, int]
    parts: tuple[Part, ...]
    entities: int
    digest: str
    warnings: tuple[str, ...]
    version: Path

    @property
    def triples(self) -> int:
        """Triples in all graphs together."""
        return sum(part.triples for part in self.parts)


def build(data: Path | None = None, store: str | Path = DEFAULT) -> Report:
    """Build the store in the folder `store` from the tables in `data`, by default the shipped.

    Readers see the old store until the new one is complete. Raises `TablesInvalid` before
    anything is written, `StoreLocked`, `FileUnwritable`.
    """
    data = data or resources("data")
    codes = read_codes()
    rows = read_tables(data, codes)
    graphs = table_triples(rows, codes)
    if taken := RESERVED & graphs.keys():
        raise TableError(
            f"the key {min(taken)!r} is reserved",
            place=rows.by_key[min(taken)].place("key"),
            remedy="choose another",
        )
    folder = Folder(store)
    with folder.locked():
        imports = [part for part in folder.parts() if part.origin == "import"]
        parts = [
            folder.write_part(name, "curated", lines) for name, lines in sorted(graphs.items())
        ]
        parts.append(folder.write_part(ONTOLOGY_GRAPH, "curated", ontology_lines()))
        parts.append(folder.write_part(QUESTIONS_GRAPH, "curated", question_lines()))
        with folder.new_version() as version:
            return _compile(version, [*parts, *imports], rows, data)


def _compile(version: NewVersion, parts: list[Part], rows: Rows, data: Path) -> Report:
    """Load the parts, derive what follows, describe it all, index it, publish it."""
    folder = version.folder
    for part in parts:
        version.load(part)
    view = Store(version.engine)
    parts.append(folder.write_part(GRAPH_NAME, "derived", reconcile(view)))
    version.load(parts[-1])
    about = provenance_lines(parts, VERSION)
    parts.append(folder.write_part(PROVENANCE_GRAPH, "derived", about))
    version.load(parts[-1])
    kept = sorted(parts, key=lambda part: part.graph)
    for part in folder.parts():
        if part not in kept:
            folder.drop_part(part.graph)
    entities = write_index(view, version.path / INDEX_FILE)
    del view
    manifest = Manifest(VERSION, tuple(kept))
    warnings = tuple(_warnings(rows, data))
    counts = {name: len(found) for name, found in rows.tables.items()}
    return Report(
        counts, manifest.parts, entities, manifest.digest, warnings, version.publish(manifest)
    )


def _warnings(rows: Rows, data: Path) -> Iterator[str]:
    """What is not wrong but worth knowing: tables without a file, sources nothing is drawn from."""
    for name in rows.tables:
        if not (data / f"{name}.csv").is_file():
            yield f"{name}.csv: there is no such file, so the table has no rows"
    cited = {row.one("source") for row in rows} | {
        value for row in rows for value in row.cells.get("primary_source", ())
    }
    for row in rows.tables.get("sources", ()):
        if row.key not in cited:
            yield f"{row.place('key')}: no row cites the source {row.key!r}"
