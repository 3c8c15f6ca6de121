"""Lines of a query that count only where something is asked for: comments to every other reader.

    #? partner: ?observed coop:organisation ?partner .

counts where `partner` has a value, which then stands in place of the variable: it narrows a
query where it is long, and filters by what the query else leaves out.

    #? top: { SELECT ?observed WHERE { VALUES ?place { ?1_to_top } ?observed coop:rank ?place } }
    #? country, top 200: { SELECT ?observed WHERE { ?observed coop:leadingIn ?country } }

are bounds: with `top` the limit of the answer (`coopgraph.queries.truncation`), they keep out rows
that it would cut off anyway. `?top` is one more than is shown, so that a cut is noticed, and
`?1_to_top` are all numbers up to it, which the engine looks up where it would scan for a FILTER
(`?1_to_top_100` those up to a hundred more). A bound
counts only where nothing is asked for but its own parameter and the columns that make the
groups: what else is asked for could lie beyond it. The second counts where `country` has a value
and less than 200 rows of each group are shown. Of several lines of one parameter the first that
can, counts.

    #? rare: VALUES ?property { ?rare }
    #? each large: UNION { … ?large … }

take a list of terms: as they stand, and once for each.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from coopgraph.queries.truncation import Limit

#: Beyond so many rows of each group a bound is not worth its length.
_MOST = 10_000
_LINE = re.compile(r"^\s*#\?\s*(each\s+)?(\w+)(?:\s*,\s*(\w+)\s+(\d+))?\s*:(.*)$", re.MULTILINE)


def with_lines(
    text: str,
    terms: Mapping[str, str],
    limit: Limit | None,
    lists: Mapping[str, Sequence[str]],
) -> tuple[str, set[str], bool]:
    """`text` with the lines that count, the parameters whose values stand in them, and whether
    one of them is a bound."""
    placed: set[str] = set()
    bounded: set[str] = set()

    def line(found: re.Match[str]) -> str:
        each, name, other, most, pattern = found.groups()
        if name in lists:
            parts = lists[name] if each else [" ".join(lists[name])]
            return "\n".join(put(_bounded(pattern, limit), name, part) for part in parts)
        bounds = limit is not None and limit.name in (name, other)
        if name in bounded or not (bounds or name in terms):
            return found[0]
        if bounds:
            assert limit is not None
            if not _holds(limit, name, int(most) if most else None, terms):
                return found[0]
            bounded.add(name)
            pattern = _bounded(pattern, limit)
        placed.add(name)
        return put(pattern, name, terms[name]) if name in terms else pattern

    return _LINE.sub(line, text), placed, bool(bounded)


def put(text: str, name: str, term: str) -> str:
    """`text` with `term` in place of the variable `name`."""
    return term.join(re.split(rf"[?$]{name}\b", text))


def _bounded(pattern: str, limit: Limit | None) -> str:
    """`pattern` with one more than the limit, and with the numbers up to it."""
    if limit is None:
        return pattern
    last = limit.size + 1

    def numbers(found: re.Match[str]) -> str:
        return " ".join(map(str, range(1, last + int(found[1] or 0) + 1)))

    pattern = re.sub(rf"\?1_to_{limit.name}(?:_(\d+))?\b", numbers, pattern)
    return put(pattern, limit.name, str(last))


def _holds(limit: Limit, name: str, most: int | None, terms: Mapping[str, str]) -> bool:
    """Whether a bound keeps every row that the limit shows, and one more."""
    if name != limit.name and name not in terms:
        return False
    if limit.size >= (_MOST if most is None else most):
        return False
    return not terms.keys() - {name, limit.name, *limit.per}
