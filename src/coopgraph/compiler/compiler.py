"""One build: every curated and derived graph rebuilt, imports kept, one switch at the end."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from coopgraph.compiler.older_imports import LAST_WITHOUT_CURRENCIES, budget_levels, upgraded
from coopgraph.compiler.ontology import (
    ONTOLOGY_GRAPH,
    QUESTIONS_GRAPH,
    ontology_triples,
    question_triples,
)
from coopgraph.compiler.provenance import PROVENANCE_GRAPH
from coopgraph.compiler.settings import default_jurisdiction
from coopgraph.compiler.version import base_of, compile_version
from coopgraph.errors import TableError
from coopgraph.store import DEFAULT, Folder, NewVersion, Part, new_version
from coopgraph.tables.codes import read_codes
from coopgraph.tables.consistency import disputed_plans, larger_parts
from coopgraph.tables.description import JURISDICTION
from coopgraph.tables.jurisdictions import has_jurisdiction, jurisdictions
from coopgraph.tables.row import Rows
from coopgraph.tables.rows import read_tables
from coopgraph.tables.shorthand import shorthand
from coopgraph.tables.triples import table_triples
from coopgraph.vocabulary import resources

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


def build(
    data: Path | None = None,
    store: str | Path = DEFAULT,
    *,
    fresh: bool = False,
    base: Folder | None = None,
    record: Mapping[str, Sequence[str]] | None = None,
) -> Report:
    """Build the store in the folder `store` from the tables in `data`, by default the shipped.

    Readers see the old store until the new one is complete. Imports are kept; large ones are
    taken over from the current version. `fresh` reloads all of them, leaves out, with a warning,
    what is missing or damaged, and starts from the versions found where the file that names the
    current one is lost; else `StoreDamaged` or `PartDamaged` names it, and nothing is changed.
    `base` is another store on the same disk whose imports are taken over instead of its own, and
    `record` further N-Triples lines for the graphs of sources: so a scenario is built. Raises
    `TablesInvalid` before anything is written, `StoreLocked`, `FileUnwritable`.
    """
    data = data or resources("data")
    codes = read_codes()
    rows = read_tables(data, codes)
    graphs = table_triples(rows, codes)
    for name, lines in (record or {}).items():
        graphs.setdefault(name, set()).update(lines)
    if taken := RESERVED & graphs.keys():
        raise TableError(
            f"the key {min(taken)!r} is reserved",
            place=rows.by_key[min(taken)].place("key"),
            remedy="choose another",
        )
    default = default_jurisdiction(data, rows)
    folder = Folder(store)
    imports = base or folder
    with (
        folder.locked(restore=fresh or base is not None),
        new_version(folder, base_of(imports, fresh=fresh)) as version,
    ):
        parts = [
            version.write_part(name, "curated", shorthand(lines))
            for name, lines in sorted(graphs.items())
        ]
        parts.append(version.write_part(ONTOLOGY_GRAPH, "curated", shorthand(ontology_triples())))
        parts.append(version.write_part(QUESTIONS_GRAPH, "curated", question_triples(default)))
        imported = [part for part in imports.parts() if part.origin == "import"]
        kept, left_out = version.keep(imported, base, fresh=fresh)
        if base is None:
            left_out += [f"version {name} {what}" for name, what in folder.lost.items()]
        parts += _of_today(version, kept, imports)
        version.load(parts)
        done = compile_version(version, parts)
    counts = {name: len(found) for name, found in rows.tables.items()}
    warnings = (*left_out, *_warnings(rows, data))
    manifest = done.manifest
    return Report(counts, manifest.parts, done.entities, manifest.digest, warnings, done.version)


def _of_today(version: NewVersion, kept: Sequence[Part], folder: Folder) -> Iterator[Part]:
    """The imports that were kept, in the terms of today's model."""
    builds = folder.builds()
    is_older = bool(builds) and builds[0].manifest.model <= LAST_WITHOUT_CURRENCIES
    for part in kept:
        if not is_older:
            yield part
            continue
        path, is_cordis = version.part_path(part.graph), part.about.get("kind") == "cordis"
        with path.open(encoding="utf-8") as lines, path.open(encoding="utf-8") as again:
            levels = budget_levels(line.rstrip("\n") for line in lines)
            texts = (line.rstrip("\n") for line in again)
            yield version.rewrite(part, upgraded(texts, levels, is_cordis=is_cordis))


def _warnings(rows: Rows, data: Path) -> Iterator[str]:
    """What is not wrong but worth knowing: tables without a file, sources nothing is drawn from,
    what is of nobody's policy and is shown only with that of all, plans whose jurisdiction is none
    of their planners', amounts that are larger than their whole."""
    for name in rows.tables:
        if not (data / f"{name}.csv").is_file():
            yield f"{name}.csv: there is no such file, so the table has no rows"
    for row in rows:
        if has_jurisdiction(row.table) and not jurisdictions(row, rows):
            place = row.place(JURISDICTION.name)
            yield f"{place}: nothing says whose policy it is about, so only --plan all shows it"
    yield from disputed_plans(rows)
    yield from larger_parts(rows)
    cited = {row.one("source") for row in rows} | {
        value for row in rows for value in row.cells.get("primary_source", ())
    }
    for row in rows.tables.get("sources", ()):
        if row.key not in cited:
            yield f"{row.place('key')}: no row cites the source {row.key!r}"
