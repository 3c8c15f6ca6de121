"""What is gathered for a brief: named questions and measures, each row with its sources."""

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import replace
from decimal import Decimal
from functools import cached_property
from typing import Any, Final, TypeAlias

from coopgraph.brief.model import Reference, Statement
from coopgraph.i18n import date, figure, languages, text
from coopgraph.measures import MeasureData, measure
from coopgraph.queries import Answer, Entity, load_question
from coopgraph.queries.absence import Absence
from coopgraph.queries.evaluation import answer_question
from coopgraph.queries.exactness import Exactness, Known, exact_amount, exactness, exactness_of
from coopgraph.queries.parameters import ALL, AMONG, ANYONE, entity
from coopgraph.queries.question import PLAN, SCOPE
from coopgraph.queries.scope import (
    jurisdiction_of,
    notes_of_scope,
    other_plans,
    own_jurisdiction,
    policy_of,
)
from coopgraph.search import AnyIndex
from coopgraph.store import AnyStore
from coopgraph.vocabulary import ID, entity_iri

Row: TypeAlias = dict[str, Any]
Cited: TypeAlias = tuple[Row, tuple[int, ...]]
Keep: TypeAlias = Callable[[Row], bool]
_OTHER_NAMES: Final = "SELECT ?name { <%s> skos:altLabel ?name }"
_COUNT: Final = "SELECT (COUNT(DISTINCT ?e) AS ?n) { ?e a %s }"
#: When sources were last read, and when it was last looked what became of partners.
_READ: Final = "SELECT (MAX(STR(?day)) AS ?last) { ?source coop:accessed ?day }"
_LOOKED: Final = """SELECT (MAX(STR(?day)) AS ?last) {
  ?act a coop:Outcome ; coop:asOf ?day%s }"""
#: What is said of an entity (`{iri}`), by what it is to it; its circle is the entity and the
#: government that acts for a country or to which a ministry belongs.
_OF: Final = {
    "lines": "?found a coop:BudgetLine ; coop:technology {iri} .",
    "events": """VALUES ?of {{ {same} }}
  ?found a coop:Event ; coop:technology|(prov:generated/schema:about) ?of .""",
    "paid": """{{ ?found a coop:Agreement ; ?role {iri} . ?amount coop:amountOf ?found }}
  UNION {{ ?link a coop:PartnerLink ; coop:partner/coop:country? {iri} ; coop:plan ?found .
    ?amount coop:amountOf ?found }}
  UNION {{ ?amount a coop:Amount ; coop:payer/coop:country? {iri} ; coop:amountOf ?found }}
  UNION {{ ?found a coop:Plan ; schema:about {iri} . ?amount coop:amountOf ?found }}
  UNION {{ ?link a coop:PartnerLink ; coop:partner/coop:country? {iri} ;
    coop:plan/schema:about ?found . ?found a coop:BudgetLine }}""",
    "same": "{{ BIND({iri} AS ?found) }} UNION {{ {iri} skos:closeMatch|skos:broadMatch ?found }}",
    "entries": """{{ BIND({iri} AS ?found) }} UNION
  {{ ?found skos:closeMatch|skos:broadMatch {iri} }}""",
    "circle": """{{ BIND({iri} AS ?found) }} UNION {{ ?found coop:country {iri} ;
    coop:organisationKind <{id}organisation-kind/government> }} UNION {{ {iri} coop:country ?home ;
    coop:organisationKind <{id}organisation-kind/ministry> . ?found coop:country ?home ;
    coop:organisationKind <{id}organisation-kind/government> }}""",
    "statements": """VALUES ?of {{ {circle} }}
  ?found a coop:Statement ; schema:about|coop:heldBy ?of .""",
    "authored": "?found a coop:Recommendation ; coop:statedBy/coop:affiliation {iri} .",
    "about": "?found a coop:Plan ; schema:about {iri} .",
    "links": """?found a coop:PartnerLink ; coop:technology|(coop:partner/coop:country?) {iri} .""",
    "parents": """?line coop:owner {iri} ; skos:broader ?found .
  ?found coop:purpose <{id}line-purpose/international-cooperation> .""",
    "cooperation": """?found a coop:BudgetLine ;
  skos:broader?/coop:purpose <{id}line-purpose/international-cooperation> .""",
}
#: Questions of which only the rows with these are looked at: a column, and a name of `_OF`.
_AMONG: Final = {"who-says": ("claim", "statements")}
#: Figures as sources print them: how exact, and of which bounds.
_PRINTED: Final = """SELECT ?of ?source ?stated ?qualifier ?min ?max {
  ?claim coop:amountOf|coop:wholeLine ?of ; coop:source ?source ; coop:asStated ?stated ;
    coop:qualifier ?qualifier .
  OPTIONAL { ?claim coop:amountMin ?min } OPTIONAL { ?claim coop:amountMax ?max } }"""

#: How exact changes in percent are.
_CHANGES: Final = """SELECT ?line ?phase ?source ?percent ?qualifier {
  ?claim a coop:BudgetChange ; coop:line ?line ; coop:phase ?phase ; coop:source ?source ;
    coop:percent ?percent ; coop:qualifier ?qualifier }"""
#: Rows that are kept for other briefs: those of a few planners in two languages.
_KEPT: Final = 30_000
_INSTITUTION: Final = entity_iri("partner-kind", "institution")


def every(_row: Row) -> bool:
    """Whatever a question answers."""
    return True


def is_institution(row: Row) -> bool:
    """Whether a planned partner is a body, not a country or a group."""
    return getattr(row["kind"], "iri", "") == _INSTITUTION


def has(column: str) -> Keep:
    """Whether a row says anything in a column."""
    return lambda row: row[column] is not None


def cited_by(rows: Iterable[Cited]) -> tuple[int, ...]:
    """The numbers of the sources of rows, each once."""
    return tuple(sorted({number for _, cites in rows for number in cites}))


def place_in(order: Sequence[str], iri: str) -> int:
    """The place of a code in an order, after all where it has none."""
    name = iri.rpartition("/")[2]
    return order.index(name) if name in order else len(order)


def newest(day: object) -> int:
    """What puts the latest days first, those that nobody states last."""
    digits = "".join(c for c in str(day or "")[:10] if c.isdigit())
    return -int(digits.ljust(8, "0") or 0)


class Material:
    """One entity in one store and language; numbers the sources as they are first cited. `scope`
    says whose plans are told of, `is_any` whether whoever takes part counts as practice."""

    def __init__(
        self,
        store: AnyStore,
        index: AnyIndex | None,
        entity: Entity,
        lang: str,
        scope: Mapping[str, str] | None = None,
        *,
        is_any: bool = False,
    ) -> None:
        self.store, self.index, self.entity, self.lang = store, index, entity, lang
        self.reading, self.is_any = MeasureData(store, index, scope), is_any
        #: What the brief is about, by IRI: a page is marked with them.
        self.iris: dict[str, None] = {entity.iri: None}
        #: What stands above the columns of the table of a section.
        self.heads: dict[str, tuple[str, ...]] = {}
        #: Sources as they are first cited, by IRI: number, title, date, address, places.
        self._cited: dict[str, tuple[int, str, str, str, dict[str, None]]] = {}
        self._answers: dict[tuple[str, ...], Answer] = {}
        self._found: dict[str, set[str]] = {}
        #: The plan beside which only what is of no plan is told; empty for any.
        self._beside = ""

    @property
    def is_whole(self) -> bool:
        """Whether all plans are asked for: then nothing is left out to fit a page."""
        return any(self.reading.scope.get(name, "").strip() == ALL for name in SCOPE)

    def beyond_plan(self) -> "Material":
        """The same with what is of no plan, where one plan is told of: money and events seldom are
        a plan's own, and to say that there are none would be wrong. Other plans stay out."""
        reading = self.reading.beyond_plan
        if reading is self.reading:
            return self
        beyond = copy(self)
        beyond.reading, beyond._answers, beyond._found = reading, {}, {}
        beyond._beside = entity(self.reading.scope["plan"].strip(), PLAN, self.index)
        return beyond

    def _is_told(self, row: Row) -> bool:
        """Whether a row is of the plan that is told of."""
        return not self._beside or policy_of(row)[-1] in ("", self._beside)

    @cached_property
    def followed(self) -> set[str]:
        """The plans of whose partners it was looked what became."""
        rows = self.of("outcomes", lambda row: row["plan"] is not None)
        return {row["plan"].iri for row in rows}

    @cached_property
    def own(self) -> str:
        """The country or bloc whose plans are told of (its IRI), that of the plan where one is;
        empty for all."""
        return own_jurisdiction(self.store, self.reading.beyond_plan.scope, self.index)

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
        asked = jurisdiction_of(self.store, self.reading.scope, self.index)
        return tuple(notes_of_scope(self.store, asked, self.lang, is_empty=True))

    def answer(self, name: str, **values: str) -> Answer:
        """The answer to a named question, about the plans that are told of."""
        key = (name, *(each for pair in sorted(values.items()) for each in pair))
        if key not in self._answers:
            question = load_question(name)
            if name in _AMONG:
                column, of = _AMONG[name]
                found = " ".join(f"<{each}>" for each in sorted(self.found(of)))
                among = f"WHERE {{ VALUES ?{column} {{ {found} }}"
                question = replace(question, text=question.text.replace("WHERE {", among, 1))
            asked = {**(self.reading.scope if question.scope == "plan" else {}), **values}
            if self.is_any and AMONG in question.parameters:
                asked[AMONG] = ANYONE
            # What is asked for every entity of a version alike is kept for its other briefs.
            is_kept = self.store.version is not None and not values and name not in _AMONG
            kept = self.store.__dict__.setdefault("_answers", {}) if is_kept else {}
            alike = (name, self.lang, self.index is None, *sorted(asked.items()))
            if alike not in kept:
                if sum(map(len, kept.values())) > _KEPT:
                    kept.clear()
                kept[alike] = answer_question(self.store, question, asked, self.lang, self.index)
            self._answers[key] = kept[alike]
        return self._answers[key]

    def say(self, name: str, *values: object, **named: object) -> str:
        """A text of briefs in the language."""
        return text(f"brief.{name}", self.lang, *values, **named)

    def head(self, section: str, *names: str) -> None:
        """Says what stands above the columns of the table of a section, sources last."""
        self.heads[section] = tuple(self.say(f"head-{name}") for name in (*names, "sources"))

    def gap(self, name: str, *values: object, **named: object) -> Statement:
        """A statement of what no source gives."""
        return Statement(self.say(name, *values, **named), is_gap=True)

    def absent(self, absence: Absence) -> Statement:
        """A statement of why nothing is found."""
        return Statement(absence.told(self.lang, "brief"), is_gap=True)

    def none_of(self, name: str, *questions: str) -> Statement:
        """That none of the rows of questions that were looked through is about it, and when the
        sources were last read."""
        looked = sum(len(self.answer(question)) for question in questions)
        return self.gap(name, looked, day=self.read_until)

    @cached_property
    def read_until(self) -> str:
        """When the sources were last read, in words."""
        read = self._last(_READ)
        return date(read, self.lang) if read else self.say("day-unknown")

    @property
    def as_of(self) -> str:
        """Until when what is told was looked for, in words; empty where nothing says so."""
        whose = f" ; coop:jurisdiction <{self.own}>" if self.own else ""
        last = max(self._last(_READ), self._last(_LOOKED % whose))
        return self.say("as-of", date(last, self.lang, is_short=True)) if last else ""

    def _last(self, query: str) -> str:
        last = self.store.select(query)[0][0]
        return last.value if last and last.value else ""

    def found(self, name: str) -> set[str]:
        """The IRIs of what is said of the entity, by one of the names of `_OF`."""
        if name not in self._found:
            held = {of: self.found(of) for of in ("same", "circle") if f"{{{of}}}" in _OF[name]}
            sets = {of: " ".join(f"<{each}>" for each in sorted(iris)) for of, iris in held.items()}
            told = _OF[name].format(iri=f"<{self.entity.iri}>", id=ID, **sets)
            rows = self.store.select(f"SELECT DISTINCT ?found WHERE {{ {told} }}")
            self._found[name] = {row[0].value for row in rows}
        return self._found[name]

    def short(self, entity: Entity, words: int = 3) -> str:
        """What it is called by its initials, else its label, as where that has fewer words: for
        where its label stands beside."""
        label = str(entity)
        if label.isascii() and len(label.split()) < words:
            return label
        names = (row[0] for row in self.store.select(_OTHER_NAMES % entity.iri))
        told = [each.value for each in names if each.language in (self.lang, None)]
        initials = [each for each in told if each.isascii() and each.isalpha() and each.isupper()]
        return min(initials, key=len, default=label)

    def count(self, name: str) -> int:
        """How many of a class (a CURIE) the store holds."""
        return int(self.store.select(_COUNT % name)[0][0].value)

    def no_plan(self) -> Statement:
        """That no plan names it: none of whom was asked for, where there are others."""
        plans = self.count("coop:Plan")
        others = other_plans(self.store, self.own) if self.own else 0
        if self.reading.scope.get("plan", ALL).strip() != ALL:
            others = plans - 1
        plans -= others
        looked = {
            "plans": plans,
            "sources": self.count("coop:Source"),
            "day": self.read_until,
        }
        if not others:
            return self.gap("no-plan", **looked)
        return self.gap("no-plan-of-ours", **looked, others=others, whose=self.whose)

    def stated(self, row: Row) -> Exactness:
        """How exact the source of a row of `budget-levels` says its amount is."""
        return exactness_of(row, self._exact)

    @cached_property
    def _exact(self) -> Known:
        return exactness(self.store)

    def amount(self, row: Row) -> str:
        """The amount of a row of `budget-levels`, as exact as its source says it."""
        if row["amount"] is None:
            return self.printed(row, "line")
        return exact_amount(row, self._exact, self.lang)

    def percent(self, row: Row) -> str:
        """The change of a row of `budget-changes` in percent, as exact as its source says it."""
        of = (*(row[name].iri for name in ("line", "phase", "source")), row["percent"])
        exact, told = self._changes.get(of, ""), (row["percent"],)
        return figure(self.lang, "", percents=told, qualifier=exact, is_change=True)

    @cached_property
    def _changes(self) -> dict[tuple[Any, ...], str]:
        return {
            (*(each.value for each in of), Decimal(share.value)): code.value.rpartition("/")[2]
            for *of, share, code in self.store.select(_CHANGES)
        }

    def printed(self, row: Row, of: str, percents: tuple[Decimal, ...] = ()) -> str:
        """The figure of a row as its source prints it, where that is in the language; else from
        the bounds, or `percents`. `of` is the column with what it is of."""
        stated, qualifier, *bounds = self._printed[
            row[of].iri, row["source"].iri, str(row["as_stated"])
        ]
        if stated.language == self.lang:
            return str(row["as_stated"])
        exact = qualifier.value.rpartition("/")[2]
        amounts = tuple(Decimal(each.value) for each in bounds if each and not percents)
        told = figure(
            self.lang,
            row.get("currency") or "",
            amounts=amounts,
            percents=percents,
            qualifier=exact,
        )
        return told or str(row["as_stated"])

    @cached_property
    def _printed(self) -> dict[tuple[str, str, str], tuple[Any, ...]]:
        """Figures as printed, by what they are of, source and text."""
        return {
            (of.value, source.value, stated.value): (stated, *rest)
            for of, source, stated, *rest in self.store.select(_PRINTED)
        }

    def of(self, name: str, keep: Keep, **values: str) -> list[Row]:
        """The rows of a named question that are about the entity, without their sources."""
        return [row for row in self.answer(name, **values) if keep(row) and self._is_told(row)]

    def rows(
        self,
        name: str,
        keep: Keep,
        most: int | None = None,
        *,
        same: Callable[[Row], object] | None = None,
        by: Callable[[Row], Any] | None = None,
        values: Mapping[str, str] | None = None,
    ) -> tuple[list[Cited], int]:
        """The first rows of a named question that are about the entity (by `by`, else in its
        order), with the numbers of their sources, and how many there are in all; those for which
        `same` is the same are one, with the sources of all."""
        answer = self.answer(name, **(values or {}))
        about = [(n, row) for n, row in enumerate(answer) if keep(row) and self._is_told(row)]
        groups: dict[object, list[int]] = {}
        for n, row in sorted(about, key=lambda each: by(each[1])) if by else about:
            groups.setdefault(same(row) if same else n, []).append(n)
        chosen = [*groups.values()][:most]
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
        rank: tuple[float, float] = (0, 0.25),
        values: Mapping[str, str] | None = None,
    ) -> list[Statement]:
        """What `told` says of each of the first rows; rows of which it says the same are one.
        `rank`: that of the first, and by how much that of the next is higher."""
        rows, _ = self.rows(name, keep, most, same=told, values=values)
        return [
            Statement(told(row), cites, rank=rank[0] + at * rank[1])
            for at, (row, cites) in enumerate(rows)
        ]

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
        """The numbers of the sources of each row."""
        found: dict[int, dict[int, None]] = {}
        for source in answer.sources():
            row = int(str(source["row"]))
            if only is None or row in only:
                found.setdefault(row, {})[self._number(source)] = None
        return {row: tuple(sorted(numbers)) for row, numbers in found.items()}

    def _number(self, row: Row) -> int:
        source = row["source"]
        iri = source.iri if isinstance(source, Entity) else str(source)
        if iri not in self._cited:
            title, day = str(source), str(row["date"] or "")
            if any(said in title for said in (day, *(date(day, tag) for tag in languages()))):
                day = ""  # many a source is called by its day
            self._cited[iri] = len(self._cited) + 1, title, day, str(row["url"] or ""), {}
        number, *_, places = self._cited[iri]
        places[str(row["locator"] or "")] = None
        return number

    @property
    def references(self) -> tuple[Reference, ...]:
        """The sources cited, by their numbers."""
        return tuple(
            Reference(number, title, day, url, tuple(filter(None, places)))
            for number, title, day, url, places in self._cited.values()
        )

    def is_entity(self, column: str) -> Keep:
        """Whether a row has the entity in a column."""
        return lambda row: getattr(row[column], "iri", None) == self.entity.iri

    def is_one_of(self, column: str, iris: Iterable[str]) -> Keep:
        """Whether a row has one of these in a column."""
        wanted = set(iris)
        return lambda row: getattr(row[column], "iri", None) in wanted
