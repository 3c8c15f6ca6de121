"""What one writes first, knowing the README and a list of classes and properties: right rows."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from coopgraph import open as open_graph
from coopgraph.api import KnowledgeGraph
from coopgraph.vocabulary import COOP


@pytest.fixture(scope="module")
def kg(practice_folder: Path) -> KnowledgeGraph:
    return open_graph(practice_folder)


def asked(kg: KnowledgeGraph, query: str) -> set[tuple[object, ...]]:
    rows = kg.query(query).rows
    assert len(rows) == len(set(rows)), "no row twice"
    return set(rows)


def test_who_is_planned_for_artificial_intelligence(kg: KnowledgeGraph) -> None:
    assert asked(kg, """
        SELECT ?who {
          ?technology a coop:Technology ; rdfs:label "Artificial intelligence"@en .
          ?priority coop:technology ?technology ; coop:intendedPartner ?who ;
            coop:plan <plan/strategic-joint-research-plan>
        }""") == {("University of Toronto",), ("New York University",)}  # fmt: skip


def test_budgets_by_year_with_their_sources(kg: KnowledgeGraph) -> None:
    rows = asked(kg, """
        SELECT ?budget ?line ?year ?amount ?source {
          ?line a coop:BudgetLine . ?budget a coop:Amount ; coop:amountOf ?line ; coop:year ?year ;
            coop:amount ?amount ; coop:source ?source FILTER(?year >= 2024)
        } ORDER BY ?year""")  # fmt: skip
    exact = kg.query("budget-levels", jurisdiction="all")
    dated = [row for row in exact if row["amount"] and row["year"]]
    known = [row for row in dated if int(str(row["year"])) >= 2024]
    assert len(rows) == len(known) > 40


def test_countries_beside_korea_in_projects_of_the_union(kg: KnowledgeGraph) -> None:
    rows = asked(kg, """
        SELECT DISTINCT ?country {
          ?project a coop:Project ; coop:projectParticipant ?body . ?body coop:country ?country
          FILTER(?country != <country/kr>)
        }""")  # fmt: skip
    assert {("Germany",), ("Netherlands",)} < rows
    assert not any(cell == "Republic of Korea" for (cell,) in rows)


def test_ministries_by_technology(kg: KnowledgeGraph) -> None:
    rows = asked(kg, """
        SELECT ?technology (COUNT(DISTINCT ?ministry) AS ?ministries) {
          ?programme a coop:Programme ; coop:technology ?technology ; coop:ministry ?ministry
        } GROUP BY ?technology""")  # fmt: skip
    counted = kg.query("technology-ministries")
    assert {(str(row["technology"]), row["ministries"]) for row in counted} <= {
        (str(technology), count) for technology, count in rows
    }


def test_the_stance_of_each_technology(kg: KnowledgeGraph) -> None:
    rows = asked(kg, """
        SELECT ?t ?stance {
          ?x coop:technology ?t ; coop:takesStance ?stance ;
            coop:plan <plan/strategic-joint-research-plan>
        }""")  # fmt: skip
    assert len(rows) == 8
    assert ("Quantum technology", "catch-up") in rows


def test_plans_with_date_and_title(kg: KnowledgeGraph) -> None:
    rows = asked(kg, """
        SELECT ?plan ?title ?date {
          ?plan a coop:Plan ; dcterms:title ?title ; dcterms:date ?date FILTER(LANG(?title) = "en")
        } ORDER BY ?date""")  # fmt: skip
    assert ("Global R&D Strategy", "Global R&D Strategy", "2023-11-27") in rows
    dated = "SELECT DISTINCT ?plan { ?plan a coop:Plan ; dcterms:issued ?date }"
    assert {row[0] for row in rows} == {row[0] for row in asked(kg, dated)}


def test_partners_by_country(kg: KnowledgeGraph) -> None:
    rows = asked(kg, """
        SELECT ?country (COUNT(DISTINCT ?who) AS ?partners) {
          ?x coop:partner ?who . ?who coop:country ?country
        } GROUP BY ?country""")  # fmt: skip
    assert ("Switzerland", 1) in rows
    assert max(rows, key=lambda row: int(str(row[1])))[0] == "United States"


def test_recommendations_with_their_addressees(kg: KnowledgeGraph) -> None:
    rows = asked(kg, """
        SELECT DISTINCT ?recommendation ?who {
          ?recommendation a coop:Recommendation ; coop:addressee ?who
        }""")  # fmt: skip
    assert {row[0] for row in rows} == {row[0] for row in asked(
        kg, "SELECT ?r { ?r a coop:Recommendation }")}  # fmt: skip
    assert any(row[1] == "Government of the Republic of Korea" for row in rows)


@pytest.mark.parametrize(
    "since",
    ["coop:year ?when FILTER(?when >= 2024)",
     'dcterms:date ?when FILTER(?when >= "2024-01-01"^^xsd:date)'],
)  # fmt: skip
def test_events_after_a_date(kg: KnowledgeGraph, since: str) -> None:
    rows = asked(kg, f"SELECT ?event ?when {{ ?event a coop:Event ; {since} }} ORDER BY ?when")
    exact = asked(kg, "SELECT ?event (STR(?date) AS ?d) { ?event a coop:Event ; coop:date ?date }")
    assert {row[0] for row in rows} == {row[0] for row in exact if str(row[1]) >= "2024"}


def test_agreements_by_year(kg: KnowledgeGraph) -> None:
    rows = asked(kg, """
        SELECT ?year ?agreement ?title {
          ?agreement a coop:Agreement ; coop:year ?year ; dcterms:title ?title
          FILTER(?year >= 2020 && LANG(?title) = "en")
        }""")  # fmt: skip
    dates = "SELECT ?a (STR(?date) AS ?d) { ?a a coop:Agreement ; coop:date ?date }"
    known = {(str(a), str(d)[:4]) for a, d in asked(kg, dates) if str(d) >= "2020"}
    assert {(str(agreement), str(year)) for year, agreement, _ in rows} == known
    assert len(rows) > 20


def test_programmes_by_year_of_their_budget(kg: KnowledgeGraph) -> None:
    rows = asked(kg, """
        SELECT ?year (COUNT(?programme) AS ?programmes) (SUM(?amount) AS ?krw) {
          ?programme a coop:Programme ; coop:year ?year ; coop:amount ?amount
          FILTER(?year > 2025)
        } GROUP BY ?year""")  # fmt: skip
    assert [row[0] for row in rows] == [2026]


# --- what makes them right --------------------------------------------------------------------


@pytest.mark.parametrize("name", ["coop:year", "dcterms:date"])
def test_nothing_has_two_years_or_two_dates(kg: KnowledgeGraph, name: str) -> None:
    counted = f"SELECT ?s {{ ?s {name} ?o }} GROUP BY ?s HAVING(COUNT(DISTINCT ?o) > 1)"
    assert asked(kg, counted) == set()
    assert len(kg.query(f"SELECT DISTINCT ?s {{ ?s {name} ?o }}")) > 100


def test_every_label_is_also_one_of_rdfs(kg: KnowledgeGraph) -> None:
    missing = "SELECT ?s { ?s skos:prefLabel ?l FILTER NOT EXISTS { ?s rdfs:label ?l } }"
    assert asked(kg, missing) == set()


def test_a_term_without_an_instance_is_listed_with_its_reason(kg: KnowledgeGraph) -> None:
    """No query is sent into nothing by a class or property that the graph never uses."""
    listed = tomllib.loads(
        Path(__file__).with_name("terms_without_instance.toml").read_text(encoding="utf-8")
    )
    rows = kg.store.select(
        "SELECT DISTINCT ?t { VALUES ?k { owl:Class owl:ObjectProperty owl:DatatypeProperty } "
        "?t a ?k FILTER NOT EXISTS { ?t owl:deprecated true } "
        f'FILTER(STRSTARTS(STR(?t), "{COOP}")) '
        "FILTER NOT EXISTS { ?i a ?t } FILTER NOT EXISTS { ?s ?t ?o } }"
    )
    assert {term.value.removeprefix(COOP) for (term,) in rows} == listed.keys()
    assert all(len(reason) > 10 for reason in listed.values())
