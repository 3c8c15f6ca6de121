"""The query page in a real browser: completion, rows, errors, downloads, the keyboard."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from page_server import IN_EDITOR, PARTNERS, Opened, ask, cells, opening, serving  # noqa: F401
from playwright.sync_api import expect
from view_pages import a_browser  # noqa: F401

COUNTRIES = "SELECT ?c { ?c a coop:Country }"
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


@pytest.fixture(scope="module")
def hasty(store_folder: Path) -> Iterator[str]:
    """A server that stops a query after two seconds."""
    with serving(store_folder, "--timeout-s", "2") as at:
        yield at


@pytest.mark.parametrize(
    ("lang", "typed", "offered", "written"),
    [
        ("en", "planned pa", "coop:intendedPartner", "coop:intendedPartner"),
        ("ko", "예정된 협력", "coop:intendedPartner", "coop:intendedPartner"),
        ("ko", "coop:예정된", "coop:intendedPartner", "coop:intendedPartner"),
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
    [("en", "ETH Zurich", "16 rows"), ("ko", "취리히연방공과대학교", "16건")],
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


def test_an_empty_answer_names_an_unknown_term(opened: Opened, address: str) -> None:
    page = opened(address, "/query")
    ask(page, "SELECT * { ?s coop:intendedPartners ?o }")
    notes = page.locator("#notes p")
    expect(notes.first).to_contain_text(
        "no triple has coop:intendedPartners; near: coop:intendedPartner"
    )
    ask(page, COUNTRIES)
    expect(page.locator("#count")).to_contain_text("250")
    expect(notes).to_have_count(0)


def test_numbers_stand_to_the_right(opened: Opened, address: str) -> None:
    page = opened(address, "/query")
    ask(page, "SELECT ?x ?amount { ?x coop:amount ?amount } ORDER BY DESC(?amount)")
    cell = page.locator("#table td.number").first
    cell.wait_for()
    assert re.fullmatch(r"[\d,]{10,}", cell.inner_text())
    assert cell.evaluate("e => getComputedStyle(e).textAlign") == "right"


@pytest.mark.parametrize(
    ("lang", "said", "near"),
    [
        ("en", "Line 2, column 7", "did you mean coop"),
        ("ko", "2번째 줄 7번째 글자", "비슷한 이름: coop"),
    ],
)
def test_a_syntax_error_is_marked_at_its_line(
    opened: Opened, address: str, lang: str, said: str, near: str
) -> None:
    page = opened(address, f"/query?lang={lang}")
    ask(page, "SELECT ?s {\n   ?s coo:x ?o }")
    expect(page.locator("#error")).to_contain_text(said)
    expect(page.locator("#error")).to_contain_text(near)
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
    ("lang", "said"),
    [("en", "This does not mean that there are no results"), ("ko", "결과가 없다는 뜻이 아닙니다")],
)
def test_a_timeout_is_an_error_and_no_empty_answer(
    opened: Opened, hasty: str, lang: str, said: str
) -> None:
    page = opened(hasty, f"/query?lang={lang}")
    ask(page, ENDLESS)
    expect(page.locator("#stop")).to_be_visible()
    expect(page.locator("#error")).to_be_visible(timeout=20_000)
    told = {"en": "2 s", "ko": "제한 시간을 넘어"}[lang]
    expect(page.locator("#error")).to_contain_text(told)
    expect(page.locator("#status")).to_contain_text(said)
    assert page.locator("#result").is_hidden()
    assert page.locator("#stop").is_hidden()


def test_a_running_query_can_be_stopped(opened: Opened, address: str) -> None:
    page = opened(address, "/query")
    ask(page, ENDLESS)
    page.locator("#stop").click()
    expect(page.locator("#error")).to_have_text("Stopped.")
    ask(page, "SELECT ?x { ?x a coop:Planet }")
    expect(page.locator("#status")).to_contain_text("The query finished: 0 rows")


def test_a_cut_result_says_so(opened: Opened, store_folder: Path) -> None:
    with serving(store_folder, "--rows", "150") as address:
        page = opened(address, "/query")
        ask(page, COUNTRIES)
        expect(page.locator("#count")).to_have_text("rows 1–100 of more than 150")
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
    expect(page.locator("#count")).to_contain_text("건")
    assert "매사추세츠공과대학교" in page.locator("#table").inner_text()
    assert "각 기관은 몇 개 기술의" in page.locator(IN_EDITOR).inner_text()


def test_the_link_of_a_query_is_copied(opened: Opened, address: str) -> None:
    permissions = ["clipboard-read", "clipboard-write"]
    page = opened(address, "/query?lang=ko", permissions=permissions)
    ask(page, PARTNERS)
    expect(page.locator("#count")).to_have_text("16건")
    page.locator("#link").click()
    expect(page.locator("#status")).to_have_text("복사했습니다.")
    link = page.evaluate("navigator.clipboard.readText()")
    again = opened(address, link.removeprefix(address))
    expect(again.locator("#count")).to_have_text("16건")
    page.locator("#portable").click()
    prologue = (
        "BASE <https://w3id.org/coopgraph/id/>\nPREFIX coop: <https://w3id.org/coopgraph/ns#>\n"
    )
    wanted = f"{prologue}{PARTNERS}"
    for _ in range(50):
        if page.evaluate("navigator.clipboard.readText()") == wanted:
            return
        page.wait_for_timeout(100)
    raise AssertionError(page.evaluate("navigator.clipboard.readText()"))


def test_a_query_in_the_address_is_run(opened: Opened, address: str) -> None:
    page = opened(address, f"/query?lang=ko&query={quote(PARTNERS)}")
    expect(page.locator("#count")).to_have_text("16건")
    assert "coop:intendedPartner" in page.locator(IN_EDITOR).inner_text()


def test_the_language_switches_with_the_query(opened: Opened, address: str) -> None:
    page = opened(address, "/query")
    ask(page, PARTNERS)
    expect(page.locator("#count")).to_have_text("16 rows")
    page.get_by_role("link", name="한국어").click()
    expect(page.locator("#count")).to_have_text("16건")
    assert "취리히연방공과대학교" in cells(page, 2)
    page.get_by_role("link", name="질문", exact=True).first.click()
    expect(page.locator("h1")).to_have_text("질의 목록")


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
