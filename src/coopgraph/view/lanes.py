"""Lanes: which nodes of a network are in which column, and in which order.

The order of the source where the projection gives it (`?position`), else the order in which
edges cross least, found by moving each node to the mean of its neighbours, lane by lane (Sugiyama,
Tagawa and Toda 1981, https://doi.org/10.1109/TSMC.1981.4308636).
"""

import math
from collections import defaultdict
from dataclasses import dataclass
from typing import Final

from coopgraph.i18n import LanguageMap
from coopgraph.network import Network, Node
from coopgraph.network.model import Lane
from coopgraph.view.picture import Texts, each, in_order
from coopgraph.vocabulary import shrink

#: Beyond this many nodes a table is no longer read at a glance: the network is a map.
MOST: Final = 160
#: Nor beyond this many in one column.
TALLEST: Final = 60
_SWEEPS: Final = 8
_OTHER: Final = Lane("", LanguageMap({}))


@dataclass(frozen=True)
class LaneColumn:
    """The nodes of one lane, from top to bottom."""

    heading: Texts
    nodes: tuple[int, ...]
    by_country: bool = False


def columns_of(network: Network) -> list[LaneColumn] | None:
    """The columns of a network; None where it is not drawn in columns, or is too large."""
    preset = network.preset
    if preset.layout != "columns" or not network.nodes or len(network.nodes) > MOST:
        return None
    lanes = [*preset.lanes, _OTHER]
    kinds = defaultdict[int, set[str]](set)
    for edge in network.edges:
        kinds[edge.source].add(shrink(edge.kind.iri))
        kinds[edge.target].add(shrink(edge.kind.iri))
    members: list[list[int]] = [[] for _ in lanes]
    for i, node in enumerate(network.nodes):
        cls = shrink(node.kind.iri)
        fits = (n for n, e in enumerate(lanes) if e.takes(node, cls, frozenset(kinds[i])))
        members[next(fits, len(lanes) - 1)].append(i)
    used = [n for n, nodes in enumerate(members) if nodes]
    if max(map(len, members)) > TALLEST:
        return None
    ordered = _ordered(network, [members[n] for n in used], [lanes[n].by_country for n in used])
    return [
        LaneColumn(_heading(network, lanes[n]), tuple(nodes), lanes[n].by_country)
        for n, nodes in zip(used, ordered, strict=True)
    ]


def _heading(network: Network, lane: Lane) -> Texts:
    """The heading of a lane: as the projection says it, or the file of a language."""
    if lane is _OTHER:
        return each("view.other-lane")
    name = f"{lane.cls}/{lane.subkind}" if lane.subkind else lane.cls
    key = f"network.{network.name}.{name}"
    return in_order(lane.texts, key)


def country_of(node: Node) -> str:
    """The IRI of the node's country; empty where it has none."""
    return node.country.iri if node.country else ""


def neighbours_of(network: Network) -> dict[int, list[int]]:
    """The nodes that each node is linked to, as often as there are edges."""
    found = defaultdict[int, list[int]](list)
    for edge in network.edges:
        if edge.source != edge.target:
            found[edge.source].append(edge.target)
            found[edge.target].append(edge.source)
    return found


def _ordered(network: Network, members: list[list[int]], by_country: list[bool]) -> list[list[int]]:
    first = _first_positions(network)
    columns = [
        sorted(nodes, key=lambda i: (first.get(i, math.inf), network.nodes[i].iri))
        for nodes in members
    ]
    linked = neighbours_of(network)
    for _ in range(1 if first else _SWEEPS):
        for c, column in enumerate(columns):
            if by_country[c]:
                columns[c] = _by_country(network, column, _means(column, columns, linked))
            elif not first:
                near = _means(column, columns, linked)
                rank = {i: r for r, i in enumerate(column)}
                columns[c] = sorted(column, key=lambda i: (near[i], rank[i]))
    return columns


def _first_positions(network: Network) -> dict[int, float]:
    """Where each node first occurs in the source, as far as the projection says so."""
    first: dict[int, float] = {}
    for edge in network.edges:
        position = edge.attributes.get("position")
        if isinstance(position, int):
            for end in (edge.source, edge.target):
                first[end] = min(first.get(end, math.inf), position)
    return first


def _means(
    column: list[int], columns: list[list[int]], linked: dict[int, list[int]]
) -> dict[int, float]:
    """Of each node the mean height of those it is linked to, 0 at the top and 1 at the foot of
    their columns; nodes without any stay in the order they have, below the others."""
    height = {i: (r + 0.5) / len(nodes) for nodes in columns for r, i in enumerate(nodes)}
    return {
        i: sum(height[j] for j in linked[i]) / len(linked[i]) if linked.get(i) else math.inf
        for i in column
    }


def _by_country(network: Network, column: list[int], near: dict[int, float]) -> list[int]:
    """The nodes grouped by country, groups and members near what they are linked to."""
    rank = {i: r for r, i in enumerate(column)}
    groups: dict[str, list[int]] = {}
    for i in column:
        groups.setdefault(country_of(network.nodes[i]), []).append(i)
    mean = {c: sum(near[i] for i in members) / len(members) for c, members in groups.items()}
    return [
        i
        for c in sorted(groups, key=lambda c: (mean[c], c))
        for i in sorted(groups[c], key=lambda i: (near[i], rank[i]))
    ]
