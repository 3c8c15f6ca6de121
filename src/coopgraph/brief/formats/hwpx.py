"""A brief for Hancom Office, as HWPX (OWPML, KS X 6101), written by python-hwpx."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from coopgraph.brief.document import Chapter, Document, Line, SourceLine, document_of
from coopgraph.brief.model import Brief
from coopgraph.errors import needs_extra
from coopgraph.formats import Format
from coopgraph.formats.archive import timeless

if TYPE_CHECKING:
    from hwpx import HwpxDocument

FORMAT: Final = Format("hwpx", "application/hwp+zip", "hwpx", order=2, library="hwpx")
_FONT: Final = "Malgun Gothic"
_BLUE, _SOFT = "#00507D", "#454B53"
_MARGINS: Final = {"left": 14, "right": 14, "top": 11, "bottom": 11, "header": 0, "footer": 5}
#: How letters look: size in points, and what else.
_LOOKS: Final[Mapping[str, Mapping[str, Any]]] = {
    "title": {"size": 15, "bold": True},
    "date": {"size": 8, "color": _SOFT},
    "head": {"size": 11, "bold": True},
    "item": {"size": 9.5},
    "gap": {"size": 9.5, "color": _SOFT},
    "note": {"size": 8.5, "color": _SOFT},
    "cite": {"size": 9.5, "color": _BLUE, "script": "sup"},
    "cell": {"size": 8.5},
    "cell-head": {"size": 8.5, "bold": True},
    "source": {"size": 7, "color": _SOFT},
    "link": {"size": 7, "color": _BLUE},
}
#: How paragraphs lie: line spacing in percent, room in points, indents in mm.
_HANGING: Final = {"indent_left_mm": 4.5, "first_line_indent_mm": -4.0}
_SHAPES: Final[Mapping[str, Mapping[str, Any]]] = {
    "title": {"alignment": "CENTER", "line_spacing_percent": 130, "spacing_after_pt": 3},
    "date": {"alignment": "RIGHT", "line_spacing_percent": 120},
    "head": {"line_spacing_percent": 130, "spacing_before_pt": 5, "keep_with_next": True},
    "box": {**_HANGING, "line_spacing_percent": 130, "border": {"connect": True, "offset_mm": 1.5}},
    "item": {**_HANGING, "line_spacing_percent": 125, "spacing_after_pt": 0.5},
    "note": {"indent_left_mm": 9, "first_line_indent_mm": -4.5, "line_spacing_percent": 120},
    "cell": {"line_spacing_percent": 110},
    "source": {"indent_left_mm": 5, "first_line_indent_mm": -5, "line_spacing_percent": 110},
}


def write(brief: Brief) -> bytes:
    """The document; the same brief gives the same bytes. Raises `ExtraMissing`."""
    with needs_extra("office", "python-hwpx"):
        from hwpx import HwpxDocument
    told = document_of(brief)
    page = _HancomPage(HwpxDocument.new())
    page.fill(told)
    return timeless(page.archive(told))


class _HancomPage:
    """A document of Hancom's that is filled from the top."""

    def __init__(self, document: HwpxDocument) -> None:
        self._document = document
        document.page.setup(paper_size="A4", margins_mm=_MARGINS)
        document.styles.ensure_font(_FONT)
        self._looks = {
            name: document.styles.ensure_run(font=_FONT, **look) for name, look in _LOOKS.items()
        }
        self._shapes: dict[str, str] = {}
        self._first: Any = document.paragraphs[0]  # holds the page's own settings

    def fill(self, told: Document) -> None:
        """All that a brief says."""
        self._add("title", [(told.title, "title")])
        if told.date:
            self._add("date", [(told.date, "date")])
        for line in told.summary:
            self._line(line, "box")
        for part in told.parts:
            self._add("head", [(part.title, "head")])
            if part.rows:
                self._table(part)
            for line in part.lines:
                self._line(line, "note" if line.is_note else "item")
        self._add("head", [(told.sources_title, "head")])
        for source in told.sources:
            self._source(source)
        self._document.page.set_footer(text=told.foot)

    def archive(self, told: Document) -> bytes:
        """The document as bytes; what is numbered by chance is numbered in its order."""
        parts = self._document.parts
        parts.clear_document_metadata()
        parts.set_document_metadata(title=told.title, creator="coopgraph")
        parts.clear_preview()
        for section in self._document.sections:
            _number(section.element)
            section.mark_dirty()
        return self._document.to_bytes()

    def _add(self, shape: str, runs: Iterable[tuple[str, str]]) -> Any:
        """A paragraph of runs: text and look."""
        paragraph, self._first = self._first or self._paragraph(), None
        self._shape(paragraph, shape)
        for text, look in runs:
            paragraph.add_run(text, char_pr_id_ref=self._looks[look])
        return paragraph

    def _paragraph(self) -> Any:
        return self._document.add_paragraph(include_run=False, inherit_style=False)

    def _shape(self, paragraph: Any, name: str) -> None:
        if name in self._shapes:
            paragraph.para_pr_id_ref = self._shapes[name]
            return
        self._document.styles.apply_paragraph_format(paragraphs=[paragraph], **_SHAPES[name])
        self._shapes[name] = paragraph.para_pr_id_ref

    def _line(self, line: Line, shape: str) -> None:
        look = line.look
        runs = [(f"{line.mark} ", look)]
        for at, (text, cites) in enumerate(line.pieces):
            runs += [(f" · {text}" if at else text, look), *([(cites, "cite")] if cites else [])]
        self._add(shape, runs)

    def _table(self, part: Chapter) -> None:
        table = self._document.add_table(1 + len(part.rows), len(part.heads))
        table.set_column_widths(part.shares)
        look = self._looks["cell-head"]
        for row, texts in zip(table.rows, (part.heads, *part.rows), strict=True):
            for cell, text in zip(row.cells, texts, strict=True):
                (paragraph,) = cell.paragraphs
                for run in paragraph.runs:
                    run.remove()
                self._shape(paragraph, "cell")
                paragraph.add_run(text, char_pr_id_ref=look)
            look = self._looks["cell"]
        for x in range(len(part.heads)):
            table.set_cell_shading(0, x, "#EBECE6")

    def _source(self, source: SourceLine) -> None:
        number = (f"[{source.number}] ", "source")
        if not source.url:
            self._add("source", [number, (source.title + source.tail, "source")])
            return
        paragraph = self._add("source", [number])
        paragraph.add_hyperlink(source.url, source.title, char_pr_id_ref=self._looks["link"])
        paragraph.add_run(source.tail, char_pr_id_ref=self._looks["source"])


def _number(tree: Any) -> None:
    """Number by its place what python-hwpx numbers by chance."""
    found: dict[str, str] = {}
    for element in tree.iter():
        for name in ("id", "instid", "idRef", "beginIDRef"):
            if len(value := element.get(name, "")) > 4:
                element.set(name, found.setdefault(value, str(len(found) + 1)))
