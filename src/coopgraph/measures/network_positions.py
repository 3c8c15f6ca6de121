"""Position, robustness and communities of an imported network, as tables.

Robustness is how fast a network falls apart when nodes are taken away (Albert, Jeong and Barabási
2000, https://doi.org/10.1038/35019019); the one number for the curve is R of Schneider et al.
(2011, https://doi.org/10.1073/pnas.1009440108): the mean, over all removals, of the share of nodes
that the largest component holds, between 1/n and 0.5. Nodes come back in reverse order (Newman and
Ziff 2001), so that a whole curve takes one pass over the links.

Where too few projects or papers tie institutions, nobody is ranked: what says so (`few`) takes the
place of the figures.
"""

from decimal import Decimal
from typing import Any, Final

from coopgraph.i18n import text
from coopgraph.libraries import Floats, Ints, Matrix, np
from coopgraph.measures.answer import listed, table
from coopgraph.measures.centrality import betweenness, pagerank, unweighted
from coopgraph.network import Network
from coopgraph.network.communities import find_communities
from coopgraph.network.elements import Node, nodes_of
from coopgraph.queries import Answer

POSITION: Final = ("institution", "country", "partners", "weight", "pagerank", "betweenness")
ROBUSTNESS: Final = ("removed_share", "removed", "targeted", "random")
COMMUNITIES: Final = ("community", "institutions", "share", "links_inside_share", "leading")
_STEPS: Final = (0.0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5)
_EXACT_UP_TO: Final = 2_000
_LEADING: Final = 5


def removal_order(matrix: Matrix, kind: str = "targeted", seed: int = 0) -> Ints:
    """In which order nodes go: `targeted` by degree, highest first and then by number;
    `random` with `seed`."""
    size = matrix.shape[0]
    if kind == "random":
        return np.random.default_rng(seed).permutation(size)
    degree = np.diff(unweighted(matrix).indptr)
    return np.lexsort((np.arange(size), -degree))


def robustness_curve(matrix: Matrix, order: Ints) -> Floats:
    """The share of all nodes in the largest component after 0, 1, 2, … removals in `order`:
    float64 of shape (nodes + 1,), from at most 1 down to 0. Empty network: a single 0."""
    from scipy.cluster.hierarchy import DisjointSet

    simple = unweighted(matrix)
    size = simple.shape[0]
    if size == 0:
        return np.zeros(1)
    starts, ends = simple.indptr.tolist(), simple.indices.tolist()
    parts: Any = DisjointSet()
    curve, largest = np.zeros(size + 1), 0
    for left, node in enumerate(reversed(order.tolist()), 1):
        parts.add(node)
        for other in ends[starts[node] : starts[node + 1]]:
            if other in parts:
                parts.merge(node, other)
        largest = max(largest, parts.subset_size(node))
        curve[size - left] = largest / size
    return curve


def robustness(curve: Floats) -> float:
    """R of a curve: the mean over all removals, the whole network left out.

    >>> import numpy as np
    >>> round(robustness(np.array([1, 2/3, 1/3, 0])), 4)  # a complete network of three
    0.3333
    """
    removals = max(1, len(curve) - 1)
    return float(curve[1:].sum() / removals)


def too_few(network: Network, floor: int, lang: str) -> str:
    """What says that fewer items than `floor` tie the nodes of a network; empty where enough do, or
    where they are not counted."""
    found = network.incidence
    if found is None or found.items >= floor:
        return ""
    return text("measure.any.few", lang, int(found.items), floor)


def position(
    network: Network,
    lang: str = "en",
    *,
    top: int = 20,
    samples: int = 200,
    seed: int = 1,
    few: str = "",
) -> Answer:
    """The brokers of a network: those that most shortest paths pass, largest first. Columns:
    institution, country, partners (neighbours), weight (of its links), pagerank (weighted; adds up
    to 1 over all), betweenness (0 to 1; above 2,000 nodes estimated from `samples` sources drawn
    with `seed`, and a note says so). Where they are too `few`, the last two are empty, and the
    order is no ranking."""
    matrix = network.matrix()
    size = matrix.shape[0]
    drawn = samples if size > _EXACT_UP_TO and samples < size else None
    between = np.zeros(size) if few else betweenness(matrix, drawn, seed)
    rank = pagerank(matrix)
    degree = np.diff(unweighted(matrix).indptr)
    weight = np.asarray(matrix.sum(axis=1)).ravel()
    rows = []
    leading = np.lexsort((np.arange(size), -between))[:top].tolist()
    nodes = _nodes(network, leading)
    for i in leading:
        named = nodes[i]
        figures = (None, None) if few else (float(rank[i]), float(between[i]))
        rows.append((named, nodes[i].country, int(degree[i]), float(weight[i]), *figures))
    notes = [*filter(None, [few]), *_cut(len(rows), size, lang)]
    if drawn and not few:
        notes.append(text("measure.position.estimate", lang, drawn, str(seed)))
    return table(POSITION, rows, lang, text("measure.position.title", lang), notes=notes)


def removal(network: Network, lang: str = "en", *, seed: int = 1, few: str = "") -> Answer:
    """What is left of the largest component as institutions leave: the best linked first, or at
    random with `seed`. Columns: removed_share (0 to 1), removed (institutions), targeted and random
    (share of all institutions in the largest component). The notes give R, the mean over all
    removals, of both. No row where they are too `few`."""
    title = text("measure.robustness.title", lang)
    if few:
        return table(ROBUSTNESS, [], lang, title, notes=[few])
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
    return table(ROBUSTNESS, rows, lang, title, notes=[note])


def communities(network: Network, lang: str = "en", *, top: int = 20, few: str = "") -> Answer:
    """The communities of a network (Leiden; `coopgraph.network.communities`), largest first.
    Columns: community (its number here), institutions, share (of all), links_inside_share (of the
    weight of its members' links, how much stays inside, 0 to 1), leading (its best linked). No row
    where they are too `few`."""
    title = text("measure.communities.title", lang)
    if few:
        return table(COMMUNITIES, [], lang, title, notes=[few])
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
    return table(COMMUNITIES, rows, lang, title, notes=notes)


def _nodes(network: Network, numbers: list[int]) -> dict[int, Node]:
    """The nodes of these numbers; of a network folded in bulk only these are looked up."""
    if network.incidence is None:
        return {i: network.nodes[i] for i in numbers}
    iris = [network.incidence.nodes[i] for i in numbers]
    found = {node.iri: node for node in nodes_of(network.incidence.store, iris)}
    return {i: found[iri] for i, iri in zip(numbers, iris, strict=True)}


def _cut(shown: int, of: int, lang: str) -> list[str]:
    return [text("measure.any.cut", lang, shown, of)] if shown < of else []
