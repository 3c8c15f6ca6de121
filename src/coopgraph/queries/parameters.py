"""Parameters: what a user writes becomes an RDF term, and the term becomes part of the query.

A value is a key, a Korean or English label, a CURIE or an IRI. It is bound with a VALUES
block at the end of the query (SPARQL 1.1, section 10.2), so that the same text runs on any
store and no user text is ever pasted into a pattern.
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
from ..vocabulary import expand, expand_or_none, is_iri, shrink
from .question import Column, Question

_SHOWN = 5


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
    if not values:
        return question.text
    names = " ".join(f"?{name}" for name in values)
    terms = " ".join(_term(parameters[name], value, index) for name, value in values.items())
    return f"{question.text.rstrip()}\nVALUES ({names}) {{ ({terms}) }}\n"


def _term(column: Column, value: str, index: Index | None) -> str:
    if column.is_entity:
        return ntriples.iri(entity(value, column.type, index))
    if column.type == "xsd:gYear" and re.fullmatch(r"\d{4}", value, re.ASCII):
        return ntriples.typed(value, "gYear")
    if column.type == "xsd:boolean" and value in ("true", "false"):
        return ntriples.typed(value, "boolean")
    example = "a year such as 2024" if column.type == "xsd:gYear" else "true or false"
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
    raise UnknownEntity(f"no {what} is called {value!r}", remedy=hint)
