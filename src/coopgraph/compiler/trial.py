"""What an import would do, without doing it: nothing is written but to a temporary folder."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from coopgraph.compiler.deliveries import appended
from coopgraph.compiler.held import UNNAMED, Held, ImportPlace
from coopgraph.compiler.imports import Progress, begun, opened, shown_lines, tell_records
from coopgraph.compiler.papers import COUNTING, CommonPapers, PaperSource
from coopgraph.errors import UsageError
from coopgraph.formats.ntriples import literal
from coopgraph.identity import Identity, basis_text
from coopgraph.importers import Ledger
from coopgraph.importers.base import Account
from coopgraph.importers.works import WORKS_FILE
from coopgraph.store import DEFAULT, Folder, Readers
from coopgraph.store.parts import whole_of
from coopgraph.vocabulary import ID

#: How much of each is shown.
FIRST: Final = 10
#: Nodes that only say something of others.
_OF_OTHERS: Final = frozenset({"evidence", "technology-tag", "policy-tag", "term-assignment"})
_LINKED: Final = ("coop:owner", "coop:technology", "coop:organisation", "coop:partner")


@dataclass
class Trial:
    """What an import would do: the graph, what stands against it or that it would change nothing,
    the account of each file, remarks; how many things would be read, by class, linked and refused,
    and the first ten of each."""

    graph: str
    remark: str = ""
    accounts: dict[str, Account] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    read: Counter[str] = field(default_factory=Counter)
    linked: int = 0
    refused: int = 0
    first: dict[str, list[str]] = field(
        default_factory=lambda: {"read": [], "linked": [], "refused": []}
    )

    def add(self, what: str, text: str) -> None:
        """One of the first, if it is."""
        if len(self.first[what]) < FIRST:
            self.first[what].append(text)


def try_import(
    kind: str,
    paths: Sequence[Path],
    store: str | Path = DEFAULT,
    *,
    release: str = "",
    options: Mapping[str, Any] | None = None,
    progress: Callable[[Progress], object] = lambda _state: None,
    place: ImportPlace = UNNAMED,
) -> Trial:
    """What `import_files` would do with the same arguments. Raises what it raises of files that
    cannot be read; what it would refuse is the `remark`."""
    folder = Folder(store)
    with opened(kind, paths, folder, options, place) as reader, TemporaryDirectory() as temporary:
        held = Held(folder, place.graph(reader.chosen, reader.inputs), place, reader, release)
        trial = Trial(held.graph)
        try:
            held.refuse()
        except UsageError as error:
            trial.remark = str(error)
        if part := held.known({source.sha256() for source in reader.inputs}):
            trial.remark = f"nothing would change: {part.graph} holds these files"
        tell = partial(tell_records, progress, begun(reader))

        def refuse(row: Sequence[object]) -> None:
            trial.refused += 1
            file, at, column, reason = row
            trial.add("refused", f"{file}, row {at}, {column}: {reason}")

        ledger = Ledger(refuse, tell, trial.accounts, trial.notes)
        lines = Path(temporary, "lines.nt")
        scratch = Path(temporary, "scratch")
        scratch.mkdir()
        with lines.open("w", encoding="utf-8") as stream:
            for text in reader.texts(scratch, ledger, lambda _bytes: None):
                stream.writelines(f"{each}\n" for each in shown_lines(reader, text))
        _compare(trial, held, lines)
        trial.notes += _shared(held, lines, scratch / WORKS_FILE)
        _look(trial, held, lines)
    return trial


def _compare(trial: Trial, held: Held, lines: Path) -> None:
    """What the graph holds of it, where it would be added to that."""
    if held.place.append and held.before and not trial.remark:
        old = held.folder.part_path(whole_of(held.before))
        states = appended(lambda _lines: None, held.reader.chosen, lines, old)
        trial.notes += [f"{name}: {counts}" for name, counts in states.items()]
        if not states:
            trial.remark = f"nothing would change: {trial.graph} holds all of it"


def _shared(held: Held, lines: Path, works: Path) -> list[str]:
    """How many of the papers other imports count too."""
    folder, graph = held.folder, held.graph
    found = [(part.graph, part.about.get("kind", ""), part) for part in folder.parts()]
    sources = [
        PaperSource(
            name,
            kind,
            folder.part_path(whole_of(part)),
            folder.works_path(part) if part.about.get("works") else None,
        )
        for name, kind, part in found
        if kind in COUNTING and name != graph
    ]
    kind = held.reader.chosen.kind
    if kind not in COUNTING or not sources:
        return []
    new = PaperSource(graph, kind, lines, works if works.is_file() else None)
    return [note for note in CommonPapers([*sources, new]).notes() if graph in note.split()]


def _look(trial: Trial, held: Held, lines: Path) -> None:
    """What would be read, and what it would be linked with."""
    readers, names, seen = Readers(), dict[bytes, str](), dict[bytes, None]()
    links: dict[str, None] = {}
    readers.on("rdf:type", lambda node, _class: seen.setdefault(node))
    readers.on("skos:prefLabel", lambda node, name: names.setdefault(node, literal(name)[0]))

    def link(node: bytes, other: bytes) -> None:
        if other.startswith(f"<{ID}".encode()) and other not in seen:
            links.setdefault(f"{_key(node)} → {_key(other)}")

    for predicate in _LINKED:
        readers.on(predicate, link)
    readers.read_file(lines)
    for node in seen:
        name = _key(node).partition("/")[0] if node.startswith(f"<{ID}".encode()) else "other"
        if name not in _OF_OTHERS:
            trial.read[name] += 1
            trial.add("read", f"{_key(node)}  {names.get(node, '')}".rstrip())
    found = [*_bodies(held, lines, seen), *links]
    trial.linked = len(found)
    for text in found:
        trial.add("linked", text)


def _bodies(held: Held, lines: Path, seen: Mapping[bytes, None]) -> list[str]:
    """The organisations that would be those of other registers, by what."""
    readers = Readers()
    identity = Identity(readers)
    for part in held.folder.parts():
        if part.origin != "derived" and part.graph != held.graph:
            identity.begin(part.graph)
            readers.read_file(held.folder.part_path(part))
    identity.begin(held.graph)
    readers.read_file(lines)
    return [
        f"{link.record.labels[0] if link.record.labels else link.record.iri} → "
        f"{link.target.labels[0] if link.target.labels else link.target.iri} "
        f"({basis_text(link.basis, 'en')})"
        for link in identity.resolution.accepted
        if (f"<{link.record.iri}>".encode() in seen) != (f"<{link.target.iri}>".encode() in seen)
    ]


def _key(node: bytes) -> str:
    """A node as it is shown: ours without what all begin with."""
    return node[1:-1].decode().removeprefix(ID)
