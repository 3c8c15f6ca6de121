"""CSV: one line for each edge."""

from typing import Any, Final

from coopgraph.formats import Format
from coopgraph.formats.csv import csv_text
from coopgraph.i18n.languages import SOURCE
from coopgraph.network.model import Network, joined

FORMAT: Final = Format("csv", "text/csv", "csv", order=3)
_FIRST: Final = ("source", "target", "kind", "weight")
_NAMED: Final = frozenset({"kind", "weight", "label"})


def write(network: Network, lang: str = "en") -> str:
    """Labels, weight and attributes of each edge, then the IRIs."""
    # The key of an edge is its number in `Network.edges`.
    edges = sorted(network.to_networkx(lang).edges(keys=True, data=True), key=lambda edge: edge[2])
    tags = network.tags
    shown = next((tag for tag in (lang, SOURCE, *tags) if tag in tags), "")
    skipped = (*(f"_{tag}" for tag in tags if tag != shown), f"label_{shown}")
    lines = [line for *_, line in edges]
    further = sorted({k for line in lines for k in line if not k.endswith(skipped)} - _NAMED)
    rows = [[*_FIRST, *further, "source_iri", "target_iri", "kind_iri"]]
    for edge, line in zip(network.edges, lines, strict=True):
        source, target = network.nodes[edge.source], network.nodes[edge.target]
        labels = (source.label(lang), target.label(lang), edge.kind.label(lang))
        weight = str(int(edge.weight)) if edge.weight.is_integer() else repr(edge.weight)
        values = (_text(line.get(name, "")) for name in further)
        iris = (source.iri, target.iri, edge.kind.iri)
        rows.append([*labels, weight, *values, *iris])
    return csv_text(rows)


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(joined(value))
