"""The limits of a job, and its reply."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from coopgraph.guard.spool import BLOCK, MOST_BYTES, Spool

_MIB = 1 << 20


@dataclass(frozen=True)
class Limits:
    """The limits of the jobs of a pool.

    `timeout_s`: seconds that a job may run, from its start. `memory_mb`: MiB that a worker may
    use beyond what the opened store uses; `total_memory_mb`: all workers together, or
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
    """What a job returns: bytes, and headers that the caller understands.

    A `spool` holds a long answer before `body`; the caller closes it.
    """

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
