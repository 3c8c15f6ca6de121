"""How much the institutions of each country and bloc take part in each programme, by the year in
which its projects started: projects, institutions, and what they get.

Counted once for every country that has a participant, for every bloc that has members, and for
whoever takes part, so that no question joins all participations with their projects. The
institutions of a bloc are those of its members at the date.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple, TypeAlias

from coopgraph.formats.ntriples import curie, typed
from coopgraph.libraries import Ints, np
from coopgraph.observation.joint import ALWAYS, at_date
from coopgraph.observation.numbers import NO_YEAR, changes, spread
from coopgraph.observation.ranks import amount_of, in_key
from coopgraph.vocabulary import ID

#: In place of a country: whoever takes part. In place of a currency: none is recorded.
_ANYONE: Final = -1
_NONE: Final = -1
#: The members of each bloc, with the first and the last year.
_Blocs: TypeAlias = Mapping[bytes, Mapping[bytes, tuple[int, int]]]


class Participated(NamedTuple):
    """Columns of one length, a row for each participation: numbers of the project and of the
    organisation, the year, hundredths of an amount, and the number of its currency, of the
    project's where nothing is paid."""

    project: Ints
    body: Ints
    year: Ints
    cents: Ints
    currency: Ints


class _Whose(NamedTuple):
    """Whose each organisation is: columns of one length, sorted by organisation; the number of a
    country or bloc, and from which year to which."""

    body: Ints
    whose: Ints
    first: Ints
    last: Ints


def participation_triples(
    taken: Participated,
    programmes: tuple[Ints, Ints, Sequence[bytes]],
    homes: tuple[_Blocs, Mapping[bytes, Ints]],
    currencies: Sequence[str],
) -> Iterator[str]:
    """The N-Triples lines, a node for each country, programme, year and currency. `programmes` are
    numbers of projects, sorted, those of their programmes, and the terms of these; `homes` are the
    members of each bloc, and the organisations of each country."""
    of, to, names = programmes
    row, at = spread(of, taken.project)
    columns = [column[row] for column in (taken.project, taken.body, taken.year)]
    columns += [taken.cents[row], taken.currency[row], to[at]]
    terms = sorted({*homes[0], *homes[1]})
    for whose, group, counts in _counted(columns, _whose(terms, *homes)):
        among = "" if whose == _ANYONE else terms[whose].decode()
        when, unit, programme = group
        currency = "" if unit == _NONE else currencies[unit]
        yield from _facts(among, names[programme].decode(), when, currency, counts)


def _whose(terms: Sequence[bytes], blocs: _Blocs, countries: Mapping[bytes, Ints]) -> _Whose:
    found: list[tuple[Ints, int, int, int]] = []
    for number, term in enumerate(terms):
        for country, (first, last) in {term: ALWAYS, **blocs.get(term, {})}.items():
            if (bodies := countries.get(country)) is not None:
                found.append((bodies, number, first, last))
    body = np.concatenate([np.zeros(0, dtype=np.int64), *(each[0] for each in found)])
    sizes = [len(each[0]) for each in found]
    rest = (np.repeat([each[n] for each in found], sizes).astype(np.int64) for n in (1, 2, 3))
    order = np.argsort(body, kind="stable")
    return _Whose(body[order], *(column[order] for column in rest))


def _counted(
    columns: Sequence[Ints], whose: _Whose
) -> Iterator[tuple[int, tuple[int, int, int], tuple[int, int, int]]]:
    """(country or bloc, (year, currency, programme), (projects, institutions, hundredths))."""
    project, body, year, cents, currency, programme = columns
    row, at = spread(whose.body, body)
    within = at_date(year[row], whose.first[at], whose.last[at])
    row, at = row[within], at[within]
    every = np.arange(len(project))
    of = np.concatenate([np.full(len(every), _ANYONE), whose.whose[at]])
    row = np.concatenate([every, row])
    # A body of two countries of one bloc takes part once.
    keys = np.stack([of, year[row], currency[row], programme[row], row])
    keys = keys[:, np.lexsort(keys[::-1])]
    keys = keys[:, changes(*keys)]
    groups, row = keys[:4], keys[4]
    start = np.flatnonzero(changes(*groups)) if len(row) else row
    size = len(start)
    group = np.repeat(np.arange(size), np.diff([*start, len(row)]))
    paid = np.zeros(size, dtype=np.int64)
    np.add.at(paid, group, cents[row])
    distinct = [
        np.bincount(np.unique(np.stack([group, column[row]]), axis=1)[0], minlength=size)
        for column in (project, body)
    ]
    for n, (country, when_, unit, of_it) in enumerate(groups[:, start].T.tolist()):
        yield (
            country,
            (when_, unit, of_it),
            (int(distinct[0][n]), int(distinct[1][n]), int(paid[n])),
        )


def _facts(
    among: str, programme: str, when: int, currency: str, counts: tuple[int, int, int]
) -> Iterator[str]:
    words = (among or "any", programme, str(when or "undated"), currency)
    node = f"<{ID}programme-participation/{'-'.join(filter(None, map(in_key, words)))}>"
    projects, institutions, cents = counts
    yield f"{node} {curie('rdf:type')} {curie('coop:ProgrammeParticipation')} ."
    if among:
        yield f"{node} {curie('coop:among')} {among} ."
    yield f"{node} {curie('coop:inProgramme')} {programme} ."
    if when != NO_YEAR:
        yield f"{node} {curie('coop:firstYear')} {typed(str(when), 'gYear')} ."
    yield f"{node} {curie('coop:projectCount')} {typed(str(projects), 'integer')} ."
    yield f"{node} {curie('coop:institutionCount')} {typed(str(institutions), 'integer')} ."
    if currency:
        yield f"{node} {curie('coop:amount')} {amount_of(cents)} ."
        yield f"{node} {curie('coop:currency')} {currency} ."
