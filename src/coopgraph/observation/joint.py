"""Joint practice: with whom the institutions of a planner's own country work, by technology.

A tie of a planner's practice is a project or a paper in which an institution of its jurisdiction
takes part together with one from elsewhere. The institutions of a bloc are those of its members at
the date, so a partner within it is not foreign. Papers come counted by all of
their institutions, topic and year.

What only a broad match assigns is left out. Kept are the first partners of each technology, the
first of each country in it, and every partner that the planner names.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final, NamedTuple

from coopgraph.formats.ntriples import curie, typed
from coopgraph.libraries import Booleans, Ints, np
from coopgraph.observation.numbers import (
    MILLION,
    NO_YEAR,
    Lookup,
    Numbers,
    changes,
    hundredths,
    spread,
    whole,
    year,
)
from coopgraph.observation.ranks import (
    BROAD,
    EVIDENCE,
    Partner,
    amount_facts,
    facts_of,
    method_facts,
    partner_node,
    tally,
    year_facts,
)
from coopgraph.observation.technologies import PUBLICATIONS
from coopgraph.queries.coverage import SHOWN
from coopgraph.store import Readers
from coopgraph.vocabulary import ID

#: What two institutions published is also stated of each of them.
TOGETHER: Final = f"<{ID}co-publication/".encode()
_LINK: Final = f"<{ID}partner-link/".encode()
_INTENDED: Final = f"<{ID}partner-role/intended>".encode()
#: How many partners of each country are kept beside the first of all.
_OF_COUNTRY: Final = 10
#: The first and the last year of what holds at any time.
ALWAYS: Final = (NO_YEAR, 9999)


class SharedPapers(NamedTuple):
    """Counts of papers of several institutions: the number of a count with one of its institutions,
    once for each; then topic, year, works of each count, and millionths of works where each is
    shared by the partners of an institution (-1: not said)."""

    of: Ints
    body: Ints
    topic: Ints
    year: Ints
    works: Ints
    parts: Ints

    def of_bodies(self, number: Ints) -> "SharedPapers":
        """Those of organisations, by the `number` that each record has of one, in order: of two
        records of one body it takes part once."""
        body = number[self.body]
        order = np.lexsort((body, self.of))
        of, body = self.of[order], body[order]
        once = changes(of, body)
        return self._replace(of=of[once], body=body[once])


class PartnerRows(NamedTuple):
    """Columns of one length, those of one technology and organisation together; each is a project
    with one of its organisations, or papers of the same institutions, topic and year with one of
    them. Then the methods (bits) that assign it, hundredths of an amount and the number of its
    currency."""

    technology: Ints
    body: Ints
    kind: Ints
    links: Ints
    item: Ints
    year: Ints
    methods: Ints
    cents: Ints
    currency: Ints

    def at(self, chosen: Booleans) -> "PartnerRows":
        """Some of the rows."""
        return PartnerRows(*(column[chosen] for column in self))


@dataclass
class Home:
    """What belongs to a jurisdiction: countries (terms) with the first and the last year, and the
    partners that its plans name."""

    countries: dict[bytes, tuple[int, int]] = field(default_factory=dict)
    named: set[bytes] = field(default_factory=set)


class Planners:
    """The jurisdictions whose plans name intended partners, by what `readers` tell of."""

    def __init__(self, readers: Readers) -> None:
        self._intended: set[bytes] = set()
        self._whose: list[tuple[bytes, bytes]] = []
        self._partner: dict[bytes, bytes] = {}
        self._memberships: dict[str, dict[bytes, bytes]] = {}
        readers.on("coop:partnerRole", self._role)
        readers.on("coop:jurisdiction", self._jurisdiction)
        readers.on("coop:partner", self._names)
        for name in ("org:organization", "org:member", "coop:fromDate", "coop:toDate"):
            held = self._memberships[name] = {}
            readers.on(name, held.__setitem__)

    def homes(self, same: Callable[[bytes], bytes]) -> dict[bytes, Home]:
        """Each jurisdiction (a term) with its countries; its own, where it is one. `same` gives the
        organisation that a record is of."""
        found: dict[bytes, Home] = {}
        for link, whose in self._whose:
            if link in self._intended and link in self._partner:
                home = found.setdefault(whose, Home({whose: ALWAYS}))
                home.named.add(same(self._partner[link]))
        for body, members in self.blocs().items():
            if body in found:
                found[body].countries |= members
        return dict(sorted(found.items()))

    def blocs(self) -> dict[bytes, dict[bytes, tuple[int, int]]]:
        """The members of each bloc (terms), with the first and the last year."""
        found: dict[bytes, dict[bytes, tuple[int, int]]] = {}
        bloc, member, since, until = self._memberships.values()
        for membership, body in bloc.items():
            if membership in member:
                first = year(since.get(membership, b"")) or ALWAYS[0]
                last = year(until.get(membership, b"")) or ALWAYS[1]
                found.setdefault(body, {})[member[membership]] = (first, last)
        return found

    def _role(self, link: bytes, role: bytes) -> None:
        if role == _INTENDED:
            self._intended.add(link)

    def _jurisdiction(self, claim: bytes, whose: bytes) -> None:
        if claim.startswith(_LINK):
            self._whose.append((claim, whose))

    def _names(self, link: bytes, partner: bytes) -> None:
        if link.startswith(_LINK):
            self._partner[link] = partner


def home_to(homes: Mapping[bytes, Home]) -> dict[str, list[str]]:
    """The jurisdictions whose home each country is now."""
    found: dict[str, list[str]] = {}
    for whose, home in homes.items():
        for country, (_, last) in home.countries.items():
            if last == ALWAYS[1]:
                found.setdefault(country.decode(), []).append(whose.decode())
    return found


class Papers:
    """What the same institutions published, by topic and year."""

    def __init__(self, readers: Readers, topics: Numbers, bodies: Numbers) -> None:
        self._bodies, self._topic, self._year = Lookup(), Lookup(), Lookup()
        self._works, self._parts = Lookup(), Lookup()
        for name, lookup, value in (
            ("coop:institution", self._bodies, bodies.add),
            ("coop:topic", self._topic, topics.add),
            ("coop:publicationYear", self._year, year),
            ("coop:works", self._works, whole),
            ("coop:fractionalWorks", self._parts, partial(hundredths, parts=MILLION)),
        ):
            readers.on(name, _of_several(lookup, value))

    def columns(self) -> SharedPapers:
        """What was read."""
        keys, body = self._bodies.sorted()
        new = changes(keys) if len(keys) else np.zeros(0, dtype=bool)
        keys, of = keys[new], np.cumsum(new) - 1
        topic, when = self._topic.at(keys), self._year.at(keys, NO_YEAR)
        works, parts = self._works.at(keys, 0), self._parts.at(keys)
        return SharedPapers(of, body, topic, when, works, parts)


def _of_several(lookup: Lookup, value: Callable[[bytes], int]) -> Callable[[bytes, bytes], None]:
    def read(subject: bytes, term: bytes) -> None:
        if subject.startswith(TOGETHER):
            lookup.add(subject, value(term))

    return read


def at_date(years: Ints, first: Ints | int, last: Ints | int) -> Booleans:
    """Whether what holds from a first to a last year holds in each year; in an unknown one what
    holds now."""
    is_now = (years == NO_YEAR) & (last == ALWAYS[1])
    holds: Booleans = ((years >= first) & (years <= last)) | is_now
    return holds


def at_home(home: Home, countries: Mapping[bytes, Ints], body: Ints, years: Ints) -> Booleans:
    """Whether each body, in each year, is one of a jurisdiction; `countries` gives the bodies of
    each country. Of an unknown year those count that are in it now."""
    inside = np.zeros(len(body), dtype=bool)
    for country, (first, last) in home.countries.items():
        if (held := countries.get(country)) is None:
            continue
        inside |= np.isin(body, held) & at_date(years, first, last)
    return inside


def joint_projects(rows: PartnerRows, inside: Booleans, projects: int) -> PartnerRows:
    """The rows of foreign bodies in projects in which one from home takes part."""
    with_home = np.zeros(projects, dtype=bool)
    with_home[rows.item[inside]] = True
    return rows.at(with_home[rows.item] & ~inside)


def items_of(rows: PartnerRows, technologies: Numbers) -> dict[str, int]:
    """How many projects or papers of each technology (a term) there are among the rows."""
    both = np.stack([rows.technology, rows.item])
    found, at = np.unique(both, axis=1, return_index=True)
    counts = np.zeros(len(technologies.of), dtype=np.int64)
    np.add.at(counts, found[0], rows.links[at])
    pairs = zip(technologies.of, counts.tolist(), strict=True)
    return {term.decode(): count for term, count in pairs}


def joint_papers(papers: SharedPapers, inside: Booleans, links: Ints) -> PartnerRows:
    """The rows of foreign bodies that published with one from home; `links` are those of topics,
    by `links_of`."""
    of, body, topic, when, works, _ = papers
    with_home = np.zeros(len(topic), dtype=bool)
    with_home[of[inside]] = True
    there = with_home[of] & ~inside & (topic[of] >= 0)
    of, body = of[there], body[there]
    place, at = spread(links[:, 0], topic[of])
    order = np.lexsort((body[place], links[at, 1]))
    place, at = place[order], at[order]
    of, body = of[place], body[place]
    none = np.zeros_like(of)
    columns = (links[at, 1], body, links[at, 2], works[of], of, when[of], links[at, 3])
    return PartnerRows(*columns, none, none - 1)


class PartnerNames(NamedTuple):
    """The terms of technologies, of organisations and of currencies, by number, and the countries
    of organisations."""

    technologies: Numbers
    bodies: Sequence[str]
    currencies: Sequence[str]
    located: Mapping[str, Collection[str]]


def joint_triples(
    whose: bytes,
    home: Home,
    evidence: str,
    rows: PartnerRows,
    names: PartnerNames,
    items: Mapping[str, int],
) -> Iterator[str]:
    """The N-Triples lines of the partners of one jurisdiction by one kind of evidence; `items` says
    how many joint projects or papers there are of each technology."""
    columns = (*rows[:4], rows.cents, rows.year, rows.methods)
    currencies = (rows.currency, names.currencies)
    by_technology: dict[str, list[Partner]] = {}
    for partner in tally(evidence, names.technologies, names.bodies, columns, *currencies):
        by_technology.setdefault(partner.technology, []).append(partner)
    for technology, held in sorted(by_technology.items()):
        of_all = [(_PARTNERS, typed(str(len(held)), "integer"))]
        if count := items.get(technology, 0):
            of_all.append((_OF_ALL, typed(str(count), "integer")))
        for rank, partner in _kept(held, home, names.located):
            yield from _facts(whose.decode(), partner, rank, of_all)


def _kept(
    partners: Iterable[Partner], home: Home, located: Mapping[str, Collection[str]]
) -> Iterator[tuple[int, Partner]]:
    """Those of one technology that are kept, each with its rank, which those of as many share."""
    rank, before, of_country = 0, -1, Counter[str]()
    order = sorted(partners, key=lambda partner: (-sum(partner.links), partner.organisation))
    for place, partner in enumerate(order, 1):
        if sum(partner.links) != before:
            rank, before = place, sum(partner.links)
        countries = located.get(partner.organisation, ())
        of_country.update(countries)
        is_first = any(of_country[country] <= _OF_COUNTRY for country in countries)
        if rank <= SHOWN or is_first or partner.organisation.encode() in home.named:
            yield rank, partner


def _facts(
    whose: str, partner: Partner, rank: int, of_all: Iterable[tuple[str, str]]
) -> Iterator[str]:
    node = partner_node("joint", partner, f"{_key(whose)}-")
    facts = [
        *facts_of(partner),
        *method_facts(partner),
        *amount_facts(partner),
        (_TYPE, _JOINT),
        (_AMONG, whose),
        (EVIDENCE, f"<{ID}evidence-kind/{partner.evidence}>"),
        (_ITEMS, typed(str(sum(partner.links)), "integer")),
        (_RANK, typed(str(rank), "integer")),
        *of_all,
    ]
    for predicate, value in sorted(facts):
        yield f"{node} {predicate} {value} ."


def _key(whose: str) -> str:
    return whose[1:-1].rpartition("/")[2]


def coverage_lines(
    evidence: str, items: int, years: Collection[int], taking_part: int
) -> Iterator[str]:
    """How much was imported of a kind of evidence: items, their years, and those with
    participants, of papers with several institutions."""
    node = f"<{ID}practice-coverage/{evidence}>"
    yield f"{node} {_TYPE} {curie('coop:PracticeCoverage')} ."
    yield f"{node} {EVIDENCE} <{ID}evidence-kind/{evidence}> ."
    yield f"{node} {curie('coop:itemsImported')} {typed(str(items), 'integer')} ."
    for predicate, value in year_facts((min(years), max(years)) if years else None):
        yield f"{node} {predicate} {value} ."
    count = typed(str(taking_part), "integer")
    yield f"{node} {curie('coop:itemsWithParticipants')} {count} ."


def home_lines(evidence: str, whose: bytes, items: int) -> Iterator[str]:
    """How many of them have an institution of a jurisdiction."""
    node = f"<{ID}practice-coverage/{evidence}-{_key(whose.decode())}>"
    yield f"{node} {_TYPE} {curie('coop:PracticeCoverage')} ."
    yield f"{node} {EVIDENCE} <{ID}evidence-kind/{evidence}> ."
    yield f"{node} {_AMONG} {whose.decode()} ."
    yield f"{node} {curie('coop:itemsAtHome')} {typed(str(items), 'integer')} ."


def pairs_line(whose: bytes, pairs: int) -> str:
    """How many pairs of institutions with one of a jurisdiction have papers."""
    node = f"<{ID}practice-coverage/{PUBLICATIONS}-{_key(whose.decode())}>"
    return f"{node} {curie('coop:institutionPairs')} {typed(str(pairs), 'integer')} ."


def technology_lines(
    evidence: str, links: Ints, technologies: Numbers, items: Ints, taking_part: Ints
) -> Iterator[str]:
    """How many projects or papers were imported of each technology, by close and narrow matches,
    and how many of them have participants. `links` are (project or topic, technology, kind);
    `items` and `taking_part` say how many each project or topic stands for."""
    near = np.unique(links[links[:, 2] != BROAD][:, :2], axis=0)
    counts = np.zeros((len(technologies.of), 2), dtype=np.int64)
    for column, each in enumerate((items, taking_part)):
        np.add.at(counts[:, column], near[:, 1], each[near[:, 0]])
    for term, numbers in zip(technologies.of, counts.tolist(), strict=True):
        node = f"<{ID}practice-coverage/{evidence}-of-{_key(term.decode())}>"
        yield f"{node} {_TYPE} {curie('coop:PracticeCoverage')} ."
        yield f"{node} {EVIDENCE} <{ID}evidence-kind/{evidence}> ."
        yield f"{node} {curie('coop:technology')} {term.decode()} ."
        for name, number in zip(("itemsImported", "itemsWithParticipants"), numbers, strict=True):
            yield f"{node} {curie(f'coop:{name}')} {typed(str(number), 'integer')} ."


_TYPE, _JOINT = curie("rdf:type"), curie("coop:JointPartner")
_AMONG = curie("coop:among")
_ITEMS, _RANK, _OF_ALL = map(curie, ("coop:jointItems", "coop:jointRank", "coop:jointItemsOfAll"))
_PARTNERS = curie("coop:jointPartners")
