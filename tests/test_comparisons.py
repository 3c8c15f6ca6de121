"""Plans side by side: shared technologies, who names whom, one partner in many plans, versions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

import coopgraph
from coopgraph.api import KnowledgeGraph
from coopgraph.view.charts import chart

#: The nine lists of other planners that were read for the same years as Korea's twelve.
FOREIGN = {
    "eu-cta-2023", "us-cet-2024", "jp-tokutei-fields-2022", "uk-critical-2023", "au-critical-2023",
    "ca-stra-2024", "cn-fyp14-frontier-2021", "de-hightech-2025", "aukus-pillar2-2022",
}  # fmt: skip
ARTICLE, ISPF = "strategic-joint-research-plan", "uk-ispf-2022"


@pytest.fixture(scope="module")
def kg(store_folder: Path) -> Iterator[KnowledgeGraph]:
    with coopgraph.open(store_folder) as graph:
        yield graph


def key(cell: object) -> str:
    return str(getattr(cell, "iri", "")).rpartition("/")[2]


def test_quantum_is_on_each_foreign_list_and_four_technologies_on_none(kg: KnowledgeGraph) -> None:
    close = defaultdict[str, set[str]](set)
    for row in kg.query("shared-technologies", of="strategic-technologies-2022"):
        if key(row["match"]) == "close":
            close[key(row["technology"])].add(key(row["set_in"]))
    assert close["quantum"] >= FOREIGN
    for technology in ("secondary-battery", "nuclear-next", "hydrogen", "advanced-mobility"):
        assert not close[technology] & FOREIGN


def test_a_list_that_has_the_technology_itself_needs_no_match(kg: KnowledgeGraph) -> None:
    same = [row for row in kg.query("shared-technologies") if row["match"] is None]
    assert same
    assert all(key(row["technology"]) == key(row["entry"]) for row in same)


def test_the_article_and_ispf_are_one_sided_and_their_planners_mutual(kg: KnowledgeGraph) -> None:
    answer = kg.query("mutual-partners", holder="gb", names="kr", plan=ISPF)
    between = {key(row["other_plan"]): row["mutual_plans"] for row in answer}
    assert between[ARTICLE] is False
    assert {row["mutual_planners"] for row in answer} == {True}
    assert True in between.values(), "by other plans of Korea"
    back = kg.query("mutual-partners", holder="kr", names="gb")
    assert {row["mutual_planners"] for row in back} == {True}
    assert ARTICLE not in {key(row["plan"]) for row in back}


def test_what_is_mutual_between_two_plans_is_so_from_either(kg: KnowledgeGraph) -> None:
    pairs = {
        (key(row["holder"]), key(row["plan"]), key(row["names"]), key(row["other_plan"]))
        for row in kg.query("mutual-partners")
        if row["mutual_plans"]
    }
    assert len(pairs) > 10
    assert {(names, other, holder, plan) for holder, plan, names, other in pairs} == pairs


def test_who_else_plans_to_work_with_an_institution(kg: KnowledgeGraph) -> None:
    plans = {key(row["plan"]) for row in kg.query("partner-plans", partner="mit")}
    assert ARTICLE in plans
    assert len(plans) >= 3
    answer = kg.query("partner-plans")
    named = defaultdict[str, set[str]](set)
    for row in answer:
        named[key(row["partner"])].add(key(row["plan"]))
    assert min(map(len, named.values())) > 1


def test_a_fund_shrinks_and_excludes_from_one_version_to_the_next(kg: KnowledgeGraph) -> None:
    rows = [*kg.query("plan-versions", plan="au-gstdf-se-r1-2024")]
    (amount,) = (row for row in rows if row["amount_before"])
    told = [int(str(amount[name])) for name in ("amount_before", "amount_after")]
    assert (told, amount["currency"]) == ([60_200_000, 40_000_000], "AUD")
    excluded = {str(row["about"]) for row in rows if key(row["role_after"]) == "excluded"}
    assert excluded == {"United States", "Europe"}
    assert {key(row["earlier"]) for row in rows} == {"au-gstdf-2022"}
    technologies = {
        (str(row["about"]), row["before"], row["after"])
        for row in rows
        if "/technology/" in str(getattr(row["about"], "iri", ""))
    }
    assert technologies == {
        ("Hydrogen", True, False),
        ("Hydrogen production", False, True),
        ("RNA vaccines and therapies", True, False),
        ("RNA vaccines", False, True),
    }


def test_the_plan_of_the_article_has_no_version(kg: KnowledgeGraph) -> None:
    assert not kg.query("plan-versions", plan=ARTICLE).rows


def test_an_edge_of_planners_is_a_link_of_a_plan(kg: KnowledgeGraph) -> None:
    graph = kg.network("planners")
    assert graph.number_of_edges() > 100
    edges = [data for *_, data in graph.edges(data=True)]
    assert all(data["plan"] and data["claim"] for data in edges)
    assert not [*(node for node in graph if graph.has_edge(node, node))]


def test_the_chart_says_how_the_closest_entry_matches(kg: KnowledgeGraph) -> None:
    svg = chart(kg.store, "technology-lists").svg()
    answer = kg.query("shared-technologies")
    for column in ("technology", "holder"):
        assert all(str(cell) in svg for cell in answer.column(column) if " " not in str(cell))
    assert "close match" in svg
    assert svg.count("close match") <= len(answer.rows)
