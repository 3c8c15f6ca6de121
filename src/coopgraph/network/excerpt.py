"""The strongest part of a network that is too large to be drawn."""

from __future__ import annotations

from typing import Final, TypeAlias

from .incidence import Incidence, incidence_network
from .model import Network

#: English and Korean text with the figures to fill in.
Note: TypeAlias = tuple[str, str]

#: A page moves freely with so many nodes and edges.
NODES: Final = 1500
EDGES: Final = 5000
_SHOWN: Final[Note] = (
    (
        "Too large to be drawn whole: shown are the {:,} of {:,} nodes that {:,} of {:,} edges "
        "join, each with a weight of {:g} or more. The export holds all of it."
    ),
    (
        "전체를 그리기에는 커서, 가중치가 {4:g} 이상인 간선 {2:,}개(전체 {3:,}개)와 이것이 "
        "잇는 노드 {0:,}개(전체 {1:,}개)만 나타냈다. 내보내기에는 모두 들어 있다."
    ),
)
_MOST_TIED: Final[Note] = (
    (
        "Too large to be drawn whole: shown are the {:,} of {:,} nodes with most ties, and the "
        "{:,} of {:,} edges among them. The export holds all of it."
    ),
    (
        "전체를 그리기에는 커서, 연결이 가장 많은 노드 {0:,}개(전체 {1:,}개)와 그 사이의 간선 "
        "{2:,}개(전체 {3:,}개)만 나타냈다. 내보내기에는 모두 들어 있다."
    ),
)


def strongest(network: Network, nodes: int = NODES, edges: int = EDGES) -> Network:
    """The part of a network that can be drawn, the network itself where all of it can.

    Only networks folded in bulk grow too large. What stays are the heaviest edges, as many whole
    weights as keep to `nodes` and `edges`, and the nodes they join; or the nodes with most ties
    and all edges among them, where those are more. A note says how much was left out.
    """
    whole = network.incidence
    small = len(network.nodes) <= nodes and len(network.edges) <= edges
    if small or whole is None:
        return network
    parts = [*_heaviest(whole, nodes, edges), _most_tied(whole, nodes, edges)]
    part, note, least = max(parts, key=lambda found: len(found[0].nodes))
    shown = (len(part.nodes), len(whole.nodes), part.folded.nnz, whole.folded.nnz, least)
    said = (note[0].format(*shown), note[1].format(*shown))
    texts = (network.name, network.en, network.ko)
    return incidence_network(part, texts, (*network.notes[:1], said))


def _heaviest(whole: Incidence, nodes: int, edges: int) -> list[tuple[Incidence, Note, float]]:
    """The edges of the least weight that keeps to the limits; none where no weight does."""
    import numpy as np

    links = whole.folded.tocoo()
    weights, counts = np.unique(links.data, return_counts=True)
    fitting = weights[np.cumsum(counts[::-1])[::-1] <= edges]
    for least in fitting.tolist():
        kept = links.data >= least
        chosen = np.union1d(links.row[kept], links.col[kept])
        if len(chosen) <= nodes:
            return [(whole.only(chosen, least), _SHOWN, least)]
    return []


def _most_tied(whole: Incidence, nodes: int, edges: int) -> tuple[Incidence, Note, float]:
    """The nodes with the largest sums of weights, as many as keep to the limits."""
    import numpy as np

    ties = (
        np.asarray(whole.folded.sum(axis=0)).ravel() + np.asarray(whole.folded.sum(axis=1)).ravel()
    )
    order = np.argsort(-ties, kind="stable")
    links = whole.folded.tocoo()
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    reached = np.sort(np.maximum(place[links.row], place[links.col]))
    size = nodes if len(reached) <= edges else min(nodes, int(reached[edges]))
    return whole.only(np.sort(order[: max(size, 1)]), 0.0), _MOST_TIED, 0.0
