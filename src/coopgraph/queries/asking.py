"""Asking: a named question, a file or a SPARQL text, and what comes back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, cast

from ..errors import UsageError
from ..formats import SOLUTIONS, TRIPLES, named
from ..formats.ntriples import iri, typed
from ..search import Index
from ..store import Store
from .answer import Answer, Entity, Year, answer_of, cell
from .parameters import bind
from .question import Question, load_question, parse_question, read_question

if TYPE_CHECKING:
    import pyoxigraph as ox

_EVIDENCE = """
SELECT DISTINCT ?row ?source ?locator ?date ?url WHERE {{
  {{ SELECT DISTINCT ?row ?claim WHERE {{ VALUES ({names}) {{ {values} }} {pattern} }} }}
  ?claim coop:evidence ?locator . ?locator oa:hasSource ?source .
  OPTIONAL {{ ?source dcterms:issued ?date }} OPTIONAL {{ ?source foaf:page ?url }}
}} ORDER BY ?row ?source ?locator
"""


def ask(
    store: Store,
    name: str,
    values: Mapping[str, str] | None = None,
    *,
    lang: str = "en",
    index: Index | None = None,
    folder: Path | None = None,
) -> Answer:
    """The answer to a named question with `values` for its parameters.

    Columns as the question declares them. Raises `UnknownQuery` and what `bind` raises.
    """
    return answer_question(store, load_question(name, folder), values or {}, lang, index)


def ask_file(
    store: Store,
    path: Path,
    values: Mapping[str, str] | None = None,
    *,
    lang: str = "en",
    index: Index | None = None,
) -> Answer:
    """The answer to the question in a `.rq` file."""
    return answer_question(store, read_question(path), values or {}, lang, index)


def ask_text(
    store: Store,
    text: str,
    values: Mapping[str, str] | None = None,
    *,
    lang: str = "en",
    index: Index | None = None,
) -> Answer:
    """The answer to a SPARQL text: a SELECT, an ASK (one column `answer`), or a CONSTRUCT
    (columns subject, predicate, object)."""
    return answer_question(store, parse_question("query", text), values or {}, lang, index)


def raw(
    store: Store,
    question: Question,
    values: Mapping[str, str],
    format: str,
    index: Index | None = None,
) -> bytes:
    """The engine's own W3C serialisation, byte for byte.

    `format`: json, xml, csv, tsv for SELECT and ASK; ttl, nt, jsonld for CONSTRUCT and DESCRIBE;
    empty for the first of each. Raises `UnknownFormat`.
    """
    from pyoxigraph import QueryResultsFormat, QueryTriples, RdfFormat

    result = store.query(bind(question, values, index))
    if isinstance(result, QueryTriples):
        rdf = RdfFormat.from_media_type(named(format or "ttl", TRIPLES).media_type)
        return result.serialize(format=rdf) or b""
    solutions = QueryResultsFormat.from_media_type(named(format or "json", SOLUTIONS).media_type)
    return result.serialize(format=solutions) or b""


def answer_question(
    store: Store, question: Question, values: Mapping[str, str], lang: str, index: Index | None
) -> Answer:
    """The answer to a question that has been read; see `ask`."""
    from pyoxigraph import QueryBoolean, QuerySolutions

    if lang not in ("en", "ko"):
        raise UsageError(f"unknown language {lang!r}", remedy="known: en, ko")
    asked = {"lang": lang} if "lang" in question.parameters else {}
    result = store.query(bind(question, {**asked, **values}, index))
    if isinstance(result, QueryBoolean):
        return Answer(("answer",), ((bool(result),),), (), lang)
    if not isinstance(result, QuerySolutions):
        return _triples(store, result, lang)
    declared = [column.name for column in question.columns if column.is_entity]
    return answer_of(
        result,
        store,
        lang,
        entity_columns=declared if question.columns else None,
        date_columns=[column.name for column in question.columns if column.type == "xsd:date"],
        title=question.title(lang),
        sources=lambda answer: _sources(store, question, answer),
    )


def _triples(store: Store, triples: ox.QueryTriples, lang: str) -> Answer:
    from pyoxigraph import NamedNode

    terms = [(t.subject, t.predicate, t.object) for t in triples]
    iris = {t.value for row in terms for t in row if isinstance(t, NamedNode)}
    labels = store.labels(iris, lang)
    names = ("subject", "predicate", "object")
    return Answer(names, tuple(tuple(cell(t, labels) for t in row) for row in terms), names, lang)


def _sources(store: Store, question: Question, answer: Answer) -> Answer:
    """The evidence behind each row, by the question's pattern or by the row's entities."""
    columns = ("row", "source", "locator", "date", "url")
    if question.evidence:
        names = [n for n in answer.columns if f"?{n}" in question.evidence]
        values = _values(answer, names)
        query = _EVIDENCE.format(
            names=" ".join(["?row", *(f"?{n}" for n in names)]),
            values=values,
            pattern=question.evidence,
        )
    else:
        pairs = (
            f"({number} <{cell.iri}>)"
            for number, row in enumerate(answer.rows, 1)
            for cell in row
            if isinstance(cell, Entity)
        )
        query = _EVIDENCE.format(names="?row ?claim", values=" ".join(pairs), pattern="")
    if not answer.rows:
        return Answer(columns, (), ("source", "locator"), answer.lang)
    found = cast("ox.QuerySolutions", store.query(query))
    return answer_of(found, store, answer.lang, entity_columns=["source", "locator"])


def _values(answer: Answer, names: Iterable[str]) -> str:
    """One VALUES row for each row of the answer: its number and the IRIs or years in `names`."""
    places = [answer.columns.index(name) for name in names]
    return " ".join(
        f"({number} " + " ".join(_term_or_undef(row[i]) for i in places) + ")"
        for number, row in enumerate(answer.rows, 1)
    )


def _term_or_undef(cell: object) -> str:
    if isinstance(cell, Year):
        return typed(f"{cell:04d}", "gYear")
    return iri(cell.iri) if isinstance(cell, Entity) else "UNDEF"
