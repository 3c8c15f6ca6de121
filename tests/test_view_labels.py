"""Labels in the picture: what the canvas is asked to write, and where."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from made_networks import clustered
from playwright.sync_api import Page
from view_pages import CENTRE, Opened, a_browser, of_the_article, opening, star  # noqa: F401

from coopgraph.network import Network

#: Keeps what the picture writes since it was last emptied: text, and its box on the screen.
WATCH = """
window.written = [];
const { fillText, clearRect } = CanvasRenderingContext2D.prototype;
Object.assign(CanvasRenderingContext2D.prototype, {
  clearRect(...box) {
    if (this.canvas.isConnected) window.written = [];
    return clearRect.apply(this, box);
  },
  fillText(text, x, y, ...more) {
    if (this.canvas.isConnected && text.trim()) {
      const { actualBoundingBoxLeft: l, actualBoundingBoxRight: r,
              actualBoundingBoxAscent: a, actualBoundingBoxDescent: d } = this.measureText(text);
      const at = this.getTransform(), ratio = window.devicePixelRatio;
      const [one, other] = [[x - l, y - a], [x + r, y + d]]
        .map(([u, v]) => at.transformPoint({ x: u, y: v }));
      const box = [one.x, one.y, other.x, other.y].map(each => each / ratio);
      window.written.push({ text, box });
    }
    return fillText.call(this, text, x, y, ...more);
  },
});
"""
WRITTEN = """() => { network.redraw(); return window.written; }"""
#: The numbers of nodes that have a name in the picture, or a card that can be read.
NAMED = """() => network.named.map(({ id }) => id)"""
IN_VIEW = """() => {
  const { width, height } = document.getElementById('mynetwork').getBoundingClientRect();
  return Object.entries(network.getPositions()).map(([id, at]) => [id, network.canvasToDOM(at)])
    .filter(([, { x, y }]) => x > 3 && y > 3 && x < width - 3 && y < height - 3).map(([id]) => id);
}"""
ZOOM = """factor => network.moveTo({ scale: network.getScale() * factor, animation: false })"""
ZOOMS = (1.0, 0.4, 2.0, 2.0, 1.8)  # each from the one before


def overlapping(written: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Pairs of texts of which one lies over the other by more than half a pixel."""
    found = []
    for i, one in enumerate(written):
        left, top, right, bottom = one["box"]
        for other in written[:i]:
            a, b, c, d = other["box"]
            if min(right, c) - max(left, a) > 0.5 and min(bottom, d) - max(top, b) > 0.5:
                found.append((one["text"], other["text"]))
    return found


def watched(opened: Opened, network: Network) -> Page:
    """The page, which keeps what the picture writes from now on."""
    page = opened(network)
    page.evaluate(WATCH)
    return page


def narrowed(page: Page) -> Page:
    """The same page as on a telephone, in Korean."""
    page.set_viewport_size({"width": 390, "height": 800})
    page.get_by_role("button", name="한국어").click()
    page.wait_for_timeout(200)
    page.locator("#fit").click()
    return page


def zoomed_wide_and_narrow(page: Page) -> Iterator[float]:
    """The page at each zoom, as it opens and then on a phone; in none does a label lie over
    another."""
    for is_narrow in (False, True):
        if is_narrow:
            narrowed(page)
        for zoom in ZOOMS:
            page.evaluate(ZOOM, zoom)
            assert not overlapping(page.evaluate(WRITTEN))
            yield zoom


def heaviest(network: Network) -> list[str]:
    """The numbers of the nodes from many edges to few."""
    many = [0] * len(network.nodes)
    for edge in network.edges:
        for end in {edge.source, edge.target}:
            many[end] += 1
    return [str(i) for i in sorted(range(len(many)), key=lambda i: (-many[i], i))]


@pytest.mark.parametrize("name", ["policy", "partner-overlap", "evidence"])
def test_no_label_lies_over_another_and_the_heaviest_have_theirs(opened: Opened, name: str) -> None:
    network = of_the_article(name)
    page = watched(opened, network)
    order = heaviest(network)
    for zoom in zoomed_wide_and_narrow(page):
        seen = set(page.evaluate(IN_VIEW))
        named = {str(number) for number in page.evaluate(NAMED)}
        wanted = [each for each in order if each in seen][:10]
        assert set(wanted) <= named
        assert wanted or zoom != 1.0


@pytest.mark.parametrize("name", ["technology-partners", "budgets"])
def test_no_label_of_cards_lies_over_another(opened: Opened, name: str) -> None:
    network = of_the_article(name)
    page = watched(opened, network)
    for lang in ("en", "ko"):
        if lang == "ko":
            narrowed(page)
        for zoom in ZOOMS:
            page.evaluate(ZOOM, zoom)
            written = page.evaluate(WRITTEN)
            assert not overlapping(written)
            text = "\n".join(each["text"] for each in written)
            seen = set(page.evaluate(IN_VIEW))
            for each in [each for each in heaviest(network) if each in seen][:10]:
                assert network.nodes[int(each)].label(lang).split()[0][:6] in text


def test_what_is_chosen_has_its_label_however_light(opened: Opened) -> None:
    network = of_the_article("policy")
    page = watched(opened, network)
    lightest = [int(each) for each in heaviest(network)[-5:]]
    for number in lightest:
        page.evaluate(
            "id => { network.moveTo({ position: network.getPositions([id])[id] }); }", number
        )
        page.locator("#search").fill(network.nodes[number].key)
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        page.wait_for_timeout(400)
        written = page.evaluate(WRITTEN)
        chosen = page.evaluate("network.getSelectedNodes()")
        assert len(chosen) == 1
        named = page.evaluate(NAMED)
        assert named[0] == chosen[0]
        assert not overlapping(written)
        assert len(named) >= min(10, len(page.evaluate(IN_VIEW)))


def test_a_hub_among_many_keeps_its_label(opened: Opened) -> None:
    network = star(400)
    page = narrowed(watched(opened, network))
    for zoom in (1.0, 0.3, 8.0):
        page.evaluate(ZOOM, zoom)
        written = page.evaluate(WRITTEN)
        assert "노드 0" in {each["text"] for each in written}
        assert not overlapping(written)


def test_circles_of_communities_have_names_that_meet_no_other(opened: Opened) -> None:
    network = clustered(40, 60, 4, 0.5)
    page = watched(opened, network)
    for _ in zoomed_wide_and_narrow(page):
        seen = page.evaluate(IN_VIEW)
        assert len(page.evaluate(NAMED)) >= min(10, len(seen))
    page.locator("#fit").click()
    x, y = page.evaluate(CENTRE, page.evaluate("network.named[0].id"))
    page.mouse.dblclick(x, y)
    page.wait_for_timeout(300)
    written = page.evaluate(WRITTEN)
    assert len(written) > 10
    assert not overlapping(written)
