"""Take the pictures of the pages: `python tools/pictures.py ADDRESS [FOLDER]`, of a server that
runs. Each page at 390, 800 and 1400 px, in Korean and English, light and dark in turn; JPEG, so
that all of them together stay small. A browser that is not there is an error that says so."""

import sys
from pathlib import Path
from typing import Final

from playwright.sync_api import sync_playwright

import chromium

PAGES: Final = {
    "overview": "/",
    "plans": "/plans",
    "money": "/money",
    "compare": "/compare",
    "technology": "/id/technology/quantum",
    "partner": "/id/organisation/mit",
    "country": "/id/country/ch",
    "brief": "/brief/quantum",
    "network": "/networks/technology-partners",
    "budgets": "/networks/budgets",
    "scenario": "/scenario/mit-withdraws",
}
WAYS: Final = (
    (1400, "ko", "light"),
    (800, "en", "dark"),
    (390, "ko", "dark"),
    (390, "en", "light"),
)
#: Pixels of a page that are kept: what is below repeats the same components.
_HEIGHT: Final = 1_200


def take(address: str, folder: Path, pages: dict[str, str] = PAGES) -> None:
    """Write the pictures to `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    found = chromium.find()
    if found is None:
        sys.exit(chromium.MISSING)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(chromium.ARGUMENTS))
        for width, lang, theme in WAYS:
            page = browser.new_page(
                viewport={"width": width, "height": _HEIGHT},
                color_scheme="dark" if theme == "dark" else "light",
            )
            for name, path in pages.items():
                page.goto(f"{address}{path}?lang={lang}", timeout=120_000, wait_until="networkidle")
                page.screenshot(
                    path=folder / f"{name}-{width}-{lang}-{theme}.jpg", type="jpeg", quality=35
                )
            page.close()
        browser.close()


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit("no address of a server; try: python tools/pictures.py http://127.0.0.1:8000")
    take(sys.argv[1].rstrip("/"), Path(sys.argv[2] if len(sys.argv) > 2 else "docs/pictures"))
