"""A flow of money: ribbons from those who give to what it is for, as wide as the amounts."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from coopgraph.queries import Answer
from coopgraph.view.charts.figure import INK, SMALL, figure, plain
from coopgraph.view.charts.kinds import inches, shown_won
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
    """Ribbons from ministries to technologies. Columns: ministry, technology, amount_krw.

    A technology says what its ribbons add up to; a ministry does not, for its ribbons overlap.
    """
    ties = [(str(r["ministry"]), str(r["technology"]), float(str(r["amount_krw"]))) for r in answer]
    ties = [tie for tie in ties if tie[2] > 0]
    given, taken = defaultdict[str, float](float), defaultdict[str, float](float)
    for ministry, technology, amount in ties:
        given[ministry] += amount
        taken[technology] += amount
    scale = _TALL / (sum(given.values()) or 1.0)
    sources, targets = _stacked(given, scale), _stacked(taken, scale)
    said = {name: f"{name}: {shown_won(amount, answer.lang)}" for name, amount in taken.items()}
    left, right = inches(list(sources), SMALL) + 0.3, inches(list(said.values()), SMALL) + 0.3
    height = 0.2 + max(bar.top + bar.height for bar in (*sources.values(), *targets.values()))
    made = figure(height, left + _APART + right)
    axes = made.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set_xlim(-left, _APART + right)
    axes.set_ylim(height, 0)
    tones = {name: TONES[min(n, NEUTRAL)][0] for n, name in enumerate(sources)}
    order = {name: n for n, name in enumerate([*sources, *targets])}
    for ministry, technology, amount in sorted(ties, key=lambda t: (order[t[0]], order[t[1]])):
        thick = amount * scale
        tops = sources[ministry].take(thick), targets[technology].take(thick)
        _ribbon(axes, tops, thick, tones[ministry])
    for name, bar in sources.items():
        _bar(axes, -_BAR, bar, tones[name])
        _label(axes, -_BAR - 0.08, bar, name, "right")
    for name, bar in targets.items():
        _bar(axes, _APART, bar, INK)
        _label(axes, _APART + _BAR + 0.08, bar, said[name], "left")
    return made


def _stacked(sums: dict[str, float], scale: float) -> dict[str, _Bar]:
    """A bar for each name below the last, the largest first."""
    bars: dict[str, _Bar] = {}
    y = 0.15
    for name in sorted(sums, key=lambda name: (-sums[name], name)):
        height = sums[name] * scale
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
