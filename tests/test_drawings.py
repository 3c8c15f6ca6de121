"""Drawings of networks of practice: made with an import, read by every worker, made anew where they
cannot be read."""

from __future__ import annotations

import gzip
import hashlib
import json
import pickle
import shutil
from pathlib import Path

import pytest

import coopgraph
from coopgraph.compiler.imports import remove_import
from coopgraph.server.address import PageRequest
from coopgraph.server.pages import network as pages
from coopgraph.store import Folder
from coopgraph.view import render
from coopgraph.view.drawings import drawing_of, is_kept


@pytest.fixture
def imported(projects_folder: Path, tmp_path: Path) -> Path:
    """A store with projects, which a test may change."""
    return Path(shutil.copytree(projects_folder, tmp_path / "store"))


NAME = "collaboration"
SAID = "The drawing of this network that is kept with the store was"


def kept(store: Path) -> Path:
    return Folder(store).current() / "drawings" / f"{NAME}.json.gz"


def opened(store: Path) -> str:
    with coopgraph.open(store) as kg:
        return pages.network(kg, PageRequest(names={"name": NAME})).body.decode()


def sealed(value: object) -> bytes:
    body = json.dumps(value).encode()
    return gzip.compress(hashlib.sha256(body).hexdigest().encode() + body)


def test_an_import_keeps_the_drawing_that_the_page_shows(imported: Path) -> None:
    assert kept(imported).is_file()
    with coopgraph.open(imported) as kg:
        drawn = drawing_of(kg.store, NAME)
        assert drawn.nodes > 2
        more = "/network/more"
        assert render(drawn, "ko", more=more) == render(kg.project(NAME), "ko", more=more)
        assert not (kept(imported).parent / "technology-partners.json.gz").exists()
    assert SAID not in opened(imported)


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"no archive",
        b"\x1f\x8b\x08",
        gzip.compress(b"{}"),
        gzip.compress(b"0" * 1_000_000),
        sealed([]),
        sealed({"maker": 1}),
        pickle.dumps(print),
        gzip.compress(b"0" * 64 + b"[" * 100_000),
    ],
    ids=["empty", "text", "begun", "no digest", "long", "list", "other", "pickle", "deep"],
)
def test_a_damaged_drawing_is_made_anew_and_the_page_says_so(imported: Path, damage: bytes) -> None:
    whole = kept(imported).read_bytes()
    kept(imported).write_bytes(damage)
    assert SAID in opened(imported)
    assert kept(imported).read_bytes() == whole
    assert SAID not in opened(imported)


def test_a_missing_drawing_is_made_anew_even_where_nothing_can_be_written(imported: Path) -> None:
    place = kept(imported).parent
    for path in place.iterdir():
        path.unlink()
    place.rmdir()
    place.write_text("in the way")  # where a folder must be
    assert SAID in opened(imported)
    assert SAID in opened(imported)


def test_another_store_has_another_drawing(imported: Path) -> None:
    before = kept(imported)
    remove_import("import/cordis", imported)
    assert kept(imported) != before
    assert not kept(imported).exists()
    assert SAID not in opened(imported)


def test_only_networks_that_count_practice_are_kept() -> None:
    assert is_kept(NAME)
    assert is_kept("country-collaboration")
    assert not is_kept("everything")
    assert not is_kept("../../etc/passwd")
