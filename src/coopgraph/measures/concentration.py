"""Concentration: how much of a technology's cooperation hangs on few partners or countries.

Herfindahl (1950) and Hirschman (1945): the sum of squared shares, from 1/n (n equal members)
to 1 (one member). Its inverse is the effective number (Laakso and Taagepera 1979,
https://doi.org/10.1177/001041407901200101): how many equal members would be as concentrated.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from coopgraph.i18n import text
from coopgraph.measures.answer import Cell, columns, counted, listed, table
from coopgraph.measures.shares import Share, evidence_of, grouped, totals
from coopgraph.queries import Answer

COLUMNS: Final = columns("technology links members hhi effective_number top tied top_share counted")


def herfindahl(weights: Iterable[float]) -> float | None:
    """The Herfindahl–Hirschman index of weights, from 1/n to 1; None where they add up to zero.

    >>> herfindahl([1, 1]), herfindahl([5]), herfindahl([])
    (0.5, 1.0, None)
    """
    found = list(weights)
    total = sum(found)
    return sum((weight / total) ** 2 for weight in found) if total > 0 else None


def effective_number(weights: Iterable[float]) -> float | None:
    """The effective number of members: 1 over the index, from 1 to n.

    >>> effective_number([1, 1, 0]), effective_number([0])
    (2.0, None)
    """
    index = herfindahl(weights)
    return None if index is None else 1 / index


def concentration(shares: Sequence[Share], lang: str = "en") -> Answer:
    """How the members of each group share it, then those of all groups together.

    Columns: technology, links (shares counted), members (different ones with a weight above
    zero), hhi (0 to 1), effective_number, top (the largest member; empty where several are
    equally large), tied (those, of which none leads), top_share (0 to 1), counted (whether the
    source closes the list). Cells that a group without any weight cannot have are empty, and a
    note says so. Shares of countries come from `by_country`, of ministries from `answer_shares`.
    """
    groups: list[tuple[Cell, Sequence[Share]]] = [
        *grouped(shares, lambda share: share.group).items()
    ]
    if len(groups) > 1:
        groups.append((text("measure.concentration.all", lang), shares))
    rows, evidence, empty = [], [], 0
    for group, members in groups:
        sums = {member: weight for member, weight in totals(members).items() if weight > 0}
        index = herfindahl(sums.values())
        empty += index is None
        largest = max(sums.values(), default=0)
        first = [member for member, weight in sums.items() if weight == largest]
        top = first[0] if len(first) == 1 else None
        tied = text("measure.any.tie", lang, listed(first, lang)) if len(first) > 1 else None
        share = largest / sum(sums.values()) if first else None
        said = counted(any(share.is_open for share in members), lang)
        effective = effective_number(sums.values())
        rows.append((group, len(members), len(sums), index, effective, top, tied, share, said))
        evidence.append(evidence_of(members))
    notes = [] if groups else [text("measure.concentration.none", lang)]
    if empty:
        notes.append(text("measure.concentration.no-weight", lang, empty))
    title = text("measure.concentration.title", lang)
    return table(COLUMNS, rows, lang, title, evidence=evidence, notes=notes)
