"""The store's folder: a copy of it is a store, nothing is lost without a word, ten builds stay."""

from __future__ import annotations

import shutil
import subprocess
import tarfile
from collections.abc import Callable
from pathlib import Path

import invented
import pytest
from click.testing import CliRunner
from import_runs import GRAPH, programmes

import coopgraph
from coopgraph.cli import cli
from coopgraph.compiler import build
from coopgraph.compiler.diagnosis import diagnose
from coopgraph.compiler.imports import import_files, remove_import
from coopgraph.compiler.repair import repair
from coopgraph.errors import (
    FileUnwritable,
    PartDamaged,
    StoreDamaged,
    StoreError,
    StoreOutdated,
    StoreWarning,
)
from coopgraph.scenario import scenario_store
from coopgraph.store import Folder, Manifest, Part, Store, new_version
from coopgraph.store.builds import KEPT, _with_digest
from coopgraph.store.examination import EXAMINED_FILE
from coopgraph.store.files import writing
from coopgraph.store.parts import MANIFEST_FILES, REPAIR, RESTORE, fault_of
from coopgraph.vocabulary import VERSION, entity_iri

LABEL = f"SELECT ?l {{ <{entity_iri('organisation', 'alpha-institute')}> skos:prefLabel ?l }}"
OTHER = "import/rdf/notes"
SCENARIO = """
title_en = "None"
title_ko = "시험"
assumption_en = "Nothing in earnest."
assumption_ko = "실제가 아니다."
[[withdraw]]
table = "partner_links"
keys = ["weaving-alpha"]
reason_en = "so"
reason_ko = "그래서"
"""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    content = invented.tables()
    content["organisations"][0]["country"] = "xa"  # a shape that scenarios are held against
    return invented.write(tmp_path_factory.mktemp("tables") / "data", content)


@pytest.fixture(scope="module")
def pristine(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of invented tables with two imports."""
    folder = tmp_path_factory.mktemp("pristine")
    (folder / "notes.nt").write_text("<urn:a> <urn:b> <urn:c> .\n")
    build(data, folder / "store")
    import_files("kr-budget", [programmes(folder, 5.0, float("nan"))], folder / "store")
    import_files("rdf", [folder / "notes.nt"], folder / "store")
    return folder / "store"


@pytest.fixture
def store(pristine: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(pristine, tmp_path / "store"))


def graphs(store: Path) -> list[str]:
    """The imports of a store that opens, answers, and holds all its parts."""
    folder = Folder(store)
    assert len(Store.open(store).select(LABEL)) == 2
    parts = folder.parts()
    assert [part for part in parts if fault_of(part, folder.part_path(part))] == []
    return [part.graph for part in parts if part.origin == "import"]


def names(store: Path) -> dict[Path, int]:
    """Every file of a store, but those that remember who has it open and that it was whole, with
    when it was changed."""
    left = ("lock", EXAMINED_FILE)
    files = (path for path in store.rglob("*") if path.is_file() and path.name not in left)
    return {path: path.stat().st_mtime_ns for path in files}


def part_of(store: Path, graph: str) -> tuple[Part, Path]:
    folder = Folder(store)
    (part,) = (part for part in folder.parts() if part.graph == graph)
    return part, folder.part_path(part)


# --- copies -------------------------------------------------------------------------------


def _zipped(store: Path, copy: Path) -> None:
    shutil.unpack_archive(shutil.make_archive(str(copy), "zip", store), copy)


def _copied(store: Path, copy: Path) -> None:
    subprocess.run(["cp", "-rL", store, copy], check=True)


@pytest.mark.parametrize("tool", [_zipped, _copied])
def test_a_copy_of_the_folder_is_a_store(
    store: Path, data: Path, tmp_path: Path, tool: Callable[[Path, Path], None]
) -> None:
    assert [path for path in store.rglob("*") if path.is_symlink()] == []
    tool(store, tmp_path / "copy")
    shutil.rmtree(store)
    assert graphs(tmp_path / "copy") == [GRAPH, OTHER]
    build(data, tmp_path / "copy")
    assert graphs(tmp_path / "copy") == [GRAPH, OTHER]


# --- what is missing ----------------------------------------------------------------------

#: Whatever makes a version.
VERBS: dict[str, Callable[[Path, Path], object]] = {
    "build": lambda store, data: build(data, store),
    "import": lambda store, data: import_files("rdf", [data.parent / "more.nt"], store),
    "remove": lambda store, _: remove_import(OTHER, store),
    "scenario": lambda store, data: scenario_store(data.parent / "mine.toml", store, data),
}


@pytest.fixture(scope="module", autouse=True)
def more(data: Path) -> None:
    (data.parent / "more.nt").write_text("<urn:d> <urn:b> <urn:c> .\n")
    (data.parent / "mine.toml").write_text(SCENARIO, encoding="utf-8")


def _without_current(store: Path) -> str:
    (store / "current").unlink()
    return (
        f"{store}/current: the file that says which version is current is missing, "
        f"but version 000003 is there; {RESTORE}"
    )


def _with_half_current(store: Path) -> str:
    data = (store / "current").read_bytes()
    (store / "current").write_bytes(data[: len(data) // 2])
    fact = "the file that says which version is current cannot be read"
    return f"{store}/current: {fact}; {RESTORE}"


def _with_another_format(store: Path) -> str:
    (store / "current").write_bytes(_with_digest({"format": 3}))
    fact = "the store has format 3, and this version reads 2"
    return f"{store}: {fact}; install a newer version of coopgraph"


def _leading_out(store: Path) -> str:
    current = store / "current"
    current.write_text(current.read_text().replace("000003", "../../x"))
    fact = "the file that says which version is current cannot be read"
    return f"{store}/current: {fact}; {RESTORE}"


def manifests(store: Path) -> list[Path]:
    return [Folder(store).current() / name for name in MANIFEST_FILES]


def _without_manifest(store: Path) -> str:
    path, copy = manifests(store)
    path.unlink()
    copy.unlink()
    return f"{path}: the manifest is missing; {RESTORE}"


def _with_another_manifest(store: Path) -> str:
    path, copy = manifests(store)
    for each in (path, copy):
        each.write_text(each.read_text().replace("import", "imports"))
    return f"{path}: the manifest does not have the SHA-256 that was recorded; {RESTORE}"


def _without_version(store: Path) -> str:
    shutil.rmtree(store / "versions/000003")
    return f"{store}/versions/000003/manifest.json: the manifest is missing; {RESTORE}"


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize(
    "spoil",
    [
        _without_current,
        _with_half_current,
        _with_another_format,
        _leading_out,
        _without_manifest,
        _with_another_manifest,
        _without_version,
    ],
)
def test_a_store_that_cannot_say_what_it_held_is_left_as_it_is(
    store: Path, data: Path, spoil: Callable[[Path], str], verb: str
) -> None:
    message = spoil(store)
    before = names(store)
    with pytest.raises(StoreError) as caught:
        VERBS[verb](store, data)
    assert (str(caught.value), caught.value.exit_code) == (message, 1)
    assert names(store) == before


def test_a_version_is_listed_by_the_manifest_that_is_whole(store: Path) -> None:
    (path, _) = manifests(store)
    _without_current(store)
    path.write_text("{}")
    with Folder(store).locked(restore=True):
        assert graphs(store) == [GRAPH, OTHER]
    assert path.read_bytes() == path.with_name(MANIFEST_FILES[1]).read_bytes()


@pytest.mark.parametrize("spoil", [_without_current, _without_version])
def test_opening_such_a_store_builds_nothing(
    store: Path, data: Path, spoil: Callable[[Path], str]
) -> None:
    spoil(store)
    before = names(store)
    with pytest.warns(StoreWarning, match="the store is damaged"):
        assert coopgraph.open(store, data=data).query(LABEL).rows
    assert names(store) == before


def test_a_store_of_which_only_parts_are_left_is_not_taken_for_none(
    store: Path, data: Path
) -> None:
    (store / "current").unlink()
    shutil.rmtree(store / "versions")
    before = names(store)
    for verb in ("build", "import"):
        with pytest.raises(StoreDamaged, match="current is missing, but parts are there"):
            VERBS[verb](store, data)
    with pytest.raises(StoreDamaged, match="current is missing, but parts are there"):
        coopgraph.open(store, data=data)
    assert names(store) == before


def _with_an_empty_folder(store: Path) -> None:
    _without_current(store)
    (store / "current").mkdir()


def _with_another_folder(store: Path) -> None:
    _with_an_empty_folder(store)
    shutil.copy(store / "versions/000003/manifest.json", store / "current")


@pytest.mark.parametrize("spoil", [_with_an_empty_folder, _with_another_folder])
def test_a_folder_in_the_place_of_current_takes_nothing_along(
    store: Path, spoil: Callable[[Path], None]
) -> None:
    spoil(store)
    before = names(store)
    with Folder(store).locked(restore=True):
        Folder(store).clean()
    assert graphs(store) == [GRAPH, OTHER]
    moved = {store / "current/manifest.json": store / "current.1/manifest.json"}
    left = {moved.get(path, path) for path in before}
    assert left <= names(store).keys()


@pytest.mark.parametrize("spoil", [_without_current, _with_half_current, _without_manifest])
def test_fresh_starts_from_what_is_found(
    store: Path, data: Path, spoil: Callable[[Path], str]
) -> None:
    spoil(store)
    report = build(data, store, fresh=True)
    # Of the last build it is not known what it held, where its manifest is gone.
    assert graphs(store) == [GRAPH] + [OTHER] * (spoil is not _without_manifest)
    assert report.version == Folder(store).current()
    older = Folder(store).builds()[1:]
    assert len(older) == 2 + (spoil is not _without_manifest)
    for each in older:
        for part in each.manifest.parts:
            Folder(store).open_part(part).close()


# --- what is newer, or no more known -----------------------------------------------------


def bring_back_an_older_current(store: Path) -> None:
    folder = Folder(store)
    folder._write_current(folder.builds()[1:])


@pytest.mark.parametrize("verb", ["build", "import", "remove"])
def test_an_older_current_takes_no_newer_version_away(store: Path, data: Path, verb: str) -> None:
    bring_back_an_older_current(store)
    before = names(store)
    with pytest.raises(StoreDamaged) as caught:
        VERBS[verb](store, data)
    fact = "the file that says which version is current does not list 000003, newer and with a"
    assert str(caught.value) == f"{store}/current: {fact} manifest; {RESTORE}"
    Folder(store).clean()
    assert names(store) == before
    (found,) = diagnose(store).damaged
    assert (found.file, found.source) == ("current", "what is there; the last is version 000003")


@pytest.mark.parametrize("mend", ["doctor", "fresh"])
def test_newer_versions_are_listed_again(store: Path, data: Path, mend: str) -> None:
    bring_back_an_older_current(store)
    if mend == "doctor":
        assert repair(store).made_anew == ["current"]
    else:
        build(data, store, fresh=True)
    assert graphs(store) == [GRAPH, OTHER]
    assert diagnose(store).is_whole


@pytest.mark.parametrize("spoil", [_without_manifest, _without_version])
def test_fresh_says_of_which_versions_nothing_is_known_and_keeps_them(
    store: Path, data: Path, spoil: Callable[[Path], str]
) -> None:
    spoil(store)
    before = names(store)
    report = build(data, store, fresh=True)
    said = "version 000003 cannot be read: what it imported since version 000002 is not known"
    assert report.warnings[:1] == (said,)
    assert graphs(store) == [GRAPH]
    lost = {path for path in before if {"000003", "parts"} & set(path.parts)}
    assert lost <= names(store).keys()
    assert said not in build(data, store).warnings
    assert lost <= names(store).keys()


# --- parts --------------------------------------------------------------------------------


def _unlink(path: Path) -> str:
    path.unlink()
    return "is missing"


def _flip(path: Path) -> str:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    return "does not have the SHA-256 that was recorded"


def _cut(path: Path) -> str:
    path.write_bytes(path.read_bytes()[:-1])
    return "does not have the SHA-256 that was recorded"


@pytest.mark.parametrize("spoil", [_unlink, _flip, _cut])
@pytest.mark.parametrize("verb", ["build", "import", "scenario"])
def test_a_lost_import_is_named_and_nothing_is_changed(
    store: Path, data: Path, spoil: Callable[[Path], str], verb: str
) -> None:
    _, path = part_of(store, GRAPH)
    fault = spoil(path)
    before = names(store)
    with pytest.raises(PartDamaged) as caught:
        VERBS[verb](store, data)
    remedy = f"{REPAIR}; or import it again, or leave it out: coopgraph build --fresh"
    assert str(caught.value) == f"{path}: the part {GRAPH} {fault}; {remedy}"
    assert {path: when for path, when in names(store).items() if "scenarios" not in path.parts} == (
        before
    )


def test_a_lost_import_can_be_imported_again_or_removed(store: Path, data: Path) -> None:
    _unlink(part_of(store, OTHER)[1])
    again = data.parent / "notes.nt"
    again.write_text("<urn:a> <urn:b> <urn:c> .\n")
    import_files("rdf", [again], store)
    assert graphs(store) == [GRAPH, OTHER]
    _flip(part_of(store, OTHER)[1])
    remove_import(OTHER, store)
    assert graphs(store) == [GRAPH]


def test_fresh_leaves_out_a_lost_import_and_says_so(store: Path, data: Path) -> None:
    _, path = part_of(store, GRAPH)
    _unlink(path)
    command = ["build", "--data", str(data), "--store", str(store)]
    said = CliRunner().invoke(cli, command)
    assert (said.exit_code, said.stdout) == (1, "")
    said = CliRunner().invoke(cli, [*command, "--fresh"])
    assert said.exit_code == 0
    assert f"warning: {GRAPH} is left out: {path} is missing\n" in said.output
    assert graphs(store) == [OTHER]


@pytest.mark.parametrize("origin", ["curated", "derived"])
def test_what_can_be_made_anew_is(store: Path, data: Path, origin: str) -> None:
    lost = [part for part in Folder(store).parts() if part.origin == origin]
    for part in lost:
        _flip(Folder(store).part_path(part))
    if origin == "curated":
        with pytest.raises(PartDamaged, match=r"; run: coopgraph build$"):
            VERBS["import"](store, data)
    else:
        VERBS["import"](store, data)
        VERBS["remove"](store, data)
    build(data, store)
    assert GRAPH in graphs(store)


def test_many_lost_parts_are_one_line(store: Path, data: Path) -> None:
    shutil.rmtree(store / "parts")
    with pytest.raises(PartDamaged) as caught:
        VERBS["import"](store, data)
    text = str(caught.value)
    assert len(text.splitlines()) == 1
    assert text.count("is missing") == 3
    assert " more)" in text


def test_a_damaged_engine_of_a_store_with_imports_is_loaded_anew(store: Path, data: Path) -> None:
    shutil.rmtree(Folder(store).current() / "engine")
    build(data, store)
    assert graphs(store) == [GRAPH, OTHER]


def test_a_damaged_store_of_a_scenario_is_made_anew(store: Path, data: Path) -> None:
    made = scenario_store(data.parent / "mine.toml", store, data)
    for spoil in ("current", "versions/*/manifest*"):
        for path in made.glob(spoil):
            path.unlink()
        assert scenario_store(data.parent / "mine.toml", store, data) == made
        assert graphs(made) == [GRAPH, OTHER]


# --- builds -------------------------------------------------------------------------------


def publish(store: Path, *contents: str, loaded: bool = True) -> None:
    """A version without tables, with a graph for each content."""
    folder = Folder(store)
    with folder.locked(), new_version(folder) as version:
        parts = [
            version.write_part(f"g{n}", "curated", [f"<urn:{text}> <urn:b> <urn:c> ."])
            for n, text in enumerate(contents)
        ]
        if loaded:
            version.load(parts)
        version.publish(Manifest(VERSION, tuple(parts)))


def test_the_parts_of_ten_builds_stay_and_unchanged_ones_once(tmp_path: Path) -> None:
    folder, unknown = Folder(tmp_path), tmp_path / "parts" / f"{'a' * 64}.nt"
    for number in range(12):
        publish(tmp_path, "same", str(number))
        unknown.write_text("what no manifest names is not touched")
        builds = folder.builds()
        assert len(builds) == min(number + 1, KEPT)
        assert len(list((tmp_path / "parts").iterdir())) == len(builds) + 2
    for number, each in zip(range(11, 1, -1), builds, strict=True):
        texts = []
        for part in each.manifest.parts:
            with folder.open_part(part) as stream:
                texts.append(stream.read().decode())
        assert texts == [f"<urn:{text}> <urn:b> <urn:c> .\n" for text in ("same", number)]
    assert [each.path.name for each in builds] == [f"{n:06}" for n in range(12, 2, -1)]
    assert sorted(path.parent for path in tmp_path.rglob("engine")) == sorted(
        each.path for each in builds[:2]
    )
    assert len(list((tmp_path / "versions").iterdir())) == KEPT


def test_a_part_of_an_earlier_build_is_read_only_if_it_is_the_recorded_one(tmp_path: Path) -> None:
    publish(tmp_path, "one")
    publish(tmp_path, "two")
    folder = Folder(tmp_path)
    (part,) = folder.builds()[1].manifest.parts
    _flip(folder.part_path(part))
    with pytest.raises(PartDamaged, match="does not have the SHA-256 that was recorded"):
        folder.open_part(part)


def test_a_version_that_does_not_answer_does_not_become_current(tmp_path: Path) -> None:
    publish(tmp_path, "one")
    before = names(tmp_path)
    with pytest.raises(StoreDamaged, match="does not hold the graphs that were written"):
        publish(tmp_path, "two", loaded=False)
    after = names(tmp_path)
    assert after == before
    publish(tmp_path, "two")
    assert len(Folder(tmp_path).builds()) == 2


def test_a_folder_in_place_of_the_lock_is_named(tmp_path: Path, data: Path) -> None:
    (tmp_path / "lock").mkdir()
    with pytest.raises(FileUnwritable) as caught:
        build(data, tmp_path)
    assert str(caught.value) == f"{tmp_path}/lock: the lock is a folder; remove it"


@pytest.mark.parametrize("error", [OSError, RuntimeError])
def test_a_full_disk_is_named_where_the_engine_says_more(error: type[Exception]) -> None:
    said = "IO error: DB::Open() failed: No space left on device: While appending to file: x"
    with pytest.raises(FileUnwritable) as caught, writing(Path("x")):
        raise error(said)
    assert caught.value.fact == "cannot write: No space left on device"


# --- older stores -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("v0_1")
    with tarfile.open(Path(__file__).parent / "v0_1/store.tar.xz") as archive:
        archive.extractall(folder, filter="data")
    return folder / "store"


def imports(store: Path) -> list[str]:
    return [part.graph for part in Folder(store).parts() if part.origin == "import"]


IMPORTS = ["import/cordis", "import/kr-budget", "import/openalex", "import/ror"]


def _with_links(old: Path, copy: Path) -> None:
    shutil.copytree(old, copy, symlinks=True)


@pytest.mark.parametrize("tool", [_with_links, _copied])
def test_a_store_of_0_1_names_its_upgrade_and_a_build_brings_it_up(
    unpacked: Path, data: Path, tmp_path: Path, tool: Callable[[Path, Path], None]
) -> None:
    """The tables that it is built from are others: what counts are its imports."""
    store = tmp_path / "store"
    tool(unpacked, store)
    before = names(store)
    assert imports(store) == IMPORTS
    assert " ".join(str(diagnose(store)).split()).endswith(
        "this version reads 4; make it anew, with its imports: coopgraph build"
    )
    with pytest.raises(StoreOutdated, match="coopgraph build"):
        Store.open(store)
    old = {part.graph: part.sha256 for part in Folder(store).parts()}
    for part in Folder(store).parts():
        Folder(store).open_part(part).close()
    assert names(store) == before
    build(data, store)
    assert graphs(store) == IMPORTS
    assert [path for path in store.rglob("*") if path.is_symlink()] == []
    same = {graph for graph in IMPORTS if part_of(store, graph)[0].sha256 == old[graph]}
    assert same == {"import/openalex", "import/ror"}, "the others have amounts, in the new terms"
    former = Folder(store).builds()[1]
    for part in former.manifest.parts:
        with Folder(store).open_part(part) as stream:
            assert stream.readline()
    assert {part.graph: part.sha256 for part in former.manifest.parts} == old
    assert former.manifest.model == 1
    assert diagnose(store).is_whole
    (former.path / MANIFEST_FILES[1]).unlink()  # as it was upgraded once
    assert diagnose(store).is_whole
    assert all(len(path.name) == 67 for path in (store / "parts").iterdir())


def test_a_store_of_0_1_without_its_links_names_what_is_missing(
    unpacked: Path, data: Path, tmp_path: Path
) -> None:
    store = tmp_path / "store"
    _with_links(unpacked, store)
    for path in (store / "current", store / "parts"):
        path.unlink()
    before = names(store)
    with pytest.raises(StoreOutdated):
        coopgraph.open(store, data=data)
    for verb in ("build", "import", "remove"):
        with pytest.raises(StoreDamaged) as caught:
            VERBS[verb](store, data)
        assert str(caught.value) == (
            f"{store}/current: the file that says which version is current is missing, "
            f"but version 000005 is there; {RESTORE}"
        )
    assert names(store) == before
    build(data, store, fresh=True)
    assert graphs(store) == IMPORTS


def test_a_store_of_0_1_whose_link_leads_nowhere_names_it(tmp_path: Path, data: Path) -> None:
    (tmp_path / "current").symlink_to("versions/000007")
    with pytest.raises(StoreDamaged, match=r"which version is current leads nowhere; "):
        build(data, tmp_path)
