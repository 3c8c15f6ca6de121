"""The page: pyvis with our own template, one HTML file that needs nothing else.

Everything that comes from data is escaped: by Jinja2 in the HTML, as JSON text in the data
block, and as DOM text nodes by the scripts. A content security policy lets only the scripts of
the page run, and nothing be fetched (but from the page's own server, where it has one).
"""

import base64
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from typing import Any, Final

from coopgraph.errors import known_language
from coopgraph.formats.templates import header_bar, style_sheet, templates_of
from coopgraph.i18n import language_name, languages, text
from coopgraph.network import Network
from coopgraph.store.files import write_output
from coopgraph.view.data import Tables, edge_data, node_data, page_data
from coopgraph.view.force import Positions
from coopgraph.view.groups import groups_of
from coopgraph.view.layout import pictures
from coopgraph.view.overview import is_large, overview_data
from coopgraph.view.style import style_of

_HERE: Final = Path(__file__).resolve().parent
_NOT_IN_HTML: Final = (*map(ord, "<>&\u2028\u2029\ufffe\uffff"), *range(0x7F, 0xA0))
_JSON_IN_HTML: Final = {code: f"\\u{code:04x}" for code in _NOT_IN_HTML}


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
            'sandbox="allow-scripts allow-popups allow-downloads allow-modals" '
            'style="width:100%;height:760px;border:1px solid #ccd2da;border-radius:8px"></iframe>'
        )

    def __repr__(self) -> str:
        return f"View({self.title!r}, {len(self.html):,} characters)"


def view(network: Network, *, lang: str = "en", layout: Positions | None = None) -> View:
    """The view of a network, opening in `lang`, nodes of `layout` (positions by IRI) where they
    stood. One that is too large to be drawn as it is opens as communities."""
    return View(render(network, lang, layout=layout), network.title(lang))


@dataclass(frozen=True)
class DrawnNetwork:
    """What a page needs of a network: its titles by language, how many nodes and edges it has, and
    the `data` of its scripts; plain values of JSON."""

    titles: dict[str, str]
    directed: bool
    nodes: int
    edges: int
    data: dict[str, Any]


def draw(network: Network, layout: Positions | None = None) -> DrawnNetwork:
    """The drawing of a network, nodes of `layout` where they stood."""
    titles = {lang: network.title(lang) for lang in languages()}
    size = len(network.nodes), len(network.edges)
    return DrawnNetwork(titles, network.directed, *size, network_data(network, layout))


def render(
    network: Network | DrawnNetwork,
    lang: str = "en",
    *,
    layout: Positions | None = None,
    more: str = "",
    among: tuple[str, str] | None = None,
) -> str:
    """The page as HTML text, to be written in UTF-8; the same network gives the same bytes. `more`
    is where a server gives more of the network, as JSON of the form of `network_data`: the page
    asks for `{more}?node={IRI}` when a node is opened. `among` is a link
    to the same network of others' practice: the key of its text and its address. Raises
    `UnknownLanguage`."""
    known_language(lang)
    from markupsafe import Markup
    from pyvis.network import Network as PyvisNetwork

    drawing = draw(network, layout) if isinstance(network, Network) else network
    data = drawing.data
    picture = PyvisNetwork(directed=drawing.directed, cdn_resources="in_line")
    picture.nodes = data["nodes"]
    picture.edges = data["edges"]
    picture.options = {"physics": {"enabled": False}}
    picture.templateEnv = templates_of("coopgraph.view")
    picture.path = "network.html"
    drawn = ["vendor/vis-network.min.js"] if drawing.nodes else []
    scripts = [_text(name) for name in (*drawn, "static/network.js")]
    picture.templateEnv.globals.update(
        data=lambda value: Markup(_embedded(value)),  # noqa: S704
        lang=lang,
        languages=languages(),
        language_name=language_name,
        word=lambda name: text(f"view.{name}", lang),
        among=among,
        network=drawing,
        title=drawing.titles[lang],
        page=data["page"] | ({"more": more} if more else {}),
        overview=data.get("overview"),
        scripts=[Markup(text) for text in scripts],  # noqa: S704
        bar=Markup(header_bar()),  # noqa: S704
        style_sheet=Markup(style_sheet() + _text("static/explorer.css")),  # noqa: S704
        policy=_policy(scripts, own_server=bool(more)),
    )
    html: str = picture.generate_html()
    return html


def network_data(network: Network, layout: Positions | None = None) -> dict[str, Any]:
    """What the page holds of a network: `nodes`, `edges` and `page`, the tables of both (see
    `coopgraph.view.data`); of a large one also `overview`. A server answers with it, as JSON,
    where the page asks for more."""
    if is_large(network):
        return overview_data(network)
    drawn, style, tables = pictures(network, layout), style_of(network), Tables()
    nodes = node_data(network, style, drawn, tables)
    edges = edge_data(network, style, tables)
    in_group, groups = groups_of(network)
    for node, group in zip(nodes, in_group, strict=True):
        if group is not None:
            node["group"] = group
    page = page_data(network, style, drawn, tables) | {"groups": groups}
    return {"nodes": nodes, "edges": edges, "page": page}


def _embedded(value: Any) -> str:
    """JSON that may stand inside a script element: no character of it can end the element."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.translate(_JSON_IN_HTML)


@cache
def _text(name: str) -> str:
    """A file as the page holds it: without the pointer to a source map."""
    text = (_HERE / name).read_text(encoding="utf-8")
    return text.split("//# sourceMappingURL", 1)[0]


def _policy(scripts: Iterable[str], *, own_server: bool) -> str:
    """Only these scripts run; nothing is fetched from elsewhere; links may be followed."""
    hashes = " ".join(
        f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
        for text in scripts
    )
    asked = "'self'" if own_server else "'none'"
    return (
        f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; img-src data:; "
        f"connect-src {asked}; base-uri 'none'; form-action 'none'"
    )
