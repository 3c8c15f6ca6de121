"""What all charts share: sizes, colours, and plots of a few shapes as SVG of our own and as PNG.

An SVG needs no library. A PNG is drawn by matplotlib (whose licence is like that of Python), which
is imported then; without it `ExtraMissing` is raised.
"""

import logging
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from io import BytesIO
from typing import Any, Final, NamedTuple, TypeAlias

from coopgraph.errors import needs_extra
from coopgraph.formats.fonts import WIDE, check_letters
from coopgraph.formats.serialization import printable
from coopgraph.view.style import TONES

#: Points: the width of a chart, and the sizes of texts; an SVG has 72 units to the inch.
WIDTH: Final = 720.0
TEXT: Final = 10
SMALL: Final = 9
#: Colours: what a file shows, and the token of `workbench.css` that a page takes, which knows light
#: and dark.
COLOURS: Final[Mapping[str, tuple[str, str]]] = {
    "ink": ("#15181c", "--ink"),
    "soft": ("#454b53", "--ink-2"),
    "line": ("#e2dfd7", "--line"),
    "none": ("#f0eee8", "--none-ground"),
    "paper": ("#ffffff", "--paper"),
    "declared": ("#0b5cab", "--declared"),
    **{f"tone-{n}": (tone[0], f"--tone-{n}") for n, tone in enumerate(TONES)},
}
#: Corners of marks, in parts of their radius, by the letters that matplotlib has for them.
_CORNERS: Final = {
    "s": ((-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)),
    "^": ((0, -1), (1, 0.9), (-1, 0.9)),
    "v": ((0, 1), (1, -0.9), (-1, -0.9)),
    "D": ((0, -1.2), (1.2, 0), (0, 1.2), (-1.2, 0)),
    "X": (
        *((0, -0.5), (0.6, -1.1), (1.1, -0.6), (0.5, 0), (1.1, 0.6), (0.6, 1.1)),
        *((0, 0.5), (-0.6, 1.1), (-1.1, 0.6), (-0.5, 0), (-1.1, -0.6), (-0.6, -1.1)),
    ),
}
_RADIUS: Final = 3.2
#: So many dots a PNG of matplotlib may be high.
_TALLEST: Final = 65_000
_ALIGNED: Final = {"start": "left", "middle": "center", "end": "right"}


class Box(NamedTuple):
    """A rectangle from its upper left corner."""

    x: float
    y: float
    width: float
    height: float
    fill: str
    opacity: float = 1.0


class Band(NamedTuple):
    """A ribbon between two sides that leaves and arrives level; `left` and `right` are its tops."""

    x: float
    width: float
    left: float
    right: float
    thick: float
    fill: str

    @property
    def corners(self) -> list[tuple[float, float]]:
        """Where it begins, then two curves with a line between, each curve by three points."""
        x, middle, end, thick = self.x, self.x + self.width / 2, self.x + self.width, self.thick
        a, b = self.left, self.right
        return [
            (x, a), (middle, a), (middle, b), (end, b),
            (end, b + thick), (middle, b + thick), (middle, a + thick), (x, a + thick),
        ]  # fmt: skip


class Stroke(NamedTuple):
    """A line through points."""

    points: Sequence[tuple[float, float]]
    colour: str
    width: float = 1.0


class Spot(NamedTuple):
    """A mark: a circle, or the corners of its form."""

    x: float
    y: float
    form: str
    colour: str
    fill: str


class Caption(NamedTuple):
    """A text on one line, taken literally; `y` is where its letters stand."""

    x: float
    y: float
    text: str
    size: float = TEXT
    colour: str = "ink"
    anchor: str = "start"
    is_bold: bool = False


Shape: TypeAlias = Box | Band | Stroke | Spot | Caption


@dataclass(frozen=True)
class Plot:
    """Shapes on a sheet of this size, in points, from the upper left."""

    width: float
    height: float
    shapes: Sequence[Shape]


def blank(text: str, height: float = 86) -> Plot:
    """A plot that says a line instead of showing figures."""
    return Plot(WIDTH, height, [Caption(14, height / 2 + 0.35 * TEXT, text, TEXT, "soft")])


def svg_of(plots: Sequence[Plot], *, is_page: bool = False) -> str:
    """Plots, one below the other, as SVG with text as text; the same plots give the same bytes.
    Within a page of ours colours and font are those of the page; no style is written into it, which
    the policy of a served page forbids (CSP, style-src)."""
    inner, y = [], 0.0
    for plot in plots:
        at = f'y="{_n(y)}" ' if len(plots) > 1 else ""
        shapes = "\n".join(_svg(shape, is_page) for shape in plot.shapes)
        inner.append(f"<svg {at}{_size(plot.width, plot.height)}>\n{shapes}\n</svg>\n")
        y += plot.height
    fonts = ", ".join(f"'{name}'" for name in ("Noto Sans", *WIDE)) + ", sans-serif"
    font = "var(--font-text)" if is_page else fonts
    size = _size(max(plot.width for plot in plots), y, "pt")
    start = f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="{font}">\n'
    return f'<?xml version="1.0" encoding="utf-8"?>\n{start}{"".join(inner)}</svg>\n'


def _size(width: float, height: float, unit: str = "") -> str:
    wide, high = _n(width), _n(height)
    return f'width="{wide}{unit}" height="{high}{unit}" viewBox="0 0 {wide} {high}"'


def _n(number: float) -> str:
    return f"{round(number, 2):g}" if abs(number) < 1e5 else f"{number:.0f}"


def _colour(name: str, is_page: bool) -> str:
    plain, token = COLOURS[name]
    return f"var({token})" if is_page else plain


def _svg(shape: Shape, is_page: bool) -> str:
    if isinstance(shape, Box):
        fill = f'fill="{_colour(shape.fill, is_page)}" fill-opacity="{_n(shape.opacity)}"'
        x, y, width, height = map(_n, shape[:4])
        return f'<rect x="{x}" y="{y}" width="{width}" height="{height}" {fill}/>'
    if isinstance(shape, Band):
        points = [f"{_n(x)} {_n(y)}" for x, y in shape.corners]
        curve = f"M{points[0]}C{' '.join(points[1:4])}L{points[4]}C{' '.join(points[5:])}Z"
        fill = f'fill="{_colour(shape.fill, is_page)}" fill-opacity="0.45"'
        return f'<path class="band" d="{curve}" {fill}/>'
    if isinstance(shape, Stroke):
        line = f'fill="none" stroke="{_colour(shape.colour, is_page)}"'
        width = f'stroke-width="{_n(shape.width)}"'
        return f'<polyline points="{_points(shape.points)}" {line} {width}/>'
    if isinstance(shape, Spot):
        return _spot(shape, is_page)
    weight = ' font-weight="700"' if shape.is_bold else ""
    look = f'font-size="{_n(shape.size)}" fill="{_colour(shape.colour, is_page)}"{weight}'
    said = escape(plain(shape.text))
    at = f'x="{_n(shape.x)}" y="{_n(shape.y)}" text-anchor="{shape.anchor}"'
    return f"<text {at} {look}>{said}</text>"


def _spot(spot: Spot, is_page: bool) -> str:
    line, fill = (_colour(name, is_page) for name in (spot.colour, spot.fill))
    look = f'class="mark" fill="{fill}" stroke="{line}" stroke-width="1.4"'
    if spot.form not in _CORNERS:
        return f'<circle cx="{_n(spot.x)}" cy="{_n(spot.y)}" r="{_n(_RADIUS)}" {look}/>'
    corners = [(spot.x + x * _RADIUS, spot.y + y * _RADIUS) for x, y in _CORNERS[spot.form]]
    return f'<polygon points="{_points(corners)}" {look}/>'


def _points(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{_n(x)},{_n(y)}" for x, y in points)


def plain(text: str) -> str:
    """Text of data on one line, without control characters."""
    return " ".join(printable(text).split())


def png_of(plots: Sequence[Plot]) -> bytes:
    """Plots, one below the other, as PNG, 200 dots to the inch where it is not too tall. Raises
    `ExtraMissing`, and `FontMissing` where they have wide letters and no font here has them."""
    width, height = max(plot.width for plot in plots), sum(plot.height for plot in plots)
    with _matplotlib():
        from matplotlib import font_manager
        from matplotlib.figure import Figure

        texts = [s.text for plot in plots for s in plot.shapes if isinstance(s, Caption)]
        installed = {font.name for font in font_manager.fontManager.ttflist}
        check_letters(texts, installed, "write .svg or .html")
        made, buffer = Figure(figsize=(width / 72, height / 72), facecolor="white"), BytesIO()
        axes = made.add_axes((0, 0, 1, 1))
        axes.set_axis_off()
        axes.set_xlim(0, width)
        axes.set_ylim(height, 0)
        y = 0.0
        for plot in plots:
            for shape in plot.shapes:
                _draw(axes, shape, y)
            y += plot.height
        dots = min(200, _TALLEST * 72 / height)
        made.savefig(buffer, format="png", dpi=dots, metadata={"Software": "coopgraph"})
        return buffer.getvalue()


def _draw(axes: Any, shape: Shape, down: float) -> None:
    """One shape by matplotlib."""
    from matplotlib.patches import PathPatch, Rectangle
    from matplotlib.path import Path

    if isinstance(shape, Box):
        box = Rectangle((shape.x, shape.y + down), shape.width, shape.height, linewidth=0)
        box.set(facecolor=COLOURS[shape.fill][0], alpha=shape.opacity)
        axes.add_patch(box)
    elif isinstance(shape, Band):
        curve = [Path.CURVE4] * 3
        codes = [Path.MOVETO, *curve, Path.LINETO, *curve]
        path = Path([(x, y + down) for x, y in shape.corners], codes)
        axes.add_patch(PathPatch(path, fc=COLOURS[shape.fill][0], alpha=0.45, linewidth=0))
    elif isinstance(shape, Stroke):
        xs, ys = zip(*shape.points, strict=True)
        heights = [y + down for y in ys]
        axes.plot(xs, heights, color=COLOURS[shape.colour][0], linewidth=shape.width)
    elif isinstance(shape, Spot):
        look = {"mfc": COLOURS[shape.fill][0], "mec": COLOURS[shape.colour][0], "mew": 1.4}
        axes.plot([shape.x], [shape.y + down], shape.form, ms=2 * _RADIUS, zorder=3, **look)
    else:
        look = {"fontsize": shape.size, "color": COLOURS[shape.colour][0]}
        weight = "bold" if shape.is_bold else "normal"
        told, align = plain(shape.text), _ALIGNED[shape.anchor]
        at = (shape.x, shape.y + down, told)
        axes.text(*at, ha=align, va="baseline", fontweight=weight, parse_math=False, **look)


@contextmanager
def _matplotlib() -> Iterator[None]:
    """matplotlib with its own defaults, whatever the reader's are, and silent about letters: one
    of a rare script is a box."""
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    with needs_extra("charts", "matplotlib"):
        import matplotlib
    usual: dict[Any, Any] = {
        "font.family": ["sans-serif"],
        "font.sans-serif": [*WIDE, "DejaVu Sans", "sans-serif"],
    }
    with matplotlib.rc_context(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(usual)
        yield
