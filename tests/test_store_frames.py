"""The engine's solutions belong to the thread that asked: an error of ours must not carry them in
its frames to wherever it is let go of."""

from __future__ import annotations

import gc
from collections.abc import Callable
from pathlib import Path
from traceback import clear_frames, walk_tb
from typing import Any

import pyoxigraph as ox
import pytest
from network_stores import store_of

from coopgraph.errors import FactError
from coopgraph.network import project
from coopgraph.store import AnyStore
from coopgraph.store.parts import Manifest

OF_ONE_THREAD = (ox.QuerySolutions, ox.QueryTriples)
THINGS = 'id:a\\/one coop:tie id:a\\/two . id:a\\/two coop:tie "no node" .'


class Broken(AnyStore):
    """Whose answers break off after the first solution."""

    def query(self, text: str, **_: Any) -> Any:
        solution = '{"x": {"type": "literal", "value": "1"}}'
        answer = '{"head": {"vars": ["x"]}, "results": {"bindings": [' + solution + ', {"x": '
        return ox.parse_query_results(input=answer, format=ox.QueryResultsFormat.JSON)

    def construct(self, text: str, graphs: Any = None) -> Any:
        raise AssertionError(text)

    @property
    def manifest(self) -> Manifest:
        raise AssertionError


def held_by(error: BaseException) -> list[str]:
    """Where the frames of an error hold solutions, by a name or in a comprehension."""
    frames = [frame for frame, _ in walk_tb(error.__traceback__)]
    assert len(frames) > 1
    return [
        f"{frame.f_code.co_filename}:{frame.f_lineno}"
        for frame in frames
        for thing in gc.get_referents(frame)
        if isinstance(thing, OF_ONE_THREAD)
    ]


@pytest.mark.parametrize("read", [Broken.select, Broken.rows])
def test_an_answer_that_breaks_off_is_not_held(read: Callable[[AnyStore, str], object]) -> None:
    with pytest.raises(SyntaxError) as caught:
        read(Broken(), "SELECT ?x {}")
    assert held_by(caught.value) == []


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?source ?target ?kind { ?source coop:tie ?target BIND(coop:tie AS ?kind) }",
        "SELECT ?source ?kind { ?source ?kind ?target }",
        "SELECT ?source ?target ?kind ?label { ?source ?kind ?target }",
        "SELECT ?node ?via { ?node coop:tie ?via }",
        "SELECT ?node ?via ?kind ?year { ?node coop:tie ?via }",
        "SELECT ?node { ?node a ?class }",
        "CONSTRUCT WHERE { ?a ?b ?c }",
    ],
)
def test_a_projection_that_is_none_is_not_held(tmp_path: Path, text: str) -> None:
    path = tmp_path / "mine.rq"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FactError, match=r"mine\.rq") as caught:
        project(store_of(THINGS), path)
    assert held_by(caught.value) == []


def test_what_is_held_is_found() -> None:
    def name() -> None:
        solutions = Broken().query("")
        raise SyntaxError(solutions)

    def comprehend() -> None:
        assert [solution for solution in Broken().query("")]  # noqa: C416  its frame holds them

    for held in (name, comprehend):
        with pytest.raises(SyntaxError) as caught:
            held()
        assert len(held_by(caught.value)) == 1
        clear_frames(caught.value.__traceback__)  # nor must this test leave any to another thread
