"""Charts: the figures of a question as a picture, in both languages, offline, citable."""

from __future__ import annotations

import html
import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, cast
from xml.etree import ElementTree

import pytest
from command_line import called
from network_stores import HOSTILE, store_of
from playwright.sync_api import sync_playwright

import chromium as chromium_finder
from coopgraph.errors import (
    ExtraMissing,
    FileUnwritable,
    FontMissing,
    UnknownChart,
    UnknownFormat,
    UsageError,
)
from coopgraph.formats import fonts
from coopgraph.i18n import text
from coopgraph.queries import Entity, ask
from coopgraph.store import Store
from coopgraph.view.charts import CHARTS, Chart, chart, chart_names

NAMES = ("budgets-over-time", "ministry-technology", "technology-country", "technology-lists")
TAGS = """
id:technology/quantum skos:prefLabel "Quantum"@en , "양자"@ko .
id:technology/space skos:prefLabel "Space"@en , "우주"@ko .
id:organisation/msit skos:prefLabel "MSIT"@en , "과기정통부"@ko ; coop:country id:country/kr .
id:organisation/motie skos:prefLabel "MOTIE"@en , "산업부"@ko ; coop:country id:country/kr .
id:country/kr coop:jurisdictionCode "KR" .
id:currency/krw coop:currencyCode "KRW" .
id:programme/a coop:owner id:organisation/msit ;
  coop:phase id:phase/allocation ; coop:budgetYear 2026 .
id:programme/b coop:owner id:organisation/motie ;
  coop:phase id:phase/allocation ; coop:budgetYear 2026 .
id:tag/a a coop:TechnologyTag ; coop:technology id:technology/quantum ;
  coop:amount 300000000000 ; coop:currency id:currency/krw ; coop:ofProgramme id:programme/a .
id:tag/b a coop:TechnologyTag ; coop:technology id:technology/space ;
  coop:amount 50000000000 ; coop:currency id:currency/krw ; coop:ofProgramme id:programme/a .
id:tag/c a coop:TechnologyTag ; coop:technology id:technology/space ;
  coop:amount 1250000000000 ; coop:currency id:currency/krw ; coop:ofProgramme id:programme/b .
"""


@pytest.fixture(scope="module")
def shipped(store_folder: Path) -> Iterator[Store]:
    store = Store.open(store_folder)
    yield store
    store.close()


def texts_of(svg: str) -> list[str]:
    """The texts of an SVG, which must be well-formed and text."""
    root = ElementTree.fromstring(svg)
    return ["".join(e.itertext()) for e in root.iter("{http://www.w3.org/2000/svg}text")]


def test_the_charts_have_names_and_questions_that_exist(shipped: Store) -> None:
    assert tuple(chart_names()) == NAMES
    for kind in CHARTS.values():
        ask(shipped, kind.question)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("lang", ["en", "ko"])
def test_a_chart_is_text_in_its_language_and_always_the_same(
    shipped: Store, name: str, lang: str
) -> None:
    made = chart(shipped, name, lang=lang)
    svg = made.svg()
    assert svg == chart(shipped, name, lang=lang).svg()
    texts = texts_of(svg)
    assert texts
    assert any("가" <= letter <= "힣" for letter in "".join(texts)) == (lang == "ko")
    assert made.html() == chart(shipped, name, lang=lang).html()
    assert "dc:date" not in svg


def test_the_matrix_holds_each_number_of_the_question(shipped: Store) -> None:
    answer = ask(shipped, "country-concentration")
    texts = texts_of(chart(shipped, "technology-country").svg())
    numbers = [int(text) for text in texts if text.isdigit()]
    assert sorted(numbers) == sorted(row["partners"] for row in answer)  # type: ignore[type-var]
    assert {str(row["technology"]) for row in answer} <= set(texts)
    assert "No country (international)" in " ".join(texts)


def test_each_line_with_two_years_has_its_picture(shipped: Store) -> None:
    answer = ask(shipped, "budget-series")
    lines = {str(row["line"]) for row in answer}
    assert len(lines) > 5
    for line in lines:
        assert len({row["year"] for row in answer if str(row["line"]) == line}) > 1
    told = " ".join(texts_of(chart(shipped, "budgets-over-time").svg()))
    for phase in {str(row["phase"]) for row in answer} | {str(row["basis"]) for row in answer}:
        assert phase in told
    markers = re.findall(r'class="mark"', chart(shipped, "budgets-over-time").svg())
    assert len(markers) >= len(answer), "each figure is a mark"


def test_the_flow_says_what_goes_to_each_technology_and_adds_nothing_up_that_overlaps() -> None:
    made = chart(store_of(TAGS), "ministry-technology", lang="ko")
    texts = texts_of(made.svg())
    assert sorted(texts) == ["과기정통부", "산업부", "양자: 3,000억 원", "우주: 1.3조 원"]
    assert made.svg().count('class="band"') == 3
    assert "기술마다 그려지므로" in made.html()


def test_a_chart_of_nothing_says_so_in_each_language() -> None:
    empty = store_of("id:a/b skos:prefLabel 'c' .")
    for name in NAMES:
        made = chart(empty, name)
        assert texts_of(made.svg("en")) == [text(f"chart.{name}.empty", "en")]
        assert texts_of(made.svg("ko")) == [text(f"chart.{name}.empty", "ko")]
        assert text(f"chart.{name}.empty", "ko") in made.html()
        assert "<table>" not in made.html()


def hostile() -> Chart:
    one, other = (text.replace('"', '\\"') for text in HOSTILE[:2])
    return chart(
        store_of(
            f'id:technology/a skos:prefLabel "{one}"@en . '
            f'id:country/x skos:prefLabel "{other} $x^2$ $"@en . '
            "id:organisation/o coop:country id:country/x . "
            'id:country/x coop:jurisdictionCode "X" . '
            "id:partner-link/l a coop:PartnerLink ; coop:technology id:technology/a ; "
            "coop:jurisdiction id:country/x ; coop:plan id:plan/p ; "
            "coop:partnerRole <https://w3id.org/coopgraph/id/partner-role/intended> ; "
            "coop:partnerKind <https://w3id.org/coopgraph/id/partner-kind/institution> ; "
            "coop:partner id:organisation/o ."
        ),
        "technology-country",
    )


def test_hostile_labels_are_text() -> None:
    made = hostile()
    told = " ".join(texts_of(made.svg()))
    assert "onerror" in told
    assert "$x^2$" in told.replace(" ", ""), "a dollar sign is no formula"
    page = made.html()
    assert "<img" not in page
    assert "<script" not in page
    assert "script-src" not in page
    assert "default-src 'none'" in page.replace("&#39;", "'")


def test_control_characters_are_shown_as_dots(shipped: Store) -> None:
    def altered(cell: object) -> object:
        return Entity(f"{cell}\x00\x1b\x7f\ufffe", cell.iri) if isinstance(cell, Entity) else cell

    for name, store in zip(NAMES, (shipped, store_of(TAGS), shipped, shipped), strict=True):
        made = chart(store, name)
        rows = tuple(tuple(map(altered, row)) for row in made.answers["en"].rows[:6])
        answer = replace(made.answers["en"], rows=cast("Any", rows))
        shown = replace(made, answers={**made.answers, "en": answer})
        assert "····" in " ".join(texts_of(shown.svg()))
        assert not re.search("[\x00\x1b\x7f\ufffe]", shown.html())


def test_the_page_needs_nothing_and_switches_languages(
    shipped: Store, chromium: Path, tmp_path: Path
) -> None:
    made = chart(shipped, "technology-country")
    titles = [text("chart.technology-country.title", lang) for lang in ("en", "ko")]
    path = made.save(tmp_path / "chart.html")
    asked: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(chromium), args=list(chromium_finder.ARGUMENTS)
        )
        for width in (1440, 390):
            page = browser.new_page(viewport={"width": width, "height": 900})
            page.on("request", lambda request: asked.append(request.url))
            page.goto(path.as_uri())
            assert page.locator("h1:visible").all_inner_texts() == [titles[0]]
            page.get_by_label("한국어").focus()
            page.keyboard.press("Space")
            assert page.locator("h1:visible").all_inner_texts() == [titles[1]]
            assert page.locator("tbody:visible tr").count() == len(made.answers["ko"])
            assert page.evaluate("document.documentElement.scrollWidth") <= width
        browser.close()
    assert asked == [path.as_uri()] * 2


def test_the_page_cites_the_sources_of_its_figures(shipped: Store) -> None:
    page = chart(shipped, "budgets-over-time").html()
    answer = ask(shipped, "budget-series")
    for source in {str(row["source"]) for row in answer}:
        assert page.count(source.replace("&", "&amp;").replace("'", "&#39;")) >= 2, source
    assert "coopgraph query budget-series" in page
    for place in {str(row["locator"]) for row in answer.sources()}:
        assert html.escape(place) in page, "and where in them, unverified where nobody compared it"
    assert "(unverified)" in page
    assert "(원문 미확인)" in page


def test_a_png_has_korean_letters_or_says_that_it_cannot(
    shipped: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = chart(shipped, "technology-country", lang="en").save(tmp_path / "chart.png")
    assert path.read_bytes().startswith(b"\x89PNG\r\n")
    monkeypatch.setattr(fonts, "WIDE", ("No Such Font",))
    with pytest.raises(FontMissing, match=r"fonts-noto-cjk, or write \.svg or \.html"):
        chart(shipped, "technology-country", lang="ko").save(tmp_path / "ko.png")
    assert not (tmp_path / "ko.png").exists()


def test_a_notebook_shows_the_svg_itself(shipped: Store) -> None:
    shown = chart(shipped, "technology-country")._repr_html_()
    assert "<svg" in shown
    assert "<?xml" not in shown


def test_the_reader_s_settings_of_matplotlib_play_no_role() -> None:
    import matplotlib

    before = chart(store_of(TAGS), "ministry-technology").png()
    with matplotlib.rc_context({"font.size": 40, "text.usetex": False, "axes.facecolor": "red"}):
        assert chart(store_of(TAGS), "ministry-technology").png() == before
        assert matplotlib.rcParams["font.size"] == 40


def test_mistakes_are_one_line(shipped: Store, tmp_path: Path) -> None:
    with pytest.raises(UnknownChart, match="did you mean technology-country"):
        chart(shipped, "technology-countries")
    with pytest.raises(UsageError, match="known: en, ja, ko"):
        chart(shipped, "technology-country", lang="fr")
    made = chart(shipped, "technology-country")
    with pytest.raises(UnknownFormat, match=r"\.html, \.svg or \.png"):
        made.save(tmp_path / "chart.pdf")
    with pytest.raises(FileUnwritable):
        made.save(tmp_path / "none" / "chart.svg")


def test_the_command_lists_and_writes(store_folder: Path, tmp_path: Path) -> None:
    listed = called("chart", "--list", "--lang", "ko")
    assert listed.code == 0
    lines = listed.out.decode().splitlines()
    assert [line.split()[0] for line in lines] == list(NAMES)
    assert text("chart.technology-country.title", "ko") in lines[2]
    store = ("--store", str(store_folder))
    target = tmp_path / "c.svg"
    done = called("chart", "technology-country", "-o", str(target), *store)
    assert done.code == 0, done.err
    assert texts_of(target.read_text("utf-8"))
    wrong = called("chart", "nothing", *store)
    assert wrong.code == 2
    assert "technology-country" in wrong.message
    assert called("chart").code == 2


def test_a_chart_on_a_page_has_the_colours_of_the_page_and_a_file_its_own(shipped: Store) -> None:
    made = chart(shipped, "technology-country")
    picture = made.html().partition("<figure")[2].partition("</figure>")[0]
    sheet = (Path(__file__).parents[1] / "src/coopgraph/formats/static/workbench.css").read_text()
    tokens = set(re.findall(r"var\((--[\w-]+)\)", picture))
    assert {"--ink", "--declared", "--font-text"} <= tokens
    assert all(f"{token}:" in sheet for token in tokens)
    assert "#" not in re.sub(r">[^<]*<|&#\d+;", "><", picture), "no colour beside the tokens"
    assert "var(" not in made.svg(), "programs for pictures do not know tokens"


def test_an_svg_needs_no_matplotlib(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    made = chart(store_of(TAGS), "ministry-technology")
    assert texts_of(made.svg())
    with pytest.raises(ExtraMissing, match=r"matplotlib .*coopgraph\[charts\]"):
        made.png()
