"""A job of the pool as the answer to a request."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from coopgraph.guard import Pool, Reply
from coopgraph.guard.task import timed_out


async def answer(
    request: Request, job: str, /, timeout_s: float | None = None, **arguments: Any
) -> Response:
    """The reply of a job as it is, or 304 where the client has it already; its header `Status`
    becomes the status. The job is stopped when the client leaves before, or after `timeout_s`.

    The body of the request must have been read. Raises what `Pool.run_while` raises.
    """

    async def gone() -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass

    pool: Pool = request.app.state.pool
    client = (request.scope.get("client") or ("",))[0]
    try:
        async with asyncio.timeout(timeout_s):
            reply = await pool.run_while(gone, job, client=client, **arguments)
    except TimeoutError:
        raise timed_out(timeout_s or 0) from None
    headers = dict(reply.headers)
    tag = headers.get("ETag")
    if tag and has_tag(request, tag):
        return not_modified(headers)
    status = int(headers.pop("Status", 200))
    if reply.spool is not None:
        return SpooledResponse(reply, status, headers)
    return Response(reply.body, status, headers)


class SpooledResponse(Response):
    """A long answer, sent from where it is kept as fast as the client reads it.

    It is whole before its first byte leaves, and names its length: a client notices where it
    breaks off.
    """

    def __init__(self, reply: Reply, status: int, headers: Mapping[str, str]) -> None:
        super().__init__(status_code=status, headers=headers)
        self._reply = reply
        self.headers["Content-Length"] = str(reply.size)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it, and remove what was kept."""
        start = {"type": "http.response.start", "status": self.status_code}
        assert self._reply.spool is not None, "else it is a plain response"
        with self._reply.spool as spool:
            await send({**start, "headers": self.raw_headers})
            for block in spool.blocks() if scope["method"] != "HEAD" else ():
                await send({"type": "http.response.body", "body": block, "more_body": True})
            await send({"type": "http.response.body", "body": self._reply.body})


def has_tag(request: Request, tag: str) -> bool:
    """Whether If-None-Match names the entity tag (RFC 9110, 13.1.2: weakly compared)."""
    header = request.headers.get("if-none-match", "")
    tags = {part.strip().removeprefix("W/") for part in header.split(",")}
    return header.strip() == "*" or tag in tags


def not_modified(headers: Mapping[str, str]) -> Response:
    """304 with the headers that a cache needs (RFC 9110, 15.4.5)."""
    kept = ("ETag", "Last-Modified", "Vary", "Cache-Control")
    return Response(
        status_code=304, headers={name: headers[name] for name in kept if name in headers}
    )


def notes_header(notes: Sequence[str]) -> dict[str, str]:
    """What a reader must know, as a header, if there is any: in UTF-8 with percent-encoding, for
    a field is ASCII."""
    return {"Coopgraph-Notes": quote("\n".join(notes), safe=" ,;:()")} if notes else {}
