"""The limits of a job, and its reply: in memory while it is short, then in a file with no name."""

import contextlib
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import IO, Final, Self, cast

from coopgraph.errors import ReplyTooLarge, ServerBusy

#: Bytes of a block; an answer of one block stays in memory.
BLOCK: Final = 1 << 18
#: Bytes of the longest answer, where nobody says another limit.
MOST_BYTES: Final = 512 << 20
#: All answers of a process together may be so many times as long as one.
_MOST_TOGETHER: Final = 8
_MIB = 1 << 20


class Spool:
    """The bytes of one answer, at most `most` of them.

    A context manager, whose end removes them. Writing raises `ReplyTooLarge` for more, and
    `ServerBusy` where the disk or the share of all answers together is full.

    >>> with Spool(most=10) as spool:
    ...     spool.write(b"abc"), list(spool.blocks())
    (3, [b'abc'])
    """

    #: Bytes in all the spools of this process.
    held: int = 0

    def __init__(self, most: int = MOST_BYTES) -> None:
        self.size, self._most = 0, most
        self._file = tempfile.SpooledTemporaryFile(BLOCK)  # noqa: SIM115 (`close` closes it)

    def write(self, data: bytes) -> int:
        """Add bytes at the end."""
        if self.size + len(data) > self._most:
            raise too_large(self._most)
        if Spool.held + len(data) > _MOST_TOGETHER * self._most:
            raise _no_room()
        try:
            written = self._file.write(data)
        except OSError:
            raise _no_room() from None
        self.size += written
        Spool.held += written
        return written

    def flush(self) -> None:
        """Nothing: who reads them reads them here."""

    @property
    def output(self) -> IO[bytes]:
        """A file that adds what the engine writes."""
        return cast("IO[bytes]", self)

    def blocks(self) -> Iterator[bytes]:
        """The bytes from the first on, in blocks."""
        self._file.seek(0)
        while block := self._file.read(BLOCK):
            yield block

    def close(self) -> None:
        """Remove the bytes."""
        if not self._file.closed:
            self._file.close()
            Spool.held -= self.size

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __del__(self) -> None:
        with contextlib.suppress(AttributeError):  # it was never made
            self.close()


def too_large(most: int) -> ReplyTooLarge:
    """The error of an answer of more than `most` bytes."""
    return ReplyTooLarge(
        f"the answer is larger than {most >> 20} MiB",
        remedy="ask for a part of it, as with LIMIT",
    )


def _no_room() -> ServerBusy:
    return ServerBusy(
        "there is no room for the answer beside those that others are getting",
        remedy="try again in 5 s, or ask for a part of it",
        retry_after_s=5,
    )


@dataclass(frozen=True)
class Limits:
    """The limits of the jobs of a pool.

    `timeout_s`: seconds that a job may run, from its start; those in which it waits for a
    processor of a busy machine count for what a client wrote only. `memory_mb`: MiB that a worker
    may use beyond what the opened store uses; `total_memory_mb`: all workers together, or
    `memory_mb` where that is more. `reply_mb`: MiB of a reply. `workers`: processes for short
    jobs. `long_jobs`: jobs that may run for longer than 0.25 s, each in a process of its own: at
    most `workers + long_jobs` jobs run at once. `queue`: short jobs that may wait, `long_queue`:
    long ones. `queue_s`: seconds that one may wait.

    >>> Limits(memory_mb=1).memory_bytes
    1048576
    """

    timeout_s: float = 10.0
    memory_mb: int = 1024
    total_memory_mb: int = 2048
    reply_mb: int = MOST_BYTES // _MIB
    workers: int = 2
    long_jobs: int = 4
    queue: int = 512
    long_queue: int = 64
    queue_s: float = 30.0

    def __post_init__(self) -> None:
        for name in ("memory_mb", "total_memory_mb", "reply_mb", "workers"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1")
        for name in ("timeout_s", "queue_s"):
            if not getattr(self, name) > 0:
                raise ValueError(f"{name} must be above 0")
        for name in ("queue", "long_queue", "long_jobs"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name} must not be below 0")

    @property
    def memory_bytes(self) -> int:
        """`memory_mb` in bytes."""
        return self.memory_mb * _MIB

    @property
    def total_memory_bytes(self) -> int:
        """What all workers may use together, in bytes."""
        return max(self.memory_mb, self.total_memory_mb) * _MIB

    @property
    def reply_bytes(self) -> int:
        """`reply_mb` in bytes."""
        return self.reply_mb * _MIB


@dataclass(frozen=True, slots=True)
class Reply:
    """What a job returns: bytes, and headers that the caller understands. A `spool` holds a long
    answer before `body`; the caller closes it."""

    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    spool: Spool | None = None

    @property
    def size(self) -> int:
        """How many bytes it has."""
        return len(self.body) + (self.spool.size if self.spool else 0)


def reply_of(spool: Spool, headers: Mapping[str, str]) -> Reply:
    """The reply whose bytes were written to `spool`, which only a long one keeps.

    >>> spool = Spool()
    >>> _ = spool.write(b"short")
    >>> reply_of(spool, {}).body
    b'short'
    """
    if spool.size > BLOCK:
        return Reply(b"", headers, spool)
    with spool:
        return Reply(b"".join(spool.blocks()), headers)
