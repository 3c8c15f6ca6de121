"""Options that verbs share, and the one way out for data."""

from __future__ import annotations

import contextlib
import os
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ..errors import UsageError

if TYPE_CHECKING:
    from ..api import KnowledgeGraph

F = TypeVar("F", bound=Callable[..., Any])
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


class ReaderGone(Exception):
    """Whoever reads standard output, such as head, has seen enough.

    Not an `OSError`, for click would take that for a failure.
    """


def store_option(function: F) -> F:
    """`--store FOLDER`, or the environment variable COOPGRAPH_STORE."""
    return click.option(
        "--store",
        envvar="COOPGRAPH_STORE",
        default=".coopgraph",
        show_default=True,
        metavar="FOLDER",
        help="The store; also COOPGRAPH_STORE.",
    )(function)


def lang_option(function: F) -> F:
    """`--lang en|ko`."""
    return click.option(
        "--lang",
        type=click.Choice(["en", "ko"]),
        default="en",
        show_default=True,
        help="Language of labels.",
    )(function)


def output_option(function: F) -> F:
    """`-o FILE`."""
    return click.option(
        "-o",
        "--output",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Write to FILE instead of standard output.",
    )(function)


def param_option(function: F) -> F:
    """`-p NAME=VALUE`, as often as there are parameters."""
    return click.option(
        "-p",
        "--param",
        "pairs",
        multiple=True,
        metavar="NAME=VALUE",
        help="A parameter: a key, a Korean or English label, a CURIE or an IRI.",
    )(function)


def format_option(default: str, names: str) -> Callable[[F], F]:
    """`--format NAME`; names are checked by the writer, which suggests the nearest."""
    return click.option(
        "--format",
        "format_",
        default=default,
        show_default=bool(default),
        metavar="NAME",
        help=f"One of {names}.",
    )


@contextlib.contextmanager
def opened(store: str) -> Iterator[KnowledgeGraph]:
    """The knowledge graph of an existing store; raises `StoreMissing` where there is none."""
    from ..api import KnowledgeGraph
    from ..store import Store

    if store.startswith(("http://", "https://")):
        raise UsageError("a remote store cannot be opened yet", place=store, remedy="give a folder")
    kg = KnowledgeGraph(Store.open(store))
    try:
        yield kg
    finally:
        kg.close()


def emit(data: str | bytes, output: Path | None) -> None:
    """Data to standard output as UTF-8 bytes, or whole into a file.

    A terminal gets no control characters: a label must not move its cursor.
    """
    raw = data.encode() if isinstance(data, str) else data
    if output is not None and str(output) != "-":
        from ..store.files import write_output

        write_output(output, raw)
        return
    sys.stdout.flush()
    if sys.stdout.isatty():
        raw = _CONTROL.sub("·", raw.decode("utf-8", "replace")).encode()
    left = memoryview(raw)
    try:
        while left:  # an unbuffered stream may take a part only
            left = left[sys.stdout.buffer.write(left) :]
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise ReaderGone from None


def terminal_width(output: Path | None) -> int | None:
    """The width to cut a table to, or None where it goes into a file or a pipe."""
    if output not in (None, Path("-")) or not sys.stdout.isatty():
        return None
    import shutil

    return shutil.get_terminal_size().columns


def note(text: str) -> None:
    """A message for people: standard error, so that data stay clean."""
    sys.stderr.buffer.write(f"{text}\n".encode("utf-8", "replace"))
    sys.stderr.buffer.flush()


def parameters(pairs: tuple[str, ...]) -> dict[str, str]:
    """`-p name=value` pairs as a dictionary; raises `UsageError` for what is not a pair."""
    found: dict[str, str] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not (equals and name.strip() and value.strip()):
            raise UsageError(f"{pair!r} is not name=value", remedy="write -p technology=quantum")
        if name.strip() in found:
            raise UsageError(
                f"the parameter {name.strip()!r} is given twice", remedy="give it once"
            )
        found[name.strip()] = value
    return found


def home(path: Path) -> str:
    """A path as the user would type it: relative to the working folder where it is below it."""
    absolute, here = path.resolve(), Path.cwd().resolve()
    return os.path.relpath(absolute, here) if absolute.is_relative_to(here) else str(absolute)
