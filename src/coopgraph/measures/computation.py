"""How each measure is computed on a store: what it reads, and which function it hands that to."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import Final

from coopgraph.errors import UsageError, nearest
from coopgraph.i18n import text
from coopgraph.i18n.languages import SOURCE
from coopgraph.measures import (
    concentration,
    coverage,
    dependence,
    money,
    network_positions,
    overlap,
    practice,
    suggestions,
)
from coopgraph.measures.answer import Policy, codes_of, of_unit, parted, table, together
from coopgraph.measures.shares import Share, answer_shares, by_country, by_unit, planned_shares
from coopgraph.network import Network, project
from coopgraph.network.elements import Named, names_of
from coopgraph.queries import Answer, Entity, ask
from coopgraph.queries.coverage import rank_floor
from coopgraph.queries.parameters import AMONG, ANYONE, entity
from coopgraph.queries.scope import beyond_plan, own_jurisdiction, scope_of
from coopgraph.search import AnyIndex
from coopgraph.store import AnyStore
from coopgraph.tables.description import SEPARATOR
from coopgraph.vocabulary import entity_iri

_FUNDING: Final = "ministry-technology-budgets"
#: The columns of it that say what an amount is of: those of two are never added up.
UNIT: Final = ("currency", "year", "phase")
#: A technology, and what plans call by another name.
_ENTRIES: Final = (
    "SELECT DISTINCT ?entry { { BIND(<%s> AS ?entry) } UNION "
    "{ ?entry skos:closeMatch|skos:broadMatch|skos:narrowMatch|skos:relatedMatch <%s> } }"
)
_CODE: Final = "SELECT ?code { <%s> coop:jurisdictionCode ?code }"


class MeasureData:
    """What measures read of a store, each once however many of them are computed; `scope` says
    whose plans, by the parameters `jurisdiction` and `plan`."""

    def __init__(
        self, store: AnyStore, index: AnyIndex | None = None, scope: Mapping[str, str] | None = None
    ) -> None:
        self.store, self.index, self.scope = store, index, dict(scope or {})
        self._names: dict[str, Named] = {}

    def within(self, scope: Mapping[str, str]) -> "MeasureData":
        """What there is to be read of the plans that `scope` names."""
        is_same = dict(scope) == self.scope or not scope
        return self if is_same else MeasureData(self.store, self.index, scope)

    @property
    def beyond_plan(self) -> "MeasureData":
        """What there is of the country or bloc whose plan it is, of whichever plan or of none. Not
        kept: it may be this very object, and a cycle would hold the engine open."""
        return self.within(beyond_plan(self.store, self.scope, self.index))

    @cached_property
    def planned(self) -> list[Share]:
        """The partners that plans name."""
        network = project(self.store, "technology-partners", self.scope, index=self.index)
        shares = planned_shares(network)
        asked = self._codes()
        of = [s.policy.plan.iri if s.policy.plan else s.claim for s in shares]
        codes = codes_of(self.store, of)
        whose = (_joined(codes.get(subject, ()), asked) for subject in of)
        return [
            replace(share, policy=share.policy._replace(whose=joined))
            for share, joined in zip(shares, whose, strict=True)
        ]

    @cached_property
    def foreign(self) -> list[Share]:
        """Those of them that are not of the planner's own country or bloc."""
        return [share for share in self.planned if share.is_foreign]

    @cached_property
    def funding(self) -> list[Share]:
        """The ministries of each technology, in amounts of one currency, year and phase each."""
        found = self.ask(_FUNDING, SOURCE)
        cells = (cell for row in found.rows for cell in row if isinstance(cell, Entity))
        names = self.names(cell.iri for cell in cells)
        return answer_shares(found, "technology", "ministry", "amount", names=names, unit=UNIT)

    def ask(self, name: str, lang: str) -> Answer:
        """The answer to a named question about these plans."""
        return ask(self.store, name, self.scope, lang=lang, index=self.index)

    def names(self, iris: Iterable[str]) -> Mapping[str, Named]:
        """What at least these IRIs are called, asked once: measures tell of the same things."""
        if new := set(iris).difference(self._names):
            self._names.update(names_of(self.store, new))
        return self._names

    def _codes(self) -> set[str]:
        """The codes of the jurisdictions that an answer shows; empty for all."""
        own = own_jurisdiction(self.store, self.scope, self.index)
        return {code.value for (code,) in self.store.select(_CODE % own)} if own else set()


def _joined(codes: Iterable[str], asked: set[str]) -> str:
    return SEPARATOR.join(code for code in codes if code in asked or not asked)


@dataclass(frozen=True)
class MeasureInput:
    """What a measure is computed on: a store as it is read, the language and the parameters."""

    reading: MeasureData
    lang: str
    values: Mapping[str, str]

    def by_policy(self, shares: list[Share], compute: Callable[[list[Share]], Answer]) -> Answer:
        """What `compute` gives of the shares of each policy, of whatever kind the members, those of
        each unit by themselves."""
        parts = parted(shares, lambda share: share.policy._replace(kind=None))
        return together(
            [
                (policy, of_each)
                for policy, found in parts.items()
                for of_each in _by_unit(found, compute)
            ]
        )

    def by_kind(self, shares: list[Share], compute: Callable[[list[Share]], Answer]) -> Answer:
        """What `compute` gives of the shares of each policy in partners of one kind."""
        parts = parted(shares, lambda share: share.policy)
        found = [(policy, compute(of_each)) for policy, of_each in parts.items()]
        return together(found, has_kind=True)

    @property
    def holder(self) -> str:
        """Of whom shares are asked for (parameter `of`)."""
        return self.choice("of", "country", "partner", "ministry")

    def by_holder(self, compute: Callable[[list[Share]], Answer]) -> Answer:
        """What `compute` gives of the shares of ministries, or of partners."""
        if self.holder == "ministry":
            return self.by_policy(self.reading.funding, compute)
        return self.of_foreign(compute)

    def of_foreign(self, compute: Callable[[list[Share]], Answer]) -> Answer:
        """What `compute` gives of the partners of each policy that are not its own; a note says
        how many are."""
        answer = self.by_kind(self.reading.foreign, compute)
        own = len(self.reading.planned) - len(self.reading.foreign)
        notes = (*answer.notes, text("measure.any.own", self.lang, own)) if own else answer.notes
        return replace(answer, notes=notes)

    @cached_property
    def evidence(self) -> str:
        """The kind of practice asked for (parameter `evidence`): projects, unless the store
        holds publications alone."""
        held, others = practice.kinds_of_practice(self.reading.store)
        return self.choice("evidence", *held, *others)

    @property
    def is_own(self) -> bool:
        """Whether practice of a planner's own institutions counts, and not whoever takes part."""
        return self.iri(AMONG, "coop:PracticeScope") != ANYONE

    @cached_property
    def among(self) -> str:
        """The country or bloc (its IRI) with whose institutions practice is shared, by default that
        of the plans; empty for whoever takes part."""
        if not self.is_own:
            return ""
        store, index = self.reading.store, self.reading.index
        return own_jurisdiction(store, beyond_plan(store, scope_of(self.values), index), index)

    def observed(self) -> practice.Practice:
        """Who takes part in what, by the evidence asked for, with institutions of `among`."""
        return practice.read_practice(self.reading.store, self.evidence, self.among)

    def collaboration(self) -> tuple[Network, str]:
        """The institutions that take part in the same projects, or publish together; and what says
        that these are too few to rank anybody."""
        narrowed = {
            name: self.values[name]
            for name in ("technology", "year", "jurisdiction", AMONG)
            if name in self.values
        }
        narrowed["evidence"] = entity_iri("evidence-kind", self.evidence)
        store = self.reading.store
        network = project(store, "collaboration", narrowed, index=self.reading.index)
        return network, network_positions.too_few(network, rank_floor(store), self.lang)

    def iri(self, name: str, kind: str = "any") -> str | None:
        """The IRI that a parameter names; None where it was not given."""
        return entity(self.values[name], kind, self.reading.index) if name in self.values else None

    def number(self, name: str, default: int) -> int:
        """A parameter that is a whole number above zero."""
        text = self.values.get(name, str(default))
        if not (text.isascii() and text.isdigit() and 0 < int(text) < 10**7):
            raise UsageError(
                f"{text!r} does not fit the parameter {name!r}",
                remedy="write a whole number above 0",
            )
        return int(text)

    def choice(self, name: str, *known: str) -> str:
        """A parameter that is one of a few words, by default the first."""
        text = self.values.get(name, known[0])
        if text not in known:
            raise UsageError(
                f"{text!r} does not fit the parameter {name!r}", remedy=nearest(text, known)
            )
        return text


def _by_unit(shares: list[Share], compute: Callable[[list[Share]], Answer]) -> list[Answer]:
    """What `compute` gives of the shares of each unit, which it says where there is one."""
    found = [(compute(each), each[0].unit if each else ()) for each in by_unit(shares)]
    return [of_unit(answer, UNIT, unit) if unit else answer for answer, unit in found]


def concentration_of(on: MeasureInput) -> Answer:
    """By country, partner or ministry (parameter `of`)."""
    by = by_country if on.holder == "country" else list[Share]
    return on.by_holder(lambda found: concentration.concentration(by(found), on.lang))


def dependence_of(on: MeasureInput) -> Answer:
    """On countries, partners or ministries (parameter `of`)."""
    by = dependence.country_of if on.holder == "country" else dependence.member_of
    return on.by_holder(lambda found: dependence.dependence(found, on.lang, by))


def withdrawal(on: MeasureInput) -> Answer:
    """Of a country, an institution or a ministry (parameter `without`), from the plans in which
    it takes part."""
    without = on.iri("without") or ""
    shares, by = on.reading.planned, dependence.member_of
    is_ministry = without in {share.member.iri for share in on.reading.funding}
    if is_ministry:
        shares = on.reading.funding
    elif without in {dependence.country_of(share).iri for share in shares}:
        by = dependence.country_of
    hit = {share.policy for share in shares if by(share).iri == without}
    shares = [share for share in shares if share.policy in hit or not hit]

    def of_each(found: list[Share]) -> Answer:
        return dependence.withdrawal(found, without, on.lang, by)

    return on.by_policy(shares, of_each) if is_ministry else on.by_kind(shares, of_each)


def single_points(on: MeasureInput) -> Answer:
    """Of the network of technologies and planned partners."""

    def of_each(found: list[Share]) -> Answer:
        links = ((share.group, share.member) for share in found)
        return dependence.single_points(links, on.lang)

    return on.by_kind(on.reading.planned, of_each)


def overlapping(on: MeasureInput) -> Answer:
    """Of the partners of two technologies."""
    return on.by_kind(on.reading.planned, lambda found: overlap.overlap(found, on.lang))


def suggestions_for(on: MeasureInput) -> Answer:
    """For a technology; the partners that a plan declares for it, or for what matches it, are left
    out for that plan."""
    technology = on.iri("technology", "coop:Technology") or ""
    practice, gone = on.observed(), {each for each in (on.iri("without"),) if each}
    entries = {
        entry.value for (entry,) in on.reading.store.select(_ENTRIES % (technology, technology))
    }

    @cache  # most plans declare nobody for it, and get the same
    def beyond(without: frozenset[str]) -> Answer:
        return suggestions.suggestions(
            on.reading.store,
            practice,
            technology,
            on.lang,
            country=on.iri("country", "coop:Country"),
            without=without,
            top=on.number("top", 20),
        )

    def of_each(found: list[Share]) -> Answer:
        return beyond(
            frozenset(gone | {share.member.iri for share in found if share.group.iri in entries})
        )

    return on.by_policy(on.reading.planned, of_each)


def quality(on: MeasureInput) -> Answer:
    """How well suggestions find hidden links."""
    practice = on.observed()
    rows = suggestions.evaluate(practice, seed=on.number("seed", 1))
    title = text("measure.suggestion-quality.title", on.lang)
    return table(suggestions.EVALUATION, rows, on.lang, title)


def coordination(on: MeasureInput) -> Answer:
    """Of the ministries of the planner that fund a technology."""
    funding = on.reading.beyond_plan.funding  # a programme seldom names a plan
    parts = parted(on.reading.planned, lambda share: share.policy._replace(kind=None))

    def of_each(policy: Policy, planned: list[Share]) -> list[tuple[Policy, Answer]]:
        mine = [
            share
            for share in funding
            if share.policy.plan in (None, policy.plan)
            and (not policy.whose or not {*share.policy.codes}.isdisjoint(policy.codes))
        ]
        return [
            (policy, answer)
            for answer in _by_unit(mine, lambda of: overlap.coordination(of, planned, on.lang))
        ]

    return together([each for policy, found in parts.items() for each in of_each(policy, found)])


def covered(on: MeasureInput) -> Answer:
    """By stance, partners, ministries, money and practice."""
    scheme, reading = on.iri("scheme", "skos:ConceptScheme") or "", on.reading
    own, index = on.is_own, reading.index
    return coverage.coverage(reading.store, on.lang, scheme, reading.scope, index, is_own=own)


def amounts(on: MeasureInput) -> Answer:
    """Of each budget line and year."""
    parts = parted(on.reading.ask("budget-levels", on.lang), Policy.of_row)
    return together([(policy, money.money(rows, on.lang)) for policy, rows in parts.items()])


def position(on: MeasureInput) -> Answer:
    """Of institutions in the observed network."""
    (network, few), top, seed = on.collaboration(), on.number("top", 20), on.number("seed", 1)
    return network_positions.position(network, on.lang, top=top, seed=seed, few=few)


def removal(on: MeasureInput) -> Answer:
    """Of institutions from the observed network."""
    network, few = on.collaboration()
    return network_positions.removal(network, on.lang, seed=on.number("seed", 1), few=few)


def communities(on: MeasureInput) -> Answer:
    """Of the observed network."""
    network, few = on.collaboration()
    return network_positions.communities(network, on.lang, top=on.number("top", 20), few=few)
