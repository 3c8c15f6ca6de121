"""The pool's side of a worker process: frames to it, frames from it, its end."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from coopgraph.errors import CoopgraphError
from coopgraph.guard import frames
from coopgraph.guard.limits import Limits, Spool

_LONG_JOB_NICE = 5
_CPU_CLOCK = 2
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 0


class Listener(Protocol):
    """What the events of a worker process are reported to: the pool."""

    def frame_received(
        self, worker: WorkerProcess, kind: int, meta: bytes, body: bytes, spool: Spool | None
    ) -> None:
        """A frame came; `spool` has what came in parts before."""

    def process_ended(self, worker: WorkerProcess, stderr: str) -> None:
        """The process ended, or closed its channel; `stderr` is the end of its standard error."""


class WorkerProcess:
    """One worker process: `channel` is a socket to it, `kill` ends it. `stderr` is the reading end
    of its standard error, where that is not the pool's own."""

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
        self.pid = 0  # until it is ready
        self._opened_bytes = 0  # that the opened store takes
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

    def has_opened(self, pid: int) -> None:
        """Note that it has opened its store, and what this takes."""
        self.pid, self._opened_bytes = pid, self._private_bytes(pid)

    def memory_bytes(self) -> int:
        """The memory that its jobs take, above what the opened store does; 0 where the system
        does not tell."""
        return max(0, self._private_bytes(self.pid) - self._opened_bytes) if self.pid else 0

    def cpu_s(self) -> float | None:
        """Seconds of processor time that it has had; None where the system does not tell."""
        if sys.platform != "linux":
            return None
        try:  # the clock of another process, as clock_getcpuclockid(3) gives it
            return time.clock_gettime((~self.pid << 3) | _CPU_CLOCK)
        except OSError:  # it has just ended
            return None

    def delay_s(self) -> float:
        """Seconds that it has been ready to run and waited for a processor; 0 where the system
        does not tell (Linux: Documentation/scheduler/sched-stats.rst)."""
        try:
            return int(Path(f"/proc/{self.pid}/schedstat").read_bytes().split()[1]) / 1e9
        except (OSError, IndexError):
            return 0.0

    @staticmethod
    def _private_bytes(pid: int) -> int:
        try:
            with open(f"/proc/{pid}/statm", "rb") as file:  # noqa: PTH123 (often: at each tick)
                _, resident, shared = file.read().split()[:3]
        except OSError:
            return 0
        return (int(resident) - int(shared)) * _PAGE_BYTES

    def lower_priority(self) -> None:
        """Other processes come first from now on, and it gets no other job."""
        self.is_retired = True
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
            if self._spool is not None:
                self._spool.close()
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
