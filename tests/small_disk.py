"""An import on a disk that is too small: what it says, and what it leaves."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
from command_line import environment

#: Runs where mounting is its own affair (`unshare`).
_IMPORT = """
import json, pathlib, shutil, subprocess, sys
kind, path, pristine, place, free, question, pattern = sys.argv[1:]
used = int(subprocess.check_output(["du", "-sk", pristine]).split()[0])
mount = ["mount", "-t", "tmpfs", "-o", f"size={used + int(free)}k", "none", place]
subprocess.run(mount, check=True)
store = pathlib.Path(place, "store")
shutil.copytree(pristine, store)
command = [sys.executable, "-m", "coopgraph", "import", kind, path, "--replace", "--store", store]
done = subprocess.run(command, capture_output=True, text=True)
from coopgraph.store import Store
found = Store.open(store).select(question)
left = [p.name for p in store.rglob(pattern)]
print(json.dumps([done.returncode, done.stderr, found[0][0].value, left]))
"""


class Left(NamedTuple):
    """Exit code and standard error of the import, the answer of the store, files left over."""

    code: int
    complaint: str
    answer: str
    files: list[str]


def run_import(
    kind: str, path: Path, store: Path, place: Path, *, free: int, question: str, pattern: str
) -> Left:
    """Import `path` into a copy of `store` on a disk with `free` kilobytes at `place`.

    `question` is asked of the store afterwards, files of `pattern` are looked for. Skips the test
    where the machine lets nobody mount.
    """
    if subprocess.run(["unshare", "-rm", "true"], capture_output=True, check=False).returncode:
        pytest.skip("this machine does not let a test mount a small disk (unshare -rm)")
    place.mkdir()
    values = [kind, *map(str, (path, store, place, free)), question, pattern]
    command = ["unshare", "-rm", sys.executable, "-c", _IMPORT, *values]
    done = subprocess.run(command, capture_output=True, env=environment(), check=False)
    if b"mount" in done.stderr and b"permission denied" in done.stderr.lower():
        pytest.skip("this machine does not let a test mount a small disk")
    assert done.returncode == 0, done.stderr.decode()
    return Left(*json.loads(done.stdout))
