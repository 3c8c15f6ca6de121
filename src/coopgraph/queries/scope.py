"""Whose plans a question speaks of: those of the default jurisdiction unless asked otherwise."""

from collections.abc import Mapping
from typing import Final

from coopgraph.queries.parameters import ALL
from coopgraph.queries.question import Question
from coopgraph.store import AnyStore

_DEFAULT: Final = "SELECT ?own { ?store coop:defaultJurisdiction ?own }"
_OTHERS: Final = """
SELECT (COUNT(DISTINCT ?plan) AS ?others) { ?store coop:defaultJurisdiction ?own . ?plan a coop:Plan
  MINUS { ?plan coop:jurisdiction ?own } }"""
_WHOSE: Final = """
SELECT DISTINCT ?whose ?code { ?plan a coop:Plan ; coop:jurisdiction ?whose .
  ?whose coop:jurisdictionCode ?code } ORDER BY ?code"""


def default_jurisdiction(store: AnyStore) -> str | None:
    """The IRI of the country or bloc whose plans answers speak of; None where there is none."""
    return next((own.value for (own,) in store.select(_DEFAULT)), None)


def in_scope(store: AnyStore, question: Question, values: Mapping[str, str]) -> dict[str, str]:
    """`values` for the parameters of `question`, of all plans where the store has no default."""
    is_asked = "plan" in values or "jurisdiction" in values
    if question.scope != "plan" or is_asked or default_jurisdiction(store):
        return dict(values)
    return {**values, "jurisdiction": ALL}


def other_plans(store: AnyStore) -> int:
    """How many plans are not of the default jurisdiction; 0 where there is none."""
    return int(store.select(_OTHERS)[0][0].value)


def whose_plans(store: AnyStore) -> dict[str, str]:
    """The codes of the countries and blocs that have plans, by IRI."""
    return {whose.value: code.value for whose, code in store.select(_WHOSE)}
