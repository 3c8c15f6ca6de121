"""Each question and network, pasted as it stands into another server, gives the default answer.

The server is Oxigraph's own, with the union of the named graphs as its default graph; it knows
none of our prefixes, no base, and no parameter. The data are those of the demonstration, as
version 0.1 left them. A question that requires a parameter has no default answer.
"""

from __future__ import annotations

import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox
import pytest
from remote_servers import oxigraph_server

from coopgraph.network.projection import load_projection, projection_names
from coopgraph.queries import Answer, Question, ask, evaluation, load_question, question_names
from coopgraph.queries.answer import answer_of
from coopgraph.queries.parameters import bind
from coopgraph.queries.truncation import Truncation, limit_of
from coopgraph.store import Store
from coopgraph.store.export import export_dataset
from coopgraph.vocabulary import entity_iri

#: What has no default answer.
REQUIRED = {"evidence", "facts"}
#: Of these an answer shows the first rows of each group, which no pattern can say: the query
#: gives those, too, that come after.
CUT = {"plan-vs-practice", "co-publications"}
PASTED = [name for name in question_names() if name not in REQUIRED]


class Demonstration(NamedTuple):
    """The store of the demonstration, and where a server with the same quads answers."""

    store: Store
    address: str


@pytest.fixture(scope="module")
def both(upgraded_folder: Path) -> Iterator[Demonstration]:
    store = Store.open(upgraded_folder)
    with oxigraph_server("--union-default-graph") as server:
        quads = export_dataset(store, "nq")
        request(server.store, quads, "application/n-quads")
        yield Demonstration(store, server.query)


def request(address: str, body: bytes, media_type: str) -> bytes:
    headers = {"Content-Type": media_type, "Accept": "application/sparql-results+json"}
    with urllib.request.urlopen(
        urllib.request.Request(address, body, headers, method="POST"), timeout=120
    ) as answer:
        return bytes(answer.read())


def paste(both: Demonstration, text: str) -> ox.QuerySolutions:
    found = request(both.address, text.encode(), "application/sparql-query")
    solutions = ox.parse_query_results(found, format=ox.QueryResultsFormat.JSON)
    assert isinstance(solutions, ox.QuerySolutions)
    return solutions


def read(question: Question, solutions: ox.QuerySolutions, store: Store, *, cut: bool) -> Answer:
    limit = limit_of(question, {})
    return answer_of(
        solutions,
        store,
        "en",
        question,
        truncation=Truncation(limit) if limit and cut else None,
    )


def test_only_a_required_parameter_leaves_a_question_without_default() -> None:
    required = {
        name
        for name in question_names()
        if any(column.required for column in load_question(name).parameters.values())
    }
    assert required == REQUIRED
    assert len(PASTED) > 40


@pytest.mark.parametrize("name", PASTED)
def test_a_question_pasted_gives_the_default_rows(both: Demonstration, name: str) -> None:
    question = load_question(name)
    expected = ask(both.store, name)
    pasted = read(question, paste(both, question.text), both.store, cut=name in CUT)
    assert pasted.columns == expected.columns
    assert list(pasted.records()) == list(expected.records())


@pytest.mark.parametrize("name", ["alternatives", "plan-vs-practice"])
@pytest.mark.parametrize(
    "values",
    [{}, {"among": entity_iri("among", "any")}, {"jurisdiction": "all"}, {"top": "1"}],
    ids=str,
)
def test_what_is_true_of_each_plan_is_the_same_asked_once(
    both: Demonstration, name: str, values: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    once = ask(both.store, name, values)
    monkeypatch.setattr(evaluation, "each_plan", lambda *_: None)
    every = ask(both.store, name, values)
    assert len(once) > 0
    assert list(once.records()) == list(every.records())
    assert once.notes == every.notes


@pytest.mark.parametrize("name", projection_names())
def test_a_network_pasted_gives_the_default_rows(both: Demonstration, name: str) -> None:
    projection = load_projection(name)
    assert bind(projection, {}, None) == projection.text
    expected = both.store.query(projection.text)
    assert isinstance(expected, ox.QuerySolutions)
    pasted = paste(both, projection.text)
    assert [v.value for v in pasted.variables] == [v.value for v in expected.variables]
    assert terms(pasted) == terms(expected) != []


def terms(solutions: ox.QuerySolutions) -> list[tuple[str, ...]]:
    width = range(len(solutions.variables))
    return sorted(tuple(str(solution[i]) for i in width) for solution in solutions)


def test_the_demonstration_is_answered_from_imports_too(both: Demonstration) -> None:
    """Rows that a bound could hide are there."""
    for name in ("observed-partners", "alternatives", "plan-vs-practice", "co-publications"):
        assert len(ask(both.store, name)) > 10, name
