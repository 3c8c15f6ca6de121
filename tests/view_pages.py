"""Pages of networks in a real browser, without a network, for the tests of views.

Import `a_browser` and `opening` into a test module to have the fixtures `browser` and `opened`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from network_stores import article_store
from playwright.sync_api import Browser, Page, sync_playwright

import chromium as chromium_finder
from coopgraph.network import Edge, Named, Network, Node, project
from coopgraph.queries.question import pair
from coopgraph.view import view
from coopgraph.vocabulary import ID, expand

Opened = Callable[..., Page]

#: Where a node and the middle of an edge stand on the screen.
CENTRE = """id => {
  const { x, y } = network.canvasToDOM(network.getPositions([id])[id]);
  const box = document.getElementById('mynetwork').getBoundingClientRect();
  return [x + box.left, y + box.top];
}"""
MIDDLE = """id => {
  const edge = network.body.edges[id];
  const { x, y } = network.canvasToDOM(edge.edgeType.getPoint(0.5));
  const box = document.getElementById('mynetwork').getBoundingClientRect();
  return [x + box.left, y + box.top];
}"""
PAINTED = """() => {
  const canvas = document.querySelector('#mynetwork canvas');
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  let painted = 0;
  for (let i = 3; i < data.length; i += 4) painted += data[i] > 0;
  return painted;
}"""
#: Numbers of the nodes and edges that are drawn, and of those that stand back.
DRAWN = """kind => network.body.data[kind].get()
  .filter(item => typeof item.id === 'number' && !item.hidden).map(item => item.id)"""
BOTH = pytest.mark.parametrize("lang", ["en", "ko"])
#: What the controls of the page are called.
WORDS = {
    "en": {
        "search": "Find a node",
        "all": "Show all",
        "path": "Path from here",
        "open": "Show only its",
        "none": "Nothing found",
    },
    "ko": {
        "search": "항목 찾기",
        "all": "모두 보기",
        "path": "경로 찾기(시작점)",
        "open": "연결된 항목만 펼치기",
        "none": "해당하는 항목이 없습니다",
    },
}
FRAGMENT = "decodeURIComponent(location.hash.replaceAll('+', ' '))"


@pytest.fixture(name="browser", scope="module")
def a_browser(chromium: Path) -> Iterator[Browser]:
    """One browser for a module."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=str(chromium), args=list(chromium_finder.ARGUMENTS)
        )
        yield started
        started.close()


@pytest.fixture(name="opened")
def opening(browser: Browser, tmp_path: Path) -> Iterator[Opened]:
    """Opens the page of a network; fails where a page asks for anything or complains."""
    contexts: list[Any] = []
    trouble: list[str] = []
    asked: list[str] = []

    def page_of(
        network: Network, lang: str = "en", width: int = 1440, at: str = "", **more: Any
    ) -> Page:
        path = view(network, lang=lang).save(tmp_path / f"view{len(contexts)}.html")
        size = {"width": width, "height": 900}
        context = browser.new_context(viewport=size, offline=True, **more)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: trouble.append(said.text))
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(path.as_uri() + (f"#{at}" if at else ""))
        page.wait_for_function(
            "() => !document.getElementById('mynetwork') || document.documentElement.dataset.ready"
        )
        return page

    yield page_of
    for context in contexts:
        context.close()
    assert not trouble, trouble
    own = ("file://", "blob:", "data:")  # what a page makes itself: a file to save, a picture
    assert all(url.startswith(own) for url in asked), asked


@cache
def of_the_article(name: str) -> Network:
    """A network of the tables without the folders of plans."""
    return project(article_store(), name)


def partners() -> Network:
    """The technology–partner network of the article's plan."""
    return of_the_article("technology-partners")


def number_of(network: Network, key: str) -> int:
    """The number of the node with this key."""
    return next(i for i, node in enumerate(network.nodes) if node.key == key)


def link(network: Network, source: str, target: str) -> int:
    """The number of the first edge between two nodes, by their keys."""
    ends = (number_of(network, source), number_of(network, target))
    return next(i for i, e in enumerate(network.edges) if (e.source, e.target) == ends)


def drawn(page: Page, kind: str = "nodes") -> set[int]:
    """The numbers of the nodes (or `edges`) that the picture shows."""
    return set(page.evaluate(DRAWN, kind))


def keys_of(network: Network, numbers: set[int]) -> set[str]:
    """The keys of nodes."""
    return {network.nodes[i].key for i in numbers}


def click(page: Page, number: int, where: str = CENTRE) -> None:
    """Click a node, or with `MIDDLE` an edge, in the picture."""
    x, y = page.evaluate(where, number)
    page.mouse.click(x, y)


def options(page: Page) -> list[str]:
    """The names that the search offers."""
    return page.locator("#hits [role=option] .name").all_inner_texts()


def chosen(page: Page) -> str:
    """The heading of the details: what is selected."""
    return page.locator("#details h2").inner_text()


def star(size: int) -> Network:
    """A hub with `size` neighbours, the weight of each tie its number."""
    kind, tie = (
        Named(expand("coop:Organisation"), pair("organisation", "기관")),
        Named("urn:t", pair("t", "연")),
    )
    nodes = tuple(
        Node(f"{ID}organisation/n{i:04}", pair(f"node {i}", f"노드 {i}"), kind)
        for i in range(size + 1)
    )
    edges = tuple(Edge(0, i, tie, float(i)) for i in range(1, size + 1))
    return Network("star", pair("A star", "별"), nodes, edges)
