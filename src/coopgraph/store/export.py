"""The whole dataset as bytes: the same store gives the same bytes."""

from __future__ import annotations

from ..formats import DATASET, N_QUADS, TURTLE, named
from ..vocabulary import PREFIXES
from .embedded import Store

_UNION = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } ORDER BY ?s ?p ?o"


def export_dataset(store: Store, format: str) -> bytes:
    """All named graphs as `nq` (sorted lines), `trig` or `jsonld`; as `ttl` their union.

    Raises `UnknownFormat`.
    """
    from pyoxigraph import RdfFormat, parse, serialize

    chosen = named(format, DATASET)
    rdf = RdfFormat.from_media_type(chosen.media_type)
    if chosen is TURTLE:
        return serialize(store.construct(_UNION), format=rdf, prefixes=PREFIXES) or b""
    lines = (store.engine.dump(format=RdfFormat.N_QUADS) or b"").splitlines(keepends=True)
    lines.sort(key=lambda line: (line.rsplit(b" ", 2)[-2], line))
    data = b"".join(lines)
    if chosen is N_QUADS:
        return data
    return serialize(parse(data, format=RdfFormat.N_QUADS), format=rdf, prefixes=PREFIXES) or b""
