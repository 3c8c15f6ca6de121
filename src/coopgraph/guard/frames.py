"""Messages between a pool and its workers: a frame there, a frame back.

A frame is a kind (one byte), two lengths (four bytes each), that much JSON or pickle, and that
much body. Pickles go to the workers only: a worker evaluates untrusted queries, so that nothing
that comes from it is unpickled.
"""

import json
import socket
import struct
from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

from coopgraph import errors
from coopgraph.errors import CoopgraphError

HEAD = struct.Struct("!BII")

START, CALL, READY, REPLY, ERROR, FAULT = range(1, 7)
#: A part of a reply, which more follows.
PART = 7
#: Added to the kind of a worker's last frame, after which it ends by itself.
LAST = 0x80

_LEAST_READ = 1 << 13  # a larger buffer is allocated and freed each time
_MOST_READ = 1 << 18
_SEPARATE = 1 << 20  # a body of this size is not copied behind its head

#: Kind, meta, body.
Frame: TypeAlias = tuple[int, bytes, bytes]


def pack(kind: int, meta: bytes, body: bytes = b"") -> bytes:
    """The head of a frame and its meta; `body` is only counted, and sent separately.

    >>> pack(REPLY, b"{}", b"four")
    b'\\x04\\x00\\x00\\x00\\x02\\x00\\x00\\x00\\x04{}'
    """
    return HEAD.pack(kind, len(meta), len(body)) + meta


def send(channel: socket.socket, kind: int, meta: bytes, body: bytes = b"") -> None:
    """Send a frame on a blocking socket."""
    head = pack(kind, meta, body)
    if len(body) < _SEPARATE:
        channel.sendall(head + body)
    else:
        channel.sendall(head)
        channel.sendall(body)


class FrameDecoder:
    """Decodes frames from a stream that is read in pieces.

    >>> decoder = FrameDecoder()
    >>> frame = pack(REPLY, b"{}", b"four") + b"four"
    >>> decoder.feed(frame[:7]), decoder.feed(frame[7:] + frame)
    ([], [(4, b'{}', b'four'), (4, b'{}', b'four')])
    """

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._have = 0
        self._need = HEAD.size

    @property
    def size(self) -> int:
        """How many bytes to read next."""
        return min(max(self._need - self._have, _LEAST_READ), _MOST_READ)

    def feed(self, data: bytes) -> list[Frame]:
        """The frames that are complete now."""
        self._parts.append(data)
        self._have += len(data)
        if self._have < self._need:
            return []
        data = b"".join(self._parts) if len(self._parts) > 1 else data
        frames, at = [], 0
        while (end := at + _size(data, at)) <= len(data):
            kind, meta, _ = HEAD.unpack_from(data, at)
            middle = at + HEAD.size + meta
            frames.append((kind, data[at + HEAD.size : middle], data[middle:end]))
            at = end
        self._parts, self._have = [data[at:]] if at < len(data) else [], len(data) - at
        self._need = end - at
        return frames


def _size(data: bytes, at: int) -> int:
    """The size of the frame that begins at `at`; of its head, where that is incomplete."""
    if len(data) - at < HEAD.size:
        return HEAD.size
    _, meta, body = HEAD.unpack_from(data, at)
    return HEAD.size + int(meta) + int(body)


def receive(channel: socket.socket) -> Iterator[Frame]:
    """The frames that come on a blocking socket, until it is closed."""
    decoder = FrameDecoder()
    while data := channel.recv(decoder.size):
        yield from decoder.feed(data)


def pack_error(error: CoopgraphError) -> bytes:
    """An error with its attributes, as JSON: those that are plain, and its `problems`."""
    return json.dumps(_plain_error(error)).encode()


def _plain_error(error: CoopgraphError) -> list[Any]:
    name = next(c.__name__ for c in type(error).__mro__ if hasattr(errors, c.__name__))
    kept = {k: v for k, v in vars(error).items() if isinstance(v, str | int | float | None)}
    return [name, str(error), kept, [_plain_error(each) for each in getattr(error, "problems", ())]]


def unpack_error(meta: bytes) -> CoopgraphError:
    """The error that `pack_error` was given: class, message, fact, place, remedy.

    >>> error = errors.ServerBusy("no room", place="queue", remedy="wait", retry_after_s=3)
    >>> again = unpack_error(pack_error(error))
    >>> type(again).__name__, str(again), again.remedy, again.retry_after_s
    ('ServerBusy', 'queue: no room; wait', 'wait', 3)
    """
    return _error(*json.loads(meta))


def _error(
    name: str, message: str, kept: dict[str, Any], problems: Sequence[Any] = ()
) -> CoopgraphError:
    known: Any = getattr(errors, name, None)
    if not (isinstance(known, type) and issubclass(known, CoopgraphError)):
        known = CoopgraphError
    error: CoopgraphError = known.__new__(known)
    error.args = (message,)
    vars(error).update(kept)
    if problems:
        vars(error)["problems"] = tuple(_error(*each) for each in problems)
    return error
