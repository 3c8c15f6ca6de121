"""What is gathered for a brief: named questions and measures, each row with its sources."""

from collections import Counter
from collections.abc import Callable, Container, Iterable, Mapping
from copy import copy
from dataclasses import replace
from decimal import Decimal
from functools import cached_property
from typing import Any, Final, TypeAlias

from coopgraph.brief.model import Reference, Statement
from coopgraph.i18n import date, figure, languages, money, text
from coopgraph.measures import MeasureData, measure
from coopgraph.queries import Answer, Entity, ask, load_question
from coopgraph.queries.parameters import ALL, entity
from coopgraph.queries.question import PLAN
from coopgraph.queries.scope import (
    jurisdiction_of,
    notes_of_scope,
    other_plans,
    own_jurisdiction,
    policy_of,
)
from coopgraph.search import AnyIndex
from coopgraph.store import AnyStore

Row: TypeAlias = dict[str, Any]
Cited: TypeAlias = tuple[Row, tuple[int, ...]]
Keep: TypeAlias = Callable[[Row], bool]
#: The code of a jurisdiction, and of a plan its label and IRI, empty where there is none.
_Policy: TypeAlias = tuple[str, str, str]
#: Of how many plans a section of a short brief tells at most.
_PLANS: Final = 3
_LINES: Final = """SELECT DISTINCT ?line WHERE {
  ?line a coop:BudgetLine ; coop:technology <%s> .
}"""
_EVENTS: Final = """SELECT DISTINCT ?event WHERE {
  VALUES ?of { %s }
  ?event a coop:Event ; coop:technology|(prov:generated/schema:about) ?of .
}"""
_COUNT: Final = "SELECT (COUNT(DISTINCT ?e) AS ?n) { ?e a %s }"
#: When sources were last read.
_READ: Final = "SELECT (MAX(STR(?day)) AS ?last) { ?source coop:accessed ?day }"
#: What has an amount and involves an entity: as a party, a member, a payer, a partner of a plan.
_PAID: Final = """SELECT DISTINCT ?of WHERE {
  { ?agreement a coop:Agreement ; ?role <%(iri)s> . ?amount coop:amountOf ?agreement
    BIND(?agreement AS ?of) }
  UNION { ?link a coop:PartnerLink ; coop:partner <%(iri)s> ; coop:plan ?of .
    ?amount coop:amountOf ?of }
  UNION { ?amount a coop:Amount ; coop:payer <%(iri)s> ; coop:amountOf ?of }
}"""
_STATED: Final = """SELECT ?qualifier ?rounding ?amount WHERE {
  ?claim a coop:Amount ; coop:amountOf <%s> ; coop:phase <%s> ; coop:source <%s> ;
         coop:currency/coop:currencyCode "%s" ;
         coop:amount ?amount ; coop:qualifier ?qualifier ; coop:rounding ?rounding .
}"""
_TWELFTH: Final = """SELECT ?match WHERE { <%s> skos:closeMatch|skos:broadMatch ?match }"""


class Material:
    """One entity in one store and language; numbers the sources as they are first cited. `scope`
    says whose plans are told of."""

    def __init__(
        self,
        store: AnyStore,
        index: AnyIndex | None,
        entity: Entity,
        lang: str,
        scope: Mapping[str, str] | None = None,
    ) -> None:
        self.store, self.index, self.entity, self.lang = store, index, entity, lang
        self.reading = MeasureData(store, index, scope)
        #: What the brief is about, by IRI: a page is marked with them.
        self.iris: dict[str, None] = {entity.iri: None}
        self._numbers: dict[str, int] = {}
        self._told: dict[str, tuple[str, str, str]] = {}
        self._places: dict[str, dict[str, None]] = {}
        self._answers: dict[tuple[str, ...], Answer] = {}
        #: The one told of, where each is told of by itself; else how many rows of each were told.
        self._policy: _Policy | None = None
        self._policies: Counter[_Policy] | None = None
        #: The plan beside which only what is of no plan is told; empty for any.
        self._beside = ""
        #: How many rows of each plan the sections so far are about: what a short brief ranks by.
        self._named: Counter[_Policy] = Counter()
        self._most = 0
        #: How many rows a section of a short brief tells in all; 0 where it is not short.
        self.room = 0

    def shortened(self, room: int, most: int) -> "Material":
        """The same for a brief whose sections tell `room` rows each, of the plans which name the
        entity most, its lists of what is of no plan `most`, and of how many more they do not."""
        short = Material(self.store, self.index, self.entity, self.lang)
        short.reading, short._answers, short.room = self.reading, self._answers, room
        short._most = most
        return short

    @property
    def _plans(self) -> int:
        return min(_PLANS, max(1, self.room // 2))

    def beyond_plan(self) -> "Material":
        """The same with what is of no plan, where one plan is told of: money and events seldom are
        a plan's own, and to say that there are none would be wrong. Other plans stay out."""
        reading = self.reading.beyond_plan
        if reading is self.reading:
            return self
        beyond = copy(self)
        beyond.reading, beyond._answers = reading, {}
        beyond._beside = entity(self.reading.scope["plan"].strip(), PLAN, self.index)
        return beyond

    def by_plan(self, tell: Callable[["Material"], list[Statement]]) -> list[Statement]:
        """What `tell` says of each plan by itself, headed by its name where there are several."""
        tried = copy(self)
        tried._policies, tried.iris = Counter(), {}
        tell(tried)
        self._named.update(tried._policies)
        if len(tried._policies) < 2:
            return tell(self)
        several = len({whose for whose, *_ in tried._policies}) > 1
        told = sorted(tried._policies)
        if self.room:
            told = sorted(sorted(told, key=lambda one: -self._named[one])[: self._plans])
        found: list[Statement] = []
        for policy in told:
            one = copy(self)
            one._policy = policy
            one._most = max(1, self.room // len(told)) if self.room else 0
            whose, plan, _ = policy
            heading = plan or self.say("no-single-plan")
            heading = f"{whose} – {heading}" if several else heading
            found += [replace(statement, plan=heading) for statement in tell(one)]
        if left := len(tried._policies) - len(told):
            found.append(Statement(self.say("more-plans", left)))
        return found

    def _is_told(self, row: Row) -> bool:
        """Whether a row is of the plan that is told of."""
        if "plan" not in row or "jurisdiction" not in row:
            return True
        policy = policy_of(row)
        if self._beside and policy[-1] not in ("", self._beside):
            return False
        if self._policies is not None:
            self._policies[policy] += 1
        return self._policy in (None, policy)

    @cached_property
    def own(self) -> str:
        """The country or bloc whose plans are told of (its IRI); empty for all."""
        return own_jurisdiction(self.store, self.reading.scope, self.index)

    @property
    def whose(self) -> str:
        """Whose plans are told of, in words; empty where nothing says so."""
        plan = self.reading.scope.get("plan", ALL).strip()
        if plan != ALL:
            iri = entity(plan, PLAN, self.index)
            return self.store.labels([iri], self.lang).get(iri, plan)
        if self.own:
            return self.store.labels([self.own], self.lang).get(self.own, self.own)
        return self.say("all-plans") if self.reading.scope else ""

    @property
    def notes(self) -> tuple[str, ...]:
        """How many other plans there are, or that there is none of whom was asked for."""
        asked = jurisdiction_of(self.reading.scope, self.index)
        return tuple(notes_of_scope(self.store, asked, self.lang, is_empty=True))

    def answer(self, name: str, **values: str) -> Answer:
        """The answer to a named question, about the plans that are told of."""
        key = (name, *(each for pair in sorted(values.items()) for each in pair))
        if key not in self._answers:
            scope = self.reading.scope if load_question(name).scope == "plan" else {}
            asked = {**scope, **values}
            self._answers[key] = ask(self.store, name, asked, lang=self.lang, index=self.index)
        return self._answers[key]

    def say(self, name: str, *values: object, **named: object) -> str:
        """A text of briefs in the language."""
        return text(f"brief.{name}", self.lang, *values, **named)

    def gap(self, name: str, *values: object, **named: object) -> Statement:
        """A statement of what no source gives."""
        return Statement(self.say(name, *values, **named), is_gap=True)

    def none_of(self, name: str, *questions: str) -> Statement:
        """That none of the rows of questions that were looked through is about it, and when the
        sources were last read."""
        looked = sum(len(self.answer(question)) for question in questions)
        return self.gap(name, looked, day=self.read_until)

    @cached_property
    def read_until(self) -> str:
        """When the sources were last read, in words."""
        last = self.store.select(_READ)[0][0]
        return date(last.value, self.lang) if last and last.value else self.say("day-unknown")

    def paid_for(self) -> set[str]:
        """What has an amount and involves the entity."""
        found = self.store.select(_PAID % {"iri": self.entity.iri})
        return {row[0].value for row in found}

    def count(self, name: str) -> int:
        """How many of a class (a CURIE) the store holds."""
        return int(self.store.select(_COUNT % name)[0][0].value)

    def no_plan(self) -> Statement:
        """That no plan names it: none of whom was asked for, where there are others."""
        others = other_plans(self.store, self.own) if self.own else 0
        plans = self.count("coop:Plan") - others
        looked = {
            "plans": plans,
            "sources": self.count("coop:Source"),
            "day": self.read_until,
        }
        if not others:
            return self.gap("no-plan", **looked)
        return self.gap("no-plan-of-ours", **looked, others=others, whose=self.whose)

    def amount(self, row: Row) -> str:
        """The amount of a row of `budget-levels`, as exact as its source says it; where that
        gives a range, as stated."""
        if row["amount"] is None:
            return str(row["as_stated"])
        of = ("line", "phase", "source", "currency")
        stated = self.store.select(_STATED % tuple(getattr(row[n], "iri", row[n]) for n in of))
        same = (qr for *qr, amount in stated if Decimal(amount.value) == row["amount"])
        qualifier, rounding = next(same, (None, None))
        told = figure(
            self.lang,
            row["currency"],
            amounts=(row["amount"],),
            rounding=Decimal(rounding.value) if rounding else 0,
            qualifier=qualifier.value.rpartition("/")[2] if qualifier else "",
        )
        if row["corrected"] is None:
            return told
        read = money(row["corrected"], row["currency"], self.lang)
        return text("figure.misprint", self.lang, told, read)

    def rows(
        self,
        name: str,
        keep: Keep,
        most: int,
        same: Callable[[Row], object] | None = None,
        *,
        order: str = "",
        **values: str,
    ) -> tuple[list[Cited], int]:
        """The first rows of a named question that are about the entity, with the numbers of
        their sources, and how many there are in all; those for which `same` is the same are one,
        with the sources of all."""
        answer = self.answer(name, **values)
        about = [(n, row) for n, row in enumerate(answer) if keep(row) and self._is_told(row)]
        groups: dict[object, list[int]] = {}
        for n, row in reversed(about) if order == "latest" else about:
            groups.setdefault(same(row) if same else n, []).append(n)
        chosen = [*groups.values()][: min(most, self._most or most)]
        shown = [(which, n) for which, group in enumerate(chosen) for n in group]
        # Only what is shown is looked up: an answer may be long.
        part = replace(answer, rows=tuple(answer.rows[n] for _, n in shown))
        self._tell(part.rows)
        cites = self._cites(part) if shown else {}
        found: dict[int, Cited] = {}
        for at, ((which, _), row) in enumerate(zip(shown, part, strict=True), 1):
            first, cited = found.get(which, (row, ()))
            found[which] = first, tuple(sorted({*cited, *cites.get(at, ())}))
        return [*found.values()], len(groups)

    def listed(
        self,
        name: str,
        keep: Keep,
        most: int,
        told: Callable[[Row], str],
        *,
        order: str = "",
        **values: str,
    ) -> list[Statement]:
        """What `told` says of each of the first rows, if anything, and how many more there are;
        rows of which it says the same are one."""
        said: dict[tuple[object, ...], str] = {}

        def tell(row: Row) -> str:
            cells = tuple(row.values())
            if cells not in said:
                said[cells] = told(row)
            return said[cells]

        rows, of = self.rows(
            name,
            lambda row: keep(row) and tell(row) != "",
            most,
            tell,
            order=order,
            **values,
        )
        found = [Statement(tell(row), cites) for row, cites in rows]
        more = Statement(self.say("more", of - len(rows), of))
        return [*found, more] if of > len(rows) else found

    def measured(self, name: str, keep: Keep, values: Mapping[str, str]) -> list[Cited]:
        """The rows of a measure that are about the entity, with the numbers of their sources."""
        answer = measure(self.reading, name, values, lang=self.lang)
        chosen = {n: row for n, row in enumerate(answer, 1) if keep(row) and self._is_told(row)}
        cites = self._cites(answer, chosen)
        self._tell(row.values() for row in chosen.values())
        return [(row, cites.get(n, ())) for n, row in chosen.items()]

    def _tell(self, rows: Iterable[Iterable[Any]]) -> None:
        for row in rows:
            self.iris.update((cell.iri, None) for cell in row if isinstance(cell, Entity))

    def _cites(
        self, answer: Answer, only: Container[int] | None = None
    ) -> dict[int, tuple[int, ...]]:
        """The numbers of the sources of each row; none where it is only tried."""
        found: dict[int, dict[int, None]] = {}
        if self._policies is not None:
            return {}
        for source in answer.sources():
            row = int(str(source["row"]))
            if only is None or row in only:
                found.setdefault(row, {})[self._number(source)] = None
        return {row: tuple(sorted(numbers)) for row, numbers in found.items()}

    def _number(self, row: Row) -> int:
        source = row["source"]
        iri = source.iri if isinstance(source, Entity) else str(source)
        self._tell([row.values()])
        number = self._numbers.setdefault(iri, len(self._numbers) + 1)
        title, day = str(source), str(row["date"] or "")
        if day and any(said in title for said in (day, *(date(day, tag) for tag in languages()))):
            day = ""  # many a source is called by its day
        self._told.setdefault(iri, (title, day, str(row["url"] or "")))
        self._places.setdefault(iri, {})[str(row["locator"] or "")] = None
        return number

    def references(self) -> tuple[Reference, ...]:
        """The sources cited, by number."""
        return tuple(
            Reference(
                number, *self._told[iri], tuple(place for place in self._places[iri] if place)
            )
            for iri, number in self._numbers.items()
        )

    def is_entity(self, column: str) -> Keep:
        """Whether a row has the entity in a column."""
        return lambda row: getattr(row[column], "iri", None) == self.entity.iri

    def is_one_of(self, column: str, iris: Iterable[str]) -> Keep:
        """Whether a row has one of these in a column."""
        wanted = set(iris)
        return lambda row: getattr(row[column], "iri", None) in wanted

    def budget_lines(self) -> set[str]:
        """The budget lines of a technology."""
        return {row[0].value for row in self.store.select(_LINES % self.entity.iri)}

    def lines_of_organisation(self) -> set[str]:
        """The budget lines that are a ministry's."""
        mine = self.is_entity("organisation")
        levels = self.answer("budget-levels")
        return {row["line"].iri for row in levels if mine(row) and isinstance(row["line"], Entity)}

    def same_technologies(self) -> set[str]:
        """The technology and those of the twelve that it corresponds to."""
        matches = self.store.select(_TWELFTH % self.entity.iri)
        return {self.entity.iri, *(row[0].value for row in matches)}

    def events(self) -> set[str]:
        """The events that are about the technology, or of which an outcome is about it."""
        wanted = " ".join(f"<{iri}>" for iri in sorted(self.same_technologies()))
        return {row[0].value for row in self.store.select(_EVENTS % wanted)}

    def imports(self) -> set[str]:
        """Which kinds of imports the store holds."""
        graphs = (part.graph for part in self.store.manifest.parts if part.origin == "import")
        return {graph.removeprefix("import/").partition("/")[0] for graph in graphs}
