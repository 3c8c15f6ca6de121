"""Observed partners added up in arrays, ranked within their technology and kind of evidence, and
written as triples.

What a broad match alone assigns is no cooperation in a technology unless somebody asks for it:
partners that have nothing closer are ranked apart, of a class and by properties of their own.
Nothing is written that follows from the rest: every observed partner is one by joint projects
unless it says otherwise, and a count by kind of match is given where there are several kinds.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from coopgraph.formats.ntriples import curie, typed
from coopgraph.libraries import Ints, np
from coopgraph.observation.numbers import NO_YEAR, Numbers, changes
from coopgraph.observation.technologies import (
    KINDS,
    METHODS,
    PROJECTS,
    STATED,
    Match,
    Methods,
)
from coopgraph.vocabulary import ID

_OF_OURS: Final = re.compile(f"^<{re.escape(ID)}(organisation|country|programme|currency)/")
_IN_IRI: Final = re.compile("[/:#]")
#: How many institutions of each technology are marked as leading in their country.
_LEADING: Final = 200
#: How many institutions of each planner are named where a planned partner has no counterpart.
_FOREMOST: Final = 5
#: How many links rest on each kind of match, in the order of `KINDS`, where there are several.
_LINKS: Final = ("coop:closeLinks", "coop:narrowLinks")
BROAD: Final = KINDS.index("broad")


class Partner(NamedTuple):
    """One organisation in one technology, both as terms; links by kind, in the order of `KINDS`:
    broad ones only where there are no others; and by method, in the order of `METHODS`."""

    technology: str
    organisation: str
    cents: int
    years: tuple[int, int] | None
    links: tuple[int, ...]
    evidence: str = PROJECTS
    currency: str = ""
    methods: tuple[int, ...] = ()

    @property
    def broadly(self) -> bool:
        """Whether nothing is closer than a broad match."""
        return self.links[BROAD] > 0


def ranked(partners: Iterable[Partner]) -> Iterator[tuple[int, Partner]]:
    """(rank within its technology and kind of evidence, partner), by links, then amount in
    its currency, then name; those by a broad match alone among themselves."""
    found: dict[tuple[str, str, bool], list[Partner]] = {}
    for partner in partners:
        place = (partner.technology, partner.evidence, partner.broadly)
        found.setdefault(place, []).append(partner)
    for group in sorted(found):
        order = sorted(
            found[group],
            key=lambda p: (-sum(p.links), not p.currency, p.currency, -p.cents, p.organisation),
        )
        yield from enumerate(order, 1)


def partner_triples(
    partners: Iterable[tuple[int, Partner]],
    homes: Mapping[str, Collection[str]],
    planners: Mapping[str, Collection[str]],
    named: Collection[str] = (),
) -> Iterator[str]:
    """The N-Triples lines of ranked partners, sorted; `homes` gives organisations countries, and
    `planners` gives countries the jurisdictions whose home they are. By which methods their items
    are assigned is said of the first, and of those that plans have `named`."""
    met: Counter[tuple[str, str, str, str]] = Counter()
    nodes: list[tuple[str, int, Partner, tuple[tuple[str, str], ...]]] = []
    for rank, partner in partners:
        leads = []
        countries = () if partner.broadly else homes.get(partner.organisation, ())
        whose = {each for country in countries for each in planners.get(country, ())}
        for how, most, places in ((_LEADS, _LEADING, countries), (_FIRST_IN, _FOREMOST, whose)):
            for place in places:
                group = (how, partner.technology, partner.evidence, place)
                met[group] += 1
                if met[group] <= most:
                    leads.append((how, place))
        if rank <= _LEADING or partner.organisation in named:
            leads += method_facts(partner)
        nodes.append((partner_node("observed", partner), rank, partner, tuple(leads)))
    nodes.sort(key=lambda node: node[0])
    for node, rank, partner, further in nodes:
        yield from _facts(node, rank, partner, further)


def partner_node(what: str, partner: Partner, before: str = "") -> str:
    """The IRI (a term) of what is counted of a partner; kind of evidence: projects unless it says
    otherwise.

    >>> partner_node("observed", Partner("<urn:t/quantum>", "<urn:b:1>", 0, None, ()))
    '<https://w3id.org/coopgraph/id/observed/quantum-urn-b-1>'
    """
    key = partner.technology[1:-1].rpartition("/")[2]
    kind = "" if partner.evidence == PROJECTS else f"-{partner.evidence}"
    return f"<{ID}{what}/{before}{key}-{in_key(partner.organisation)}{kind}>"


def in_key(term: str) -> str:
    """A part of the key of a node that is made of the IRIs (terms) of others: that of an
    organisation, country, programme or currency of ours is its key, any other IRI is spelled out.

    >>> in_key(f"<{ID}country/kr>"), in_key("<urn:b:1>"), in_key("2021")
    ('kr', 'urn-b-1', '2021')
    """
    return _IN_IRI.sub("-", _OF_OURS.sub("", term).strip("<>"))


def facts_of(partner: Partner) -> list[tuple[str, str]]:
    """Predicates and values (terms) of whatever is counted of a partner: technology, organisation,
    the closest match, years."""
    closest = next(kind for kind, count in zip(KINDS, partner.links, strict=True) if count)
    return [
        (_MATCH, f"<{ID}match-kind/{closest}>"),
        (_BODY, partner.organisation),
        (_TECHNOLOGY, partner.technology),
        *year_facts(partner.years),
    ]


def method_facts(partner: Partner) -> list[tuple[str, str]]:
    """Predicates and values of how many of the items each method assigns."""
    counts = zip(_BY_METHOD, partner.methods, strict=True)
    return [(term, typed(str(count), "integer")) for term, count in counts if count]


def amount_facts(partner: Partner) -> list[tuple[str, str]]:
    """Predicates and values of an amount and its currency; none where nothing is recorded."""
    if not partner.cents:
        return []
    return [(_AMOUNT, amount_of(partner.cents)), (_CURRENCY, partner.currency)]


def year_facts(years: tuple[int, int] | None) -> list[tuple[str, str]]:
    """Predicates and values of a first and a last year; none where they are not known."""
    if years is None:
        return []
    return [(_FIRST, typed(str(years[0]), "gYear")), (_LAST, typed(str(years[1]), "gYear"))]


def _facts(
    node: str, rank: int, partner: Partner, further: tuple[tuple[str, str], ...]
) -> Iterator[str]:
    """The lines of one partner, in the order of their text."""
    yield f"{node} {_TYPE} {_BROADLY if partner.broadly else _OBSERVED} ."
    for predicate, value in amount_facts(partner)[:1]:
        yield f"{node} {predicate} {value} ."
    several = [(t, count) for t, count in zip(_BY_KIND, partner.links, strict=False) if count]
    facts = [
        *facts_of(partner),
        (_BROAD_RANK if partner.broadly else _RANK, typed(str(rank), "integer")),
        (_BROAD_COUNT if partner.broadly else _COUNT, typed(str(sum(partner.links)), "integer")),
        *further,
    ]
    facts += amount_facts(partner)[1:]
    if partner.evidence != PROJECTS:
        facts.append((EVIDENCE, f"<{ID}evidence-kind/{partner.evidence}>"))
    if len(several) > 1:
        facts += [(term, typed(str(count), "integer")) for term, count in several]
    for predicate, value in sorted(facts):
        yield f"{node} {predicate} {value} ."


_TYPE, _OBSERVED = curie("rdf:type"), curie("coop:ObservedPartner")
_BROADLY = curie("coop:BroadlyObservedPartner")
_BROAD_RANK, _BROAD_COUNT = curie("coop:broadRank"), curie("coop:broadLinks")
_TECHNOLOGY, _BODY = curie("coop:technology"), curie("coop:organisation")
_MATCH, _COUNT, _RANK = curie("coop:matchKind"), curie("coop:links"), curie("coop:rank")
_AMOUNT, _LEADS = curie("coop:amount"), curie("coop:leadingIn")
_CURRENCY, _FIRST_IN = curie("coop:currency"), curie("coop:foremostIn")
EVIDENCE = curie("coop:evidenceKind")
_FIRST, _LAST = curie("coop:firstYear"), curie("coop:lastYear")
_BY_KIND: Final = tuple(curie(name) for name in _LINKS)
_BY_METHOD: Final = tuple(curie(name) for name in METHODS.values())


def amount_of(cents: int, places: int = 2) -> str:
    """Hundredths, or other decimal `places`, as a decimal (a term), in the canonical form, which is
    the engine's.

    >>> [amount_of(cents).partition("^")[0] for cents in (12345, 1200, -50)]
    ['"123.45"', '"12"', '"-0.5"']
    """
    whole, rest = divmod(abs(cents), 10**places)
    text = f"{whole}.{rest:0{places}d}".rstrip("0") if rest else str(whole)
    return typed(f"-{text}" if cents < 0 else text, "decimal")


def links_of(
    matches: Mapping[int, Match],
    methods: Methods,
    technologies: Numbers,
    stated: Iterable[tuple[int, bytes, int]] = (),
) -> Ints:
    """(number, technology, kind of match, methods) of every project or topic of a technology,
    sorted: what it matches and by which methods, and what is `stated` of it."""
    found = {(thing, technologies.add(term), kind) for thing, term, kind in stated}
    by = dict.fromkeys(((thing, technology) for thing, technology, _ in found), STATED)
    for thing, match in matches.items():
        for technology, kind in match.items():
            pair = thing, technologies.add(f"<{technology}>".encode())
            found.add((*pair, kind))
            by[pair] = by.get(pair, 0) | methods[thing, technology]
    rows = [(*row, by[row[:2]]) for row in sorted(found)]
    return np.array(rows, dtype=np.int64).reshape(-1, 4)


def tally(
    evidence: str,
    technologies: Numbers,
    bodies: Sequence[str],
    rows: Sequence[Ints],
    currency: Ints | None = None,
    currencies: Sequence[str] = (),
) -> list[Partner]:
    """The totals of the rows of each organisation in each technology: those by a broad match only
    where it has no others.

    `rows` are columns of one length, those of one technology and organisation together:
    technology, organisation (a number in `bodies`), kind of match, links, hundredths of an
    amount, year (`NO_YEAR` where it is not known), methods (bits). `currency` is that of the
    amount, a number in `currencies`: amounts in several are not added up, and count as none.
    """
    technology, body, kind, links, cents, year, methods = rows
    new = changes(technology, body)
    partner = np.cumsum(new) - 1
    size = partner[-1] + 1 if len(partner) else 0
    near = np.zeros(size, dtype=bool)
    near[partner[kind != BROAD]] = True
    left_out = (kind == BROAD) & near[partner]
    links, cents = np.where(left_out, 0, links), np.where(left_out, 0, cents)
    year = np.where(left_out, NO_YEAR, year)
    chosen = [kind == number for number in range(len(KINDS))]
    chosen += [methods >> place & 1 == 1 for place in range(len(METHODS))]
    sums = [_sum(partner[each], links[each], size) for each in chosen]
    sums.append(_sum(partner, cents, size))
    known = year != NO_YEAR
    first = np.full(size, np.iinfo(np.int64).max)
    last = np.zeros(size, dtype=np.int64)
    np.minimum.at(first, partner[known], year[known])
    np.maximum.at(last, partner[known], year[known])
    unit = np.full(size, -1, dtype=np.int64)
    if currency is not None:
        paid = cents != 0
        lowest = np.full(size, len(currencies), dtype=np.int64)
        np.minimum.at(lowest, partner[paid], currency[paid])
        np.maximum.at(unit, partner[paid], currency[paid])
        unit[unit != lowest] = -1
    sums[-1][unit < 0] = 0
    names = [term.decode() for term in technologies.of]
    columns = (technology[new], body[new], first, last, unit, *sums)
    return [
        Partner(
            names[t],
            bodies[b],
            amount,
            (since, until) if until else None,
            tuple(count[: len(KINDS)]),
            evidence,
            currencies[money] if money >= 0 else "",
            tuple(count[len(KINDS) :]),
        )
        for t, b, since, until, money, *count, amount in zip(
            *(c.tolist() for c in columns), strict=True
        )
        if any(count[: len(KINDS)])
    ]


def _sum(of: Ints, values: Ints, size: int) -> Ints:
    total = np.zeros(size, dtype=np.int64)
    np.add.at(total, of, values)
    return total
