"""Along the edges of the page: neighbours, paths, the part that is open, the keyboard."""

from __future__ import annotations

import pytest
from view_pages import (  # noqa: F401
    BOTH,
    FRAGMENT,
    WORDS,
    Opened,
    a_browser,
    chosen,
    click,
    drawn,
    number_of,
    opening,
    partners,
    star,
)

# --- neighbours, paths, the part that is open --------------------------------------------


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
    said = page.locator("#details h2").inner_text()
    assert ("No path" in said) if lang == "en" else ("경로가 없습니다" in said)


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
    assert page.locator("#details h2").count() == 0


@BOTH
def test_a_hub_opens_by_weight_a_dozen_at_a_time(opened: Opened, lang: str) -> None:
    page = opened(star(340), lang, at="node=organisation/n0000")
    how_many = page.locator("#how-many").inner_text()
    assert how_many == (
        "12 of 340, by weight" if lang == "en" else "12개 표시(전체 340개 중, 값이 큰 순)"
    )
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


# --- keyboard ----------------------------------------------------------------------------


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
    assert last.kind.label("en") == "organisation", "from stance to technology to partner"
    said = page.locator("#status").inner_text()
    assert last.label(lang) in said
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.tagName") == "H2"
    page.keyboard.press("Escape")
    assert page.locator("#details h2").count() == 0
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
