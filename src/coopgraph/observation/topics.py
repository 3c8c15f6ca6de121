"""Which topic of publications belongs to which technology, by the curated mappings.

A topic is judged by its own mappings and those of its subfield; the closest
kind counts. Works are never judged one by one: a count is one of works on a topic.
"""

from collections.abc import Iterator
from functools import cached_property

from coopgraph.observation.mappings import Mappings, Match, coverage_triples, match_triples
from coopgraph.observation.numbers import Numbers, whole
from coopgraph.store import Readers


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
