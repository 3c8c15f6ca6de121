"""Files that are written completely or not at all."""

import contextlib
import json
import os
from collections.abc import Iterator
from pathlib import Path

from coopgraph.errors import FileUnwritable


@contextlib.contextmanager
def writing(place: Path) -> Iterator[None]:
    """Turn an operating-system error while writing into one line that names the place."""
    try:
        yield
    except OSError as error:
        raise FileUnwritable(
            f"cannot write: {error.strerror or error}",
            place=str(error.filename or place),
            remedy="free some space or choose a folder you may write to; nothing was changed",
        ) from error


def replace_file(path: Path, data: bytes) -> None:
    """Write `data` next to `path` and rename it: no reader sees an incomplete file."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        temporary.write_bytes(data)
        temporary.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise


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
