"""Figures: the claims about money, read from the store."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from coopgraph.reconciliation import intervals
from coopgraph.reconciliation.intervals import Interval
from coopgraph.store import Store


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
    """A line defined anew between two years."""

    iri: str
    line: str
    from_year: int
    to_year: int


def levels(store: Store) -> list[Level]:
    """All budget levels, by IRI."""
    return [
        Level(
            _text(i),
            _text(s),
            _text(ln),
            _year(y),
            _code(p),
            _code(b),
            _code(q),
            _number(r),
            _maybe(a),
            _maybe(lo),
            _maybe(hi),
        )
        for i, s, ln, y, p, b, q, r, a, lo, hi in store.select("""
SELECT ?i ?s ?l ?y ?p ?b ?q ?r ?a ?lo ?hi {
  ?i a coop:BudgetLevel ; coop:source ?s ; coop:line ?l ; coop:fiscalYear ?y ; coop:phase ?p ;
     coop:basis ?b ; coop:qualifier ?q ; coop:roundingKrw ?r .
  OPTIONAL { ?i coop:amountKrw ?a } OPTIONAL { ?i coop:minKrw ?lo } OPTIONAL { ?i coop:maxKrw ?hi }
} ORDER BY ?i""")
    ]


def changes(store: Store) -> list[StatedChange]:
    """All budget changes, by IRI."""
    return [
        StatedChange(
            _text(i),
            _text(s),
            _text(ln),
            _year(y),
            _code(p),
            _code(b),
            _code(q),
            _text(t),
            None if by is None else _year(by),
            _ref(lv),
            _ref(bl),
            _maybe(pc),
            _maybe(pr),
            _maybe(a),
            _maybe(ar),
            _maybe(m),
            _maybe(mr),
        )
        for i, s, ln, y, p, b, q, t, by, lv, bl, pc, pr, a, ar, m, mr in store.select("""
SELECT ?i ?s ?l ?y ?p ?b ?q ?t ?by ?lv ?bl ?pc ?pr ?a ?ar ?m ?mr {
  ?i a coop:BudgetChange ; coop:source ?s ; coop:line ?l ; coop:fiscalYear ?y ; coop:phase ?p ;
     coop:basis ?b ; coop:qualifier ?q ; coop:asStated ?t .
  OPTIONAL { ?i coop:baseYear ?by } OPTIONAL { ?i coop:changedLevel ?lv }
  OPTIONAL { ?i coop:baseLevel ?bl } OPTIONAL { ?i coop:percent ?pc }
  OPTIONAL { ?i coop:percentRounding ?pr } OPTIONAL { ?i coop:amountKrw ?a }
  OPTIONAL { ?i coop:roundingKrw ?ar } OPTIONAL { ?i coop:multiplier ?m }
  OPTIONAL { ?i coop:multiplierRounding ?mr }
} ORDER BY ?i""")
    ]


def shares(store: Store) -> list[StatedShare]:
    """All budget shares, by IRI."""
    parts: dict[str, list[str]] = {}
    for share, part in store.select(
        "SELECT ?i ?p { ?i a coop:BudgetShare ; coop:partLevel ?p } ORDER BY ?i ?p"
    ):
        parts.setdefault(_text(share), []).append(_text(part))
    return [
        StatedShare(
            _text(i),
            _text(t),
            _number(p),
            _number(r),
            _code(q),
            tuple(parts.get(_text(i), ())),
            _ref(w),
        )
        for i, t, p, r, q, w in store.select("""
SELECT ?i ?t ?p ?r ?q ?w {
  ?i a coop:BudgetShare ; coop:asStated ?t ; coop:percent ?p ; coop:percentRounding ?r ;
     coop:qualifier ?q . OPTIONAL { ?i coop:wholeLevel ?w }
} ORDER BY ?i""")
    ]


def enumerations(store: Store) -> list[Enumeration]:
    """All enumerations, by IRI."""
    return [
        Enumeration(_text(i), int(_text(n)), int(_text(c)))
        for i, n, c in store.select("""
SELECT ?i ?n (COUNT(DISTINCT ?m) AS ?c) {
  ?i a coop:Enumeration ; coop:statedCount ?n . OPTIONAL { ?i coop:enumerates ?m }
} GROUP BY ?i ?n ORDER BY ?i""")
    ]


def reclassifications(store: Store) -> list[Reclassification]:
    """All reclassifications, by IRI."""
    return [
        Reclassification(_text(i), _text(ln), _year(f), _year(t))
        for i, ln, f, t in store.select("""
SELECT ?i ?l ?f ?t { ?i a coop:Reclassification ; coop:line ?l ; coop:fromYear ?f ; coop:toYear ?t }
ORDER BY ?i""")
    ]


def close_lines(store: Store) -> set[tuple[str, str]]:
    """Pairs of budget lines of nearly the same scope, in both directions."""
    pairs = {
        (_text(a), _text(b))
        for a, b in store.select("SELECT ?a ?b { ?a a coop:BudgetLine ; skos:closeMatch ?b }")
    }
    return pairs | {(b, a) for a, b in pairs}


def _text(term: Any) -> str:
    return str(term.value)


def _ref(term: Any) -> str | None:
    return None if term is None else _text(term)


def _code(term: Any) -> str:
    return _text(term).rpartition("/")[2]


def _number(term: Any) -> Decimal:
    return Decimal(_text(term))


def _maybe(term: Any) -> Decimal | None:
    return None if term is None else _number(term)


def _year(term: Any) -> int:
    return int(_text(term))
