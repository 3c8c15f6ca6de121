"""Rows of organisations in technologies, added up in arrays."""

from collections.abc import Iterable, Mapping, Sequence

from coopgraph.libraries import Ints, np
from coopgraph.observation.mappings import KINDS, Match
from coopgraph.observation.numbers import NO_YEAR, Numbers, changes
from coopgraph.observation.ranks import Partner


def links_of(
    matches: Mapping[int, Match],
    technologies: Numbers,
    stated: Iterable[tuple[int, bytes, int]] = (),
) -> Ints:
    """(number, technology, kind of match) of every project or topic of a technology, sorted: what
    it matches, and what is `stated` of it."""
    found = {(thing, technologies.add(term), kind) for thing, term, kind in stated}
    found |= {
        (thing, technologies.add(f"<{technology}>".encode()), kind)
        for thing, match in matches.items()
        for technology, kind in match.items()
    }
    return np.array(sorted(found), dtype=np.int64).reshape(-1, 3)


def tally(
    evidence: str,
    technologies: Numbers,
    bodies: Sequence[str],
    rows: Sequence[Ints],
    currency: Ints | None = None,
    currencies: Sequence[str] = (),
) -> list[Partner]:
    """The totals of the rows of each organisation in each technology.

    `rows` are columns of one length, those of one technology and organisation together:
    technology, organisation (a number in `bodies`), kind of match, links, hundredths of an
    amount, year (`NO_YEAR` where it is not known). `currency` is that of the amount, a
    number in `currencies`: amounts in several are not added up, and count as none.
    """
    technology, body, kind, links, cents, year = rows
    new = changes(technology, body)
    partner = np.cumsum(new) - 1
    size = partner[-1] + 1 if len(partner) else 0
    sums = [np.zeros(size, dtype=np.int64) for _ in (*KINDS, "cents")]
    for number, of_kind in enumerate(sums[:-1]):
        np.add.at(of_kind, partner[kind == number], links[kind == number])
    np.add.at(sums[-1], partner, cents)
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
            tuple(count),
            evidence,
            currencies[money] if money >= 0 else "",
        )
        for t, b, since, until, money, *count, amount in zip(
            *(c.tolist() for c in columns), strict=True
        )
    ]
