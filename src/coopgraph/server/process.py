"""The server on a socket: uvicorn, one process, until a signal ends it."""

import contextlib
import math
import signal
import socket
from asyncio import TimerHandle
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, Final

import uvicorn
from uvicorn.protocols.http.httptools_impl import (
    STATUS_LINE,
    HttpToolsProtocol,
    RequestResponseCycle,
)

from coopgraph.errors import AddressUnavailable
from coopgraph.server.application import Application
from coopgraph.server.security import ALWAYS, HEALTH

_BACKLOG: Final = 128
#: Connections before the oldest that asks nothing is closed for a new one, and requests at once
#: before any but `HEALTH` is refused.
_MOST_CONNECTIONS: Final = 400
_MOST_REQUESTS: Final = 512
#: Bytes of a request's head before it is refused unread, and seconds that it may take.
_HEAD_BYTES: Final = 64 * 1024
_HEAD_S: Final = 20.0
_LOOK_S: Final = 10.0
#: What is said of a request that no application sees.
_REFUSALS: Final = {
    400: b"the request is not HTTP; send it as HTTP/1.1\n",
    408: b"the head of the request did not come in time; send it at once\n",
    431: b"the head of the request is too long; send fewer or shorter headers\n",
}


def listen(host: str, port: int) -> socket.socket:
    """A socket that takes connections; port 0 is any free one. Raises `AddressUnavailable` for an
    address that is taken, not ours, or no address."""
    place = f"{host}:{port}"
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, _, _, _, address = found[0]
        made = socket.socket(family, socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise AddressUnavailable(
            "there is no such host", place=place, remedy="try --host 127.0.0.1"
        ) from error
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind(address)
        made.listen(_BACKLOG)
    except OSError as error:
        made.close()
        raise AddressUnavailable(
            f"cannot listen there: {error.strerror or error}",
            place=place,
            remedy="choose another port, as with --port 0, or stop what listens there",
        ) from None
    return made


async def serve(app: Application, listener: socket.socket, ready: Callable[[], None]) -> None:
    """Serve until SIGINT or SIGTERM; `ready` is called when queries can be answered. Requests under
    way are finished first, within the time that a query may take; a second SIGINT does not wait.
    Raises `StoreMissing` and `StoreDamaged`."""
    config = uvicorn.Config(
        app,
        http=_Connection,
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="critical",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=_MOST_REQUESTS,
        timeout_graceful_shutdown=math.ceil(app.settings.limits.timeout_s) + 1,
    )
    async with app.started():
        ready()
        await _Server(config).serve(sockets=[listener])


class _Server(uvicorn.Server):
    """A server that a signal ends as any other end would: without raising it again, and with an
    answer for those who wait."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Finish what is under way."""
        app: Any = self.config.app
        app.drain()
        await super().shutdown(sockets)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take SIGINT and SIGTERM as the wish to stop."""
        wanted = (signal.SIGINT, signal.SIGTERM)
        before = {number: signal.signal(number, self.handle_exit) for number in wanted}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


class _Connection(HttpToolsProtocol):
    """A connection that does not wait for ever: for the head of a request, for the rest of its
    body, or for a client that reads nothing; nor reads a head of any length."""

    _timer: TimerHandle | None = None
    _running: RequestResponseCycle | None = None
    _is_in_head, _is_whole = True, False  # where the request is that comes
    _head_bytes = 0
    _unsent = 0
    _began_s = 0.0

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._began_s = self.loop.time()
        self._timer = self.loop.call_later(_LOOK_S, self._look)
        if len(self.connections) > _MOST_CONNECTIONS:
            self._make_room()

    def _make_room(self) -> None:
        """Close the oldest connection that asks nothing, of the client with the most."""
        others = (each for each in self.connections if isinstance(each, _Connection))
        silent = [each for each in others if each.asks_nothing and each is not self]
        count = Counter(each.address for each in silent)
        if silent:
            first = min(silent, key=lambda each: (-count[each.address], each._began_s))
            first.transport.abort()

    @property
    def asks_nothing(self) -> bool:
        """Whether no answer is under way."""
        cycle: RequestResponseCycle | None = self.cycle  # None before the first request
        return cycle is None or cycle.response_complete

    @property
    def address(self) -> str:
        """The address of the client."""
        return self.client[0] if self.client else ""

    def connection_lost(self, exc: Exception | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self.pipeline.clear()
        if self._running is not None:  # uvicorn tells the last request of a pipeline only
            self._running.disconnected = True
            self._running.message_event.set()
        super().connection_lost(exc)

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        self._running = cycle
        super()._start_asgi_task(cycle, app)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._is_in_head, self._is_whole, self._head_bytes = True, False, 0
        self._began_s = self.loop.time()

    def on_headers_complete(self) -> None:
        self._is_in_head = False
        is_health = self.url.partition(b"?")[0] == HEALTH.encode()
        self.limit_concurrency = None if is_health else self.config.limit_concurrency
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._is_whole = True
        super().on_message_complete()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._is_in_head:
            self._head_bytes += len(data)
            if self._head_bytes > _HEAD_BYTES and not self.transport.is_closing():
                self._refuse(431)

    def send_400_response(self, msg: str) -> None:
        """Answer what is no HTTP."""
        self._refuse(400)

    def _refuse(self, status: int) -> None:
        """Answer what is no request yet, and close."""
        if self.asks_nothing:
            body = _REFUSALS[status]
            headers = (
                *ALWAYS,
                (b"content-type", b"text/plain; charset=utf-8"),
                (b"content-length", str(len(body)).encode()),
                (b"cache-control", b"no-store"),
                (b"connection", b"close"),
            )
            lines = b"".join(b"%s: %s\r\n" % pair for pair in headers)
            self.transport.write(STATUS_LINE[status] + lines + b"\r\n" + body)
        self.transport.close()

    @property
    def _body_s(self) -> float:
        app: Any = self.config.app
        return float(app.settings.body_s)

    def _look(self) -> None:
        """Whether the client still does its part."""
        self._timer = self.loop.call_later(_LOOK_S, self._look)
        waited_s = self.loop.time() - self._began_s
        if self._is_in_head and waited_s > _HEAD_S:
            self._refuse(408)
        elif not self._is_whole and self.asks_nothing and waited_s > _HEAD_S + self._body_s:
            self.transport.close()  # whatever was asked is answered, without the rest of the body
        unsent = self.transport.get_write_buffer_size()
        if unsent and unsent == self._unsent:
            self.transport.abort()
        self._unsent = unsent
