"""A job of the pool as the answer to a request."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from coopgraph.guard import Pool


async def answer(request: Request, job: str, /, **arguments: Any) -> Response:
    """The reply of a job as it is, or 304 where the client has it already; its header `Status`
    becomes the status. The job is stopped when the client leaves before.

    The body of the request must have been read. Raises what `Pool.run_while` raises.
    """

    async def gone() -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass

    pool: Pool = request.app.state.pool
    reply = await pool.run_while(gone, job, **arguments)
    headers = dict(reply.headers)
    tag = headers.get("ETag")
    if tag and has_tag(request, tag):
        return not_modified(headers)
    return Response(reply.body, int(headers.pop("Status", 200)), headers)


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
