"""The whole dataset as bytes: the same store gives the same bytes."""

from collections.abc import Iterator

from coopgraph.errors import AnswerTruncated
from coopgraph.formats import DATASET, N_QUADS, TURTLE, named
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
    from pyoxigraph import RdfFormat, parse, serialize

    chosen = named(format, DATASET)
    rdf = RdfFormat.from_media_type(chosen.media_type)
    if chosen is TURTLE:
        return serialize(store.construct(_UNION), format=rdf, prefixes=PREFIXES) or b""
    if isinstance(store, Store):
        lines = (store.engine.dump(format=RdfFormat.N_QUADS) or b"").splitlines(keepends=True)
    else:
        lines = [line for part in _quads(store) for line in part]
    lines.sort(key=lambda line: (line.rsplit(b" ", 2)[-2], line))
    data = b"".join(lines)
    if chosen is N_QUADS:
        return data
    return serialize(parse(data, format=RdfFormat.N_QUADS), format=rdf, prefixes=PREFIXES) or b""


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
