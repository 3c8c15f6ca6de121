"""How tests run the command: in this process for the many, as a process of its own for the few."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

SRC = Path(__file__).resolve().parent.parent / "src"


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
