"""The embedded store: pyoxigraph over one compiled version, opened read-only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from ..errors import QueryFailed, StoreDamaged
from ..vocabulary import ID, PREF_LABEL, PREFIXES, graph_iri
from .folder import DEFAULT, Folder
from .parts import Manifest, read_manifest
from .syntax import calls_service, syntax_error

if TYPE_CHECKING:
    import pyoxigraph as ox

    #: What a variable of a solution may be bound to.
    Term: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple

_BATCH = 500
#: Pairs, not two blocks: the engine looks each pair up, and would scan for a product.
_LABELS = "SELECT ?n ?p ?l { VALUES (?n ?p) { %s } ?n ?p ?l }"


class Store:
    """What questions are asked of: a read-only dataset of named graphs.

    Queries see the union of all named graphs as their default graph, unless they name a
    dataset themselves.
    """

    def __init__(self, engine: ox.Store, version: Path | None = None) -> None:
        self.engine = engine
        self.version = version

    @classmethod
    def open(cls, folder: str | Path = DEFAULT) -> Store:
        """The current version of the store in `folder`.

        Raises `StoreMissing` or `StoreDamaged`.
        """
        import pyoxigraph

        version = Folder(folder).current()
        try:
            return cls(pyoxigraph.Store.read_only(str(version / "engine")), version)
        except (OSError, RuntimeError) as error:  # the engine has no class of its own for damage
            raise StoreDamaged(
                f"the store cannot be opened: {error}",
                place=str(folder),
                remedy="run: coopgraph build",
            ) from None

    @property
    def manifest(self) -> Manifest:
        """What this version was made from; raises `StoreDamaged` for a store without one."""
        if self.version is None:
            raise StoreDamaged("a store in memory has no manifest")
        return read_manifest(self.version)

    def query(
        self, text: str, *, union: bool = True
    ) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
        """Evaluate SPARQL 1.1: solutions for SELECT, a boolean for ASK, triples otherwise.

        `coopgraph.vocabulary.PREFIXES` are declared beforehand, and the base is that of our
        entities: `<technology/quantum>` is one. Raises `QuerySyntax` (line,
        column, what was expected) and `QueryFailed`. `SERVICE` is refused: the embedded
        store makes no network request.
        """
        if calls_service(text):
            raise QueryFailed(
                "SERVICE is not allowed: the store makes no network request",
                remedy="ask the other endpoint by itself",
            )
        try:
            return self.engine.query(
                text, base_iri=ID, prefixes=PREFIXES, use_default_graph_as_union=union
            )
        except SyntaxError as error:
            raise syntax_error(error, text) from None
        except (OSError, ValueError, RuntimeError) as error:
            raise QueryFailed(f"the query could not be evaluated: {error}") from None

    def select(self, text: str) -> list[tuple[Any, ...]]:
        """The solutions of a SELECT of ours, as tuples in the order of its variables.

        Their terms are pyoxigraph's (None where unbound); the caller knows which it asked for.
        """
        solutions = cast("ox.QuerySolutions", self.query(text))
        width = range(len(solutions.variables))
        return [tuple(solution[i] for i in width) for solution in solutions]

    def rows(self, text: str) -> Iterator[list[str]]:
        """The solutions of a SELECT of ours as terms in SPARQL TSV, several times faster than
        objects: for reading a large part of the store."""
        from pyoxigraph import QueryResultsFormat

        solutions = cast("ox.QuerySolutions", self.query(text))
        table = solutions.serialize(format=QueryResultsFormat.TSV) or b""
        lines = iter(table.split(b"\n"))
        next(lines)
        return (line.decode().split("\t") for line in lines if line)

    def construct(self, text: str, graphs: Sequence[str] | None = None) -> ox.QueryTriples:
        """The triples of a CONSTRUCT of ours, over the union of all graphs or of those named."""
        if graphs is None:
            return cast("ox.QueryTriples", self.query(text))
        from pyoxigraph import NamedNode

        named = [NamedNode(graph_iri(graph)) for graph in graphs]
        return cast("ox.QueryTriples", self.engine.query(text, default_graph=[*named]))

    def labels(self, iris: Iterable[str], lang: str) -> dict[str, str]:
        """Labels of `iris` in `lang`, else in the other language; absent where there is none.

        `skos:prefLabel` counts before `rdfs:label`.
        """
        wanted = sorted(set(iris))
        best: dict[str, tuple[int, str]] = {}
        for start in range(0, len(wanted), _BATCH):
            values = " ".join(
                f"(<{iri}> skos:prefLabel) (<{iri}> rdfs:label)"
                for iri in wanted[start : start + _BATCH]
            )
            for node, preferred, label in self.select(_LABELS % values):
                rank = 2 * (label.language != lang) + (preferred.value != PREF_LABEL)
                best[node.value] = min(best.get(node.value, (9, "")), (rank, label.value))
        return {iri: label for iri, (_, label) in best.items()}
