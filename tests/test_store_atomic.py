"""A build that is killed, runs twice or finds no room: readers never see half a store."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import invented
import pytest
from stopping import STOP

import coopgraph
from coopgraph.compiler import build
from coopgraph.store import Folder, Store

#: Builds, and dies or waits at a step on the disk.
_STOP = f"""
from coopgraph.compiler import build
{STOP}
print(build(pathlib.Path(first), store).digest)
"""
LABELS = """SELECT ?l { <https://w3id.org/coopgraph/id/organisation/alpha-institute>
skos:prefLabel ?l FILTER(LANG(?l) = "en") }"""


@pytest.fixture(scope="module")
def old_and_new(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Path]:
    """Tables, tables with one changed label, and a store of the first."""
    folder = tmp_path_factory.mktemp("atomic")
    old = invented.write(folder / "old")
    content = invented.tables()
    content["organisations"][0]["label_en"] = "Alpha Institute, renamed"
    new = invented.write(folder / "new", content)
    build(old, folder / "store")
    return old, new, folder / "store"


@pytest.fixture(scope="module")
def thrice(old_and_new: tuple[Path, Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store of the first tables built again twice, so that there is a version to remove."""
    old, _, pristine = old_and_new
    store = Path(shutil.copytree(pristine, tmp_path_factory.mktemp("thrice") / "store"))
    for _ in range(2):
        build(old, store)
    return store


def label(store: Path) -> str:
    ((found,),) = Store.open(store).select(LABELS)
    return str(found.value)


def left_overs(store: Path) -> list[str]:
    return [p.name for p in store.rglob("*") if p.name.startswith(".") or p.name.endswith(".new")]


def start(*arguments: object) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", _STOP, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


@pytest.mark.parametrize(
    ("event", "fragment", "after"),
    [
        ("open", "first-source.nt", "Alpha Institute"),
        ("open", "questions.nt", "Alpha Institute"),
        ("os.mkdir", ".building-", "Alpha Institute"),
        ("open", "void.nt", "Alpha Institute"),
        ("sqlite3.connect", "search.sqlite", "Alpha Institute"),
        ("os.rename", "/versions/0", "Alpha Institute"),
        ("os.rename", "/parts/", "Alpha Institute"),
        ("open", ".current.new", "Alpha Institute"),
        ("os.rename", ".current.new", "Alpha Institute"),
        ("shutil.rmtree", "/engine", "Alpha Institute, renamed"),
    ],
)
def test_a_killed_build_leaves_a_whole_store(
    tmp_path: Path,
    old_and_new: tuple[Path, Path, Path],
    thrice: Path,
    event: str,
    fragment: str,
    after: str,
) -> None:
    new = old_and_new[1]
    store = Path(shutil.copytree(thrice, tmp_path / "store"))
    reader = Store.open(store)
    process = start(new, store, event, fragment, "")
    _, complaint = process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL, complaint.decode()
    assert label(store) == after
    found = coopgraph.open(store).search(after)
    assert found.column("key")[0] == "alpha-institute"
    assert [found.value for (found,) in reader.select(LABELS)] == ["Alpha Institute"]
    report = build(new, store)
    assert label(store) == "Alpha Institute, renamed"
    assert left_overs(store) == []
    assert len(list((store / "versions").glob("*/engine"))) == 2
    assert report.version == Folder(store).current()


def test_the_build_that_was_killed_counts_for_nothing(
    tmp_path: Path, old_and_new: tuple[Path, Path, Path]
) -> None:
    """Between naming a version and switching to it: readers of the current one keep it."""
    old, new, pristine = old_and_new
    store = Path(shutil.copytree(pristine, tmp_path / "store"))
    process = start(new, store, "open", ".current.new", "")
    process.communicate(timeout=60)
    reader = coopgraph.open(store)
    build(old, store)
    assert reader.search("Alpha").column("key")[0] == "alpha-institute"
    assert reader.store.version is not None
    assert reader.store.version.is_dir()
    reader.close()


def test_a_reader_keeps_its_version_over_a_build(
    tmp_path: Path, old_and_new: tuple[Path, Path, Path]
) -> None:
    old, new, pristine = old_and_new
    store = Path(shutil.copytree(pristine, tmp_path / "store"))
    first = coopgraph.open(store)
    build(new, store)
    assert [found.value for (found,) in first.store.select(LABELS)] == ["Alpha Institute"]
    assert first.search("renamed").rows == ()
    second = coopgraph.open(store)
    build(old, store)
    assert [f.value for (f,) in second.store.select(LABELS)] == ["Alpha Institute, renamed"]
    assert second.search("renamed").column("key")[0] == "alpha-institute"
    versions = sorted(path.parent for path in (store / "versions").glob("*/engine"))
    assert [v.name for v in versions] == ["000002", "000003"]
    assert versions[0] == second.store.version
    for kg in (first, second):
        kg.close()


def test_of_two_builds_at_once_one_wins_and_the_other_says_so(
    tmp_path: Path, old_and_new: tuple[Path, Path, Path]
) -> None:
    old, new, pristine = old_and_new
    store = Path(shutil.copytree(pristine, tmp_path / "store"))
    gate = tmp_path / "gate"
    winner = start(new, store, "sqlite3.connect", "search.sqlite", gate)
    try:
        for _ in range(6000):
            if gate.with_name("gate.reached").exists() or winner.poll() is not None:
                break
            time.sleep(0.01)
        command = [sys.executable, "-m", "coopgraph", "build", "--data", str(old)]
        loser = subprocess.run([*command, "--store", str(store)], capture_output=True, check=False)
        assert label(store) == "Alpha Institute"
    finally:
        gate.touch()
        output, complaint = winner.communicate(timeout=60)
    assert (loser.returncode, loser.stdout) == (1, b"")
    assert loser.stderr.decode() == (
        f"coopgraph: {store}: another process is building this store; "
        "wait until it has ended and try again\n"
    )
    assert winner.returncode == 0, complaint.decode()
    assert len(output) == 65
    assert label(store) == "Alpha Institute, renamed"


# --- no room ------------------------------------------------------------------------------

_LIMITED = """
import json, pathlib, resource, sys
from coopgraph.cli import main
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]),) * 2)
main(["build", "--data", sys.argv[1], "--store", sys.argv[2]])
"""
#: Runs where mounting is its own affair (`unshare`), and prints what came of each number
#: of free kilobytes; 0 is a disk with room that is mounted read-only.
_FULL = """
import json, pathlib, shutil, subprocess, sys
data, pristine, place = map(pathlib.Path, sys.argv[1:4])
results = []
for free in map(int, sys.argv[4:]):
    used = int(subprocess.check_output(["du", "-sk", pristine]).split()[0])
    size = f"size={used + (free or 9000)}k"
    subprocess.run(["mount", "-t", "tmpfs", "-o", size, "none", place], check=True)
    shutil.copytree(pristine, place / "store")
    build = [sys.executable, "-m", "coopgraph", "build", "--data", data, "--store", place / "store"]
    if not free:
        subprocess.run(["mount", "-o", "remount,ro", place], check=True)
    done = subprocess.run(build, capture_output=True, text=True)
    from coopgraph.store import Folder, Store
    store = Store.open(place / "store")
    labels = [label.value for (label,) in store.select(LABELS)]
    left = [p.name for p in (place / "store").rglob(".*")]
    results.append([done.returncode, done.stderr, labels, left])
    del store
    subprocess.run(["umount", "--lazy", place], check=True)
print(json.dumps(results))
"""


@pytest.mark.parametrize("size", [2_000, 60_000, 150_000])
def test_a_file_that_may_not_grow_is_one_line(
    tmp_path: Path, old_and_new: tuple[Path, Path, Path], size: int
) -> None:
    _, new, pristine = old_and_new
    store = Path(shutil.copytree(pristine, tmp_path / "store"))
    command = [sys.executable, "-c", _LIMITED, str(new), str(store), str(size)]
    done = subprocess.run(command, capture_output=True, check=False)
    assert done.returncode == 1
    (complaint,) = done.stderr.decode().splitlines()
    assert "cannot write: " in complaint
    assert label(store) == "Alpha Institute"
    assert left_overs(store) == []


def test_a_full_disk_is_one_line_and_the_old_store_stays(
    tmp_path: Path, old_and_new: tuple[Path, Path, Path]
) -> None:
    _, new, pristine = old_and_new
    if subprocess.run(["unshare", "-rm", "true"], capture_output=True, check=False).returncode:
        pytest.skip("this machine does not let a test mount a small disk (unshare -rm)")
    place = tmp_path / "disk"
    place.mkdir()
    sizes = [str(kilobytes) for kilobytes in (0, 16, 700, 1200, 1600, 2000, 2400)]
    script = _FULL.replace("LABELS", repr(LABELS))
    command = ["unshare", "-rm", sys.executable, "-c", script, str(new), str(pristine), str(place)]
    done = subprocess.run([*command, *sizes], capture_output=True, check=False)
    if b"mount" in done.stderr and b"permission denied" in done.stderr.lower():
        pytest.skip("this machine does not let a test mount a small disk")
    assert done.returncode == 0, done.stderr.decode()
    results = json.loads(done.stdout)
    full = [result for result in results if result[0]]
    assert len(full) >= 4
    assert "Read-only file system" in results[0][1]
    assert "No space left on device" in results[1][1]
    for code, complaint, labels, left in full:
        assert code == 1
        assert len(complaint.splitlines()) == 1
        assert "cannot write: " in complaint
        assert "free some space" in complaint
        assert labels == ["Alpha Institute"]
        assert left == []


def test_a_folder_that_may_not_be_written_is_one_line(
    tmp_path: Path, old_and_new: tuple[Path, Path, Path]
) -> None:
    old, _, _ = old_and_new
    folder = tmp_path / "closed"
    folder.mkdir(mode=0o555)
    # Root may write everywhere but where there is no writing at all.
    place = folder if os.geteuid() else Path("/proc/self")
    command = [sys.executable, "-m", "coopgraph", "build", "--data", str(old)]
    command += ["--store", str(place / "store")]
    done = subprocess.run(command, capture_output=True, check=False)
    assert done.returncode == 1
    (complaint,) = done.stderr.decode().splitlines()
    assert complaint.startswith(f"coopgraph: {place}/store: cannot write: ")
