"""A LIMIT put into queries: what they give is a beginning of what they gave."""

from __future__ import annotations

from itertools import product

import pyoxigraph as ox
import pytest

from coopgraph.sparql.limit import limit_rows
from coopgraph.store import Store

HEADS = (
    "SELECT ?s ?o",
    "PREFIX ex: <http://example.org/#> SELECT DISTINCT ?s ?o",
    "# SELECT } LIMIT 1\nselect ?s ?o",
    "SELECT (EXISTS { ?s ?p ?o } AS ?x) ?s ?o",
    "BASE <http://example.org/> SELECT*",
)
WHERES = (
    "{ ?s ?p ?o }",
    "WHERE { ?s ?p ?o FILTER(?o < 99 && ?o > -1) }",
    '{ ?s ?p ?o FILTER(STR(?p) != "} LIMIT 3") }',
    "{ { SELECT ?s ?o { ?s ?p ?o } LIMIT 3 } } # } OFFSET",
    "{ VALUES ?limit { 1 } ?s ?p ?o }",
)
ENDS = (
    "",
    "ORDER BY ?o",
    'ORDER BY CONCAT("limit", STR(?o))',
    "GROUP BY ?s ?o HAVING (COUNT(*) > 0) ORDER BY DESC(?o)",
)
CUTS = ("", "LIMIT 4", "LIMIT 2 OFFSET 1", "offset 2", "OFFSET 2 LIMIT 4", "LIMIT\t4")
LASTS = ("", "VALUES ?s { <http://example.org/a> }", "# LIMIT 1")
SHAPES = [
    (head, f"{head} {where} {end} {cut} {last}")
    for head, where, end, cut, last in product(HEADS, WHERES, ENDS, CUTS, LASTS)
    if not (head.endswith("*") and end.startswith("GROUP"))
]


@pytest.fixture(scope="module")
def store() -> Store:
    engine = ox.Store()
    for i in range(9):
        subject = ox.NamedNode(f"http://example.org/{'ab'[i % 2]}")
        engine.add(ox.Quad(subject, ox.NamedNode("http://example.org/p"), ox.Literal(i)))
    return Store(engine)


def rows_of(store: Store, text: str) -> list[tuple[str, ...]]:
    result = store.query(text, union=False)
    assert isinstance(result, ox.QuerySolutions)
    names = [variable.value for variable in result.variables]
    return [tuple(str(row[name]) for name in names) for row in result]


@pytest.mark.parametrize("rows", [1, 3, 100])
def test_a_limit_only_cuts(store: Store, rows: int) -> None:
    tried = 0
    for _, text in SHAPES:
        whole = rows_of(store, text)
        limited = limit_rows(text, rows)
        assert limited is not None or len(whole) <= rows, text
        if limited is not None:
            found = rows_of(store, limited)
            assert len(found) == min(rows, len(whole)), text
            assert set(found) <= set(whole), text
            if "ORDER BY" in text:
                assert found == whole[:rows], text
            tried += 1
    assert tried > 300


@pytest.mark.parametrize(
    "text",
    [
        "ASK {}",
        "CONSTRUCT WHERE { ?s ?p ?o }",
        "DESCRIBE <http://example.org/a>",
        "# a comment\nASK { SELECT * {} }",
        "",
        "SELECT * { ?s ?p ?o } OFFSET2LIMIT4",
        "SELECT * { ?s ?p ?o } LIMIT 2",
    ],
)
def test_what_needs_no_limit_or_takes_none_is_left(text: str) -> None:
    assert limit_rows(text, 5) is None
