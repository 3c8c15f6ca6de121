"""The embedded store: pyoxigraph over one compiled version, opened read-only."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from ..errors import QueryFailed, StoreDamaged
from ..vocabulary import PREF_LABEL, PREFIXES
from .folder import DEFAULT, Folder, Manifest, read_manifest
from .syntax import syntax_error

if TYPE_CHECKING:
    import pyoxigraph as ox

    #: What a variable of a solution may be bound to.
    Term: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple

_REQUEST_ABROAD = re.compile(r"\bSERVICE\b", re.IGNORECASE)
_BATCH = 500
_LABELS = """
SELECT ?n ?p ?l { VALUES ?n { %s } VALUES ?p { skos:prefLabel rdfs:label } ?n ?p ?l }
"""


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

        `coopgraph.vocabulary.PREFIXES` are declared beforehand. Raises `QuerySyntax` (line,
        column, what was expected) and `QueryFailed`. `SERVICE` is refused: the embedded
        store makes no network request.
        """
        if _REQUEST_ABROAD.search(text) and _calls_service(text):
            raise QueryFailed(
                "SERVICE is not allowed: the store makes no network request",
                remedy="ask the other endpoint by itself",
            )
        try:
            return self.engine.query(text, prefixes=PREFIXES, use_default_graph_as_union=union)
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

    def construct(self, text: str) -> ox.QueryTriples:
        """The triples of a CONSTRUCT of ours."""
        return cast("ox.QueryTriples", self.query(text))

    def labels(self, iris: Iterable[str], lang: str) -> dict[str, str]:
        """Labels of `iris` in `lang`, else in the other language; absent where there is none.

        `skos:prefLabel` counts before `rdfs:label`.
        """
        wanted = sorted(set(iris))
        best: dict[str, tuple[int, str]] = {}
        for start in range(0, len(wanted), _BATCH):
            values = " ".join(f"<{iri}>" for iri in wanted[start : start + _BATCH])
            for node, preferred, label in self.select(_LABELS % values):
                rank = 2 * (label.language != lang) + (preferred.value != PREF_LABEL)
                best[node.value] = min(best.get(node.value, (9, "")), (rank, label.value))
        return {iri: label for iri, (_, label) in best.items()}


def _calls_service(text: str) -> bool:
    """Whether a query that holds the letters SERVICE calls one: not in a string, an IRI, a
    comment or a name. Only such queries pay for the parse."""
    from pyparsing import ParseException
    from rdflib.plugins.sparql.parser import parseQuery

    header = "".join(f"PREFIX {name}: <{base}>\n" for name, base in PREFIXES.items())
    try:
        parsed = parseQuery(header + text)
    except (ParseException, RecursionError, ValueError):
        return True  # the other parser may refuse what the engine takes: then be careful
    return "ServiceGraphPattern" in repr(parsed)
