"""Which project, and which topic of publications, belongs to which technology, by the curated
mappings.

A project is judged by its EuroSciVoc fields and all that they lie within. Only one that carries no
field at all is judged by its call topics, programme parts and legal bases; a topic by its own
mappings and those of its subfield. Of several mappings to one technology the closest kind counts:
close before narrow before broad. Works are never judged one by one.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Final

from coopgraph.formats.ntriples import curie, literal
from coopgraph.observation.mappings import (
    Mappings,
    Match,
    closest,
    coverage_triples,
    match_triples,
    matched,
)
from coopgraph.observation.numbers import Numbers, whole
from coopgraph.store import Readers

if TYPE_CHECKING:
    from typing import TypeAlias

    #: Projects (their numbers) by a term that they carry.
    _Carried: TypeAlias = defaultdict[bytes, array[int]]

TECHNOLOGIES_GRAPH: Final = "derived/technologies"
#: Vocabulary by the property of a project that holds its values.
_FALLBACKS: Final = {
    "call-topic": "coop:callTopic",
    "programme-part": "coop:programmePart",
    "legal-basis": "coop:legalBasis",
}
_PROJECT: Final = curie("coop:Project").encode()


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
