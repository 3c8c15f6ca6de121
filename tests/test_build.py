"""A build: the same bytes whenever, wherever; every graph described; parts are the store."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import invented
import pyoxigraph as ox
import pytest

from coopgraph.compiler import Report, build
from coopgraph.errors import FactError, TableError, TablesInvalid
from coopgraph.reconciliation import GRAPH_NAME
from coopgraph.store import Folder, Store
from coopgraph.store.export import export_dataset
from coopgraph.store.void import DATASET
from coopgraph.tables.catalogue import BY_NAME
from coopgraph.vocabulary import graph_iri

_BUILD = """
import hashlib, json, sys
from coopgraph.compiler import build
from coopgraph.store import Store
from coopgraph.store.export import export_dataset
report = build(store="store")
nq = export_dataset(Store.open("store"), "nq")
print(json.dumps([report.digest, hashlib.sha256(nq).hexdigest(), len(nq)]))
"""


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> tuple[Report, Store]:
    """The invented tables, built."""
    folder = tmp_path_factory.mktemp("small")
    report = build(invented.write(folder / "data"), folder / "store")
    return report, Store.open(folder / "store")


@pytest.fixture(scope="module")
def shipped(store_folder: Path) -> Store:
    return Store.open(store_folder)


def test_two_builds_give_the_same_bytes(tmp_path: Path, store_folder: Path) -> None:
    results = []
    for seed, zone, language in (("1", "Asia/Seoul", "C"), ("2", "America/Lima", "C.UTF-8")):
        place = tmp_path / seed
        place.mkdir()
        environment = os.environ | {"PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": language}
        done = subprocess.run(
            [sys.executable, "-c", _BUILD],
            cwd=place,
            env=environment,
            capture_output=True,
            check=True,
        )
        results.append(json.loads(done.stdout))
    assert results[0] == results[1]
    assert results[0][2] > 1_000_000
    folders = [tmp_path / "1" / "store", tmp_path / "2" / "store", store_folder]
    parts = [
        {
            path.relative_to(folder): path.read_bytes()
            for path in (*folder.glob("parts/*.nt"), *folder.glob("versions/*/manifest.json"))
        }
        for folder in folders
    ]
    assert parts[0] == parts[1] == parts[2]
    assert len(parts[0]) > 30


def test_a_build_holds_no_blank_node_and_no_clock(shipped: Store) -> None:
    data = export_dataset(shipped, "nq")
    for quad in shipped.engine:
        assert isinstance(quad.subject, ox.NamedNode)
        assert not isinstance(quad.object, ox.BlankNode)
        assert isinstance(quad.graph_name, ox.NamedNode)
    assert datetime.now(UTC).strftime("%Y-%m-%dT").encode() not in data  # tables have dates only
    assert b"generatedAtTime" not in data
    lines = data.splitlines()
    assert lines == sorted(lines, key=lambda line: (line.rsplit(b" ", 2)[-2], line))
    assert len(lines) == len(set(lines)) == len(shipped.engine)


def test_each_part_is_in_the_store_line_by_line(store_folder: Path, shipped: Store) -> None:
    parts = Folder(store_folder).parts()
    assert [part.graph for part in parts] == [part.graph for part in shipped.manifest.parts]
    assert len(parts) > 30
    for part in parts:
        data = Folder(store_folder).part_path(part).read_bytes()
        assert hashlib.sha256(data).hexdigest() == part.sha256
        name = ox.NamedNode(graph_iri(part.graph))
        stored = shipped.engine.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=name) or b""
        assert set(data.splitlines()) == set(stored.splitlines()), part.graph
        assert len(data.splitlines()) == len(stored.splitlines()) == part.triples
    assert {g.value for g in shipped.engine.named_graphs() if isinstance(g, ox.NamedNode)} == {
        graph_iri(part.graph) for part in parts
    }


def test_every_graph_is_described(store_folder: Path, shipped: Store) -> None:
    """But the description itself: it cannot state its own hash."""
    found = {
        graph.value: (int(triples.value), sha.value, origin.value)
        for graph, triples, sha, origin in shipped.select(f"""
SELECT ?g ?n ?sha (MIN(?o) AS ?origin) {{ GRAPH graph:void {{
  ?g a void:Dataset, dcat:Dataset, prov:Entity, coop:NamedGraph ; void:triples ?n ;
     coop:sha256 ?sha ; dcterms:license ?licence ; prov:wasGeneratedBy ?build ;
     dcterms:isPartOf <{DATASET}> . <{DATASET}> void:subset ?g .
  ?build a prov:Activity ; prov:wasAssociatedWith ?agent . ?agent a prov:SoftwareAgent .
  OPTIONAL {{ ?g prov:wasDerivedFrom ?from }} BIND(COALESCE(?from, ?build) AS ?o) }}
}} GROUP BY ?g ?n ?sha""")
    }
    parts = {graph_iri(part.graph): part for part in Folder(store_folder).parts()}
    assert found.keys() == parts.keys() - {graph_iri("void")}
    for graph, (triples, sha256, _) in found.items():
        assert (triples, sha256) == (parts[graph].triples, parts[graph].sha256)
    source = "https://w3id.org/coopgraph/id/source/article"
    assert found[graph_iri("article")][2] == source
    derived = shipped.select(
        f"SELECT ?g {{ <{graph_iri(GRAPH_NAME)}> prov:wasDerivedFrom ?g . ?g a coop:NamedGraph }}"
    )
    assert graph_iri("article") in {graph.value for (graph,) in derived}


def test_each_source_is_one_graph(small: tuple[Report, Store]) -> None:
    _, store = small
    pairs = {
        (graph.value.rpartition("/")[2], row.value.rpartition("/")[2])
        for graph, row in store.select("SELECT ?g ?s { GRAPH ?g { ?s coop:source ?any } }")
    }
    assert ("second-source", "hong") in pairs
    assert ("first-source", "weaving-alpha") in pairs
    assert len(pairs) == 21


def test_a_report_counts_what_was_read_and_warns(small: tuple[Report, Store]) -> None:
    report, store = small
    assert set(report.rows) == set(BY_NAME)
    assert (report.rows["organisations"], report.rows["events"]) == (2, 0)
    assert report.triples == len(store.engine) == store.manifest.triples
    assert report.digest == store.manifest.digest
    assert report.version == store.version
    assert "events.csv: there is no such file, so the table has no rows" in report.warnings
    assert not any("organisations.csv" in warning for warning in report.warnings)


def test_a_source_that_nothing_cites_is_a_warning(tmp_path: Path) -> None:
    content = invented.tables()
    content["sources"].append({**content["sources"][0], "key": "third-source"})
    report = build(invented.write(tmp_path / "data", content), tmp_path / "store")
    (warning,) = [text for text in report.warnings if "third-source" in text]
    assert warning == "sources.csv, row 4, column key: no row cites the source 'third-source'"


def test_a_source_that_left_the_tables_leaves_the_store(tmp_path: Path) -> None:
    content = invented.tables()
    build(invented.write(tmp_path / "data", content), tmp_path / "store")
    content["people"][0]["source"] = "first-source"
    del content["sources"][1]
    build(invented.write(tmp_path / "data", content), tmp_path / "store")
    names = [part.graph for part in Folder(tmp_path / "store").parts()]
    assert "first-source" in names
    assert "second-source" not in names
    asked = "ASK { GRAPH graph:second-source { ?s ?p ?o } }"
    assert not Store.open(tmp_path / "store").query(asked)


@pytest.mark.parametrize("key", ["ontology", "questions", "void"])
def test_a_source_cannot_take_the_name_of_a_graph_of_ours(tmp_path: Path, key: str) -> None:
    content = invented.tables()
    content["sources"].append({**content["sources"][0], "key": key})
    with pytest.raises(TableError) as caught:
        build(invented.write(tmp_path / "data", content), tmp_path / "store")
    assert str(caught.value) == (
        f"sources.csv, row 4, column key: the key '{key}' is reserved; choose another"
    )
    assert not (tmp_path / "store").exists()


def test_bad_tables_change_nothing(tmp_path: Path) -> None:
    store = tmp_path / "store"
    build(invented.write(tmp_path / "data"), store)
    before = {path: path.stat().st_mtime_ns for path in store.rglob("*")}
    content = invented.tables()
    content["amounts"][0]["period_from"] = "soon"
    with pytest.raises(TablesInvalid):
        build(invented.write(tmp_path / "data", content), store)
    assert {path: path.stat().st_mtime_ns for path in store.rglob("*")} == before


def test_an_export_is_the_dataset_in_each_format(small: tuple[Report, Store]) -> None:
    _, store = small
    quads = set(store.engine)
    for name, format in (("nq", ox.RdfFormat.N_QUADS), ("trig", ox.RdfFormat.TRIG)):
        assert set(ox.parse(export_dataset(store, name), format=format)) == quads
    assert set(ox.parse(export_dataset(store, "jsonld"), format=ox.RdfFormat.JSON_LD)) == quads
    triples = {quad.triple for quad in quads}
    turtle = ox.parse(export_dataset(store, "ttl"), format=ox.RdfFormat.TURTLE)
    assert {quad.triple for quad in turtle} == triples


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ("jurisdiction = ", "coopgraph.toml: not TOML: "),
        ("a = " + "[" * 100_000, "coopgraph.toml: nested too deeply"),
        ('jurisdiction = "xq"', "coopgraph.toml: 'xq' is no country and no bloc; "),
        ('jurisdiction = "beta-agency"', "'beta-agency' is no country and no bloc"),
        ('country = "xa"', "coopgraph.toml: unknown setting 'country'; "),
        ('jurisdiction = "xa"\nfloor = 0', "coopgraph.toml: 0 is no floor of ranks; "),
    ],
)
def test_settings_that_are_wrong_are_one_line(tmp_path: Path, settings: str, says: str) -> None:
    data = invented.write(tmp_path / "data")
    (data / "coopgraph.toml").write_text(settings)
    with pytest.raises(FactError) as caught:
        build(data, tmp_path / "store")
    assert says in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1
    assert not (tmp_path / "store").exists()


def test_plans_of_several_countries_need_a_default(tmp_path: Path) -> None:
    content = invented.tables()
    content["plans"].append({**content["plans"][0], "key": "other-plan", "jurisdiction": "xa"})
    data = invented.write(tmp_path / "data", content)
    with pytest.raises(FactError, match="the plans are of several countries or blocs: xa, xb"):
        build(data, tmp_path / "store")
    (data / "coopgraph.toml").write_text('jurisdiction = "XA"\n')
    assert build(data, tmp_path / "store").triples
