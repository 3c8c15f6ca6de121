"""Parts: each named graph as N-Triples on disk, and the manifest of a compiled version."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final

from coopgraph.errors import PartDamaged, StoreDamaged, StoreOutdated
from coopgraph.store import files
from coopgraph.store.loader import GrowingFile

MANIFEST_FILE: Final = "manifest.json"
#: That and the same once more, for without it nothing is known of a version.
MANIFEST_FILES: Final = (MANIFEST_FILE, "manifest.copy.json")
#: What to do where it is not recorded, or not readable, what a store holds.
REPAIR: Final = "run: coopgraph doctor --repair"
RESTORE: Final = f"{REPAIR}; or make it anew of the imports that are whole: coopgraph build --fresh"
#: What to do about a part that cannot be used, by its origin.
_REMEDIES: Final = {
    "import": f"{REPAIR}; or import it again, or leave it out: coopgraph build --fresh",
    "curated": "run: coopgraph build",
    "derived": "run: coopgraph build",
}
_NAMED: Final = 3
#: The end of the name of all that an import holds, where its graph leaves something out.
WHOLE: Final = ".whole"
#: The model of the knowledge: 1 had one plan of one country, 2 says whose policy a claim is about,
#: 3 has amounts in any currency and period, 4 counts works by all their institutions and is
#: searched by words.
MODEL: Final = 4
#: What to do about a store of an older model.
UPGRADE: Final = "make it anew, with its imports: coopgraph build"


@dataclass(frozen=True)
class Part:
    """One named graph on disk: its name, where it comes from, its size and hash. `about` describes
    the input of an import: see `coopgraph.compiler.imports`. Where its graph leaves out what others
    say, `about["whole"]` has size and hash of all that it holds: a file of its own."""

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
    model: int = MODEL

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

    def __init__(self, graph: str, origin: str, stream: IO[bytes], growing: GrowingFile) -> None:
        self._graph, self._origin = graph, origin
        self._stream, self._growing = stream, growing
        self._digest = hashlib.sha256()
        self._triples = 0

    def write(self, lines: Sequence[str]) -> None:
        """Append N-Triples lines, given without their line ends; several may be one text."""
        if lines:
            self.write_bytes([("\n".join(lines) + "\n").encode()])

    def write_bytes(self, lines: Sequence[bytes]) -> None:
        """Append N-Triples lines with their line ends."""
        data = b"".join(lines)
        self._stream.write(data)
        self._stream.flush()
        self._digest.update(data)
        self._triples += data.count(b"\n")
        self._growing.set_size(self._stream.tell())

    def finish(self, about: dict[str, Any] | None = None) -> Part:
        """Describe the part; nothing more can be written."""
        self._stream.close()
        self._growing.close()
        digest = self._digest.hexdigest()
        return Part(self._graph, self._origin, self._triples, digest, about or {})


def whole_of(part: Part) -> Part:
    """All that an import holds, as a part: itself, or that of which its graph leaves something out,
    under a name of its own."""
    if not (whole := part.about.get("whole")):
        return part
    about = {
        name: said for name, said in part.about.items() if name not in ("whole", "rejects", "works")
    }
    return Part(f"{part.graph}{WHOLE}", part.origin, whole["triples"], whole["sha256"], about)


def with_wholes(parts: Iterable[Part]) -> Iterator[Part]:
    """The parts, and all that imports among them hold."""
    for part in parts:
        yield part
        if part.about.get("whole"):
            yield whole_of(part)


def check_model(model: int, place: str) -> None:
    """Raise `StoreOutdated` for a store at `place` of another model than this version reads."""
    if model != MODEL:
        raise StoreOutdated(outdated(model), place=place, remedy=UPGRADE)


def outdated(model: int) -> str:
    """What is wrong with a store of another model than this version reads."""
    return f"the store holds the model {model} of the knowledge, this version reads {MODEL}"


def part_file(version: Path, graph: str) -> Path:
    """Where the triples of a graph are in a version that is being made, or is of 0.1."""
    return version / "parts" / f"{graph}.nt"


def fault_of(part: Part, path: Path) -> str:
    """What is wrong with the file of a part; empty where it is the one that was recorded."""
    return files.file_fault(path, part.sha256)


def refuse_faults(faults: Sequence[tuple[Part, Path, str]]) -> None:
    """Raise `PartDamaged` for parts at their places with what is wrong, unless there is none."""
    if not faults:
        return
    said = [f"the part {part.graph} {fault}" for part, _, fault in faults]
    more = f" (and {len(said) - _NAMED} more)" if len(said) > _NAMED else ""
    worst = min((part for part, _, _ in faults), key=lambda part: part.origin != "import")
    raise PartDamaged(
        ", ".join(said[:_NAMED]) + more,
        place=str(faults[0][1]),
        remedy=_REMEDIES.get(worst.origin, _REMEDIES["derived"]),
    )


def _part(**recorded: Any) -> Part:
    part = Part(**recorded)
    found = [type(part.graph), type(part.origin), type(part.sha256), type(part.triples)]
    if [*found, type(part.about)] != [str, str, str, int, dict]:
        raise TypeError("no part")
    return part


def read_manifest(version: Path, sha256: str = "") -> Manifest:
    """The manifest of a compiled version, or the copy of it. Raises `StoreDamaged` where neither
    can be read, or is the one whose SHA-256 is given."""
    faults = []
    for name in MANIFEST_FILES:
        try:
            data = files.read_file(version / name)
            if not sha256 or hashlib.sha256(data).hexdigest() == sha256:
                raw = json.loads(data)
                parts = tuple(_part(**part) for part in raw["parts"])
                return Manifest(raw["coopgraph"], parts, int(raw.get("model", 1)))
            fault = "does not have the SHA-256 that was recorded"
        except FileNotFoundError:
            fault = "is missing"
        except files.UNREADABLE as error:
            fault = files.why_unreadable(error)
        faults.append(fault)
    place = str(version / MANIFEST_FILE)
    raise StoreDamaged(f"the manifest {faults[0]}", place=place, remedy=RESTORE)


def copy_manifest(version: Path, sha256: str) -> None:
    """Write a version's manifest anew from its copy, or the copy from the manifest."""
    faults = {name: files.file_fault(version / name, sha256) for name in MANIFEST_FILES}
    whole = next((name for name, fault in faults.items() if not fault), None)
    for name in MANIFEST_FILES:
        if whole and faults[name]:
            files.remove(version / name)
            files.replace_file(version / name, (version / whole).read_bytes())
