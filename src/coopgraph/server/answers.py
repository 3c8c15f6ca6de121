"""Answers to questions and measures for pages: each asked once for all of them, with the sources
of its rows."""

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

from coopgraph.api import KnowledgeGraph
from coopgraph.errors import UnknownEntity
from coopgraph.queries import Answer, answer_question, load_question
from coopgraph.queries.answer import Cell, Entity
from coopgraph.queries.sources import sources_of
from coopgraph.server.kept import kept


def answered(kg: KnowledgeGraph, name: str, values: Mapping[str, str], lang: str) -> Answer:
    """The answer to a question, asked once for all pages."""
    return _answer(kg, name, tuple(sorted(values.items())), lang)


@lru_cache(maxsize=128)
def _answer(
    kg: KnowledgeGraph, name: str, values: tuple[tuple[str, str], ...], lang: str
) -> Answer:
    """The answer to a question: the graph does not change."""

    def make() -> Answer:
        question = load_question(name)
        answer = answer_question(kg.store, question, dict(values), lang, kg.index)
        return replace(answer, _sources=None)

    return kept((kg.store.manifest.digest, name, values, lang), make)


@lru_cache(maxsize=32)
def measured(
    kg: KnowledgeGraph,
    name: str,
    parameter: str,
    about: str,
    scope: tuple[tuple[str, str], ...],
    lang: str,
) -> tuple[Answer, dict[tuple[Cell, ...], tuple[Entity, ...]]]:
    """A measure about an entity, and the sources of each row."""

    def make() -> tuple[Answer, dict[tuple[Cell, ...], tuple[Entity, ...]]]:
        try:
            answer = kg.measure(name, lang=lang, **{parameter: about}, **dict(scope))
        except UnknownEntity:
            return Answer((), ()), {}
        return replace(answer, _sources=None), _by_row(answer.sources(), answer.rows)

    return kept((kg.store.manifest.digest, "measure", name, about, scope, lang), make)


@lru_cache(maxsize=512)
def cited(
    kg: KnowledgeGraph, name: str, lang: str, rows: tuple[tuple[Cell, ...], ...]
) -> dict[tuple[Cell, ...], tuple[Entity, ...]]:
    """The sources of each of these rows: those that stand in a column of sources, else of the
    claims behind it."""
    question = load_question(name)
    columns = [column.name for column in question.columns]
    entities = tuple(column.name for column in question.columns if column.is_entity)
    scopes = tuple(column.name for column in question.columns if column.key)
    at = [i for i, column in enumerate(columns) if re.match("source(_|$)", column)]
    if at:
        return {row: tuple(c for i in at if isinstance(c := row[i], Entity)) for row in rows}

    def make() -> dict[tuple[Cell, ...], tuple[Entity, ...]]:
        answer = Answer(tuple(columns), rows, entities, lang, scope_columns=scopes)
        return _by_row(sources_of(kg.store, question, answer), rows)

    iris = [getattr(cell, "iri", cell) for row in rows for cell in row]
    return kept((kg.store.manifest.digest, name, lang, "sources", iris), make)


def _by_row(
    sources: Answer, rows: tuple[tuple[Cell, ...], ...]
) -> dict[tuple[Cell, ...], tuple[Entity, ...]]:
    """The sources of each row, each once."""
    found: dict[tuple[Cell, ...], dict[Entity, None]] = {}
    for told in sources:
        if isinstance(told["source"], Entity):
            found.setdefault(rows[int(str(told["row"])) - 1], {})[told["source"]] = None
    return {row: tuple(of) for row, of in found.items()}
