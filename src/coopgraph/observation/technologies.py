"""Which project belongs to which technology, by the curated mappings.

A project is judged by its EuroSciVoc fields and all that they lie within. Only one that carries
no field at all is judged by its call topics, programme parts and legal bases. Of several
mappings to one technology the closest kind counts: close before narrow before broad.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from ..formats.ntriples import curie, iri, line, string, typed
from ..store import Store
from ..vocabulary import ID, entity_iri
from .scanning import iri_pairs, subjects, text_pairs

TECHNOLOGIES_GRAPH: Final = "derived/technologies"
#: Codes of match kinds, the closest first, each with the property of a project that says so.
PROPERTIES: Final = {
    "close": "coop:technologyClose",
    "narrow": "coop:technologyNarrow",
    "broad": "coop:technologyBroad",
}
KINDS: Final = tuple(PROPERTIES)

_MAPPINGS: Final = """
SELECT ?technology ?vocabulary ?target ?kind {
  ?m a coop:TechnologyMapping ; coop:technology ?technology ; coop:mappingTarget ?target ;
     coop:mappingVocabulary ?vocabulary ; coop:matchKind ?kind . }
"""
_FIELD: Final = f"{ID}euroscivoc/"
#: Vocabulary by the property of a project that holds its values.
_FALLBACKS: Final = {
    "call-topic": "coop:callTopic",
    "programme-part": "coop:programmePart",
    "legal-basis": "coop:legalBasis",
}

#: Technology IRI to the place of its kind in `KINDS`: 0 is the closest.
Match = dict[str, int]


@dataclass(frozen=True)
class Mapping:
    """One row of the curated table: technology (IRI), vocabulary, target, kind."""

    technology: str
    vocabulary: str
    target: str
    kind: int

    def reaches(self, value: str) -> bool:
        """Whether a call topic, programme part or legal basis falls under the target.

        >>> topic = Mapping("quantum", "call-topic", "HORIZON-CL4-*-QUANTUM-", 0)
        >>> topic.reaches("HORIZON-CL4-2022-QUANTUM-01-SGA"), topic.reaches("ERC-2016-ADG")
        (True, False)
        >>> basis = Mapping("advanced-bio", "legal-basis", "HORIZON.2.1", 2)
        >>> basis.reaches("HORIZON.2.1.5"), basis.reaches("HORIZON.2.10")
        (True, False)
        """
        if self.vocabulary == "call-topic":
            parts = (re.escape(part) for part in self.target.split("*"))
            return re.match("[^-]*".join(parts), value, re.IGNORECASE) is not None
        if self.vocabulary == "legal-basis":
            value = value.rstrip(".")
            return value == self.target or value.startswith(f"{self.target}.")
        return value == self.target


@dataclass
class Assignment:
    """Projects by what the mappings make of them."""

    projects: set[bytes] = field(default_factory=set)
    with_field: set[bytes] = field(default_factory=set)
    described: set[bytes] = field(default_factory=set)
    matches: dict[bytes, Match] = field(default_factory=dict)

    def add(self, project: bytes, match: Match) -> None:
        """The project carries something with these matches."""
        if match:
            _closest(self.matches.setdefault(project, {}), match)


def derive_technologies(store: Store) -> list[str]:
    """The N-Triples lines of the derived graph: technologies of projects, and how many projects
    no mapping reaches. Empty where there are no projects."""
    found = assign(store)
    if not found.projects:
        return []
    properties = [curie(name) for name in PROPERTIES.values()]
    lines = [
        line(iri(project.decode()), properties[kind], iri(technology))
        for project, match in found.matches.items()
        for technology, kind in match.items()
    ]
    return [*lines, *_coverage(found)]


def assign(store: Store) -> Assignment:
    """Every project of the store with its technologies."""
    found = Assignment(set(subjects(store, "coop:Project")))
    mappings = read_mappings(store)
    by_field = field_matches(store, mappings)
    for project, concept in iri_pairs(store, "coop:euroSciVoc"):
        found.with_field.add(project)
        found.add(project, by_field.get(concept.decode(), {}))
    found.described |= found.with_field
    for vocabulary, predicate in _FALLBACKS.items():
        rules = [mapping for mapping in mappings if mapping.vocabulary == vocabulary]
        known: dict[str, Match] = {}
        for project, value in text_pairs(store, predicate):
            found.described.add(project)
            if project not in found.with_field:
                if value not in known:
                    known[value] = _match(rule for rule in rules if rule.reaches(value))
                found.add(project, known[value])
    return found


def read_mappings(store: Store) -> list[Mapping]:
    """The curated mappings."""
    return [
        Mapping(
            technology.value,
            vocabulary.value.rpartition("/")[2],
            target.value,
            KINDS.index(kind.value.rpartition("/")[2]),
        )
        for technology, vocabulary, target, kind in store.select(_MAPPINGS)
    ]


def field_matches(store: Store, mappings: Iterable[Mapping]) -> dict[str, Match]:
    """What each field of EuroSciVoc matches: itself, or a field that it lies within."""
    direct: dict[str, Match] = {}
    for mapping in mappings:
        if mapping.vocabulary == "euroscivoc":
            _closest(
                direct.setdefault(_FIELD + mapping.target, {}), {mapping.technology: mapping.kind}
            )
    closed = {concept: dict(match) for concept, match in direct.items()}
    for concept, wider in iri_pairs(store, "coop:withinField"):
        if match := direct.get(wider.decode()):
            _closest(closed.setdefault(concept.decode(), {}), match)
    return closed


def _match(mappings: Iterable[Mapping]) -> Match:
    match: Match = {}
    for mapping in mappings:
        _closest(match, {mapping.technology: mapping.kind})
    return match


def _closest(into: Match, other: Match) -> None:
    for technology, kind in other.items():
        into[technology] = min(kind, into.get(technology, kind))


def _coverage(found: Assignment) -> Iterator[str]:
    """One node that says how far the mappings reach."""
    node = iri(entity_iri("mapping-coverage", "projects"))
    mapped = found.matches.keys() & found.projects
    counts = Counter(
        {
            "coop:mappedProjects": len(mapped),
            "coop:unmappedProjects": len(found.projects - mapped),
            "coop:undescribedProjects": len(found.projects - found.described),
            "coop:projectsMappedByField": len(mapped & found.with_field),
        }
    )
    yield line(node, curie("rdf:type"), curie("coop:MappingCoverage"))
    yield line(node, curie("skos:prefLabel"), string("how far the technology mappings reach", "en"))
    yield line(node, curie("skos:prefLabel"), string("기술 매핑의 포괄 범위", "ko"))
    for predicate, count in counts.items():
        yield line(node, curie(predicate), typed(str(count), "integer"))
