"""Parts: each named graph as N-Triples on disk, and the manifest of a compiled version."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

from coopgraph.errors import FactError, StoreDamaged
from coopgraph.store.files import to_json
from coopgraph.store.loader import GrowingFile


@dataclass(frozen=True)
class Part:
    """One named graph on disk: its name, where it comes from, its size and hash.

    `about` describes the input of an import: see `coopgraph.compiler.imports`.
    """

    graph: str
    origin: str  # curated, derived, import
    triples: int
    sha256: str
    about: dict[str, Any] = field(default_factory=dict, compare=False)


@dataclass(frozen=True)
class Manifest:
    """What a compiled version was made from."""

    coopgraph: str
    parts: tuple[Part, ...]

    @property
    def triples(self) -> int:
        """Triples in all graphs together."""
        return sum(part.triples for part in self.parts)

    @property
    def digest(self) -> str:
        """One hash over all parts: the same input gives the same digest."""
        lines = "".join(f"{part.graph} {part.sha256}\n" for part in self.parts)
        return hashlib.sha256(lines.encode()).hexdigest()


class PartWriter:
    """Writes the lines of one part and counts and hashes them."""

    def __init__(
        self, graph: str, origin: str, path: Path, stream: IO[bytes], growing: GrowingFile
    ) -> None:
        self._graph, self._origin, self._path = graph, origin, path
        self._stream, self._growing = stream, growing
        self._digest = hashlib.sha256()
        self._triples = 0

    def write(self, lines: Sequence[str]) -> None:
        """Append N-Triples lines, given without their line ends; several may be one text."""
        if lines:
            data = ("\n".join(lines) + "\n").encode()
            self._stream.write(data)
            self._stream.flush()
            self._digest.update(data)
            self._triples += data.count(b"\n")
            self._growing.set_size(self._stream.tell())

    def finish(self, about: dict[str, Any] | None = None) -> Part:
        """Describe the part, in a file next to it too; nothing more can be written."""
        self._stream.close()
        self._growing.close()
        digest = self._digest.hexdigest()
        part = Part(self._graph, self._origin, self._triples, digest, about or {})
        self._path.with_suffix(".json").write_bytes(to_json(asdict(part)))
        return part


def part_file(folder: Path, graph: str) -> Path:
    """Where the triples of a graph are kept, in the folder of a store or of a version."""
    return folder / "parts" / f"{graph}.nt"


def read_manifest(version: Path) -> Manifest:
    """The manifest of a compiled version."""
    try:
        raw = json.loads((version / "manifest.json").read_text(encoding="utf-8"))
        return Manifest(raw["coopgraph"], tuple(Part(**part) for part in raw["parts"]))
    except (OSError, ValueError, KeyError, TypeError):
        raise StoreDamaged(
            "the manifest cannot be read", place=str(version), remedy="run: coopgraph build"
        ) from None


def read_part(path: Path) -> Part:
    """The description of a part from its JSON file; raises `FactError`."""
    try:
        return Part(**json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, TypeError):
        raise FactError(
            "the description of a part cannot be read",
            place=str(path),
            remedy="remove this file and build, or import the source, again",
        ) from None
