"""The store's folder: parts, versions, the lock and the switch."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import FactError, FileUnwritable, StoreDamaged, StoreLocked, StoreMissing, UsageError
from ..vocabulary import graph_iri

if TYPE_CHECKING:
    import pyoxigraph

DEFAULT = ".coopgraph"
_NUMBER_WIDTH = 6


@dataclass(frozen=True)
class Part:
    """One named graph on disk: its name, where it comes from, its size and hash."""

    graph: str
    origin: str  # curated, derived, import
    triples: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What a compiled version was made from."""

    coopgraph: str
    parts: tuple[Part, ...]

    @property
    def triples(self) -> int:
        """Triples in all graphs together."""
        return sum(part.triples for part in self.parts)

    @property
    def digest(self) -> str:
        """One hash over all parts: the same input gives the same digest."""
        lines = "".join(f"{part.graph} {part.sha256}\n" for part in self.parts)
        return hashlib.sha256(lines.encode()).hexdigest()


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
            (_read_part(path) for path in (self.path / "parts").rglob("*.json")),
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
            replace_file(path.with_suffix(".json"), _json(asdict(part)))
        return part

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
    def new_version(self) -> Iterator[NewVersion]:
        """A version to fill; it is thrown away unless `publish` was called. Needs the lock."""
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
                yield NewVersion(self, place)
        finally:
            shutil.rmtree(place, ignore_errors=True)


class NewVersion:
    """A version being built, invisible to readers."""

    def __init__(self, folder: Folder, path: Path) -> None:
        import pyoxigraph

        self.folder = folder
        self.path = path
        self.engine: pyoxigraph.Store = pyoxigraph.Store(path / "engine")

    def load(self, part: Part) -> None:
        """Bulk-load a part into its named graph; raises `StoreDamaged` for a broken file."""
        from pyoxigraph import NamedNode, RdfFormat

        path = self.folder.part_path(part.graph)
        try:
            self.engine.bulk_load(
                path=path,
                format=RdfFormat.N_TRIPLES,
                to_graph=NamedNode(graph_iri(part.graph)),
            )
        except (SyntaxError, FileNotFoundError) as error:
            raise StoreDamaged(
                f"the part cannot be read: {error}", place=str(path), remedy="import it again"
            ) from None

    def publish(self, manifest: Manifest) -> Path:
        """Close the version and make it the current one; remove all but these two: the new
        one and the one that readers had before."""
        self.engine.flush()
        del self.engine  # closes the files before they are moved
        (self.path / "manifest.json").write_bytes(_json(asdict(manifest)))
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


def read_manifest(version: Path) -> Manifest:
    """The manifest of a compiled version."""
    try:
        raw = json.loads((version / "manifest.json").read_text(encoding="utf-8"))
        return Manifest(raw["coopgraph"], tuple(Part(**part) for part in raw["parts"]))
    except (OSError, ValueError, KeyError, TypeError):
        raise StoreDamaged(
            "the manifest cannot be read", place=str(version), remedy="run: coopgraph build"
        ) from None


@contextlib.contextmanager
def writing(place: Path) -> Iterator[None]:
    """Turn an operating-system error while writing into one line that names the place."""
    try:
        yield
    except OSError as error:
        raise FileUnwritable(
            f"cannot write: {error.strerror or error}",
            place=str(error.filename or place),
            remedy="free some space or choose a folder you may write to; nothing was changed",
        ) from error


def replace_file(path: Path, data: bytes) -> None:
    """Write `data` beside `path` and rename it there: no reader sees half a file."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        temporary.write_bytes(data)
        temporary.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise


def write_output(path: Path, data: bytes) -> None:
    """Write a user's output file whole or not at all; raises `FileUnwritable`."""
    if path.is_dir():
        raise FileUnwritable("is a folder", place=str(path), remedy="name a file")
    if not path.parent.is_dir():
        raise FileUnwritable(
            "the folder is missing", place=str(path.parent), remedy="create it or choose another"
        )
    if path.exists() and not path.is_file():  # a device or a pipe: nothing to rename over
        with writing(path):
            path.write_bytes(data)
        return
    with writing(path):
        replace_file(path, data)


def _read_part(path: Path) -> Part:
    try:
        return Part(**json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, TypeError):
        raise FactError(
            "the description of a part cannot be read",
            place=str(path),
            remedy="remove this file and build, or import the source, again",
        ) from None


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()
