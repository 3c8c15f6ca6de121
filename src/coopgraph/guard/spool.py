"""An answer as it is written: in memory while it is short, then in a file without a name."""

import contextlib
import tempfile
from collections.abc import Iterator
from typing import IO, Final, Self, cast

from coopgraph.errors import ReplyTooLarge, ServerBusy

#: Bytes of a block; an answer of one block stays in memory.
BLOCK: Final = 1 << 18
#: Bytes of the longest answer, where nobody says another limit.
MOST_BYTES: Final = 512 << 20
#: All answers of a process together may be so many times as long as one.
_MOST_TOGETHER: Final = 8


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
