"""The state of the page in its address."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from view_pages import (  # noqa: F401
    Opened,
    a_browser,
    chosen,
    click,
    drawn,
    link,
    number_of,
    opening,
    partners,
)


def test_everything_is_in_the_address_and_comes_back(opened: Opened) -> None:
    network = partners()
    page = opened(network)
    page.get_by_role("button", name="한국어").click()
    page.get_by_role("button", name="화면 밝게/어둡게").click()
    page.locator('#legend [data-facet="edge"]').nth(1).click()
    page.get_by_label("배치").select_option("force")
    page.locator("#search").fill("mit")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="확대", exact=True).click()
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
    assert page.locator("#details h2").count() == 0
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
    assert page.locator("#details h2").count() == 0
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
