"""An import that is killed, runs twice or finds no room: the old graph and its parts stay."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import invented
import pytest
from command_line import environment
from import_runs import DEMONSTRATION, GRAPH, LIST, files, left_overs, programmes, run, total
from small_disk import run_import
from stopping import STOP

from coopgraph.compiler import build
from coopgraph.store import Store

#: Imports, and dies or waits at a step on the disk.
_STOP = f"""
from coopgraph.compiler.held import ImportPlace
from coopgraph.compiler.imports import import_files
{STOP}
import_files("kr-budget", [pathlib.Path(first)], store, place=ImportPlace(replace=True))
"""


def start(*arguments: object) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", _STOP, *map(str, arguments)]
    return subprocess.Popen(command, env=environment(), stderr=subprocess.PIPE)


@pytest.fixture(scope="module")
def small_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Invented tables, and a store of them with the demonstration's list of programmes."""
    folder = tmp_path_factory.mktemp("small")
    build(invented.write(folder / "data"), folder / "store")
    assert run(folder / "store", "import", "kr-budget", LIST).code == 0
    return folder


@pytest.fixture
def small(small_once: Path, tmp_path: Path) -> Path:
    """A copy of that store, with its tables beside it."""
    return Path(shutil.copytree(small_once, tmp_path / "small")) / "store"


@pytest.mark.parametrize(
    ("event", "fragment"),
    [
        ("os.mkdir", ".building-"),
        ("open", "kr-budget.nt"),
        ("open", "kr-budget.rejects.csv"),  # half-way through the records
        ("os.rename", "/rejects/"),  # the part is complete
        ("open", "identity.nt"),
        ("sqlite3.connect", "search.sqlite"),
        ("open", "void.nt"),
        ("open", "manifest.json"),
        ("os.rename", "/versions/0"),
        ("os.rename", "/parts/"),
        ("open", ".current.new"),
        ("os.rename", ".current.new"),
    ],
)
def test_a_killed_import_leaves_the_old_graph_and_can_start_again(
    small: Path, tmp_path: Path, event: str, fragment: str
) -> None:
    path = programmes(tmp_path, 5.0, float("nan"))
    before, old = files(small), Store.open(small).manifest.parts
    killed = start(path, small, event, fragment, "")
    _, complaint = killed.communicate(timeout=60)
    assert killed.returncode == -signal.SIGKILL, complaint.decode()
    assert total(small) == DEMONSTRATION
    assert files(small) == before
    again = build(small.parent / "data", small)  # what was left half-done counts for nothing
    assert again.parts == old
    assert total(small) == DEMONSTRATION
    assert run(small, "import", "kr-budget", path, "--replace").code == 0
    assert total(small) == ("5000000", "1")
    assert left_overs(small) == []


def test_of_two_imports_at_once_one_says_so(small: Path, tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    winner = start(programmes(tmp_path, 5.0), small, "sqlite3.connect", "search.sqlite", gate)
    try:
        for _ in range(6000):
            if gate.with_name("gate.reached").exists() or winner.poll() is not None:
                break
            time.sleep(0.01)
        loser = run(small, "import", "kr-budget", LIST)
        removal = run(small, "sources", "--remove", GRAPH)
    finally:
        gate.touch()
        _, complaint = winner.communicate(timeout=60)
    for refused in (loser, removal):
        assert (refused.code, refused.out) == (1, b"")
        assert refused.message.endswith(
            "another process is building this store; wait until it has ended and try again"
        )
    assert winner.returncode == 0, complaint.decode()
    assert total(small) == ("5000000", "1")


_LIMITED = """
import resource, sys
from coopgraph.cli import main
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]),) * 2)
main(["import", "rdf", sys.argv[1], "--store", sys.argv[2]])
"""


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("large") / "large.nt"
    path.write_text("".join(f"<urn:s{n}> <urn:p> <urn:o> .\n" for n in range(60_000)))
    return path


@pytest.mark.parametrize("size", [50_000, 1_000_000])
def test_a_part_that_may_not_grow_is_one_line(small: Path, large: Path, size: int) -> None:
    command = [sys.executable, "-c", _LIMITED, str(large), str(small), str(size)]
    done = subprocess.run(command, capture_output=True, env=environment(), check=False)
    assert done.returncode == 1
    complaint = done.stderr.decode().splitlines()[-1]
    assert "cannot write: " in complaint
    assert "File too large" in complaint
    assert total(small) == DEMONSTRATION
    assert left_overs(small) == []
    assert run(small, "import", "rdf", large).code == 0


@pytest.mark.parametrize("free", [200, 4_000])
def test_a_full_disk_is_one_line_and_the_old_graphs_stay(
    imported: Path, large: Path, tmp_path: Path, free: int
) -> None:
    question = "SELECT (COUNT(*) AS ?n) { ?p coop:reviewCommittee ?c }"
    code, complaint, count, left = run_import(
        "rdf", large, imported, tmp_path / "disk", free=free, question=question, pattern=".*"
    )
    assert code == 1
    (last,) = [line for line in complaint.splitlines() if line.startswith("coopgraph: ")]
    assert "No space left on device" in last or "disk is full" in last  # the latter of SQLite
    assert (count, left) == ("13", [])
