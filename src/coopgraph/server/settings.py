"""The settings of the server."""

from dataclasses import dataclass, field

from coopgraph.guard import Limits

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")


@dataclass(frozen=True)
class Settings:
    """The server's settings; the defaults are for one person on one machine."""

    #: Names that the Host header may give, without the port; `*` is any.
    hosts: tuple[str, ...] = LOOPBACK
    #: Origins whose scripts may read answers (CORS); `*` is any, none by default.
    origins: tuple[str, ...] = ()
    #: Bytes of a request's body, and of its address with its headers.
    body_bytes: int = 1024 * 1024
    head_bytes: int = 64 * 1024
    #: Seconds in which a body must have come.
    body_s: float = 30.0
    #: Rows that the query page counts and sorts: it says where there are more.
    rows: int = 100_000
    #: A line for each request on standard error.
    access_log: bool = False
    limits: Limits = field(default_factory=Limits)
