"""What all charts share: sizes, colours, and figures of matplotlib as SVG and PNG.

matplotlib (whose licence is like that of Python) is imported when a chart is drawn; without it
`ExtraMissing` is raised.
"""

from __future__ import annotations

import logging
import re
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from coopgraph.errors import needs_extra
from coopgraph.formats.fonts import WIDE, check_letters
from coopgraph.formats.serialization import printable
from coopgraph.libraries import np

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: Inches, and points of the texts; an SVG has 72 units to the inch.
WIDTH: Final = 10.0
TEXT: Final = 10
SMALL: Final = 9
INK: Final = "#1a222c"
SOFT: Final = "#5a6572"
GRID: Final = "#d9dee5"
#: What an SVG of matplotlib names within itself, and its size in points.
_NAMED: Final = re.compile(r'((?:\bid="|"#|url\(#))')
_SIZE: Final = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')


def figure(height: float, width: float = WIDTH) -> Figure:
    """A new empty figure of this size in inches."""
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), facecolor="white")


def blank(text: str, height: float = 1.2) -> Figure:
    """A figure that says a line instead of showing figures."""
    made = figure(height)
    made.text(0.02, 0.5, plain(text), fontsize=TEXT, color=SOFT, va="center")
    return made


def plain(text: str) -> str:
    r"""Text of data taken literally: a dollar sign begins no formula, a line break no new line.

    >>> plain("a $b$\nc")
    'a \\$b\\$ c'
    """
    return " ".join(printable(text).split()).replace("$", r"\$")


def svg_of(pictures: Sequence[Callable[[], Figure]]) -> str:
    """What `pictures` draw, one below the other, as SVG with text as text; the same figures give
    the same bytes."""
    drawn = []
    for draw in pictures:
        buffer = BytesIO()
        with _matplotlib():
            draw().savefig(buffer, format="svg", metadata={"Date": None, "Creator": "coopgraph"})
        drawn.append(buffer.getvalue().decode())
    return drawn[0] if len(drawn) == 1 else _below_each_other(drawn)


def _below_each_other(drawn: Sequence[str]) -> str:
    """Several SVG in one, each at its own size; what one names within itself keeps its own name."""
    parts, y, widest = [], 0.0, 0.0
    for number, svg in enumerate(drawn):
        body = _NAMED.sub(rf"\g<1>p{number}-", "<svg" + svg.partition("<svg")[2])
        width, height = (float(size) for size in _SIZE.findall(body)[0])
        parts.append(body.replace("<svg", f'<svg y="{y:g}"', 1).replace('pt"', '"', 2))
        y, widest = y + height, max(widest, width)
    head = f'width="{widest:g}pt" height="{y:g}pt" viewBox="0 0 {widest:g} {y:g}"'
    start = '<?xml version="1.0" encoding="utf-8" standalone="no"?>\n<svg version="1.1" '
    return f'{start}xmlns="http://www.w3.org/2000/svg" {head}>\n{"".join(parts)}</svg>\n'


def png_of(pictures: Sequence[Callable[[], Figure]]) -> bytes:
    """What `pictures` draw, one below the other, as PNG, 200 dots to the inch. Raises `FontMissing`
    where they have wide letters and no font here has them."""
    drawn = []
    with _matplotlib():
        for draw in pictures:
            made, buffer = draw(), BytesIO()
            check_letters(_texts(made), _installed(), "write .svg or .html")
            made.savefig(buffer, format="png", dpi=200, metadata={"Software": "coopgraph"})
            drawn.append(buffer.getvalue())
        return drawn[0] if len(drawn) == 1 else _one_image(drawn)


def _one_image(drawn: Sequence[bytes]) -> bytes:
    from matplotlib.image import imread, imsave

    images = [imread(BytesIO(each)) for each in drawn]
    size = (sum(len(each) for each in images), max(each.shape[1] for each in images), 4)
    whole, y, buffer = np.ones(size, images[0].dtype), 0, BytesIO()
    for each in images:
        whole[y : y + len(each), : each.shape[1]] = each
        y += len(each)
    imsave(buffer, whole, format="png", dpi=200, metadata={"Software": "coopgraph"})
    return buffer.getvalue()


def _installed() -> set[str]:
    from matplotlib import font_manager

    return {font.name for font in font_manager.fontManager.ttflist}


def _texts(made: Figure) -> list[str]:
    from matplotlib.text import Text

    return [text.get_text() for text in made.findobj(Text)]


@contextmanager
def _matplotlib() -> Iterator[None]:
    """matplotlib with its own defaults, whatever the reader's are, and silent about letters: the
    reader's font has those of an SVG, and in a PNG one of a rare script is a box."""
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    with needs_extra("charts", "matplotlib"):
        import matplotlib
    usual: dict[Any, Any] = {
        "font.family": ["sans-serif"],
        "font.sans-serif": [*WIDE, "DejaVu Sans", "sans-serif"],
        "font.size": TEXT,
        "svg.fonttype": "none",
        "svg.hashsalt": "coopgraph",
    }
    with matplotlib.rc_context(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(usual)
        yield
