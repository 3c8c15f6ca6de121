"""The embedded store: pyoxigraph over one compiled version, opened read-only."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Final, cast

from coopgraph.errors import QueryFailed, StoreDamaged, UsageError
from coopgraph.libraries import ox
from coopgraph.sparql.dataset import Dataset, names_dataset
from coopgraph.sparql.order import with_total_order
from coopgraph.sparql.tokens import refuse_deep, syntax_error
from coopgraph.store.base import AnyStore, refuse_service
from coopgraph.store.examination import sound
from coopgraph.store.folder import DEFAULT, Folder
from coopgraph.store.parts import REPAIR, Manifest, check_model, read_manifest
from coopgraph.vocabulary import ID, PREFIXES, graph_iri, is_iri

_MARKS: Final = tuple((name, f"{name}:") for name in PREFIXES)


class Store(AnyStore):
    """A store on this disk; see `AnyStore`."""

    def __init__(self, engine: ox.Store, version: Path | None = None) -> None:
        self.engine = engine
        self.version = version

    @classmethod
    def open(cls, folder: str | Path = DEFAULT) -> Store:
        """The current version of the store in `folder`; where that is damaged the one before, with
        a `warning` that says so. Raises `StoreMissing`, and `StoreDamaged` where no version can be
        opened."""
        version, warning = sound(Folder(folder))
        store = cls.open_version(version, str(folder))
        store.warning = warning
        return store

    @classmethod
    def open_version(cls, version: Path, place: str = "") -> Store:
        """A compiled version; raises `StoreDamaged`, which names `place` if that is given, and
        `StoreOutdated` for one whose model is older."""
        import pyoxigraph

        check_model(read_manifest(version).model, place or str(version))
        try:
            return cls(pyoxigraph.Store.read_only(str(version / "engine")), version)
        except (OSError, RuntimeError) as error:  # the engine has no class of its own for damage
            raise StoreDamaged(
                f"the store cannot be opened: {error}",
                place=place or str(version),
                remedy=REPAIR,
            ) from None

    @cached_property
    def manifest(self) -> Manifest:
        """What this version was made from; raises `StoreDamaged` for a store without one. Read
        once: a version never changes."""
        if self.version is None:
            raise StoreDamaged("a store in memory has no manifest")
        return read_manifest(self.version)

    def query(
        self, text: str, *, union: bool = True, dataset: Dataset | None = None
    ) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
        """Evaluate SPARQL 1.1; see `AnyStore.query`. Without a `dataset`, and without FROM, the
        default graph is the union of all graphs if `union`, else that of the engine. Raises also
        `UsageError` where a name of the dataset is not an IRI."""
        refuse_deep(text)
        refuse_service(text)
        graphs: dict[str, Any] = {}
        if dataset is not None:
            graphs = {"default_graph": _nodes(dataset.default)}
            graphs["named_graphs"] = _nodes(dataset.named)
        elif union and not names_dataset(text):
            graphs = {"use_default_graph_as_union": True}
        try:
            return self.engine.query(
                with_total_order(text), base_iri=ID, prefixes=_prefixes(text), **graphs
            )
        except SyntaxError as error:
            raise syntax_error(error, text) from None
        except (OSError, ValueError, RuntimeError) as error:
            raise QueryFailed(f"the query could not be evaluated: {error}") from None

    def construct(self, text: str, graphs: Sequence[str] | None = None) -> ox.QueryTriples:
        """The triples of our own CONSTRUCT, over the union of all graphs or of those named."""
        if graphs is None:
            return cast("ox.QueryTriples", self.query(text))
        from pyoxigraph import NamedNode

        named = [NamedNode(graph_iri(graph)) for graph in graphs]
        return cast("ox.QueryTriples", self.engine.query(text, default_graph=[*named]))


def _nodes(graphs: Sequence[str]) -> list[ox.NamedNode]:
    from pyoxigraph import NamedNode

    for graph in graphs:
        if not is_iri(graph):
            raise UsageError(
                f"{graph!r} is not an absolute IRI", remedy="write it as https://example.org/graph"
            )
    return [NamedNode(graph) for graph in graphs]


def _prefixes(text: str) -> dict[str, str]:
    """Those of our prefixes that a query may use: all of them would add a tenth to the
    time of a small query."""
    if "\\" in text:  # a name may be written with escapes
        return PREFIXES
    return {name: PREFIXES[name] for name, mark in _MARKS if mark in text}
