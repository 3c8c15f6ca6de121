from __future__ import annotations

import re
from collections import Counter, defaultdict
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from network_stores import OF_THE_ARTICLE, OVER_IMPORTS, escaped, shipped_store, store_of

from coopgraph.errors import FactError, QuerySyntax, UnknownProjection
from coopgraph.network import Edge, Named, Network, load_projection, project, projection_names
from coopgraph.network.incidence import fold
from coopgraph.queries.question import pair
from coopgraph.tables.catalogue import TABLES
from coopgraph.vocabulary import entity_iri

NAMES = sorted(set(projection_names()) - OVER_IMPORTS)
THINGS = """
id:a/one a coop:Technology ; skos:prefLabel "one"@en , "하나"@ko ; coop:tie id:a/two , id:a/one .
id:a/two a coop:Organisation ; skos:prefLabel "two"@en ; coop:tie "no node" .
"""

WEIGHED = """SELECT ?source ?target ?kind ?weight {
  VALUES (?source ?target ?kind ?weight) { (id:a/one id:a/two coop:tie %s) } }"""


def write(folder: Path, text: str) -> Path:
    path = folder / "mine.rq"
    path.write_text(escaped(text), encoding="utf-8")
    return path


def test_projections_are_found() -> None:
    assert {"technology-partners", "budgets", "policy", "evidence", "partner-overlap",
            "everything"} <= set(NAMES)  # fmt: skip


@pytest.mark.parametrize("name", sorted(OVER_IMPORTS))
def test_a_network_of_imported_data_is_empty_without_imports(name: str) -> None:
    projection = load_projection(name)
    assert projection.title("en")
    assert projection.title("ko")
    assert projection.rows == 0
    network = project(shipped_store(), name)
    assert (len(network.nodes), len(network.edges)) == (0, 0)


@pytest.mark.parametrize("name", NAMES)
def test_each_projection_returns_the_rows_it_promises(name: str) -> None:
    projection = load_projection(name)
    assert projection.title("en")
    assert projection.title("ko")
    assert len(shipped_store().select(projection.text)) >= projection.rows > 0


@pytest.mark.parametrize("name", NAMES)
def test_each_edge_of_each_projection_has_labels_and_evidence(name: str) -> None:
    network = project(shipped_store(), name)
    assert network.edges
    for edge in network.edges:
        assert edge.evidence, edge
        assert all({"en", "ko"} <= e.source.texts.keys() for e in edge.evidence)
        assert all("en" in e.place for e in edge.evidence)
        of_the_article = [e for e in edge.evidence if e.source.key == "article"]
        assert all({"en", "ko"} <= e.place.keys() for e in of_the_article)
        assert ":" not in edge.kind.label("en") + edge.kind.label("ko"), (
            "a kind of edge without a label"
        )
    assert all(node.label("en") and node.label("ko") for node in network.nodes)
    assert not [
        node for node in network.nodes if ":" in node.kind.label("en") + node.kind.label("ko")
    ]


def test_nothing_is_dropped() -> None:
    for name in set(NAMES) - {"partner-overlap"}:
        network = project(shipped_store(), name)
        rows = len(shipped_store().select(load_projection(name).text))
        assert len(network.edges) == rows
        assert network.to_networkx().number_of_edges() == rows


def test_technology_partners_is_the_table_of_the_article() -> None:
    network = project(shipped_store(), "technology-partners", OF_THE_ARTICLE)
    assert Counter(node.kind.label("en") for node in network.nodes) == {
        "organisation": 13, "technology": 8, "stance": 3,
    }  # fmt: skip
    links = [e for e in network.edges if e.kind.label("en") == "intended partner"]
    assert len(links) == 16
    assert {e.status for e in links} == {"draft"}
    closed = {network.nodes[e.source].key for e in links if not e.attributes["open_list"]}
    assert closed == {"nuclear"}
    partners = Counter(network.nodes[e.target].key for e in links)
    assert partners["mit"] == 3
    assert partners["new-york-university"] == 2
    mit = next(node for node in network.nodes if node.key == "mit")
    assert mit.country is not None
    assert (mit.country.key, mit.subkind and mit.subkind.key) == ("us", "university")
    assert "https://ror.org/042nb2s44" in mit.identifiers


def test_partner_overlap_names_what_is_shared() -> None:
    network = project(shipped_store(), "partner-overlap", OF_THE_ARTICLE)
    keys = [node.key for node in network.nodes]
    assert len(keys) == 8, "a technology that shares nothing is a node all the same"
    shared = {(keys[e.source], keys[e.target]): [iri.key for iri in e.via] for e in network.edges}
    assert shared == {
        ("advanced-bio", "quantum"): ["mit"],
        ("advanced-bio", "semiconductor"): ["mit"],
        ("artificial-intelligence", "next-generation-communication"): ["new-york-university"],
        ("quantum", "semiconductor"): ["mit"],
    }
    assert not network.directed
    assert network.notes
    assert {len(edge.evidence) for edge in network.edges} == {2}


@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 7), st.sampled_from("kl")), max_size=60),
    st.lists(st.integers(-2, 5), min_size=8, max_size=8),
)
def test_folding_is_the_self_join_it_stands_for(
    rows: list[tuple[int, int, str]], weights: list[int]
) -> None:
    kinds = {name: Named(f"urn:{name}", pair(name, name)) for name in "kl"}
    number = {f"n{i}": i for i in range(10)}
    vias = {f"v{i}": Named(f"v{i}", pair(f"v{i}", f"v{i}")) for i in range(8)}
    given_rows = [((f"n{n}", f"v{v}"), Edge(-1, -1, kinds[k], weights[v])) for n, v, k in rows]

    shared: dict[tuple[int, int, str], set[int]] = defaultdict(set)
    for (a, v, k), (b, w, other) in combinations(sorted(set(rows)), 2):
        if v == w and k == other and a != b:
            shared[min(a, b), max(a, b), k].add(v)

    found = fold(given_rows, number, vias)
    assert {(e.source, e.target, e.kind.label("en")): e.weight for e in found} == {
        ends: sum(weights[v] for v in between) for ends, between in shared.items()
    }
    assert {
        (e.source, e.target, e.kind.label("en")): {v.label("en") for v in e.via} for e in found
    } == {ends: {f"v{v}" for v in between} for ends, between in shared.items()}


def test_parallel_edges_and_loops_are_kept(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        """SELECT ?source ?target ?kind ?weight ?year {
      VALUES (?source ?target ?kind ?weight ?year) {
        (id:a/one id:a/two coop:tie 2 2023) (id:a/one id:a/two coop:tie 3 2024)
        (id:a/one id:a/one coop:tie 5 2024) (id:a/two id:a/one coop:knot 7 2024) } }""",
    )
    network = project(store_of(THINGS), path)
    graph = network.to_networkx()
    assert graph.number_of_edges() == 4
    one, two = entity_iri("a", "one"), entity_iri("a", "two")
    assert [a["year"] for a in graph[one][two].values()] == [2023, 2024]
    assert graph.number_of_edges(one, one) == 1
    assert network.matrix().toarray().tolist() == [[5.0, 5.0], [7.0, 0.0]]
    assert graph.nodes[one]["label_ko"] == "하나"
    assert graph.nodes[two]["label_ko"] == "two [en]", "the other language stands in"
    assert project(store_of(THINGS), path) == network


def test_an_undirected_projection_is_symmetric(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        """# directed: false
    # kind coop:tie: is tied to; 이어짐
    SELECT ?source ?target ?kind {
      VALUES (?source ?target ?kind) {
        (id:a/one id:a/two coop:tie) (id:a/one id:a/one coop:tie) } }""".replace("\n    #", "\n#"),
    )
    network = project(store_of(THINGS), path)
    assert network.matrix().toarray().tolist() == [[1.0, 1.0], [1.0, 0.0]]
    assert not network.to_networkx().is_directed()
    assert {(e.kind.label("en"), e.kind.label("ko")) for e in network.edges} == {
        ("is tied to", "이어짐")
    }


def test_an_empty_network_has_an_empty_matrix(tmp_path: Path) -> None:
    path = write(tmp_path, "SELECT ?source ?target ?kind { ?source coop:none ?target , ?kind }")
    network = project(store_of(THINGS), path)
    assert (network.nodes, network.edges) == ((), ())
    assert network.matrix().shape == (0, 0)
    assert network.to_networkx().number_of_nodes() == 0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("SELECT ?source ?target ?kind { ?source coop:tie ?target BIND(coop:tie AS ?kind) }",
         "?target is no IRI"),
        ("SELECT ?source ?target ?kind { ?source coop:tie id:a/two BIND(coop:tie AS ?kind) }",
         "?target is not bound"),
        ("SELECT ?source ?kind { ?source ?kind id:a/two }", "?target is not selected"),
        ("SELECT ?source ?target { ?source coop:tie ?target }", "?kind is not selected"),
        ("SELECT ?node { ?node a ?class }", "?via is not selected"),
        ("SELECT ?source ?target ?kind ?label { ?source ?kind ?target }", "?label is a name"),
        (WEIGHED % '"heavy"', "?weight is no finite number"),
        (WEIGHED % '"NaN"^^xsd:double', "?weight is no finite number"),
        ("ASK { ?a ?b ?c }", "must be a SELECT"),
    ],
)  # fmt: skip
def test_a_row_that_is_no_edge_is_an_error(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(FactError, match=r"mine\.rq") as caught:
        project(store_of(THINGS), write(tmp_path, text))
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_unknown_projections_name_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(UnknownProjection, match="did you mean technology-partners"):
        load_projection("technology-partner")
    with pytest.raises(UnknownProjection, match="no such file"):
        load_projection(tmp_path / "none.rq")
    with pytest.raises(QuerySyntax):
        project(store_of(THINGS), write(tmp_path, "SELECT ?source WHERE {"))


def test_everything_leaves_out_each_direct_property_and_no_other() -> None:
    columns = {c.predicate for table in TABLES for c in table.columns}
    direct = {d.predicate for table in TABLES for d in table.direct}
    text = load_projection("everything").text
    left_out = text.partition("NOT IN (")[2].partition(")")[0].replace(",", " ").split()
    always = {"coop:evidence", "coop:source", "rdf:type"}
    # Said of a claim, or generic: no tie between two things.
    always |= {"coop:currency", "coop:genericStance", "coop:partnerKind", "coop:partnerRole"}
    always.add("skos:broadMatch")  # of a stance, a mode or a scope: its generic one
    assert set(left_out) == (direct - columns) | always


def test_everything_leaves_mappings_and_figures_out_counts_them_and_has_them_on_demand() -> None:
    whole = project(shipped_store(), "everything", {"details": "true"})
    drawn = project(shipped_store(), "everything")
    classes = Counter(node.kind.label("en") for node in whole.nodes)
    left = {"technology mapping", "amount of money", "indicator"}
    assert left <= classes.keys() - {node.kind.label("en") for node in drawn.nodes}
    gone = len(whole.nodes) - len(drawn.nodes)
    assert gone > 900
    assert len(drawn.nodes) > 1500
    (note,) = [note for note in drawn.notes if "details=true" in note["en"]]
    for name in left:
        assert f"{name} {classes[name]:,}" in note["en"]
    assert "기술 매핑" in note["ko"]
    assert not any("details" in note["en"] for note in whole.notes)
    lists = r"(?:# aside details:|VALUES \?aside \{)([^}\n]*)"
    found = re.findall(lists, load_projection("everything").text)
    header, *inside = (set(classes.split()) for classes in found)
    assert [header] * 2 == [classes | {"coop:Programme/coop:budgetYear"} for classes in inside]


def test_everything_about_one_entity_is_what_the_whole_has_of_it() -> None:
    quantum, found = entity_iri("technology", "quantum"), []
    for asked in ({}, {"about": quantum}):
        network = project(shipped_store(), "everything", asked)
        ends = [(network.nodes[e.source].iri, e.kind.iri, network.nodes[e.target].iri)
                for e in network.edges]  # fmt: skip
        found.append(sorted(each for each in ends if quantum in each))
        assert asked == {} or len(found[1]) == len(ends) > 10
    assert found[0] == found[1]


def test_the_network_carries_every_kind_of_attribute(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        """SELECT ?source ?target ?kind ?status ?open ?share ?when {
      VALUES (?source ?target ?kind ?status ?open ?share ?when) {
        (id:a/one id:a/two coop:tie id:modality/planned true 0.25 "2024-02"^^xsd:gYearMonth) } }""",
    )
    store = store_of(THINGS + 'id:modality/planned skos:prefLabel "planned"@en , "계획"@ko .')
    network: Network = project(store, path)
    (attributes,) = (a for _, _, a in network.to_networkx("ko").edges(data=True))
    expected = {"status": "planned", "status_ko": "계획", "open": True, "share": 0.25,
                "when": "2024-02", "weight": 1.0, "kind": "coop:tie"}  # fmt: skip
    assert expected.items() <= attributes.items()
    assert None not in attributes.values()
