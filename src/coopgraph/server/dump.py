"""/dump: the whole dataset as N-Quads, streamed from the files that the version was made of.

The same store gives the same bytes: the entity tag is the digest of its parts.
"""

import contextlib
import re
import zlib
from collections.abc import Iterator, Sequence
from email.utils import formatdate, parsedate_to_datetime
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from coopgraph.errors import StoreDamaged
from coopgraph.formats import N_QUADS, Format
from coopgraph.formats.negotiation import choose
from coopgraph.server.parameters import FORMAT, accept_for, refuse_unknown
from coopgraph.server.requests import Refused, fields
from coopgraph.server.responses import has_tag, not_modified
from coopgraph.store import Folder, Part, read_manifest
from coopgraph.vocabulary import graph_iri

_BLOCK: Final = 1 << 20
_GZIP: Final = 16 + zlib.MAX_WBITS
_FAST: Final = 1  # N-Quads shrink to a tenth even so
_OFFERED: Final = (N_QUADS, Format(N_QUADS.name, "text/plain", "nq"))
_TAKES_GZIP: Final = re.compile(
    r"(?:^|,)\s*(?:x-)?gzip\s*(?:;\s*q\s*=\s*(?:1|0\.0*[1-9]).*)?(?:,|$)", re.IGNORECASE
)


async def dump(request: Request) -> Response:
    """All quads, graph after graph; compressed where the client takes gzip."""
    given = fields(request.scope["query_string"])
    refuse_unknown(given, FORMAT)
    chosen = choose(accept_for(request, given, _OFFERED), _OFFERED)
    folder = Folder(request.app.state.folder)
    version = folder.current()
    manifest = read_manifest(version)
    packed = bool(_TAKES_GZIP.search(request.headers.get("accept-encoding", "")))
    changed_s = (version / "manifest.json").stat().st_mtime
    headers = {
        "Content-Type": f"{chosen.media_type}; charset=utf-8",
        "Content-Disposition": 'attachment; filename="coopgraph.nq"',
        "ETag": f'"{manifest.digest}{"-gzip" if packed else ""}"',
        "Last-Modified": formatdate(changed_s, usegmt=True),
        "Cache-Control": "no-cache",
        "Vary": "Accept, Accept-Encoding",
        **({"Content-Encoding": "gzip"} if packed else {}),
    }
    if _is_known(request, headers["ETag"], changed_s):
        return not_modified(headers)
    if request.method == "HEAD":
        response = Response(headers=headers)
        del response.headers["Content-Length"]  # nobody has counted
        return response
    lines = await run_in_threadpool(_lines, folder, manifest.parts)
    return StreamingResponse(_gzip(lines) if packed else lines, headers=headers)


def _is_known(request: Request, tag: str, changed_s: float) -> bool:
    """Whether the client has this version: If-None-Match counts before If-Modified-Since."""
    if "if-none-match" in request.headers:
        return has_tag(request, tag)
    try:
        since = parsedate_to_datetime(request.headers.get("if-modified-since", ""))
    except ValueError:
        return False
    return int(changed_s) <= since.timestamp()


def _lines(folder: Folder, parts: Sequence[Part]) -> Iterator[bytes]:
    """The quads of the parts, in blocks of whole lines; the files are opened and checked before
    the first block is asked for, so that none can be missing later."""
    files = contextlib.ExitStack()
    try:
        opened = [(part.graph, files.enter_context(folder.open_part(part))) for part in parts]
    except StoreDamaged as error:
        files.close()
        raise Refused(503, error.fact, remedy=error.remedy) from None

    def blocks() -> Iterator[bytes]:
        with files:
            for graph, file in opened:
                end = f" <{graph_iri(graph)}> .\n".encode()
                while lines := file.readlines(_BLOCK):
                    # Inside a literal a line end is escaped, so that this is the end of a line.
                    yield b"".join(lines).replace(b" .\n", end)

    return blocks()


def _gzip(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """The blocks compressed, without a time of day."""
    packer = zlib.compressobj(_FAST, wbits=_GZIP)
    for block in blocks:
        yield packer.compress(block)
    yield packer.flush()
