"""Policies: whose a share or a row is, so that those of two plans are never counted together.

A measure of scope `plan` is computed on each policy by itself, and its rows then stand one after
another with the columns `jurisdiction` and `plan`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import accumulate
from typing import Final, NamedTuple, TypeVar

from coopgraph.formats.ntriples import iri, string
from coopgraph.network.elements import Named, of_cell
from coopgraph.queries import Answer, Entity
from coopgraph.queries.answer import SOURCES
from coopgraph.queries.scope import SCOPE
from coopgraph.store import AnyStore
from coopgraph.tables.description import SEPARATOR

T = TypeVar("T")

_CODES: Final = """SELECT DISTINCT ?of ?code {
  VALUES ?of { %s } ?of coop:jurisdiction/coop:jurisdictionCode ?code }"""
#: Each country of a bloc with the dates of its membership, and the jurisdiction itself.
_HOME: Final = """
SELECT ?own ?country ?from ?to ?issued {
  %s
  OPTIONAL { ?membership a coop:BlocMembership ; org:organization ?own ; org:member ?country ;
    coop:fromDate ?from . OPTIONAL { ?membership coop:toDate ?to } }
}"""
_OF_PLAN: Final = "%s coop:jurisdiction ?own . OPTIONAL { %s dcterms:issued ?issued }"


class Policy(NamedTuple):
    """A plan, and the codes of the countries or blocs whose it is, joined; without a plan what
    its jurisdiction says at large."""

    whose: str = ""
    plan: Named | None = None

    @property
    def codes(self) -> list[str]:
        """The codes, one by one."""
        return self.whose.split(SEPARATOR)

    @classmethod
    def of_row(
        cls, row: Mapping[str, object], names: Mapping[str, Named] | None = None
    ) -> "Policy":
        """That of a row of an answer of scope `plan`; `names` has labels, by IRI."""
        plan = row["plan"]
        named = of_cell(plan, names) if isinstance(plan, Entity) else None
        return cls(str(row["jurisdiction"] or ""), named)


#: That of what is nobody's in particular.
NOBODY: Final = Policy()


def parted(items: Iterable[T], policy: Callable[[T], Policy]) -> dict[Policy, list[T]]:
    """The items of each policy, by jurisdiction and plan; of none where there are no items."""
    found: dict[Policy, list[T]] = {}
    for item in items:
        found.setdefault(policy(item), []).append(item)
    order = sorted(found, key=lambda each: (each.whose, each.plan.order if each.plan else ("", "")))
    return {each: found[each] for each in order} or {NOBODY: []}


def together(parts: Sequence[tuple[Policy, Answer]]) -> Answer:
    """The rows of all answers, each with whose they are; the sources are numbered as the rows."""
    first = parts[0][1]
    rows = tuple(
        (*row, policy.whose or None, _plan(policy, answer.lang))
        for policy, answer in parts
        for row in answer.rows
    )
    named = {name for _, answer in parts for name in answer.entity_columns}
    entities = (*(name for name in first.columns if name in named), "plan")
    starts = [0, *accumulate(len(answer) for _, answer in parts)]

    def sources(whole: Answer) -> Answer:
        each = (replace(answer, lang=whole.lang).sources() for _, answer in parts)
        numbered = tuple(
            (int(str(number)) + start, *rest)
            for start, found in zip(starts, each, strict=False)
            for number, *rest in found.rows
        )
        return Answer(SOURCES, numbered, ("source",), whole.lang)

    return replace(
        first,
        columns=(*first.columns, *SCOPE),
        rows=rows,
        entity_columns=entities,
        notes=tuple(dict.fromkeys(note for _, answer in parts for note in answer.notes)),
        scope_columns=SCOPE,
        _sources=sources,
    )


def _plan(policy: Policy, lang: str) -> Entity | None:
    return Entity(policy.plan.label(lang), policy.plan.iri) if policy.plan else None


def codes_of(store: AnyStore, iris: Iterable[str]) -> dict[str, list[str]]:
    """The codes of the jurisdictions of plans and claims, sorted."""
    found: dict[str, list[str]] = {}
    for subject, code in store.select(_CODES % " ".join(map(iri, sorted(set(iris))))):
        found.setdefault(subject.value, []).append(code.value)
    return {subject: sorted(codes) for subject, codes in found.items()}


def home_of(store: AnyStore, policy: Policy) -> set[str]:
    """The countries at home in a policy (IRIs), and its blocs: of a bloc those that were members
    when the plan was issued; of a plan without a date those that are."""
    home: set[str] = set()
    if policy.plan:
        patterns = [_OF_PLAN % (iri(policy.plan.iri), iri(policy.plan.iri))]
    else:
        patterns = [f"?own coop:jurisdictionCode {string(code)}" for code in policy.codes]
    for pattern in patterns:
        for own, country, since, until, issued in store.select(_HOME % pattern):
            home.add(own.value)
            if country and _is_member(since.value, until and until.value, issued and issued.value):
                home.add(country.value)
    return home


def _is_member(since: str, until: str | None, day: str | None) -> bool:
    """Whether a day, as precise as it is known, lies between two others.

    >>> _is_member("1973-01-01", "2020-01-31", "2019"), _is_member("1973-01-01", "2020-01-31", None)
    (True, False)
    """
    if day is None:
        return until is None
    return since[: len(day)] <= day and (until is None or day <= until[: len(day)])
