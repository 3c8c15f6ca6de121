"""One import: a publisher's files to one named graph, written whole or not at all, beside what is
there, added to it or in its place."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from itertools import count as numbers_from
from pathlib import Path
from typing import IO, Any, Final

from coopgraph.compiler.compiler import build
from coopgraph.compiler.deliveries import appended, settled
from coopgraph.compiler.held import UNNAMED, Held, ImportPlace, already
from coopgraph.compiler.keys import refuse_twice
from coopgraph.compiler.papers import COUNTING
from coopgraph.compiler.version import base_of, compile_version
from coopgraph.errors import InputUnreadable, UsageError, nearest
from coopgraph.formats.csv import csv_text
from coopgraph.importers import Importer, Ledger, importer
from coopgraph.importers.base import REJECT_COLUMNS, Account
from coopgraph.importers.process import ReadImport
from coopgraph.importers.works import WORKS_FILE, join_works
from coopgraph.store import DEFAULT, Folder, NewVersion, Part, new_version
from coopgraph.store.files import file_sha256, move_file, remove_tree, sync_folder
from coopgraph.store.parts import check_model, fault_of, refuse_faults, whole_of
from coopgraph.tables.shorthand import shorthand
from coopgraph.vocabulary import GRAPH

#: The end of the name of a delivery before it is joined with what is there.
_NEXT: Final = ".next"


@dataclass(frozen=True)
class ImportReport:
    """What an import did: the account of each file, the part written, remarks. `rejects` is the
    file that names row, column and reason of each rejected record, or None. `unchanged` says why
    nothing was written, where the store held it all; the part is that which holds it."""

    part: Part
    accounts: dict[str, Account]
    notes: tuple[str, ...]
    rejects: Path | None = None
    unchanged: str = ""


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
    place: ImportPlace = UNNAMED,
) -> ImportReport:
    """Import the files at `paths` as a named graph and publish a version with it.

    Nothing is replaced unawares: where the graph is there, it is refused, unless the files are all
    that it was made from, and more; `place` says to put it beside, add to it or replace it. A
    user's own file (`per_file`) replaces what it was. What the store holds already changes nothing.
    Where nothing has been built yet, the shipped data are built first. `options` are those of the
    kind (of openalex: `coopgraph.importers.openalex.engine.Options`). Raises `UnknownImporter`,
    `UsageError`, `InputMissing`, `InputUnreadable` (also where no record at all can be used),
    `TablesInvalid`, `ReadLimitExceeded`, `StoreLocked`, `FileUnwritable`; the old graph then stays.
    """
    folder = Folder(store)
    with opened(kind, paths, folder, options, place) as reader:
        graph = place.graph(reader.chosen, reader.inputs)
        state = begun(reader)
        tell = partial(tell_records, progress, state)
        if not folder.exists():
            build(store=folder.path)
        with folder.locked():
            held = Held(folder, graph, place, reader, release)
            if part := held.known({source.sha256() for source in reader.inputs}):
                return ImportReport(part, {}, (), None, already(part))
            held.refuse()
            return _publish(held, tell, lambda n: _count(state, n), state)


def opened(
    kind: str,
    paths: Sequence[Path],
    folder: Folder,
    options: Mapping[str, Any] | None,
    place: ImportPlace,
) -> ReadImport:
    """The reader of an import. Raises `UnknownImporter`, and `UsageError` for what cannot be asked
    for."""
    chosen = importer(kind)
    if options and chosen.configured is None:
        raise UsageError(f"{kind} has no option {next(iter(options))!r}", remedy="leave it out")
    place.check(chosen, folder)
    if chosen.kind == "table" and not (options or {}).get("data"):
        options = {"data": str(folder.tables or "")}
    return ReadImport(chosen, paths, options)


def _publish(
    held: Held,
    tell: Callable[[int], object],
    count: Callable[[int], object],
    state: Progress,
) -> ImportReport:
    """Publish a version with the graph that is read, unless the store holds all of it."""
    folder, graph, before = held.folder, held.graph, held.before
    is_next = held.place.append and before is not None
    ledger = Ledger(progress=tell)
    with new_version(folder, base_of(folder, graph)) as version:
        others = _keep_others(version, graph)
        is_alone = not (is_next or held.beside or _counts_with(held, others))
        if is_alone:
            version.load(others)
        written = f"{graph}{_NEXT}" if is_next else graph
        part = read_import(
            version, written, held.reader, ledger, held.release, count, load=is_alone
        )
        digests = {digest for _, digest in held.reader.files}
        if same := held.same(part, digests):
            return ImportReport(same, ledger.accounts, tuple(ledger.notes), None, already(same))
        part = replace(part, about=part.about | held.recorded())
        if is_next and before is not None:
            joined = _join(version, before, part, held.reader.chosen, ledger)
            if joined is None:
                said = already(before)
                return ImportReport(before, ledger.accounts, tuple(ledger.notes), None, said)
            part = joined
        elif before is not None:
            ledger.note(f"{graph} is replaced: it had {before.triples:,} triples")
        state.step = "compiling"
        tell(sum(account.read for account in ledger.accounts.values()))
        parts, remarks = settled(version, [*others, part])
        ledger.notes += remarks
        part = next(each for each in parts if each.graph == graph)
        refuse_twice(version, parts)
        if not is_alone:
            version.load(parts)
        compile_version(version, parts)
    for each in parts:
        left = whole_of(each).triples - each.triples
        if left > 0 and each.about["kind"] == part.about["kind"]:
            ledger.note(f"{left:,} statements of {each.graph} are repeated or said anew beside it")
    listed = folder.rejects_path(part) if "rejects" in part.about else None
    return ImportReport(part, ledger.accounts, tuple(ledger.notes), listed)


def _counts_with(held: Held, others: Sequence[Part]) -> bool:
    """Whether an import counts papers that others may count: what they say of them changes."""
    kinds = {part.about.get("kind") for part in others}
    return held.reader.chosen.kind in COUNTING and not kinds.isdisjoint(COUNTING)


def _join(
    version: NewVersion, before: Part, part: Part, chosen: Importer, ledger: Ledger
) -> Part | None:
    """A delivery and what the graph held before as one part; None where it held all of it."""
    whole = whole_of(before)
    old = version.folder.part_path(whole)
    refuse_faults([(whole, old, fault)] if (fault := fault_of(whole, old)) else [])
    delivery = version.part_path(part.graph)
    with version.stream_part(before.graph, load=False) as stream:
        told = appended(stream.write_bytes, chosen, delivery, old)
        if not told:
            return None
        for name, states in told.items():
            ledger.note(f"{name}: {states}")
        about = _joined(before.about, part.about)
        about |= _join_rejects(version, before, part) | _join_works(version, before, part)
        delivery.unlink()
        return stream.finish(about)


def _joined(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """What is known of a graph of several deliveries: files and accounts of all."""
    accounts = dict(before["accounts"])
    for name, account in after["accounts"].items():
        further = (f"{name} ({number})" for number in numbers_from(2))
        accounts[next(each for each in chain([name], further) if each not in accounts)] = account
    files = {file["sha256"]: file for file in (*before["files"], *after["files"])}
    release = after["release"] or before["release"]
    return {**after, "release": release, "files": [*files.values()], "accounts": accounts}


def _join_rejects(version: NewVersion, before: Part, part: Part) -> dict[str, str]:
    """The list of rejected records of both; what is recorded of it."""
    old, new = version.folder.rejects_path(before), version.rejects_path(part.graph)
    found = [path.read_text(encoding="utf-8") for path in (old, new) if path.is_file()]
    new.unlink(missing_ok=True)
    if not found:
        return {}
    header = csv_text([REJECT_COLUMNS])
    path = version.rejects_path(before.graph)
    path.write_text(header + "".join(text.removeprefix(header) for text in found), encoding="utf-8")
    return {"rejects": file_sha256(path)}


def _join_works(version: NewVersion, before: Part, part: Part) -> dict[str, str]:
    """The works with a DOI of both; what is recorded of them, nothing where they are not known."""
    new, before_works = version.works_path(part.graph), before.about.get("works", "")
    if not new.is_file():
        return {"works": before_works} if before_works else {}
    if before_works:
        path = version.works_path(before.graph)
        join_works(path, new, version.folder.works_path(before))
        before_works = file_sha256(path)
    new.unlink()
    return {"works": before_works}


def read_import(
    version: NewVersion,
    graph: str,
    reader: ReadImport,
    ledger: Ledger,
    release: str = "",
    count: Callable[[int], object] = lambda _bytes: None,
    *,
    load: bool = True,
) -> Part:
    """The part of a new version that an importer makes of files; with `load` loaded while written.
    `count` gets the bytes that were read since it was last called. Raises what `import_files`
    raises of files."""
    with (
        contextlib.closing(reader),  # it may still write to `scratch`
        _Rejects(version.rejects_path(graph)) as rejects,
        version.stream_part(graph, load=load) as stream,
    ):
        scratch = version.path / "scratch"
        scratch.mkdir(exist_ok=True)
        ledger.rejects = rejects.write
        for text in reader.texts(scratch, ledger, count):
            stream.write(shown_lines(reader, text))
        works = {}
        if (found := scratch / WORKS_FILE).is_file():
            found.replace(version.works_path(graph))
            works["works"] = file_sha256(version.works_path(graph))
        remove_tree(scratch)
        refused = version.folder.rejects_path(Part(graph, "import", 0, ""))
        _refuse_nothing(ledger, rejects, refused)
        about = _about(reader, ledger, release)
        return stream.finish(about | rejects.recorded() | works)


def shown_lines(reader: ReadImport, text: str) -> list[str]:
    """The lines of a text that an importer yields, with what is said shortly of each."""
    return [text] if reader.chosen.verbatim else [*shorthand(text.split("\n"))]


def remove_import(name: str, store: str | Path = DEFAULT) -> Part:
    """Remove an imported graph (its name, the last word of it, or its IRI) and publish a version
    without it. What was derived from it is derived again, and what it said too for others is theirs
    again. Raises `UsageError` where no import has that name, or several: curated graphs are removed
    by changing the tables."""
    folder = Folder(store)
    said = name.removeprefix(GRAPH).removeprefix("graph:")
    with folder.locked():
        folder.current()  # no store: say so before anything else
        imports = {part.graph: part for part in folder.parts() if part.origin == "import"}
        ends = [each for each in imports if each.endswith(f"/{said}")] if said else []
        if said not in imports and len(ends) != 1:
            fact = (
                f"several imports are called {name!r}" if ends else f"no import is called {name!r}"
            )
            raise UsageError(fact, remedy=", ".join(ends) or nearest(said, imports))
        graph = said if said in imports else ends[0]
        with new_version(folder, base_of(folder, graph)) as version:
            parts, _ = settled(version, _keep_others(version, graph))
            version.load(parts)
            compile_version(version, parts)
    return imports[graph]


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


def begun(reader: ReadImport) -> Progress:
    """The progress of an import of which nothing was read."""
    paths = {source.path for source in reader.inputs}
    return Progress(bytes_total=sum(path.stat().st_size for path in paths))


def _count(state: Progress, read: int) -> None:
    state.bytes_read += read


def tell_records(progress: Callable[[Progress], object], state: Progress, records: int) -> None:
    """Tell `progress` how many records were read."""
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
