"""The network page of the server: the same page, which loads more around a node on demand."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from command_line import process

import coopgraph
from coopgraph.server.address import Fields, PageRequest
from coopgraph.server.pages import network
from coopgraph.server.pages.network import more

MIT = "https://w3id.org/coopgraph/id/organisation/mit"


def around(node: str) -> PageRequest:
    return PageRequest(fields=Fields((("node", node),)))


def got(store: Path, address: str) -> bytes:
    done = process("serve", "--timeout-s", "60", "--get", address, "--store", str(store))
    assert done.code == 0, done.err
    return done.out


def test_the_page_may_ask_this_server_and_nobody_else(store_folder: Path) -> None:
    page = got(store_folder, "/network?lang=ko").decode()
    assert "/network/more" in page
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy is not None
    assert "connect-src &#39;self&#39;" in policy[1] or "connect-src 'self'" in policy[1]


@pytest.fixture(scope="module")
def kg(store_folder: Path) -> Iterator[coopgraph.KnowledgeGraph]:
    graph = coopgraph.open(store_folder)
    yield graph
    graph.close()


def test_more_around_a_node_with_its_evidence(kg: coopgraph.KnowledgeGraph) -> None:
    part = json.loads(more(kg, around(MIT)).body)
    number = next(node["id"] for node in part["nodes"] if node["iri"] == MIT)
    assert 3 <= len(part["edges"]) <= 60
    assert all(number in (edge["from"], edge["to"]) for edge in part["edges"])
    assert any(edge.get("evidence") for edge in part["edges"])
    assert {edge["from"] for edge in part["edges"]} <= {node["id"] for node in part["nodes"]}
    assert part["page"]["notes"] == []


def test_the_heaviest_edges_are_told_to_be_a_part(
    kg: coopgraph.KnowledgeGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    count = len(json.loads(more(kg, around(MIT)).body)["edges"])
    monkeypatch.setattr(network, "AROUND", 2)
    part = json.loads(more(kg, around(MIT)).body)
    assert len(part["edges"]) == 2
    ((english, *_),) = part["page"]["notes"]
    assert english == f"Loaded are the 2 heaviest of the {count} edges of this node."


@pytest.mark.parametrize("node", ["", "nothing", "<img src=x>"])
def test_a_node_that_is_tied_to_nothing_gives_nothing(
    kg: coopgraph.KnowledgeGraph, node: str
) -> None:
    part = json.loads(more(kg, around(node)).body)
    assert part["nodes"] == []
    assert part["edges"] == []
