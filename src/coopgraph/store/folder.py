"""The store's folder: parts, versions, the lock and the switch."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import StoreDamaged, StoreLocked, StoreMissing, UsageError
from ..vocabulary import graph_iri
from .files import replace_file, to_json, writing
from .parts import Manifest, Part, PartWriter, read_part

if TYPE_CHECKING:
    import pyoxigraph

DEFAULT = ".coopgraph"
_NUMBER_WIDTH = 6
#: Parts of so many triples at most are loaded together.
_SMALL = 100_000


class Folder:
    """A store's folder, by default `.coopgraph` in the working folder."""

    def __init__(self, path: str | Path = DEFAULT) -> None:
        if "://" in str(path):
            raise UsageError(
                "a store is a folder, not a URL", place=str(path), remedy="name a folder"
            )
        self.path = Path(path)

    def current(self) -> Path:
        """The folder of the current version.

        Raises `StoreMissing` where nothing has been built, `StoreDamaged` where the link
        leads nowhere.
        """
        link = self.path / "current"
        if not link.is_symlink():
            raise StoreMissing(
                "there is no store here", place=str(self.path), remedy="run: coopgraph build"
            )
        if not (link / "manifest.json").is_file():
            raise StoreDamaged(
                "the store is incomplete", place=str(self.path), remedy="run: coopgraph build"
            )
        return link.resolve()

    def exists(self) -> bool:
        """Whether a version has been built."""
        return (self.path / "current").is_symlink()

    def parts(self) -> list[Part]:
        """The parts on disk, by graph name."""
        return sorted(
            (read_part(path) for path in (self.path / "parts").rglob("*.json")),
            key=lambda part: part.graph,
        )

    def part_path(self, graph: str) -> Path:
        """Where the triples of a graph are kept."""
        return self.path / "parts" / f"{graph}.nt"

    def write_part(self, graph: str, origin: str, lines: Iterable[str]) -> Part:
        """Write the sorted, distinct `lines` of a graph and return its part."""
        data = "".join(f"{line}\n" for line in sorted(set(lines))).encode()
        part = Part(graph, origin, data.count(b"\n"), hashlib.sha256(data).hexdigest())
        path = self.part_path(graph)
        with writing(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            replace_file(path, data)
            replace_file(path.with_suffix(".json"), to_json(asdict(part)))
        return part

    @contextlib.contextmanager
    def stream_part(self, graph: str) -> Iterator[PartWriter]:
        """A writer for an imported graph, in the order in which its lines come.

        The old part stays until `PartWriter.finish` was called; without it nothing changes.
        """
        path = self.part_path(graph)
        with writing(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            temporary = path.with_name(f".{path.name}.{os.getpid()}.new")
            try:
                with temporary.open("wb") as stream:
                    yield PartWriter(graph, path, temporary, stream)
            finally:
                temporary.unlink(missing_ok=True)

    def drop_part(self, graph: str) -> None:
        """Remove the files of a graph; the current version keeps it until the next build."""
        for suffix in (".json", ".nt"):
            self.part_path(graph).with_suffix(suffix).unlink(missing_ok=True)

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the folder against other builds; raises `StoreLocked` where one is running."""
        with writing(self.path):
            self.path.mkdir(parents=True, exist_ok=True)
            handle = (self.path / "lock").open("w")
        with handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise StoreLocked(
                    "another process is building this store",
                    place=str(self.path),
                    remedy="wait until it has ended and try again",
                ) from None
            yield

    @contextlib.contextmanager
    def new_version(self, base: Path | None = None) -> Iterator[NewVersion]:
        """A version to fill, empty or a hard-linked copy of the version `base`.

        It is thrown away unless `publish` was called. Needs the lock.
        """
        versions = self.path / "versions"
        with writing(self.path):
            versions.mkdir(parents=True, exist_ok=True)
            for left_over in versions.glob(".building-*"):
                shutil.rmtree(left_over, ignore_errors=True)
            for left_over in (self.path / "parts").rglob(".*.new"):
                left_over.unlink(missing_ok=True)
            place = versions / f".building-{os.getpid()}"
            place.mkdir()
        try:
            with writing(self.path):
                yield NewVersion(self, place, base)
        finally:
            shutil.rmtree(place, ignore_errors=True)


class NewVersion:
    """A version being built, invisible to readers."""

    def __init__(self, folder: Folder, path: Path, base: Path | None = None) -> None:
        import pyoxigraph

        self.folder = folder
        self.path = path
        if base is not None:
            pyoxigraph.Store.read_only(str(base / "engine")).backup(path / "engine")
        self.engine: pyoxigraph.Store = pyoxigraph.Store(path / "engine")

    def drop(self, graph: str) -> None:
        """Remove a named graph that came with the base."""
        from pyoxigraph import NamedNode

        self.engine.remove_graph(NamedNode(graph_iri(graph)))

    def load(self, parts: Sequence[Part]) -> None:
        """Bulk-load parts into their named graphs; raises `StoreDamaged` for a broken file.

        Each bulk load writes files of its own, so that small parts go together in one.
        """
        from pyoxigraph import NamedNode, RdfFormat

        small = [part for part in parts if part.triples <= _SMALL]
        quads = b"".join(line for part in small for line in self._quads(part))
        if quads:
            self._bulk_load("parts", input=quads, format=RdfFormat.N_QUADS)
        for part in parts:
            if part.triples > _SMALL:
                path = self.folder.part_path(part.graph)
                graph = NamedNode(graph_iri(part.graph))
                self._bulk_load(str(path), path=path, format=RdfFormat.N_TRIPLES, to_graph=graph)

    def _quads(self, part: Part) -> Iterator[bytes]:
        """The lines of a part as N-Quads."""
        end = f" <{graph_iri(part.graph)}> .\n".encode()
        path = self.folder.part_path(part.graph)
        try:
            for line in path.read_bytes().splitlines():
                if not line.endswith(b" ."):
                    raise ValueError("a line does not end with a point")
                yield line[:-2] + end
        except (OSError, ValueError) as error:
            raise _broken_part(path, error) from None

    def _bulk_load(self, place: str, **source: Any) -> None:
        try:
            self.engine.bulk_load(**source)
        except (SyntaxError, FileNotFoundError) as error:
            raise _broken_part(place, error) from None

    def publish(self, manifest: Manifest) -> Path:
        """Close the version and make it the current one; remove all but these two: the new
        one and the one that readers had before."""
        self.engine.flush()
        del self.engine  # closes the files before they are moved
        (self.path / "manifest.json").write_bytes(to_json(asdict(manifest)))
        versions = self.folder.path / "versions"
        numbers = sorted(int(p.name) for p in versions.iterdir() if p.name.isdigit())
        final = versions / f"{(numbers[-1] if numbers else 0) + 1:0{_NUMBER_WIDTH}}"
        self.path.rename(final)
        current = self.folder.path / "current"
        before = current.readlink().name if current.is_symlink() else ""
        link = self.folder.path / ".current.new"
        link.unlink(missing_ok=True)
        link.symlink_to(Path("versions") / final.name)
        link.replace(current)
        for version in versions.iterdir():
            if version.name.isdigit() and version.name not in (before, final.name):
                shutil.rmtree(version, ignore_errors=True)
        return final


def _broken_part(place: object, error: Exception) -> StoreDamaged:
    return StoreDamaged(
        f"the part cannot be read: {error}", place=str(place), remedy="import it again"
    )
