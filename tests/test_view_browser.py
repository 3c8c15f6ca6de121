"""The page in a real browser, without a network: what is drawn and what is said."""

from __future__ import annotations

import pytest
from view_pages import (  # noqa: F401
    CENTRE,
    MIDDLE,
    PAINTED,
    Opened,
    a_browser,
    click,
    drawn,
    link,
    number_of,
    of_the_article,
    opening,
    partners,
)

from coopgraph.network import Network
from coopgraph.queries.question import pair


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_the_picture_is_drawn_and_the_legend_counts_it(opened: Opened, lang: str) -> None:
    page = opened(partners(), lang)
    assert page.evaluate(PAINTED) > 5_000
    assert page.evaluate("document.documentElement.lang") == lang
    counts = page.locator("#legend li b").all_inner_texts()
    assert counts == ["13", "8", "3", "16", "8", "24", "3", "2", "3"]
    names = page.locator("#legend .group").first.locator(".entry .name").all_inner_texts()
    assert names == (["organisation", "technology", "stance"] if lang == "en"
                     else ["기관", "기술", "전략 유형"])  # fmt: skip
    said = {
        "en": "24 of 24 nodes, 24 of 24 edges",
        "ko": "항목 24개(전체 24개 중), 연결 24개(전체 24개 중)",
    }
    assert said[lang] in page.locator("#shown").inner_text()


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
    bare = str.maketrans("", "", "\u2068\u2069")
    for text in [*said, network.edges[index].evidence[0].source.label(lang)]:
        assert text in tip.inner_text().translate(bare)
    page.mouse.click(x, y)
    details = page.locator("#details").inner_text().translate(bare)
    assert network.edges[index].claim in details
    assert all(text in details for text in said)
    page.mouse.move(2, 2)
    tip.wait_for(state="hidden")
    page.keyboard.press("Escape")
    assert network.edges[index].claim not in page.locator("#details").inner_text()


def test_selecting_a_node_shows_both_names_identifiers_and_edges(opened: Opened) -> None:
    network = partners()
    page = opened(network)
    mit = number_of(network, "mit")
    click(page, mit)
    details = page.locator("#details")
    for said in ("Massachusetts Institute of Technology", "매사추세츠공과대학교", "United States"):
        assert said in details.inner_text()
    links = [a.get_attribute("href") for a in details.locator("dd a").all()]
    assert "https://ror.org/042nb2s44" in links
    assert details.locator(".neighbours > li").count() == 3
    assert details.locator(".ties li").all_inner_texts()[0].count("Table 1") == 1
    edges = {i for i, e in enumerate(network.edges) if mit in (e.source, e.target)}
    dim = page.evaluate("network.body.data.edges.get().filter(e => e.how === 'dim').map(e => e.id)")
    assert set(dim) == set(range(24)) - edges, "all but its own edges stand back"
    details.locator(".ties button").first.click()
    assert "Table 1" in details.inner_text()
    assert page.evaluate("network.getSelectedEdges().length") == 1


def test_amounts_have_unit_phase_and_basis(opened: Opened) -> None:
    network = of_the_article("budgets")
    index = next(
        i for i, e in enumerate(network.edges)
        if e.attributes.get("as_stated") == "8조 4000억 원"
    )  # fmt: skip
    edge = network.edges[index]
    ends = [network.nodes[i].iri.removeprefix("https://w3id.org/coopgraph/id/")
            for i in (edge.source, edge.target)]  # fmt: skip
    rank = [i for i, e in enumerate(network.edges)
            if (e.source, e.target) == (edge.source, edge.target)].index(index)  # fmt: skip
    page = opened(network, "ko", at=f"lang=ko&edge={ends[0]}+{ends[1]}+{rank}")
    details = page.locator("#details").inner_text()
    assert "8조 4,000억 원 (8,400,000,000,000원)" in details
    assert edge.attributes["phase"].label("ko") in details  # type: ignore[union-attr]
    assert edge.attributes["basis"].label("ko") in details  # type: ignore[union-attr]
    page.get_by_role("button", name="English").click()
    assert "KRW 8.4 trillion (8,400,000,000,000)" in page.locator("#details").inner_text()


def test_the_language_switches_everywhere_at_once(opened: Opened) -> None:
    network = partners()
    page = opened(network, "en")
    click(page, number_of(network, "quantum"))
    page.locator("#twin > summary").click()
    page.locator("tbody tr").first.wait_for()
    page.get_by_role("button", name="한국어").click()
    assert page.evaluate("document.documentElement.lang") == "ko"
    assert page.locator("h1").inner_text() == network.title("ko")
    assert page.title() == network.title("ko")
    assert "예정된 협력 대상" in page.locator("#legend").inner_text()
    assert "국가" in page.locator("#filters").inner_text()
    assert page.locator("#details h2").inner_text() == "양자"
    labels = page.evaluate("network.body.data.nodes.get().map(node => node.label)")
    assert "양자" in labels
    assert page.get_by_role("button", name="한국어").get_attribute("aria-pressed") == "true"
    assert "원자력" in page.locator("table").inner_text()
    assert page.get_by_label("축소").count() == 1
    assert page.get_by_placeholder("항목 찾기").count() == 1
    assert page.evaluate(PAINTED) > 5_000
    for text in ("Save or share", "Animate layout", "Legend", "Filters", "Country"):
        assert text not in page.locator("body").inner_text()


def test_the_table_holds_each_shown_edge_and_leads_to_it(opened: Opened) -> None:
    network = partners()
    page = opened(network)
    assert page.locator("tbody tr").count() == 0, "made when it is opened"
    page.locator("#twin > summary").click()
    rows = page.locator("tbody tr")
    rows.first.wait_for()
    assert rows.count() == 24
    assert all("Table 1" in text for text in rows.all_inner_texts())
    index = link(network, "quantum", "eth-zurich")
    page.locator(f'button[data-edge="{index}"]').click()
    assert "ETH Zurich" in page.locator("#details h2").inner_text()
    assert page.evaluate("network.getSelectedEdges()") == [index]
    page.locator('#legend [data-facet="stance"]').first.click()
    shown = drawn(page, "edges")
    assert 0 < len(shown) < 24
    assert rows.count() == len(shown)


def test_the_layout_can_be_switched_and_nodes_dragged_and_put_back(opened: Opened) -> None:
    network = partners()
    page = opened(network)
    quantum = number_of(network, "quantum")
    position = f"network.getPositions([{quantum}])[{quantum}]"
    before = page.evaluate(position)
    x, y = page.evaluate(CENTRE, quantum)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 30, y - 20, steps=4)
    page.mouse.move(x + 60, y - 40, steps=4)
    page.mouse.up()
    after = page.evaluate(position)
    assert (after["x"] - before["x"], after["y"] - before["y"]) != (0, 0)
    edge = link(network, "quantum", "eth-zurich")
    port = page.evaluate(f"network.getPositions(['{edge}a'])['{edge}a']")
    assert abs(port["y"] - after["y"]) < 30, "the ends of its edges come along"
    assert "at=" in page.evaluate("location.hash")
    page.reload()
    page.wait_for_function("() => document.documentElement.dataset.ready")
    assert page.evaluate(position) == after
    page.get_by_role("button", name="Reset positions").click()
    assert page.evaluate(position) == before
    page.get_by_label("Layout").select_option("force")
    assert page.evaluate(position) != before
    assert len(drawn(page)) == 24
    moving = page.get_by_role("button", name="Animate layout")
    moving.click()
    assert moving.get_attribute("aria-pressed") == "true"
    assert page.evaluate("network.physics.physicsEnabled") is True
    moving.click()
    assert page.evaluate("network.physics.physicsEnabled") is False


def test_a_narrow_screen_gets_a_picture_that_fits(opened: Opened) -> None:
    network = partners()
    page = opened(network, "ko", width=390, has_touch=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.evaluate("network.getScale()") * 11 > 9, "its labels can be read"
    for index in range(len(network.nodes)):
        x, _ = page.evaluate(CENTRE, index)
        assert 0 < x < 390
    x, y = page.evaluate(CENTRE, 0)
    page.touchscreen.tap(x, y)
    assert page.locator("#details.open h2").is_visible()
    page.get_by_role("button", name="닫기").click()
    assert not page.locator("#details").is_visible()


def test_dark_and_light_follow_the_system_until_the_reader_chooses(opened: Opened) -> None:
    page = opened(partners(), color_scheme="dark")
    background = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(background) == "rgb(16, 21, 28)"
    assert page.evaluate(PAINTED) > 5_000
    page.get_by_role("button", name="Dark or light").click()
    assert page.evaluate(background) == "rgb(244, 246, 248)"
    assert "theme=light" in page.evaluate("location.hash")
    page.go_back()
    assert page.evaluate(background) == "rgb(16, 21, 28)"


@pytest.mark.parametrize("name", ["budgets", "policy", "partner-overlap", "evidence"])
def test_other_networks_are_drawn_too(opened: Opened, name: str) -> None:
    network = of_the_article(name)
    page = opened(network)
    assert page.evaluate(PAINTED) > 1_000
    assert drawn(page, "edges") == set(range(len(network.edges)))
    assert drawn(page) == set(range(len(network.nodes)))


def test_an_empty_network_opens(opened: Opened) -> None:
    page = opened(Network("empty", pair("Nothing", "없음"), (), ()), "ko")
    assert "표시할 내용이 없습니다" in page.locator("#stage").inner_text()
    page.get_by_role("button", name="English").click()
    assert "Nothing to show" in page.locator("#stage").inner_text()
