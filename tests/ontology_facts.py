"""What the tests of the ontology share: its files, and what they say, term by term."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pyoxigraph as ox

from coopgraph.vocabulary import COOP, ID, PREFIXES, resources

ONTOLOGY = resources("ontology")
NAMESPACE = "https://w3id.org/coopgraph/ns"
RDF, RDFS, OWL, SKOS = (PREFIXES[p] for p in ("rdf", "rdfs", "owl", "skos"))
TYPE, LABEL, DEFINITION = RDF + "type", RDFS + "label", SKOS + "definition"


def found(folder: Path, pattern: str) -> list[Path]:
    """The files of a pattern: never none."""
    files = sorted(folder.glob(pattern))
    assert files, f"no file {pattern} in {folder.name}"
    return files


def quads(path: Path) -> list[ox.Quad]:
    return list(ox.parse(path=str(path), format=ox.RdfFormat.TURTLE))


def iris(path: Path) -> set[str]:
    """Every IRI that a Turtle file uses in a triple."""
    terms = (term for quad in quads(path) for term in (quad.subject, quad.predicate, quad.object))
    return {term.value for term in terms if isinstance(term, ox.NamedNode)}


class Facts:
    """Objects by subject and predicate: values, and languages of literals."""

    def __init__(self, *paths: Path) -> None:
        self.values: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        self.languages: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for path in paths:
            for quad in quads(path):
                assert isinstance(quad.subject, ox.NamedNode)
                assert isinstance(quad.object, ox.NamedNode | ox.Literal)
                subject, predicate = quad.subject.value, quad.predicate.value
                self.values[subject][predicate].append(quad.object.value)
                if isinstance(quad.object, ox.Literal) and quad.object.language:
                    self.languages[subject][predicate].append(quad.object.language)


CORE = Facts(ONTOLOGY / "coop.ttl")
CODES = Facts(ONTOLOGY / "codes.ttl")
#: Terms that an earlier version had: they keep their IRI and say what replaces them.
DEPRECATED = sorted(term for term, facts in CORE.values.items() if facts[OWL + "deprecated"])
TERMS = sorted(t for t in CORE.values if t.startswith(COOP) and t not in DEPRECATED)
CODE_LISTS = sorted(s for s in CODES.values if s.startswith(ID + "codelist/"))
CODE_IRIS = sorted(s for s in CODES.values if s.startswith(ID) and s not in CODE_LISTS)
ALIGNMENTS = found(ONTOLOGY / "alignments", "*.ttl")


def short(iri: str) -> str:
    return iri.removeprefix(COOP).removeprefix(ID)


def names(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(ONTOLOGY)) for path in paths]
