"""The W3C's tests of SPARQL 1.1 queries, through the path that every query of ours takes.

Each test's data make a store; the union of graphs is off, as the tests want it; what the server's
job writes is compared with what the test expects. There is no update in coopgraph, so that the
149 tests of updates have nothing to run; entailment is not offered; federation is refused.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import w3c
from w3c import Test

from coopgraph.api import KnowledgeGraph
from coopgraph.errors import QueryFailed, QuerySyntax, ServiceRefused
from coopgraph.server.sparql import evaluate
from coopgraph.store import Store

_GRAPH = "the engine does not bind ?g of GRAPH ?g where its pattern matches no triple"
_LENGTH_0 = "the engine finds no path of length 0 at a term that stands in no triple"
_SERVICE = "SERVICE is refused by design, before anything is parsed"
#: Why a test is not passed: each of these is checked to fail, so that a mended engine is noticed.
EXCEPTIONS = {
    "aggregates/agg-groupconcat-04": "the engine keeps the language in GROUP_CONCAT",
    "aggregates/agg-groupconcat-06": "the engine keeps the language in GROUP_CONCAT",
    "aggregates/agg-empty-group-count-graph": _GRAPH,
    "bindings/graph": _GRAPH,
    "negation/graph-minus": _GRAPH,
    "csv-tsv-res/csv03": "the engine stores 1.0E6 as 1000000, the same number",
    "functions/bnode01": "the engine names BNODE(x) alike in all solutions",
    "property-path/zero_or_more_set_start": _LENGTH_0,
    "property-path/zero_or_more_set_end": _LENGTH_0,
    "property-path/zero_or_one_set_start": _LENGTH_0,
    "property-path/zero_or_one_set_end": _LENGTH_0,
    "syntax-fed/test_1": _SERVICE,
    "syntax-fed/test_2": _SERVICE,
    "syntax-fed/test_3": _SERVICE,
}
#: Queries of the suite without entailment (70) and SERVICE (7), as they were counted once.
QUERIES = 349

JSON, CSV, TSV = (
    "application/sparql-results+json, application/n-triples",
    "text/csv",
    "text/tab-separated-values",
)
TESTS: list[Any] = list(w3c.query_tests()) or [
    pytest.param(None, marks=pytest.mark.skip(reason=w3c.ABSENT))
]


def name_of(test: Test | None) -> str:
    return test.name if test else "absent"


@pytest.mark.parametrize("test", TESTS, ids=name_of)
def test_a_query_gives_what_the_w3c_expects(test: Test) -> None:
    assert passes(test) == (test.name not in EXCEPTIONS), EXCEPTIONS.get(test.name, "")


@pytest.mark.skipif(not w3c.query_tests(), reason=w3c.ABSENT)
def test_all_queries_of_the_suite_are_there_and_so_are_the_exceptions() -> None:
    names = [test.name for test in w3c.query_tests()]
    assert len(set(names)) == len(names) == QUERIES
    assert set(EXCEPTIONS) <= set(names)


@pytest.mark.skipif(not w3c.query_tests(), reason=w3c.ABSENT)
def test_no_exception_but_the_refusal_of_service_is_of_our_making() -> None:
    ours = [test for test in w3c.query_tests() if EXCEPTIONS.get(test.name) == _SERVICE]
    engines = [t for t in w3c.query_tests() if t.name in EXCEPTIONS and t not in ours]
    assert (len(ours), len(engines)) == (3, 11)
    for test in engines:
        store = Store(test.engine())
        result = store.engine.query(test.text)
        assert isinstance(result, ox.QuerySolutions | ox.QueryBoolean)
        by_itself = result.serialize(format=ox.QueryResultsFormat.JSON)
        assert ask(store, test, JSON) == by_itself, test.name


@pytest.mark.skipif(not w3c.service_tests(), reason=w3c.ABSENT)
def test_every_query_of_federation_is_refused() -> None:
    asked = [*w3c.service_tests(), *(t for t in w3c.query_tests() if t.name in EXCEPTIONS)]
    refused = 0
    for test in asked:
        if "service" not in test.text.lower():
            continue
        with pytest.raises(ServiceRefused):
            ask(Store(ox.Store()), test, JSON)
        refused += 1
    assert refused == 10


def passes(test: Test) -> bool:
    """Whether a test is passed."""
    if test.kind.endswith("SyntaxTest11"):
        return is_accepted(test) == test.kind.startswith("Positive")
    assert test.result is not None
    store = Store(test.engine())
    extension = test.result.suffix.removeprefix(".")
    if extension == "csv":
        return table(ask(store, test, CSV)) == table(test.result.read_bytes())
    if extension == "tsv":
        expected = w3c.solutions(test.result.read_bytes(), "tsv")
        return w3c.solutions(ask(store, test, TSV), "tsv") == expected
    got = ask(store, test, JSON)
    if extension in ("srx", "srj"):
        return w3c.solutions(got, "srj") == w3c.solutions(test.result.read_bytes(), extension)
    if got.startswith(b"{"):
        return w3c.solutions(got, "srj") == w3c.result_set(test.result)
    return w3c.canonical(ox.parse(got, format=ox.RdfFormat.N_TRIPLES)) == triples(test.result)


def is_accepted(test: Test) -> bool:
    """Whether a query is taken for SPARQL; a function that nobody has defined is SPARQL too."""
    try:
        Store(ox.Store()).query(test.text, union=False)
    except QuerySyntax:
        return False
    except ServiceRefused:
        return False
    except QueryFailed as error:
        return "custom function" in str(error)
    return True


def ask(store: Store, test: Test, accept: str) -> bytes:
    return evaluate(KnowledgeGraph(store), test.text, accept=accept, union=False).body


def table(data: bytes) -> list[dict[str, str]]:
    """The rows of a CSV answer, in their order; SELECT * leaves that of columns open, and a
    blank node may have any name."""
    rows = csv.DictReader(io.StringIO(data.decode(), newline=""))
    return [
        {name: "_:" if cell.startswith("_:") else cell for name, cell in row.items()}
        for row in rows
    ]


def triples(path: Path) -> ox.Dataset:
    format = ox.RdfFormat.from_extension(path.suffix.removeprefix("."))
    return w3c.canonical(ox.parse(path=path, format=format, base_iri=path.as_uri()))
