"""The W3C test suites of SPARQL 1.1, as files in ../shared/w3c, and what tests do with them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, cast

import pyoxigraph as ox
from rdflib import RDF, Graph, Namespace, URIRef
from rdflib.collection import Collection

FOLDER: Final = Path(__file__).resolve().parent.parent.parent / "shared" / "w3c" / "sparql11"
ABSENT: Final = "the W3C tests (../shared/w3c/sparql11) are not here"

MF: Final = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
QT: Final = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-query#")
RS: Final = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/result-set#")


@dataclass(frozen=True)
class Test:
    """One entry of a manifest; `name` is folder/entry, `kind` its class, paths where given."""

    __test__ = False

    name: str
    kind: str
    query: Path
    data: Path | None = None
    graphs: tuple[Path, ...] = ()
    result: Path | None = None

    @property
    def text(self) -> str:
        """The query; relative IRIs in it start at its file."""
        return f"BASE <{self.query.as_uri()}>\n{self.query.read_text(encoding='utf-8')}"

    def engine(self) -> ox.Store:
        """A store of the test's data."""
        store = ox.Store()
        if self.data:
            _load(store, self.data, ox.DefaultGraph())
        for graph in self.graphs:
            _load(store, graph, ox.NamedNode(graph.as_uri()))
        return store


def _load(store: ox.Store, path: Path, graph: Any) -> None:
    format = ox.RdfFormat.from_extension(path.suffix.removeprefix("."))
    store.load(path=path, format=format, base_iri=path.as_uri(), to_graph=graph)


@cache
def query_tests() -> tuple[Test, ...]:
    """Every test of queries but those of entailment and of federation; () without the folder."""
    manifest = FOLDER / "manifest-all.ttl"
    if not manifest.is_file():
        return ()
    top = _read(manifest)
    folders = [_path(node).parent for node in _list(top, URIRef(manifest.as_uri()), MF.include)]
    return tuple(
        test
        for folder in folders
        if folder.name not in ("entailment", "service")
        for test in _tests(folder / "manifest.ttl")
    )


def service_tests() -> tuple[Test, ...]:
    """The tests whose queries call SERVICE."""
    manifest = FOLDER / "service" / "manifest.ttl"
    return tuple(_tests(manifest)) if manifest.is_file() else ()


def _tests(manifest: Path) -> list[Test]:
    graph, found = _read(manifest), []
    for entry in _list(graph, URIRef(manifest.as_uri()), MF.entries):
        kind = str(graph.value(entry, RDF.type)).partition("#")[2]
        if kind not in KINDS:
            continue
        action, result = graph.value(entry, MF.action), graph.value(entry, MF.result)
        query = graph.value(action, QT.query) or action
        data = graph.value(action, QT.data)
        found.append(
            Test(
                name=f"{manifest.parent.name}/{str(entry).partition('#')[2]}",
                kind=kind,
                query=_path(query),
                data=_path(data) if data else None,
                graphs=tuple(_path(node) for node in graph.objects(action, QT.graphData)),
                result=_path(result) if isinstance(result, URIRef) else None,
            )
        )
    return found


KINDS: Final = (
    *("QueryEvaluationTest", "CSVResultFormatTest"),
    *("PositiveSyntaxTest11", "NegativeSyntaxTest11"),
)


def _read(path: Path) -> Graph:
    return Graph().parse(path, format="ox-turtle", publicID=path.as_uri())


def _list(graph: Graph, node: URIRef, name: URIRef) -> list[Any]:
    return members(graph, graph.value(node, name))


def members(graph: Graph, node: Any) -> list[Any]:
    """The members of an RDF list; none for None."""
    return list(Collection(graph, node)) if node is not None else []


def _path(node: Any) -> Path:
    return Path(str(node).removeprefix("file://"))


# --- results ------------------------------------------------------------------------------


def solutions(data: bytes, extension: str) -> ox.Dataset | bool:
    """Solutions written in a results format as a graph that can be compared, or a boolean."""
    format = ox.QueryResultsFormat.from_extension(extension)
    parsed = ox.parse_query_results(data, format=format)
    if isinstance(parsed, ox.QueryBoolean):
        return bool(parsed)
    names = [variable.value for variable in parsed.variables]
    rows = [{name: row[name] for name in names if row[name] is not None} for row in parsed]
    return _comparable(names, rows)


def result_set(path: Path) -> ox.Dataset:
    """Solutions written in Turtle with the vocabulary of the DAWG."""
    store = ox.Store()
    _load(store, path, ox.DefaultGraph())

    def ask(text: str) -> list[Any]:
        return list(cast("ox.QuerySolutions", store.query(f"PREFIX rs: <{RS}> {text}")))

    names = [row[0].value for row in ask("SELECT ?n { ?s rs:resultVariable ?n }")]
    rows: dict[Any, dict[str, Any]] = {row[0]: {} for row in ask("SELECT ?r {?s rs:solution ?r}")}
    for row, name, value in ask(
        "SELECT ?r ?n ?v { ?r rs:binding [ rs:variable ?n ; rs:value ?v ] }"
    ):
        rows[row][name.value] = value
    return _comparable(names, list(rows.values()))


def _comparable(names: list[str], rows: list[dict[str, Any]]) -> ox.Dataset:
    head, variable = ox.BlankNode("head"), ox.NamedNode("urn:v")
    quads = [ox.Quad(head, variable, ox.Literal(name)) for name in names]
    for number, row in enumerate(rows):
        node = ox.BlankNode(f"row{number}")
        quads.append(ox.Quad(node, ox.NamedNode("urn:row"), ox.Literal("")))
        quads += [ox.Quad(node, ox.NamedNode(f"urn:v:{n}"), value) for n, value in row.items()]
    return canonical(quads)


def canonical(triples: Any) -> ox.Dataset:
    """Triples or quads with the engine's own literals, their blank nodes named alike."""
    store = ox.Store()
    for each in triples:
        quad = each if isinstance(each, ox.Quad) else ox.Quad(*each)
        store.add(quad)
    dataset = ox.Dataset(store)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return dataset
