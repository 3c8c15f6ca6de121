"""The store's folder: the builds that are kept, their parts, the lock and the switch."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import IO, Any, Final

from coopgraph.errors import (
    FileUnwritable,
    StoreDamaged,
    StoreLocked,
    StoreMissing,
    StoreTooNew,
    UsageError,
    shown,
)
from coopgraph.store.digests import DIGESTS_FILE, Recorded, read_digests
from coopgraph.store.files import (
    UNREADABLE,
    file_sha256,
    link_file,
    move_file,
    read_file,
    remove,
    replace_file,
    sync_file,
    sync_folder,
    to_json,
    why_unreadable,
    writing,
)
from coopgraph.store.parts import (
    MANIFEST_FILE,
    MANIFEST_FILES,
    RESTORE,
    Manifest,
    Part,
    copy_manifest,
    fault_of,
    part_file,
    read_manifest,
    refuse_faults,
)

DEFAULT = ".coopgraph"
#: The builds whose parts are kept, and those of them that can be opened: the current one, and the
#: one before for those who read it.
KEPT: Final = 10
OPENED: Final = 2

_FORMAT: Final = 2  # of `current`; it was a link in version 0.1
CURRENT: Final = "current"
_TEMPORARY: Final = ".current.new"
#: What a version holds until it is listed: so that of a killed build is told from one that was.
UNLISTED: Final = "unlisted"
_BUILDING: Final = ".building-"
_NUMBER: Final = re.compile(r"\d{6,}")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_DIGEST: Final = re.compile(r"([0-9a-f]{64})?")


@dataclass(frozen=True)
class Build:
    """A version that is, or was, the current one: its folder, and the SHA-256 of its manifest and
    of the record of its files.

    Those of version 0.1 are empty: none were recorded.
    """

    path: Path
    sha256: str = ""
    files_sha256: str = ""

    @classmethod
    def at(cls, path: Path, manifest: str = MANIFEST_FILE) -> Build:
        """The version in a folder as it is; raises `OSError` where it has no manifest."""
        files = path / DIGESTS_FILE
        recorded = file_sha256(files) if files.is_file() else ""
        return cls(path, file_sha256(path / manifest), recorded)

    @property
    def manifest(self) -> Manifest:
        """What it was made from; raises `StoreDamaged` where that is not what was recorded."""
        return read_manifest(self.path, self.sha256)

    @property
    def files(self) -> Recorded:
        """What is recorded of the files that it is read from; nothing of version 0.1. Raises
        `StoreDamaged` where that record is not what was recorded."""
        return read_digests(self.path, self.files_sha256)


class Folder:
    """A store's folder, by default `.coopgraph` in the working folder."""

    def __init__(self, path: str | Path = DEFAULT) -> None:
        if "://" in str(path):
            raise UsageError(
                "a store is a folder, not a URL", place=shown(str(path)), remedy="name a folder"
            )
        self.path = Path(path)
        #: What is not known of versions that were newer than those that `locked` could restore.
        self.lost: dict[str, str] = {}

    # --- builds -----------------------------------------------------------------------------

    def builds(self) -> list[Build]:
        """The last ten builds, the current one first; none where nothing has been built.

        Raises `StoreDamaged` where `current`, which lists them, is missing or cannot be read.
        """
        place = self.path / CURRENT
        try:
            if place.is_symlink() or _is_copied(place):  # of version 0.1
                return [Build(place.resolve(strict=True))]
            data = read_file(place)
            raw = json.loads(data)
            if data != _with_digest(raw):
                raise ValueError("other bytes than were written")
            if raw["format"] != _FORMAT:
                raise StoreTooNew(
                    f"the store has format {raw['format']}, and this version reads {_FORMAT}",
                    place=str(self.path),
                    remedy="install a newer version of coopgraph",
                )
            found = [(b["version"], b["manifest"], b["files"]) for b in raw["builds"]]
            for name, *digests in found:
                if not (_NUMBER.fullmatch(name) and all(map(_DIGEST.fullmatch, digests))):
                    raise ValueError("no version")
        except (FileNotFoundError, NotADirectoryError):
            left = [f"version {path.name} is" for path in self._numbered()]
            left += ["parts are"] if any(self.path.glob("parts/*")) else []
            if not left and not place.is_symlink():
                return []
            fault = "leads nowhere" if place.is_symlink() else "is missing"
            fault += f", but {left[0]} there" if left else ""
        except UNREADABLE as error:
            fault = why_unreadable(error)
        else:
            return [Build(self._versions / name, *digests) for name, *digests in found]
        raise StoreDamaged(
            f"the file that says which version is current {fault}",
            place=str(place),
            remedy=RESTORE,
        )

    def exists(self) -> bool:
        """Whether a version has been built; raises `StoreDamaged` where none can be told."""
        return bool(self.builds())

    def current(self) -> Path:
        """The folder of the current version.

        Raises `StoreMissing` where nothing has been built, `StoreDamaged` where the version or
        its manifest is not what was recorded.
        """
        builds = self.builds()
        if not builds:
            raise missing(self.path)
        if builds[0].sha256 or not (builds[0].path / MANIFEST_FILE).is_file():
            _ = builds[0].manifest
        return builds[0].path

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
        digest = part.about.get("rejects", "")
        name = digest[:12] if _SHA256.fullmatch(digest) else "refused"
        return self.path / "rejects" / f"{part.graph.replace('/', '-')}-{name}.csv"

    def open_part(self, part: Part) -> IO[bytes]:
        """The triples of a part of one of the builds, as N-Triples.

        Raises `PartDamaged` where they are missing or not those that were recorded.
        """
        path = self.part_path(part)
        refuse_faults([(part, path, fault)] if (fault := fault_of(part, path)) else [])
        return path.open("rb")

    def _kept(self, part: Part) -> Path:
        # A name from a file that anybody may have written must lead to no other folder.
        name = part.sha256 if _SHA256.fullmatch(part.sha256) else "unknown"
        return self.path / "parts" / f"{name}.nt"

    # --- writing: all of it needs the lock -------------------------------------------------

    @contextlib.contextmanager
    def locked(self, *, restore: bool = False) -> Iterator[None]:
        """Hold the folder against other builds; raises `StoreLocked` where one is running.

        A store of version 0.1 is brought into the layout of this one. With `restore`, where
        `current` or the manifest that it names is lost, or a newer version is not listed, those
        that are found are listed, and `lost` says what is not known of others.
        """
        from filelock import FileLock, Timeout

        lock = FileLock(self.path / "lock", blocking=False)
        with writing(self.path):
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
            with writing(self.path):
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
        for left in (*self._versions.glob(f"{_BUILDING}*"), self.path / _TEMPORARY):
            remove(left)

    def take(self, version: Path, parts: Iterable[Part]) -> None:
        """Move the parts that were written for a version to those of the store.

        One that is there already stays as it is, once; a damaged one is replaced.
        """
        moved = set()
        for part in parts:
            old = part_file(version, part.graph)
            for source, place in (
                (old, self._kept(part)),
                (old.with_suffix(".rejects.csv"), self.rejects_path(part)),
            ):
                if source.exists():
                    move_file(source, place)
                    moved.add(place.parent)
        for folder in moved:
            sync_folder(folder)
        if moved:
            sync_folder(self.path)
        shutil.rmtree(version / "parts", ignore_errors=True)

    def clean(self) -> None:
        """Remove versions that are no more listed and what only they held, and of all but the last
        two what is made from the parts. A file that no manifest names is not touched, nor is a
        version whose engine is there and whose manifest cannot be read, or that is newer."""
        builds = self.builds()
        for build in builds[OPENED:]:
            for path in build.path.iterdir() if build.path.is_dir() else ():
                if path.name not in MANIFEST_FILES:
                    remove(path)
        listed = {build.path for build in builds}
        older = [path for path in self._numbered() if path not in listed and builds]
        self.discard(
            path
            for path in older
            if int(path.name) < int(builds[0].path.name)
            and (any(self._readable([path])) or not (path / "engine").exists())
        )

    def discard(self, versions: Iterable[Path]) -> None:
        """Remove versions that are not listed, and the parts that only they held.

        Their names go first: half a version is not taken for one that lost its manifest.
        """
        if versions := list(versions):
            kept = self._files(self._readable(build.path for build in self.builds()))
            for path in self._files(self._readable(versions)) - kept:
                remove(path)
        for path in versions:
            left = path.with_name(f"{_BUILDING}{path.name.removeprefix(_BUILDING)}")
            with contextlib.suppress(OSError):
                path.replace(left)
            remove(path)
            remove(left)

    def refuse_newer(self) -> None:
        """Raise `StoreDamaged` where whole versions are newer than the last that is listed, as
        where an older `current` was brought back."""
        if (self.path / CURRENT).is_dir():  # of version 0.1: it lists none
            return
        newest = max((int(build.path.name) for build in self.builds()), default=0)
        newer = [path for path in self._numbered() if int(path.name) > newest]
        whole = [build.path.name for build in self._readable(newer) if not _is_unlisted(build.path)]
        if whole:
            raise StoreDamaged(
                f"the file that says which version is current does not list {', '.join(whole)}, "
                "newer and with a manifest",
                place=str(self.path / CURRENT),
                remedy=RESTORE,
            )

    def _settle(self) -> None:
        """Remove the version that a killed build named and did not list."""
        listed = {build.path for build in self.builds()}
        marked = [path for path in self._numbered() if _is_unlisted(path)]
        self.discard(path for path in marked if path not in listed)
        for path in marked:
            if path in listed:
                remove(path / UNLISTED)
                sync_folder(path)

    def _files(self, builds: Iterable[Build]) -> set[Path]:
        """The files that belong to the parts of builds."""
        parts = [part for build in builds for part in build.manifest.parts]
        rejects = {self.rejects_path(part) for part in parts if part.about.get("rejects")}
        return {self._kept(part) for part in parts} | rejects

    def found(self) -> list[Build]:
        """The versions on the disk whose manifest can be read, the last first: for where the file
        that lists the builds is lost."""
        return list(self._readable(self._numbered()))

    def _readable(self, versions: Iterable[Path]) -> Iterator[Build]:
        """Those of the versions whose manifest can be read."""
        for path in versions:
            for name in MANIFEST_FILES:
                with contextlib.suppress(StoreDamaged, OSError):
                    build = Build.at(path, name)
                    _ = build.manifest
                    yield build
                    break

    @property
    def _versions(self) -> Path:
        return self.path / "versions"

    def _numbered(self) -> list[Path]:
        """The versions on the disk, the last first."""
        found = self._versions.iterdir() if self._versions.is_dir() else ()
        names = [path for path in found if _NUMBER.fullmatch(path.name)]
        return sorted(names, key=lambda path: int(path.name), reverse=True)

    def next_version(self) -> Path:
        """The folder of the version after all that are there."""
        numbered = self._numbered()
        return self._versions / f"{(int(numbered[0].name) if numbered else 0) + 1:06}"

    def _write_current(self, builds: list[Build]) -> None:
        listed = [
            {"version": build.path.name, "manifest": build.sha256, "files": build.files_sha256}
            for build in builds[:KEPT]
        ]
        data = _with_digest({"format": _FORMAT, "builds": listed})
        replace_file(self.path / CURRENT, data, _TEMPORARY)

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
        """Remove what no file may replace; returns the version that was current in 0.1.

        `current` itself is replaced, so that there always is one, unless it is the copy that a
        tool makes which follows links, or a folder that is no version: that is set aside.
        """
        current, parts = self.path / CURRENT, self.path / "parts"
        version = Path(os.path.realpath(current))  # a link may lead to itself
        if current.is_dir() and not current.is_symlink():
            if _is_copied(current):
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
                link_file(old, new)
                sync_file(new)
        if (self.path / "parts").is_dir():
            sync_folder(self.path / "parts")
        known = build if build.sha256 else Build.at(build.path)
        copy_manifest(known.path, known.sha256)
        return Build.at(build.path)


def _is_unlisted(version: Path) -> bool:
    """Whether a version was not listed when it was last looked at."""
    return (version / UNLISTED).exists()


def _is_copied(current: Path) -> bool:
    """Whether `current` is the version itself: in 0.1, with its parts, or the copy of a link."""
    return (current / MANIFEST_FILE).exists() and (current / "parts").is_dir()


def _with_digest(raw: dict[str, Any]) -> bytes:
    """What `current` holds, in every format: also its own SHA-256, which no other file records."""
    said = {name: value for name, value in raw.items() if name != "sha256"}
    return to_json(said | {"sha256": hashlib.sha256(to_json(said)).hexdigest()})


def missing(path: Path) -> StoreMissing:
    """The error for a folder where nothing has been built."""
    return StoreMissing("there is no store here", place=str(path), remedy="run: coopgraph build")
