"""Asking: a named question, a file or a SPARQL text, and what comes back."""

from __future__ import annotations

import sys
from collections.abc import Collection, Mapping
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from coopgraph.errors import UsageError, known_language
from coopgraph.formats import SOLUTIONS, TRIPLES, named
from coopgraph.formats.serialization import serialize_solutions, serialize_triples
from coopgraph.libraries import ox
from coopgraph.queries.answer import Answer, answer_of, cell
from coopgraph.queries.coverage import absences, notes_of_practice, pair_notes
from coopgraph.queries.each import each_plan
from coopgraph.queries.parameters import bound, place, put, terms_of
from coopgraph.queries.question import YEAR, Question, load_question
from coopgraph.queries.scope import in_scope, notes_of_scope, scope_of
from coopgraph.queries.sources import sources_of
from coopgraph.queries.truncation import Limit, Truncation, limit_of
from coopgraph.queries.unknown_terms import (
    counts_something,
    is_empty,
    notes_of_deprecated,
    notes_of_empty,
    notes_of_values,
)
from coopgraph.search import AnyIndex
from coopgraph.sparql.dataset import query_terms
from coopgraph.sparql.order import without_order
from coopgraph.sparql.pages import pages_of
from coopgraph.store import AnyStore

if TYPE_CHECKING:
    from coopgraph.store.base import Triples


def ask(
    store: AnyStore,
    name: str,
    values: Mapping[str, str] | None = None,
    *,
    lang: str = "en",
    index: AnyIndex | None = None,
    folder: Path | None = None,
) -> Answer:
    """The answer to a named question with `values` for its parameters. Columns as the question
    declares them. Raises `UnknownQuery` and what `bind` raises."""
    return answer_question(store, load_question(name, folder), values or {}, lang, index)


def raw(
    store: AnyStore,
    question: Question,
    values: Mapping[str, str],
    format: str,
    index: AnyIndex | None = None,
) -> bytes:
    """The engine's own W3C serialisation, byte for byte. `format`: json, xml, csv, tsv for SELECT
    and ASK; ttl, nt, jsonld for CONSTRUCT and DESCRIBE; empty for the first of each. No limit
    holds: every row comes. Raises `UnknownFormat`, `TermUnwritable`, and `UsageError` where a
    number of rows is asked for."""
    values = in_scope(store, question, values, index)
    terms = terms_of(question, values, index)
    for column in question.extra:
        if column.per and column.name in values:
            raise UsageError(
                f"the parameter {column.name!r} cuts labelled answers only",
                remedy="leave it out, or ask without --raw",
            )
    limit = limit_of(question, values)
    result = store.query(bound(question, terms, limit and replace(limit, size=sys.maxsize)).text)
    output = BytesIO()
    with store.reading():
        if isinstance(result, ox.QuerySolutions | ox.QueryBoolean):
            serialize_solutions(result, named(format or "json", SOLUTIONS), output)
        else:
            serialize_triples(result, named(format or "ttl", TRIPLES), output)
    return output.getvalue()


def notes_of_raw(
    store: AnyStore, question: Question, body: bytes, index: AnyIndex | None, lang: str = "en"
) -> tuple[str, ...]:
    """What `question` names and no triple has, where what `raw` gave is empty."""
    terms = query_terms(question.text)
    unknown = notes_of_empty(store, terms, index, lang) if is_empty(body) else ()
    return (*notes_of_deprecated(store, terms, lang), *unknown)


def answer_question(
    store: AnyStore,
    question: Question,
    values: Mapping[str, str],
    lang: str,
    index: AnyIndex | None,
) -> Answer:
    """The answer to a question that has been read; see `ask`. The notes of an empty one say what
    it names and no triple has."""
    known_language(lang)
    said = {"lang": lang} if "lang" in question.parameters else {}
    asked, values = values, in_scope(store, question, {**said, **values}, index)
    terms, is_of_plans = terms_of(question, values, index), question.scope == "plan"
    limit = limit_of(question, values)
    sizes = _group_sizes(store, question, terms) if limit else None
    query = bound(question, terms, limit, is_each=bool(each := each_plan(store, question, terms)))
    asked_for = _by_groups(question, query.text, limit, sizes) if limit and sizes else query.text
    columns = tuple((column.name, column.type) for column in question.columns)
    unordered, order = without_order(asked_for, columns)
    result = store.query(unordered)
    with store.reading():
        if isinstance(result, ox.QueryBoolean):
            answer = Answer(("answer",), ((bool(result),),), (), lang)
        elif not isinstance(result, ox.QuerySolutions):
            answer = _triples(store, result, lang)
        else:
            answer = replace(
                answer_of(
                    result,
                    store,
                    lang,
                    question,
                    truncation=Truncation(limit, not query.is_bounded, sizes) if limit else None,
                    joined="jurisdiction" if is_of_plans and terms["jurisdiction"] == "" else "",
                    order=order,
                    each=each,
                ),
                _sources=lambda answer: sources_of(store, question, answer),
            )
    notes, named = list(answer.notes), query_terms(asked_for)
    if not question.columns:  # no question that ships names a deprecated term
        notes += notes_of_deprecated(store, named, lang)
    is_without_rows, is_planless = not counts_something(answer.rows), False
    if is_without_rows:
        notes += notes_of_empty(store, named, index, lang)
        years = {column.name for column in question.columns + question.extra if column.type == YEAR}
        notes += notes_of_values(store, (terms[name] for name in sorted(years & {*asked})), lang)
    of_scope: tuple[str, ...] = ()
    if is_of_plans:
        is_asked = bool(scope_of(asked)) or terms["jurisdiction"] == ""
        whose = terms["jurisdiction"][1:-1] if is_asked else None
        of_scope = tuple(notes_of_scope(store, whose, lang, is_empty=is_without_rows))
        is_planless = bool(whose and of_scope)
    looked = _looked(store, question, answer, terms, limit)
    reasons = () if is_planless else tuple(absences(store, question.coverage, terms, lang))
    missing = reasons if is_without_rows else ()
    is_of_plans_alone = question.rows and {each.code for each in reasons} == {"not-imported"}
    if missing or is_of_plans_alone:
        looked += (each.told(lang) for each in reasons)
    notes += (*looked, *of_scope)
    return replace(answer, notes=tuple(notes), absences=missing)


def _looked(
    store: AnyStore,
    question: Question,
    answer: Answer,
    terms: Mapping[str, str],
    limit: Limit | None,
) -> list[str]:
    """What an answer that counts practice looked through, and what follows for its ranks."""
    if not question.coverage:
        return []
    ranked: tuple[Collection[str], int] = ((), 0)
    if limit and "technology" in limit.per:
        technologies = {getattr(cell, "iri", "") for cell in answer.column("technology")}
        ranked = (technologies, limit.size)
    told = notes_of_practice(store, question.coverage, terms, *ranked)
    of_pairs = pair_notes(store, terms, answer.lang) if limit and "institution" in limit.per else ()
    return [*of_pairs, *(each(answer.lang) for each in told)]


def _group_sizes(
    store: AnyStore, question: Question, terms: Mapping[str, str]
) -> dict[tuple[object, ...], int] | None:
    """How many rows each group holds, for a question that says how to count them; of an answer that
    a column narrows they are counted as they come."""
    is_narrowed = any(column.name in terms for column in question.columns)
    if not question.groups or is_narrowed:
        return None
    per = " ".join(f"?{name}" for column in question.extra for name in column.per)
    pattern = question.groups
    for name, term in terms.items():
        pattern = put(pattern, name, term)
    text = f"SELECT {per} (COUNT(*) AS ?rows) WHERE {{ {pattern} }} GROUP BY {per}"
    return {row[:-1]: int(row[-1].value) for row in store.select(text)}


def _by_groups(
    question: Question, text: str, limit: Limit, sizes: Mapping[tuple[object, ...], int]
) -> str:
    """`text` with each group that the limit cuts asked for by itself, under a LIMIT: so a
    property of half a million values costs no more than what is shown of it."""
    (name,) = limit.per
    large = [str(term) for (term,), size in sizes.items() if size > limit.size]
    small = " ".join(str(term) for (term,), size in sizes.items() if size <= limit.size)
    pages = pages_of(text, [column.name for column in question.columns])
    if not large or pages is None:
        return text
    parts = [
        f"{pages.head} {place(pages.where, {name: term})} LIMIT {limit.size}" for term in large
    ]
    parts.append(f"{pages.head} {place(pages.where, {name: small})}")
    union = " UNION ".join(f"{{ {part} }}" for part in parts)
    return f"{pages.prologue}{pages.head} {{ {union} }} {pages.order}"


def _triples(store: AnyStore, triples: Triples, lang: str) -> Answer:
    terms = [(t.subject, t.predicate, t.object) for t in triples]
    iris = {t.value for row in terms for t in row if isinstance(t, ox.NamedNode)}
    labels = store.labels(iris, lang)
    names = ("subject", "predicate", "object")
    return Answer(names, tuple(tuple(cell(t, labels) for t in row) for row in terms), names, lang)
