"""`coopgraph import`: reports, progress and exit codes."""

from __future__ import annotations

import csv
import os
import pty
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import environment
from import_runs import DEMO, GRAPH, LIST, programmes, run, total

import coopgraph
from coopgraph.store import Folder


@pytest.fixture
def store(small_folder: Path, tmp_path: Path) -> Path:
    """A copy of the store of invented tables, which stand beside it."""
    return Path(shutil.copytree(small_folder.parent, tmp_path / "copy")) / "store"


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
    (place,) = (store / "rejects").iterdir()
    assert place.name.startswith("import-kr-budget-")
    assert f"rejected records: {place}" in done.out.decode()
    with place.open(encoding="utf-8", newline="") as stream:
        (row,) = csv.DictReader(stream)
    assert (row["file"], row["row"], row["column"]) == (path.name, "2", "budget")
    assert "is not a number" in row["reason"]
    again = run(store, "import", "kr-budget", programmes(tmp_path, 1.0), "--replace")
    assert again.code == 0
    (part,) = (part for part in Folder(store).parts() if part.graph == GRAPH)
    assert "rejects" not in part.about  # the list stays with the build that it is of


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
    path.write_text("key,label_ko,label_en,kind,source,locator_en,locator_ko\nmit,,,x,ror,a,b\n")
    done = run(store, "import", "table", path)
    assert done.code == 1
    complaints = done.err.decode().splitlines()
    assert len(complaints) == 3
    assert all(line.startswith("coopgraph: organisations.csv, row 2") for line in complaints)
    assert "label_ko and label_en" in complaints[0]


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
