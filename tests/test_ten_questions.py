"""Ten questions of a strategist, asked from the start page in a real browser: three clicks at most,
in Korean and English; the facts are those of `ten_questions.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from page_server import Opened, opening, serving  # noqa: F401
from playwright.sync_api import Page
from view_pages import a_browser  # noqa: F401

FACTS = tomllib.loads((Path(__file__).parent / "ten_questions.toml").read_text(encoding="utf-8"))
QUESTIONS: list[dict[str, Any]] = FACTS["questions"]
MOST_CLICKS = 3


@pytest.fixture(scope="module")
def practice_address(practice_folder: Path) -> Iterator[str]:
    """A server over the shipped tables with the demonstration's practice."""
    with serving(practice_folder, "--timeout-s", "60") as at:
        yield at


class Reader:
    """Whoever follows links, and counts them."""

    def __init__(self, page: Page) -> None:
        self.page, self.clicks = page, 0

    def follow(self, selector: str) -> None:
        """Click what is there once."""
        self.page.locator(selector).click()
        self.page.wait_for_load_state()
        self.clicks += 1

    def rows(self, section: str) -> list[str]:
        """The rows that can be read in a section of the page, else in all of it."""
        within = f"#{section}" if section else "main"
        rows = self.page.locator(
            f"{within} :is(tbody tr, .timeline li, .became__row, article.plan)"
        ).all_inner_texts()
        return [" ".join(row.split()) for row in rows]


def lacks(rows: list[str], wanted: list[list[str]]) -> list[list[str]]:
    """What stands in no row."""
    return [facts for facts in wanted if not any(all(f in row for f in facts) for row in rows)]


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_ten_questions_are_answered_in_three_clicks(
    opened: Opened, practice_address: str, lang: str
) -> None:
    page = opened(practice_address, f"/?lang={lang}&on={FACTS['on']}")
    assert page.locator(".questions a.q").count() == len(QUESTIONS) == 10
    start, wrong = page.url, {}
    for number, asked in enumerate(QUESTIONS, start=1):
        facts = asked[lang]
        if page.url != start:
            page.goto(start)
        reader = Reader(page)
        item = f".questions li:nth-child({number})"
        said = page.locator(item).inner_text()
        reader.follow(f"{item} a.q")
        path = page.evaluate("location.pathname")
        missing: list[Any] = [
            text for text in facts["said"] if text.casefold() not in said.casefold()
        ]
        missing += lacks(reader.rows(asked["section"]), facts["rows"])
        for section, rows in facts.get("also", {}).items():
            reader.follow(f".tabs a[href='#{section}']")
            missing += lacks(reader.rows(section), rows)
        assert reader.clicks <= MOST_CLICKS, asked["asks"]
        if missing or path != asked["path"]:
            wrong[asked["asks"]] = (path, missing)
    assert wrong == {}


def test_the_facts_are_of_both_languages() -> None:
    for asked in QUESTIONS:
        assert asked["en"].get("also", {}).keys() == asked["ko"].get("also", {}).keys()
        assert all(len(asked[lang]["rows"]) and len(asked[lang]["said"]) for lang in ("en", "ko"))
