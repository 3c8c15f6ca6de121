"""How tests run the command: in this process for the many, as a process of its own for the few."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

from coopgraph.cli import run

_STREAMS = ("stdin", "stdout", "stderr")
SRC = Path(__file__).resolve().parent.parent / "src"


#: The command, even where the tests run in the background of a shell, which ignores SIGINT.
INTERRUPTIBLE = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
from coopgraph.cli import main
main(sys.argv[1:])
"""


class Ran(NamedTuple):
    """What a command left behind: its exit code and its two streams, as bytes."""

    code: int
    out: bytes
    err: bytes

    @property
    def message(self) -> str:
        """Standard error, which must be one line; fails where it is not."""
        text = self.err.decode()
        assert text.startswith("coopgraph: "), text
        assert text.endswith("\n"), text
        assert len(text.splitlines()) == 1, text
        assert "Traceback" not in text
        return text.removeprefix("coopgraph: ").rstrip("\n")


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of a process that finds the package in the checkout."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("LC_", "LANG", "PYTHON"))}
    return kept | {"PYTHONPATH": str(SRC)} | dict(extra or {})


def process(
    *arguments: str | bytes,
    stdin: bytes = b"",
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> Ran:
    """`python -m coopgraph …` as a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "coopgraph", *arguments],
        input=stdin,
        env=environment(env),
        cwd=cwd,
        capture_output=True,
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


def called(
    *arguments: str,
    stdin: bytes = b"",
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> Ran:
    """The same command in this process, which imports nothing anew."""
    streams = {name: io.BytesIO(stdin if name == "stdin" else b"") for name in _STREAMS}
    with pytest.MonkeyPatch.context() as patch:
        for name, stream in streams.items():
            patch.setattr(sys, name, io.TextIOWrapper(stream, "utf-8", write_through=True))
        for name, value in (env or {}).items():
            patch.setenv(name, value)
        if cwd:
            patch.chdir(cwd)
        code = run(list(arguments))
        return Ran(code, streams["stdout"].getvalue(), streams["stderr"].getvalue())
