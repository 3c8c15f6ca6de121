"""Centrality and robustness: against networkx, by hand, and as properties."""

from __future__ import annotations

from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from coopgraph.errors import FactError
from coopgraph.measures.centrality import betweenness, pagerank, unweighted
from coopgraph.measures.network_positions import removal_order, robustness, robustness_curve


@st.composite
def graphs(draw: st.DrawFn) -> nx.Graph[int]:
    """Small undirected graphs with weights, isolated nodes and self-loops among them."""
    size = draw(st.integers(1, 12))
    node = st.integers(0, size - 1)
    links = draw(st.lists(st.tuples(node, node, st.integers(1, 9)), max_size=30))
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(range(size))
    graph.add_weighted_edges_from(links)
    return graph


def matrix_of(graph: nx.Graph[int]) -> csr_matrix:
    return csr_matrix(nx.to_scipy_sparse_array(graph, dtype=np.dtype(float)))


def without_loops(graph: nx.Graph[int]) -> nx.Graph[int]:
    simple = graph.copy()
    simple.remove_edges_from(list(nx.selfloop_edges(simple)))
    return simple


@given(graphs())
def test_pagerank_is_that_of_networkx(graph: nx.Graph[int]) -> None:
    found = pagerank(matrix_of(graph))
    theirs = nx.pagerank(graph, tol=1e-12, max_iter=1_000)
    assert found == pytest.approx([theirs[node] for node in graph], abs=1e-7)
    assert found.sum() == pytest.approx(1)


@given(graphs(), st.data())
def test_personalised_pagerank_is_that_of_networkx(graph: nx.Graph[int], data: Any) -> None:
    start = data.draw(st.sampled_from(sorted(graph)))
    personal = np.zeros(len(graph))
    personal[start] = 3.0
    found = pagerank(matrix_of(graph), personal=personal)
    theirs = nx.pagerank(graph, personalization={start: 1}, tol=1e-12, max_iter=1_000)
    assert found == pytest.approx([theirs[node] for node in graph], abs=1e-7)


@given(graphs())
def test_betweenness_is_that_of_networkx(graph: nx.Graph[int]) -> None:
    theirs = nx.betweenness_centrality(without_loops(graph))
    found = betweenness(matrix_of(graph))
    assert found == pytest.approx([theirs[node] for node in graph], abs=1e-9)
    assert ((found >= 0) & (found <= 1 + 1e-9)).all()


@given(graphs(), st.randoms(use_true_random=False))
def test_measures_follow_a_relabelling(graph: nx.Graph[int], random: Any) -> None:
    turned = list(range(len(graph)))
    random.shuffle(turned)
    matrix = matrix_of(graph)
    moved = matrix[turned][:, turned].tocsr()
    assert pagerank(moved) == pytest.approx(pagerank(matrix)[turned], abs=1e-8)
    assert betweenness(moved) == pytest.approx(betweenness(matrix)[turned], abs=1e-9)


@given(graphs(), st.integers(0, 3))
def test_a_seed_fixes_the_result_and_nothing_is_changed(graph: nx.Graph[int], seed: int) -> None:
    matrix = matrix_of(graph)
    before = matrix.copy()
    half = max(1, len(graph) // 2)
    first = betweenness(matrix, half, seed, threads=1)
    assert (first == betweenness(matrix, half, seed, threads=2)).all()
    assert (removal_order(matrix, "random", seed) == removal_order(matrix, "random", seed)).all()
    assert (matrix != before).nnz == 0


def test_a_sample_of_all_is_no_estimate() -> None:
    graph = nx.karate_club_graph()
    matrix = matrix_of(graph)
    assert betweenness(matrix, len(graph)) == pytest.approx(betweenness(matrix))
    mean = np.mean([betweenness(matrix, 10, seed) for seed in range(300)], axis=0)
    assert mean == pytest.approx(betweenness(matrix), abs=0.02)  # unbiased


def curve_by_removal(graph: nx.Graph[int], order: list[int]) -> list[float]:
    left = graph.copy()
    found = [max(map(len, nx.connected_components(left))) / len(graph)]
    for node in order:
        left.remove_node(node)
        found.append(max(map(len, nx.connected_components(left)), default=0) / len(graph))
    return found


@given(graphs(), st.sampled_from(["targeted", "random"]))
def test_the_robustness_curve_is_that_of_taking_nodes_away(graph: nx.Graph[int], kind: str) -> None:
    matrix = matrix_of(graph)
    order = removal_order(matrix, kind, seed=1)
    assert sorted(order.tolist()) == sorted(graph)
    found = robustness_curve(matrix, order)
    assert found == pytest.approx(curve_by_removal(graph, order.tolist()))
    assert (np.diff(found) <= 1e-12).all()
    assert 0 <= robustness(found) <= 0.5


def test_targeted_removal_takes_the_hub_first() -> None:
    star = matrix_of(nx.star_graph(9))
    targeted = robustness_curve(star, removal_order(star))
    assert targeted[:3] == pytest.approx([1, 0.1, 0.1])
    random = robustness_curve(star, np.arange(9, -1, -1))
    assert robustness(random) > robustness(targeted)


def test_a_network_of_nothing_and_of_one() -> None:
    nothing, one = csr_matrix((0, 0)), csr_matrix((1, 1))
    assert pagerank(nothing).shape == (0,)
    assert pagerank(one).tolist() == [1.0]
    assert betweenness(nothing).shape == (0,)
    assert betweenness(one).tolist() == [0.0]
    assert robustness_curve(nothing, removal_order(nothing)).tolist() == [0.0]
    assert robustness_curve(one, removal_order(one)).tolist() == [1.0, 0.0]
    assert unweighted(one).nnz == 0


def test_a_walk_that_restarts_nowhere_is_refused() -> None:
    with pytest.raises(FactError, match="must restart somewhere"):
        pagerank(csr_matrix((2, 2)), personal=np.zeros(2))
