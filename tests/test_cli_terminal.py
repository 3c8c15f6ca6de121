"""On a terminal: nothing wider than it, nothing that moves its cursor."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import struct
import subprocess
import sys
import termios
from pathlib import Path

import pyoxigraph as ox
import pytest
from command_line import environment, process
from derivations import write_index
from wcwidth import wcswidth

from coopgraph.search import INDEX_FILE
from coopgraph.store import Folder, Store
from coopgraph.store.builds import write_digests
from coopgraph.store.parts import MODEL
from coopgraph.vocabulary import GRAPH, ID, PREFIXES

HOSTILE = "\x1b[2J\x1b]0;title\x07\x9b31m\x08\x7f\r\u202eabc\u2028한국"


def terminal(columns: int, *arguments: str, store: Path) -> str:
    """What a terminal of that many columns receives from the command."""
    leader, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    attributes = termios.tcgetattr(follower)
    attributes[1] &= ~termios.OPOST  # so that what is received is what was sent
    termios.tcsetattr(follower, termios.TCSANOW, attributes)
    env = environment({"COOPGRAPH_STORE": str(store), "TERM": "xterm"})
    env.pop("COLUMNS", None)
    started = subprocess.Popen(
        [sys.executable, "-m", "coopgraph", *arguments],
        env=env,
        stdin=follower,
        stdout=follower,
        stderr=follower,
    )
    os.close(follower)
    received = b""
    while True:
        try:
            block = os.read(leader, 65536)
        except OSError:  # how Linux says that the other side has closed
            break
        if not block:
            break
        received += block
    os.close(leader)
    started.wait()
    return received.decode()


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store whose labels would clear a screen and set a window's title."""
    folder = tmp_path_factory.mktemp("hostile")
    Folder(folder).begin()
    version = folder / "versions" / "000001"
    version.mkdir()
    engine = ox.Store(version / "engine")
    node, graph = ox.NamedNode(ID + "technology/evil"), ox.NamedNode(GRAPH + "evil")
    said: dict[str, ox.NamedNode | ox.Literal] = {
        "http://www.w3.org/1999/02/22-rdf-syntax-ns#type": ox.NamedNode(
            PREFIXES["coop"] + "Technology"
        ),
        PREFIXES["skos"] + "prefLabel": ox.Literal(HOSTILE, language="en"),
        PREFIXES["skos"] + "note": ox.Literal(HOSTILE * 9 + "\0"),
    }
    for predicate, value in said.items():
        engine.add(ox.Quad(node, ox.NamedNode(predicate), value, graph))
    engine.flush()
    write_index(Store(engine), version / INDEX_FILE)
    parts = [{"graph": "evil", "origin": "curated", "triples": len(said), "sha256": ""}]
    del engine  # closes its files
    manifest = json.dumps({"coopgraph": "0", "model": MODEL, "parts": parts})
    (version / "manifest.json").write_text(manifest, encoding="utf-8")
    write_digests(version)
    with Folder(folder).locked(restore=True):
        Folder(folder).switch(version)
    return folder


@pytest.mark.parametrize("columns", [60, 80, 120])
@pytest.mark.parametrize(
    "arguments",
    [
        ("query", "partners", "--lang", "ko"),
        ("query", "technology-profile"),
        ("query", "disagreements", "--lang", "ko"),
        ("query", "partners", "-o", "-"),
        ("search", "한국", "--lang", "ko"),
        ("show", "quantum"),
        ("questions", "--lang", "ko"),
        ("sources",),
    ],
)
def test_no_line_is_wider_than_the_terminal(
    store_folder: Path, columns: int, arguments: tuple[str, ...]
) -> None:
    lines = terminal(columns, *arguments, store=store_folder).splitlines()
    assert len(lines) > 4
    widths = [wcswidth(line) for line in lines]
    assert min(widths) >= 0
    assert max(widths) <= columns
    assert max(widths) > columns // 3


def test_what_was_cut_shows_it(store_folder: Path) -> None:
    narrow = terminal(
        60, "query", "partners", "--plan", "strategic-joint-research-plan", store=store_folder
    )
    assert "…" in narrow
    wide = terminal(
        300, "query", "partners", "--plan", "strategic-joint-research-plan", store=store_folder
    )
    assert "…" not in wide
    assert "Massachusetts Institute of Technology" in wide


def test_amounts_are_not_cut_at_80_columns(store_folder: Path) -> None:
    drawn = terminal(80, "query", "budget-levels", store=store_folder)
    assert "84,500,000,000 " in drawn


def test_without_a_terminal_nothing_is_cut(store_folder: Path) -> None:
    env = {"COOPGRAPH_STORE": str(store_folder), "COLUMNS": "40"}
    out = process("query", "technology-profile", env=env).out.decode()
    assert "…" not in out
    assert max(map(len, out.splitlines())) > 120


@pytest.mark.parametrize(
    "arguments",
    [
        ("query", "-"),
        ("search", "한국"),
        ("show", "evil"),
        ("show", "evil", "--format", "csv"),
        ("show", "evil", "--format", "tsv"),
        ("show", "evil", "--format", "json"),
        ("query", "facts", "-p", "about=evil", "--raw", "--format", "tsv"),
        ("export", "--format", "nq"),
        ("show", "evi"),
        ("show", HOSTILE),
        ("query", HOSTILE),
        (HOSTILE,),
    ],
)
def test_no_label_moves_the_cursor(
    hostile: Path, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    if arguments == ("query", "-"):
        (tmp_path / "q.rq").write_text("SELECT * { ?s ?p ?o }", encoding="utf-8")
        arguments = ("query", str(tmp_path / "q.rq"))
    received = terminal(80, *arguments, store=hostile)
    assert "한국" in received or "\\u" in received or "evil" in received
    assert {c for c in received if not c.isprintable()} <= {"\n", "\t"}


def test_a_pipe_gets_the_label_as_it_is(hostile: Path) -> None:
    ran = process("show", "evil", "--format", "json", env={"COOPGRAPH_STORE": str(hostile)})
    assert b"\\u001b[2J" in ran.out
    raw = process("export", env={"COOPGRAPH_STORE": str(hostile)})
    assert "\x9b31m".encode() in raw.out
