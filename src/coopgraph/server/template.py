"""Templates to pages. Jinja2 escapes all that comes from data; scripts are files of their own."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

from coopgraph.formats import Format
from coopgraph.formats.templates import templates_of
from coopgraph.i18n import language_name, languages, number, pattern, unmarked
from coopgraph.i18n import text as text_of
from coopgraph.server.address import PageRequest, is_followed
from coopgraph.server.scope import choices
from coopgraph.vocabulary import VERSION, shrink

if TYPE_CHECKING:
    from jinja2 import Environment

PAGE: Final = Format("html", "text/html", "html")
HEADERS: Final = {
    "Content-Type": "text/html; charset=utf-8",
    "Vary": "Accept, Accept-Language",
    "Cache-Control": "no-cache",
}

#: The places of the header, in the order of a strategist's thought, and what they are called.
PLACES: Final = (
    ("/", "overview"), ("/plans", "plans"), ("/technologies", "technologies"),
    ("/partners", "partners"), ("/money", "money"), ("/practice", "practice"),
    ("/compare", "compare"), ("/scenarios", "scenarios"), ("/documents", "documents"),
    ("/questions", "questions"), ("/query", "sparql"),
)  # fmt: skip


def places(request: PageRequest, place: str = "") -> list[tuple[str, str, bool]]:
    """The places of the header: address, name, and whether the page is there, or of `place`."""
    return [
        (
            request.link(path),
            text_of(f"server.place-{name}", request.lang),
            path == place or request.path == path or request.path.startswith(f"{path}/"),
        )
        for path, name in PLACES
    ]


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
    made.globals.update(choices=choices, places=places)
    made.tests["foreign"] = is_followed
    return made
