"""Large networks: everything is in the page, drawn as communities that open."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_networks import TIE, clustered, network_of, node
from network_stores import HOSTILE
from playwright.sync_api import Page, Route, sync_playwright

import chromium as chromium_finder
import coopgraph.view
from coopgraph.network import Edge, Evidence, Named, Network
from coopgraph.network.communities import find_communities
from coopgraph.network.elements import Value
from coopgraph.queries.question import pair
from coopgraph.view import overview as columns
from coopgraph.view.force import links_of
from coopgraph.view.overview import EDGES, NODES, is_large, overview_data
from coopgraph.view.overview.places import SPACE, nested_places
from coopgraph.view.picture import labels

MODULES = Path(coopgraph.view.__file__).parents[1] / "web"
WHOLE = st.lists(st.integers(0, 2**53))


def unpacked(column: str) -> list[int]:
    """The numbers of a column, by the definition of LEB128."""
    found, value, shift = [], 0, 0
    for byte in columns.unpacked(column):
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            found.append(value)
            value = shift = 0
    return found


@given(WHOLE)
def test_numbers_are_written_as_defined(values: list[int]) -> None:
    assert unpacked(columns.numbers(values)) == values


@given(st.lists(st.integers(-(2**50), 2**50)))
def test_signed_numbers_and_differences(values: list[int]) -> None:
    back = [(v >> 1) ^ -(v & 1) for v in unpacked(columns.signed(values))]
    assert back == values
    steps = [(v >> 1) ^ -(v & 1) for v in unpacked(columns.differences(values))]
    assert np.cumsum(steps).tolist() == values if values else steps == []


@cache
def large() -> Network:
    """1,600 nodes in 40 groups, some of them hostile, with facts and evidence on edges."""
    made = clustered(groups=40, size=40, inside=5, between=0.5)
    nodes = list(made.nodes)
    country = Named("urn:x:c", pair("Land", "나라"))
    for i, text in enumerate(HOSTILE):
        nodes[i] = replace(
            nodes[i], texts=pair(text, text), country=country, identifiers=("urn:a", text)
        )
    source = Named("urn:x:s", pair(HOSTILE[1], HOSTILE[1]))
    facts: Mapping[str, Value] = MappingProxyType(
        {"status": Named("urn:x:draft", pair("draft", "안")), "year": 2023}
    )
    edges = [
        replace(e, weight=1.0 + i % 7, claim=f"urn:claim:{i}", attributes=facts,
                evidence=(Evidence(source, pair(f"row {i % 5}", f"{i % 5}행")),))
        if i % 3 == 0 else e
        for i, e in enumerate(made.edges)
    ]  # fmt: skip
    return replace(made, nodes=tuple(nodes), edges=tuple(edges))


@cache
def large_data() -> dict[str, Any]:
    return overview_data(large())


def test_what_is_large() -> None:
    few, many = [node(i) for i in range(NODES)], [node(i) for i in range(NODES + 1)]
    assert not is_large(network_of(few, []))
    assert is_large(network_of(many, []))
    assert not is_large(network_of(few[:2], [(0, 1)] * EDGES))
    assert is_large(network_of(few[:2], [(0, 1)] * (EDGES + 1)))


def test_circles_lie_apart_and_hold_what_is_theirs() -> None:
    network = clustered(groups=30, size=50, inside=5, between=0.6)
    links = links_of(network)
    found = find_communities(links, leaf=20, parts=12)
    places = nested_places(links, found)
    leaf = found.leaf_of()
    out = np.hypot(*(places.nodes - places.centres[leaf]).T)
    assert (out <= places.radii[leaf]).all()
    for parent in set(found.parent.tolist()) - {-1}:
        inner = np.flatnonzero(found.parent == parent)
        for n, a in enumerate(inner.tolist()):
            reach = np.hypot(*(places.centres[a] - places.centres[parent]))
            assert reach + places.radii[a] <= places.radii[parent] * 1.01
            for b in inner[:n].tolist():
                between = np.hypot(*(places.centres[a] - places.centres[b]))
                assert between > 0.97 * (places.radii[a] + places.radii[b])
    nearest = np.sort(np.hypot(*(places.nodes[:200, None] - places.nodes[None]).transpose(2, 0, 1)))
    assert np.median(nearest[:, 1]) > 0.8 * SPACE


def test_the_same_network_has_the_same_data_and_nothing_is_left_out() -> None:
    network = large()
    data = large_data()
    assert json.dumps(data) == json.dumps(overview_data(large.__wrapped__()))
    assert (data["nodes"], data["edges"]) == ([], [])
    packed = data["overview"]
    assert packed["counts"]["nodes"] == 1600
    assert packed["counts"]["edges"] == len(network.edges)
    assert sorted(unpacked(packed["communities"]["order"])) == list(range(1600))
    names = columns.unpacked(packed["nodes"]["name"][0]).decode().split("\n")
    assert names == [" ".join(n.label("en").split()) for n in network.nodes]
    claims = columns.unpacked(packed["edges"]["claim"]).decode().split("\n")
    assert claims == [e.claim for e in network.edges]
    assert unpacked(packed["edges"]["weight"]["whole"]) == [2 * e.weight for e in network.edges]


# --- the script of the page -----------------------------------------------------------------

CALLS = """async (data) => {
  const { setPage } = await import('/network/page.js');
  const { LargeModel } = await import('/network/large.js');
  setPage(data.page, 'en');
  const model = await LargeModel.load(data.overview);
  const { filter, edge, counts } = model.whole;
  const search = (text, most) => {
    const { list, total } = model.search(text, most);
    return { hits: list.map((node) => node.id), total };
  };
  window.large = {
    ...model.communities, filter, edge, counts, search, path: (...ends) => model.path(...ends),
    state: model.communities.written,
  };
  const sum = (counts, names) => names.reduce((total, name) => total + counts[name], 0);
  window.sums = ({ counts }) => [
    sum(counts, ['nodesShown', 'nodesInside', 'nodesFiltered']),
    sum(counts, ['edgesShown', 'edgesBundled', 'edgesInside', 'edgesHidden', 'edgesFiltered']),
  ];
  return counts;
}"""


def _module(route: Route) -> None:
    path = MODULES / route.request.url.removeprefix("http://modules/")
    if path.suffix == ".js":
        route.fulfill(path=path, content_type="text/javascript")
    else:
        route.fulfill(body="<!doctype html><title>test</title>", content_type="text/html")


@pytest.fixture(scope="module")
def page(chromium: Path) -> Iterator[Page]:
    """An empty page that can import the modules of the browser's side, and nothing else."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(chromium), args=list(chromium_finder.ARGUMENTS)
        )
        opened = browser.new_page()
        opened.route("**", lambda route: route.abort())
        opened.route("http://modules/**", _module)
        opened.goto("http://modules/")
        yield opened
        browser.close()


@pytest.fixture
def loaded(page: Page) -> Page:
    page.evaluate(CALLS, large_data())
    return page


def test_the_page_opens_on_communities_and_counts_everything(loaded: Page) -> None:
    network = large()
    scene: Any = loaded.evaluate("large.scene()")
    assert 2 <= len(scene["nodes"]) <= 80
    assert all(n["community"] and not n["more"] for n in scene["nodes"])
    assert sum(n["members"] for n in scene["nodes"]) == 1600
    assert all(n["name"][0] and n["about"][1] and n["size"] > 0 for n in scene["nodes"])
    assert loaded.evaluate("sums(large.scene())") == [1600, len(network.edges)]
    assert all(e["aggregated"] and e["count"] > 0 for e in scene["edges"])


def test_opened_to_the_last_every_node_and_edge_is_as_in_a_small_page(loaded: Page) -> None:
    network = large()
    seen: Any = loaded.evaluate(
        """() => {
      const nodes = new Map(), edges = new Map();
      for (let i = 0; i < large.counts.nodes; i += 1) {
        if (nodes.has(i)) continue;
        large.reveal(i);
        const s = large.scene();
        if (s.nodes.length > 1500 || s.edges.length > 6000) throw new Error('too much');
        const all = [large.counts.nodes, large.counts.edges];
        if (String(sums(s)) !== String(all)) throw new Error('sums');
        for (const n of s.nodes) if (typeof n.id === 'number') nodes.set(n.id, n);
        for (const e of s.edges) if (typeof e.id === 'number') edges.set(e.id, e);
      }
      return [[...nodes.values()].sort((a, b) => a.id - b.id), [...edges.values()]];
    }"""
    )
    nodes, edges = seen
    assert [n["id"] for n in nodes] == list(range(1600))
    for made, real in zip(nodes, network.nodes, strict=True):
        en = " ".join(real.label("en").split())
        assert made["name"] == [" ".join(text.split()) or en for text in labels(real)]
        assert made["iri"] == real.iri
        assert made["key"] == real.key
        assert ("country" in made) == (real.country is not None)
    assert edges
    for made in edges:
        real_edge: Edge = network.edges[made["id"]]
        assert (made["from"], made["to"]) == (real_edge.source, real_edge.target)
        assert made["weight"] == real_edge.weight
        assert made.get("claim", "") == real_edge.claim
        assert len(made.get("evidence", [])) == len(real_edge.evidence)
        assert set(made.get("facts", {})) == ({"0", "1"} if real_edge.attributes else set())
        assert bool(made.get("dashes")) == (real_edge.status == "draft")


def test_what_is_opened_keeps_the_rest_in_its_place(loaded: Page) -> None:
    moved: Any = loaded.evaluate(
        """() => {
      const at = (s) => new Map(s.nodes.map((n) => [n.id, String(n.places.wide.slice(0, 2))]));
      const before = at(large.scene());
      const c = large.scene().nodes[0].community;
      const closed = large.open(c);
      const opened = large.scene(), after = at(opened);
      const inside = opened.nodes.filter((n) => large.parent(n.id) === c).length;
      const address = large.state();
      large.close(c);
      const again = at(large.scene());
      large.restore(address);
      const restored = at(large.scene());
      const alike = (a, b) => String([...a]) === String([...b]);
      return {
        closed, inside, gone: [...before.keys()].filter((id) => !after.has(id)),
        moved: [...before].filter(([id, p]) => after.has(id) && after.get(id) !== p).length,
        same: alike(before, again), restored: alike(after, restored),
      };
    }"""
    )
    assert moved["closed"] == []
    assert moved["inside"] > 1
    assert len(moved["gone"]) == 1
    assert moved["moved"] == 0
    assert moved["same"]
    assert moved["restored"]


@pytest.mark.parametrize(
    "address", ["", "x", "-1", "0", "999999999", "1:99999999", "1.5.x:y", "1:-3"]
)
def test_an_address_that_says_nonsense_breaks_nothing(loaded: Page, address: str) -> None:
    loaded.evaluate("text => large.restore(text)", address)
    assert loaded.evaluate("sums(large.scene())[0]") == 1600


def test_search_paths_and_filters_reach_what_is_closed(loaded: Page) -> None:
    found: Any = loaded.evaluate("large.search('연구소 77', 3)")
    assert found["total"] == len([i for i in range(3, 1600) if "연구소 77" in f"연구소 {i}"])
    assert len(found["hits"]) == 3
    assert loaded.evaluate("large.search('INSTITUTE 1599', 3).hits") == [1599]
    assert loaded.evaluate("large.search('없는 이름', 3)") == {"hits": [], "total": 0}
    path: Any = loaded.evaluate("large.path(50, 1500)")
    ends = {i: (e.source, e.target) for i, e in enumerate(large().edges)}
    assert (path["nodes"][0], path["nodes"][-1]) == (50, 1500)
    for a, b, by in zip(path["nodes"], path["nodes"][1:], path["edges"], strict=False):
        assert set(ends[by]) == {a, b}
    loaded.evaluate("large.filter({node: (n) => n.country !== undefined})")
    assert loaded.evaluate("large.scene().counts.nodesFiltered") == 1597
    assert loaded.evaluate("sums(large.scene())") == [1600, len(large().edges)]
    loaded.evaluate("large.filter(null)")
    assert loaded.evaluate("large.scene().counts.nodesFiltered") == 0


def test_a_community_without_parts_opens_some_at_a_time(page: Page) -> None:
    star = network_of([node(i) for i in range(2000)], [(0, i) for i in range(1, 2000)])
    page.evaluate(CALLS, overview_data(star))
    kinds = "large.scene().nodes.map((n) => n.more ? 'more ' + n.members : typeof n.id)"
    shown: Any = page.evaluate(kinds)
    assert shown.count("number") == 300
    assert shown[-1] == "more 1700"
    assert 0 in page.evaluate("large.scene().nodes.map((n) => n.id)"), "the hub comes first"
    page.evaluate("large.more(0)")
    assert page.evaluate(kinds)[-1] == "more 1400"
    for _ in range(9):
        page.evaluate("large.more(0)")
    assert len(page.evaluate(kinds)) <= 1500
    page.evaluate("large.reveal(1999)")
    assert 1999 in page.evaluate("large.scene().nodes.map((n) => n.id)")
    assert page.evaluate("sums(large.scene())") == [2000, 1999]


def test_a_dense_network_draws_its_heaviest_edges_and_says_how_many_not(page: Page) -> None:
    nodes = [node(i) for i in range(120)]
    pairs = [(a, b) for a in range(120) for b in range(a + 1, 120)]
    edges = tuple(Edge(a, b, TIE, float(i)) for i, (a, b) in enumerate(pairs))
    network = Network("dense", pair("Dense", "조밀"), tuple(nodes), edges, directed=False)
    assert is_large(network)
    page.evaluate(CALLS, overview_data(network))
    counts: Any = page.evaluate("large.scene().counts")
    assert counts["nodesShown"] == 120
    assert counts["edgesShown"] == EDGES
    assert counts["edgesHidden"] == len(pairs) - EDGES
    lightest: Any = page.evaluate("Math.min(...large.scene().edges.map((e) => e.weight))")
    assert lightest == len(pairs) - EDGES


def test_weights_of_two_kinds_have_no_sum(page: Page) -> None:
    one = clustered(4, 450, 8, 1)
    other = Named("urn:x:other", pair("is tied otherwise", "달리 이어짐"))
    edges = tuple(replace(e, kind=(TIE, other)[i % 2]) for i, e in enumerate(one.edges))
    two = replace(one, edges=edges)
    for network, is_one in ((one, True), (two, False)):
        page.evaluate(CALLS, overview_data(network))
        bundles: Any = page.evaluate("large.scene().edges.filter((e) => e.count > 9)")
        assert bundles
        assert [b["weight"] for b in bundles] == [b["count"] if is_one else None for b in bundles]


def test_weights_that_are_no_numbers_are_told_as_such(page: Page) -> None:
    nodes = [node(i) for i in range(NODES + 1)]
    weights = (float("nan"), 0.5, float("inf"), -2.25)
    edges = tuple(Edge(0, i + 1, TIE, w) for i, w in enumerate(weights))
    network = Network("odd", pair("Odd", "이상"), tuple(nodes), edges, directed=False)
    page.evaluate(CALLS, overview_data(network))
    found: Any = page.evaluate("[0, 1, 2, 3].map((i) => large.edge(i).weight)")
    assert found == [None, 0.5, None, -2.25]
