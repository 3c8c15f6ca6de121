"""Which versions a store's folder holds, which of them are its builds (the file `current`), and
what the files of a version must be."""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

from coopgraph.errors import StoreDamaged, StoreMissing, StoreTooNew, UsageError, shown
from coopgraph.store import parts
from coopgraph.store.files import (
    UNREADABLE,
    file_fault,
    file_sha256,
    read_file,
    replace_file,
    to_json,
    why_unreadable,
)

ENGINE: Final = "engine"
#: Where the index of `coopgraph.search` is.
INDEX_FILE: Final = "search.sqlite"
DIGESTS_FILE: Final = "files.json"
#: What the engine writes for people, and the lock that it holds.
_NOT_READ: Final = ("LOG", "LOCK")
#: Bytes and SHA-256 of files by name.
Recorded: TypeAlias = dict[str, tuple[int, str]]
#: The builds whose parts are kept.
KEPT: Final = 10

_FORMAT: Final = 2  # of `current`; it was a link in version 0.1
CURRENT: Final = "current"
TEMPORARY: Final = ".current.new"
#: What a version holds until it is listed: so that of a killed build is told from one that was.
UNLISTED: Final = "unlisted"
_NUMBER: Final = re.compile(r"\d{6,}")
_DIGEST: Final = re.compile(r"([0-9a-f]{64})?")


@dataclass(frozen=True)
class FileFault:
    """What is wrong with a file, named from the folder of its version."""

    file: str
    what: str

    def __str__(self) -> str:
        return f"{self.file} {self.what}"


def write_digests(version: Path) -> None:
    """Record the bytes and the SHA-256 of each file that a version is read from."""
    for path in (version / ENGINE).glob("LOG*"):
        path.unlink()
    paths = {name: version / name for name in _names(version)}
    found = {name: (path.stat().st_size, file_sha256(path)) for name, path in paths.items()}
    (version / DIGESTS_FILE).write_bytes(to_json(found))


def read_digests(version: Path, sha256: str) -> Recorded:
    """The bytes and the SHA-256 of each file that a version is read from, by its name; none where
    `sha256` of that record is empty, as for version 0.1. Raises `StoreDamaged` where the record has
    another, or is none."""
    path = version / DIGESTS_FILE
    if not sha256:
        return {}
    if not (fault := file_fault(path, sha256)):
        try:
            found = json.loads(read_file(path)).items()
            return {name: (int(size), str(digest)) for name, (size, digest) in found}
        except UNREADABLE as error:
            fault = why_unreadable(error)
    raise StoreDamaged(f"the record of the files {fault}", place=str(path), remedy=parts.REPAIR)


def faults(version: Path, recorded: Recorded) -> Iterator[FileFault]:
    """What is wrong with the files of a version, if it was recorded what they are."""
    for name, (size, sha256) in sorted(recorded.items()):
        path = version / name
        if path.is_file() and path.stat().st_size != size:  # no need to read it
            yield FileFault(name, "does not have the size that was recorded")
        elif what := file_fault(path, sha256):
            yield FileFault(name, what)
    for name in _names(version):
        if recorded and name not in recorded:
            yield FileFault(name, "is not one of its files")


def state_of(version: Path) -> str:
    """A hash over sizes, times and numbers of the files of a version, which no program changes a
    file without changing; empty where one cannot be looked at."""
    digest = hashlib.sha256()
    try:
        for name in _names(version):
            found = (version / name).stat()
            numbers = (found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)
            digest.update(f"{name} {numbers}\n".encode())
    except OSError:
        return ""
    return digest.hexdigest()


def _names(version: Path) -> list[str]:
    """The files that a version is read from, those that are there."""
    engine = version / ENGINE
    found = engine.iterdir() if engine.is_dir() else ()
    names = [f"{ENGINE}/{path.name}" for path in found if not path.name.startswith(_NOT_READ)]
    return sorted(names) + [INDEX_FILE] * (version / INDEX_FILE).exists()


@dataclass(frozen=True)
class Build:
    """A version that is, or was, the current one: its folder, and the SHA-256 of its manifest and
    of the record of its files. Those of version 0.1 are empty: none were recorded."""

    path: Path
    sha256: str = ""
    files_sha256: str = ""

    @classmethod
    def at(cls, path: Path, manifest: str = parts.MANIFEST_FILE) -> Build:
        """The version in a folder as it is; raises `OSError` where it has no manifest."""
        files = path / DIGESTS_FILE
        recorded = file_sha256(files) if files.is_file() else ""
        return cls(path, file_sha256(path / manifest), recorded)

    @property
    def manifest(self) -> parts.Manifest:
        """What it was made from; raises `StoreDamaged` where that is not what was recorded."""
        return parts.read_manifest(self.path, self.sha256)

    @property
    def files(self) -> Recorded:
        """What is recorded of the files that it is read from; nothing of version 0.1. Raises
        `StoreDamaged` where that record is not what was recorded."""
        return read_digests(self.path, self.files_sha256)


class Builds:
    """The versions in a folder, and the file `current` that lists those that are builds."""

    def __init__(self, path: str | Path) -> None:
        if "://" in str(path):
            raise UsageError(
                "a store is a folder, not a URL", place=shown(str(path)), remedy="name a folder"
            )
        self.path = Path(path)

    def builds(self) -> list[Build]:
        """The last ten builds, the current one first; none where nothing has been built. Raises
        `StoreDamaged` where `current`, which lists them, is missing or cannot be read."""
        place = self.path / CURRENT
        try:
            if place.is_symlink() or is_copied(place):  # of version 0.1
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
            remedy=parts.RESTORE,
        )

    def exists(self) -> bool:
        """Whether a version has been built; raises `StoreDamaged` where none can be told."""
        return bool(self.builds())

    def current(self) -> Path:
        """The folder of the current version. Raises `StoreMissing` where nothing has been built,
        `StoreDamaged` where the version or its manifest is not what was recorded."""
        builds = self.builds()
        if not builds:
            raise missing(self.path)
        if builds[0].sha256 or not (builds[0].path / parts.MANIFEST_FILE).is_file():
            _ = builds[0].manifest
        return builds[0].path

    def refuse_newer(self) -> None:
        """Raise `StoreDamaged` where whole versions are newer than the last that is listed, as
        where an older `current` was brought back."""
        if (self.path / CURRENT).is_dir():  # of version 0.1: it lists none
            return
        newest = max((int(build.path.name) for build in self.builds()), default=0)
        newer = [path for path in self._numbered() if int(path.name) > newest]
        whole = [build.path.name for build in self._readable(newer) if not is_unlisted(build.path)]
        if whole:
            raise StoreDamaged(
                f"the file that says which version is current does not list {', '.join(whole)}, "
                "newer and with a manifest",
                place=str(self.path / CURRENT),
                remedy=parts.RESTORE,
            )

    def found(self) -> list[Build]:
        """The versions on the disk whose manifest can be read, the last first: for where the file
        that lists the builds is lost."""
        return list(self._readable(self._numbered()))

    def _readable(self, versions: Iterable[Path]) -> Iterator[Build]:
        """Those of the versions whose manifest can be read."""
        for path in versions:
            for name in parts.MANIFEST_FILES:
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
        replace_file(self.path / CURRENT, data, TEMPORARY)


def is_unlisted(version: Path) -> bool:
    """Whether a version was not listed when it was last looked at."""
    return (version / UNLISTED).exists()


def is_copied(current: Path) -> bool:
    """Whether `current` is the version itself: in 0.1, with its parts, or the copy of a link."""
    return (current / parts.MANIFEST_FILE).exists() and (current / "parts").is_dir()


def _with_digest(raw: dict[str, Any]) -> bytes:
    """What `current` holds, in every format: also its own SHA-256, which no other file records."""
    said = {name: value for name, value in raw.items() if name != "sha256"}
    return to_json(said | {"sha256": hashlib.sha256(to_json(said)).hexdigest()})


def missing(path: Path) -> StoreMissing:
    """The error for a folder where nothing has been built."""
    return StoreMissing("there is no store here", place=str(path), remedy="run: coopgraph build")
