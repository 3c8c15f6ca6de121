"""Parameters: what a user writes becomes an RDF term, and the term becomes part of the query.

A value is a key, a Korean or English label, a CURIE or an IRI. It is bound with a VALUES
block at the end of the query (SPARQL 1.1, section 10.2), so that the same text runs on any
store and no user text is ever pasted into a pattern. The term of a required parameter stands
in place of its variable: every part of the query is then anchored at it.

A default (`# param top: xsd:integer, 100; …`) holds where nothing else is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from coopgraph.errors import (
    AmbiguousEntity,
    ParameterMissing,
    UnknownEntity,
    UnknownParameter,
    UsageError,
    nearest,
)
from coopgraph.formats import ntriples
from coopgraph.queries.bounds import put, with_lines
from coopgraph.queries.question import Column, Question
from coopgraph.queries.truncation import Limit, limit_of
from coopgraph.search import AnyIndex, Hit
from coopgraph.sparql.tokens import tokens
from coopgraph.vocabulary import expand, expand_or_none, is_iri, shrink

_SHOWN = 5
_COUNTRY = "coop:Country"
_EXAMPLES = {
    "xsd:gYear": "a year such as 2024",
    "xsd:integer": "a whole number such as 100",
    "xsd:boolean": "true or false",
    "xsd:language": "en or ko",
}


@dataclass(frozen=True)
class Bound:
    """A query with its values, the limit that cuts its answer, and whether a line of it keeps
    out rows beyond the limit; see `coopgraph.queries.bounds`."""

    text: str
    limit: Limit | None
    is_bounded: bool


def bind(question: Question, values: Mapping[str, str], index: AnyIndex | None) -> str:
    """The text of `question` with `values` bound, and with the defaults that bound it.

    Raises `UnknownParameter`, `ParameterMissing`, `UnknownEntity`, `AmbiguousEntity`.
    """
    return bound(question, terms_of(question, values, index), limit_of(question, values)).text


def terms_of(
    question: Question, values: Mapping[str, str], index: AnyIndex | None
) -> dict[str, str]:
    """The RDF terms, as SPARQL writes them, of the values asked for; raises as `bind` does."""
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
    return {name: _term(parameters[name], value, index) for name, value in values.items()}


def bound(
    question: Question,
    terms: Mapping[str, str],
    limit: Limit | None,
    lists: Mapping[str, Sequence[str]] | None = None,
) -> Bound:
    """The text of `question` with `terms` bound, under `limit`."""
    if not (terms or limit or lists):
        return Bound(question.text, None, is_bounded=False)
    parameters = question.parameters
    text = _without_unbound(question, terms).rstrip()
    text, placed, is_bounded = with_lines(text, terms, limit, lists or {})
    left = {
        name: term
        for name, term in terms.items()
        if not parameters[name].per
        and (name not in placed or name in {column.name for column in question.columns})
    }
    for name in [name for name in left if parameters[name].required]:
        text = put(text, name, left.pop(name))
    values = f"VALUES ({' '.join(f'?{n}' for n in left)}) {{ ({' '.join(left.values())}) }}\n"
    return Bound(f"{text}\n{values if left else ''}", limit, is_bounded)


def _without_unbound(question: Question, values: Mapping[str, str]) -> str:
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


def _term(column: Column, value: str, index: AnyIndex | None) -> str:
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


def entity(value: str, kind: str = "any", index: AnyIndex | None = None) -> str:
    """The IRI that a key, label, CURIE or IRI stands for.

    `kind` is the CURIE of a class that restricts keys and labels, or `any`. A country's key is
    its code (ISO 3166-1 alpha-2), in small letters or capitals. Raises `UnknownEntity` with
    the nearest names, `AmbiguousEntity` with the candidates.
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
    hits = index.named(text, classes) or _countries(text, kind, index)
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


def _countries(text: str, kind: str, index: AnyIndex) -> list[Hit]:
    """The country whose code `text` is in capitals, where nothing has it for a key or label."""
    if kind in ("any", _COUNTRY) and re.fullmatch(r"[A-Za-z]{2}", text):
        return index.named(text.lower(), (expand(_COUNTRY),))
    return []
