"""Files that are written completely or not at all, and are on the disk before anything names them.

Everything that the store writes takes this order: write, fsync the file, rename, fsync the folder.
"""

import contextlib
import errno
import hashlib
import json
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from coopgraph.errors import FileUnwritable
from coopgraph.formats.files import open_file, read_bytes

#: What reading a file of ours raises where it holds anything else, JSON of any kind and depth.
UNREADABLE: Final = (
    OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError, RuntimeError,
)  # fmt: skip
_NO_FILE: Final = "is no file"
#: By which number the system, and `open_file`, say so.
_NOT_FILES: Final = {errno.EISDIR, errno.EINVAL}
#: The largest file that is read at once, in bytes.
_LARGEST: Final = 64 << 20
#: How often a folder is removed that fills again, and the pause between, in seconds.
_TRIES: Final = 50
_PAUSE_S: Final = 0.1
#: What a file system answers that cannot sync a folder.
_NO_FOLDER_SYNC: Final = {errno.EBADF, errno.EINVAL, errno.ENOTSUP}


@contextlib.contextmanager
def writing(place: Path) -> Iterator[None]:
    """Turn an error of the system, or of the engine on a full disk, while writing into one line
    that names the place."""
    try:
        yield
    except (OSError, RuntimeError) as error:
        why, full = getattr(error, "strerror", None) or str(error), os.strerror(errno.ENOSPC)
        if full in why:  # the engine tells all that it was about
            why = full
        elif not isinstance(error, OSError):
            raise
        raise FileUnwritable(
            f"cannot write: {why}",
            place=str(getattr(error, "filename", None) or place),
            remedy="free some space or choose a folder you may write to; nothing was changed",
        ) from error


def sync_file(path: Path) -> None:
    """Have the bytes of a file on the disk."""
    _sync(path, os.O_RDWR)


def sync_folder(path: Path) -> None:
    """Have the names in a folder on the disk, where the system can."""
    if os.name == "nt":  # knows no handle of a folder
        return
    try:
        _sync(path, os.O_RDONLY)
    except OSError as error:
        if error.errno not in _NO_FOLDER_SYNC:
            raise


def sync_tree(folder: Path, *, leaving: str = "") -> None:
    """Have all files and folders in `folder`, and itself, on the disk, but for those `leaving`."""
    for parent, _, names in os.walk(folder, topdown=False):
        if leaving and Path(parent).is_relative_to(folder / leaving):
            continue
        for name in names:
            sync_file(Path(parent, name))
        sync_folder(Path(parent))


def _sync(path: Path, how: int) -> None:
    handle = os.open(path, how)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def replace_file(path: Path, data: bytes, name: str = "") -> None:
    """Write `data` next to `path` and rename it: no reader sees an incomplete file. `name` is that
    of the file until then, where only one process writes it."""
    temporary = path.with_name(name or f".{path.name}.{os.getpid()}.new")
    try:
        temporary.unlink(missing_ok=True)  # nobody may read from a pipe
        temporary.write_bytes(data)
        sync_file(temporary)
        temporary.replace(path)
        sync_folder(path.parent)
    except OSError:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise


def read_file(path: Path) -> bytes:
    """The bytes of a file of at most 64 MiB; raises `OSError`, also for what is no file."""
    return read_bytes(path, _LARGEST)


def why_unreadable(error: Exception) -> str:
    """What is wrong with a file of ours, by what reading it raised."""
    return _NO_FILE if getattr(error, "errno", None) in _NOT_FILES else "cannot be read"


def file_sha256(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal digits; raises `OSError`, also for what is no file."""
    with open_file(path) as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def file_fault(path: Path, sha256: str) -> str:
    """What is wrong with a file; empty where it has that SHA-256."""
    try:
        whole = file_sha256(path) == sha256
    except FileNotFoundError:
        return "is missing"
    except OSError as error:
        why = why_unreadable(error)
        return why if why == _NO_FILE else f"{why}: {error.strerror or error}"
    return "" if whole else "does not have the SHA-256 that was recorded"


def move_file(source: Path, place: Path) -> None:
    """Have a file at its place, unless the same is there; its name is on the disk once the folder
    is synced."""
    if not place.is_file() or file_fault(place, file_sha256(source)):
        place.parent.mkdir(exist_ok=True)
        if place.is_dir():
            shutil.rmtree(place)
        sync_file(source)
        source.replace(place)


def link_file(old: Path, new: Path) -> None:
    """The same file at another place, copied where the disk knows no hard links."""
    new.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(old, new)
    except FileNotFoundError:
        raise
    except OSError:
        shutil.copyfile(old, new)


def write_output(path: Path, data: bytes) -> None:
    """Write a user's output file completely or not at all; raises `FileUnwritable`."""
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


def to_json(value: object) -> bytes:
    """`value` as JSON in UTF-8, with a line end."""
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


def remove_tree(folder: Path) -> None:
    """Remove a folder in which processes that are about to end may still remove and write files
    (the workers of a Spark outlive its driver); raises `OSError` where it stays."""
    for _ in range(_TRIES):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        time.sleep(_PAUSE_S)
    shutil.rmtree(folder)


def remove(path: Path) -> None:
    """Remove a file or a folder, where the system lets us."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)
