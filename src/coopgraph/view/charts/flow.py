"""A flow of money: ribbons from those who give to what it is for, as wide as the amounts."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from coopgraph.queries import Answer
from coopgraph.view.charts.figure import INK, SMALL, figure, plain
from coopgraph.view.charts.kinds import inches, shown_amount
from coopgraph.view.style import NEUTRAL, TONES

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: Inches: how far the two sides stand apart, how tall all money is together, and the least that a
#: bar takes with its label.
_APART: Final = 4.6
_TALL: Final = 6.0
_LEAST: Final = 0.25
_BAR: Final = 0.14


@dataclass
class _Bar:
    """One bar: its top and height, and how far down its ribbons have come."""

    top: float
    height: float
    used: float = 0.0

    def take(self, height: float) -> float:
        """The top of the next ribbon."""
        top = self.top + self.used
        self.used += height
        return top


def flow(answer: Answer) -> Figure:
    """Ribbons from ministries to technologies. Columns: ministry, technology, amount, currency,
    year, phase. A technology says what its ribbons add up to; a ministry does not, for its ribbons
    overlap. Amounts in another currency, of another year or phase have bars and a scale of their
    own."""
    units: dict[str, list[tuple[str, str, float]]] = defaultdict(list)
    for row in answer:
        if (amount := float(str(row["amount"]))) > 0:
            unit = ", ".join(str(row[name]) for name in ("currency", "year", "phase"))
            units[unit].append((str(row["ministry"]), str(row["technology"]), amount))
    ties: list[tuple[str, str, float]] = []
    given, taken, said = defaultdict[str, float](float), defaultdict[str, float](float), {}
    for unit, found in units.items():
        scale = _TALL / len(units) / sum(amount for *_, amount in found)
        sums = defaultdict[str, float](float)
        for names in found:
            ministry, technology = (
                f"{name} ({unit})" if len(units) > 1 else name for name in names[:2]
            )
            ties.append((ministry, technology, thick := names[2] * scale))
            given[ministry] += thick
            taken[technology] += thick
            sums[technology] += names[2]
        for name, amount in sums.items():
            said[name] = f"{name}: {shown_amount(amount, unit.partition(',')[0], answer.lang)}"
    sources, targets = _stacked(given), _stacked(taken)
    left, right = inches(list(sources), SMALL) + 0.3, inches(list(said.values()), SMALL) + 0.3
    height = 0.2 + max(bar.top + bar.height for bar in (*sources.values(), *targets.values()))
    made = figure(height, left + _APART + right)
    axes = made.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set_xlim(-left, _APART + right)
    axes.set_ylim(height, 0)
    tones = {name: TONES[min(n, NEUTRAL)][0] for n, name in enumerate(sources)}
    order = {name: n for n, name in enumerate([*sources, *targets])}
    for ministry, technology, thick in sorted(ties, key=lambda t: (order[t[0]], order[t[1]])):
        tops = sources[ministry].take(thick), targets[technology].take(thick)
        _ribbon(axes, tops, thick, tones[ministry])
    for name, bar in sources.items():
        _bar(axes, -_BAR, bar, tones[name])
        _label(axes, -_BAR - 0.08, bar, name, "right")
    for name, bar in targets.items():
        _bar(axes, _APART, bar, INK)
        _label(axes, _APART + _BAR + 0.08, bar, said[name], "left")
    return made


def _stacked(heights: dict[str, float]) -> dict[str, _Bar]:
    """A bar for each name below the last, the largest first."""
    bars: dict[str, _Bar] = {}
    y = 0.15
    for name in sorted(heights, key=lambda name: (-heights[name], name)):
        height = heights[name]
        room = max(height + 0.08, _LEAST)
        bars[name] = _Bar(y + (room - height) / 2, height)
        y += room
    return bars


def _ribbon(axes: Any, tops: tuple[float, float], thick: float, colour: str) -> None:
    """A band between the two sides that leaves and arrives level."""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    (a, b), middle = tops, _APART / 2
    corners = [
        (0, a), (middle, a), (middle, b), (_APART, b),
        (_APART, b + thick), (middle, b + thick), (middle, a + thick), (0, a + thick), (0, a),
    ]  # fmt: skip
    curve = [Path.CURVE4] * 3
    codes = [Path.MOVETO, *curve, Path.LINETO, *curve, Path.CLOSEPOLY]
    axes.add_patch(PathPatch(Path(corners, codes), facecolor=colour, alpha=0.45, linewidth=0))


def _bar(axes: Any, x: float, bar: _Bar, colour: str) -> None:
    from matplotlib.patches import Rectangle

    axes.add_patch(Rectangle((x, bar.top), _BAR, bar.height, facecolor=colour, linewidth=0))


def _label(axes: Any, x: float, bar: _Bar, text: str, align: str) -> None:
    middle = bar.top + bar.height / 2
    axes.text(x, middle, plain(text), ha=align, va="center", fontsize=SMALL, color=INK)
