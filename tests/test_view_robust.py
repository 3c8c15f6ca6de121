"""Pages of odd and hostile networks, passages of source texts, more from a server, large networks,
and what people need who do not use a mouse or see the picture."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from made_networks import clustered
from network_stores import hostile_network, store_of
from playwright.sync_api import Browser, Page
from view_pages import (  # noqa: F401
    CENTRE,
    Opened,
    a_browser,
    click,
    drawn,
    number_of,
    of_the_article,
    opening,
    partners,
    star,
)

from coopgraph.network import Edge, Named, Network, Node, project
from coopgraph.queries.question import pair
from coopgraph.tables.evidence import find, text_sha256
from coopgraph.view import render, view
from coopgraph.view.page import network_data

KIND = Named("urn:x:kind", pair("kind", "종류"))


def network_of(names: list[str], ends: list[tuple[int, int]], **more: Any) -> Network:
    nodes = tuple(
        Node(f"urn:x:{i}", pair(name, name), KIND, **more) for i, name in enumerate(names)
    )
    edges = tuple(Edge(a, b, KIND) for a, b in ends)
    return Network("made", pair("Made", "만든 것"), nodes, edges)


# --- hostile text -------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_hostile_text_does_not_run(opened: Opened, lang: str) -> None:
    page = opened(hostile_network(), lang)
    for index in range(3):
        x, y = page.evaluate(CENTRE, index)
        page.mouse.move(x, y)
        page.locator("#tip").wait_for(state="visible")
        page.mouse.click(x, y)
        assert page.locator("#details a").count() == 0, "only addresses of the web are links"
        page.locator("#details .ties button").first.click()
        page.go_back()
        page.locator("#search").fill("<")
        page.locator("#hits").wait_for()
        page.keyboard.press("Escape")
    page.locator("#filters h2").wait_for(state="attached")
    for summary in page.locator(".facet summary, #twin > summary").all():
        summary.click()
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.locator("#save > summary").click()
    page.locator("#save-sparql").click()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="한국어").click()
    page.get_by_role("button", name="English").click()
    assert page.evaluate("window.broken") is None
    assert page.locator("img:not(#printed)").count() == 0
    assert page.locator("script").count() == 3


def test_a_hostile_file_name_and_addresses_of_the_web(browser: Browser, tmp_path: Path) -> None:
    name = "a\"'<img src=x onerror=window.broken=1> &.html"
    bad = ("javascript:window.broken=1", "JaVaScRiPt:window.broken=1", "data:text/html,x", "https://",
           "http://ok.example/\"><img src=x onerror=window.broken=2>")  # fmt: skip
    network = network_of(["a", "b"], [(0, 1)], identifiers=(*bad, "https://ror.org/042nb2s44"))
    path = view(network).save(tmp_path / name)
    context = browser.new_context(offline=True)
    page = context.new_page()
    page.goto(path.as_uri() + "#node=urn:x:0")
    page.wait_for_function("() => document.documentElement.dataset.ready")
    links = [a.get_attribute("href") for a in page.locator("a").all()]
    assert links == ["https://ror.org/042nb2s44"]
    assert page.evaluate("window.broken") is None
    context.close()


# --- odd networks -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("names", "ends"),
    [
        (["one"], []),
        (["one"], [(0, 0)]),
        (["one", "two"], [(0, 1), (0, 1), (1, 0), (0, 0), (0, 0)]),
        (["a" * 5000, "가나다 " * 1200, "ش" * 5000], [(0, 1), (1, 2)]),
        (["وزارة العلوم", "\u202ereversed", "משרד"], [(0, 1), (1, 2)]),
        (["", " ", "\n\t"], [(0, 1)]),
    ],
    ids=["one node", "self-loop", "parallel", "long labels", "right to left", "blank"],
)
def test_odd_networks_open(
    opened: Opened,
    names: list[str],
    ends: list[tuple[int, int]],
) -> None:
    network = network_of(names, ends)
    page = opened(network)
    assert drawn(page) == set(range(len(names)))
    assert drawn(page, "edges") == set(range(len(ends)))
    for index in range(len(names)):
        x, y = page.evaluate(CENTRE, index)
        page.mouse.move(x, y)
        page.mouse.click(x, y)
        assert page.evaluate("network.getSelectedNodes()") == [index]
        assert page.locator("#details h2 bdi").get_attribute("dir") == "auto"
        assert page.locator("#details").bounding_box()["width"] < 400  # type: ignore[index]
    if ends:
        page.locator("#twin > summary").click()
        page.locator("tbody tr").first.wait_for()
        assert page.locator("tbody tr").count() == len(ends)
    page.locator("#save > summary").click()
    page.locator("#save-sparql").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 1440


def test_positions_and_weights_that_are_no_numbers(opened: Opened, monkeypatch: Any) -> None:
    from coopgraph.view import layout
    from coopgraph.view import page as pages
    from coopgraph.view.picture import NodeBox, Picture

    nan, infinite = float("nan"), float("inf")

    def pictures(network: Network, kept: Any = None) -> dict[str, Picture]:
        places = [layout.pictures(network, kept)["wide"].places[0]]
        places += [NodeBox(nan, 0, 50, 20, ("b", "b")), NodeBox(0, infinite, nan, 20, ("c", "c"))]
        return {"wide": Picture(tuple(places))}

    monkeypatch.setattr(pages, "pictures", pictures)
    network = network_of(["a", "b", "c"], [])
    weights = (nan, -infinite, 2.0)
    edges = tuple(Edge(i, (i + 1) % 3, KIND, w) for i, w in enumerate(weights))
    page = opened(Network("n", pair("n", "n"), network.nodes, edges))
    assert "2 nodes have no position" in page.locator("#status").inner_text()
    places = page.evaluate("Object.values(network.getPositions()).map(p => [p.x, p.y])")
    assert len({tuple(place) for place in places}) == 3
    click(page, 1)
    assert page.locator("#details h2").inner_text() == "b"


def test_a_page_whose_data_are_damaged_says_so(browser: Browser, tmp_path: Path) -> None:
    html = render(partners()).replace('"nodes":[{', '"nodes":[null,{', 1)
    path = tmp_path / "view.html"
    path.write_text(html, encoding="utf-8")
    page = browser.new_page()
    page.goto(path.as_uri())
    page.get_by_role("alert").wait_for()
    assert "cannot be read" in page.get_by_role("alert").inner_text()
    page.close()


# --- passages -----------------------------------------------------------------------------------

TEXT = "머리말\n\n표 1. 양자 🙂 분야의 협력대상은\n𠮷ETH 취리히\n이다. 끝.\n"


PROJECTION = """\
# en: Made
# ko: 만든 것
SELECT ?source ?target ?kind ?claim {
  VALUES (?source ?target ?kind ?claim) {
    (<technology/q> <technology/r> coop:intendedPartner <claim/c>)
  }
}
"""


def evidenced(text: str, phrase: str, folder: Path) -> Network:
    """A network of one edge whose evidence is a phrase of a text."""
    span = find(text, phrase)
    turtle = f"""
    id:source/s a coop:Source ; skos:prefLabel "The source"@en, "출처"@ko ;
      coop:sha256 "{text_sha256(text)}" .
    id:technology/q a coop:Technology ; skos:prefLabel "Q"@en .
    id:claim/c coop:evidence id:evidence/e .
    id:evidence/e oa:hasSource id:source/s ; skos:prefLabel "Table 1"@en, "표 1"@ko ;
      oa:hasSelector id:selector/e .
    id:selector/e oa:start {span.start} ; oa:end {span.end} ; coop:spanSha256 "{span.sha256}" .
    """
    path = folder / "made.rq"
    path.write_text(PROJECTION, encoding="utf-8")
    return project(store_of(turtle), path)


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_a_passage_is_shown_to_whoever_has_the_text(
    opened: Opened,
    tmp_path: Path,
    lang: str,
) -> None:
    network = evidenced(TEXT, "협력대상은 𠮷ETH", tmp_path)
    page = opened(network, lang, at="edge=technology/q+technology/r+0")
    label = "Show the passage" if lang == "en" else "원문 확인"
    wrong = tmp_path / "wrong.txt"
    wrong.write_bytes(TEXT.encode() + b"!")
    right = tmp_path / "right.txt"
    right.write_bytes(b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode())
    with page.expect_file_chooser() as choosing:
        page.get_by_role("button", name=label).click()
    choosing.value.set_files(wrong)
    page.wait_for_function("() => document.getElementById('status').textContent !== ''")
    assert "SHA-256" in page.locator("#status").inner_text()
    assert page.locator("mark").count() == 0
    with page.expect_file_chooser() as choosing:
        page.get_by_role("button", name=label).click()
    choosing.value.set_files(right)
    page.locator("#details mark").wait_for()
    assert page.locator("#details mark").inner_text() == "협력대상은\n𠮷ETH"
    assert page.locator("blockquote").inner_text().startswith("머리말")
    page.locator("#details .head button").click()
    assert page.locator("mark").count() == 0


def test_a_passage_that_is_not_the_recorded_one_is_not_shown(
    opened: Opened, tmp_path: Path
) -> None:
    network = evidenced(TEXT, "협력대상은", tmp_path)
    (edge,) = network.edges
    (evidence,) = edge.evidence
    assert evidence.passage
    moved = replace(evidence.passage, start=evidence.passage.start + 1)
    edge = replace(edge, evidence=(replace(evidence, passage=moved),))
    page = opened(replace(network, edges=(edge,)), at="edge=technology/q+technology/r+0")
    file = tmp_path / "text.txt"
    file.write_text(TEXT, encoding="utf-8", newline="\n")
    with page.expect_file_chooser() as choosing:
        page.get_by_role("button", name="Show the passage").click()
    choosing.value.set_files(file)
    page.get_by_text("has another SHA-256").wait_for()
    assert page.locator("mark").count() == 0


def test_the_hash_of_the_page_is_sha_256(opened: Opened, tmp_path: Path) -> None:
    """Texts of every length around a block of SHA-256 are recognised."""
    for length in (55, 56, 63, 64, 65, 119, 200):
        text = "가" + "x" * (length - 3)
        assert len(text.encode()) == length
        assert len(hashlib.sha256(text.encode()).hexdigest()) == 64
        page = opened(evidenced(text, "가", tmp_path), at="edge=technology/q+technology/r+0")
        file = tmp_path / "text.txt"
        file.write_text(text, encoding="utf-8")
        with page.expect_file_chooser() as choosing:
            page.get_by_role("button", name="Show the passage").click()
        choosing.value.set_files(file)
        page.locator("#details mark").wait_for()


# --- more from a server --------------------------------------------------------------------------


class Server(BaseHTTPRequestHandler):
    """Serves one page, and more of its network."""

    def __init__(
        self, page: str, more: dict[str, Any] | None, asked: list[str], *rest: Any
    ) -> None:
        self.page, self.more, self.asked = page, more, asked
        super().__init__(*rest)

    def do_GET(self) -> None:
        self.asked.append(self.path)
        found = self.page.encode() if self.path == "/network" else json.dumps(self.more).encode()
        known = self.path == "/network" or self.more is not None
        self.send_response(200 if known else 503)
        kind = "text/html; charset=utf-8" if self.path == "/network" else "application/json"
        self.send_header("Content-Type", kind)
        self.end_headers()
        self.wfile.write(found)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def served(browser: Browser) -> Iterator[Any]:
    """Opens a page from a server on this machine that has more of its network."""
    ended = []

    def open_page(network: Network, more: dict[str, Any] | None) -> tuple[Page, list[str]]:
        asked: list[str] = []
        handler = partial(Server, render(network, more="/more"), more, asked)
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        page = browser.new_page()
        ended.extend([page.close, server.shutdown, server.server_close])
        page.goto(f"http://127.0.0.1:{server.server_port}/network#node=organisation/n0000")
        page.wait_for_function("() => document.documentElement.dataset.ready")
        return page, asked

    yield open_page
    for end in ended:
        end()


def test_a_server_gives_more_when_a_node_is_opened(served: Any) -> None:
    whole = star(30)
    part = Network(
        whole.name, pair(whole.title("en"), whole.title("ko")), whole.nodes[:4], whole.edges[:3]
    )
    page, asked = served(part, network_data(whole))
    assert len(drawn(page)) == 4
    page.locator("#open-node").click()
    page.wait_for_function("() => network.body.data.nodes.length === 31")
    assert asked[-1] == "/more?node=https%3A%2F%2Fw3id.org%2Fcoopgraph%2Fid%2Forganisation%2Fn0000"
    assert len(drawn(page)) == 13, "the hub and the twelve heaviest"
    page.get_by_role("button", name="Show all").first.click()
    assert len(drawn(page, "edges")) == 30, "what was there is not there twice"
    page.locator("#search").fill("node 17")
    page.keyboard.press("Enter")
    assert page.locator("#details h2").inner_text() == "node 17"


def test_a_server_that_cannot_is_no_reason_to_stop(served: Any) -> None:
    page, _ = served(star(3), None)
    page.locator("#open-node").click()
    page.get_by_text("Could not be loaded").wait_for()
    assert len(drawn(page)) == 4


# --- large networks -------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_a_large_network_opens_as_communities_that_can_be_explored(
    opened: Opened, lang: str
) -> None:
    network = clustered(12, 150, 6, 0.5)
    page = opened(network, lang)
    said = page.locator("#shown").inner_text()
    assert "1,800" in said
    circles = "network.body.data.nodes.get().filter(n => String(n.id).startsWith('c')).length"
    assert page.evaluate(circles) >= 8
    page.locator("#mynetwork").focus()
    page.keyboard.press("ArrowRight")
    page.locator("#open-node").click()
    assert len(drawn(page)) > 50
    assert "communities=" in page.evaluate("location.hash")
    page.locator("#search").fill("1234")
    page.keyboard.press("Enter")
    assert 1234 in drawn(page)
    assert page.evaluate("network.getSelectedNodes()") == [1234]
    state = page.evaluate("location.hash")
    page.reload()
    page.wait_for_function("() => document.documentElement.dataset.ready")
    assert 1234 in drawn(page)
    assert page.evaluate("network.getSelectedNodes()") == [1234]
    assert page.evaluate("location.hash").split("&view")[0] == state.split("&view")[0]
    page.locator("#open-node").click()
    tied = {n for e in network.edges if 1234 in (e.source, e.target) for n in (e.source, e.target)}
    assert drawn(page) <= tied
    assert 1234 in drawn(page)
    page.locator("#twin > summary").click()
    page.locator("tbody tr").first.wait_for()
    assert page.locator("tbody tr").count() == len(drawn(page, "edges")) > 0


# --- accessibility --------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("lang", "width"), [("en", 1440), ("ko", 390)])
def test_axe_finds_nothing(opened: Opened, lang: str, width: int, scheme: str) -> None:
    page = opened(partners(), lang, width=width, color_scheme=scheme, bypass_csp=True)
    axe = Axe()

    def check(state: str) -> None:
        found = axe.run(page).response["violations"]
        told = [(v["id"], [n["html"][:120] for n in v["nodes"]][:3]) for v in found]
        assert told == [], state

    check("as it opens")
    page.locator("#search").fill("a")
    check("search")
    page.locator("#filters .facet").first.wait_for()
    page.keyboard.press("Enter")
    for summary in page.locator(".facet summary, #twin > summary").all():
        summary.evaluate("element => element.click()")
    page.locator('#legend [data-facet="stance"]').first.evaluate("element => element.click()")
    check("node, filters, table")
    page.keyboard.press("Escape")
    page.locator("#help-open").evaluate("element => element.click()")
    check("help")
    page.keyboard.press("Escape")
    page.evaluate("location.hash = 'edge=technology/quantum organisation/eth-zurich 0'")
    page.wait_for_function("() => document.querySelector('#details h2')")
    check("edge")
