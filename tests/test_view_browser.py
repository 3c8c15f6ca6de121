"""The page in a real browser, without a network."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from network_stores import hostile_network, shipped_store
from playwright.sync_api import Browser, Page, sync_playwright

import chromium as chromium_finder
from coopgraph.network import Network, project
from coopgraph.view import view

Opened = Callable[..., Page]

MIDDLE = """index => {
  const { page } = JSON.parse(document.getElementById('data').textContent);
  const [ax, ay, bx, by] = page.pictures.wide.ends[index];
  const at = network.canvasToDOM({ x: (ax + bx) / 2, y: (ay + by) / 2 });
  const box = document.getElementById('mynetwork').getBoundingClientRect();
  return [at.x + box.left, at.y + box.top];
}"""
CENTRE = """index => {
  const { nodes } = JSON.parse(document.getElementById('data').textContent);
  const name = document.getElementById('stage').clientWidth < 640 && nodes[index].places.narrow
    ? 'narrow' : 'wide';
  const [x, y] = nodes[index].places[name];
  const at = network.canvasToDOM({ x, y });
  const box = document.getElementById('mynetwork').getBoundingClientRect();
  return [at.x + box.left, at.y + box.top];
}"""
PAINTED = """() => {
  const canvas = document.querySelector('canvas');
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  let painted = 0;
  for (let i = 3; i < data.length; i += 4) painted += data[i] > 0;
  return painted;
}"""


@pytest.fixture(scope="module")
def browser(chromium: Path) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=str(chromium), args=list(chromium_finder.ARGUMENTS)
        )
        yield started
        started.close()


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Iterator[Opened]:
    """Opens the page of a network; fails where the page asks for anything or complains."""
    contexts: list[Any] = []
    trouble: list[str] = []
    asked: list[str] = []

    def page_of(network: Network, lang: str = "en", width: int = 1440, **more: Any) -> Page:
        path = view(network, lang=lang).save(tmp_path / "view.html")
        size = {"width": width, "height": 900}
        context = browser.new_context(viewport=size, offline=True, **more)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: trouble.append(said.text))
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(path.as_uri())
        page.wait_for_function("!document.getElementById('mynetwork') || window.network")
        return page

    yield page_of
    for context in contexts:
        context.close()
    assert trouble == []
    assert all(url.startswith("file://") and url.endswith("view.html") for url in asked), asked


def partners() -> Network:
    return project(shipped_store(), "technology-partners")


def link(network: Network, technology: str, partner: str) -> int:
    keys = [node.key for node in network.nodes]
    ends = (keys.index(technology), keys.index(partner))
    return next(i for i, e in enumerate(network.edges) if (e.source, e.target) == ends)


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_the_picture_is_drawn_and_the_legend_counts_it(opened: Opened, lang: str) -> None:
    page = opened(partners(), lang)
    assert page.evaluate(PAINTED) > 5_000
    assert page.evaluate("document.documentElement.lang") == lang
    counts = page.locator("#legend li b").all_inner_texts()
    assert counts == ["13", "8", "3", "16", "8", "24", "3", "2", "3"]
    names = page.locator("#legend .group").first.locator("li span").all_inner_texts()
    assert names == (["organisation", "technology", "stance"] if lang == "en"
                     else ["기관", "기술", "전략 유형"])  # fmt: skip


@pytest.mark.parametrize(
    ("lang", "said"),
    [("en", ["Nuclear energy → Idaho National Laboratory", "Table 1", "draft"]),
     ("ko", ["원자력 → 아이다호국립연구소", "표 1", "안"])],
)  # fmt: skip
def test_pointing_at_an_edge_shows_its_source(opened: Opened, lang: str, said: list[str]) -> None:
    network = partners()
    page = opened(network, lang)
    index = link(network, "nuclear", "idaho-national-laboratory")
    x, y = page.evaluate(MIDDLE, index)
    page.mouse.move(x - 40, y - 60)
    page.mouse.move(x, y)
    tip = page.locator("#tip")
    tip.wait_for(state="visible")
    for text in [*said, network.edges[index].evidence[0].source.label(lang)]:
        assert text in tip.inner_text()
    page.mouse.click(x, y)
    details = page.locator("#details").inner_text()
    assert network.edges[index].claim in details
    assert all(text in details for text in said)
    page.mouse.move(2, 2)
    tip.wait_for(state="hidden")
    page.keyboard.press("Escape")
    assert network.edges[index].claim not in page.locator("#details").inner_text()


def test_selecting_a_node_shows_its_identifiers_and_edges(opened: Opened) -> None:
    network = partners()
    page = opened(network)
    mit = next(i for i, node in enumerate(network.nodes) if node.key == "mit")
    x, y = page.evaluate(CENTRE, mit)
    page.mouse.click(x, y)
    details = page.locator("#details")
    assert "Massachusetts Institute of Technology" in details.inner_text()
    assert "United States" in details.inner_text()
    links = [a.get_attribute("href") for a in details.locator("a").all()]
    assert "https://ror.org/042nb2s44" in links
    assert details.locator("li button").count() == 3
    details.locator("li button").first.click()
    assert "Table 1" in details.inner_text()


def test_the_language_switches_everywhere_at_once(opened: Opened) -> None:
    network = partners()
    page = opened(network, "en")
    page.get_by_role("button", name="한국어").click()
    assert page.evaluate("document.documentElement.lang") == "ko"
    assert page.locator("h1").inner_text() == network.ko
    assert page.title() == network.ko
    assert "계획된 협력기관" in page.locator("#legend").inner_text()
    labels = page.evaluate("network.body.data.nodes.get().map(node => node.label)")
    assert "양자" in labels
    assert page.get_by_role("button", name="한국어").get_attribute("aria-pressed") == "true"
    page.locator("summary").click()
    assert "원자력" in page.locator("table").inner_text()
    assert page.get_by_label("축소").count() == 1
    assert page.evaluate(PAINTED) > 5_000


def test_the_table_holds_each_edge_and_leads_to_it(opened: Opened) -> None:
    network = partners()
    page = opened(network)
    page.locator("summary").click()
    rows = page.locator("tbody tr")
    assert rows.count() == 24
    assert all("Table 1" in text for text in rows.all_inner_texts())
    index = link(network, "quantum", "eth-zurich")
    page.locator(f'button[data-edge="{index}"]').click()
    assert "ETH Zurich" in page.locator("#details h3").inner_text()
    assert page.evaluate("network.getSelectedEdges()") == [index]


def test_a_narrow_screen_gets_a_picture_that_fits(opened: Opened) -> None:
    network = partners()
    page = opened(network, "ko", width=390)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.evaluate("network.getScale()") > 0.9
    for index in range(len(network.nodes)):
        x, _ = page.evaluate(CENTRE, index)
        assert 0 < x < 390
    x, y = page.evaluate(CENTRE, 0)
    page.mouse.click(x, y)
    assert page.locator("#details.open h3").is_visible()


def test_dark_screens_get_dark_pages(opened: Opened) -> None:
    page = opened(partners(), color_scheme="dark")
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert background == "rgb(16, 21, 28)"
    assert page.evaluate(PAINTED) > 5_000


@pytest.mark.parametrize("name", ["budgets", "policy", "partner-overlap", "evidence"])
def test_other_networks_are_drawn_too(opened: Opened, name: str) -> None:
    network = project(shipped_store(), name)
    page = opened(network)
    assert page.evaluate(PAINTED) > 1_000
    assert page.evaluate("network.body.data.edges.length") == len(network.edges)
    assert page.evaluate("network.body.data.nodes.length") == len(network.nodes)


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_hostile_text_does_not_run(opened: Opened, lang: str) -> None:
    page = opened(hostile_network(), lang)
    for index in range(3):
        x, y = page.evaluate(CENTRE, index)
        page.mouse.move(x, y)
        page.locator("#tip").wait_for(state="visible")
        page.mouse.click(x, y)
        assert page.locator("#details a").count() == 0, "only addresses of the web are links"
        page.locator("#details li button").first.click()
    page.locator("summary").click()
    page.get_by_role("button", name="한국어").click()
    assert page.evaluate("window.broken") is None
    assert page.locator("img").count() == 0


def test_an_empty_network_opens(opened: Opened) -> None:
    page = opened(Network("empty", "Nothing", "없음", (), ()), "ko")
    assert "노드가 없습니다" in page.locator("#stage").inner_text()
    page.get_by_role("button", name="English").click()
    assert "has no nodes" in page.locator("#stage").inner_text()
