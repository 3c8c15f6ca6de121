"""What leaves the page: files of what is shown, the query that gives it again, paper, frames."""

from __future__ import annotations

import csv
import io
import json
from functools import partial
from pathlib import Path
from typing import Any

import networkx as nx
import pyoxigraph as ox
import pytest
from network_stores import OVER_IMPORTS, article_store, hostile_network
from playwright.sync_api import Browser, Page
from view_pages import (  # noqa: F401
    DRAWN,
    Opened,
    a_browser,
    click,
    drawn,
    number_of,
    of_the_article,
    opening,
    partners,
)

from coopgraph.network import NETWORKS, Edge, Named, Network, Node, projection_names
from coopgraph.queries.question import pair
from coopgraph.view import view
from coopgraph.view.data import query_parts

#: But the network of everything, which opens as communities.
NAMES = sorted(set(projection_names()) - OVER_IMPORTS - {"everything"})


def saved(page: Page, form: str, folder: Path) -> bytes:
    """What the page hands to the browser to save."""
    page.locator("#save > summary").click()
    with page.expect_download() as waiting:
        page.locator(f"#save-{form}").click()
    path = folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    assert path.suffix == f".{form}"
    return path.read_bytes()


def query_of(page: Page) -> str:
    """What "copy as SPARQL" shows."""
    page.locator("#save > summary").click()
    page.locator("#save-sparql").click()
    text: str = page.locator("dialog textarea").input_value()
    page.locator("dialog .head button").click()
    return text


def plain(graph: Any) -> Any:
    """Nodes and edges of a networkx graph, to be compared."""
    nodes = dict(graph.nodes(data=True))
    edges = sorted((u, v, sorted(map(str, a.items()))) for u, v, a in graph.edges(data=True))
    return nodes, edges


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("name", ["technology-partners", "budgets", "partner-overlap"])
def test_files_of_the_whole_are_those_of_the_command(
    opened: Opened,
    tmp_path: Path,
    name: str,
    lang: str,
) -> None:
    network = of_the_article(name)
    written = partial(NETWORKS.encode, network, lang=lang)
    page = opened(network, lang)
    assert json.loads(saved(page, "json", tmp_path)) == json.loads(written("json"))
    ours = nx.read_graphml(io.BytesIO(saved(page, "graphml", tmp_path)), force_multigraph=True)
    theirs = nx.read_graphml(io.BytesIO(written("graphml")), force_multigraph=True)
    assert plain(ours) == plain(theirs)
    table = saved(page, "csv", tmp_path)
    assert table.startswith(b"\xef\xbb\xbf"), "spreadsheets take it for UTF-8"
    rows = list(csv.reader(io.StringIO(table.decode("utf-8-sig"))))
    wanted = list(csv.reader(io.StringIO(written("csv").decode())))
    assert rows == wanted
    assert f"{name}.csv" in page.locator("#status").inner_text()


def test_files_hold_what_is_shown_and_no_more(opened: Opened, tmp_path: Path) -> None:
    network = partners()
    page = opened(network, at="only-stance=stance/leading")
    shown = drawn(page, "edges")
    data = json.loads(saved(page, "json", tmp_path))
    assert {edge["key"] for edge in data["edges"]} == shown
    assert {node["id"] for node in data["nodes"]} == {network.nodes[i].iri for i in drawn(page)}
    assert len(saved(page, "csv", tmp_path).decode().strip().splitlines()) == len(shown) + 1


def test_hostile_text_survives_every_format(opened: Opened, tmp_path: Path) -> None:
    network = hostile_network()
    page = opened(network)
    data = json.loads(saved(page, "json", tmp_path))
    assert {n["label_en"] for n in data["nodes"]} == {n.label("en") for n in network.nodes}
    graph = nx.read_graphml(io.BytesIO(saved(page, "graphml", tmp_path)), force_multigraph=True)
    assert {a["label_en"] for _, a in graph.nodes(data=True)} == {
        n.label("en") for n in network.nodes
    }
    rows = list(csv.DictReader(io.StringIO(saved(page, "csv", tmp_path).decode("utf-8-sig"))))
    assert {row["source"] for row in rows} == {n.label("en") for n in network.nodes}


def test_the_picture_has_title_legend_and_twice_the_size(opened: Opened, tmp_path: Path) -> None:
    page = opened(partners(), "ko")
    width, height = page.evaluate(
        "[document.getElementById('mynetwork').clientWidth,"
        " document.getElementById('mynetwork').clientHeight]"
    )
    image = saved(page, "png", tmp_path)
    assert image.startswith(b"\x89PNG\r\n\x1a\n")
    size = [int.from_bytes(image[at : at + 4], "big") for at in (16, 20)]
    assert size[0] == width * 2
    assert size[1] > (height + 80) * 2, "title above and legend below the picture"
    assert len(image) > 60_000
    assert page.locator("body > div[aria-hidden] canvas").count() == 0, "nothing is left behind"


# --- SPARQL -----------------------------------------------------------------------------------


def edges_of(text: str) -> set[tuple[str, ...]]:
    """Source, target and, where the query tells it, kind of each solution."""
    solutions = article_store().query(text)
    assert isinstance(solutions, ox.QuerySolutions)
    names = [v.value for v in solutions.variables]
    kept = [n for n in ("source", "target", "kind") if n in names]
    return {tuple(str(row[n].value) for n in kept) for row in solutions}


def told(network: Network, numbers: set[int], *, kind: bool = True) -> set[tuple[str, ...]]:
    """The same of edges of a network."""
    found: set[tuple[str, ...]] = set()
    for i in numbers:
        edge = network.edges[i]
        ends = (network.nodes[edge.source].iri, network.nodes[edge.target].iri)
        found.add((*ends, edge.kind.iri) if kind else ends)
    return found


@pytest.mark.parametrize("name", NAMES)
def test_the_query_gives_the_shown_edges_again(opened: Opened, name: str) -> None:
    network = of_the_article(name)
    page = opened(network)
    shared = query_parts(network)["ends"] == "shared"
    whole = told(network, set(range(len(network.edges))), kind=not shared)
    assert edges_of(query_of(page)) == whole
    hub = max(
        range(len(network.nodes)),
        key=lambda i: sum(i in (e.source, e.target) for e in network.edges),
    )
    ref = network.nodes[hub].iri.removeprefix("https://w3id.org/coopgraph/id/")
    page.evaluate("ref => { location.hash = new URLSearchParams({ node: ref }); }", ref)
    page.wait_for_function("() => document.querySelector('#details h2')")
    tied = {i for i, e in enumerate(network.edges) if hub in (e.source, e.target)}
    text = query_of(page)
    assert edges_of(text) == told(network, tied, kind=not shared)
    assert "PREFIX" in text, "other stores know no prefixes"
    assert network.title("en") in text


def test_the_query_of_an_edge_a_path_and_a_filter(opened: Opened) -> None:
    network = partners()
    page = opened(network, at="path=organisation/boeing&path=organisation/nasa")
    path = edges_of(query_of(page))
    assert len(path) == 2
    page.locator("#details .path button.place").first.click()
    assert len(edges_of(query_of(page))) == 1
    page.keyboard.press("Escape")
    page.locator('#legend [data-facet="edge"]').first.click()
    assert edges_of(query_of(page)) == told(network, drawn(page, "edges"))


def test_a_network_without_a_query_asks_for_its_triples(opened: Opened) -> None:
    kind = Named("https://w3id.org/coopgraph/ns#intendedPartner", pair("p", "협"))
    ids = "https://w3id.org/coopgraph/id/"
    nodes = tuple(
        Node(ids + end, pair(end, end), kind)
        for end in ("organisation/mit", "priority/stance-of-quantum")
    )
    hostile = Node("urn:x> } DROP ALL #", pair("x", "x"), kind)
    edges = (Edge(1, 0, kind), Edge(1, 2, kind))
    page = opened(Network("made", pair("A\nmade } one", "만든 것"), (*nodes, hostile), edges))
    text = query_of(page)
    assert "DROP" not in text
    assert "1 edges have an end" in text
    assert len(edges_of(text)) == 1


def test_copying_puts_the_query_on_the_clipboard(browser: Browser, tmp_path: Path) -> None:
    path = view(partners()).save(tmp_path / "view.html")
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(path.as_uri())
    page.wait_for_function("() => document.documentElement.dataset.ready")
    page.locator("#save > summary").click()
    page.locator("#save-sparql").click()
    page.get_by_text("Copied.").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.locator("dialog textarea").input_value()
    context.close()


# --- paper and frames ---------------------------------------------------------------------------


def test_paper_is_a4_landscape_with_picture_legend_and_numbered_sources(opened: Opened) -> None:
    network = partners()
    page = opened(network, "ko", color_scheme="dark")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print", color_scheme="dark")
    assert page.locator("#printed").is_visible()
    assert page.evaluate("document.getElementById('printed').naturalWidth") > 1000
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    sources = page.locator("#print-sources li")
    assert sources.count() == len({e.source.iri for edge in network.edges for e in edge.evidence})
    assert "표 1" in sources.first.inner_text()
    assert page.locator("#legend").is_visible()
    for hidden in ("#tools", ".settings", "#filters", ".zoom", "#twin"):
        assert not page.locator(hidden).first.is_visible()
    document = page.pdf(prefer_css_page_size=True)
    boxes = [part.split(b"]")[0].split() for part in document.split(b"/MediaBox [")[1:]]
    assert boxes
    for box in boxes:
        width, height = float(box[2]), float(box[3])
        assert (round(width), round(height)) == (842, 595)


def test_a_notebook_shows_it_in_a_frame_of_its_own(browser: Browser, tmp_path: Path) -> None:
    """As JupyterLab, VS Code and static pages do: the HTML of the cell stands in their page."""
    shown = view(partners(), lang="ko")
    host = tmp_path / "notebook.html"
    host.write_text(f"<!doctype html><meta charset=utf-8><body>{shown._repr_html_()}", "utf-8")
    context = browser.new_context(offline=True, accept_downloads=True)
    page = context.new_page()
    trouble: list[str] = []
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.goto(host.as_uri())
    frame = page.frame_locator("iframe")
    frame.locator("#legend .entry").first.wait_for()
    assert frame.locator("h1").inner_text() == partners().title("ko")
    frame.locator("#search").fill("양자")
    frame.locator("#search").press("Enter")
    assert frame.locator("#details h2").inner_text() == "양자"
    frame.get_by_role("button", name="English").click()
    assert frame.locator("#details h2").inner_text() == "Quantum technology"
    inner = page.frames[1]
    assert (
        inner.evaluate(
            "(() => { try { return parent.document.title; } catch { return 'kept out'; } })()"
        )
        == "kept out"
    )
    frame.locator("#save > summary").click()
    frame.locator("#save-csv").click()
    assert "open the page by itself" in frame.locator("#status").inner_text()
    frame.locator("#save > summary").click()
    frame.locator("#save-sparql").click()
    assert "SELECT" in frame.locator("dialog textarea").input_value()
    assert trouble == []
    context.close()
