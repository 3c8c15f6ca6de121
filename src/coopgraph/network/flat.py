"""The networkx graph of a network for formats that hold text, numbers and booleans only.

XML 1.0 cannot hold most control characters (https://www.w3.org/TR/xml/#charsets): each is
replaced by U+FFFD.
"""

from __future__ import annotations

import re
from typing import Any, Final

from coopgraph.libraries import nx
from coopgraph.network.model import Network

#: Between the elements of a list that is written as one text.
LIST: Final = " | "
_NOT_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def flat_graph(network: Network, lang: str) -> nx.MultiGraph[str]:
    """The graph with `label` in `lang`, fit for XML."""
    graph = network.to_networkx(lang)
    graph.graph = {name: _xml(value) for name, value in graph.graph.items()}
    for *_, attributes in (*graph.nodes(data=True), *graph.edges(data=True)):
        attributes.update({name: _xml(value) for name, value in attributes.items()})
    return graph


def _xml(value: Any) -> Any:
    if isinstance(value, list):
        value = LIST.join(map(str, value))
    return _NOT_XML.sub("\ufffd", value) if isinstance(value, str) else value
