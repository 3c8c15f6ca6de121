"""Drawings that are kept with a version of a store: positions and communities of networks that
count imported practice take seconds, and a server has several workers.

A drawing is made when an import is compiled, into the folder of that version, and goes with it. It
is read as JSON with the SHA-256 of its text before it, and only by the software that made it: one
that is missing, damaged or of another version is made anew, kept, and the page says so.
"""

import contextlib
import gzip
import hashlib
import json
import zlib
from dataclasses import asdict, replace
from functools import cache
from pathlib import Path
from typing import Any, Final

from coopgraph.errors import CoopgraphError
from coopgraph.i18n import choose, in_each, languages, words
from coopgraph.network import load_projection, project, projection_names
from coopgraph.store import AnyStore
from coopgraph.store.files import read_file, replace_file
from coopgraph.view.page import DrawnNetwork, draw
from coopgraph.vocabulary import VERSION

FOLDER: Final = "drawings"
#: No drawing has more bytes: a damaged file may say that it has.
_LARGEST: Final = 1 << 28
_DIGEST: Final = 64
_FIELDS: Final = {"titles": dict, "directed": bool, "nodes": int, "edges": int, "data": dict}


def keep_drawings(store: AnyStore, version: Path) -> None:
    """Draw each network that counts imported practice, into the folder of a version. What cannot be
    drawn is left to the page, which says why."""
    for name in projection_names():
        if is_kept(name):
            with contextlib.suppress(CoopgraphError):
                _write(version, name, draw(project(store, name)))


def is_kept(name: str) -> bool:
    """Whether a projection is drawn at the import: it counts imported practice.

    >>> is_kept("collaboration"), is_kept("technology-partners")
    (True, False)
    """
    return name in projection_names() and bool(load_projection(name).coverage)


def drawing_of(store: AnyStore, name: str) -> DrawnNetwork:
    """The drawing of a network without parameters: the one that is kept, else a new one, which is
    kept where the folder can be written, with a note in the page that says so."""
    version: Path | None = getattr(store, "version", None)
    fault = ""
    if version is not None and is_kept(name):
        try:
            return _read(version, name)
        except FileNotFoundError:
            fault = "missing"
        except (OSError, EOFError, ValueError, zlib.error, RecursionError):
            fault = "damaged"
    drawing = draw(project(store, name))
    if version is None or not fault or not drawing.nodes:
        return drawing
    with contextlib.suppress(OSError):
        _write(version, name, drawing)
    said = in_each(f"network-note.drawing-{fault}")
    note = [choose(said, lang) for lang in languages()]
    page = drawing.data["page"] | {"notes": [*drawing.data["page"]["notes"], note]}
    return replace(drawing, data=drawing.data | {"page": page})


def _file(version: Path, name: str) -> Path:
    return version / FOLDER / f"{name}.json.gz"


def _write(version: Path, name: str, drawing: DrawnNetwork) -> None:
    if not drawing.nodes:
        return
    said = asdict(drawing) | {"maker": _maker(name)}
    body = json.dumps(said, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
    place = _file(version, name)
    place.parent.mkdir(exist_ok=True)
    digest = hashlib.sha256(body).hexdigest().encode()
    replace_file(place, gzip.compress(digest + body, compresslevel=1, mtime=0))


def _read(version: Path, name: str) -> DrawnNetwork:
    """The drawing that is kept. Raises `FileNotFoundError`, also for one of other software, and
    what says that a file is damaged: `OSError`, `ValueError`, `zlib.error`."""
    unpacking = zlib.decompressobj(wbits=31)
    whole = unpacking.decompress(read_file(_file(version, name)), _LARGEST)
    body = whole[_DIGEST:]
    if not unpacking.eof or whole[:_DIGEST].decode() != hashlib.sha256(body).hexdigest():
        raise ValueError("other bytes than were written")
    said: Any = json.loads(body)
    if not isinstance(said, dict):
        raise ValueError("no drawing")
    if said.pop("maker", "") != _maker(name):
        raise FileNotFoundError(name)
    if said.keys() != _FIELDS.keys() or any(type(said[f]) is not t for f, t in _FIELDS.items()):
        raise ValueError("no drawing")
    return DrawnNetwork(**said)


@cache
def _maker(name: str) -> str:
    """What a drawing depends on besides the store: the software, the query, the words."""
    here = Path(__file__).parent
    digest = hashlib.sha256(f"{VERSION}\0{load_projection(name).text}".encode())
    digest.update(json.dumps(words("view", languages()), sort_keys=True).encode())
    for path in sorted(here.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()
