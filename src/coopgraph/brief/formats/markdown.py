"""A brief as Markdown."""

from typing import Final

from coopgraph.brief.model import Brief
from coopgraph.formats import Format
from coopgraph.formats.serialization import printable
from coopgraph.i18n import text
from coopgraph.vocabulary import is_iri

FORMAT: Final = Format("markdown", "text/markdown", "md", order=1)
_MARKDOWN: Final = str.maketrans({c: f"\\{c}" for c in "\\`*_{}[]<>#|"})


def write(brief: Brief) -> str:
    """Markdown, itemised as the language does it: in Korean with □, ○ and -, ready to be pasted."""

    def line(name: str, told: str) -> str:
        return text(f"brief.line-{name}", brief.lang, told)

    lines = [f"# {_plain(brief.title)}", ""]
    for section in brief.sections:
        lines += [line("heading", _plain(section.title)), ""]
        for plan, statements in section.by_plan():
            lines += [line("plan", _plain(plan)), ""] if plan else []
            for each in statements:
                cites = "".join(f"\\[{number}\\]" for number in each.cites)
                lines.append(line("item", f"{_plain(each.text)} {cites}".rstrip()))
                lines += [line("detail", _plain(detail)) for detail in each.details]
            lines.append("")
    lines += [line("heading", text("brief.sources", brief.lang)), ""]
    for reference in brief.references:
        told = filter(None, (reference.title, reference.date, "; ".join(reference.places)))
        shown = f"\\[{reference.number}\\] {_plain(', '.join(told))} {_address(reference.url)}"
        lines.append(line("source", shown.rstrip()))
    foot = [_plain(told) for told in (*brief.notes, brief.foot)]
    return printable("\n".join([*lines, "", "\n\n".join(foot), ""]))


def _plain(text: str) -> str:
    """Text that Markdown takes literally, on one line."""
    return " ".join(text.split()).translate(_MARKDOWN)


def _address(url: str) -> str:
    """An address as it is; what is none is text."""
    return url if is_iri(url) else _plain(url)
