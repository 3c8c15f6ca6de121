"""What holds for every request: its Host, its size, its headers, and errors as answers.

One ASGI middleware outside all routes, so that no page can forget it.
"""

import logging
from dataclasses import dataclass, field
from time import perf_counter
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from coopgraph.errors import CoopgraphError
from coopgraph.guard import ClientGone, JobFailed, Limits
from coopgraph.server.problems import answer_error
from coopgraph.server.requests import Refused

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
#: Nothing from another host, no script or style inside a page, no frame of others around it.
CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; frame-src 'self'; manifest-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
)
#: On every answer; a page may say another policy of its own.
ALWAYS: Final = tuple(
    (name.encode(), value.encode())
    for name, value in (
        ("content-security-policy", CONTENT_SECURITY_POLICY),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
    )
)
_EXPOSED: Final = "Coopgraph-Notes, Coopgraph-Warning, ETag, Link, Retry-After"
_PREFLIGHT: Final = {
    "Access-Control-Allow-Methods": "GET, HEAD, POST, OPTIONS",
    "Access-Control-Allow-Headers": "Accept, Content-Type",
    "Access-Control-Max-Age": "600",
}
#: Where the server says whether it is well, whatever else it does.
HEALTH: Final = "/health"
_log = logging.getLogger("coopgraph.server")


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


class SecurityMiddleware:
    """The middleware; see the module."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app, self.settings = app, settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, even if an error occurs inside."""
        exchange = _Exchange(self.settings, scope, receive, send)
        began_s = perf_counter()
        try:
            if scope["path"] != HEALTH:  # who asks for it may call the server by any name
                exchange.check()
            await self.app(scope, exchange.receive, exchange.send)
        except CoopgraphError as error:
            await exchange.answer(error)
        except JobFailed:  # logged where it failed
            await exchange.answer(None)
        except ClientGone:
            pass
        except Exception:  # noqa: BLE001 (its text stays here)
            _log.exception("unforeseen error")
            await exchange.answer(None)
        if self.settings.access_log:
            _log.info("%s %.1f ms", exchange, 1000 * (perf_counter() - began_s))


class _Exchange:
    """One request and its answer."""

    def __init__(self, settings: Settings, scope: Scope, receive: Receive, send: Send) -> None:
        self._settings, self._scope, self._receive, self._send = settings, scope, receive, send
        self._status = self._read = self._written = 0

    def __str__(self) -> str:
        """The request and its answer as one printable line."""
        scope, query = self._scope, self._scope["query_string"]
        target = scope["raw_path"] + (b"?" + query if query else b"")
        shown = ascii(target.decode("latin-1"))[1:-1]
        client = (scope.get("client") or ("-",))[0]
        return f"{client} {scope['method']} {shown} {self._status or '-'} {self._written}"

    def check(self) -> None:
        """Raise `Refused` for a request that no route should see."""
        scope = self._scope
        host, hosts, length = b"", 0, b"0"
        head = address = len(scope["raw_path"]) + len(scope["query_string"])
        for name, value in scope["headers"]:
            head += len(name) + len(value)
            if name == b"host":
                host, hosts = value, hosts + 1
            elif name == b"content-length":
                length = value
        if address > self._settings.head_bytes:
            raise Refused(414, "the address is too long", remedy="send the query by POST")
        if head > self._settings.head_bytes:
            raise Refused(431, "the headers are too long", remedy="send fewer or shorter ones")
        if hosts != 1:
            raise Refused(400, "the request does not name one Host", remedy="send one header Host")
        if not _is_allowed(host.decode("latin-1"), self._settings.hosts):
            raise Refused(
                421,
                "this server does not answer for that host",
                remedy="allow it with: coopgraph serve --allow-host NAME",
            )
        if not length.isdigit():
            raise Refused(400, "the Content-Length is no number", remedy="send it in digits")
        if int(length[:20]) > self._settings.body_bytes:
            raise self._too_large()

    def _too_large(self) -> Refused:
        most = self._settings.body_bytes
        return Refused(413, f"the body is larger than {most:,} bytes", remedy="send a smaller one")

    async def receive(self) -> Message:
        """The next part of the body, counted."""
        message = await self._receive()
        if message["type"] == "http.request":
            self._read += len(message.get("body", b""))
            if self._read > self._settings.body_bytes:
                raise self._too_large()
        return message

    async def send(self, message: Message) -> None:
        """A part of the answer, its headers completed."""
        if message["type"] == "http.response.start":
            self._status = message["status"]
            raw = list(message["headers"])
            names = {name for name, _ in raw}
            raw += [pair for pair in ALWAYS if pair[0] not in names]
            if self._settings.origins:
                self._share(MutableHeaders(raw=raw))
            message = {**message, "headers": raw}
        elif self._scope["method"] == "HEAD":
            message = {**message, "body": b""}
        self._written += len(message.get("body", b""))
        await self._send(message)

    def _share(self, headers: MutableHeaders) -> None:
        """Let scripts of the allowed origins read the answer; changes `headers`."""
        headers.add_vary_header("Origin")
        origin = Headers(scope=self._scope).get("origin")
        if origin is None:
            return
        if "*" in self._settings.origins:
            headers["Access-Control-Allow-Origin"] = "*"
        elif origin in self._settings.origins:
            headers["Access-Control-Allow-Origin"] = origin
        else:
            return
        headers["Access-Control-Expose-Headers"] = _EXPOSED
        if self._scope["method"] == "OPTIONS":
            headers.update(_PREFLIGHT)

    async def answer(self, error: CoopgraphError | None) -> None:
        """An error as the answer; where an answer has begun, it breaks off, and the client
        sees that."""
        if self._status:
            raise ConnectionAbortedError("the answer broke off")
        response = answer_error(error, Request(self._scope))
        await response(self._scope, self._receive, self.send)


def _is_allowed(host: str, allowed: tuple[str, ...]) -> bool:
    """Whether a Host header names one of `allowed`, with any port."""
    name, colon, port = host.rpartition(":")
    if not colon or not (port.isascii() and port.isdigit()):
        name = host
    return "*" in allowed or name.lower().rstrip(".") in allowed
