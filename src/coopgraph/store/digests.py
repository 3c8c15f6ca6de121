"""The files that a version is read from: their SHA-256, and what is wrong with them."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

from coopgraph.errors import StoreDamaged
from coopgraph.store.files import (
    UNREADABLE,
    file_fault,
    file_sha256,
    read_file,
    to_json,
    why_unreadable,
)
from coopgraph.store.parts import REPAIR

ENGINE: Final = "engine"
#: Where the index of `coopgraph.search` is.
INDEX_FILE: Final = "search.sqlite"
DIGESTS_FILE: Final = "files.json"
#: What the engine writes for people, and the lock that it holds.
_NOT_READ: Final = ("LOG", "LOCK")
#: Bytes and SHA-256 of files by name.
Recorded: TypeAlias = dict[str, tuple[int, str]]


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
    `sha256` of that record is empty, as for version 0.1.

    Raises `StoreDamaged` where the record has another, or is none.
    """
    path = version / DIGESTS_FILE
    if not sha256:
        return {}
    if not (fault := file_fault(path, sha256)):
        try:
            found = json.loads(read_file(path)).items()
            return {name: (int(size), str(digest)) for name, (size, digest) in found}
        except UNREADABLE as error:
            fault = why_unreadable(error)
    raise StoreDamaged(f"the record of the files {fault}", place=str(path), remedy=REPAIR)


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
