"""A power cut at any point of what a build and an import write leaves the old store or the new."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import invented
import pytest
from disk_record import Record, recording
from import_runs import GRAPH, programmes

from coopgraph.api import KnowledgeGraph
from coopgraph.compiler import build
from coopgraph.compiler.held import ImportPlace
from coopgraph.compiler.imports import import_files, remove_import
from coopgraph.store import Folder, Store
from coopgraph.store.builds import faults
from coopgraph.store.parts import fault_of


def digest(store: Path) -> str:
    """That of a store that opens, answers, and holds all its files and parts as they were recorded;
    empty where there is none. It is opened in this process: hundreds of them are."""
    folder = Folder(store)
    if not (builds := folder.builds()):
        return ""
    version = folder.current()
    opened = KnowledgeGraph(Store.open_version(version))
    assert opened.query("SELECT ?g { GRAPH ?g { } } LIMIT 1").rows
    assert [*faults(version, builds[0].files)] == []
    places = ((part, folder.part_path(part)) for part in folder.parts())
    assert [fault for part, path in places if (fault := fault_of(part, path))] == []
    return opened.store.manifest.digest


def test_a_cut_at_any_point_leaves_the_old_store_or_the_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The real engine, over invented tables: first nothing, then a build, an import, the same
    again with other content, and a removal."""
    store = tmp_path / "store"
    store.mkdir()
    content = invented.tables()
    first = invented.write(tmp_path / "first", content)
    content["organisations"][0]["label_en"] = "Alpha Institute, renamed"
    second = invented.write(tmp_path / "second", content)

    def import_list(*budgets: float) -> None:
        place = ImportPlace(replace=True)
        import_files("kr-budget", [programmes(tmp_path, *budgets)], store, place=place)

    runs: tuple[Callable[[], object], ...] = (
        lambda: build(first, store),
        lambda: import_list(5.0, float("nan")),  # with a list of rejected records
        lambda: build(second, store),
        lambda: import_list(7.0),
        lambda: remove_import(GRAPH, store),
    )
    cuts = 0
    for number, run in enumerate(runs):
        before = digest(store)
        with monkeypatch.context() as patch:
            record = recording(store, tmp_path / f"blobs{number}", patch)
            run()
        after = digest(store)
        assert before != after
        found = replayed(record, tmp_path / f"cut{number}")
        assert {each for each, _ in found} == {before, after}
        order = [each for each, kind in found if kind == "synced"]
        assert order == sorted(order, key=[before, after].index)  # once new, never old again
        assert order[-1] == after  # what a command reports done is on the disk
        cuts += len(record.steps) - record.start
    assert cuts >= 200


def replayed(record: Record, place: Path) -> list[tuple[str, str]]:
    """The digest of the store after each cut, on each kind of disk. Disks of which a reader sees
    the same are made and opened once."""
    place.mkdir()
    known: dict[object, str] = {}
    found = []
    for cut, kind, disk in record.disks():
        shown = {name: what for name, what in disk.items() if "/.building-" not in name}
        key = frozenset(shown.items())
        if key not in known:
            made = place / str(len(known))
            record.make(shown, made)
            try:
                known[key] = digest(made)
                if len(known) % 3 == 0:  # what the next build does first loses nothing
                    with Folder(made).locked():
                        Folder(made).begin()
                        Folder(made).clean()
                    assert digest(made) == known[key]
            except Exception as error:
                raise AssertionError(f"{kind}, cut {cut} after {record.steps[cut - 1]}") from error
        found.append((known[key], kind))
    return found
