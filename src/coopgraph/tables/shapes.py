"""The shapes (https://www.w3.org/TR/shacl/): `ontology/shapes.ttl`, and of cells the catalogue.

A shape of the file that has a path and a message and no `a sh:PropertyShape` is that of a cell:
which values it takes (how many, of which class or datatype) is in the description of its
column and nowhere else. The column is that of the property in the tables of the class; the class
is the first part of the name of the shape (`PartnerLink-partner`), or what the node shape of that
name has for targets (`Figure-qualifier`).
"""

from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final, TypeAlias

from coopgraph.formats.ntriples import curie, iri, line, string, typed
from coopgraph.libraries import ox
from coopgraph.tables.catalogue import BY_NAME, TABLES
from coopgraph.tables.description import Column, Table
from coopgraph.vocabulary import COOP, XSD, resources

SHAPES: Final = "https://w3id.org/coopgraph/shapes#"
_A, _PATH, _MESSAGE = curie("rdf:type"), curie("sh:path"), curie("sh:message")
_QUERY, _TARGET = curie("sh:sparql"), curie("sh:targetClass")
_DATATYPES: Final = {kind: kind for kind in ("boolean", "decimal", "integer")} | {"year": "gYear"}
#: Lists that shapes share, by the label of their first node.
_LISTS: Final = {
    "_:dates": [iri(f"{SHAPES}is-{unit}") for unit in ("year", "month", "day")],
}
#: What a file says: objects by subject and predicate, as N-Triples has them.
_Said: TypeAlias = dict[str, dict[str, list[str]]]


def shapes_graph(path: Path | None = None) -> str:
    """The whole shapes graph as N-Triples, of an RDF file (the shipped one by default).

    Raises `OSError` and `SyntaxError` for a file that cannot be read, `ValueError` where a shape
    of a cell names a property of no column, or of columns that differ.

    >>> "shapes#PartnerLink-partner> <http://www.w3.org/ns/shacl#maxCount>" in shapes_graph()
    True
    """
    path = path or resources("ontology") / "shapes.ttl"
    triples = [quad.triple for quad in ox.parse(path=str(path))]
    said: _Said = defaultdict(lambda: defaultdict(list))
    for triple in triples:
        said[str(triple.subject)][str(triple.predicate)].append(str(triple.object))
    cells = [shape for shape, facts in said.items() if facts[_PATH] and not facts[_A]]
    lines = {text for shape in cells for text in _cell(shape, said)}
    lines |= {
        line(query, _MESSAGE, message)
        for facts in list(said.values())
        for query in facts[_QUERY]
        for message in facts[_MESSAGE]
    }
    lines |= {text for name, terms in _LISTS.items() for text in _list(name, terms)}
    told = (ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b"").decode()
    return told + "".join(f"{text}\n" for text in sorted(lines))


def _cell(shape: str, said: _Said) -> Iterator[str]:
    """The lines that the catalogue adds to the shape of a cell and to the node shape it is of."""
    name = shape.removeprefix(f"<{SHAPES}").partition("-")[0]
    node, [path] = iri(SHAPES + name), said[shape][_PATH]
    if node in said:
        targets = said[node][_TARGET]
    else:
        targets = [iri(COOP + name)]
        yield line(node, _A, curie("sh:NodeShape"))
        yield line(node, _TARGET, targets[0])
    yield line(node, curie("sh:property"), shape)
    yield line(shape, _A, curie("sh:PropertyShape"))
    rules = {
        tuple(_constraints(column))
        for table, column in _columns()[path]
        if not {*targets}.isdisjoint(map(curie, table.classes))
    }
    if len(rules) != 1:
        raise ValueError(f"{shape}: {len(rules)} columns of {path} tell what it takes, not one")
    for parameter, value in rules.pop():
        yield line(shape, curie(f"sh:{parameter}"), value)


@cache
def _columns() -> dict[str, list[tuple[Table, Column]]]:
    """The column of each property, by table."""
    found: dict[str, list[tuple[Table, Column]]] = defaultdict(list)
    for table in TABLES:
        for name in dict.fromkeys(column.predicate for column in table.columns if column.predicate):
            first = next(c for c in table.columns if c.predicate == name)
            found[curie(name)].append((table, first))
    return found


def _constraints(column: Column) -> Iterator[tuple[str, str]]:
    """(parameter of SHACL, its value) of the column of a property."""
    if column.required or column.default:
        yield "minCount", typed("1", "integer")
    if column.in_languages:
        yield "uniqueLang", typed("true", "boolean")
    elif not column.many:
        yield "maxCount", typed("1", "integer")
    if column.kind == "code" and len(column.of) == 1:
        yield "class", iri(COOP + column.of[0].title().replace("-", ""))
    elif column.kind == "ref" and len(column.of) == 1:
        yield "class", curie(BY_NAME[column.of[0]].classes[0])
    elif column.kind in _DATATYPES:
        yield "datatype", iri(XSD + _DATATYPES[column.kind])
    elif column.kind == "date":
        yield "or", "_:dates"
    elif column.kind == "sha256":
        yield "pattern", string("^[0-9a-f]{64}$")


def _list(name: str, terms: list[str]) -> Iterator[str]:
    """The lines of an RDF list."""
    nodes = [name, *(f"{name}{number}" for number in range(1, len(terms))), curie("rdf:nil")]
    for number, term in enumerate(terms):
        yield line(nodes[number], curie("rdf:first"), term)
        yield line(nodes[number], curie("rdf:rest"), nodes[number + 1])
