"""The verb that cites."""

from __future__ import annotations

from pathlib import Path

import click

from coopgraph.cli.options import (
    answer_options,
    emit,
    opened,
    param_option,
    parameters,
    reading_options,
)
from coopgraph.cli.query import read_asked


@click.command(
    epilog="Examples: coopgraph cite partners -p technology=quantum; "
    "coopgraph cite budget-levels --format bibtex -o sources.bib"
)
@click.argument("question", metavar="NAME|FILE|-")
@param_option
@answer_options("text", "coopgraph.queries.citations:BIBLIOGRAPHY")
@reading_options
def cite(
    question: str, pairs: tuple[str, ...], lang: str, format_: str, output: Path | None, store: str
) -> None:
    """List the sources behind the rows of an answer, for a bibliography."""
    from coopgraph.queries import answer_question
    from coopgraph.queries.citations import BIBLIOGRAPHY
    from coopgraph.queries.citations import cite as cited

    asked, values = read_asked(question), parameters(pairs)
    with opened(store) as kg:
        answer = answer_question(kg.store, asked, values, lang, kg.index if values else None)
        text = cited(answer, kg.store, BIBLIOGRAPHY.choose(format_, output, "text"))
    emit(text, output)


COMMANDS = (cite,)
