"""What a reader sets on the page of a network: strength, years, size, colour; the matrix; SVG."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from made_networks import clustered
from playwright.sync_api import Page
from test_view_saving import saved
from view_pages import (  # noqa: F401
    BOTH,
    FRAGMENT,
    Opened,
    a_browser,
    drawn,
    of_the_article,
    opening,
    partners,
    star,
)

from coopgraph.network import Edge, Named, Network, Node
from coopgraph.queries.question import pair
from coopgraph.view.data import first_threshold
from coopgraph.view.groups import groups_of
from coopgraph.vocabulary import ID, expand

PLACES = "network.getPositions()"
SVG = "{http://www.w3.org/2000/svg}"


@cache
def dated() -> Network:
    """Two clusters: 12 nodes, ties of weights 1 to 11 in the years 2015 to 2025, one without a
    year; and three of another kind."""
    kind = Named(expand("coop:Organisation"), pair("organisation", "기관"))
    ties = Named("urn:t", pair("works with", "협력")), Named("urn:u", pair("owns", "소유"))
    nodes = tuple(
        Node(f"{ID}organisation/n{i:02}", pair(f"Body {i}", f"기관 {i}"), kind) for i in range(12)
    )
    ends = [(0, i) for i in range(1, 6)] + [(6, i) for i in range(7, 12)] + [(0, 6)]
    edges = [
        Edge(a, b, ties[0], float(n + 1), attributes={"year": str(2015 + n)} if n else {})
        for n, (a, b) in enumerate(ends)
    ]
    edges += [Edge(i, i + 1, ties[1], 1.0) for i in (1, 2, 7)]
    return Network("dated", pair("Dated ties", "연도가 있는 연결"), nodes, tuple(edges))


def slide(page: Page, name: str, key: str, times: int = 1) -> None:
    """Move a slider by keyboard."""
    page.locator(f"#{name}").focus()
    for _ in range(times):
        page.keyboard.press(key)
    page.wait_for_timeout(80)


@BOTH
def test_a_threshold_hides_the_weak_says_how_many_and_moves_nothing(
    opened: Opened, tmp_path: Path, lang: str
) -> None:
    network = dated()
    page = opened(network, lang)
    before = page.evaluate(PLACES)
    slide(page, "least", "ArrowRight", 4)  # 1 is the weakest of the steps: the first is none
    strong = {i for i, edge in enumerate(network.edges) if edge.weight >= 5}
    assert drawn(page, "edges") == strong
    assert "least=5" in page.evaluate(FRAGMENT)
    hidden = len(network.edges) - len(strong)
    assert str(hidden) in page.locator("#least-text").inner_text()
    assert page.locator("#least").get_attribute("aria-valuetext") == (
        "at least 5" if lang == "en" else "5 이상"
    )
    after = page.evaluate(PLACES)
    assert after == {number: before[number] for number in after}, "positions stay"
    assert str(hidden) in page.locator("#legend li.rule:has(.none)").inner_text()
    page.locator("#twin > summary").click()
    page.locator("#twin tbody tr").first.wait_for()
    assert page.locator("#twin tbody tr").count() == len(strong)
    data = json.loads(saved(page, "json", tmp_path))
    assert {edge["key"] for edge in data["edges"]} == strong
    page.reload()
    page.wait_for_function("() => document.documentElement.dataset.ready")
    assert drawn(page, "edges") == strong
    page.locator("#show-all").click()
    assert drawn(page, "edges") == set(range(len(network.edges)))


def test_years_have_both_ends_and_keep_what_has_none(opened: Opened) -> None:
    network = dated()
    page = opened(network)
    slide(page, "year-from", "ArrowRight", 4)
    slide(page, "year-to", "ArrowLeft", 2)
    assert "years=2020 2023" in page.evaluate(FRAGMENT)
    wanted = {
        i for i, edge in enumerate(network.edges)
        if "year" not in edge.attributes or 2020 <= int(str(edge.attributes["year"])) <= 2023
    }  # fmt: skip
    assert drawn(page, "edges") == wanted
    said = page.locator("#years-text").inner_text()
    assert "2020–2023" in said
    assert f"edges hidden: {len(network.edges) - len(wanted)}" in said
    assert "without a year, always shown: 4" in said
    slide(page, "year-from", "End")
    assert "years=2025 2025" in page.evaluate(FRAGMENT), "an end takes the other along"
    page.go_back()
    page.wait_for_timeout(200)
    assert "years=2025" not in page.evaluate(FRAGMENT)


@pytest.mark.parametrize(
    "at",
    ["least=-3&years=a b", "least=1e999", "years=2024 2020", "size=x&colour=y&show=z&counts=q"],
)
def test_an_address_that_means_nothing_shows_everything(opened: Opened, at: str) -> None:
    page = opened(dated(), at=at)
    assert drawn(page, "edges") == set(range(len(dated().edges)))
    assert page.locator("#matrix").is_hidden()


def test_a_large_network_has_its_threshold_too(opened: Opened, tmp_path: Path) -> None:
    page = opened(star(1600), at="least=1590")
    assert "edges hidden: 1,589" in page.locator("#least-text").inner_text()
    assert page.locator("#show-matrix[aria-pressed=true]").count() == 0
    slide(page, "least", "Home")
    slide(page, "least", "End")
    assert "edges hidden: 1,599" in page.locator("#least-text").inner_text()
    page.locator("#show-all").click()
    assert page.locator("#least-text").inner_text() == "all strengths"
    page.locator("#show-matrix").click()
    assert page.locator("#matrix button.cell").count() >= 1, "circles are rows and columns too"
    page.locator("#show-picture").click()
    root = ElementTree.fromstring(saved(page, "svg", tmp_path))
    assert "A star" in {each.text for each in root.iter(f"{SVG}text")}


def test_a_large_network_has_sizes_and_colours_by_what_all_its_edges_say(opened: Opened) -> None:
    page = opened(star(1600), at="colour=strength&size=strength")
    kept = page.locator("#size option").evaluate_all("all => all.map(each => each.value)")
    assert kept == ["", "strength", "alike"], "ways over each node would take too long"
    assert "a community: the mean of its nodes" in page.locator("#legend").inner_text()
    fills = page.evaluate("network.body.data.nodes.get().map(node => node.color.background)")
    told = page.evaluate("""[...document.querySelectorAll('#legend .swatch')]
        .map(each => each.style.getPropertyValue('--tone'))""")
    assert len(set(fills)) > 1
    assert set(fills) <= set(told)
    sizes = "network.body.data.nodes.get().filter(n => typeof n.id === 'number').map(n => n.size)"
    assert len(set(page.evaluate(sizes))) > 1
    page.locator("#size").select_option("alike")
    assert len(set(page.evaluate(sizes))) == 1


def test_a_stance_that_several_plans_call_the_same_is_one_entry_of_the_legend(
    opened: Opened,
) -> None:
    classes = {
        name: Named(expand(f"coop:{name}"), pair(name, name)) for name in ("Stance", "Technology")
    }
    named = {"ahead": "lead", "behind": "catch up", "far-behind": "catch up"}
    nodes = [
        Node(f"{ID}stance/{key}", pair(said, said), classes["Stance"])
        for key, said in named.items()
    ]
    nodes += [Node(f"{ID}technology/{key}", pair(key, key), classes["Technology"]) for key in "abc"]
    takes = Named(expand("coop:takesStance"), pair("stance", "stance"))
    edges = tuple(Edge(3 + i, i, takes) for i in range(3))
    page = opened(Network("plans", pair("Plans", "Plans"), tuple(nodes), edges))
    entries = page.locator("#legend .entry[data-facet=stance]")
    said = sorted(" ".join(each.split()) for each in entries.all_inner_texts())
    assert said == ["catch up 2", "lead 1"]
    entries.filter(has_text="catch up").click()
    assert page.evaluate(FRAGMENT).endswith("&only-stance=stance/ahead"), "both are hidden"
    entries.filter(has_text="catch up").click()
    assert "stance" not in page.evaluate(FRAGMENT)


def test_a_network_without_weights_or_years_has_no_sliders(opened: Opened) -> None:
    page = opened(partners(), at="layout=force")
    assert page.locator("#least, #year-from").count() == 0
    assert page.locator("#size").is_visible()


@pytest.mark.parametrize("colour", ["", "group", "degree", "betweenness", "strength"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_colour_and_size_is_in_the_legend(opened: Opened, colour: str, theme: str) -> None:
    network = dated()
    page = opened(network, at=f"colour={colour}&size={colour}&theme={theme}")
    shown = page.evaluate("""[...new Set(network.body.data.nodes.get()
        .map(node => node.color.background))].sort()""")
    told = page.evaluate("""[...new Set([...document.querySelectorAll('#legend .swatch')]
        .map(each => each.style.getPropertyValue('--tone')).filter(Boolean))].sort()""")
    assert set(shown) <= set(told)
    sizes = page.evaluate("new Set(network.body.data.nodes.get().map(node => node.size)).size")
    assert sizes > 1
    assert "larger" in page.locator("#legend").inner_text()
    if colour not in ("", "group"):
        assert page.locator("#colour").input_value() == colour
        assert page.locator("#legend .group").nth(1).locator("li.rule").count() == len(shown)


def test_sizes_follow_the_measure_that_is_chosen(opened: Opened) -> None:
    page = opened(dated())
    sizes = "network.body.data.nodes.get().map(node => node.size)"
    degree = page.evaluate(sizes)
    page.locator("#size").select_option("betweenness")
    between = page.evaluate(sizes)
    assert between != degree
    assert max(between) in (between[0], between[6]), "all ways lead over the two hubs"
    assert "size=betweenness" in page.evaluate(FRAGMENT)
    page.locator("#size").select_option("alike")
    assert len(set(page.evaluate(sizes))) == 1
    page.locator("#counts").select_option("alike")
    assert page.evaluate("new Set(network.body.data.edges.get().map(e => e.width)).size") == 1
    assert page.locator("#least").count() == 0, "where all count alike nothing is weak"


@pytest.mark.parametrize("name", ["technology-partners", "policy", "budgets", "plan-and-practice"])
def test_kinds_of_links_are_told_apart_without_colour(opened: Opened, name: str) -> None:
    network = of_the_article(name)
    page = opened(network)
    looks = page.evaluate("""() => {
      const { kinds } = JSON.parse(document.getElementById('data').textContent).page;
      const data = JSON.parse(document.getElementById('data').textContent).edges;
      const found = {};
      for (const { id, kind } of data) {
        const edge = network.body.data.edges.get(id);
        (found[kinds[kind][0]] ??= new Set()).add(`${edge.arrows?.middle?.type} ${edge.dashes}`);
      }
      return Object.values(found).map(all => [...all]);
    }""")
    assert len(looks) == len({edge.kind for edge in network.edges})
    assert len({look for own in looks for look in own}) == sum(map(len, looks))
    for more in page.locator("#legend .more button").all():
        more.click()
    outlines = page.locator("#legend svg.stroke").evaluate_all(
        "all => all.map(each => each.className.baseVal + each.innerHTML)"
    )
    assert len(set(outlines)) == len(outlines) == len({edge.kind for edge in network.edges})


# --- communities, the matrix ------------------------------------------------------------------


def test_communities_are_named_by_their_leading_members() -> None:
    found, rows = groups_of(dated())
    assert len(rows) == 2
    assert {found[i] for i in range(6)} == {found[0]}
    assert {found[i] for i in range(6, 12)} == {found[6]} != {found[0]}
    assert rows[found[0] or 0][1].startswith("Body 0, Body ")
    assert groups_of(dated()) == (found, rows)


@BOTH
@pytest.mark.parametrize("width", [1440, 360])
def test_the_matrix_is_a_table_with_heads_by_community(
    opened: Opened, lang: str, width: int
) -> None:
    network = dated()
    page = opened(network, lang, width=width, color_scheme="dark" if width == 360 else "light")
    page.locator("#show-matrix").focus()
    page.keyboard.press("Enter")
    assert "show=matrix" in page.evaluate(FRAGMENT)
    one, other = (page.locator(at).bounding_box() for at in ("#stage", "#matrix"))
    assert one
    assert other
    beside = other["x"] >= one["x"] + one["width"]
    assert beside == (width == 1440), "beside the picture, or where there is no room in its place"
    assert page.locator("#zoom-in").is_visible() == beside
    matrix = page.locator("#matrix table")
    assert matrix.locator("th[scope=col]").count() == 12
    assert matrix.locator("th[scope=row]").count() == 12
    groups = matrix.locator("th[scope=rowgroup]").all_inner_texts()
    assert len(groups) == 2
    assert ("Body 0" if lang == "en" else "기관 0") in groups[0] + groups[1]
    assert matrix.locator("button.cell").count() == 14, "one for each pair, in its direction"
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    found = Axe().run(page).response["violations"]
    assert [each["id"] for each in found] == []
    cell = matrix.locator("button.cell").first
    assert ("Body" if lang == "en" else "기관") in (cell.get_attribute("aria-label") or "")
    cell.focus()
    page.keyboard.press("Enter")
    assert page.locator("#details h2").is_visible()
    page.locator("#order").select_option("name")
    assert "order=name" in page.evaluate(FRAGMENT)
    heads = matrix.locator("th[scope=row]").all_inner_texts()
    assert heads == sorted(heads)
    page.evaluate("location.hash = location.hash.replace(/&?years=[^&]*/, '') + '&least=9'")
    page.wait_for_timeout(300)
    assert matrix.locator("button.cell").count() == 3, "the same selection as the picture"


def test_a_large_matrix_is_capped_and_says_so(opened: Opened) -> None:
    page = opened(clustered(4, 40, 3, 0.2), at="show=matrix")
    assert page.locator("#matrix th[scope=row]").count() == 60
    assert "60 heaviest of 1" in page.locator("#matrix .note").inner_text()


# --- SVG --------------------------------------------------------------------------------------


@BOTH
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_svg_shows_what_is_on_the_screen(
    opened: Opened, tmp_path: Path, lang: str, theme: str
) -> None:
    page = opened(dated(), lang, at=f"least=9&theme={theme}&lang={lang}&colour=group")
    text = saved(page, "svg", tmp_path).decode()
    root = ElementTree.fromstring(text)
    texts = {each.text for each in root.iter(f"{SVG}text")}
    named = page.evaluate("network.named.map(({ id }) => id)")
    assert {dated().nodes[i].label(lang) for i in named} <= texts
    assert dated().nodes[1].label(lang) not in texts, "what is hidden is not in the picture"
    assert dated().title(lang) in texts
    assert any(
        "9" in each and ("이상" if lang == "ko" else "at least") in each for each in texts if each
    )
    surface = page.evaluate("""getComputedStyle(document.documentElement)
        .getPropertyValue('--surface').trim()""")
    first = root.find(f"{SVG}path")
    assert first is not None
    assert first.get("fill") == surface
    marks = root.findall(f"{SVG}svg/{SVG}path")
    assert len(marks) >= 3 + len(named), "lines and marks"
    assert "NaN" not in text
    assert "undefined" not in text


@cache
def dense() -> Network:
    """24 nodes, each tied to each other, by weights that differ."""
    kind, tie = (
        Named(expand("coop:Country"), pair("country", "국가")),
        Named("urn:t", pair("t", "t")),
    )
    nodes = tuple(
        Node(f"{ID}country/c{i:02}", pair(f"Land {i}", f"나라 {i}"), kind) for i in range(24)
    )
    edges = [Edge(a, b, tie, float(1 + a * b % 37)) for a in range(24) for b in range(a + 1, 24)]
    return Network(
        "dense", pair("All with all", "모두와 모두"), nodes, tuple(edges), directed=False
    )


@BOTH
def test_a_dense_map_opens_with_its_heaviest_ties_says_so_and_shows_all_at_once(
    opened: Opened, lang: str
) -> None:
    network = dense()
    page = opened(network, lang)
    shown, edges = drawn(page, "edges"), network.edges
    least = min(edges[i].weight for i in shown)
    assert shown == {i for i, edge in enumerate(edges) if edge.weight >= least}
    assert 12 < len(shown) <= 36
    said = page.locator("body").inner_text()
    assert f"{len(shown)} of {len(edges)}" in said or f"{len(shown)}개(전체 {len(edges)}개)" in said
    assert "least" not in page.evaluate(FRAGMENT)
    page.locator("#show-all").click()
    page.wait_for_timeout(80)
    assert drawn(page, "edges") == set(range(len(edges)))
    page.reload()
    page.wait_for_function("() => document.documentElement.dataset.ready === 'true'")
    assert drawn(page, "edges") == set(range(len(edges)))


def test_only_dense_maps_of_one_unit_open_with_a_threshold() -> None:
    amounts = [replace(edge, attributes={"currency": "EUR"}) for edge in dense().edges]
    alike = [replace(edge, weight=1.0) for edge in dense().edges]
    assert first_threshold(dense()) > 1
    for edges in (amounts, alike, dense().edges[:100]):
        assert first_threshold(replace(dense(), edges=tuple(edges))) == 0
