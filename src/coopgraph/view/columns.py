"""Columns: a network that reads like a table, from left to right, one class in each column.

Rows follow the order of the source; the column of organisations is grouped by country. There
are two pictures, a wide one and one for narrow screens.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from ..network import Edge, Network, Node
from ..vocabulary import expand
from .picture import Heading, Picture, Place, wrap
from .words import WORDS

#: Projections that are drawn as columns: the class of each column and its heading.
COLUMNS: Final = {
    "technology-partners": (
        ("coop:Stance", ("Stance", "전략 유형")),
        ("coop:Technology", ("Technology", "기술")),
        ("coop:Organisation", ("Planned partner", "협력 대상 기관")),
    ),
}
#: The column that is grouped by country.
_GROUPED: Final = "coop:Organisation"
_HEADING: Final = 34.0


@dataclass(frozen=True)
class Measure:
    """Sizes of one picture of columns, in pixels; widths one for each column."""

    font: int
    widths: tuple[int, ...]
    gap: int
    row_gap: int
    group_gap: int
    padding: int


WIDE: Final = Measure(15, (204, 236, 330), 150, 10, 32, 12)
NARROW: Final = Measure(11, (84, 102, 130), 24, 9, 24, 5)


def column_pictures(network: Network) -> dict[str, Picture] | None:
    """The pictures `wide` and `narrow`; None where the network is not drawn in columns."""
    columns = _columns(network)
    if columns is None:
        return None
    return {
        "wide": _in_columns(network, columns, WIDE),
        "narrow": _in_columns(network, columns, NARROW),
    }


def _columns(network: Network) -> list[list[int]] | None:
    """The nodes of each column in reading order; None where the network is drawn otherwise."""
    classes = [expand(curie) for curie, _ in COLUMNS.get(network.name, ())]
    kinds = {node.kind.iri for node in network.nodes}
    if not network.nodes or not kinds <= set(classes):
        return None
    first = _first_positions(network)
    columns = [
        sorted(
            (i for i, n in enumerate(network.nodes) if n.kind.iri == iri),
            key=lambda i: (first.get(i, math.inf), network.nodes[i].iri),
        )
        for iri in classes
    ]
    rank = {i: r for column in columns for r, i in enumerate(column)}
    return [
        _by_country(network, column, rank) if iri == expand(_GROUPED) else column
        for iri, column in zip(classes, columns, strict=True)
    ]


def _first_positions(network: Network) -> dict[int, float]:
    """Where each node first stands in the source, as far as the projection says so."""
    first: dict[int, float] = {}
    for edge in network.edges:
        position = edge.attributes.get("position")
        if isinstance(position, int):
            for end in (edge.source, edge.target):
                first[end] = min(first.get(end, math.inf), position)
    return first


def _by_country(network: Network, column: list[int], rank: dict[int, int]) -> list[int]:
    """The nodes grouped by country, groups and members near what they are linked to."""
    near: dict[int, float] = {}
    for i in column:
        ranks = [
            rank[j]
            for e in network.edges
            if i in (e.source, e.target)
            for j in (e.source, e.target)
            if j != i
        ]
        near[i] = sum(ranks) / len(ranks) if ranks else math.inf
    groups: dict[str, list[int]] = {}
    for i in column:
        groups.setdefault(_country(network.nodes[i]), []).append(i)
    mean = {c: sum(near[i] for i in members) / len(members) for c, members in groups.items()}
    return [
        i
        for c in sorted(groups, key=lambda c: (mean[c], c))
        for i in sorted(groups[c], key=lambda i: (near[i], rank[i]))
    ]


def _country(node: Node) -> str:
    return node.country.iri if node.country else ""


def _in_columns(network: Network, columns: list[list[int]], measure: Measure) -> Picture:
    """The picture: the last column decides the height, the others stand across from it."""
    places: dict[int, Place] = {}
    headings: list[Heading] = []
    left = [sum(measure.widths[:c]) + measure.gap * c for c in range(len(columns))]
    height = 0.0
    for c in reversed(range(len(columns))):
        middles, height, heads = _stack(network, columns, c, measure, height)
        headings += [Heading(left[c], y, en, ko, column) for y, en, ko, column in heads]
        for i in columns[c]:
            en, ko, tall = _card(network.nodes[i], measure, measure.widths[c])
            x = left[c] + measure.widths[c] / 2
            places[i] = Place(x, round(middles[i], 1), measure.widths[c], tall, en, ko)
    _centre_on_neighbours(network, columns, places)
    ordered = tuple(places[i] for i in range(len(network.nodes)))
    rank = {i: c for c, column in enumerate(columns) for i in column}
    ends = _ends(network, rank, ordered)
    return Picture(ordered, ends, tuple(headings), cards=True, font=measure.font)


def _stack(
    network: Network, columns: list[list[int]], c: int, measure: Measure, total: float
) -> tuple[dict[int, float], float, list[tuple[float, str, str, bool]]]:
    """The middle of each card of column `c`, the height of the column, its headings.

    A column that is shorter than `total` is spread over it.
    """
    column = columns[c]
    grouped = network.nodes[column[0]].kind.iri == expand(_GROUPED) if column else False
    tall = {i: _card(network.nodes[i], measure, measure.widths[c])[2] for i in column}
    heads = _column_heading(network, c)
    before = {i: _gap_before(network, column, n, grouped, measure) for n, i in enumerate(column)}
    needed = sum(tall.values()) + sum(before.values())
    spare = max(total - needed, 0.0) / max(len(column), 1)
    middles: dict[int, float] = {}
    y = 0.0
    for n, i in enumerate(column):
        if grouped and (
            n == 0 or _country(network.nodes[column[n - 1]]) != _country(network.nodes[i])
        ):
            en, ko = _group_name(network.nodes[i])
            heads.append((y + before[i] - 7, en, ko, False))
        y += before[i] + spare / 2
        middles[i] = y + tall[i] / 2
        y += tall[i] + spare / 2
    return middles, max(y, total), heads


def _gap_before(
    network: Network, column: list[int], n: int, grouped: bool, measure: Measure
) -> float:
    """The space above a card: more where a group begins."""
    if not grouped:
        return measure.row_gap if n else 0.0
    node = network.nodes[column[n]]
    begins = n == 0 or _country(network.nodes[column[n - 1]]) != _country(node)
    return measure.group_gap if begins else measure.row_gap


def _column_heading(network: Network, c: int) -> list[tuple[float, str, str, bool]]:
    en, ko = COLUMNS[network.name][c][1]
    return [(-_HEADING / 2, en, ko, True)]


def _group_name(node: Node) -> tuple[str, str]:
    return (node.country.en, node.country.ko) if node.country else WORDS["no-country"]


def _card(node: Node, measure: Measure, width: int) -> tuple[str, str, float]:
    """The label in lines, English and Korean, and the height for the longer of the two."""
    inside = width - 2 * measure.padding
    en, ko = wrap(node.en, inside, measure.font), wrap(node.ko, inside, measure.font)
    lines = 1 + max(en.count("\n"), ko.count("\n"))
    return en, ko, round(lines * measure.font * 1.3 + 2 * measure.padding * 0.75, 1)


def _centre_on_neighbours(
    network: Network, columns: list[list[int]], places: dict[int, Place]
) -> None:
    """Move the cards of the first column to the middle of those they are linked to."""
    if len(columns) < 2:
        return
    for i in columns[0]:
        linked = [places[j].y for j in _linked(network.edges, i) if j in set(columns[1])]
        if linked:
            place = places[i]
            middle = round((min(linked) + max(linked)) / 2, 1)
            places[i] = Place(place.x, middle, place.width, place.height, place.en, place.ko)


def _ends(
    network: Network, column: dict[int, int], places: tuple[Place, ...]
) -> tuple[tuple[float, float, float, float], ...]:
    """Where each edge leaves and arrives: on the sides that face each other, spread over the
    side in the order of the other ends, so that lines neither cross nor touch there."""
    sides: dict[tuple[int, bool], list[tuple[float, int]]] = {}
    for number, edge in enumerate(network.edges):
        for end, other in ((edge.source, edge.target), (edge.target, edge.source)):
            right = column[end] < column[other]
            sides.setdefault((end, right), []).append((places[other].y, number))
    at: dict[tuple[int, int], tuple[float, float]] = {}
    for (end, right), others in sides.items():
        place = places[end]
        step = min(9.0, (place.height - 12) / len(others))
        x = place.x + place.width / 2 * (1 if right else -1)
        for n, (_, number) in enumerate(sorted(others)):
            y = place.y + (n - (len(others) - 1) / 2) * step
            at[end, number] = (round(x, 1), round(y, 1))
    return tuple(
        (*at[edge.source, number], *at[edge.target, number])
        for number, edge in enumerate(network.edges)
    )


def _linked(edges: Iterable[Edge], node: int) -> Iterable[int]:
    for edge in edges:
        if node in (edge.source, edge.target):
            yield edge.target if edge.source == node else edge.source
