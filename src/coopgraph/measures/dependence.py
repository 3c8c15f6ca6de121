"""Dependence: what is lost when a country, an institution or a source of money withdraws.

A withdrawal takes away every share of the one that withdraws, and nothing else: no replacement is
assumed. What the article's lists leave open (among others) cannot be counted, and is
said next to the figure.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from coopgraph.errors import UnknownEntity, nearest
from coopgraph.i18n import text
from coopgraph.libraries import nx
from coopgraph.measures.answer import columns, listed, table
from coopgraph.measures.shares import Share, evidence_of, grouped, totals
from coopgraph.network.elements import Named
from coopgraph.queries import Answer

WITHDRAWAL: Final = columns(
    "technology named lost left share_lost who_is_left is_left_alone list_is_open"
)
DEPENDENCE: Final = columns(
    "withdrawn links link_share institutions institution_share technologies_hit "
    "technologies_left_alone which"
)
POINTS: Final = ("point", "kind", "separates", "nodes_cut_off")


def member_of(share: Share) -> Named:
    """The member itself."""
    return share.member


def country_of(share: Share) -> Named:
    """The member's country, or the member where it belongs to none."""
    return share.country or share.member


def withdrawal(
    shares: Sequence[Share],
    withdrawn: str,
    lang: str = "en",
    by: Callable[[Share], Named] = country_of,
) -> Answer:
    """What each technology loses when `withdrawn` (the IRI of what `by` gives) withdraws. Columns:
    technology, named (weight in all), lost, left, share_lost (0 to 1, empty where nothing was
    named), who_is_left, is_left_alone, list_is_open (the source says that more partners than those
    named are meant). Raises `UnknownEntity` for one that takes no part."""
    known = {by(share).iri: by(share) for share in shares}
    if withdrawn not in known:
        raise UnknownEntity(
            f"{withdrawn!r} takes part in nothing here (excluded and conditional partners apart)",
            remedy=nearest(withdrawn, [named.key for named in known.values()]),
        )
    rows, evidence = [], []
    for technology, members in grouped(shares, lambda share: share.group).items():
        gone = [share for share in members if by(share).iri == withdrawn]
        left = [share for share in members if by(share).iri != withdrawn]
        named, lost = _weight(members), _weight(gone)
        weights = (named, lost, _weight(left), lost / named if named else None)
        is_open = any(share.is_open for share in members)
        rows.append((technology, *weights, listed(totals(left), lang), not left, is_open))
        evidence.append(evidence_of(members))
    title = text("measure.withdrawal.of", lang, known[withdrawn].label(lang))
    return table(WITHDRAWAL, rows, lang, title, evidence=evidence)


def dependence(
    shares: Sequence[Share], lang: str = "en", by: Callable[[Share], Named] = country_of
) -> Answer:
    """Who is depended on, the largest first: what would be lost with each. Columns: withdrawn,
    links (weight lost), link_share (0 to 1), institutions (members lost), institution_share (0 to
    1), technologies_hit, technologies_left_alone (those that keep no named partner), which (their
    labels)."""
    everyone = {share.member for share in shares}
    whole = _weight(shares)
    rows = []
    for withdrawn, gone in grouped(shares, by).items():
        members = {share.member for share in gone}
        hit = {share.group for share in gone}
        kept = {share.group for share in shares if by(share) != withdrawn}
        alone = sorted(hit - kept, key=lambda named: named.order)
        lost = (_weight(gone), _weight(gone) / whole if whole else None)
        shares_of = (len(members), len(members) / len(everyone))
        kept_none = (len(hit), len(alone), listed(alone, lang))
        rows.append((withdrawn, *lost, *shares_of, *kept_none, evidence_of(gone)))
    rows.sort(key=lambda row: (-row[1], row[0].order))
    title, evidence = text("measure.dependence.title", lang), [row[-1] for row in rows]
    return table(DEPENDENCE, [row[:-1] for row in rows], lang, title, evidence=evidence)


def single_points(links: Iterable[tuple[Named, Named]], lang: str = "en") -> Answer:
    """Nodes and links without which the network falls apart further: articulation points and
    bridges (Tarjan 1972, https://doi.org/10.1137/0201010), direction ignored.

    Columns: point, kind (node or link), separates (the other end of a bridge), nodes_cut_off
    (all that are no longer connected to the largest piece left). A link that occurs
    twice is no bridge; a self-loop changes nothing. The largest loss first.
    """
    counts = Counter(frozenset(pair) for pair in links)
    graph: Any = nx.Graph()  # the stubs of networkx take pairs for the nodes here
    # In the order of their IRIs, so that the same graph gives the same rows.
    pairs = [sorted(pair, key=lambda named: named.iri) for pair in counts if len(pair) == 2]
    graph.add_edges_from(sorted(pairs, key=lambda ends: (ends[0].iri, ends[1].iri)))
    found: list[tuple[Named, str, Named | None, int]] = []
    for node in nx.articulation_points(graph):
        rest = graph.subgraph(nx.node_connected_component(graph, node) - {node})
        pieces = [len(piece) for piece in nx.connected_components(rest)]
        found.append((node, "node", None, sum(pieces) - max(pieces)))
    for one, other in nx.bridges(graph):
        if counts[frozenset((one, other))] > 1:
            continue
        rest = nx.restricted_view(graph, [], [(one, other)])
        pieces = [len(nx.node_connected_component(rest, end)) for end in (one, other)]
        found.append((one, "link", other, min(pieces)))
    found.sort(key=lambda row: (-row[3], row[1], row[0].order))
    rows = [
        (point, text(f"measure.single-points.{kind}", lang), other, count)
        for point, kind, other, count in found
    ]
    return table(POINTS, rows, lang, text("measure.single-points.title", lang))


def _weight(shares: Iterable[Share]) -> float:
    return sum(share.weight for share in shares)
