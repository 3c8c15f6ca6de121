"""How deep and how long a query may be.

The engine's parser and planner call themselves for each bracket, operator and clause. Beyond some
number the stack overflows and takes the process with it, which nothing can catch; so such a query
is refused before the engine sees it. The limits are at most half of what ended a process with the
usual stack of 8 MB, tried one construct at a time (docs/reliability.md).
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from coopgraph.errors import QuerySyntax
from coopgraph.sparql.tokens import line_of, tokens

#: Shorter texts cannot reach any of the limits.
_SHORT: Final = 300
LONGEST: Final = 4_000_000
DEEPEST: Final = 200
MOST: Final = {"operators": 3_000, "clauses": 900, "OPTIONAL": 350}
_OPERATORS: Final = frozenset("|&+-*/!=<>^?")
_CLAUSES: Final = frozenset({"union", "minus", "filter", "bind", "graph", "exists", "select", "as"})
_COUNTED: Final = frozenset({"bracket", "iri", "other", "word"})


@lru_cache(maxsize=512)
def refuse_deep(text: str) -> None:
    """Raise `QuerySyntax` for a query that is longer or nested deeper than the engine can take.

    >>> refuse_deep("ASK { FILTER(" + "(" * 199 + "1" + ")" * 199 + ") }")
    Traceback (most recent call last):
    coopgraph.errors.QuerySyntax: query, line 1: brackets more than 200 deep; nest fewer groups
    """
    if len(text) < _SHORT:
        return
    if len(text) > LONGEST:
        raise QuerySyntax(
            f"a query of {len(text):,} characters", remedy=f"send at most {LONGEST:,} at a time"
        )
    counts = dict.fromkeys(MOST, 0)
    for at, mark, depth in _outside_of_rows(text):
        if depth > DEEPEST:
            raise _too(f"brackets more than {DEEPEST} deep", "nest fewer groups", text, at)
        counts["operators"] += mark in _OPERATORS
        counts["clauses"] += mark in _CLAUSES
        counts["OPTIONAL"] += mark == "optional"
        for what, most in MOST.items():
            if counts[what] > most:
                raise _too(f"more than {most:,} {what}", "ask in several queries", text, at)


def _outside_of_rows(text: str) -> Iterator[tuple[int, str, int]]:
    """Tokens with their place and the depth of brackets there: but for the rows of VALUES, which
    are flat, however many there are."""
    depth, rows_end, is_before = 0, -1, False
    for kind, at, mark in tokens(text):
        if kind not in _COUNTED:
            continue
        # What looks like an IRI may be a comparison with brackets behind it: all are counted.
        depth += mark.count("(") + mark.count("{") + mark.count("[")
        word = mark.lower() if kind == "word" else mark
        is_before = word == "values" or (is_before and word != "{")
        if rows_end < 0 and not is_before:
            yield at, word, depth
        if word == "values":
            rows_end = -2
        elif word == "{" and rows_end == -2:
            rows_end = depth - 1
        depth -= mark.count(")") + mark.count("}") + mark.count("]")
        if depth == rows_end and word == "}":
            rows_end = -1


def _too(fact: str, remedy: str, text: str, at: int) -> QuerySyntax:
    return QuerySyntax(fact, place=line_of(text, at), remedy=remedy)
