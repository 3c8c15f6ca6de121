"""Where nodes stand: maps by stress, kept maps, columns; always the same."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from command_line import called
from hypothesis import given, settings
from hypothesis import strategies as st
from made_networks import clustered, network_of, node
from network_stores import article_store, shipped_store
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import dijkstra

from coopgraph.errors import FileUnwritable, InputUnreadable, UsageError
from coopgraph.i18n import languages
from coopgraph.network import Network, project
from coopgraph.network.model import Lane, Preset
from coopgraph.queries.question import pair
from coopgraph.view.force import force_places, links_of
from coopgraph.view.lanes import MOST, columns_of
from coopgraph.view.layout import pictures, read_layout, settled, write_layout
from coopgraph.view.picture import LINES, NodeBox, wrap
from coopgraph.view.stress import stress_places

ENDS = st.lists(st.tuples(st.integers(0, 24), st.integers(0, 24)), max_size=60)


def partners() -> Network:
    return project(article_store(), "technology-partners")


def overlapping(places: Sequence[NodeBox]) -> int:
    count = 0
    for i, a in enumerate(places):
        for b in places[:i]:
            wide, tall = (a.width + b.width) / 2, (a.height + b.height) / 2
            count += abs(a.x - b.x) < wide - 2 and abs(a.y - b.y) < tall - 2
    return count


# --- stress ---------------------------------------------------------------------------------


def stress(network: Network) -> float:
    """Normalised stress over all pairs within components, at the best scale."""
    links = links_of(network)
    wanted = dijkstra(links, unweighted=True)
    places = stress_places(links)
    apart = np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1))
    pairs = np.isfinite(wanted) & (wanted > 0)
    ratio = apart[pairs] / wanted[pairs]
    scale = ratio.sum() / (ratio**2).sum()
    return float(((scale * ratio - 1) ** 2).mean())


def test_a_path_lies_straight_and_a_ring_round() -> None:
    path = network_of([node(i) for i in range(30)], [(i, i + 1) for i in range(29)])
    assert stress(path) < 0.01
    ring = network_of([node(i) for i in range(30)], [(i, (i + 1) % 30) for i in range(30)])
    places = stress_places(links_of(ring))
    radii = np.hypot(places[:, 0], places[:, 1])
    assert radii.min() > 0.9 * radii.max()


def test_a_grid_is_unfolded() -> None:
    ends = [(10 * r + c, 10 * r + c + 1) for r in range(10) for c in range(9)]
    ends += [(10 * r + c, 10 * r + c + 10) for r in range(9) for c in range(10)]
    assert stress(network_of([node(i) for i in range(100)], ends)) < 0.04


@settings(max_examples=40)
@given(ENDS, st.integers(0, 3))
def test_places_are_finite_and_follow_from_the_seed(ends: list[tuple[int, int]], seed: int) -> None:
    links = links_of(network_of([node(i) for i in range(25)], ends))
    places = stress_places(links, seed)
    assert places.shape == (25, 2)
    assert np.isfinite(places).all()
    assert (places == stress_places(links, seed)).all()


def test_components_are_laid_out_as_if_alone() -> None:
    alone = network_of([node(i) for i in range(12)], [(i, i + 1) for i in range(11)])
    ends = [(i, i + 1) for i in range(11)] + [(12 + i, 13 + i) for i in range(11)]
    both = network_of([node(i) for i in range(24)], ends)
    places = stress_places(links_of(both))
    for part in (places[:12], places[12:]):
        assert abs(part.mean(axis=0)).max() < 1e-9
        length = np.hypot(*(part[0] - part[-1]))
        whole = np.hypot(*np.ptp(stress_places(links_of(alone)), axis=0))
        assert length == pytest.approx(whole, rel=0.1)


# --- maps -----------------------------------------------------------------------------------


def test_labels_of_a_map_lie_apart_and_components_too() -> None:
    network = clustered(groups=4, size=12, inside=4, between=0)
    places = force_places(network)
    assert overlapping(places) == 0
    boxes = []
    for group in range(4):
        own = places[group * 12 : group * 12 + 12]
        boxes.append((min(p.x for p in own), max(p.x for p in own),
                      min(p.y for p in own), max(p.y for p in own)))  # fmt: skip
    assert len({tuple(round(v) for v in box) for box in boxes}) == 4


def test_an_unchanged_network_has_an_unchanged_map() -> None:
    for name, store in (
        ("policy", shipped_store()),
        ("evidence", shipped_store()),
        ("everything", article_store()),
    ):
        network = project(store, name)
        first = pictures(network)
        assert first == pictures(project(store, name))
        assert len(first["wide"].places) == len(network.nodes)
        assert all(math.isfinite(p.x) and math.isfinite(p.y) for p in first["wide"].places)


@pytest.mark.parametrize(
    ("size", "ends"),
    [(0, []), (1, []), (1, [(0, 0)]), (2, [(0, 1), (0, 1), (1, 0)]), (5, [])],
    ids=["empty", "one node", "a self-loop", "parallel edges", "no edges"],
)
def test_small_networks_have_a_map(size: int, ends: list[tuple[int, int]]) -> None:
    places = force_places(network_of([node(i) for i in range(size)], ends))
    assert len(places) == size
    assert overlapping(places) == 0


def test_long_labels_are_drawn_short() -> None:
    long = replace(node(0), texts=pair("word " * 1000, "가" * 5000))
    (place,) = force_places(network_of([long], []))
    for text in filter(None, place.label):
        assert text.count("\n") == LINES - 1
        assert text.endswith("…")
    assert place.height < 150
    assert wrap("  short \n text ", 200, 14) == "short text"


# --- maps that are kept ---------------------------------------------------------------------


def test_known_nodes_stay_and_new_ones_stand_by_their_neighbours() -> None:
    nodes = [node(i) for i in range(8)]
    before = network_of(nodes[:6], [(i, i + 1) for i in range(5)])
    kept = settled(before, {})
    assert set(kept) == {n.iri for n in before.nodes}
    kept[nodes[0].iri] = (5000.0, -321.5)  # the reader's own
    after = network_of(nodes, [(i, i + 1) for i in range(5)] + [(2, 6)])  # 7 is linked to nothing
    places = force_places(after, kept)
    assert [(p.x, p.y) for p in places[:6]] == [kept[n.iri] for n in nodes[:6]]
    near = min(range(6), key=lambda i: math.dist(kept[nodes[i].iri], (places[6].x, places[6].y)))
    assert near == 2
    assert overlapping(places) == overlapping(places[:6])
    assert places[7].y > max(p.y for p in places[:6])
    assert pictures(after, kept)["wide"].places == places


def test_a_node_that_comes_back_stands_where_it_stood() -> None:
    three = network_of([node(i) for i in range(3)], [(0, 1), (1, 2)])
    two = network_of([node(0), node(1)], [(0, 1)])
    first = settled(three, {})
    second = settled(two, first)
    assert second == first
    assert settled(three, second) == first


def test_the_map_of_a_network_in_columns_is_kept_too() -> None:
    network = partners()
    kept = {network.nodes[3].iri: (1234.5, 6789.0)}
    drawn = pictures(network, kept)
    assert (drawn["force"].places[3].x, drawn["force"].places[3].y) == (1234.5, 6789.0)
    assert drawn["wide"] == pictures(network)["wide"], "a table keeps the order of its source"


@given(st.dictionaries(st.text(min_size=1), st.tuples(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))))
def test_a_layout_file_is_read_as_it_was_written(positions: dict[str, tuple[float, float]]) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "map.json"
        write_layout(path, "any", positions)
        assert read_layout(path) == positions
        json.loads(path.read_text(encoding="utf-8"))


def test_a_layout_file_that_is_not_there_is_a_new_one(tmp_path: Path) -> None:
    assert read_layout(tmp_path / "new.json") == {}


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("", "is no layout file"),
        ("{", "is no layout file"),
        ("[]", "it has no 'coopgraph-layout'"),
        ('{"coopgraph-layout": 2, "positions": {}}', "it has no 'coopgraph-layout' of 1"),
        ('{"coopgraph-layout": 1}', "it has no positions"),
        ('{"coopgraph-layout": 1, "positions": {"urn:a": [1, NaN]}}', "NaN is no number"),
        ('{"coopgraph-layout": 1, "positions": {"urn:a": [1, Infinity]}}', "Infinity is no number"),
        ('{"coopgraph-layout": 1, "positions": {"urn:a": [1, 1e999]}}', "not two finite numbers"),
        ('{"coopgraph-layout": 1, "positions": {"urn:a": [1]}}', "not two finite numbers"),
        ('{"coopgraph-layout": 1, "positions": {"urn:a": [1, "2"]}}', "not two finite numbers"),
        ('{"coopgraph-layout": 1, "positions": {"urn:a": [true, 2]}}', "not two finite numbers"),
        ('{"coopgraph-layout": 1, "positions": {"urn:a": null}}', "not two finite numbers"),
        ("[" * 100_000, "is no layout file"),
        ("\udcff", "is no layout file"),
    ],
)
def test_a_broken_layout_file_is_one_line(tmp_path: Path, text: str, fact: str) -> None:
    path = tmp_path / "map.json"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(InputUnreadable) as caught:
        read_layout(path)
    assert fact in str(caught.value)
    assert "map.json" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_layout_file_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(FileUnwritable):
        write_layout(tmp_path / "none" / "map.json", "any", {"urn:a": (1.0, 2.0)})
    with pytest.raises(InputUnreadable):
        read_layout(tmp_path)


def test_a_network_of_communities_has_no_map_to_keep() -> None:
    network = network_of([node(i) for i in range(1501)], [])
    with pytest.raises(UsageError, match="opens as communities"):
        settled(network, {})


def test_the_command_keeps_a_map_across_runs(store_folder: Path, tmp_path: Path) -> None:
    page, kept = tmp_path / "p.html", tmp_path / "p.json"
    store = str(store_folder)
    command = ("view", "policy", "--store", store, "-o", str(page), "--layout", str(kept))
    assert called(*command).code == 0
    first = (page.read_bytes(), kept.read_bytes())
    assert called(*command).code == 0
    assert (page.read_bytes(), kept.read_bytes()) == first, "unchanged graph, unchanged map"
    data = json.loads(first[1])
    iri = min(data["positions"])
    data["positions"] |= {iri: [31_415.5, -9_265.25], "urn:gone": [1.0, 2.0]}
    kept.write_text(json.dumps(data), encoding="utf-8")
    assert called(*command).code == 0
    assert "31415.5" in page.read_text("utf-8")
    after = read_layout(kept)
    assert after[iri] == (31_415.5, -9_265.25)
    assert after["urn:gone"] == (1.0, 2.0), "what is gone may come back"


def test_a_layout_file_that_is_wrong_stops_the_command(store_folder: Path, tmp_path: Path) -> None:
    page, kept = tmp_path / "p.html", tmp_path / "p.json"
    kept.write_text("{", encoding="utf-8")
    command = ("view", "policy", "--store", str(store_folder), "-o", str(page), "--layout")
    ran = called(*command, str(kept))
    assert ran.code == 1
    assert "p.json: is no layout file" in ran.message
    assert not page.exists()
    assert kept.read_text("utf-8") == "{"
    missing = called(*command, str(tmp_path / "none" / "p.json"))
    assert missing.code == 1
    assert "none" in missing.message


# --- columns --------------------------------------------------------------------------------


def test_technology_partners_reads_like_the_table_of_the_article() -> None:
    network = partners()
    columns = columns_of(network)
    assert columns is not None
    assert [column.heading[0] for column in columns] == ["Stance", "Technology", "Planned partner"]
    keys = [[network.nodes[i].key for i in column.nodes] for column in columns]
    assert keys[0] == ["catch-up", "cooperation-convergence", "leading"]
    assert len(keys[1]) == 8
    stance = {e.source: e.target for e in network.edges if e.kind.label("en") == "takes stance"}
    order = [network.nodes[stance[i]].key for i in columns[1].nodes]
    assert order == sorted(order), "technologies stand by stance, in the order of the table"
    countries = [n.country.key if n.country else "" for n in
                 (network.nodes[i] for i in columns[2].nodes)]  # fmt: skip
    changes = sum(a != b for a, b in pairwise(countries))
    assert changes == len(set(countries)) - 1, "each country is one group"


def test_draft_and_among_others_are_visible() -> None:
    network = partners()
    for picture in (pictures(network)["wide"], pictures(network)["narrow"]):
        marks = [h for h in picture.headings if h.text[0].startswith("draft")]
        assert len(marks) == 8
        korean = languages().index("ko")
        said = {(h.text[0], h.text[korean]) for h in marks}
        assert said == {("draft", "안"), ("draft · and others", "안 · 등")}
        (closed,) = (h for h in marks if h.text[0] == "draft")
        nuclear = next(p for n, p in zip(network.nodes, picture.places, strict=True)
                       if n.key == "nuclear")  # fmt: skip
        assert nuclear.y < closed.y < nuclear.y + 60
        assert picture.cards
        assert len(picture.ends) == len(network.edges)
        assert overlapping(picture.places) == 0
        for x, y, *_ in picture.ends:
            assert math.isfinite(x)
            assert math.isfinite(y)


@pytest.mark.parametrize("name", ["technology-partners", "budgets", "plan-and-practice"])
def test_presets_in_columns_are_drawn_so(name: str) -> None:
    network = project(article_store(), name)
    drawn = pictures(network)
    assert set(drawn) <= {"wide", "narrow", "force"}
    wide = drawn["wide"]
    assert wide.cards
    assert overlapping(wide.places) == 0
    assert {h.text[0] for h in wide.headings if h.column} <= {
        lane.texts["en"] for lane in network.preset.lanes
    }
    assert not drawn["force"].cards
    lefts = {p.x for p in wide.places}
    assert len(lefts) == sum(h.column for h in wide.headings)


def test_a_node_that_no_lane_takes_stands_in_a_last_one() -> None:
    network = replace(
        network_of([node(i) for i in range(3)], [(0, 1)]),
        preset=Preset("columns", (Lane("coop:Plan", pair("Plan", "계획")),)),
    )
    columns = columns_of(network)
    assert columns is not None
    assert [(c.heading[0], c.nodes) for c in columns] == [("Other", (0, 1, 2))]


def test_what_is_too_long_for_columns_is_a_map() -> None:
    lanes = (Lane("coop:Organisation", pair("Body", "기관")),)
    network = network_of([node(i) for i in range(MOST + 1)], [])
    assert columns_of(replace(network, preset=Preset("columns", lanes))) is None
    assert set(pictures(replace(network, preset=Preset("columns", lanes)))) == {"wide"}
    empty = network_of([], [])
    assert columns_of(replace(empty, preset=Preset("columns", lanes))) is None


def test_lanes_by_kind_of_edge_and_by_own_kind() -> None:
    ends = [(0, 1)]
    network = network_of([node(i) for i in range(3)], ends)
    lanes = (
        Lane("coop:Organisation", pair("Tied", "이어짐"), kind="urn:x:tie"),
        Lane("coop:Organisation", pair("Other bodies", "그 밖의 기관")),
    )
    columns = columns_of(replace(network, preset=Preset("columns", lanes)))
    assert columns is not None
    assert [set(c.nodes) for c in columns] == [{0, 1}, {2}]


def test_matrices_of_networks_are_symmetric_and_without_loops() -> None:
    network = network_of([node(i) for i in range(3)], [(0, 1), (0, 1), (1, 0), (2, 2)])
    expected = coo_matrix(([1.0, 1.0], ([0, 1], [1, 0])), shape=(3, 3)).toarray()
    assert links_of(network).toarray().tolist() == expected.tolist()
