"""The store's folder: missing, locked, damaged, unwritable; each is one line."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import invented
import pytest
from command_line import environment
from import_runs import DEMONSTRATION, files, total

import coopgraph
from coopgraph.compiler import build
from coopgraph.errors import (
    CoopgraphError,
    FileUnwritable,
    PartDamaged,
    StoreDamaged,
    StoreLocked,
    StoreMissing,
    UsageError,
)
from coopgraph.search import IndexWriter
from coopgraph.store import Folder, Store
from coopgraph.store.files import remove_tree, write_output
from coopgraph.store.parts import MANIFEST_FILES, REPAIR, RESTORE

ASK = """SELECT ?l { <https://w3id.org/coopgraph/id/organisation/alpha-institute>
skos:prefLabel ?l FILTER(LANG(?l) = "en") }"""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return invented.write(tmp_path_factory.mktemp("tables"))


@pytest.fixture(scope="module")
def pristine(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pristine") / "store"
    build(data, folder)
    return folder


@pytest.fixture
def store(pristine: Path, tmp_path: Path) -> Path:
    """A store of the invented tables that a test may break."""
    return Path(shutil.copytree(pristine, tmp_path / "store"))


def line(caught: pytest.ExceptionInfo[CoopgraphError]) -> str:
    text = str(caught.value)
    assert len(text.splitlines()) == 1
    assert text.isprintable()
    return text


def test_a_store_answers(store: Path) -> None:
    assert [label.value for (label,) in Store.open(store).select(ASK)] == ["Alpha Institute"]


@pytest.mark.parametrize("name", ["absent", "empty"])
def test_a_missing_store_says_how_to_make_one(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(StoreMissing) as caught:
        Store.open(tmp_path / name)
    assert line(caught) == f"{tmp_path / name}: there is no store here; run: coopgraph build"
    assert caught.value.exit_code == 1


def test_a_store_to_write_is_not_a_url() -> None:
    with pytest.raises(UsageError) as caught:
        Folder("https://ann:secret@example.org/sparql")
    assert (
        line(caught) == "https://example.org/sparql: a store is a folder, not a URL; name a folder"
    )


def _garbage(pattern: str) -> Callable[[Path], None]:
    def spoil(version: Path) -> None:
        paths = list((version / "engine").glob(pattern))
        assert paths
        for path in paths:
            path.write_bytes(b"garbage" * 20)

    return spoil


def _gone(pattern: str) -> Callable[[Path], None]:
    def spoil(version: Path) -> None:
        paths = list(version.glob(pattern))
        assert paths
        for path in paths:
            path.unlink()

    return spoil


@pytest.mark.parametrize(
    "spoil",
    [
        _garbage("CURRENT"),
        _garbage("MANIFEST-*"),
        _garbage("*.sst"),
        _gone("engine/CURRENT"),
        _gone("engine/MANIFEST-*"),
        _gone("engine/*.sst"),
        lambda version: shutil.rmtree(version / "engine"),
    ],
)
def test_a_damaged_engine_is_one_line_and_a_build_heals_it(
    store: Path, data: Path, spoil: Callable[[Path], None]
) -> None:
    spoil(Folder(store).current())
    with pytest.raises(StoreDamaged) as caught:
        Store.open(store)
    assert line(caught).startswith(f"{store}: the store ")
    assert line(caught).endswith("; run: coopgraph doctor --repair")
    build(data, store)
    assert [label.value for (label,) in Store.open(store).select(ASK)] == ["Alpha Institute"]


@pytest.mark.parametrize("content", ["", "[", "{}", '{"coopgraph": "1", "parts": [{"x": 1}]}', "7"])
def test_a_damaged_manifest_is_one_line(store: Path, content: str) -> None:
    kg = coopgraph.open(store)
    path = Folder(store).current() / "manifest.json"
    for name in MANIFEST_FILES:
        path.with_name(name).write_text(content, encoding="utf-8")
    with pytest.raises(StoreDamaged) as caught:
        kg.sources()
    assert line(caught) == f"{path}: the manifest cannot be read; {RESTORE}"
    with pytest.raises(StoreDamaged) as caught:
        coopgraph.open(store)
    assert line(caught) == (
        f"{store}: the store is damaged: versions/000001/manifest.json does not have the SHA-256 "
        "that was recorded; run: coopgraph doctor --repair"
    )


@pytest.mark.parametrize("cut", [0, 1 / 2], ids=["garbage", "half"])
def test_a_damaged_index_is_one_line(store: Path, cut: float) -> None:
    path = Folder(store).current() / "search.sqlite"
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * cut)] or b"garbage" * 2000)
    with pytest.raises(StoreDamaged) as caught:
        coopgraph.open(store)
    assert line(caught) == (
        f"{store}: the store is damaged: versions/000001/search.sqlite does not have the size "
        "that was recorded; run: coopgraph doctor --repair"
    )


@pytest.mark.parametrize("content", ["no triples at all\n", None])
def test_a_damaged_import_is_one_line_and_leaves_the_store(
    imported: Path, content: str | None
) -> None:
    folder = Folder(imported)
    (part,) = (part for part in folder.parts() if part.origin == "import")
    path = folder.part_path(part)
    path.unlink()
    if content:
        path.write_text(content, encoding="utf-8")
    before = files(imported)
    with pytest.raises(PartDamaged) as caught:
        build(imported.parent / "data", imported)
    fault = "does not have the SHA-256 that was recorded" if content else "is missing"
    assert line(caught) == (
        f"{path}: the part import/kr-budget {fault}; "
        f"{REPAIR}; or import it again, or leave it out: coopgraph build --fresh"
    )
    assert files(imported) == before
    assert total(imported) == DEMONSTRATION


def test_a_locked_store_is_one_line_and_can_still_be_read(store: Path, data: Path) -> None:
    with Folder(store).locked():
        with pytest.raises(StoreLocked) as caught:
            build(data, store)
        assert line(caught) == (
            f"{store}: another process is building this store; "
            "wait until it has ended and try again"
        )
        assert Store.open(store).select(ASK)
    build(data, store)


def test_the_lock_of_another_process_ends_with_it_however_it_ends(store: Path, data: Path) -> None:
    code = f"""
import time
from coopgraph.store import Folder
with Folder({str(store)!r}).locked():
    print(flush=True)
    time.sleep(600)"""
    with subprocess.Popen(
        [sys.executable, "-c", code], env=environment(), stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        other.stdout.readline()
        with pytest.raises(StoreLocked):
            build(data, store)
        other.kill()
    build(data, store)


@pytest.mark.parametrize("place", ["file", "file/store"])
def test_a_store_cannot_be_where_a_file_is(tmp_path: Path, data: Path, place: str) -> None:
    (tmp_path / "file").write_text("precious", encoding="utf-8")
    with pytest.raises(FileUnwritable) as caught:
        build(data, tmp_path / place)
    assert line(caught).startswith(f"{tmp_path / place}: cannot write: ")
    assert (tmp_path / "file").read_text(encoding="utf-8") == "precious"


def test_an_index_that_cannot_be_written_is_one_line(store: Path, tmp_path: Path) -> None:
    with pytest.raises(FileUnwritable) as caught:
        IndexWriter(tmp_path / "absent" / "search.sqlite")
    assert "search.sqlite: cannot write: unable to open database file" in line(caught)


def test_an_output_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    write_output(path, b"old")
    write_output(path, b"new")
    assert path.read_bytes() == b"new"
    for place, fact in ((tmp_path, "is a folder"), (tmp_path / "no" / "x", "folder is missing")):
        with pytest.raises(FileUnwritable, match=fact) as caught:
            write_output(place, b"data")
        line(caught)
    assert [p.name for p in tmp_path.iterdir()] == ["out.csv"]


def test_a_folder_is_removed_beside_one_who_still_writes_and_removes(tmp_path: Path) -> None:
    folder = tmp_path / "scratch"
    for number in range(64):
        place = folder / f"{number:02x}"
        place.mkdir(parents=True)
        for name in range(20):
            (place / str(name)).touch()

    places = sorted(folder.iterdir(), reverse=True)

    def late() -> None:  # as workers of Spark do, which end after their driver
        for place in places:
            shutil.rmtree(place, ignore_errors=True)
        with contextlib.suppress(OSError):
            (folder / "log").touch()

    other = threading.Thread(target=late)
    other.start()
    remove_tree(folder)
    other.join()
    assert not folder.exists()


def test_a_folder_that_stays_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("coopgraph.store.files._PAUSE_S", 0)

    def refused(*_: object, **how: object) -> None:
        if not how.get("ignore_errors"):
            raise PermissionError(13, "Permission denied", str(tmp_path))

    monkeypatch.setattr(shutil, "rmtree", refused)
    with pytest.raises(PermissionError):
        remove_tree(tmp_path)
