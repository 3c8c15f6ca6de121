"""An HTML table, as a notebook shows it."""

from html import escape
from typing import Final

from coopgraph.formats import Format
from coopgraph.queries.answer import Answer, Cell, Entity, is_number, shown

FORMAT: Final = Format("html", "text/html", "html", order=5, medium="notebook")


def write(answer: Answer) -> str:
    """Labels linked to their IRIs, everything escaped."""
    head = "".join(f"<th>{escape(answer.heading(name))}</th>" for name in answer.columns)
    body = "".join(
        "<tr>" + "".join(map(_drawn, answer.columns, row)) + "</tr>" for row in answer.rows
    )
    caption = f"<caption>{escape(answer.title)}</caption>" if answer.title else ""
    notes = "".join(f"<p>{escape(note)}</p>" for note in answer.notes)
    return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{notes}"


def _drawn(column: str, cell: Cell) -> str:
    text, align = escape(shown(cell, column)), ""
    if isinstance(cell, Entity) and cell.iri.startswith(("http://", "https://")):
        text = f'<a href="{escape(cell.iri)}" title="{escape(cell.iri)}">{text}</a>'
    elif is_number(cell):
        align = ' style="text-align:right"'
    return f"<td{align}>{text}</td>"
