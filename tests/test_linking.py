"""Who is who: identifiers, then names; decisions above all; what is curated stays as it is."""

from __future__ import annotations

import csv
import importlib.util
import io
import json
import random
import sys
import unicodedata
from itertools import product
from pathlib import Path
from types import ModuleType

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coopgraph.build.importing import import_files
from coopgraph.linking import GRAPH_NAME, basis_text, derive_identity
from coopgraph.linking.matching import NameIndex, forms
from coopgraph.linking.names import normalise, one_edit, tokens
from coopgraph.linking.records import Record, read_names, read_records
from coopgraph.linking.resolving import (
    ACCEPT,
    CANDIDATE,
    Decisions,
    Resolution,
    decide,
    pair,
    resolve,
)
from coopgraph.linking.review import candidates
from coopgraph.store import Store
from coopgraph.vocabulary import COOP, ID, graph_iri

# --- names --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("UNIVERSITAET ZUERICH", "Universität Zürich"),
        ("Universität Stuttgart", "University of Stuttgart"),
        ("THE CHANCELLOR OF HARBOUR", "Chancellor, Harbour"),
        ("Acme GmbH & Co. KG", "ACME"),
        ("Acme S.p.A.", "Acme SpA"),
        ("Acme Sp. z o.o.", "Acme"),
        ("서울 대학교", "서울대학"),
        ("(주) 아크메", "주식회사 아크메"),
        ("株式会社アクメ", "アクメ"),
        ("Institut de Física", "Institute of Physics"),
        ("L'Université d'Aix", "Universite Aix"),
    ],
)
def test_names_that_mean_the_same(one: str, other: str) -> None:
    assert normalise(one) == normalise(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("University of Washington", "Washington University"),
        ("Université Lyon 1", "Université Lyon 2"),
        ("Universität Halle", "Hochschule Halle"),
        ("Harbour Polytechnic", "Harbour Technical"),
        ("서울대학교", "서울대학교병원"),
    ],
)
def test_names_that_do_not(one: str, other: str) -> None:
    assert normalise(one) != normalise(other)


@given(st.text())
def test_any_text_has_a_form_whatever_its_case_and_composition(text: str) -> None:
    form = normalise(text)
    assert form == form.casefold()
    assert form == normalise(unicodedata.normalize("NFD", text))
    if text.isascii():
        assert form == normalise(text.upper()) == normalise(text.lower())
    assert " ".join(form.split()) == form
    assert all(tokens(form)) or not form


def edits(word: str) -> set[str]:
    """All words one edit away, with the letters a, b and c: the definition, spelt out."""
    parts = [(word[:i], word[i:]) for i in range(len(word) + 1)]
    letters = "abc"
    return {
        *(a + b[1:] for a, b in parts if b),
        *(a + b[1] + b[0] + b[2:] for a, b in parts if len(b) > 1),
        *(a + c + b[1:] for (a, b), c in product(parts, letters) if b),
        *(a + c + b for (a, b), c in product(parts, letters)),
    } - {word}


@settings(max_examples=300)
@given(st.text("abc", max_size=6), st.text("abc", max_size=6))
def test_one_edit_is_what_its_definition_says(one: str, other: str) -> None:
    assert one_edit(one, other) == (other in edits(one))


# --- matches ------------------------------------------------------------------------------


def org(key: str, register: str = "", label: str = "", **known: object) -> Record:
    made = Record(key, register, labels=[label] if label else [], country="kr")
    for name, value in known.items():
        setattr(made, name, value)
    return made


def resolved(*records: Record, decisions: Decisions | None = None) -> Resolution:
    return resolve({r.iri: r for r in records}, decisions or Decisions())


def pairs(links: object) -> set[tuple[str, str]]:
    assert isinstance(links, list)
    return {(link.record.iri, link.target.iri) for link in links}


HARBOUR = org("ror-1", "ror", "Harbour Institute of Oceanography")
OTHERS = [
    org(f"ror-{i}", "ror", f"{name} Institute of {field}")
    for i, (name, field) in enumerate(
        product(("Delta", "Northern", "Royal"), ("Physics", "Chemistry", "Oceanography")), 2
    )
]


@pytest.mark.parametrize(
    "name",
    [
        "HARBOUR INSTITUTE OF OCEANOGRAPHY",
        "Harbour Institut für Oceanography GmbH",
        "Harbour Institute of Oceanografphy",
        "HARBOUR INSTITUTE OF OCAENOGRAPHY",
    ],
)
def test_a_name_with_noise_is_found(name: str) -> None:
    done = resolved(HARBOUR, *OTHERS, org("pic-1", "cordis", name))
    assert pairs(done.accepted) == {("pic-1", "ror-1")}
    assert done.canonical["pic-1"] == "ror-1"


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"label": "Harbour Institute of Geology"}, "another word"),
        ({"label": "Harbour Institute of Oceanography 2"}, "a number"),
        ({"country": "jp"}, "another country"),
        ({"label": "HIO"}, "an acronym"),
        ({"label": "Institute of Oceanography"}, "a word less"),
    ],
)
def test_a_name_that_may_be_another_is_not_accepted(changed: dict[str, str], why: str) -> None:
    known = {"label": "Harbour Institute of Oceanography"} | changed
    target = org("ror-1", "ror", "Harbour Institute of Oceanography", acronyms=["HIO"])
    done = resolved(target, *OTHERS, org("pic-1", "cordis", **known))
    assert not done.accepted, why
    assert done.canonical["pic-1"] == "pic-1"


def test_an_acronym_with_country_is_a_candidate_and_elsewhere_nothing() -> None:
    target = org("ror-1", "ror", "Harbour Institute of Oceanography", acronyms=["HIO"])
    done = resolved(target, org("pic-1", "cordis", "HIO", cities=["Harbour"]))
    assert not done.accepted
    target.cities, target.forms = ["Harbour"], {}
    again = resolved(target, org("pic-1", "cordis", "HIO", cities=["HARBOUR 4"]))
    assert not again.accepted
    abroad = resolved(target, org("pic-1", "cordis", "HIO", country="jp"))
    assert not abroad.accepted
    assert not abroad.candidates
    [match] = NameIndex([target]).matches(org("q", "cordis", "HIO", cities=["Harbour"]), 1, 0)
    assert match.score == pytest.approx(0.78)


def test_two_of_one_name_are_candidates_both() -> None:
    twins = [org("ror-1", "ror", "Harbour College"), org("ror-2", "ror", "Harbour College")]
    done = resolved(*twins, org("pic-1", "cordis", "HARBOUR COLLEGE"))
    assert not done.accepted
    assert pairs(done.candidates) == {("pic-1", "ror-1"), ("pic-1", "ror-2")}


def test_two_records_of_one_register_never_meet_in_one_organisation() -> None:
    pics = [org(f"pic-{i}", "cordis", "HARBOUR COLLEGE") for i in (1, 2)]
    done = resolved(org("ror-1", "ror", "Harbour College"), *pics)
    assert not done.accepted
    assert {("pic-1", "ror-1"), ("pic-2", "ror-1"), ("pic-2", "pic-1")} == pairs(done.candidates)
    assert all(iri == canonical for iri, canonical in done.canonical.items())


def test_a_city_parts_what_a_name_does_not() -> None:
    near = org("ror-1", "ror", "Harbour College", cities=["Busan"])
    far = org("ror-2", "ror", "Harbour College", cities=["Seoul"])
    done = resolved(near, far, org("pic-1", "cordis", "HARBOUR COLLEGE", cities=["BUSAN 12"]))
    assert pairs(done.accepted) == {("pic-1", "ror-1")}


def test_what_counts_as_a_name() -> None:
    record = org(
        "x", "cordis", "PIC 999999999", aliases=["IBM"], acronyms=["HARBOUR COLLEGE OF ART", "HCA"]
    )
    assert forms(record) == {"ibm": 3, "harbour college art": 1, "hca": 3}


def test_a_record_without_a_country_is_at_most_a_candidate() -> None:
    done = resolved(HARBOUR, *OTHERS, org("pic-1", "cordis", HARBOUR.labels[0], country=""))
    assert not done.accepted
    assert pairs(done.candidates) == {("pic-1", "ror-1")}


# --- identifiers and decisions ------------------------------------------------------------


def test_identifiers_come_before_names_and_are_transitive() -> None:
    wikidata = ("Wikidata", "http://www.wikidata.org/entity/Q1")
    ours = org("mit", "", "Ours", identifiers={("ROR", "https://ror.org/1"), wikidata})
    ror = org("ror-1", "ror", "Theirs", identifiers={("ROR", "https://ror.org/1")})
    openalex = org("alex-1", "openalex", "Another", identifiers={wikidata}, country="jp")
    done = resolved(ours, ror, openalex)
    assert pairs(done.accepted) == {("ror-1", "mit"), ("alex-1", "mit")}
    assert set(done.canonical.values()) == {"mit"}
    assert [link.score for link in done.accepted] == [1.0, 0.99]


def test_an_identifier_that_two_records_bear_is_a_candidate() -> None:
    grid = {("GRID", "grid.1.2")}
    twins = [org(f"ror-{i}", "ror", f"Twin {i}", identifiers=grid) for i in (1, 2)]
    done = resolved(*twins, org("alex-1", "openalex", "Someone", identifiers=grid))
    assert not done.accepted
    assert "shared" in done.candidates[0].basis


def test_a_register_that_an_identifier_has_settled_is_not_searched_by_name() -> None:
    ror = ("ROR", "https://ror.org/1")
    ours = org("harbour", "", "Harbour College", identifiers={ror})
    linked = org("ror-1", "ror", "Old Name", identifiers={ror})
    namesake = org("ror-2", "ror", "Harbour College")
    done = resolved(ours, linked, namesake)
    assert pairs(done.accepted) == {("ror-1", "harbour")}
    assert not done.candidates


def test_decisions_are_above_all() -> None:
    ours = org("harbour", "", "Harbour College")
    records = (ours, org("ror-1", "ror", "Harbour College"), org("ror-2", "ror", "Hafenschule"))
    yes, no = pair("ror-2", "harbour"), pair("ror-1", "harbour")
    assert pairs(resolved(*records).accepted) == {("ror-1", "harbour")}
    rejected = resolved(*records, decisions=Decisions(frozenset(), frozenset({no})))
    assert not rejected.accepted
    assert not rejected.candidates
    both = resolved(*records, decisions=Decisions(frozenset({yes}), frozenset({no})))
    assert pairs(both.accepted) == {("ror-2", "harbour")}
    assert both.canonical["ror-2"] == "harbour"
    unsure = resolved(*records, decisions=Decisions(frozenset({no}), frozenset({no})))
    assert not unsure.accepted


def test_an_accepted_decision_may_bring_two_records_of_a_register_together() -> None:
    pics = [org(f"pic-{i}", "cordis", "HARBOUR COLLEGE") for i in (1, 2)]
    decision = Decisions(frozenset({pair("pic-1", "pic-2")}))
    done = resolved(org("ror-1", "ror", "Harbour College"), *pics, decisions=decision)
    assert done.canonical["pic-2"] == "pic-1"


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["", "ror", "cordis"]),
            st.sampled_from(["Harbour College", "Harbour School", "Delta College", "HC", ""]),
            st.sampled_from(["kr", "jp", ""]),
            st.sets(st.sampled_from([("GRID", "1"), ("ISNI", "2"), ("ROR", "3")])),
        ),
        max_size=9,
    )
)
def test_an_organisation_holds_one_record_of_a_register(
    rows: list[tuple[str, str, str, set[tuple[str, str]]]],
) -> None:
    def made() -> list[Record]:
        return [
            org(f"x{i}", register, label, country=country, identifiers=identifiers)
            for i, (register, label, country, identifiers) in enumerate(rows)
        ]

    done = resolved(*made())
    together: dict[str, list[str]] = {}
    for iri, canonical in done.canonical.items():
        together.setdefault(canonical, []).append(rows[int(iri[1:])][0])
        assert done.canonical[canonical] == canonical
    assert all(len(set(registers)) == len(registers) for registers in together.values())
    assert len(done.canonical) == len(rows)
    assert all(CANDIDATE <= link.score <= 1 for link in (*done.accepted, *done.candidates))
    again = resolved(*made())
    assert (again.canonical, pairs(again.candidates)) == (done.canonical, pairs(done.candidates))


# --- the graph ----------------------------------------------------------------------------

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
    everything, some = read_records(store), read_records(store)
    read_names(store, everything)
    read_names(store, some, {"gb"})
    british = [iri for iri, record in everything.items() if record.country == "gb"]
    assert len(british) >= 2
    assert all(some[iri] == everything[iri] for iri in british)
    assert not any(record.labels for record in some.values() if record.country == "us")


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


# --- the labelled set ---------------------------------------------------------------------


@pytest.fixture(scope="module")
def bench(root: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("bench_linking", root / "bench/linking.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["bench_linking"] = module
    spec.loader.exec_module(module)
    return module


def test_precision_and_recall_on_the_real_sample(bench: ModuleType, shared: Path) -> None:
    chance = random.Random(bench.SEED)
    records = bench.registered(shared / "samples/ror")
    records = [r for r in records if r.country in {"kr", "gb", "de", "fr", "ch"}]
    cut = len(records) // 5
    chance.shuffle(records)
    kept, queries = bench.held_out(records[cut:], chance)
    queries += bench.noisy(kept, chance)
    queries += bench.hard_negatives(records[:cut], kept, chance)
    index = NameIndex(kept)
    right = wrong = capitals = 0
    for query in queries:
        match = decide(index.matches(query.record, ACCEPT, CANDIDATE))
        if match is not None:
            right += match.target.iri == query.answer
            wrong += match.target.iri != query.answer
            capitals += query.what.startswith("label in capitals")
    assert right > 2000
    assert right / (right + wrong) > 0.985
    asked = sum(query.what.startswith("label in capitals") for query in queries)
    assert capitals / asked > 0.95
