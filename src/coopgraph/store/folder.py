"""The store's folder: the builds that are kept, their parts, the lock and the switch."""

import contextlib
import os
import re
import shutil
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from typing import IO, Final

from coopgraph.errors import FileUnwritable, StoreDamaged, StoreError, StoreLocked
from coopgraph.store import files
from coopgraph.store.builds import (
    CURRENT,
    TEMPORARY,
    UNLISTED,
    Build,
    Builds,
    is_copied,
    is_unlisted,
)
from coopgraph.store.parts import (
    MANIFEST_FILES,
    Part,
    copy_manifest,
    fault_of,
    part_file,
    refuse_faults,
    with_wholes,
)

DEFAULT = ".coopgraph"
#: The builds that can be opened: the current one, and the one before for those who read it.
OPENED: Final = 2

_BUILDING: Final = ".building-"
#: How many files are brought to the disk at a time: the disk takes many together.
_SYNCED: Final = 8
#: Where it stands from which tables the store was built, unless they are those that ship.
_TABLES: Final = "tables"
_SHA256: Final = re.compile(r"[0-9a-f]{64}")


class Folder(Builds):
    """A store's folder, by default `.coopgraph` in the working folder: the builds that it lists,
    their parts, and how others come in their place."""

    def __init__(self, path: str | Path = DEFAULT) -> None:
        super().__init__(path)
        #: What is not known of versions that were newer than those that `locked` could restore.
        self.lost: dict[str, str] = {}

    # --- parts ------------------------------------------------------------------------------

    def parts(self) -> list[Part]:
        """The parts of the current version, by graph name; none where nothing has been built."""
        builds = self.builds()
        return list(builds[0].manifest.parts) if builds else []

    def part_path(self, part: Part) -> Path:
        """Where the triples of a part of one of the builds are."""
        path = self._kept(part)
        if not path.exists() and (self.path / CURRENT).is_dir():  # of version 0.1
            return part_file(self.path / CURRENT, part.graph)
        return path

    def rejects_path(self, part: Part) -> Path:
        """The list of the records that were rejected when a part was imported."""
        return self._beside(part, "rejects", "refused", ".csv")

    def works_path(self, part: Part) -> Path:
        """The works with a DOI that an imported part counts (`coopgraph.importers.works`)."""
        return self._beside(part, "works", "none", ".gz")

    def works_fault(self, part: Part) -> str:
        """What is wrong with that file; empty where it is the one that was recorded, or none is."""
        digest = part.about.get("works")
        return files.file_fault(self.works_path(part), digest) if digest else ""

    def _beside(self, part: Part, what: str, otherwise: str, suffix: str) -> Path:
        digest = part.about.get(what, "")
        name = digest[:12] if _SHA256.fullmatch(digest) else otherwise
        return self.path / what / f"{part.graph.replace('/', '-')}-{name}{suffix}"

    def open_part(self, part: Part) -> IO[bytes]:
        """The triples of a part of one of the builds, as N-Triples. Raises `PartDamaged` where they
        are missing or not those that were recorded."""
        path = self.part_path(part)
        refuse_faults([(part, path, fault)] if (fault := fault_of(part, path)) else [])
        return path.open("rb")

    def _kept(self, part: Part) -> Path:
        # A name from a file that anybody may have written must lead to no other folder.
        name = part.sha256 if _SHA256.fullmatch(part.sha256) else "unknown"
        return self.path / "parts" / f"{name}.nt"

    @property
    def tables(self) -> Path | None:
        """The folder of tables that it was built from; None where they are those that ship.

        Raises `StoreError` where that folder is gone.
        """
        note = self.path / _TABLES
        if not note.is_file():
            return None
        folder = Path(os.path.normpath(self.path / os.fsdecode(files.read_file(note)).strip()))
        if folder.is_dir():
            return folder
        fact = f"the tables that the store was built from are gone: {folder}"
        raise StoreError(
            fact, place=str(self.path), remedy="build it again: coopgraph build --data FOLDER"
        )

    # --- writing: all of it needs the lock -------------------------------------------------

    def note_tables(self, folder: Path | None) -> None:
        """Keep from which tables it is built, by the way from here to there."""
        with files.writing(self.path):
            if folder is None:
                (self.path / _TABLES).unlink(missing_ok=True)
                return
            with contextlib.suppress(ValueError):  # on another drive
                folder = Path(os.path.relpath(folder.resolve(), self.path.resolve()))
            files.replace_file(self.path / _TABLES, os.fsencode(folder))

    @contextlib.contextmanager
    def locked(self, *, restore: bool = False) -> Iterator[None]:
        """Hold the folder against other builds; raises `StoreLocked` where one is running. A store
        of version 0.1 is brought into the layout of this one. With `restore`, where `current` or
        the manifest that it names is lost, or a newer version is not listed, those that are found
        are listed, and `lost` says what is not known of others."""
        from filelock import FileLock, Timeout

        lock = FileLock(self.path / "lock", blocking=False)
        with files.writing(self.path):
            self.path.mkdir(parents=True, exist_ok=True)
            if (place := Path(lock.lock_file)).is_dir():
                raise FileUnwritable("the lock is a folder", place=str(place), remedy="remove it")
            try:
                lock.acquire()
            except Timeout:
                raise StoreLocked(
                    "another process is building this store",
                    place=str(self.path),
                    remedy="wait until it has ended and try again",
                ) from None
        try:
            with files.writing(self.path):
                self._upgrade(restore=restore)
            yield
        finally:
            lock.release()

    def switch(self, version: Path, replaced: Build | None = None) -> Build:
        """Make a complete version the current one, in the place of one that is damaged if that is
        given, and remove what no build needs any more."""
        made = Build.at(version)
        self._write_current([made, *(build for build in self.builds() if build != replaced)])
        self._settle()
        self.clean()
        return made

    def begin(self) -> None:
        """Make ready for a version: without what a killed build left, with a `current` to miss."""
        if not self.builds():
            self._write_current([])
        self._versions.mkdir(exist_ok=True)
        for left in (*self._versions.glob(f"{_BUILDING}*"), self.path / TEMPORARY):
            files.remove(left)

    def take(self, version: Path, parts: Iterable[Part]) -> None:
        """Move the parts that were written for a version to those of the store. One that is there
        already stays as it is, once; a damaged one is replaced."""
        moved: dict[Path, Path] = {}
        for part in with_wholes(parts):
            old = part_file(version, part.graph)
            moved |= {
                place: source
                for source, place in (
                    (old, self._kept(part)),
                    (old.with_suffix(".rejects.csv"), self.rejects_path(part)),
                    (old.with_suffix(".works.gz"), self.works_path(part)),
                )
                if source.exists()
            }
        with ThreadPoolExecutor(_SYNCED) as pool:  # to be on the disk takes a file its time
            list(pool.map(files.move_file, moved.values(), moved))
        for folder in {place.parent for place in moved}:
            files.sync_folder(folder)
        if moved:
            files.sync_folder(self.path)
        shutil.rmtree(version / "parts", ignore_errors=True)

    def clean(self) -> None:
        """Remove versions that are no more listed and what only they held, and of all but the last
        two what is made from the parts. A file that no manifest names is not touched, nor is a
        version whose engine is there and whose manifest cannot be read, or that is newer."""
        builds = self.builds()
        for build in builds[OPENED:]:
            for path in build.path.iterdir() if build.path.is_dir() else ():
                if path.name not in MANIFEST_FILES:
                    files.remove(path)
        listed = {build.path for build in builds}
        older = [path for path in self._numbered() if path not in listed and builds]
        self.discard(
            path
            for path in older
            if int(path.name) < int(builds[0].path.name)
            and (any(self._readable([path])) or not (path / "engine").exists())
        )

    def discard(self, versions: Iterable[Path]) -> None:
        """Remove versions that are not listed, and the parts that only they held. Their names go
        first: half a version is not taken for one that lost its manifest."""
        if versions := list(versions):
            kept = self._files(self._readable(build.path for build in self.builds()))
            for path in self._files(self._readable(versions)) - kept:
                files.remove(path)
        for path in versions:
            left = path.with_name(f"{_BUILDING}{path.name.removeprefix(_BUILDING)}")
            with contextlib.suppress(OSError):
                path.replace(left)
            files.remove(path)
            files.remove(left)

    def _settle(self) -> None:
        """Remove the version that a killed build named and did not list."""
        listed = {build.path for build in self.builds()}
        marked = [path for path in self._numbered() if is_unlisted(path)]
        self.discard(path for path in marked if path not in listed)
        for path in marked:
            if path in listed:
                files.remove(path / UNLISTED)
                files.sync_folder(path)

    def _files(self, builds: Iterable[Build]) -> set[Path]:
        """The files that belong to the parts of builds."""
        parts = [*with_wholes(part for build in builds for part in build.manifest.parts)]
        rejects = {self.rejects_path(part) for part in parts if part.about.get("rejects")}
        works = {self.works_path(part) for part in parts if part.about.get("works")}
        return {self._kept(part) for part in parts} | rejects | works

    def _upgrade(self, *, restore: bool) -> None:
        """From the layout of version 0.1, whose `current` and `parts` were links."""
        try:
            if (self.path / CURRENT).is_dir():
                _ = self.builds()[0].manifest
                self._write_current([self._adopt(Build(self._remove_links()))])
            self.parts()
            self._settle()
            self.refuse_newer()
        except StoreDamaged:
            if not restore:
                raise
            self._remove_links()
            found = self.found()
            self.lost = self._lost(found)
            self._write_current([self._adopt(build) for build in found])

    def _lost(self, found: list[Build]) -> dict[str, str]:
        """What is not known of versions, listed or on the disk, that are newer than those found."""
        names = {path.name for path in self._numbered()}
        with contextlib.suppress(StoreDamaged):
            names |= {build.path.name for build in self.builds()}
        last = found[0].path.name if found else "0"
        since = f" since version {last}" if found else ""
        newer = sorted((name for name in names if int(name) > int(last)), key=int)
        return dict.fromkeys(newer, f"cannot be read: what it imported{since} is not known")

    def _remove_links(self) -> Path:
        """Remove what no file may replace; returns the version that was current in 0.1. `current`
        itself is replaced, so that there always is one, unless it is the copy that a tool makes
        which follows links, or a folder that is no version: that is set aside."""
        current, parts = self.path / CURRENT, self.path / "parts"
        version = Path(os.path.realpath(current))  # a link may lead to itself
        if current.is_dir() and not current.is_symlink():
            if is_copied(current):
                version = self.next_version()
                if parts.is_dir() and not any(_SHA256.fullmatch(p.stem) for p in parts.iterdir()):
                    parts.replace(current / "links")  # a second copy of what is in it
                current.replace(version)
            elif any(current.iterdir()):
                names = (self.path / f"{CURRENT}.{number}" for number in count(1))
                current.replace(next(path for path in names if not path.exists()))
            else:
                current.rmdir()
        if parts.is_symlink():
            parts.unlink()
        return version

    def _adopt(self, build: Build) -> Build:
        """Take the parts in a version of 0.1 to those of the store, where they are whole."""
        for part in build.manifest.parts:
            old, new = part_file(build.path, part.graph), self._kept(part)
            if not fault_of(part, old) and fault_of(part, new):
                new.unlink(missing_ok=True)
                files.link_file(old, new)
                files.sync_file(new)
        if (self.path / "parts").is_dir():
            files.sync_folder(self.path / "parts")
        known = build if build.sha256 else Build.at(build.path)
        copy_manifest(known.path, known.sha256)
        return Build.at(build.path)
