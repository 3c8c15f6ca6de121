"""Networks as files: GraphML, GEXF, JSON and CSV, each with the same bytes every time.

GraphML (http://graphml.graphdrawing.org) and GEXF 1.2 (https://gexf.net) are written by
networkx. XML 1.0 cannot hold most control characters (https://www.w3.org/TR/xml/#charsets):
in these two formats each is replaced by U+FFFD; JSON and CSV keep them. Lists are joined by
` | ` in GraphML, GEXF and CSV, and stay lists in JSON (the node-link form of networkx).
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable
from io import BytesIO, StringIO
from typing import TYPE_CHECKING, Any, Final

from coopgraph.formats import Format, named
from coopgraph.network.model import Network

if TYPE_CHECKING:
    import networkx as nx

GRAPHML: Final = Format("graphml", "application/graphml+xml", "graphml")
GEXF: Final = Format("gexf", "application/gexf+xml", "gexf")
JSON: Final = Format("json", "application/json", "json")
CSV: Final = Format("csv", "text/csv", "csv")
#: What a network can be exported as.
FORMATS: Final = (GRAPHML, GEXF, JSON, CSV)

_LIST: Final = " | "
_NOT_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_FIRST: Final = ("source", "target", "kind", "weight")


def export(network: Network, format: str, lang: str = "en") -> bytes:
    """The network in `graphml`, `gexf`, `json` or `csv`, in UTF-8; `label` is in `lang`.

    Raises `UnknownFormat` with the nearest names.

    >>> export(Network("n", "nothing", "없음", (), ()), "csv").decode().strip()
    'source,target,kind,weight,source_iri,target_iri,kind_iri'
    """
    return _WRITERS[named(format, FORMATS).name](network, lang)


def _graphml(network: Network, lang: str) -> bytes:
    import networkx as nx

    buffer = BytesIO()
    nx.write_graphml_xml(_flat(network, lang), buffer, encoding="utf-8")
    return buffer.getvalue()


def _gexf(network: Network, lang: str) -> bytes:
    from networkx.readwrite.gexf import GEXFWriter

    writer = GEXFWriter(encoding="utf-8", prettyprint=True, version="1.2draft")
    writer.add_graph(_flat(network, lang))
    for meta in writer.xml.iter("meta"):
        meta.attrib.pop("lastmodifieddate", None)  # the clock has no place in the bytes
        for creator in meta.iter("creator"):
            creator.text = "coopgraph"
    buffer = BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def _json(network: Network, lang: str) -> bytes:
    import networkx as nx

    data = nx.node_link_data(network.to_networkx(lang), edges="edges")
    data["graph"] |= {"notes": [note[lang == "ko"] for note in network.notes]}
    return (json.dumps(data, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


def _csv(network: Network, lang: str) -> bytes:
    """One line for each edge: labels, weight and attributes, then the IRIs."""
    flat = network.to_networkx(lang)
    edges = [attributes for _, _, attributes in _in_order(flat)]
    named_already = {"kind", "weight", "label", "label_en", "label_ko"}
    lines = [
        {k: v for k, v in attributes.items() if k not in named_already} for attributes in edges
    ]
    skipped = "_ko" if lang == "en" else "_en"
    further = sorted({k for line in lines for k in line if not k.endswith(skipped)})
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*_FIRST, *further, "source_iri", "target_iri", "kind_iri"])
    for edge, line in zip(network.edges, lines, strict=True):
        source, target = network.nodes[edge.source], network.nodes[edge.target]
        labels = (source.label(lang), target.label(lang), edge.kind.label(lang))
        values = (_text(line.get(name, "")) for name in further)
        writer.writerow(
            [*labels, _number(edge.weight), *values, source.iri, target.iri, edge.kind.iri]
        )
    return text.getvalue().encode()


def _in_order(graph: Any) -> list[tuple[str, str, dict[str, Any]]]:
    """The edges of the graph in the order of `Network.edges`, whose number is the key."""
    edges = sorted(graph.edges(keys=True, data=True), key=lambda edge: edge[2])
    return [(u, v, attributes) for u, v, _, attributes in edges]


def _flat(network: Network, lang: str) -> nx.MultiGraph[str]:
    """The networkx graph with text, numbers and booleans only, fit for XML."""
    graph = network.to_networkx(lang)
    graph.graph = {name: _xml(value) for name, value in graph.graph.items()}
    for _, attributes in graph.nodes(data=True):
        attributes.update({name: _xml(value) for name, value in attributes.items()})
    for _, _, attributes in graph.edges(data=True):
        attributes.update({name: _xml(value) for name, value in attributes.items()})
    return graph


def _xml(value: Any) -> Any:
    if isinstance(value, list):
        value = _LIST.join(map(str, value))
    return _NOT_XML.sub("\ufffd", value) if isinstance(value, str) else value


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return _LIST.join(map(str, value))
    return str(value)


def _number(weight: float) -> str:
    return str(int(weight)) if weight.is_integer() else repr(weight)


_WRITERS: Final[dict[str, Callable[[Network, str], bytes]]] = {
    "graphml": _graphml,
    "gexf": _gexf,
    "json": _json,
    "csv": _csv,
}
