"""The pool's side of a worker process: frames to it, frames from it, its end."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from coopgraph.errors import CoopgraphError
from coopgraph.guard import frames
from coopgraph.guard.limits import Limits
from coopgraph.guard.spool import Spool

_LONG_JOB_NICE = 5


class Listener(Protocol):
    """What the events of a worker process are reported to: the pool."""

    def frame_received(
        self, worker: WorkerProcess, kind: int, meta: bytes, body: bytes, spool: Spool | None
    ) -> None:
        """A frame came; `spool` has what came in parts before."""

    def process_ended(self, worker: WorkerProcess, stderr: str) -> None:
        """The process ended, or closed its channel; `stderr` is the end of its standard error."""


class WorkerProcess:
    """One worker process: `channel` is a socket to it, `kill` ends it.

    `stderr` is the reading end of its standard error, where that is not the pool's own.
    """

    def __init__(
        self,
        version: Path,
        limits: Limits,
        listener: Listener,
        channel: socket.socket,
        kill: Callable[[], None],
        stderr: int | None = None,
    ) -> None:
        self.version = version
        self.pid = 0  # once it is ready
        self.runs_long_job = False
        self.is_retired = False  # it will not get another job
        self._listener, self._channel = listener, channel
        self._kill, self._stderr = kill, stderr
        self._decoder = frames.FrameDecoder()
        self._limits = limits
        self._spool: Spool | None = None
        self._unkept: CoopgraphError | None = None  # why parts of a reply were not kept
        self._unsent = b""
        self._loop = asyncio.get_running_loop()
        channel.setblocking(False)
        self._loop.add_reader(channel, self._read)

    def send(self, kind: int, meta: bytes) -> None:
        """Send a frame."""
        is_blocked = bool(self._unsent)
        self._unsent += frames.pack(kind, meta)
        if not is_blocked:
            self._flush()
            if self._unsent:
                self._loop.add_writer(self._channel, self._write)

    def lower_priority(self) -> None:
        """Mark its job as long: other processes come first, and it gets no other job."""
        self.runs_long_job = self.is_retired = True
        with contextlib.suppress(OSError, AttributeError):  # Windows has no `nice`
            nice = os.getpriority(os.PRIO_PROCESS, self.pid) + _LONG_JOB_NICE
            os.setpriority(os.PRIO_PROCESS, self.pid, nice)

    def kill(self) -> None:
        """End the process now, without a report."""
        self._kill()
        self.close()

    def close(self) -> None:
        """Close the channel, without a report; an idle process then ends by itself."""
        if self._channel.fileno() >= 0:
            self._loop.remove_reader(self._channel)
            self._loop.remove_writer(self._channel)
            self._channel.close()
            if self._stderr is not None:
                os.close(self._stderr)

    def _write(self) -> None:
        self._flush()
        if not self._unsent:
            self._loop.remove_writer(self._channel)

    def _flush(self) -> None:
        try:
            self._unsent = self._unsent[self._channel.send(self._unsent) :]
        except BlockingIOError:
            pass
        except OSError:  # the process has ended, which `_read` reports
            self._unsent = b""

    def _read(self) -> None:
        """Report the frames that are complete."""
        try:
            data = self._channel.recv(self._decoder.size)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._end()
            return
        for kind, meta, body in self._decoder.feed(data):
            if kind == frames.PART:
                self._keep(body)
            elif self._channel.fileno() >= 0:  # an earlier frame may have ended it
                self._report(kind, meta, body)

    def _keep(self, part: bytes) -> None:
        """Keep a part of a reply until it is whole."""
        self._spool = self._spool or Spool(self._limits.reply_bytes)
        try:
            if self._unkept is None:
                self._spool.write(part)
        except CoopgraphError as error:
            self._unkept = error
            self._spool.close()

    def _report(self, kind: int, meta: bytes, body: bytes) -> None:
        """Report a frame, with the parts that came before it."""
        spool, self._spool = self._spool, None
        error, self._unkept = self._unkept, None
        if error is not None:
            kind, meta = frames.ERROR | kind & frames.LAST, frames.pack_error(error)
        self._listener.frame_received(self, kind, meta, body, spool)

    def _end(self) -> None:
        """Read the end of its standard error and report that it has ended."""
        stderr = b""
        if self._stderr is not None:
            with contextlib.suppress(BlockingIOError):
                stderr = os.read(self._stderr, 1 << 16)
        self.close()
        self._listener.process_ended(self, stderr.decode("utf-8", "replace").strip())
