"""The files behind the pages: scripts and what is in them, colours."""

from __future__ import annotations

import json
import re
from http import HTTPStatus
from pathlib import Path

import pytest

from coopgraph.queries import question_names
from coopgraph.queries.themes import grouped
from coopgraph.server.address import PageRequest
from coopgraph.server.pages import PAGES, find_pages
from coopgraph.view.style import TONES

SERVER = Path("src/coopgraph/server")
SHARED = Path("src/coopgraph/formats")
WEB = Path("src/coopgraph/web")
PERMISSIVE = {"MIT", "ISC", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0"}


def test_every_package_of_the_editor_has_its_licence_beside_it(root: Path) -> None:
    lock = json.loads((root / "package-lock.json").read_text(encoding="utf-8"))
    licences = (root / WEB / "LICENSES").read_text(encoding="utf-8")
    packed = {
        path.removeprefix("node_modules/"): package
        for path, package in lock["packages"].items()
        if path and not package.get("dev")
    }
    assert len(packed) > 10
    for name, package in packed.items():
        assert package["license"] in PERMISSIVE, name
        assert f"{name} {package['version']} ({package['license']})" in licences
    assert "Copyright" in licences


def test_the_lock_file_names_no_host(root: Path) -> None:
    lock = (root / "package-lock.json").read_text(encoding="utf-8")
    assert '"integrity": "sha512-' in lock
    assert '"resolved"' not in lock
    named = [line for line in lock.splitlines() if "://" in line]
    assert [line for line in named if not line.strip().startswith('"url": ')] == []  # of sponsors


def test_scripts_and_styles_name_no_other_host(root: Path) -> None:
    files = [*(root / WEB / "site").glob("*.js"), root / WEB / "dom.js"]
    files += [*(root / SERVER / "static").glob("*.css"), root / SHARED / "static/workbench.css"]
    assert len(files) > 4
    for path in files:
        text = path.read_text(encoding="utf-8")
        assert not re.findall(r"url\(|(?m:^\s*@import)|https?://[\w.]+\.\w", text), path.name
        assert not re.findall(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", text
        )


def test_the_colours_are_those_of_the_network_page(root: Path) -> None:
    css = (root / SHARED / "static/workbench.css").read_text(encoding="utf-8")
    found = re.findall(r"--tone-(\d):light-dark\((#\w+),(#\w+)\)", css)
    assert found == [(str(number), fill, dark) for number, (fill, _, dark, _) in enumerate(TONES)]


def test_each_question_stands_in_one_group() -> None:
    names = [question.name for _, group in grouped() for question in group]
    assert sorted(names) == question_names()


HELLO = """
from coopgraph.server.page import html, page


@page("/hello/{name}")
def hello(kg, request):
    return html("error.html", request, heading="site", status=kg, message=[request.names["name"]])
"""


def test_a_module_is_a_page_by_being_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "dropped_pages"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "hello.py").write_text(HELLO, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    (hello,) = find_pages("dropped_pages")
    assert hello.job == "dropped_pages.hello.hello"
    assert [route.path for route in hello.routes()] == ["/hello/{name}"]
    request = PageRequest("en", names={"name": "<world>"})
    page = hello(HTTPStatus.OK, request).body.decode()  # type: ignore[arg-type]
    assert "&lt;world&gt;" in page, "rendered without a socket"


def test_each_page_stands_beside_its_template(root: Path) -> None:
    templates = {path.stem for path in (root / SERVER / "templates").iterdir()}
    modules = {page.work.__module__.rpartition(".")[2] for page in PAGES}
    assert modules == {path.stem for path in (root / SERVER / "pages").glob("[a-z]*.py")}
    assert modules - templates == {"brief", "chart", "network"}, "which are pages of other rooms"
    assert len({page.job for page in PAGES}) == len(PAGES)
