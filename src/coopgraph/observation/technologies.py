"""Which project, and which topic of publications, belongs to which technology, by the curated
mappings.

A project is judged by all that it carries: EuroSciVoc fields with all that they lie within, call
topics, programme parts, legal bases, and the words of its title and objective as its import found
them. Of several mappings to one technology the closest kind counts: close before narrow before
broad. Words that are strong enough by themselves are a close match; weaker ones make a broad match
a narrow one, and are a broad one alone. A topic is judged by its own mappings and those of its
subfield. Works are never judged one by one.
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
from coopgraph.importers.terms import ENOUGH
from coopgraph.libraries import Ints, np
from coopgraph.observation.numbers import Numbers, hundredths, whole
from coopgraph.store import Readers
from coopgraph.tables.triples import in_languages
from coopgraph.vocabulary import ID, entity_iri

if TYPE_CHECKING:
    from typing import TypeAlias

    #: Projects (their numbers) by a term that they carry.
    _Carried: TypeAlias = defaultdict[bytes, array[int]]

#: Kinds of evidence: what goes without saying, and papers.
PROJECTS: Final = "projects"
PUBLICATIONS: Final = "publications"
#: Codes of match kinds, the closest first, each with the property that says so of a project or a
#: topic.
PROPERTIES: Final = {
    "close": "coop:technologyClose",
    "narrow": "coop:technologyNarrow",
    "broad": "coop:technologyBroad",
}
KINDS: Final = tuple(PROPERTIES)
#: Methods of assignment, each with the property that counts the items that it assigns.
METHODS: Final = {
    "field": "coop:itemsByField",
    "call": "coop:itemsByCall",
    "words": "coop:itemsByWords",
    "statement": "coop:itemsByStatement",
}
#: Each as a bit, so that all of an item are one number.
_FIELD, _CALL, _WORDS, STATED = (1 << place for place in range(len(METHODS)))

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
#: The methods (bits) that assign things (their numbers) to technologies (IRIs).
Methods = dict[tuple[int, str], int]
TECHNOLOGIES_GRAPH: Final = "derived/technologies"
#: Vocabulary by the property of a project that holds its values.
_TAGS: Final = {
    "call-topic": "coop:callTopic",
    "programme-part": "coop:programmePart",
    "legal-basis": "coop:legalBasis",
}
_PROJECT: Final = curie("coop:Project").encode()
_BY_WORDS: Final = f"<{ID}term-assignment/".encode()
_OF_WORDS: Final = f"<{ID}topic-of-words/".encode()
#: In hundredths: from here on words are enough, or bear a broad match out.
_ENOUGH: Final = round(ENOUGH * 100)
_BEARS_OUT: Final = 60


@dataclass(frozen=True)
class Mapping:
    """One row of the curated table: technology (IRI), vocabulary, target, kind, its own IRI."""

    technology: str
    vocabulary: str
    target: str
    kind: int
    row: str = ""

    @property
    def method(self) -> int:
        """The method (a bit) by which it assigns."""
        return _FIELD if self.vocabulary in _CONCEPTS else _CALL

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
def _pattern(*topics: str) -> re.Pattern[str]:
    """Call topics, any of them, in which a star matches one part."""
    parts = ((re.escape(part) for part in topic.split("*")) for topic in topics)
    return re.compile("|".join(map("[^-]*".join, parts)), re.IGNORECASE)


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
                key = row[1:-1].decode()
                found.append(Mapping(name, vocabulary.decode(), literal(target)[0], place, key))
        return found

    @cached_property
    def concepts(self) -> dict[bytes, list[Mapping]]:
        """The mappings that reach each concept of a vocabulary (a term), itself or a concept above
        it: the closest to each technology."""
        direct: dict[bytes, list[Mapping]] = defaultdict(list)
        for mapping in self.rows:
            if base := _CONCEPTS.get(mapping.vocabulary):
                direct[f"<{base}{mapping.target}>".encode()].append(mapping)
        reach = {concept: list(mappings) for concept, mappings in direct.items()}
        for concept, wider in self._within:
            if concept != wider and wider in direct:
                reach.setdefault(concept, []).extend(direct[wider])
        return {concept: nearest(mappings) for concept, mappings in reach.items()}


def nearest(mappings: Iterable[Mapping]) -> list[Mapping]:
    """Of several mappings the closest to each technology."""
    found: dict[str, Mapping] = {}
    for mapping in sorted(mappings, key=lambda m: (m.kind, m.row)):
        found.setdefault(mapping.technology, mapping)
    return list(found.values())


def matched(mappings: Iterable[Mapping]) -> Match:
    """What several mappings match together: of two kinds the closer one."""
    return {mapping.technology: mapping.kind for mapping in nearest(mappings)}


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
        self._stated: dict[bytes, Match] = defaultdict(dict)
        readers.on("coop:topicWorks", self._counts)
        readers.on("coop:technologyClose", self._states)
        readers.on("coop:worksWithoutTopic", self._lacks)

    @cached_property
    def methods(self) -> Methods:
        """By what topics belong to technologies: a mapping of fields, or what an import says."""
        concepts, found = self._mappings.concepts, dict[tuple[int, str], int]()
        for topic, number in self.numbers.of.items():
            stated, mapped = self._stated.get(topic, {}), matched(concepts.get(topic, ()))
            found |= {
                (number, each): _WORDS * (each in stated) | _FIELD * (each in mapped)
                for each in stated.keys() | mapped.keys()
            }
        return found

    @cached_property
    def matches(self) -> dict[int, Match]:
        """The technologies of each topic (its number) that has any."""
        concepts, stated = self._mappings.concepts, self._stated
        for topic in stated:
            self.numbers.add(topic)
        found = (
            (number, matched(concepts.get(topic, ())) | stated.get(topic, {}))
            for topic, number in self.numbers.of.items()
        )
        return {number: match for number, match in found if match}

    @property
    def works(self) -> int:
        """How many works were imported, each with one topic or none."""
        return sum(self._works.values()) + sum(self._without_topic.values())

    def by_number(self) -> Ints:
        """How many works each topic has, in the order of `numbers`."""
        return np.array([self._works.get(topic, 0) for topic in self.numbers.of], dtype=np.int64)

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
        yield from coverage_triples(PUBLICATIONS, counts)

    def _counts(self, topic: bytes, works: bytes) -> None:
        self.numbers.add(topic)
        self._works[topic] = self._works.get(topic, 0) + whole(works)  # of several imports

    def _states(self, topic: bytes, technology: bytes) -> None:
        """A topic of words is of the technologies that its import found them to name."""
        if topic.startswith(_OF_WORDS):
            self._stated[topic][technology[1:-1].decode()] = 0

    def _lacks(self, total: bytes, works: bytes) -> None:
        self._without_topic[total] = whole(works)


class Technologies:
    """Which of the projects, and `topics` of publications, that `readers` tell of belong to which
    technologies. Projects are numbered as they are met: `projects` gives each its number."""

    def __init__(self, readers: Readers) -> None:
        self.projects = Numbers()
        #: By what projects are assigned, once `matches` was asked for.
        self.methods: Methods = defaultdict(int)
        self._reasons: set[tuple[int, str]] = set()
        self._typed: set[int] = set()
        self._fields: _Carried = defaultdict(lambda: array("l"))
        self._tags: dict[str, _Carried] = {}
        self._mappings = Mappings(readers)
        self.topics = Topics(readers, self._mappings)
        readers.on("rdf:type", self._type)
        readers.on("coop:euroSciVoc", self._carries(self._fields))
        self._worded = _TermAssignments(readers, self.projects)
        for vocabulary, name in _TAGS.items():
            carried = self._tags[vocabulary] = defaultdict(lambda: array("l"))
            readers.on(name, self._carries(carried))

    @cached_property
    def matches(self) -> dict[int, Match]:
        """The technologies of each project that has any."""
        found: dict[int, Match] = {}
        by_field = self._mappings.concepts
        for concept, projects in self._fields.items():
            self._add(found, projects, by_field.get(concept, ()))
        for vocabulary, carried in self._tags.items():
            rules = [m for m in self._mappings.rows if m.vocabulary == vocabulary]
            topics = [rule.target for rule in rules if vocabulary == "call-topic"]
            for term, projects in carried.items():
                text = literal(term)[0]
                # Most topics no rule reaches: all rules are tried at once.
                if term[:1] == b'"' and _pattern(*topics).match(text):
                    self._add(found, projects, nearest(r for r in rules if r.reaches(text)))
        for project, technology, strength in self._worded.found():
            match = found.setdefault(project, {})
            self.methods[project, technology] |= _WORDS
            match[technology] = _worded(match.get(technology), strength)
        return found

    @property
    def imported(self) -> set[int]:
        """The numbers of the projects that were imported, and not only named."""
        return self._typed

    def triples(self) -> Iterator[str]:
        """The N-Triples lines of the derived graph: technologies of projects, programmes and
        topics, the mappings behind them, and how many projects and works none reaches. None where
        there are neither."""
        yield from match_triples(self.projects.of, self.matches)
        names = list(self.projects.of)
        for number, row in sorted(self._reasons):
            yield f"{names[number].decode()} {curie('coop:assignedBy')} {iri(row)} ."
        if self._typed:
            yield from self._coverage()
        yield from self.topics.triples()

    @cached_property
    def _with_field(self) -> set[int]:
        return {project for projects in self._fields.values() for project in projects}

    def _coverage(self) -> Iterator[str]:
        """One node that says how far the mappings reach."""
        with_field = self._with_field
        tagged = (p for carried in self._tags.values() for held in carried.values() for p in held)
        described = with_field.union(tagged, self._worded.numbers())
        mapped = self.matches.keys() & self._typed
        counts = {
            "coop:mappedProjects": len(mapped),
            "coop:unmappedProjects": len(self._typed - mapped),
            "coop:undescribedProjects": len(self._typed - described),
            "coop:projectsMappedByField": len(mapped & with_field),
        }
        yield from coverage_triples(PROJECTS, counts)

    def _add(
        self, found: dict[int, Match], projects: Iterable[int], mappings: Iterable[Mapping]
    ) -> None:
        for mapping in mappings:
            for project in projects:
                match = found.setdefault(project, {})
                kind = match.get(mapping.technology, mapping.kind)
                match[mapping.technology] = min(kind, mapping.kind)
                self.methods[project, mapping.technology] |= mapping.method
                self._reasons.add((project, mapping.row))

    def _type(self, subject: bytes, cls: bytes) -> None:
        if cls == _PROJECT:
            self._typed.add(self.projects.add(subject))

    def _carries(self, carried: _Carried) -> Callable[[bytes, bytes], None]:
        number = self.projects.add
        return lambda project, term: carried[term].append(number(project))


class _TermAssignments:
    """What the words of a project or programme say, by the numbers of `things`."""

    def __init__(self, readers: Readers, things: Numbers) -> None:
        self._assigned: list[tuple[int, bytes]] = []
        self._strength: dict[bytes, int] = {}
        self._technology: dict[bytes, bytes] = {}
        number = things.add
        readers.on("coop:assignedBy", lambda of, by: self._assigned.append((number(of), by)))
        readers.on("coop:strength", self._weighs)
        readers.on("coop:technology", self._leads)

    def found(self) -> Iterator[tuple[int, str, int]]:
        """(number, technology, strength in hundredths)."""
        for number, by in self._assigned:
            technology = self._technology.get(by, b"")
            if technology[:1] == b"<":
                yield number, technology[1:-1].decode(), self._strength.get(by, 0)

    def numbers(self) -> set[int]:
        """The things that words say something of."""
        return {number for number, _ in self._assigned}

    def _weighs(self, by: bytes, strength: bytes) -> None:
        self._strength[by] = hundredths(strength)

    def _leads(self, by: bytes, technology: bytes) -> None:
        if by.startswith(_BY_WORDS):
            self._technology[by] = technology


def _worded(kind: int | None, strength: int) -> int:
    """The kind of match where mappings give one (None: no) and words have a strength.

    >>> _worded(None, 100), _worded(2, 60), _worded(None, 99), _worded(1, 50)
    (0, 1, 2, 1)
    """
    close, narrow, broad = range(len(KINDS))
    if strength >= _ENOUGH:
        return close
    if kind == broad and strength >= _BEARS_OUT:
        return narrow
    return broad if kind is None else kind
