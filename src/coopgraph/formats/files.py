"""The text of a file that a user names: of a regular file, and not of more than is meant."""

import errno
import stat
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


def read_text(path: Path) -> str:
    """The text of a UTF-8 file, without a byte order mark.

    Raises `OSError` also for what is no regular file and for one of more than 16 MiB, and
    `UnicodeDecodeError`.
    """
    why = why_no_file(path)
    if why.startswith("is a pipe"):  # to open it may wait for ever
        raise OSError(errno.EINVAL, why, str(path))
    with path.open("rb") as stream:
        data = stream.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise OSError(errno.EFBIG, f"is larger than {LARGEST >> 20} MiB", str(path))
    return data.decode("utf-8-sig")
