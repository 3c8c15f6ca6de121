"""Parts to a version: load them, derive what follows meanwhile, describe, index, publish."""

import contextlib
import gc
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from coopgraph.compiler.provenance import PROVENANCE_GRAPH, provenance_triples, source_titles
from coopgraph.identity import GRAPH_NAME as IDENTITY_GRAPH
from coopgraph.identity import Identity
from coopgraph.measures.triples import MEASURES_GRAPH, record_measures
from coopgraph.observation import OBSERVED_GRAPH, TECHNOLOGIES_GRAPH, Observed, Technologies
from coopgraph.reconciliation import GRAPH_NAME, reconcile
from coopgraph.search import INDEX_FILE, IndexWriter, Labels
from coopgraph.store import Folder, Manifest, NewVersion, Part, Readers, Store
from coopgraph.store.examination import examine
from coopgraph.tables.shorthand import shorthand
from coopgraph.vocabulary import VERSION

#: Graphs that are derived while the others are loaded and name entities; the rest name none.
_NAMING: Final = frozenset({IDENTITY_GRAPH, TECHNOLOGIES_GRAPH})
#: Removing a triple from the engine costs this many times what loading one costs.
_COST_OF_REMOVAL: Final = 5
#: Graphs made of answers of the store, none of which reads them: they stay until it has answered.
_CONCLUDED: Final = frozenset({GRAPH_NAME, MEASURES_GRAPH, PROVENANCE_GRAPH})


@dataclass(frozen=True)
class Compiled:
    """A published version: its manifest, the size of its index, its folder."""

    manifest: Manifest
    entities: int
    version: Path


def base_of(folder: Folder, leaving: str = "", *, fresh: bool = False) -> Path | None:
    """The current version, where it is quicker to go on from its triples than to reload all.
    `leaving` is the graph that an import makes, replaces or removes. Only imports make it worth
    while, as curated graphs are small, and a graph that is new, as all else is kept. From a damaged
    one nothing is taken."""
    if fresh:
        return None
    if not (builds := folder.builds()):
        return None
    current = builds[0]
    parts = current.manifest.parts
    gone = sum(part.triples for part in parts if part.graph == leaving)
    kept = [part for part in parts if part.graph != leaving]
    is_new = bool(leaving) and kept == [*parts]
    worth = (is_new or any(part.origin == "import" for part in kept)) and (
        sum(part.triples for part in kept) > _COST_OF_REMOVAL * gone
    )
    return current.path if worth and not examine(current) else None


def compile_version(version: NewVersion, parts: Sequence[Part]) -> Compiled:
    """Complete a version that holds curated and imported `parts`, and publish it. What is derived
    from them is computed while the engine loads them."""
    with _uncollected():
        derivation = _Derivation(version)
        for part in parts:
            derivation.read(part)
        derived = derivation.write()
    version.drop_others([*parts, *derived], leaving=_CONCLUDED)
    version.replace(derived)
    with IndexWriter(version.path / INDEX_FILE) as index:
        index.add(derivation.labels)
        last = _conclude(version, [*parts, *derived])
        index.add(_labels(version, [part for part in derived if part.graph in _NAMING] + last))
        entities = index.entities
    everything = sorted([*parts, *derived, *last], key=lambda part: part.graph)
    if any(part.origin == "import" for part in parts):
        from coopgraph.view.drawings import keep_drawings

        version.wait()
        keep_drawings(Store(version.engine), version.path)
    manifest = Manifest(VERSION, tuple(everything))
    return Compiled(manifest, entities, version.publish(manifest))


@contextlib.contextmanager
def _uncollected() -> Iterator[None]:
    """Without the search for reference cycles: millions of records are held, and none is one. It
    costs a fifth of the time of what is derived."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class _Derivation:
    """What is derived from the statements of the parts, all in one reading."""

    def __init__(self, version: NewVersion) -> None:
        self._version = version
        self._readers = Readers()
        self.labels = Labels(self._readers)
        self._identity = Identity(self._readers)
        self._technologies = Technologies(self._readers)
        self._observed = Observed(self._readers, self._technologies)

    def read(self, part: Part) -> None:
        """Read the statements of a part."""
        self._identity.begin(part.graph)
        self._readers.read_file(self._version.part_path(part.graph))

    def write(self) -> list[Part]:
        """Write the derived parts; one without a triple is none."""
        write, copy = self._version.write_part, self._version.copy_part
        canonical = self._identity.resolution.canonical

        def organisation(record: bytes) -> bytes:
            name = record[1:-1].decode()
            return f"<{canonical.get(name, name)}>".encode()

        for body, country in self._identity.printed_countries():
            self._observed.place(body.encode(), country.encode())
        parts = [
            write(IDENTITY_GRAPH, "derived", shorthand(self._identity.triples())),
            write(TECHNOLOGIES_GRAPH, "derived", shorthand(self._technologies.triples())),
            copy(OBSERVED_GRAPH, "derived", self._observed.triples(organisation)),
        ]
        for part in parts:
            if not part.triples:
                self._version.discard(part)
        return [part for part in parts if part.triples]


def _conclude(version: NewVersion, parts: Sequence[Part]) -> list[Part]:
    """What is asked of the complete store: the reconciliation, the measures, and last of all
    the description of all graphs."""
    version.wait()
    found: list[Part] = []
    store = Store(version.engine)
    for graph, derive in ((GRAPH_NAME, reconcile), (MEASURES_GRAPH, record_measures)):
        if lines := derive(store):
            found.append(version.write_part(graph, "derived", shorthand(lines)))
    described = [*parts, *found]
    titles = source_titles(store, described)
    description = provenance_triples(described, VERSION, titles)
    found.append(version.write_part(PROVENANCE_GRAPH, "derived", shorthand(description)))
    version.drop_others([*parts, *found])
    version.replace(found)
    return found


def _labels(version: NewVersion, parts: Sequence[Part]) -> Labels:
    """The labels in derived parts."""
    readers = Readers()
    labels = Labels(readers)
    for part in parts:
        readers.read_file(version.part_path(part.graph))
    return labels
