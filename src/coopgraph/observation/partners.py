"""Who takes part in the projects of each technology: how often, how much, since when.

One pass over arrays: participations are joined to projects by sorting, never by a self-join.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from ..formats.ntriples import curie, iri, typed
from ..store import Store
from ..vocabulary import ID
from .scanning import iri_pairs, lexical_pairs
from .technologies import KINDS, PROPERTIES

if TYPE_CHECKING:
    from typing import TypeAlias

    import numpy as np
    import numpy.typing as npt

    Ints: TypeAlias = npt.NDArray[np.int64]

OBSERVED_GRAPH: Final = "derived/observed"
_ORGANISATION = f"{ID}organisation/"
_YEAR_DIGITS = 4
_CENTS = 100
_NO_YEAR: Final = 0


class Numbers:
    """Numbers of IRIs, in the order in which they are first met."""

    def __init__(self) -> None:
        self.of: dict[bytes, int] = {}

    def add(self, name: bytes) -> int:
        """The number of a name, a new one where it is new."""
        return self.of.setdefault(name, len(self.of))


@dataclass(frozen=True)
class Rows:
    """Participations in projects of a technology, one row for each technology of each project:
    technology, organisation, project, kind of match, euro cents."""

    technology: Ints
    organisation: Ints
    project: Ints
    kind: Ints
    cents: Ints


def derive_observed(store: Store) -> list[str]:
    """The N-Triples lines of the derived graph: a `coop:ObservedPartner` for each technology and
    each organisation with a project of it. Reads `derived/technologies` and, where it is there,
    `derived/identity`; an organisation of which nothing is known there is itself."""
    import numpy as np

    projects, bodies, technologies = Numbers(), Numbers(), Numbers()
    links = _links(store, projects, technologies)
    if not len(links):
        return []
    years = _years(store, projects)
    project, body, cents = _participations(store, projects, bodies)
    start = np.searchsorted(links[:, 0], np.arange(len(projects.of) + 1))
    counts = (start[1:] - start[:-1])[project]
    first = np.cumsum(counts) - counts
    place = np.arange(counts.sum()) - np.repeat(first, counts) + np.repeat(start[project], counts)
    rows = Rows(
        links[place, 1],
        np.repeat(body, counts),
        links[place, 0],
        links[place, 2],
        np.repeat(cents, counts),
    )
    return list(_lines(rows, years, list(technologies.of), list(bodies.of)))


def _links(store: Store, projects: Numbers, technologies: Numbers) -> Ints:
    """(project, technology, kind) of every link, by project."""
    import numpy as np

    found = [
        (projects.add(project), technologies.add(technology), kind)
        for kind, predicate in enumerate(PROPERTIES.values())
        for project, technology in iri_pairs(store, predicate)
    ]
    return np.array(sorted(found), dtype=np.int64).reshape(-1, 3)


def _years(store: Store, projects: Numbers) -> Ints:
    """The year in which each project started, 0 where it is not known."""
    import numpy as np

    years = np.full(len(projects.of), _NO_YEAR, dtype=np.int64)
    for project, date in lexical_pairs(store, "coop:startDate"):
        number = projects.of.get(project)
        if number is not None and date[:_YEAR_DIGITS].isdigit():
            years[number] = int(date[:_YEAR_DIGITS])
    return years


def _participations(store: Store, projects: Numbers, bodies: Numbers) -> tuple[Ints, Ints, Ints]:
    """Project, organisation and contribution (euro cents, 0 where there is none) of each
    participation in a project of `projects`; organisations are the canonical ones."""
    import numpy as np

    canonical = dict(iri_pairs(store, "coop:canonical"))
    held = ((p, projects.of.get(q, -1)) for p, q in iri_pairs(store, "coop:ofProject"))
    names, project = _column((name, number) for name, number in held if number >= 0)
    keys, body = _column(
        (p, bodies.add(canonical.get(o, o))) for p, o in iri_pairs(store, "coop:participant")
    )
    paid, cents = _column(
        (p, round(float(text) * _CENTS)) for p, text in lexical_pairs(store, "coop:contributionEur")
    )
    of_body, of_cents = _find(keys, names), _find(paid, names)
    there = of_body >= 0
    amount = np.where(of_cents >= 0, cents[of_cents] if len(cents) else 0, 0)
    return project[there], body[of_body[there]], amount[there]


def _column(pairs: Iterator[tuple[bytes, int]]) -> tuple[Ints, Ints]:
    """Hashes of names, sorted, and the values in the same order."""
    from array import array

    import numpy as np

    names, values = array("q"), array("q")
    for name, value in pairs:
        names.append(hash(name))
        values.append(value)
    hashes, found = np.array(names, dtype=np.int64), np.array(values, dtype=np.int64)
    order = np.argsort(hashes, kind="stable")
    return hashes[order], found[order]


def _find(keys: Ints, wanted: Ints) -> Ints:
    """The place of each wanted hash among sorted `keys`, -1 where it is not there."""
    import numpy as np

    if not len(keys):
        return np.full(len(wanted), -1, dtype=np.int64)
    place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[place] == wanted, place, -1).astype(np.int64)


def _lines(
    rows: Rows, years: Ints, technologies: list[bytes], bodies: list[bytes]
) -> Iterator[str]:
    import numpy as np

    # Rows of one technology, organisation and project stand together; each is one link.
    order = np.lexsort((rows.project, rows.organisation, rows.technology))
    technology, body, project = (
        column[order] for column in (rows.technology, rows.organisation, rows.project)
    )
    new_partner = _changes(technology, body)
    new_link = new_partner | _changes(project)
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
    columns = zip(
        technology[new_partner].tolist(),
        body[new_partner].tolist(),
        cents.tolist(),
        first.tolist(),
        last.tolist(),
        *(kind.tolist() for kind in kinds),
        strict=True,
    )
    yield from _partner_lines(_ranked(columns, technologies, bodies))


def _changes(*columns: Ints) -> npt.NDArray[np.bool_]:
    """Whether a row differs from the one before it."""
    import numpy as np

    changed = np.ones(len(columns[0]), dtype=bool)
    if len(changed):
        changed[1:] = False
        for column in columns:
            changed[1:] |= column[1:] != column[:-1]
    return changed


@dataclass(frozen=True)
class Partner:
    """One organisation in one technology."""

    technology: str
    organisation: str
    cents: int
    years: tuple[int, int] | None
    links: tuple[int, ...]  # by kind of match, in the order of `KINDS`


def _ranked(
    columns: Iterable[tuple[int, ...]],
    technologies: list[bytes],
    bodies: list[bytes],
) -> Iterator[tuple[int, Partner]]:
    """(rank within its technology, partner), by links, then amount, then name."""
    found: dict[str, list[Partner]] = {}
    for technology, body, cents, first, last, *links in columns:
        name = technologies[technology].decode()
        partner = Partner(
            name, bodies[body].decode(), cents, (first, last) if last else None, tuple(links)
        )
        found.setdefault(name, []).append(partner)
    for name in sorted(found):
        order = sorted(found[name], key=lambda p: (-sum(p.links), -p.cents, p.organisation))
        yield from enumerate(order, 1)


def _partner_lines(ranked: Iterator[tuple[int, Partner]]) -> Iterator[str]:
    terms = {name: curie(name) for name in _TERMS}
    kind_terms = [curie(name) for name in _LINKS]
    evidence = iri(f"{ID}evidence-kind/projects")
    for rank, partner in ranked:
        key = partner.technology.rpartition("/")[2]
        body = partner.organisation.removeprefix(_ORGANISATION).replace("/", "-")
        node = f"<{ID}observed/{key}-{body.replace(':', '-').replace('#', '-')}>"
        closest = next(kind for kind, count in zip(KINDS, partner.links, strict=True) if count)
        facts = [
            ("rdf:type", terms["coop:ObservedPartner"]),
            ("coop:technology", iri(partner.technology)),
            ("coop:organisation", iri(partner.organisation)),
            ("coop:evidenceKind", evidence),
            ("coop:matchKind", f"<{ID}match-kind/{closest}>"),
            ("coop:links", typed(str(sum(partner.links)), "integer")),
            ("coop:rank", typed(str(rank), "integer")),
        ]
        if partner.cents:
            facts.append(("coop:amountEur", typed(_euro(partner.cents), "decimal")))
        if partner.years:
            facts.append(("coop:firstYear", typed(str(partner.years[0]), "gYear")))
            facts.append(("coop:lastYear", typed(str(partner.years[1]), "gYear")))
        for predicate, value in facts:
            yield f"{node} {terms[predicate]} {value} ."
        for term, count in zip(kind_terms, partner.links, strict=True):
            if count:
                yield f"{node} {term} {typed(str(count), 'integer')} ."


#: How many links rest on each kind of match, in the order of `KINDS`.
_LINKS: Final = ("coop:closeLinks", "coop:narrowLinks", "coop:broadLinks")
_TERMS: Final = (
    "rdf:type",
    "coop:ObservedPartner",
    "coop:technology",
    "coop:organisation",
    "coop:evidenceKind",
    "coop:matchKind",
    "coop:links",
    "coop:rank",
    "coop:amountEur",
    "coop:firstYear",
    "coop:lastYear",
)


def _euro(cents: int) -> str:
    """Cents as euro, canonical: one decimal at least, none too many.

    >>> _euro(12345), _euro(1200), _euro(-50)
    ('123.45', '12.0', '-0.5')
    """
    whole, rest = divmod(abs(cents), _CENTS)
    tail = f"{rest:02d}".rstrip("0") or "0"
    return f"{'-' if cents < 0 else ''}{whole}.{tail}"
