"""Damages of the files of a store: bytes flipped, files cut, emptied, deleted, made folders."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

#: Bytes from the end of a file where tables of RocksDB keep what all else is found by.
_TAIL = (1, 20, 53)


@dataclass(frozen=True)
class Damage:
    """One file, named from the folder, and what becomes of it; `change` of None deletes it."""

    file: str
    name: str
    change: Callable[[bytes], bytes] | None
    is_folder: bool = False

    def __str__(self) -> str:
        return f"{self.file}: {self.name}"


def damages(folder: Path, pattern: str, rest: int = 1) -> Iterator[Damage]:
    """Damages of the files that a pattern names, `rest` of them at places taken by chance."""
    chance = random.Random(13)
    for path in sorted(folder.glob(pattern)):
        size = path.stat().st_size
        if not path.is_file() or not size:
            continue
        file = str(path.relative_to(folder))
        places = {0, size // 2, *(size - back for back in _TAIL)}
        places |= {chance.randrange(size) for _ in range(rest)}
        for place in sorted(place for place in places if 0 <= place < size):
            yield Damage(file, f"flipped at {place}", _flip(place))
        yield Damage(file, "4096 zeros in the middle", _zeros(size // 2))
        for left in sorted({0, size // 2, size - 1}):
            yield Damage(file, f"cut to {left}", lambda data, left=left: data[:left])  # type: ignore[misc]
        yield Damage(file, "longer", lambda data: data + bytes(100))
        yield Damage(file, "deleted", None)
        yield Damage(file, "a folder", None, is_folder=True)


def _flip(place: int) -> Callable[[bytes], bytes]:
    return lambda data: data[:place] + bytes([data[place] ^ 0x55]) + data[place + 1 :]


def _zeros(place: int) -> Callable[[bytes], bytes]:
    def change(data: bytes) -> bytes:
        found = data[place : place + 4096]
        ones = bytes(len(found)) if any(found) else b"\1" * len(found)
        return data[:place] + ones + data[place + len(found) :]

    return change


def spoil(folder: Path, damage: Damage) -> None:
    """Damage a file; others that have the same bytes by a hard link keep them."""
    path = folder / damage.file
    data = path.read_bytes()
    path.unlink()
    if damage.is_folder:
        path.mkdir()
    elif damage.change is not None:
        path.write_bytes(damage.change(data))


@contextlib.contextmanager
def damaged(folder: Path, damage: Damage) -> Iterator[None]:
    """With a file damaged; afterwards it is what it was."""
    path = folder / damage.file
    kept = folder.parent / f".{path.name}.kept"
    os.link(path, kept)
    try:
        spoil(folder, damage)
        yield
    finally:
        if path.is_dir():
            shutil.rmtree(path)
        kept.replace(path)
