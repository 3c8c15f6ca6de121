"""Tab-separated values; tabs and line ends inside a cell become blanks."""

from typing import Final

from coopgraph.formats import Format
from coopgraph.queries.answer import Answer
from coopgraph.queries.cells import plain

FORMAT: Final = Format("tsv", "text/tab-separated-values", "tsv", order=2)


def write(answer: Answer) -> str:
    """The flat form, an empty cell for what is not known."""
    lines = ["\t".join(answer.header())]
    lines += ["\t".join(" ".join(plain(c).split()) for c in record) for record in answer.records()]
    return "\n".join(lines) + "\n"
