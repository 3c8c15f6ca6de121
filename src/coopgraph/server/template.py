"""Templates to pages. Jinja2 escapes whatever comes from data; scripts are files of their own."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from coopgraph.formats import Format
from coopgraph.server.address import PageRequest, is_followed
from coopgraph.server.words import word
from coopgraph.vocabulary import VERSION, shrink

if TYPE_CHECKING:
    from jinja2 import Environment

PAGE: Final = Format("html", "text/html", "html")
JSON: Final = Format("json", "application/json", "json")
HEADERS: Final = {
    "Content-Type": "text/html; charset=utf-8",
    "Vary": "Accept, Accept-Language",
    "Cache-Control": "no-cache",
}
_HERE: Final = Path(__file__).resolve().parent


def render(template: str, request: PageRequest, **values: Any) -> bytes:
    """The page of a template in the language of the request, as UTF-8."""

    def say(name: str, *numbers: object) -> str:
        return word(name, request.lang).format(*numbers)

    text = (
        _environment()
        .get_template(template)
        .render(
            request=request,
            lang=request.lang,
            say=say,
            unfilled=lambda name: word(name, request.lang),
            version=VERSION,
            **values,
        )
    )
    return text.encode("utf-8", "replace")


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    made = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    made.filters.update(curie=shrink, number=lambda value: f"{value:,}")
    made.tests["foreign"] = is_followed
    return made
