"""What is gathered for a brief: named questions and measures, each row with its sources."""

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final, TypeAlias

from coopgraph.brief.model import Reference, Statement
from coopgraph.i18n import date, figure, languages, text
from coopgraph.measures import MeasureData, measure
from coopgraph.queries import Answer, Entity, ask
from coopgraph.queries.scope import default_jurisdiction, other_plans
from coopgraph.search import AnyIndex
from coopgraph.store import AnyStore

Row: TypeAlias = dict[str, Any]
Cited: TypeAlias = tuple[Row, tuple[int, ...]]
Keep: TypeAlias = Callable[[Row], bool]
_LINES: Final = """SELECT DISTINCT ?line WHERE {
  ?line a coop:BudgetLine ; coop:technology <%s> .
}"""
_COUNT: Final = "SELECT (COUNT(DISTINCT ?e) AS ?n) { ?e a %s }"
_STATED: Final = """SELECT ?qualifier ?rounding ?amount WHERE {
  ?claim a coop:BudgetLevel ; coop:line <%s> ; coop:fiscalYear "%s"^^xsd:gYear ; coop:phase <%s> ;
         coop:amountKrw ?amount ; coop:qualifier ?qualifier ; coop:roundingKrw ?rounding .
}"""
_TWELFTH: Final = """SELECT ?match WHERE { <%s> skos:closeMatch|skos:broadMatch ?match }"""


class Material:
    """One entity in one store and language; numbers the sources as they are first cited."""

    def __init__(self, store: AnyStore, index: AnyIndex | None, entity: Entity, lang: str) -> None:
        self.store, self.index, self.entity, self.lang = store, index, entity, lang
        self.reading = MeasureData(store, index)
        #: What the brief is about, by IRI: a page is marked with them.
        self.iris: dict[str, None] = {entity.iri: None}
        self._numbers: dict[str, int] = {}
        self._told: dict[str, tuple[str, str, str]] = {}
        self._places: dict[str, dict[str, None]] = {}

    def say(self, name: str, *values: object, **named: object) -> str:
        """A text of briefs in the language."""
        return text(f"brief.{name}", self.lang, *values, **named)

    def gap(self, name: str, **named: object) -> Statement:
        """A statement of what no source gives."""
        return Statement(self.say(name, **named), is_gap=True)

    def count(self, name: str) -> int:
        """How many of a class (a CURIE) the store holds."""
        return int(self.store.select(_COUNT % name)[0][0].value)

    def no_plan(self) -> Statement:
        """That no plan names it: none of the default jurisdiction, where there are others."""
        others = other_plans(self.store)
        plans = self.count("coop:Plan") - others
        counts = {"plans": plans, "sources": self.count("coop:Source")}
        own = default_jurisdiction(self.store)
        if not (own and others):
            return self.gap("no-plan", **counts)
        whose = self.store.labels([own], self.lang).get(own, own)
        return self.gap("no-plan-of-ours", **counts, others=others, whose=whose)

    def amount(self, row: Row) -> str:
        """The amount of a row of `budget-levels`, as exact as its source says it; where that
        gives a range, as stated."""
        if row["amount_krw"] is None:
            return str(row["as_stated"])
        line, year, phase = (str(getattr(row[n], "iri", row[n])) for n in ("line", "year", "phase"))
        stated = self.store.select(_STATED % (line, year, phase))
        same = (qr for *qr, amount in stated if Decimal(amount.value) == row["amount_krw"])
        qualifier, rounding = next(same, (None, None))
        return figure(
            self.lang,
            "KRW",
            amounts=(row["amount_krw"],),
            rounding=Decimal(rounding.value) if rounding else 0,
            qualifier=qualifier.value.rpartition("/")[2] if qualifier else "",
        )

    def rows(self, name: str, keep: Keep, most: int, **values: str) -> tuple[list[Cited], int]:
        """The first rows of a named question that are about the entity, with the numbers of
        their sources, and how many there are in all."""
        answer = ask(self.store, name, values, lang=self.lang, index=self.index)
        chosen = [n for n, row in enumerate(answer) if keep(row)]
        shown = tuple(answer.rows[n] for n in chosen[:most])
        self._tell(shown)
        # Only what is shown is looked up: an answer may be long.
        part = replace(answer, rows=shown)
        cites = self._cites(part) if shown else {}
        return [(row, cites.get(at, ())) for at, row in enumerate(part, 1)], len(chosen)

    def listed(
        self, name: str, keep: Keep, most: int, told: Callable[[Row], str], **values: str
    ) -> list[Statement]:
        """What `told` says of each of the first rows, if anything, and how many more there are."""
        rows, of = self.rows(name, keep, most, **values)
        found = [Statement(text, cites) for row, cites in rows if (text := told(row))]
        more = Statement(self.say("more", of - len(rows), of))
        return [*found, more] if of > len(rows) else found

    def measured(self, name: str, keep: Keep, values: Mapping[str, str]) -> list[Cited]:
        """The rows of a measure that are about the entity, with the numbers of their sources."""
        answer = measure(self.reading, name, values, lang=self.lang)
        chosen = {n: row for n, row in enumerate(answer, 1) if keep(row)}
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
        levels = ask(self.store, "budget-levels", lang=self.lang, index=self.index)
        return {row["line"].iri for row in levels if mine(row) and isinstance(row["line"], Entity)}

    def same_technologies(self) -> set[str]:
        """The technology and those of the twelve that it corresponds to."""
        matches = self.store.select(_TWELFTH % self.entity.iri)
        return {self.entity.iri, *(row[0].value for row in matches)}

    def imports(self) -> set[str]:
        """Which kinds of imports the store holds."""
        graphs = (part.graph for part in self.store.manifest.parts if part.origin == "import")
        return {graph.removeprefix("import/").partition("/")[0] for graph in graphs}
