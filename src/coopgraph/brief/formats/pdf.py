"""A brief as PDF, set by typst (https://typst.app/docs/), whose pages are counted."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from coopgraph.brief.document import document_of
from coopgraph.brief.model import Brief
from coopgraph.errors import needs_extra
from coopgraph.formats import Format
from coopgraph.formats.fonts import WIDE, check_letters
from coopgraph.i18n import text

if TYPE_CHECKING:
    import typst

FORMAT: Final = Format("pdf", "application/pdf", "pdf", order=1, library="typst")
_TEMPLATE: Final = Path(__file__).resolve().parent.parent / "templates/brief.typ"
#: How large letters are, of what the template says: the first that lets a brief fit one page, else
#: the last.
_SCALES: Final = (1.08, 1.04, 1.0, 0.96, 0.92)
_FAMILIES: Final = ("Noto Sans", *WIDE, "DejaVu Sans", "Libertinus Serif")


def write(brief: Brief) -> bytes:
    """The PDF: one page of A4 where it fits; each page says how many there are. The same brief
    gives the same bytes with the same fonts. Raises `ExtraMissing`, `FontMissing`."""
    compiler, _ = _set(brief)
    made = compiler.compile(format="pdf")
    assert isinstance(made, bytes), "a PDF is one file"
    return made


def pages(brief: Brief) -> int:
    """How many pages of A4 it has. Raises `ExtraMissing`, `FontMissing`."""
    return _set(brief)[1]


def _set(brief: Brief) -> tuple[typst.Compiler, int]:
    """The brief in the largest letters that fit, and its pages."""
    fonts = _fonts()
    families = set(fonts.families())
    told: dict[str, Any] = asdict(document_of(brief))
    check_letters(_texts(told), families, "write .docx, .hwpx or .html")
    told["fonts"] = [name for name in _FAMILIES if name in families]
    told["page"] = text("brief.page", brief.lang, at="{at}", all="{all}")
    import typst

    inputs = {"brief": json.dumps(told, ensure_ascii=False)}
    for scale in _SCALES:
        set_so = {**inputs, "scale": str(scale)}
        compiler = typst.Compiler(str(_TEMPLATE), font_paths=fonts, sys_inputs=set_so)
        count = int(compiler.query("<pages>", field="value", one=True))
        if count == 1:
            break
    return compiler, count


@cache
def _fonts() -> typst.Fonts:
    """The fonts of this machine, looked for once."""
    with needs_extra("office", "typst"):
        import typst
    return typst.Fonts()


def _texts(value: Any) -> Iterator[str]:
    """All texts within plain values."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from _texts([*value.values()])
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each)
