"""The pages in a real browser, which reaches the server of the test and nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from invented import write
from page_server import serving
from playwright.sync_api import Browser, Page, Route, expect, sync_playwright

import chromium as chromium_finder
from coopgraph.build import build
from coopgraph.build.importing import import_files
from coopgraph.vocabulary import ID, PREFIXES

Opened = Callable[..., Page]

PARTNERS = "SELECT ?technology ?partner { ?technology coop:plannedPartner ?partner }"
COUNTRIES = "SELECT ?c { ?c a coop:Country }"
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
HOSTILE = (
    '<img src=x onerror="window.broken=1">',
    "</script><script>window.broken=2</script>",
    "\"' onmouseover='window.broken=3' {{ 7*7 }} &amp;",
)
IN_EDITOR = ".cm-content"


@pytest.fixture(scope="module")
def browser(chromium: Path) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=str(chromium), args=list(chromium_finder.ARGUMENTS)
        )
        yield started
        started.close()


@pytest.fixture(scope="module")
def address(store_folder: Path) -> Iterator[str]:
    with serving(store_folder, "--timeout-s", "60") as at:
        yield at


@pytest.fixture(scope="module")
def hasty(store_folder: Path) -> Iterator[str]:
    """A server that stops a query after two seconds."""
    with serving(store_folder, "--timeout-s", "2") as at:
        yield at


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
  coop:plannedPartner <organisation/bad> ; foaf:page <javascript:window.broken=6> ;
  rdfs:seeAlso "javascript:window.broken=7" ;
  <http://a.example/'onmouseover='window.broken=8> {third} .
<organisation/bad> a coop:Organisation ; skos:prefLabel {second}@en , {first}@ko ;
  coop:country <country/xa> .
<evidence/bad> a coop:Evidence ; skos:prefLabel {third}@en , {first}@ko ;
  oa:hasSource <source/bad> .
<source/bad> a coop:Source ; skos:prefLabel {first}@en , {third}@ko ;
  foaf:page <javascript:window.broken=9> .
"""


@pytest.fixture
def opened(browser: Browser) -> Iterator[Opened]:
    """Opens a page; fails where a script fails, a policy is broken or another host is asked."""
    contexts: list[Any] = []
    trouble: list[str] = []

    def page_of(address: str, path: str, width: int = 1440, **more: Any) -> Page:
        def only_ours(route: Route) -> None:
            if route.request.url.startswith(address):
                route.continue_()
            else:
                trouble.append(f"asked {route.request.url}")
                route.abort()

        more.setdefault("locale", "en-GB")
        context = browser.new_context(viewport={"width": width, "height": 900}, **more)
        contexts.append(context)
        context.route("**/*", only_ours)
        page = context.new_page()
        page.on("console", lambda said: trouble.append(said.text) if _is_trouble(said) else None)
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.goto(address + path)
        return page

    yield page_of
    for context in contexts:
        context.close()
    assert trouble == []


def _is_trouble(said: Any) -> bool:
    """Whatever the console says, but for the browser's own line about a status of 400 or 503."""
    return re.match(r"Failed to load resource: .* status of (400|404|503)", said.text) is None


def ask(page: Page, query: str) -> None:
    """Put a query into the editor and run it by keyboard."""
    page.locator(IN_EDITOR).click()
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")  # typed over, Chromium's own editing would copy styles
    page.keyboard.insert_text(query)
    page.keyboard.press("Control+Enter")


def cells(page: Page, column: int) -> list[str]:
    return page.locator(f"#table tbody td:nth-child({column})").all_inner_texts()


@pytest.mark.parametrize(
    ("lang", "typed", "offered", "written"),
    [
        ("en", "planned pa", "coop:plannedPartner", "coop:plannedPartner"),
        ("ko", "협력기", "coop:plannedPartner", "coop:plannedPartner"),
        ("ko", "coop:계획된", "coop:plannedPartner", "coop:plannedPartner"),
        ("en", "매사추", "Massachusetts Institute of Technology", "<organisation/mit>"),
        ("en", "<취리히", "ETH Zurich", "<organisation/eth-zurich>"),
        ("ko", "OPTI", "OPTIONAL", "OPTIONAL"),
        ("en", "sko", "skos:", "skos:"),
    ],
)
def test_what_is_typed_is_completed(
    opened: Opened, address: str, lang: str, typed: str, offered: str, written: str
) -> None:
    page = opened(address, f"/query?lang={lang}")
    page.locator(IN_EDITOR).click()
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.insert_text("SELECT * { ?s ")
    for word in typed.split(" ")[-1:]:
        page.keyboard.type(word)
    option = page.locator(".cm-tooltip-autocomplete li", has_text=offered).first
    option.wait_for()
    for _ in range(40):
        if offered in page.locator(".cm-tooltip-autocomplete li[aria-selected]").inner_text():
            break
        page.keyboard.press("ArrowDown")
    page.wait_for_timeout(100)
    page.keyboard.press("Enter")
    assert written in page.locator(IN_EDITOR).inner_text()


@pytest.mark.parametrize(
    ("lang", "label", "count"),
    [("en", "ETH Zurich", "16 rows"), ("ko", "취리히연방공과대학교", "16행")],
)
def test_a_query_gives_labelled_rows_that_sort(
    opened: Opened, address: str, lang: str, label: str, count: str
) -> None:
    page = opened(address, f"/query?lang={lang}")
    ask(page, PARTNERS)
    expect(page.locator("#count")).to_have_text(count)
    assert label in cells(page, 2)
    link = page.locator("#table a", has_text=label).first
    assert link.get_attribute("title") == "https://w3id.org/coopgraph/id/organisation/eth-zurich"
    header = page.get_by_role("button", name="partner", exact=True)
    header.click()
    expect(page.locator("th[aria-sort=ascending]")).to_have_text("partner")
    ascending = cells(page, 2)
    header.click()
    expect(page.locator("th[aria-sort=descending]")).to_have_text("partner")
    assert cells(page, 2) == ascending[::-1] == sorted(ascending, key=str.casefold, reverse=True)


def test_pages_come_from_the_server_and_stay_in_the_address(opened: Opened, address: str) -> None:
    page = opened(address, "/query")
    ask(page, COUNTRIES)
    expect(page.locator("#count")).to_have_text("rows 1 to 100 of 250")
    first = cells(page, 1)
    expect(page.locator("#previous")).to_be_disabled()
    page.locator("#next").click()
    expect(page.locator("#count")).to_have_text("rows 101 to 200 of 250")
    second = cells(page, 1)
    assert not set(first) & set(second)
    page.reload()
    expect(page.locator("#count")).to_have_text("rows 101 to 200 of 250")
    assert cells(page, 1) == second
    assert "coop:Country" in page.locator(IN_EDITOR).inner_text()
    page.locator("#next").click()
    expect(page.locator("#next")).to_be_disabled()
    assert len(cells(page, 1)) == 50


@pytest.mark.parametrize("format", ["csv", "tsv", "json"])
def test_a_download_holds_all_rows(opened: Opened, address: str, format: str) -> None:
    page = opened(address, "/query?lang=ko")
    ask(page, COUNTRIES)
    expect(page.locator("#count")).to_contain_text("250")
    with page.expect_download() as caught:
        page.get_by_role("button", name=format.upper(), exact=True).click()
    path = caught.value.path()
    text = Path(path).read_text(encoding="utf-8")
    assert text.count("/id/country/") == 250
    assert "대한민국" in text


def test_numbers_stand_to_the_right(opened: Opened, address: str) -> None:
    page = opened(address, "/query")
    ask(page, "SELECT ?x ?amount { ?x coop:amountKrw ?amount } ORDER BY DESC(?amount)")
    cell = page.locator("#table td.number").first
    cell.wait_for()
    assert re.fullmatch(r"[\d,]{10,}", cell.inner_text())
    assert cell.evaluate("e => getComputedStyle(e).textAlign") == "right"


@pytest.mark.parametrize(("lang", "said"), [("en", "Line 2, column 7"), ("ko", "2행 7열")])
def test_a_syntax_error_is_marked_at_its_line(
    opened: Opened, address: str, lang: str, said: str
) -> None:
    page = opened(address, f"/query?lang={lang}")
    ask(page, "SELECT ?s {\n   ?s coo:x ?o }")
    expect(page.locator("#error")).to_contain_text(said)
    expect(page.locator("#error")).to_contain_text("did you mean coop")
    mark = page.locator(".cm-line .cm-lintRange-error")
    mark.wait_for()
    assert mark.inner_text() == "coo:x"
    assert page.locator(".cm-lint-marker-error").count() == 1
    assert page.locator("#result").is_hidden()
    ask(page, PARTNERS)
    expect(page.locator("#count")).to_contain_text("16")
    assert page.locator(".cm-lintRange-error").count() == 0
    assert page.locator("#error").is_hidden()


@pytest.mark.parametrize(
    ("lang", "said"), [("en", "This is not an empty answer"), ("ko", "결과가 없다는 뜻이 아니라")]
)
def test_a_timeout_is_an_error_and_no_empty_answer(
    opened: Opened, hasty: str, lang: str, said: str
) -> None:
    page = opened(hasty, f"/query?lang={lang}")
    ask(page, ENDLESS)
    expect(page.locator("#stop")).to_be_visible()
    expect(page.locator("#error")).to_be_visible(timeout=20_000)
    expect(page.locator("#error")).to_contain_text(re.compile(r"2 s"))
    expect(page.locator("#status")).to_contain_text(said)
    assert page.locator("#result").is_hidden()
    assert page.locator("#stop").is_hidden()


def test_a_running_query_can_be_stopped(opened: Opened, address: str) -> None:
    page = opened(address, "/query")
    ask(page, ENDLESS)
    page.locator("#stop").click()
    expect(page.locator("#error")).to_have_text("Stopped.")
    ask(page, "SELECT ?x { ?x a coop:Planet }")
    expect(page.locator("#status")).to_contain_text("ran to its end and has no rows")


def test_a_cut_result_says_so(opened: Opened, store_folder: Path) -> None:
    with serving(store_folder, "--rows", "150") as address:
        page = opened(address, "/query")
        ask(page, COUNTRIES)
        expect(page.locator("#count")).to_have_text("rows 1 to 100; there are more than 150")
        page.get_by_role("button", name="c", exact=True).click()
        expect(page.locator("#error")).to_contain_text("ORDER BY")


def test_rows_open_as_a_network(opened: Opened, address: str) -> None:
    page = opened(address, "/query")
    ask(page, PARTNERS)
    page.locator("#as-network summary").click()
    with page.context.expect_page() as caught:
        page.locator("#as-network button").click()
    drawn = caught.value
    drawn.locator("canvas").first.wait_for()
    assert "technology → partner" in drawn.title()


def test_a_named_question_is_an_example(opened: Opened, address: str) -> None:
    page = opened(address, "/query?lang=ko")
    page.locator("#example").select_option("partner-load")
    expect(page.locator("#count")).to_contain_text("행")
    assert "매사추세츠공과대학교" in page.locator("#table").inner_text()
    assert "각 기관은 몇 개 기술의" in page.locator(IN_EDITOR).inner_text()


def test_the_link_of_a_query_is_copied(opened: Opened, address: str) -> None:
    permissions = ["clipboard-read", "clipboard-write"]
    page = opened(address, "/query?lang=ko", permissions=permissions)
    ask(page, PARTNERS)
    expect(page.locator("#count")).to_have_text("16행")
    page.locator("#link").click()
    expect(page.locator("#status")).to_have_text("복사했습니다.")
    link = page.evaluate("navigator.clipboard.readText()")
    again = opened(address, link.removeprefix(address))
    expect(again.locator("#count")).to_have_text("16행")
    page.locator("#portable").click()
    wanted = f"PREFIX coop: <https://w3id.org/coopgraph/ns#>\n{PARTNERS}"
    for _ in range(50):
        if page.evaluate("navigator.clipboard.readText()") == wanted:
            return
        page.wait_for_timeout(100)
    raise AssertionError(page.evaluate("navigator.clipboard.readText()"))


def test_a_query_in_the_address_is_run(opened: Opened, address: str) -> None:
    page = opened(address, f"/query?lang=ko&query={quote(PARTNERS)}")
    expect(page.locator("#count")).to_have_text("16행")
    assert "coop:plannedPartner" in page.locator(IN_EDITOR).inner_text()


def test_the_language_switches_with_the_query(opened: Opened, address: str) -> None:
    page = opened(address, "/query")
    ask(page, PARTNERS)
    expect(page.locator("#count")).to_have_text("16 rows")
    page.get_by_role("link", name="한국어").click()
    expect(page.locator("#count")).to_have_text("16행")
    assert "취리히연방공과대학교" in cells(page, 2)
    page.get_by_role("link", name="질문").click()
    assert page.locator("h1").inner_text() == "질문"


def test_the_query_page_works_by_keyboard_alone(opened: Opened, address: str) -> None:
    page = opened(address, "/query")
    page.locator(IN_EDITOR).focus()
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.insert_text(PARTNERS)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.classList.contains('cm-content')")
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "run"
    page.keyboard.press("Enter")
    expect(page.locator("#count")).to_have_text("16 rows")
    names = []
    for _ in range(9):
        page.keyboard.press("Tab")
        names.append(page.evaluate("document.activeElement.innerText || ''").strip())
    assert "CSV" in names
    assert "Show as a network" in names
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("document.activeElement.matches(':focus-visible')")


@pytest.mark.parametrize(("lang", "name"), [("en", "Quantum technology"), ("ko", "양자")])
def test_search_leads_to_an_entity(opened: Opened, address: str, lang: str, name: str) -> None:
    page = opened(address, f"/?lang={lang}")
    page.locator("input[type=search]").first.click()
    page.keyboard.type("양자")
    option = page.get_by_role("option").first
    option.wait_for()
    assert page.locator("[role=combobox]").first.get_attribute("aria-expanded") == "true"
    page.keyboard.press("ArrowDown")
    expect(page.locator("[role=option][aria-selected=true]")).to_have_count(1)
    page.keyboard.press("Enter")
    page.wait_for_url("**/id/technology/quantum*")
    assert page.locator("h1").inner_text() == name
    assert page.locator(".around .wide svg a").count() > 5
    page.locator(".around .wide svg a[href^='/id/organisation/eth-zurich']").click()
    page.wait_for_url("**/id/organisation/eth-zurich*")
    assert page.evaluate("document.documentElement.lang") == lang


def test_a_search_by_enter_gives_a_list(opened: Opened, address: str) -> None:
    page = opened(address, "/questions")
    page.locator("input[type=search]").fill("한국")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=*")
    assert page.locator("ul.results li").count() > 5


@pytest.mark.parametrize(("lang", "count"), [("en", "2 rows"), ("ko", "2행")])
def test_a_question_is_asked_by_its_form(
    opened: Opened, address: str, lang: str, count: str
) -> None:
    page = opened(address, f"/questions/partners?lang={lang}")
    field = page.locator("input[name=technology]")
    field.click()
    page.keyboard.type("양")
    option = page.get_by_role("option").first
    option.wait_for()
    option.click()
    assert field.input_value() == ("Quantum technology" if lang == "en" else "양자")
    page.locator("form.parameters button").click()
    page.wait_for_url("**technology=*")
    assert page.get_by_role("status").inner_text() == count
    assert page.locator("tbody tr").count() == 2
    assert page.locator("td.where").first.inner_text().count(":") >= 1
    page.locator(".tools a", has_text="SPARQL").click()
    expect(page.locator("#count")).to_have_text(count)


def test_facts_open_as_a_query(opened: Opened, address: str) -> None:
    page = opened(address, "/id/technology/quantum")
    page.get_by_role("link", name="As SPARQL").click()
    expect(page.locator("#count")).to_contain_text("rows")
    assert "planned partner" in page.locator("#table").inner_text()


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


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PATHS)
def test_pages_have_no_serious_barrier(
    opened: Opened, address: str, path: str, scheme: str
) -> None:
    page = opened(address, path, color_scheme=scheme)
    if path == "/query":
        ask(page, PARTNERS)
        expect(page.locator("#count")).to_have_text("16 rows")
    found = Axe().run(page).response["violations"]
    serious = [v for v in found if v["impact"] in ("serious", "critical")]
    assert [(v["id"], [n["html"][:120] for n in v["nodes"]][:3]) for v in serious] == []


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


def test_hostile_rows_do_not_run(opened: Opened, hostile: str) -> None:
    page = opened(hostile, "/query")
    ask(page, f"SELECT ?a ?b ?c {{ ?a coop:plannedPartner ?b . BIND('{HOSTILE[0]}' AS ?c) }}")
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
    page.get_by_role("option").first.wait_for()
    page.locator("#as-network summary").click()
    with page.context.expect_page() as caught:
        page.locator("#as-network button").click()
    drawn = caught.value
    drawn.wait_for_load_state("networkidle")
    for one in (page, drawn):
        assert one.evaluate("window.broken") is None
        assert one.locator("img[src=x]").count() == 0
