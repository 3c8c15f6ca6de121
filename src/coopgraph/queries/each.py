"""What is true of each plan of a jurisdiction is asked once, and said of each.

    # each: technology, partner; ?claim coop:jurisdiction ?whose ; coop:plan ?plan

gives the plans of `?whose`. The question has lines that are marked `# parameter each`; so asked,
what they leave out are rows without a plan. Each of them is a row of every plan but those of which
another row of the same technology and partner speaks.

Rows are handled as numbers of terms: the engine's objects take several times as long to compare.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from coopgraph.queries.question import Question
from coopgraph.store import AnyStore


class TermNumbers(dict[Any, int]):
    """Numbers of terms, from 0, in the order in which they came.

    >>> terms = TermNumbers()
    >>> terms.of(["b", "a"]), terms.of(["a", None]), list(terms)
    ((0, 1), (1, 2), ['b', 'a', None])
    """

    def __missing__(self, term: Any) -> int:
        number = self[term] = len(self)
        return number

    def of(self, row: Iterable[Any]) -> tuple[int, ...]:
        """The numbers of the terms of a row."""
        return tuple([self[term] for term in row])


@dataclass(frozen=True)
class EachPlan:
    """The plans of each jurisdiction, by its code, and the columns that tell what a plan speaks
    of itself."""

    keys: tuple[str, ...]
    plans: Mapping[Any, Sequence[Any]]

    def rows(
        self, rows: Sequence[tuple[int, ...]], columns: Sequence[str], terms: TermNumbers
    ) -> Iterator[tuple[int, ...]]:
        """The rows, those without a plan once for each, in their place."""
        at, code = columns.index("plan"), columns.index("jurisdiction")
        places = [columns.index(key) for key in self.keys]
        plans = {terms[whose]: [terms[plan] for plan in held] for whose, held in self.plans.items()}
        said: dict[tuple[int, ...], set[int]] = {}
        for row in rows:
            said.setdefault(tuple([row[i] for i in places]), set()).add(row[at])
        none = terms[None]
        for row in rows:
            if row[at] == none:
                but = said[tuple([row[i] for i in places])]
                before, after = row[:at], row[at + 1 :]
                for plan in plans[row[code]]:
                    if plan not in but:
                        yield (*before, plan, *after)
            elif row[at] in plans[row[code]]:
                yield row


def each_plan(store: AnyStore, question: Question, terms: Mapping[str, str]) -> EachPlan | None:
    """The plans of which rows without one are true; None where a question does not say so, or asks
    for less than what tells its plans apart."""
    names, _, pattern = question.each.partition(";")
    keys = tuple(name.strip() for name in names.split(","))
    asked = terms.keys() & {column.name for column in question.columns}
    if not pattern or not asked <= {"jurisdiction", *keys}:
        return None
    whose = f"VALUES ?whose {{ {terms['jurisdiction']} }}" if terms["jurisdiction"] else ""
    found: dict[Any, list[Any]] = {}
    for code, plan in store.select(
        f"SELECT DISTINCT ?code ?plan {{ {whose} {pattern} . ?whose coop:jurisdictionCode ?code }}"
    ):
        found.setdefault(code, []).append(plan)
    for plans in found.values():
        plans.sort(key=lambda plan: plan.value)
    return EachPlan(keys, found)
