"""What came of plans: calls, stages, agreements, outcomes, indicators, groups."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import pytest

from coopgraph import open as open_graph
from coopgraph.api import KnowledgeGraph

#: The state of each planned link, by how far it came (`facts-2/outcomes_summary.tsv`).
STATES = {
    "realised": 6,
    "realised-before-the-plan": 4,
    "preferred-for-negotiation": 1,
    "other-technology": 2,
    "not-found": 3,
}


@pytest.fixture(scope="module")
def graph(store_folder: Path) -> KnowledgeGraph:
    return open_graph(store_folder)


def keys(cells: Iterable[object]) -> list[str]:
    return [str(getattr(cell, "iri", cell)).rpartition("/")[2] for cell in cells]


def test_each_planned_link_has_one_state(graph: KnowledgeGraph) -> None:
    assert graph.query("what-became").rows == graph.query("outcomes").rows
    answer = [row for row in graph.query("outcomes") if row["decides"]]
    states = defaultdict(set)
    for row in answer:
        technology, partner, outcome = keys(
            row[name] for name in ("technology", "partner", "outcome")
        )
        states[technology, partner].add(outcome)
    planned = graph.query("partners", plan="strategic-joint-research-plan")
    assert set(states) == set(
        zip(keys(planned.column("technology")), keys(planned.column("partner")), strict=True)
    )
    assert all(len(found) == 1 for found in states.values())
    counts = [next(iter(found)) for found in states.values()]
    assert {state: counts.count(state) for state in STATES} == STATES


def test_what_was_not_found_says_where_and_when_it_was_looked(graph: KnowledgeGraph) -> None:
    for lang, words in (("en", "OpenAlex"), ("ko", "제외")):
        rows = graph.query("outcomes", outcome="not-found", lang=lang)
        assert sum(bool(row["decides"]) for row in rows) == 3
        for row in rows:
            assert row["as_of"] == "2026-11-29"
            assert words in str(row["search_scope"])
    elsewhere = graph.query("outcomes", outcome="other-technology")
    deciding = [row for row in elsewhere if row["decides"]]
    assert len(deciding) == 4
    assert len(elsewhere) == 22  # an act may be in four technologies
    assert all(elsewhere.column("other_technology"))


def test_a_joint_call_is_shown_once_with_its_countries(graph: KnowledgeGraph) -> None:
    call = "se-kr-vr-nrf-call-2024"
    ours, everyone = graph.query("calls"), graph.query("calls", plan=call, jurisdiction="all")
    assert keys(ours.column("call")).count(call) == len(everyone) == 4
    assert set(ours.column("jurisdiction")) == {"KR"}
    assert set(everyone.column("jurisdiction")) == {"KR|SE"}
    swedish = graph.query("calls", plan=call, jurisdiction="se")
    assert list(swedish.column("opens")) == ["2024-05-08"] * 4


def test_an_agreement_is_of_each_of_its_parties(graph: KnowledgeGraph) -> None:
    ours = graph.query("agreements")
    assert len(set(keys(ours.column("agreement")))) >= 30
    everyone = graph.query("agreements", jurisdiction="all")
    held = list(
        zip(keys(everyone.column("agreement")), everyone.column("jurisdiction"), strict=True)
    )
    american = {agreement for agreement, whose in held if {"KR", "US"} <= {*str(whose).split("|")}}
    assert american
    assert american < set(keys(ours.column("agreement")))
    assert american <= set(keys(graph.query("agreements", jurisdiction="us").column("agreement")))
    deal = graph.query(
        "agreements", agreement="us-kr-technology-prosperity-deal", jurisdiction="all"
    )
    assert set(deal.column("jurisdiction")) == {"KR|US"}
    assert set(keys(deal.column("party"))) == {"kr", "us"}
    assert len({*keys(graph.query("agreements", party="asean").column("agreement"))}) == 1
    assert len(graph.query("agreements", party="esa")) == 3


def test_stages_that_sources_tell_differently_stand_side_by_side(graph: KnowledgeGraph) -> None:
    rows = graph.query("statuses", subject="us-kr-nasa-kasa-l4")
    assert keys(rows.column("status")) == ["agreed", "signed"]
    assert len(set(keys(rows.column("source")))) == 2
    (link,) = graph.query("statuses", subject="link-advanced-bio-mit")
    assert keys([link["plan"]]) == ["strategic-joint-research-plan"]


def test_levels_stand_beside_the_best_and_the_earlier_ones(graph: KnowledgeGraph) -> None:
    rows = graph.query("indicators", country="kr", kind="technology-level")
    (row,) = [row for row in rows if row["plan"] is None]
    assert [str(row[name]) for name in ("value", "best", "base_value")] == ["81.5", "100", "80.1"]
    assert (row["year"], row["base_year"]) == (2022, 2020)
    assert row["technology"] is None  # of all that were assessed


def test_a_group_says_how_many_belong_to_it_and_who_is_named(graph: KnowledgeGraph) -> None:
    rows = graph.query("groups", group="quantum-development-group")
    assert keys(rows.column("member")) == ["fr", "gb", "us"]
    assert [str(count) for count in rows.column("stated_count")] == ["9"] * 3
