"""Cells of the tables of pages: what they say in the language of the reader, and how they look."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Final

from coopgraph.i18n import date, money, text
from coopgraph.queries.answer import Cell, Entity, is_quantity, shown
from coopgraph.queries.exactness import Known, exact_amount, exactness
from coopgraph.server.address import PageRequest
from coopgraph.server.scope import choices
from coopgraph.store import AnyStore
from coopgraph.tables.description import SEPARATOR
from coopgraph.vocabulary import ID

#: What the rows have whose amounts are told as exact as their sources say.
_EXACT: Final = {"line", "phase", "source", "currency", "corrected"}
#: Columns of amounts, which are told in their currency.
_MONEY: Final = ("amount", "amount_min", "amount_max", "corrected", "contribution")
#: How codes of the model look: a state is a shape and a word, never a colour alone.
_LOOKS: Final = {
    "outcome-kind/realised": "state state--confirmed",
    "outcome-kind/realised-before-the-plan": "state state--before",
    "outcome-kind/agreed-to-sign": "state state--talks",
    "outcome-kind/in-talks": "state state--talks",
    "outcome-kind/preferred-for-negotiation": "state state--negotiating",
    "outcome-kind/other-technology": "state state--elsewhere",
    "outcome-kind/not-found": "state state--unfound",
    "practice-verdict/confirmed": "state state--confirmed",
    "practice-verdict/confirmed-by-one": "state state--confirmed",
    "practice-verdict/declared-only": "state state--declared",
    "practice-verdict/observed-only": "state state--elsewhere",
    "list-status/draft": "flag flag--draft",
}


@dataclass(frozen=True)
class ShownCell:
    """A cell: its text, the entity that it names, how it looks."""

    text: str
    entity: Entity | None = None
    look: str = ""
    is_number: bool = False


class CellTeller:
    """Tells the cells of one page; `words` has the entities that it named, by IRI."""

    def __init__(self, request: PageRequest, store: AnyStore) -> None:
        self._request, self._store = request, store
        self.words: dict[str, Entity] = {}

    def cells(
        self, rows: Iterable[tuple[Cell, ...]], name: str, place: Mapping[str, int], datatype: str
    ) -> tuple[ShownCell, ...]:
        """What rows that are one show in a column, each once."""
        at, currency, opens = place[name], place.get("currency"), place.get("opens")
        if name == "amount" and place.keys() >= _EXACT:
            found = (dict(zip(place, row, strict=True)) for row in rows if row[at] is not None)
            return tuple(dict.fromkeys(ShownCell(self.amount(r), is_number=True) for r in found))
        told = (
            self._closing(str(row[at]), None if opens is None else row[opens])
            if name == "closes" and row[at] is not None
            else self._cell(row[at], name, datatype, None if currency is None else row[currency])
            for row in rows
        )
        return tuple(dict.fromkeys(one for one in told if one is not None))

    def amount(self, row: Mapping[str, Cell]) -> str:
        """The amount of a row of budgets, as exact as its source says; what we read of a misprint
        has a column of its own."""
        return exact_amount({**row, "corrected": None}, self._exact, self._request.lang)

    @cached_property
    def _exact(self) -> Known:
        return exactness(self._store)

    def _cell(self, cell: Cell, name: str, datatype: str, currency: Cell) -> ShownCell | None:
        if cell is None or (name == "open_list" and not cell):
            return None
        if isinstance(cell, Entity):
            self.words[cell.iri] = cell
            return ShownCell(str(cell), cell, look_of(cell.iri))
        told = self.told(cell, name, datatype, currency)
        return ShownCell(
            told, look="flag" if name == "open_list" else "", is_number=is_quantity(cell)
        )

    def told(self, cell: Cell, name: str, datatype: str, currency: Cell) -> str:
        """What a cell that names no entity says."""
        lang = self._request.lang
        if name == "open_list":
            return text("server.open-list", lang)
        if isinstance(cell, bool):
            return text("server.yes" if cell else "server.no", lang)
        if name == "jurisdiction":
            return self._whose(str(cell))
        if currency and name in _MONEY:
            return money(Decimal(str(cell)), str(currency), lang)
        return self.day(str(cell)) if datatype == "xsd:date" else shown(cell, name)

    def _whose(self, codes: str) -> str:
        """Whose plan it is, by name."""
        known = choices(self._request).whose
        return ", ".join(known.get(code, code) for code in codes.split(SEPARATOR))

    def _closing(self, day: str, opens: Cell) -> ShownCell:
        """When a call closes, and whether it is open."""
        on = self._request.on
        is_to_come = opens is not None and on < str(opens)
        way = "closed" if is_before(day, on) else "to-come" if is_to_come else "closes"
        look = "state state--confirmed" if way == "closes" else ""
        return ShownCell(
            text(f"server.call-{way}", self._request.lang, date=self.day(day)), look=look
        )

    def day(self, value: str) -> str:
        """A day, month or year in words."""
        return date(value, self._request.lang)


def is_before(day: str, other: str) -> bool:
    """Whether a day, month or year is over on another day.

    >>> is_before("2024-10", "2024-10-09"), is_before("2024-10-08", "2024-10-09")
    (False, True)
    """
    return day < other[: len(day)]


def look_of(iri: str) -> str:
    """How a code of the model looks; empty for what has no look of its own."""
    return _LOOKS.get(iri.removeprefix(ID), "")
