"""Who publishes on each technology together with others: counts of institution, topic and year,
added up over the topics of a technology.

There may be millions of counts: they are joined in arrays. A count of two records of one body is
one of each: works of both are then counted for both.
"""

from collections.abc import Sequence
from typing import Final

from coopgraph.libraries import np
from coopgraph.observation.numbers import NO_YEAR, Lookup, Numbers, spread, whole, year
from coopgraph.observation.ranks import Partner
from coopgraph.observation.tally import links_of, tally
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
        readers.on("coop:institution", self._institution.reader(bodies, _TOGETHER))
        readers.on("coop:topic", self._topic.reader(topics.numbers, _TOGETHER))

    def partners(self, number: list[int], bodies: Sequence[str]) -> list[Partner]:
        """How many works on each technology each organisation published with another.

        `number` gives each record that of its organisation, `bodies` their names.
        """
        if not any(self._topics.matches.values()):
            return []
        technologies = Numbers()
        links = links_of(self._topics.matches, technologies)
        keys, works = self._works.sorted()
        institution, topic = self._institution.at(keys), self._topic.at(keys)
        there = (institution >= 0) & (topic >= 0)
        works, when = works[there], self._years.at(keys, NO_YEAR)[there]
        body = np.array(number, dtype=np.int64)[institution[there]]
        of, at = spread(links[:, 0], topic[there])
        order = np.lexsort((body[of], links[at, 1]))
        of, at = of[order], at[order]
        rows = (links[at, 1], body[of], links[at, 2], works[of], np.zeros_like(of), when[of])
        return tally("publications", technologies, bodies, rows)

    def _counts(self, count: bytes, works: bytes) -> None:
        if number := whole(works):
            self._works.add(count, number)

    def _appeared(self, count: bytes, when: bytes) -> None:
        if not count.startswith(_TOGETHER) and (known := year(when)):
            self._years.add(count, known)
