"""Who takes part in the projects of each technology: how often, how much, since when.

One pass over arrays: participations are joined to projects by sorting, never by a self-join.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from ..store import Readers
from .numbers import Numbers
from .ranking import Partner, partner_lines, ranked
from .technologies import KINDS, PROPERTIES, Technologies

if TYPE_CHECKING:
    from typing import TypeAlias

    import numpy as np
    import numpy.typing as npt

    Ints: TypeAlias = npt.NDArray[np.int64]

OBSERVED_GRAPH: Final = "derived/observed"
_YEAR_DIGITS = 4
_CENTS = 100
_MOST_CENTS: Final = 1 << 53
_NO_YEAR: Final = 0


@dataclass(frozen=True)
class Rows:
    """Participations in projects of a technology, one row for each technology of each project:
    technology, organisation, project, kind of match, euro cents."""

    technology: Ints
    organisation: Ints
    project: Ints
    kind: Ints
    cents: Ints


class _Column:
    """Values by the hash of a term: participations are many, and met in any order."""

    def __init__(self) -> None:
        self._terms, self._values = array("q"), array("q")

    def add(self, term: bytes, value: int) -> None:
        self._terms.append(hash(term))
        self._values.append(value)

    def sorted(self) -> tuple[Ints, Ints]:
        """Hashes in order, and the values in the same order; each pair once."""
        import numpy as np

        pairs = np.array([self._terms, self._values], dtype=np.int64)
        pairs = pairs[:, np.lexsort(pairs[::-1])]
        pairs = pairs[:, changes(*pairs)]
        return pairs[0], pairs[1]


class Observed:
    """The partners of each technology, by the participations that `readers` tell of.

    Beside the technologies that were derived count those that an import itself gives a project.
    """

    def __init__(self, readers: Readers, technologies: Technologies) -> None:
        self._technologies = technologies
        self._bodies = Numbers()
        self._years: dict[int, int] = {}
        self._of_project, self._participant, self._paid = _Column(), _Column(), _Column()
        self._canonical: dict[bytes, bytes] = {}
        self._homes: list[tuple[bytes, bytes]] = []
        self._stated: set[tuple[int, bytes, int]] = set()
        for kind, name in enumerate(PROPERTIES.values()):
            readers.on(name, self._states(kind))
        readers.on("coop:startDate", self._starts)
        readers.on("coop:ofProject", self._joins(self._of_project, technologies.projects))
        readers.on("coop:participant", self._joins(self._participant, self._bodies))
        readers.on("coop:contributionEur", lambda p, n: self._paid.add(p, _cents(n)))
        readers.on("coop:canonical", self._stands_for)
        readers.on("coop:country", self._lies_in)

    def lines(self, canonical: Callable[[bytes], bytes]) -> Iterator[str]:
        """The N-Triples lines of the derived graph, sorted: a `coop:ObservedPartner` for each
        technology and each organisation with a project of it.

        `canonical` gives the organisation that a record (a term) is of.
        """
        technologies = Numbers()
        links = self._links(technologies)
        if not len(links):
            return iter(())
        bodies = Numbers()
        number = [
            bodies.add(self._canonical.get(body) or canonical(body)) for body in self._bodies.of
        ]
        rows = self._rows(links, number)
        names = [term.decode() for term in bodies.of]
        counted = _partners(rows, self._when(), names, [t.decode() for t in technologies.of])
        homes: dict[str, set[str]] = {}
        for body, country in self._homes:
            if body in bodies.of:
                homes.setdefault(body.decode(), set()).add(country.decode())
        return partner_lines(ranked(counted), homes)

    def _links(self, technologies: Numbers) -> Ints:
        """(project, technology, kind) of every link, by project."""
        import numpy as np

        found = {
            (project, technologies.add(f"<{technology}>".encode()), kind)
            for project, match in self._technologies.matches.items()
            for technology, kind in match.items()
        }
        found |= {(project, technologies.add(term), kind) for project, term, kind in self._stated}
        return np.array(sorted(found), dtype=np.int64).reshape(-1, 3)

    def _rows(self, links: Ints, number: list[int]) -> Rows:
        import numpy as np

        project, body, cents = self._participations(number)
        start = np.searchsorted(links[:, 0], np.arange(len(self._technologies.projects.of) + 1))
        counts = (start[1:] - start[:-1])[project]
        first = np.cumsum(counts) - counts
        within = np.arange(counts.sum()) - np.repeat(first, counts)
        place = within + np.repeat(start[project], counts)
        return Rows(
            links[place, 1],
            np.repeat(body, counts),
            links[place, 0],
            links[place, 2],
            np.repeat(cents, counts),
        )

    def _participations(self, number: list[int]) -> tuple[Ints, Ints, Ints]:
        """Project, organisation and contribution (euro cents, 0 where there is none) of each
        participation; `number` gives each record that of its organisation."""
        import numpy as np

        names, project = self._of_project.sorted()
        keys, body = self._participant.sorted()
        paid, cents = self._paid.sorted()
        of_project, of_cents = _find(names, keys), _find(paid, keys)
        there = of_project >= 0
        amount = np.where(of_cents >= 0, cents[of_cents] if len(cents) else 0, 0)
        body = np.array(number, dtype=np.int64)[body] if len(body) else body
        return project[of_project[there]], body[there], amount[there]

    def _when(self) -> Ints:
        """The year in which each project started, 0 where it is not known."""
        import numpy as np

        years = np.full(len(self._technologies.projects.of), _NO_YEAR, dtype=np.int64)
        years[list(self._years)] = list(self._years.values())
        return years

    def _states(self, kind: int) -> Callable[[bytes, bytes], None]:
        number = self._technologies.projects.add

        def read(project: bytes, term: bytes) -> None:
            if term[:1] == b"<":
                self._stated.add((number(project), term, kind))

        return read

    @staticmethod
    def _joins(column: _Column, numbers: Numbers) -> Callable[[bytes, bytes], None]:
        def read(participation: bytes, term: bytes) -> None:
            if term[:1] == b"<":
                column.add(participation, numbers.add(term))

        return read

    def _stands_for(self, record: bytes, body: bytes) -> None:
        if body[:1] == b"<":
            self._canonical[record] = body

    def _lies_in(self, body: bytes, country: bytes) -> None:
        if country[:1] == b"<":
            self._homes.append((body, country))

    def _starts(self, project: bytes, date: bytes) -> None:
        year = date[1 : _YEAR_DIGITS + 1]
        if year.isdigit():
            self._years[self._technologies.projects.add(project)] = int(year)


def _cents(term: bytes) -> int:
    """Cents of an amount in euro, 0 for what is no amount or beyond all counting."""
    try:
        cents = round(float(term.split(b'"', 2)[1]) * _CENTS)
    except (IndexError, ValueError, OverflowError):
        return 0
    return cents if abs(cents) < _MOST_CENTS else 0


def _find(keys: Ints, wanted: Ints) -> Ints:
    """The place of each wanted hash among sorted `keys`, -1 where it is not there."""
    import numpy as np

    if not len(keys):
        return np.full(len(wanted), -1, dtype=np.int64)
    place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[place] == wanted, place, -1).astype(np.int64)


def _partners(
    rows: Rows, years: Ints, bodies: list[str], technologies: list[str]
) -> Iterator[Partner]:
    """What the rows of each organisation in each technology come to."""
    import numpy as np

    # Rows of one technology, organisation and project stand together; each is one link.
    order = np.lexsort((rows.project, rows.organisation, rows.technology))
    technology, body, project = (
        column[order] for column in (rows.technology, rows.organisation, rows.project)
    )
    new_partner = changes(technology, body)
    new_link = new_partner | changes(project)
    partner = np.cumsum(new_partner) - 1
    size = partner[-1] + 1 if len(partner) else 0
    kinds = [
        np.bincount(partner[new_link & (rows.kind[order] == kind)], minlength=size)
        for kind in range(len(KINDS))
    ]
    cents = np.zeros(size, dtype=np.int64)
    np.add.at(cents, partner, rows.cents[order])
    when = years[project]
    known = when != _NO_YEAR
    first = np.full(size, np.iinfo(np.int64).max)
    last = np.zeros(size, dtype=np.int64)
    np.minimum.at(first, partner[known], when[known])
    np.maximum.at(last, partner[known], when[known])
    columns = (technology[new_partner], body[new_partner], cents, first, last, *kinds)
    for t, b, amount, since, until, *links in zip(*(c.tolist() for c in columns), strict=True):
        span = (since, until) if until else None
        yield Partner(technologies[t], bodies[b], amount, span, tuple(links))


def changes(*columns: Ints) -> npt.NDArray[np.bool_]:
    """Whether a row differs from the one before it."""
    import numpy as np

    changed = np.ones(len(columns[0]), dtype=bool)
    if len(changed):
        changed[1:] = False
        for column in columns:
            changed[1:] |= column[1:] != column[:-1]
    return changed
