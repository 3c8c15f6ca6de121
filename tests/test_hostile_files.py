"""A user's file never takes the machine with it: read elsewhere, within limits, one clear line."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from command_line import INTERRUPTIBLE, environment, process
from hostile_files import FILES, TOML, chain, external, scenario

from coopgraph.errors import (
    CoopgraphError,
    FactError,
    InputMissing,
    InputUnreadable,
    ReadLimitExceeded,
    ScenarioInvalid,
    TablesInvalid,
    UnknownProjection,
    UnknownScenario,
    UsageError,
)  # fmt: skip
from coopgraph.guard.reader import Reader, ReadLimits, read_limits
from coopgraph.importers import Ledger, importer
from coopgraph.importers.process import ReadImport
from coopgraph.network.projection import load_projection
from coopgraph.queries import read_question
from coopgraph.scenario import load_scenario
from coopgraph.view.layout import read_layout

LIMITS = {"MEMORY_MB": "128", "TIMEOUT_S": "30", "OUTPUT_MB": "16"}


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small limits."""
    for name, value in LIMITS.items():
        monkeypatch.setenv(f"COOPGRAPH_READ_{name}", value)


def read(path: Path, kind: str, columns: str = "") -> tuple[list[str], Ledger]:
    """The lines of a file, read as `import` does, without a store."""
    ledger, options = Ledger(), {"map": columns} if columns else None
    with ReadImport(importer(kind), [path], options) as reader:
        assert reader.inputs
        return list(reader.texts(path.parent, ledger, lambda _: None)), ledger


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("name", FILES)
def test_a_hostile_file_is_one_line(tmp_path: Path, name: str) -> None:
    hostile, path = FILES[name], tmp_path / name
    content = hostile.make()
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(CoopgraphError, match=hostile.said) as caught:
        read(path, hostile.kind, hostile.columns)
    said = str(caught.value)
    assert said.startswith(name)
    assert len(said) < 500
    if isinstance(caught.value, ReadLimitExceeded):
        assert re.search(r"set COOPGRAPH_READ_[A-Z]+_[A-Z]+ \(0: no limit\)$", said)
    assert [each.name for each in tmp_path.iterdir()] == [name]


def test_a_literal_that_is_too_long_is_rejected(tmp_path: Path) -> None:
    path = tmp_path / "long.nt"
    path.write_text(f'<urn:a> <urn:p> "{"x" * 5_000_000}" .\n<urn:a> <urn:p> "b" .\n')
    lines, ledger = read(path, "rdf")
    assert lines == ['<urn:a> <urn:p> "b" .']
    assert ledger.accounts["long.nt"].counts == {
        "read": 2, "accepted": 1, "rejected": 1, "duplicates": 0,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.rdf", external("http://{}/x.dtd")),
        ("a.jsonld", '{{"@context": "http://{}/c", "urn:p": 1}}'.replace("{{", "{")),
        ("b.jsonld", '{"@context": {"@import": "http://{}/c"}, "urn:p": 1}'),
    ],
)
def test_what_is_elsewhere_is_not_fetched(tmp_path: Path, name: str, text: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        address = "{}:{}".format(*server.getsockname())
        (tmp_path / name).write_text(text.replace("{}", address))
        with pytest.raises(InputUnreadable):
            read(tmp_path / name, "rdf")
        with pytest.raises(BlockingIOError):
            server.accept()


# --- scenarios, queries, layouts ------------------------------------------------------------


@pytest.mark.parametrize("name", TOML)
def test_a_scenario_that_is_nested_too_deeply(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    make, said = TOML[name]
    if "longer than 1 s" in said:
        monkeypatch.setenv("COOPGRAPH_READ_TIMEOUT_S", "1")
    path = tmp_path / "mine.toml"
    path.write_text(scenario(make()))
    with pytest.raises((ScenarioInvalid, ReadLimitExceeded), match=f"mine.toml: {said}"):
        load_scenario(path)


def test_a_date_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text("title_en = 2026-01-01\n")
    with pytest.raises(ScenarioInvalid, match="title_en is missing"):
        load_scenario(path)


@pytest.fixture
def places(tmp_path: Path) -> Iterator[dict[str, Path]]:
    """What is no file, under a name that ends like one."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "socket"))
        yield {
            **{name: tmp_path / name for name in ("pipe", "socket", "folder")},
            "device": Path("/dev/zero"),
        }


@pytest.mark.parametrize("what", ["pipe", "socket", "device", "folder"])
def test_what_is_no_file_is_not_opened(tmp_path: Path, places: dict[str, Path], what: str) -> None:
    said = "is a pipe, a socket or a device|folder|directory"
    for ending, read_it, error in (
        (".ttl", lambda p: importer("rdf").find([p]), InputMissing),
        (".toml", load_scenario, UnknownScenario),
        (".rq", load_projection, UnknownProjection),
        (".rq", read_question, FactError),
        (".json", read_layout, InputUnreadable),
    ):
        path = tmp_path / f"a-{what}{ending}"
        path.unlink(missing_ok=True)
        path.symlink_to(places[what])
        if (what, ending) != ("folder", ".ttl"):  # it may hold files
            with pytest.raises(error, match=f"(?i){said}"):
                read_it(path)


def test_a_query_is_not_read_without_end(tmp_path: Path) -> None:
    path = tmp_path / "long.rq"
    with path.open("wb") as stream:
        stream.truncate(1 << 34)  # it takes no room
    with pytest.raises(FactError, match="is larger than 16 MiB"):
        read_question(path)


# --- the process that reads -----------------------------------------------------------------


def test_what_a_reader_says_comes_across(capsys: pytest.CaptureFixture[str]) -> None:
    with Reader("hostile_files:speak", {}, ReadLimits(), "a") as reader:
        reader.send({"a": Path("b")}["a"].name)
        assert list(reader) == [({"got": "b"}, b"data")]
    out, err = capsys.readouterr()
    assert not out
    assert sorted(err.splitlines()) == ["to standard error", "to standard output"]


@pytest.mark.parametrize(
    ("how", "kind", "said"),
    [
        ("ours", TablesInvalid, r"a.csv: no 0; r \(and 2 more\)"),
        ("a subclass", InputUnreadable, "b: is special"),
        ("the system's", PermissionError, "Permission denied: 'a.ttl'"),
        ("a fault", InputUnreadable, "second.ttl: cannot be read: ZeroDivisionError: by zero; it"),
        ("too deep", InputUnreadable, "second.ttl: cannot be read: RecursionError"),
    ],
)
def test_errors_keep_their_class(how: str, kind: type[Exception], said: str) -> None:
    with (
        Reader("hostile_files:fail", {"how": how}, ReadLimits(), "a") as reader,
        pytest.raises(kind, match=said) as caught,
    ):
        list(reader)
    if isinstance(caught.value, TablesInvalid):
        assert [(p.fact, p.place, p.remedy) for p in caught.value.problems] == [
            (f"no {n}", "a.csv", "r") for n in range(3)
        ]


def test_one_message_and_one_file_are_bounded(tmp_path: Path) -> None:
    with (
        Reader("hostile_files:too_much", {}, ReadLimits(), "a") as reader,
        pytest.raises(ReadLimitExceeded, match="more than 64 MiB belong together"),
    ):
        list(reader)
    given = {"path": tmp_path / "file", "size": 2 << 20}
    with (
        Reader("hostile_files:write", given, ReadLimits(output_mb=1), "a") as reader,
        pytest.raises(OSError, match="File too large"),
    ):
        list(reader)


def test_limits_grow_with_the_files_and_can_be_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert read_limits([tmp_path / "none"]) == ReadLimits(2048, 600, 256)
    with (tmp_path / "a.nt").open("wb") as stream:
        stream.truncate(1 << 30)
    assert read_limits([tmp_path], 4096) == ReadLimits(6144, 600 + 10737, 256 + (64 << 10))
    monkeypatch.setenv("COOPGRAPH_READ_MEMORY_MB", "0")
    assert read_limits().memory_mb == 0
    monkeypatch.setenv("COOPGRAPH_READ_TIMEOUT_S", "a minute")
    with pytest.raises(UsageError, match="COOPGRAPH_READ_TIMEOUT_S: 'a minute' is no whole"):
        read_limits()


# --- as a user types it ---------------------------------------------------------------------


def content(store: Path) -> dict[str, bytes]:
    """Everything in the folder of a store; not the note of when its files were last linked."""
    return {
        str(p.relative_to(store)): p.read_bytes()
        for p in store.rglob("*")
        if p.is_file() and p.name != "examined"
    }


@pytest.mark.parametrize("name", ["laughs.rdf", "lines.nt", "pipe.ttl"])
def test_the_store_stays_as_it_was(imported: Path, tmp_path: Path, name: str) -> None:
    path, before = tmp_path / name, content(imported)
    if name in FILES:
        path.write_text(str(FILES[name].make()))
    else:
        os.mkfifo(path)
    limits = {f"COOPGRAPH_READ_{key}": value for key, value in LIMITS.items()}
    done = process("import", "rdf", str(path), "--store", str(imported), env=limits)
    assert (done.code, done.out) == (1, b"")
    assert len(done.err.decode().splitlines()) == 1
    assert content(imported) == before


def children(pid: int) -> list[int]:
    """The processes that a process has started."""
    found = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, check=False)
    return [int(text) for text in found.stdout.split()]


def until(condition: object) -> None:
    """Wait for a condition."""
    assert callable(condition)
    ends = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < ends
        time.sleep(0.02)


@pytest.mark.skipif(not shutil.which("pgrep"), reason="pgrep (procps) finds the child")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_the_reader_ends_with_the_command(imported: Path, tmp_path: Path, number: int) -> None:
    path, before = tmp_path / "chain.ttl", content(imported)
    path.write_text(chain())
    env = environment({"COOPGRAPH_STORE": str(imported)})
    command = [sys.executable, "-c", INTERRUPTIBLE, "import", "rdf", str(path)]
    with subprocess.Popen(command, env=env, stderr=subprocess.PIPE) as running:
        until(lambda: children(running.pid))
        (child,) = children(running.pid)
        until(lambda: list(imported.rglob(".building-*/scratch")))
        running.send_signal(number)
        _, said = running.communicate(timeout=60)
    until(lambda: not Path(f"/proc/{child}").exists())
    if number == signal.SIGINT:
        assert running.returncode == 130
        assert said.decode().strip() == "coopgraph: interrupted; nothing was changed"
        assert content(imported) == before
