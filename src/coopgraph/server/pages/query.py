"""The query page, and what its script asks for: rows of a query, one page of them, and downloads.

The solutions are read in the engine's order, up to the number counted; only those of
the page are labelled, unless the rows are to be sorted. So each page evaluates the query again.
"""

import secrets
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, Final, TypeAlias

from coopgraph.api import KnowledgeGraph
from coopgraph.errors import UsageError
from coopgraph.formats import named
from coopgraph.guard import Reply
from coopgraph.i18n import LanguageMap
from coopgraph.queries import Question, answer_question
from coopgraph.queries.answer import ANSWERS, Entity, cell, is_number, is_quantity, shown
from coopgraph.queries.themes import grouped
from coopgraph.queries.unknown_terms import counts_something, notes_of_deprecated, notes_of_empty
from coopgraph.server.address import PageRequest
from coopgraph.server.page import data, html, notes_header, page, query_of, written
from coopgraph.server.requests import refuse_unknown
from coopgraph.server.security import CONTENT_SECURITY_POLICY
from coopgraph.sparql.dataset import query_terms
from coopgraph.store.base import is_named
from coopgraph.vocabulary import shrink

#: The terms of the engine, None where a column is unbound.
Row: TypeAlias = list[Any]

_ROWS: Final = 100
_MOST_ROWS: Final = 1_000
_TRIPLE: Final = ("subject", "predicate", "object")


@page("/query")
def query(kg: KnowledgeGraph, request: PageRequest) -> Reply:
    """/query: the editor. CodeMirror adds a style sheet of its own, which a nonce lets in."""
    refuse_unknown(request.fields, ("query",))
    nonce = secrets.token_urlsafe(16)
    policy = CONTENT_SECURITY_POLICY.replace(
        "style-src 'self'", f"style-src 'self' 'nonce-{nonce}'"
    )
    examples = [
        (heading, [q for q in group if not any(c.required for c in q.parameters.values())])
        for heading, group in grouped()
    ]
    text = request.fields.one("query") or ""
    reply = html(
        "query.html", request, nonce=nonce, examples=examples, text=text, formats=ANSWERS.files
    )
    own = {"Content-Security-Policy": policy, "Cache-Control": "no-store"}
    return Reply(reply.body, {**reply.headers, **own})


@page("/query/rows", methods=("GET", "POST"), is_data=True)
def rows(kg: KnowledgeGraph, request: PageRequest) -> Reply:
    """/query/rows: a page of the labelled rows of a query, as JSON.

    `form` is select, ask or graph; `columns`; `rows` of cells, each null or an object with `text`,
    and where it applies `iri`, `href`, `lang`, `type`, `literal` (its digits); `numeric` and
    `entities`: columns of numbers and of IRIs on this page; `total`: rows in all, at most as many
    as the server counts, and `is_total_exact`; `notes`. The field `sort` is a column. Raises
    `UsageError` for one that is not there, or where there are more rows than are counted to sort,
    and what `Store.query` raises.
    """
    given, counted = request.fields, request.rows
    refuse_unknown(given, ("query", "offset", "limit", "sort", "order"))
    offset = given.whole("offset", 0)
    limit = given.whole("limit", _ROWS, least=1, most=_MOST_ROWS)
    sort, order = given.one("sort") or "", given.one("order") or "asc"
    if order not in ("asc", "desc"):
        raise UsageError(f"{order!r} is no order", remedy="write asc or desc")
    text = query_of(request)
    form, columns, found = _solutions(kg, text)
    width = len(columns)
    if sort and sort not in columns:
        raise UsageError(f"there is no column {sort!r}", remedy="sort by a column of the answer")
    if sort:
        every = [_row(one, width) for one in islice(found, counted + 1)]
        if len(every) > counted:
            raise UsageError(
                f"more than {counted:,} rows are not sorted here", remedy="write ORDER BY instead"
            )
        ordered = _sorted(kg, every, columns.index(sort), order == "desc", request.lang)
        part, total, exact = ordered[offset : offset + limit], len(every), True
    else:
        before = sum(1 for _ in islice(found, offset))
        part = [_row(one, width) for one in islice(found, limit)]
        total = before + len(part)
        total += sum(1 for _ in islice(found, max(counted - total, 0)))
        exact = next(found, None) is None
    terms = query_terms(text)
    notes = notes_of_deprecated(kg.store, terms, request.lang)
    if total == len(part) <= 1 and not counts_something([[cell(t, {}) for t in r] for r in part]):
        notes += notes_of_empty(kg.store, terms, kg.index, request.lang)
    body = {
        "form": form,
        "columns": columns,
        "rows": _written(kg, part, request),
        "numeric": _columns_of(part, columns, _is_number),
        "entities": _columns_of(part, columns, is_named),
        "offset": offset,
        "total": total,
        "is_total_exact": exact,
        "notes": notes,
    }
    return data(body, **{"Cache-Control": "no-store"})


@page("/query.{format}", methods=("GET", "POST"))
def download(kg: KnowledgeGraph, request: PageRequest) -> Reply:
    """/query.csv, …: all rows with labels and IRIs, as `coopgraph query` writes them."""
    refuse_unknown(request.fields, ("query",))
    format = named(request.names["format"], ANSWERS.files)
    # Without the header that a named question would have: nothing in the text is a parameter.
    asked = Question("query", LanguageMap({}), (), (), 0, "", query_of(request))
    answer = answer_question(kg.store, asked, {}, request.lang, kg.index)
    reply = written(ANSWERS, answer, format)
    name = f'attachment; filename="coopgraph-query.{format.extension}"'
    own = {"Content-Disposition": name, "Cache-Control": "no-store", **notes_header(answer.notes)}
    return Reply(reply.body, {**reply.headers, **own})


def _solutions(kg: KnowledgeGraph, text: str) -> tuple[str, list[str], Iterator[Any]]:
    """The form of a query, its columns, and its solutions or triples as they come: what is only
    counted is not unpacked."""
    from pyoxigraph import Literal, QueryBoolean, QuerySolutions

    result = kg.store.query(text)
    if isinstance(result, QueryBoolean):
        return "ask", ["answer"], iter([[Literal(bool(result))]])
    if isinstance(result, QuerySolutions):
        names = [variable.value for variable in result.variables]
        return "select", names, _read(kg, result)
    return "graph", [*_TRIPLE], _read(kg, result)


def _read(kg: KnowledgeGraph, found: Iterable[Any]) -> Iterator[Any]:
    """What the engine finds, its damage named."""
    with kg.store.reading():
        yield from found


def _row(solution: Any, width: int) -> Row:
    """The terms of a solution, of a triple or of a row that is made already."""
    if type(solution).__name__ == "Triple":
        return [solution.subject, solution.predicate, solution.object]
    return [solution[i] for i in range(width)]


def _sorted(
    kg: KnowledgeGraph, found: list[Row], at: int, is_descending: bool, lang: str
) -> list[Row]:
    """By the values of a column as the page shows them: numbers, then texts; the empty last."""
    labels = kg.store.labels({row[at].value for row in found if is_named(row[at])}, lang)
    keyed = [(_rank(row[at], labels), row) for row in found]
    filled = [pair for pair in keyed if pair[0][0] < 2]
    filled.sort(key=lambda pair: pair[0], reverse=is_descending)
    return [row for _, row in filled] + [row for key, row in keyed if key[0] == 2]


def _rank(term: Any, labels: dict[str, str]) -> tuple[int, Any]:
    if term is None:
        return (2, 0)
    value = cell(term, labels)
    if is_number(value) and value == value:
        return (0, value)
    return (1, str(value).casefold())


def _written(kg: KnowledgeGraph, page: list[Row], request: PageRequest) -> list[list[Any]]:
    iris = {term.value for row in page for term in row if is_named(term)}
    labels = kg.store.labels(iris, request.lang)
    return [[_cell(term, labels, request) for term in row] for row in page]


def _cell(term: Any, labels: dict[str, str], request: PageRequest) -> dict[str, str] | None:
    if term is None:
        return None
    value = cell(term, labels)
    made = {"text": shown(value)}
    if isinstance(value, Entity):
        return made | {"iri": value.iri, "href": request.place(value.iri)}
    if type(term).__name__ == "Literal":
        if term.language:
            made["lang"] = term.language
        elif not term.datatype.value.endswith("#string"):
            made["type"] = shrink(term.datatype.value)
            if made["text"] != term.value:
                made["literal"] = term.value
    return made


def _columns_of(page: list[Row], columns: list[str], holds: Any) -> list[str]:
    """The columns in which all that is there `holds`."""
    found = []
    for i, name in enumerate(columns):
        terms = [row[i] for row in page if row[i] is not None]
        if terms and all(map(holds, terms)):
            found.append(name)
    return found


def _is_number(term: Any) -> bool:
    return type(term).__name__ == "Literal" and is_quantity(cell(term, {}))
