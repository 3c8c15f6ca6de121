"""Verbs that ask: questions, query, search, show, cite, match, measure, review."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from pathlib import Path
from pkgutil import resolve_name
from typing import TYPE_CHECKING

import click

from coopgraph.cli import options
from coopgraph.cli.output import emit, note, write_answer
from coopgraph.errors import FactError, InputMissing, UsageError
from coopgraph.vocabulary import is_key

if TYPE_CHECKING:
    from typing import IO

    from coopgraph.importers import Input
    from coopgraph.queries import Question

#: Files with columns, and the formats that are written row by row.
_SHEETS, _STREAMED = (".csv", ".tsv", ".xlsx"), ("csv", "tsv")


@click.command(epilog="Example: coopgraph questions --lang ko")
@options.answer_options()
@options.store_option
def questions(lang: str) -> None:
    """List the named questions and their parameters; they are the same for every store."""
    from coopgraph.api import list_questions

    write_answer(list_questions(lang))


@click.command(
    epilog="Examples: coopgraph query partners -p technology=quantum --lang ko; "
    "coopgraph query my.rq --format csv -o answer.csv; "
    "echo 'SELECT * { ?s a coop:Technology }' | coopgraph query -"
)
@click.argument("question", metavar="NAME|FILE|-")
@options.param_option
@options.lang_option
@options.format_option(
    "table",
    lambda: resolve_name(options.ANSWER_FORMATS).names,
    "; with --raw json, xml, csv, tsv or ttl, nt, jsonld",
)
@click.option("--raw", "is_raw", is_flag=True, help="The W3C format as the engine writes it.")
@options.output_option
@options.reading_options
def query(question: str, values: dict[str, str], lang: str, is_raw: bool) -> None:
    """Ask a named question, a .rq file or a SPARQL text from standard input."""
    from coopgraph.formats import SOLUTIONS, TRIPLES
    from coopgraph.queries import answer_question, notes_of_raw, raw

    asked = read_asked(question)
    with options.opened() as kg:
        index = kg.index if values else None
        if is_raw:
            body = raw(kg.store, asked, values, options.asked_format((*SOLUTIONS, *TRIPLES)), index)
            emit(body)
            for line in notes_of_raw(kg.store, asked, body, index, lang):
                note(line)
            return
        answer = answer_question(kg.store, asked, values, lang, index)
    write_answer(answer)


def read_asked(name: str) -> Question:
    """The question that a name, a file or standard input gives."""
    from coopgraph.formats.files import LARGEST
    from coopgraph.queries import load_question, parse_question, read_question

    if name == "-":
        try:
            return parse_question("query", sys.stdin.buffer.read(LARGEST).decode("utf-8-sig"))
        except UnicodeDecodeError:
            raise FactError(
                "the query is not UTF-8", place="standard input", remedy="send UTF-8"
            ) from None
    if "{" in name:
        raise UsageError(
            "expected a query name, got SPARQL text",
            remedy="send it to standard input: coopgraph query -",
        )
    if name.endswith(".rq") or "/" in name or (not is_key(name) and Path(name).is_file()):
        return read_question(Path(name))
    question = load_question(name)
    if question.name != name:
        note(f"the question {name!r} is now called {question.name!r}")
    return question


@click.command(epilog="Example: coopgraph search Zürich")
@click.argument("text")
@options.whole_option("--limit", 20, "Maximum number of results.", most=10_000)
@options.answer_options()
@options.reading_options
def search(text: str, limit: int, lang: str) -> None:
    """Find entities whose Korean or English labels contain TEXT."""
    with options.opened() as kg:
        answer = kg.search(text, lang=lang, limit=limit)
    write_answer(answer)


@click.command(epilog="Example: coopgraph show quantum --lang ko")
@click.argument("entity")
@options.param_option
@options.answer_options()
@options.reading_options
def show(entity: str, values: dict[str, str], lang: str) -> None:
    """Show all that is known of ENTITY (a key, label, CURIE or IRI), with the sources."""
    if "about" in values:
        raise UsageError("the parameter 'about' is the entity itself", remedy="leave it out")
    with options.opened() as kg:
        answer = kg.show(entity, lang=lang, **values)
    write_answer(answer)


@click.command(
    epilog="Examples: coopgraph cite partners -p technology=quantum; "
    "coopgraph cite budget-levels --format biblatex -o sources.bib"
)
@click.argument("question", metavar="NAME|FILE|-")
@options.param_option
@options.answer_options("text", "coopgraph.queries.citations:BIBLIOGRAPHY")
@options.reading_options
def cite(question: str, values: dict[str, str], lang: str) -> None:
    """List the sources behind the rows of an answer, for a bibliography."""
    from coopgraph.queries import answer_question
    from coopgraph.queries.citations import BIBLIOGRAPHY
    from coopgraph.queries.citations import cite as cited

    asked = read_asked(question)
    with options.opened() as kg:
        answer = answer_question(kg.store, asked, values, lang, kg.index if values else None)
        text = cited(answer, kg.store, options.asked_format(BIBLIOGRAPHY.files, "text"))
    emit(text)


@click.command(
    epilog="Examples: coopgraph measure dependence --lang ko; "
    "coopgraph measure withdrawal -p without=us; coopgraph measure --list"
)
@click.argument("name", required=False)
@click.option("--list", "is_list", is_flag=True, help="List the measures and their parameters.")
@options.param_option
@options.answer_options()
@options.reading_options
def measure(name: str | None, is_list: bool, values: dict[str, str], lang: str) -> None:
    """Compute the measure NAME: concentration, dependence, overlap, coverage, suggestions, …"""
    from coopgraph.measures import list_measures

    if is_list:
        write_answer(list_measures(lang))
        return
    if not name:
        raise UsageError("no measure is named", remedy="coopgraph measure --list names them")
    with options.opened() as kg:
        answer = kg.measure(name, lang=lang, **values)
    write_answer(answer)


@click.command(
    epilog="Examples: coopgraph review --least 0.9; coopgraph review --format csv -o candidates.csv"
)
@click.option(
    "--least",
    default="0",
    show_default=True,
    metavar="SCORE",
    help="Only candidates with at least this score (0 to 1).",
)
@click.option(
    "--limit", type=click.IntRange(1), metavar="N", help="Maximum number of rows, best first."
)
@options.answer_options()
@options.store_option
@options.timeout_option
def review(least: str, limit: int | None, lang: str) -> None:
    """List records of organisations that may be the same, with score and basis.

    A decision is a row of link_decisions.csv: the IRIs of both records, and accept or reject.
    The next build honours it.
    """
    from coopgraph.identity import candidates

    score = _score(least)
    with options.opened() as kg:
        answer = candidates(kg.store, lang, score)
    shown = replace(answer, rows=answer.rows[:limit])
    write_answer(shown)
    if len(shown) < len(answer):
        note(f"{len(answer) - len(shown):,} more candidates; raise --limit to see them")


def _score(text: str) -> Decimal:
    try:
        score = Decimal(text)
    except InvalidOperation:
        score = Decimal(-1)
    if not 0 <= score <= 1:
        raise UsageError(f"{text!r} is not a score", remedy="write a number from 0 to 1")
    return score


@click.command(
    epilog="Examples: coopgraph match affiliations.txt; coopgraph match papers.csv --column "
    "affiliation --candidates -o matches.csv"
)
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@click.option(
    "--column",
    metavar="NAME",
    default="",
    help="FILE is a CSV file or an XLSX workbook: the column to read.",
)
@click.option("--candidates", is_flag=True, help="Also what may be meant, but is not sure.")
@options.answer_options("csv")
@options.store_option
@options.timeout_option
def match(file: Path, column: str, candidates: bool, lang: str) -> None:
    """Say which organisations affiliations name, as papers print them.

    FILE has one affiliation a line (- is standard input). Each row of the answer is a link, with
    ROR id, score and what it rests on; an affiliation that names nobody has a row without an
    organisation. Rows come as they are found, in csv and tsv.
    """
    from coopgraph.identity import match as matches
    from coopgraph.queries.answer import ANSWERS

    name = options.asked_format(ANSWERS.files, "csv")
    with options.opened() as kg, _affiliations(file, column) as texts:
        if options.is_file() or name not in _STREAMED:
            write_answer(kg.match(texts, lang=lang, candidates=candidates), "csv")
            return
        for number, block in enumerate(matches(kg.store, texts, lang, candidates=candidates)):
            data = ANSWERS.encode(block, name)
            emit(data.partition(b"\n")[2] if number else data)


@contextlib.contextmanager
def _affiliations(file: Path, column: str) -> Iterator[Iterator[str]]:
    """The affiliations of a file: its lines, or one column of it. Raises `InputMissing`,
    `InputUnreadable`, `UsageError`."""
    from coopgraph.formats.files import why_no_file
    from coopgraph.importers.base import Input

    if str(file) == "-":
        yield (line.rstrip("\n") for line in sys.stdin)
        return
    if why := why_no_file(file):
        raise InputMissing(why, place=str(file), remedy="name a file, or - for standard input")
    source = Input(file)
    if column or source.suffix in _SHEETS:
        yield _column(source, column)
        return
    with source.utf8() as stream:
        yield _lines(source, stream)


def _lines(source: Input, stream: IO[bytes]) -> Iterator[str]:
    for number, line in enumerate(stream, 1):
        try:
            yield line.decode().rstrip("\r\n")
        except UnicodeDecodeError:
            raise source.unreadable(f"line {number} is not UTF-8", "save it as UTF-8") from None


def _column(source: Input, column: str) -> Iterator[str]:
    from coopgraph.formats.sheets import UnreadableRecord

    at = -1
    for row, cells in source.rows():
        if isinstance(cells, UnreadableRecord):
            raise source.unreadable(f"row {row}: {cells.reason}", "correct it there")
        if at < 0:
            if column not in cells:
                raise UsageError(
                    f"{source.name} has no column {column!r}" if column else "no column is named",
                    remedy=f"name one with --column: {', '.join(cells)}",
                )
            at = cells.index(column)
        else:
            yield cells[at]


COMMANDS = (questions, query, search, show, cite, match, measure, review)
