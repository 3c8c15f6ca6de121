"""What all charts share: sizes, colours, and figures of matplotlib as SVG and PNG.

matplotlib (whose licence is like that of Python) is imported when a chart is drawn; without it
`ExtraMissing` is raised.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final
from unicodedata import east_asian_width

from coopgraph.errors import FontMissing, needs_extra
from coopgraph.formats.characters import printable

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: Inches, and points of the texts; an SVG has 72 units to the inch.
WIDTH: Final = 10.0
TEXT: Final = 10
SMALL: Final = 9
INK: Final = "#1a222c"
SOFT: Final = "#5a6572"
GRID: Final = "#d9dee5"
#: What browsers and systems call fonts with the letters of Korean, Japanese and Chinese.
WIDE: Final = (
    "Noto Sans KR",
    "Noto Sans CJK KR",
    "Noto Sans CJK JP",
    "NanumGothic",
    "Malgun Gothic",
    "Apple SD Gothic Neo",
)


def figure(height: float, width: float = WIDTH) -> Figure:
    """A new empty figure of this size in inches."""
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), facecolor="white")


def blank(text: str) -> Figure:
    """A figure that says a line instead of showing figures."""
    made = figure(1.2)
    made.text(0.02, 0.5, plain(text), fontsize=TEXT, color=SOFT, va="center")
    return made


def plain(text: str) -> str:
    r"""Text of data taken literally: a dollar sign begins no formula, a line break no new line.

    >>> plain("a $b$\nc")
    'a \\$b\\$ c'
    """
    return " ".join(printable(text).split()).replace("$", r"\$")


def svg_of(draw: Callable[[], Figure]) -> str:
    """What `draw` makes, as SVG with text as text; the same figure gives the same bytes."""
    buffer = BytesIO()
    with _matplotlib():
        draw().savefig(buffer, format="svg", metadata={"Date": None, "Creator": "coopgraph"})
    return buffer.getvalue().decode()


def png_of(draw: Callable[[], Figure]) -> bytes:
    """What `draw` makes, as PNG, 200 dots to the inch.

    Raises `FontMissing` where it has wide letters and no font here has them.
    """
    buffer = BytesIO()
    with _matplotlib():
        made = draw()
        if any(east_asian_width(letter) in "WF" for text in _texts(made) for letter in text):
            _find_wide_font()
        made.savefig(buffer, format="png", dpi=200, metadata={"Software": "coopgraph"})
    return buffer.getvalue()


def _find_wide_font() -> None:
    from matplotlib import font_manager

    if not {font.name for font in font_manager.fontManager.ttflist} & set(WIDE):
        raise FontMissing(
            "no font with Korean, Japanese or Chinese letters is installed here",
            remedy="install one, such as the package fonts-noto-cjk, or write .svg or .html",
        )


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
