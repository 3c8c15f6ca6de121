"""Projections: the question files that select a network.

    # en: Which institutions does the plan name for each technology?
    # ko: 계획이 기술별로 어떤 기관을 협력 대상으로 꼽는가?
    # rows: 24
    # directed: true
    # kind prov:generated: gave rise to; 산출물
    SELECT ?source ?target ?kind ?weight ?claim ?status WHERE { … }

The header is that of a named question (`coopgraph.queries.question`). `directed` is true where
it is not given. `kind` labels a kind of edge that the ontology does not label.

A projection of edges selects `?source`, `?target` and `?kind` (IRIs, always bound). One of
two-mode rows selects `?node` and `?via`, and may select `?kind`: nodes that share a `?via` are
joined, by kind. Both may select

    ?weight             a finite number; in two-mode rows it weighs the row
    ?claim, ?claim_…    the nodes whose `coop:evidence` says why the edge is there
    ?position           where the source says so, in code points: the order of reading
    ?status, ?open_list, ?year, ?amount_krw, ?phase, ?basis, …
                        any other variable: an attribute of the edge
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from ..errors import FactError, UnknownProjection, nearest
from ..queries import Question, question_names, read_question
from ..store import Store
from ..vocabulary import XSD, resources, shrink
from .facts import evidence_of, names_of, nodes_of
from .folding import fold
from .model import Edge, Evidence, Named, Network, Value

_WHOLE: Final = {XSD + name for name in ("integer", "int", "long", "gYear", "nonNegativeInteger")}
_NUMBERS: Final = {XSD + name for name in ("decimal", "double", "float")}
#: Names that networkx, GraphML or GEXF take for themselves, or that an edge already has.
_RESERVED: Final = {
    "id",
    "key",
    "label",
    "label_en",
    "label_ko",
    "type",
    "start",
    "end",
    "viz",
    "sources",
    "sources_en",
    "sources_ko",
    "locators_en",
    "locators_ko",
    "via_en",
    "via_ko",
}
#: The kind of a folded edge whose projection names none.
SHARES: Final = Named("http://www.w3.org/2004/02/skos/core#related", "shares", "공유")
_DIAGONAL: Final = (
    "Two nodes are joined where they share something; what a node shares with itself is left out.",
    "같은 대상을 공유하는 두 노드를 이었다. 한 노드가 자기 자신과 공유하는 값은 뺐다.",
)


@dataclass(frozen=True, slots=True)
class Row:
    """One solution: IRIs of both ends (or of node and via) and of the kind; the rest."""

    ends: tuple[str, str]
    kind: str
    weight: float
    claims: tuple[str, ...]
    values: tuple[tuple[str, str | int | float | bool], ...]
    entities: tuple[tuple[str, str], ...]


def projection_names(folder: Path | None = None) -> list[str]:
    """The names of the shipped projections, sorted.

    >>> "technology-partners" in projection_names()
    True
    """
    return question_names(folder or _shipped())


def load_projection(name: str | Path, folder: Path | None = None) -> Question:
    """The named projection, or the one in a `.rq` file of the user's own.

    Raises `UnknownProjection` with the nearest names, `FactError` where a file cannot be read.

    >>> load_projection("technology-partners").directed
    True
    """
    text = str(name)
    if isinstance(name, Path) or text.endswith(".rq") or "/" in text:
        if not Path(name).is_file():
            raise UnknownProjection("no such file", place=text, remedy="name a .rq file")
        return read_question(Path(name))
    names = projection_names(folder)
    if text not in names:
        raise UnknownProjection(f"unknown projection {text!r}", remedy=nearest(text, names))
    return read_question((folder or _shipped()) / f"{text}.rq")


def project(store: Store, name: str | Path, folder: Path | None = None) -> Network:
    """The network that a projection selects, with labels in both languages.

    Raises `UnknownProjection`, `QuerySyntax`, `QueryFailed`, and `FactError` where a row has
    no node at one of its ends or a weight is no finite number.
    """
    projection = load_projection(name, folder)
    variables, rows = _rows(store, projection)
    two_mode = "node" in variables
    if two_mode:
        nodes = nodes_of(store, (row.ends[0] for row in rows))
    else:
        nodes = nodes_of(store, (end for row in rows for end in row.ends))
    edges = _edges(store, projection, rows, two_mode)
    number = {node.iri: i for i, node in enumerate(nodes)}
    if two_mode:
        linked = fold(
            [(row.ends, edge) for row, edge in zip(rows, edges, strict=True)],
            number,
            _vias(store, rows),
            weighted="weight" in variables,
        )
    else:
        linked = [_numbered(row, edge, number) for row, edge in zip(rows, edges, strict=True)]
    return Network(
        projection.name,
        projection.en,
        projection.ko,
        tuple(nodes),
        tuple(sorted(linked, key=_order)),
        projection.directed and not two_mode,
        (_DIAGONAL,) if two_mode else (),
    )


def _shipped() -> Path:
    return resources("ontology") / "projections"


def _rows(store: Store, projection: Question) -> tuple[tuple[str, ...], list[Row]]:
    """The solutions as rows, checked; raises `FactError` that names the projection."""
    from pyoxigraph import QuerySolutions

    place = f"{projection.name}.rq"
    solutions = store.query(projection.text)
    if not isinstance(solutions, QuerySolutions):
        raise FactError(
            "a projection must be a SELECT",
            place=place,
            remedy="select ?source ?target ?kind, or ?node ?via",
        )
    names = tuple(variable.value for variable in solutions.variables)
    ends = ("node", "via") if "node" in names else ("source", "target")
    required = [*ends, *(["kind"] if ends[0] == "source" or "kind" in names else [])]
    if missing := [name for name in required if name not in names]:
        raise FactError(
            f"?{missing[0]} is not selected",
            place=place,
            remedy="select ?source ?target ?kind, or ?node ?via",
        )
    if taken := sorted(_RESERVED & set(names)):
        raise FactError(
            f"?{taken[0]} is a name that edges already use",
            place=place,
            remedy="give the variable another name",
        )
    width = range(len(names))
    rows = []
    for line, solution in enumerate(solutions, 1):
        bound = {names[i]: term for i in width if (term := solution[i]) is not None}
        rows.append(_row(bound, required, f"{place}, solution {line}"))
    return names, rows


def _row(bound: dict[str, Any], required: list[str], place: str) -> Row:
    iris = {name: term.value for name, term in bound.items() if _is_iri(term)}
    for name in required:
        if name not in iris:
            what = "is not bound" if name not in bound else f"is no IRI: {bound[name]}"
            raise FactError(
                f"?{name} {what}",
                place=place,
                remedy="bind it to the IRI of an entity in every solution",
            )
    claims = tuple(iris[n] for n in sorted(iris) if n == "claim" or n.startswith("claim_"))
    rest = sorted(set(bound) - set(required) - {"weight", "claim"})
    return Row(
        (iris[required[0]], iris[required[1]]),
        iris.get("kind", SHARES.iri),
        _weight(bound.get("weight"), place),
        claims,
        tuple((n, _value(bound[n])) for n in rest if n not in iris),
        tuple((n, iris[n]) for n in rest if n in iris and not n.startswith("claim_")),
    )


def _edges(store: Store, projection: Question, rows: list[Row], two_mode: bool) -> list[Edge]:
    """One edge for each row, its ends not yet numbered."""
    evidence = evidence_of(store, (claim for row in rows for claim in row.claims))
    names = names_of(
        store, (iri for row in rows for iri in (row.kind, *(value for _, value in row.entities)))
    )
    if any(row.kind == SHARES.iri for row in rows) and two_mode:
        names[SHARES.iri] = SHARES
    declared = {column.name: column for column in projection.kinds}
    for iri in list(names):
        if column := declared.get(shrink(iri)):
            names[iri] = Named(iri, column.en, column.ko)
    return [_edge(row, names, evidence) for row in rows]


def _edge(row: Row, names: dict[str, Named], evidence: dict[str, tuple[Evidence, ...]]) -> Edge:
    attributes: dict[str, Value] = dict(row.values)
    attributes.update((name, names[iri]) for name, iri in row.entities)
    found = dict.fromkeys(e for claim in row.claims for e in evidence.get(claim, ()))
    return Edge(
        -1,
        -1,
        names[row.kind],
        row.weight,
        row.claims[0] if row.claims else "",
        MappingProxyType(dict(sorted(attributes.items()))),
        tuple(found),
    )


def _vias(store: Store, rows: list[Row]) -> dict[str, Named]:
    return names_of(store, (row.ends[1] for row in rows))


def _numbered(row: Row, edge: Edge, number: dict[str, int]) -> Edge:
    source, target = (number[end] for end in row.ends)
    return Edge(source, target, edge.kind, edge.weight, edge.claim, edge.attributes, edge.evidence)


def _order(edge: Edge) -> tuple[object, ...]:
    return (edge.source, edge.target, edge.kind.iri, edge.claim, edge.weight, str(edge.attributes))


def _is_iri(term: Any) -> bool:
    return type(term).__name__ == "NamedNode"


def _weight(term: Any, place: str) -> float:
    """The weight of a row; 1 where none is bound."""
    if term is None:
        return 1.0
    try:
        weight = float(term.value)
    except (AttributeError, ValueError):
        weight = math.nan
    if not math.isfinite(weight):
        raise FactError(
            f"?weight is no finite number: {term}",
            place=place,
            remedy="bind a number, or leave it unbound for 1",
        )
    return weight


def _value(term: Any) -> str | int | float | bool:
    """A literal as a Python value: whole numbers exact, decimals as floats, text otherwise."""
    if type(term).__name__ != "Literal":
        return str(term)
    text, datatype = term.value, term.datatype.value
    if datatype == XSD + "boolean":
        return bool(text in ("true", "1"))
    read: Callable[[str], int | float] | None = (
        int
        if datatype in _WHOLE or (datatype in _NUMBERS and text.lstrip("-").isdigit())
        else float
        if datatype in _NUMBERS
        else None
    )
    try:
        return read(text) if read else str(text)
    except ValueError:
        return str(text)
