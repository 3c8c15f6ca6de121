"""Named graphs: the reading half of the Graph Store Protocol, VoID, and the dump of all quads.

https://www.w3.org/TR/sparql11-http-rdf-update/, https://www.w3.org/TR/void/. Writes are refused
with 403, as updates are. The dump is streamed from the files that the version was made of; its
entity tag is the digest of its parts.
"""

import contextlib
import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from email.utils import formatdate, parsedate_to_datetime
from typing import Final, cast

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from coopgraph.api import KnowledgeGraph
from coopgraph.errors import StoreDamaged, UnknownEntity, UsageError
from coopgraph.formats import N_QUADS, OFFERED_TRIPLES, Format, choose
from coopgraph.formats.ntriples import curie, iri, line, typed
from coopgraph.guard import Reply
from coopgraph.libraries import ox
from coopgraph.server.page import answer, has_tag, not_modified
from coopgraph.server.requests import FORMAT, Refused, accept_for, fields, refuse_unknown
from coopgraph.server.sparql import write_triples
from coopgraph.store import Dataset, Folder, Part, Store, read_manifest
from coopgraph.store.void import VOID_GRAPH
from coopgraph.vocabulary import graph_iri, is_iri

_BLOCK: Final = 1 << 20
_GZIP: Final = 16 + zlib.MAX_WBITS
_FAST: Final = 1  # N-Quads shrink to a tenth even so
_OFFERED: Final = (N_QUADS, Format(N_QUADS.name, "text/plain", "nq"))
_TAKES_GZIP: Final = re.compile(
    r"(?:^|,)\s*(?:x-)?gzip\s*(?:;\s*q\s*=\s*(?:1|0\.0*[1-9]).*)?(?:,|$)", re.IGNORECASE
)
_REFUSED: Final = ["PUT", "POST", "DELETE", "PATCH"]
_ALL: Final = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
_SD: Final = "http://www.w3.org/ns/sparql-service-description#"
_FORMATS: Final = "http://www.w3.org/ns/formats/"
_WRITES: Final = (
    *("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV"),
    *("Turtle", "N-Triples", "JSON-LD", "RDF_XML"),
)


async def dump(request: Request) -> Response:
    """All quads, graph after graph; compressed where the client takes gzip."""
    given = fields(request.scope["query_string"])
    refuse_unknown(given, FORMAT)
    chosen = choose(accept_for(request, given, _OFFERED), _OFFERED)
    folder = Folder(request.app.state.folder)
    version = folder.current()
    manifest = read_manifest(version)
    packed = bool(_TAKES_GZIP.search(request.headers.get("accept-encoding", "")))
    changed_s = (version / "manifest.json").stat().st_mtime
    headers = {
        "Content-Type": f"{chosen.media_type}; charset=utf-8",
        "Content-Disposition": 'attachment; filename="coopgraph.nq"',
        "ETag": f'"{manifest.digest}{"-gzip" if packed else ""}"',
        "Last-Modified": formatdate(changed_s, usegmt=True),
        "Cache-Control": "no-cache",
        "Vary": "Accept, Accept-Encoding",
        **({"Content-Encoding": "gzip"} if packed else {}),
    }
    if _is_known(request, headers["ETag"], changed_s):
        return not_modified(headers)
    if request.method == "HEAD":
        response = Response(headers=headers)
        del response.headers["Content-Length"]  # nobody has counted
        return response
    lines = await run_in_threadpool(_lines, folder, manifest.parts)
    return StreamingResponse(_gzip(lines) if packed else lines, headers=headers)


def _is_known(request: Request, tag: str, changed_s: float) -> bool:
    """Whether the client has this version: If-None-Match counts before If-Modified-Since."""
    if "if-none-match" in request.headers:
        return has_tag(request, tag)
    try:
        since = parsedate_to_datetime(request.headers.get("if-modified-since", ""))
    except ValueError:
        return False
    return int(changed_s) <= since.timestamp()


def _lines(folder: Folder, parts: Sequence[Part]) -> Iterator[bytes]:
    """The quads of the parts, in blocks of whole lines; the files are opened and checked before
    the first block is asked for, so that none can be missing later."""
    files = contextlib.ExitStack()
    try:
        opened = [(part.graph, files.enter_context(folder.open_part(part))) for part in parts]
    except StoreDamaged as error:
        files.close()
        raise Refused(503, error.fact, remedy=error.remedy) from None

    def blocks() -> Iterator[bytes]:
        with files:
            for graph, file in opened:
                end = f" <{graph_iri(graph)}> .\n".encode()
                while lines := file.readlines(_BLOCK):
                    # Inside a literal a line end is escaped, so that this is the end of a line.
                    yield b"".join(lines).replace(b" .\n", end)

    return blocks()


def _gzip(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """The blocks compressed, without a time of day."""
    packer = zlib.compressobj(_FAST, wbits=_GZIP)
    for block in blocks:
        yield packer.compress(block)
    yield packer.flush()


async def graphs(request: Request) -> Response:
    """The graph that `graph=IRI` names, or with `default` the union of all."""
    given = fields(request.scope["query_string"])
    refuse_unknown(given, ("graph", "default", *FORMAT))
    graph, default = given.one("graph"), given.one("default")
    if (graph is None) == (default is None):
        raise Refused(
            400, "the request does not name one graph", remedy="send ?graph=IRI or ?default"
        )
    accept = accept_for(request, given, OFFERED_TRIPLES)
    return await answer(request, "graph", graph=graph, accept=accept)


async def void(request: Request) -> Response:
    """The description of the dataset and of its graphs."""
    given = fields(request.scope["query_string"])
    refuse_unknown(given, FORMAT)
    accept = accept_for(request, given, OFFERED_TRIPLES)
    return await answer(request, "graph", graph=graph_iri(VOID_GRAPH), accept=accept)


async def refuse_write(_: Request) -> Response:
    """Refuse to change a graph."""
    raise Refused(403, "graphs are only read", remedy="change the sources and build")


def read_graph(kg: KnowledgeGraph, graph: str | None, accept: str) -> Reply:
    """The triples of the named graph `graph`, of the union of all where it is None. Raises
    `UnknownEntity` for a graph that is not there, `UsageError` for what is no IRI."""
    from pyoxigraph import NamedNode

    store = cast(Store, kg.store)
    format = choose(accept, OFFERED_TRIPLES)
    if graph is not None:
        if not is_iri(graph):
            raise UsageError(f"{graph!r} is not an absolute IRI", remedy="write http://… or …")
        if not store.engine.contains_named_graph(NamedNode(graph)):
            raise UnknownEntity(
                f"there is no graph <{graph}>", remedy="see /.well-known/void for those there are"
            )
    dataset = None if graph is None else Dataset((graph,), ())
    triples = cast("ox.QueryTriples", store.query(_ALL, dataset=dataset))
    reply = write_triples(triples, accept)
    tag = f'"{store.manifest.digest[:32]}-{format.name}"'
    return replace(reply, headers={**reply.headers, "ETag": tag, "Cache-Control": "no-cache"})


def describe_service(kg: KnowledgeGraph, endpoint: str, accept: str) -> Reply:
    """What the service at the IRI `endpoint` can do, and the graphs that it holds.
    https://www.w3.org/TR/sparql11-service-description/"""
    from pyoxigraph import RdfFormat, parse

    text = "\n".join(_description(kg, endpoint))
    quads = parse(text, format=RdfFormat.N_TRIPLES)
    return write_triples((quad.triple for quad in quads), accept)


def _description(kg: KnowledgeGraph, endpoint: str) -> Iterator[str]:
    service, dataset, default = (iri(endpoint + end) for end in ("", "#dataset", "#default"))

    def sd(name: str) -> str:
        return iri(_SD + name)

    def triples(count: int) -> str:
        return typed(str(count), "integer")

    kind = curie("rdf:type")
    yield line(service, kind, sd("Service"))
    yield line(service, sd("endpoint"), service)
    yield line(service, sd("supportedLanguage"), sd("SPARQL11Query"))
    yield line(service, sd("feature"), sd("UnionDefaultGraph"))
    for name in _WRITES:
        yield line(service, sd("resultFormat"), iri(_FORMATS + name))
    yield line(service, sd("defaultDataset"), dataset)
    yield line(dataset, kind, sd("Dataset"))
    yield line(dataset, sd("defaultGraph"), default)
    yield line(default, kind, sd("Graph"))
    manifest = kg.store.manifest
    yield line(default, curie("void:triples"), triples(manifest.triples))
    for part in manifest.parts:
        graph, named = iri(graph_iri(part.graph)), iri(f"{endpoint}#graph/{part.graph}")
        yield line(dataset, sd("namedGraph"), named)
        yield line(named, kind, sd("NamedGraph"))
        yield line(named, sd("name"), graph)
        yield line(named, sd("graph"), graph)
        yield line(graph, kind, sd("Graph"))
        yield line(graph, curie("void:triples"), triples(part.triples))


ROUTES: Final[list[BaseRoute]] = [
    Route("/graphs", graphs),
    Route("/graphs", refuse_write, methods=_REFUSED),
    Route("/.well-known/void", void),
    Route("/dump", dump),
]
