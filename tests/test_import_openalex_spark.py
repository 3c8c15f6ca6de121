"""OpenAlex on Spark: real JVMs, the same bytes as DuckDB, and what goes wrong before it starts."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import spark
from command_line import Ran, environment, process
from openalex_files import topic, work, write

from coopgraph.store import Folder

MASTERS = ["local[2]", "local-cluster[2,1,1024]"]


def run(store: Path, *arguments: str, env: dict[str, str] | None = None) -> Ran:
    """`coopgraph import openalex`, ended after a while with all that it started."""
    command = [sys.executable, "-m", "coopgraph", "import", "openalex", *arguments]
    started = subprocess.Popen(
        [*command, "--store", str(store)],
        env=environment(env),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        out, err = started.communicate(timeout=spark.RUN_S)
    finally:
        if started.poll() is None:
            os.killpg(started.pid, 9)
            started.communicate()
    return Ran(started.returncode, out, err)


def part(store: Path) -> tuple[str, dict[str, dict[str, int]]]:
    """Checksum of the imported part, and the accounts of its files."""
    (part,) = (part for part in Folder(store).parts() if part.graph == "import/openalex")
    return part.sha256, part.about["accounts"]


def report(ran: Ran) -> list[bytes]:
    """The report without the place of the rejected records."""
    return [line for line in ran.out.splitlines() if not line.startswith(b"rejected records:")]


@pytest.fixture(scope="module")
def flawed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A snapshot of our own with what tells engines apart: records twice, broken lines, nulls,
    odd names, an array, a large author list."""
    folder = tmp_path_factory.mktemp("flawed [1] {2}")
    crowd = [[1 + n % 300, 1 + n % 7] for n in range(5_103)]
    new = [
        work(1, [1], [2], updated_date="2025-03-01T00:00:00"),
        b"{broken",
        b'{"id": "https://openalex.org/W77"} {"id": "https://openalex.org/W78"}',
        b'"text"',
        work(2, [1], [3], [4], display_name='Quote " and \\ and 한글 \U0001f300'),
        work(3, *crowd),
        work(4, publication_year=None, primary_topic=None),
        {"id": 5},
    ]
    old = [work(1, [1], [9], updated_date="2024-03-01T00:00:00"), work(6, [2], [1])]
    write(folder, new, "works/updated_date=2025-03-01/part 000*.gz")
    write(folder, old, "works/updated_date=2024-03-01/part_000.gz")
    many = [
        work(100 + n, [1 + n % 5], [1 + n % 3], primary_topic=topic(10000 + n % 4))
        for n in range(200)
    ]
    (folder / "works/export.json").write_text(json.dumps(many))
    return folder


@pytest.fixture
def store(article_folder: Path, tmp_path: Path) -> Path:
    """A store to import into: without one, each import would build it first."""
    return Path(shutil.copytree(article_folder, tmp_path / "store"))


@pytest.fixture(scope="module")
def paths(flawed: Path) -> list[str]:
    samples = spark.ROOT.parent / "shared/samples/openalex"
    return [str(flawed), *([str(samples)] if samples.is_dir() else [])]


@pytest.fixture(scope="module")
def by_duckdb(
    paths: list[str], article_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Ran]:
    """What DuckDB makes of them: a store, and what the command said."""
    store = shutil.copytree(article_folder, tmp_path_factory.mktemp("duckdb") / "store")
    return store, run(store, *paths)


@pytest.mark.parametrize("master", MASTERS)
def test_the_engines_write_the_same_bytes(
    request: pytest.FixtureRequest, paths: list[str], store: Path, master: str
) -> None:
    env = spark.environment()
    duckdb, here = request.getfixturevalue("by_duckdb")
    assert here.code == 0, here.err
    there = run(store, *paths, "--engine", "spark", "--master", master, env=env)
    assert there.code == 0, there.err[-2000:]
    assert part(store) == part(duckdb)
    accounts = part(store)[1]
    assert accounts["updated_date=2025-03-01/part 000*.gz"] == {
        "read": 8, "accepted": 4, "rejected": 4, "duplicates": 0,
    }  # fmt: skip
    assert accounts["updated_date=2024-03-01/part_000.gz"]["duplicates"] == 1
    assert report(there) == report(here)


# --- before it starts -----------------------------------------------------------------------


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return write(tmp_path, [work(1, [1], [2])])


def refused(store: Path, path: Path, *options: str, env: dict[str, str], code: int = 1) -> str:
    arguments = [str(path), "--engine", "spark", *options, "--store", str(store)]
    ran = process("import", "openalex", *arguments, env=env)
    assert (ran.code, ran.out) == (code, b"")
    return ran.message


def java(folder: Path, version: str) -> dict[str, str]:
    """An environment whose Java is of a version, or does not run at all."""
    program = folder / "jdk/bin/java"
    program.parent.mkdir(parents=True)
    if version:
        program.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\"' >&2\n")
        program.chmod(0o755)
    return {"JAVA_HOME": str(folder / "jdk")}


@pytest.mark.parametrize(
    ("version", "fact"),
    [
        ("", "Java cannot be run: "),
        ("1.8.0_392", "Spark needs Java 17; there is 8"),
        ("11.0.2", "Spark needs Java 17; there is 11"),
        ("none", "Spark needs Java 17; there is none that says its version"),
    ],
)
def test_java_missing_or_too_old(
    store: Path, small: Path, tmp_path: Path, version: str, fact: str
) -> None:
    said = refused(store, small, env=java(tmp_path, version))
    assert said.startswith(fact)
    assert said.endswith("install Java 17, and let JAVA_HOME name it")


def test_a_master_that_does_not_answer(store: Path, small: Path, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # nobody listens
        master = f"spark://127.0.0.1:{taken.getsockname()[1]}"
        env = java(tmp_path, "17.0.1")
        said = refused(store, small, "--master", master, env=env)
    assert said.startswith(f"{master}: the Spark master does not answer: ")
    assert said.endswith("start it, or take --master 'local[*]'")


def test_pyspark_is_not_installed(store: Path, small: Path, tmp_path: Path) -> None:
    nothing = tmp_path / "nothing"
    nothing.mkdir()
    (nothing / "pyspark.py").write_text("raise ImportError('no')\n")
    env = java(tmp_path, "17.0.1") | {"PYTHONPATH": f"{nothing}:{spark.ROOT / 'src'}"}
    said = refused(store, small, env=env, code=2)
    assert said == "pyspark is not installed; pip install 'coopgraph[spark]'"


def test_a_master_that_makes_no_sense(store: Path, small: Path) -> None:
    env = spark.environment()
    ran = run(store, str(small), "--engine", "spark", "--master", "abacus", env=env)
    assert ran.code == 1
    last = ran.err.decode().splitlines()[-1]
    assert last.startswith("coopgraph: abacus: Spark does not start: ")
    assert b"Traceback" not in ran.err
