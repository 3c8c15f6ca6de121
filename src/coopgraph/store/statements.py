"""The statements of parts, read once and passed to the readers of their predicates.

What is derived, and the search index, are computed from the lines of the parts while the engine
loads the same lines, and not with queries to the engine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from coopgraph.errors import StoreDamaged
from coopgraph.formats.ntriples import curie

if TYPE_CHECKING:
    from typing import TypeAlias

    #: Called with one statement: subject and object, as terms in N-Triples.
    Reader: TypeAlias = Callable[[bytes, bytes], object]

_BLOCK: Final = 1 << 22
_END: Final = b" .\n"


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
        """Call `reader` with each statement of a predicate (a CURIE).

        A statement comes once for each graph that holds it.
        """
        self._by.setdefault(curie(predicate).encode(), []).append(reader)

    def read(self, lines: Iterable[bytes]) -> None:
        """Read N-Triples lines with their line ends.

        Consecutive lines of one subject share one object for it. Raises `ValueError`
        for a line of a known predicate that has no end.
        """
        known, before = self._by.get, b""
        for line in lines:
            subject, predicate, rest = line.split(b" ", 2)
            readers = known(predicate)
            if readers is None:
                continue
            if not rest.endswith(_END):
                raise ValueError("a line does not end with a point")
            if subject != before:
                before = subject
            value = rest[:-3]
            for reader in readers:
                reader(before, value)

    def read_file(self, path: Path) -> None:
        """Read the file of a part; raises `StoreDamaged`."""
        try:
            with path.open("rb", buffering=_BLOCK) as stream:
                while lines := stream.readlines(_BLOCK):
                    self.read(lines)
        except (FileNotFoundError, ValueError) as error:
            raise broken_part(path, error) from None


def broken_part(place: Path, error: Exception) -> StoreDamaged:
    """The error for a part that is not there or is not N-Triples."""
    return StoreDamaged(
        f"the part cannot be read: {error}", place=str(place), remedy="import it again"
    )
