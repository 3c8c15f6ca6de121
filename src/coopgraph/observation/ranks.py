"""Observed partners ranked within their technology and kind of evidence, and written as triples.

Nothing is written that follows from the rest: every observed partner is one by joint projects
unless it says otherwise, and a count by kind of match is given where there are several kinds.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from coopgraph.formats.ntriples import curie, typed
from coopgraph.observation.mappings import KINDS
from coopgraph.vocabulary import ID

#: The kind of evidence that goes without saying.
_PROJECTS: Final = "projects"
_ORGANISATION: Final = f"<{ID}organisation/"
_CENTS = 100
#: How many institutions of each technology are marked as leading in their country.
_LEADING: Final = 200
#: How many links rest on each kind of match, in the order of `KINDS`.
_LINKS: Final = ("coop:closeLinks", "coop:narrowLinks", "coop:broadLinks")


class Partner(NamedTuple):
    """One organisation in one technology, both as terms; links by kind, in the order of `KINDS`."""

    technology: str
    organisation: str
    cents: int
    years: tuple[int, int] | None
    links: tuple[int, ...]
    evidence: str = _PROJECTS
    currency: str = ""


def ranked(partners: Iterable[Partner]) -> Iterator[tuple[int, Partner]]:
    """(rank within its technology and kind of evidence, partner), by links, then amount in
    its currency, then name."""
    found: dict[tuple[str, str], list[Partner]] = {}
    for partner in partners:
        found.setdefault((partner.technology, partner.evidence), []).append(partner)
    for group in sorted(found):
        order = sorted(
            found[group],
            key=lambda p: (-sum(p.links), not p.currency, p.currency, -p.cents, p.organisation),
        )
        yield from enumerate(order, 1)


def partner_triples(
    partners: Iterable[tuple[int, Partner]], homes: Mapping[str, Iterable[str]]
) -> Iterator[str]:
    """The N-Triples lines of ranked partners, sorted; `homes` gives organisations countries."""
    leading: Counter[tuple[str, str, str]] = Counter()
    nodes: list[tuple[str, int, Partner, tuple[str, ...]]] = []
    for rank, partner in partners:
        leads = []
        for country in sorted(homes.get(partner.organisation, ())):
            place = (partner.technology, partner.evidence, country)
            leading[place] += 1
            if leading[place] <= _LEADING:
                leads.append(country)
        nodes.append((_node(partner), rank, partner, tuple(leads)))
    nodes.sort(key=lambda node: node[0])
    for node, rank, partner, countries in nodes:
        yield from _facts(node, rank, partner, countries)


def _node(partner: Partner) -> str:
    key = partner.technology[1:-1].rpartition("/")[2]
    body = partner.organisation.removeprefix(_ORGANISATION).strip("<>").replace("/", "-")
    kind = "" if partner.evidence == _PROJECTS else f"-{partner.evidence}"
    return f"<{ID}observed/{key}-{body.replace(':', '-').replace('#', '-')}{kind}>"


def _facts(node: str, rank: int, partner: Partner, leads: tuple[str, ...]) -> Iterator[str]:
    """The lines of one partner, in the order of their text."""
    yield f"{node} {_TYPE} {_OBSERVED} ."
    if partner.cents:
        yield f"{node} {_AMOUNT} {typed(_decimal(partner.cents), 'decimal')} ."
    several = [(t, count) for t, count in zip(_BY_KIND, partner.links, strict=True) if count]
    closest = next(kind for kind, count in zip(KINDS, partner.links, strict=True) if count)
    facts = [
        (_RANK, typed(str(rank), "integer")),
        (_COUNT, typed(str(sum(partner.links)), "integer")),
        (_MATCH, f"<{ID}match-kind/{closest}>"),
        (_BODY, partner.organisation),
        (_TECHNOLOGY, partner.technology),
        *((_LEADS, country) for country in leads),
    ]
    if partner.cents:
        facts.append((_CURRENCY, partner.currency))
    if partner.evidence != _PROJECTS:
        facts.append((_EVIDENCE, f"<{ID}evidence-kind/{partner.evidence}>"))
    if len(several) > 1:
        facts += [(term, typed(str(count), "integer")) for term, count in several]
    if partner.years:
        facts.append((_FIRST, typed(str(partner.years[0]), "gYear")))
        facts.append((_LAST, typed(str(partner.years[1]), "gYear")))
    for predicate, value in sorted(facts):
        yield f"{node} {predicate} {value} ."


_TYPE, _OBSERVED = curie("rdf:type"), curie("coop:ObservedPartner")
_TECHNOLOGY, _BODY = curie("coop:technology"), curie("coop:organisation")
_MATCH, _COUNT, _RANK = curie("coop:matchKind"), curie("coop:links"), curie("coop:rank")
_AMOUNT, _LEADS = curie("coop:amount"), curie("coop:leadingIn")
_CURRENCY = curie("coop:currency")
_EVIDENCE = curie("coop:evidenceKind")
_FIRST, _LAST = curie("coop:firstYear"), curie("coop:lastYear")
_BY_KIND: Final = tuple(curie(name) for name in _LINKS)


def _decimal(cents: int) -> str:
    """Hundredths as a number, in the canonical form of a decimal, which is the engine's.

    >>> _decimal(12345), _decimal(1200), _decimal(-50)
    ('123.45', '12', '-0.5')
    """
    whole, rest = divmod(abs(cents), _CENTS)
    text = f"{whole}.{rest:02d}".rstrip("0").rstrip(".") if rest else str(whole)
    return f"-{text}" if cents < 0 else text
