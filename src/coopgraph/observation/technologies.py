"""Which project, and which topic of publications, belongs to which technology, by the curated
mappings.

A project is judged by its EuroSciVoc fields and all that they lie within. Only one that carries no
field at all is judged by its call topics, programme parts and legal bases; a topic by its own
mappings and those of its subfield. Of several mappings to one technology the closest kind counts:
close before narrow before broad. Works are never judged one by one.
"""

from __future__ import annotations

import re
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, Final

from coopgraph.formats.ntriples import curie, iri, line, literal, typed
from coopgraph.i18n import told
from coopgraph.observation.numbers import Numbers, whole
from coopgraph.store import Readers
from coopgraph.tables.triples import in_languages
from coopgraph.vocabulary import ID, entity_iri

if TYPE_CHECKING:
    from typing import TypeAlias

    #: Projects (their numbers) by a term that they carry.
    _Carried: TypeAlias = defaultdict[bytes, array[int]]

#: Codes of match kinds, the closest first, each with the property that says so of a project or a
#: topic.
PROPERTIES: Final = {
    "close": "coop:technologyClose",
    "narrow": "coop:technologyNarrow",
    "broad": "coop:technologyBroad",
}
KINDS: Final = tuple(PROPERTIES)

#: Vocabularies of concepts, by the beginning of the IRIs that their targets stand for.
_CONCEPTS: Final = {
    "euroscivoc": f"{ID}euroscivoc/",
    "openalex-topic": f"{ID}openalex-topic/",
    "openalex-subfield": f"{ID}openalex-topic/subfield-",
}
#: What makes a row of the table of mappings: target, vocabulary, technology, kind.
_MAPPING: Final = (
    "coop:mappingTarget",
    "coop:mappingVocabulary",
    "coop:technology",
    "coop:matchKind",
)

#: Technology IRI to the place of its kind in `KINDS`: 0 is the closest.
Match = dict[str, int]
TECHNOLOGIES_GRAPH: Final = "derived/technologies"
#: Vocabulary by the property of a project that holds its values.
_FALLBACKS: Final = {
    "call-topic": "coop:callTopic",
    "programme-part": "coop:programmePart",
    "legal-basis": "coop:legalBasis",
}
_PROJECT: Final = curie("coop:Project").encode()


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
            return _pattern(self.target).match(value) is not None
        if self.vocabulary == "legal-basis":
            value = value.rstrip(".")
            return value == self.target or value.startswith(f"{self.target}.")
        return value == self.target


@cache
def _pattern(topic: str) -> re.Pattern[str]:
    """A call topic in which a star matches one part."""
    parts = (re.escape(part) for part in topic.split("*"))
    return re.compile("[^-]*".join(parts), re.IGNORECASE)


class Mappings:
    """The rows of the curated table that `readers` saw, and which concept is within which."""

    def __init__(self, readers: Readers) -> None:
        self._rows: dict[str, dict[bytes, bytes]] = {}
        self._within: set[tuple[bytes, bytes]] = set()
        for name in _MAPPING:
            column = self._rows[name] = {}
            readers.on(name, column.__setitem__)
        readers.on("coop:withinField", lambda field, wider: self._within.add((field, wider)))

    @cached_property
    def rows(self) -> list[Mapping]:
        """The curated mappings."""
        columns = [self._rows[name] for name in _MAPPING]
        rows = sorted(set.intersection(*map(set, columns)))
        found = []
        for row in rows:
            target, vocabulary, technology, kind = (column[row] for column in columns)
            vocabulary, kind = (iri[1:-1].rpartition(b"/")[2] for iri in (vocabulary, kind))
            if kind.decode() in KINDS:
                place, name = KINDS.index(kind.decode()), technology[1:-1].decode()
                found.append(Mapping(name, vocabulary.decode(), literal(target)[0], place))
        return found

    @cached_property
    def concepts(self) -> dict[bytes, Match]:
        """What each concept of a vocabulary (a term) matches: itself, or by a concept
        above it."""
        direct: dict[bytes, Match] = {}
        for mapping in self.rows:
            if base := _CONCEPTS.get(mapping.vocabulary):
                concept = f"<{base}{mapping.target}>".encode()
                closest(direct.setdefault(concept, {}), {mapping.technology: mapping.kind})
        closed = {concept: dict(match) for concept, match in direct.items()}
        for concept, wider in self._within:
            if match := direct.get(wider):
                closest(closed.setdefault(concept, {}), match)
        return closed


def closest(into: Match, other: Match) -> None:
    """Add the technologies of another match; of two kinds the closer one stays."""
    for technology, kind in other.items():
        into[technology] = min(kind, into.get(technology, kind))


def matched(mappings: Iterable[Mapping]) -> Match:
    """What several mappings match together."""
    match: Match = {}
    for mapping in mappings:
        closest(match, {mapping.technology: mapping.kind})
    return match


def match_triples(things: Iterable[bytes], matches: dict[int, Match]) -> Iterator[str]:
    """The N-Triples lines that give numbered projects or topics their technologies."""
    names, properties = list(things), [curie(name) for name in PROPERTIES.values()]
    for number, match in matches.items():
        for technology, kind in match.items():
            yield f"{names[number].decode()} {properties[kind]} {iri(technology)} ."


def coverage_triples(name: str, counts: dict[str, int]) -> Iterator[str]:
    """The N-Triples lines of the node that says how far the mappings reach `projects` or
    `publications`; counts by property."""
    node = iri(entity_iri("mapping-coverage", name))
    yield line(node, curie("rdf:type"), curie("coop:MappingCoverage"))
    yield from in_languages(node, "skos:prefLabel", told(f"build.{name}-reach"))
    for predicate, count in counts.items():
        yield line(node, curie(predicate), typed(str(count), "integer"))


class Topics:
    """The topics of the publications that `readers` tell of; `numbers` gives each its number."""

    def __init__(self, readers: Readers, mappings: Mappings) -> None:
        self.numbers = Numbers()
        self._mappings = mappings
        self._works: dict[bytes, int] = {}
        self._without_topic: dict[bytes, int] = {}
        readers.on("coop:topicWorks", self._counts)
        readers.on("coop:worksWithoutTopic", self._lacks)

    @cached_property
    def matches(self) -> dict[int, Match]:
        """The technologies of each topic (its number) that has any."""
        concepts = self._mappings.concepts
        found = ((number, concepts.get(topic)) for topic, number in self.numbers.of.items())
        return {number: match for number, match in found if match}

    def triples(self) -> Iterator[str]:
        """The N-Triples lines of the derived graph: technologies of topics, and how many works
        no mapping reaches. None where there are no publications."""
        yield from match_triples(self.numbers.of, self.matches)
        if not (self._works or self._without_topic):
            return
        # How far the mappings reach; each work has one topic or none.
        mapped = sum(
            works for topic, works in self._works.items() if self.numbers.of[topic] in self.matches
        )
        undescribed = sum(self._without_topic.values())
        unmapped = sum(self._works.values()) - mapped + undescribed
        counts = {
            "coop:mappedWorks": mapped,
            "coop:unmappedWorks": unmapped,
            "coop:undescribedWorks": undescribed,
        }
        yield from coverage_triples("publications", counts)

    def _counts(self, topic: bytes, works: bytes) -> None:
        self.numbers.add(topic)
        self._works[topic] = whole(works)

    def _lacks(self, total: bytes, works: bytes) -> None:
        self._without_topic[total] = whole(works)


class Technologies:
    """Which of the projects, and `topics` of publications, that `readers` tell of belong to which
    technologies. Projects are numbered as they are met: `projects` gives each its number."""

    def __init__(self, readers: Readers) -> None:
        self.projects = Numbers()
        self._typed: set[int] = set()
        self._fields: _Carried = defaultdict(lambda: array("l"))
        self._tags: dict[str, _Carried] = {}
        self._mappings = Mappings(readers)
        self.topics = Topics(readers, self._mappings)
        readers.on("rdf:type", self._type)
        readers.on("coop:euroSciVoc", self._carries(self._fields))
        for vocabulary, name in _FALLBACKS.items():
            carried = self._tags[vocabulary] = defaultdict(lambda: array("l"))
            readers.on(name, self._carries(carried))

    @cached_property
    def matches(self) -> dict[int, Match]:
        """The technologies of each project that has any."""
        found: dict[int, Match] = {}
        by_field = self._mappings.concepts
        for concept, projects in self._fields.items():
            if match := by_field.get(concept):
                _add(found, projects, match)
        with_field = self._with_field
        for vocabulary, carried in self._tags.items():
            rules = [m for m in self._mappings.rows if m.vocabulary == vocabulary]
            for term, projects in carried.items():
                text = literal(term)[0]
                if term[:1] == b'"' and (match := matched(r for r in rules if r.reaches(text))):
                    _add(found, (p for p in projects if p not in with_field), match)
        return found

    def triples(self) -> Iterator[str]:
        """The N-Triples lines of the derived graph: technologies of projects and of topics, and
        how many projects and works no mapping reaches. None where there are neither."""
        if self._typed:
            yield from match_triples(self.projects.of, self.matches)
            yield from self._coverage()
        yield from self.topics.triples()

    @cached_property
    def _with_field(self) -> set[int]:
        return {project for projects in self._fields.values() for project in projects}

    def _coverage(self) -> Iterator[str]:
        """One node that says how far the mappings reach."""
        with_field = self._with_field
        tagged = (p for carried in self._tags.values() for held in carried.values() for p in held)
        described = with_field.union(tagged)
        mapped = self.matches.keys() & self._typed
        counts = {
            "coop:mappedProjects": len(mapped),
            "coop:unmappedProjects": len(self._typed - mapped),
            "coop:undescribedProjects": len(self._typed - described),
            "coop:projectsMappedByField": len(mapped & with_field),
        }
        yield from coverage_triples("projects", counts)

    def _type(self, subject: bytes, cls: bytes) -> None:
        if cls == _PROJECT:
            self._typed.add(self.projects.add(subject))

    def _carries(self, carried: _Carried) -> Callable[[bytes, bytes], None]:
        number = self.projects.add
        return lambda project, term: carried[term].append(number(project))


def _add(found: dict[int, Match], projects: Iterable[int], match: Match) -> None:
    for project in projects:
        closest(found.setdefault(project, {}), match)
