"""The store: named graphs on disk, read by many, rewritten whole by one.

    .coopgraph/
      lock                    held by the process that builds
      parts/{graph}.nt        each graph's sorted N-Triples, and {graph}.json beside it
      versions/{number}/      a compiled store: engine/, search.sqlite, manifest.json
      current -> versions/…   what readers open; switched in one step

A reader opens `current` once and keeps that version; the version before the current one is
kept until the next build, so that a reader is never left without its files.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .embedded import Store
from .folder import DEFAULT, Folder, NewVersion
from .parts import Manifest, Part, PartWriter, read_manifest

if TYPE_CHECKING:
    from .embedded import Term as Term

__all__ = [
    "DEFAULT",
    "Folder",
    "Manifest",
    "NewVersion",
    "Part",
    "PartWriter",
    "Store",
    "read_manifest",
]
