"""A brief as a page that prints on one sheet of A4."""

import unicodedata
from typing import Any, Final

from coopgraph.brief.model import Brief, Tie
from coopgraph.formats import Format
from coopgraph.formats.templates import templates_of
from coopgraph.i18n import text

FORMAT: Final = Format("html", "text/html", "html", order=0)
_ROW, _TOP, _WIDTH, _LEFT, _RIGHT = 17, 10, 640, 232, 408
_LONGEST: Final = 34
#: A language whose lines begin as those of Markdown has the bullets of the browser.
_LINES, _PLAIN = ("item", "heading"), ("-", "##")


def write(brief: Brief) -> str:
    """The page as HTML; it holds no script and asks for nothing."""
    item, heading = (text(f"brief.line-{name}", brief.lang, "").strip() for name in _LINES)
    template = templates_of("coopgraph.brief").get_template("brief.html")
    return template.render(
        brief=brief,
        picture=picture(brief.ties),
        marks=None if (item, heading) == _PLAIN else (item, heading),
        say=lambda name: text(f"brief.{name}", brief.lang),
    )


def picture(ties: tuple[Tie, ...]) -> dict[str, Any] | None:
    """The small network as what the template draws: two columns of names and the lines between."""
    if not ties:
        return None
    left, right = (
        dict.fromkeys(names) for names in zip(*((t.left, t.right) for t in ties), strict=True)
    )
    height = _ROW * max(len(left), len(right)) + 2 * _TOP

    def places(names: dict[str, None]) -> dict[str, float]:
        step = (height - 2 * _TOP) / len(names)
        return {name: round(_TOP + step * (i + 0.5), 1) for i, name in enumerate(names)}

    at_left, at_right = places(left), places(right)
    return {
        "width": _WIDTH,
        "height": height,
        "left": [(_LEFT, y, _shortened(name)) for name, y in at_left.items()],
        "right": [(_RIGHT, y, _shortened(name)) for name, y in at_right.items()],
        "lines": [
            (_LEFT + 6, at_left[t.left], _RIGHT - 6, at_right[t.right], t.is_planned) for t in ties
        ],
        "told": "; ".join(f"{t.left} – {t.right}" for t in ties),
    }


def _shortened(name: str) -> str:
    """A name that fits its column: wide letters count twice."""
    width, kept = 0, ""
    for letter in name:
        width += 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        if width > _LONGEST:
            return f"{kept}…"
        kept += letter
    return kept
