"""A brief for Word, as DOCX (Office Open XML, ISO/IEC 29500), written by python-docx."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from coopgraph.brief.document import Chapter, Document, Line, SourceLine, document_of
from coopgraph.brief.model import Brief
from coopgraph.errors import needs_extra
from coopgraph.formats import Format
from coopgraph.formats.archive import timeless

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

FORMAT: Final = Format(
    "docx",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "docx",
    order=3,
    library="docx",
)
_WIDE_FONT, _FONT = "Malgun Gothic", "Calibri"
_BLUE, _SOFT = "00507D", "454B53"
#: The sheet of A4 between its margins, in mm.
_SIDE, _TOP, _WIDTH = 14, 11, 182
#: How a paragraph looks: size in points, indent and room after it, and what else.
_SHAPES: Final[Mapping[str, Mapping[str, Any]]] = {
    "title": {"size": 15, "bold": True, "align": "CENTER", "after": 3},
    "date": {"size": 8, "color": _SOFT, "align": "RIGHT", "after": 2},
    "head": {"size": 11, "bold": True, "before": 6, "after": 1, "next": True},
    "item": {"size": 9.5, "indent": 4.5, "after": 1},
    "gap": {"size": 9.5, "indent": 4.5, "after": 1, "color": _SOFT},
    "note": {"size": 8.5, "indent": 9, "after": 1, "color": _SOFT},
    "cell-head": {"size": 8.5, "bold": True},
    "cell": {"size": 8.5},
    "source": {"size": 7, "indent": 5, "color": _SOFT},
    "foot": {"size": 7, "color": _SOFT},
}


def write(brief: Brief) -> bytes:
    """The document; the same brief gives the same bytes. Raises `ExtraMissing`."""
    with needs_extra("office", "python-docx"):
        import docx
    told, made = document_of(brief), BytesIO()
    document = docx.Document()
    _WordPage(document).fill(told)
    document.save(made)
    return timeless(made.getvalue())


class _WordPage:
    """A document of Word's that is filled from the top."""

    def __init__(self, document: WordDocument) -> None:
        from docx.oxml.ns import qn
        from docx.shared import Mm

        self._document = document
        (sheet,) = document.sections
        side, top = Mm(_SIDE), Mm(_TOP)
        _set(sheet, page_width=Mm(210), page_height=Mm(297), left_margin=side, right_margin=side)
        _set(sheet, top_margin=top, bottom_margin=top, header_distance=top, footer_distance=Mm(6))
        normal = document.styles["Normal"]
        normal.font.name = _FONT
        normal.element.rPr.rFonts.set(qn("w:eastAsia"), _WIDE_FONT)

    def fill(self, told: Document) -> None:
        """All that a brief says."""
        about = self._document.core_properties
        about.title, about.author, about.language = told.title, "coopgraph", told.lang
        never = datetime(1980, 1, 1, tzinfo=UTC)
        _set(about, created=never, modified=never)
        self._add("title", [(told.title, "")])
        if told.date:
            self._add("date", [(told.date, "")])
        if told.summary:
            box = self._grid(1, [1.0]).cell(0, 0)
            for line in told.summary:
                self._line(line, box)
            box._tc.remove(box.paragraphs[0]._p)  # an empty one, that cells begin with
        for part in told.parts:
            self._add("head", [(part.title, "")])
            if part.rows:
                self._table(part)
            for line in part.lines:
                self._line(line)
        self._add("head", [(told.sources_title, "")])
        for source in told.sources:
            self._source(source)
        foot = self._document.sections[0].footer.paragraphs[0]
        self._fill(foot, "foot", [(told.foot, "")])

    def _add(self, shape: str, runs: Iterable[tuple[str, str]], place: Any = None) -> Any:
        """A paragraph of runs, each a text and the numbers of its sources."""
        paragraph = (place or self._document).add_paragraph()
        self._fill(paragraph, shape, runs)
        return paragraph

    def _fill(self, paragraph: Any, shape: str, runs: Iterable[tuple[str, str]]) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.shared import Mm, Pt

        look, lies = _SHAPES[shape], paragraph.paragraph_format
        _set(lies, space_before=Pt(look.get("before", 0)), space_after=Pt(look.get("after", 0)))
        _set(lies, line_spacing=1.0, keep_with_next=look.get("next"))
        if "align" in look:
            _set(lies, alignment=getattr(WD_ALIGN_PARAGRAPH, look["align"]))
        if "indent" in look:
            _set(lies, left_indent=Mm(look["indent"]), first_line_indent=Mm(-4))
        for text, cites in runs:
            self._run(paragraph, look, text)
            if cites:
                raised = self._run(paragraph, {**look, "color": _BLUE}, cites)
                _set(raised.font, superscript=True)

    def _run(self, paragraph: Any, look: Mapping[str, Any], text: str) -> Any:
        from docx.shared import Pt, RGBColor

        run = paragraph.add_run(text)
        _set(run.font, size=Pt(look["size"]), bold=look.get("bold"))
        if "color" in look:
            _set(run.font.color, rgb=RGBColor.from_string(look["color"]))
        return run

    def _line(self, line: Line, place: Any = None) -> None:
        first, *others = line.pieces
        runs = [(f"{line.mark} {first[0]}", first[1]), *((f" · {t}", c) for t, c in others)]
        self._add(line.look, runs, place)

    def _grid(self, rows: int, shares: Iterable[float]) -> Any:
        """An empty table with lines; columns take their shares of the width."""
        from docx.shared import Mm

        widths = [Mm(_WIDTH * share) for share in shares]
        table = self._document.add_table(rows, len(widths), style="Table Grid")
        _set(table, autofit=False)
        for column, width in zip(table.columns, widths, strict=True):
            column.width = width
            for cell in column.cells:
                cell.width = width
        return table

    def _table(self, part: Chapter) -> None:
        from docx.oxml import parse_xml
        from docx.oxml.ns import nsdecls

        table, shape = self._grid(1 + len(part.rows), part.shares), "cell-head"
        for row, texts in zip(table.rows, (part.heads, *part.rows), strict=True):
            for cell, text in zip(row.cells, texts, strict=True):
                self._fill(cell.paragraphs[0], shape, [(text, "")])
                if shape == "cell-head":
                    shade = f'<w:shd {nsdecls("w")} w:val="clear" w:fill="EBECE6"/>'
                    cell._tc.get_or_add_tcPr().append(parse_xml(shade))
            shape = "cell"

    def _source(self, source: SourceLine) -> None:
        from docx.opc.constants import RELATIONSHIP_TYPE
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn

        paragraph = self._add("source", [(f"[{source.number}] ", "")])
        title = self._run(paragraph, _SHAPES["source"], source.title)
        if source.url:
            part = self._document.part
            link = OxmlElement("w:hyperlink")
            link.set(qn("r:id"), part.relate_to(source.url, RELATIONSHIP_TYPE.HYPERLINK, True))
            title._r.addprevious(link)
            link.append(title._r)
        self._run(paragraph, _SHAPES["source"], source.tail)


def _set(of: Any, **values: Any) -> None:
    """Give an object of python-docx its values."""
    for name, value in values.items():
        setattr(of, name, value)
