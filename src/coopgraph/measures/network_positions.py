"""Position, robustness and communities of an imported network, as tables."""

from decimal import Decimal
from typing import Final

from coopgraph.i18n import text
from coopgraph.libraries import np
from coopgraph.measures.answer import listed, table
from coopgraph.measures.centrality import betweenness, pagerank, unweighted
from coopgraph.measures.robustness import removal_order, robustness, robustness_curve
from coopgraph.network import Network
from coopgraph.network.communities import find_communities
from coopgraph.network.elements import Node
from coopgraph.network.labels import nodes_of
from coopgraph.queries import Answer

POSITION: Final = ("institution", "country", "partners", "weight", "pagerank", "betweenness")
ROBUSTNESS: Final = ("removed_share", "removed", "targeted", "random")
COMMUNITIES: Final = ("community", "institutions", "share", "links_inside_share", "leading")
_STEPS: Final = (0.0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5)
_EXACT_UP_TO: Final = 2_000
_LEADING: Final = 5


def position(
    network: Network, lang: str = "en", *, top: int = 20, samples: int = 200, seed: int = 1
) -> Answer:
    """The brokers of a network: those that most shortest paths pass, largest first.

    Columns: institution, country, partners (neighbours), weight (of its links), pagerank
    (weighted; adds up to 1 over all), betweenness (0 to 1; above 2,000 nodes estimated from
    `samples` sources drawn with `seed`, and a note says so).
    """
    matrix = network.matrix()
    size = matrix.shape[0]
    drawn = samples if size > _EXACT_UP_TO and samples < size else None
    between = betweenness(matrix, drawn, seed)
    rank = pagerank(matrix)
    degree = np.diff(unweighted(matrix).indptr)
    weight = np.asarray(matrix.sum(axis=1)).ravel()
    rows = []
    leading = np.lexsort((np.arange(size), -between))[:top].tolist()
    nodes = _nodes(network, leading)
    for i in leading:
        named = nodes[i]
        figures = (int(degree[i]), float(weight[i]), float(rank[i]), float(between[i]))
        rows.append((named, nodes[i].country, *figures))
    notes = _cut(len(rows), size, lang)
    if drawn:
        notes.append(text("measure.position.estimate", lang, drawn, str(seed)))
    return table(POSITION, rows, lang, text("measure.position.title", lang), notes=notes)


def removal(network: Network, lang: str = "en", *, seed: int = 1) -> Answer:
    """What is left of the largest component as institutions leave: the best linked first, or at
    random with `seed`.

    Columns: removed_share (0 to 1), removed (institutions), targeted and random (share of all
    institutions in the largest component). The notes give R, the mean over all removals, of both.
    """
    matrix = network.matrix()
    size = matrix.shape[0]
    curves = [
        robustness_curve(matrix, removal_order(matrix, kind, seed))
        for kind in ("targeted", "random")
    ]
    rows = []
    for share in _STEPS if size else ():
        at = round(share * size)
        rows.append((share, at, *(float(curve[at]) for curve in curves)))
    found = (Decimal(f"{robustness(curve):.3f}") for curve in curves)
    note = text("measure.robustness.note", lang, *found)
    title = text("measure.robustness.title", lang)
    return table(ROBUSTNESS, rows, lang, title, notes=[note])


def communities(network: Network, lang: str = "en", *, top: int = 20) -> Answer:
    """The communities of a network (Leiden; `coopgraph.network.communities`), largest first.

    Columns: community (its number here), institutions, share (of all), links_inside_share (of
    the weight of its members' links, how much stays inside, 0 to 1), leading (its best linked).
    """
    matrix = network.matrix()
    size = matrix.shape[0]
    found = find_communities(matrix)
    weight = np.asarray(matrix.sum(axis=1)).ravel()
    parts = [i for i in range(1, len(found)) if found.parent[i] == 0] or [0] * (size > 0)
    parts = [part for part in parts if weight[found.members(part)].any()]
    alone = int((weight == 0).sum())
    parts.sort(key=lambda part: (-len(found.members(part)), part))
    rows = []
    for number, part in enumerate(parts[:top], 1):
        members = found.members(part)
        inside = matrix[members][:, members].sum()
        whole = weight[members].sum()
        leading = members[np.lexsort((members, -weight[members]))][:_LEADING].tolist()
        nodes = _nodes(network, leading).values()
        named = listed(nodes, lang)
        shares = (len(members) / size, float(inside / whole))
        rows.append((number, len(members), *shares, named))
    notes = _cut(len(rows), len(parts), lang)
    if alone:
        notes.append(text("measure.communities.alone", lang, alone))
    return table(COMMUNITIES, rows, lang, text("measure.communities.title", lang), notes=notes)


def _nodes(network: Network, numbers: list[int]) -> dict[int, Node]:
    """The nodes of these numbers; of a network folded in bulk only these are looked up."""
    if network.incidence is None:
        return {i: network.nodes[i] for i in numbers}
    iris = [network.incidence.nodes[i] for i in numbers]
    found = {node.iri: node for node in nodes_of(network.incidence.store, iris)}
    return {i: found[iri] for i, iri in zip(numbers, iris, strict=True)}


def _cut(shown: int, of: int, lang: str) -> list[str]:
    return [text("measure.any.cut", lang, shown, of)] if shown < of else []
