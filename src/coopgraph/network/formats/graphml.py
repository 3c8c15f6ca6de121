"""GraphML (http://graphml.graphdrawing.org), written by networkx."""

from io import BytesIO
from typing import Final

from coopgraph.formats import Format
from coopgraph.formats.serialization import XmlFile
from coopgraph.libraries import nx
from coopgraph.network.formats.csv import FORMAT as CSV
from coopgraph.network.formats.json import FORMAT as JSON
from coopgraph.network.model import Network, flat_graph

FORMAT: Final = Format("graphml", "application/graphml+xml", "graphml", order=0, title="GraphML")


def write(network: Network, lang: str = "en") -> bytes:
    """The network with `label` in `lang`; raises `TermUnwritable`."""
    buffer = BytesIO()
    file = XmlFile(buffer, FORMAT, (JSON, CSV)).stream
    nx.write_graphml_xml(flat_graph(network, lang), file, encoding="utf-8")
    return buffer.getvalue()
