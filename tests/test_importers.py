"""A publisher is one folder: what it offers is found by itself, down to the command line."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from coopgraph import importers
from coopgraph.cli import cli
from coopgraph.cli import imports as verb
from coopgraph.compiler.imports import import_files
from coopgraph.errors import UnknownImporter, UsageError
from coopgraph.store import Store
from coopgraph.vocabulary import graph_iri

#: A publisher of one letter a line.
INVENTED = '''"""The letters of an invented publisher."""

from dataclasses import dataclass

from coopgraph.importers.base import Importer, find_inputs, option


@dataclass(frozen=True)
class Options:
    upper: bool = option(False, "write capitals.")
    most: int = option(9, "so many letters.", metavar="COUNT")


def find(paths):
    return find_inputs(paths, lambda name: name.endswith(".letters"))


def triples(inputs, ledger):
    return configured({}, None)(inputs, ledger)


def configured(options, scratch):
    chosen = Options(**options)

    def lines(inputs, ledger):
        for source in inputs:
            account = ledger.account(source)
            with source.open() as stream:
                for row, line in enumerate(stream, 1):
                    letter = line.decode().strip()
                    if not letter.isalpha() or row > chosen.most:
                        account.reject(row, "", "is no letter that is wanted")
                        continue
                    account.accept()
                    shown = letter.upper() if chosen.upper else letter
                    yield f"<urn:letter:{letter}> <urn:shown> \\"{shown}\\" ."

    return lines


IMPORTER = Importer(
    kind="letters",
    licence="https://example.org/licence",
    title="Letters",
    find=find,
    triples=triples,
    options=Options,
    configured=configured,
)
'''


@pytest.fixture
def letters(small_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file of the invented publisher, whose folder stands beside those that ship, and a store."""
    shutil.copytree(small_folder, tmp_path / "store")
    folder = tmp_path / "publishers" / "invented_letters"
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text(INVENTED, encoding="utf-8")
    monkeypatch.setattr(importers, "__path__", [*importers.__path__, str(folder.parent)])
    monkeypatch.setattr(verb, "_options", verb._options.__wrapped__)
    path = tmp_path / "some.letters"
    path.write_text("a\nb\n7\n", encoding="utf-8")
    return path


def test_a_folder_is_all_that_a_new_publisher_needs(letters: Path, tmp_path: Path) -> None:
    assert list(importers.importers()) == [
        *("cordis", "kr-budget", "letters", "map", "openalex", "rdf", "ror", "table"),
    ]
    (tmp_path / "data").mkdir()
    report = import_files("letters", [letters], tmp_path / "store", options={"upper": True})
    account = report.accounts["some.letters"]
    assert list(account.counts.items()) == [
        *(("read", 3), ("accepted", 2), ("rejected", 1), ("duplicates", 0)),
    ]
    store = Store.open(tmp_path / "store")
    graph = graph_iri("import/letters")
    assert store.labels([graph], "en") == {graph: "Letters"}
    found = store.select("SELECT ?o { ?s <urn:shown> ?o } ORDER BY ?o")
    assert [row[0].value for row in found] == ["A", "B"]


def test_the_command_line_takes_its_options_and_names_it(letters: Path, tmp_path: Path) -> None:
    told = CliRunner().invoke(cli, ["import", "--help"], terminal_width=100).output
    assert "cordis, kr-budget, letters, map, openalex, rdf, ror or table" in " ".join(told.split())
    assert "--most COUNT" in told
    assert "letters: write capitals." in told
    assert "openalex: engine that counts works" in told
    arguments = ["import", "letters", str(letters), "--store", str(tmp_path / "store")]
    done = CliRunner().invoke(cli, [*arguments, "--most", "1"])
    assert done.exit_code == 0
    assert "3           1           2           0  some.letters" in done.output


def test_an_option_of_another_publisher_is_refused(letters: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="kr-budget has no option 'upper'"):
        import_files("kr-budget", [letters], tmp_path / "store", options={"upper": True})


def test_without_its_folder_the_kind_is_unknown() -> None:
    with pytest.raises(UnknownImporter, match="unknown kind of import 'letters'"):
        importers.importer("letters")
