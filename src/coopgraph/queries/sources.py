"""Citing: what each row of an answer rests on.

A row over curated claims rests on passages; one over imported records on the files of the
import, of which the graph keeps release and SHA-256.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

from coopgraph.formats.ntriples import iri, string, typed
from coopgraph.queries.answer import SOURCES, Answer, Cell, Entity, Year, cell
from coopgraph.queries.question import Question
from coopgraph.store import AnyStore

#: The columns of `SOURCES`; `%s` is a pattern that binds ?row and what it cites.
_CLAIMS: Final = """
SELECT DISTINCT ?row ?source ?locator ?date ?url ?reading WHERE {
  { SELECT DISTINCT ?row ?claim WHERE { %s } }
  ?claim coop:evidence ?locator . ?locator oa:hasSource ?source .
  OPTIONAL { ?claim coop:reading ?reading }
  OPTIONAL { ?source dcterms:issued ?date } OPTIONAL { ?source foaf:page ?url }
}"""
_CITED: Final = """
SELECT DISTINCT ?row (?cited AS ?source) ?locator ?date ?url ?reading WHERE {
  { SELECT DISTINCT ?row ?cited WHERE { %s } }
  OPTIONAL { ?cited dcterms:issued ?date } OPTIONAL { ?cited foaf:page ?url }
}"""
_IMPORTS: Final = """
SELECT DISTINCT ?row (?graph AS ?source) ?locator ?date ?url ?reading WHERE {
  { SELECT DISTINCT ?row ?graph WHERE { %s } }
  ?graph a coop:NamedGraph ; coop:recordsRead ?records ; prov:wasDerivedFrom ?locator .
}"""
#: A row about a plan rests on no claim of another jurisdiction, nor of another plan.
_OF_THE_ROW: Final = """
  OPTIONAL { ?claim coop:jurisdiction/coop:jurisdictionCode ?its_code }
  FILTER(!BOUND(?its_code) || CONTAINS(?jurisdiction, ?its_code))
  OPTIONAL { ?claim coop:plan ?its_plan }
  FILTER(!BOUND(?its_plan) || !BOUND(?plan) || ?its_plan = ?plan)"""
_GRAPHS: Final = "{ ?graph a coop:NamedGraph ; coop:recordsRead ?records }"


def sources_of(store: AnyStore, question: Question, answer: Answer) -> Answer:
    """The evidence behind each row, in the columns of `SOURCES`. The question's patterns lead to
    it; where a question has none, the entities of the row do. The source of imported records is
    their named graph, the locator one of its files, whose IRI ends with its SHA-256."""
    found: set[tuple[Any, ...]] = set()
    if answer.rows:
        for query in _queries(question, answer):
            found.update(store.select(query))
    iris = {row[at].value for row in found for at in (1, 2, 5) if row[at] is not None}
    labels = store.labels(iris, answer.lang)
    ordered = sorted(found, key=lambda row: (int(row[0].value), *map(_text, row[1:])))
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        tuple(cell(term, labels) for term in row) for row in ordered
    )
    return Answer(SOURCES, rows, ("source", "locator", "reading"), answer.lang)


def _queries(question: Question, answer: Answer) -> Iterator[str]:
    """The queries for the evidence of every row."""
    if question.evidence:
        template = _CITED if _uses(question.evidence, "cited") else _CLAIMS
        pattern = question.evidence + (_OF_THE_ROW if question.scope == "plan" else "")
        yield template % f"{_values(answer, pattern)} {pattern}"
    if question.imports:
        values = _values(answer, question.imports)
        yield _IMPORTS % f"{values} {_GRAPHS} {question.imports}"
    if not (question.evidence or question.imports):
        pairs = " ".join(
            f"({number} {iri(entity.iri)})"
            for number, row in enumerate(answer.rows, 1)
            for entity in row
            if isinstance(entity, Entity)
        )
        yield _CLAIMS % f"VALUES (?row ?claim) {{ {pairs} }}"


def _uses(pattern: str, variable: str) -> bool:
    return re.search(rf"[?$]{variable}\b", pattern) is not None


def _values(answer: Answer, pattern: str) -> str:
    """One VALUES row for each row of the answer: its number and the IRIs, years or code in the
    columns that the pattern names."""
    places = [i for i, name in enumerate(answer.columns) if _uses(pattern, name)]
    names = " ".join(["?row", *(f"?{answer.columns[i]}" for i in places)])
    codes = [i for i in places if answer.columns[i] == "jurisdiction"]
    rows = " ".join(
        "(" + " ".join([str(number), *(_term_or_undef(row[i], i in codes) for i in places)]) + ")"
        for number, row in enumerate(answer.rows, 1)
    )
    return f"VALUES ({names}) {{ {rows} }}"


def _term_or_undef(value: Cell, is_code: bool) -> str:
    if is_code:
        return string(str(value))
    if isinstance(value, Year):
        return typed(f"{value:04d}", "gYear")
    return iri(value.iri) if isinstance(value, Entity) else "UNDEF"


def _text(term: Any) -> str:
    return str(getattr(term, "value", ""))
