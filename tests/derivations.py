"""What is derived from a store at hand, as a build derives it from the lines of parts."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import pyoxigraph as ox

from coopgraph.identity import Identity
from coopgraph.identity.records import Record, Records, keep_names
from coopgraph.observation import Observed, Technologies
from coopgraph.search import IndexWriter, Labels
from coopgraph.store import Readers, Store
from coopgraph.vocabulary import ID


def lines(store: Store) -> list[bytes]:
    """Every triple of the store as an N-Triples line, once for each graph that holds it."""
    triples = (quad.triple for quad in store.engine)
    return (ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b"").splitlines(keepends=True)


def write_index(store: Store, path: Path) -> None:
    """The search index of a store."""
    readers = Readers()
    labels = Labels(readers)
    readers.read(lines(store))
    with IndexWriter(path) as index:
        index.add(labels)


def derive_identity(store: Store) -> list[str]:
    """The lines of `derived/identity`."""
    readers = Readers()
    identity = Identity(readers)
    readers.read(lines(store))
    return list(identity.triples())


def derive_technologies(store: Store) -> list[str]:
    """The lines of `derived/technologies`."""
    readers = Readers()
    technologies = Technologies(readers)
    readers.read(lines(store))
    return list(technologies.triples())


def derive_observed(store: Store, *, coverage: bool = False) -> list[str]:
    """The lines of `derived/observed`, with or without how much was looked through; what the store
    itself says of `coop:canonical` counts."""
    readers = Readers()
    observed = Observed(readers, Technologies(readers))
    readers.read(lines(store))
    found = observed.triples(lambda record: record)
    return [line for line in found if coverage or not line.startswith(f"<{ID}practice-coverage/")]


def read_records(store: Store, countries: Collection[str] | None = None) -> dict[str, Record]:
    """The organisations of a store, with the names of those in some countries (None: all)."""
    readers = Readers()
    records = Records(readers)
    readers.read(lines(store))
    found = records.settled()
    keep_names(found.values(), countries)
    return found
