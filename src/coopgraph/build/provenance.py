"""What each named graph is: PROV-O, VoID and DCAT, without a clock.

https://www.w3.org/TR/prov-o/, https://www.w3.org/TR/void/, https://www.w3.org/TR/vocab-dcat-3/
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from ..formats.ntriples import curie, iri, line, string, typed
from ..store import Part
from ..vocabulary import ID, PREFIXES, entity_iri, graph_iri

PROVENANCE_GRAPH: Final = "void"
DATASET: Final = ID + "dataset/coopgraph"
DATA_LICENCE: Final = "https://creativecommons.org/licenses/by/4.0/"

_TITLES: Final = {
    "ontology": ("ontology, code lists and alignments", "온톨로지, 코드 목록, 정렬"),
    "questions": ("named questions", "질문 모음"),
    "derived/reconciliation": (
        "checks, disagreements and like-for-like changes",
        "검산, 불일치, 동일 기준 비교",
    ),
}


def provenance_lines(parts: Sequence[Part], version: str) -> list[str]:
    """The description of the dataset and of each of its named graphs."""
    return [
        *_dataset(parts),
        *_software(version),
        *(x for part in parts for x in _graph(part, parts)),
    ]


def _dataset(parts: Sequence[Part]) -> Iterator[str]:
    node = iri(DATASET)
    yield from _types(node, "void:Dataset", "dcat:Dataset", "prov:Entity")
    for text, lang in (
        ("coopgraph: international science and technology cooperation strategy", "en"),
        ("coopgraph: 과학기술 국제협력 전략", "ko"),
    ):
        yield line(node, curie("skos:prefLabel"), string(text, lang))
        yield line(node, curie("dcterms:title"), string(text, lang))
    yield line(node, curie("dcterms:license"), iri(DATA_LICENCE))
    yield line(
        node, curie("void:triples"), typed(str(sum(part.triples for part in parts)), "integer")
    )
    yield line(node, curie("void:uriSpace"), string(ID))
    for name in ("coop", "skos", "prov", "org", "schema", "oa", "qb"):
        yield line(node, curie("void:vocabulary"), iri(PREFIXES[name]))
    for part in parts:
        yield line(node, curie("void:subset"), iri(graph_iri(part.graph)))


def _software(version: str) -> Iterator[str]:
    node, activity = iri(entity_iri("agent", "coopgraph")), iri(entity_iri("activity", "build"))
    yield from _types(node, "prov:SoftwareAgent")
    yield from _labels(node, f"coopgraph {version}", f"coopgraph {version}")
    yield from _types(activity, "prov:Activity")
    yield from _labels(activity, "the build", "빌드")
    yield line(activity, curie("prov:wasAssociatedWith"), node)


def _graph(part: Part, parts: Sequence[Part]) -> Iterator[str]:
    node = iri(graph_iri(part.graph))
    yield from _types(node, "void:Dataset", "dcat:Dataset", "prov:Entity", "coop:NamedGraph")
    yield line(node, curie("void:triples"), typed(str(part.triples), "integer"))
    yield line(node, curie("coop:sha256"), string(part.sha256))
    yield line(node, curie("dcterms:license"), iri(DATA_LICENCE))
    yield line(node, curie("dcterms:isPartOf"), iri(DATASET))
    yield line(node, curie("prov:wasGeneratedBy"), iri(entity_iri("activity", "build")))
    title = _TITLES.get(part.graph)
    if part.origin == "derived":
        for other in parts:
            if other.origin != "derived":
                yield line(node, curie("prov:wasDerivedFrom"), iri(graph_iri(other.graph)))
    elif title is None:
        source = iri(entity_iri("source", part.graph))
        yield line(node, curie("prov:wasDerivedFrom"), source)
        yield line(node, curie("dcterms:source"), source)
    if title:
        yield from _labels(node, *title)


def _types(node: str, *classes: str) -> Iterator[str]:
    for name in classes:
        yield line(node, curie("rdf:type"), curie(name))


def _labels(node: str, en: str, ko: str) -> Iterator[str]:
    yield line(node, curie("skos:prefLabel"), string(en, "en"))
    yield line(node, curie("skos:prefLabel"), string(ko, "ko"))
