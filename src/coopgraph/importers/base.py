"""The common shape of all importers: inputs, the ledger, the generator.

Every record of an input is accounted for: read = accepted + rejected + duplicates, per file.
"""

from __future__ import annotations

import contextlib
import csv
import gzip
import hashlib
import io
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final, TypeAlias, cast

from coopgraph.errors import InputMissing, InputUnreadable
from coopgraph.tables.triples import told

_BLOCK: Final = 1 << 20
#: What a file that is cut short, damaged or locked with a password may raise while it is read.
_BROKEN: Final = (
    OSError,
    EOFError,
    KeyError,
    zlib.error,
    zipfile.BadZipFile,
    NotImplementedError,  # a compression that this Python does not have
    RuntimeError,  # a member that is encrypted
)
REJECT_COLUMNS: Final = ("file", "row", "column", "reason")


@dataclass(frozen=True)
class Input:
    """One file to read: on disk, gzipped, or a member of a zip archive."""

    path: Path
    member: str = ""
    folder: str = ""  # shown before the name, where two inputs would be named alike
    #: Told how many bytes were read from disk, as they are read: for progress.
    watch: Callable[[int], object] | None = field(default=None, compare=False, repr=False)

    @property
    def file_name(self) -> str:
        """The name of the file on disk, after its folder where that tells it from another."""
        return f"{self.folder}/{self.path.name}" if self.folder else self.path.name

    @property
    def name(self) -> str:
        """How messages and the ledger name it."""
        return f"{self.file_name}!{self.member}" if self.member else self.file_name

    @property
    def suffix(self) -> str:
        """The extension of the content, in lower case, `.gz` aside."""
        name = self.member or self.path.name
        return Path(name.lower().removesuffix(".gz")).suffix

    @contextlib.contextmanager
    def open(self) -> Iterator[IO[bytes]]:
        """The content as a stream of bytes, decompressed.

        Raises `InputUnreadable` where the file, the archive or the compression is broken, also
        while it is being read.
        """
        try:
            with contextlib.ExitStack() as stack:
                raw: IO[bytes] = stack.enter_context(self.path.open("rb"))
                if self.watch is not None:
                    raw = stack.enter_context(io.BufferedReader(_Watched(raw, self.watch), _BLOCK))
                if self.member:
                    archive = stack.enter_context(zipfile.ZipFile(raw))
                    raw = stack.enter_context(archive.open(self.member))
                if (self.member or self.path.name).lower().endswith(".gz"):
                    raw = cast("IO[bytes]", stack.enter_context(gzip.open(raw)))
                yield raw
        except _BROKEN as error:
            raise InputUnreadable(
                f"cannot be read: {error}", place=self.name, remedy="download the file again"
            ) from None

    def sha256(self) -> str:
        """SHA-256 of the file on disk (of the archive, for a member)."""
        digest = hashlib.sha256()
        try:
            with self.path.open("rb") as stream:
                while block := stream.read(_BLOCK):
                    digest.update(block)
        except OSError as error:
            raise InputUnreadable(f"cannot be read: {error}", place=self.name) from None
        return digest.hexdigest()


class _Watched(io.RawIOBase):
    """A file that tells how much was read from it."""

    def __init__(self, stream: IO[bytes], watch: Callable[[int], object]) -> None:
        self._stream, self._watch = stream, watch

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self._stream.seek(offset, whence)

    def readinto(self, buffer: Any) -> int:
        data = self._stream.read(len(buffer))
        buffer[: len(data)] = data
        self._watch(len(data))
        return len(data)


@dataclass
class Account:
    """The count of one file."""

    read: int = 0
    accepted: int = 0
    rejected: int = 0
    duplicates: int = 0

    @property
    def balanced(self) -> bool:
        """Whether every record read has one fate."""
        return self.read == self.accepted + self.rejected + self.duplicates


@dataclass
class Ledger:
    """What became of every record, per file; rejects are written as they come.

    `notes` are remarks on accepted records (a total that its lines miss), kept in the same
    file with an empty fate of their own.
    """

    rejects: Callable[[Sequence[object]], object] = lambda _row: None
    progress: Callable[[int], object] = lambda _read: None
    accounts: dict[str, Account] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def account(self, source: Input) -> Account:
        """The account of a file, opened when first asked for."""
        return self.accounts.setdefault(source.name, Account())

    def accept(self, source: Input) -> None:
        """One record was read and became triples."""
        account = self.account(source)
        account.read += 1
        account.accepted += 1
        self._tell()

    def duplicate(self, source: Input) -> None:
        """One record was read and repeats another."""
        account = self.account(source)
        account.read += 1
        account.duplicates += 1
        self._tell()

    def reject(self, source: Input, row: int, column: str, reason: str) -> None:
        """One record was read and cannot be used; row counts from 1, as an editor shows it."""
        account = self.account(source)
        account.read += 1
        account.rejected += 1
        self.rejects((source.name, row, column, reason))
        self._tell()

    def count(self, source: Input, accepted: int, duplicates: int) -> None:
        """So many records were read and became triples, so many repeat others."""
        account = self.account(source)
        account.read += accepted + duplicates
        account.accepted += accepted
        account.duplicates += duplicates
        self.progress(sum(each.read for each in self.accounts.values()))

    def note(self, text: str) -> None:
        """A remark for the report."""
        self.notes.append(text)

    def _tell(self) -> None:
        total = sum(account.read for account in self.accounts.values())
        if total % 1000 == 0:
            self.progress(total)


#: What makes the lines of an import from its files.
Triples: TypeAlias = Callable[[list[Input], Ledger], Iterator[str]]


@dataclass(frozen=True)
class Importer:
    """A kind of import: which files it takes, and the generator of its triples.

    `triples(inputs, ledger)` yields N-Triples lines without their line end, several as one text
    where that is quicker; no blank nodes, and no line that depends on a clock. The named graph is
    `import/{kind}`, and for kinds that take a user's own file (`per_file`)
    `import/{kind}/{file stem}`.
    """

    kind: str
    licence: str
    find: Callable[[Sequence[Path]], list[Input]]
    triples: Triples
    per_file: bool = False
    #: For a kind that has options: the same `triples` with them, and with a folder for its files.
    configured: Callable[[Mapping[str, Any], Path], Triples] | None = None

    @property
    def titles(self) -> dict[str, str]:
        """What its graph is called, by language."""
        return told(f"import.{self.kind}")


def find_inputs(paths: Iterable[Path], accept: Callable[[str], bool]) -> list[Input]:
    """The inputs among files, folders and zip archives whose names `accept` takes.

    `accept` gets the lower-case file name. A file named by the user must be one; in folders
    and archives others are passed over. Sorted by name, so that order does not matter. Raises
    `InputMissing` for a path that is not there and where none is found.
    """
    found: list[Input] = []
    given = list(paths)
    for path in given:
        if path.is_dir():
            for child in sorted(p for p in path.rglob("*") if p.is_file()):
                found += _in_file(child, accept)
        elif path.is_file():
            found += _in_file(path, accept)
        else:
            raise InputMissing(
                "there is no such file or folder", place=str(path), remedy="check the path"
            )
    if not found:
        names = ", ".join(path.name for path in given)
        raise InputMissing(
            "no file of this kind was found", place=names, remedy="name the publisher's files"
        )
    return sorted(set(found), key=lambda source: (str(source.path), source.member))


def _in_file(path: Path, accept: Callable[[str], bool]) -> list[Input]:
    if path.suffix.lower() != ".zip":
        return [Input(path)] if accept(path.name.lower()) else []
    try:
        with zipfile.ZipFile(path) as archive:
            members = [m.filename for m in archive.infolist() if not m.is_dir()]
    except (OSError, zipfile.BadZipFile) as error:
        raise InputUnreadable(
            f"cannot be read: {error}", place=path.name, remedy="download the file again"
        ) from None
    return [
        Input(path, name)
        for name in sorted(members)
        if not name.startswith("__MACOSX/") and accept(Path(name).name.lower())
    ]


def csv_records(
    source: Input, required: Sequence[str], ledger: Ledger, *, delimiters: str = ";,\t"
) -> Iterator[tuple[int, dict[str, str]]]:
    """(row number, cells by column) of a CSV file with a header, whatever its delimiter.

    UTF-8 with or without a byte order mark. A row with too few or too many cells is rejected.
    Raises `InputUnreadable` for a wrong encoding and for a required column that is missing.
    """
    with source.open() as stream:
        text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
        try:
            head = text.readline()
            delimiter = max(delimiters, key=head.count)
            names = next(csv.reader([head], delimiter=delimiter), [])
            names = [name.strip() for name in names]
            if missing := [name for name in required if name not in names]:
                raise InputUnreadable(
                    f"the column {missing[0]!r} is missing",
                    place=source.name,
                    remedy=f"the header has {', '.join(names[:20])}",
                )
            reader = csv.reader(text, delimiter=delimiter)
            for cells in reader:
                row = reader.line_num + 1
                if len(cells) == len(names):
                    yield row, dict(zip(names, cells, strict=True))
                elif cells:
                    ledger.reject(
                        source, row, "", f"{len(cells)} cells, the header has {len(names)}"
                    )
        except UnicodeDecodeError as error:
            raise InputUnreadable(f"is not UTF-8: {error.reason}", place=source.name) from None
        except csv.Error as error:
            raise InputUnreadable(f"is not CSV: {error}", place=source.name) from None
