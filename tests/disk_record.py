"""What a store writes, recorded as it happens, and the disks that a power cut would leave.

The record holds each name made, moved or removed, and each fsync. A file's bytes are on the disk
once it was synced, a folder's names once the folder was; of the rest the disk holds as much as the
system liked, so that four disks are made of each cut (`KINDS`). Files that others write (the
engine, SQLite) are recorded when they are synced: before, nothing names them.
"""

from __future__ import annotations

import io
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from coopgraph.store import files

#: all: a killed process; synced: nothing but what was synced; names: all names, but of files that
#: were not synced no bytes; last: what was synced, and the last change of a name besides.
KINDS = ("all", "synced", "names", "last")
#: The files on a disk by name: their number, and whether their bytes are there. Of a folder: 0.
Disk: TypeAlias = dict[str, tuple[int, bool]]
_ROOT = 0


class Tree:
    """Folders by number, each with its names, and the number of what they name."""

    def __init__(self) -> None:
        self.folders: dict[int, dict[str, int]] = {_ROOT: {}}

    def find(self, name: str) -> int | None:
        """The number of a file or folder."""
        found: int | None = _ROOT
        for each in Path(name).parts:
            found = self.folders.get(found, {}).get(each) if found is not None else None
        return found

    def walk(self, folder: int = _ROOT, within: str = "") -> Iterator[tuple[str, int]]:
        """All names with their numbers, folders before what is in them."""
        for name, number in self.folders.get(folder, {}).items():
            yield within + name, number
            yield from self.walk(number, f"{within}{name}/") if number in self.folders else ()


class Record:
    """The operations in a folder while `recording`; `blobs` keeps the bytes that were synced."""

    def __init__(self, folder: Path, blobs: Path) -> None:
        self.folder, self._blobs = folder, blobs
        #: (folder, name, number or None) of a name that changes; (number,) of a sync.
        self.steps: list[tuple[int, str, int | None] | tuple[int]] = []
        self._live, self._count, self._off = Tree(), 0, False
        blobs.mkdir()
        for path in sorted(folder.rglob("*")):
            self.note("folder" if path.is_dir() else "file", path)
            self.note("sync", path)
        for number in self._live.folders:
            self.steps.append((number,))
        self.start = len(self.steps)

    def note(self, what: str, *paths: str | os.PathLike[str]) -> None:
        """Record an operation on a path in the folder."""
        places = [Path(path).absolute() for path in paths]
        if self._off or not all(place.is_relative_to(self.folder) for place in places):
            return
        names = [place.relative_to(self.folder).as_posix() for place in places]
        number = self._live.find(names[0])
        if what == "sync":
            if number is None:  # written by others
                self.note("folder" if places[0].is_dir() else "file", places[0])
                number = self._live.find(names[0])
            assert number is not None
            if places[0].is_file() and not self._blob(number).exists():
                shutil.copyfile(places[0], self._blob(number))
            self.steps.append((number,))
        elif what in ("file", "folder"):
            self._count += 1
            if what == "folder":
                self._live.folders[self._count] = {}
            self._change(names[0], self._count)
        else:
            if what != "remove":
                self._change(names[1], number)
            if what != "link" and number is not None:
                self._change(names[0], None)

    def _change(self, name: str, number: int | None) -> None:
        path = Path(name)
        if (folder := self._live.find(path.parent.as_posix())) is None:  # the engine's
            self.note("folder", self.folder / path.parent)
            folder = self._count
        self.steps.append((folder, path.name, number))
        _apply(self._live, self.steps[-1])

    def _blob(self, number: int) -> Path:
        return self._blobs / str(number)

    def disks(self) -> Iterator[tuple[int, str, Disk]]:
        """Each cut, with each kind of disk and what it holds."""
        live, synced = Tree(), Tree()
        for tree in (live, synced):
            tree.folders |= {number: {} for number in self._live.folders}
        whole: set[int] = set()
        waiting: list[tuple[int, str, int | None]] = []
        for cut, step in enumerate(self.steps, 1):
            if len(step) == 3:
                _apply(live, step)
                waiting.append(step)
            elif step[0] in live.folders:
                synced.folders[step[0]] = dict(live.folders[step[0]])
                waiting = [each for each in waiting if each[0] != step[0]]
            else:
                whole.add(step[0])
            if cut < self.start:
                continue
            last = Tree()
            last.folders = {number: dict(names) for number, names in synced.folders.items()}
            if waiting:
                _apply(last, waiting[-1])
            for kind, tree in zip(KINDS, (live, synced, live, last), strict=True):
                yield (
                    cut,
                    kind,
                    {
                        name: (0, True)
                        if number in tree.folders
                        else (number, number in whole or kind == "all")
                        for name, number in tree.walk()
                    },
                )

    def make(self, disk: Disk, place: Path) -> None:
        """Make the folder that a disk holds; a file whose bytes are not there is empty."""
        place.mkdir()
        for name, (number, whole) in disk.items():
            if not number:
                (place / name).mkdir()
            elif whole and self._blob(number).exists():
                os.link(self._blob(number), place / name)
            else:
                (place / name).touch()


def _apply(tree: Tree, step: tuple[int, str, int | None] | tuple[int]) -> None:
    assert len(step) == 3
    folder, name, number = step
    if number is None:
        tree.folders[folder].pop(name, None)
    else:
        tree.folders[folder][name] = number


def recording(folder: Path, blobs: Path, patch: pytest.MonkeyPatch) -> Record:
    """A record of what happens in a folder until the patches are undone."""
    record = Record(folder, blobs)

    def noting(owner: Any, name: str, what: str) -> None:
        real = getattr(owner, name)

        def call(*arguments: Any, **named: Any) -> Any:
            done = real(*arguments, **named)
            record.note(what, *arguments[: 2 if what in ("move", "link") else 1])
            return done

        patch.setattr(owner, name, call)

    for name, what in (
        ("rename", "move"),
        ("replace", "move"),
        ("link", "link"),
        ("mkdir", "folder"),
        ("unlink", "remove"),
    ):
        noting(os, name, what)
    noting(files, "_sync", "sync")
    real_open, real_rmtree = io.open, shutil.rmtree

    def opening(path: Any, mode: str = "r", *rest: Any, **named: Any) -> Any:
        if isinstance(path, (str, Path)) and set(mode) & set("wxa"):
            record.note("file", path)
        return real_open(path, mode, *rest, **named)

    def removing(path: Any, *rest: Any, **named: Any) -> None:
        for each in (*sorted(Path(path).rglob("*"), reverse=True), path):
            record.note("remove", each)  # any cut may be in between
        record._off = True
        real_rmtree(path, *rest, **named)
        record._off = False

    patch.setattr(io, "open", opening)
    patch.setattr(shutil, "rmtree", removing)
    return record
