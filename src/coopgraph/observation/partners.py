"""Who takes part in the projects of each technology, how often, how much, since when; and who
publishes on it together with others.

One pass over arrays: participations are joined to projects, and counts of works to institutions, by
sorting. Projects and publications are counted apart, and never added up. A count of two records of
one body is one of each: works of both are then counted for both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, TypeAlias

from coopgraph.libraries import Ints, np
from coopgraph.observation.joint import (
    TOGETHER,
    Home,
    Papers,
    PartnerNames,
    PartnerRows,
    Planners,
    SharedPapers,
    at_home,
    coverage_lines,
    home_lines,
    home_to,
    items_of,
    joint_papers,
    joint_projects,
    joint_triples,
    pairs_line,
    technology_lines,
)
from coopgraph.observation.numbers import (
    NO_YEAR,
    Lookup,
    Numbers,
    changes,
    hundredths,
    spread,
    whole,
    year,
)
from coopgraph.observation.pairs import pair_triples
from coopgraph.observation.participation import Participated, participation_triples
from coopgraph.observation.ranks import (
    BROAD,
    Partner,
    links_of,
    partner_triples,
    ranked,
    tally,
)
from coopgraph.observation.technologies import (
    PROJECTS,
    PROPERTIES,
    PUBLICATIONS,
    Technologies,
    Topics,
)
from coopgraph.store import Readers

OBSERVED_GRAPH: Final = "derived/observed"
#: What belongs to each jurisdiction, and the bodies of each country.
_Homes: TypeAlias = tuple[Mapping[bytes, Home], Mapping[bytes, Ints]]


class Publications:
    """The `coop:PublicationCount`s that `readers` tell of; `bodies` numbers the institutions."""

    def __init__(self, readers: Readers, topics: Topics, bodies: Numbers) -> None:
        self.topics = topics
        self.shared = Papers(readers, topics.numbers, bodies)
        self._works, self._years = Lookup(), Lookup()
        self._institution, self._topic = Lookup(), Lookup()
        readers.on("coop:coPublishedWorks", self._counts)
        readers.on("coop:publicationYear", self._appeared)
        readers.on("coop:institution", self._institution.reader(bodies, TOGETHER))
        readers.on("coop:topic", self._topic.reader(topics.numbers, TOGETHER))

    @property
    def years(self) -> set[int]:
        """The years of the works."""
        return set(self._years.sorted()[1].tolist())

    def partners(self, number: Ints, bodies: Sequence[str]) -> list[Partner]:
        """How many works on each technology each organisation published with another. `number`
        gives each record that of its organisation, `bodies` their names."""
        if not any(self.topics.matches.values()):
            return []
        technologies = Numbers()
        links = links_of(self.topics.matches, self.topics.methods, technologies)
        keys, works = self._works.sorted()
        institution, topic = self._institution.at(keys), self._topic.at(keys)
        there = (institution >= 0) & (topic >= 0)
        when = self._years.at(keys, NO_YEAR)
        columns = (number[institution[there]], topic[there], works[there], when[there])
        both = zip(columns, self._repeated(number), strict=True)
        body, topic, works, when = (np.concatenate(column) for column in both)
        of, at = spread(links[:, 0], topic)
        order = np.lexsort((body[of], links[at, 1]))
        of, at = of[order], at[order]
        rows = (links[at, 1], body[of], links[at, 2], works[of], np.zeros_like(of), when[of])
        return tally(PUBLICATIONS, technologies, bodies, (*rows, links[at, 3]))

    def _repeated(self, number: Ints) -> tuple[Ints, Ints, Ints, Ints]:
        """What is counted of a body too often (body, topic, works below 0, year): for each further
        record of it in the same papers, and where no other body takes part in them."""
        of, record, topic, when, works, _ = self.shared.columns()
        body = number[record]
        order = np.lexsort((body, of))
        of, body = of[order], body[order]
        again = ~changes(of, body)
        bodies = np.bincount(of[~again], minlength=len(topic))
        again = (again | (bodies[of] < 2)) & (topic[of] >= 0)
        of = of[again]
        return body[again], topic[of], -works[of], when[of]

    def _counts(self, count: bytes, works: bytes) -> None:
        if number := whole(works):
            self._works.add(count, number)

    def _appeared(self, count: bytes, when: bytes) -> None:
        if not count.startswith(TOGETHER) and (known := year(when)):
            self._years.add(count, known)


class Observed:
    """The partners of each technology, by the participations and publications that `readers` saw.
    Technologies that an import itself gives a project count as well as the derived ones."""

    def __init__(self, readers: Readers, technologies: Technologies) -> None:
        self._technologies = technologies
        self._bodies = Numbers()
        self._publications = Publications(readers, technologies.topics, self._bodies)
        self._planners = Planners(readers)
        self._years: dict[int, int] = {}
        self._of_project, self._participant, self._paid = Lookup(), Lookup(), Lookup()
        self._programmes, self._in_programme = Numbers(), Lookup()
        self._currencies, self._currency = Numbers(), Lookup()
        self._canonical: dict[bytes, bytes] = {}
        self._homes: list[tuple[bytes, bytes]] = []
        self._stated: set[tuple[int, bytes, int]] = set()
        for kind, name in enumerate(PROPERTIES.values()):
            readers.on(name, self._states(kind))
        readers.on("coop:startDate", self._starts)
        readers.on("coop:ofProject", self._of_project.reader(technologies.projects))
        readers.on("coop:participant", self._participant.reader(self._bodies))
        readers.on("coop:inProgramme", self._in_programme.reader(self._programmes))
        readers.on("coop:amount", lambda p, n: self._paid.add(p, hundredths(n)))
        readers.on("coop:currency", self._currency.reader(self._currencies))
        readers.on("coop:canonical", self._stands_for)
        readers.on("coop:country", self.place)

    def triples(self, canonical: Callable[[bytes], bytes]) -> Iterator[str]:
        """The N-Triples lines of the derived graph, sorted: a `coop:JointPartner` for each planner,
        technology and foreign organisation with which one of its own works (`joint`); a
        `coop:ObservedPartner` for each technology and each organisation with a project of it, and
        one for each with works on it that it published with another. `canonical` gives the
        organisation that a record (a term) is of."""
        bodies = Numbers()

        def same(record: bytes) -> bytes:
            return self._canonical.get(record) or canonical(record)

        number = np.array([bodies.add(same(body)) for body in self._bodies.of], dtype=np.int64)
        names = [term.decode() for term in bodies.of]
        technologies = Numbers()
        taken = self._taken_part(number)
        found = self._technologies
        links = links_of(found.matches, found.methods, technologies, self._stated)
        rows = self._rows(taken, links)
        homes, countries = self._planners.homes(same), self._countries(bodies, same)
        units = [term.decode() for term in self._currencies.of]
        located: dict[str, set[str]] = {}
        for body, country in self._homes:
            if body in bodies.of:
                located.setdefault(body.decode(), set()).add(country.decode())
        known = PartnerNames(technologies, names, units, located)
        shared = self._publications.shared.columns()
        shared = shared.of_bodies(number)
        both = self._joint(rows, known, shared, (homes, countries))
        topics, of_papers = self._publications.topics, Numbers()
        mapped = links_of(topics.matches, topics.methods, of_papers)
        pairs, totals = pair_triples(
            shared, mapped, homes, countries, known._replace(technologies=of_papers)
        )
        yield from sorted([*both, *pairs])
        money = (*rows[:4], rows.cents, rows.year, rows.methods)
        counted = [
            *tally(PROJECTS, technologies, names, money, rows.currency, units),
            *self._publications.partners(number, names),
        ]
        named = {term.decode() for home in homes.values() for term in home.named}
        yield from partner_triples(ranked(counted), located, home_to(homes), named)
        looked = self._of_projects(taken, (homes, countries), (links, technologies))
        yield from sorted([*looked, *self._of_papers(shared, (homes, countries), totals)])
        yield from sorted(self._by_programme(taken, countries, units))

    def _by_programme(
        self, taken: Participated, countries: Mapping[bytes, Ints], units: Sequence[str]
    ) -> Iterator[str]:
        """Who takes part in each programme, by `participation_triples`; where nothing is paid, the
        currency is that of the project."""
        projects = self._technologies.projects.of
        subjects = np.array([hash(term) for term in projects], dtype=np.int64)
        usual = self._currency.at(subjects)[taken.project]
        taken = taken._replace(currency=np.where(taken.currency < 0, usual, taken.currency))
        keys, programme = self._in_programme.sorted()
        order = np.argsort(subjects)
        place, at = spread(keys, subjects[order])
        of = order[place]
        by_project = np.lexsort((programme[at], of))
        programmes = (of[by_project], programme[at][by_project], [*self._programmes.of])
        homes = (self._planners.blocs(), countries)
        yield from participation_triples(taken, programmes, homes, units)

    def _taken_part(self, number: Ints) -> Participated:
        """Who takes part in what; `number` gives each record that of its organisation."""
        years = np.full(len(self._technologies.projects.of), NO_YEAR, dtype=np.int64)
        years[list(self._years)] = list(self._years.values())
        keys, body = self._participant.sorted()
        project, cents = self._of_project.at(keys), self._paid.at(keys, 0)
        currency = self._currency.at(keys)
        cents[currency < 0] = 0  # an amount of no currency is none
        there = project >= 0
        project = project[there]
        columns = (number[body[there]], years[project], cents[there], currency[there])
        return Participated(project, *columns)

    def _rows(self, taken: Participated, links: Ints) -> PartnerRows:
        """The participations in the projects of each technology, by `links_of` projects."""
        of, at = spread(links[:, 0], taken.project)
        # Rows of one technology, organisation and project stand together; each is one link.
        order = np.lexsort((taken.project[of], taken.body[of], links[at, 1]))
        of, at = of[order], at[order]
        technology, body, project = links[at, 1], taken.body[of], taken.project[of]
        link = changes(technology, body, project).astype(np.int64)
        columns = (technology, body, links[at, 2], link, project, taken.year[of])
        return PartnerRows(*columns, links[at, 3], taken.cents[of], taken.currency[of])

    def _joint(
        self,
        rows: PartnerRows,
        names: PartnerNames,
        shared: SharedPapers,
        known: _Homes,
    ) -> Iterator[str]:
        """The lines of the partners of each jurisdiction, by `joint_triples`."""
        homes, countries = known
        topics = self._publications.topics
        papers = topics.matches
        if not homes or not (len(rows.body) or papers):
            return
        rows = rows.at(rows.kind != BROAD)
        of_papers = Numbers()
        links = links_of(papers, topics.methods, of_papers)
        links = links[links[:, 2] != BROAD]
        both = names._replace(technologies=of_papers)
        for whose, home in homes.items():
            inside = at_home(home, countries, rows.body, rows.year)
            projects = joint_projects(rows, inside, len(self._technologies.projects.of))
            of_all = items_of(projects, names.technologies)
            yield from joint_triples(whose, home, PROJECTS, projects, names, of_all)
            if papers:
                inside = at_home(home, countries, shared.body, shared.year[shared.of])
                works = joint_papers(shared, inside, links)
                of_all = items_of(works, of_papers)
                yield from joint_triples(whose, home, PUBLICATIONS, works, both, of_all)

    def _of_projects(
        self, taken: Participated, known: _Homes, mapped: tuple[Ints, Numbers]
    ) -> Iterator[str]:
        """How many projects were imported, also of each technology (`mapped`), and how many of them
        have participants, or an institution of each jurisdiction."""
        homes, countries = known
        if imported := self._technologies.imported:
            there = np.isin(taken.project, np.array(sorted(imported), dtype=np.int64))
            project, body, year = (column[there] for column in taken[:3])
            years = {self._years[each] for each in imported if each in self._years}
            yield from coverage_lines(PROJECTS, len(imported), years, len(np.unique(project)))
            for whose, home in homes.items():
                inside = at_home(home, countries, body, year)
                yield from home_lines(PROJECTS, whose, len(np.unique(project[inside])))
            each = np.ones(len(self._technologies.projects.of), dtype=np.int64)
            with_part = np.zeros_like(each)
            with_part[project] = 1
            yield from technology_lines(PROJECTS, *mapped, each, with_part)

    def _of_papers(
        self, shared: SharedPapers, known: _Homes, pairs: Mapping[bytes, int]
    ) -> Iterator[str]:
        """The same of papers: those of several institutions have participants, and there are
        `pairs` of these for each jurisdiction."""
        homes, countries = known
        topics, (of, body, topic, when, works, _) = self._publications.topics, shared
        if not topics.works:
            return
        years = self._publications.years
        yield from coverage_lines(PUBLICATIONS, topics.works, years, int(works.sum()))
        for whose, home in homes.items():
            with_home = np.unique(of[at_home(home, countries, body, when[of])])
            yield from home_lines(PUBLICATIONS, whose, int(works[with_home].sum()))
            if every := pairs[whose]:
                yield pairs_line(whose, every)
        technologies = Numbers()
        links, each = links_of(topics.matches, topics.methods, technologies), topics.by_number()
        by_several = np.zeros_like(each)
        np.add.at(by_several, topic[topic >= 0], works[topic >= 0])
        yield from technology_lines(PUBLICATIONS, links, technologies, each, by_several)

    def _countries(self, bodies: Numbers, same: Callable[[bytes], bytes]) -> dict[bytes, Ints]:
        """The numbers of the organisations of each country, by any record of them."""
        held: dict[bytes, set[int]] = {}
        for record, country in self._homes:
            if (body := bodies.of.get(same(record))) is not None:
                held.setdefault(country, set()).add(body)
        return {country: np.array(sorted(found)) for country, found in held.items()}

    def _states(self, kind: int) -> Callable[[bytes, bytes], None]:
        number = self._technologies.projects.add

        def read(project: bytes, term: bytes) -> None:
            if term[:1] == b"<":
                self._stated.add((number(project), term, kind))

        return read

    def _stands_for(self, record: bytes, body: bytes) -> None:
        if body[:1] == b"<":
            self._canonical[record] = body

    def place(self, body: bytes, country: bytes) -> None:
        """A body lies in a country."""
        if country[:1] == b"<":
            self._homes.append((body, country))

    def _starts(self, project: bytes, date: bytes) -> None:
        if known := year(date):
            self._years[self._technologies.projects.add(project)] = known
