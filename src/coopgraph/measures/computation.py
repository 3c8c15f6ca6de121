"""How each measure is computed on a store: what it reads, and which function it hands that to."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from coopgraph.errors import UsageError, nearest
from coopgraph.i18n import text
from coopgraph.measures import (
    alternatives,
    concentration,
    coverage,
    dependence,
    network_positions,
    overlap,
    practice,
    suggestions,
)
from coopgraph.measures.answer import table
from coopgraph.measures.shares import Share, answer_shares, by_country, planned_shares
from coopgraph.network import Network, project
from coopgraph.queries import Answer, ask
from coopgraph.queries.parameters import entity
from coopgraph.search import AnyIndex
from coopgraph.store import AnyStore
from coopgraph.tables.description import LANGUAGES
from coopgraph.vocabulary import entity_iri

_FUNDING: Final = "ministry-technology-budgets"


class MeasureData:
    """What measures read of a store, each once however many of them are computed."""

    def __init__(self, store: AnyStore, index: AnyIndex | None = None) -> None:
        self.store, self.index = store, index

    @cached_property
    def planned(self) -> list[Share]:
        """The partners that plans name."""
        return planned_shares(project(self.store, "technology-partners", index=self.index))

    @cached_property
    def funding(self) -> list[Share]:
        """The ministries of each technology, in won."""
        english, korean = (ask(self.store, _FUNDING, lang=lang) for lang in LANGUAGES)
        columns = ("technology", "ministry", "amount_krw")
        return answer_shares(english, *columns, korean=korean)


@dataclass(frozen=True)
class MeasureInput:
    """What a measure is computed on: a store as it is read, the language and the parameters."""

    reading: MeasureData
    lang: str
    values: Mapping[str, str]

    @cached_property
    def evidence(self) -> str:
        """The kind of practice asked for (parameter `evidence`): projects, unless the store
        holds publications alone."""
        held, others = practice.kinds_of_practice(self.reading.store)
        return self.choice("evidence", *held, *others)

    def observed(self) -> practice.Practice:
        """Who takes part in what, by the evidence asked for."""
        return practice.read_practice(self.reading.store, self.evidence)

    def collaboration(self) -> Network:
        """The institutions that take part in the same projects, or publish together."""
        narrowed = {
            name: self.values[name] for name in ("technology", "year") if name in self.values
        }
        narrowed["evidence"] = entity_iri("evidence-kind", self.evidence)
        return project(self.reading.store, "collaboration", narrowed, index=self.reading.index)

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


def concentration_of(on: MeasureInput) -> Answer:
    """By country, partner or ministry (parameter `of`)."""
    of = on.choice("of", "country", "partner", "ministry")
    if of == "ministry":
        return concentration.concentration(on.reading.funding, on.lang)
    shares = on.reading.planned
    return concentration.concentration(by_country(shares) if of == "country" else shares, on.lang)


def dependence_of(on: MeasureInput) -> Answer:
    """On countries, partners or ministries (parameter `of`)."""
    of = on.choice("of", "country", "partner", "ministry")
    if of == "ministry":
        return dependence.dependence(on.reading.funding, on.lang, dependence.member_of)
    by = dependence.country_of if of == "country" else dependence.member_of
    return dependence.dependence(on.reading.planned, on.lang, by)


def withdrawal(on: MeasureInput) -> Answer:
    """Of a country, an institution or a ministry (parameter `without`)."""
    without = on.iri("without") or ""
    planned, funding = on.reading.planned, on.reading.funding
    if without in {share.member.iri for share in funding}:
        return dependence.withdrawal(funding, without, on.lang, dependence.member_of)
    whole = {dependence.country_of(share).iri for share in planned}
    by = dependence.country_of if without in whole else dependence.member_of
    return dependence.withdrawal(planned, without, on.lang, by)


def single_points(on: MeasureInput) -> Answer:
    """Of the network of technologies and planned partners."""
    return dependence.single_points(
        ((share.group, share.member) for share in on.reading.planned), on.lang
    )


def suggestions_for(on: MeasureInput) -> Answer:
    """For a technology; its declared partners are left out."""
    technology = on.iri("technology", "coop:Technology") or ""
    without = {share.member.iri for share in on.reading.planned if share.group.iri == technology}
    if gone := on.iri("without"):
        without.add(gone)
    return alternatives.suggestions(
        on.reading.store,
        on.observed(),
        technology,
        on.lang,
        country=on.iri("country", "coop:Country"),
        without=without,
        top=on.number("top", 20),
    )


def quality(on: MeasureInput) -> Answer:
    """How well suggestions find hidden links."""
    rows = suggestions.evaluate(on.observed(), seed=on.number("seed", 1))
    title = text("measure.suggestion-quality.title", on.lang)
    return table(suggestions.EVALUATION, rows, on.lang, title)


def coordination(on: MeasureInput) -> Answer:
    """Of the ministries that fund a technology."""
    return overlap.coordination(on.reading.funding, on.reading.planned, on.lang)


def covered(on: MeasureInput) -> Answer:
    """By stance, partners, ministries, money and practice."""
    scheme = on.iri("scheme", "skos:ConceptScheme") or ""
    return coverage.coverage(on.reading.store, on.lang, scheme)


def position(on: MeasureInput) -> Answer:
    """Of institutions in the observed network."""
    top, seed = on.number("top", 20), on.number("seed", 1)
    return network_positions.position(on.collaboration(), on.lang, top=top, seed=seed)


def removal(on: MeasureInput) -> Answer:
    """Of institutions from the observed network."""
    return network_positions.removal(on.collaboration(), on.lang, seed=on.number("seed", 1))


def communities(on: MeasureInput) -> Answer:
    """Of the observed network."""
    return network_positions.communities(on.collaboration(), on.lang, top=on.number("top", 20))
