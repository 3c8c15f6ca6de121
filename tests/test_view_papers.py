"""The page of a network of projects and papers: each edge says what it rests on, the legend tells
the kinds apart, nothing adds them up. In both languages."""

from __future__ import annotations

from typing import Any

import pytest
from network_stores import ANY
from papers import Papers, store_of_practice
from test_network_papers import PROJECTS, STORE, WORKS, between
from test_view_saving import query_of
from view_pages import (  # noqa: F401
    MIDDLE,
    Opened,
    a_browser,
    click,
    drawn,
    opening,
)

from coopgraph.network import Network, evidence, project
from coopgraph.view import overview

SAID = {
    "en": {
        WORKS: ("published together", "Works published together", "Quantum Optics, 2018: 3 works",
                "First year", "Papers of an import", "each kind on its own scale"),
        PROJECTS: ("takes part in the same projects", "Projects shared", "P0, P2",
                   "Projects of an import"),
    },
    "ko": {
        WORKS: ("공동 논문 발표", "공동 논문 수", "Quantum Optics [en], 2018년: 논문 3편",
                "최초 연도", "가져온 논문", "연결 종류별 축척 다름"),
        PROJECTS: ("공동 과제 참여", "공동 과제 수", "P0 [en], P2 [en]", "가져온 과제"),
    },
}  # fmt: skip
BOTH = pytest.mark.parametrize("lang", ["en", "ko"])


def facts(page: Any) -> dict[str, str]:
    """The names and values of the details."""
    names = page.locator("#details dl dt").all_inner_texts()
    return dict(zip(names, page.locator("#details dl dd").all_inner_texts(), strict=True))


@BOTH
def test_the_panel_says_why_an_edge_is_there(opened: Opened, lang: str) -> None:
    network = project(STORE, "collaboration", ANY)
    page = opened(network, lang)
    kind, unit, shared, first, source, _ = SAID[lang][WORKS]
    click(page, between(network, 0, 1, WORKS), MIDDLE)
    told = facts(page)
    assert kind in told.values()
    assert (told[unit], told[first]) == ("6", "2018")
    assert {"en": "observed", "ko": "실적"}[lang] in told.values()
    assert shared in "".join(told.values())
    assert source in page.locator("#details").inner_text()
    assert "No source" not in page.locator("#details").inner_text()
    kind, unit, shared, source = SAID[lang][PROJECTS]
    click(page, between(network, 0, 1, PROJECTS), MIDDLE)
    told = facts(page)
    assert kind in told.values()
    assert told[unit] == "2"
    assert shared in told.values()
    assert source in page.locator("#details").inner_text()


@BOTH
def test_the_legend_tells_the_kinds_apart_and_hides_one(opened: Opened, lang: str) -> None:
    network = project(STORE, "collaboration", ANY)
    page = opened(network, lang)
    entries = page.locator('#legend [data-facet="edge"].entry')
    assert {text.split("\n")[0] for text in entries.all_inner_texts()} == {
        SAID[lang][WORKS][0],
        SAID[lang][PROJECTS][0],
    }
    colours = page.eval_on_selector_all(
        '#legend [data-facet="edge"] .stroke', "all => all.map(e => getComputedStyle(e).stroke)"
    )
    assert len(set(colours)) == 2
    assert SAID[lang][WORKS][5] in page.locator("#legend").inner_text()
    whole = drawn(page, "edges")
    page.locator(f'#legend [data-facet="edge"][data-key="{WORKS}"].entry').click()
    left = drawn(page, "edges")
    assert left
    assert left == {i for i in whole if network.edges[i].kind.label("en").startswith("takes part")}


def test_the_query_of_an_edge_gives_what_it_rests_on_and_no_more(opened: Opened) -> None:
    network = project(STORE, "collaboration", ANY)
    page = opened(network)
    for kind, vias in ((WORKS, 3), (PROJECTS, 2)):
        number = between(network, 0, 1, kind)
        click(page, number, MIDDLE)
        rows = STORE.select(query_of(page))
        edge = network.edges[number]
        ends = (network.nodes[edge.source].iri, network.nodes[edge.target].iri)
        assert {tuple(term.value for term in row) for row in rows} == {
            (*ends, via.iri, edge.kind.iri) for via in edge.via
        }
        assert len(rows) == vias


def large(monkeypatch: pytest.MonkeyPatch) -> Network:
    """Two kinds of edges among 60 bodies, drawn as communities; nothing shared is listed."""
    monkeypatch.setattr(overview, "NODES", 20)
    monkeypatch.setattr(evidence, "VIAS_UP_TO", 5)
    projects = [(p, b) for p in range(30) for b in (p * 7 % 60, p * 11 % 60, p * 13 % 60 + 0)]
    papers = [Papers(b, b + 1 + b % 5, 1, 2018 + b % 3, 4) for b in range(54)]
    return project(store_of_practice(projects, papers), "collaboration", ANY)


@BOTH
def test_a_large_page_says_it_of_each_edge(
    opened: Opened, monkeypatch: pytest.MonkeyPatch, lang: str
) -> None:
    network = large(monkeypatch)
    for kind, of in ((WORKS, "published"), (PROJECTS, "takes part")):
        number = next(i for i, e in enumerate(network.edges) if e.kind.label("en").startswith(of))
        page = opened(network, lang, at=f"edge=%23{number}")
        told = facts(page)
        said = SAID[lang][kind]
        assert said[0] in told.values()
        assert told[said[1]] == f"{network.edges[number].weight:g}"
        assert said[-1 if kind == PROJECTS else 4] in page.locator("#details").inner_text()
        assert (SAID[lang][WORKS][3] in told) == (kind == WORKS)
        if kind == WORKS:
            year = network.edges[number].attributes["first_year"]
            assert told[said[3]] == str(year)
