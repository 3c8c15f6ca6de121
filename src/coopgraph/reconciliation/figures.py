"""Figures: the claims about money, read from the store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final, TypeVar, get_args, get_type_hints

from coopgraph.reconciliation import intervals
from coopgraph.reconciliation.intervals import Interval
from coopgraph.store import Store

T = TypeVar("T")

#: Fields that hold a code: the last part of its IRI.
_CODES: Final = frozenset({"phase", "base_phase", "basis", "qualifier", "modality", "per", "rate"})
_TYPES: Final[tuple[Callable[[str], Any], ...]] = (Decimal, int, str)


@dataclass(frozen=True)
class Figure:
    """What levels and changes say alike."""

    iri: str
    source: str
    line: str
    period_from: str | None
    period_to: str | None
    year: int | None
    phase: str
    basis: str
    qualifier: str
    modality: str
    issued: str | None

    @property
    def quantity(self) -> tuple[str | None, ...]:
        """What two figures of a line have alike that are of one quantity: the period."""
        return (self.period_from, self.period_to)

    def is_alike(self, other: Figure) -> bool:
        """Whether both are of one line, phase and classification basis."""
        both = (other.line, other.phase, other.basis)
        return (self.line, self.phase, self.basis) == both


@dataclass(frozen=True)
class Level(Figure):
    """An amount of a line in a period, and its currency."""

    currency: str
    per: str
    rate: str | None
    rounding: Decimal
    amount: Decimal | None
    low: Decimal | None
    high: Decimal | None
    corrected: Decimal | None
    #: What follows from a claim that does not state it.
    implied: Interval | None = None

    @property
    def unit(self) -> Decimal:
        """What the amount is rounded to."""
        return self.rounding

    @property
    def believed(self) -> Interval | None:
        """What the amount may have been: of a misprint the one that we read instead, as exact as
        it is printed."""
        if self.corrected is None or not self.amount:
            return self.interval
        rounding = self.rounding * self.corrected / self.amount
        return intervals.figure(self.corrected, rounding, self.qualifier)

    @property
    def quantity(self) -> tuple[str | None, ...]:
        """The period, the currency, and per what the amount is."""
        return (*super().quantity, self.currency, self.per, self.rate)

    def is_comparable(self, other: Level) -> bool:
        """Whether both are whole amounts in one currency: nothing is converted, and what each
        project or year gets is no amount of the whole."""
        both = (self.per, other.per, self.currency)
        is_whole = both == ("whole", "whole", other.currency)
        return is_whole and "per-year" not in (self.rate, other.rate)

    @property
    def interval(self) -> Interval | None:
        """What the amount may have been; None where nothing was given."""
        if self.implied is not None:
            return self.implied
        if self.amount is not None:
            return intervals.figure(self.amount, self.rounding, self.qualifier)
        if (both := intervals.between(self.low, self.high)) is not None:
            return both
        bound = self.low if self.low is not None else self.high
        return None if bound is None else intervals.figure(bound, self.rounding, self.qualifier)


@dataclass(frozen=True)
class StatedChange(Figure):
    """A change of a line from one period to another."""

    as_stated: str
    currency: str | None
    base_year: int | None
    base_phase: str | None
    level: str | None
    base_level: str | None
    percent: Decimal | None
    percent_rounding: Decimal | None
    amount: Decimal | None
    rounding: Decimal | None
    multiplier: Decimal | None
    multiplier_rounding: Decimal | None

    def stated(self, value: Decimal | None, rounding: Decimal | None) -> Interval | None:
        """The interval of one of the stated figures, or None where it was not stated. A figure
        without a stated rounding is taken to be rounded at its last digit."""
        if value is None:
            return None
        return intervals.figure(value, _last_digit(value, rounding), self.qualifier)

    @property
    def unit(self) -> Decimal | None:
        """What the percent is rounded to; None where none is stated."""
        return None if self.percent is None else _last_digit(self.percent, self.percent_rounding)


def _last_digit(value: Decimal, rounding: Decimal | None) -> Decimal:
    """The unit of the last digit: as stated, else that of the number."""
    return rounding or Decimal(1).scaleb(int(value.as_tuple().exponent))


@dataclass(frozen=True)
class StatedShare:
    """The part that some lines make up of another."""

    iri: str
    as_stated: str
    percent: Decimal | None
    percent_rounding: Decimal
    qualifier: str
    parts: tuple[str, ...]
    whole: str | None
    low: Decimal | None = None
    high: Decimal | None = None

    @property
    def interval(self) -> Interval | None:
        """What the share may be, in percent."""
        if self.percent is not None:
            return intervals.figure(self.percent, self.percent_rounding, self.qualifier)
        return intervals.between(self.low, self.high)


@dataclass(frozen=True)
class Enumeration:
    """A count of things, and how many of them are named."""

    iri: str
    stated: int
    named: int


@dataclass(frozen=True)
class Reclassification:
    """A line redefined between two years."""

    iri: str
    line: str
    from_year: int
    to_year: int


def levels(store: Store) -> list[Level]:
    """All amounts, by IRI."""
    query = """
SELECT ?i ?s ?l ?f ?t ?y ?p ?b ?q ?m ?d ?c ?per ?rate ?r ?a ?lo ?hi ?co {
  ?i a coop:Amount ; coop:source ?s ; coop:amountOf ?l ; coop:phase ?p ; coop:basis ?b ;
     coop:qualifier ?q ; coop:modality ?m ; coop:rounding ?r ; coop:per ?per ;
     coop:currency/coop:currencyCode ?c .
  OPTIONAL { ?s dcterms:issued ?d } OPTIONAL { ?i coop:correctedAmount ?co }
  OPTIONAL { ?i coop:periodFrom ?f } OPTIONAL { ?i coop:periodTo ?t }
  OPTIONAL { ?i coop:fiscalYear ?y } OPTIONAL { ?i coop:rate ?rate } OPTIONAL { ?i coop:amount ?a }
  OPTIONAL { ?i coop:amountMin ?lo } OPTIONAL { ?i coop:amountMax ?hi }
} ORDER BY ?i"""
    return _read(store, Level, query)


def changes(store: Store) -> list[StatedChange]:
    """All budget changes, by IRI."""
    # A currency is looked up for each: a path in OPTIONAL would read those of all participations.
    query = """
SELECT ?i ?s ?l ?f ?to ?y ?p ?b ?q ?mo ?d ?t ?c ?by ?bp ?lv ?bl ?pc ?pr ?a ?ar ?m ?mr {
  ?i a coop:BudgetChange ; coop:source ?s ; coop:line ?l ; coop:periodFrom ?f ; coop:periodTo ?to ;
     coop:phase ?p ; coop:basis ?b ; coop:qualifier ?q ; coop:modality ?mo ; coop:asStated ?t .
  OPTIONAL { ?s dcterms:issued ?d } OPTIONAL { ?i coop:fiscalYear ?y }
  OPTIONAL { ?i coop:currency ?in } BIND(COALESCE(?in, ?i) AS ?money)
  OPTIONAL { ?money coop:currencyCode ?c }
  OPTIONAL { ?i coop:baseYear ?by } OPTIONAL { ?i coop:basePhase ?bp }
  OPTIONAL { ?i coop:changedLevel ?lv }
  OPTIONAL { ?i coop:baseLevel ?bl } OPTIONAL { ?i coop:percent ?pc }
  OPTIONAL { ?i coop:percentRounding ?pr } OPTIONAL { ?i coop:amount ?a }
  OPTIONAL { ?i coop:rounding ?ar } OPTIONAL { ?i coop:multiplier ?m }
  OPTIONAL { ?i coop:multiplierRounding ?mr }
} ORDER BY ?i"""
    return _read(store, StatedChange, query)


def shares(store: Store) -> list[StatedShare]:
    """All budget shares, by IRI."""
    parts: dict[str, list[str]] = {}
    for share, part in store.select(
        "SELECT ?i ?p { ?i a coop:BudgetShare ; coop:partLevel ?p } ORDER BY ?i ?p"
    ):
        parts.setdefault(_text(share), []).append(_text(part))
    query = """
SELECT ?i ?t ?p ?r ?q ?parts ?w ?lo ?hi {
  ?i a coop:BudgetShare ; coop:asStated ?t ; coop:percentRounding ?r ; coop:qualifier ?q .
  OPTIONAL { ?i coop:percent ?p } OPTIONAL { ?i coop:percentMin ?lo ; coop:percentMax ?hi }
  OPTIONAL { ?i coop:wholeLevel ?w }
} ORDER BY ?i"""
    found = _read(store, StatedShare, query)
    return [replace(share, parts=tuple(parts.get(share.iri, ()))) for share in found]


def enumerations(store: Store) -> list[Enumeration]:
    """All enumerations, by IRI."""
    query = """
SELECT ?i ?n (COUNT(DISTINCT ?m) AS ?c) {
  ?i a coop:Enumeration ; coop:statedCount ?n . OPTIONAL { ?i coop:enumerates ?m }
} GROUP BY ?i ?n ORDER BY ?i"""
    return _read(store, Enumeration, query)


def reclassifications(store: Store) -> list[Reclassification]:
    """All reclassifications, by IRI."""
    query = """
SELECT ?i ?l ?f ?t { ?i a coop:Reclassification ; coop:line ?l ; coop:fromYear ?f ; coop:toYear ?t }
ORDER BY ?i"""
    return _read(store, Reclassification, query)


def close_lines(store: Store) -> set[tuple[str, str]]:
    """Pairs of budget lines of nearly the same scope, in both directions."""
    pairs = {
        (_text(a), _text(b))
        for a, b in store.select("SELECT ?a ?b { ?a a coop:BudgetLine ; skos:closeMatch ?b }")
    }
    return pairs | {(b, a) for a, b in pairs}


def _text(term: Any) -> str:
    return str(term.value)


def _read(store: Store, kind: type[T], query: str) -> list[T]:
    """The solutions of a query as a dataclass, whose fields they give in their order."""
    types = get_type_hints(kind)  # whether annotations are put off or not
    return [kind(*map(_value, types, types.values(), row)) for row in store.select(query)]


def _value(name: str, type_: Any, term: Any) -> Any:
    """A term as a field of that name and type takes it; None where it is not bound."""
    if term is None:
        return None
    if name in _CODES:
        return _text(term).rpartition("/")[2]
    known = {type_, *get_args(type_)}
    return next(each for each in _TYPES if each in known)(_text(term))
