"""The interface of every store: on this disk or at the address of an endpoint."""

from __future__ import annotations

import contextlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, cast

from coopgraph.errors import ServiceRefused, StoreDamaged
from coopgraph.i18n import LanguageMap, told
from coopgraph.sparql.dataset import Dataset
from coopgraph.sparql.tokens import calls_service
from coopgraph.store.examination import forget
from coopgraph.store.parts import REPAIR, Manifest
from coopgraph.vocabulary import ID, PREF_LABEL

if TYPE_CHECKING:
    import pyoxigraph as ox

    #: What a variable of a solution may be bound to.
    Term: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple

    class Triples(Protocol):
        """The triples of a CONSTRUCT or DESCRIBE: those of the engine, or of a remote store."""

        def __iter__(self) -> Iterator[ox.Triple]: ...
        def __next__(self) -> ox.Triple: ...
        def serialize(self, output: Any = None, format: ox.RdfFormat | None = None) -> bytes | None:
            """The triples in an RDF format."""

    Result: TypeAlias = ox.QuerySolutions | ox.QueryBoolean | Triples

_BATCH = 500
#: Of how many entities a version that is open remembers the labels: an answer asks for many of
#: those that the one before asked for.
_REMEMBERED = 20_000
#: Pairs, not two blocks: the engine looks each pair up, and would scan for a product.
_LABELS = "SELECT ?n ?p ?l { VALUES (?n ?p) { %s } ?n ?p ?l }"
_NUMBERS = "SELECT ?n ?l { VALUES ?n { %s } ?n skos:hiddenLabel ?l } ORDER BY DESC(?l)"


class AnyStore(ABC):
    """A read-only dataset of named graphs, over which queries are evaluated. Queries see the union
    of all named graphs as their default graph, unless they name a dataset themselves."""

    #: The folder of the version that is open; None for a store in memory or at an address.
    version: Path | None = None
    #: What a reader must know of it: that the current version is damaged, and what to do.
    warning: str = ""

    @abstractmethod
    def query(self, text: str, *, union: bool = True, dataset: Dataset | None = None) -> Result:
        """Evaluate SPARQL 1.1: solutions for SELECT, a boolean for ASK, triples otherwise.
        `coopgraph.vocabulary.PREFIXES` are declared beforehand, and the base is that of our
        entities: `<technology/quantum>` is one. `dataset` replaces the whole store and what FROM
        names. Raises `QuerySyntax` (line, column, what was expected) and `QueryFailed`; `SERVICE`
        is refused."""

    @abstractmethod
    def construct(self, text: str, graphs: Sequence[str] | None = None) -> Triples:
        """The triples of our own CONSTRUCT, over the union of all graphs or of those named."""

    @property
    @abstractmethod
    def manifest(self) -> Manifest:
        """The named graphs: name, origin, triples. Raises `StoreDamaged` without a manifest."""

    def close(self) -> None:  # noqa: B027  a store without files or connections has nothing to close
        """Close files and connections."""

    def select(self, text: str) -> list[tuple[Any, ...]]:
        """The solutions of our own SELECT, as tuples in the order of its variables. Their terms are
        pyoxigraph's (None where unbound); the caller knows their kinds."""
        # No name for the solutions: the frames of an error keep what has a name, and the engine's
        # solutions must not be freed in another thread.
        with self.reading():
            return list(map(tuple, cast("ox.QuerySolutions", self.query(text))))

    def rows(self, text: str) -> Iterator[list[str]]:
        """The solutions of our own SELECT as terms in SPARQL TSV, several times faster than
        objects: for reading a large part of the store."""
        from pyoxigraph import QueryResultsFormat

        solve = cast("Callable[[str], ox.QuerySolutions]", self.query)
        with self.reading():
            table = solve(text).serialize(format=QueryResultsFormat.TSV) or b""  # see `select`
        lines = iter(table.split(b"\n"))
        next(lines)
        return (line.decode().split("\t") for line in lines if line)

    @contextlib.contextmanager
    def reading(self) -> Iterator[None]:
        """Name the damage that the engine meets in a block which it reads for the first time: where
        solutions are taken, not where they are asked for. The version is then examined when it is
        opened next."""
        try:
            yield
        except (OSError, RuntimeError) as error:
            if self.version is not None:
                forget(self.version)
            raise StoreDamaged(
                f"the store cannot be read: {error}", place=str(self.version or ""), remedy=REPAIR
            ) from None

    def texts(self, iris: Iterable[str]) -> dict[str, LanguageMap]:
        """The labels of `iris` by language; absent where there is none. `skos:prefLabel` counts
        before `rdfs:label` of the same language. What is known by a number only
        (`skos:hiddenLabel`) is called so, and that its name was not imported."""
        wanted = sorted(set(iris))
        if self.version is None:  # a store in memory changes, that at an address may
            return self._read_texts(wanted)
        known: dict[str, LanguageMap | None] = self.__dict__.setdefault("_texts", {})
        held = {iri: known[iri] for iri in wanted if iri in known}
        read = self._read_texts([iri for iri in wanted if iri not in held])
        held |= {iri: read.get(iri) for iri in wanted if iri not in held}
        if len(known) < _REMEMBERED:
            known.update(held)
        return {iri: text for iri in wanted if (text := held[iri]) is not None}

    def _read_texts(self, wanted: list[str]) -> dict[str, LanguageMap]:
        found: dict[str, dict[str, tuple[bool, str]]] = {}
        for start in range(0, len(wanted), _BATCH):
            values = " ".join(
                f"(<{iri}> skos:prefLabel) (<{iri}> rdfs:label)"
                for iri in wanted[start : start + _BATCH]
            )
            for node, prop, label in self.select(_LABELS % values):
                of_node, tag = found.setdefault(node.value, {}), label.language or ""
                said = (prop.value != PREF_LABEL, label.value)
                of_node[tag] = min(of_node.get(tag, said), said)
        texts = {
            iri: LanguageMap({tag: text for tag, (_, text) in said.items()})
            for iri, said in found.items()
        }
        unnamed = [iri for iri in wanted if iri not in found and iri.startswith(ID)]
        for start in range(0, len(unnamed), _BATCH):
            values = " ".join(f"<{iri}>" for iri in unnamed[start : start + _BATCH])
            for node, label in self.select(_NUMBERS % values):
                texts[node.value] = LanguageMap(told("identity.unnamed", label.value))
        return texts

    def labels(self, iris: Iterable[str], lang: str) -> dict[str, str]:
        """The labels of `iris` as a reader of `lang` sees them, with the tag of another language
        (`coopgraph.i18n.choose`); absent where there is none."""
        return {iri: text.label(lang) for iri, text in self.texts(iris).items()}


def is_named(term: Any) -> bool:
    """Whether a term, or None, is an IRI."""
    return type(term).__name__ == "NamedNode"


def refuse_service(text: str) -> None:
    """Raise `ServiceRefused` for a query that calls SERVICE: its text must not decide where this
    machine, or one that trusts it, sends requests."""
    if calls_service(text):
        raise ServiceRefused(
            "SERVICE is not allowed: the store makes no network request",
            remedy="ask the other endpoint by itself",
        )
