"""Who publishes on each technology together with others: counts of institution, topic and year,
added up over the topics of a technology.

There may be millions of counts: they are joined in arrays. A count of two records of one body is
one of each: works of both are then counted for both.
"""

from collections.abc import Callable
from typing import Final

from coopgraph.libraries import Ints, np
from coopgraph.observation.numbers import NO_YEAR, Lookup, Numbers, find, spread, whole, year
from coopgraph.observation.tally import Counts, Tally, tally
from coopgraph.observation.topics import Topics
from coopgraph.store import Readers
from coopgraph.vocabulary import ID

#: What two institutions published is also stated of each of them, so it need not be kept.
_TOGETHER: Final = f"<{ID}co-publication/".encode()


class Publications:
    """The `coop:PublicationCount`s that `readers` tell of; `bodies` numbers the institutions."""

    def __init__(self, readers: Readers, topics: Topics, bodies: Numbers) -> None:
        self._topics = topics
        self._works, self._years = Lookup(), Lookup()
        self._institution, self._topic = Lookup(), Lookup()
        readers.on("coop:coPublishedWorks", self._counts)
        readers.on("coop:publicationYear", self._appeared)
        readers.on("coop:institution", self._joins(self._institution, bodies))
        readers.on("coop:topic", self._joins(self._topic, topics.numbers))

    def tallies(self, technologies: Numbers, number: list[int]) -> list[Tally]:
        """How many works on each technology each organisation published with another.

        `number` gives each record the number of its organisation.
        """
        if not any(self._topics.matches.values()):
            return []
        links = self._links(technologies)
        keys, works = self._works.sorted()
        named, institution = self._institution.sorted()
        told, topic = self._topic.sorted()
        dated, years = self._years.sorted()
        of_body, of_topic, of_year = (find(each, keys) for each in (named, told, dated))
        there = (of_body >= 0) & (of_topic >= 0)
        when = np.where(of_year >= 0, years[of_year] if len(years) else NO_YEAR, NO_YEAR)
        works, when = works[there], when[there]
        body = np.array(number, dtype=np.int64)[institution[of_body[there]]]
        of, at = spread(links[:, 0], topic[of_topic[there]])
        order = np.lexsort((body[of], links[at, 1]))
        of, at = of[order], at[order]
        nothing = np.zeros(len(of), dtype=np.int64)
        return tally(Counts(links[at, 1], body[of], links[at, 2], works[of], nothing, when[of]))

    def _links(self, technologies: Numbers) -> Ints:
        """(topic, technology, kind) of every topic of a technology, by topic."""
        found = [
            (topic, technologies.add(f"<{technology}>".encode()), kind)
            for topic, match in sorted(self._topics.matches.items())
            for technology, kind in match.items()
        ]
        return np.array(found, dtype=np.int64).reshape(-1, 3)

    def _counts(self, count: bytes, works: bytes) -> None:
        if number := whole(works):
            self._works.add(count, number)

    def _appeared(self, count: bytes, when: bytes) -> None:
        if not count.startswith(_TOGETHER) and (known := year(when)):
            self._years.add(count, known)

    @staticmethod
    def _joins(column: Lookup, numbers: Numbers) -> Callable[[bytes, bytes], None]:
        def read(count: bytes, term: bytes) -> None:
            if term[:1] == b"<" and not count.startswith(_TOGETHER):
                column.add(count, numbers.add(term))

        return read
