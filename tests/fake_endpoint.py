"""An HTTP server in a thread that answers as it is told: the hostile side of remote stores."""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

from coopgraph.remote.address import credentials_of, parse_address
from coopgraph.remote.client import SparqlClient
from coopgraph.remote.endpoint import Endpoint
from coopgraph.remote.http import HttpClient
from coopgraph.remote.store import RemoteStore

JSON = "application/sparql-results+json"
NT = "application/n-triples"

Behaviour = Callable[["Handler"], None]


@dataclass
class Seen:
    """A request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode()))


@dataclass
class Fake:
    """Behaviours, one for each request; the last one for all that follow."""

    url: str
    behaviours: list[Behaviour] = field(default_factory=list)
    seen: list[Seen] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)

    def will(self, *behaviours: Behaviour) -> None:
        self.behaviours[:] = behaviours


class Handler(BaseHTTPRequestHandler):
    """Reads a request whole and leaves the rest to the next behaviour."""

    protocol_version = "HTTP/1.1"
    fake: Fake

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def handle_any(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        seen = Seen(self.command, self.path, headers, self.rfile.read(length))
        self.fake.seen.append(seen)
        behaviours = self.fake.behaviours
        behaviour = behaviours.pop(0) if len(behaviours) > 1 else behaviours[0]
        behaviour(self)

    do_GET = do_POST = do_PUT = handle_any  # noqa: N815


@contextlib.contextmanager
def fake_endpoint(secure: ssl.SSLContext | None = None) -> Iterator[Fake]:
    """A server on loopback, over TLS where asked for; its connections end with the block."""
    fake = Fake("")
    made = type("Made", (Handler,), {"fake": fake})
    server = ThreadingHTTPServer(("127.0.0.1", 0), made)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # what is broken is meant
    if secure is not None:
        server.socket = secure.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
    scheme = "https" if secure else "http"
    fake.url = f"{scheme}://127.0.0.1:{server.server_address[1]}/sparql"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield fake
    finally:
        fake.closing.set()
        server.shutdown()
        thread.join()
        server.server_close()


def reply(
    body: bytes,
    media_type: str = JSON,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Behaviour:
    """A whole reply."""

    def behave(handler: Handler) -> None:
        handler.send_response(status)
        if media_type:
            handler.send_header("Content-Type", media_type)
        handler.send_header("Content-Length", str(len(body)))
        for name, value in (headers or {}).items():
            handler.send_header(name, value)
        handler.end_headers()
        with contextlib.suppress(OSError):  # the client may have left
            handler.wfile.write(body)

    return behave


def raw_reply(data: bytes) -> Behaviour:
    """Bytes as they are, then the end of the connection."""

    def behave(handler: Handler) -> None:
        handler.wfile.write(data)
        handler.close_connection = True

    return behave


def reset(handler: Handler) -> None:
    """Break the connection without a reply."""
    linger = struct.pack("ii", 1, 0)
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    handler.connection.close()
    handler.close_connection = True


def drip(data: bytes, every_s: float = 0.05) -> Behaviour:
    """A byte now and then: within every read's time limit, and for ever as a whole."""

    def behave(handler: Handler) -> None:
        for byte in data:
            if handler.fake.closing.wait(every_s):
                break
            try:
                handler.wfile.write(bytes([byte]))
                handler.wfile.flush()
            except OSError:
                break
        handler.close_connection = True

    return behave


def table(*rows: str, name: str = "a") -> bytes:
    """SPARQL results in JSON: plain literals of one variable."""
    bindings = [{name: {"type": "literal", "value": row}} for row in rows]
    return json.dumps({"head": {"vars": [name]}, "results": {"bindings": bindings}}).encode()


def boolean(value: bool) -> bytes:
    return json.dumps({"head": {}, "boolean": value}).encode()


def store_at(
    url: str,
    *,
    timeout_s: float = 20,
    reply_mb: int = 8,
    environment: Mapping[str, str] | None = None,
) -> RemoteStore:
    """A remote store that has not yet asked for its graphs."""
    endpoint = Endpoint(
        parse_address(url), credentials_of(environment or {}), HttpClient(reply_mb), timeout_s
    )
    return RemoteStore(SparqlClient(endpoint))
