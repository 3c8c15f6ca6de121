"""What each named graph is: PROV-O, VoID and DCAT, without a clock.

https://www.w3.org/TR/prov-o/, https://www.w3.org/TR/void/, https://www.w3.org/TR/vocab-dcat-3/
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, TypeAlias

from coopgraph.formats.ntriples import curie, iri, line, string, typed
from coopgraph.i18n import told
from coopgraph.store import Part, Store
from coopgraph.store.void import DATASET, VOID_GRAPH
from coopgraph.tables.triples import in_languages
from coopgraph.vocabulary import ID, PREFIXES, entity_iri, graph_iri

PROVENANCE_GRAPH: Final = VOID_GRAPH
DATA_LICENCE: Final = "https://creativecommons.org/licenses/by/4.0/"

#: What an account counts, and the property that says so of a graph.
_COUNTS: Final = {
    "read": "coop:recordsRead",
    "accepted": "coop:recordsAccepted",
    "rejected": "coop:recordsRejected",
    "duplicates": "coop:recordsDuplicate",
}
#: Labels, by language, by graph name.
Titles: TypeAlias = Mapping[str, Mapping[str, str]]


def source_titles(store: Store, parts: Sequence[Part]) -> Titles:
    """The labels of the sources that give graphs their names, by graph."""
    sources = {part.graph: entity_iri("source", part.graph) for part in parts}
    labels = store.texts(sources.values())
    return {graph: labels[source] for graph, source in sources.items() if source in labels}


def provenance_triples(parts: Sequence[Part], version: str, titles: Titles) -> list[str]:
    """The description of the dataset and of each of its named graphs. `titles` gives the graphs of
    sources the labels of their sources."""
    return [
        *_dataset(parts),
        *_software(version),
        *(x for part in parts for x in _graph(part, parts, titles)),
    ]


def _dataset(parts: Sequence[Part]) -> Iterator[str]:
    node = iri(DATASET)
    yield from _types(node, "void:Dataset", "dcat:Dataset", "prov:Entity")
    for predicate in ("skos:prefLabel", "dcterms:title"):
        yield from in_languages(node, predicate, told("build.dataset"))
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
    yield from _named(node, f"coopgraph {version}")
    yield from _types(activity, "prov:Activity")
    yield from in_languages(activity, "skos:prefLabel", told("build.activity"))
    yield line(activity, curie("prov:wasAssociatedWith"), node)


def _graph(part: Part, parts: Sequence[Part], titles: Titles) -> Iterator[str]:
    node = iri(graph_iri(part.graph))
    own = told(f"graph.{part.graph}")
    yield from _types(node, "void:Dataset", "dcat:Dataset", "prov:Entity", "coop:NamedGraph")
    yield line(node, curie("void:triples"), typed(str(part.triples), "integer"))
    yield line(node, curie("coop:sha256"), string(part.sha256))
    # Of what a user imports we know no licence, and claim none.
    if licence := part.about["licence"] if part.origin == "import" else DATA_LICENCE:
        yield line(node, curie("dcterms:license"), iri(licence))
    yield line(node, curie("dcterms:isPartOf"), iri(DATASET))
    yield line(node, curie("prov:wasGeneratedBy"), iri(entity_iri("activity", "build")))
    if part.origin == "import":
        yield from _import(node, part.graph, part.about)
    elif part.origin == "derived":
        for other in parts:
            if other.origin != "derived":
                yield line(node, curie("prov:wasDerivedFrom"), iri(graph_iri(other.graph)))
    elif not own:
        source = iri(entity_iri("source", part.graph))
        yield line(node, curie("prov:wasDerivedFrom"), source)
        yield line(node, curie("dcterms:source"), source)
    yield from in_languages(node, "skos:prefLabel", titles.get(part.graph, own))


def _import(node: str, graph: str, about: dict[str, Any]) -> Iterator[str]:
    """Which files of which release an imported graph was made from, and how many records."""
    release = f" {about['release']}" if about["release"] else ""
    named = (name for name in about if name.startswith("title_") and about[name])
    titles = {name.removeprefix("title_"): about[name] + release for name in named}
    yield from in_languages(node, "skos:prefLabel", titles)
    if about["release"]:
        yield line(node, curie("dcterms:hasVersion"), string(about["release"]))
    for name, term in _COUNTS.items():
        total = sum(account[name] for account in about["accounts"].values())
        yield line(node, curie(term), typed(str(total), "integer"))
    yield from _accounts(node, graph, about)
    for file in about["files"]:
        entity = iri(entity_iri("file", file["sha256"]))
        yield line(node, curie("prov:wasDerivedFrom"), entity)
        yield from _types(entity, "prov:Entity")
        yield from _named(entity, file["name"])
        yield line(entity, curie("coop:sha256"), string(file["sha256"]))


def _accounts(node: str, graph: str, about: dict[str, Any]) -> Iterator[str]:
    """What became of the records of each file, or of each member of an archive."""
    for number, (name, account) in enumerate(sorted(about["accounts"].items()), 1):
        entity = iri(entity_iri("import-account", f"{graph.replace('/', '-')}-{number}"))
        yield from _types(entity, "coop:ImportAccount")
        yield from _named(entity, name)
        yield line(entity, curie("coop:accountOf"), node)
        for key, term in _COUNTS.items():
            yield line(entity, curie(term), typed(str(account[key]), "integer"))


def _types(node: str, *classes: str) -> Iterator[str]:
    for name in classes:
        yield line(node, curie("rdf:type"), curie(name))


def _named(node: str, name: str) -> Iterator[str]:
    """A label that is in no language."""
    yield line(node, curie("skos:prefLabel"), string(name))
