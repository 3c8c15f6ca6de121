"""The network of budgets as a flow: who pays, through which line, for what; as wide as the amounts.

Only amounts of one phase, basis, currency and period are compared: each such group is a picture
with a scale of its own. An amount enters once: of sources that differ the largest, of a line and
its part the line. What has several owners or purposes goes to all of them jointly, never split.
What enters no width is counted below the picture.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from coopgraph.i18n import text
from coopgraph.network import Edge, Named, Network
from coopgraph.view.charts.figure import SMALL, Band, Box, Caption, Plot, Shape, blank, svg_of
from coopgraph.view.charts.kinds import shown_amount
from coopgraph.view.picture import wrap
from coopgraph.view.style import NEUTRAL
from coopgraph.vocabulary import shrink

_FOR: Final = ("coop:technology", "coop:inProgramme")
#: Points: width of a column of names, of a ribbon, of a bar; height of all money; least of a bar.
_NAMES, _RIBBON, _BAR, _TALL, _LEAST = 190.0, 110.0, 10.0, 380.0, 26.0
_HEAD: Final = 44.0
#: Where the bars of the three columns begin.
_AT: Final = (_NAMES, _NAMES + _RIBBON, 2 * _NAMES + 2 * _RIBBON + _BAR)
_Key: TypeAlias = tuple[int, ...]


@dataclass
class _Comparable:
    """The money of one phase, basis, currency and period: amounts of lines, and whose they are."""

    amounts: dict[int, set[float]] = field(default_factory=lambda: defaultdict(set))
    owners: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    purposes: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))


def flow_svg(network: Network, lang: str, *, is_page: bool = False) -> str:
    """The flow of a network of budgets as SVG, in a page of ours in its colours; a line that says
    so where no amount can be drawn."""
    return svg_of(flow_plots(network, lang), is_page=is_page)


def flow_plots(network: Network, lang: str) -> list[Plot]:
    """The pictures of the flow, of the group with the most lines first."""
    groups, wider, bare = _grouped(network)
    drawn = sorted(groups.items(), key=lambda g: (-len(g[1].amounts), str(g[0])))
    plots = [_picture(network, group, wider, about, lang) for about, group in drawn]
    lost = blank(text("chart.budget-flow.bare", lang, len(bare)), 40) if bare else None
    empty = [blank(text("chart.budget-flow.empty", lang))]
    return [*(plots or empty), *([lost] if lost else [])]


def _grouped(
    network: Network,
) -> tuple[dict[tuple[Any, ...], _Comparable], dict[int, int], set[int]]:
    """The groups, the wider line of each line, and the lines that have no whole amount at all."""
    groups: dict[tuple[Any, ...], _Comparable] = defaultdict(_Comparable)
    wider: dict[int, int] = {}
    lines, with_amount = set[int](), set[int]()
    for edge in network.edges:
        kind = shrink(edge.kind.iri)
        if kind == "skos:broader":
            wider[edge.source] = edge.target
            continue
        line = edge.target if kind == "coop:owner" else edge.source if kind in _FOR else -1
        if line < 0 or shrink(network.nodes[line].kind.iri) != "coop:BudgetLine":
            continue
        lines.add(line)
        if edge.weight > 0 and edge.attributes.get("currency"):
            with_amount.add(line)
            group = groups[_about(edge)]
            group.amounts[line].add(edge.weight)
            ends = group.owners if kind == "coop:owner" else group.purposes
            ends[line].add(edge.source if kind == "coop:owner" else edge.target)
    return groups, wider, lines - with_amount


def _about(edge: Edge) -> tuple[Any, ...]:
    """What must be the same for amounts to be compared."""
    said = edge.attributes
    period = said.get("year") or f"{said.get('period_from', '')}–{said.get('period_to', '')}"
    return said["currency"], str(period).strip("–"), said.get("phase"), said.get("basis")


def _picture(
    network: Network, group: _Comparable, wider: dict[int, int], about: tuple[Any, ...], lang: str
) -> Plot:
    """Owners, lines and purposes in three columns, ribbons between them."""
    parts = {line for line in group.amounts if any(w in group.amounts for w in _above(line, wider))}
    amounts = {line: max(found) for line, found in group.amounts.items() if line not in parts}
    order = sorted(amounts, key=lambda line: (-amounts[line], line))
    scale = _TALL / sum(amounts.values())
    lines = _FlowColumn({(line,): amounts[line] * scale for line in order}, {})
    sides = [_beside(ends, order, lines) for ends in (group.owners, group.purposes)]
    shapes: list[Shape] = [Caption(14, 18, _told(about, lang), is_bold=True)]
    shapes += _ribbons(group, order, lines, sides)
    for column, x in zip((sides[0], lines, sides[1]), _AT, strict=True):
        for key, tall in column.tall.items():
            top = column.tops[key]
            shapes.append(Box(x, top, _BAR, tall, "ink"))
            name = ", ".join(network.nodes[n].label(lang) for n in key)
            if column is lines:
                name = f"{shown_amount(amounts[key[0]], str(about[0]), lang)}: {name}"
            shapes += _names(name, x, top + tall / 2, is_left=column is sides[0])
    differ = sum(len(group.amounts[line]) > 1 for line in amounts)
    said = [text("chart.budget-flow.overlap", lang)]
    said += [text("chart.budget-flow.parts", lang, len(parts))] if parts else []
    said += [text("chart.budget-flow.differ", lang, differ)] if differ else []
    foot = max(column.foot for column in (lines, *sides)) + 16
    for n, told in enumerate(said, 1):
        shapes.append(Caption(14, foot + 14 * n, told, SMALL, "soft"))
    return Plot(_AT[2] + _BAR + _NAMES + 12, foot + 14 * len(said) + 14, shapes)


class _FlowColumn:
    """Bars one below the other: how tall each is, and its top, none above the `first` of its
    lines. A bar is of one line, or of all who own or get some of the lines jointly."""

    def __init__(self, tall: dict[_Key, float], first: dict[_Key, float]) -> None:
        self.tall = tall
        self.tops: dict[_Key, float] = {}
        y = _HEAD
        for key, high in tall.items():
            y = max(y, first.get(key, y))
            self.tops[key] = y + max(_LEAST - high, 0) / 2
            y += max(high + 6, _LEAST)
        self.foot = max((self.tops[key] + high for key, high in tall.items()), default=_HEAD)


def _beside(ends: dict[int, set[int]], order: list[int], lines: _FlowColumn) -> _FlowColumn:
    """The column of those at one end of the lines."""
    tall: dict[_Key, float] = {}
    first: dict[_Key, float] = {}
    for line in order:
        if key := tuple(sorted(ends[line])):
            tall[key] = tall.get(key, 0.0) + lines.tall[line,]
            first.setdefault(key, lines.tops[line,])
    return _FlowColumn(tall, first)


def _ribbons(
    group: _Comparable, order: list[int], lines: _FlowColumn, sides: list[_FlowColumn]
) -> Iterator[Shape]:
    """From the owners to the lines, and from the lines to what they are for."""
    tones = {key: f"tone-{min(n, NEUTRAL)}" for n, key in enumerate(sides[0].tall)}
    ends = (group.owners, group.purposes)
    used: dict[tuple[int, _Key], float] = defaultdict(float)
    begin = _AT[1] + _BAR + _NAMES
    for line in order:
        thick, here = lines.tall[line,], lines.tops[line,]
        keys = [tuple(sorted(of[line])) for of in ends]
        tone = tones.get(keys[0], f"tone-{NEUTRAL}")
        for side, key in enumerate(keys):
            if key:
                there = sides[side].tops[key] + used[side, key]
                used[side, key] += thick
                if side:
                    yield Band(begin, _AT[2] - begin, here, there, thick, tone)
                else:
                    yield Band(_AT[0] + _BAR, _RIBBON - _BAR, there, here, thick, tone)


def _above(line: int, wider: dict[int, int]) -> Iterable[int]:
    """The lines that a line is part of."""
    seen = {line}
    while (line := wider.get(line, -1)) >= 0 and line not in seen:
        seen.add(line)
        yield line


def _names(name: str, x: float, y: float, *, is_left: bool) -> list[Shape]:
    """A name beside its bar, on two lines at most."""
    lines = wrap(name, _NAMES - 12, SMALL, most=2).split("\n")
    at, anchor = (x - 6, "end") if is_left else (x + _BAR + 5, "start")
    first = y + 0.35 * SMALL - (len(lines) - 1) * 5.5
    return [Caption(at, first + 11 * n, each, SMALL, "ink", anchor) for n, each in enumerate(lines)]


def _told(about: tuple[Any, ...], lang: str) -> str:
    """What the amounts of a picture have in common."""
    return ", ".join(
        each.label(lang) if isinstance(each, Named) else str(each) for each in about if each
    )
