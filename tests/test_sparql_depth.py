"""Queries so long or deep that the engine's stack would overflow are refused before it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest

from coopgraph.errors import CoopgraphError, QuerySyntax
from coopgraph.sparql.tokens import DEEPEST, MOST, refuse_deep
from coopgraph.store import Store

#: Constructs that the engine takes one inside or after the other, each with its number.
KINDS: dict[str, Callable[[int], str]] = {
    "or": lambda n: f"ASK {{ FILTER({' || '.join(['?a'] * n)}) }}",
    "and": lambda n: f"ASK {{ FILTER({' && '.join(['?a'] * n)}) }}",
    "plus": lambda n: f"ASK {{ FILTER({' + '.join(['?a'] * n)}) }}",
    "times": lambda n: f"ASK {{ FILTER({' * '.join(['?a'] * n)}) }}",
    "not": lambda n: f"ASK {{ FILTER({'!' * n}?a) }}",
    "parentheses": lambda n: f"ASK {{ FILTER({'(' * n}?a{')' * n}) }}",
    "braces": lambda n: f"ASK {'{' * n}?s ?p ?o{'}' * n}",
    "blank nodes": lambda n: f"ASK {{ {'[ <urn:p> ' * n}1{']' * n} <urn:p> 1 }}",
    "lists": lambda n: f"ASK {{ ?s <urn:p> {'(' * n}1{')' * n} }}",
    "unions": lambda n: f"ASK {{ {' UNION '.join(['{?s ?p ?o}'] * n)} }}",
    "optional": lambda n: f"ASK {{ {'OPTIONAL{?s ?p ?o} ' * n} }}",
    "minus": lambda n: f"ASK {{ {'MINUS{?s ?p ?o} ' * n} }}",
    "filters": lambda n: f"ASK {{ {'FILTER(?a) ' * n} }}",
    "binds": lambda n: f"ASK {{ {' '.join(f'BIND(1 AS ?x{i})' for i in range(n))} }}",
    "exists": lambda n: f"ASK {{ {'FILTER EXISTS { ' * n}?s ?p ?o{' }' * n} }}",
    "graphs": lambda n: f"ASK {{ {'GRAPH ?g { ' * n}?s ?p ?o{' }' * n} }}",
    "calls": lambda n: f"ASK {{ FILTER({'IF(?a,1,' * n}1{')' * n}) }}",
    "subqueries": lambda n: f"SELECT * {{ {'{ SELECT * { ' * n}?s ?p ?o{' } }' * n} }}",
    "projections": lambda n: f"SELECT {' '.join(f'(1 AS ?x{i})' for i in range(n))} {{}}",
    "alternatives": lambda n: f"ASK {{ ?s {'|'.join(['<urn:p>'] * n)} ?o }}",
    "repeated paths": lambda n: f"ASK {{ ?s {'(' * n}<urn:p>{')*' * n} ?o }}",
    "sort keys": lambda n: f"SELECT * {{ ?s ?p ?o }} ORDER BY {' '.join(['?s'] * n)}",
    "brackets behind <": lambda n: f"ASK {{ FILTER(?a<{'(' * n}?b{')' * n}>?c) }}",
    "brackets behind a comment": lambda n: f"ASK {{ FILTER({'(' * n} # )\n1{')' * n}) }}",
}


@pytest.fixture(scope="module")
def store() -> Store:
    engine = ox.Store()
    name = ox.NamedNode
    engine.add(ox.Quad(name("urn:s"), name("urn:p"), ox.Literal("o"), name("urn:g")))
    return Store(engine)


@pytest.mark.parametrize("kind", KINDS)
def test_too_many_are_refused_in_one_line(store: Store, kind: str) -> None:
    for many in (10_000, 40_000):
        with pytest.raises(QuerySyntax) as raised:
            store.query(KINDS[kind](many))
        assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    "kind", [kind for kind in KINDS if "blank" not in kind and kind != "lists"]
)
def test_what_is_let_through_does_no_harm_in_a_process_of_its_own(kind: str) -> None:
    """The most that is let through, evaluated: the process ends with 0."""
    low, high = 1, 40_000
    while high - low > 1:
        middle = (low + high) // 2
        try:
            refuse_deep(KINDS[kind](middle))
            low = middle
        except QuerySyntax:
            high = middle
    low = min(low, 100) if kind == "sort keys" else low
    code = (
        "import pyoxigraph as ox, sys\n"
        "from coopgraph.errors import CoopgraphError\n"
        "from coopgraph.store import Store\n"
        "try:\n    Store(ox.Store()).query(sys.stdin.read())\n"
        "except CoopgraphError as error:\n    print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], input=KINDS[kind](low), capture_output=True,
        encoding="utf-8", check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-500:]


def test_limits_leave_room_for_what_people_write(store: Store) -> None:
    rows = " ".join(f"(<urn:x:{i}> -{i}.5)" for i in range(5_000))
    store.query(f"SELECT * {{ VALUES (?a ?b) {{ {rows} }} FILTER(?b < -4998) }}")
    numbers = " ".join(f"-{i}" for i in range(5_000))
    store.query(f"SELECT * {{ ?s ?p ?o }} VALUES ?o {{ {numbers} }}")
    for query in sorted(Path("ontology").rglob("*.rq")):
        refuse_deep(query.read_text(encoding="utf-8"))


@pytest.mark.parametrize("what", MOST)
def test_rows_of_values_hide_nothing(what: str) -> None:
    repeated = {"operators": " || ?a", "clauses": " FILTER(?a)", "OPTIONAL": " OPTIONAL {}"}[what]
    many = repeated * (MOST[what] + 5)
    inside = f"FILTER(?a{many})" if what == "operators" else many
    text = f"ASK {{ VALUES ?x {{ 1 }} FILTER(?a) {inside} }}"
    with pytest.raises(QuerySyntax, match=what):
        refuse_deep(text)


def test_the_command_says_so_and_ends_with_2(store_folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "coopgraph", "query", "-", "--store", str(store_folder)],
        input=KINDS["braces"](2_250), capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr.strip() == (
        f"coopgraph: query, line 1: brackets more than {DEEPEST} deep; nest fewer groups"
    )
    assert issubclass(QuerySyntax, CoopgraphError)
