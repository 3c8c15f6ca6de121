"""The networkx graph of a network for formats that hold text, numbers and booleans only."""

from __future__ import annotations

from typing import Any, Final

from coopgraph.libraries import nx
from coopgraph.network.model import Network

#: Between the elements of a list that is written as one text.
LIST: Final = " | "


def flat_graph(network: Network, lang: str) -> nx.MultiGraph[str]:
    """The graph with `label` in `lang`; lists are joined."""
    graph = network.to_networkx(lang)
    for *_, attributes in (*graph.nodes(data=True), *graph.edges(data=True)):
        attributes.update({name: joined(value) for name, value in attributes.items()})
    return graph


def joined(value: Any) -> Any:
    """A list as one text, anything else as it is."""
    return LIST.join(map(str, value)) if isinstance(value, list) else value
