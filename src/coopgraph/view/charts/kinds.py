"""The charts themselves: an answer becomes a figure. A flow of money is ribbons from those who give
to what it is for, as wide as the amounts."""

import math
from collections import Counter, defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from coopgraph.i18n import money, money_unit, text
from coopgraph.queries import Answer
from coopgraph.view.charts.figure import (
    SMALL,
    TEXT,
    WIDTH,
    Band,
    Box,
    Caption,
    Plot,
    Shape,
    Spot,
    Stroke,
)
from coopgraph.view.picture import text_width, wrap
from coopgraph.view.style import NEUTRAL

#: Phases in the order of the budget cycle: tone and mark.
_PHASES: Final = {
    "allocation": (1, "s"),
    "proposal": (2, "^"),
    "approved": (0, "o"),
    "revised": (3, "D"),
    "executed": (4, "v"),
    "unknown": (6, "X"),
}
#: Points: how far the two sides stand apart, how tall all money is together, and the least that a
#: bar takes with its label.
_APART: Final = 331.0
_TALL: Final = 432.0
_LEAST: Final = 18.0
_BAR: Final = 10.0
#: Points: a cell of a grid, a panel of a series, and what stands around its axes.
_CELL: Final = (104.0, 30.0)
_PANEL, _KEY = 151.0, 34.0
_LEFT, _RIGHT, _TOP, _FOOT = 45.0, 14.0, 45.0, 24.0
#: Between the lines of a text, in parts of its size.
_LEADING: Final = 1.25
#: Kinds of match, the closest first; none where a list has the technology itself.
_MATCHES: Final = ("", "close", "broad", "narrow", "related")


def _key(cell: Any) -> str:
    return str(getattr(cell, "iri", "")).rpartition("/")[2]


def widest(texts: list[str], size: int = TEXT) -> float:
    """The width of the longest text."""
    return max((text_width(text, size) for text in texts), default=0.0)


def _lines(told: str, x: float, y: float, size: float, **look: Any) -> list[Shape]:
    """A text of several lines, of which the last stands on `y`."""
    lines = told.split("\n")
    tops = (y - size * _LEADING * n for n in reversed(range(len(lines))))
    return [Caption(x, top, line, size, **look) for top, line in zip(tops, lines, strict=True)]


def shown_amount(amount: float, currency: str, lang: str) -> str:
    """An amount in words, to three digits.

    >>> shown_amount(2.5e12, "KRW", "en"), shown_amount(84520000000, "JPY", "en")
    ('KRW 2.5 trillion', 'JPY 84.5 billion')
    """
    value = Decimal(f"{amount:.2e}")
    return money(value, currency, lang, rounding=Decimal(10) ** (value.adjusted() - 2))


def matrix(answer: Answer) -> Plot:
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


def matches(answer: Answer) -> Plot:
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
) -> Plot:
    """Named rows by named columns; of a cell that holds something, its text and how dark it is
    (0 to 1)."""
    (width, height), left = _CELL, widest(rows) + 22
    names = [wrap(name, width - 8, TEXT) for name in columns]
    top = 20 + TEXT * _LEADING * (1 + max(name.count("\n") for name in names))
    shapes: list[Shape] = []
    for c, name in enumerate(names):
        x = left + width * (c + 0.5)
        shapes += _lines(name, x, top - 8, TEXT, anchor="middle", is_bold=True)
    for r, name in enumerate(rows):
        y = top + height * r
        middle = y + height / 2 + 0.35 * TEXT
        shapes.append(Caption(left - 10, middle, name, anchor="end"))
        for c, column in enumerate(columns):
            told, share = cells.get((name, column), ("", 0.0))
            # None is of a middle tone, on which neither light nor dark letters can be read.
            x, is_dark = left + width * c, share > 0.75
            dark = 0.5 + 0.5 * share if is_dark else 0.1 + 0.55 * share
            fill, opacity = ("declared", dark) if told else ("none", 1.0)
            shapes.append(Box(x + 1.5, y + 1.5, width - 3, height - 3, fill, opacity))
            if told:
                ink = "paper" if is_dark else "ink"
                shapes.append(Caption(x + width / 2, middle, told, TEXT, ink, "middle", True))
    return Plot(left + width * len(columns) + 11, top + height * len(rows) + 11, shapes)


def _believed(row: dict[str, Any]) -> float:
    """The amount of a row, of a known misprint the one that we read instead."""
    return float(row["amount"] if row["corrected"] is None else row["corrected"])


def series(answer: Answer, wide: float = WIDTH) -> Plot:
    """A small picture for each line and currency, each on a scale of its own: years across, amounts
    up, phases by colour and mark, a later basis as an open mark. A known misprint is where we read
    it, and told. Columns: line, year, phase, basis, amount, corrected, currency."""
    lines: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in answer:
        lines[str(row["line"]), str(row["currency"])].append(row)
    order = sorted(lines, key=lambda each: (each[1], -max(map(_believed, lines[each])), each[0]))
    across = min(3, len(order))
    shapes, key = _key_to_phases(answer)
    years = sorted({int(str(row["year"])) for row in answer})
    for n, line in enumerate(order):
        at = (n % across * wide / across, key + n // across * _PANEL)
        shapes += _panel(at, wide / across, line, lines[line], years, answer.lang)
    return Plot(wide, key + math.ceil(len(order) / across) * _PANEL + 7, shapes)


def _panel(
    at: tuple[float, float],
    wide: float,
    of: tuple[str, str],
    rows: list[dict[str, Any]],
    years: list[int],
    lang: str,
) -> list[Shape]:
    """The figures of one line in one currency."""
    line, currency = of
    largest = max(_believed(row) for row in rows)
    unit, name = money_unit(largest, currency, lang)
    left, right, top, bottom = at[0] + _LEFT, at[0] + wide - _RIGHT, at[1] + _TOP, at[1] + _PANEL
    bottom -= _FOOT
    small = SMALL - 1

    def across(year: float) -> float:
        return left + (right - left) * (year - years[0] + 0.5) / (years[-1] - years[0] + 1)

    def up(value: float) -> float:
        return bottom - (bottom - top) * value / (largest / unit * 1.15)

    title = wrap(line, wide - _LEFT, TEXT, most=2)
    shapes = _lines(title, left, top - 15, TEXT, is_bold=True)
    shapes.append(Caption(left, top - 3, name, small, "soft"))
    for tick in _ticks(largest / unit * 1.15):
        y = up(tick)
        shapes.append(Stroke([(left, y), (right, y)], "line", 0.7))
        shapes.append(Caption(left - 5, y + 0.35 * small, f"{tick:,.10g}", small, "soft", "end"))
    shown = sorted({int(row["year"]) for row in rows})
    for year in shown:
        told = str(year) if year == shown[0] else f"’{year % 100:02}"
        shapes.append(Caption(across(year), bottom + 13, told, small, "soft", "middle"))
    kinds = defaultdict[tuple[str, str], list[tuple[int, float]]](list)
    for row in rows:
        kind = (_key(row["phase"]), _key(row["basis"]))
        kinds[kind].append((int(row["year"]), _believed(row) / unit))
    for (phase, basis), found in sorted(kinds.items()):
        tone, mark = _PHASES.get(phase, _PHASES["unknown"])
        colour, points = f"tone-{tone}", [(across(x), up(y)) for x, y in sorted(found)]
        if len({year for year, _ in found}) == len(found) > 1:
            shapes.append(Stroke(points, colour, 1.2))
        inside = colour if basis == "as-published" else "paper"
        shapes += [Spot(x, y, mark, colour, inside) for x, y in points]
    return shapes + _misprints(rows, currency, (left + 3, top), right - left, lang)


def _misprints(
    rows: list[dict[str, Any]], currency: str, at: tuple[float, float], wide: float, lang: str
) -> list[Shape]:
    """What is printed wrong, and how we read it."""
    shapes: list[Shape] = []
    x, y = at
    for row in rows:
        if row["corrected"] is not None:
            pair = (money(row[name], currency, lang) for name in ("amount", "corrected"))
            told = wrap(text("figure.misprint", lang, *pair), wide, SMALL)
            y += (SMALL - 1) * _LEADING * (1 + told.count("\n"))
            shapes += _lines(told, x, y, SMALL - 1, colour="soft")
    return shapes


def _ticks(most: float) -> list[float]:
    """Round numbers from 0 on, at most five, that do not go beyond the top.

    >>> _ticks(11.5), _ticks(0.3)
    ([0.0, 5.0, 10.0], [0.0, 0.1, 0.2, 0.3])
    """
    power = 10.0 ** math.floor(math.log10(most / 4 or 1))
    step = next(n * power for n in (1, 2, 2.5, 5, 10) if most / (n * power) <= 4)
    return [round(step * n, 10) for n in range(math.floor(most / step + 1e-9) + 1)]


def _key_to_phases(answer: Answer) -> tuple[list[Shape], float]:
    """The legend: a mark for each phase that is there, full and open marks for the bases; and how
    high it is."""
    phases = {_key(row["phase"]): str(row["phase"]) for row in answer}
    bases = {_key(row["basis"]): str(row["basis"]) for row in answer}
    order = [*_PHASES, *sorted(phases.keys() - _PHASES.keys())]
    marks = []
    for phase, label in sorted(phases.items(), key=lambda p: order.index(p[0])):
        tone, form = _PHASES.get(phase, _PHASES["unknown"])
        marks.append((form, f"tone-{tone}", f"tone-{tone}", label))
    for basis, label in sorted(bases.items()):
        marks.append(("o", "soft", "soft" if basis == "as-published" else "paper", label))
    shapes: list[Shape] = []
    x, y = 18.0, 14.0
    for form, colour, fill, label in marks:
        wide = text_width(label, SMALL) + 30
        if x + wide > WIDTH:
            x, y = 18.0, y + 16
        shapes += [Spot(x, y, form, colour, fill), Caption(x + 8, y + 0.35 * SMALL, label, SMALL)]
        x += wide
    return shapes, y + _KEY - 14


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


def flow(answer: Answer) -> Plot:
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
    left, right = widest(list(sources), SMALL) + 22, widest(list(said.values()), SMALL) + 22
    height = 14 + max(bar.top + bar.height for bar in (*sources.values(), *targets.values()))
    tones = {name: f"tone-{min(n, NEUTRAL)}" for n, name in enumerate(sources)}
    order = {name: n for n, name in enumerate([*sources, *targets])}
    shapes: list[Shape] = []
    for ministry, technology, thick in sorted(ties, key=lambda t: (order[t[0]], order[t[1]])):
        tops = sources[ministry].take(thick), targets[technology].take(thick)
        shapes.append(Band(left, _APART, *tops, thick, tones[ministry]))
    for name, bar in sources.items():
        shapes.append(Box(left - _BAR, bar.top, _BAR, bar.height, tones[name]))
        shapes.append(_label(left - _BAR - 6, bar, name, "end"))
    for name, bar in targets.items():
        shapes.append(Box(left + _APART, bar.top, _BAR, bar.height, "ink"))
        shapes.append(_label(left + _APART + _BAR + 6, bar, said[name], "start"))
    return Plot(left + _APART + right, height, shapes)


def _stacked(heights: dict[str, float]) -> dict[str, _Bar]:
    """A bar for each name below the last, the largest first."""
    bars: dict[str, _Bar] = {}
    y = 11.0
    for name in sorted(heights, key=lambda name: (-heights[name], name)):
        height = heights[name]
        room = max(height + 6, _LEAST)
        bars[name] = _Bar(y + (room - height) / 2, height)
        y += room
    return bars


def _label(x: float, bar: _Bar, told: str, anchor: str) -> Shape:
    return Caption(x, bar.top + bar.height / 2 + 0.35 * SMALL, told, SMALL, anchor=anchor)
