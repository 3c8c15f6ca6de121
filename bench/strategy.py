"""`make bench-strategy`: measures on 100,000 nodes and a million edges beside networkx's own.

    python bench/strategy.py [--nodes 100000] [--edges 1000000] [--samples 200] [--quick]

Ours starts at the sparse matrix of a projection; the conversions (COO to CSR, CSR to networkx)
stand apart. networkx's slow functions run once. `--samples` sources for betweenness.
"""

from __future__ import annotations

import argparse
from typing import Any

import networkx as nx
import numpy as np
from figures import best, heading, peak_mb, row, timed
from networkx.algorithms.link_analysis.pagerank_alg import _pagerank_python
from scipy.sparse import coo_matrix, csr_matrix, triu

from coopgraph.measures.centrality import betweenness, pagerank
from coopgraph.network.communities import find_communities


def power_law(nodes: int, edges: int, seed: int = 1) -> csr_matrix:
    """A random graph whose degrees follow a power law, without self-loops; weights 1."""
    draw = np.random.default_rng(seed)
    chance = (np.arange(nodes) + 1.0) ** -0.6
    ends = draw.choice(nodes, (2, int(edges * 1.05)), p=chance / chance.sum())
    ends = np.unique(np.sort(ends[:, ends[0] != ends[1]], axis=0), axis=1)
    ends = ends[:, draw.permutation(ends.shape[1])[:edges]]
    half = coo_matrix((np.ones(ends.shape[1]), (ends[0], ends[1])), shape=(nodes, nodes)).tocsr()
    return (half + half.T).tocsr()


def modularity(matrix: csr_matrix, label: np.ndarray[Any, Any]) -> float:
    """Newman's modularity of a partition."""
    whole = matrix.sum()
    cells = matrix.tocoo()
    inside = cells.data[label[cells.row] == label[cells.col]].sum() / whole
    degree = np.bincount(label, weights=np.asarray(matrix.sum(axis=1)).ravel()) / whole
    return float(inside - (degree**2).sum())


def told(what: str, ours: float, theirs: float, agreement: str) -> None:
    row(what, f"{ours:.3f}", f"{theirs:.1f}", f"{theirs / ours:.0f}", agreement)


def compare_pagerank(matrix: csr_matrix, graph: nx.Graph[int]) -> None:
    """At the tolerance of networkx and at ours; networkx's own without scipy too."""
    size = matrix.shape[0]
    loose_s, _ = best(lambda: pagerank(matrix, tolerance=1e-6 * size))
    ours_s, ours = best(lambda: pagerank(matrix))
    for what, function in (("", nx.pagerank), (" in plain Python", _pagerank_python)):
        theirs_s, theirs = timed(lambda function=function: function(graph))
        apart = np.abs(ours - np.array([theirs[n] for n in range(size)])).sum()
        told(
            f"PageRank, tolerance 1e-6 a node; networkx{what}",
            loose_s,
            theirs_s,
            f"L1 distance {apart:.1e}",
        )
        told(
            f"PageRank, tolerance 1e-10 in all; networkx{what}",
            ours_s,
            theirs_s,
            f"L1 distance {apart:.1e}",
        )


def compare_communities(matrix: csr_matrix, graph: nx.Graph[int]) -> None:
    size = matrix.shape[0]
    ours_s, found = best(lambda: find_communities(matrix, leaf=size // 2), 2)
    theirs_s, parts = timed(lambda: nx.community.louvain_communities(graph, seed=1))
    label = np.empty(size, dtype=np.int64)
    for number, part in enumerate(parts):
        label[list(part)] = number
    told(
        "communities: Leiden; networkx Louvain",
        ours_s,
        theirs_s,
        f"modularity {modularity(matrix, found.leaf_of()):.3f} and {modularity(matrix, label):.3f}",
    )


def compare_betweenness(matrix: csr_matrix, graph: nx.Graph[int], samples: int) -> None:
    ours_s, ours = timed(lambda: betweenness(matrix, samples, seed=1))
    theirs_s, theirs = timed(lambda: nx.betweenness_centrality(graph, k=samples, seed=1))
    against = np.array([theirs[n] for n in range(matrix.shape[0])])
    top = np.argsort(-against)[:100]
    told(
        f"betweenness, {samples} sources",
        ours_s,
        theirs_s,
        f"correlation over the 100 highest {np.corrcoef(ours[top], against[top])[0, 1]:.3f}"
        " (other sources drawn)",
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--nodes", type=int, default=100_000)
    parser.add_argument("--edges", type=int, default=1_000_000)
    parser.add_argument("--samples", type=int, default=200)
    options = parser.parse_args()
    matrix = power_law(options.nodes, options.edges)
    ours_mb = peak_mb()
    convert_s, graph = timed(lambda: nx.from_scipy_sparse_array(matrix))
    cells = triu(matrix).tocoo()
    to_csr_s, _ = best(lambda: coo_matrix(cells).tocsr())
    print(f"{options.nodes:,} nodes, {matrix.nnz // 2:,} edges")
    print(f"conversions: COO to CSR {to_csr_s:.2f} s; CSR to networkx {convert_s:.1f} s")
    print(f"memory: {ours_mb:,.0f} MB with the matrix, {peak_mb():,.0f} MB with networkx's too")
    heading("measure", "ours s", "networkx s", "times faster", "agreement")
    compare_pagerank(matrix, graph)
    compare_communities(matrix, graph)
    compare_betweenness(matrix, graph, options.samples)
    print(f"\npeak memory of the whole process: {peak_mb():,.0f} MB")


if __name__ == "__main__":
    main()
