"""A remote store: any SPARQL 1.1 endpoint (https://www.w3.org/TR/sparql11-protocol/), used like the
embedded store. Answers are parsed by the same engine, so that terms are of the same classes.

The default graph is the union of the graphs that the store's VoID names (graph `void`): their IRIs
go with each query. Where the service description says that the default graph is the union of all
graphs, and those are exactly ours, no names are sent: an engine is many times faster over all its
graphs than over a list. Of a store without our VoID the endpoint's own dataset is used; where its
default graph is empty, the names of its graphs are sent.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final, Literal, cast

from coopgraph.errors import CoopgraphError, EndpointFailed, QueryFailed
from coopgraph.remote.address import credentials_of, parse_address
from coopgraph.sparql.dataset import Dataset, dataset_named, names_dataset, with_prologue
from coopgraph.sparql.tokens import refuse_deep, syntax_error
from coopgraph.store.base import AnyStore, is_named, refuse_service
from coopgraph.store.void import GRAPHS, VOID_GRAPH, manifest_of
from coopgraph.vocabulary import ID, PREFIXES, graph_iri

if TYPE_CHECKING:
    from coopgraph.remote.client import SparqlClient
    from coopgraph.store.base import Result, Triples
    from coopgraph.store.parts import Manifest

_MOST_GRAPHS: Final = 1_000
_UNION: Final = "http://www.w3.org/ns/sparql-service-description#UnionDefaultGraph"
_NAMES: Final = "SELECT ?graph { GRAPH ?graph {} }"
_USED_NAMES: Final = (
    f"SELECT DISTINCT ?graph {{ GRAPH ?graph {{ ?s ?p ?o }} }} LIMIT {_MOST_GRAPHS + 1}"
)


#: The endpoint's own dataset.
OWN: Final = Dataset((), ())


class RemoteStore(AnyStore):
    """The store behind the address of a SPARQL endpoint; it is only read. `dataset` holds the
    graphs whose union is the default graph; where it is empty, that of the endpoint is used."""

    def __init__(self, client: SparqlClient) -> None:
        self.client = client
        self.dataset = OWN

    @classmethod
    def open(
        cls,
        url: str,
        *,
        timeout_s: float | None = None,
        reply_mb: int | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> RemoteStore:
        """The store at `url`, with a request for the graphs that it holds. `timeout_s` is for one
        request, retries included (60 by default); `reply_mb` bounds one answer (256). Credentials
        come from the environment: COOPGRAPH_USER with COOPGRAPH_PASSWORD, or COOPGRAPH_TOKEN.
        Raises `UsageError` for what is no address, and what
        `coopgraph.remote.endpoint.Endpoint.send` raises."""
        address = parse_address(url)
        credentials = credentials_of(os.environ if environment is None else environment)
        from coopgraph.remote.client import SparqlClient
        from coopgraph.remote.endpoint import REPLY_MB, TIMEOUT_S, Endpoint
        from coopgraph.remote.http import HttpClient

        http = HttpClient(reply_mb or REPLY_MB)
        endpoint = Endpoint(address, credentials, http, timeout_s or TIMEOUT_S)
        store = cls(SparqlClient(endpoint))
        try:
            store.dataset = store._own_dataset()
        except BaseException:
            store.close()
            raise
        return store

    def close(self) -> None:
        """Close the connections."""
        self.client.endpoint.http.close()

    @property
    def place(self) -> str:
        """The address, as messages show it."""
        return self.client.place

    @property
    def manifest(self) -> Manifest:
        """The graphs as the store's VoID describes them; raises `FactError` where none does."""
        return manifest_of(self)

    def query(self, text: str, *, union: bool = True, dataset: Dataset | None = None) -> Result:
        """Evaluate SPARQL 1.1 there; see `AnyStore.query`. The text is checked here first, so that
        a syntax error has its line and column, and is sent with those of our prefixes that it uses.
        Answers that the endpoint cuts are fetched in pages; their order is then that of ORDER BY,
        if any, and of the variables. Raises also what `Endpoint.send` raises, `NotSparql`, and
        `AnswerTruncated`."""
        if dataset is None:
            is_named = names_dataset(text)
            dataset = (dataset_named(text) if is_named else self.dataset if union else None) or OWN
        return self._ask(text, dataset)

    def construct(self, text: str, graphs: Sequence[str] | None = None) -> Triples:
        """The triples of our own CONSTRUCT, over the union of all graphs or of those named."""
        if graphs is None:
            return cast("Triples", self.query(text))
        named = tuple(graph_iri(graph) for graph in graphs)
        return cast("Triples", self._ask(text, Dataset(named, named)))

    def _ask(self, text: str, dataset: Dataset) -> Result:
        form, sent = form_of(text), with_prologue(text)
        if form == "triples":
            return self.client.triples(sent, dataset)
        if form == "boolean":
            return self.client.boolean(sent, dataset)
        return self.client.solutions(sent, dataset)

    def _own_dataset(self) -> Dataset:
        """The graphs to name with each query; none where the endpoint's default is right."""
        described = self._names(GRAPHS)
        if not described:
            return self._undescribed()
        graphs = {*described, graph_iri(VOID_GRAPH)}
        if self._has_union() and set(self._names(_NAMES)) == graphs:
            return OWN
        return _union_of(graphs)

    def _undescribed(self) -> Dataset:
        """Of a store that is not ours: none, or all its graphs where its default is empty."""
        if self.client.boolean("ASK { ?s ?p ?o }", OWN):
            return OWN
        graphs = self._names(_USED_NAMES)
        if len(graphs) > _MOST_GRAPHS:
            raise EndpointFailed(
                f"the default graph is empty and there are more than {_MOST_GRAPHS:,} others",
                place=self.place,
                remedy="let the server take their union as its default graph",
            )
        return _union_of(graphs)

    def _names(self, text: str) -> list[str]:
        found = self.client.solutions(with_prologue(text), OWN)
        terms = [solution[0] for solution in found]
        return [term.value for term in terms if is_named(term)]

    def _has_union(self) -> bool:
        """Whether the service description says that the default graph is the union of all.
        https://www.w3.org/TR/sparql11-service-description/#sd-UnionDefaultGraph. An endpoint
        without a description has not said so."""
        from coopgraph.remote.client import ACCEPT_TRIPLES, triples_of

        try:
            response = self.client.endpoint.send("GET", {"Accept": ACCEPT_TRIPLES})
            triples = triples_of(response, self.place)
        except CoopgraphError:
            return False
        return any(getattr(triple.object, "value", "") == _UNION for triple in triples)


def _union_of(graphs: Iterable[str]) -> Dataset:
    names = tuple(sorted(graphs))
    return Dataset(names, names)


def form_of(text: str) -> Literal["solutions", "boolean", "triples"]:
    """The form of the answer to a query; raises `QuerySyntax`, and `QueryFailed` for SERVICE.

    >>> form_of("ASK { ?s a coop:Technology }"), form_of("DESCRIBE <technology/quantum>")
    ('boolean', 'triples')
    """
    from pyoxigraph import QueryBoolean, QuerySolutions, Store

    refuse_deep(text)
    refuse_service(text)
    try:
        result = Store().query(text, base_iri=ID, prefixes=PREFIXES)
    except SyntaxError as error:
        raise syntax_error(error, text) from None
    except (OSError, ValueError, RuntimeError) as error:
        raise QueryFailed(f"the query cannot be evaluated: {error}") from None
    if isinstance(result, QuerySolutions):
        return "solutions"
    return "boolean" if isinstance(result, QueryBoolean) else "triples"
