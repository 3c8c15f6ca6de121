"""From a picture, a brief or a table to the page of what it names, and back; the start page at a
glance."""

from __future__ import annotations

from pathlib import Path

import pytest
from invented import write
from page_server import Reader, get

from coopgraph.api import KnowledgeGraph
from coopgraph.compiler import build
from coopgraph.server.address import PageRequest
from coopgraph.server.glance import Glance, at_a_glance
from coopgraph.store import Store
from coopgraph.vocabulary import ID

_LED = "/id/technology/quantum"


def glance(folder: Path, lang: str = "en", **scope: str) -> Glance:
    kg = KnowledgeGraph(Store.open(folder))
    return at_a_glance(kg, PageRequest(lang, scope=scope, graph=kg))


@pytest.fixture(scope="module")
def norway(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("norway")
    build(write(folder / "data"), folder / "store")
    return folder / "store"


@pytest.mark.parametrize(
    ("lang", "title"),
    [
        ("en", "13 of 16 named links go to United States"),
        ("ko", "제시된 연결 16건 중 13건이 미국"),
    ],
)
def test_each_link_that_the_plan_names_is_one_mark(
    store_folder: Path, lang: str, title: str
) -> None:
    units = glance(store_folder, lang).units
    assert units is not None
    assert units.title.said == title
    assert units.title.sources
    shown = [unit.mark for _, of in units.rows for unit in of]
    assert [count for _, count in units.legend] == [shown.count(at) for at in range(5)]
    assert [count for _, count in units.legend] == [13, 1, 1, 0, 1]
    named = {str(partner.partner.iri) for _, of in units.rows for partner in of}
    assert f"{ID}organisation/eth-zurich" in named
    assert units.beyond == 0


def test_a_budget_is_shown_by_year_with_its_phase(store_folder: Path) -> None:
    money = glance(store_folder).money
    assert money is not None
    assert money.title.said == (
        "Global R&D budget, all government: KRW 507.5 billion in 2023, "
        "about KRW 1.8167 trillion in 2024 (approved)"
    )
    assert "style=" not in money.picture, "the policy of a page forbids it"
    assert money.picture.count('class="mark"') >= 3


def test_plans_stand_side_by_side_each_its_own(store_folder: Path) -> None:
    """One of each planner, the reader's first, and a country that has none here."""
    cards = glance(store_folder).cards
    own, *others, absent = cards
    assert own.is_own
    assert own.plan is not None
    assert own.plan.iri == f"{ID}plan/strategic-joint-research-plan"
    assert own.sources
    assert dict(own.facts)["Stance"] == ("catch-up", "cooperation-convergence", "leading")
    assert {card.whose for card in others} >= {"Australia", "United Kingdom", "Switzerland"}
    assert len({card.whose for card in cards}) == len(cards)
    assert absent.plan is None
    assert "No plan of it is in this store" in dict(absent.facts)["Status"][0]
    told = [amount for card in others for amount in dict(card.facts).get("Money", ())]
    assert not any("KRW" in amount for amount in told), "each in its own currency"


def test_another_country_alone_is_shown_as_it_is(norway: Path) -> None:
    """Nothing of Korea, whose plans are not there."""
    shown = glance(norway)
    assert shown.cards
    assert shown.cards[0].whose != "Republic of Korea"
    assert "Korea" not in repr(shown)


def test_a_scope_of_one_plan_shows_that_one(store_folder: Path) -> None:
    shown = glance(store_folder, whose="JP")
    assert shown.cards[0].whose == "Japan"
    assert "United States" not in [card.whose for card in shown.cards if card.plan]


def test_a_chart_leads_to_what_it_shows_and_to_its_table(address: str) -> None:
    page = Reader(get(address, "/chart/technology-country?technology=quantum&lang=ko").text)
    links = page.links()
    assert f"{_LED}?lang=ko" in links
    assert "/id/country/ch?lang=ko" in links
    assert "/questions/country-concentration?technology=quantum&lang=ko" in links
    table = Reader(get(address, "/questions/country-concentration?technology=quantum").text)
    assert "/chart/technology-country?technology=quantum" in table.links()


def test_a_chart_as_a_file_leads_nowhere_on_a_server(store_folder: Path) -> None:
    page = KnowledgeGraph(Store.open(store_folder)).chart("technology-country").html()
    assert not [link for link in Reader(page).links() if link.startswith("/")]


def test_a_brief_leads_to_the_page_of_what_it_is_about_first(address: str) -> None:
    page = Reader(get(address, "/brief/quantum?lang=ko").text)
    links = [link for link in page.links() if link.startswith("/id/")]
    assert links[0] == f"{_LED}?lang=ko"
    assert {"/id/organisation/eth-zurich?lang=ko", "/id/country/ch?lang=ko"} <= set(links)
    assert not [link for link in links if "/source/" in link or "/phase/" in link]
    assert all(get(address, link).status == 200 for link in links[:6])


@pytest.mark.parametrize(
    ("path", "network", "chart"),
    [
        (_LED, "=strategic-joint-research-plan#node=technology/quantum", "technology"),
        ("/id/country/us", "#node=country/us", "country"),
        ("/id/organisation/mit", "=strategic-joint-research-plan#node=organisation/mit", ""),
        ("/id/budget-line/rd-quantum", "", "line"),
        ("/id/source/article", "", ""),
    ],
)
def test_a_page_leads_to_the_pictures_that_show_it(
    address: str, path: str, network: str, chart: str
) -> None:
    links = Reader(get(address, path).text).links()
    shown = [link for link in links if link.startswith("/networks/")]
    assert [link.endswith(network) for link in shown] == ([True] if network else [])
    drawn = [link for link in links if link.startswith("/chart/")]
    assert [f"{chart}=" in link for link in drawn] == ([True] if chart else [])
    assert all(get(address, link).status == 200 for link in drawn)
