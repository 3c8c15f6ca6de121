"""The verb that lists what awaits a decision: review."""

from decimal import Decimal, InvalidOperation

import click

from coopgraph.cli.options import answer_options, opened, store_option, timeout_option
from coopgraph.cli.output import note, write_answer
from coopgraph.errors import UsageError


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
@answer_options()
@store_option
@timeout_option
def review(least: str, limit: int | None, lang: str) -> None:
    """List records of organisations that may be the same, with score and basis.

    A decision is a row of link_decisions.csv: the IRIs of both records, and accept or reject.
    The next build honours it.
    """
    from dataclasses import replace

    from coopgraph.identity.candidates import candidates

    score = _score(least)
    with opened() as kg:
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


COMMANDS = (review,)
