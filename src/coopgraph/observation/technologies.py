"""Which project belongs to which technology, by the curated mappings.

A project is judged by its EuroSciVoc fields and all that they lie within. Only one that carries
no field at all is judged by its call topics, programme parts and legal bases. Of several
mappings to one technology the closest kind counts: close before narrow before broad.
"""

from __future__ import annotations

import re
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, Final

from ..formats.ntriples import curie, iri, line, literal, string, typed
from ..store import Readers
from ..vocabulary import ID, entity_iri
from .numbers import Numbers

if TYPE_CHECKING:
    from typing import TypeAlias

    #: Projects (their numbers) by a term that they carry.
    _Carried: TypeAlias = defaultdict[bytes, array[int]]

TECHNOLOGIES_GRAPH: Final = "derived/technologies"
#: Codes of match kinds, the closest first, each with the property of a project that says so.
PROPERTIES: Final = {
    "close": "coop:technologyClose",
    "narrow": "coop:technologyNarrow",
    "broad": "coop:technologyBroad",
}
KINDS: Final = tuple(PROPERTIES)

_FIELD: Final = f"{ID}euroscivoc/"
#: Vocabulary by the property of a project that holds its values.
_FALLBACKS: Final = {
    "call-topic": "coop:callTopic",
    "programme-part": "coop:programmePart",
    "legal-basis": "coop:legalBasis",
}

_PROJECT: Final = curie("coop:Project").encode()
#: What makes a row of the table of mappings: target, vocabulary, technology, kind.
_MAPPING: Final = (
    "coop:mappingTarget",
    "coop:mappingVocabulary",
    "coop:technology",
    "coop:matchKind",
)

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
            return _pattern(self.target).match(value) is not None
        if self.vocabulary == "legal-basis":
            value = value.rstrip(".")
            return value == self.target or value.startswith(f"{self.target}.")
        return value == self.target


@cache
def _pattern(topic: str) -> re.Pattern[str]:
    """A call topic in which a star stands for one part."""
    parts = (re.escape(part) for part in topic.split("*"))
    return re.compile("[^-]*".join(parts), re.IGNORECASE)


class Technologies:
    """Which of the projects that `readers` tell of belong to which technologies.

    Projects are numbered as they are met: `projects` gives each its number.
    """

    def __init__(self, readers: Readers) -> None:
        self.projects = Numbers()
        self._typed: set[int] = set()
        self._fields: _Carried = defaultdict(lambda: array("l"))
        self._tags: dict[str, _Carried] = {}
        self._within: set[tuple[bytes, bytes]] = set()
        self._rows: dict[str, dict[bytes, bytes]] = {}
        readers.on("rdf:type", self._type)
        readers.on("coop:euroSciVoc", self._carries(self._fields))
        readers.on("coop:withinField", lambda field, wider: self._within.add((field, wider)))
        for vocabulary, name in _FALLBACKS.items():
            carried = self._tags[vocabulary] = defaultdict(lambda: array("l"))
            readers.on(name, self._carries(carried))
        for name in _MAPPING:
            column = self._rows[name] = {}
            readers.on(name, column.__setitem__)

    @cached_property
    def matches(self) -> dict[int, Match]:
        """The technologies of each project that has any."""
        found: dict[int, Match] = {}
        by_field = self._field_matches()
        for concept, projects in self._fields.items():
            if match := by_field.get(concept):
                _add(found, projects, match)
        with_field = self._with_field
        for vocabulary, carried in self._tags.items():
            rules = [m for m in self.mappings if m.vocabulary == vocabulary]
            for term, projects in carried.items():
                text = literal(term)[0]
                if term[:1] == b'"' and (match := _match(r for r in rules if r.reaches(text))):
                    _add(found, (p for p in projects if p not in with_field), match)
        return found

    @cached_property
    def mappings(self) -> list[Mapping]:
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

    def lines(self) -> Iterator[str]:
        """The N-Triples lines of the derived graph: technologies of projects, and how many
        projects no mapping reaches. None where there are no projects."""
        if not self._typed:
            return
        properties = [curie(name) for name in PROPERTIES.values()]
        names = list(self.projects.of)
        for project, match in self.matches.items():
            for technology, kind in match.items():
                yield f"{names[project].decode()} {properties[kind]} {iri(technology)} ."
        yield from self._coverage()

    @cached_property
    def _with_field(self) -> set[int]:
        return {project for projects in self._fields.values() for project in projects}

    def _field_matches(self) -> dict[bytes, Match]:
        """What each field of EuroSciVoc matches: itself, or a field that it lies within."""
        direct: dict[bytes, Match] = {}
        for mapping in self.mappings:
            if mapping.vocabulary == "euroscivoc":
                concept = f"<{_FIELD}{mapping.target}>".encode()
                _closest(direct.setdefault(concept, {}), {mapping.technology: mapping.kind})
        closed = {concept: dict(match) for concept, match in direct.items()}
        for concept, wider in self._within:
            if match := direct.get(wider):
                _closest(closed.setdefault(concept, {}), match)
        return closed

    def _coverage(self) -> Iterator[str]:
        """One node that says how far the mappings reach."""
        node = iri(entity_iri("mapping-coverage", "projects"))
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
        label = "how far the technology mappings reach"
        yield line(node, curie("rdf:type"), curie("coop:MappingCoverage"))
        yield line(node, curie("skos:prefLabel"), string(label, "en"))
        yield line(node, curie("skos:prefLabel"), string("기술 매핑의 포괄 범위", "ko"))
        for predicate, count in counts.items():
            yield line(node, curie(predicate), typed(str(count), "integer"))

    def _type(self, subject: bytes, cls: bytes) -> None:
        if cls == _PROJECT:
            self._typed.add(self.projects.add(subject))

    def _carries(self, carried: _Carried) -> Callable[[bytes, bytes], None]:
        number = self.projects.add
        return lambda project, term: carried[term].append(number(project))


def _match(mappings: Iterable[Mapping]) -> Match:
    match: Match = {}
    for mapping in mappings:
        _closest(match, {mapping.technology: mapping.kind})
    return match


def _closest(into: Match, other: Match) -> None:
    for technology, kind in other.items():
        into[technology] = min(kind, into.get(technology, kind))


def _add(found: dict[int, Match], projects: Iterable[int], match: Match) -> None:
    for project in projects:
        _closest(found.setdefault(project, {}), match)
