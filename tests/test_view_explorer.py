"""The controls of the page: search, filters, neighbours, paths, the part that is open, the
keyboard, and the state in the address. In both languages."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Page
from view_pages import (  # noqa: F401
    FRAGMENT,
    Opened,
    a_browser,
    click,
    drawn,
    keys_of,
    link,
    number_of,
    opening,
    partners,
    shipped,
    star,
)

from coopgraph.network import Edge, Named, Network, Node

WORDS = {
    "en": {
        "search": "Find a node",
        "all": "Show all",
        "path": "Path from here",
        "open": "Show only its",
        "none": "Nothing found",
    },
    "ko": {
        "search": "노드 찾기",
        "all": "모두 보기",
        "path": "여기서 시작하는 경로",
        "open": "이웃만 펼치기",
        "none": "해당하는 노드가 없습니다",
    },
}
BOTH = pytest.mark.parametrize("lang", ["en", "ko"])


def options(page: Page) -> list[str]:
    return page.locator("#hits [role=option] .name").all_inner_texts()


def chosen(page: Page) -> str:
    return page.locator("#details h3").inner_text()


# --- search ---------------------------------------------------------------------------------


@BOTH
def test_search_finds_every_substring_as_it_is_typed(opened: Opened, lang: str) -> None:
    network = shipped("everything")
    page = opened(network, lang)
    field = page.get_by_placeholder(WORDS[lang]["search"])
    for text in ("한국", unicodedata.normalize("NFD", "한국"), "KOREA", "r&d"):
        field.fill(text)
        wanted = unicodedata.normalize("NFC", text).lower()
        expected = {
            n.label(lang) for n in network.nodes
            if wanted in n.en.lower() or wanted in n.ko.lower() or wanted in n.key.lower()
        }  # fmt: skip
        assert expected
        count = page.locator("#hits .count").inner_text()
        listed = page.locator("#hits [role=option]")
        assert listed.count() == min(
            50, sum(wanted in f"{n.en}\n{n.ko}\n{n.key}".lower() for n in network.nodes)
        )
        assert (
            str(sum(wanted in f"{n.en}\n{n.ko}\n{n.key}".lower() for n in network.nodes)) in count
        )
        marks = page.locator("#hits mark").all_inner_texts()
        assert {mark.lower() for mark in marks} == {wanted}
    field.fill("연구ㅎ")
    assert WORDS[lang]["none"] in page.locator("#hits").inner_text()
    field.fill("하")  # the beginning of 한국, while it is being typed
    assert page.locator("#hits [role=option]").count() > 0


@BOTH
def test_a_hit_is_lit_and_jumped_to_by_keyboard(opened: Opened, lang: str) -> None:
    network = shipped("everything")
    page = opened(network, lang)
    page.keyboard.press("/")
    page.keyboard.type("취리히연방공과대학교")
    field = page.locator("#search")
    assert field.get_attribute("aria-expanded") == "true"
    lit = page.evaluate("network.body.data.nodes.get().filter(n => n.how === '').length")
    assert 0 < lit < 10, "what is found stands out while it is typed"
    page.keyboard.press("ArrowDown")
    pointed = field.get_attribute("aria-activedescendant")
    assert page.locator(f"#{pointed}").get_attribute("aria-selected") == "true"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    eth = number_of(network, "eth-zurich")
    assert page.evaluate("network.getSelectedNodes()") == [eth]
    assert page.evaluate("document.activeElement.id") == "mynetwork"
    assert page.locator("#hits").is_hidden()
    page.wait_for_timeout(400)
    x, y = page.evaluate("id => { const p = network.canvasToDOM(network.getPositions([id])[id]);"
                         " return [p.x, p.y]; }", eth)  # fmt: skip
    width, height = page.evaluate("[document.getElementById('stage').clientWidth,"
                                  " document.getElementById('stage').clientHeight]")  # fmt: skip
    assert 0 < x < width
    assert 0 < y < height


def test_escape_empties_the_search_and_the_picture_is_whole_again(opened: Opened) -> None:
    page = opened(partners())
    page.keyboard.press("/")
    page.keyboard.type("quantum")
    assert options(page) == ["Quantum technology"]
    page.keyboard.press("Escape")
    assert page.locator("#hits").is_hidden()
    page.keyboard.press("Escape")
    assert page.locator("#search").input_value() == ""
    assert page.evaluate("network.body.data.nodes.get().every(n => n.how !== 'dim')")


# --- filters --------------------------------------------------------------------------------


@BOTH
def test_the_legend_filters_and_counts(opened: Opened, lang: str) -> None:
    network = partners()
    page = opened(network, lang)
    entry = page.locator('#legend [data-facet="kind"][data-key="coop:Organisation"]')
    assert entry.get_attribute("aria-pressed") == "true"
    entry.click()
    assert entry.get_attribute("aria-pressed") == "false"
    assert page.evaluate("document.activeElement.dataset.key") == "coop:Organisation"
    kinds = {network.nodes[i].kind.en for i in drawn(page)}
    assert kinds == {"technology", "stance"}
    assert "11" in page.locator("#shown").inner_text()
    assert "11 / 24" in page.locator("#legend h2").first.inner_text()
    page.get_by_role("button", name=WORDS[lang]["all"]).first.click()
    assert len(drawn(page)) == 24
    only = page.locator('#legend [data-only="stance"]').last
    only.focus()
    page.keyboard.press("Enter")
    technologies = {"semiconductor", "secondary-battery", "next-generation-communication"}
    shown = keys_of(network, drawn(page))
    assert technologies < shown
    assert "quantum" not in shown
    assert "eth-zurich" not in shown, "what has no edge left is not shown"
    page.keyboard.press("Enter")
    assert len(drawn(page)) == 24, "the same button brings the others back"


@BOTH
def test_facets_come_from_the_data_and_say_what_they_hide(opened: Opened, lang: str) -> None:
    network = partners()
    page = opened(network, lang)
    page.locator("#filters .facet").first.wait_for()
    offered = page.locator("#filters .facet").count()
    assert offered == 4, "technology, country, open list, status: what differs in this network"
    facet = page.locator("#facet-country")
    facet.click()
    box = page.get_by_role("checkbox", name="미국" if lang == "ko" else "United States")
    assert box.is_checked()
    box.uncheck()
    us = {n.key for n in network.nodes if n.country and n.country.key == "us"}
    assert us
    assert not us & keys_of(network, drawn(page))
    gone = sum(network.nodes[e.target].key in us for e in network.edges)
    assert str(gone) in page.locator("#facet-country .hides").inner_text()
    assert gone == 24 - len(drawn(page, "edges"))
    page.locator("#filters").get_by_role("button", name=WORDS[lang]["all"]).click()
    assert len(drawn(page, "edges")) == 24


@pytest.mark.parametrize(
    ("name", "facet", "value", "keeps"),
    [
        ("budgets", "year", "2024", lambda e: str(e.attributes.get("year")) == "2024"),
        ("budgets", "is-phase", None, lambda e: "phase" in e.attributes),
        ("budgets", "source", None, lambda e: True),
        ("technology-partners", "technology", "technology/quantum", lambda e: True),
    ],
)
def test_only_one_value_of_a_facet(
    opened: Opened,
    name: str,
    facet: str,
    value: str | None,
    keeps: Any,
) -> None:
    network = shipped(name)
    page = opened(network)
    page.locator(f"#facet-{facet}").click()
    selector = f'#filters [data-only="{facet}"]' + (f'[data-key="{value}"]' if value else "")
    button = page.locator(selector).first
    key = button.get_attribute("data-key")
    button.focus()
    page.keyboard.press("Enter")
    shown = drawn(page, "edges")
    assert 0 < len(shown) < len(network.edges)
    for i in shown:
        edge = network.edges[i]
        assert keeps(edge)
        if facet == "is-phase":
            assert edge.attributes["phase"].key == key  # type: ignore[union-attr]
        if facet == "source":
            assert key in {e.source.iri for e in edge.evidence}
    assert f"only-{facet}=" in page.evaluate(FRAGMENT)


def test_a_ministry_keeps_what_its_budget_pays_for(opened: Opened) -> None:
    network = shipped("budgets")
    page = opened(network, at="only-ministry=organisation/msit")
    shown = keys_of(network, drawn(page))
    assert "msit" in shown
    assert "motie" not in shown
    kinds = {network.nodes[i].kind.en for i in drawn(page)}
    assert {"budget line", "technology"} <= kinds or {"budget line", "programme"} <= kinds


def test_declared_observed_and_derived_are_told_apart(opened: Opened) -> None:
    kind = Named("urn:k", "body", "기관")
    nodes = tuple(Node(f"urn:n{i}", f"n{i}", f"n{i}", kind) for i in range(4))
    edges = tuple(
        Edge(i, i + 1, kind, attributes={"layer": layer})
        for i, layer in enumerate(("declared", "observed", "derived"))
    )
    page = opened(Network("layers", "Layers", "층", nodes, edges), "ko")
    page.locator("#facet-layer").click()
    page.get_by_role("checkbox", name="실적(관측)").uncheck()
    assert drawn(page, "edges") == {0, 2}


def test_filters_that_hide_everything_say_so(opened: Opened) -> None:
    page = opened(partners())
    for index in range(2):
        page.locator('#legend [data-facet="edge"]').nth(index).click()
    assert drawn(page) == set()
    assert "hide everything" in page.locator("#shown").inner_text()
    page.get_by_role("button", name="Show all").first.click()
    assert len(drawn(page)) == 24


# --- neighbours, paths, the part that is open -------------------------------------------------


@BOTH
def test_a_path_between_two_nodes(opened: Opened, lang: str) -> None:
    network = partners()
    page = opened(network, lang)
    click(page, number_of(network, "boeing"))
    page.get_by_role("button", name=WORDS[lang]["path"]).click()
    assert (
        network.nodes[number_of(network, "boeing")].label(lang)
        in page.locator("#status").inner_text()
    )
    click(page, number_of(network, "eth-zurich"))
    steps = page.locator("#details .path .strong").all_inner_texts()
    keys = ["boeing", "space-aeronautics", "catch-up", "quantum", "eth-zurich"]
    assert steps == [network.nodes[number_of(network, key)].label(lang) for key in keys]
    assert "4" in chosen(page)
    wide = page.evaluate("network.body.data.edges.get().filter(e => e.how === 'lit').length")
    assert wide == 4
    page.locator('#legend [data-facet="stance"][data-key="stance/catch-up"]').click()
    said = page.locator("#details h3").inner_text()
    assert ("no path" in said) if lang == "en" else ("경로가 없습니다" in said)


def test_a_path_by_keyboard_only(opened: Opened) -> None:
    network = partners()
    page = opened(network)
    page.keyboard.press("/")
    page.keyboard.type("boeing")
    page.keyboard.press("Enter")
    page.keyboard.press("p")
    page.keyboard.press("/")
    page.keyboard.type("nasa")
    page.keyboard.press("Enter")
    assert "2 steps" in chosen(page)
    page.keyboard.press("Escape")
    assert page.locator("#details h3").count() == 0


@BOTH
def test_a_hub_opens_by_weight_a_dozen_at_a_time(opened: Opened, lang: str) -> None:
    page = opened(star(340), lang, at="node=organisation/n0000")
    how_many = page.locator("#how-many").inner_text()
    assert how_many == ("12 of 340, by weight" if lang == "en" else "12/340개, 가중치순")
    names = page.locator(".neighbours > li > .strong").all_inner_texts()
    assert len(names) == 12
    assert names[0] == ("node 340" if lang == "en" else "노드 340")
    page.locator(".neighbours > .more button").click()
    assert page.locator(".neighbours > li > .strong").count() == 60
    page.get_by_role("button", name=WORDS[lang]["open"]).click()
    assert drawn(page) == {0, *range(329, 341)}
    more = page.locator("#open-node").inner_text()
    assert "12" in more
    assert "340" in more
    page.locator("#open-node").click()
    assert drawn(page) == {0, *range(317, 341)}
    assert "open=24" in page.evaluate(FRAGMENT)
    page.go_back()
    assert drawn(page) == {0, *range(329, 341)}
    page.get_by_role("button", name=WORDS[lang]["all"]).click()
    assert len(drawn(page)) == 341


# --- keyboard -------------------------------------------------------------------------------


@BOTH
def test_arrow_keys_walk_along_edges(opened: Opened, lang: str) -> None:
    network = partners()
    page = opened(network, lang)
    page.locator("#mynetwork").focus()
    page.keyboard.press("ArrowRight")
    first = page.evaluate("network.getSelectedNodes()[0]")
    assert first is not None
    for _ in range(3):
        here = page.evaluate("network.getSelectedNodes()[0]")
        page.keyboard.press("ArrowRight")
        there = page.evaluate("network.getSelectedNodes()[0]")
        if there != here:
            assert any({e.source, e.target} == {here, there} for e in network.edges)
    last = network.nodes[page.evaluate("network.getSelectedNodes()[0]")]
    assert last.kind.en == "organisation", "from stance to technology to partner"
    said = page.locator("#status").inner_text()
    assert last.label(lang) in said
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.tagName") == "H3"
    page.keyboard.press("Escape")
    assert page.locator("#details h3").count() == 0
    assert page.evaluate("document.activeElement.id") == "mynetwork"


def test_keys_zoom_pan_and_explain_themselves(opened: Opened) -> None:
    page = opened(partners())
    page.locator("#mynetwork").focus()
    scale, place = "network.getScale()", "network.getViewPosition().x"
    before = page.evaluate(scale)
    page.keyboard.press("+")
    assert page.evaluate(scale) > before
    x = page.evaluate(place)
    page.keyboard.press("Shift+ArrowRight")
    assert page.evaluate(place) > x
    page.keyboard.press("0")
    assert page.evaluate(scale) == pytest.approx(before)
    page.keyboard.press("?")
    assert page.get_by_role("dialog").is_visible()
    assert "Esc" in page.get_by_role("dialog").inner_text()
    page.keyboard.press("Escape")
    assert not page.get_by_role("dialog").is_visible()


def test_tab_reaches_every_control_and_never_gets_stuck(opened: Opened) -> None:
    page = opened(partners())
    reached: list[str] = []
    for _ in range(80):
        page.keyboard.press("Tab")
        reached.append(page.evaluate(
            "document.activeElement.id || document.activeElement.dataset.lang ||"
            " document.activeElement.dataset.key || document.activeElement.textContent.trim()"
        ))  # fmt: skip
    for control in ("en", "ko", "theme", "help-open", "search", "layout", "mynetwork", "zoom-in",
                    "fit", "coop:Technology", "stance/leading", "facet-country"):  # fmt: skip
        assert control in reached
    assert reached.index("search") < reached.index("mynetwork") < reached.index("coop:Technology")


# --- the address ------------------------------------------------------------------------------


def test_everything_is_in_the_address_and_comes_back(opened: Opened) -> None:
    network = partners()
    page = opened(network)
    page.get_by_role("button", name="한국어").click()
    page.get_by_role("button", name="밝기 전환").click()
    page.locator('#legend [data-facet="edge"]').nth(1).click()
    page.get_by_label("배치").select_option("force")
    page.locator("#search").fill("mit")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="확대").click()
    page.wait_for_function("() => location.hash.includes('view=')")
    state = page.evaluate("location.hash")
    view = page.evaluate("[network.getScale(), network.getViewPosition().x]")
    assert page.evaluate("network.getSelectedNodes()") == [number_of(network, "mit")]
    page.reload()
    page.wait_for_function("() => document.documentElement.dataset.ready")
    assert page.evaluate("location.hash") == state
    assert page.evaluate("document.documentElement.lang") == "ko"
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert page.get_by_label("배치").input_value() == "force"
    assert page.evaluate("network.getSelectedNodes()") == [number_of(network, "mit")]
    assert len(drawn(page, "edges")) == 16
    assert page.locator("#search").input_value() == "mit"
    after = page.evaluate("[network.getScale(), network.getViewPosition().x]")
    assert after == pytest.approx(view, abs=1)


def test_back_and_forward_undo_and_redo(opened: Opened) -> None:
    network = partners()
    page = opened(network)
    click(page, number_of(network, "quantum"))
    click(page, number_of(network, "mit"))
    page.get_by_role("button", name="한국어").click()
    page.go_back()
    assert chosen(page) == "Massachusetts Institute of Technology"
    page.go_back()
    assert chosen(page) == "Quantum technology"
    page.go_back()
    assert page.locator("#details h3").count() == 0
    page.go_forward()
    page.go_forward()
    assert chosen(page) == "Massachusetts Institute of Technology"


def test_an_edge_has_an_address(opened: Opened) -> None:
    network = partners()
    edge = link(network, "quantum", "mit")
    page = opened(network, at="edge=technology/quantum+organisation/mit+0&lang=en")
    assert page.evaluate("network.getSelectedEdges()") == [edge]


GARBAGE = [
    "node=organisation/nobody&edge=x&path=a&path=b&path=c&only-country=atlantis&hide-=x",
    "view=NaN+1+1&at=1+2+&at=x+y+organisation/mit&at=1e99+0+organisation/mit&hide-kind=%00",
    "%E0%A4%A&&&===&lang=fr&theme=purple&layout=__proto__&q=%F0%9F%92%A9<img onerror=alert(1)>",
    "open=-3+organisation/mit",
    "open=Infinity+organisation/mit&view=0+0+1e9&edge=technology/quantum+organisation/mit+99",
    "only-kind=nothing&hide-constructor=x&node=__proto__&edge=__proto__+constructor+0",
    "#" * 50,
]


@pytest.mark.parametrize("garbage", GARBAGE)
def test_garbage_in_the_address_is_passed_over(opened: Opened, garbage: str) -> None:
    page = opened(partners(), at=garbage)
    assert len(drawn(page, "edges")) == 24
    assert page.locator("#details h3").count() == 0
    assert page.evaluate("network.getScale()") > 0.3
    assert page.locator("img:not(#printed)").count() == 0


def test_any_address_opens(opened: Opened) -> None:
    page = opened(partners())
    names = st.sampled_from(["node", "edge", "path", "open", "at", "view", "q", "hide-kind",
                             "only-country", "hide-stance", "layout", "theme", "lang"])  # fmt: skip
    values = st.one_of(
        st.text(max_size=20),
        st.sampled_from(["organisation/mit", "1 2 technology/quantum", "3 stance/leading", "us",
                         "force", "coop:Stance", "technology/quantum organisation/mit 0", "ko"]),
    )  # fmt: skip

    @given(st.lists(st.tuples(names, values), max_size=5))
    def check(parts: list[tuple[str, str]]) -> None:
        page.evaluate(
            "parts => { location.hash = new URLSearchParams(parts).toString(); }",
            [[name, value.encode("utf-8", "replace").decode()] for name, value in parts],
        )
        page.evaluate("() => new Promise(done => setTimeout(done))")
        assert page.evaluate("Number.isFinite(network.getScale())")
        assert page.locator("#shown").inner_text()

    check()
