"""A brief as Markdown."""

from __future__ import annotations

from typing import Final

from coopgraph.brief.model import Brief, Statement
from coopgraph.formats import Format

FORMAT: Final = Format("markdown", "text/markdown", "md", order=1)
_MARKDOWN: Final = str.maketrans({c: f"\\{c}" for c in "\\`*_{}[]<>#|"})


def write(brief: Brief) -> str:
    """Markdown; in Korean itemised with □, ○ and ―, ready to be pasted."""
    lines = [f"# {_plain(brief.title)}", ""]
    for section in brief.sections:
        lines += [
            f"□ {_plain(section.title)}" if brief.lang == "ko" else f"## {_plain(section.title)}",
            "",
        ]
        lines += [line for statement in section.statements for line in _item(statement, brief.lang)]
        lines.append("")
    lines += ["□ 출처" if brief.lang == "ko" else "## Sources", ""]
    for reference in brief.references:
        told = ", ".join(
            filter(None, (reference.title, reference.date, "; ".join(reference.places)))
        )
        mark = "○ " if brief.lang == "ko" else "- "
        lines.append(f"{mark}\\[{reference.number}\\] {_plain(told)} {reference.url}".rstrip())
        if brief.lang == "ko":
            lines.append("")
    lines += ["", f"coopgraph {brief.release}, build {brief.build[:12]}", ""]
    return "\n".join(lines)


def _item(statement: Statement, lang: str) -> list[str]:
    cites = "".join(f"\\[{number}\\]" for number in statement.cites)
    text = f"{_plain(statement.text)} {cites}".rstrip()
    if lang != "ko":
        return [f"- {text}", *(f"    - {_plain(detail)}" for detail in statement.details)]
    # Blank lines, so that a word processor and Markdown alike keep one item a line.
    return [f" ○ {text}", "", *(f"  ― {_plain(detail)}" for detail in statement.details)]


def _plain(text: str) -> str:
    """Text that Markdown takes as it stands, on one line."""
    return " ".join(text.split()).translate(_MARKDOWN)
