"""Concentration, dependence and overlap: on the article's network, by hand, and as properties."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from network_stores import ARTICLE

import coopgraph
from coopgraph.errors import FactError, UnknownEntity
from coopgraph.i18n import LanguageMap
from coopgraph.measures.answer import Policy
from coopgraph.measures.concentration import concentration, effective_number, herfindahl
from coopgraph.measures.dependence import dependence, member_of, single_points, withdrawal
from coopgraph.measures.overlap import coordination, jaccard, overlap
from coopgraph.measures.shares import PLANNED, Share, answer_shares, by_country, planned_shares
from coopgraph.network import Edge, Evidence, Named, Network, Node
from coopgraph.queries import Answer
from coopgraph.queries.question import pair
from coopgraph.vocabulary import expand

weights = st.lists(st.floats(min_value=0, max_value=1e9, allow_subnormal=False), max_size=30)


def named(key: str) -> Named:
    return Named(expand(f"id:x/{key}"), pair(key, f"{key}-ko"))


names = st.sampled_from([named(letter) for letter in "abcdefg"])
technologies = st.sampled_from([named(f"t{number}") for number in range(4)])
shares = st.lists(
    st.builds(Share, technologies, names, st.integers(1, 9).map(float), names | st.none()),
    max_size=25,
)


@pytest.fixture(scope="module")
def kg(store_folder: Path) -> Iterator[coopgraph.KnowledgeGraph]:
    graph = coopgraph.open(store_folder)
    yield graph
    graph.close()


@pytest.fixture(scope="module")
def planned(kg: coopgraph.KnowledgeGraph) -> list[Share]:
    found = planned_shares(kg.project("technology-partners", plan=ARTICLE))
    assert len(found) == 16
    return found


def told(share: Share) -> str:
    """All of a share that a networkx graph holds too."""
    cited = [(each.source, each.locator("en"), each.locator("ko")) for each in share.evidence]
    return str((replace(share, evidence=()), cited))


def rows(answer: Answer, *columns: str) -> list[tuple[Any, ...]]:
    places = [answer.columns.index(column) for column in columns]
    return [tuple(row[i] for i in places) for row in answer.rows]


def shares_of(graph: nx.Graph[Any]) -> Iterator[Share]:
    """The shares that a networkx graph with the attributes of a projection holds."""
    nodes = graph.nodes
    for source, target, data in graph.edges(data=True):
        if data.get("kind") != "coop:intendedPartner":
            continue
        ends = (source, target)
        if nodes[source].get("class") != "coop:Technology":  # an undirected graph may turn it round
            ends = (target, source)
        if nodes[ends[0]].get("class") != "coop:Technology":
            continue
        group, member = (named_of(end, nodes[end]) for end in ends)
        partner = nodes[ends[1]]
        country = member if partner.get("class") == "coop:Country" else country_in(partner)
        weight, is_open = data.get("weight", 1.0), data.get("open_list") is True
        policy = Policy("", about_of(data, "plan"), about_of(data, "partner_kind"))
        link = (weight, country, is_open, tuple(evidence_in(data)), policy)
        is_foreign = data.get("foreign") is not False
        yield Share(group, member, *link, str(data.get("claim", "")), is_foreign)


def about_of(data: Mapping[str, Any], name: str) -> Named | None:
    """What an attribute of an edge names."""
    iri = data.get(f"{name}_iri")
    return Named(iri, texts_in(data, name)) if iri else None


def named_of(node: str, data: Mapping[str, Any]) -> Named:
    texts = texts_in(data, "label") or LanguageMap({"": str(data.get("label", node))})
    return Named(str(node), texts)


def country_in(data: Mapping[str, Any]) -> Named | None:
    if not (key := data.get("country")):
        return None
    texts = texts_in(data, "country") or LanguageMap({"": str(key)})
    return Named(expand(f"id:country/{key}"), texts)


def texts_in(data: Mapping[str, Any], name: str, at: int | None = None) -> LanguageMap:
    """The texts of an attribute by language; of one that is a list, those of one place in it."""
    tags = {key: key.removeprefix(f"{name}_") for key in data if key.startswith(f"{name}_")}
    said = {tag: data[key] for key, tag in tags.items() if tag != "iri"}
    return LanguageMap({tag: str(v if at is None else v[at]) for tag, v in said.items()})


def evidence_in(data: Mapping[str, Any]) -> Iterator[Evidence]:
    for at, iri in enumerate(data.get("sources", ())):
        yield Evidence(Named(iri, texts_in(data, "sources", at)), texts_in(data, "locators", at))


def test_the_networkx_graph_gives_the_same_shares(kg: coopgraph.KnowledgeGraph) -> None:
    network = kg.project("technology-partners", plan=ARTICLE)
    graph = network.to_networkx()
    before = copy.deepcopy(graph)
    undirected: nx.MultiGraph[str] = nx.MultiGraph(graph)
    wanted = sorted(map(told, planned_shares(network)))
    assert wanted == sorted(map(told, shares_of(graph)))
    assert wanted == sorted(map(told, shares_of(undirected)))
    assert nx.utils.graphs_equal(before, graph)


def test_thirteen_of_sixteen_links_and_ten_of_thirteen_institutions_are_american(
    planned: list[Share],
) -> None:
    found = rows(
        dependence(planned),
        "withdrawn",
        "links",
        "institutions",
        "technologies_hit",
        "technologies_left_alone",
    )
    assert found[0] == ("United States", 13, 10, 8, 5)
    assert sum(float(str(row[1])) for row in found) == 16
    assert sum(int(str(row[2])) for row in found) == 13


def test_five_of_eight_technologies_keep_no_partner_without_the_united_states(
    planned: list[Share],
) -> None:
    answer = withdrawal(planned, expand("id:country/us"))
    alone = [row[0] for row in rows(answer, "technology", "is_left_alone") if row[1]]
    assert len(answer) == 8
    assert alone == [
        "Advanced biotechnology",
        "Next-generation communication",
        "Nuclear energy",
        "Secondary batteries",
        "Semiconductors",
    ]
    open_lists = dict(rows(answer, "technology", "list_is_open"))
    assert [name for name, is_open in open_lists.items() if not is_open] == ["Nuclear energy"]


def test_mit_serves_three_technologies_and_new_york_university_two(planned: list[Share]) -> None:
    hit = dict(rows(dependence(planned, by=member_of), "withdrawn", "technologies_hit"))
    assert hit["Massachusetts Institute of Technology"] == 3
    assert hit["New York University"] == 2
    assert sorted(hit.values()) == [1] * 11 + [2, 3]


def test_an_organisation_without_a_country_is_foreign_to_every_country(
    planned: list[Share],
) -> None:
    places = {share.member.label("en") for share in by_country(planned)}
    assert places == {"United States", "Canada", "Switzerland", "European Space Agency"}


def test_concentration_by_hand(planned: list[Share]) -> None:
    found = concentration(by_country(planned))
    space = next(row for row in found if row["technology"] == "Space and aeronautics")
    assert space["members"] == 2
    assert space["top_share"] == pytest.approx(2 / 3, abs=1e-6)
    assert space["hhi"] == pytest.approx(5 / 9, abs=1e-6)
    assert space["effective_number"] == pytest.approx(1.8)
    whole = found.rows[-1]
    assert whole[0] == "all together"
    assert whole[3] == pytest.approx((13**2 + 3) / 16**2, abs=1e-6)
    assert {row["counted"] for row in found} == {"of named partners", "of the whole list"}
    closed = [row["technology"] for row in found if row["counted"] == "of the whole list"]
    assert closed == ["Nuclear energy"]


def test_every_row_says_where_it_stands(planned: list[Share]) -> None:
    without = withdrawal(planned, expand("id:country/us"))
    for answer in (concentration(planned), dependence(planned), without):
        cited = {row[0] for row in answer.sources().rows}
        assert cited == set(range(1, len(answer) + 1))
    assert "표 1" in str(dependence(planned, "ko").sources().rows[0][2])


def test_overlap_on_the_article(planned: list[Share]) -> None:
    answer = overlap(planned)
    assert len(answer) == 8 * 7 // 2
    shared = [row for row in rows(answer, "one", "other", "shared", "which") if row[2]]
    assert {row[3] for row in shared} == {
        "Massachusetts Institute of Technology",
        "New York University",
    }
    assert len(shared) == 3 + 1


def test_single_points_on_the_article(planned: list[Share]) -> None:
    answer = single_points((share.group, share.member) for share in planned)
    first = answer.rows[0]
    assert (first[0], first[1]) == ("Massachusetts Institute of Technology", "node")
    # Without MIT its three technologies part: 4 + 2 + 2 nodes, of which the largest piece stays.
    assert first[3] == 4


def test_a_withdrawal_of_nobody_names_those_there_are(planned: list[Share]) -> None:
    with pytest.raises(UnknownEntity, match="takes part in nothing here"):
        withdrawal(planned, expand("id:country/jp"))


def test_coordination_by_hand() -> None:
    tech, other = named("t0"), named("t1")
    ministries = [named(key) for key in ("m1", "m2", "m3")]
    funding = [
        Share(tech, ministries[0], 10.0),
        Share(tech, ministries[1], 5.0),
        Share(other, ministries[1], 1.0),
        Share(other, ministries[2], 1.0),
    ]
    planned = [Share(tech, named("a")), Share(tech, named("b")), Share(other, named("c"))]
    found = {row["technology"]: row for row in coordination(funding, planned)}
    assert found["t0"]["amount"] == 15
    assert found["t0"]["mean_jaccard"] == pytest.approx(2 / 3, abs=1e-6)  # {a,b} and {a,b,c}
    assert found["t1"]["mean_jaccard"] == pytest.approx(1 / 3, abs=1e-6)  # {a,b,c} and {c}


def test_shares_of_an_answer_are_never_split(kg: coopgraph.KnowledgeGraph) -> None:
    answer = kg.query("budget-levels")
    with_amount = answer_shares(answer, "line", "phase", "amount")
    stated = [row for row in answer if row["amount"] is not None and row["phase"] is not None]
    assert 0 < len(with_amount) == len(stated)


def test_nothing_at_all_is_an_empty_table_that_says_so() -> None:
    assert concentration([]).rows == ()
    assert concentration([]).notes == ("There is no link to be counted.",)
    for answer in (dependence([]), overlap([]), single_points([]), coordination([], [])):
        assert answer.rows == ()


@pytest.mark.parametrize("bad", [-1.0, float("nan"), float("inf")])
def test_a_weight_that_cannot_be_shared_out_is_named(bad: float) -> None:
    ends = [
        Node(named(key).iri, named(key).texts, Named(expand(f"coop:{kind}"), pair(kind)))
        for key, kind in (("t", "Technology"), ("p", "Organisation"))
    ]
    edge = Edge(0, 1, Named(PLANNED, pair("partner")), bad)
    with pytest.raises(FactError, match="cannot be shared out"):
        planned_shares(Network("n", pair("n"), ends, [edge]))


def test_weights_that_are_all_zero_have_no_concentration() -> None:
    answer = concentration([Share(named("t0"), named("a"), 0.0)])
    assert answer.rows[0][3:7] == (None, None, None, None)
    assert "add up to zero" in answer.notes[0]


@given(weights)
def test_the_index_lies_between_equal_shares_and_one(found: list[float]) -> None:
    index = herfindahl(found)
    if sum(found) == 0:
        assert index is None
        return
    assert index is not None
    assert 1 / len(found) - 1e-9 <= index <= 1 + 1e-9
    number = effective_number(found)
    assert number is not None
    assert 1 - 1e-9 <= number <= sum(weight > 0 for weight in found) + 1e-6


@given(st.lists(st.floats(0.01, 1e6), min_size=2, max_size=20), st.floats(0.01, 100))
def test_the_index_knows_no_unit_and_no_order(found: list[float], factor: float) -> None:
    assert herfindahl(reversed(found)) == pytest.approx(herfindahl(found))
    assert herfindahl(weight * factor for weight in found) == pytest.approx(herfindahl(found))


@given(st.lists(st.floats(0.01, 1e6), min_size=2, max_size=20))
def test_joining_two_members_concentrates(found: list[float]) -> None:
    joined = [found[0] + found[1], *found[2:]]
    before, after = herfindahl(found), herfindahl(joined)
    assert before is not None
    assert after is not None
    assert after >= before - 1e-12


@given(st.sets(names), st.sets(names))
def test_jaccard_is_symmetric_and_bounded(one: set[Named], other: set[Named]) -> None:
    found = jaccard(one, other)
    assert found == jaccard(other, one)
    assert found is None or 0 <= found <= 1
    assert not one or jaccard(one, one) == 1


@given(shares)
def test_all_that_can_be_lost_adds_up(found: list[Share]) -> None:
    links = dependence(found).column("links")
    assert sum(map(float, map(str, links))) == pytest.approx(sum(s.weight for s in found))


@given(shares, st.randoms(use_true_random=False))
def test_the_order_and_names_of_shares_do_not_matter(found: list[Share], random: object) -> None:
    turned = list(reversed(found))
    for measure in (concentration, dependence, overlap):
        assert measure(turned).rows == measure(found).rows


@given(st.lists(st.tuples(names, names), max_size=12))
def test_single_points_against_taking_each_away(links: list[tuple[Named, Named]]) -> None:
    graph = nx.Graph((a, b) for a, b in links if a != b)
    pieces = nx.number_connected_components(graph)
    nodes = {
        node.iri
        for node in graph
        if nx.number_connected_components(graph.subgraph(set(graph) - {node})) > pieces
        or (graph.degree(node) == 0)
    }
    pairs = [frozenset(pair) for pair in links]
    counts = {pair: pairs.count(pair) for pair in pairs}
    bridges = set()
    for one, other in itertools.combinations(graph, 2):
        if graph.has_edge(one, other) and counts[frozenset((one, other))] == 1:
            cut = nx.restricted_view(graph, [], [(one, other)])
            if nx.number_connected_components(cut) > pieces:
                bridges.add(frozenset((one.iri, other.iri)))
    answer = single_points(links)
    assert {getattr(r[0], "iri", "") for r in answer.rows if r[1] == "node"} == nodes
    assert {
        frozenset((getattr(r[0], "iri", ""), getattr(r[2], "iri", "")))
        for r in answer.rows
        if r[1] == "link"
    } == bridges
