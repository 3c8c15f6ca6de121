"""What the start page shows at a glance: who is named for what, the money of one budget by year,
and the plans of all planners side by side, each in its own words and currency."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from coopgraph.api import KnowledgeGraph
from coopgraph.i18n import text
from coopgraph.queries.answer import Entity
from coopgraph.queries.exactness import exact_amount
from coopgraph.queries.parameters import ALL
from coopgraph.server.address import PageRequest
from coopgraph.server.answers import answered
from coopgraph.server.kept import kept
from coopgraph.server.subjects import (
    NAMED,
    Clause,
    Row,
    Subjects,
    by_count,
    codes_of,
    country_of,
    kind_of_partner,
)

_EVERYBODY: Final = {"jurisdiction": ALL}
#: Technologies in the picture of partners, countries that have a mark of their own in it, plans
#: side by side, amounts of one plan.
_ROWS, _MARKS, _PLANS, _AMOUNTS = 12, 3, 7, 2
#: Points: the picture of money, so that its letters are not made small.
_WIDE: Final = 400.0


@dataclass(frozen=True)
class Unit:
    """A partner, and the mark of its country: its place in the legend."""

    partner: Entity
    mark: int


@dataclass(frozen=True)
class UnitChart:
    """Partners by technology, each a mark by country; `legend` has what each mark is and how often
    it stands there, `beyond` how many technologies are not shown."""

    title: Clause
    legend: tuple[tuple[str, int], ...]
    rows: tuple[tuple[Entity, tuple[Unit, ...]], ...]
    beyond: int


@dataclass(frozen=True)
class MoneyChart:
    """A budget by year as SVG, and what it says in a line."""

    title: Clause
    line: Entity
    picture: str


@dataclass(frozen=True)
class PlanCard:
    """A plan: whose, and what it says by heading; no plan where none of theirs is in the store."""

    whose: str
    plan: Entity | None
    facts: tuple[tuple[str, tuple[str, ...]], ...]
    sources: tuple[Entity, ...] = ()
    is_own: bool = False


@dataclass(frozen=True)
class Glance:
    """The pictures and cards of the start page; None and none where the store has nothing."""

    units: UnitChart | None
    money: MoneyChart | None
    cards: tuple[PlanCard, ...]


def at_a_glance(kg: KnowledgeGraph, request: PageRequest) -> Glance:
    """What the start page shows below its questions, in the scope of the reader."""
    scope = tuple(sorted(request.scope.items()))
    key = (kg.store.manifest.digest, "glance", request.lang, scope)
    return kept(key, lambda: _GlanceMaker(kg, request).made())


class _GlanceMaker(Subjects):
    """What is shown at a glance."""

    def made(self) -> Glance:
        return Glance(self._units(), self._money(), tuple(self._cards()))

    def _units(self) -> UnitChart | None:
        """Of the kind of partner that is named most often."""
        rows = self._leading
        found = [country for row in rows if (country := country_of(row)) is not None]
        if not found:
            return None
        order = by_count(found)
        marks = {country.iri: min(at, _MARKS) for at, country in enumerate(order)}
        units: dict[Entity, list[Unit]] = {}
        for row in rows:
            country = country_of(row)
            mark = _MARKS + 1 if country is None else marks[country.iri]
            units.setdefault(row["technology"], []).append(Unit(row["partner"], mark))
        told, others = [*map(str, order[:_MARKS])], order[_MARKS:]
        rest = text("overview.others-in", self._lang)
        told.append(str(others[0]) if len(others) == 1 else rest)
        told.append(text("view.no-country", self._lang).replace("\n", " "))
        counts = [sum(u.mark == at for of in units.values() for u in of) for at in range(len(told))]
        all_named, most = len(rows), counts[0]
        is_tie = counts.count(most) > 1
        title = self._clause(
            "units-tied" if is_tie else "units", "partners", rows, links=most, all=all_named,
            name=told[0],
        )  # fmt: skip
        shown = list(units.items())[:_ROWS]
        return UnitChart(
            title,
            tuple(zip(told, counts, strict=True)),
            tuple((technology, tuple(of)) for technology, of in shown),
            len(units) - len(shown),
        )

    def _money(self) -> MoneyChart | None:
        """All that is known of the budget whose change the page tells, in every phase."""
        if not self._funded:
            return None
        from coopgraph.view.charts.figure import svg_of
        from coopgraph.view.charts.kinds import series

        first, last = self._funded[0], self._funded[-1]
        answer = answered(self._kg, "budget-series", self._scope, self._lang)
        at = answer.columns.index("line")
        rows = tuple(row for row in answer.rows if getattr(row[at], "iri", "") == first["line"].iri)
        told = {
            name: exact_amount(row, self._exact, self._lang)
            for name, row in (("then", first), ("now", last))
        }
        said = "money" if len(self._funded) > 1 else "money-once"
        title = self._clause(
            said, "budget-series", self._funded, line=first["line"], since=str(first["year"]),
            until=str(last["year"]), phase=last["phase"], **told,
        )  # fmt: skip
        picture = svg_of([series(replace(answer, rows=rows), _WIDE)], is_page=True).partition("?>")[
            2
        ]
        return MoneyChart(title, first["line"], picture)

    def _cards(self) -> Iterator[PlanCard]:
        """A plan of each planner: of those in the store the one that names most; then a country
        that is named most of those without one."""
        named: dict[str, dict[str, list[Row]]] = {}
        for row in self._everyone:
            for code in codes_of(row):
                named.setdefault(code, {}).setdefault(row["plan"].iri, []).append(row)
        codes = sorted(named, key=lambda code: (code != self._code, -_most(named[code]), code))
        first = self._first.get("plan")
        for code in codes[:_PLANS]:
            plans = named[code]
            plan = max(
                plans,
                key=lambda iri: (
                    code == self._code and iri.rpartition("/")[2] == first, len(plans[iri]), iri
                ),
            )  # fmt: skip
            yield self._card(code, plans[plan])
        without = [
            row["partner"]
            for row in self._everyone
            if kind_of_partner(row) == "country" and row["partner"].iri not in self._codes
        ]
        for country in by_count(without)[:1]:
            said = text("overview.card-absent", self._lang)
            yield PlanCard(
                str(country), None, ((text("overview.card-status", self._lang), (said,)),)
            )

    def _card(self, code: str, rows: list[Row]) -> PlanCard:
        plan: Entity = rows[0]["plan"]
        issued = self._issued.get(plan.iri)
        stances = (row["stance"] for row in self._stances if row["plan"].iri == plan.iri)
        facts: list[tuple[str, tuple[str, ...]]] = [
            ("dated", (self._day(issued),) if issued else ()),
            ("partners", self._few(row["partner"] for row in rows)),
            ("technologies", self._few(row["technology"] for row in rows)),
            ("stances", self._few(stances)),
            ("money", tuple(self._amounts(plan.iri))),
        ]
        heads = ((text(f"overview.card-{name}", self._lang), of) for name, of in facts if of)
        sources = self._sources("partners", rows)
        return PlanCard(self._whose([code]), plan, tuple(heads), sources, code == self._code)

    def _few(self, entities: Iterable[Entity | None]) -> tuple[str, ...]:
        """Each once, and how many there are beyond the first."""
        every = {one.iri: one for one in entities if one is not None}
        beyond = len(every) - NAMED
        more = (text("server.and-more", self._lang, beyond),) if beyond > 0 else ()
        return (*[*every.values()][:NAMED], *more)

    @cached_property
    def _issued(self) -> Mapping[str, object]:
        """When plans were issued, or what they are for begins."""
        rows = self._ask("plans", _EVERYBODY)
        return {row["title"].iri: row["issued"] or row["period_from"] for row in rows}

    @cached_property
    def _stances(self) -> list[Row]:
        return self._ask("stances", _EVERYBODY)

    @cached_property
    def _levels(self) -> list[Row]:
        return self._ask("budget-levels", _EVERYBODY)

    def _amounts(self, plan: str) -> Iterator[str]:
        """The first of its amounts, each with its phase; none that is known to be wrong."""
        told: dict[str, None] = {}
        for row in self._levels:
            if getattr(row["plan"], "iri", "") == plan and row["amount"] and not row["corrected"]:
                amount = exact_amount(row, self._exact, self._lang)
                told[f"{amount} ({row['phase']})" if row["phase"] else amount] = None
        yield from [*told][:_AMOUNTS]


def _most(plans: Mapping[str, list[Row]]) -> int:
    """How often a planner's plan names a partner that does so most."""
    return max(map(len, plans.values()))
