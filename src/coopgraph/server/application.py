"""The application: routes, the pool behind them, what goes before all of them, and requests to it
without a socket."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, unquote

from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Message, Receive, Scope, Send

from coopgraph.guard import Pool
from coopgraph.server import graphs, sparql
from coopgraph.server.kept import keeping
from coopgraph.server.pages import PAGES, network, query
from coopgraph.server.requests import Refused
from coopgraph.server.security import HEALTH, SecurityMiddleware, Settings
from coopgraph.store import Folder

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Scope

_HERE: Final = Path(__file__).resolve().parent
#: Scripts and styles; nothing else of the package is served.
_FILES: Final = _HERE / "static"
_SHARED: Final = ("coopgraph.formats", "static")
_JOBS: Final = "coopgraph.server.jobs"
#: Those that take as long as a client's query or a graph makes them.
_FREE_JOBS: Final = frozenset(
    {"sparql", "graph", query.rows.job, query.download.job, network.rows_as_network.job}
)
_EARLIER: Final = (b"coopgraph-warning", b"the store is damaged; the version before answers")
_SAID: Final = {
    404: "there is nothing at this address",
    405: "this address does not take that method",
}
HOST = "localhost"
#: What may stand in an address; all else is escaped. A `%` is an escape already.
_ADDRESS = "/%:?#[]@!$&'()*+,;=-._~"


def create_app(folder: str | Path, settings: Settings | None = None) -> Application:
    """The ASGI application over the store in `folder`; raises `UsageError` for an address."""
    return Application(Folder(folder).path, settings or Settings())


class Application:
    """The server's ASGI application. It answers once it was started, by its lifespan or by
    `started`. Handlers find `pool`, `settings` and `folder` in `request.app.state`. Errors leave
    the routes as they are raised: only `SecurityMiddleware` makes answers of them, so that
    Starlette's own is passed by."""

    def __init__(self, folder: Path, settings: Settings) -> None:
        self.settings = settings
        self._inner = Starlette(
            routes=[
                Route(HEALTH, health),
                *graphs.ROUTES,
                *sparql.ROUTES,
                *(route for page in PAGES for route in page.routes()),
                Mount("/static", StaticFiles(directory=_FILES, packages=[_SHARED])),
            ],
            lifespan=lambda _: self.started(),
        )
        self._inner.router.redirect_slashes = False
        self._inner.state.settings, self._inner.state.folder = settings, folder
        self._middleware = SecurityMiddleware(self._route, settings)

    @contextlib.asynccontextmanager
    async def started(self) -> AsyncIterator[None]:
        """With the workers running; raises `StoreMissing` or `StoreDamaged` where they cannot."""
        state = self._inner.state
        limits = state.settings.limits
        with keeping():
            async with Pool(state.folder, _JOBS, limits, free=_FREE_JOBS) as state.pool:
                yield

    def drain(self) -> None:
        """Refuse the queries that would be waiting when the server stops."""
        self._inner.state.pool.drain()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request, or the lifespan."""
        if scope["type"] == "http":
            await self._middleware(scope, receive, send)
        else:
            await self._inner.router(scope, receive, send)

    async def _route(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A query at once, for they are many and small; all else by its route."""
        scope["app"] = self._inner
        if self._inner.state.pool.warning:
            send = _with_warning(send)
        try:
            if scope["path"] == "/sparql" and scope["method"] in sparql.METHODS:
                response = await sparql.sparql(Request(scope, receive))
                await response(scope, receive, send)
            else:
                await self._inner.router(scope, receive, send)
        except HTTPException as error:
            await _refusal(scope, error)(scope, receive, send)


def _with_warning(send: Send) -> Send:
    """`send`, with a header on every answer that another version than the current one gave."""

    async def send_with_warning(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message["headers"], _EARLIER]}
        await send(message)

    return send_with_warning


async def health(request: Request) -> Response:
    """Whether queries can be answered, by which version, and how many wait; this process says so
    by itself."""
    pool: Pool = request.app.state.pool
    status = 200 if pool.is_ready else 503
    said = {"warning": _EARLIER[1].decode()} if pool.warning else {}
    return JSONResponse({**pool.counts, **said}, status, {"Cache-Control": "no-store"})


def _refusal(scope: Scope, error: HTTPException) -> Response:
    """What the routes refuse, in our words; OPTIONS is answered with what is allowed."""
    headers = dict(error.headers or {})
    if "Allow" in headers:
        allowed = {name.strip() for name in headers["Allow"].split(",")} | {"OPTIONS"}
        headers["Allow"] = ", ".join(sorted(allowed))
        if scope["method"] == "OPTIONS":
            return Response(status_code=204, headers=headers)
    raise Refused(
        error.status_code, _SAID.get(error.status_code, error.detail), headers=headers
    ) from None


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
    """The answer of `app` to one request; a body in parts comes without its length. The Host is
    `localhost` unless `headers` say another."""
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
