"""Communities: every node in one leaf, the same for the same network, bounded, named."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_networks import clustered, network_of
from network_stores import ANY, store_of
from scipy.sparse import coo_matrix, csr_matrix

from coopgraph.i18n import languages
from coopgraph.network import Named, Network, Node, project
from coopgraph.network.communities import Communities, find_communities
from coopgraph.queries.question import pair
from coopgraph.view.force import links_of
from coopgraph.view.overview.places import names_of_communities
from coopgraph.vocabulary import entity_iri, expand

ENDS = st.lists(st.tuples(st.integers(0, 59), st.integers(0, 59)), max_size=150)


def matrix(size: int, ends: list[tuple[int, int]], weight: float = 1.0) -> Any:
    rows, columns = [a for a, _ in ends], [b for _, b in ends]
    return coo_matrix((np.full(len(ends), weight), (rows, columns)), shape=(size, size)).tocsr()


def assert_tree(found: Communities, size: int) -> None:
    assert sorted(found.order.tolist()) == list(range(size))
    assert found.parent[0] == -1
    assert (found.start[0], found.end[0]) == (0, size)
    children: dict[int, list[int]] = {}
    for number, parent in enumerate(found.parent.tolist()):
        assert parent < number, "a parent comes first"
        children.setdefault(parent, []).append(number)
    for parent, inner in children.items():
        if parent >= 0:
            assert len(inner) > 1
            spans = sorted((found.start[c], found.end[c]) for c in inner)
            assert spans[0][0] == found.start[parent]
            assert spans[-1][1] == found.end[parent]
            assert all(a[1] == b[0] for a, b in pairwise(spans))


@given(ENDS, st.integers(2, 30), st.integers(3, 12))
def test_every_node_lies_in_one_leaf(ends: list[tuple[int, int]], leaf: int, parts: int) -> None:
    links = matrix(60, ends)
    found = find_communities(links, leaf=leaf, parts=parts)
    assert_tree(found, 60)
    counts = np.bincount(found.parent[1:], minlength=1)
    assert counts.max(initial=0) <= parts
    again = find_communities(links.T.tocsr(), leaf=leaf, parts=parts)
    assert found.order.tolist() == again.order.tolist(), "direction plays no role"
    assert found.parent.tolist() == again.parent.tolist()


@given(ENDS)
def test_the_first_of_a_leaf_have_the_most_links(ends: list[tuple[int, int]]) -> None:
    links = matrix(60, ends)
    both = ((links + links.T) != 0).astype(int)
    both.setdiag(0)
    degree = np.asarray(both.sum(axis=1)).ravel()
    found = find_communities(links, leaf=20, parts=6)
    inner = set(found.parent.tolist())
    for community in range(len(found)):
        if community not in inner:
            degrees = degree[found.members(community)].tolist()
            assert degrees == sorted(degrees, reverse=True)


def test_planted_groups_are_found() -> None:
    network = clustered(groups=6, size=40, inside=6, between=0.2)
    found = find_communities(network.matrix(), leaf=60)
    leaf = found.leaf_of()
    for group in range(6):
        own = leaf[group * 40 : group * 40 + 40]
        most = np.bincount(own).max()
        assert most >= 38, f"group {group} is torn apart"


def test_the_weights_count() -> None:
    ring = [(i, (i + 1) % 8) for i in range(8)]
    links = matrix(8, ring).tolil()
    for a in (0, 2, 4, 6):
        links[a, a + 1] = 50.0
    leaf = find_communities(csr_matrix(links), leaf=2).leaf_of()
    assert all(leaf[a] == leaf[a + 1] for a in (0, 2, 4, 6))
    assert len(set(leaf.tolist())) == 4


@pytest.mark.parametrize(
    ("size", "ends"),
    [(0, []), (1, []), (1, [(0, 0)]), (900, []), (900, [(0, i) for i in range(1, 900)])],
    ids=["empty", "one node", "a self-loop", "no edges", "a star"],
)
def test_what_has_no_structure_is_one_leaf(size: int, ends: list[tuple[int, int]]) -> None:
    found = find_communities(matrix(size, ends))
    assert len(found) == 1
    assert_tree(found, size)


def test_edges_of_weight_zero_hold_together() -> None:
    ends = [(i, j) for g in (0, 10) for i in range(g, g + 10) for j in range(i + 1, g + 10)]
    found = find_communities(matrix(20, ends, weight=0.0), leaf=10)
    assert found.sizes().tolist() == [20, 10, 10]


def test_small_pieces_are_bundled_and_single_nodes_kept_together() -> None:
    pairs = [(2 * i, 2 * i + 1) for i in range(400)]
    found = find_communities(matrix(1000, pairs), leaf=50, parts=12)
    assert_tree(found, 1000)
    assert (found.parent == 0).sum() <= 12
    leaf = found.leaf_of()
    assert all(leaf[a] == leaf[b] for a, b in pairs), "a pair is not torn apart"
    assert len(set(leaf[800:].tolist())) == 1, "nodes without edges are one leaf"


def test_communities_are_named_after_their_leading_members_and_technologies() -> None:
    organisation = Named(expand("coop:Organisation"), pair("organisation", "기관"))
    technology = Named(expand("coop:Technology"), pair("technology", "기술"))
    nodes = [Node(f"urn:o{i}", pair(f"Body {i}", f"기관 {i}"), organisation) for i in range(12)]
    nodes += [Node("urn:t0", pair("Quantum", "양자"), technology)]
    nodes += [Node("urn:t1", pair("Space", "우주"), technology)]
    ends = [(0, i) for i in range(1, 6)] + [(6, i) for i in range(7, 12)]
    ends += [(i, 12) for i in range(6)] + [(i, 13) for i in range(6, 12)]
    network = network_of(nodes, ends)
    found = find_communities(network.matrix(), leaf=7)
    names = names_of_communities(network, links_of(network), found)
    assert len(names) == len(found) == 3
    leading = {name[0].split(", ")[0] for name, _ in names[1:]}
    assert leading in ({"Body 0", "Body 6"}, {"Quantum", "Space"})
    told = [dict(zip(languages(), about, strict=True)) for _, about in names[1:]]
    assert sorted((each["en"], each["ko"]) for each in told) == [
        ("Quantum · organisation 6 · technology 1", "양자 · 기관 6 · 기술 1"),
        ("Space · organisation 6 · technology 1", "우주 · 기관 6 · 기술 1"),
    ]


def test_folded_networks_are_named_after_the_technologies_of_what_is_shared() -> None:
    lines = ['id:technology/quantum skos:prefLabel "Quantum"@en . ']
    lines += ['id:technology/space skos:prefLabel "Space"@en .']
    for p in range(20):
        group, about = (0, "quantum") if p < 10 else (6, "space")
        lines.append(f"id:project/{p} coop:technologyClose id:technology/{about} .")
        for body in (group + p % 6, group + (p + 1) % 6, group + (p + 3) % 6):
            lines.append(f"id:project/{p} coop:projectParticipant id:organisation/{body} .")
    lines += [f"id:organisation/{b} coop:canonical id:organisation/{b} ." for b in range(12)]
    network = project(store_of("\n".join(lines)), "collaboration", ANY)
    found = find_communities(network.matrix(), leaf=6)
    names = names_of_communities(network, links_of(network), found)
    first_words = {about[0].split(" · ")[0] for _, about in names[1:]}
    assert first_words == {"Quantum", "Space"}
    first = network.nodes[int(found.members(1)[0])]
    assert entity_iri("organisation", "0")[:-1] == first.iri[: first.iri.rindex("/") + 1]


def test_a_network_without_nodes_has_no_names() -> None:
    empty = Network("n", pair("", ""), (), ())
    found = find_communities(empty.matrix())
    assert names_of_communities(empty, links_of(empty), found) == [((), ())]
