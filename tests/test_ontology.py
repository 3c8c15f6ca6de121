"""The ontology as a vocabulary: every term complete, every alignment to declared terms."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
from ontology_facts import (
    ALIGNMENTS,
    CODE_IRIS,
    CORE,
    DEFINITION,
    DEPRECATED,
    LABEL,
    NAMESPACE,
    ONTOLOGY,
    OWL,
    RDFS,
    SKOS,
    TERMS,
    TYPE,
    Facts,
    names,
    quads,
    short,
)

from coopgraph.vocabulary import COOP, ID, PREFIXES

NO_BLANK_NODES = [ONTOLOGY / "coop.ttl", ONTOLOGY / "codes.ttl", *ALIGNMENTS]


def test_the_header_names_the_version_and_the_licence() -> None:
    header = CORE.values[NAMESPACE]
    assert header[OWL + "versionIRI"] == [f"{NAMESPACE}/0.1.0"]
    assert header[PREFIXES["dcterms"] + "license"] == [
        "https://creativecommons.org/licenses/by/4.0/"
    ]
    for predicate in ("title", "description"):
        tags = CORE.languages[NAMESPACE][PREFIXES["dcterms"] + predicate]
        assert sorted(tags) == ["en", "ko"]


@pytest.mark.parametrize("term", TERMS, ids=short)
def test_a_term_is_complete(term: str) -> None:
    kinds = {OWL + kind for kind in ("Class", "ObjectProperty", "DatatypeProperty")}
    assert len(kinds & set(CORE.values[term][TYPE])) == 1
    assert sorted(CORE.languages[term][LABEL]) == ["en", "ko"]
    assert sorted(CORE.languages[term][DEFINITION]) == ["en", "ko"]
    assert CORE.values[term][RDFS + "isDefinedBy"] == [NAMESPACE]
    assert len(CORE.values[term][SKOS + "example"]) == 1


@pytest.mark.parametrize("term", TERMS, ids=short)
def test_the_example_of_a_term_is_turtle_that_uses_it(term: str) -> None:
    prefixes = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())
    [example] = CORE.values[term][SKOS + "example"]
    triples = list(ox.parse(prefixes + example, format=ox.RdfFormat.TURTLE, base_iri=ID))
    used = {node for triple in triples for node in (triple.predicate, triple.object)}
    assert ox.NamedNode(term) in used


@pytest.mark.parametrize("path", NO_BLANK_NODES, ids=names(NO_BLANK_NODES))
def test_a_published_file_has_no_blank_node(path: Path) -> None:
    assert not any(
        isinstance(node, ox.BlankNode)
        for quad in quads(path)
        for node in (quad.subject, quad.object)
    )


# --- alignments -------------------------------------------------------------------------

RELATIONS = {
    *(RDFS + name for name in ("subClassOf", "subPropertyOf", "seeAlso", "domain")),
    *(SKOS + name for name in ("broadMatch", "exactMatch")),
    "http://data.openbudgets.eu/ontology/dsd/attribute/currency",
}


def test_each_foreign_vocabulary_of_the_model_has_an_alignment() -> None:
    assert {path.stem for path in ALIGNMENTS} == {
        "eurio", "frapo", "openbudgets", "org", "prov", "schema", "skos", "web-annotation",
    }  # fmt: skip


@pytest.mark.parametrize("path", ALIGNMENTS, ids=names(ALIGNMENTS))
def test_an_alignment_relates_our_terms_to_declared_foreign_terms(path: Path) -> None:
    facts = Facts(path)
    header = f"{NAMESPACE}/alignments/{path.stem}"
    assert facts.values[header][OWL + "imports"] == [NAMESPACE]
    assert len(facts.values[header][PREFIXES["dcterms"] + "source"]) == 1
    opening = path.read_text(encoding="utf-8").partition("\n\n")[0]
    assert opening.startswith("# Alignment to ")
    assert "http" in opening
    foreign = {s for s in facts.values if not s.startswith((COOP, ID, NAMESPACE))}
    ours = {s for s in facts.values if s.startswith((COOP, ID))}
    assert ours <= {*TERMS, *CODE_IRIS}
    assert all(facts.values[s][TYPE] for s in foreign), "a foreign term is declared here"
    pairs = [(p, o) for s in ours for p, values in facts.values[s].items() for o in values]
    assert pairs
    assert {p for p, _ in pairs} <= RELATIONS
    individuals = (PREFIXES["unit"], "http://data.openbudgets.eu/resource/codelist/")
    assert {o for _, o in pairs if not o.startswith(individuals)} <= foreign


@pytest.mark.parametrize("term", DEPRECATED)
def test_a_deprecated_term_says_what_replaces_it(term: str) -> None:
    facts = CORE.values[term]
    assert facts[OWL + "deprecated"] == ["true"]
    assert {"en", "ko"} <= set(CORE.languages[term][LABEL])
    replaced = facts[PREFIXES["dcterms"] + "isReplacedBy"]
    assert replaced
    assert set(replaced) <= set(TERMS)
