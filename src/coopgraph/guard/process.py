"""The pool's side of its processes: the nursery that forks them, and each worker."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import pickle
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from coopgraph.guard import frames
from coopgraph.guard.spawner import MESSAGE

if TYPE_CHECKING:
    from coopgraph.guard.limits import Limits

_LEAVE_S = 5.0
_ASIDE_NICE = 5
_START = f"""import json, sys
sys.path[:] = json.loads(sys.argv.pop())
from {__package__}.spawner import main
main()"""


class Nursery:
    """The process that forks workers; `lost` is called when it ends without being closed."""

    def __init__(self, jobs: str, lost: Callable[[], None]) -> None:
        self._lost = lost
        self._numbers = 0
        self._loop = asyncio.get_running_loop()
        self._control, theirs = socket.socketpair()
        self._control.setblocking(False)
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 (ourselves)
                [sys.executable, "-c", _START, str(theirs.fileno()), jobs, json.dumps(sys.path)],
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env={**os.environ, "RUST_BACKTRACE": "0"},
            )
        self._loop.add_reader(self._control, self._ended)

    def hatch(self, version: Path, limits: Limits, watch: Watch) -> Worker:
        """A new worker, which says `READY` when it has opened `version`.

        Raises `OSError` where the nursery has ended; `lost` will be called.
        """
        self._numbers += 1
        ours, theirs = socket.socketpair()
        said, stderr = os.pipe()
        os.set_blocking(said, False)
        os.set_blocking(stderr, False)  # nobody reads it before the end: what is too long is lost
        ours.setblocking(False)
        worker = Worker(self, self._numbers, version, ours, said, watch)
        message = b"s" + self._numbers.to_bytes(MESSAGE - 1)
        try:
            socket.send_fds(self._control, [message], [theirs.fileno(), stderr])
        except OSError:
            worker.leave()
            raise
        finally:
            theirs.close()
            os.close(stderr)
        worker.send(frames.START, pickle.dumps((str(version), limits)))
        return worker

    def kill(self, number: int) -> None:
        """Kill a worker; one that has ended is left alone."""
        with contextlib.suppress(OSError):  # the nursery has ended, and its workers with it
            self._control.send(b"k" + number.to_bytes(MESSAGE - 1))

    async def close(self) -> None:
        """End the nursery and, with it, every worker."""
        self._loop.remove_reader(self._control)
        self._control.close()
        process = self._process
        ends = self._loop.time() + _LEAVE_S
        while process.poll() is None:
            if self._loop.time() > ends:
                process.send_signal(signal.SIGKILL)
            await asyncio.sleep(0.005)

    def _ended(self) -> None:
        self._loop.remove_reader(self._control)
        self._control.close()
        self._process.kill()
        self._process.wait()
        self._lost()


class Watch(Protocol):
    """Who is told what a worker does: the pool."""

    def worker_said(self, worker: Worker, kind: int, meta: bytes, body: bytes) -> None:
        """A frame came."""

    def worker_ended(self, worker: Worker, said: str) -> None:
        """The process ended, or closed its channel; `said` is its standard error."""


class Worker:
    """One worker process."""

    def __init__(
        self,
        nursery: Nursery,
        number: int,
        version: Path,
        channel: socket.socket,
        said: int,
        watch: Watch,
    ) -> None:
        self._nursery, self._number, self._watch = nursery, number, watch
        self._channel, self._said = channel, said
        self.version = version
        self.process = 0  # its id, once it is ready
        self.is_aside = False
        self.is_spent = False  # it will not get another job
        self._splitter = frames.Splitter()
        self._unsent = b""
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(channel, self._read)

    def send(self, kind: int, meta: bytes) -> None:
        """Send a frame."""
        is_stuck = bool(self._unsent)
        self._unsent += frames.pack(kind, meta)
        if not is_stuck:
            self._push()
            if self._unsent:
                self._loop.add_writer(self._channel, self._write)

    def set_aside(self) -> None:
        """Let others go first."""
        self.is_aside = self.is_spent = True
        with contextlib.suppress(OSError):
            nice = os.getpriority(os.PRIO_PROCESS, self.process) + _ASIDE_NICE
            os.setpriority(os.PRIO_PROCESS, self.process, nice)

    def kill(self) -> None:
        """End the process now; nobody is told."""
        self._nursery.kill(self._number)
        self.leave()

    def leave(self) -> None:
        """Close the channel: an idle process ends by itself; nobody is told."""
        if self._channel.fileno() >= 0:
            self._loop.remove_reader(self._channel)
            self._loop.remove_writer(self._channel)
            self._channel.close()
            os.close(self._said)

    def _write(self) -> None:
        self._push()
        if not self._unsent:
            self._loop.remove_writer(self._channel)

    def _push(self) -> None:
        try:
            self._unsent = self._unsent[self._channel.send(self._unsent) :]
        except BlockingIOError:
            pass
        except OSError:  # the process has ended, which the reader sees
            self._unsent = b""

    def _read(self) -> None:
        """Pass on the frames that are whole."""
        try:
            data = self._channel.recv(self._splitter.size)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._end()
            return
        for kind, meta, body in self._splitter.feed(data):
            if self._channel.fileno() >= 0:  # not ended by what it said before
                self._watch.worker_said(self, kind, meta, body)

    def _end(self) -> None:
        """Read what the process said last, and tell that it is gone."""
        try:
            said = os.read(self._said, 1 << 16)
        except BlockingIOError:
            said = b""
        self.leave()
        self._watch.worker_ended(self, said.decode("utf-8", "replace").strip())
