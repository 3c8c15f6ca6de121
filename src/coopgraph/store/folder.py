"""The store's folder: parts, versions, the lock and the switch."""

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path

from coopgraph.errors import StoreDamaged, StoreLocked, StoreMissing, UsageError, shown
from coopgraph.store.files import writing
from coopgraph.store.parts import Part, part_file, read_part

DEFAULT = ".coopgraph"


class Folder:
    """A store's folder, by default `.coopgraph` in the working folder."""

    def __init__(self, path: str | Path = DEFAULT) -> None:
        if "://" in str(path):
            raise UsageError(
                "a store is a folder, not a URL", place=shown(str(path)), remedy="name a folder"
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
        """Where the triples of a graph are kept in the current version."""
        return part_file(self.path, graph)

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the folder against other builds; raises `StoreLocked` where one is running."""
        from filelock import FileLock, Timeout

        lock = FileLock(self.path / "lock", blocking=False)
        with writing(self.path):
            self.path.mkdir(parents=True, exist_ok=True)
            try:
                lock.acquire()
            except Timeout:
                raise StoreLocked(
                    "another process is building this store",
                    place=str(self.path),
                    remedy="wait until it has ended and try again",
                ) from None
        try:
            yield
        finally:
            lock.release()

    def switch(self, version: Path) -> str:
        """Make a complete version the current one; returns the name of the one before."""
        current, parts = self.path / "current", self.path / "parts"
        before = current.readlink().name if current.is_symlink() else ""
        link = self.path / ".current.new"
        link.unlink(missing_ok=True)
        link.symlink_to(Path("versions") / version.name)
        link.replace(current)
        if not parts.is_symlink():
            shutil.rmtree(parts, ignore_errors=True)  # of a store that kept its parts there
            parts.symlink_to(Path("current") / "parts")
        return before
