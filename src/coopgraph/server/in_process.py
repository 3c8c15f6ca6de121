"""Requests to the application without a socket: for `coopgraph serve --get`, and for tests."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from starlette.datastructures import Headers

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Scope

HOST = "localhost"
#: What may stand in an address; all else is escaped. A `%` is an escape already.
_ADDRESS = "/%:?#[]@!$&'()*+,;=-._~"


@dataclass(frozen=True)
class Answered:
    """What came back: status, headers, body."""

    status: int
    headers: Headers
    body: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode()


async def ask(
    app: ASGIApp,
    target: str,
    *,
    method: str = "GET",
    headers: Iterable[tuple[str, str]] = (),
    body: bytes | Iterable[bytes] = b"",
) -> Answered:
    """The answer of `app` to one request; a body in parts comes without its length.

    The Host is `localhost` unless `headers` say another.
    """
    parts = [body] if isinstance(body, bytes) else list(body)
    incoming = [
        {"type": "http.request", "body": part, "more_body": i < len(parts) - 1}
        for i, part in enumerate(parts)
    ]
    sent: list[Message] = []

    async def receive() -> Message:
        if incoming:
            return incoming.pop(0)
        await asyncio.get_running_loop().create_future()  # nobody leaves
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = scope_of(target, method, headers, body if isinstance(body, bytes) else b"")
    await app(scope, receive, send)
    data = b"".join(message.get("body", b"") for message in sent[1:])
    return Answered(sent[0]["status"], Headers(raw=list(sent[0]["headers"])), data)


def scope_of(
    target: str, method: str, headers: Iterable[tuple[str, str]] = (), body: bytes = b""
) -> Scope:
    """The ASGI scope of a request, with the length of `body` if there is one."""
    raw_path, _, query = quote(target, safe=_ADDRESS).partition("?")
    raw = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
    names = {name for name, _ in raw}
    if b"host" not in names:
        raw.insert(0, (b"host", HOST.encode()))
    if body and b"content-length" not in names:
        raw.append((b"content-length", str(len(body)).encode()))
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": unquote(raw_path),
        "raw_path": raw_path.encode(),
        "query_string": query.partition("#")[0].encode(),
        "root_path": "",
        "headers": raw,
        "client": ("127.0.0.1", 0),
        "server": (HOST, 0),
        "state": {},
    }
