"""What the page's script and template get: nodes, edges, legend and table as plain data.

Each text is a pair, English and Korean, so that the page can switch.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, Final, TypeAlias

from ..network import Edge, Evidence, Network
from ..network.model import Named
from ..vocabulary import shrink
from .picture import Picture
from .style import CARDS, NEUTRAL, TECHNOLOGY, TONES, Style
from .words import ATTRIBUTES, HIDDEN, WORDS

Pair: TypeAlias = tuple[str, str]

#: Above this many nodes the page says that it may be slow.
LARGE: Final = 1500


def node_data(network: Network, style: Style, pictures: dict[str, Picture]) -> list[dict[str, Any]]:
    """What vis-network and the details panel need of each node."""
    degrees: Counter[int] = Counter()
    for edge in network.edges:
        degrees.update({edge.source, edge.target})
    nodes = []
    for i, node in enumerate(network.nodes):
        places = {name: picture.places[i] for name, picture in pictures.items()}
        entry: dict[str, Any] = {
            "id": i,
            "name": [node.en, node.ko],
            "kind": [node.kind.en, node.kind.ko],
            "form": style.node_forms[i],
            "tone": style.node_tones[i],
            "class": shrink(node.kind.iri),
            "radius": CARDS.get(shrink(node.kind.iri), 6),
            "degree": degrees[i],
            "key": node.key,
            "iri": node.iri,
            "identifiers": list(node.identifiers),
            "places": {
                name: [p.x, p.y, p.width, p.height, p.en, p.ko] for name, p in places.items()
            },
        }
        if node.subkind:
            entry["subkind"] = [node.subkind.en, node.subkind.ko]
        if node.country:
            entry["country"] = [node.country.en, node.country.ko]
        nodes.append(entry)
    return nodes


def edge_data(network: Network, style: Style) -> list[dict[str, Any]]:
    """What vis-network and the details panel need of each edge, in the order of the network."""
    places = _numbers(network)
    kinds = {kind: n for n, kind in enumerate(_kinds(network))}
    shapes = _curves(network)
    return [
        {
            "id": i,
            "from": edge.source,
            "to": edge.target,
            "kind": kinds[edge.kind],
            "tone": style.edge_tones[i],
            "width": style.edge_widths[i],
            "dashes": style.dashed[i],
            "curve": shapes[i],
            "claim": edge.claim,
            "weight": edge.weight,
            "facts": [[*name, *value] for name, value in _facts(edge)],
            "via": [[via.en, via.ko] for via in edge.via],
            "evidence": [places[evidence] for evidence in edge.evidence],
        }
        for i, edge in enumerate(network.edges)
    ]


def page_data(network: Network, pictures: dict[str, Picture]) -> dict[str, Any]:
    """What the script needs beside nodes and edges."""
    weights = {edge.weight for edge in network.edges}
    return {
        "titles": [network.title("en"), network.title("ko")],
        "directed": network.directed,
        "weighted": len(weights) > 1,
        "kinds": [[kind.en, kind.ko, shrink(kind.iri)] for kind in _kinds(network)],
        "evidence": [
            [e.source.en, e.source.ko, e.locator_en, e.locator_ko, e.url] for e in _numbers(network)
        ],
        "tones": [list(tone) for tone in TONES],
        "neutral": NEUTRAL,
        "pictures": {
            name: {
                "cards": picture.cards,
                "font": picture.font,
                "ends": [list(ends) for ends in picture.ends],
                "headings": [[h.x, h.y, h.en, h.ko, h.column] for h in picture.headings],
            }
            for name, picture in pictures.items()
        },
        "words": {name: list(pair) for name, pair in WORDS.items()},
    }


def legend_of(network: Network, style: Style, *, cards: bool) -> dict[str, Any]:
    """Kinds of nodes and edges with their counts, stances, and what dash and width mean."""
    nodes: Counter[tuple[Named, str]] = Counter()
    tones: dict[Named, int] = {}
    for node, form, tone in zip(network.nodes, style.node_forms, style.node_tones, strict=True):
        nodes[node.kind, form] += 1
        tones.setdefault(node.kind, tone)
    edges: Counter[Named] = Counter(edge.kind for edge in network.edges)
    by_stance = Counter(
        tone
        for node, tone in zip(network.nodes, style.node_tones, strict=True)
        if node.kind.iri == TECHNOLOGY
    )
    weights = {edge.weight for edge in network.edges}
    return {
        "nodes": [
            {
                "label": (kind.en, kind.ko),
                "count": count,
                "form": form,
                "radius": CARDS.get(shrink(kind.iri), 6) if cards else None,
                "tone": NEUTRAL if style.stances else tones[kind],
            }
            for (kind, form), count in sorted(nodes.items(), key=lambda x: (-x[1], x[0][0].iri))
        ],
        "edges": [
            {"label": (kind.en, kind.ko), "count": count}
            for kind, count in sorted(edges.items(), key=lambda item: (-item[1], item[0].iri))
        ],
        "stances": [
            {"label": (node.en, node.ko), "tone": tone, "count": by_stance[tone]}
            for node, tone in sorted(style.stances, key=lambda item: _stance_order(item[1]))
        ],
        "dashed": sum(style.dashed),
        "width": _width_word(network) if len(weights) > 1 else "",
        "border": cards and bool(style.stances),
        "large": len(network.nodes) > LARGE,
    }


def table_rows(network: Network) -> Iterator[dict[str, Any]]:
    """The rows of the table twin: both ends, relation, status, evidence."""
    for number, edge in enumerate(network.edges):
        source, target = network.nodes[edge.source], network.nodes[edge.target]
        facts = [(name, value) for name, value in _facts(edge) if value != ("", "")]
        yield {
            "id": number,
            "source": (source.en, source.ko),
            "target": (target.en, target.ko),
            "kind": (edge.kind.en, edge.kind.ko),
            "facts": facts,
            "via": [(via.en, via.ko) for via in edge.via],
            "evidence": [
                (f"{e.source.en}: {e.locator_en}", f"{e.source.ko}: {e.locator_ko}")
                for e in edge.evidence
            ],
        }


def _stance_order(tone: int) -> int:
    """From catching up to leading."""
    return (1, 2, 0).index(tone) if tone in (0, 1, 2) else NEUTRAL


def _width_word(network: Network) -> str:
    money = any("amount_krw" in edge.attributes for edge in network.edges)
    return "amount" if money else "width"


def _kinds(network: Network) -> list[Named]:
    """The kinds of edges, in the order of their IRIs."""
    return sorted({edge.kind for edge in network.edges}, key=lambda kind: (kind.iri, kind.en))


def _numbers(network: Network) -> dict[Evidence, int]:
    """Each evidence once, numbered in order of first use."""
    found = dict.fromkeys(e for edge in network.edges for e in edge.evidence)
    return {evidence: n for n, evidence in enumerate(found)}


def _facts(edge: Edge) -> Iterator[tuple[Pair, Pair]]:
    """Names and values of the further attributes of an edge, for people."""
    for name, value in edge.attributes.items():
        if name not in HIDDEN:
            yield ATTRIBUTES.get(name, (name, name)), _shown(name, value)


def _shown(name: str, value: object) -> Pair:
    if isinstance(value, Named):
        return value.en, value.ko
    if isinstance(value, bool):
        return WORDS["yes" if value else "no"]
    if isinstance(value, int | float) and name != "year":
        return f"{value:,}", f"{value:,}"
    return str(value), str(value)


def _curves(network: Network) -> list[int]:
    """0 for an edge by itself; parallel edges are numbered 1, 2, … to be drawn apart."""
    pairs = [frozenset((edge.source, edge.target)) for edge in network.edges]
    several = Counter(pairs)
    seen: Counter[frozenset[int]] = Counter()
    curves = []
    for pair in pairs:
        seen[pair] += 1
        curves.append(seen[pair] if several[pair] > 1 else 0)
    return curves
