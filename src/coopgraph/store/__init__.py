"""The store: named graphs on disk, with many readers and one writer, which replaces all of it.

    .coopgraph/
      lock                    locked by the process that builds
      versions/{number}/      a compiled store: engine/, search.sqlite, manifest.json, and
                              parts/{graph}.nt: each graph's N-Triples, with {graph}.json
      current -> versions/…   what readers open; one step switches it, parts included
      parts -> current/parts

A reader opens `current` once and stays with that version. The version before the current one
stays until the next build, so that its readers keep their files.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from coopgraph.sparql.dataset import Dataset
from coopgraph.store.base import AnyStore
from coopgraph.store.embedded import Store
from coopgraph.store.folder import DEFAULT, Folder
from coopgraph.store.parts import Manifest, Part, PartWriter, read_manifest
from coopgraph.store.statements import Readers
from coopgraph.store.version import NewVersion, new_version

if TYPE_CHECKING:
    from coopgraph.store.base import Term as Term

__all__ = [
    "DEFAULT",
    "AnyStore",
    "Dataset",
    "Folder",
    "Manifest",
    "NewVersion",
    "Part",
    "PartWriter",
    "Readers",
    "Store",
    "new_version",
    "read_manifest",
]
