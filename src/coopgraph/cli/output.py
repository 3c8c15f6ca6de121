"""The one way out: data to standard output or a file, messages to standard error."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coopgraph.cli.options import asked_format, is_file, lift_limit, output_file
from coopgraph.errors import UsageError

if TYPE_CHECKING:
    from coopgraph.formats import Family
    from coopgraph.queries import Answer

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")

#: What PDF, pictures and the documents that are archives begin with.
_NO_TEXT = (b"%PDF", b"PK\x03\x04", b"\x89PNG")


class ReaderGone(Exception):
    """The reader of standard output, such as head, has closed it. Not an `OSError`, for click would
    take that for a failure."""


def emit(data: str | bytes, output: Path | None = None) -> None:
    """Data to standard output as UTF-8 bytes, or whole into a file: by default that of `-o`. A
    terminal gets no control characters: a label must not move its cursor. From here on no time
    limit holds."""
    lift_limit()
    raw = data.encode() if isinstance(data, str) else data
    output = output or output_file()
    if output is not None and str(output) != "-":
        from coopgraph.store.files import write_output

        write_output(output, raw)
        return
    sys.stdout.flush()
    if sys.stdout.isatty():
        if raw.startswith(_NO_TEXT):
            raise UsageError("this format is no text for a terminal", remedy="name a file: -o FILE")
        raw = _CONTROL.sub("·", raw.decode("utf-8", "replace")).encode()
    left = memoryview(raw)
    try:
        while left:  # an unbuffered stream may take a part only
            left = left[sys.stdout.buffer.write(left) :]
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise ReaderGone from None


def emit_as(family: Family, thing: object, name: str, **options: Any) -> None:
    """A thing in the format of its family called `name`, where `-o` says."""
    encode = family.encode_file if is_file() else family.encode
    emit(encode(thing, name, **options))


def write_answer(answer: Answer, default: str = "table") -> None:
    """An answer in its format, by default `default`, and what a reader must know of it to standard
    error. A table is cut to the width of the terminal that it is written to."""
    from coopgraph.queries.answer import ANSWERS

    name, options = asked_format(ANSWERS.files, default), {}
    if name == "table" and not is_file() and sys.stdout.isatty():
        import shutil

        options["width"] = shutil.get_terminal_size().columns
    emit_as(ANSWERS, answer, name, **options)
    for line in answer.notes:
        note(line)


def note(text: str) -> None:
    """A message for people: standard error, so that data stay clean. A terminal gets lines of its
    width."""
    if sys.stderr.isatty():
        import shutil

        from wcwidth import wrap

        text = "\n".join(wrap(text, shutil.get_terminal_size().columns))
    sys.stderr.buffer.write(f"{text}\n".encode("utf-8", "replace"))
    sys.stderr.buffer.flush()


def home(path: Path) -> str:
    """A path as the user would type it: relative to the working folder where it is below it."""
    absolute, here = Path(os.path.normpath(path.absolute())), Path.cwd()
    return os.path.relpath(absolute, here) if absolute.is_relative_to(here) else str(absolute)
