"""Bulk loads, one after another, in a thread of their own; and the statements of parts, read once
and passed to the readers of their predicates.

The engine loads without holding the interpreter's lock, so that files are read and results derived
at the same time: what is derived, and the search index, come from the lines of the parts, not from
queries to the engine. A part that is still being written is loaded as it grows.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from coopgraph.errors import StoreDamaged
from coopgraph.formats.ntriples import curie
from coopgraph.libraries import ox

if TYPE_CHECKING:
    from concurrent.futures import Future
    from typing import TypeAlias

    #: Called with one statement: subject and object, as terms in N-Triples.
    Reader: TypeAlias = Callable[[bytes, bytes], object]

_LINES: Final = 1 << 22
#: The end of a line of N-Triples, and of N-Quads: no term holds it.
END: Final = b" .\n"
#: Bytes that are loaded at once: the engine holds some 1.3 kB for each triple of a load, and takes
#: a tenth longer than for a load of all.
_BLOCK: Final = 32 << 20


class Readers:
    """Functions that are called with the statements of a predicate.

    >>> seen = []
    >>> readers = Readers()
    >>> readers.on("skos:prefLabel", lambda subject, value: seen.append((subject, value)))
    >>> label = b'<urn:a> <http://www.w3.org/2004/02/skos/core#prefLabel> "A" .'
    >>> readers.read([label + b"\\n", b"<urn:a> <urn:other> <urn:b> .\\n"])
    >>> seen
    [(b'<urn:a>', b'"A"')]
    """

    def __init__(self) -> None:
        self._by: dict[bytes, list[Reader]] = {}

    def on(self, predicate: str, reader: Reader) -> None:
        """Call `reader` with each statement of a predicate (a CURIE). A statement comes once for
        each graph that holds it."""
        self._by.setdefault(curie(predicate).encode(), []).append(reader)

    def read(self, lines: Iterable[bytes]) -> None:
        """Read N-Triples lines with their line ends. Consecutive lines of one subject share one
        object for it. Raises `ValueError` for a line of a known predicate that has no end."""
        known, before = self._by.get, b""
        for line in lines:
            subject, predicate, rest = line.split(b" ", 2)
            readers = known(predicate)
            if readers is None:
                continue
            if not rest.endswith(END):
                raise ValueError("a line does not end with a point")
            if subject != before:
                before = subject
            value = rest[:-3]
            for reader in readers:
                reader(before, value)

    def read_file(self, path: Path) -> None:
        """Read the file of a part; raises `StoreDamaged`."""
        try:
            with path.open("rb", buffering=_LINES) as stream:
                while lines := stream.readlines(_LINES):
                    self.read(lines)
        except (FileNotFoundError, ValueError) as error:
            raise broken_part(path, error) from None


def broken_part(place: Path, error: Exception) -> StoreDamaged:
    """The error for a part that is not there or is not N-Triples."""
    return StoreDamaged(
        f"the part cannot be read: {error}", place=str(place), remedy="import it again"
    )


class GrowingFile:
    """A file that is still being written; its writer says how far it may be read."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._change = threading.Condition()
        self._written = 0
        self._closed = False

    def set_size(self, size: int) -> None:
        """The file has `size` bytes now."""
        with self._change:
            self._written = size
            self._change.notify_all()

    def close(self) -> None:
        """Nothing more will be written."""
        with self._change:
            self._closed = True
            self._change.notify_all()

    def blocks(self) -> Iterator[bytes]:
        """The content, whole lines as often as there is enough for a load, until it is closed."""
        with self.path.open("rb", buffering=0) as stream:
            done = 0
            while size := min(self._written_from(done), _BLOCK):
                stream.seek(done)
                block = stream.read(size)
                block = block[: block.rfind(b"\n") + 1] or block
                done += len(block)
                yield block

    def _written_from(self, done: int) -> int:
        """How many bytes after `done` may be read, once they are enough or final."""
        with self._change:
            self._change.wait_for(lambda: self._written >= done + _BLOCK or self._closed)
            return self._written - done


def change_graph(engine: ox.Store, graph: str, old: Path, new: Path) -> None:
    """Bring the graph (an IRI) from the lines of `old` to those of `new`, both sorted."""
    from pyoxigraph import NamedNode, Quad, RdfFormat, parse

    name = NamedNode(graph)
    gone: list[bytes] = []
    added: list[bytes] = []
    with old.open("rb") as before, new.open("rb") as after:
        for line, is_new in differences(before, after):
            (added if is_new else gone).append(line)
    for quad in parse(b"".join(gone), format=RdfFormat.N_TRIPLES):
        engine.remove(Quad(quad.subject, quad.predicate, quad.object, name))
    if added:
        engine.bulk_load(b"".join(added), format=RdfFormat.N_TRIPLES, to_graph=name)


def differences(before: Iterator[bytes], after: Iterator[bytes]) -> Iterator[tuple[bytes, bool]]:
    """(line, whether it is new) of the lines that only one of two sorted files holds.

    >>> list(differences(iter([b"a", b"b"]), iter([b"b", b"c"])))
    [(b'a', False), (b'c', True)]
    """
    left, right = next(before, None), next(after, None)
    while left is not None or right is not None:
        if left == right:
            left, right = next(before, None), next(after, None)
        elif right is None or (left is not None and left < right):
            yield left, False  # type: ignore[misc]  # not None: it comes before `right`
            left = next(before, None)
        else:
            yield right, True
            right = next(after, None)


class Loader:
    """Bulk-loads what it is given into an engine, in that order."""

    def __init__(self, engine: ox.Store) -> None:
        from concurrent.futures import ThreadPoolExecutor

        self._engine = engine
        self._thread = ThreadPoolExecutor(1, "bulk load")
        self._growing: list[GrowingFile] = []
        self._last: Future[None] | None = None

    def file(self, path: Path, graph: str, *, ours: bool = False) -> None:
        """Load an N-Triples file into the graph (an IRI). Of one that is `ours`, just written from
        terms that were checked, the terms are not checked again."""
        whole = GrowingFile(path)

        def load() -> None:
            try:
                whole.set_size(path.stat().st_size)
            except FileNotFoundError as error:
                raise broken_part(path, error) from None
            whole.close()
            self._load_blocks(whole, graph, lenient=ours)

        self._add(load)

    def quads(self, data: bytes, *, ours: bool = False) -> None:
        """Load N-Quads; see `file`."""
        self._add(lambda: self._load(Path("parts"), data, lenient=ours))

    def follow(self, growing: GrowingFile, graph: str) -> None:
        """Load one of our N-Triples files while it is being written; see `file`."""
        self._growing.append(growing)
        self._add(lambda: self._load_blocks(growing, graph, lenient=True))

    def change(self, graph: str, old: Path, new: Path) -> None:
        """Bring a graph that is there to what another file holds; see `change_graph`."""
        self._add(lambda: change_graph(self._engine, graph, old, new))

    def compact(self) -> None:
        """Have the engine merge the files that each load has left: a look-up reads all of them."""
        self._add(self._engine.optimize)

    def wait(self) -> None:
        """Wait until all is loaded; raises `StoreDamaged` for a broken file, `OSError`."""
        if self._last is not None:
            self._last.result()

    def close(self) -> None:
        """End the thread; what it has not begun is not loaded."""
        for growing in self._growing:
            growing.close()
        self._thread.shutdown(cancel_futures=True)

    def _add(self, load: Callable[[], None]) -> None:
        """Put a load at the end; after one that failed, none is begun."""
        before = self._last

        def job() -> None:
            if before is not None:
                before.result()
            load()

        self._last = self._thread.submit(job)

    def _load_blocks(self, file: GrowingFile, graph: str, *, lenient: bool) -> None:
        for block in file.blocks():
            self._load(file.path, block, graph, lenient=lenient)

    def _load(self, place: Path, data: bytes, graph: str = "", *, lenient: bool = False) -> None:
        from pyoxigraph import NamedNode, RdfFormat

        to_graph = NamedNode(graph) if graph else None
        form = RdfFormat.N_TRIPLES if graph else RdfFormat.N_QUADS
        try:
            self._engine.bulk_load(data, form, to_graph=to_graph, lenient=lenient)
        except (SyntaxError, FileNotFoundError) as error:
            raise broken_part(place, error) from None
