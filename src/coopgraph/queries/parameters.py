"""Parameters: what a user writes becomes an RDF term, and the term becomes part of the query.

A value is a key, a Korean or English label, a CURIE or an IRI. It is bound with a VALUES
block at the end of the query (SPARQL 1.1, section 10.2), so that the same text runs on any
store and no user text is ever pasted into a pattern. The term of a required parameter stands
in place of its variable: every part of the query is then anchored at it.

    #? technology: ?observed coop:technology ?technology .

is a line of a query that counts only where `technology` has a value, which then stands in place
of the variable. It narrows a query where it is long, and filters by what the query else leaves
out. A default (`# param top: xsd:integer, 100; …`) keeps long answers short; it does not hold
where a parameter with such a line is given, since that one narrows the answer by itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from ..errors import (
    AmbiguousEntity,
    ParameterMissing,
    UnknownEntity,
    UnknownParameter,
    UsageError,
    nearest,
)
from ..formats import ntriples
from ..search import Index
from ..store.syntax import tokens
from ..vocabulary import expand, expand_or_none, is_iri, shrink
from .question import Column, Question

_SHOWN = 5
_LINE = re.compile(r"^\s*#\?\s*(\w+)\s*:(.*)$", re.MULTILINE)
_EXAMPLES = {
    "xsd:gYear": "a year such as 2024",
    "xsd:integer": "a whole number such as 100",
    "xsd:boolean": "true or false",
    "xsd:language": "en or ko",
}


def bind(question: Question, values: Mapping[str, str], index: Index | None) -> str:
    """The text of `question` with `values` bound.

    Raises `UnknownParameter`, `ParameterMissing`, `UnknownEntity`, `AmbiguousEntity`.
    """
    parameters = question.parameters
    for name in values:
        if name not in parameters:
            raise UnknownParameter(
                f"question {question.name!r} has no parameter {name!r}",
                remedy=nearest(name, parameters),
            )
    for name, column in parameters.items():
        if column.required and name not in values:
            raise ParameterMissing(
                f"question {question.name!r} needs the parameter {name!r}",
                remedy=f"add -p {name}=…",
            )
    lines = {match[1] for match in _LINE.finditer(question.text)}
    given = _with_defaults(question, values, lines)
    if not given:
        return question.text
    terms = {name: _term(parameters[name], value, index) for name, value in given.items()}
    text = _bound(question, values).rstrip()
    text = _LINE.sub(lambda line: _line(line, terms), text)
    columns = {column.name for column in question.columns}
    for name in [name for name in terms if parameters[name].required]:
        text = _put(text, name, terms.pop(name))
    terms = {name: term for name, term in terms.items() if name in columns or name not in lines}
    if not terms:
        return f"{text}\n"
    names = " ".join(f"?{name}" for name in terms)
    return f"{text}\nVALUES ({names}) {{ ({' '.join(terms.values())}) }}\n"


def _with_defaults(
    question: Question, values: Mapping[str, str], lines: set[str]
) -> dict[str, str]:
    """The values that hold: those given, and defaults where nothing narrows the answer."""
    if lines & values.keys():
        return dict(values)
    defaults = {column.name: column.default for column in question.extra if column.default}
    return {**defaults, **values}


def _line(line: re.Match[str], terms: Mapping[str, str]) -> str:
    """A conditional line: what it says where its parameter has a value, else as it stands."""
    name, pattern = line.groups()
    return _put(pattern, name, terms[name]) if name in terms else line[0]


def _put(text: str, name: str, term: str) -> str:
    """`text` with `term` in place of the variable `name`."""
    return term.join(re.split(rf"[?$]{name}\b", text))


def _bound(question: Question, values: Mapping[str, str]) -> str:
    """The text of `question` without solutions that leave a column of `values` unbound.

    An unbound variable is compatible with every value (SPARQL 1.1, section 18.3), so that
    VALUES alone would give an international organisation the country that was asked for.
    """
    text, depth, opens, closes = question.text, 0, 0, 0
    for kind, at, mark in tokens(text):
        if kind == "bracket" and mark in "{}":
            depth += 1 if mark == "{" else -1
            if mark == "{" and depth == 1:
                opens = at
            elif mark == "}" and depth == 0:
                closes = at
    columns = [column.name for column in question.columns if column.name in values]
    if not (columns and opens < closes):
        return text
    filters = " ".join(f"FILTER(BOUND(?{name}))" for name in columns)
    return f"{text[:opens]}{{ {text[opens:closes]}}} {filters} {text[closes:]}"


def _term(column: Column, value: str, index: Index | None) -> str:
    if column.is_entity:
        return ntriples.iri(entity(value, column.type, index))
    if column.type == "xsd:gYear" and re.fullmatch(r"\d{4}", value, re.ASCII):
        return ntriples.typed(value, "gYear")
    if column.type == "xsd:integer" and re.fullmatch(r"\d{1,9}", value, re.ASCII):
        return ntriples.typed(value, "integer")
    if column.type == "xsd:boolean" and value in ("true", "false"):
        return ntriples.typed(value, "boolean")
    if column.type == "xsd:language" and value in ("en", "ko"):
        return ntriples.string(value)
    example = _EXAMPLES[column.type]
    raise UsageError(
        f"{value!r} does not fit the parameter {column.name!r}", remedy=f"write {example}"
    )


def entity(value: str, kind: str = "any", index: Index | None = None) -> str:
    """The IRI that a key, label, CURIE or IRI stands for.

    `kind` is the CURIE of a class that restricts keys and labels, or `any`. Raises
    `UnknownEntity` with the nearest names, `AmbiguousEntity` with the candidates.
    """
    text = value.strip()
    if text.startswith("<") and text.endswith(">"):
        text = text[1:-1]
    if text.startswith(("http://", "https://", "urn:")):
        if not is_iri(text):
            raise UnknownEntity(
                f"{text!r} is not an IRI", remedy="percent-encode blanks and brackets"
            )
        return text
    iri = expand_or_none(text)
    if iri is not None:
        return iri
    if index is None:
        raise UnknownEntity(
            f"{value!r} is not an IRI", remedy="there is no search index here: give an IRI"
        )
    classes = () if kind == "any" else (expand(kind),)
    hits = index.named(text, classes)
    claim = expand("coop:Claim")
    hits = [hit for hit in hits if claim not in hit.classes] or hits
    if len(hits) == 1:
        return hits[0].iri
    what = "entity" if kind == "any" else shrink(kind).partition(":")[2]
    if hits:
        candidates = ", ".join(shrink(hit.iri) for hit in hits[:_SHOWN])
        more = ", …" if len(hits) > _SHOWN else ""
        raise AmbiguousEntity(
            f"{value!r} is the label of several", remedy=f"give one of {candidates}{more}"
        )
    partial = index.search(text, limit=_SHOWN, classes=classes)
    hint = (
        "did you mean " + " or ".join(f"{hit.label} ({hit.key})" for hit in partial[:3]) + "?"
        if partial
        else nearest(text, index.keys(classes))
    )
    if kind == "any" and hint.startswith("known:"):  # a dozen of a thousand names helps nobody
        hint = "find it with: coopgraph search"
    raise UnknownEntity(f"no {what} is called {value!r}", remedy=hint)
