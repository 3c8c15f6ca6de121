"""Publishing: the named graphs of a store on this disk, put into a remote one and counted there.

SPARQL 1.1 Graph Store HTTP Protocol (https://www.w3.org/TR/sparql11-http-rdf-update/) or SPARQL
1.1 Update, in batches of N-Triples. Every graph takes the place of the one of its name; others
stay as they are.

By update a graph of one batch is replaced in one request. A larger one is loaded into a graph
beside it, which then takes its place (MOVE), so that whoever asks meanwhile sees the old graph
or the new one. By the graph store protocol the first batch replaces the graph (PUT) and the
others are added (POST): until the last has come, the graph is a part of itself. The graph `void`,
which says what the others hold, goes last.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import IO, TYPE_CHECKING, Final, Literal, TypeAlias, cast
from urllib.parse import quote, urlencode

from coopgraph.errors import CoopgraphError, FactError, GraphIncomplete, UsageError, nearest
from coopgraph.remote.address import parse_address
from coopgraph.remote.endpoint import FORM
from coopgraph.remote.replies import ACCEPT_SOLUTIONS, table_of
from coopgraph.sparql.dataset import Dataset
from coopgraph.sparql.prologue import with_prologue
from coopgraph.store.void import GRAPHS, VOID_GRAPH
from coopgraph.vocabulary import GRAPH, graph_iri

if TYPE_CHECKING:
    from coopgraph.remote.endpoint import Endpoint
    from coopgraph.remote.exchange import Conversation
    from coopgraph.store.embedded import Store

Way: TypeAlias = Literal["gsp", "update"]
#: Called with graph, triples in all, triples sent.
Progress: TypeAlias = Callable[[str, int, int], None]

BATCH_BYTES: Final = 4 << 20
#: Virtuoso compiles an update like a program: 5,000 lines were too many for its memory.
_BATCH_LINES: Final = {"gsp": 100_000, "update": 2_000}
_BLANK: Final = re.compile(rb"^(?:_:|\S+ \S+ _:)", re.MULTILINE)
_COUNT: Final = "SELECT (COUNT(*) AS ?n) { GRAPH <%s> { ?s ?p ?o } }"
_BESIDE: Final = "#coopgraph-new"
_DEFAULT: Final = Dataset((), ())


@dataclass(frozen=True)
class Target:
    """Where graphs are written, by which protocol, and where they are counted."""

    write: Endpoint
    via: Way
    count: Conversation


@dataclass
class Publication:
    """What is wanted, and what became of it: name and triples of the graphs that are whole, and
    the one under way. It is true at any time, also after an error or an interruption."""

    wanted: tuple[tuple[str, int], ...]
    whole: list[tuple[str, int]] = field(default_factory=list)
    begun: str = ""
    #: Graphs that the remote store described before and that this store does not hold.
    foreign: tuple[str, ...] = ()

    @property
    def untouched(self) -> list[str]:
        """The graphs that were not begun."""
        known = {name for name, _ in self.whole} | {self.begun}
        return [name for name, _ in self.wanted if name not in known]


def chosen_graphs(store: Store, names: Sequence[str] = ()) -> tuple[tuple[str, int], ...]:
    """Name and triples of the graphs called `names`, or of all; `void` comes last.

    Raises `UsageError` for a name that the store does not hold.
    """
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
    """Put the graphs that `publication` wants into `target`, one after the other.

    Raises `GraphIncomplete` where a graph then does not hold there what was sent, `FactError`
    for a blank node, and what `coopgraph.remote.endpoint.Endpoint.send` raises.
    """
    held = {part.graph for part in store.manifest.parts}
    publication.foreign = tuple(name for name in _described(target) if name not in held)
    for name, triples in publication.wanted:
        publication.begun = name
        way = _Putting if target.via == "gsp" else _Inserting
        loading = way(target, graph_iri(name), partial(progress, name, triples))
        try:
            _read(store, graph_iri(name), loading)
            loading.finish()
        except BaseException:
            loading.give_up()
            raise
        _verify(target, graph_iri(name), loading.sent)
        publication.whole.append((name, loading.sent))
        publication.begun = ""


class _Loading:
    """One graph on its way: takes N-Triples as the engine writes them, sends whole batches."""

    via: Way

    def __init__(self, target: Target, graph: str, tell: Callable[[int], None]) -> None:
        self.target, self.graph, self.sent, self._tell = target, graph, 0, tell
        self._left = bytearray()

    def write(self, data: bytes) -> int:
        """Take what the engine writes; it may end anywhere."""
        self._left += data
        if len(self._left) >= BATCH_BYTES:
            self._send_whole_lines()
        return len(data)

    def flush(self) -> None:
        """Nothing waits here that must go now."""

    def finish(self) -> None:
        """Send what is left."""
        self._send_whole_lines()

    def give_up(self) -> None:
        """Leave nothing beside the graph."""

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
            self._tell(self.sent)

    def add(self, batch: bytes) -> None:
        """Send one batch."""
        raise NotImplementedError


class _Putting(_Loading):
    """By the graph store protocol: PUT replaces, POST adds."""

    via: Way = "gsp"

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


class _Inserting(_Loading):
    """By update: one batch in place; several beside the graph, whose place they then take."""

    via: Way = "update"

    def __init__(self, target: Target, graph: str, tell: Callable[[int], None]) -> None:
        super().__init__(target, graph, tell)
        self._first: bytes | None = None
        self._beside = ""

    def add(self, batch: bytes) -> None:
        if self._first is None:  # perhaps the only one
            self._first = batch
            return
        if not self._beside:
            self._beside = self.graph + _BESIDE
            self._update(f"DROP SILENT GRAPH <{self._beside}>")
            self._update(_data(self._beside, self._first))
        self._update(_data(self._beside, batch))

    def finish(self) -> None:
        super().finish()
        if not self._beside:
            data = f" ;\n{_data(self.graph, self._first)}" if self._first else ""
            self._update(f"DROP SILENT GRAPH <{self.graph}>{data}")
            return
        _verify(self.target, self._beside, self.sent)
        move = f"MOVE GRAPH <{self._beside}> TO GRAPH <{self.graph}>"
        self._update(move, repeatable=False)  # the second time there would be nothing to move
        self._beside = ""

    def give_up(self) -> None:
        if self._beside:
            with contextlib.suppress(CoopgraphError):  # the first error counts
                self._update(f"DROP SILENT GRAPH <{self._beside}>")

    def _update(self, text: str, *, repeatable: bool = True) -> None:
        self.target.write.send(
            "POST",
            {"Content-Type": FORM, "Accept": "*/*"},
            urlencode({"update": text}).encode(),
            repeatable=repeatable,
            is_write=True,
        )


def _data(graph: str, batch: bytes) -> str:
    return f"INSERT DATA {{ GRAPH <{graph}> {{\n{batch.decode()}}} }}"


def _read(store: Store, graph: str, loading: _Loading) -> None:
    """Have the engine write the triples of a graph into `loading`, as N-Triples.

    The engine has brought literals into their canonical form: no two of them become one where
    another does the same.
    """
    from pyoxigraph import NamedNode, RdfFormat

    into = cast("IO[bytes]", loading)  # the engine needs no more than `write` and `flush`
    store.engine.dump(into, format=RdfFormat.N_TRIPLES, from_graph=NamedNode(graph))


def _verify(target: Target, graph: str, sent: int) -> None:
    """Raise `GraphIncomplete` unless the remote graph holds `sent` triples."""
    reply = target.count.ask(_COUNT % graph, _DEFAULT, ACCEPT_SOLUTIONS)
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
    reply = target.count.ask(with_prologue(GRAPHS), _DEFAULT, ACCEPT_SOLUTIONS)
    rows = table_of(reply, target.count.place).decode().splitlines()[1:]
    return sorted(row.strip("<>").removeprefix(GRAPH) for row in rows)
