"""A version of the store being made: its parts, its engine, and the switch to it.

Everything that belongs to a version, its parts included, is in one folder, which is removed unless
it is published. One link makes all of it current at once.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from itertools import islice, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Final

from coopgraph.store.changes import change_graph
from coopgraph.store.files import to_json, writing
from coopgraph.store.folder import Folder
from coopgraph.store.loader import GrowingFile, Loader
from coopgraph.store.parts import Manifest, Part, PartWriter, part_file, read_manifest
from coopgraph.store.statements import broken_part
from coopgraph.vocabulary import graph_iri

if TYPE_CHECKING:
    import pyoxigraph


_NUMBER_WIDTH: Final = 6
#: Parts of at most this many triples are loaded together.
_SMALL: Final = 100_000
_BATCH: Final = 50_000
_FILES: Final = (".nt", ".json", ".rejects.csv")


class NewVersion:
    """A version being built, invisible to readers; loads go on while others are written."""

    def __init__(self, folder: Folder, path: Path, base: Path | None = None) -> None:
        import pyoxigraph

        self.folder = folder
        self.path = path
        self._base = base or path
        self._held: dict[str, Part] = {}
        if base is not None:
            self._held = {part.graph: part for part in read_manifest(base).parts}
            pyoxigraph.Store.read_only(str(base / "engine")).backup(path / "engine")
        self.engine: pyoxigraph.Store = pyoxigraph.Store(path / "engine")
        self._loader = Loader(self.engine)

    def part_path(self, graph: str) -> Path:
        """Where the triples of a graph are kept in this version."""
        return part_file(self.path, graph)

    # --- parts ------------------------------------------------------------------------------

    def write_part(
        self, graph: str, origin: str, lines: Iterable[str], *, ordered: bool = False
    ) -> Part:
        """Write the `lines` of a graph, sorted and distinct, and return its part.

        `ordered` lines are that already, and are written as they come.
        """
        if not ordered:
            lines = _distinct(sorted(lines))
        with self.stream_part(graph, origin, load=False) as stream:
            rest = iter(lines)
            while batch := list(islice(rest, _BATCH)):
                stream.write(batch)
            return stream.finish()

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
                yield PartWriter(graph, origin, path, stream, growing)
            finally:
                growing.close()

    def keep(self, part: Part, source: Folder | None = None) -> Part:
        """Take a part over from the version before, or from the store in another folder."""
        for suffix in _FILES:
            old = (source or self.folder).part_path(part.graph).with_suffix(suffix)
            new = self.part_path(part.graph).with_suffix(suffix)
            new.parent.mkdir(parents=True, exist_ok=True)
            try:
                _link(old, new)
            except FileNotFoundError as error:
                if suffix == ".nt":
                    raise broken_part(old, error) from None
        return part

    def discard(self, part: Part) -> None:
        """Remove the files of a part of this version."""
        for suffix in _FILES:
            self.part_path(part.graph).with_suffix(suffix).unlink(missing_ok=True)

    # --- the engine -------------------------------------------------------------------------

    def load(self, parts: Sequence[Part]) -> None:
        """Have parts loaded into their named graphs, those that the base does not hold.

        Each bulk load writes files of its own, so that small parts go together in one.
        `wait` raises what went wrong.
        """
        new = [part for part in parts if self._held.get(part.graph) != part]
        for part in new:
            self._drop(part.graph)
        small = [part for part in new if part.triples <= _SMALL]
        quads = b"".join(line for part in small for line in self._quads(part))
        if quads:
            self._loader.quads(quads)
        for part in new:
            if part.triples > _SMALL:
                path, place = self.part_path(part.graph), self.folder.part_path(part.graph)
                ours = part.origin != "import"  # written for this version
                self._loader.file(path, graph_iri(part.graph), place, ours=ours)

    def replace(self, part: Part) -> None:
        """Load a derived part; of one that the base holds, only what is new or gone changes."""
        before = self._held.pop(part.graph, None)
        if before is None:
            self.load([part])
        elif before != part:
            self.wait()
            old, new = part_file(self._base, part.graph), self.part_path(part.graph)
            change_graph(self.engine, graph_iri(part.graph), old, new)

    def drop_others(self, parts: Sequence[Part]) -> None:
        """Remove the graphs of the base that are not among `parts`."""
        for graph in self._held.keys() - {part.graph for part in parts}:
            self._drop(graph)

    def wait(self) -> None:
        """Wait until everything is loaded; raises `StoreDamaged` for a broken file."""
        self._loader.wait()

    def _drop(self, graph: str) -> None:
        from pyoxigraph import NamedNode

        if self._held.pop(graph, None) is not None:
            self.engine.remove_graph(NamedNode(graph_iri(graph)))

    def _quads(self, part: Part) -> Iterator[bytes]:
        """The lines of a part as N-Quads."""
        end = f" <{graph_iri(part.graph)}> .\n".encode()
        try:
            for line in self.part_path(part.graph).read_bytes().splitlines():
                if not line.endswith(b" ."):
                    raise ValueError("a line does not end with a point")
                yield line[:-2] + end
        except (FileNotFoundError, ValueError) as error:
            raise broken_part(self.folder.part_path(part.graph), error) from None

    # --- the switch -------------------------------------------------------------------------

    def publish(self, manifest: Manifest) -> Path:
        """Close the version and make it the current one; remove all but these two: the new
        one and the one that readers had before."""
        self.wait()
        self.engine.flush()
        self.close()  # closes the files before they are moved
        (self.path / "manifest.json").write_bytes(to_json(asdict(manifest)))
        versions = self.folder.path / "versions"
        numbers = sorted(int(p.name) for p in versions.iterdir() if p.name.isdigit())
        final = versions / f"{(numbers[-1] if numbers else 0) + 1:0{_NUMBER_WIDTH}}"
        self.path.rename(final)
        before = self.folder.switch(final)
        for version in versions.iterdir():
            if version.name.isdigit() and version.name not in (before, final.name):
                shutil.rmtree(version, ignore_errors=True)
        return final

    def close(self) -> None:
        """Stop loading and close the engine."""
        self._loader.close()
        if hasattr(self, "engine"):
            del self.engine


@contextlib.contextmanager
def new_version(folder: Folder, base: Path | None = None) -> Iterator[NewVersion]:
    """A version to fill, empty or with what the version `base` holds.

    It is thrown away unless `publish` was called. Needs the lock.
    """
    versions = folder.path / "versions"
    with writing(folder.path):
        versions.mkdir(parents=True, exist_ok=True)
        for left_over in versions.glob(".building-*"):
            shutil.rmtree(left_over, ignore_errors=True)
        place = versions / f".building-{os.getpid()}"
        place.mkdir()
        try:
            with contextlib.closing(NewVersion(folder, place, base)) as version:
                yield version
        finally:
            shutil.rmtree(place, ignore_errors=True)


def _distinct(lines: Sequence[str]) -> Iterator[str]:
    """Sorted lines, each once."""
    yield from lines[:1]
    yield from (line for before, line in pairwise(lines) if line != before)


def _link(old: Path, new: Path) -> None:
    """The same file at another place, copied where the disk knows no hard links."""
    try:
        os.link(old, new)
    except FileNotFoundError:
        raise
    except OSError:
        shutil.copyfile(old, new)
