"""The labels and classes of our entities, collected while the statements of parts are read."""

from array import array
from functools import cache, partial
from typing import Final, NamedTuple

from coopgraph.formats.ntriples import literal
from coopgraph.store import Readers
from coopgraph.vocabulary import ID

_OURS: Final = f"<{ID}".encode()


class Label(NamedTuple):
    """One label of an entity (an IRI)."""

    iri: str
    alternative: bool
    lang: str
    text: str


class Labels:
    """The labels and classes that `readers` saw.

    Most entities have a class and no label, and are never found: classes are kept as numbers
    with the hash of their entity.
    """

    def __init__(self, readers: Readers) -> None:
        self._labels: list[tuple[bytes, bool, bytes]] = []
        self._typed, self._class = array("q"), array("l")
        self._classes: dict[bytes, int] = {}
        readers.on("rdf:type", self._type)
        readers.on("skos:prefLabel", partial(self._label, False))
        readers.on("skos:altLabel", partial(self._label, True))

    def labels(self) -> list[Label]:
        """Every label of our entities, once, by IRI."""
        return [
            Label(entity[1:-1].decode(), alternative, *reversed(literal(term)))
            for entity, alternative, term in sorted(set(self._labels))
        ]

    def classes(self) -> dict[str, tuple[str, ...]]:
        """The classes of the entities that have a label, sorted."""
        entities = {hash(entity): entity for entity, *_ in self._labels}
        found: dict[bytes, set[int]] = {}
        for typed, number in zip(self._typed, self._class, strict=True):
            if entity := entities.get(typed):
                found.setdefault(entity, set()).add(number)
        names = [name[1:-1].decode() for name in self._classes]

        @cache  # most entities share what few hold
        def named(numbers: frozenset[int]) -> tuple[str, ...]:
            return tuple(sorted(names[number] for number in numbers))

        return {entity[1:-1].decode(): named(frozenset(held)) for entity, held in found.items()}

    def _type(self, entity: bytes, cls: bytes) -> None:
        if entity.startswith(_OURS):
            self._typed.append(hash(entity))
            self._class.append(self._classes.setdefault(cls, len(self._classes)))

    def _label(self, alternative: bool, entity: bytes, term: bytes) -> None:
        if entity.startswith(_OURS) and term[:1] == b'"':
            self._labels.append((entity, alternative, term))
