"""The charts themselves: an answer becomes a figure. A flow of money is ribbons from those who give
to what it is for, as wide as the amounts."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from coopgraph.i18n import money, money_unit, text
from coopgraph.queries import Answer
from coopgraph.view.charts.figure import GRID, INK, SMALL, SOFT, TEXT, WIDTH, figure, plain
from coopgraph.view.picture import text_width, wrap
from coopgraph.view.style import NEUTRAL, TONES

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: Phases in the order of the budget cycle: tone and mark.
_PHASES: Final = {
    "allocation": (1, "s"),
    "proposal": (2, "^"),
    "approved": (0, "o"),
    "revised": (3, "D"),
    "executed": (4, "v"),
    "unknown": (6, "X"),
}
#: Inches: how far the two sides stand apart, how tall all money is together, and the least that a
#: bar takes with its label.
_APART: Final = 4.6
_TALL: Final = 6.0
_LEAST: Final = 0.25
_BAR: Final = 0.14
#: Kinds of match, the closest first; none where a list has the technology itself.
_MATCHES: Final = ("", "close", "broad", "narrow", "related")


def _key(cell: Any) -> str:
    return str(getattr(cell, "iri", "")).rpartition("/")[2]


def inches(texts: list[str], size: int = TEXT) -> float:
    """The width of the longest text."""
    return max((text_width(text, size) for text in texts), default=0.0) / 72


def shown_amount(amount: float, currency: str, lang: str) -> str:
    """An amount in words, to three digits.

    >>> shown_amount(2.5e12, "KRW", "en"), shown_amount(84520000000, "JPY", "en")
    ('KRW 2.5 trillion', 'JPY 84.5 billion')
    """
    value = Decimal(f"{amount:.2e}")
    return money(value, currency, lang, rounding=Decimal(10) ** (value.adjusted() - 2))


def matrix(answer: Answer) -> Figure:
    """Technologies by countries; each cell counts partners. Columns: technology, country (empty
    for none), partners."""
    other = text("view.no-country", answer.lang)
    counts = {
        (str(row["technology"]), str(row["country"] or other)): int(str(row["partners"]))
        for row in answer
    }
    totals = defaultdict[str, int](int)
    for (_, country), count in counts.items():
        totals[country] += count
    columns = sorted(totals, key=lambda country: (country == other, -totals[country], country))
    most = max(counts.values())
    cells = {place: (str(count), count / most) for place, count in counts.items() if count}
    return _grid(list(dict.fromkeys(technology for technology, _ in counts)), columns, cells)


def matches(answer: Answer) -> Figure:
    """Technologies by whose lists have an entry that matches; each cell says how the closest does.
    Columns: technology, holder, match (empty where the list has the technology itself)."""
    words = {0: text("chart.technology-lists.same", answer.lang)}
    closest: dict[tuple[str, str], int] = {}
    for row in answer:
        place = (str(row["technology"]), str(row["holder"]))
        rank = _MATCHES.index(_key(row["match"]))
        words.setdefault(rank, str(row["match"]))
        closest[place] = min(rank, closest.get(place, rank))
    close = Counter(technology for (technology, _), rank in closest.items() if rank == 1)
    rows = sorted({row for row, _ in closest}, key=lambda row: (-close[row], row))
    columns = sorted({column for _, column in closest})
    cells = {place: (words[rank], 1 - rank / len(_MATCHES)) for place, rank in closest.items()}
    return _grid(rows, columns, cells)


def _grid(
    rows: list[str], columns: list[str], cells: dict[tuple[str, str], tuple[str, float]]
) -> Figure:
    """Named rows by named columns; of a cell that holds something, its text and how dark it is
    (0 to 1)."""
    left = inches(rows) + 0.3
    names = [wrap(name, 96, TEXT) for name in columns]
    top, row, width = 0.25 + 0.2 * (1 + max(n.count("\n") for n in names)), 0.42, 1.45
    height = top + row * len(rows) + 0.15
    made = figure(height, left + width * len(columns) + 0.15)
    axes = made.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set_xlim(0, left + width * len(columns) + 0.15)
    axes.set_ylim(height, 0)
    for c, name in enumerate(names):
        x = left + width * (c + 0.5)
        axes.text(x, top - 0.12, plain_lines(name), ha="center", va="bottom", color=INK)
    for r, name in enumerate(rows):
        y = top + row * r
        axes.text(left - 0.15, y + row / 2, plain(name), ha="right", va="center", color=INK)
        for c, column in enumerate(columns):
            _cell(axes, (left + width * c, y), (width, row), *cells.get((name, column), ("", 0.0)))
    return made


def _cell(
    axes: Any, at: tuple[float, float], size: tuple[float, float], told: str, share: float
) -> None:
    """One cell: darker for more, with its text; empty for none."""
    from matplotlib.patches import Rectangle

    colour = (*(1 - share * part for part in (1.0, 0.55, 0.3)),) if told else "#f4f6f8"
    inner = (at[0] + 0.03, at[1] + 0.03)
    axes.add_patch(Rectangle(inner, size[0] - 0.06, size[1] - 0.06, facecolor=colour, linewidth=0))
    if told:
        ink = "white" if share > 0.8 else INK
        middle = (at[0] + size[0] / 2, at[1] + size[1] / 2)
        axes.text(*middle, plain(told), ha="center", va="center", color=ink, fontweight="bold")


def plain_lines(text: str) -> str:
    """Text in lines, each taken literally."""
    return "\n".join(plain(line) for line in text.split("\n"))


def _believed(row: dict[str, Any]) -> float:
    """The amount of a row, of a known misprint the one that we read instead."""
    return float(row["amount"] if row["corrected"] is None else row["corrected"])


def series(answer: Answer) -> Figure:
    """A small picture for each line and currency, each on a scale of its own: years across, amounts
    up, phases by colour and mark, a later basis as an open mark. A known misprint is where we read
    it, and told. Columns: line, year, phase, basis, amount, corrected, currency."""
    lines: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in answer:
        lines[str(row["line"]), str(row["currency"])].append(row)
    order = sorted(lines, key=lambda each: (each[1], -max(map(_believed, lines[each])), each[0]))
    across = min(3, len(order))
    down = math.ceil(len(order) / across)
    each, head, foot = 2.1, 0.55, 0.35
    height = head + down * each + 0.1
    made = figure(height)
    years = sorted({int(str(row["year"])) for row in answer})
    for n, each_line in enumerate(order):
        x, y = n % across, n // across
        wide = WIDTH / across
        box = (
            (x * wide + 0.62) / WIDTH,
            (height - head - (y + 1) * each + foot) / height,
            (wide - 0.82) / WIDTH,
            (each - foot - 0.62) / height,
        )
        _panel(made.add_axes(box), each_line, lines[each_line], years, answer.lang)
    _key_to_phases(made, answer, height)
    return made


def _panel(
    axes: Any, of: tuple[str, str], rows: list[dict[str, Any]], years: list[int], lang: str
) -> None:
    """The figures of one line in one currency."""
    line, currency = of
    misprints = [row for row in rows if row["corrected"] is not None]
    largest = max(_believed(row) for row in rows)
    unit, name = money_unit(largest, currency, lang)
    one_a_year = defaultdict[tuple[str, str], dict[int, list[float]]](lambda: defaultdict(list))
    for row in rows:
        kind = (_key(row["phase"]), _key(row["basis"]))
        one_a_year[kind][int(row["year"])].append(_believed(row) / unit)
    for (phase, basis), by_year in sorted(one_a_year.items()):
        tone, mark = _PHASES.get(phase, _PHASES["unknown"])
        colour = TONES[tone][0]
        points = [(year, value) for year, found in sorted(by_year.items()) for value in found]
        xs, ys = [p[0] for p in points], [p[1] for p in points]
        if all(len(found) == 1 for found in by_year.values()):
            axes.plot(xs, ys, color=colour, linewidth=1.2, alpha=0.6, zorder=2)
        inside = colour if basis == "as-published" else "white"
        axes.plot(xs, ys, mark, ms=6, mfc=inside, mec=colour, mew=1.4, zorder=3)
    for n, row in enumerate(misprints):
        pair = (money(row[name], currency, lang) for name in ("amount", "corrected"))
        told = plain_lines(wrap(text("figure.misprint", lang, *pair), 150, SMALL))
        at = {"va": "top", "fontsize": SMALL - 1, "color": SOFT, "transform": axes.transAxes}
        axes.text(0.02, 0.97 - 0.2 * n, told, **at)
    title = plain_lines(wrap(line, 190, TEXT, most=2))
    axes.set_title(title, loc="left", fontsize=TEXT, color=INK, pad=16)
    axes.text(0, 1.03, name, transform=axes.transAxes, fontsize=SMALL - 1, color=SOFT, va="bottom")
    axes.set_xlim(years[0] - 0.5, years[-1] + 0.5)
    shown = sorted({int(row["year"]) for row in rows})
    axes.set_xticks(shown, [str(shown[0]), *(f"’{year % 100:02}" for year in shown[1:])])
    axes.set_ylim(0, largest / unit * 1.15)
    axes.tick_params(labelsize=SMALL - 1, colors=SOFT, length=0)
    axes.locator_params(axis="y", nbins=4)
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:,.10g}")
    axes.grid(axis="y", color=GRID, linewidth=0.7)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.spines["bottom"].set_color(GRID)


def _key_to_phases(made: Any, answer: Answer, height: float) -> None:
    """The legend: a mark for each phase that is there, full and open marks for the bases."""
    from matplotlib.lines import Line2D

    phases = {_key(row["phase"]): str(row["phase"]) for row in answer}
    bases = {_key(row["basis"]): str(row["basis"]) for row in answer}
    looks = {phase: _PHASES.get(phase, _PHASES["unknown"]) for phase in phases}
    order = [*_PHASES, *sorted(phases.keys() - _PHASES.keys())]
    marks = [
        (looks[phase][1], *(TONES[looks[phase][0]][0],) * 2, label)
        for phase, label in sorted(phases.items(), key=lambda p: order.index(p[0]))
    ]
    for basis, label in sorted(bases.items()):
        marks.append(("o", SOFT, SOFT if basis == "as-published" else "white", label))
    handles = [
        Line2D([], [], marker=m, c="none", mfc=fill, mec=c, label=plain(label), ms=6)
        for m, c, fill, label in marks
    ]
    place = {"loc": "upper left", "bbox_to_anchor": (0.02, 1 - 0.1 / height)}
    look = {"frameon": False, "fontsize": SMALL, "labelcolor": INK}
    made.legend(
        handles=handles, ncols=len(handles), columnspacing=1.6, handletextpad=0.3, **place, **look
    )


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
