"""Pairs of institutions that published together, one of them of a planner's own country or bloc:
how many works, on how many topics, since when; on all topics, and on those of each technology.

Counted at the build, so that no question joins all works with all their institutions. Kept are the
foremost, which a question shows that asks for no institution: the first of all, the first of each
country, and the first of each institution that the planner names; some more of each country; and
the first partners of the institutions that published most, which are marked: of any other its works
are read faster than all it has in common with others were kept. What a pair published is the same
whoever asks, but for a bloc that one of them left or joined: what is equal is one node.
"""

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from coopgraph.formats.ntriples import curie, typed
from coopgraph.libraries import Booleans, Ints, np
from coopgraph.observation.joint import ALWAYS, Home, PartnerNames, SharedPapers, at_home
from coopgraph.observation.numbers import NO_YEAR, changes, spread
from coopgraph.observation.ranks import BROAD, amount_of, in_key, year_facts
from coopgraph.observation.technologies import PUBLICATIONS
from coopgraph.vocabulary import ID

#: How many partners are kept of an institution that has more joint works, each counted for each
#: partner, than so many: more than an answer shows, so that it says so.
_OF_LARGE: Final = 60
_LARGE: Final = 3_000
_FOREMOST: Final = 200
_OF_COUNTRY: Final = 10
_KEPT_OF_COUNTRY: Final = 50
_OF_NAMED: Final = 10
#: In place of a technology: papers on whatever topic.
_WHATEVER: Final = -1
_NEVER: Final = 9999
#: How many pairs of institutions of counts are held at once.
_AT_ONCE: Final = 1_000_000


class _Pairs(NamedTuple):
    """Columns of one length: a technology and two institutions (numbers); works, millionths of
    works that are shared by the partners of an institution, topics, the first and the last year."""

    technology: Ints
    one: Ints
    other: Ints
    works: Ints
    parts: Ints
    topics: Ints
    first: Ints
    last: Ints

    def at(self, chosen: Booleans) -> "_Pairs":
        """Some of the pairs."""
        return _Pairs(*(column[chosen] for column in self))


def pair_triples(
    papers: SharedPapers,
    links: Ints,
    homes: Mapping[bytes, Home],
    countries: Mapping[bytes, Ints],
    names: PartnerNames,
) -> tuple[list[str], dict[bytes, int]]:
    """The N-Triples lines of the pairs, and how many each jurisdiction has. `links` are those of
    topics, by `links_of`; `countries` gives the bodies of each country."""
    links, totals = links[links[:, 2] != BROAD], dict[bytes, int]()
    bodies = [*names.bodies]
    order = np.empty(len(bodies), dtype=np.int64)
    order[sorted(range(len(bodies)), key=bodies.__getitem__)] = np.arange(len(bodies))
    place = np.full(len(bodies), -1, dtype=np.int64)
    for number, country in enumerate(sorted(countries)):
        place[countries[country]] = number
    kept: dict[tuple[int, ...], tuple[list[str], list[str]]] = {}
    lines = []
    for whose, pairs in _of_homes(papers, links, homes, countries):
        named = np.array([body.encode() in homes[whose].named for body in bodies], dtype=bool)
        large = _large(pairs, len(bodies))
        held, foremost = _first(pairs, order, place, named, large)
        rows = zip(*(column[held].tolist() for column in pairs), strict=True)
        for row, is_foremost in zip(rows, foremost[held].tolist(), strict=True):
            among, first = kept.setdefault(row, ([], []))
            among.append(whose.decode())
            if is_foremost:
                first.append(whose.decode())
        totals[whose] = int((pairs.technology == _WHATEVER).sum())
        lines += [f"{bodies[n]} {_AMONG} {whose.decode()} ." for n in np.flatnonzero(large)]
    technologies = [term.decode() for term in names.technologies.of]
    return [*lines, *_lines(kept, technologies, bodies)], totals


def _of_homes(
    papers: SharedPapers,
    links: Ints,
    homes: Mapping[bytes, Home],
    countries: Mapping[bytes, Ints],
) -> Iterator[tuple[bytes, _Pairs]]:
    """The pairs of each jurisdiction: of all to whom a country belongs at any time at once."""
    always = {
        whose: np.concatenate([np.zeros(0, dtype=np.int64)] + [
            countries[country] for country in home.countries if country in countries
        ])
        for whose, home in homes.items()
        if {*home.countries.values()} <= {ALWAYS}
    }  # fmt: skip
    theirs = np.concatenate([np.zeros(0, dtype=np.int64), *always.values()])
    every = _counted(papers, np.isin(papers.body, theirs), links)
    for whose, home in homes.items():
        if (mine := always.get(whose)) is not None:
            yield whose, every.at(np.isin(every.one, mine) | np.isin(every.other, mine))
        else:
            inside = at_home(home, countries, papers.body, papers.year[papers.of])
            yield whose, _counted(papers, inside, links)


def _counted(papers: SharedPapers, inside: Booleans, links: Ints) -> _Pairs:
    """All pairs of which one is `inside`, those of some institutions at a time."""
    of, body = papers.of, papers.body
    there = np.zeros(len(papers.topic), dtype=bool)
    there[of[inside]] = True
    there &= (papers.works > 0) & (papers.parts >= 0)
    of, body, inside = of[there[of]], body[there[of]], inside[there[of]]
    blocks = int((np.bincount(of) ** 2).sum()) // _AT_ONCE + 1
    found = []
    for block in range(blocks):
        mine = np.flatnonzero(body % blocks == block)
        row, at = spread(of, of[mine])
        row = mine[row]
        chosen = (body[row] < body[at]) & (inside[row] | inside[at])
        row, at = row[chosen], at[chosen]
        found.append(_summed(papers, links, of[row], body[row], body[at]))
    return _Pairs(*(np.concatenate(columns) for columns in zip(*found, strict=True)))


def _summed(papers: SharedPapers, links: Ints, count: Ints, one: Ints, other: Ints) -> _Pairs:
    """The totals of pairs of institutions of counts, of each technology and of all."""
    again, at = spread(links[:, 0], papers.topic[count])
    technology = np.concatenate([np.full(len(count), _WHATEVER), links[at, 1]])
    row = np.concatenate([np.arange(len(count)), again])
    count, one, other = count[row], one[row], other[row]
    order = np.lexsort((papers.topic[count], other, one, technology))
    count, one, other, technology = (each[order] for each in (count, one, other, technology))
    new = changes(technology, one, other)
    start, topic, year = np.flatnonzero(new), papers.topic[count], papers.year[count]
    is_topic = (topic >= 0) & changes(technology, one, other, topic)
    if not len(start):
        return _Pairs(*[start] * len(_Pairs._fields))
    works, parts = (np.add.reduceat(each[count], start) for each in (papers.works, papers.parts))
    topics = np.add.reduceat(is_topic.astype(np.int64), start)
    first = np.minimum.reduceat(np.where(year == NO_YEAR, _NEVER, year), start)
    last = np.maximum.reduceat(year, start)
    return _Pairs(technology[new], one[new], other[new], works, parts, topics, first, last)


def _large(pairs: _Pairs, size: int) -> Booleans:
    """Whether each institution has so many works with others that its partners are kept."""
    of_all = pairs.at(pairs.technology == _WHATEVER)
    works = np.zeros(size, dtype=np.int64)
    for side in (of_all.one, of_all.other):
        np.add.at(works, side, of_all.works)
    return works > _LARGE


def _first(
    pairs: _Pairs, order: Ints, place: Ints, named: Booleans, large: Booleans
) -> tuple[Booleans, Booleans]:
    """Which pairs are kept, and which of them are foremost. `order` is that of the institutions by
    name, `place` the number of the country of each; `named` are those that the planner names."""
    size = len(pairs.one)
    both = np.concatenate([np.arange(size), np.arange(size)])
    mine = np.concatenate([pairs.one, pairs.other])
    theirs = np.concatenate([pairs.other, pairs.one])
    technology, works, parts = (each[both] for each in (pairs.technology, pairs.works, pairs.parts))
    most = (-parts, -works)
    within = _rank((order[theirs], *most), technology, mine)
    of_country = _rank((order[theirs], order[mine], *most), technology, place[mine])
    is_foremost = (within < _OF_NAMED) & named[mine]
    is_foremost |= (of_country < _OF_COUNTRY) & (place[mine] >= 0)
    names = np.sort(np.stack([order[pairs.one], order[pairs.other]]), axis=0)
    foremost = _rank((*names, -pairs.parts, -pairs.works), pairs.technology) < _FOREMOST
    held = np.zeros(size, dtype=bool)
    foremost[both[is_foremost]] = True
    held[both[(within < _OF_LARGE) & large[mine]]] = True
    held[both[(of_country < _KEPT_OF_COUNTRY) & (place[mine] >= 0)]] = True
    return held | foremost, foremost


def _rank(most: tuple[Ints, ...], *groups: Ints) -> Ints:
    """The place of each row in its group, from 0 on, by what it has `most` of."""
    order = np.lexsort((*most, *groups[::-1]))
    start = np.flatnonzero(changes(*(group[order] for group in groups)))
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order)) - np.repeat(start, np.diff([*start, len(order)]))
    return place


def _lines(
    kept: Mapping[tuple[int, ...], tuple[list[str], list[str]]],
    technologies: list[str],
    bodies: list[str],
) -> Iterator[str]:
    """The lines of the pairs: of one with several totals, the largest is without a planner."""
    met = set[str]()
    for row in sorted(kept, key=lambda row: (*row[:3], -row[3], kept[row][0])):
        technology, one, other, works, parts, topics, first, last = row
        among, foremost = kept[row]
        of = sorted((bodies[one], bodies[other]))
        on = _PAPERS if technology == _WHATEVER else technologies[technology]
        key = "--".join(map(in_key, of))
        if technology != _WHATEVER:
            key = f"{on[1:-1].rpartition('/')[2]}--{key}"
        if key in met:
            key += f"--{in_key(among[0])}"
        met.add(key)
        node = f"<{ID}institution-pair/{key}>"
        yield f"{node} {_TYPE} {_PAIR} ."
        yield f"{node} {_ON} {on} ."
        for predicate, values in ((_OF, of), (_AMONG, among), (_FIRST, foremost)):
            for value in values:
                yield f"{node} {predicate} {value} ."
        yield f"{node} {_WORKS} {typed(str(works), 'integer')} ."
        yield f"{node} {_PARTS} {amount_of(parts, 6)} ."
        yield f"{node} {_TOPICS} {typed(str(topics), 'integer')} ."
        for predicate, value in year_facts((first, last) if last else None):
            yield f"{node} {predicate} {value} ."


_TYPE, _PAIR, _ON = map(curie, ("rdf:type", "coop:InstitutionPair", "coop:pairedOn"))
_OF, _AMONG, _FIRST = map(curie, ("coop:pairOf", "coop:pairAmong", "coop:foremostPairAmong"))
_WORKS, _PARTS = curie("coop:works"), curie("coop:fractionalWorks")
_TOPICS: Final = curie("coop:topicCount")
_PAPERS: Final = f"<{ID}evidence-kind/{PUBLICATIONS}>"
