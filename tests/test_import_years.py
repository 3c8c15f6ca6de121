"""Lists of Korean programmes of several years side by side, and what is asked over years."""

from __future__ import annotations

import shutil
from collections import Counter
from decimal import Decimal
from pathlib import Path

import kr_budget_files
import pytest

from coopgraph import KnowledgeGraph
from coopgraph import open as open_graph
from coopgraph.compiler.imports import import_files

_MEASURED = """SELECT ?m ?value { ?m a coop:Measurement ; coop:measureParameter "of=ministry" ;
  coop:measuredValue ?value }"""


@pytest.fixture(scope="module")
def years(article_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> KnowledgeGraph:
    """A store with lists of 2030 and 2031; quantum is tagged with 60 and 180 million won."""
    folder = tmp_path_factory.mktemp("years")
    shutil.copytree(article_folder, folder / "store")
    others = kr_budget_files.record("103", name="국제공동연구")
    others["strategic"] |= {"양자": 60.0, "수소": 5.0}
    made = {
        "2030": [kr_budget_files.record(budget=300.0)],
        "2031": [kr_budget_files.record(), kr_budget_files.record("102"), others],
    }
    lists = [
        kr_budget_files.write(folder, programmes, f"rnd-budget-{year}.json")
        for year, programmes in made.items()
    ]
    import_files("kr-budget", lists, folder / "store")
    return open_graph(folder / "store")


def test_what_a_ministry_tags_is_compared_with_the_year_before(years: KnowledgeGraph) -> None:
    rows = years.query("ministry-technology-budgets")
    found = {
        (row["technology"].iri.rpartition("/")[2], row["year"]): (  # type: ignore[union-attr]
            row["programmes"],
            row["amount"],
            row["before"],
            row["change_percent"],
        )
        for row in rows
    }
    assert found == {
        ("quantum", 2030): (1, Decimal(60_000_000), None, None),
        ("quantum", 2031): (3, Decimal(180_000_000), Decimal(60_000_000), Decimal(200)),
        # The list of 2030 has none of it: it began from nothing, which is no percentage.
        ("hydrogen", 2031): (1, Decimal(5_000_000), Decimal(0), None),
    }
    (later,) = years.query("ministry-technology-budgets", year="2031", technology="quantum")
    assert later["before"] == Decimal(60_000_000)


def test_programmes_for_cooperation_say_of_which_year(years: KnowledgeGraph) -> None:
    (row,) = years.query("cooperation-programmes")
    assert row["year"] == 2031


def test_each_year_has_measures_of_its_own(years: KnowledgeGraph) -> None:
    answer = years.measure("concentration", of="ministry")
    said = Counter((str(row["technology"]), row["year"], row["currency"]) for row in answer)
    assert len(said) == 4  # with the line for both technologies of 2031 together
    assert {*said.values()} == {1}
    measured = years.query(_MEASURED)
    assert len(measured) > 0
    assert len({getattr(row["m"], "iri", row["m"]) for row in measured}) == len(
        measured
    )  # one IRI, one value
