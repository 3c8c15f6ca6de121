"""The verb that cites."""

import click

from coopgraph.cli.options import (
    answer_options,
    asked_format,
    opened,
    param_option,
    reading_options,
)
from coopgraph.cli.output import emit
from coopgraph.cli.query import read_asked


@click.command(
    epilog="Examples: coopgraph cite partners -p technology=quantum; "
    "coopgraph cite budget-levels --format bibtex -o sources.bib"
)
@click.argument("question", metavar="NAME|FILE|-")
@param_option
@answer_options("text", "coopgraph.queries.citations:BIBLIOGRAPHY")
@reading_options
def cite(question: str, values: dict[str, str], lang: str) -> None:
    """List the sources behind the rows of an answer, for a bibliography."""
    from coopgraph.queries import answer_question
    from coopgraph.queries.citations import BIBLIOGRAPHY
    from coopgraph.queries.citations import cite as cited

    asked = read_asked(question)
    with opened() as kg:
        answer = answer_question(kg.store, asked, values, lang, kg.index if values else None)
        text = cited(answer, kg.store, asked_format(BIBLIOGRAPHY.files, "text"))
    emit(text)


COMMANDS = (cite,)
