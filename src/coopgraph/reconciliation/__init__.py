"""Reconciliation: what follows from the claims about money, as claims' own derived graph.

The result is derived from claims (`prov:wasDerivedFrom`) and never edits one.
"""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Final

from coopgraph.formats.ntriples import curie, iri, line, string, typed
from coopgraph.i18n import LanguageMap, joined, spoken, text
from coopgraph.reconciliation import disagreements, figures
from coopgraph.reconciliation.checks import Check, check_change, check_enumeration, check_share
from coopgraph.store import Store
from coopgraph.tables.triples import canonical_decimal, in_languages
from coopgraph.vocabulary import entity_iri

GRAPH_NAME: Final = "derived/reconciliation"


def reconcile(store: Store) -> list[str]:
    """The N-Triples lines of the derived graph: checks, disagreements, like-for-like changes."""
    levels = {level.iri: level for level in figures.levels(store)}
    changes = figures.changes(store)
    moved = figures.reclassifications(store)
    checks = [
        *(check_change(change, levels, moved) for change in changes),
        *(check_share(share, levels) for share in figures.shares(store)),
        *(check_enumeration(claim) for claim in figures.enumerations(store)),
    ]
    pairs = [
        *disagreements.level_disagreements(list(levels.values()), figures.close_lines(store)),
        *disagreements.change_disagreements(changes),
    ]
    alike = list(disagreements.like_for_like(changes, levels, moved))
    iris = {check.claim for check in checks} | {x for pair in pairs for x in (pair.a, pair.b)}
    iris |= {item.change for item in alike}
    labels = {iri: LanguageMap({"": iri}) for iri in iris} | store.texts(iris)
    return [
        *(said for check in checks for said in _check_triples(check, labels)),
        *(said for pair in pairs for said in _pair_triples(pair, labels)),
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


def _called(key: str, label: LanguageMap) -> dict[str, str]:
    """The text `key` of `coopgraph.i18n` about a claim, by language."""
    return {lang: text(key, lang, label.label(lang)) for lang in spoken(key)}


def _derived(node: str, claims: tuple[str, ...]) -> Iterator[str]:
    for claim in claims:
        yield line(node, curie("prov:wasDerivedFrom"), iri(claim))


def _check_triples(check: Check, labels: Mapping[str, LanguageMap]) -> Iterator[str]:
    node = _node("check", check.claim)
    yield from _typed_node(node, "coop:Check", _called("check.label", labels[check.claim]))
    yield line(node, curie("coop:checks"), iri(check.claim))
    yield line(node, curie("coop:stated"), string(check.stated))
    if check.recomputed:
        yield line(node, curie("coop:recomputed"), string(check.recomputed))
    yield line(node, curie("coop:verdict"), iri(entity_iri("verdict", check.verdict)))
    yield from in_languages(node, "coop:explanation", check.why)
    flag = "true" if check.not_like_for_like else "false"
    yield line(node, curie("coop:notLikeForLike"), typed(flag, "boolean"))
    yield from _derived(node, (check.claim, *check.derived_from))


def _pair_triples(
    pair: disagreements.Disagreement, labels: Mapping[str, LanguageMap]
) -> Iterator[str]:
    node = _node("disagreement", pair.a, pair.b)
    level = pair.kind == "level"
    names = joined((labels[pair.a], labels[pair.b]), " ≠ ")
    yield from _typed_node(node, "coop:Disagreement" if level else "coop:ChangeDisagreement", names)
    for end, claim in (("A", pair.a), ("B", pair.b)):
        yield line(node, curie(f"coop:{'level' if level else 'change'}{end}"), iri(claim))
    yield line(
        node, curie("coop:disagreementReason"), iri(entity_iri("disagreement-reason", pair.reason))
    )
    for code in pair.also:
        yield line(node, curie("coop:alsoDiffersIn"), iri(entity_iri("disagreement-reason", code)))
    yield from _derived(node, (pair.a, pair.b))


def _like_triples(
    item: disagreements.LikeForLike, labels: Mapping[str, LanguageMap]
) -> Iterator[str]:
    node = _node("like-for-like", item.change, item.base)
    called = _called("check.like-for-like", labels[item.change])
    yield from _typed_node(node, "coop:LikeForLikeChange", called)
    yield line(node, curie("coop:line"), iri(item.line))
    yield line(node, curie("coop:fromYear"), typed(str(item.from_year), "gYear"))
    yield line(node, curie("coop:toYear"), typed(str(item.to_year), "gYear"))
    yield line(node, curie("coop:phase"), iri(entity_iri("phase", item.phase)))
    yield line(node, curie("coop:basis"), iri(entity_iri("basis", item.basis)))
    for name, value in (("percent", item.percent), ("headlinePercent", item.headline_percent)):
        yield line(node, curie(f"coop:{name}"), typed(canonical_decimal(f"{value:f}"), "decimal"))
    yield line(node, curie("coop:headlineChange"), iri(item.change))
    yield from _derived(node, (item.change, item.base, item.level, item.reclassification))
