"""Linking: which records of different registers are one organisation.

The result is a derived graph: each organisation with the one that stands for it
(`coop:canonical`), accepted matches, and candidates that await somebody's decision. What is
curated is never changed by it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Final

from ..formats.ntriples import curie, iri, line, string, typed
from ..store import Store
from ..tables.triples import canonical_decimal
from ..vocabulary import ID, entity_iri
from .records import read_names, read_records
from .resolving import Decisions, Link, pair, resolve

__all__ = ["GRAPH_NAME", "derive_identity"]

GRAPH_NAME: Final = "derived/identity"
_DECIDED: Final = """
SELECT ?left ?right ?ruling WHERE {
  ?decision coop:leftRecord ?left ; coop:rightRecord ?right ; coop:ruling ?ruling
}
"""
#: Part of a basis → how people read it.
_BASES: Final = {
    "decided": ("decided by hand", "사람이 판정함"),
    "identifier": ("same identifier", "식별자 일치"),
    "shared": ("several records bear it", "같은 식별자를 쓰는 기록이 여럿임"),
    "equal-label": ("same name", "이름 일치"),
    "equal-alias": ("same alternative name", "다른 이름 일치"),
    "equal-part": ("same name but for what is in brackets", "괄호 안을 뺀 이름 일치"),
    "equal-acronym": ("same acronym or short name", "약칭 일치"),
    "similar": ("similar names", "이름 유사"),
    "same-city": ("same city", "도시 일치"),
    "other-city": ("another city", "도시 불일치"),
    "other-kind": ("another kind of body", "기관 종류 불일치"),
    "gone": ("no longer active in its register", "등록부에서 활성 상태가 아님"),
    "country-unknown": ("country unknown", "국가 불명"),
    "same-register": (
        "another record of the same register is meant as well",
        "같은 등록부의 다른 기록도 해당됨",
    ),
}


def derive_identity(store: Store) -> list[str]:
    """The N-Triples lines of the derived graph."""
    records = read_records(store)
    done = resolve(
        records,
        read_decisions(store),
        lambda countries: read_names(store, records, countries),
    )
    canonical = curie("coop:canonical")
    lines = [line(iri(a), canonical, iri(b)) for a, b in done.canonical.items()]
    for link in done.accepted:
        lines += _match_lines(link, "coop:AcceptedMatch")
        lines.append(line(iri(link.record.iri), curie("skos:exactMatch"), iri(link.target.iri)))
    for link in done.candidates:
        lines += _match_lines(link, "coop:MatchCandidate")
    return lines


def read_decisions(store: Store) -> Decisions:
    """What the table of decisions says."""
    found: dict[str, set[tuple[str, str]]] = {"accept": set(), "reject": set()}
    for left, right, ruling in store.select(_DECIDED):
        code = ruling.value.removeprefix(f"{ID}link-ruling/")
        found[code].add(pair(left.value, right.value))
    return Decisions(frozenset(found["accept"]), frozenset(found["reject"]))


def basis_text(basis: tuple[str, ...], lang: str) -> str:
    """What a match rests on, in words.

    >>> basis_text(("identifier: GRID", "same-city"), "en")
    'same identifier (GRID); same city'
    """
    parts = []
    for item in basis:
        name, _, detail = item.partition(": ")
        words = _BASES[name][lang == "ko"]
        parts.append(f"{words} ({detail})" if detail else words)
    return "; ".join(parts)


def _match_lines(link: Link, cls: str) -> Iterator[str]:
    both = f"{link.record.iri} {link.target.iri}"
    digest = hashlib.sha256(both.encode()).hexdigest()[:16]
    node = iri(entity_iri("match", f"match-{digest}"))
    yield line(node, curie("rdf:type"), curie(cls))
    yield line(node, curie("coop:candidateOf"), iri(link.record.iri))
    yield line(node, curie("coop:candidateFor"), iri(link.target.iri))
    score = canonical_decimal(f"{link.score:.3f}")
    yield line(node, curie("coop:score"), typed(score, "decimal"))
    for lang in ("en", "ko"):
        yield line(node, curie("coop:matchBasis"), string(basis_text(link.basis, lang), lang))
