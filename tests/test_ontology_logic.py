"""The ontology as logic: OWL 2 DL, consistent, every class satisfiable, by two engines.

Each claim has its counterpart: a contradiction put in is found.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pyowl2_profiles
import pyoxigraph as ox
import pytest
import rustdl

from coopgraph.vocabulary import COOP, PREFIXES, resources

ONTOLOGY = resources("ontology")
NAMESPACE = "https://w3id.org/coopgraph/ns"
RDF, RDFS, OWL, XSD, PROV = (PREFIXES[p] for p in ("rdf", "rdfs", "owl", "xsd", "prov"))
TYPE, SUBCLASS = ox.NamedNode(RDF + "type"), ox.NamedNode(RDFS + "subClassOf")
ALIGNMENTS = sorted((ONTOLOGY / "alignments").glob("*.ttl"))
FILES = [ONTOLOGY / "coop.ttl", ONTOLOGY / "codes.ttl", *ALIGNMENTS]
EXAMPLES = sorted((ONTOLOGY / "examples/valid").glob("*.ttl"))
# The datatypes of https://www.w3.org/TR/owl2-syntax/#Datatype_Maps that the ontology may use.
DATATYPES = {XSD + name for name in ("boolean", "decimal", "integer", "string")}
# Years and dates are not in the datatype map of OWL 2: a reasoner leaves such values aside.
DROPPED_OF_EXAMPLES = {"DataPropertyAssertion: unsupported data range"}
NEW = ox.NamedNode("https://example.org/new")


def term(name: str) -> ox.NamedNode:
    return ox.NamedNode(COOP + name)


def triples(paths: Iterable[Path]) -> list[ox.Triple]:
    """The triples of files as one ontology: the headers of all but coop.ttl left out."""
    parsed = [
        quad.triple
        for path in paths
        for quad in ox.parse(path=str(path), format=ox.RdfFormat.TURTLE)
    ]
    headers = {
        t.subject
        for t in parsed
        if t.object == ox.NamedNode(OWL + "Ontology") and t.subject != ox.NamedNode(NAMESPACE)
    }
    return [t for t in parsed if t.subject not in headers]


def write_owl(facts: Iterable[ox.Triple], path: Path) -> str:
    """Write RDF/XML, which rustdl reads; it does not read Turtle."""
    ox.serialize(facts, str(path), format=ox.RdfFormat.RDF_XML)
    return str(path)


def violations_of_dl(facts: Iterable[ox.Triple]) -> list[str]:
    store = ox.Store()
    store.extend(ox.Quad(t.subject, t.predicate, t.object) for t in facts)
    report = pyowl2_profiles.detect_profiles(store)["dl"]
    samples = [f"{v['axiom_type']} {v['subject_iri']}" for v in report["sample_violations"]]
    assert report["in_profile"] is (report["total_violations"] == 0)
    assert len(samples) == min(report["total_violations"], 50)
    return samples


def test_there_are_alignments_and_examples() -> None:
    assert ALIGNMENTS
    assert EXAMPLES


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_a_file_is_in_owl_2_dl(path: Path) -> None:
    assert violations_of_dl(triples([path])) == []


def test_all_files_together_are_in_owl_2_dl() -> None:
    assert violations_of_dl(triples(FILES)) == []


@pytest.mark.parametrize(
    ("wrong", "violation"),
    [
        (ox.Triple(term("partner"), TYPE, ox.NamedNode(OWL + "DatatypeProperty")), "punning"),
        (ox.Triple(term("Technology"), NEW, term("Topic")), "undeclared-property"),
        (
            ox.Triple(ox.NamedNode(RDF + "value"), TYPE, ox.NamedNode(OWL + "ObjectProperty")),
            "reserved-vocab",
        ),
    ],
    ids=["punning", "undeclared", "reserved"],
)
def test_what_is_outside_owl_2_dl_is_found(wrong: ox.Triple, violation: str) -> None:
    [found] = violations_of_dl([*triples(FILES), wrong])
    assert found.startswith(violation)


def test_every_datatype_is_one_of_owl_2() -> None:
    facts = triples(FILES)
    datatypes = {
        t.object.datatype.value
        for t in facts
        if isinstance(t.object, ox.Literal) and not t.object.language
    }
    ranges = {
        t.object.value
        for t in facts
        if t.predicate == ox.NamedNode(RDFS + "range") and isinstance(t.object, ox.NamedNode)
    }
    assert datatypes <= DATATYPES
    assert {r for r in ranges if r.startswith(XSD)} == DATATYPES


def test_the_ontology_is_consistent_and_every_class_satisfiable(tmp_path: Path) -> None:
    path = write_owl(triples(FILES), tmp_path / "all.owl")
    assert rustdl.dropped_axioms(path) == {}
    assert rustdl.is_consistent(path)
    result = rustdl.classify(path)
    assert not result.inconsistent
    assert not result.consistency_undetermined
    assert result.complete
    assert result.unsatisfiable == []
    ours = {name for name in result.classes if name.startswith(COOP)}
    assert ours == {
        t.subject.value
        for t in triples([ONTOLOGY / "coop.ttl"])
        if t.object == ox.NamedNode(OWL + "Class") and isinstance(t.subject, ox.NamedNode)
    }


@pytest.mark.parametrize(
    ("sub", "sup"),
    [
        (COOP + "Amount", PREFIXES["schema"] + "CreativeWork"),
        (COOP + "Amount", PROV + "Entity"),
        (COOP + "Resolution", PROV + "Entity"),
        (COOP + "Meeting", PROV + "Activity"),
        (COOP + "Stance", PREFIXES["skos"] + "Concept"),
        (COOP + "Organisation", PREFIXES["foaf"] + "Agent"),
        (COOP + "Evidence", PREFIXES["oa"] + "SpecificResource"),
    ],
)
def test_what_follows_from_core_and_alignments(sub: str, sup: str, tmp_path: Path) -> None:
    path = write_owl(triples(FILES), tmp_path / "all.owl")
    assert rustdl.is_subclass_of(path, sub, sup)
    assert not rustdl.is_subclass_of(path, sup, sub)


@pytest.mark.parametrize(
    "parents",
    [
        (COOP + "Meeting", COOP + "Resolution"),
        (COOP + "Plan", COOP + "Event"),
        (COOP + "PartnerLink", COOP + "Check"),
        (COOP + "Recommendation", COOP + "Action"),
        (COOP + "Organisation", COOP + "Person"),
        (COOP + "Stance", COOP + "Technology"),
        (COOP + "Event", PROV + "Plan"),
    ],
)
def test_a_class_under_two_disjoint_classes_is_found(
    parents: tuple[str, str], tmp_path: Path
) -> None:
    wrong = [
        ox.Triple(NEW, TYPE, ox.NamedNode(OWL + "Class")),
        *(ox.Triple(NEW, SUBCLASS, ox.NamedNode(parent)) for parent in parents),
    ]
    path = write_owl([*triples(FILES), *wrong], tmp_path / "wrong.owl")
    assert rustdl.classify(path).unsatisfiable == [NEW.value]


def test_the_valid_examples_agree_with_the_ontology(tmp_path: Path) -> None:
    path = write_owl(triples([*FILES, *EXAMPLES]), tmp_path / "examples.owl")
    assert set(rustdl.dropped_axioms(path)) <= DROPPED_OF_EXAMPLES
    assert rustdl.is_consistent(path)


@pytest.mark.parametrize(
    "name",
    ["Meeting-resolution", "Plan-event", "Priority-stance", "Designation-designee"],
)
def test_an_example_that_contradicts_the_ontology_is_found(name: str, tmp_path: Path) -> None:
    wrong = ONTOLOGY / f"examples/invalid/{name}.ttl"
    path = write_owl(triples([*FILES, *EXAMPLES, wrong]), tmp_path / "wrong.owl")
    assert not rustdl.is_consistent(path)
