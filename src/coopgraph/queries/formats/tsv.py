"""Tab-separated values for people; tabs and line ends inside a cell become blanks."""

from typing import Final

from coopgraph.formats import Format
from coopgraph.formats.csv import harmless
from coopgraph.queries.answer import Answer, plain

FORMAT: Final = Format("tsv", "text/tab-separated-values", "tsv", order=3)


def write(answer: Answer) -> str:
    """The flat form, an empty cell for what is not known."""
    lines = [answer.header(), *([plain(c) for c in record] for record in answer.records())]
    return "".join("\t".join(map(_cell, line)) + "\n" for line in lines)


def _cell(text: str) -> str:
    return harmless(" ".join(text.split()))
