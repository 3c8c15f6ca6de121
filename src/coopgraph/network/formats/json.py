"""JSON: the node-link form of networkx."""

import json
from typing import Final

from coopgraph.formats import Format
from coopgraph.i18n import choose
from coopgraph.libraries import nx
from coopgraph.network.model import Network

FORMAT: Final = Format("json", "application/json", "json", order=2)


def write(network: Network, lang: str = "en") -> str:
    """The network with `label` in `lang`, and its notes."""
    data = nx.node_link_data(network.to_networkx(lang), edges="edges")
    data["graph"] |= {"notes": [choose(note, lang) for note in network.notes]}
    return json.dumps(data, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
