"""GEXF 1.2 (https://gexf.net), written by networkx."""

from io import BytesIO
from typing import Final

from coopgraph.formats import Format
from coopgraph.formats.serialization import XmlFile
from coopgraph.network.formats.csv import FORMAT as CSV
from coopgraph.network.formats.json import FORMAT as JSON
from coopgraph.network.model import Network, flat_graph

FORMAT: Final = Format("gexf", "application/gexf+xml", "gexf", order=1)


def write(network: Network, lang: str = "en") -> bytes:
    """The network with `label` in `lang`; raises `TermUnwritable`."""
    from networkx.readwrite.gexf import GEXFWriter

    writer = GEXFWriter(encoding="utf-8", prettyprint=True, version="1.2draft")
    writer.add_graph(flat_graph(network, lang))
    for meta in writer.xml.iter("meta"):
        meta.attrib.pop("lastmodifieddate", None)  # the clock has no place in the bytes
        for creator in meta.iter("creator"):
            creator.text = "coopgraph"
    buffer = BytesIO()
    writer.write(XmlFile(buffer, FORMAT, (JSON, CSV)).stream)
    return buffer.getvalue()
