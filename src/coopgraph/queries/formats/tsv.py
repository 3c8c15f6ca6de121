"""Tab-separated values for people; tabs and line ends inside a cell become blanks."""

from typing import Final

from coopgraph.formats import Format
from coopgraph.formats.csv import harmless
from coopgraph.queries.answer import Answer, plain

FORMAT: Final = Format("tsv", "text/tab-separated-values", "tsv", order=3)


def write(answer: Answer) -> str:
    """The flat form, an empty cell for what is not known."""
    lines = [answer.header(), *([plain(c) for c in record] for record in answer.records())]
    cells = ([harmless(" ".join(cell.split())) for cell in line] for line in lines)
    return "".join("\t".join(line) + "\n" for line in cells)
