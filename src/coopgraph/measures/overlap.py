"""Overlap: which technologies count on the same partners, which ministries on the same ones.

Jaccard (1901): shared members over all members of the two sets, from 0 to 1.
"""

from collections.abc import Sequence
from itertools import combinations
from typing import Final

from coopgraph.i18n import text
from coopgraph.measures.answer import counted, listed, table
from coopgraph.measures.shares import Share, evidence_of, grouped
from coopgraph.network.elements import Named
from coopgraph.queries import Answer

OVERLAP: Final = ("one", "other", "shared", "either", "jaccard", "which")
COORDINATION: Final = (
    "technology",
    "ministries",
    "amount",
    "currency",
    "pairs",
    "mean_jaccard",
    "counted",
)


def jaccard(one: set[Named], other: set[Named]) -> float | None:
    """Shared over all; None for two empty sets.

    >>> from coopgraph.i18n import LanguageMap
    >>> a, b = Named("a", LanguageMap({})), Named("b", LanguageMap({}))
    >>> jaccard({a, b}, {b}), jaccard(set(), set())
    (0.5, None)
    """
    either = one | other
    return len(one & other) / len(either) if either else None


def overlap(shares: Sequence[Share], lang: str = "en") -> Answer:
    """How far every two groups share their members, the most alike first. Columns: one, other,
    shared (members of both), either (members of any of the two), jaccard (0 to 1), which (the
    shared ones). Pairs that share nothing are listed too: 0 is an answer."""
    members = {
        group: {share.member for share in found}
        for group, found in grouped(shares, lambda share: share.group).items()
    }
    pairs = []
    for one, other in combinations(members, 2):
        both = sorted(members[one] & members[other], key=lambda named: named.order)
        pairs.append((one, other, both, len(members[one] | members[other])))
    pairs.sort(key=lambda pair: (-len(pair[2]) / pair[3], pair[0].order, pair[1].order))
    rows = [
        (one, other, len(both), either, len(both) / either, listed(both, lang))
        for one, other, both, either in pairs
    ]
    evidence = [
        evidence_of([s for s in shares if s.group in (one, other) and s.member in both])
        for one, other, both, _ in pairs
    ]
    return table(OVERLAP, rows, lang, text("measure.overlap.title", lang), evidence=evidence)


def coordination(funding: Sequence[Share], planned: Sequence[Share], lang: str = "en") -> Answer:
    """The need to coordinate: for each technology, its ministries and how alike they are.

    `funding` are shares of ministries in technologies, in one currency, `planned` those of
    partners. A ministry's partner set are the partners planned for the technologies that it
    funds, so two ministries with the same technologies would meet the same partners. Columns:
    technology, ministries, amount, currency, pairs (of ministries), mean_jaccard (of their
    partner sets over the pairs of which one has a partner at all; empty where there is none),
    counted.
    """
    partners: dict[str, set[Named]] = {}
    for share in planned:
        partners.setdefault(share.group.iri, set()).add(share.member)
    reach: dict[Named, set[Named]] = {}
    for share in funding:
        reach.setdefault(share.member, set()).update(partners.get(share.group.iri, ()))
    rows = []
    for technology, found in grouped(funding, lambda share: share.group).items():
        ministries = sorted({share.member for share in found}, key=lambda named: named.iri)
        alike = [jaccard(reach[a], reach[b]) for a, b in combinations(ministries, 2)]
        known = [each for each in alike if each is not None]
        mean = sum(known) / len(known) if known else None
        amount = sum(share.weight for share in found)
        currency = found[0].unit[0] if found[0].unit else None
        rows.append((technology, len(ministries), amount, currency, len(known), mean))
    rows.sort(key=lambda row: (-row[1], row[0].order))
    named, title = counted(True, lang), text("measure.coordination.title", lang)
    return table(COORDINATION, [(*row, named) for row in rows], lang, title)
