"""A brief as a page that prints on one sheet of A4."""

from collections.abc import Sequence
from typing import Final

from coopgraph.brief.model import Brief
from coopgraph.brief.sheet import column_shares
from coopgraph.formats import Format
from coopgraph.formats.templates import header_bar, style_sheet, templates_of
from coopgraph.i18n import text

FORMAT: Final = Format("html", "text/html", "html", order=0)
#: A language whose lines begin as those of Markdown has the bullets of the browser.
_LINES, _PLAIN = ("item", "heading"), ("-", "##")


def write(
    brief: Brief,
    files: Sequence[tuple[str, str]] = (),
    note: str = "",
    named: Sequence[tuple[str, str]] = (),
) -> str:
    """The page as HTML; it holds no script and asks for nothing. On a server it leads to `files`,
    each a name and an address, after a note, and to the pages of what it names, first of all of
    what it is about."""
    from markupsafe import Markup

    item, heading = (text(f"brief.line-{name}", brief.lang, "").strip() for name in _LINES)
    template = templates_of("coopgraph.brief").get_template("brief.html")
    return template.render(
        brief=brief,
        files=files,
        note=note,
        named=named,
        bar=Markup(header_bar(text("server.theme", brief.lang))),  # noqa: S704 (our own)
        style_sheet=Markup(style_sheet()),  # noqa: S704
        marks=None if (item, heading) == _PLAIN else (item, heading),
        column_shares=column_shares,
        say=lambda name, *values: text(f"brief.{name}", brief.lang, *values),
    )
