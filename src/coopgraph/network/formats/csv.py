"""CSV: one line for each edge."""

from typing import Any, Final

from coopgraph.formats import Format
from coopgraph.formats.csv import csv_text
from coopgraph.network.flat import joined
from coopgraph.network.model import Network
from coopgraph.tables.description import LANGUAGES, data_language

FORMAT: Final = Format("csv", "text/csv", "csv", order=3)
_FIRST: Final = ("source", "target", "kind", "weight")
_NAMED: Final = frozenset({"kind", "weight", "label", *(f"label_{tag}" for tag in LANGUAGES)})


def write(network: Network, lang: str = "en") -> str:
    """Labels, weight and attributes of each edge, then the IRIs."""
    # The key of an edge is its number in `Network.edges`.
    edges = sorted(network.to_networkx(lang).edges(keys=True, data=True), key=lambda edge: edge[2])
    lines = [{k: v for k, v in line.items() if k not in _NAMED} for *_, line in edges]
    skipped = tuple(f"_{tag}" for tag in LANGUAGES if tag != data_language(lang))
    further = sorted({k for line in lines for k in line if not k.endswith(skipped)})
    rows = [[*_FIRST, *further, "source_iri", "target_iri", "kind_iri"]]
    for edge, line in zip(network.edges, lines, strict=True):
        source, target = network.nodes[edge.source], network.nodes[edge.target]
        labels = (source.label(lang), target.label(lang), edge.kind.label(lang))
        values = (_text(line.get(name, "")) for name in further)
        iris = (source.iri, target.iri, edge.kind.iri)
        rows.append([*labels, _number(edge.weight), *values, *iris])
    return csv_text(rows)


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(joined(value))


def _number(weight: float) -> str:
    return str(int(weight)) if weight.is_integer() else repr(weight)
