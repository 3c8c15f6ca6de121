"""Parts to a version: load what changed, derive what follows, describe, index, publish."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ..errors import StoreError
from ..linking import GRAPH_NAME as IDENTITY_GRAPH
from ..linking import derive_identity
from ..observation import (
    OBSERVED_GRAPH,
    TECHNOLOGIES_GRAPH,
    derive_observed,
    derive_technologies,
)
from ..reconciliation import GRAPH_NAME, reconcile
from ..search import INDEX_FILE, write_index
from ..store import Folder, Manifest, NewVersion, Part, Store, read_manifest
from ..vocabulary import VERSION
from .provenance import PROVENANCE_GRAPH, provenance_lines, source_titles

#: The derived graphs, in the order in which they are computed; each may read those before it.
DERIVATIONS: Final[tuple[tuple[str, Callable[[Store], Sequence[str]]], ...]] = (
    (GRAPH_NAME, reconcile),
    (IDENTITY_GRAPH, derive_identity),
    (TECHNOLOGIES_GRAPH, derive_technologies),
    (OBSERVED_GRAPH, derive_observed),
)
#: A version is copied by hard links where at least this share of the triples stays as it is.
_WORTH_COPYING = 0.5


@dataclass(frozen=True)
class Compiled:
    """A published version: its manifest, the size of its index, its folder."""

    manifest: Manifest
    entities: int
    version: Path


def compile_version(folder: Folder, parts: Sequence[Part], *, fresh: bool = False) -> Compiled:
    """Compile curated and imported `parts` and all that is derived from them; needs the lock.

    Parts on disk that are neither given nor derived are removed.
    """
    base = None if fresh else _base(folder, parts)
    kept = set(_unchanged(base, parts)) if base else set()
    with folder.new_version(base) as version:
        if base:
            for part in read_manifest(base).parts:
                if part not in kept:
                    version.drop(part.graph)
        version.load([part for part in parts if part not in kept])
        everything = [*parts, *_derive(version, parts)]
        everything.sort(key=lambda part: part.graph)
        for part in folder.parts():
            if part not in everything:
                folder.drop_part(part.graph)
        entities = write_index(Store(version.engine), version.path / INDEX_FILE)
        manifest = Manifest(VERSION, tuple(everything))
        return Compiled(manifest, entities, version.publish(manifest))


def _derive(version: NewVersion, parts: Sequence[Part]) -> list[Part]:
    """The derived parts, written and loaded, the description of all graphs last."""
    derived: list[Part] = []

    def add(graph: str, lines: Sequence[str]) -> None:
        if not lines:  # nothing was imported that this is derived from
            return
        part = version.folder.write_part(graph, "derived", lines)
        version.load([part])
        derived.append(part)

    for graph, derive in DERIVATIONS:
        add(graph, derive(Store(version.engine)))
    described = [*parts, *derived]
    titles = source_titles(Store(version.engine), described)
    add(PROVENANCE_GRAPH, provenance_lines(described, VERSION, titles))
    return derived


def _base(folder: Folder, parts: Sequence[Part]) -> Path | None:
    """The current version, where enough of it is worth keeping.

    Only imports make it so: curated graphs are small, and loading them anew also heals a
    damaged store.
    """
    try:
        current = folder.current()
        unchanged = _unchanged(current, parts)
    except StoreError:
        return None
    kept = sum(part.triples for part in unchanged if part.origin == "import")
    return current if kept > _WORTH_COPYING * sum(part.triples for part in parts) else None


def _unchanged(base: Path, parts: Sequence[Part]) -> list[Part]:
    held = set(read_manifest(base).parts)
    return [part for part in parts if part in held]
