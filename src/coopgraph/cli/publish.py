"""The verb that puts the graphs of this store into a remote one: publish."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit, urlunsplit

import click

from coopgraph.cli.options import store_option, store_place
from coopgraph.cli.output import emit, note
from coopgraph.errors import CoopgraphError, UsageError

if TYPE_CHECKING:
    from coopgraph.remote.publication import Publication, Target, WriteProtocol

_INTERRUPTED: Final = 130
_EVERY_S: Final = 5.0
_TIMEOUT_S: Final = 300.0
#: Where servers write graphs, and where the same servers are asked; the last part of the path.
_GRAPH_STORES: Final = {
    "store": "query",  # Oxigraph
    "data": "query",  # Fuseki
    "sparql-graph-crud": "sparql",  # Virtuoso
    "sparql-graph-crud-auth": "sparql",
}
_UPDATES: Final = {"update": "query", "statements": ""}  # Oxigraph, Fuseki; GraphDB, RDF4J


@click.command(
    epilog="Examples: coopgraph publish --to http://127.0.0.1:7878/store; "
    "coopgraph publish --to https://example.org/sparql --via update --graph article --graph void"
)
@click.option(
    "--to",
    "url",
    required=True,
    metavar="URL",
    help="Where graphs are written: a graph store or an update endpoint.",
)
@click.option(
    "--via",
    type=click.Choice(["gsp", "update"]),
    help="Graph Store Protocol or SPARQL Update; by default as the address suggests.",
)
@click.option(
    "--count-at",
    metavar="URL",
    help="Query endpoint of the same store, for the counts; by default that of the address.",
)
@click.option(
    "--graph", "graphs", multiple=True, metavar="NAME", help="Only this graph; may be repeated."
)
@click.option("--dry-run", is_flag=True, help="Show what would be sent where; send nothing.")
@click.option(
    "--timeout-s",
    type=click.FloatRange(min=0, min_open=True),
    default=_TIMEOUT_S,
    show_default=True,
    help="How long one request may take.",
)
@store_option
def publish(
    url: str,
    via: WriteProtocol | None,
    count_at: str | None,
    graphs: tuple[str, ...],
    dry_run: bool,
    timeout_s: float,
) -> None:
    """Put the named graphs of this store into a remote one, and count them there.

    Each replaces the remote graph of its name; other graphs stay. Credentials come from the
    environment: COOPGRAPH_USER with COOPGRAPH_PASSWORD, or COOPGRAPH_TOKEN.
    """
    from coopgraph.remote.address import is_remote
    from coopgraph.remote.publication import Publication, chosen_graphs
    from coopgraph.remote.publication import publish as run
    from coopgraph.store import Store

    store = store_place()
    if is_remote(store):
        raise UsageError("what is published is a store on this disk", remedy="--store FOLDER")
    with_what = Store.open(store)
    publication = Publication(chosen_graphs(with_what, graphs))
    target = target_of(url, via, count_at, timeout_s, os.environ)
    try:
        if dry_run:
            emit(plan_text(publication, target))
            return
        run(with_what, target, publication, PublicationProgress())
    except KeyboardInterrupt:
        note(state_text(publication))
        note("coopgraph: interrupted")
        raise click.exceptions.Exit(_INTERRUPTED) from None
    except CoopgraphError:
        note(state_text(publication))
        raise
    finally:
        target.write.http.close()
    emit(report_text(publication, target))


def target_of(
    url: str,
    via: WriteProtocol | None,
    count_at: str | None,
    timeout_s: float,
    environment: Mapping[str, str],
) -> Target:
    """Where to write and where to count; raises `UsageError` for what is no address, and for
    credentials that would travel readable."""
    from coopgraph.remote.address import credentials_of, parse_address, refuse_unencrypted
    from coopgraph.remote.client import SparqlClient
    from coopgraph.remote.endpoint import REPLY_MB, Endpoint
    from coopgraph.remote.http import HttpClient
    from coopgraph.remote.publication import Target

    address, counted = parse_address(url), parse_address(count_at or counting_address(url))
    credentials = credentials_of(environment)
    http = HttpClient(REPLY_MB)
    for one in (address, counted):
        refuse_unencrypted(one, credentials)
    known = credentials if counted.origin == address.origin else None
    counting = Endpoint(counted, known, http, timeout_s)
    chosen: WriteProtocol = via or ("gsp" if _last(url) in _GRAPH_STORES else "update")
    return Target(Endpoint(address, credentials, http, timeout_s), chosen, SparqlClient(counting))


def counting_address(url: str) -> str:
    """The address for queries that belongs to one for writing, on the usual servers.

    >>> counting_address("http://localhost:7878/store")
    'http://localhost:7878/query'
    >>> counting_address("https://example.org/repositories/a/statements")
    'https://example.org/repositories/a'
    >>> counting_address("https://example.org/sparql")
    'https://example.org/sparql'
    """
    known = {**_GRAPH_STORES, **_UPDATES}
    last = _last(url)
    if last not in known:
        return url
    parts = urlsplit(url)
    path = parts.path.rstrip("/").removesuffix(last) + known[last]
    return urlunsplit(parts._replace(path=path.rstrip("/"), query=""))


def _last(url: str) -> str:
    return urlsplit(url).path.rstrip("/").rpartition("/")[2]


class PublicationProgress:
    """Progress on standard error: a line when a graph is sent, and now and then within it."""

    def __init__(self) -> None:
        self._last = time.monotonic()

    def __call__(self, graph: str, triples: int, sent: int) -> None:
        """Say how far `graph` is, if it is time to."""
        now = time.monotonic()
        if sent >= triples or now - self._last >= _EVERY_S:
            self._last = now
            note(f"{graph}: {sent:,} of {triples:,} triples sent")


def plan_text(publication: Publication, target: Target) -> str:
    """What would be sent where."""
    lines = [f"{triples:>11,}  {name}" for name, triples in publication.wanted]
    total = sum(triples for _, triples in publication.wanted)
    lines.append(
        f"would put {total:,} triples in {len(publication.wanted)} graphs to "
        f"{target.write.address} (via {target.via}), counted at {target.count.place}"
    )
    return "\n".join(lines) + "\n"


def report_text(publication: Publication, target: Target) -> str:
    """What was sent, graph by graph."""
    lines = [f"{triples:>11,}  {name}" for name, triples in publication.done]
    total = sum(triples for _, triples in publication.done)
    if publication.extra:
        names = ", ".join(publication.extra)
        lines.append(f"note: not in this store, and left there: {names}")
    lines.append(
        f"{total:,} triples in {len(publication.done)} graphs at {target.write.address}, "
        "each counted there"
    )
    return "\n".join(lines) + "\n"


def state_text(publication: Publication) -> str:
    """Which graphs are whole when it ends early."""
    whole = ", ".join(name for name, _ in publication.done) or "none"
    begun = f"; in question: {publication.current}" if publication.current else ""
    return f"complete: {whole}{begun}; not started: {len(publication.waiting)}"


COMMANDS = (publish,)
