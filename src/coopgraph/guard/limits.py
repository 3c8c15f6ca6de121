"""The limits of a job, and its reply."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from coopgraph.guard.spool import BLOCK, MOST_BYTES, Spool

_MIB = 1 << 20


@dataclass(frozen=True)
class Limits:
    """The limits of the jobs of a pool.

    `timeout_s`: seconds that a job may run, from its start. `memory_mb`: MiB that a worker may
    use beyond what the opened store uses. `reply_mb`: MiB of a reply. `workers`: processes
    for short jobs. `queue`: jobs that may wait. `queue_s`: seconds that one may wait.
    `long_jobs`: jobs that have run for longer than 0.25 s and keep a process of their own: at most
    `workers + long_jobs` jobs run at once.

    >>> Limits(memory_mb=1).memory_bytes
    1048576
    """

    timeout_s: float = 10.0
    memory_mb: int = 1024
    reply_mb: int = MOST_BYTES // _MIB
    workers: int = 2
    queue: int = 64
    queue_s: float = 10.0
    long_jobs: int = 4

    def __post_init__(self) -> None:
        for name, least in (("memory_mb", 1), ("reply_mb", 1), ("workers", 1)):
            if getattr(self, name) < least:
                raise ValueError(f"{name} must be at least {least}")
        for name in ("timeout_s", "queue_s"):
            if not getattr(self, name) > 0:
                raise ValueError(f"{name} must be above 0")
        for name in ("queue", "long_jobs"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name} must not be below 0")

    @property
    def memory_bytes(self) -> int:
        """`memory_mb` in bytes."""
        return self.memory_mb * _MIB

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
