"""What is in a file: in a regular one, and not more than is meant."""

import errno
import os
import stat
from io import BufferedReader
from pathlib import Path

#: The largest text that is read at once, in bytes.
LARGEST = 16 << 20


def why_no_file(path: Path) -> str:
    """Why a path is no file to read; empty where it is one.

    >>> why_no_file(Path("/")), why_no_file(Path("/nowhere"))
    ('is a folder', 'no such file')
    """
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError):
        return "no such file"
    if stat.S_ISDIR(mode):
        return "is a folder"
    return "" if stat.S_ISREG(mode) else "is a pipe, a socket or a device"


def open_file(path: Path) -> BufferedReader:
    """A regular file, to read its bytes; raises `OSError`, of a pipe or device too."""
    if (why := why_no_file(path)).startswith("is a pipe"):  # to open it may wait for ever
        raise OSError(errno.EINVAL, why, str(path))
    return open(path, "rb", opener=_without_waiting)


def _without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))  # Windows has none


def read_bytes(path: Path, most: int = LARGEST) -> bytes:
    """The bytes of a regular file; raises `OSError`, also for one of more than `most` bytes."""
    with open_file(path) as stream:
        data = stream.read(most + 1)
    if len(data) > most:
        raise OSError(errno.EFBIG, f"is larger than {most >> 20} MiB", str(path))
    return data


def read_text(path: Path) -> str:
    """The text of a UTF-8 file, without a byte order mark. Raises what `read_bytes` raises, for
    more than 16 MiB, and `UnicodeDecodeError`."""
    return read_bytes(path).decode("utf-8-sig")
