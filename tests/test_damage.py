"""A damaged store never answers wrongly: it is named, and the version before answers."""

from __future__ import annotations

import json
import os
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import invented
import pytest
from command_line import process
from damages import damaged, damages
from import_runs import LIST
from processes import until
from serving import BROWSER, Server

import coopgraph
from coopgraph.api import KnowledgeGraph
from coopgraph.compiler import build
from coopgraph.compiler.diagnosis import diagnose
from coopgraph.compiler.imports import import_files
from coopgraph.compiler.repair import repair
from coopgraph.errors import StoreDamaged, StoreWarning
from coopgraph.queries import parse_question, raw
from coopgraph.search.index import Index
from coopgraph.server.sparql import evaluate
from coopgraph.store import Folder, Store
from coopgraph.store.builds import DIGESTS_FILE, INDEX_FILE, faults, read_digests, state_of
from coopgraph.store.examination import EXAMINED_FILE, remember
from coopgraph.store.export import export_dataset
from coopgraph.store.files import file_sha256
from coopgraph.store.parts import MANIFEST_FILES, read_manifest

REPAIR = "run: coopgraph doctor --repair"
COUNT = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
EVERY = "SELECT ?s { GRAPH ?g { ?s ?p ?o } }"
IMPORT = "import/kr-budget"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small store of two builds, the second with an import; for tests that leave it as it was."""
    folder = tmp_path_factory.mktemp("damaged")
    build(invented.write(folder / "data"), folder / "store")
    import_files("kr-budget", [LIST], folder / "store")
    return folder / "store"


@pytest.fixture
def copy(store: Path, tmp_path: Path) -> Path:
    """A copy of it, to damage."""
    return Path(shutil.copytree(store, tmp_path / "store"))


def triples(store: Path) -> int:
    return int(Store.open(store).select(COUNT)[0][0].value)


def spoil_engine(store: Path, place: int = 0) -> str:
    """The file of an engine that answers wrongly without it: where the last graphs are named."""
    version = Folder(store).builds()[place].path
    (path,) = version.glob("engine/MANIFEST-*")
    path.write_bytes(path.read_bytes()[:-1])
    return f"versions/{version.name}/engine/{path.name}"


# --- what is damaged is found by name ---------------------------------------------------------


def test_each_of_hundreds_of_damages_is_named(store: Path) -> None:
    """By the comparison that comes before every first opening."""
    build = Folder(store).builds()[0]
    tried = 0
    for pattern in ("engine/[!L]*", "search.sqlite"):
        for damage in damages(build.path, pattern):
            with damaged(build.path, damage):
                found = [fault.file for fault in faults(build.path, build.files)]
                assert found == [damage.file], damage
            tried += 1
    assert not list(faults(build.path, build.files))
    assert tried >= 200


def test_a_file_that_is_not_one_of_the_version_is_named(store: Path) -> None:
    """The engine would read it: a log holds triples."""
    build = Folder(store).builds()[0]
    more = build.path / "engine" / "000999.log"
    more.touch()
    assert [str(fault) for fault in faults(build.path, build.files)] == [
        "engine/000999.log is not one of its files"
    ]
    more.unlink()


@pytest.mark.parametrize("pattern", ["current", "versions/*/*.json", "parts/0*.nt"])
def test_damages_around_the_engine_are_named(
    store: Path, pattern: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("coopgraph.store.examination._examine_elsewhere", lambda *_: [])
    tried = list(damages(store, pattern, 0))
    assert len(tried) > 10
    for damage in tried:
        with damaged(store, damage):
            found = diagnose(store)
            assert damage.file in [each.file for each in found.damaged], damage
        assert all(len(line) <= 80 for line in str(found).splitlines()), str(found)


# --- what is no file of ours ------------------------------------------------------------------


def make_pipe(path: Path) -> str:
    os.mkfifo(path)
    return "is no file"


def make_folder(path: Path) -> str:
    path.mkdir()
    return "is no file"


def lead_to_itself(path: Path) -> str:
    path.symlink_to(path.name)
    return "cannot be read"


def holding(text: str) -> Callable[[Path], str]:
    return lambda path: "cannot be read" if path.write_text(text) else ""


DEEP = "[" * 900 + "]" * 900
OTHERS = {
    "pipe": make_pipe,
    "folder": make_folder,
    "link": lead_to_itself,
    "list": holding("[]"),
    "number": holding("3"),
    "deep": holding("[" * 200_000),
    "deep within": holding(f'{{"builds": {DEEP}, "parts": {DEEP}}}'),
    "part": holding(
        '{"coopgraph": "", "parts": [{"graph": 1, "origin": "", "triples": 1, "sha256": 3}]}'
    ),
    "infinite": holding('{"coopgraph": "", "parts": [], "model": Infinity, "x": [1e999, ""]}'),
}


@pytest.fixture
def within_seconds() -> Iterator[None]:
    """Ends a test that waits for what never comes."""
    before = signal.signal(signal.SIGALRM, lambda *_: pytest.fail("it waits"))
    signal.alarm(20)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.mark.usefixtures("within_seconds")
@pytest.mark.parametrize("other", OTHERS)
def test_anything_in_place_of_a_file_of_a_store_is_named(tmp_path: Path, other: str) -> None:
    for name in ("current", DIGESTS_FILE, *MANIFEST_FILES):
        what = OTHERS[other](tmp_path / name)
    with pytest.raises(StoreDamaged, match=f"which version is current {what}; run: "):
        Folder(tmp_path).builds()
    with pytest.raises(StoreDamaged, match=f"the manifest {what}; run: "):
        read_manifest(tmp_path)
    record = tmp_path / DIGESTS_FILE
    sha256 = file_sha256(record) if record.is_file() else "0" * 64
    with pytest.raises(StoreDamaged, match=f"the record of the files {what}[;:]"):
        read_digests(tmp_path, sha256)


@pytest.mark.usefixtures("within_seconds")
def test_pipes_in_a_store_keep_nobody_waiting(copy: Path) -> None:
    version = Folder(copy).builds()[0].path
    mark, index, record = (version / name for name in (EXAMINED_FILE, INDEX_FILE, DIGESTS_FILE))
    for path in (mark, copy / "current", record):
        path.unlink(missing_ok=True)
        os.mkfifo(path)
    assert Folder(copy).found()[0].path == version
    os.mkfifo(copy / ".current.new")
    assert all(found.source for found in diagnose(copy).damaged)
    assert repair(copy).is_whole
    assert mark.is_file()
    index.unlink()
    os.mkfifo(index)
    with pytest.raises(StoreDamaged, match="is no file"):
        Index(index)


# --- what a user is answered -------------------------------------------------------------------


def test_the_version_before_answers_with_a_warning(copy: Path) -> None:
    whole = triples(copy)
    before = Folder(copy).builds()[1].manifest.triples
    file = spoil_engine(copy)
    with pytest.warns(StoreWarning) as caught:
        kg = coopgraph.open(copy)
    assert str(caught[0].message) == (
        f"{copy}: the store is damaged ({file} does not have the size that was recorded): "
        f"version 000001 answers; {REPAIR}"
    )
    assert kg.store.manifest.triples == triples(copy) == before < whole
    kg.close()


def test_the_command_says_what_to_do_and_does_it(copy: Path) -> None:
    at = ("--store", str(copy))
    asked = ("show", "alpha-institute", "--format", "json", *at)
    right = process(*asked)
    assert (right.code, right.err) == (0, b"")
    file = spoil_engine(copy)
    ran = process(*asked)
    assert (ran.code, ran.out) == (0, right.out)
    assert ran.message.endswith(f"version 000001 answers; {REPAIR}")
    ran = process("doctor", *at)
    assert (ran.code, ran.err) == (1, b"")
    page = ran.out.decode()
    assert f"\n  {file}\n" in page
    assert page.endswith(f"\n{REPAIR}\n")
    ran = process("doctor", "--repair", *at)
    assert (ran.code, ran.err) == (0, b"")
    assert f"made anew\n  {file}\n" in ran.out.decode()
    ran = process(*asked)
    assert (ran.code, ran.out, ran.err) == (0, right.out, b"")


def test_where_no_version_is_whole_it_is_one_line(copy: Path) -> None:
    spoil_engine(copy, 1)
    file = spoil_engine(copy)
    with pytest.raises(StoreDamaged) as caught:
        coopgraph.open(copy)
    what = f"the store is damaged: {file} does not have the size that was recorded"
    assert str(caught.value) == f"{copy}: {what}; {REPAIR}"
    ran = process("sources", "--store", str(copy))
    assert (ran.code, ran.out) == (1, b"")
    assert ran.message == str(caught.value)


def test_a_file_changed_after_the_first_opening_is_found(copy: Path) -> None:
    assert not Store.open(copy).warning
    (path,) = (Folder(copy).builds()[0].path / "engine").glob("CURRENT")
    data = path.read_bytes()
    path.write_bytes(bytes([data[0] ^ 1]) + data[1:])
    assert Store.open(copy).warning
    path.write_bytes(data)
    assert not Store.open(copy).warning


def test_damage_while_a_version_is_open_is_one_line(copy: Path) -> None:
    """Of blocks that were not read before; the next opening finds it."""
    store = Store.open(copy)
    for path in (Folder(copy).builds()[0].path / "engine").glob("*.sst"):
        path.write_bytes(b"?" * 64 + path.read_bytes()[64:])
    graph = KnowledgeGraph(store)
    faces: list[Callable[[], object]] = [
        lambda: store.select(EVERY),
        lambda: graph.query(EVERY),
        lambda: raw(store, parse_question("query", EVERY), {}, "csv"),
        lambda: export_dataset(store, "nq"),
        lambda: evaluate(graph, EVERY),
    ]
    for read in faces:
        with pytest.raises(StoreDamaged) as caught:
            read()
        assert "\n" not in str(caught.value)
        assert str(caught.value).endswith(REPAIR)
    assert Store.open(copy).warning
    Folder(copy).builds()[1].path.rename(copy / "away")
    build = Folder(copy).builds()[0]
    remember(build, state_of(build.path))  # as if no file had changed: the disk's own fault
    ran = process("query", "-", "--raw", "--store", str(copy), stdin=EVERY.encode())
    assert ran.code == 1
    assert ran.message.endswith(REPAIR)


def test_the_server_serves_the_version_before_also_where_it_runs_already(copy: Path) -> None:
    earlier = Folder(copy).builds()[1].manifest.triples
    server = Server(copy)
    with server.running():
        assert "coopgraph-warning" not in server.query(COUNT).headers
        assert "doctor" not in server.ask("/", accept=BROWSER).text
        spoil_engine(copy)
        until(lambda: "coopgraph-warning" in server.query(COUNT).headers)
        until(lambda: "coopgraph doctor --repair" in server.ask("/", accept=BROWSER).text)
        until(lambda: int(counted(server)) == earlier)
        assert json.loads(server.ask("/health").text)["warning"]
    server = Server(copy)
    with server.running():
        assert int(counted(server)) == earlier


def counted(server: Server) -> str:
    found = json.loads(server.query(COUNT).text)["results"]["bindings"]
    return str(found[0]["n"]["value"])


# --- engines of version 0.1, of which nothing is recorded ----------------------------------------


def test_an_engine_without_a_record_is_opened_in_a_process_of_its_own(copy: Path) -> None:
    version = Folder(copy).builds()[0].path
    (copy / "current").unlink()
    (copy / "current").symlink_to(version.relative_to(copy))
    shutil.rmtree(copy / "versions" / "000001")
    assert not Folder(copy).builds()[0].files
    right = triples(copy)
    tables = sorted(version.glob("engine/*.sst"), key=lambda path: path.stat().st_size)
    said = []
    for pattern in ("engine/MANIFEST-*", f"engine/{tables[-1].name}", "engine/CURRENT"):
        for damage in list(damages(version, pattern))[::5]:
            with damaged(version, damage):
                try:
                    assert triples(copy) == right, damage
                except StoreDamaged as error:
                    said.append(str(error))
    assert len(said) > 5
    assert all(text.endswith(REPAIR) and "\n" not in text for text in said)


# --- repair ------------------------------------------------------------------------------------


def lose_part(store: Path, graph: str) -> None:
    folder = Folder(store)
    (part,) = (part for part in folder.parts() if part.graph == graph)
    folder.part_path(part).unlink()


def lose_index(store: Path) -> None:
    (Folder(store).builds()[0].path / "search.sqlite").unlink()


def lose_both_engines(store: Path) -> None:
    spoil_engine(store)
    spoil_engine(store, 1)


def lose_current(store: Path) -> None:
    (store / "current").unlink()


def make_current_a_folder(store: Path) -> None:
    lose_current(store)
    (store / "current").mkdir()


def lose_part_and_engine(store: Path) -> None:
    lose_part(store, IMPORT)
    spoil_engine(store, 1)


LOSSES: dict[str, Callable[[Path], object]] = {
    "engine": spoil_engine,
    "both engines": lose_both_engines,
    "index": lose_index,
    "current a folder": make_current_a_folder,
    "current garbage": lambda store: (store / "current").write_bytes(b"{}"),
    "manifest": lambda store: (Folder(store).builds()[0].path / "manifest.json").write_text("{}"),
    "curated part": lambda store: lose_part(store, "first-source"),
    "derived part": lambda store: lose_part(store, "void"),
    "imported part": lambda store: lose_part(store, IMPORT),
    "part and engine before": lose_part_and_engine,
}


@pytest.mark.parametrize("loss", LOSSES)
def test_what_can_be_made_anew_is(copy: Path, loss: str) -> None:
    right = triples(copy)
    LOSSES[loss](copy)
    found = diagnose(copy)
    assert not found.is_whole
    assert all(each.source for each in found.damaged), str(found)
    after = repair(copy)
    assert after.is_whole, str(after)
    assert after.made_anew == [each.file for each in found.damaged]
    assert triples(copy) == right
    assert not Store.open(copy).warning


def test_what_is_nowhere_is_named_and_nothing_is_removed(copy: Path) -> None:
    lose_part(copy, IMPORT)
    spoil_engine(copy)
    before = sorted(copy.rglob("*"))
    after = repair(copy)
    assert sorted(copy.rglob("*")) == before
    (part, engine) = after.damaged
    assert part.remedy.startswith("import it again: coopgraph import kr-budget FILES; they were ")
    assert engine.remedy == f"first {part.file} must be there"


def test_where_it_is_not_known_what_was_current_the_version_before_is(copy: Path) -> None:
    former, lost = Folder(copy).builds()[1], Folder(copy).builds()[0].path
    parts = sorted(copy.glob("parts/*"))
    for path in lost.glob("manifest*"):
        path.unlink()
    for found in (before := diagnose(copy)).damaged:
        assert found.remedy.startswith(f"{REPAIR}, which goes back to version 000001; ")
    assert len(before.damaged) == 2
    after = repair(copy)
    assert [(each.file, each.what) for each in after.damaged] == [
        (
            "versions/000002/manifest.json",
            "cannot be read: what it imported since version 000001 is not known",
        )
    ]
    assert after.made_anew == []
    assert triples(copy) == former.manifest.triples
    assert (lost / "engine").is_dir()
    assert set(parts) <= set(copy.glob("parts/*"))
    assert diagnose(copy).is_whole


def test_a_lost_import_is_made_anew_from_the_publishers_files(copy: Path) -> None:
    right = triples(copy)
    lose_part(copy, IMPORT)
    spoil_engine(copy)
    ran = process("doctor", "--repair", "--files", str(Path(LIST).parent), "--store", str(copy))
    assert ran.code == 0, ran.out.decode()
    assert triples(copy) == right
