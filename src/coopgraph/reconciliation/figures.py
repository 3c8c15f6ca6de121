"""Figures: the claims about money, read from the store."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from typing import Any, Final, get_args, get_type_hints

from coopgraph.reconciliation import intervals
from coopgraph.reconciliation.intervals import Interval
from coopgraph.store import Store

#: Fields that hold a code: the last part of its IRI.
_CODES: Final = frozenset({"phase", "basis", "qualifier"})
_TYPES: Final[tuple[Callable[[str], Any], ...]] = (Decimal, int, str)


@dataclass(frozen=True)
class Level:
    """An amount of a line in a year."""

    iri: str
    source: str
    line: str
    year: int
    phase: str
    basis: str
    qualifier: str
    rounding: Decimal
    amount: Decimal | None
    low: Decimal | None
    high: Decimal | None

    @property
    def interval(self) -> Interval | None:
        """What the amount may have been, in won; None where nothing was given."""
        if self.amount is not None:
            return intervals.figure(self.amount, self.rounding, self.qualifier)
        if self.low is not None and self.high is not None:
            low, high = (
                intervals.figure(self.low, Decimal(0)),
                intervals.figure(self.high, Decimal(0)),
            )
            return Interval(low.value, high.value, (low.value + high.value) / 2)
        bound = self.low if self.low is not None else self.high
        return None if bound is None else intervals.figure(bound, self.rounding, self.qualifier)


@dataclass(frozen=True)
class StatedChange:
    """A change of a line from one period to another."""

    iri: str
    source: str
    line: str
    year: int
    phase: str
    basis: str
    qualifier: str
    as_stated: str
    base_year: int | None
    level: str | None
    base_level: str | None
    percent: Decimal | None
    percent_rounding: Decimal | None
    amount: Decimal | None
    rounding: Decimal | None
    multiplier: Decimal | None
    multiplier_rounding: Decimal | None

    def stated(self, value: Decimal | None, rounding: Decimal | None) -> Interval | None:
        """The interval of one of the stated figures, or None where it was not stated.

        A figure without a stated rounding is taken to be rounded at its last digit.
        """
        if value is None:
            return None
        unit = (
            rounding if rounding is not None else Decimal(1).scaleb(int(value.as_tuple().exponent))
        )
        return intervals.figure(value, unit, self.qualifier)


@dataclass(frozen=True)
class StatedShare:
    """The part that some lines make up of another."""

    iri: str
    as_stated: str
    percent: Decimal
    percent_rounding: Decimal
    qualifier: str
    parts: tuple[str, ...]
    whole: str | None


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
    """All budget levels, by IRI."""
    query = """
SELECT ?i ?s ?l ?y ?p ?b ?q ?r ?a ?lo ?hi {
  ?i a coop:BudgetLevel ; coop:source ?s ; coop:line ?l ; coop:fiscalYear ?y ; coop:phase ?p ;
     coop:basis ?b ; coop:qualifier ?q ; coop:roundingKrw ?r .
  OPTIONAL { ?i coop:amountKrw ?a } OPTIONAL { ?i coop:minKrw ?lo } OPTIONAL { ?i coop:maxKrw ?hi }
} ORDER BY ?i"""
    return [Level(*_values(Level, row)) for row in store.select(query)]


def changes(store: Store) -> list[StatedChange]:
    """All budget changes, by IRI."""
    query = """
SELECT ?i ?s ?l ?y ?p ?b ?q ?t ?by ?lv ?bl ?pc ?pr ?a ?ar ?m ?mr {
  ?i a coop:BudgetChange ; coop:source ?s ; coop:line ?l ; coop:fiscalYear ?y ; coop:phase ?p ;
     coop:basis ?b ; coop:qualifier ?q ; coop:asStated ?t .
  OPTIONAL { ?i coop:baseYear ?by } OPTIONAL { ?i coop:changedLevel ?lv }
  OPTIONAL { ?i coop:baseLevel ?bl } OPTIONAL { ?i coop:percent ?pc }
  OPTIONAL { ?i coop:percentRounding ?pr } OPTIONAL { ?i coop:amountKrw ?a }
  OPTIONAL { ?i coop:roundingKrw ?ar } OPTIONAL { ?i coop:multiplier ?m }
  OPTIONAL { ?i coop:multiplierRounding ?mr }
} ORDER BY ?i"""
    return [StatedChange(*_values(StatedChange, row)) for row in store.select(query)]


def shares(store: Store) -> list[StatedShare]:
    """All budget shares, by IRI."""
    parts: dict[str, list[str]] = {}
    for share, part in store.select(
        "SELECT ?i ?p { ?i a coop:BudgetShare ; coop:partLevel ?p } ORDER BY ?i ?p"
    ):
        parts.setdefault(_text(share), []).append(_text(part))
    query = """
SELECT ?i ?t ?p ?r ?q ?parts ?w {
  ?i a coop:BudgetShare ; coop:asStated ?t ; coop:percent ?p ; coop:percentRounding ?r ;
     coop:qualifier ?q . OPTIONAL { ?i coop:wholeLevel ?w }
} ORDER BY ?i"""
    found = [StatedShare(*_values(StatedShare, row)) for row in store.select(query)]
    return [replace(share, parts=tuple(parts.get(share.iri, ()))) for share in found]


def enumerations(store: Store) -> list[Enumeration]:
    """All enumerations, by IRI."""
    query = """
SELECT ?i ?n (COUNT(DISTINCT ?m) AS ?c) {
  ?i a coop:Enumeration ; coop:statedCount ?n . OPTIONAL { ?i coop:enumerates ?m }
} GROUP BY ?i ?n ORDER BY ?i"""
    return [Enumeration(*_values(Enumeration, row)) for row in store.select(query)]


def reclassifications(store: Store) -> list[Reclassification]:
    """All reclassifications, by IRI."""
    query = """
SELECT ?i ?l ?f ?t { ?i a coop:Reclassification ; coop:line ?l ; coop:fromYear ?f ; coop:toYear ?t }
ORDER BY ?i"""
    return [Reclassification(*_values(Reclassification, row)) for row in store.select(query)]


def close_lines(store: Store) -> set[tuple[str, str]]:
    """Pairs of budget lines of nearly the same scope, in both directions."""
    pairs = {
        (_text(a), _text(b))
        for a, b in store.select("SELECT ?a ?b { ?a a coop:BudgetLine ; skos:closeMatch ?b }")
    }
    return pairs | {(b, a) for a, b in pairs}


def _text(term: Any) -> str:
    return str(term.value)


def _values(kind: type[Any], row: Iterable[Any]) -> Iterator[Any]:
    """The terms of a solution as the fields of a dataclass take them, in their order; what is not
    bound is None."""
    types = get_type_hints(kind)  # whether annotations are put off or not
    for field, term in zip(fields(kind), row, strict=False):
        if term is None:
            yield None
        elif field.name in _CODES:
            yield _text(term).rpartition("/")[2]
        else:
            known = {types[field.name], *get_args(types[field.name])}
            yield next(each for each in _TYPES if each in known)(_text(term))
