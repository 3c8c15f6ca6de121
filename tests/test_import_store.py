"""What an import does to the store: it replaces its graph whole, a build keeps it, it can go."""

from __future__ import annotations

import json
from pathlib import Path

import pyoxigraph as ox
import pytest
from import_runs import DEMO, DEMONSTRATION, GRAPH, LIST, files, left_overs, programmes, run, total

from coopgraph.compiler import build
from coopgraph.store import Folder, Store, read_manifest
from coopgraph.vocabulary import ID, graph_iri


def test_an_import_without_a_usable_record_replaces_nothing(imported: Path, tmp_path: Path) -> None:
    before = total(imported)
    done = run(imported, "import", "kr-budget", programmes(tmp_path, float("nan")), "--replace")
    assert done.code == 1
    assert "none of 1 records can be used; the reasons are in " in done.message
    assert run(imported, "import", "kr-budget", programmes(tmp_path), "--replace").code == 1
    assert total(imported) == before
    build(imported.parent / "data", imported)
    assert total(imported) == before


def test_importing_again_gives_the_same_bytes(imported: Path) -> None:
    before = files(imported)
    digest = read_manifest(Folder(imported).current()).digest
    for _ in range(2):
        assert run(imported, "import", "kr-budget", LIST, "--release", "demonstration").code == 0
    assert files(imported) == before
    assert read_manifest(Folder(imported).current()).digest == digest


@pytest.mark.parametrize("fresh", [False, True])
def test_a_build_keeps_an_import(imported: Path, fresh: bool) -> None:
    before = total(imported)
    report = build(imported.parent / "data", imported, fresh=fresh)
    assert GRAPH in [part.graph for part in report.parts]
    assert total(imported) == before == DEMONSTRATION
    assert left_overs(imported) == []


def test_an_import_replaces_its_graph_whole(imported: Path, tmp_path: Path) -> None:
    done = run(imported, "import", "kr-budget", programmes(tmp_path, 5.0), "--replace")
    assert done.code == 0
    assert f"note: {GRAPH} is replaced: it had " in done.out.decode()
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
    build(imported.parent / "data", imported)
    assert total(imported) == ("0", "0")


def test_the_graph_says_what_it_was_made_from(imported: Path) -> None:
    graph = f"<https://w3id.org/coopgraph/graph/{GRAPH}>"
    ((label, read, digest),) = Store.open(imported).select(f"""SELECT ?label ?read ?digest {{
    {graph} skos:prefLabel ?label ; coop:recordsRead ?read ; prov:wasDerivedFrom ?file .
    ?file coop:sha256 ?digest FILTER(LANG(?label) = "en") }}""")
    assert label.value.endswith(" demonstration")
    assert read.value == "31"
    assert len(digest.value) == 64


def test_users_files_get_graphs_of_their_own(imported: Path, tmp_path: Path) -> None:
    (tmp_path / "내 메모.ttl").write_text(f"<{ID}x> a <urn:Note> .", encoding="utf-8")
    (tmp_path / "other.ttl").write_text(f"<{ID}y> a <urn:Note> .", encoding="utf-8")
    for name in ("내 메모.ttl", "other.ttl"):
        assert run(imported, "import", "rdf", tmp_path / name).code == 0
    graphs = [part.graph for part in Folder(imported).parts()]
    assert {"import/rdf/내-메모", "import/rdf/other"} <= set(graphs)
    assert len(Store.open(imported).select("SELECT ?s { ?s a <urn:Note> }")) == 2
    assert run(imported, "sources", "--remove", "import/rdf/내-메모").code == 0
    assert len(Store.open(imported).select("SELECT ?s { ?s a <urn:Note> }")) == 1


def test_after_any_import_each_graph_holds_the_lines_of_its_part(imported: Path) -> None:
    """A version goes on from the triples of the one before: what changed must have changed."""
    steps = (
        ("import", "ror", DEMO / "ror"),
        ("import", "cordis", DEMO / "cordis"),
        ("import", "ror", DEMO / "ror"),
        ("import", "kr-budget", LIST),
        ("sources", "--remove", "import/ror"),
    )
    seen = set()
    for step in steps:
        assert run(imported, *step).code == 0
        seen.add(part_by_part(imported))
    assert len(seen) == 3  # the same files again change nothing
    build(imported.parent / "data", imported, fresh=True)
    assert part_by_part(imported) in seen


def part_by_part(store: Path) -> str:
    """The digest of a store whose graphs hold what their parts hold."""
    opened = Store.open(store)
    parts = Folder(store).parts()
    assert [part.graph for part in parts] == [part.graph for part in opened.manifest.parts]
    for part in parts:
        name = ox.NamedNode(graph_iri(part.graph))
        stored = opened.engine.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=name) or b""
        written = Folder(store).part_path(part).read_bytes()
        assert sorted(stored.splitlines()) == sorted(written.splitlines()), part.graph
    return opened.manifest.digest
