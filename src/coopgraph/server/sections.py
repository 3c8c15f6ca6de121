"""Sections of a page: each the answer to a named question, as a table that numbers its sources.

A place of the header and the page of an entity are sections in one order: what is declared, what
came of it, money, practice, calls, agreements, events. A question about plans is asked once for
everybody's and kept; a page shows the rows that it is about, so that the next page costs nothing.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Final, NamedTuple

from coopgraph.api import KnowledgeGraph
from coopgraph.formats.ntriples import iri as term
from coopgraph.i18n import text
from coopgraph.queries import Answer, Question, load_question
from coopgraph.queries.absence import Absence
from coopgraph.queries.answer import Cell, Entity
from coopgraph.queries.parameters import ALL
from coopgraph.queries.scope import whose_plans
from coopgraph.server.address import PageRequest
from coopgraph.server.answers import answered, cited, measured
from coopgraph.server.bars import BarColumns, Bars, bars_of
from coopgraph.server.cells import CellTeller, ShownCell
from coopgraph.server.glossary import Meaning, glossary
from coopgraph.server.scope import asked_scope, own_code
from coopgraph.tables.description import SEPARATOR
from coopgraph.vocabulary import ID

_WHOLE: Final = f"{ID}unit/whole"
_YEAR: Final = re.compile(r"(\d{4})")
_DATES: Final = ("xsd:date", "xsd:gYear")
#: Records of one organisation are that organisation.
_SAME: Final = "SELECT DISTINCT ?thing {{ {about} ^coop:canonical/coop:canonical ?thing }}"
_THROUGH: Final = "SELECT ?thing {{ VALUES ?thing {{ {named} }} ?thing {through} {about} }}"
_PAGES: Final = "SELECT ?source ?url { VALUES ?source { %s } ?source foaf:page ?url }"


@dataclass(frozen=True)
class AnswerSection:
    """The answer to `question` under a heading (`server.section-NAME`): its `columns`, or as a
    `look` of its own (timeline, became, or one of the looks of cards). `about` are the columns in
    which the page of an entity looks for it; a question that is bound is asked for that entity
    alone, and `through` is a property by which what stands there leads to it. Rows that are empty
    (or 0) in all of `needs` are left out, those that differ in the columns `joined` alone are one.
    The reader's own planner comes first, or the greatest in the column `first`, such as the latest,
    and beside it those alike in the columns `together`; `most` are shown, and from `bars` bars are
    drawn above them. The answer may be that of a measure about the entity, which `about` names as
    a parameter."""

    name: str
    question: str
    columns: tuple[str, ...]
    about: tuple[str, ...] = ()
    look: str = "table"
    needs: tuple[str, ...] = ()
    through: str = ""
    joined: tuple[str, ...] = ()
    first: str = ""
    together: tuple[str, ...] = ()
    is_bound: bool = False
    is_measure: bool = False
    most: int = 30
    bars: BarColumns | None = None


@dataclass(frozen=True)
class ShownRow:
    """The cells of a row, the numbers of its sources, whether it is of the plan of the reader's
    own planner, and whether it is told beside those that decide."""

    cells: tuple[tuple[ShownCell, ...], ...]
    sources: tuple[int, ...] = ()
    is_own: bool = False
    is_aside: bool = False


@dataclass(frozen=True)
class NumberedSource:
    """A source with its number on the page."""

    number: int
    source: Entity
    url: str = ""


@dataclass(frozen=True)
class SectionTable:
    """A section as it is shown: columns with their heads and rows, how many rows there are, and
    where they all are. `notes` say what a reader must know, such as what was looked through."""

    section: AnswerSection
    columns: tuple[str, ...]
    heads: tuple[str, ...]
    rows: tuple[ShownRow, ...]
    total: int
    notes: tuple[str, ...]
    answer: Answer = field(repr=False)
    values: Mapping[str, str] = field(default_factory=dict)
    bars: Bars | None = None

    @property
    def absences(self) -> tuple[Absence, ...]:
        """Why there are no rows, where imports could give some."""
        return () if self.rows else self.answer.absences

    @property
    def name(self) -> str:
        """The anchor."""
        return self.section.name

    def named(self, row: ShownRow) -> dict[str, tuple[ShownCell, ...]]:
        """The cells of a row by the name of their column."""
        return dict(zip(self.columns, row.cells, strict=True))

    def names(self, column: str) -> list[str]:
        """What stands in a column, each once."""
        if column not in self.answer.columns:
            return []
        return list(dict.fromkeys(str(c) for c in self.answer.column(column) if c is not None))

    def own(self, iri: str) -> list[Entity]:
        """What an entity is called in the rows about it."""
        cells = (cell for row in self.answer.rows for cell in row)
        return [cell for cell in cells if isinstance(cell, Entity) and cell.iri == iri][:1]


class _SectionAnswer(NamedTuple):
    """What the rows of a section are from: an answer, where all of it is, the datatypes and heads
    of its columns, and what gives the sources of rows."""

    answer: Answer
    values: Mapping[str, str]
    types: Mapping[str, str]
    heads: Mapping[str, str]
    cited: Callable[[tuple[tuple[Cell, ...], ...]], Mapping[tuple[Cell, ...], tuple[Entity, ...]]]


class SectionReader:
    """Reads the sections of one page, and numbers their sources through all of them."""

    def __init__(
        self, kg: KnowledgeGraph, request: PageRequest, about: str = "", *, everyone: bool = False
    ) -> None:
        self._kg, self._request, self._about = kg, request, about
        self._scope = asked_scope(request, everyone=everyone)
        self._own = own_code(request)
        self._numbers: dict[str, int] = {}
        self._names: dict[str, Entity] = {}
        self._teller = CellTeller(request, kg.store)

    def read(self, sections: Iterable[AnswerSection]) -> list[SectionTable]:
        """The sections, those without rows among them. Raises what a question raises for a scope
        that is none."""
        return [self._part(section) for section in sections]

    def references(self) -> list[NumberedSource]:
        """The sources that were numbered, in their order."""
        found = " ".join(map(term, self._numbers))
        pages = self._kg.store.select(_PAGES % found) if found else ()
        urls = {source.value: url.value for source, url in pages}
        return [
            NumberedSource(number, self._names[iri], urls.get(iri, ""))
            for iri, number in self._numbers.items()
        ]

    def terms(self) -> dict[str, Meaning]:
        """What the codes in the tables mean, by IRI."""
        return glossary(self._kg, self._teller.words.values(), self._request.lang)

    def _part(self, section: AnswerSection) -> SectionTable:
        asked = self._measured(section) if section.is_measure else self._asked(section)
        answer = self._needed(self._of_entity(asked.answer, section), section)
        answer = _of_years(answer, asked.types, self._request.years)
        place = {name: at for at, name in enumerate(answer.columns)}
        groups: dict[tuple[Cell, ...], list[tuple[Cell, ...]]] = {}
        for row in answer.rows:
            key = tuple(row[place[name]] for name in section.columns if name not in section.joined)
            groups.setdefault(key, []).append(row)
        found = list(groups.values())
        whose = place.get("jurisdiction")

        def is_own(rows: list[tuple[Cell, ...]]) -> bool:
            return whose is not None and self._own in str(rows[0][whose]).split(SEPARATOR)

        found.sort(key=is_own, reverse=True)
        if section.first:
            at = place[section.first]
            found.sort(key=lambda rows: _rank(rows[0][at]), reverse=True)
        if alike := [place[name] for name in section.together]:
            first = dict.fromkeys(tuple(rows[0][at] for at in alike) for rows in found)
            ranks = {key: rank for rank, key in enumerate(first)}
            found.sort(key=lambda rows: ranks[tuple(rows[0][at] for at in alike)])
        shown_rows = found[: section.most]
        columns = [
            name
            for name in section.columns
            if name != "currency"
            and (self._tells(place[name], shown_rows) or section.look == "pairs")
        ]
        cited = asked.cited(tuple(row for rows in shown_rows for row in rows))
        made = tuple(
            ShownRow(
                tuple(
                    self._teller.cells(rows, name, place, asked.types.get(name, ""))
                    for name in columns
                ),
                self.cite(source for row in rows for source in cited.get(row, ())),
                is_own(rows),
                "decides" in place and rows[0][place["decides"]] is False,
            )
            for rows in shown_rows
        )
        heads = tuple(
            asked.heads.get(name) or answer.heading(name).replace("_", " ") for name in columns
        )
        notes = (*self._as_of(section, answer), *answer.notes)
        bars = self._bars(section, asked.types, answer.columns, shown_rows)
        return SectionTable(
            section, tuple(columns), heads, made, len(found), notes, answer, asked.values, bars
        )

    def _bars(
        self,
        section: AnswerSection,
        types: Mapping[str, str],
        columns: Sequence[str],
        rows: Iterable[list[tuple[Cell, ...]]],
    ) -> Bars | None:
        """The bars of rows that are shown, of each the first of those that are one."""
        if section.bars is None:
            return None

        def tell(name: str, row: Mapping[str, Cell]) -> str:
            cell = row[name]
            if cell is None or name == "currency" or getattr(cell, "iri", "") == _WHOLE:
                return ""
            if name == "amount" and "line" in row:
                return self._teller.amount(row)
            return self._teller.told(cell, name, types.get(name, ""), row.get("currency"))

        dicts = [dict(zip(columns, of[0], strict=True)) for of in rows]
        return bars_of(dicts, section.bars, tell)

    def _asked(self, section: AnswerSection) -> _SectionAnswer:
        """The answer to the question of a section."""
        question, lang = load_question(section.question), self._request.lang
        values = self._values(section, question)
        answer = answered(self._kg, section.question, values, lang)
        # The page of the question shows the rows of this entity, where it can be asked for it.
        if self._about and not section.through and not section.is_bound:
            about = (name for name in section.about if name != "jurisdiction" or self._code)
            values = {**values, next(about): self._about}
        return _SectionAnswer(
            answer,
            values,
            {column.name: column.type for column in question.columns},
            {column.name: column.heading(lang) for column in question.columns},
            lambda rows: cited(self._kg, section.question, lang, rows),
        )

    def _measured(self, section: AnswerSection) -> _SectionAnswer:
        """The measure of a section, of the reader's scope, as no plan of all is asked for; empty
        where the entity takes part in nothing."""
        scope = tuple(sorted(asked_scope(self._request).items()))
        name, lang = section.question, self._request.lang
        answer, found = measured(self._kg, name, section.about[0], self._about, scope, lang)
        if not answer.columns:
            answer = replace(answer, columns=section.columns)
        return _SectionAnswer(
            answer, {}, {}, {}, lambda rows: {row: found.get(row, ()) for row in rows}
        )

    @cached_property
    def _code(self) -> str:
        """The code by which plans of the entity of the page are known."""
        return whose_plans(self._kg.store).get(self._about, "")

    def _as_of(self, section: AnswerSection, answer: Answer) -> tuple[str, ...]:
        """Of calls: the day as of which they are open or closed, and that there may be others."""
        if section.question != "calls" or not answer.rows:
            return ()
        return (
            text("server.calls-as-of", self._request.lang, date=self._teller.day(self._request.on)),
        )

    def _tells(self, at: int, rows: Sequence[list[tuple[Cell, ...]]]) -> bool:
        """Whether a column says anything: more than nothing, or than the entity of the page."""
        cells = {getattr(row[at], "iri", row[at]) for of in rows for row in of}
        return not cells <= {None, self._about} or not rows

    def _of_entity(self, answer: Answer, section: AnswerSection) -> Answer:
        """The rows that name the entity of the page in one of the columns that are about it."""
        if not self._about or section.is_bound or section.is_measure:
            return answer
        at = [answer.columns.index(name) for name in section.about]
        if section.through:
            named = {iri for row in answer.rows for i in at if (iri := getattr(row[i], "iri", ""))}
            query = _THROUGH.format(
                named=" ".join(map(term, sorted(named))),
                through=section.through,
                about=term(self._about),
            )
        else:
            query = _SAME.format(about=term(self._about))
        wanted = {thing.value for (thing,) in self._kg.store.select(query)}
        if not section.through:
            wanted.add(self._about)

        def is_about(cell: Cell, name: str) -> bool:
            if name == "jurisdiction":
                return bool(self._code) and self._code in str(cell or "").split(SEPARATOR)
            return getattr(cell, "iri", "") in wanted

        rows = (
            row
            for row in answer.rows
            if any(is_about(row[i], name) for i, name in zip(at, section.about, strict=True))
        )
        return replace(answer, rows=tuple(rows))

    @staticmethod
    def _needed(answer: Answer, section: AnswerSection) -> Answer:
        at = [answer.columns.index(name) for name in section.needs]
        if not at:
            return answer
        rows = (row for row in answer.rows if any(row[i] for i in at))
        return replace(answer, rows=tuple(rows))

    def _values(self, section: AnswerSection, question: Question) -> dict[str, str]:
        scope = dict(self._scope)
        if "holder" in question.parameters and scope.get("jurisdiction", ALL) != ALL:
            scope["holder"] = scope["jurisdiction"]
        taken = {name: value for name, value in scope.items() if name in question.parameters}
        if question.scope == "lens" and taken.get("jurisdiction") == ALL:
            del taken["jurisdiction"]
        if section.is_bound:
            name = next(name for name in section.about if name in question.parameters)
            taken[name] = self._about
        return taken

    def cite(self, sources: Iterable[Entity]) -> tuple[int, ...]:
        """The numbers of sources."""
        found: dict[int, None] = {}
        for source in sources:
            self._names.setdefault(source.iri, source)
            found[self._numbers.setdefault(source.iri, len(self._numbers) + 1)] = None
        return tuple(found)


def _rank(cell: Cell) -> tuple[bool, Any]:
    """What cells of one column are put in order by: nothing is less than anything."""
    return cell is not None, str(cell) if isinstance(cell, str) or cell is None else cell


def _of_years(answer: Answer, types: Mapping[str, str], years: tuple[int, int] | None) -> Answer:
    """The rows of these years, and those without a year."""
    at = [answer.columns.index(name) for name, datatype in types.items() if datatype in _DATES]
    if years is None or not at:
        return answer

    def is_in(row: tuple[Cell, ...]) -> bool:
        said = [int(found[1]) for i in at if (found := _YEAR.match(str(row[i] or "")))]
        return not said or (min(said) <= years[1] and max(said) >= years[0])

    return replace(answer, rows=tuple(filter(is_in, answer.rows)))
