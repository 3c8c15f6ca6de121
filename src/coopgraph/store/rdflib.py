"""A store as an rdflib `Dataset`, for tools that use rdflib; read-only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from coopgraph.libraries import ox
from coopgraph.sparql.dataset import Dataset
from coopgraph.store.base import AnyStore
from coopgraph.store.embedded import Store
from coopgraph.vocabulary import is_iri

if TYPE_CHECKING:
    import rdflib
    from rdflib.query import Result


def dataset_of(store: AnyStore) -> rdflib.Dataset:
    """The dataset of `store`, whose default graph is the union of all its graphs.

    The embedded store is read in place (oxrdflib). A remote one is queried over HTTP, by rdflib's
    `SPARQLStore`, with our time limits, credentials and errors: each query, and each triple
    pattern, is a request.
    """
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
