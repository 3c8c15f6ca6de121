"""CSV (RFC 4180), with the line ends of Unix."""

from typing import Final

from coopgraph.formats import Format
from coopgraph.queries.answer import Answer
from coopgraph.queries.cells import plain

FORMAT: Final = Format("csv", "text/csv", "csv", order=1)


def write(answer: Answer) -> str:
    """The flat form, an empty cell for what is not known."""
    lines = [answer.header(), *([plain(c) for c in record] for record in answer.records())]
    # An empty cell that is the whole row is quoted: readers take a blank line for no row.
    return "".join((",".join(map(_quoted, line)) or '""') + "\n" for line in lines)


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if any(c in text for c in ',"\r\n') else text
