"""The common shape of all importers: inputs, the ledger, the generator.

Every record of an input is accounted for: read = accepted + rejected + duplicates, per file.
"""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import io
import os
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import IO, Any, Final, TypeAlias, cast

from coopgraph.errors import InputMissing, InputUnreadable
from coopgraph.formats.charset import GUESSED, UTF_8, encoding_of, recoded
from coopgraph.formats.files import why_no_file
from coopgraph.formats.ntriples import curie
from coopgraph.formats.sheets import Cells, UnreadableRecord, is_workbook, read_sheet
from coopgraph.i18n import told
from coopgraph.i18n.languages import SOURCE

_BLOCK: Final = 1 << 20
#: What a truncated, damaged or password-protected file may raise while it is read.
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
_FATES: Final = ("read", "accepted", "rejected", "duplicates")
#: Progress is reported after this many records of a file.
_TOLD: Final = 1_000


@dataclass(frozen=True)
class Input:
    """One file to read: on disk, gzipped, or a member of a zip archive."""

    path: Path
    member: str = ""
    folder: str = ""  # shown before the name, where two inputs would be named alike
    #: Called with the bytes read from disk so far: for progress.
    watch: Callable[[int], object] | None = field(default=None, compare=False, repr=False)

    @property
    def plain_name(self) -> str:
        """The name of the file on disk; what is not UTF-8 in it cannot be in the graph."""
        return os.fsencode(self.path.name).decode("utf-8", "replace")

    @property
    def file_name(self) -> str:
        """The name of the file on disk, after its folder where another has that name."""
        return f"{self.folder}/{self.plain_name}" if self.folder else self.plain_name

    @property
    def name(self) -> str:
        """How messages and the ledger name it."""
        return f"{self.file_name}!{self.member}" if self.member else self.file_name

    @property
    def suffix(self) -> str:
        """The extension of the content, in lower case, `.gz` aside."""
        name = self.member or self.path.name
        return Path(name.lower().removesuffix(".gz")).suffix

    def unreadable(self, fact: str, remedy: str = "download the file again") -> InputUnreadable:
        """The error for a file that is broken, or not what its kind says."""
        return InputUnreadable(fact, place=self.name, remedy=remedy)

    @contextlib.contextmanager
    def open(self) -> Iterator[IO[bytes]]:
        """The content as a stream of bytes, decompressed. Raises `InputUnreadable` where the file,
        the archive or the compression is broken, also while it is being read."""
        try:
            with contextlib.ExitStack() as stack:
                raw: IO[bytes] = stack.enter_context(self.path.open("rb"))
                if self.watch is not None:
                    raw = stack.enter_context(
                        io.BufferedReader(_CountedFile(raw, self.watch), _BLOCK)
                    )
                if self.member:
                    archive = stack.enter_context(zipfile.ZipFile(raw))
                    raw = stack.enter_context(archive.open(self.member))
                if (self.member or self.path.name).lower().endswith(".gz"):
                    raw = cast("IO[bytes]", stack.enter_context(gzip.open(raw)))
                yield raw
        except MemoryError as error:
            if "buffer maximal size" not in str(error):
                raise
            fact = "a term or a statement is longer than 16 MiB"  # the engine reads no longer one
            raise self.unreadable(fact, "shorten it") from None
        except _BROKEN as error:
            raise self.unreadable(f"cannot be read: {error}") from None

    @contextlib.contextmanager
    def utf8(self, ledger: Ledger | None = None, *, guess: bool = True) -> Iterator[IO[bytes]]:
        """The text in it as a stream of UTF-8 without a byte order mark, whatever it is encoded in;
        another encoding is told in the notes of a ledger. Without `guess` what is not sure is taken
        for UTF-8 with errors. Raises what `open` raises."""
        encoding = self.encoding()
        if not guess and encoding in GUESSED:
            encoding = UTF_8
        if encoding != UTF_8 and ledger is not None:
            ledger.note_once(f"{self.name}: is in {encoding.upper()}, not UTF-8: read as that")
        with self.open() as stream:
            try:
                yield recoded(stream, encoding)
            except UnicodeDecodeError as error:
                fact = f"is not {encoding.upper()}: {error.reason}"
                raise self.unreadable(fact, "save it as UTF-8") from None

    def rows(self, ledger: Ledger | None = None) -> Iterator[tuple[int, Cells]]:
        """The rows of a sheet, as `formats.sheets.read_sheet` gives them."""
        with self.open() if is_workbook(self.suffix) else self.utf8(ledger) as stream:
            yield from read_sheet(stream, self.name, self.suffix)

    def header(self) -> list[str]:
        """The names of the columns of a sheet; none where it has no header."""
        _, cells = next(self.rows(), (0, []))
        return cells if isinstance(cells, list) else []

    def encoding(self) -> str:
        """What the text in it is encoded in, by Python's name; see `formats.charset`."""
        try:
            status = self.path.stat()
        except OSError as error:
            raise self.unreadable(f"cannot be read: {error}") from None
        return _encoding(replace(self, watch=None), (status.st_mtime_ns, status.st_size))

    def sha256(self) -> str:
        """SHA-256 of the file on disk (of the archive, for a member)."""
        try:
            with self.path.open("rb") as stream:
                return hashlib.file_digest(stream, "sha256").hexdigest()
        except OSError as error:
            raise InputUnreadable(f"cannot be read: {error}", place=self.name) from None


@lru_cache(maxsize=1_000)
def _encoding(source: Input, _changed: tuple[int, int]) -> str:
    with source.open() as stream:
        return encoding_of(iter(lambda: stream.read(_BLOCK), b""))


class _CountedFile(io.RawIOBase):
    """A file that reports how much was read from it."""

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


class Fault(Exception):
    """Why a record cannot be used: the column, and what is wrong with it."""

    def __init__(self, column: str, reason: str) -> None:
        self.column, self.reason = column, reason
        super().__init__(reason)


class Account:
    """The records of one file and what becomes of them: each read is accepted, rejected or a
    duplicate. Rows count from 1, as an editor shows them. `flaw` counts remarks on accepted
    records, so that a thousand of one kind are one note."""

    def __init__(self, name: str, ledger: Ledger) -> None:
        self.name, self.ledger = name, ledger
        self.read = self.accepted = self.rejected = self.duplicates = 0
        self._flaws: Counter[tuple[str, str]] = Counter()
        self._first: dict[tuple[str, str], int] = {}

    @property
    def counts(self) -> dict[str, int]:
        """The four numbers by name."""
        return {name: getattr(self, name) for name in _FATES}

    @property
    def balanced(self) -> bool:
        """Whether every record read has one fate."""
        return self.read == self.accepted + self.rejected + self.duplicates

    def accept(self) -> None:
        """One record was read and became triples."""
        self.accepted += 1
        self._count()

    def duplicate(self) -> None:
        """One record was read and repeats another."""
        self.duplicates += 1
        self._count()

    def reject(self, row: int, column: str, reason: str) -> None:
        """One record was read and cannot be used."""
        self.rejected += 1
        self.ledger.rejects((self.name, row, column, reason))
        self._count()

    def table(self, source: Input) -> tuple[list[str], Iterator[tuple[int, list[str]]]]:
        """The header of a sheet, empty where there is none, and the rows below it that can be
        read; the others are rejected."""
        rows = source.rows(self.ledger)
        _, header = next(rows, (0, []))
        return header if isinstance(header, list) else [], self._usable(rows)

    def _usable(self, rows: Iterable[tuple[int, Cells]]) -> Iterator[tuple[int, list[str]]]:
        for row, cells in rows:
            if isinstance(cells, UnreadableRecord):
                self.reject(row, "", cells.reason)
            else:
                yield row, cells

    def add(self, accepted: int, duplicates: int) -> None:
        """So many records were read and became triples, so many repeat others."""
        self.read += accepted + duplicates
        self.accepted += accepted
        self.duplicates += duplicates
        self.ledger.tell()

    def flaw(self, row: int, column: str, reason: str) -> None:
        """A cell of an accepted record was left out."""
        self._flaws[column, reason] += 1
        self._first.setdefault((column, reason), row)

    def note_flaws(self) -> None:
        """Note the flaws, one line for each kind."""
        for (column, reason), count in sorted(self._flaws.items()):
            self.ledger.note(
                f"{self.name}: {column}: {reason}: left out of {count} records, "
                f"first in row {self._first[column, reason]}"
            )

    def _count(self) -> None:
        self.read += 1
        if self.read % _TOLD == 0:
            self.ledger.tell()


@dataclass
class Ledger:
    """What became of every record, per file; rejects are written as they come. `notes` are remarks
    on accepted records (a total that its lines miss)."""

    rejects: Callable[[Sequence[object]], object] = lambda _row: None
    progress: Callable[[int], object] = lambda _read: None
    accounts: dict[str, Account] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def account(self, source: Input) -> Account:
        """The account of a file, opened at first use."""
        return self.accounts.setdefault(source.name, Account(source.name, self))

    def note(self, text: str) -> None:
        """A remark for the report."""
        self.notes.append(text)

    def note_once(self, text: str) -> None:
        """A remark that is made of a file however often it is read."""
        if text not in self.notes:
            self.note(text)

    def tell(self) -> None:
        """Tell the progress: how many records were read."""
        self.progress(sum(account.read for account in self.accounts.values()))


#: Of a statement in N-Triples (subject, predicate, the rest of its line) the key by which a later
#: delivery replaces it; None for what is kept beside what others say.
Key: TypeAlias = Callable[[bytes, bytes, bytes], "bytes | None"]


def single(*predicates: str) -> Key:
    """The key of what a thing has only one of, in each language: these predicates (CURIEs).

    >>> key = single("skos:prefLabel")
    >>> label = b"<http://www.w3.org/2004/02/skos/core#prefLabel>"
    >>> key(b"<urn:a>", label, b'"A"@en .') == key(b"<urn:a>", label, b'"B"@en .')
    True
    >>> key(b"<urn:a>", b"<urn:other>", b"<urn:b> .") is None
    True
    """
    known = {curie(name).encode() for name in predicates}

    def key(subject: bytes, predicate: bytes, rest: bytes) -> bytes | None:
        if predicate not in known:
            return None
        tag = rest.rpartition(b'"')[2] if rest[:1] == b'"' else b""
        return b" ".join((subject, predicate, tag))

    return key


#: What makes the lines of an import from its files.
Triples: TypeAlias = Callable[[list[Input], Ledger], Iterator[str]]


@dataclass(frozen=True)
class Importer:
    """A kind of import: which files it takes, and the generator of its triples. `triples(inputs,
    ledger)` yields N-Triples lines without their line end, several as one text where that is
    quicker; no blank nodes, and no line that depends on a clock. The named graph is
    `import/{kind}`, of kinds that take a user's own file (`per_file`) `import/{kind}/{file
    stem}`, of one that the user names `import/{kind}/{name}`. Of two deliveries `key` and
    `counts` say what holds where they differ: see `coopgraph.compiler.deliveries`."""

    kind: str
    licence: str
    find: Callable[[Sequence[Path]], list[Input]]
    triples: Triples
    #: In English, where `i18n/locale` has no `import.{kind}`.
    title: str = ""
    per_file: bool = False
    #: Whether its graph says what the files say and no more.
    verbatim: bool = False
    #: Whether a delivery of its own can be added to what is there.
    appends: bool = True
    key: Key = lambda _subject, _predicate, _rest: None
    #: The predicates of counts, as terms: of two nodes that count the same the larger holds.
    counts: frozenset[bytes] = frozenset()
    #: Where one delivery may know a thing by a number that another states beside its key: that
    #: predicate (a term), and the pattern of a key by number, in bytes.
    numbers: tuple[bytes, re.Pattern[bytes]] | None = None
    #: For a kind that has options: a dataclass of them, each field made by `option`, and the same
    #: `triples` with such options and with a folder for its files.
    options: type[Any] | None = None
    configured: Callable[[Any, Path], Triples] | None = None
    #: The options that choose what is read of the files.
    selecting: frozenset[str] = frozenset()

    @property
    def titles(self) -> dict[str, str]:
        """What its graph is called, by language: the texts `import.{kind}`, or its own title.

        >>> Importer("x", "", find_inputs, iter, title="Invented").titles
        {'en': 'Invented'}
        """
        return told(f"import.{self.kind}") or {SOURCE: self.title}


def option(default: Any, about: str, *, metavar: str = "", **limits: Any) -> Any:
    """A field of a publisher's options, with what the command line says of it: what it is `about`,
    how its value is called, and the `choices` or the `least` that it may be. A field whose default
    is False is a flag."""
    return field(default=default, metadata={"about": about, "metavar": metavar, **limits})


def find_inputs(paths: Iterable[Path], accept: Callable[[str], bool]) -> list[Input]:
    """The inputs among files, folders and zip archives whose lower-case names `accept` takes,
    sorted by name. A file named by the user must be one; in folders and archives others are passed
    over. Raises `InputMissing` for a path that is not there and where none is found."""
    found: list[Input] = []
    given = list(paths)
    for path in given:
        if path.is_dir():
            for child in sorted(p for p in path.rglob("*") if p.is_file()):
                found += _in_file(child, accept)
        elif why := why_no_file(path):
            why = why if path.exists() else "there is no such file or folder"
            raise InputMissing(why, place=str(path), remedy="check the path")
        else:
            found += _in_file(path, accept)
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
