"""Rows of organisations in technologies, added up in arrays."""

from dataclasses import dataclass
from typing import NamedTuple

from coopgraph.libraries import Ints, np
from coopgraph.observation.mappings import KINDS
from coopgraph.observation.numbers import NO_YEAR, changes


@dataclass(frozen=True)
class Counts:
    """Columns of one length, rows of one technology and organisation together: technology,
    organisation, kind of match, links, euro cents, year (`NO_YEAR` where it is not known)."""

    technology: Ints
    organisation: Ints
    kind: Ints
    links: Ints
    cents: Ints
    year: Ints


class Tally(NamedTuple):
    """One organisation in one technology, both numbered; links by kind, in the order of `KINDS`."""

    technology: int
    organisation: int
    cents: int
    years: tuple[int, int] | None
    links: tuple[int, ...]


def tally(rows: Counts) -> list[Tally]:
    """The totals of the rows of each organisation in each technology."""
    new = changes(rows.technology, rows.organisation)
    partner = np.cumsum(new) - 1
    size = partner[-1] + 1 if len(partner) else 0
    kinds = [np.zeros(size, dtype=np.int64) for _ in KINDS]
    for kind, links in enumerate(kinds):
        of_kind = rows.kind == kind
        np.add.at(links, partner[of_kind], rows.links[of_kind])
    cents = np.zeros(size, dtype=np.int64)
    np.add.at(cents, partner, rows.cents)
    known = rows.year != NO_YEAR
    first = np.full(size, np.iinfo(np.int64).max)
    last = np.zeros(size, dtype=np.int64)
    np.minimum.at(first, partner[known], rows.year[known])
    np.maximum.at(last, partner[known], rows.year[known])
    columns = (rows.technology[new], rows.organisation[new], cents, first, last, *kinds)
    found = []
    for t, body, amount, since, until, *by_kind in zip(*(c.tolist() for c in columns), strict=True):
        found.append(Tally(t, body, amount, (since, until) if until else None, tuple(by_kind)))
    return found
