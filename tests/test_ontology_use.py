"""Use and declaration agree: tables, shapes, examples and queries use declared terms only."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from ontology_facts import (
    ALIGNMENTS,
    CODE_IRIS,
    CORE,
    DEPRECATED,
    ONTOLOGY,
    OWL,
    RDFS,
    TERMS,
    TYPE,
    found,
    iris,
    names,
)

from coopgraph.tables.catalogue import BY_NAME, TABLES
from coopgraph.tables.description import Column
from coopgraph.vocabulary import COOP, ID, PREFIXES, expand

TURTLE = [*found(ONTOLOGY, "*.ttl"), *ALIGNMENTS, *found(ONTOLOGY / "examples", "*/*.ttl")]
SPARQL = [*found(ONTOLOGY / "queries", "*.rq"), *found(ONTOLOGY / "projections", "*.rq")]


def catalogue_terms() -> set[str]:
    """The coop: terms that the descriptions of the tables use."""
    curies = {name for table in TABLES for name in table.classes}
    curies |= {column.predicate for table in TABLES for column in table.columns}
    curies |= {direct.predicate for table in TABLES for direct in table.direct}
    return {expand(curie) for curie in curies if curie.startswith("coop:")}


@pytest.mark.parametrize("path", TURTLE, ids=names(TURTLE))
def test_every_term_in_turtle_is_declared(path: Path) -> None:
    used = {iri for iri in iris(path) if iri.startswith(COOP)}
    assert used <= {*TERMS, *(DEPRECATED if path.name == "coop.ttl" else ())}


def iris_of_query(text: str) -> set[str]:
    """The IRIs that a query writes out or shortens by a prefix, namespaces left out."""
    declared = dict(re.findall(r"(?i)PREFIX\s+([\w-]*):\s*<([^>]+)>", text))
    prefixes = {**PREFIXES, **declared}
    written = set(re.findall(r"<([^\s<>]+)>", text)) - set(prefixes.values())
    shortened = re.findall(r"(?<![\w?$-])([\w-]+):([\w-]+(?:\\/[\w-]+)*)", text)
    return written | {
        prefixes[name] + local.replace("\\", "") for name, local in shortened if name in prefixes
    }


def test_the_iris_of_a_query_are_seen() -> None:
    text = """PREFIX phase: <https://w3id.org/coopgraph/id/phase/>
    SELECT * { ?a coop:phase phase:proposal, id:phase\\/approved, <urn:x> }"""
    assert iris_of_query(text) == {
        f"{COOP}phase", f"{ID}phase/proposal", f"{ID}phase/approved", "urn:x",
    }  # fmt: skip


@pytest.mark.parametrize("path", SPARQL, ids=names(SPARQL))
def test_every_term_and_code_in_a_query_is_declared(path: Path) -> None:
    used = iris_of_query(path.read_text(encoding="utf-8"))
    assert {iri for iri in used if iri.startswith(COOP)} <= set(TERMS)
    lists = tuple({code.rpartition("/")[0] + "/" for code in CODE_IRIS})
    assert {iri for iri in used if iri.startswith(lists)} <= set(CODE_IRIS)


def test_every_term_in_the_shapes_of_sparql_is_declared() -> None:
    text = (ONTOLOGY / "shapes.ttl").read_text(encoding="utf-8")
    used = {COOP + name for name in re.findall(r"\bcoop:([A-Za-z]\w*)", text)}
    assert used
    assert used <= set(TERMS)


def test_every_term_of_the_tables_is_declared() -> None:
    used = catalogue_terms()
    assert len(used) > 100
    assert used <= set(TERMS)


def terms_in_code() -> set[str]:
    """The coop: terms that the engine writes out as CURIEs."""
    files = found(ONTOLOGY.parent / "src/coopgraph", "**/*.py")
    text = "".join(path.read_text(encoding="utf-8") for path in files)
    return {COOP + name for name in re.findall(r"\bcoop:([A-Za-z]\w*)", text)}


def test_every_term_of_the_code_is_declared() -> None:
    used = terms_in_code()
    assert len(used) > 100
    assert used <= {*TERMS, *DEPRECATED}  # imports of an older store are brought forward


def test_every_declared_term_is_used() -> None:
    files = [
        ONTOLOGY / "codes.ttl",
        ONTOLOGY / "shapes.ttl",
        *found(ONTOLOGY / "examples/valid", "*.ttl"),
    ]
    used = catalogue_terms().union(terms_in_code(), *(iris(path) for path in files))
    assert set(TERMS) <= used


def test_a_deprecated_term_names_what_replaces_it_and_is_no_longer_used() -> None:
    """Its IRI stays, so that an old query meets it and not silently nothing."""
    old = set(DEPRECATED)
    names = "StanceAssignment cooperatesBy hasStance inPlan partnerList plannedPartner pursues"
    assert {COOP + name for name in (*names.split(), "BudgetLevel", "amountKrw")} <= old
    files = [*found(ONTOLOGY / "examples", "*/*.ttl"), ONTOLOGY / "shapes.ttl"]
    used = catalogue_terms().union(*(iris(path) for path in files))
    for path in SPARQL:
        used |= iris_of_query(path.read_text(encoding="utf-8"))
    assert not used & old


# --- domains and ranges hold for every use in the tables --------------------------------


def with_superclasses(classes: tuple[str, ...]) -> set[str]:
    closed: set[str] = set()
    waiting = [expand(name) for name in classes]
    while waiting:
        name = waiting.pop()
        closed.add(name)
        waiting += CORE.values[name][RDFS + "subClassOf"]
    return closed


DATATYPES = {"decimal": "decimal", "integer": "integer", "boolean": "boolean", "sha256": "string"}
USES = [
    pytest.param(table.classes, column, id=f"{table.name}.{column.name}")
    for table in TABLES
    for column in table.columns
    if column.predicate.startswith("coop:")
]


@pytest.mark.parametrize(("classes", "column"), USES)
def test_domain_and_range_hold_for_a_column(classes: tuple[str, ...], column: Column) -> None:
    axioms = CORE.values[expand(column.predicate)]
    assert set(axioms[RDFS + "domain"]) <= with_superclasses(classes)
    is_object = column.kind in {"ref", "code", "iri"}
    assert axioms[TYPE] == [OWL + ("ObjectProperty" if is_object else "DatatypeProperty")]
    ranges = set(axioms[RDFS + "range"])
    if column.kind == "ref":
        assert all(ranges <= with_superclasses(BY_NAME[name].classes) for name in column.of)
    elif not is_object:
        assert ranges <= {expand(f"xsd:{DATATYPES.get(column.kind, 'string')}")}
    if column.lang or column.kind in {"year", "date"}:
        assert not ranges, "language-tagged text, years and dates are outside OWL 2's datatypes"
