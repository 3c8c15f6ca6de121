"""`coopgraph import` and `sources --remove`: reports, exit codes, and a store that stays whole."""

from __future__ import annotations

import csv
import json
import os
import pty
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from command_line import Ran, environment, process
from stopping import STOP

import coopgraph
from coopgraph.build import build
from coopgraph.store import Store, read_manifest
from coopgraph.vocabulary import COOP, ID

DEMO = Path(__file__).resolve().parent.parent / "data/demo"
LIST = DEMO / "korea/rnd-budget-2026.json"
GRAPH = "import/kr-budget"
TOTAL = f"""SELECT (SUM(?krw) AS ?total) (COUNT(*) AS ?n) {{
?p a <{COOP}Programme> ; <{COOP}amountKrw> ?krw ; <{COOP}reviewCommittee> ?committee }}"""


@pytest.fixture
def store(store_folder: Path, tmp_path: Path) -> Path:
    """A copy of the shipped store."""
    return Path(shutil.copytree(store_folder, tmp_path / "store", symlinks=True))


@pytest.fixture(scope="module")
def imported_once(store_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("imported") / "store"
    shutil.copytree(store_folder, folder, symlinks=True)
    assert run(folder, "import", "kr-budget", LIST, "--release", "demonstration").code == 0
    return folder


@pytest.fixture
def imported(imported_once: Path, tmp_path: Path) -> Path:
    """A copy of the shipped store with the demonstration's list of programmes."""
    return Path(shutil.copytree(imported_once, tmp_path / "imported", symlinks=True))


def run(store: Path, *arguments: str | Path) -> Ran:
    return process(*map(str, arguments), env={"COOPGRAPH_STORE": str(store)})


def total(store: Path) -> tuple[str, str]:
    ((krw, count),) = Store.open(store).select(TOTAL)
    return krw.value, count.value


def programmes(folder: Path, *budgets: float, name: str = "rnd-budget-2026.json") -> Path:
    """An invented list with a programme for each budget; NaN makes one that is rejected."""
    pattern = json.loads(LIST.read_text(encoding="utf-8"))[0]
    path = folder / name
    rows = [
        {**pattern, "id": str(7000 + n), "budget": budget, "details": []}
        for n, budget in enumerate(budgets)
    ]
    path.write_text(json.dumps(rows), encoding="utf-8")
    return path


def left_overs(store: Path) -> list[str]:
    return [p.name for p in store.rglob("*") if p.name.startswith(".") or p.name.endswith(".new")]


def files(store: Path) -> dict[str, bytes]:
    """All parts and their descriptions, byte for byte."""
    return {
        str(path.relative_to(store)): path.read_bytes()
        for path in (store / "parts").rglob("*")
        if path.is_file()
    }


# --- reports and exit codes ---------------------------------------------------------------


def test_the_report_accounts_for_every_record(store: Path) -> None:
    done = run(store, "import", "kr-budget", LIST, "--release", " 2026  draft")
    assert done.code == 0
    lines = done.out.decode().splitlines()
    assert lines[0].split() == ["read", "accepted", "rejected", "duplicates", "file"]
    assert lines[1].split() == ["13", "13", "0", "0", LIST.name]
    assert lines[2].split()[:4] == ["18", "18", "0", "0"]
    assert any(line.startswith("note: 13 programmes, 192,500.5 million won") for line in lines)
    assert f" triples in {GRAPH}; part " in lines[-1]
    assert done.err.decode() == "compiling: 31 records\n"
    assert total(store) == ("192500500000", "13")


def test_an_import_into_no_store_builds_one_first(tmp_path: Path) -> None:
    fresh = tmp_path / "fresh"
    assert run(fresh, "import", "kr-budget", DEMO / "korea").code == 0
    assert total(fresh) == ("192500500000", "13")
    assert coopgraph.open(fresh).query("partners").rows


def test_rejected_records_are_listed_and_the_others_kept(store: Path, tmp_path: Path) -> None:
    path = programmes(tmp_path, 1.0, float("nan"), 2.0)
    done = run(store, "import", "kr-budget", path)
    assert done.code == 0
    assert done.out.decode().splitlines()[1].split()[:4] == ["3", "2", "1", "0"]
    place = store / "parts/import/kr-budget.rejects.csv"
    assert f"rejected records: {place}" in done.out.decode()
    with place.open(encoding="utf-8", newline="") as stream:
        (row,) = csv.DictReader(stream)
    assert (row["file"], row["row"], row["column"]) == (path.name, "2", "budget")
    assert "is not a number" in row["reason"]
    assert run(store, "import", "kr-budget", programmes(tmp_path, 1.0)).code == 0
    assert not place.exists()


def test_an_import_without_a_usable_record_replaces_nothing(imported: Path, tmp_path: Path) -> None:
    before = total(imported)
    done = run(imported, "import", "kr-budget", programmes(tmp_path, float("nan")))
    assert done.code == 1
    assert "none of 1 records can be used; why stands in " in done.message
    assert run(imported, "import", "kr-budget", programmes(tmp_path)).code == 1
    assert total(imported) == before
    build(store=imported)
    assert total(imported) == before


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (
            ("import", "kr-bugdet", "x"),
            2,
            "unknown kind of import 'kr-bugdet'; did you mean kr",
        ),
        (("import", "kr-budget", "nowhere"), 1, "nowhere: there is no such file or folder"),
        (("import", "kr-budget"), 2, "Missing argument 'PATH...'"),
        (("import", "rdf", str(LIST)), 1, "no file of this kind was found"),
        (
            ("sources", "--remove", "import/ror"),
            2,
            "no import is called 'import/ror'; there",
        ),
        (("sources", "--remove", "article"), 2, "no import is called 'article'"),
    ],
)
def test_a_wrong_request_is_one_line(
    store: Path, arguments: tuple[str, ...], code: int, message: str
) -> None:
    done = run(store, *arguments)
    assert (done.code, done.out) == (code, b"")
    assert message in done.message


def test_what_is_wrong_with_a_table_is_one_line_each(store: Path, tmp_path: Path) -> None:
    path = tmp_path / "organisations.csv"
    path.write_text("key,label_ko,label_en,kind,source,locator_en,locator_ko\nmit,,M,x,ror,a,b\n")
    done = run(store, "import", "table", path)
    assert done.code == 1
    complaints = done.err.decode().splitlines()
    assert len(complaints) == 3
    assert all(
        line.startswith("coopgraph: organisations.csv, row 2, column ") for line in complaints
    )


def test_progress_elsewhere_is_plain_lines(store: Path, tmp_path: Path) -> None:
    path = tmp_path / "many.nt"
    path.write_text("".join(f"<urn:s{n}> <urn:p> <urn:o> .\n" for n in range(200_000)))
    done = run(store, "import", "rdf", path)
    assert done.err.decode().splitlines() == [
        "reading: 100,000 records", "reading: 200,000 records", "compiling: 200,000 records",
    ]  # fmt: skip


def test_progress_on_a_terminal_is_one_line_written_over(store: Path, tmp_path: Path) -> None:
    path = tmp_path / "many.nt"
    path.write_text("".join(f"<urn:s{n}> <urn:p> <urn:o> .\n" for n in range(100_000)))
    leader, follower = pty.openpty()
    done = subprocess.run(
        [sys.executable, "-m", "coopgraph", "import", "rdf", str(path)],
        env=environment({"COOPGRAPH_STORE": str(store)}),
        stdout=subprocess.PIPE,
        stderr=follower,
        check=True,
    )
    os.close(follower)
    received = os.read(leader, 1 << 20).decode()
    os.close(leader)
    assert "\n" not in received
    assert " a second, " in received
    assert " left" in received
    assert "\r\x1b[Kcompiling: 100,000 records read" in received
    assert received.endswith("\r\x1b[K")
    assert b"\x1b" not in done.stdout


# --- the store ----------------------------------------------------------------------------


def test_importing_again_gives_the_same_bytes(imported: Path) -> None:
    before = files(imported)
    digest = read_manifest((imported / "current").resolve()).digest
    for _ in range(2):
        assert run(imported, "import", "kr-budget", LIST, "--release", "demonstration").code == 0
    assert files(imported) == before
    assert read_manifest((imported / "current").resolve()).digest == digest


@pytest.mark.parametrize("fresh", [False, True])
def test_a_build_keeps_an_import(imported: Path, fresh: bool) -> None:
    before = total(imported)
    report = build(store=imported, fresh=fresh)
    assert GRAPH in [part.graph for part in report.parts]
    assert total(imported) == before == ("192500500000", "13")
    assert left_overs(imported) == []


def test_an_import_replaces_its_graph_whole(imported: Path, tmp_path: Path) -> None:
    assert run(imported, "import", "kr-budget", programmes(tmp_path, 5.0)).code == 0
    assert total(imported) == ("5000000", "1")


def test_sources_name_file_and_release_and_remove_an_import(imported: Path) -> None:
    listed = json.loads(run(imported, "sources", "--format", "json").out)
    (row,) = [row for row in listed if row["origin"] == "import"]
    assert (row["graph"], row["file"], row["release"]) == (GRAPH, LIST.name, "demonstration")
    done = run(imported, "sources", "--remove", f"graph:{GRAPH}")
    assert (done.code, done.out) == (0, b"")
    assert done.err.decode().startswith(f"removed {GRAPH}: ")
    assert total(imported) == ("0", "0")
    assert GRAPH not in run(imported, "sources").out.decode()
    assert not [name for name in files(imported) if "kr-budget" in name and "/import/" in name]
    build(store=imported)
    assert total(imported) == ("0", "0")


def test_the_graph_says_what_it_was_made_from(imported: Path) -> None:
    graph = f"<https://w3id.org/coopgraph/graph/{GRAPH}>"
    ((label, read, digest),) = Store.open(imported).select(f"""SELECT ?label ?read ?digest {{
    {graph} skos:prefLabel ?label ; coop:recordsRead ?read ; prov:wasDerivedFrom ?file .
    ?file coop:sha256 ?digest FILTER(LANG(?label) = "en") }}""")
    assert label.value.endswith(" demonstration")
    assert read.value == "31"
    assert len(digest.value) == 64


def test_users_files_get_graphs_of_their_own(store: Path, tmp_path: Path) -> None:
    (tmp_path / "내 메모.ttl").write_text(f"<{ID}x> a <urn:Note> .", encoding="utf-8")
    (tmp_path / "other.ttl").write_text(f"<{ID}y> a <urn:Note> .", encoding="utf-8")
    for name in ("내 메모.ttl", "other.ttl"):
        assert run(store, "import", "rdf", tmp_path / name).code == 0
    graphs = [part.graph for part in read_manifest((store / "current").resolve()).parts]
    assert {"import/rdf/내-메모", "import/rdf/other"} <= set(graphs)
    assert len(Store.open(store).select("SELECT ?s { ?s a <urn:Note> }")) == 2
    assert run(store, "sources", "--remove", "import/rdf/내-메모").code == 0
    assert len(Store.open(store).select("SELECT ?s { ?s a <urn:Note> }")) == 1


# --- killed, twice at once, no room -------------------------------------------------------

#: Imports, and dies or waits at a step on the disk.
_STOP = f"""
from coopgraph.build.importing import import_files
{STOP}
import_files("kr-budget", [pathlib.Path(first)], store)
"""


def start(*arguments: object) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", _STOP, *map(str, arguments)]
    return subprocess.Popen(command, env=environment(), stderr=subprocess.PIPE)


@pytest.mark.parametrize(
    ("event", "fragment"),
    [
        ("open", ".kr-budget.nt"),
        ("open", ".kr-budget.rejects.csv"),  # half-way through the records
        ("os.rename", "kr-budget.nt"),
        ("os.rename", "kr-budget.json"),
        ("os.mkdir", ".building-"),
        ("os.rename", "void.nt"),
        ("sqlite3.connect", "search.sqlite"),
        ("os.symlink", ".current.new"),
    ],
)
def test_a_killed_import_leaves_the_old_graph_and_can_start_again(
    imported: Path, tmp_path: Path, event: str, fragment: str
) -> None:
    path = programmes(tmp_path, 5.0, float("nan"))
    killed = start(path, imported, event, fragment, "")
    _, complaint = killed.communicate(timeout=60)
    assert killed.returncode == -signal.SIGKILL, complaint.decode()
    assert total(imported) == ("192500500000", "13")
    assert run(imported, "import", "kr-budget", path).code == 0
    assert total(imported) == ("5000000", "1")
    assert left_overs(imported) == []


def test_of_two_imports_at_once_one_says_so(imported: Path, tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    winner = start(programmes(tmp_path, 5.0), imported, "sqlite3.connect", "search.sqlite", gate)
    try:
        for _ in range(6000):
            if gate.with_name("gate.reached").exists() or winner.poll() is not None:
                break
            time.sleep(0.01)
        loser = run(imported, "import", "kr-budget", LIST)
        removal = run(imported, "sources", "--remove", GRAPH)
    finally:
        gate.touch()
        _, complaint = winner.communicate(timeout=60)
    for refused in (loser, removal):
        assert (refused.code, refused.out) == (1, b"")
        assert refused.message.endswith(
            "another process is building this store; wait until it has ended and try again"
        )
    assert winner.returncode == 0, complaint.decode()
    assert total(imported) == ("5000000", "1")


_LIMITED = """
import resource, sys
from coopgraph.cli import main
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]),) * 2)
main(["import", "rdf", sys.argv[1], "--store", sys.argv[2]])
"""
#: Runs where mounting is its own affair (`unshare`): the free kilobytes of a small disk, then
#: what the import said and what is left.
_FULL = """
import json, pathlib, shutil, subprocess, sys
path, pristine, place, free = sys.argv[1:5]
used = int(subprocess.check_output(["du", "-sk", pristine]).split()[0])
mount = ["mount", "-t", "tmpfs", "-o", f"size={used + int(free)}k", "none", place]
subprocess.run(mount, check=True)
store = pathlib.Path(place, "store")
shutil.copytree(pristine, store, symlinks=True)
command = [sys.executable, "-m", "coopgraph", "import", "rdf", path, "--store", store]
done = subprocess.run(command, capture_output=True, text=True)
from coopgraph.store import Store
counted = Store.open(store).select("SELECT (COUNT(*) AS ?n) { ?p coop:reviewCommittee ?c }")
left = [p.name for p in store.rglob(".*")]
print(json.dumps([done.returncode, done.stderr, counted[0][0].value, left]))
"""


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("large") / "large.nt"
    path.write_text("".join(f"<urn:s{n}> <urn:p> <urn:o> .\n" for n in range(60_000)))
    return path


@pytest.mark.parametrize("size", [50_000, 1_000_000])
def test_a_part_that_may_not_grow_is_one_line(imported: Path, large: Path, size: int) -> None:
    command = [sys.executable, "-c", _LIMITED, str(large), str(imported), str(size)]
    done = subprocess.run(command, capture_output=True, env=environment(), check=False)
    assert done.returncode == 1
    complaint = done.stderr.decode().splitlines()[-1]
    assert "cannot write: File too large" in complaint
    assert total(imported) == ("192500500000", "13")
    assert left_overs(imported) == []
    assert run(imported, "import", "rdf", large).code == 0


@pytest.mark.parametrize("free", [200, 4_000])
def test_a_full_disk_is_one_line_and_the_old_graphs_stay(
    imported: Path, large: Path, tmp_path: Path, free: int
) -> None:
    if subprocess.run(["unshare", "-rm", "true"], capture_output=True, check=False).returncode:
        pytest.skip("this machine does not let a test mount a small disk (unshare -rm)")
    place = tmp_path / "disk"
    place.mkdir()
    values = [str(value) for value in (large, imported, place, free)]
    command = ["unshare", "-rm", sys.executable, "-c", _FULL, *values]
    done = subprocess.run(command, capture_output=True, env=environment(), check=False)
    if b"mount" in done.stderr and b"permission denied" in done.stderr.lower():
        pytest.skip("this machine does not let a test mount a small disk")
    assert done.returncode == 0, done.stderr.decode()
    code, complaint, count, left = json.loads(done.stdout)
    assert code == 1
    (last,) = [line for line in complaint.splitlines() if line.startswith("coopgraph: ")]
    assert "No space left on device" in last
    assert (count, left) == ("13", [])
