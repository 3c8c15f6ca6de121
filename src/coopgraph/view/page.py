"""The page: pyvis with a template of ours, one HTML file that needs nothing else.

Everything that comes from data is escaped: by Jinja2 in the HTML, as JSON text in the data
block, and as DOM text nodes by the script. A content security policy lets only the two scripts
of the page run, and nothing be fetched.
"""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from typing import Any, Final

from ..errors import UsageError
from ..network import Network, strongest
from ..store.files import write_output
from .drawing import edge_data, legend_of, node_data, page_data, table_rows
from .layout import pictures
from .style import style_of
from .words import WORDS, word

_HERE: Final = Path(__file__).resolve().parent
_JSON_IN_HTML: Final = str.maketrans({c: f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029"})


@dataclass(frozen=True)
class View:
    """A page; shows itself in a notebook."""

    html: str
    title: str

    def save(self, path: str | Path) -> Path:
        """Write the page, whole or not at all, in UTF-8. Raises `FileUnwritable`."""
        write_output(Path(path), self.html.encode())
        return Path(path)

    def _repr_html_(self) -> str:
        """The page in a frame of its own, which cannot reach the notebook."""
        return (
            f'<iframe title="{escape(self.title)}" srcdoc="{escape(self.html)}" '
            'sandbox="allow-scripts allow-popups" '
            'style="width:100%;height:760px;border:1px solid #ccd2da;border-radius:8px"></iframe>'
        )

    def __repr__(self) -> str:
        return f"View({self.title!r}, {len(self.html):,} characters)"


def view(network: Network, *, lang: str = "en") -> View:
    """The view of a network, opening in `lang` (`en` or `ko`).

    Of one too large to be drawn it shows the strongest part, and says so.
    """
    network = strongest(network)
    return View(render(network, lang), network.title(lang))


def render(network: Network, lang: str = "en") -> str:
    """The page as HTML text, to be written in UTF-8; the same network gives the same bytes.

    Raises `UsageError` for a language other than `en` and `ko`.
    """
    if lang not in ("en", "ko"):
        raise UsageError(f"unknown language {lang!r}", remedy="known: en, ko")
    from jinja2 import Environment, FileSystemLoader
    from markupsafe import Markup
    from pyvis.network import Network as PyvisNetwork

    drawn = pictures(network)
    style = style_of(network)
    picture = PyvisNetwork(directed=network.directed, cdn_resources="in_line")
    picture.nodes = node_data(network, style, drawn)
    picture.edges = edge_data(network, style)
    picture.options = {"physics": {"enabled": False}}
    picture.templateEnv = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    picture.path = "network.html"
    scripts = {name: _script(name) for name in ("vendor/vis-network.min.js", "static/explorer.js")}
    picture.templateEnv.filters["data"] = lambda value: Markup(_embedded(value))  # noqa: S704
    picture.templateEnv.globals.update(
        lang=lang,
        words=WORDS,
        word=lambda name: word(name, lang),
        network=network,
        titles=(network.title("en"), network.title("ko")),
        legend=legend_of(network, style, cards=drawn["wide"].cards),
        rows=table_rows(network),
        page=page_data(network, drawn),
        scripts={name: Markup(text) for name, text in scripts.items()},  # noqa: S704
        style_sheet=Markup(_text("static/explorer.css")),  # noqa: S704
        policy=_policy(scripts.values()),
    )
    html: str = picture.generate_html()
    return html


def _embedded(value: Any) -> str:
    """JSON that may stand inside a script element: no character of it can end the element."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.translate(_JSON_IN_HTML)


@cache
def _text(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")


@cache
def _script(name: str) -> str:
    """A script as it stands in the page: without the pointer to a source map."""
    return _text(name).split("//# sourceMappingURL", 1)[0]


def _policy(scripts: Any) -> str:
    """Only these scripts run; nothing is fetched; links may be followed."""
    hashes = " ".join(
        f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
        for text in scripts
    )
    return (
        f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
