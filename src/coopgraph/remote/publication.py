"""Publication: the named graphs of a store on this disk, put into a remote one and counted there.

SPARQL 1.1 Graph Store HTTP Protocol (https://www.w3.org/TR/sparql11-http-rdf-update/) or SPARQL 1.1
Update, in batches of N-Triples. Each graph replaces the one of its name; others stay; `void`, which
says what the others hold, goes last. By update a graph of one batch is replaced in one request, a
larger one by way of a staging graph (MOVE), so that a query meanwhile sees the old graph or the new
one. By the graph store protocol the first batch replaces the graph (PUT) and the others are added
(POST): until the last batch, the graph is incomplete.
"""

import contextlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import IO, Final, Literal, TypeAlias, cast
from urllib.parse import quote

from coopgraph.errors import CoopgraphError, FactError, GraphIncomplete, UsageError, nearest
from coopgraph.remote.address import parse_address
from coopgraph.remote.client import ACCEPT_SOLUTIONS, SparqlClient, table_of
from coopgraph.remote.endpoint import Endpoint
from coopgraph.sparql.dataset import Dataset, with_prologue
from coopgraph.store.embedded import Store
from coopgraph.store.void import GRAPHS, VOID_GRAPH
from coopgraph.vocabulary import GRAPH, graph_iri

WriteProtocol: TypeAlias = Literal["gsp", "update"]
#: Called with graph, triples in all, triples sent.
Progress: TypeAlias = Callable[[str, int, int], None]

BATCH_BYTES: Final = 4 << 20
#: Virtuoso compiles an update like a program: 5,000 lines were too many for its memory.
_BATCH_LINES: Final = {"gsp": 100_000, "update": 2_000}
_BLANK: Final = re.compile(rb"^(?:_:|\S+ \S+ _:)", re.MULTILINE)
_COUNT: Final = "SELECT (COUNT(*) AS ?n) { GRAPH <%s> { ?s ?p ?o } }"
_STAGING: Final = "#coopgraph-new"
_DEFAULT: Final = Dataset((), ())


@dataclass(frozen=True)
class Target:
    """Where graphs are written, by which protocol, and where they are counted."""

    write: Endpoint
    via: WriteProtocol
    count: SparqlClient


@dataclass
class Publication:
    """The graphs to send (name and triples), those that are done, and the one being sent. It is
    up to date at any time, also after an error or an interruption."""

    wanted: tuple[tuple[str, int], ...]
    done: list[tuple[str, int]] = field(default_factory=list)
    current: str = ""
    #: Graphs that the remote store described before and that this store does not hold.
    extra: tuple[str, ...] = ()

    @property
    def waiting(self) -> list[str]:
        """The graphs of which nothing was sent."""
        known = {name for name, _ in self.done} | {self.current}
        return [name for name, _ in self.wanted if name not in known]


def chosen_graphs(store: Store, names: Sequence[str] = ()) -> tuple[tuple[str, int], ...]:
    """Name and triples of the graphs called `names`, or of all; `void` comes last. Raises
    `UsageError` for a name that the store does not hold."""
    held = {part.graph: part.triples for part in store.manifest.parts}
    wanted = {name.removeprefix(GRAPH) for name in names} or set(held)
    for name in sorted(wanted - held.keys()):
        raise UsageError(f"there is no graph {name!r}", remedy=nearest(name, held))
    return tuple((name, held[name]) for name in sorted(wanted, key=lambda n: (n == VOID_GRAPH, n)))


def publish(
    store: Store,
    target: Target,
    publication: Publication,
    progress: Progress = lambda _graph, _triples, _sent: None,
) -> None:
    """Put the graphs that `publication` wants into `target`, one after the other. Raises
    `GraphIncomplete` where a graph then does not hold there what was sent, `FactError` for a blank
    node, and what `coopgraph.remote.endpoint.Endpoint.send` raises."""
    held = {part.graph for part in store.manifest.parts}
    publication.extra = tuple(name for name in _described(target) if name not in held)
    for name, triples in publication.wanted:
        publication.current = name
        kind = _GraphStoreUpload if target.via == "gsp" else _UpdateUpload
        upload = kind(target, graph_iri(name), partial(progress, name, triples))
        try:
            _read(store, graph_iri(name), upload)
            upload.finish()
        except BaseException:
            upload.clean_up()
            raise
        _verify(target, graph_iri(name), upload.sent)
        publication.done.append((name, upload.sent))
        publication.current = ""


class _Upload:
    """One graph: takes N-Triples as the engine writes them, sends them in batches of lines."""

    via: WriteProtocol

    def __init__(self, target: Target, graph: str, report: Callable[[int], None]) -> None:
        self.target, self.graph, self.sent, self._report = target, graph, 0, report
        self._left = bytearray()

    def write(self, data: bytes) -> int:
        """Take what the engine writes; it may end within a line."""
        self._left += data
        if len(self._left) >= BATCH_BYTES:
            self._send_whole_lines()
        return len(data)

    def flush(self) -> None:
        """Do nothing: whole batches are sent as they come."""

    def finish(self) -> None:
        """Send what is left."""
        self._send_whole_lines()

    def clean_up(self) -> None:
        """Remove the staging graph."""

    def _send_whole_lines(self) -> None:
        end = self._left.rfind(b"\n") + 1
        lines = bytes(self._left[:end]).splitlines(keepends=True)
        del self._left[:end]
        size = _BATCH_LINES[self.via]
        for start in range(0, len(lines), size):
            batch = b"".join(lines[start : start + size])
            if b"_:" in batch and _BLANK.search(batch):
                raise FactError(
                    "it holds a blank node, which another store would give another name",
                    place=self.graph,
                    remedy="give it an IRI",
                )
            self.add(batch)
            self.sent += batch.count(b"\n")
            self._report(self.sent)

    def add(self, batch: bytes) -> None:
        """Send one batch."""
        raise NotImplementedError


class _GraphStoreUpload(_Upload):
    """By the graph store protocol: PUT replaces, POST adds."""

    via: WriteProtocol = "gsp"

    def add(self, batch: bytes) -> None:
        self._send("POST" if self.sent else "PUT", batch)

    def finish(self) -> None:
        super().finish()
        if not self.sent:
            self._send("PUT", b"")

    def _send(self, method: str, batch: bytes) -> None:
        base = self.target.write.address.url
        url = f"{base}{'&' if '?' in base else '?'}graph={quote(self.graph, safe='')}"
        self.target.write.send(
            method,
            {"Content-Type": "application/n-triples"},
            batch,
            address=parse_address(url),
            is_write=True,
        )


class _UpdateUpload(_Upload):
    """By update: one batch in place; several by way of a staging graph."""

    via: WriteProtocol = "update"

    def __init__(self, target: Target, graph: str, report: Callable[[int], None]) -> None:
        super().__init__(target, graph, report)
        self._first: bytes | None = None
        self._staging = ""

    def add(self, batch: bytes) -> None:
        if self._first is None:  # perhaps the only one
            self._first = batch
            return
        if not self._staging:
            self._staging = self.graph + _STAGING
            self._update(f"DROP SILENT GRAPH <{self._staging}>")
            self._update(_data(self._staging, self._first))
        self._update(_data(self._staging, batch))

    def finish(self) -> None:
        super().finish()
        if not self._staging:
            data = f" ;\n{_data(self.graph, self._first)}" if self._first else ""
            self._update(f"DROP SILENT GRAPH <{self.graph}>{data}")
            return
        _verify(self.target, self._staging, self.sent)
        move = f"MOVE GRAPH <{self._staging}> TO GRAPH <{self.graph}>"
        self._update(move, repeatable=False)  # the second time there would be nothing to move
        self._staging = ""

    def clean_up(self) -> None:
        if self._staging:
            with contextlib.suppress(CoopgraphError):  # the first error counts
                self._update(f"DROP SILENT GRAPH <{self._staging}>")

    def _update(self, text: str, *, repeatable: bool = True) -> None:
        self.target.write.form([("update", text)], "*/*", repeatable=repeatable, is_write=True)


def _data(graph: str, batch: bytes) -> str:
    return f"INSERT DATA {{ GRAPH <{graph}> {{\n{batch.decode()}}} }}"


def _read(store: Store, graph: str, upload: _Upload) -> None:
    """Have the engine write the triples of a graph into `upload`, as N-Triples. The engine has
    brought literals into their canonical form: no two of them become one where another does the
    same."""
    from pyoxigraph import NamedNode, RdfFormat

    into = cast("IO[bytes]", upload)  # the engine needs no more than `write` and `flush`
    store.engine.dump(into, format=RdfFormat.N_TRIPLES, from_graph=NamedNode(graph))


def _verify(target: Target, graph: str, sent: int) -> None:
    """Raise `GraphIncomplete` unless the remote graph holds `sent` triples."""
    reply = target.count.send(_COUNT % graph, _DEFAULT, ACCEPT_SOLUTIONS)
    _, _, rows = table_of(reply, target.count.place).partition(b"\n")
    held = int(rows) if rows.strip().isdigit() else 0
    if held != sent:
        raise GraphIncomplete(
            f"{sent:,} triples were sent and {held:,} are there",
            place=graph,
            remedy="publish it again; if it stays so, the server merges or refuses some literals",
        )


def _described(target: Target) -> list[str]:
    """The graphs that the remote store describes already."""
    reply = target.count.send(with_prologue(GRAPHS), _DEFAULT, ACCEPT_SOLUTIONS)
    rows = table_of(reply, target.count.place).decode().splitlines()[1:]
    return sorted(row.strip("<>").removeprefix(GRAPH) for row in rows)
