"""Templates to pages. Jinja2 escapes all that comes from data; scripts are files of their own."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

from coopgraph.formats import Format
from coopgraph.formats.templates import templates_of
from coopgraph.i18n import language_name, languages, number, pattern, unmarked
from coopgraph.i18n import text as text_of
from coopgraph.server.address import PageRequest, is_followed
from coopgraph.vocabulary import VERSION, shrink

if TYPE_CHECKING:
    from jinja2 import Environment

PAGE: Final = Format("html", "text/html", "html")
HEADERS: Final = {
    "Content-Type": "text/html; charset=utf-8",
    "Vary": "Accept, Accept-Language",
    "Cache-Control": "no-cache",
}


def render(template: str, request: PageRequest, **values: Any) -> bytes:
    """The page of a template in the language of the request, as UTF-8."""
    lang = request.lang
    page = environment().get_template(template)
    text = page.render(
        request=request,
        lang=lang,
        say=lambda name, *values: text_of(_key(name), lang, *values),
        unfilled=lambda name: pattern(_key(name), lang),
        number=lambda value: number(value, lang),
        version=VERSION,
        **values,
    )
    return text.encode("utf-8", "replace")


def _key(name: str) -> str:
    """The key of a text that a template asks for: of this room, where it names no other."""
    return name if "." in name else f"server.{name}"


@cache
def environment() -> Environment:
    """What all templates of this room are filled in with."""
    made = templates_of("coopgraph.server")
    made.filters["curie"] = shrink
    made.filters["tagged"] = unmarked
    made.globals.update(languages=languages, language_name=language_name)
    made.tests["foreign"] = is_followed
    return made
