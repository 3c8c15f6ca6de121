"""A version of the store being made: its parts, its engine, and the switch to it.

Everything that belongs to a version, its parts included, is in one folder, which is removed unless
it is published. One file makes all of it current at once.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from itertools import islice, pairwise
from pathlib import Path
from typing import Any, Final

from coopgraph.errors import StoreDamaged
from coopgraph.store.builds import ENGINE, UNLISTED, Build, state_of, write_digests
from coopgraph.store.embedded import Store
from coopgraph.store.examination import remember
from coopgraph.store.files import link_file, sync_folder, sync_tree, to_json, writing
from coopgraph.store.folder import Folder
from coopgraph.store.loader import END, GrowingFile, Loader, broken_part
from coopgraph.store.parts import (
    MANIFEST_FILES,
    WHOLE,
    Manifest,
    Part,
    PartWriter,
    fault_of,
    part_file,
    read_manifest,
    refuse_faults,
    whole_of,
    with_wholes,
)
from coopgraph.vocabulary import graph_iri

#: Parts of at most this many triples are loaded together.
_SMALL: Final = 100_000
_BATCH: Final = 50_000


class NewVersion:
    """A version being built, invisible to readers; loads go on while others are written."""

    def __init__(self, folder: Folder, path: Path, base: Path | None = None) -> None:
        import pyoxigraph

        self.folder = folder
        self.path = path
        self.is_published = False
        #: The build in whose place this version comes; else it comes before all others.
        self.replaced: Build | None = None
        self._kept: dict[str, Path] = {}
        self._held: dict[str, Part] = {}
        self._base: tuple[Part, ...] = ()
        if base is not None:
            self._base = read_manifest(base).parts
            self._held = {part.graph: part for part in self._base}
            pyoxigraph.Store.read_only(str(base / ENGINE)).backup(path / ENGINE)
        self.engine: pyoxigraph.Store = pyoxigraph.Store(path / ENGINE)
        self._loader = Loader(self.engine)

    def part_path(self, graph: str) -> Path:
        """Where the triples of a graph are while this version is made."""
        return self._kept.get(graph) or part_file(self.path, graph)

    def rejects_path(self, graph: str) -> Path:
        """Where the list of the rejected records of an import is written."""
        return part_file(self.path, graph).with_suffix(".rejects.csv")

    def works_path(self, graph: str) -> Path:
        """Where the works with a DOI that an import counts are written."""
        return part_file(self.path, graph).with_suffix(".works.gz")

    def works_of(self, part: Part) -> Path:
        """The works with a DOI that an import counts: new ones, or those that were kept."""
        new = self.works_path(part.graph)
        return new if new.exists() else self.folder.works_path(part)

    # --- parts ------------------------------------------------------------------------------

    def write_part(self, graph: str, origin: str, lines: Iterable[str]) -> Part:
        """Write the `lines` of a graph, sorted and distinct, and return its part."""
        return self.copy_part(graph, origin, _distinct(sorted(lines)))

    def copy_part(
        self, graph: str, origin: str, lines: Iterable[str], about: dict[str, Any] | None = None
    ) -> Part:
        """Write the `lines` of a graph as they come, and return its part."""
        with self.stream_part(graph, origin, load=False) as stream:
            rest = iter(lines)
            while batch := list(islice(rest, _BATCH)):
                stream.write(batch)
            return stream.finish(about)

    @contextlib.contextmanager
    def stream_part(
        self, graph: str, origin: str = "import", *, load: bool = True
    ) -> Iterator[PartWriter]:
        """A writer for a graph, in the order in which its lines come; with `load` they are
        loaded while they are written."""
        path = self.part_path(graph)
        path.parent.mkdir(parents=True, exist_ok=True)
        growing = GrowingFile(path)
        with path.open("wb") as stream:
            if load:
                self._drop(graph)
                self._loader.follow(growing, graph_iri(graph))
            try:
                yield PartWriter(graph, origin, stream, growing)
            finally:
                growing.close()

    def keep(
        self, parts: Iterable[Part], source: Folder | None = None, *, fresh: bool = False
    ) -> tuple[list[Part], list[str]]:
        """Take parts over from the version before, or from the store in another folder. Raises
        `PartDamaged`, which names those that are missing or not what was recorded; if `fresh`, they
        are left out, and told of."""
        folder = source or self.folder
        if folder.path != self.folder.path or fresh:
            parts = [self._without_rest(part, folder) for part in parts]
        found = [(part, folder.part_path(part)) for part in with_wholes(parts)]
        faults = [(part, path, fault) for part, path in found if (fault := fault_of(part, path))]
        if not fresh:
            lost = ((part, folder.works_path(part), folder.works_fault(part)) for part, _ in found)
            refuse_faults([*faults, *(each for each in lost if each[2])])
        left = {part.graph for part, _, _ in faults}
        kept = [(part, path) for part, path in found if part.graph not in left]
        for part, path in kept:
            if source is None or source.path == self.folder.path:
                self._kept[part.graph] = path
                continue
            link_file(path, self.part_path(part.graph))
            for beside, to in (
                (source.rejects_path(part), self.rejects_path(part.graph)),
                (source.works_path(part), self.works_path(part.graph)),
            ):
                with contextlib.suppress(FileNotFoundError):
                    link_file(beside, to)
        return [part for part, _ in kept if not part.graph.endswith(WHOLE)], [
            f"{part.graph} is left out: {path} {fault}" for part, path, fault in faults
        ]

    @staticmethod
    def _without_rest(part: Part, folder: Folder) -> Part:
        """A part of which only the graph is whole is all that there is."""
        whole = whole_of(part)
        lost = {"works"} if folder.works_fault(part) else set()
        if "whole" in part.about and fault_of(whole, folder.part_path(whole)):
            lost.add("whole")
        return replace(part, about={k: v for k, v in part.about.items() if k not in lost})

    def set_whole(self, part: Part) -> Path:
        """Set the file of all that an import holds aside, for `reduce`; returns its place."""
        place, whole = part.graph, f"{part.graph}{WHOLE}"
        kept = self._kept.pop(place, None)
        if "whole" in part.about:
            if not self.part_path(whole).exists():
                self._kept[whole] = self.folder.part_path(whole_of(part))
            return self.part_path(whole)
        if kept is not None:
            self._kept[whole] = kept
        else:
            self.part_path(place).rename(self.part_path(whole))
        return self.part_path(whole)

    def reduce(self, part: Part, lines: Iterable[Sequence[bytes]]) -> Part:
        """The import `part`, set aside before, with a graph of only these of its lines (in batches,
        with line ends); all of it is kept beside."""
        about = {name: said for name, said in part.about.items() if name != "whole"}
        whole = replace(whole_of(part), graph=part.graph, about=about)
        with self.stream_part(part.graph, part.origin, load=False) as stream:
            for batch in lines:
                stream.write_bytes(batch)
            found = stream.finish(
                about | {"whole": {"sha256": whole.sha256, "triples": whole.triples}}
            )
        if found.sha256 != whole.sha256:
            return found
        aside = f"{part.graph}{WHOLE}"
        if (kept := self._kept.pop(aside, None)) is not None:
            self._kept[part.graph] = kept
        else:
            self.part_path(aside).replace(self.part_path(part.graph))
        return whole

    def rewrite(self, part: Part, lines: Iterable[str]) -> Part:
        """A part that was kept, with other lines."""
        del self._kept[part.graph]
        return self.copy_part(part.graph, part.origin, lines, part.about)

    def discard(self, part: Part) -> None:
        """Remove the file of a part that was written for this version."""
        self.part_path(part.graph).unlink()

    # --- the engine -------------------------------------------------------------------------

    def load(self, parts: Sequence[Part]) -> None:
        """Have parts loaded into their named graphs, those that the base does not hold. Each bulk
        load writes files of its own, so that small parts go together in one. `wait` raises what
        went wrong."""
        new = [part for part in parts if self._held.get(part.graph) != part]
        for part in new:
            self._drop(part.graph)
        small = [part for part in new if part.triples <= _SMALL]
        if quads := b"".join(map(self._quads, small)):
            self._loader.quads(quads, ours=all(part.origin != "import" for part in small))
        for part in new:
            if part.triples > _SMALL:
                ours = part.origin != "import"  # written for this version
                path = self.part_path(part.graph)
                self._loader.file(path, graph_iri(part.graph), ours=ours)

    def replace(self, parts: Sequence[Part]) -> None:
        """Load derived parts; of one that the base holds, only what is new or gone changes."""
        new = []
        for part in parts:
            before = self._held.get(part.graph)
            if before is None or fault_of(before, old := self.folder.part_path(before)):
                new.append(part)
            elif before != part:
                self._held[part.graph] = part
                self._loader.change(graph_iri(part.graph), old, self.part_path(part.graph))
        self.load(new)

    def drop_others(self, parts: Sequence[Part], leaving: Container[str] = ()) -> None:
        """Remove the graphs of the base that are not among `parts`, nor among `leaving`."""
        for graph in self._held.keys() - {part.graph for part in parts}:
            if graph not in leaving:
                self._drop(graph)

    def wait(self) -> None:
        """Wait until everything is loaded; raises `StoreDamaged` for a broken file."""
        self._loader.wait()

    def _drop(self, graph: str) -> None:
        from pyoxigraph import NamedNode

        if self._held.pop(graph, None) is not None:
            self.engine.remove_graph(NamedNode(graph_iri(graph)))

    def _quads(self, part: Part) -> bytes:
        """The lines of a part as N-Quads."""
        try:
            lines = self.part_path(part.graph).read_bytes()
            if not lines.count(b"\n") == lines.count(END) == part.triples:
                raise ValueError("a line does not end with a point")
        except (FileNotFoundError, ValueError) as error:
            raise broken_part(self.part_path(part.graph), error) from None
        return lines.replace(END, f" <{graph_iri(part.graph)}>".encode() + END)

    # --- the switch -------------------------------------------------------------------------

    def publish(self, manifest: Manifest) -> Path:
        """Close the version and, once it has answered a query, make it the current one. Everything
        is on the disk before the file that names it. Raises `StoreDamaged` where the version does
        not answer as it must; the one before then stays."""
        if any(part.triples > _SMALL and part not in self._base for part in manifest.parts):
            self._loader.compact()  # halves the time of a look-up, for a sixth of an import's
        self.wait()
        self.engine.flush()
        self.close()  # closes the files before they are moved
        write_digests(self.path)
        for name in MANIFEST_FILES:
            (self.path / name).write_bytes(to_json(asdict(manifest)))
        (self.path / UNLISTED).touch()
        sync_tree(self.path, leaving="parts")  # those that are new are synced one by one
        final = self.folder.next_version()
        self.path.rename(final)
        self.path = final
        self.folder.take(final, manifest.parts)
        sync_folder(final.parent)
        _ask(final, manifest)
        remember(self.folder.switch(final, self.replaced), state_of(final))
        self.is_published = True
        return final

    def close(self) -> None:
        """Stop loading and close the engine: nothing may hold it any more."""
        if hasattr(self, "engine"):
            self._loader.close()
            del self._loader, self.engine


@contextlib.contextmanager
def new_version(folder: Folder, base: Path | None = None) -> Iterator[NewVersion]:
    """A version to fill, empty or with what the version `base` holds. It is thrown away unless
    `publish` was called. Needs the lock."""
    with writing(folder.path):
        folder.begin()
        place = folder.path / "versions" / f".building-{os.getpid()}"
        place.mkdir()
        version = None
        try:
            with contextlib.closing(NewVersion(folder, place, base)) as version:
                yield version
        finally:
            if version is None or not version.is_published:
                folder.discard([place if version is None else version.path])


def _ask(version: Path, manifest: Manifest) -> None:
    """Have a version answer as a reader will ask it."""
    answer = Store.open_version(version).select("SELECT DISTINCT ?g { GRAPH ?g { } }")
    found = {graph.value for (graph,) in answer}
    if found != {graph_iri(part.graph) for part in manifest.parts if part.triples}:
        raise StoreDamaged(
            "the new version does not hold the graphs that were written",
            place=str(version),
            remedy="the version before stays; run: coopgraph build --fresh",
        )


def _distinct(lines: Sequence[str]) -> Iterator[str]:
    """Sorted lines, each once."""
    yield from lines[:1]
    yield from (line for before, line in pairwise(lines) if line != before)
