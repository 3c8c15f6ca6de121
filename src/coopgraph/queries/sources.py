"""Citing: what each row of an answer rests on.

A row over curated claims rests on passages; one over imported records on the files of the
import, of which the graph keeps release and SHA-256.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
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
        for template, pattern in _patterns(question):
            found.update(_cited(store, answer, template, pattern))
    iris = {row[at].value for row in found for at in (1, 2, 5) if row[at] is not None}
    labels = store.labels(iris, answer.lang)
    ordered = sorted(found, key=lambda row: (row[0], *map(_text, row[1:])))
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (number, *(cell(term, labels) for term in terms)) for number, *terms in ordered
    )
    return Answer(SOURCES, rows, ("source", "locator", "reading"), answer.lang)


def _patterns(question: Question) -> Iterator[tuple[str, str]]:
    """A template of the queries above, and a pattern for it; "" for the entities of the row."""
    whose = _OF_THE_ROW if question.scope == "plan" else ""
    for branch in _branches(question.evidence):
        yield _CITED if _uses(branch, "cited") else _CLAIMS, branch + whose
    for branch in _branches(question.imports):
        yield _IMPORTS, f"{_GRAPHS} {branch}"
    if not (question.evidence or question.imports):
        yield _CLAIMS, ""


def _branches(pattern: str) -> list[str]:
    """The sides of a pattern that is one UNION, each a query of its own: the engine joins rows
    with a UNION far more slowly than with its sides in turn (25 s and 3 s for 1,300 rows).

    >>> _branches("{ ?a ?b ?c } UNION { ?a ?d { ?e ?f ?g } UNION { ?h ?i ?j } }")
    ['{ ?a ?b ?c }', '{ ?a ?d { ?e ?f ?g } UNION { ?h ?i ?j } }']
    >>> _branches("?a ?b ?c . { ?c ?d ?e } UNION { ?f ?g ?h }")
    ['?a ?b ?c . { ?c ?d ?e } UNION { ?f ?g ?h }']
    >>> _branches("")
    []
    """
    sides: list[str] = []
    depth, start = 0, 0
    for place in re.finditer(r"[{}]", pattern):
        between = pattern[start : place.start()].strip()
        if depth == 0 and between != ("UNION" if sides else ""):
            return [pattern]
        if depth == 0:
            start = place.start()
        depth += 1 if place[0] == "{" else -1
        if depth == 0:
            sides.append(pattern[start : place.end()])
            start = place.end()
    return sides if sides and not pattern[start:].strip() else [pattern] * bool(pattern)


def _cited(
    store: AnyStore, answer: Answer, template: str, pattern: str
) -> Iterator[tuple[Any, ...]]:
    """The number of a row (from 1), then source, locator, date and address as terms. Rows that
    are alike in the columns of the pattern are asked about once."""
    alike: dict[str, list[int]] = {}
    if pattern:
        places = [i for i, name in enumerate(answer.columns) if _uses(pattern, name)]
        names = " ".join(f"?{answer.columns[i]}" for i in places)
        codes = [i for i in places if answer.columns[i] == "jurisdiction"]
        for number, row in enumerate(answer.rows, 1):
            terms = " ".join(_term_or_undef(row[i], i in codes) for i in places)
            alike.setdefault(terms, []).append(number)
    else:
        names = "?claim"
        for number, row in enumerate(answer.rows, 1):
            for entity in dict.fromkeys(each.iri for each in row if isinstance(each, Entity)):
                alike.setdefault(iri(entity), []).append(number)
    rows = " ".join(f"({at} {terms})" for at, terms in enumerate(alike))
    values = f"VALUES (?row {names}) {{ {rows} }}"
    numbers = [*alike.values()]
    for at, *cited in store.select(template % f"{values} {pattern}"):
        for number in numbers[int(at.value)]:
            yield number, *cited


def _uses(pattern: str, variable: str) -> bool:
    return re.search(rf"[?$]{variable}\b", pattern) is not None


def _term_or_undef(value: Cell, is_code: bool) -> str:
    if is_code:
        return string(str(value))
    if isinstance(value, Year):
        return typed(f"{value:04d}", "gYear")
    if isinstance(value, Decimal):
        return typed(f"{value:f}", "decimal")
    return iri(value.iri) if isinstance(value, Entity) else "UNDEF"


def _text(term: Any) -> str:
    return str(getattr(term, "value", ""))
