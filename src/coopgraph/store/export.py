"""The whole dataset as bytes, the same for the same store; and a store as a read-only rdflib
`Dataset`."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING, Any, cast

from coopgraph.errors import AnswerTruncated
from coopgraph.formats import DATASET, N_QUADS, TURTLE, named
from coopgraph.formats.serialization import serialize_triples
from coopgraph.libraries import ox
from coopgraph.sparql.dataset import Dataset
from coopgraph.store.base import AnyStore
from coopgraph.store.embedded import Store
from coopgraph.vocabulary import PREFIXES, graph_iri, is_iri

if TYPE_CHECKING:
    import rdflib
    from rdflib.query import Result

_ALL = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
_UNION = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } ORDER BY ?s ?p ?o"


def export_dataset(store: AnyStore, format: str) -> bytes:
    """All named graphs as `nq` (sorted lines), `trig` or `jsonld`; as `ttl` their union. Raises
    `UnknownFormat`; of a remote store also what `manifest` raises, and `AnswerTruncated` where a
    graph came with fewer triples than its VoID says."""
    from pyoxigraph import RdfFormat, parse

    chosen, output = named(format, DATASET), BytesIO()
    with store.reading():
        if chosen is TURTLE:
            serialize_triples(store.construct(_UNION), chosen, output, PREFIXES)
            return output.getvalue()
        if isinstance(store, Store):
            lines = (store.engine.dump(format=RdfFormat.N_QUADS) or b"").splitlines(keepends=True)
        else:
            lines = [line for part in _quads(store) for line in part]
    lines.sort(key=lambda line: (line.rsplit(b" ", 2)[-2], line))
    data = b"".join(lines)
    if chosen is N_QUADS:
        return data
    serialize_triples(parse(data, format=RdfFormat.N_QUADS), chosen, output, PREFIXES)
    return output.getvalue()


def _quads(store: AnyStore) -> Iterator[list[bytes]]:
    """The lines of each graph of a store without an engine, as N-Quads."""
    from pyoxigraph import RdfFormat

    for part in store.manifest.parts:
        triples = store.construct(_ALL, [part.graph]).serialize(format=RdfFormat.N_TRIPLES) or b""
        lines = triples.splitlines()
        if len(lines) != part.triples:
            raise AnswerTruncated(
                f"{len(lines):,} of {part.triples:,} triples came",
                place=part.graph,
                remedy="publish the graph again, or export from the store it came from",
            )
        end = f" <{graph_iri(part.graph)}> .\n".encode()
        yield [line.removesuffix(b" .") + end for line in lines]


def dataset_of(store: AnyStore) -> rdflib.Dataset:
    """The dataset of `store`, whose default graph is the union of all its graphs. The embedded
    store is read in place (oxrdflib). A remote one is queried over HTTP, by rdflib's `SPARQLStore`,
    with our time limits, credentials and errors: each query, and each triple pattern, is a
    request."""
    if isinstance(store, Store):
        return _embedded(store)
    return _remote(store)


def _embedded(store: Store) -> rdflib.Dataset:
    import rdflib
    from oxrdflib import OxigraphStore

    class _ReadOnlyStore(OxigraphStore):
        def add_graph(self, graph: object) -> None:
            """Do nothing: `Dataset.graph(name)`, the way to read one, calls it."""

    return rdflib.Dataset(store=_ReadOnlyStore(store=store.engine), default_union=True)


def _remote(store: AnyStore) -> rdflib.Dataset:
    import rdflib
    from rdflib.plugins.stores.sparqlstore import SPARQLStore

    class _QueryStore(SPARQLStore):
        """`SPARQLStore` that sends its queries through `store`."""

        def _query(self, query: str, default_graph: Any = None, **_: Any) -> Result:
            name = str(default_graph or "")
            # rdflib's graph without a name is the whole dataset.
            one = Dataset((name,), (name,)) if is_iri(name) and name != _UNNAMED else None
            return _result(store.query(query, dataset=one))

        def add_graph(self, graph: object) -> None:
            """Do nothing: see `_embedded`."""

    source = _QueryStore("http://store.invalid/", sparql11=True)
    return rdflib.Dataset(store=source, default_union=True)


_UNNAMED = "urn:x-rdflib:default"


def _result(found: Any) -> Result:
    """The engine's result as one of rdflib, converted through the W3C formats."""
    from io import BytesIO

    import rdflib
    from pyoxigraph import QueryBoolean, QueryResultsFormat, QuerySolutions, RdfFormat
    from rdflib.query import Result

    if isinstance(found, QuerySolutions | QueryBoolean):
        answer = cast("ox.QuerySolutions", found).serialize(format=QueryResultsFormat.JSON)
        return Result.parse(BytesIO(answer or b""), format="json")
    result = Result("CONSTRUCT")
    result.graph = rdflib.Graph()
    result.graph.parse(data=found.serialize(format=RdfFormat.N_TRIPLES) or b"", format="nt")
    return result
