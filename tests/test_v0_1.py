"""What version 0.1 left behind is still read: a store, tables, answers, saved addresses."""

from __future__ import annotations

import json
import tarfile
from pathlib import Path
from typing import Any

import pytest
from view_pages import Opened, a_browser, opening  # noqa: F401

from coopgraph import open as open_graph
from coopgraph.api import KnowledgeGraph
from coopgraph.network import Network
from coopgraph.queries.answer import ANSWERS

Row = dict[str, Any]
LEFT = Path(__file__).parent / "v0_1"
ADDRESSES: list[dict[str, Any]] = json.loads((LEFT / "addresses.json").read_text())
#: What a page tells of itself; its wording apart.
STATE = """() => ({
  chosen: document.querySelector('#details h3')?.innerText ?? null,
  lang: document.documentElement.lang,
  theme: document.documentElement.dataset.theme ?? '',
  layout: [...document.querySelectorAll('select')].map((select) => select.value),
  search: document.querySelector('#search').value,
  moved: Object.values(network.getPositions())
    .filter(({ x, y }) => location.hash.includes(`at=${x}+${y}+`)).length,
  drawn: ['nodes', 'edges'].map(kind => network.body.data[kind].get()
    .filter(item => typeof item.id === 'number' && !item.hidden).length),
})"""


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("v0_1")
    for name in ("store", "answers"):
        with tarfile.open(LEFT / f"{name}.tar.xz") as archive:
            archive.extractall(folder, filter="data")
    return folder


@pytest.fixture(scope="module")
def old_graph(unpacked: Path) -> KnowledgeGraph:
    return open_graph(unpacked / "store")


@pytest.mark.parametrize("which", ["shipped", "demo"])
def test_every_question_gives_the_rows_it_gave(
    unpacked: Path, store_folder: Path, which: str
) -> None:
    graph = open_graph(unpacked / "store" if which == "demo" else store_folder)
    files = sorted((unpacked / "answers" / which).glob("*.json"))
    assert len(files) == 98
    for file in files:
        name, lang = file.stem.split(".")
        given = ANSWERS.write(graph.query(name, lang=lang), "json")
        if given != file.read_text():
            assert which == "shipped", file.name
            assert_only_grown(name, json.loads(given), json.loads(file.read_text()))


def assert_only_grown(name: str, given: list[Row], left: list[Row]) -> None:
    """Since 0.1 a source came in, graphs grew, and each plan names its planner (decision 0022)."""
    apart = {"graph-sizes": ("triples",), "policy-timeline": ("organisation", "organisation_iri")}
    assert name in {*apart, "sources"}

    def rows(answer: list[Row]) -> list[Row]:
        return [{k: v for k, v in row.items() if k not in apart.get(name, ())} for row in answer]

    assert [row for row in rows(given) if row in rows(left)] == rows(left)
    assert len(given) <= len(left) + (1 if name != "policy-timeline" else 0)
    if name == "policy-timeline":
        named = [row["organisation"] for row in left]
        assert [
            now["organisation"] for now, old in zip(given, left, strict=True) if old["organisation"]
        ] == [old for old in named if old]


def test_saved_addresses_are_twenty_over_the_networks() -> None:
    assert len(ADDRESSES) == 20
    assert len({saved["network"] for saved in ADDRESSES}) == 7


@pytest.fixture(scope="module")
def networks(old_graph: KnowledgeGraph) -> dict[str, Network]:
    return {
        saved["network"]: old_graph.project(saved["network"], **saved["parameters"])
        for saved in ADDRESSES
    }


@pytest.mark.browser
@pytest.mark.parametrize("saved", ADDRESSES, ids=lambda saved: saved["address"][:40])
def test_a_saved_address_restores_what_it_did(
    opened: Opened, networks: dict[str, Network], saved: dict[str, Any]
) -> None:
    page = opened(networks[saved["network"]], at=saved["address"])
    assert page.evaluate(STATE) == saved["restored"]
