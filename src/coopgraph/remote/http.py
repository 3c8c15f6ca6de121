"""One exchange over HTTP: a request out, a whole reply back within a time and a size.

urllib3 (https://urllib3.readthedocs.io) keeps connections and checks certificates; its time
limits apply to each read, so that a server that sends a byte now and then meets none of them.
`_Deadline` therefore shuts the connection when the time of the whole exchange is over.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.request import getproxies, proxy_bypass

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from coopgraph import errors
from coopgraph.remote.address import Address
from coopgraph.vocabulary import VERSION

CONNECT_S: Final = 10.0
_CHUNK: Final = 1 << 18
_FIRST: Final = {"User-Agent": f"coopgraph/{VERSION}", "Accept-Encoding": "gzip"}


@dataclass(frozen=True)
class Request:
    """What is sent: method, address, headers, body. `repeatable` where sending it twice does no
    more than sending it once; `is_write` where it carries data that only the address is meant to
    get."""

    method: str
    address: Address
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    repeatable: bool = True
    is_write: bool = False


@dataclass(frozen=True)
class Response:
    """What came back, whole: status, headers by lower-case name, body."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def media_type(self) -> str:
        """The media type without its parameters, in lower case."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


class ConnectionLost(Exception):
    """The connection broke before a reply began; `error` is what to raise when retrying
    does not help either."""

    def __init__(self, error: errors.CoopgraphError) -> None:
        self.error = error
        super().__init__(str(error))


class _Deadline:
    """Shuts the connection of one exchange when its time is over."""

    def __init__(self, limit_s: float) -> None:
        self._timer = threading.Timer(max(limit_s, 0.001), self._expire)
        self._timer.daemon = True
        self._socket: socket.socket | None = None
        self._lock = threading.Lock()
        self.expired = False

    def hold(self, connected: socket.socket | None) -> None:
        with self._lock:
            self._socket = connected
            if self.expired:
                self._shut()

    def _expire(self) -> None:
        with self._lock:
            self.expired = True
            self._shut()

    def _shut(self) -> None:
        if self._socket is not None:
            with contextlib.suppress(OSError):  # it may be closed already
                # Not the method of a TLS socket, which would say goodbye and wait.
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)

    def __enter__(self) -> _Deadline:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        self._socket = None


_deadline: ContextVar[_Deadline | None] = ContextVar("deadline", default=None)


class _TimedConnection:
    """A connection that shows its socket to the deadline of the exchange that uses it."""

    sock: socket.socket | None

    def _show(self) -> None:
        deadline = _deadline.get()
        if deadline is not None:
            deadline.hold(self.sock)

    def connect(self) -> None:
        super().connect()  # type: ignore[misc]  # a connection of urllib3 comes next
        self._show()

    def send(self, data: Any) -> None:
        self._show()
        super().send(data)  # type: ignore[misc]

    def getresponse(self) -> Any:
        self._show()
        return super().getresponse()  # type: ignore[misc]


class _HttpConnection(_TimedConnection, HTTPConnection):
    pass


class _HttpsConnection(_TimedConnection, HTTPSConnection):
    pass


class _HttpPool(HTTPConnectionPool):
    ConnectionCls = _HttpConnection


class _HttpsPool(HTTPSConnectionPool):
    ConnectionCls = _HttpsConnection


class HttpClient:
    """Keeps the connections to one store, or to where it redirects."""

    def __init__(self, reply_mb: int) -> None:
        self.reply_mb = reply_mb
        self._managers: dict[str, urllib3.PoolManager] = {}

    def close(self) -> None:
        """Close all connections."""
        for manager in self._managers.values():
            manager.clear()
        self._managers.clear()

    def exchange(self, request: Request, limit_s: float) -> Response:
        """Send `request` and read the whole reply within `limit_s` seconds; redirects are replies
        like others. Raises `ConnectionLost` where no reply began, `EndpointUnreachable`,
        `QueryTimeout`, `ReplyTooLarge`, and `AnswerTruncated` where a reply broke off."""
        with _Deadline(limit_s) as deadline:
            token = _deadline.set(deadline)
            try:
                return self._exchange(request, limit_s)
            except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
                if deadline.expired:
                    raise _too_slow(request, limit_s) from None
                raise _error_of(error, request, limit_s) from None
            finally:
                _deadline.reset(token)

    def _exchange(self, request: Request, limit_s: float) -> Response:
        response = self._manager(request.address).urlopen(
            request.method,
            request.address.url,
            body=request.body,
            headers={**_FIRST, **request.headers},
            timeout=urllib3.Timeout(connect=min(CONNECT_S, limit_s), read=limit_s),
            retries=False,
            redirect=False,
            preload_content=False,
        )
        with _closing_unless_whole(response):
            headers = {name.lower(): value for name, value in response.headers.items()}
            try:
                body = self._body(response, request)
            except (urllib3.exceptions.ProtocolError, urllib3.exceptions.DecodeError) as error:
                deadline = _deadline.get()
                if deadline is not None and deadline.expired:
                    raise
                raise errors.AnswerTruncated(
                    f"the answer breaks off ({_said(error)})",
                    place=str(request.address),
                    remedy="ask again; if that fails, ask for less",
                ) from None
        deadline = _deadline.get()
        if deadline is not None and deadline.expired:  # a shut connection looks like a reply's end
            raise TimeoutError
        return Response(response.status, headers, body)

    def _body(self, response: urllib3.BaseHTTPResponse, request: Request) -> bytes:
        chunks, size = [], 0
        while chunk := response.read(_CHUNK, decode_content=True):
            size += len(chunk)
            if size > self.reply_mb << 20:
                raise errors.ReplyTooLarge(
                    f"the answer is larger than {self.reply_mb} MB",
                    place=str(request.address),
                    remedy="ask for less: LIMIT, a narrower pattern or a count",
                )
            chunks.append(chunk)
        return b"".join(chunks)

    def _manager(self, address: Address) -> urllib3.PoolManager:
        """The pools for `address`: direct, or through the proxy that the environment names."""
        direct = address.is_loopback or proxy_bypass(address.host)
        proxy = "" if direct else getproxies().get(address.scheme, "")
        if proxy not in self._managers:
            made = urllib3.ProxyManager(proxy) if proxy else urllib3.PoolManager()
            made.pool_classes_by_scheme = {"http": _HttpPool, "https": _HttpsPool}
            self._managers[proxy] = made
        return self._managers[proxy]


@contextlib.contextmanager
def _closing_unless_whole(response: urllib3.BaseHTTPResponse) -> Iterator[None]:
    """Give the connection back after a whole reply; close it after any other."""
    try:
        yield
    except BaseException:
        response.close()
        raise
    response.release_conn()


def _too_slow(request: Request, limit_s: float) -> errors.QueryTimeout:
    return errors.QueryTimeout(
        f"no whole answer within {round(limit_s, 1):g} s",
        place=str(request.address),
        remedy="ask for less, or give more time (--timeout-s)",
    )


def _error_of(error: Exception, request: Request, limit_s: float) -> Exception:
    """An error of the library as ours."""
    kinds = urllib3.exceptions
    place = str(request.address)
    if isinstance(error, kinds.SSLError):
        return errors.EndpointUnreachable(
            f"the secure connection failed: {_said(error)}",
            place=place,
            remedy="check the address; a certificate of your own: SSL_CERT_FILE",
        )
    unreachable = errors.EndpointUnreachable(
        f"cannot be reached: {_said(error)}",
        place=place,
        remedy="check the address, the network and that the server runs",
    )
    if isinstance(error, kinds.NameResolutionError | kinds.LocationValueError):
        return unreachable
    if isinstance(error, kinds.ReadTimeoutError | TimeoutError) and not isinstance(
        error, kinds.ConnectTimeoutError
    ):
        return _too_slow(request, limit_s)
    return ConnectionLost(unreachable)


def _said(error: Exception) -> str:
    """What the operating system or the library says is wrong, without objects and addresses."""
    cause: BaseException = error
    while inner := next(
        (e for e in (cause.__cause__, *cause.args) if isinstance(e, BaseException)), None
    ):
        cause = inner
    for name in ("strerror", "verify_message"):
        if isinstance(text := getattr(cause, name, None), str):
            return text
    text = str(cause)
    return text.rsplit(": ", maxsplit=1)[-1] if "object at 0x" in text else text
