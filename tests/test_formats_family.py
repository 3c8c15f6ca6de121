"""A format is one module: what is dropped into a package of formats is offered everywhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

import pytest
from page_server import Reader

import coopgraph
from coopgraph.brief.model import BRIEFS
from coopgraph.cli import run
from coopgraph.errors import UnknownFormat
from coopgraph.formats import Family, format_of
from coopgraph.network import NETWORKS
from coopgraph.queries.answer import ANSWERS
from coopgraph.queries.citations import BIBLIOGRAPHY
from coopgraph.server.address import Fields, PageRequest
from coopgraph.server.page import Page
from coopgraph.server.pages.network import network, networks
from coopgraph.server.pages.query import download, query
from coopgraph.server.pages.question import question
from coopgraph.view.charts import FILES

MODULE = """
from coopgraph.formats import Format

FORMAT = Format("loud", "application/x-loud", "loud", order=9)


def write(thing, **options):
    return b"LOUD " + type(thing).__name__.encode()
"""
FAMILIES = [ANSWERS, NETWORKS, BRIEFS, BIBLIOGRAPHY, FILES]
Drop = Callable[[Family], None]


@pytest.fixture
def drop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Drop]:
    """Drops the module into the package of a family, until the test ends."""
    (tmp_path / "formats").mkdir()
    (tmp_path / "formats/loud.py").write_text(MODULE, encoding="utf-8")
    grown: list[Family] = []

    def forget(family: Family) -> None:
        vars(family).pop("_modules", None)

    def grow(family: Family) -> None:
        package = import_module(family.package)
        places = [*package.__path__, str(tmp_path / "formats")]
        monkeypatch.setattr(package, "__path__", places)
        grown.append(family)
        forget(family)

    yield grow
    for family in grown:
        forget(family)
        sys.modules.pop(f"{family.package}.loud", None)
        vars(import_module(family.package)).pop("loud", None)


@pytest.fixture
def kg(store_folder: Path) -> Iterator[coopgraph.KnowledgeGraph]:
    graph = coopgraph.open(store_folder)
    yield graph
    graph.close()


def got(page: Page, kg: coopgraph.KnowledgeGraph, **request: object) -> tuple[str, str]:
    """Media type and text of a page, rendered without a server."""
    reply = page(kg, PageRequest(**request))  # type: ignore[arg-type]
    return reply.headers["Content-Type"], reply.body.decode()


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.package)
def test_every_module_of_a_family_is_a_format(family: Family) -> None:
    assert len(family.formats) >= 2
    assert len({format.name for format in family.formats}) == len(family.formats)
    with pytest.raises(UnknownFormat, match="unknown format 'nonsense'"):
        family.write(None, "nonsense")


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.package)
def test_a_module_that_is_added_is_a_format(family: Family, drop: Drop) -> None:
    assert "loud" not in family.names
    drop(family)
    assert family.names[-1] == "loud"
    assert format_of("", Path("a.LOUD"), family.files, "") == "loud"
    assert family.encode(family, "loud") == b"LOUD Family"


def test_the_command_line_offers_it(
    drop: Drop, store_folder: Path, tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    drop(ANSWERS)
    drop(NETWORKS)
    for verb in ("query", "network"):
        assert run([verb, "--help"]) == 0
        assert b", loud" in capsysbinary.readouterr().out
    store = ["--store", str(store_folder)]
    assert run(["query", "partners", "--format", "loud", *store]) == 0
    assert capsysbinary.readouterr().out == b"LOUD Answer"
    file = tmp_path / "partners.loud"
    assert run(["network", "technology-partners", "-o", str(file), *store]) == 0
    assert file.read_bytes() == b"LOUD Network"


def test_pages_offer_it_and_link_to_it(drop: Drop, kg: coopgraph.KnowledgeGraph) -> None:
    loud = ("application/x-loud", "LOUD Answer")
    drop(ANSWERS)
    for name, accept in (("partners.loud", ""), ("partners", "application/x-loud")):
        assert got(question, kg, names={"name": name}, accept=accept) == loud
    _, page = got(question, kg, names={"name": "partners"})
    assert "/questions/partners.loud" in Reader(page).links()
    assert 'formaction="/query.loud">LOUD<' in got(query, kg)[1]
    asked = Fields((("query", "SELECT * { ?s ?p ?o } LIMIT 1"),))
    assert got(download, kg, names={"format": "loud"}, fields=asked) == loud
    drop(NETWORKS)
    name = "technology-partners.loud"
    assert got(network, kg, names={"name": name}) == ("application/x-loud", "LOUD Network")
    assert f"/networks/{name}" in Reader(got(networks, kg)[1]).links()


@pytest.mark.parametrize(
    ("file", "begins"),
    [
        ("partners.csv", "\ufefftechnology,"),
        ("partners.json", "["),
        ("partners.txt", "technology  "),
        ("partners", "technology  "),
    ],
)
def test_a_file_is_written_as_its_name_ends(
    file: str, begins: str, store_folder: Path, tmp_path: Path
) -> None:
    path = tmp_path / file
    assert run(["query", "partners", "-o", str(path), "--store", str(store_folder)]) == 0
    assert path.read_text(encoding="utf-8").startswith(begins)
    assert run(["query", "partners", "--format", "tsv", "-o", str(path),
                "--store", str(store_folder)]) == 0  # fmt: skip
    assert "\t" in path.read_text(encoding="utf-8")
