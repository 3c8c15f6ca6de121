"""CSV for people, see `coopgraph.formats.csv`."""

from typing import Final

from coopgraph.formats import Format
from coopgraph.formats.csv import csv_text
from coopgraph.queries.answer import Answer, plain

FORMAT: Final = Format("csv", "text/csv", "csv", order=1)


def write(answer: Answer) -> str:
    """The flat form, an empty cell for what is not known."""
    return csv_text([answer.header(), *([plain(c) for c in record] for record in answer.records())])
