"""The store: named graphs on disk, with many readers and one writer, which replaces all of it.

    .coopgraph/
      lock                    locked by the process that builds
      current                 JSON: the last ten builds, the current one first, each with the
                              SHA-256 of its manifest; replaced in one step
      versions/{number}/      manifest.json: the parts of a build, each with its SHA-256; of the
                              last two builds also engine/ and search.sqlite, made from the parts
      parts/{SHA-256}.nt      each graph's N-Triples, once for all the builds that have it
      rejects/                the records that imports rejected
      works/                  the works with a DOI that imports count

A reader opens `current` once and stays with that version. The version before the current one
stays until the next build, so that its readers keep their files. There are no links: a copy of the
folder is a store. `Folder.builds` lists the builds, `Folder.open_part` reads their parts.
"""

from typing import TYPE_CHECKING

from coopgraph.sparql.dataset import Dataset
from coopgraph.store.base import AnyStore
from coopgraph.store.builds import Build
from coopgraph.store.embedded import Store
from coopgraph.store.folder import DEFAULT, Folder
from coopgraph.store.loader import Readers
from coopgraph.store.parts import Manifest, Part, PartWriter, read_manifest
from coopgraph.store.version import NewVersion, new_version

if TYPE_CHECKING:
    from coopgraph.store.base import Term as Term

__all__ = [
    "DEFAULT", "AnyStore", "Build", "Dataset", "Folder", "Manifest", "NewVersion", "Part",
    "PartWriter", "Readers", "Store", "new_version", "read_manifest",
]  # fmt: skip
