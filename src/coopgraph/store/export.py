"""The whole dataset as bytes: the same store gives the same bytes."""

from collections.abc import Iterator
from io import BytesIO

from coopgraph.errors import AnswerTruncated
from coopgraph.formats import DATASET, N_QUADS, TURTLE, named
from coopgraph.formats.serialization import serialize_triples
from coopgraph.store.base import AnyStore
from coopgraph.store.embedded import Store
from coopgraph.vocabulary import PREFIXES, graph_iri

_ALL = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
_UNION = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } ORDER BY ?s ?p ?o"


def export_dataset(store: AnyStore, format: str) -> bytes:
    """All named graphs as `nq` (sorted lines), `trig` or `jsonld`; as `ttl` their union.

    Raises `UnknownFormat`; of a remote store also what `manifest` raises, and `AnswerTruncated`
    where a graph came with fewer triples than its VoID says.
    """
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
