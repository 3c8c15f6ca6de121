"""Pages in a real browser: ours, bare vis-network with the same positions, and plain pyvis with its
defaults, side by side; then ours at a size that the others cannot show, layouts, and file sizes.

    python bench/pages.py [--sizes 100 500 1500 5000] [--large 100000] [--patience 90]

Seconds to interactive: from the start of the navigation until the network is drawn (with pyvis
until its stabilisation is done, before which the page shows a progress bar) and two frames have
passed. Milliseconds per frame: mean interval between frames while the picture is dragged with the
mouse for a second and a half; 16.7 is the least that a screen of 60 Hz has.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from figures import heading, row, timed
from playwright.sync_api import Browser, Error, Page, sync_playwright
from pyvis.network import Network as Pyvis

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))
import chromium
import coopgraph.view
from coopgraph.network import Edge, Named, Network, Node
from coopgraph.network.communities import find_communities
from coopgraph.queries.question import pair
from coopgraph.view import render
from coopgraph.view.force import force_places, links_of
from coopgraph.view.overview import is_large
from coopgraph.view.overview.places import nested_places
from coopgraph.view.stress import stress_places
from coopgraph.vocabulary import ID, expand

VENDORED = Path(coopgraph.view.__file__).parent / "vendor" / "vis-network.min.js"
READY = {
    "ours": "document.documentElement.dataset.drawn === 'true'",
    "whole": "document.documentElement.dataset.ready === 'true'",
    "bare": "window.drawn === true",
    "pyvis": "window.settled === true",
}
TWO_FRAMES = """() => new Promise((done) => requestAnimationFrame(
  () => requestAnimationFrame(() => done(performance.now()))))"""
EMPTY_PLACE = """() => {
  const box = document.querySelector('canvas').getBoundingClientRect();
  for (let part = 1; part < 40; part += 1) {
    const at = { x: box.width * ((part * 7) % 40) / 40, y: box.height * part / 40 };
    if (network.getNodeAt(at) === undefined) return [box.left + at.x, box.top + at.y];
  }
  return [box.left + 5, box.top + 5];
}"""
COUNT_FRAMES = """() => {
  window.frames_ = [];
  const count = (now) => {
    frames_.push(now);
    if (frames_.length < 10000) requestAnimationFrame(count);
  };
  requestAnimationFrame(count);
}"""


def made(size: int, seed: int = 1) -> Network:
    """A network of `size` nodes and three times as many edges: degrees by a power law, seven of
    ten edges within one of sqrt(size) groups."""
    chance = np.random.default_rng(seed)
    groups = max(5, int(np.sqrt(size)))
    weight, group = chance.pareto(1.5, size) + 1, chance.integers(0, groups, size)
    order = np.argsort(group, kind="stable")
    start = np.searchsorted(group[order], np.arange(groups + 1))
    summed = np.cumsum(weight)
    one, other = (np.searchsorted(summed, chance.random(3 * size) * summed[-1]) for _ in range(2))
    room = (start[1:] - start[:-1])[group[one]]
    near = order[start[group[one]] + (chance.random(3 * size) ** 2 * room).astype(int)]
    other = np.where(chance.random(3 * size) < 0.7, near, other)
    kinds = [
        Named(expand(f"coop:{name}"), pair(name.lower(), korean))
        for name, korean in (("Organisation", "기관"), ("Project", "과제"), ("Technology", "기술"))
    ]
    digits = len(str(size))
    nodes = tuple(
        Node(
            f"{ID}organisation/made-{i:0{digits}}",
            pair(f"Institute of subject {group[i]}, No. {i}", f"주제 {group[i]} 연구소 {i}"),
            kinds[2 if i % 500 == 0 else int(i % 7 == 0)],
        )
        for i in range(size)
    )
    tie = Named(expand("skos:related"), pair("works with", "협력"))
    ends = sorted((min(a, b), max(a, b)) for a, b in zip(one.tolist(), other.tolist(), strict=True))
    edges = tuple(Edge(a, b, tie, float(1 + (a + b) % 5)) for a, b in ends)
    titles = pair(f"A made-up network of {size:,} nodes", f"노드 {size:,}개의 가상 네트워크")
    return Network(f"made-{size}", titles, nodes, edges, directed=False)


def bare(network: Network) -> str:
    """The least page that shows a network with vis-network: the positions of ours, physics off."""
    if is_large(network):
        links = links_of(network)
        places = nested_places(links, find_communities(links)).nodes.tolist()
    else:
        places = [(p.x, p.y) for p in force_places(network)]
    nodes = [
        {"id": i, "label": n.label("en"), "x": x, "y": y, "shape": "dot", "size": 10}
        for i, (n, (x, y)) in enumerate(zip(network.nodes, places, strict=True))
    ]
    edges = [{"from": e.source, "to": e.target, "width": e.weight} for e in network.edges]
    return (
        "<!doctype html><meta charset=utf-8><style>html,body,#net{margin:0;height:100%}</style>"
        f"<div id=net></div><script>{VENDORED.read_text('utf-8')}</script><script>"
        f"const nodes={json.dumps(nodes)}, edges={json.dumps(edges)};"
        "window.network=new vis.Network(document.getElementById('net'),"
        "{nodes:new vis.DataSet(nodes),edges:new vis.DataSet(edges)},"
        "{physics:{enabled:false},layout:{improvedLayout:false},edges:{smooth:false}});"
        "network.once('afterDrawing',()=>{window.drawn=true});</script>"
    )


def plain_pyvis(network: Network) -> str:
    """What pyvis makes of the network with its defaults."""
    picture = Pyvis(cdn_resources="in_line")
    for i, node in enumerate(network.nodes):
        picture.add_node(i, label=node.label("en"))
    for edge in network.edges:
        picture.add_edge(edge.source, edge.target)
    html: str = picture.generate_html()
    hook = "network.once('stabilizationIterationsDone',()=>{window.settled=true});"
    return html.replace("drawGraph();", f"drawGraph();{hook}")


#: The picture of our page, all of it, and their peers.
MAKERS = {"ours": render, "whole": render, "bare": bare, "pyvis": plain_pyvis}


def measured(browser: Browser, name: str, page_file: Path, patience_s: float) -> list[str]:
    """Seconds to interactive and milliseconds per frame, as text; more than the patience where
    it was not enough."""
    page = browser.new_page(viewport={"width": 1440, "height": 900}, bypass_csp=True)
    page.set_default_timeout(patience_s * 1000)
    try:
        page.goto(page_file.as_uri(), wait_until="commit")
        page.wait_for_function(READY[name], polling=50)
        seconds = page.evaluate(TWO_FRAMES) / 1000
        return [f"{seconds:.2f}", f"{frame_ms(page):.1f}"]
    except Error as error:
        if "imeout" not in str(error):
            raise
        return [f"> {patience_s:.0f}", "–"]
    finally:
        page.close()


def frame_ms(page: Page) -> float:
    """The mean interval of frames while the picture is dragged."""
    x, y = page.evaluate(EMPTY_PLACE)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 3, y + 3)
    page.evaluate(COUNT_FRAMES)
    end = time.perf_counter() + 1.5
    step = 0
    while time.perf_counter() < end:
        step += 1
        page.mouse.move(x + 120 * np.sin(step / 9), y + 90 * np.cos(step / 9))
    frames: Any = page.evaluate("frames_")
    page.mouse.up()
    return float(np.diff(frames).mean()) if len(frames) > 1 else float("nan")


def compare(browser: Browser, folder: Path, sizes: list[int], patience_s: float) -> None:
    times = [f"{name} {unit}" for unit in ("s", "ms") for name in MAKERS]
    heading("nodes", "edges", *times, "ours/bare s", "whole/bare s", words=0)
    for size in sizes:
        network = made(size)
        found = {}
        for name, make in MAKERS.items():
            path = folder / f"{name}.html"
            path.write_text(make(network), encoding="utf-8")
            runs = [
                measured(browser, name, path, patience_s)
                for _ in range(1 if name == "pyvis" else 3)
            ]
            found[name] = sorted(runs)[len(runs) // 2]
        seconds, frames = ([found[name][i] for name in MAKERS] for i in (0, 1))
        ratios = [
            f"{float(found[name][0]) / float(found['bare'][0]):.2f}" for name in ("ours", "whole")
        ]
        row(f"{size:,}", f"{len(network.edges):,}", *seconds, *frames, *ratios)


def large(browser: Browser, folder: Path, sizes: list[int], patience_s: float) -> None:
    print()
    columns = (
        "nodes",
        "edges",
        "page made s",
        "file MB",
        "bytes a node",
        "interactive s",
        "frame ms",
    )
    heading(*columns, words=0)
    empty = len(render(made(5)).encode())
    for size in sizes:
        network = made(size)
        seconds, html = timed(lambda network=network: render(network))
        path = folder / "large.html"
        path.write_text(html, encoding="utf-8")
        whole = len(html.encode())
        runs = sorted(measured(browser, "ours", path, patience_s) for _ in range(3))
        made_up = f"{seconds:.1f}", f"{whole / 1e6:.1f}", f"{(whole - empty) / size:.0f}"
        row(f"{size:,}", f"{len(network.edges):,}", *made_up, *runs[1])


def layouts(sizes: list[int]) -> None:
    print()
    heading("nodes", "edges", "stress layout s", "map with labels s", words=0)
    for size in sizes:
        network = made(size)
        links = links_of(network)
        bare_s, _ = timed(lambda links=links: stress_places(links))
        whole_s, _ = timed(lambda network=network: force_places(network))
        row(f"{size:,}", f"{len(network.edges):,}", f"{bare_s:.2f}", f"{whole_s:.2f}")


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--sizes", type=int, nargs="*", default=[100, 500, 1500, 5000])
    reader.add_argument("--large", type=int, nargs="*", default=[5000, 20_000, 100_000])
    reader.add_argument("--layouts", type=int, nargs="*", default=[1000, 10_000])
    reader.add_argument("--patience", type=float, default=90.0, help="seconds for one page")
    wanted = reader.parse_args()
    layouts(wanted.layouts)
    executable = chromium.find()
    if executable is None:
        sys.exit(chromium.MISSING)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(executable), args=list(chromium.ARGUMENTS)
        )
        print()
        compare(browser, Path(folder), wanted.sizes, wanted.patience)
        large(browser, Path(folder), wanted.large, wanted.patience)
        browser.close()


if __name__ == "__main__":
    main()
