"""The shapes: each has its invalid example, which fails it and nothing else, in both engines."""

from __future__ import annotations

import functools
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox
import pyshacl
import pytest
import rdflib
import shacl
from rdflib import SH

from coopgraph.tables.shapes import shapes_graph
from coopgraph.vocabulary import COOP, PREFIXES, resources

ONTOLOGY = resources("ontology")
SHAPE = "https://w3id.org/coopgraph/shapes#"
VALID = sorted((ONTOLOGY / "examples/valid").glob("*.ttl"))
INVALID = sorted((ONTOLOGY / "examples/invalid").glob("*.ttl"))
BACKGROUND = [ONTOLOGY / "coop.ttl", ONTOLOGY / "codes.ttl", *VALID]
RDF_TYPE, SUBCLASS = PREFIXES["rdf"] + "type", PREFIXES["rdfs"] + "subClassOf"
# Parameters of https://www.w3.org/TR/shacl/ that make a shape one that can fail.
CONSTRAINTS = {
    "class", "datatype", "disjoint", "equals", "hasValue", "in", "languageIn", "lessThan",
    "lessThanOrEquals", "maxCount", "maxExclusive", "maxInclusive", "minCount", "minExclusive",
    "minInclusive", "minLength", "maxLength", "node", "nodeKind", "not", "or", "and", "pattern",
    "qualifiedValueShape", "sparql", "uniqueLang", "xone", "closed",
}  # fmt: skip


class Result(NamedTuple):
    """What both engines report alike."""

    focus: str
    shape: str
    severity: str


def quads(path: Path) -> list[ox.Quad]:
    return list(ox.parse(path=str(path), format=ox.RdfFormat.TURTLE))


@functools.cache
def shape_triples() -> list[ox.Quad]:
    """All shapes, those of cells with what the catalogue says of them."""
    return list(ox.parse(shapes_graph(), format=ox.RdfFormat.N_TRIPLES))


@functools.cache
def lines(*paths: Path) -> str:
    """The triples of files as N-Triples."""
    facts = (quad.triple for path in paths for quad in quads(path))
    return (ox.serialize(facts, format=ox.RdfFormat.N_TRIPLES) or b"").decode()


@functools.cache
def shapes() -> dict[str, dict[str, list[ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple]]]:
    """Values by SHACL parameter, of each named shape."""
    found: dict[str, dict[str, list[ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple]]] = (
        defaultdict(lambda: defaultdict(list))
    )
    for quad in shape_triples():
        if isinstance(quad.subject, ox.NamedNode) and quad.subject.value.startswith(SHAPE):
            predicate = quad.predicate.value.removeprefix(str(SH))
            found[quad.subject.value.removeprefix(SHAPE)][predicate].append(quad.object)
    return found


def is_part(name: str) -> bool:
    """Parts begin with a small letter: others refer to them."""
    return name[0].islower()


def rules() -> list[str]:
    """The shapes that data can fail: those with a constraint, parts left out."""
    return sorted(
        name for name, facts in shapes().items() if CONSTRAINTS & facts.keys() and not is_part(name)
    )


def severity(name: str) -> str:
    [value] = shapes()[name].get("severity", [ox.NamedNode(f"{SH}Violation")])
    assert isinstance(value, ox.NamedNode)
    return value.value.removeprefix(str(SH))


@functools.cache
def compiled() -> shacl.Shapes:
    return shacl.Shapes.from_text(shapes_graph(), format="ntriples")


def validate(*paths: Path) -> shacl.Report:
    text = "".join(map(lines, paths))
    return compiled().validate_text(text, format="ntriples", allow_warnings=True)


def results(report: shacl.Report) -> set[Result]:
    return {
        Result(r.focus_node, (r.source_shape or "").strip("<>").removeprefix(SHAPE), r.severity)
        for r in report.results
    }


def named_in(path: Path) -> str:
    """The shape that an invalid example says it fails."""
    first = path.read_text(encoding="utf-8").partition("\n")[0]
    assert first.startswith(f"# fails: {SHAPE}")
    return first.removeprefix(f"# fails: {SHAPE}")


def test_there_are_shapes_and_examples() -> None:
    assert len(compiled()) > 100
    assert VALID
    assert INVALID


def test_every_shape_has_an_iri() -> None:
    kinds = {f"{SH}NodeShape", f"{SH}PropertyShape", f"{SH}SPARQLConstraint"}
    typed = {
        quad.subject
        for quad in shape_triples()
        if quad.predicate.value == RDF_TYPE
        and isinstance(quad.object, ox.NamedNode)
        and quad.object.value in kinds
    }
    assert typed == {
        ox.NamedNode(SHAPE + name) for name in shapes() if "prefix" not in shapes()[name]
    }


def test_every_part_and_every_property_shape_is_used() -> None:
    used = {
        node.value.removeprefix(SHAPE)
        for quad in shape_triples()
        if isinstance(node := quad.object, ox.NamedNode) and node.value.startswith(SHAPE)
    }
    assert {name for name in shapes() if "targetClass" not in shapes()[name]} == used


@pytest.mark.parametrize("name", [n for n in rules() if "targetClass" in shapes()[n]])
def test_a_target_is_a_class_of_the_model(name: str) -> None:
    declared = {q.subject for q in quads(ONTOLOGY / "coop.ttl")}
    for target in shapes()[name]["targetClass"]:
        assert isinstance(target, ox.NamedNode)
        assert target in declared or target.value.startswith((PREFIXES["skos"], PREFIXES["oa"]))


def test_every_rule_speaks_english_and_korean() -> None:
    for name in [*rules(), *(n for n in shapes() if "select" in shapes()[n])]:
        messages = [m for m in shapes()[name]["message"] if isinstance(m, ox.Literal)]
        assert sorted(m.language or "" for m in messages) == ["en", "ko"], name
        assert all(m.value.endswith((".", "?")) for m in messages), name


def test_every_rule_has_an_invalid_example_and_every_example_a_rule() -> None:
    assert [path.stem for path in INVALID] == sorted(rules())
    assert all(named_in(path) == path.stem for path in INVALID)


def test_each_valid_example_conforms() -> None:
    report = validate(*BACKGROUND)
    assert report.conforms
    assert results(report) == set()


def test_every_class_has_a_valid_example() -> None:
    classes = {
        quad.subject.value
        for quad in quads(ONTOLOGY / "coop.ttl")
        if quad.object == ox.NamedNode(PREFIXES["owl"] + "Class")
        and isinstance(quad.subject, ox.NamedNode)
    }
    codes = {
        quad.subject.value
        for quad in quads(ONTOLOGY / "coop.ttl")
        if quad.predicate.value == SUBCLASS
        and quad.object == ox.NamedNode(COOP + "Code")
        and isinstance(quad.subject, ox.NamedNode)
    }
    deprecated = {
        quad.subject.value
        for quad in quads(ONTOLOGY / "coop.ttl")
        if quad.predicate.value == PREFIXES["owl"] + "deprecated"
        and isinstance(quad.subject, ox.NamedNode)
    }
    shown = {
        quad.object.value
        for path in VALID
        for quad in quads(path)
        if quad.predicate.value == RDF_TYPE and isinstance(quad.object, ox.NamedNode)
    }
    deprecated = {
        str(quad.subject).strip("<>")
        for quad in quads(ONTOLOGY / "coop.ttl")
        if quad.predicate.value == PREFIXES["owl"] + "deprecated"
    }
    assert classes - codes - deprecated - {COOP + "Code"} <= shown


@pytest.mark.parametrize("path", INVALID, ids=[path.stem for path in INVALID])
def test_an_invalid_example_fails_its_shape_and_no_other(path: Path) -> None:
    name = named_in(path)
    report = validate(*BACKGROUND, path)
    assert {(r.shape, r.severity) for r in results(report)} == {(name, severity(name))}
    assert report.conforms is (severity(name) == "Warning")
    assert all(len(r.messages) == 2 for r in report.results)


def by_pyshacl(*paths: Path) -> tuple[bool, set[Result]]:
    """What the reference engine reports."""
    data = rdflib.Graph().parse(data=lines(*paths), format="nt")
    rules = rdflib.Graph().parse(data=shapes_graph(), format="nt")
    conforms, report, _ = pyshacl.validate(data, shacl_graph=rules, allow_warnings=True)
    assert isinstance(report, rdflib.Graph)
    found = set()
    for node in report.subjects(rdflib.RDF.type, SH.ValidationResult):
        focus, shape, grade = (
            report.value(node, p) for p in (SH.focusNode, SH.sourceShape, SH.resultSeverity)
        )
        assert isinstance(focus, rdflib.URIRef)
        found.add(
            Result(focus.n3(), str(shape).removeprefix(SHAPE), str(grade).removeprefix(str(SH)))
        )
    return bool(conforms), found


def test_the_reference_engine_agrees_on_the_valid_examples() -> None:
    assert by_pyshacl(*BACKGROUND) == (True, set())


def test_the_reference_engine_agrees_on_every_result_of_the_invalid_examples() -> None:
    conforms, found = by_pyshacl(*BACKGROUND, *INVALID)
    assert not conforms
    assert found == results(validate(*BACKGROUND, *INVALID))
    assert {result.shape for result in found} == set(rules())


def test_the_catalogue_says_what_a_cell_takes() -> None:
    """Shapes of cells in the file hold no count, class or datatype: their columns do."""
    said: dict[str, set[str]] = defaultdict(set)
    for quad in quads(ONTOLOGY / "shapes.ttl"):
        if isinstance(quad.subject, ox.NamedNode) and quad.subject.value.startswith(SHAPE):
            said[quad.subject.value.removeprefix(SHAPE)].add(quad.predicate.value)
    cells = [name for name, facts in said.items() if RDF_TYPE not in facts and "prefix" not in name]
    assert len(cells) >= 90
    counted = {"class", "datatype", "maxCount", "minCount", "languageIn"}
    for name in cells:
        assert {f"{SH}path", f"{SH}message"} <= said[name]
        assert not said[name] & {f"{SH}{parameter}" for parameter in counted}
        assert counted & shapes()[name].keys(), name
    assert sorted(shapes()["PartnerLink-role"]) == [
        "class", RDF_TYPE, "maxCount", "message", "minCount", "path",
    ]  # fmt: skip
