"""Budgets as a flow: only amounts that may be compared share a picture, and each enters once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

import coopgraph
from coopgraph.network import Edge, Named, Network, Node
from coopgraph.queries.question import pair
from coopgraph.server.address import Fields, PageRequest
from coopgraph.server.pages import network as pages
from coopgraph.view.charts.budget_flow import flow_plots, flow_svg
from coopgraph.view.charts.figure import Band, Caption, Plot
from coopgraph.vocabulary import ID, expand

CLASSES = {name: Named(expand(f"coop:{name}"), pair(name, name))
           for name in ("Organisation", "BudgetLine", "Technology")}  # fmt: skip
NODES = (
    ("Organisation", "<b>Ministry</b> & co"), ("BudgetLine", "Whole"), ("BudgetLine", "Part"),
    ("BudgetLine", "Bare"), ("Technology", "Light"), ("Technology", "Dark"),
)  # fmt: skip


def kind(curie: str) -> Named:
    return Named(expand(curie), pair(curie, curie))


def made(*amounts: tuple[int, int, str, float, str, int]) -> Network:
    """A network of budgets: ends, kind, amount, currency and year of each edge."""
    nodes = tuple(
        Node(f"{ID}x/{i}", pair(name, f"{name} 한"), CLASSES[of])
        for i, (of, name) in enumerate(NODES)
    )
    edges = tuple(
        Edge(a, b, kind(way), amount, attributes={"currency": unit, "year": year, "phase": "p"})
        for a, b, way, amount, unit, year in amounts
    )
    return Network("budgets", pair("B", "비"), nodes, edges)


OWN = (0, 1, "coop:owner", 100.0, "KRW", 2024)
FOR = (1, 4, "coop:technology", 100.0, "KRW", 2024)


def bands(plot: Plot) -> list[Band]:
    return [shape for shape in plot.shapes if isinstance(shape, Band)]


def words(plot: Plot) -> str:
    return " ".join(shape.text for shape in plot.shapes if isinstance(shape, Caption))


def test_money_flows_from_its_owner_through_the_line_to_what_it_is_for() -> None:
    (plot,) = flow_plots(made(OWN, FOR), "en")
    owner, purpose = sorted(bands(plot))
    assert owner.x + owner.width <= purpose.x
    assert owner.thick == purpose.thick > 0
    assert "2024" in words(plot)
    assert "KRW" in words(plot)


def test_amounts_of_another_year_or_currency_have_pictures_of_their_own() -> None:
    plots = flow_plots(made(OWN, (*OWN[:4], "EUR", 2024), (*OWN[:4], "KRW", 2025)), "en")
    assert len(plots) == 3
    assert {len(bands(plot)) for plot in plots} == {1}


def test_an_amount_enters_once_and_what_does_not_is_said() -> None:
    part = ((0, 2, "coop:owner", 40.0, "KRW", 2024), (2, 1, "skos:broader", 0.0, "", 0))
    other = (*OWN[:3], 120.0, "KRW", 2024)
    bare = (0, 3, "coop:owner", 0.0, "", 0)
    plot, rest = flow_plots(made(OWN, FOR, other, *part, bare), "en")
    assert len(bands(plot)) == 2
    assert "Part" not in words(plot)
    assert "1 lines that are part" in words(plot)
    assert "KRW 120" in words(plot)
    assert "1 lines: sources state different" in words(plot)
    assert "1 lines, of which no whole amount" in words(rest)


def test_what_is_for_several_things_is_not_split() -> None:
    (plot,) = flow_plots(made(OWN, FOR, (1, 5, *FOR[2:])), "en")
    assert len(bands(plot)) == 2
    assert "Light, Dark" in words(plot)


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_the_file_is_svg_and_escapes_its_texts(lang: str) -> None:
    text = flow_svg(made(OWN), lang)
    assert "<b>" not in text
    assert ElementTree.fromstring(text.partition("?>")[2]) is not None
    nothing = flow_plots(replace(made(), nodes=()), lang)
    assert not bands(nothing[0])
    assert words(nothing[0])


def test_a_circle_of_lines_ends() -> None:
    circle = ((1, 2, "skos:broader", 0.0, "", 0), (2, 1, "skos:broader", 0.0, "", 0))
    (plot,) = flow_plots(made(OWN, *circle), "en")
    assert len(bands(plot)) == 1


def test_the_server_gives_it_and_its_network_leads_there(article_folder: Path) -> None:
    with coopgraph.open(article_folder) as kg:
        got = pages.flow(kg, PageRequest(fields=Fields((("year", "2024"),)), lang="ko"))
        assert got.headers["Content-Type"] == "image/svg+xml"
        assert 'class="band"' in got.body.decode()
        page = pages.network(kg, PageRequest(names={"name": "budgets"})).body.decode()
        assert "networks/budgets/flow" in page
        assert "/networks/budgets/flow" in pages.networks(kg, PageRequest()).body.decode()
        fields = Fields((("year", "2024"),))
        drawn = pages.flow_page(kg, PageRequest(fields=fields, lang="ko")).body.decode()
        assert "/networks/budgets/flow.svg?year=2024" in drawn
        assert 'fill="var(--tone-0)"' in drawn, "in the colours of the theme"
