"""The network page of the server: the same page, which loads more around a node on demand."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from command_line import process

import coopgraph
from coopgraph.server.address import Fields, PageRequest
from coopgraph.server.facts import read_facts
from coopgraph.server.pages import network
from coopgraph.server.pages.network import more
from coopgraph.server.sketch import draw_around
from coopgraph.vocabulary import ID

MIT = ID + "organisation/mit"


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


@pytest.mark.parametrize("about", ["technology/quantum", "organisation/mit", "country/us"])
def test_things_and_planned_partners_come_before_what_is_said_of_them(
    kg: coopgraph.KnowledgeGraph, monkeypatch: pytest.MonkeyPatch, about: str
) -> None:
    """Quantum has dozens of mappings and matches: none of them keeps a partner or a plan out."""
    iri = ID + about

    def shown(most: int) -> Counter[str]:
        monkeypatch.setattr(network, "AROUND", most)
        nodes = json.loads(more(kg, around(iri)).body)["nodes"]
        return Counter(
            n["iri"].removeprefix(ID).rpartition("/")[0] for n in nodes if n["iri"] != iri
        )

    whole, few = shown(1_000), shown(12)
    nearest = {"partner-link", "agreement", "plan", "technology", "organisation", "country"}
    assert nearest & {*few} == nearest & {*whole}
    assert not {*few} & {"technology-mapping", "technology-match", "measurement", "check"}
    usual = shown(60)
    assert usual["partner-link"] >= min(9, whole["partner-link"])
    assert not usual["technology-mapping"]


@pytest.mark.parametrize(
    ("about", "partners"),
    [
        ("technology/quantum", {"organisation/mit", "country/ch"}),
        ("organisation/mit", {"technology/quantum", "country/us"}),
    ],
)
def test_the_drawing_of_a_page_holds_partners_and_no_measure(
    kg: coopgraph.KnowledgeGraph, about: str, partners: set[str]
) -> None:
    for lang in ("en", "ko"):
        iri = ID + about
        drawn = draw_around(kg.store, iri, read_facts(kg.store, iri, lang), lang)
        assert drawn is not None
        cards = {card.iri.removeprefix(ID) for card in drawn[0].cards}
        assert partners <= cards
        assert {key.rpartition("/")[0] for key in cards}.isdisjoint(
            {"measurement", "technology-mapping", "technology-match", "check", "partner-link"}
        )


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
