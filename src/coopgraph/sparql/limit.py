"""A LIMIT added to a query: how many rows it returns at most (SPARQL 1.1, section 15.5)."""

import re
from typing import Final

from coopgraph.sparql.pages import pages_of

#: A query that begins with its prologue, without comments, and then says its form.
_FORM: Final = re.compile(
    r"(?:\s++|prefix\s*[\w.-]*:\s*<[^<>]*>|base\s*<[^<>]*>)*+(select|ask|construct|describe)",
    re.IGNORECASE,
)
_VALUES: Final = re.compile("values", re.IGNORECASE)
#: An end that can be read without tokens: no string, no comment, a blank between keywords.
_PLAIN: Final = re.compile(
    r"(?P<order>[^\"'#]*?)(?P<last>(?:\b(?:limit\s+(?P<limit>\d+)|offset\s+\d+)\s*){0,2})\Z",
    re.IGNORECASE,
)
_LAST: Final = re.compile("limit|offset", re.IGNORECASE)
#: The engine accepts `OFFSET5LIMIT10`, which is a single token here.
_UNSPACED: Final = re.compile(r"\d(?:limit|offset|values)|(?:limit|offset)\d", re.IGNORECASE)


def limit_rows(text: str, rows: int) -> str | None:
    """A SELECT that gives at most `rows` rows: with a LIMIT added, or its own reduced.

    None where there is nothing to do: the query is no SELECT, or its own LIMIT is small enough.
    None, too, where the place of a LIMIT cannot be determined. The result is for the engine only:
    where the engine refuses it, evaluate the query itself.

    >>> limit_rows("SELECT * { ?s ?p ?o } OFFSET 5", 10)
    'SELECT * { ?s ?p ?o } \\nLIMIT 10\\nOFFSET 5'
    >>> limit_rows("SELECT * { ?s ?p ?o } LIMIT 5000", 10)
    'SELECT * { ?s ?p ?o } LIMIT 10'
    >>> limit_rows("SELECT * { ?s ?p ?o } LIMIT 5", 10) is None, limit_rows("ASK {}", 10) is None
    (True, True)
    """
    form = _FORM.match(text)
    if form is not None and form[1].lower() != "select":
        return None
    end = _plain_end(text, form.end()) if form else None
    if end is None:
        return _rewritten(text, rows)
    if end["limit"] is None:
        at = end.start("last")
        return f"{text[:at]}\nLIMIT {rows}\n{text[at:]}"
    if int(end["limit"]) <= rows:
        return None
    return f"{text[: end.start('limit')]}{rows}{text[end.end('limit') :]}"


def _plain_end(text: str, body: int) -> re.Match[str] | None:
    """The end of a SELECT without VALUES and comments, found without reading its tokens: this
    fits most queries, and takes a tenth of the time."""
    if "#" in text[text.find("{", body) :] or _VALUES.search(text, body):
        return None
    end = _PLAIN.match(text, text.rfind("}") + 1)
    return None if end is None or _LAST.search(end["order"]) else end


def _rewritten(text: str, rows: int) -> str | None:
    """The same by way of the parts of the query."""
    parts = None if _UNSPACED.search(text) else pages_of(text, ("any",))
    if parts is None or parts.is_construct:
        return None
    if parts.limit is not None and parts.limit <= rows:
        return None
    return (
        f"{parts.prologue}{parts.head}\n{parts.dataset}{parts.where}\n{parts.order}\n"
        f"LIMIT {rows}\nOFFSET {parts.offset}\n{parts.values}"
    )
