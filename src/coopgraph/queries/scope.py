"""Whose plans an answer speaks of: those of the default jurisdiction unless asked otherwise."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from coopgraph.errors import UnknownEntity, UsageError
from coopgraph.formats.ntriples import iri
from coopgraph.i18n import text
from coopgraph.queries.answer import Answer, Cell
from coopgraph.queries.parameters import ALL, entity, things_called
from coopgraph.queries.question import JURISDICTION, PLAN, SCOPE, Question
from coopgraph.search import AnyIndex
from coopgraph.store import AnyStore

_DEFAULT: Final = "SELECT ?own { ?store coop:defaultJurisdiction ?own }"
_OTHERS: Final = """
SELECT (COUNT(DISTINCT ?plan) AS ?others) {
  ?plan a coop:Plan MINUS { ?plan coop:jurisdiction %s } }"""
_OF_PLAN: Final = """
SELECT ?own ?code { %s coop:jurisdiction ?own . ?own coop:jurisdictionCode ?code } ORDER BY ?code"""
_OF_CLAIMS: Final = """
SELECT DISTINCT ?own { { %s coop:jurisdiction ?own } UNION
  { ?claim coop:plan %s ; coop:jurisdiction ?own } }"""
_OWN_OF: Final = """
SELECT DISTINCT ?thing { VALUES ?thing { %s } ?thing %s %s }"""
_WHOSE: Final = """
SELECT DISTINCT ?whose ?code { ?plan a coop:Plan ; coop:jurisdiction ?whose .
  ?whose coop:jurisdictionCode ?code } ORDER BY ?code"""


def default_jurisdiction(store: AnyStore) -> str | None:
    """The IRI of the country or bloc whose plans answers speak of; None where there is none."""
    return next((own.value for (own,) in store.select(_DEFAULT)), None)


def first_plan(store: AnyStore) -> dict[str, str]:
    """What to ask a network for to see the plan that the start page draws; nothing where the store
    names none."""
    for (plan,) in store.select("SELECT ?plan { ?store coop:firstPlan ?plan }"):
        return {"plan": plan.value.rpartition("/")[2]}
    return {}


def scope_of(values: Mapping[str, str]) -> dict[str, str]:
    """Those of `values` that say whose plans are asked for."""
    return {name: values[name] for name in SCOPE if name in values}


def jurisdiction_of(
    store: AnyStore, scope: Mapping[str, str], index: AnyIndex | None
) -> str | None:
    """The IRI of the country or bloc that `scope` asks for: empty for all, None for no one. Raises
    `UnknownEntity` for one that is none, with whose plans there are."""
    asked = scope.get("jurisdiction", ALL if "plan" in scope else None)
    if asked is None or asked.strip() == ALL:
        return asked and ""
    try:
        return entity(asked, JURISDICTION, index)
    except UnknownEntity as error:
        near = [error.remedy] if error.remedy.startswith("did you mean") else []
        known = "there are plans of: " + (", ".join(whose_plans(store).values()) or "–")
        raise UnknownEntity(error.fact, remedy="; ".join([*near, known])) from None


def own_jurisdiction(
    store: AnyStore, scope: Mapping[str, str], index: AnyIndex | None = None
) -> str:
    """The IRI of the country or bloc whose plans `scope` speaks of, by default that of the store;
    empty for all."""
    asked = jurisdiction_of(store, scope, index)
    return (default_jurisdiction(store) or "") if asked is None else asked


def policy_of(row: Mapping[str, Cell]) -> tuple[str, str, str]:
    """Whose a row is: the code of its jurisdiction, its plan and the plan's IRI, empty where there
    is none."""
    whose, plan = (row.get(name) or "" for name in SCOPE)
    return str(whose), str(plan), getattr(plan, "iri", "")


def by_policy(answer: Answer) -> list[tuple[str, Answer]]:
    """The rows of each plan (and of a jurisdiction without one) by themselves, each with whose
    they are in words, by code and plan; one answer without rows where there are none."""
    found: dict[tuple[str, str, str], list[tuple[Cell, ...]]] = {}
    for row, told in zip(answer.rows, answer, strict=True):
        found.setdefault(policy_of(told), []).append(row)
    if len(found) < 2:
        return [("", answer)]
    return [
        (" – ".join(filter(None, key[:2])), replace(answer, rows=tuple(found[key])))
        for key in sorted(found)
    ]


def notes_of_scope(
    store: AnyStore, jurisdiction: str | None, lang: str, *, is_empty: bool
) -> Iterator[str]:
    """How many other plans there are where no `jurisdiction` was asked for, and whose there are
    where nothing was found of the one that was (its IRI, empty for all)."""
    if jurisdiction is None and (others := other_plans(store)):
        yield text("answer.other-plans", lang, others)
    if jurisdiction and is_empty and jurisdiction not in (known := whose_plans(store)):
        yield text("answer.no-plans", lang, ", ".join(known.values()) or "–")


def in_scope(
    store: AnyStore, question: Question, values: Mapping[str, str], index: AnyIndex | None = None
) -> dict[str, str]:
    """`values` for the parameters of `question`, with the default jurisdiction named, of all plans
    where the store has none, and that of a plan which is of one alone. An engine that is told whose
    looks up nobody else's claims, where it would read every plan's to find the default's: 40 times
    as long among 200 plans.

    What several plans call the same (a stance, a budget line) is that of the plan or of the
    jurisdiction asked for, whatever other plans the store holds.

    Raises `UnknownEntity` for a jurisdiction that is none, with whose plans there are, and
    `UsageError` for a plan that is not of the jurisdiction asked for.
    """
    if question.scope != "plan":
        return dict(values)
    if not scope_of(values):
        own = default_jurisdiction(store)
        asked = {**values, "jurisdiction": own or ALL}
        return asked | _own_names(store, question, values, index, _is_of(own or ""))
    own = jurisdiction_of(store, values, index)
    plan = values.get("plan", ALL).strip()
    if plan == ALL:
        return {**values} | _own_names(store, question, values, index, _is_of(own or ""))
    name = iri(entity(plan, PLAN, index))
    asked = {**values} | _own_names(store, question, values, index, ("coop:plan", name))
    if own:
        _check_plan(store, plan, name, own)
        return asked
    return {**asked, "jurisdiction": _of_plan(store, name)}


def _is_of(own: str) -> tuple[str, str]:
    """The path to a country or bloc, and the country or bloc; empty where it is no one."""
    return ("coop:plan?/coop:jurisdiction", iri(own)) if own else ("", "")


def _own_names(
    store: AnyStore,
    question: Question,
    values: Mapping[str, str],
    index: AnyIndex | None,
    whose: tuple[str, str],
) -> dict[str, str]:
    """The IRI of each value that names several things, one of them the asked-for plan's."""
    path, own = whose
    found: dict[str, str] = {}
    for name, column in question.parameters.items():
        if not path or index is None or name in SCOPE or name not in values:
            continue
        if column.is_entity and len(things := things_called(values[name], column.type, index)) > 1:
            rows = store.select(_OWN_OF % (" ".join(map(iri, things)), path, own))
            if len(rows) == 1:
                found[name] = rows[0][0].value
    return found


def beyond_plan(
    store: AnyStore, scope: Mapping[str, str], index: AnyIndex | None = None
) -> dict[str, str]:
    """`scope` with the country or bloc of its plan in place of the plan: for what seldom is a
    plan's own, such as money and events."""
    plan = scope.get("plan", ALL).strip()
    if plan == ALL:
        return dict(scope)
    own = jurisdiction_of(store, scope, index) or _of_plan(store, iri(entity(plan, PLAN, index)))
    return {"jurisdiction": own}


def _of_plan(store: AnyStore, plan: str) -> str:
    """The jurisdiction of a plan (as it stands in a query) and its claims; all where of several."""
    found = store.select(_OF_CLAIMS % (plan, plan))
    return found[0][0].value if len(found) == 1 else ALL


def _check_plan(store: AnyStore, plan: str, name: str, own: str) -> None:
    found = store.select(_OF_PLAN % name)
    if found and own not in {whose.value for whose, _ in found}:
        codes = ", ".join(code.value for _, code in found)
        fact = f"the plan {plan!r} is of {codes}, not of the jurisdiction asked for"
        raise UsageError(fact, remedy="leave out the jurisdiction")


def other_plans(store: AnyStore, own: str | None = None) -> int:
    """How many plans are not of `own` (an IRI), by default of the default jurisdiction; 0 where
    there is none."""
    own = own or default_jurisdiction(store)
    return int(store.select(_OTHERS % iri(own))[0][0].value) if own else 0


def whose_plans(store: AnyStore) -> dict[str, str]:
    """The codes of the countries and blocs that have plans, by IRI."""
    return {whose.value: code.value for whose, code in store.select(_WHOSE)}
