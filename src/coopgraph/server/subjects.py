"""Whom the start page is about, which follows from the store: the technology in which least has
come of what the plan names, the institution that it names for most technologies, the country on
which most hangs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from coopgraph.api import KnowledgeGraph
from coopgraph.i18n import date, text
from coopgraph.queries import load_question
from coopgraph.queries.answer import Entity
from coopgraph.queries.exactness import Known, exactness
from coopgraph.queries.parameters import ALL
from coopgraph.queries.scope import default_jurisdiction, first_plan, whose_plans
from coopgraph.server.address import PageRequest
from coopgraph.server.answers import answered, cited
from coopgraph.server.scope import asked_scope, choices
from coopgraph.tables.description import SEPARATOR
from coopgraph.vocabulary import ID

#: A row of an answer, by column.
Row = Mapping[str, Any]
#: Names in a line, and others of whom a question may be asked.
NAMED: Final = 4
_REALISED: Final = ("realised", "realised-before-the-plan")


@dataclass(frozen=True)
class Clause:
    """A sentence of an answer, and the sources that it rests on."""

    said: str
    sources: tuple[Entity, ...] = ()


class Subjects:
    """Whom and what the start page is about, each read once from the answers to questions."""

    def __init__(self, kg: KnowledgeGraph, request: PageRequest) -> None:
        self._kg, self._request, self._lang = kg, request, request.lang
        self._codes = whose_plans(kg.store)
        self._scope = asked_scope(request)
        own = self._scope.get("jurisdiction", ALL)
        #: Whose plans these are, empty for everybody's.
        self._own = next((i for i, code in self._codes.items() if own in (code, i)), "")
        is_default = self._own == default_jurisdiction(kg.store) and "plan" not in self._scope
        #: The plan that the start page is about, where it has one.
        self._first = (is_default and first_plan(kg.store)) or self._scope

    @property
    def _code(self) -> str:
        return self._codes.get(self._own, "")

    @cached_property
    def _exact(self) -> Known:
        """How exact amounts are, which stand beside them."""
        return exactness(self._kg.store)

    # What is asked of the store.

    def _ask(self, name: str, scope: Mapping[str, str] | None = None) -> list[Row]:
        question = load_question(name)
        asked = self._scope if scope is None else scope
        values = {key: value for key, value in asked.items() if key in question.parameters}
        if question.scope == "lens" and values.get("jurisdiction") == ALL:
            del values["jurisdiction"]
        return list(answered(self._kg, name, values, self._lang))

    def _clause(
        self, said: str, question: str = "", rows: Iterable[Row] = (), /, **values: object
    ) -> Clause:
        """A sentence, and the sources of the rows of a question that it rests on."""
        said = text(f"overview.{said}", self._lang, **values)
        return Clause(said, self._sources(question, rows))

    def _sources(self, question: str, rows: Iterable[Row]) -> tuple[Entity, ...]:
        """The first sources of rows of a question."""
        raw = tuple(tuple(row.values()) for row in rows)
        found = cited(self._kg, question, self._lang, raw) if raw else {}
        return tuple(dict.fromkeys(source for row in raw for source in found.get(row, ())))[:NAMED]

    def _asked(self, way: str, /, **values: object) -> str:
        return text(f"overview.asked-{way}", self._lang, **values)

    def _joined(self, names: Iterable[object]) -> str:
        return joined(names, self._lang)

    def _day(self, value: object) -> str:
        return date(str(value), self._lang)

    def _whose(self, codes: Iterable[str]) -> str:
        known = choices(self._request).whose
        return self._joined(sorted(known.get(code, code) for code in codes))

    # Whom the questions are about.

    @cached_property
    def _planned(self) -> list[Row]:
        """Partners abroad that the plan names for a technology, each once."""
        found: dict[tuple[str, str], Row] = {}
        for row in self._ask("partners", self._first):
            if row["technology"] is not None and row["foreign"] is not False:
                found.setdefault((row["technology"].iri, row["partner"].iri), row)
        return list(found.values())

    @cached_property
    def _everyone(self) -> list[Row]:
        """Partners that any plan names."""
        return self._ask("partners", {"jurisdiction": ALL})

    @cached_property
    def _outcomes(self) -> dict[tuple[str, str], list[Row]]:
        """The acts that decide what became of partners, by technology and partner."""
        found: dict[tuple[str, str], list[Row]] = {}
        for row in self._ask("outcomes", self._first):
            if row["decides"] is not False:
                found.setdefault((row["technology"].iri, row["partner"].iri), []).append(row)
        return found

    def _is_open(self, row: Row) -> bool:
        """Whether it is known that nothing was realised with a partner in the technology."""
        found = self._outcomes.get((row["technology"].iri, row["partner"].iri), [])
        kinds = {one["outcome"].iri.rpartition("/")[2] for one in found}
        return bool(kinds) and not kinds & set(_REALISED)

    @cached_property
    def _technologies(self) -> list[Entity]:
        """Those of the plan: first that in which least has come of it, then those that most lists
        have too, then those with most partners."""
        lists: dict[str, set[str]] = {}
        for row in self._ask("shared-technologies"):
            if row["match"] is not None and row["match"].iri.endswith("/close"):
                lists.setdefault(row["technology"].iri, set()).add(str(row["holder"]))
        partners = Counter(row["technology"].iri for row in self._planned)
        waiting = Counter(row["technology"].iri for row in self._planned if self._is_open(row))
        every = {row["technology"].iri: row["technology"] for row in self._planned}
        return sorted(
            every.values(),
            key=lambda t: (-waiting[t.iri], -len(lists.get(t.iri, ())), -partners[t.iri], t.iri),
        )

    @cached_property
    def _institutions(self) -> list[Entity]:
        """Those that the plan names, for most technologies first."""
        rows = [row for row in self._planned if kind_of_partner(row) == "institution"]
        return by_count(row["partner"] for row in rows)

    @cached_property
    def _leading(self) -> list[Row]:
        """The partners of the plan that are of one kind: of that which it names most often, for a
        country is not counted beside institutions."""
        kinds = Counter(kind_of_partner(row) for row in self._planned)
        kind = max(kinds, key=lambda one: (kinds[one], one), default="")
        return [row for row in self._planned if kind_of_partner(row) == kind]

    @cached_property
    def _countries(self) -> list[Entity]:
        """Countries that the plan names, or whose institutions it does: first those of the first
        technology, that of the first institution last."""
        of = {row["partner"].iri: country_of(row) for row in self._planned}
        last = of.get(self._institutions[0].iri) if self._institutions else None
        first = {t.iri for t in self._technologies[:1]}
        rows = sorted(self._planned, key=lambda row: row["technology"].iri not in first)
        found = dict.fromkeys(one for row in rows if (one := country_of(row)) is not None)
        return sorted(found, key=lambda one: last is not None and one.iri == last.iri)

    @cached_property
    def _funded(self) -> list[Row]:
        """What is known by year of one budget of cooperation, in one phase: of that with several
        years, and of these the largest."""
        lines = {
            row["line"].iri
            for row in self._ask("budget-lines")
            if row["purpose"] is not None
            and row["purpose"].iri == f"{ID}line-purpose/international-cooperation"
        }
        found: dict[tuple[str, str], dict[str, Row]] = {}
        for row in self._ask("budget-series"):
            if row["line"].iri in lines and row["amount"] is not None and row["corrected"] is None:
                years = found.setdefault((row["line"].iri, row["phase"].iri), {})
                known = years.get(str(row["year"]))
                if known is None or _digits(row) > _digits(known):
                    years[str(row["year"])] = row
        if not found:
            return []
        years = max(
            found.items(),
            key=lambda one: (len(one[1]) > 1, max(r["amount"] for r in one[1].values()), one[0]),
        )[1]
        return [years[year] for year in sorted(years)]


def joined(names: Iterable[object], lang: str) -> str:
    """Names, each once, and how many there are beyond the first."""
    every = list(dict.fromkeys(str(name) for name in names if name is not None))
    told = ", ".join(every[:NAMED])
    beyond = len(every) - NAMED
    return f"{told} {text('server.and-more', lang, beyond)}" if beyond > 0 else told


def codes_of(row: Row) -> list[str]:
    """Whose plan a row is of; of a joint one several."""
    return str(row["jurisdiction"]).split(SEPARATOR)


def kind_of_partner(row: Row) -> str:
    """What a partner is: the key of its kind."""
    return str(getattr(row["kind"], "iri", "")).rpartition("/")[2]


def country_of(row: Row) -> Entity | None:
    """The country of a partner, which may be the partner."""
    found = row["partner"] if kind_of_partner(row) == "country" else row["country"]
    return found if isinstance(found, Entity) else None


def _digits(row: Row) -> int:
    """So many digits of an amount are told."""
    return len(str(int(row["amount"])).rstrip("0"))


def by_count(entities: Iterable[Entity]) -> list[Entity]:
    """Each once, the most frequent first."""
    every = list(entities)
    count = Counter(one.iri for one in every)
    found = {one.iri: one for one in every}
    return sorted(found.values(), key=lambda one: (-count[one.iri], one.iri))
