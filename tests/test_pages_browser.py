"""The pages in a real browser, which reaches the server of the test and nothing else."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from invented import write
from page_server import IN_EDITOR, PARTNERS, Opened, ask, opening, serving  # noqa: F401
from playwright.sync_api import expect
from view_pages import a_browser  # noqa: F401

from coopgraph.compiler import build
from coopgraph.compiler.imports import import_files
from coopgraph.vocabulary import ID, PREFIXES

HOSTILE = (
    '<img src=x onerror="window.broken=1">',
    "</script><script>window.broken=2</script>",
    "\"' onmouseover='window.broken=3' {{ 7*7 }} &amp;",
)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server over a graph with an import whose labels and addresses try to run as code."""
    folder = tmp_path_factory.mktemp("hostile")
    build(write(folder / "data"), folder / "store")
    (folder / "hostile.ttl").write_text(_hostile_turtle(), encoding="utf-8")
    import_files("rdf", [folder / "hostile.ttl"], folder / "store")
    with serving(folder / "store") as at:
        yield at


def _hostile_turtle() -> str:
    first, second, third = (f'"""{text}"""' for text in HOSTILE)
    head = "".join(f"@prefix {name}: <{base}> .\n" for name, base in PREFIXES.items())
    return f"""{head}@base <{ID}> .
<technology/bad> a coop:Technology ; skos:prefLabel {first}@en , {second}@ko ;
  skos:definition {third}@en ; skos:altLabel {second}@en ; coop:evidence <evidence/bad> ;
  coop:intendedPartner <organisation/bad> ; foaf:page <javascript:window.broken=6> ;
  rdfs:seeAlso "javascript:window.broken=7" ;
  <http://a.example/'onmouseover='window.broken=8> {third} .
<organisation/bad> a coop:Organisation ; skos:prefLabel {second}@en , {first}@ko ;
  coop:country <country/xa> .
<evidence/bad> a coop:Evidence ; skos:prefLabel {third}@en , {first}@ko ;
  oa:hasSource <source/bad> .
<source/bad> a coop:Source ; skos:prefLabel {first}@en , {third}@ko ;
  foaf:page <javascript:window.broken=9> .
"""


@pytest.mark.parametrize(("lang", "name"), [("en", "Quantum technology"), ("ko", "양자")])
def test_search_leads_to_an_entity(opened: Opened, address: str, lang: str, name: str) -> None:
    page = opened(address, f"/?lang={lang}")
    page.locator("input[type=search]").first.click()
    page.keyboard.type("양자")
    option = page.locator("[role=option]").first
    option.wait_for()
    assert page.locator("main [role=combobox]").first.get_attribute("aria-expanded") == "true"
    page.keyboard.press("ArrowDown")
    expect(page.locator("[role=option][aria-selected=true]")).to_have_count(1)
    page.keyboard.press("Enter")
    page.wait_for_url("**/id/technology/quantum*")
    assert page.locator("h1").inner_text() == name
    assert page.locator(".around .wide svg a").count() > 5
    neighbour = page.locator(".around .wide svg a[href^='/id/']").first
    place, *_ = str(neighbour.get_attribute("href")).split("?")
    neighbour.click()
    page.wait_for_url(f"**{place}*")
    assert page.evaluate("document.documentElement.lang") == lang


def test_a_search_by_enter_gives_a_list(opened: Opened, address: str) -> None:
    page = opened(address, "/questions")
    page.locator("input[type=search]").fill("한국")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=*")
    assert page.locator("ul.results li").count() > 5


@pytest.mark.parametrize(("lang", "told"), [("en", "{} rows"), ("ko", "{}건")])
def test_a_question_is_asked_by_its_form(
    opened: Opened, address: str, lang: str, told: str
) -> None:
    page = opened(address, f"/questions/partners?lang={lang}")
    field = page.locator("input[name=technology]")
    field.click()
    page.keyboard.type("양")
    option = page.locator("[role=option]").first
    option.wait_for()
    option.click()
    assert field.input_value() == ("Quantum technology" if lang == "en" else "양자")
    page.locator("form.parameters button").click()
    page.wait_for_url("**technology=*")
    rows = page.locator("tbody tr").count()
    assert rows > 2, "several plans of Korea name partners for it"
    count = told.format(rows)
    assert page.get_by_role("status").inner_text() == count
    assert page.locator("td.where").first.inner_text().count(":") >= 1
    page.locator(".tools a", has_text="SPARQL").click()
    expect(page.locator("#count")).to_have_text(count)


def test_facts_open_as_a_query(opened: Opened, address: str) -> None:
    page = opened(address, "/id/technology/quantum")
    page.get_by_role("link", name="As SPARQL").click()
    expect(page.locator("#count")).to_contain_text("rows")
    shown = page.locator("#table").inner_text()  # the first hundred rows
    assert "The twelve national strategic technologies" in shown


PATHS = (
    "/",
    "/questions",
    "/questions/partners?technology=quantum",
    "/networks",
    "/query",
    "/search?q=quantum",
    "/id/technology/quantum",
    "/id/technology/none",
    "/ns/codes",
)


@pytest.mark.parametrize("path", PATHS)
def test_pages_have_no_serious_barrier(opened: Opened, address: str, path: str) -> None:
    page = opened(address, path)
    if path == "/query":
        ask(page, PARTNERS)
        expect(page.locator("#count")).to_have_text("16 rows")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert page.evaluate(f"matchMedia('(prefers-color-scheme: {scheme})').matches")
        found = Axe().run(page).response["violations"]
        serious = [v for v in found if v["impact"] in ("serious", "critical")]
        told = [(v["id"], [n["html"][:120] for n in v["nodes"]][:3]) for v in serious]
        assert told == [], scheme


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("path", PATHS)
def test_pages_fit_a_phone(opened: Opened, address: str, path: str, lang: str) -> None:
    page = opened(address, f"{path}{'&' if '?' in path else '?'}lang={lang}", width=390)
    if path == "/query":
        ask(page, PARTNERS)
        expect(page.locator("#count")).to_contain_text("16")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    if path.startswith("/id/technology/quantum"):
        assert page.locator(".around .narrow svg").is_visible()
        assert page.locator(".around .wide").is_hidden()


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize(
    "path",
    ["/", "/id/technology/bad", "/id/organisation/bad", "/id/source/bad", "/id/evidence/bad",
     "/questions/technologies", "/questions/sources", "/questions/facts?about=id:technology/bad",
     "/search?q=script", "/search?q=%3Cimg", "/networks/technology-partners",
     "/id/technology/%3Cimg%20src%3Dx%20onerror%3D%22window.broken%3D4%22%3E",
     "/questions/partners?technology=%3C%2Fscript%3E%3Cscript%3Ewindow.broken%3D5%3C%2Fscript%3E"],
)  # fmt: skip
def test_hostile_labels_do_not_run(opened: Opened, hostile: str, path: str, lang: str) -> None:
    page = opened(hostile, f"{path}{'&' if '?' in path else '?'}lang={lang}")
    page.wait_for_load_state("networkidle")
    assert page.evaluate("window.broken") is None
    assert page.locator("img[src=x]").count() == 0
    assert page.locator("[onmouseover]").count() == 0
    assert page.locator("a[href^='javascript']").count() == 0


WORKBENCH = (
    "/", "/plans", "/money", "/compare", "/documents", "/id/technology/quantum", "/id/country/ch",
    "/networks/technology-partners",
)  # fmt: skip


@pytest.mark.parametrize("path", WORKBENCH)
def test_the_workbench_has_no_barrier_and_fits_every_window(
    opened: Opened, address: str, path: str
) -> None:
    """At 360, 800 and 1400 px; axe finds nothing at all, light and dark."""
    page = opened(address, f"{path}?lang=ko", width=1400)
    for scheme, width in (("light", 1400), ("dark", 800), ("light", 360)):
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        found = Axe().run(page).response["violations"]
        told = [(v["id"], [n["html"][:160] for n in v["nodes"]][:3]) for v in found]
        assert told == [], (scheme, width)


def test_a_term_says_what_it_means_to_mouse_and_keyboard(opened: Opened, address: str) -> None:
    page = opened(address, "/money?lang=ko", width=360)
    terms = page.locator("[aria-describedby=term-phase-approved]")
    assert terms.count() > 5
    meaning = page.locator("[role=tooltip]")
    expect(meaning).to_be_hidden()
    terms.first.focus()
    expect(meaning).to_have_text("국회에서 확정된 예산 단계.")
    page.keyboard.press("Escape")
    expect(meaning).to_be_hidden()
    terms.nth(2).hover()
    expect(meaning).to_have_text("국회에서 확정된 예산 단계.")
    box = meaning.bounding_box()
    assert box is not None
    assert 0 <= box["x"] <= box["x"] + box["width"] <= 360
    assert page.locator("#glossary dd").count() > 3
    assert "정부안" in page.locator("#glossary").inner_text()
    page.goto(f"{address}/questions/like-for-like?lang=ko")
    assert "재분류 기준" in page.locator("#glossary").inner_text()


def test_menu_scope_and_theme_work_by_keyboard(opened: Opened, address: str) -> None:
    page = opened(address, "/plans?lang=en", width=800)
    menu = page.locator(".menu summary")
    menu.focus()
    page.keyboard.press("Enter")
    places = page.locator(".menu nav a")
    assert places.count() == 11
    assert places.nth(3).is_visible()
    page.keyboard.press("Enter")
    chip = page.locator("summary.chip").nth(1)
    chip.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("United K")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**whose=GB*")
    assert "United Kingdom" in page.locator("summary.chip").nth(1).inner_text()
    page.locator(".tabs a").first.click()
    page.wait_for_url("**#plans")
    ground = "getComputedStyle(document.body).backgroundColor"
    before = page.evaluate(ground)
    page.locator("#theme").focus()
    page.keyboard.press("Space")
    chosen = page.evaluate(ground)
    assert chosen != before
    page.goto(f"{address}/money?lang=en")
    assert page.evaluate(ground) == chosen, "it is remembered"


def test_light_and_dark_need_no_script(opened: Opened, address: str) -> None:
    page = opened(address, "/compare?lang=en", java_script_enabled=False)
    before = page.locator("body").evaluate("e => getComputedStyle(e).backgroundColor")
    page.locator("#theme").check(force=True)
    assert page.locator("body").evaluate("e => getComputedStyle(e).backgroundColor") != before


def test_hostile_rows_do_not_run(opened: Opened, hostile: str) -> None:
    page = opened(hostile, "/query")
    ask(page, f"SELECT ?a ?b ?c {{ ?a coop:intendedPartner ?b . BIND('{HOSTILE[0]}' AS ?c) }}")
    expect(page.locator("#count")).to_contain_text("row")
    assert "<img" in page.locator("#table").inner_text()
    page.locator(IN_EDITOR).click()
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.insert_text("SELECT * { ?s ?p ")
    page.keyboard.type("<img")
    page.locator(".cm-tooltip-autocomplete li").first.wait_for()
    page.locator("input[type=search]").click()
    page.keyboard.type("window.broken")
    page.locator("[role=option]").first.wait_for()
    page.locator("#as-network summary").click()
    with page.context.expect_page() as caught:
        page.locator("#as-network button").click()
    drawn = caught.value
    drawn.wait_for_load_state("networkidle")
    for one in (page, drawn):
        assert one.evaluate("window.broken") is None
        assert one.locator("img[src=x]").count() == 0
