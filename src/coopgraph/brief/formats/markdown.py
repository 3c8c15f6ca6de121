"""A brief as Markdown."""

from typing import Final

from coopgraph.brief.model import Brief, Section, Statement
from coopgraph.formats import Format
from coopgraph.formats.serialization import printable
from coopgraph.i18n import text
from coopgraph.vocabulary import is_iri

FORMAT: Final = Format("markdown", "text/markdown", "md", order=4, title="Markdown")
_MARKDOWN: Final = str.maketrans({c: f"\\{c}" for c in "\\`*_{}[]<>#|"})


def write(brief: Brief) -> str:
    """Markdown, itemised as the language does it: in Korean with □, ○ and ※, ready to be pasted."""

    def line(name: str, told: str) -> str:
        return text(f"brief.line-{name}", brief.lang, told)

    lines = [f"# {_plain(brief.title)}", "", *([_plain(brief.as_of), ""] if brief.as_of else [])]
    for each in brief.summary:
        lines += [f"> {line('item', _cited(each)).strip()}", ">"]
    lines += [""] if brief.summary else []
    for section in brief.sections:
        lines += [line("heading", _plain(section.title)), "", *_table(section)]
        for told in section.lines:
            name = "note" if told[0].is_note else "item"
            lines.append(line(name, " · ".join(map(_cited, told))))
        lines.append("")
    lines += [line("heading", text("brief.sources", brief.lang)), ""]
    for reference in brief.references:
        named = filter(None, (reference.title, reference.date, "; ".join(reference.places)))
        shown = f"\\[{reference.number}\\] {_plain(', '.join(named))} {_address(reference.url)}"
        lines.append(line("source", shown.rstrip()))
    foot = [_plain(told) for told in (*brief.notes, brief.foot)]
    return printable("\n".join([*lines, "", "\n\n".join(foot), ""]))


def _table(section: Section) -> list[str]:
    rows = section.rows
    if not rows:
        return []
    told = [[*map(_plain, section.heads)], ["---"] * len(section.heads)]
    told += [[*map(_plain, each.cells), _plain(each.numbers)] for each in rows]
    return [*(f"| {' | '.join(cells)} |" for cells in told), ""]


def _cited(statement: Statement) -> str:
    return f"{_plain(statement.text)} {_plain(statement.numbers)}".rstrip()


def _plain(text: str) -> str:
    """Text that Markdown takes literally, on one line."""
    return " ".join(text.split()).translate(_MARKDOWN)


def _address(url: str) -> str:
    """An address as it is; what is none is text."""
    return url if is_iri(url) else _plain(url)
