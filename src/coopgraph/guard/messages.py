"""In the process that reads a user's files: it says what they hold, in messages, under limits.

    python -c "… main()" < calls > messages

A call is a pickle: first the name of a function (`package.module:function`) with its arguments and
limits, then whatever that function asks for. Messages are frames: JSON and bytes.
"""

import contextlib
import json
import os
import pickle
import signal
import sys
import traceback
from pkgutil import resolve_name
from typing import Any, Final

from coopgraph import processes
from coopgraph.errors import CoopgraphError, ReadLimitExceeded
from coopgraph.guard import frames
from coopgraph.guard.forkserver import die_with_parent

#: Bytes of one message: what takes it holds one at a time.
MOST: Final = 64 << 20


class Messages:
    """What the function that reads gets as its first argument: the way back to its caller."""

    def __init__(self) -> None:
        self._calls = sys.stdin.buffer
        self._stream = os.fdopen(os.dup(1), "wb")
        os.dup2(2, 1)  # what a library prints is no message

    def receive(self) -> Any:
        """What the caller sends next."""
        return pickle.load(self._calls)  # noqa: S301 (from the caller)

    def send(self, said: Any, data: bytes = b"") -> None:
        """Say something, and hand over data. Raises `ReadLimitExceeded` above 64 MiB at once."""
        self._send(frames.REPLY, json.dumps(said).encode(), data)

    def read_now(self, name: str) -> None:
        """Say which file is read from here on: errors name it."""
        self._send(frames.READY, json.dumps(name).encode())

    def _send(self, kind: int, meta: bytes, data: bytes = b"") -> None:
        if len(meta) + len(data) > MOST:
            raise ReadLimitExceeded(
                f"more than {MOST >> 20} MiB belong together", remedy="import it in parts"
            )
        self._stream.write(frames.pack(kind, meta, data))
        self._stream.write(data)
        self._stream.flush()

    def run(self) -> None:
        """Answer the first call, to the last message or an error."""
        try:
            function, arguments, limits, parent = self.receive()
            die_with_parent()
            if os.name == "posix" and os.getppid() != parent:
                return
            most = {"DATA": limits.memory_bytes or None, "FSIZE": limits.output_bytes or None}
            processes.limit(**most, CORE=0)  # where it crashes, it leaves none
            resolve_name(function)(self, **arguments)
            self._send(frames.REPLY | frames.LAST, b"null")
        except MemoryError:
            raise  # its last words say so
        except CoopgraphError as error:
            self._send(frames.ERROR, frames.pack_error(error))
        except OSError as error:
            said = [error.errno, error.strerror, error.filename]
            self._send(frames.FAULT, json.dumps(said, default=str).encode())
        except BaseException as error:  # noqa: BLE001 (also a panic of the engine)
            text = f"{type(error).__name__}: {str(error)[:200]}"
            said = [None, text, traceback.format_exc()[-10_000:]]
            self._send(frames.FAULT, json.dumps(said).encode())


def main() -> None:
    """Read as `Reader` starts it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # no traceback
    with contextlib.suppress(BrokenPipeError):  # nobody listens any more
        Messages().run()
