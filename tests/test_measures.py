"""Measures by name: from Python and from the command line, on plans alone and beside practice."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path

import pytest
from command_line import called
from network_stores import ARTICLE

import coopgraph
from coopgraph.errors import FactError, UnknownMeasure, UnknownParameter, UsageError
from coopgraph.measures import MeasureData, load_measure, measure_names
from coopgraph.measures.triples import measurements, record_measures
from coopgraph.queries.answer import ANSWERS
from coopgraph.store import Store

DEMO = Path(__file__).resolve().parent.parent / "data/demo"
NEEDED = {"withdrawal": {"without": "us"}, "suggestions": {"technology": "quantum"}}
OVER_IMPORTS = {"suggestions", "suggestion-quality"}


@pytest.fixture(scope="module")
def kg(store_folder: Path) -> Iterator[coopgraph.KnowledgeGraph]:
    graph = coopgraph.open(store_folder)
    yield graph
    graph.close()


@pytest.fixture(scope="module")
def practice(practice_folder: Path) -> Iterator[coopgraph.KnowledgeGraph]:
    """Plans with the demonstration set of projects and programmes beside them."""
    graph = coopgraph.open(practice_folder)
    yield graph
    graph.close()


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize(
    "name",
    sorted(set(measure_names()) - {"suggestion-quality"}),  # too small a set to hide links in
)
def test_every_measure_answers_over_practice(
    practice: coopgraph.KnowledgeGraph, name: str, lang: str
) -> None:
    values = dict(NEEDED.get(name, {}))
    if name == "suggestions":
        values["technology"] = getattr(practice.query("observed-partners").rows[0][0], "iri", "")
    answer = practice.measure(name, lang=lang, **values)
    assert answer.rows, name
    assert answer.title
    for row in answer.rows:
        assert len(row) == len(answer.columns)
        assert not any(isinstance(cell, float) and not math.isfinite(cell) for cell in row)


def test_ministries_are_set_beside_a_plan_that_no_programme_names(
    practice: coopgraph.KnowledgeGraph,
) -> None:
    (plan,) = {row["plan"] for row in practice.query("stances", plan=ARTICLE)}
    of_all = [row for row in practice.measure("coordination").rows if row[-1] == plan]
    assert len(of_all) >= 12
    assert [*practice.measure("coordination", plan=ARTICLE).rows] == of_all


@pytest.mark.parametrize("name", sorted(set(measure_names()) - OVER_IMPORTS))
def test_without_imports_a_measure_is_defined(kg: coopgraph.KnowledgeGraph, name: str) -> None:
    answer = kg.measure(name, **NEEDED.get(name, {}))
    assert answer.columns
    if not answer.rows:
        assert name in {"coordination", "position", "robustness", "communities"}


def test_without_imports_there_is_nothing_to_suggest(kg: coopgraph.KnowledgeGraph) -> None:
    with pytest.raises(FactError, match="too few observed links"):
        kg.measure("suggestion-quality")
    with pytest.raises(UsageError, match="no imported project is about"):
        kg.measure("suggestions", technology="quantum")


def test_suggestions_leave_out_whom_the_plan_names_and_who_withdrew(
    practice: coopgraph.KnowledgeGraph,
) -> None:
    seen = 0
    for technology in {row[0] for row in practice.query("observed-partners").rows}:
        iri = getattr(technology, "iri", "")
        answer = practice.measure("suggestions", technology=iri, top=50)
        named = practice.query("partners", technology=iri)
        declared = {(getattr(row["partner"], "iri", ""), row["plan"]) for row in named}
        suggested = {(getattr(row["partner"], "iri", ""), row["plan"]) for row in answer}
        assert not declared & suggested
        countries = {getattr(row[1], "iri", "") for row in answer.rows if row[1]}
        for country in sorted(countries)[:1]:
            rest = practice.measure("suggestions", technology=iri, top=50, without=country)
            assert all(getattr(row[1], "iri", "") != country for row in rest.rows)
            there = practice.measure("suggestions", technology=iri, top=50, country=country)
            assert {getattr(row[1], "iri", "") for row in there.rows} == {country}
            seen += 1
    assert seen


def test_coverage_names_every_empty_cell(kg: coopgraph.KnowledgeGraph) -> None:
    answer = kg.measure("coverage", plan=ARTICLE)
    assert len(answer) == 12
    for row in answer:
        missing = str(row["missing"])
        assert ("no named partner" in missing) == (row["partners"] == 0)
        assert ("no stance" in missing) == (row["stance"] is None)
        assert "no ministry" in missing  # nothing was imported
    assert len([row for row in answer if row["partners"] == 0]) == 4
    assert any("coopgraph import kr-budget" in note for note in answer.notes)


def test_the_recorded_measures_say_what_the_tables_say(kg: coopgraph.KnowledgeGraph) -> None:
    assert isinstance(kg.store, Store)
    lines = record_measures(kg.store)
    assert lines == record_measures(kg.store)
    told = "\n".join(measurements(MeasureData(kg.store), "dependence", {"of": "country"}))
    assert '"0.8125"^^<http://www.w3.org/2001/XMLSchema#decimal>' in told
    assert "graph.nt" not in told
    assert "wasDerivedFrom> <https://w3id.org/coopgraph/id/source/article>" in told


def test_years_have_no_separator(kg: coopgraph.KnowledgeGraph) -> None:
    shown = ANSWERS.encode(kg.measure("money"), "table").decode()
    assert "  2024  " in shown
    assert "2,024" not in shown


def test_unknown_names_get_the_nearest(kg: coopgraph.KnowledgeGraph) -> None:
    with pytest.raises(UnknownMeasure, match="did you mean overlap"):
        kg.measure("overlapp")
    with pytest.raises(UnknownParameter, match="has no parameter 'off'; did you mean of"):
        kg.measure("concentration", off="country")
    with pytest.raises(UsageError, match="did you mean country"):
        kg.measure("concentration", of="contry")
    with pytest.raises(UsageError, match="needs the parameter 'without'"):
        kg.measure("withdrawal")
    with pytest.raises(UsageError, match="write a whole number above 0"):
        kg.measure("position", top="-1")


def test_every_measure_has_a_code(root: Path) -> None:
    codes = (root / "ontology/codes.ttl").read_text(encoding="utf-8")
    for name in measure_names():
        assert f"<measure/{name}> a skos:Concept" in codes
        assert load_measure(name).title("ko")


def test_the_command_measures(store_folder: Path) -> None:
    asked = ("dependence", "--plan", ARTICLE, "--format", "json")
    done = called("measure", *asked, "--store", str(store_folder))
    assert done.code == 0, done.err
    first = json.loads(done.out)[0]
    assert (first["withdrawn"], first["links"], first["link_share"]) == (
        "United States",
        13,
        0.8125,
    )
    listed = called("measure", "--list", "--lang", "ko")
    assert "집중되어 있는가" in listed.out.decode()
    wrong = called("measure", "dependance", "--store", str(store_folder))
    assert wrong.code == 2
    assert "did you mean dependence" in wrong.message
    assert called("measure").message.startswith("no measure is named")
