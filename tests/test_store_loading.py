"""Loading beside reading: a part that grows, one that is broken, a graph that changes little."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coopgraph.errors import StoreDamaged
from coopgraph.store import Readers
from coopgraph.store import loader as loader_module
from coopgraph.store.loader import GrowingFile, Loader, change_graph, differences
from coopgraph.store.parts import PartWriter

GRAPH = "urn:g"


def lines(numbers: range) -> list[str]:
    return [f"<urn:s{n}> <urn:p> <urn:o{n % 7}> ." for n in numbers]


@pytest.mark.parametrize("block", [1_000, 1 << 25])
def test_a_part_is_loaded_while_it_grows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int
) -> None:
    monkeypatch.setattr(loader_module, "_BLOCK", block)
    engine, path = ox.Store(), tmp_path / "part.nt"
    loader, growing = Loader(engine), GrowingFile(path)
    with path.open("wb") as stream:
        loader.follow(growing, GRAPH)
        writer = PartWriter("part", "import", stream, growing)
        for start in range(0, 5_000, 1000):
            writer.write(lines(range(start, start + 1000)))
        part = writer.finish()
    loader.quads(b"<urn:last> <urn:p> <urn:o> <urn:g> .")
    loader.wait()
    assert part.triples == 5_000
    assert len(engine) == 5_001
    loader.close()


def test_an_import_that_stops_half_way_lets_the_load_go(tmp_path: Path) -> None:
    engine, path = ox.Store(), tmp_path / "part.nt"
    loader, growing = Loader(engine), GrowingFile(path)
    with path.open("wb") as stream:
        loader.follow(growing, GRAPH)
        PartWriter("part", "import", stream, growing).write(lines(range(10)))
        loader.close()  # returns: the load does not wait for lines that will never come
    assert len(engine) <= 10


def test_after_a_load_that_failed_none_is_begun(tmp_path: Path) -> None:
    engine, path = ox.Store(), tmp_path / "broken.nt"
    path.write_text("<urn:a> <urn:p> .\n", encoding="utf-8")
    loader = Loader(engine)
    loader.file(path, GRAPH)
    loader.quads(b"<urn:a> <urn:p> <urn:b> <urn:g> .")
    for _ in range(2):
        with pytest.raises(StoreDamaged, match=r"broken\.nt: the part cannot be read: "):
            loader.wait()
    assert len(engine) == 0
    loader.close()


SORTED = st.lists(st.integers(0, 30), unique=True).map(sorted)


@given(old=SORTED, new=SORTED)
def test_differences_are_those_of_sets(old: list[int], new: list[int]) -> None:
    before, after = ([b"%02d\n" % n for n in side] for side in (old, new))
    found = list(differences(iter(before), iter(after)))
    assert {line for line, is_new in found if is_new} == set(after) - set(before)
    assert {line for line, is_new in found if not is_new} == set(before) - set(after)
    assert len(found) == len(set(found))


@pytest.mark.parametrize("new", [range(0), range(5, 40), range(30)])
def test_a_changed_graph_holds_the_new_lines(tmp_path: Path, new: range) -> None:
    engine, (old_file, new_file) = ox.Store(), (tmp_path / "old.nt", tmp_path / "new.nt")
    for path, numbers in ((old_file, range(20)), (new_file, new)):
        path.write_text("".join(f"{line}\n" for line in sorted(lines(numbers))))
    name = ox.NamedNode(GRAPH)
    engine.load(path=str(old_file), to_graph=name)
    change_graph(engine, GRAPH, old_file, new_file)
    stored = engine.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=name) or b""
    assert sorted(stored.splitlines()) == sorted(new_file.read_bytes().splitlines())


def test_a_line_without_an_end_is_told_of(tmp_path: Path) -> None:
    path = tmp_path / "part.nt"
    path.write_text('<urn:a> <http://www.w3.org/2004/02/skos/core#prefLabel> "A"\n')
    readers = Readers()
    readers.on("skos:prefLabel", lambda _subject, _value: None)
    with pytest.raises(StoreDamaged, match="a line does not end with a point"):
        readers.read_file(path)
