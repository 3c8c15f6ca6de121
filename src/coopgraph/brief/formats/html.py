"""A brief as a page that prints on one sheet of A4."""

from typing import Final

from coopgraph.brief.model import Brief
from coopgraph.formats import Format
from coopgraph.formats.templates import templates_of
from coopgraph.i18n import text

FORMAT: Final = Format("html", "text/html", "html", order=0)
#: A language whose lines begin as those of Markdown has the bullets of the browser.
_LINES, _PLAIN = ("item", "heading"), ("-", "##")


def write(brief: Brief) -> str:
    """The page as HTML; it holds no script and asks for nothing."""
    item, heading = (text(f"brief.line-{name}", brief.lang, "").strip() for name in _LINES)
    template = templates_of("coopgraph.brief").get_template("brief.html")
    return template.render(
        brief=brief,
        marks=None if (item, heading) == _PLAIN else (item, heading),
        say=lambda name, *values: text(f"brief.{name}", brief.lang, *values),
    )
