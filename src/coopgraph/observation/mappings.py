"""The curated mappings of what others classify by to technologies, and the closest of several."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Final

from coopgraph.formats.ntriples import curie, iri, line, literal, typed
from coopgraph.i18n import told
from coopgraph.store import Readers
from coopgraph.tables.triples import in_languages
from coopgraph.vocabulary import ID, entity_iri

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
