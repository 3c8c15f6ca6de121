"""Import of ROR: what each part of a record becomes."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from ror_files import AWAY, HARBOUR, PREFIX, TIDE, Done, name, place, record, write

from coopgraph.compiler.imports import import_files
from coopgraph.store import Store
from coopgraph.tables.codes import read_codes
from coopgraph.vocabulary import ID

# --- what a record becomes ----------------------------------------------------------------


def test_a_label_in_each_language_the_display_name_first(tmp_path: Path) -> None:
    names = [
        name("HU", "acronym", lang=None),
        name("Seaside College", "label"),
        name("Harbour University", "ror_display", "label"),
        name("항구대학교", "label", lang="ko"),
        name("Old Harbour", "alias"),
        name("Port", "label", lang=None),
        name("HARBOR", "alias", "acronym", lang="KLINGON!"),
    ]
    done = Done(write(tmp_path, [record(names=names)]))
    assert sorted(done("skos:prefLabel")) == ["Harbour University@en", "Port", "항구대학교@ko"]
    assert sorted(done("skos:altLabel")) == ["Old Harbour@en", "Seaside College@en"]
    assert sorted(done("coop:acronym")) == ["HARBOR", "HU"]
    assert done.ledger.notes == ["1 names have an unreadable language and are kept without it"]


def test_kinds_status_and_register(tmp_path: Path) -> None:
    done = Done(write(tmp_path, [record(status="withdrawn")]))
    assert sorted(done("coop:organisationKind")) == [
        f"{ID}organisation-kind/education",
        f"{ID}organisation-kind/research-funder",
    ]
    assert done("coop:status") == ["withdrawn"]
    assert done("coop:recordOf") == [f"{ID}source/ror"]
    assert done("skos:exactMatch") == [PREFIX + HARBOUR]
    assert done.counts == (1, 1, 0, 0)


def test_every_type_of_the_schema_has_a_code() -> None:
    from coopgraph.importers.ror.record import KINDS

    assert set(KINDS.values()) <= read_codes().by_scheme["organisation-kind"]


def test_the_first_place_is_the_seat(tmp_path: Path) -> None:
    places = [place("Harbour", "KR"), place("Delta", "NL"), place(None, None)]
    done = Done(write(tmp_path, [record(locations=places)]))
    assert done("coop:country") == [f"{ID}country/kr"]
    assert done("coop:city") == ["Harbour", "Delta"]


def test_a_null_country_is_told(tmp_path: Path) -> None:
    done = Done(write(tmp_path, [record(locations=[place("Harbour", None)])]))
    assert done("coop:country") == []
    assert done("coop:city") == ["Harbour"]
    assert done.counts == (1, 1, 0, 0)
    assert done.ledger.notes == ["1 records have no country that can be read"]


def test_identifiers_without_a_preferred_one(tmp_path: Path) -> None:
    ids = [
        {"type": "wikidata", "preferred": None, "all": ["Q7", "Q9", "Seven"]},
        {"type": "wikidata", "preferred": "Q11", "all": ["Q12", "Q11"]},
        {"type": "isni", "preferred": None, "all": ["0000 0001 2341 2786"]},
        {"type": "grid", "preferred": "grid.1.2", "all": "grid.1.2"},
        {"type": "fundref", "preferred": "10", "all": ["10", "11"]},
    ]
    done = Done(write(tmp_path, [record(external_ids=ids)]))
    assert [v.rpartition("/")[2] for v in done("schema:sameAs")] == ["Q7", "Q9", "Q11"]
    assert done("coop:isniIdentifier") == ["0000000123412786"]
    assert done("coop:gridIdentifier") == ["grid.1.2"]
    assert sorted(done("coop:fundrefIdentifier")) == ["10", "11"]
    assert done.ledger.notes == ["1 Wikidata identifiers are malformed and were left out"]


def test_relationships_inside_and_outside_the_file(tmp_path: Path) -> None:
    kinds = ("parent", "child", "related", "predecessor", "successor")
    related = [{"type": kind, "id": PREFIX + TIDE, "label": "Tide"} for kind in kinds]
    related += [
        {"type": "child", "id": PREFIX + AWAY, "label": "Away"},
        {"type": "child", "id": "https://ror.org/not-one", "label": "x"},
        {"type": "cousin", "id": PREFIX + TIDE, "label": "x"},
    ]
    done = Done(write(tmp_path, [record(relationships=related), record(TIDE)]))
    tide = f"{ID}organisation/ror-{TIDE}"
    assert done("org:subOrganizationOf") == [tide]
    assert done("org:hasSubOrganization") == [tide, f"{ID}organisation/ror-{AWAY}"]
    assert done("coop:relatedOrganisation") == [tide]
    assert done("dcterms:replaces") == [tide]
    assert done("dcterms:isReplacedBy") == [tide]
    assert done.ledger.notes == [
        "2 relationships are of an unknown type or lead nowhere and were left out",
        "1 relationships lead to records outside the file; they are kept",
    ]


def test_links_that_are_no_addresses_are_left_out(tmp_path: Path) -> None:
    links = [
        {"type": "website", "value": "https://harbour.example.org"},
        {"type": "website", "value": "https://a b"},
        {"type": "website", "value": "https://x:port/"},
        {"type": "website", "value": "javascript:alert(1)"},
    ]
    done = Done(write(tmp_path, [record(links=links)]))
    assert done("foaf:homepage") == ["https://harbour.example.org"]
    assert done.ledger.notes[0].startswith("3 links")


def test_labels_with_quotes_controls_and_half_characters(tmp_path: Path) -> None:
    text = 'A "quoted\\"\tname\n\u202e of \ud800 two\x00lines'
    done = Done(write(tmp_path, [record(names=[name(text, "ror_display")])]))
    assert done("skos:prefLabel") == ['A "quoted\\" name of two lines@en']


# --- the real sample ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def real(shared: Path) -> Done:
    return Done(shared / "samples/ror")


def test_every_record_of_the_real_sample_is_accounted_for(real: Done) -> None:
    assert real.counts == (35_990, 35_990, 0, 0)
    assert real.ledger.notes == [
        "9,335 relationships lead to records outside the file; they are kept"
    ]
    assert len(real.lines) == len(set(real.lines))


def test_the_real_sample_as_graph(real: Done) -> None:
    assert "한양대학교@ko" in real("skos:prefLabel", "046865y68")
    assert real("coop:country", "046865y68") == [f"{ID}country/kr"]
    tagged = [v for (_, p), vs in real.facts.items() if p.endswith("Label") for v in vs]
    assert sum(value.endswith("@ko") for value in tagged) > 700


def test_an_import_is_a_graph_that_can_be_repeated(small_folder: Path, tmp_path: Path) -> None:
    path = write(tmp_path, [record(), record(TIDE), {"id": 1}])
    store = Path(shutil.copytree(small_folder, tmp_path / "store"))
    first = import_files("ror", [path], store, release="v9")
    again = import_files("ror", [path], store, release="v9")
    assert first.part == again.part
    assert first.rejects is not None
    assert first.rejects.read_text() == (
        "file,row,column,reason\nv9-ror-data.json,3,id,'' is not a ROR id\n"
    )
    found = Store.open(store).select(
        f"SELECT ?o WHERE {{ GRAPH graph:import\\/ror {{ ?o coop:recordOf <{ID}source/ror> }} }}"
    )
    assert len(found) == 2
