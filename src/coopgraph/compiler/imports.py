"""One import: a publisher's files to one named graph, replaced whole or not at all."""

from __future__ import annotations

import contextlib
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from coopgraph.compiler.compiler import build
from coopgraph.compiler.version import base_of, compile_version
from coopgraph.errors import InputUnreadable, UsageError, nearest
from coopgraph.formats.csv import csv_text
from coopgraph.importers import Importer, Input, Ledger, importer
from coopgraph.importers.base import REJECT_COLUMNS, Account
from coopgraph.importers.process import ReadImport
from coopgraph.store import DEFAULT, Folder, NewVersion, Part, new_version
from coopgraph.store.files import file_sha256, move_file, remove_tree, sync_folder
from coopgraph.store.parts import check_model
from coopgraph.tables.shorthand import shorthand
from coopgraph.vocabulary import GRAPH


@dataclass(frozen=True)
class ImportReport:
    """What an import did: the account of each file, the part written, remarks. `rejects` is the
    file that names row, column and reason of each rejected record, or None."""

    part: Part
    accounts: dict[str, Account]
    notes: tuple[str, ...]
    rejects: Path | None


@dataclass
class Progress:
    """How far an import is: `step` is reading, then compiling; bytes are those on disk. Where an
    importer reads its files twice, more bytes are read than there are."""

    step: str = "reading"
    records: int = 0
    bytes_read: int = 0
    bytes_total: int = 0


def import_files(
    kind: str,
    paths: Sequence[Path],
    store: str | Path = DEFAULT,
    *,
    release: str = "",
    options: Mapping[str, Any] | None = None,
    progress: Callable[[Progress], object] = lambda _state: None,
) -> ImportReport:
    """Import the files at `paths` as a named graph and publish a version with it.

    The graph of the same kind (and file, where a user's own files are meant) is replaced. Where
    nothing has been built yet, the shipped data are built first. `options` are those of the kind
    (of openalex: `coopgraph.importers.openalex.engine.Options`). Raises `UnknownImporter`,
    `InputMissing`, `InputUnreadable` (also where no record at all can be used), `TablesInvalid`,
    `ReadLimitExceeded`, `StoreLocked`, `FileUnwritable`; the old graph then stays.
    """
    chosen = importer(kind)
    if options and chosen.configured is None:
        raise UsageError(f"{kind} has no option {next(iter(options))!r}", remedy="leave it out")
    if chosen.kind == "table" and not (options or {}).get("data"):
        options = {"data": str(Folder(store).tables or "")}
    with ReadImport(chosen, paths, options) as reader:
        return _replace_graph(reader, Folder(store), release, progress)


def _replace_graph(
    reader: ReadImport, folder: Folder, release: str, progress: Callable[[Progress], object]
) -> ImportReport:
    """Publish a version with the graph that `reader` reads."""
    graph = graph_name(reader.chosen, reader.inputs)
    if not folder.exists():
        build(store=folder.path)
    state = Progress(bytes_total=_size(reader.inputs))
    with folder.locked(), new_version(folder, base_of(folder, graph)) as version:
        others = _keep_others(version, graph)
        version.load(others)
        ledger = Ledger(progress=lambda read: _tell(progress, state, read))
        part = read_import(version, graph, reader, ledger, release, lambda n: _count(state, n))
        state.step = "compiling"
        _tell(progress, state, sum(account.read for account in ledger.accounts.values()))
        compile_version(version, [*others, part])
    listed = folder.rejects_path(part) if "rejects" in part.about else None
    return ImportReport(part, ledger.accounts, tuple(ledger.notes), listed)


def read_import(
    version: NewVersion,
    graph: str,
    reader: ReadImport,
    ledger: Ledger,
    release: str = "",
    count: Callable[[int], object] = lambda _bytes: None,
) -> Part:
    """The part of a new version that an importer makes of files; loaded while it is written.
    `count` gets the bytes that were read since it was last called. Raises what `import_files`
    raises of files."""
    with (
        contextlib.closing(reader),  # it may still write to `scratch`
        _Rejects(version.rejects_path(graph)) as rejects,
        version.stream_part(graph) as stream,
    ):
        scratch = version.path / "scratch"
        scratch.mkdir(exist_ok=True)
        ledger.rejects = rejects.write
        for text in reader.texts(scratch, ledger, count):
            stream.write([text] if reader.chosen.verbatim else [*shorthand(text.split("\n"))])
        remove_tree(scratch)
        refused = version.folder.rejects_path(Part(graph, "import", 0, ""))
        _refuse_nothing(ledger, rejects, refused)
        about = _about(reader, ledger, release)
        return stream.finish(about | rejects.recorded())


def remove_import(name: str, store: str | Path = DEFAULT) -> Part:
    """Remove an imported graph (its name or IRI) and publish a version without it. What was derived
    from it is derived again. Raises `UsageError` where no import has that name: curated graphs are
    removed by changing the tables."""
    folder = Folder(store)
    graph = name.removeprefix(GRAPH).removeprefix("graph:")
    with folder.locked():
        folder.current()  # no store: say so before anything else
        imports = {part.graph: part for part in folder.parts() if part.origin == "import"}
        if graph not in imports:
            raise UsageError(f"no import is called {name!r}", remedy=nearest(graph, imports))
        with new_version(folder, base_of(folder, graph)) as version:
            others = _keep_others(version, graph)
            version.load(others)
            compile_version(version, others)
    return imports[graph]


def graph_name(chosen: Importer, inputs: Sequence[Input]) -> str:
    """The name of the named graph of an import.

    A user's own file gives its name; several, the name of the folder they stand in.

    >>> graph_name(importer("rdf"), [Input(Path("My notes.ttl"))])
    'import/rdf/my-notes'
    """
    if not chosen.per_file:
        return f"import/{chosen.kind}"
    paths = {source.path for source in inputs}
    name = inputs[0].path.name.removesuffix(".gz")
    stem = Path(name).stem if len(paths) == 1 else inputs[0].path.absolute().parent.name
    words = re.findall(r"[^\W_]+", unicodedata.normalize("NFC", stem).lower())
    return f"import/{chosen.kind}/{'-'.join(words) or 'file'}"


class _Rejects:
    """The file of rejected records, written as they come; it becomes current with its graph."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stream: IO[str] | None = None

    def __enter__(self) -> _Rejects:
        return self

    def __exit__(self, *_error: object) -> None:
        if self._stream is not None:
            self._stream.close()

    def write(self, row: Sequence[object]) -> None:
        if self._stream is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._stream = self._path.open("w", encoding="utf-8", errors="replace")
            self._stream.write(csv_text([REJECT_COLUMNS]))
        self._stream.write(csv_text([map(str, row)]))

    def recorded(self) -> dict[str, str]:
        """Complete the file; what is recorded of it with the graph."""
        if self._stream is None:
            return {}
        self._stream.close()
        return {"rejects": file_sha256(self._path)}

    def move(self, place: Path) -> Path:
        """Put the file where it stays although the graph does not become current."""
        self.__exit__()
        move_file(self._path, place)
        sync_folder(place.parent)
        return place


def _refuse_nothing(ledger: Ledger, rejects: _Rejects, refused: Path) -> None:
    """An import without one usable record replaces no graph: the file is not what was meant."""
    accounts = ledger.accounts.values()
    if any(account.accepted for account in accounts):
        return
    read = sum(account.read for account in accounts)
    place = rejects.move(refused) if read else None
    raise InputUnreadable(
        f"none of {read:,} records can be used" if read else "there is no record",
        place=", ".join(ledger.accounts),
        remedy=f"the reasons are in {place}" if place else "name the publisher's files",
    )


def _keep_others(version: NewVersion, graph: str) -> list[Part]:
    """Take over all parts but those that are derived and that of `graph`; raises `StoreOutdated`
    where they are of another model."""
    for before in version.folder.builds()[:1]:
        check_model(before.manifest.model, str(version.folder.path))
    parts = version.folder.parts()
    return version.keep(p for p in parts if p.origin != "derived" and p.graph != graph)[0]


def _size(inputs: Sequence[Input]) -> int:
    return sum(path.stat().st_size for path in {source.path for source in inputs})


def _count(state: Progress, read: int) -> None:
    state.bytes_read += read


def _tell(progress: Callable[[Progress], object], state: Progress, records: int) -> None:
    state.records = records
    progress(state)


def _about(reader: ReadImport, ledger: Ledger, release: str) -> dict[str, Any]:
    """What the provenance of the graph is written from."""
    chosen = reader.chosen
    names = sorted({source.plain_name for source in reader.inputs})
    which = f": {', '.join(names)}" if chosen.per_file else ""
    return {
        "kind": chosen.kind,
        **{f"title_{lang}": title + which for lang, title in chosen.titles.items()},
        "licence": chosen.licence,
        "release": release,
        "files": [{"name": name, "sha256": digest} for name, digest in reader.files],
        "accounts": {name: account.counts for name, account in ledger.accounts.items()},
    }
