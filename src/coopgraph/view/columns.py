"""Columns: a network that reads like a table, from left to right, one lane next to the other
(`coopgraph.view.lanes`), a wide picture and, of up to three lanes, one for narrow screens.
"""

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from coopgraph.network import Network, Node
from coopgraph.view.lanes import LaneColumn, columns_of, country_of, neighbours_of
from coopgraph.view.picture import Heading, NodeBox, Picture, Texts, each, labels, text_width, wrap

_HEADING: Final = 34.0
_NARROW_LANES: Final = 3
_LONG: Final = 16


@dataclass(frozen=True)
class ColumnSizes:
    """Sizes of one picture of columns, in pixels: widths of the first lane, of those between and
    of the last; where `fitted`, a lane is only as wide as its labels need, up to the last one."""

    font: int
    widths: tuple[int, int, int]
    gap: int
    row_gap: int
    group_gap: int
    padding: int
    fitted: bool = False

    def width(self, lane: int, count: int, longest: float) -> int:
        """The width of one of `count` lanes, in which the longest label takes this many pixels."""
        if self.fitted:
            return round(min(max(longest + 2 * self.padding + 10, self.widths[0]), self.widths[2]))
        return self.widths[0 if lane == 0 else 2 if lane == count - 1 else 1]


WIDE: Final = ColumnSizes(15, (204, 236, 330), 150, 10, 32, 12)
#: Where a lane is long.
DENSE: Final = ColumnSizes(14, (130, 300, 300), 100, 5, 24, 5, fitted=True)
NARROW: Final = ColumnSizes(11, (84, 102, 130), 24, 9, 24, 5)


def column_pictures(network: Network) -> dict[str, Picture] | None:
    """The pictures `wide` and, where it fits, `narrow`; None where the network is not drawn in
    columns."""
    columns = columns_of(network)
    if columns is None:
        return None
    long = max(len(column.nodes) for column in columns) > _LONG
    pictures = {"wide": _in_columns(network, columns, DENSE if long else WIDE)}
    if len(columns) <= _NARROW_LANES:
        pictures["narrow"] = _in_columns(network, columns, NARROW)
    return pictures


def _in_columns(network: Network, columns: list[LaneColumn], measure: ColumnSizes) -> Picture:
    """The picture: the tallest column decides the height, the others are spread over it."""
    widths = [
        measure.width(c, len(columns), _longest(network, column, measure.font))
        for c, column in enumerate(columns)
    ]
    cards = {
        i: _card(network.nodes[i], measure, widths[c])
        for c, column in enumerate(columns)
        for i in column.nodes
    }
    marks = _marks(network)
    gaps = [_gaps(network, column, measure, marks) for column in columns]
    height = max(
        sum(cards[i][1] for i in column.nodes) + sum(gap)
        for column, gap in zip(columns, gaps, strict=True)
    )
    places: dict[int, NodeBox] = {}
    headings: list[Heading] = []
    x = 0.0
    for c, column in enumerate(columns):
        width = widths[c]
        middles = _middles(column, [cards[i][1] for i in column.nodes], gaps[c], height)
        headings.append(Heading(x, -_HEADING / 2, column.heading, True))
        for i, middle in zip(column.nodes, middles, strict=True):
            label, tall = cards[i]
            places[i] = NodeBox(x + width / 2, round(middle, 1), width, tall, label)
        x += width + measure.gap
    _centre_on_neighbours(network, columns, places)
    headings += _country_headings(network, columns, places)
    headings += _mark_headings(marks, places, measure)
    ordered = tuple(places[i] for i in range(len(network.nodes)))
    lane = {i: c for c, column in enumerate(columns) for i in column.nodes}
    ends = _ends(network, lane, ordered)
    return Picture(ordered, ends, tuple(headings), cards=True, font=measure.font)


def _longest(network: Network, column: LaneColumn, font: int) -> float:
    texts = (text for i in column.nodes for text in labels(network.nodes[i]))
    return max(text_width(text, font) for text in texts)


def _gaps(
    network: Network, column: LaneColumn, measure: ColumnSizes, marks: dict[int, Texts]
) -> list[float]:
    """The space above each card: more where a group begins, and below a card with a mark."""
    gaps: list[float] = []
    for n, i in enumerate(column.nodes):
        before = column.nodes[n - 1] if n else None
        gap = float(measure.row_gap if n else 0)
        if column.by_country and _begins(network, before, i):
            gap = measure.group_gap
        if before in marks:
            gap += measure.font
        gaps.append(gap)
    return gaps


def _begins(network: Network, before: int | None, i: int) -> bool:
    """Whether a group of a country begins with node `i`."""
    nodes = network.nodes
    return before is None or country_of(nodes[before]) != country_of(nodes[i])


def _middles(
    column: LaneColumn, heights: list[float], gaps: list[float], total: float
) -> list[float]:
    """The middle of each card, the cards spread over the whole height."""
    spare = max(total - sum(heights) - sum(gaps), 0.0) / max(len(column.nodes), 1)
    middles: list[float] = []
    y = 0.0
    for height, gap in zip(heights, gaps, strict=True):
        y += gap + spare / 2
        middles.append(y + height / 2)
        y += height + spare / 2
    return middles


def _country_headings(
    network: Network, columns: list[LaneColumn], places: dict[int, NodeBox]
) -> list[Heading]:
    found = []
    for column in columns:
        for n, i in enumerate(column.nodes):
            if column.by_country and _begins(network, column.nodes[n - 1] if n else None, i):
                country = network.nodes[i].country
                named = labels(country) if country else each("view.no-country")
                top = places[i].y - places[i].height / 2
                left = places[i].x - places[i].width / 2
                found.append(Heading(left, round(top - 7, 1), named, False))
    return found


def _marks(network: Network) -> dict[int, Texts]:
    """The line under a card: that what its edges list is a draft, and that the source ends the
    list in "and others"."""
    said: dict[int, dict[str, None]] = {}
    for edge in network.edges:
        if "open_list" in edge.attributes:
            words = said.setdefault(edge.source, {})
            if edge.status == "draft":
                words["view.draft"] = None
            if edge.attributes["open_list"] is True:
                words["view.and-others"] = None
    return {
        i: tuple(" · ".join(texts) for texts in zip(*map(each, words), strict=True))
        for i, words in said.items()
        if words
    }


def _mark_headings(
    marks: dict[int, Texts], places: dict[int, NodeBox], measure: ColumnSizes
) -> list[Heading]:
    found = []
    for i, text in sorted(marks.items()):
        place = places[i]
        foot = place.y + place.height / 2 + measure.font
        found.append(Heading(place.x - place.width / 2 + 6, round(foot, 1), text, False))
    return found


def _card(node: Node, measure: ColumnSizes, width: int) -> tuple[Texts, float]:
    """The label in lines, in each language, and the height for the longest of them."""
    inside = width - 2 * measure.padding
    label = tuple(wrap(text, inside, measure.font) for text in labels(node))
    lines = 1 + max(text.count("\n") for text in label)
    return label, round(lines * measure.font * 1.3 + 2 * measure.padding * 0.75, 1)


def _centre_on_neighbours(
    network: Network, columns: list[LaneColumn], places: dict[int, NodeBox]
) -> None:
    """Move the cards of the first column to the middle of those they are linked to, where none
    covers another."""
    if len(columns) < 2:
        return
    linked, second = neighbours_of(network), set(columns[1].nodes)
    moved = dict(places)
    for i in columns[0].nodes:
        heights = [places[j].y for j in linked.get(i, ()) if j in second]
        if heights:
            middle = round((min(heights) + max(heights)) / 2, 1)
            p = places[i]
            moved[i] = replace(p, y=middle)
    stack = [moved[i] for i in columns[0].nodes]
    stack.sort(key=lambda place: place.y)
    if all(b.y - a.y >= (a.height + b.height) / 2 for a, b in pairwise(stack)):
        places.update(moved)


def _ends(
    network: Network, lane: dict[int, int], places: tuple[NodeBox, ...]
) -> tuple[tuple[float, float, float, float], ...]:
    """Where each edge leaves and arrives: on the sides that face each other (within a lane on
    the left), spread over the side in the order of the other ends, so that lines neither cross
    nor touch there."""
    sides: dict[tuple[int, bool], list[tuple[float, int, int]]] = {}
    for number, edge in enumerate(network.edges):
        for which, (end, other) in enumerate(
            ((edge.source, edge.target), (edge.target, edge.source))
        ):
            right = lane[end] < lane[other]
            sides.setdefault((end, right), []).append((places[other].y, number, which))
    at: dict[tuple[int, int], tuple[float, float]] = {}
    for (end, right), others in sides.items():
        place = places[end]
        step = min(9.0, (place.height - 12) / len(others))
        x = place.x + place.width / 2 * (1 if right else -1)
        for n, (_, number, which) in enumerate(sorted(others)):
            y = place.y + (n - (len(others) - 1) / 2) * step
            at[number, which] = (round(x, 1), round(y, 1))
    return tuple((*at[number, 0], *at[number, 1]) for number in range(len(network.edges)))
