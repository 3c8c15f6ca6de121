"""A user's files are read in a process of their own, under limits of memory, time and bytes.

A file that others made may be made to do harm: a few hundred bytes that become terabytes, brackets
so deep that a parser crashes. Whatever reads one is a function that is run elsewhere, with
`Messages`; here come its messages, or one error that names the file, and the process is gone.

    with Reader("package.module:function", {"path": path}, read_limits(), "a.ttl") as reader:
        for said, data in reader:
            ...

The call that starts it is a pickle: the name of the function with its arguments and limits, then
whatever that function asks for. Messages are frames: JSON and bytes. Without the module `resource`
(Windows) and on systems that do not count memory as Linux does, the limits of time and of bytes
hold, that of memory does not.
"""

import contextlib
import json
import os
import pickle
import signal
import subprocess
import sys
import tempfile
import threading
import traceback
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from pkgutil import resolve_name
from typing import Any, Final, Self, TypeAlias

from coopgraph import processes
from coopgraph.errors import CoopgraphError, InputUnreadable, ReadLimitExceeded, UsageError
from coopgraph.guard import frames
from coopgraph.guard.worker import NO_MEMORY, die_with_parent

#: Bytes of one message: what takes it holds one at a time.
MOST: Final = 64 << 20
#: What a reader says, and the bytes that it hands over.
Message: TypeAlias = tuple[Any, bytes]

_VARIABLE: Final = "COOPGRAPH_READ_"
#: What files of so many bytes may take besides: seconds for each 100 kB, bytes out for each byte.
_BYTES_PER_S: Final = 100_000
_OUT_PER_BYTE: Final = 64
_STDERR: Final = 1 << 16


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


@dataclass(frozen=True)
class ReadLimits:
    """What reading may take; 0 is no limit. `memory_mb`: MiB of the process that reads.
    `timeout_s`: seconds. `output_mb`: MiB that it hands over, and of each file that it writes."""

    memory_mb: int = 2048
    timeout_s: float = 600
    output_mb: int = 256

    @property
    def memory_bytes(self) -> int:
        """`memory_mb` in bytes."""
        return self.memory_mb << 20

    @property
    def output_bytes(self) -> int:
        """`output_mb` in bytes."""
        return self.output_mb << 20


def read_limits(paths: Iterable[Path] = (), memory_mb: int = 0) -> ReadLimits:
    """The limits for the files at `paths`, in folders too, of which a part uses `memory_mb` more:
    large files get more time and room. COOPGRAPH_READ_MEMORY_MB, _TIMEOUT_S and _OUTPUT_MB each say
    a limit for all files instead. Raises `UsageError` for one that is no number."""
    size = sum(map(_size, paths))
    usual = ReadLimits()
    found: dict[str, Any] = {
        "memory_mb": usual.memory_mb + memory_mb,
        "timeout_s": usual.timeout_s + size // _BYTES_PER_S,
        "output_mb": usual.output_mb + (size * _OUT_PER_BYTE >> 20),
    }
    for field in fields(ReadLimits):
        name = _VARIABLE + field.name.upper()
        if text := os.environ.get(name):
            if not text.isdecimal():
                raise UsageError(f"{text!r} is no whole number", place=name, remedy="0: no limit")
            found[field.name] = int(text)
    return ReadLimits(**found)


def _size(path: Path) -> int:
    """Bytes on disk; what cannot be looked at has none."""
    with contextlib.suppress(OSError, ValueError):
        files = path.rglob("*") if path.is_dir() else [path]
        return sum(file.stat().st_size for file in files if file.is_file())
    return 0


class Reader:
    """The messages of `function(messages, **arguments)`, run in a process of its own. A context
    manager and an iterator; on leaving it the process has ended. `place` is how errors call the
    files until the function says which it reads. Raises what the function raises of our errors and
    `OSError`; `ReadLimitExceeded`; `InputUnreadable` where it fails otherwise."""

    def __init__(
        self, function: str, arguments: Mapping[str, Any], limits: ReadLimits, place: str
    ) -> None:
        self._call = (function, dict(arguments), limits, os.getpid())
        self._limits, self._place = limits, place
        self._timed_out = False

    def __enter__(self) -> Self:
        self._stderr = tempfile.TemporaryFile()
        self._process = subprocess.Popen(  # noqa: S603 (ourselves)
            processes.command(__name__),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._stderr,
            env={**os.environ, "RUST_BACKTRACE": "0"},
            process_group=0,  # an interrupt ends it through this process alone
        )
        self._timer = threading.Timer(self._limits.timeout_s or threading.TIMEOUT_MAX, self._stop)
        self._timer.daemon = True
        self._timer.start()
        self._messages = self._receive()
        self.send(self._call)
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the process, and see it end."""
        self._timer.cancel()
        self._kill()
        for stream in (self._process.stdin, self._process.stdout, self._stderr):
            with contextlib.suppress(OSError):
                stream.close()  # type: ignore[union-attr]
        self._process.wait()

    def __iter__(self) -> Iterator[Message]:
        return self._messages

    def send(self, value: object) -> None:
        """Send what the function asks for."""
        stdin = self._process.stdin
        assert stdin is not None
        with contextlib.suppress(BrokenPipeError):  # it has ended, which `_receive` reports
            stdin.write(pickle.dumps(value))
            stdin.flush()

    def _receive(self) -> Iterator[Message]:
        decoder, received, stdout = frames.FrameDecoder(), 0, self._process.stdout
        assert stdout is not None
        while data := os.read(stdout.fileno(), decoder.size):
            received += len(data)
            if 0 < self._limits.output_bytes < received:
                raise self._exceeded(
                    f"becomes more than {self._limits.output_mb:,} MiB", "OUTPUT_MB"
                )
            for kind, meta, body in decoder.feed(data):
                if kind == frames.READY:
                    self._place = json.loads(meta)
                elif kind == frames.REPLY:
                    yield json.loads(meta), body
                elif kind == frames.ERROR:
                    raise frames.unpack_error(meta)
                elif kind == frames.FAULT:
                    raise self._fault(*json.loads(meta))
                else:
                    self._forward()
                    return
        raise self._died()

    def _fault(self, number: int | None, text: str | None, trace: str | None) -> Exception:
        """What was raised that is none of our errors: of the system, or a fault of a reader."""
        if number is not None:
            return OSError(number, text, trace)
        error = InputUnreadable(
            f"cannot be read: {text}",
            place=self._place,
            remedy="it is damaged or made to do harm, or coopgraph has a fault: report it",
        )
        error.__cause__ = RuntimeError(trace)
        return error

    def _died(self) -> CoopgraphError:
        """Why it ended without a last message."""
        code = self._process.wait()
        said = self._said()
        if self._timed_out:
            fact = f"takes longer than {self._limits.timeout_s:g} s to read"
            return self._exceeded(fact, "TIMEOUT_S")
        if any(sign in said for sign in NO_MEMORY) or code == -signal.SIGKILL:
            fact = f"takes more than {self._limits.memory_mb:,} MiB of memory to read"
            return self._exceeded(fact, "MEMORY_MB")
        ended = f"signal {-code}" if code < 0 else f"exit code {code}"
        return InputUnreadable(
            f"cannot be read: the process that read it ended ({ended})",
            place=self._place,
            remedy="it is damaged or made to do harm",
        )

    def _exceeded(self, fact: str, limit: str) -> ReadLimitExceeded:
        remedy = f"if it is what it should be, set {_VARIABLE}{limit} (0: no limit)"
        return ReadLimitExceeded(fact, place=self._place, remedy=remedy)

    def _said(self) -> str:
        """The end of its standard error."""
        self._stderr.seek(0, os.SEEK_END)
        self._stderr.seek(max(0, self._stderr.tell() - _STDERR))
        return self._stderr.read().decode("utf-8", "replace")

    def _forward(self) -> None:
        """Show what libraries said, as if they had said it here."""
        self._process.wait()
        if said := self._said():
            sys.stderr.write(said)

    def _stop(self) -> None:
        self._timed_out = True
        self._kill()

    def _kill(self) -> None:
        """End it, with what it started."""
        if self._process.poll() is None:
            if os.name == "posix":
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(self._process.pid, signal.SIGKILL)
            else:
                self._process.kill()
