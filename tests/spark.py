"""A Spark for the tests: the one that is installed, else one that is installed on demand."""

from __future__ import annotations

import contextlib
import fcntl
import importlib.util
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
_LOCK = ROOT / "requirements/spark.txt"
_INSTALL_S = 600
#: Of a run, a JVM and its workers included.
RUN_S = 300
#: A short run is over before the optimising compiler of a JVM pays, and small heaps need no
#: collector of many threads: half of the processor time. Workers inherit it.
_JVM = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"


def environment() -> dict[str, str]:
    """What a process needs to find Spark; skips the test, saying why, where there is none."""
    if reason := _without_java():
        pytest.skip(reason)
    found = {"SPARK_LOCAL_IP": "127.0.0.1", "JAVA_TOOL_OPTIONS": _JVM}
    if importlib.util.find_spec("pyspark") is not None:
        return found
    folder = Path(sys.prefix) / "spark"
    with _alone(folder):
        if not (folder / "pyspark").is_dir():
            _install(folder)
    return found | {"PYTHONPATH": f"{ROOT / 'src'}:{folder}"}


def _without_java() -> str:
    home = os.environ.get("JAVA_HOME")
    program = str(Path(home) / "bin/java") if home else "java"
    try:
        said = subprocess.run([program, "-version"], capture_output=True, text=True, check=False)
    except OSError:
        return "Spark needs Java 17, and there is no Java here"
    found = re.search(r'version "([0-9]+)', said.stderr)
    return "" if found and int(found[1]) >= 17 else "Spark needs Java 17, and Java here is older"


def _install(folder: Path) -> None:
    """Spark alone, some 450 MB, from the lock file; what else it uses is installed already."""
    folder.mkdir(parents=True, exist_ok=True)
    new = folder.with_name("spark.new")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    options = ["--no-deps", "--require-hashes", "--target", str(new), "--requirement", str(_LOCK)]
    try:
        done = subprocess.run(
            [*pip, *options], capture_output=True, text=True, timeout=_INSTALL_S, check=False
        )
    except subprocess.TimeoutExpired:
        pytest.skip(f"pyspark could not be installed in {_INSTALL_S} s")
    if done.returncode:
        last = (done.stderr.strip() or "pip says nothing").splitlines()[-1]
        pytest.skip(f"pyspark could not be installed: {last}")
    folder.rmdir()
    new.rename(folder)


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One installation at a time, however many workers the tests have."""
    with folder.with_name("spark.lock").open("w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield
