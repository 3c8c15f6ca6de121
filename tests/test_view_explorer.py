"""The controls of the page: search and filters. In both languages."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest
from view_pages import (  # noqa: F401
    BOTH,
    FRAGMENT,
    WORDS,
    Opened,
    a_browser,
    drawn,
    keys_of,
    number_of,
    of_the_article,
    opening,
    options,
    partners,
)

from coopgraph.network import Edge, Named, Network, Node
from coopgraph.queries.question import pair

# --- search ------------------------------------------------------------------------------


@BOTH
def test_search_finds_every_substring_as_it_is_typed(opened: Opened, lang: str) -> None:
    network = of_the_article("everything")
    page = opened(network, lang)
    field = page.get_by_placeholder(WORDS[lang]["search"])
    for text in ("한국", unicodedata.normalize("NFD", "한국"), "KOREA", "r&d"):
        field.fill(text)
        wanted = unicodedata.normalize("NFC", text).lower()
        expected = {
            n.label(lang) for n in network.nodes
            if wanted in f"{n.label('en')}\n{n.label('ko')}\n{n.key}".lower()
        }  # fmt: skip
        assert expected
        count = page.locator("#hits .count").inner_text()
        listed = page.locator("#hits [role=option]")
        assert listed.count() == min(
            50,
            sum(
                wanted in f"{n.label('en')}\n{n.label('ko')}\n{n.key}".lower()
                for n in network.nodes
            ),
        )
        assert (
            str(
                sum(
                    wanted in f"{n.label('en')}\n{n.label('ko')}\n{n.key}".lower()
                    for n in network.nodes
                )
            )
            in count
        )
        marks = page.locator("#hits mark").all_inner_texts()
        assert {mark.lower() for mark in marks} == {wanted}
    field.fill("연구ㅎ")
    assert WORDS[lang]["none"] in page.locator("#hits").inner_text()
    field.fill("하")  # the beginning of 한국, while it is being typed
    assert page.locator("#hits [role=option]").count() > 0


@BOTH
def test_a_hit_is_lit_and_jumped_to_by_keyboard(opened: Opened, lang: str) -> None:
    network = partners()
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


# --- filters -----------------------------------------------------------------------------


@BOTH
def test_the_legend_filters_and_counts(opened: Opened, lang: str) -> None:
    network = partners()
    page = opened(network, lang)
    entry = page.locator('#legend [data-facet="kind"][data-key="coop:Organisation"]')
    assert entry.get_attribute("aria-pressed") == "true"
    entry.click()
    assert entry.get_attribute("aria-pressed") == "false"
    assert page.evaluate("document.activeElement.dataset.key") == "coop:Organisation"
    kinds = {network.nodes[i].kind.label("en") for i in drawn(page)}
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
    assert offered == 7, "community, technology, country, open list, status, kind, foreign"
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
    network = of_the_article(name)
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
    network = of_the_article("budgets")
    page = opened(network, at="only-ministry=organisation/msit")
    shown = keys_of(network, drawn(page))
    assert "msit" in shown
    assert "motie" not in shown
    kinds = {network.nodes[i].kind.label("en") for i in drawn(page)}
    assert {"budget line", "technology"} <= kinds or {"budget line", "programme"} <= kinds


def test_declared_observed_and_derived_are_told_apart(opened: Opened) -> None:
    kind = Named("urn:k", pair("body", "기관"))
    nodes = tuple(Node(f"urn:n{i}", pair(f"n{i}", f"n{i}"), kind) for i in range(4))
    edges = tuple(
        Edge(i, i + 1, kind, attributes={"layer": layer})
        for i, layer in enumerate(("declared", "observed", "derived"))
    )
    page = opened(Network("layers", pair("Layers", "층"), nodes, edges), "ko")
    page.locator("#facet-layer").click()
    page.get_by_role("checkbox", name="실적").uncheck()
    assert drawn(page, "edges") == {0, 2}


def test_filters_that_hide_everything_say_so(opened: Opened) -> None:
    page = opened(partners())
    for index in range(2):
        page.locator('#legend [data-facet="edge"]').nth(index).click()
    assert drawn(page) == set()
    assert "No items match" in page.locator("#shown").inner_text()
    page.get_by_role("button", name="Show all").first.click()
    assert len(drawn(page)) == 24
