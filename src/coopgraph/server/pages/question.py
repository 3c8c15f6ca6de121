"""The page of a named question: its form, its answer with the sources of each row, its twins."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from coopgraph.api import KnowledgeGraph
from coopgraph.errors import CoopgraphError, UsageError
from coopgraph.formats import Format
from coopgraph.guard import Reply
from coopgraph.queries import Answer, Question, answer_question, load_question
from coopgraph.queries.answer import ANSWERS, Entity, is_quantity, shown
from coopgraph.queries.parameters import bind
from coopgraph.queries.scope import in_scope
from coopgraph.queries.themes import grouped
from coopgraph.queries.truncation import unlimited
from coopgraph.server.address import PageRequest
from coopgraph.server.glossary import Meaning, glossary
from coopgraph.server.page import html, notes_header, page, split_format, written
from coopgraph.server.problems import message_of
from coopgraph.server.requests import FORMAT
from coopgraph.server.scope import asked_scope, other_practice
from coopgraph.server.template import PAGE

_SPARQL: Final = Format("rq", "application/sparql-query", "rq")
#: Rows on one page; the twins hold them all.
PAGE_ROWS: Final = 200


@dataclass(frozen=True)
class Place:
    """Where a source says what a row says."""

    source: Entity
    locator: Entity
    url: str


@dataclass(frozen=True)
class Shape:
    """An answer as its page shows it: a part of the rows, and the places of each, from 0."""

    answer: Answer
    total: int
    first: int
    places: dict[int, list[Place]]
    query: str

    @property
    def numeric(self) -> set[int]:
        """The columns of numbers, years apart."""
        return {
            at
            for at in range(len(self.answer.columns))
            if (cells := [row[at] for row in self.answer.rows if row[at] is not None])
            and all(map(is_quantity, cells))
        }


@page("/questions")
def questions(kg: KnowledgeGraph, request: PageRequest) -> Reply:
    """/questions: the list, by what they are about."""
    return html("questions.html", request, groups=grouped())


@page("/questions/{name}")
def question(kg: KnowledgeGraph, request: PageRequest) -> Reply:
    """/questions/{name}: a form and its answer; the answer in other formats and its SPARQL at
    the same address.

    The fields are the parameters of the question. The page of one that lacks a required
    parameter, or was given one that cannot be understood, shows its form and says so; the header
    `Status` then has the status. Raises `UnknownQuery`, and for the twins what `bind` raises.
    """
    offered = (PAGE, *ANSWERS.files, _SPARQL)
    name, format = split_format(request.names["name"], request, offered)
    asked = load_question(name)
    values = _in_scope(asked, request.fields.values("page", *FORMAT), request)
    number = request.fields.whole("page", 1, least=1)
    if format is _SPARQL:
        headers = {"Content-Type": _SPARQL.media_type, "Vary": "Accept"}
        return Reply(_text(kg, asked, values, request.lang).encode(), headers)
    if format is not PAGE:
        every = {**unlimited(asked), **values}  # a file is cut if the address says so
        answer = answer_question(kg.store, asked, every, request.lang, kg.index)
        return _twin(asked, answer, values, format)
    lacks = [c.name for c in asked.parameters.values() if c.required and c.name not in values]
    if lacks and not values:
        return _page(asked, None, values, request)
    try:
        answer = answer_question(kg.store, asked, values, request.lang, kg.index)
    except UsageError as error:
        reply = _page(asked, None, values, request, error)
        return Reply(reply.body, {**reply.headers, "Status": "400"})
    first = (number - 1) * PAGE_ROWS
    if first and first >= len(answer.rows):
        raise UsageError(f"there is no page {number}", remedy="omit the parameter page")
    part = replace(answer, rows=answer.rows[first : first + PAGE_ROWS])
    text = _text(kg, asked, values, request.lang)
    shape = Shape(part, len(answer.rows), first, _places(part), text)
    terms = glossary(kg, (cell for row in part.rows for cell in row), request.lang)
    return _page(asked, shape, values, request, terms=terms)


def _in_scope(asked: Question, values: dict[str, str], request: PageRequest) -> dict[str, str]:
    """The values of a question, with the scope of the reader where the address names none."""
    if not request.scope.keys() & {"whose", "within"} or {"jurisdiction", "plan"} & values.keys():
        return values
    scope = asked_scope(request).items()
    return {**{name: value for name, value in scope if name in asked.parameters}, **values}


def _text(kg: KnowledgeGraph, asked: Question, values: Mapping[str, str], lang: str) -> str:
    """The question as the SPARQL text that is evaluated."""
    said = {"lang": lang} if "lang" in asked.parameters else {}
    return bind(asked, in_scope(kg.store, asked, {**said, **values}, kg.index), kg.index)


def _page(
    asked: Question,
    shape: Shape | None,
    values: Mapping[str, str],
    request: PageRequest,
    error: CoopgraphError | None = None,
    terms: Mapping[str, Meaning] | None = None,
) -> Reply:
    from coopgraph.view.charts import CHARTS

    return html(
        "question.html",
        request,
        formats=ANSWERS.files,
        asked=asked,
        charts=[name for name, kind in CHARTS.items() if kind.question == asked.name],
        fields=[c for c in asked.parameters.values() if c.type != "xsd:language"],
        about={column.name: column.meaning(request.lang) for column in asked.columns},
        headings={column.name: column.heading(request.lang) for column in asked.columns},
        values=values,
        shape=shape,
        shown=shown,
        message=message_of(error, str(error), request.lang) if error else (),
        page_rows=PAGE_ROWS,
        among=other_practice(asked, values, request),
        terms=terms or {},
    )


def _places(answer: Answer) -> dict[int, list[Place]]:
    """The places of each row of the page, numbered from 0."""
    found: dict[int, list[Place]] = {}
    for row in answer.sources():
        source, locator = row["source"], row["locator"]
        if isinstance(source, Entity) and isinstance(locator, Entity):
            place = Place(source, locator, str(row["url"] or ""))
            known = found.setdefault(int(str(row["row"])) - 1, [])
            if place not in known:
                known.append(place)
    return found


def _twin(asked: Question, answer: Answer, values: Mapping[str, str], format: Format) -> Reply:
    """The answer in another format; in JSON with what the page says of it."""
    reply = written(ANSWERS, answer, format)
    if format.name != "json":
        return Reply(reply.body, {**reply.headers, **notes_header(answer.notes)})
    about = {
        "question": asked.name,
        "title": asked.title(answer.lang),
        "lang": answer.lang,
        "parameters": dict(values),
        "notes": list(answer.notes),
        "columns": list(answer.header()),
    }
    head = json.dumps(about, ensure_ascii=False)[:-1].encode()
    rows, sources = reply.body.strip(), ANSWERS.encode(answer.sources(), "json").strip()
    return Reply(b'%s, "rows": %s, "sources": %s}\n' % (head, rows, sources), reply.headers)
