from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from functools import cache

import networkx as nx
import pytest
from network_stores import HOSTILE, article_store, hostile_network, shipped_store

from coopgraph.errors import TermUnwritable, UnknownFormat
from coopgraph.network import (
    NETWORKS,
    Edge,
    Named,
    Network,
    Node,
    project,
    projection_names,
)
from coopgraph.queries.question import pair

CONTROL = "a\x00b\x08c\x1b[31m\ufffe"


def export(network: Network, format: str, lang: str = "en") -> bytes:
    return NETWORKS.encode(network, format, lang=lang)


def read(data: bytes, format: str) -> nx.Graph[str]:
    if format == "graphml":
        return nx.read_graphml(io.BytesIO(data), force_multigraph=True)
    if format == "gexf":
        return nx.read_gexf(io.BytesIO(data))
    return nx.node_link_graph(json.loads(data), edges="edges")


@cache
def projected(name: str) -> Network:
    """A network once for all formats; that of everything is of the article's tables, where it has
    some thousands of nodes and not tens of thousands."""
    return project(article_store() if name == "everything" else shipped_store(), name)


def test_all_formats_are_tried() -> None:
    assert [format.name for format in NETWORKS.formats] == ["graphml", "gexf", "json", "csv"]


@pytest.mark.parametrize("name", projection_names())
@pytest.mark.parametrize("format", ["graphml", "gexf", "json"])
def test_what_is_written_can_be_read_back(name: str, format: str) -> None:
    network = projected(name)
    back = read(export(network, format, "ko"), format)
    assert sorted(back) == [node.iri for node in network.nodes]
    assert back.number_of_edges() == len(network.edges)
    assert back.is_directed() == network.directed
    assert {back.nodes[n.iri]["label_ko"] for n in network.nodes} == {
        n.label("ko") for n in network.nodes
    }
    weights = sorted(a["weight"] for _, _, a in back.edges(data=True))
    assert weights == sorted(edge.weight for edge in network.edges)


@pytest.mark.parametrize("format", [format.name for format in NETWORKS.formats])
def test_the_same_network_has_the_same_bytes(format: str) -> None:
    network = project(article_store(), "technology-partners")
    data = export(network, format)
    assert data == export(project(article_store(), "technology-partners"), format)
    assert b"lastmodifieddate" not in data
    assert "ETH Zurich" in data.decode("utf-8")
    assert "취리히연방공과대학교" in export(network, format, "ko").decode("utf-8")


@pytest.mark.parametrize("format", ["graphml", "gexf", "json"])
def test_hostile_text_stays_text(format: str) -> None:
    nodes = [replace(node, texts=pair(HOSTILE[i], CONTROL)) for i, node in
             enumerate(hostile_network().nodes)]  # fmt: skip
    network = replace(hostile_network(), nodes=tuple(nodes), titles=pair(CONTROL))
    if format != "json":
        told = r"cannot hold 'a\x00b\x08c\x1b[31m\ufffe'; choose json (application/json) or csv"
        with pytest.raises(TermUnwritable, match=re.escape(told)):
            export(network, format)
        kept = tuple(replace(n, texts=pair(n.label("en"), "a\rb")) for n in nodes)
        network = replace(hostile_network(), nodes=kept)
    back = read(export(network, format), format)
    assert [back.nodes[node.iri]["label_en"] for node in nodes] == list(HOSTILE)
    said = CONTROL if format == "json" else "a\rb"
    assert {back.nodes[node.iri]["label_ko"] for node in nodes} == {said}


def test_csv_has_a_line_for_each_edge() -> None:
    network = project(article_store(), "technology-partners")
    rows = list(csv.DictReader(io.StringIO(export(network, "csv", "ko").decode())))
    assert len(rows) == 24
    assert list(rows[0])[:4] == ["source", "target", "kind", "weight"]
    assert list(rows[0])[-3:] == ["source_iri", "target_iri", "kind_iri"]
    nuclear = [r for r in rows if r["source"] == "원자력" and r["kind"] == "예정된 협력 대상"]
    assert [r["target"] for r in nuclear] == ["아이다호국립연구소"]
    assert nuclear[0]["open_list"] == "false"
    assert "표 1" in nuclear[0]["locators_ko"]
    assert "locators_en" not in nuclear[0]


def test_parallel_edges_survive_each_format() -> None:
    kind = Named("urn:k", pair("k", "k"))
    nodes = (Node("urn:a", pair("a", "a"), kind), Node("urn:b", pair("b", "b"), kind))
    network = Network(
        "n", pair("n", "n"), nodes, tuple(Edge(0, 1, kind, w) for w in (1.0, 2.5, 4.0))
    )
    for format in ("graphml", "gexf", "json"):
        back = read(export(network, format), format)
        assert [a["weight"] for _, _, a in back.edges(data=True)] == [1.0, 2.5, 4.0]


def test_an_unknown_format_names_the_nearest() -> None:
    with pytest.raises(UnknownFormat, match="did you mean graphml"):
        export(hostile_network(), "grapml")
