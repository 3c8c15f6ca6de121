"""A server for the tests of its pages: the command itself, on a free port; how to ask it, and how
to open its pages in a real browser.

Import `opening` into a test module to have the fixture `opened`, which needs `browser` of
`view_pages`; the fixture `address` is there for all.
"""

from __future__ import annotations

import contextlib
import json
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode

import pytest
from command_line import environment
from playwright.sync_api import Browser, Page, Route

Opened = Callable[..., Page]

BASE = "https://w3id.org/coopgraph/"
QUANTUM = f"{BASE}id/technology/quantum"
PARTNERS = (
    "SELECT ?technology ?partner { ?technology coop:intendedPartner ?partner ; "
    "coop:plan <plan/strategic-joint-research-plan> }"
)
IN_EDITOR = ".cm-content"
#: Longer than the server's own limit, which does not count while it waits for a processor.
_PATIENCE_S = 300
_ADDRESS = re.compile(rb"http://127\.0\.0\.1:\d+")


class Got(NamedTuple):
    """An answer: status, headers by lower-case name, body."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class _Stay(urllib.request.HTTPRedirectHandler):
    """Redirects are answers here."""

    def redirect_request(self, *_: Any) -> None:
        return None


_opener = urllib.request.build_opener(_Stay, urllib.request.ProxyHandler({}))


@contextlib.contextmanager
def serving(store: Path, *options: str) -> Iterator[str]:
    """The address of `coopgraph serve` over a store, which ends with the block."""
    process = subprocess.Popen(
        [sys.executable, "-m", "coopgraph", "serve", "--port", "0", "--store", store, *options],
        env=environment(),
        stderr=subprocess.PIPE,
    )
    assert process.stderr is not None
    try:
        said = b""
        for line in process.stderr:
            said += line
            if found := _ADDRESS.search(line):
                yield found[0].decode()
                break
        else:
            raise AssertionError(said.decode())
    finally:
        process.send_signal(signal.SIGTERM)
        process.stderr.close()
        process.wait(30)


@pytest.fixture(name="address", scope="session")
def an_address(store_folder: Path) -> Iterator[str]:
    """A server over the shipped tables, which is patient."""
    with serving(store_folder, "--timeout-s", "60") as at:
        yield at


class Reader(HTMLParser):
    """What a page holds: its elements with their attributes, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.words: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]

    def links(self) -> list[str]:
        return [a["href"] for a in self.all("a")]


def get(
    address: str,
    path: str,
    *,
    accept: str = "text/html",
    headers: Mapping[str, str] | None = None,
    form: Mapping[str, str] | None = None,
) -> Got:
    """The answer to a GET, or to a POST of `form`; redirects are not followed."""
    request = urllib.request.Request(
        address + path,
        data=urlencode(form).encode() if form else None,
        headers={"Accept": accept, **(headers or {})},
    )
    try:
        with _opener.open(request, timeout=_PATIENCE_S) as answer:
            return Got(answer.status, _named(answer.headers), answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return Got(error.code, _named(error.headers), error.read())


def _named(headers: Any) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


@pytest.fixture(name="opened")
def opening(browser: Browser) -> Iterator[Opened]:
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
    """The texts of a column of the rows shown."""
    return page.locator(f"#table tbody td:nth-child({column})").all_inner_texts()
