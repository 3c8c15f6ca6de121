"""Who is who in a store: what is derived, what awaits a decision; what is curated stays."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pyoxigraph as ox
import pytest
from derivations import derive_identity, lines, read_records
from hypothesis import given, settings
from hypothesis import strategies as st

from coopgraph.compiler.imports import import_files
from coopgraph.identity import GRAPH_NAME, Identity, basis_text, candidates
from coopgraph.identity.similarity import KINDS
from coopgraph.search import Labels
from coopgraph.store import Readers, Store
from coopgraph.vocabulary import COOP, ID, graph_iri

PACST, SOCIETY = "0abcde123", "0abcde124"


def ror_record(key: str, name: str, country: str, alias: str = "") -> dict[str, object]:
    names = [{"value": name, "types": ["ror_display", "label"], "lang": "en"}]
    if alias:
        names.append({"value": alias, "types": ["alias"], "lang": None})  # type: ignore[dict-item]
    return {
        "id": f"https://ror.org/{key}",
        "names": names,
        "types": ["nonprofit"],
        "status": "active",
        "locations": [{"geonames_details": {"country_code": country, "name": "Here"}}],
        "external_ids": [],
        "relationships": [],
    }


@pytest.fixture(scope="module")
def linked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of the shipped tables and four invented ROR records."""
    folder = tmp_path_factory.mktemp("linked")
    dump = folder / "ror-data.json"
    records = [
        ror_record(PACST, "Presidential Advisory Council on Science and Technology", "KR"),
        ror_record(SOCIETY, "Royal Society (United Kingdom)", "JP"),
        ror_record("0abcde125", "The Royal Society of Letters", "GB", "Royal Letters Society"),
        ror_record("042nb2s44", "Some Other Name", "US"),
    ]
    dump.write_text(json.dumps(records), encoding="utf-8")
    import_files("ror", [dump], folder / "store")
    return folder / "store"


def test_every_organisation_has_one_canonical(linked: Path) -> None:
    store = Store.open(linked)
    found = store.select(
        "SELECT ?o (COUNT(?c) AS ?n) { ?o a coop:Organisation . OPTIONAL { ?o coop:canonical ?c } }"
        " GROUP BY ?o"
    )
    assert len(found) > 30
    assert {row[1].value for row in found} == {"1"}


def test_imported_records_lead_to_what_is_curated(linked: Path) -> None:
    store = Store.open(linked)
    found = {
        row[0].value.rpartition("/")[2]: row[1].value.rpartition("/")[2]
        for row in store.select("SELECT ?o ?c { ?o coop:canonical ?c ; coop:recordOf ?register }")
    }
    assert found[f"ror-{PACST}"] == "pacst"
    assert found["ror-042nb2s44"] == "mit"  # by its verified identifier, whatever its name
    assert found[f"ror-{SOCIETY}"] == f"ror-{SOCIETY}"  # another country


def test_curated_graphs_are_as_they_were(linked: Path, store_folder: Path) -> None:
    before = {p.graph: p.sha256 for p in Store.open(store_folder).manifest.parts}
    after = {p.graph: p.sha256 for p in Store.open(linked).manifest.parts}
    curated = [graph for graph in before if not graph.startswith(("derived/", "void"))]
    assert curated
    assert all(before[graph] == after[graph] for graph in curated)


def test_the_derived_graph_is_the_same_again(linked: Path) -> None:
    store = Store.open(linked)
    assert sorted(derive_identity(store)) == sorted(derive_identity(store))
    held = store.engine.quads_for_pattern(None, None, None, ox.NamedNode(graph_iri(GRAPH_NAME)))
    assert len(set(derive_identity(store))) == len(list(held))


def test_unverified_identifiers_of_ours_are_not_used() -> None:
    engine = ox.Store()
    a, harbour, ror = f"{ID}organisation/", f"{ID}organisation/harbour", "https://ror.org/0abcde123"
    template = f"""
        <{harbour}> a <{COOP}Organisation> ;
            <http://www.w3.org/2004/02/skos/core#exactMatch> <{ror}> .
        <{a}ror-0abcde123> a <{COOP}Organisation> ; <{COOP}recordOf> <{ID}source/ror> ;
            <http://www.w3.org/2004/02/skos/core#exactMatch> <{ror}> .
        <{ID}identifier/h> <{COOP}identifies> <{harbour}> ; <{COOP}rorIdentifier> <{ror}> ;
            <{COOP}confidence> <{ID}confidence/CONFIDENCE> .
    """
    for confidence, found in (("weak", set()), ("verified", {("ROR", ror)})):
        text = template.replace("CONFIDENCE", confidence)
        engine.clear()
        engine.load(text.encode(), ox.RdfFormat.TURTLE, to_graph=ox.NamedNode("x:g"))
        assert read_records(Store(engine))[harbour].identifiers == found


def test_names_of_some_countries_are_those_of_all(linked: Path) -> None:
    store = Store.open(linked)
    everything, some = read_records(store), read_records(store, {"gb"})
    british = [iri for iri, record in everything.items() if record.country == "gb"]
    assert len(british) >= 2
    assert all(some[iri] == everything[iri] for iri in british)
    assert not any(record.labels for record in some.values() if record.country == "us")


# --- a user's own files --------------------------------------------------------------------

MINE = f"""
@prefix coop: <{COOP}> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix schema: <http://schema.org/> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
<x:by-name> a coop:Organisation ; rdfs:label "Massachusetts Institute of Technology" ;
    schema:addressCountry "US" .
<x:by-wikidata> a coop:Organisation ; schema:name "The institute" ;
    owl:sameAs <http://www.wikidata.org/entity/Q49108> .
<https://ror.org/042nb2s44> a coop:Organisation .
<x:other> a coop:Organisation ; rdfs:label "Massachusetts Institute of Tailoring" ;
    schema:addressCountry "US" .
<{ID}organisation/mit> a coop:Organisation ; rdfs:label "Ours" ; schema:addressCountry "KP" ;
    owl:sameAs <https://ror.org/0abcde123> .
<{ID}identifier/mine> coop:identifies <{ID}organisation/mit> ;
    coop:rorIdentifier <https://ror.org/0abcde123> ; coop:confidence <{ID}confidence/verified> .
"""


def test_rdf_of_a_users_own_joins_what_is_known_and_changes_nothing_of_it(linked: Path) -> None:
    triples = ox.parse(MINE.encode(), format=ox.RdfFormat.TURTLE)
    own = ox.serialize((q.triple for q in triples), format=ox.RdfFormat.N_TRIPLES) or b""
    known = lines(Store.open(linked))
    found = []
    for parts in ((known, own.splitlines(True)), (own.splitlines(True), known), (known, [])):
        readers = Readers()
        identity = Identity(readers)
        for part in parts:
            identity.begin("graph/curated" if part is known else "import/rdf/mine")
            readers.read(part)
        found.append(identity.resolution.canonical)
    first, other_order, without = found
    assert first == other_order
    mit = f"{ID}organisation/mit"
    for each in ("x:by-name", "x:by-wikidata", "https://ror.org/042nb2s44"):
        assert first[each] == mit
    assert first["x:other"] == "x:other"
    assert {iri: first[iri] for iri in without} == without


def as_lines(turtle: str) -> list[bytes]:
    triples = ox.parse(turtle.encode(), format=ox.RdfFormat.TURTLE)
    return (
        ox.serialize((t.triple for t in triples), format=ox.RdfFormat.N_TRIPLES) or b""
    ).splitlines(True)


#: What is known of the institute that `MINE` names.
KNOWN = f"""
@prefix coop: <{COOP}> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<{ID}organisation/mit> a coop:Organisation ; coop:country <{ID}country/us> ;
    skos:prefLabel "Massachusetts Institute of Technology"@en .
<{ID}identifier/mit> coop:identifies <{ID}organisation/mit> ;
    coop:rorIdentifier <https://ror.org/042nb2s44> ; coop:wikidataIdentifier
    <http://www.wikidata.org/entity/Q49108> ; coop:confidence <{ID}confidence/verified> .
"""


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_resources_of_two_rdf_imports_are_those_of_one(data: st.DataObject) -> None:
    """However their statements are parted among the two, also stated in both, in any order."""

    def canonical(*graphs: tuple[str, list[bytes]]) -> dict[str, str]:
        readers = Readers()
        identity = Identity(readers)
        for name, said in graphs:
            identity.begin(name)
            readers.read(said)
        return identity.resolution.canonical

    known, own = ("graph/curated", as_lines(KNOWN)), as_lines(MINE)
    alone = canonical(known, ("import/rdf/one", own))
    assert {iri for iri, of in alone.items() if of == f"{ID}organisation/mit"} == {
        *("x:by-name", "x:by-wikidata", "https://ror.org/042nb2s44", f"{ID}organisation/mit")
    }
    places = [(data.draw(st.sampled_from(((1,), (2,), (1, 2)))), line) for line in own]
    one, two = ([line for where, line in places if n in where] for n in (1, 2))
    graphs = [known, ("import/rdf/one", one), ("import/rdf/two", two)]
    assert canonical(*data.draw(st.permutations(graphs))) == alone


def test_what_no_import_names_says_so_and_what_one_names_has_its_name() -> None:
    pic, project = f"<{ID}organisation/pic-9", f"<{ID}project/cordis-10"
    first = f"""
        @prefix coop: <{COOP}> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
        {pic}1> a coop:Organisation ; skos:hiddenLabel "PIC 91" .
        {pic}2> a coop:Organisation ; skos:hiddenLabel "PIC 92" .
        {project}1> a coop:Project ; skos:hiddenLabel "CORDIS 101" .
        {project}2> a coop:Project ; skos:hiddenLabel "CORDIS 102" .
    """
    second = f"""
        @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
        {pic}2> skos:prefLabel "HARBOUR COLLEGE" . {project}2> skos:prefLabel "QUAY" .
    """
    for parts in ((first, second), (second, first)):
        engine, readers = ox.Store(), Readers()
        labels = Labels(readers)
        for part in parts:
            triples = [q.triple for q in ox.parse(part.encode(), format=ox.RdfFormat.TURTLE)]
            engine.load(part.encode(), ox.RdfFormat.TURTLE, to_graph=ox.NamedNode("x:graph"))
            said = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""
            readers.read(said.splitlines(keepends=True))
        expected = {
            f"{pic}1>": "PIC 91 (name not imported)",
            f"{pic}2>": "HARBOUR COLLEGE",
            f"{project}1>": "CORDIS 101 (name not imported)",
            f"{project}2>": "QUAY",
        }
        shown = Store(engine).labels([iri[1:-1] for iri in expected], "en")
        assert {f"<{iri}>": label for iri, label in shown.items()} == expected
        found = {f"<{each.iri}>": each.text for each in labels.labels() if each.lang in ("en", "")}
        assert found == expected  # what a search finds is called alike


# --- review -------------------------------------------------------------------------------


def test_candidates_are_listed_with_score_and_basis(linked: Path) -> None:
    answer = candidates(Store.open(linked))
    [row] = [r for r in answer if r["record"] == "The Royal Society of Letters"]
    assert row["organisation"] == "Royal Society"
    assert row["country"] == "United Kingdom"
    assert "similar names" in str(row["basis"])
    korean = candidates(Store.open(linked), "ko")
    assert "이름 유사" in str(next(iter(korean))["basis"])


def test_the_verb_writes_what_a_decision_needs(
    linked: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    from coopgraph.cli import run

    assert run(["review", "--store", str(linked), "--format", "csv"]) == 0
    out = capfdbinary.readouterr().out.decode()
    rows = list(csv.DictReader(io.StringIO(out)))
    assert rows
    assert rows[0]["record_iri"].startswith(f"{ID}organisation/ror-")
    assert rows[0]["organisation_iri"].startswith(f"{ID}organisation/")
    assert run(["review", "--store", str(linked), "--least", "1.5"]) == 2
    assert b"not a score" in capfdbinary.readouterr().err


def test_a_basis_reads_in_both_languages() -> None:
    basis = ("equal-label: harbour", "other-city", "gone")
    assert basis_text(basis, "en") == (
        "same name (harbour); another city; no longer active in its register"
    )
    assert "도시 불일치" in basis_text(basis, "ko")


def test_what_equal_names_are_is_said_in_both_languages() -> None:
    for kind in KINDS:
        said = {basis_text((f"equal-{kind}: harbour",), lang) for lang in ("en", "ko")}
        assert len(said) == 2
        assert not any("equal-" in each for each in said)
