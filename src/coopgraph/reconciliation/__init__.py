"""Reconciliation: what follows from the claims about money, as claims' own derived graph.

The result is derived from claims (`prov:wasDerivedFrom`) and never edits one.
"""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any, Final

from coopgraph.formats.ntriples import curie, iri, line, string, typed
from coopgraph.i18n import LanguageMap, date, joined, money, percent, spoken, text
from coopgraph.reconciliation import disagreements, figures
from coopgraph.reconciliation.checks import (
    Check,
    check_change,
    check_enumeration,
    check_share,
    implied,
)
from coopgraph.store import Store
from coopgraph.tables.triples import canonical_decimal, in_languages
from coopgraph.vocabulary import entity_iri

GRAPH_NAME: Final = "derived/reconciliation"
#: Dimensions whose sides are entities: the list of their codes, or none for the entity itself.
_SCHEMES: Final = {
    disagreements.SCOPE: "",
    disagreements.MISPRINT: "",
    disagreements.PHASE: "phase",
    disagreements.BASIS: "basis",
    disagreements.QUALIFIER: "qualifier",
    disagreements.MODALITY: "modality",
}


def reconcile(store: Store) -> list[str]:
    """The N-Triples lines of the derived graph: checks, disagreements, like-for-like changes."""
    levels = {level.iri: level for level in figures.levels(store)}
    changes = figures.changes(store)
    moved = figures.reclassifications(store)
    known = levels | {level.iri: level for level in implied(changes, levels)}
    checks = [
        *(check_change(change, known, moved) for change in changes),
        *(check_share(share, levels) for share in figures.shares(store)),
        *(check_enumeration(claim) for claim in figures.enumerations(store)),
    ]
    pairs = [
        *disagreements.level_disagreements(list(levels.values()), figures.close_lines(store)),
        *disagreements.change_disagreements(changes),
    ]
    alike = list(disagreements.like_for_like(changes, levels, moved))
    iris = {check.claim for check in checks} | {x for pair in pairs for x in (pair.a, pair.b)}
    iris |= {x for check in checks for x in (_verdict(check), *check.borrowed)}
    iris |= {x for item in alike for x in (item.change, item.line, _phase(item))}
    iris |= {x for pair in pairs for each in pair.differences for x in _entities(each)}
    labels = {iri: LanguageMap({"": iri}) for iri in iris} | store.texts(iris)
    return [
        *(said for check in checks for said in _check_triples(check, labels)),
        *(said for pair in pairs for said in _pair_triples(pair, labels, levels)),
        *(said for item in alike for said in _like_triples(item, labels)),
    ]


def _node(kind: str, *of: str) -> str:
    """An IRI that the claims decide: the key of a single claim, a hash of several."""
    digest = hashlib.sha256(" ".join(of).encode()).hexdigest()[:12]
    return iri(entity_iri(kind, f"{kind}-{digest if len(of) > 1 else of[0].rpartition('/')[2]}"))


def _typed_node(node: str, cls: str, labels: Mapping[str, str]) -> Iterator[str]:
    for name in (cls, "prov:Entity"):
        yield line(node, curie("rdf:type"), curie(name))
    yield from in_languages(node, "skos:prefLabel", labels)


def _called(key: str, *labels: LanguageMap, **named: object) -> dict[str, str]:
    """The text `key` of `coopgraph.i18n` about what has these labels, by language."""
    return {
        lang: text(key, lang, *(each.label(lang) for each in labels), **named)
        for lang in spoken(key)
    }


def _verdict(check: Check) -> str:
    return entity_iri("verdict", check.verdict)


def _phase(item: disagreements.LikeForLike) -> str:
    return entity_iri("phase", item.phase)


def _derived(node: str, claims: tuple[str, ...]) -> Iterator[str]:
    for claim in claims:
        yield line(node, curie("prov:wasDerivedFrom"), iri(claim))


def _check_triples(check: Check, labels: Mapping[str, LanguageMap]) -> Iterator[str]:
    node = _node("check", check.claim)
    called = _called("check.label", labels[check.claim], labels[_verdict(check)])
    yield from _typed_node(node, "coop:Check", called)
    yield line(node, curie("coop:checks"), iri(check.claim))
    yield line(node, curie("coop:stated"), string(check.stated))
    if check.recomputed:
        yield line(node, curie("coop:recomputed"), string(check.recomputed))
    yield line(node, curie("coop:verdict"), iri(_verdict(check)))
    why = {lang: _with_borrowed(said, check, labels, lang) for lang, said in check.why.items()}
    yield from in_languages(node, "coop:explanation", why)
    flag = "true" if check.not_like_for_like else "false"
    yield line(node, curie("coop:notLikeForLike"), typed(flag, "boolean"))
    yield from _derived(node, (check.claim, *check.derived_from))


def _with_borrowed(said: str, check: Check, labels: Mapping[str, LanguageMap], lang: str) -> str:
    """An explanation, and the amounts it took from other claims."""
    taken = "; ".join(labels[claim].label(lang) for claim in check.borrowed)
    return text("check.borrowed", lang, said, taken) if taken else said


def _pair_triples(
    pair: disagreements.Disagreement,
    labels: Mapping[str, LanguageMap],
    levels: Mapping[str, figures.Level],
) -> Iterator[str]:
    node = _node("disagreement", pair.a, pair.b)
    level = pair.kind == "level"
    differs = joined((labels[_reason(each.dimension)] for each in pair.differences), ", ")
    called = _called("check.disagreement", LanguageMap(differs), labels[pair.a], labels[pair.b])
    yield from _typed_node(
        node, "coop:Disagreement" if level else "coop:ChangeDisagreement", called
    )
    for end, claim in (("A", pair.a), ("B", pair.b)):
        yield line(node, curie(f"coop:{'level' if level else 'change'}{end}"), iri(claim))
    for each in pair.differences:
        yield line(node, curie("coop:disagreementReason"), iri(_reason(each.dimension)))
    currency = levels[pair.a].currency if level else ""
    for lang in spoken("check.difference"):
        said = "; ".join(_told(each, labels, currency, lang) for each in pair.differences)
        yield line(node, curie("coop:explanation"), string(said, lang))
    yield line(node, curie("coop:compatible"), typed(str(pair.compatible).lower(), "boolean"))
    yield from _derived(node, (pair.a, pair.b))


def _reason(dimension: str) -> str:
    return entity_iri("disagreement-reason", dimension)


def _entities(difference: disagreements.Difference) -> list[str]:
    """The IRIs of the entities that a difference tells of: of the dimension, and of its sides."""
    sides = (_entity(difference.dimension, side) for side in (difference.one, difference.other))
    return [_reason(difference.dimension), *filter(None, sides)]


def _entity(dimension: str, side: Any) -> str:
    """The IRI of what a dimension is of one figure; empty where that is none."""
    if side is None or dimension not in _SCHEMES:
        return ""
    scheme = _SCHEMES[dimension]
    return entity_iri(scheme, side) if scheme else str(side)


def _told(
    difference: disagreements.Difference,
    labels: Mapping[str, LanguageMap],
    currency: str,
    lang: str,
) -> str:
    """In words: the dimension, and what it is of both figures."""

    def side(of: Any) -> str:
        dimension = difference.dimension
        if of is None:
            return text("check.not-stated", lang)
        if entity := _entity(dimension, of):
            return labels[entity].label(lang)
        if dimension == disagreements.ROUNDING:
            return money(of, currency, lang) if currency else percent(of, lang)
        return date(str(of), lang) if dimension == disagreements.DATE else str(of)

    what = labels[_reason(difference.dimension)].label(lang)
    sides = (difference.one, difference.other)
    if sides == (None, None):
        return what
    if difference.dimension == disagreements.MISPRINT:
        return side(difference.one)  # its label says it
    return text("check.difference", lang, what, *map(side, sides))


def _like_triples(
    item: disagreements.LikeForLike, labels: Mapping[str, LanguageMap]
) -> Iterator[str]:
    node = _node("like-for-like", item.change, item.base)
    about = (labels[item.line], labels[_phase(item)], labels[item.change])
    years = {"first": str(item.from_year), "last": str(item.to_year)}
    bounds = {"lowest": item.lowest, "highest": item.highest}
    called = _called("check.like-for-like", *about, **years, **bounds)
    yield from _typed_node(node, "coop:LikeForLikeChange", called)
    yield line(node, curie("coop:line"), iri(item.line))
    yield line(node, curie("coop:fromYear"), typed(str(item.from_year), "gYear"))
    yield line(node, curie("coop:toYear"), typed(str(item.to_year), "gYear"))
    yield line(node, curie("coop:phase"), iri(_phase(item)))
    yield line(node, curie("coop:basis"), iri(entity_iri("basis", item.basis)))
    for name, value in (
        ("percentMin", item.lowest),
        ("percentMax", item.highest),
        ("headlinePercent", item.headline_percent),
    ):
        yield line(node, curie(f"coop:{name}"), typed(canonical_decimal(f"{value:f}"), "decimal"))
    yield line(node, curie("coop:headlineChange"), iri(item.change))
    yield from _derived(node, (item.change, item.base, item.level, item.reclassification))
