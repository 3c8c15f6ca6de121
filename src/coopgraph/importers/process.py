"""The files of an import are read in a process of their own (`coopgraph.guard.reader`).

`ReadImport` is the caller's side: the inputs, then the lines, while its ledger is filled as if they
had been read here. `send` is the other side: it says what an importer finds and yields.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from coopgraph import importers
from coopgraph.guard.reader import Messages, Reader, read_limits
from coopgraph.importers.base import Account, Importer, Input, Ledger

#: Characters of lines, and rejected records, that are handed over together.
_BATCH: Final = 1 << 18
_REJECTS: Final = 1_000


class ReadImport(Reader):
    """The files at `paths`, read by the importer `chosen` with its `options`. A context manager.
    Raises what `Reader` raises, and what the importer does."""

    def __init__(
        self, chosen: Importer, paths: Sequence[Path], options: Mapping[str, Any] | None
    ) -> None:
        options = dict(options or {})
        engine_mb = options.get("memory_mb", getattr(chosen.options, "memory_mb", 0))
        given = {
            "kind": chosen.kind,
            "paths": list(paths),
            "options": options,
            "publishers": list(importers.__path__),
        }
        names = ", ".join(path.name for path in paths)
        super().__init__(f"{__name__}:send", given, read_limits(paths, engine_mb), names)
        self.chosen = chosen
        #: The options that say what is read.
        self.options = {name: said for name, said in options.items() if name in chosen.selecting}
        #: Name and SHA-256 of each file of which records were read.
        self.files: list[list[str]] = []

    @cached_property
    def inputs(self) -> list[Input]:
        """The files that are read."""
        found, _ = next(iter(self))
        return [Input(Path(path), member, folder) for path, member, folder in found]

    def texts(self, scratch: Path, ledger: Ledger, count: Callable[[int], object]) -> Iterator[str]:
        """The lines, several as one text. `scratch` is a folder for the importer's own files;
        `count` gets the bytes that were read since it was last called."""
        assert self.inputs
        self.send(scratch)
        for said, data in self:
            if data:
                yield data.decode()
            for row in said.get("rejects", ()):
                ledger.rejects(row)
            if "read" in said:
                count(said["bytes"])
                ledger.progress(said["read"])
            for name, counts in said.get("accounts", {}).items():
                ledger.accounts[name] = account = Account(name, ledger)
                vars(account).update(counts)
            ledger.notes += said.get("notes", ())
            self.files += said.get("files", ())


def send(
    messages: Messages, kind: str, paths: list[Path], options: dict[str, Any], publishers: list[str]
) -> None:
    """Say what the files at `paths` hold, as `ReadImport` takes it."""
    importers.__path__[:] = publishers
    chosen = importers.importer(kind)
    inputs = chosen.find(paths)
    messages.send([(str(source.path), source.member, source.folder) for source in inputs])
    scratch = messages.receive()
    triples = chosen.configured(options, scratch) if chosen.configured else chosen.triples
    reading = _Reading(messages)
    watched = [replace(source, watch=reading.watch(source)) for source in inputs]
    ledger = Ledger(reading.reject, reading.tell)
    lines: list[str] = []
    size = 0
    for line in triples(watched, ledger):
        lines.append(line)
        size += len(line)
        if size > _BATCH:
            messages.send({}, "\n".join(lines).encode())
            size = len(lines := [])
    messages.send({}, "\n".join(lines).encode())
    reading.flush()
    messages.send(
        {
            "accounts": {name: account.counts for name, account in ledger.accounts.items()},
            "notes": ledger.notes,
            "files": sorted(
                {(i.file_name, i.sha256()) for i in inputs if i.name in ledger.accounts}
            ),
        }
    )


class _Reading:
    """What is read and rejected, on its way to the caller."""

    def __init__(self, messages: Messages) -> None:
        self._messages = messages
        self._bytes = 0
        self._name = ""
        self._rejects: list[Sequence[object]] = []

    def watch(self, source: Input) -> Callable[[int], object]:
        """What counts the bytes that are read of a file."""

        def count(read: int) -> None:
            self._bytes += read
            if source.name != self._name:
                self._name = source.name
                self._messages.read_now(self._name)

        return count

    def tell(self, read: int) -> None:
        """So many records were read."""
        self._messages.send({"read": read, "bytes": self._bytes})
        self._bytes = 0

    def reject(self, row: Sequence[object]) -> None:
        """A record was rejected."""
        self._rejects.append(row)
        if len(self._rejects) >= _REJECTS:
            self.flush()

    def flush(self) -> None:
        """Hand over the rejected records."""
        self._messages.send({"rejects": self._rejects})
        self._rejects = []
