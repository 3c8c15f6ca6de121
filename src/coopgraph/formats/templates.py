"""Templates of pages: Jinja2, which escapes all that comes from data. HTML holds no control
characters (https://html.spec.whatwg.org/#preprocessing-the-input-stream)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from coopgraph.formats.serialization import UNPRINTABLE, printable

if TYPE_CHECKING:
    from types import CodeType

    from jinja2 import BytecodeCache, Environment

#: The files that pages of a server load.
STATIC: Final = Path(__file__).resolve().parent / "static"


def templates_of(package: str) -> Environment:
    """The templates in the folder `templates` of a package, and the header that all pages share; a
    name not given is an error."""
    from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=ChoiceLoader([PackageLoader(package), PackageLoader("coopgraph.formats")]),
        bytecode_cache=_compiled(),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        finalize=_printable,
    )


@cache
def style_sheet() -> str:
    """The style sheet that all pages share, as a saved page holds it."""
    return (STATIC / "workbench.css").read_text(encoding="utf-8")


def header_bar(theme: str = "") -> str:
    """The bar at the head of a saved page, as HTML: without places, which need a server; with the
    switch for light and dark, which works without a script, where it has a label."""
    return str(_header().saved(theme))


def served_bar(saved: str, label: str, menu: str, places: Sequence[tuple[str, str, bool]]) -> str:
    """A saved page as a server gives it: with the places (address, name, whether the page is there)
    in its bar, and what they are called together, in a window that holds them and in one that does
    not."""
    made = _header()
    end = str(made.END)
    linked = f"{made.brand(places[0][0])}{made.places(label, places)}"
    return saved.replace(str(made.brand()), linked, 1).replace(
        end, f"{made.menu(menu, places)}{end}", 1
    )


@cache
def _header() -> Any:
    """The macros of the header."""
    return templates_of("coopgraph.formats").get_template("header.html").module


@cache
def _compiled() -> BytecodeCache:
    """Templates that this process has compiled, which takes longer than to fill most of them in."""
    from jinja2 import BytecodeCache
    from jinja2.bccache import Bucket

    codes: dict[str, CodeType | None] = {}

    class CompiledTemplates(BytecodeCache):
        def load_bytecode(self, bucket: Bucket) -> None:
            bucket.code = codes.get(bucket.key + bucket.checksum)

        def dump_bytecode(self, bucket: Bucket) -> None:
            codes[bucket.key + bucket.checksum] = bucket.code

    return CompiledTemplates()


def _printable(value: Any) -> Any:
    """What an expression gives; markup of our own stays as it is."""
    is_text = isinstance(value, str) and not hasattr(value, "__html__")
    return printable(value) if is_text and UNPRINTABLE.search(value) else value
