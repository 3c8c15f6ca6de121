"""Records to organisations: which are taken to be the same, which may be, in a fixed order.

Decisions of people come first, then identifiers, then names, one register against another: what
two registers say of each other does not depend on a third, so that a further import takes no link
away. A register that looks after its doubles itself never has two records in one organisation,
unless somebody decided so; another may, where they bear one name in one place, or where one is the
office by which the other acts (its industry-academic cooperation foundation).
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Final

from coopgraph.identity.names import is_short
from coopgraph.identity.records import CURATED, Record, rank
from coopgraph.identity.similarity import (
    EQUAL,
    KINDS,
    SUB_BODY,
    Match,
    NameIndex,
    forms,
)

#: From this score on a match of names is accepted, where no other organisation comes near.
ACCEPT: Final = 0.93
#: From this score on a match is kept as a candidate for review.
CANDIDATE: Final = 0.75
#: So far behind must the next organisation be.
MARGIN: Final = 0.03
#: Identifiers in the order in which they are trusted, and the score of a match by each.
IDENTIFIERS: Final = {"ROR": 1.0, "PIC": 1.0, "Wikidata": 0.99, "GRID": 0.98, "ISNI": 0.97}
#: Registers that look after doubles among their own records themselves.
UNIQUE: Final = frozenset({CURATED, "ror"})
_AT_MOST = 3
_SHARED = 0.85


@dataclass(frozen=True, slots=True)
class Link:
    """Two records, how well they agree and why; `record` is of the later register."""

    record: Record
    target: Record
    score: float
    basis: tuple[str, ...]


@dataclass(frozen=True)
class Decisions:
    """What people decided: pairs of IRIs, each pair in sorted order."""

    accepted: frozenset[tuple[str, str]] = frozenset()
    rejected: frozenset[tuple[str, str]] = frozenset()


@dataclass
class Resolution:
    """`canonical` gives each IRI that of its organisation."""

    canonical: dict[str, str] = field(default_factory=dict)
    accepted: list[Link] = field(default_factory=list)
    candidates: list[Link] = field(default_factory=list)


def pair(a: str, b: str) -> tuple[str, str]:
    """Two IRIs as one unordered pair.

    >>> pair("b", "a")
    ('a', 'b')
    """
    return (a, b) if a <= b else (b, a)


def decide(matches: Sequence[Match], same: Mapping[str, str] | None = None) -> Match | None:
    """The match that is accepted: the best, if good enough and well before the next. `same` gives
    records that are known to be one organisation the same value."""
    if not matches or matches[0].score < ACCEPT:
        return None
    best, known = matches[0], same or {}
    root = known.get(best.target.iri, best.target.iri)
    others = (m for m in matches[1:] if known.get(m.target.iri, m.target.iri) != root)
    second = next(others, None)
    return best if second is None or best.score - second.score >= MARGIN else None


def resolve(
    records: Mapping[str, Record],
    decisions: Decisions,
    name: Callable[[Collection[str] | None], object] = lambda _countries: None,
) -> Resolution:
    """What follows from `records` and `decisions`; the same input gives the same result. `name` is
    called once, before names are needed, with the countries whose records must have them (None:
    all)."""
    records = {iri: records[iri] for iri in sorted(records)}
    clusters = _Clusters(records, decisions)
    done = Resolution()
    for a, b in sorted(decisions.accepted - decisions.rejected):
        if a in records and b in records:
            clusters.join(a, b)
            done.accepted.append(_link(records[a], records[b], 1.0, ("decided",)))
    for link, is_sure in _by_identifier(records.values()):
        clusters.propose(link, done, accept=is_sure)
    by_register: dict[str, list[Record]] = defaultdict(list)
    for record in records.values():
        by_register[record.register].append(record)
    order = sorted(by_register, key=rank)
    name(_countries(by_register, order, clusters))
    for at, register in enumerate(order):
        if register not in UNIQUE:
            for link in _doubles(by_register[register]):
                clusters.propose(link, done, accept=True)
        for other in order[:at]:
            asking, targets = clusters.apart(by_register[register], by_register[other])
            if asking and targets:
                _by_name(asking, NameIndex(targets), clusters, done)
    done.canonical = {iri: clusters.first(iri) for iri in records}
    return done


def _countries(
    by_register: Mapping[str, list[Record]], order: Sequence[str], clusters: "_Clusters"
) -> set[str] | None:
    """The countries in which names can meet; None for all."""
    found: set[str] = set()
    for at, register in enumerate(order):
        if register not in UNIQUE:
            found |= {record.country for record in by_register[register]}
        for other in order[:at]:
            sides = clusters.apart(by_register[register], by_register[other])
            ours, theirs = ({record.country for record in side} for side in sides)
            if "" in theirs | ours and theirs and ours:
                return None
            found |= theirs & ours
    return found


class _Clusters:
    """Which records are one organisation, so far."""

    def __init__(self, records: Mapping[str, Record], decisions: Decisions) -> None:
        self._records, self._decisions = records, decisions
        self._members: dict[str, list[str]] = {}
        self._root: dict[str, str] = {}

    def root(self, iri: str) -> str:
        return self._root.get(iri, iri)

    def members(self, iri: str) -> list[str]:
        root = self.root(iri)
        return self._members.get(root, [root])

    def apart(
        self, asking: Sequence[Record], targets: Sequence[Record]
    ) -> tuple[list[Record], list[Record]]:
        """Those of two registers that have no match in the other. Of a register that may hold
        doubles another record may be meant by a name, too."""
        if not asking or not targets:
            return [], []
        ours, theirs = asking[0].register, targets[0].register
        left = [record for record in asking if theirs not in self._registers(record.iri)]
        if ours not in UNIQUE:
            return left, list(targets)
        return left, [record for record in targets if ours not in self._registers(record.iri)]

    def _registers(self, iri: str) -> set[str]:
        """The registers of the other records of an organisation."""
        if iri not in self._root:
            return set()
        return {self._records[other].register for other in self.members(iri) if other != iri}

    def first(self, iri: str) -> str:
        """The record that represents the organisation of `iri`: one with a name, not the office by
        which it acts."""
        found = self._records

        def order(i: str) -> tuple[bool, tuple[int, str], bool, str]:
            record = found[i]
            return record.nameless, rank(record.register), SUB_BODY in record.forms.values(), i

        return min(self.members(iri), key=order)

    def join(self, a: str, b: str) -> None:
        root, other = sorted((self.root(a), self.root(b)))
        if root != other:
            together = self.members(root) + self.members(other)
            self._members.pop(other, None)
            self._members[root] = together
            self._root.update(dict.fromkeys(together, root))

    def rejected(self, a: str, b: str) -> bool:
        """Whether a decision says that two of those that would come together differ."""
        decided = self._decisions.rejected
        pairs = (pair(x, y) for x in self.members(a) for y in self.members(b)) if decided else ()
        return any(each in decided for each in pairs)

    def crowded(self, a: str, b: str) -> bool:
        """Whether two records of one register would come together that looks after doubles."""
        ours = {self._records[x].register for x in self.members(a)} & UNIQUE
        return any(self._records[y].register in ours for y in self.members(b))

    def propose(self, link: Link, done: Resolution, *, accept: bool) -> None:
        """Accept a link that nothing contradicts, else keep it as a candidate."""
        a, b = link.record.iri, link.target.iri
        if self.root(a) == self.root(b) or self.rejected(a, b):
            return
        if accept and not self.crowded(a, b):
            self.join(a, b)
            done.accepted.append(link)
            return
        basis = link.basis + (("same-register",) if self.crowded(a, b) else ())
        done.candidates.append(Link(link.record, link.target, link.score, basis))


def _link(a: Record, b: Record, score: float, basis: tuple[str, ...]) -> Link:
    """A link whose `record` is the one of the later register."""
    target, record = sorted((a, b), key=lambda r: (rank(r.register), r.iri))
    return Link(record, target, score, basis)


def _by_identifier(records: Iterable[Record]) -> Iterator[tuple[Link, bool]]:
    """(link, whether no register that looks after doubles gives the identifier to several)."""
    holders: dict[tuple[str, str], list[Record]] = defaultdict(list)
    for record in records:
        for identifier in record.identifiers:
            holders[identifier].append(record)
    for kind, score in IDENTIFIERS.items():
        shared = sorted(i for i, held in holders.items() if i[0] == kind and len(held) > 1)
        for identifier in shared:
            held = sorted(holders[identifier], key=lambda r: (rank(r.register), r.iri))
            several = Counter(record.register for record in held if record.register in UNIQUE)
            for record in held[1:]:
                is_sure = max(several[held[0].register], several[record.register]) < 2
                if is_sure or record.register != held[0].register:
                    basis = (f"identifier: {kind}", *(() if is_sure else ("shared",)))
                    yield _link(held[0], record, score if is_sure else _SHARED, basis), is_sure


def _by_name(
    records: Sequence[Record], index: NameIndex, clusters: _Clusters, done: Resolution
) -> None:
    """Link records of one register to those of an earlier one."""
    proposed: dict[str, list[Link]] = defaultdict(list)
    for record in records:
        index.learn(record)
    for record in records:
        found = index.matches(record, ACCEPT, CANDIDATE)
        matches = [each for each in found if not clusters.rejected(record.iri, each.target.iri)]
        same = {match.target.iri: clusters.root(match.target.iri) for match in matches}
        best = decide(matches, same)
        if best is not None:
            link = Link(record, best.target, best.score, best.basis)
            proposed[same[best.target.iri]].append(link)
            continue
        for match in matches[:_AT_MOST]:
            link = Link(record, match.target, match.score, match.basis)
            clusters.propose(link, done, accept=False)
    for links in proposed.values():
        links.sort(key=lambda link: (-link.score, link.record.iri))
        doubles = links[0].record.register not in UNIQUE
        alone = len(links) == 1 or links[0].score - links[1].score >= MARGIN
        for number, link in enumerate(links):
            clusters.propose(link, done, accept=doubles or (alone and number == 0))


def _doubles(records: Iterable[Record]) -> Iterator[Link]:
    """Pairs within one register that bear one name in one country and one city, by which they would
    be one in two registers, too. Who states no city is in the only one that others state."""
    bearing: dict[tuple[str, str], list[tuple[int, Record]]] = defaultdict(list)
    for record in records:
        for form, kind in forms(record).items() if record.country else ():
            if EQUAL[kind] >= ACCEPT:
                bearing[record.country, form].append((kind, record))
    for (_, form), group in sorted((key, held) for key, held in bearing.items() if len(held) > 1):
        group.sort(key=itemgetter(0))
        places = {city.casefold() for _, record in group for city in record.cities}
        unstated = places if len(places) == 1 and not is_short(form) else {""}
        there: dict[str, list[tuple[int, Record]]] = defaultdict(list)
        for kind, record in group:
            for place in {city.casefold() for city in record.cities} or unstated:
                there[place].append((kind, record))
        if is_short(form):  # an acronym says nothing without a place
            there.pop("", None)
        for place, ((_, one), *others) in sorted(there.items()):
            for kind, record in others:
                basis = (f"equal-{KINDS[kind]}: {form}", "same-city" if place else "same-country")
                yield _link(one, record, EQUAL[kind], basis)
