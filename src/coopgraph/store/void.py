"""How a store describes its graphs: VoID (https://www.w3.org/TR/void/), read with SPARQL."""

import hashlib
from collections import defaultdict
from typing import Any, Final

from coopgraph.errors import FactError
from coopgraph.store.base import AnyStore
from coopgraph.store.parts import Manifest, Part
from coopgraph.vocabulary import GRAPH, ID, graph_iri

#: The name of the graph that describes all others.
VOID_GRAPH: Final = "void"
DATASET: Final = ID + "dataset/coopgraph"

_VOID: Final = f"<{graph_iri(VOID_GRAPH)}>"
GRAPHS: Final = f"SELECT ?graph {{ GRAPH {_VOID} {{ <{DATASET}> void:subset ?graph }} }}"
_PARTS: Final = f"""
SELECT ?graph ?triples ?sha256 ?release ?records {{ GRAPH {_VOID} {{
  ?graph a coop:NamedGraph ; void:triples ?triples ; coop:sha256 ?sha256 .
  OPTIONAL {{ ?graph dcterms:hasVersion ?release }} OPTIONAL {{ ?graph coop:recordsRead ?records }}
}} }}"""
_ORIGINS: Final = f"""
SELECT ?graph ?other ?name {{ GRAPH {_VOID} {{
  ?graph a coop:NamedGraph ; prov:wasDerivedFrom ?other .
  OPTIONAL {{ ?other coop:sha256 ?sha256 ; skos:prefLabel ?name FILTER(LANG(?name) = "en") }}
}} }}"""
_VERSION: Final = f"""
SELECT ?label {{ GRAPH {_VOID} {{
  <{ID}agent/coopgraph> skos:prefLabel ?label FILTER(LANG(?label) IN ("en", "")) }} }}"""
_OWN: Final = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"


def manifest_of(store: AnyStore) -> Manifest:
    """The graphs of a store as its VoID describes them: name, origin, triples, hash. `about` of an
    import holds its kind, release and the names of its files. Raises `FactError` where the store
    lacks our VoID."""
    other_graphs: set[str] = set()
    files: dict[str, list[str]] = defaultdict(list)
    for graph, other, name in store.select(_ORIGINS):
        if other.value.startswith(GRAPH):
            other_graphs.add(graph.value)
        elif name is not None:
            files[graph.value].append(name.value)
    parts = []
    for graph, triples, sha256, release, records in store.select(_PARTS):
        origin = (
            "import"
            if records is not None
            else "derived"
            if graph.value in other_graphs
            else "curated"
        )
        name = graph.value.removeprefix(GRAPH)
        about: dict[str, Any] = {}
        if origin == "import":
            about = {
                "kind": name.split("/")[1] if "/" in name else name,
                "release": release.value if release else "",
                "files": [{"name": file} for file in sorted(files[graph.value])],
            }
        parts.append(Part(name, origin, int(triples.value), sha256.value, about))
    if not parts:
        raise FactError(
            "the store does not describe its graphs",
            remedy="put the graph 'void' there: coopgraph publish",
        )
    parts.append(_own_part(store))
    labels = [label.value for (label,) in store.select(_VERSION)]
    version = labels[0].removeprefix("coopgraph ") if labels else ""
    return Manifest(version, tuple(sorted(parts, key=lambda part: part.graph)))


def _own_part(store: AnyStore) -> Part:
    """The graph that describes the others, which does not describe itself: its lines are sorted
    and hashed as when it was made, so that the same build has the same digest everywhere."""
    from pyoxigraph import RdfFormat

    triples = store.construct(_OWN, [VOID_GRAPH]).serialize(format=RdfFormat.N_TRIPLES) or b""
    data = b"".join(sorted(triples.splitlines(keepends=True)))
    return Part(VOID_GRAPH, "derived", data.count(b"\n"), hashlib.sha256(data).hexdigest())
