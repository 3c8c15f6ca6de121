"""Parameters: what a user writes for an entity, a year or a truth value."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from derivations import write_index

from coopgraph.api import KnowledgeGraph
from coopgraph.errors import (
    AmbiguousEntity,
    ParameterMissing,
    UnknownEntity,
    UnknownParameter,
    UnknownQuery,
    UsageError,
)
from coopgraph.queries import (
    Entity,
    answer_question,
    load_question,
    question_names,
)
from coopgraph.queries.answer import plain
from coopgraph.queries.parameters import bind, entity
from coopgraph.queries.question import parse_question
from coopgraph.queries.truncation import unlimited
from coopgraph.search import INDEX_FILE, Index
from coopgraph.store import Store
from coopgraph.vocabulary import GRAPH, ID, PREFIXES

QUANTUM = ID + "technology/quantum"


@pytest.fixture(scope="module")
def kg(store_folder: Path) -> Iterator[KnowledgeGraph]:
    opened = KnowledgeGraph(Store.open(store_folder))
    yield opened
    opened.close()


@pytest.fixture
def twins(tmp_path: Path) -> Iterator[tuple[Store, Index]]:
    """A store of two organisations and a technology that share labels, and its index."""
    engine = ox.Store()
    engine.load(
        f"""@prefix coop: <{PREFIXES["coop"]}> . @prefix skos: <{PREFIXES["skos"]}> .
        @prefix org: <{ID}organisation/> . @prefix tech: <{ID}technology/> .
        org:north a coop:Organisation ; skos:prefLabel "Polytechnic"@en , "공과대학"@ko .
        org:south a coop:Organisation ; skos:prefLabel "Polytechnic"@en , "남부공대"@ko .
        tech:poly a coop:Technology ; skos:prefLabel "polytechnic"@en , "공과대학"@ko .
        """.encode(),
        format=ox.RdfFormat.TURTLE,
        to_graph=ox.NamedNode(GRAPH + "twins"),
    )
    store = Store(engine)
    write_index(store, tmp_path / INDEX_FILE)
    index = Index(tmp_path / INDEX_FILE)
    yield store, index
    index.close()


@pytest.mark.parametrize(
    "text",
    [
        *("quantum", "양자", "양자기술", "Quantum technology", "QUANTUM TECHNOLOGY", "Quantum"),
        *("id:technology/quantum", QUANTUM, f"<{QUANTUM}>", "  quantum ", " 양자 "),
    ],
)
def test_every_way_to_write_an_entity(kg: KnowledgeGraph, text: str) -> None:
    answer = kg.query("partners", technology=text, plan="strategic-joint-research-plan")
    assert len(answer) == 2
    assert {cell.iri for cell in answer.column("technology") if isinstance(cell, Entity)} == {
        QUANTUM
    }


@pytest.mark.parametrize("kind", ["any", "coop:Country"])
@pytest.mark.parametrize("code", ["us", "US", "Us", "KR", " kR "])
def test_the_code_of_a_country_is_read_in_any_case(
    kg: KnowledgeGraph, code: str, kind: str
) -> None:
    assert entity(code, kind, kg.index) == f"{ID}country/{code.strip().lower()}"


def test_a_label_comes_before_the_code_of_a_country(kg: KnowledgeGraph) -> None:
    """AI is Anguilla only where a country is asked for."""
    assert entity("AI", "any", kg.index) == f"{ID}technology/artificial-intelligence"
    assert entity("AI", "coop:Country", kg.index) == f"{ID}country/ai"
    for code, kind in (("ZZ", "any"), ("US", "coop:Technology"), ("U5", "any")):
        with pytest.raises(UnknownEntity, match=f"'{code}'"):
            entity(code, kind, kg.index)


def test_a_country_is_named_by_its_code_in_questions_and_measures(kg: KnowledgeGraph) -> None:
    partners = kg.query("partners", country="US")
    assert len(partners) == len(kg.query("partners", country="us")) > 0
    lost = kg.measure("withdrawal", without="US")
    assert list(lost) == list(kg.measure("withdrawal", without="us"))


def written(cell: object) -> str:
    """A cell as a user would ask for it."""
    if isinstance(cell, Entity):
        return cell.iri
    return plain(cell)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", question_names())
def test_a_value_for_a_column_gives_the_rows_that_hold_it(kg: KnowledgeGraph, name: str) -> None:
    question = load_question(name)
    given = {p: "quantum" for p, column in question.parameters.items() if column.required}
    given |= unlimited(question)  # of a cut answer a column may show what was left off
    whole = kg.query(name, **given)
    asked = 0
    for column in (c for c in question.columns if c.is_parameter):
        at = whole.columns.index(column.name)
        values = [v for v in whole.column(column.name) if v is not None]
        for value in {written(v): v for v in values[:: max(1, len(values) // 2)]}.values():
            # A joint plan that is named is shown with all its jurisdictions unless asked for one.
            joint = column.name == "plan" and question.scope == "plan"
            scope = {"jurisdiction": "KR"} if joint else {}
            rows = kg.query(name, **given, **scope, **{column.name: written(value)}).rows
            expected = [r for r in whole.rows if written(r[at]) == written(value)]
            if column.name in {declared.name for declared in question.extra}:  # matches, too
                expected += [r for r in whole.rows if r in rows and r not in expected]
            assert sorted(map(repr, rows)) == sorted(map(repr, expected)), (column.name, value)
            asked += 1
    assert asked > 0 or not any(c.is_parameter for c in question.columns) or not whole.rows


def test_what_a_column_narrows_stays_narrowed_where_it_is_cut(kg: KnowledgeGraph) -> None:
    source = "source/twelve-technologies-2022"
    answer = kg.query("facts", about="quantum", source=ID + source, top="1")
    assert set(map(written, answer.column("source"))) == {ID + source}
    assert len(set(answer.column("property"))) == len(answer) > 3
    assert answer.notes


def test_who_has_no_country_has_not_the_one_that_is_asked_for(kg: KnowledgeGraph) -> None:
    whole = kg.query("partners")
    assert None in whole.column("country")
    answer = kg.query("partners", country="us")
    assert set(answer.column("country")) == {"United States"}
    assert "European Space Agency" not in answer.column("partner")


def test_several_parameters_hold_together(kg: KnowledgeGraph) -> None:
    rows = kg.query("partners", technology="quantum", partner="mit", open_list="true").rows
    assert [row[2] for row in rows] == ["Massachusetts Institute of Technology"]


def test_a_truth_value_and_a_year(kg: KnowledgeGraph) -> None:
    whole = kg.query("partners").column("open_list")
    assert len(kg.query("partners", open_list="true")) == whole.count(True) > 0
    assert len(kg.query("partners", open_list="false")) == whole.count(False) > 0
    years = kg.query("budget-levels").column("year")
    assert len(kg.query("budget-levels", year="2023")) == years.count(2023) > 0


@pytest.mark.parametrize(
    ("question", "name", "value", "remedy"),
    [
        ("partners", "open_list", "yes", "true or false"),
        ("partners", "open_list", "TRUE", "true or false"),
        ("budget-levels", "year", "23", "a year such as 2024"),
        ("budget-levels", "year", "２０２４", "a year such as 2024"),
        ("budget-levels", "year", '2024" } #', "a year such as 2024"),
    ],
)
def test_what_is_no_truth_value_or_year(
    kg: KnowledgeGraph, question: str, name: str, value: str, remedy: str
) -> None:
    with pytest.raises(UsageError, match=remedy):
        kg.query(question, **{name: value})


def test_an_unknown_parameter_suggests_the_nearest(kg: KnowledgeGraph) -> None:
    with pytest.raises(UnknownParameter, match=r"no parameter 'tecnology'.*technology"):
        kg.query("partners", tecnology="quantum")


def test_an_unknown_question_suggests_the_nearest(kg: KnowledgeGraph) -> None:
    with pytest.raises(UnknownQuery, match=r"'partnres'; did you mean .*partners"):
        kg.query("partnres")


def test_a_missing_parameter_is_named(kg: KnowledgeGraph) -> None:
    with pytest.raises(ParameterMissing, match="needs the parameter 'about'; add -p about="):
        kg.query("evidence")


@pytest.mark.parametrize(
    ("written", "remedy"),
    [
        ("quantm", "did you mean Quantum (quantum)"),
        ("양자컴", "양자"),
        ("semiconducter", "semiconductor"),
        ("mit", "known: "),  # an institution is no technology
        ("http://a b", "is not an IRI"),
        ("<urn:a b>", "is not an IRI"),
    ],
)
def test_an_unknown_label_suggests_the_nearest(
    kg: KnowledgeGraph, written: str, remedy: str
) -> None:
    with pytest.raises(UnknownEntity) as raised:
        kg.query("partners", technology=written)
    assert remedy in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("text", ["}", '"', "quantum> } #", "\\u0022", "\udcff", "a\nb"])
def test_no_text_of_a_user_reaches_the_pattern(kg: KnowledgeGraph, text: str) -> None:
    with pytest.raises(UnknownEntity):
        kg.query("partners", technology=text)


def test_a_part_of_a_label_lists_what_holds_it(kg: KnowledgeGraph) -> None:
    with pytest.raises(UnknownEntity, match=r"University of Toronto \(university-of-toronto\)"):
        kg.query("partners", partner="of Toronto")


@pytest.mark.parametrize("written", ["Polytechnic", "polytechnic", "POLYTECHNIC"])
def test_an_ambiguous_label_lists_the_candidates(twins: tuple[Store, Index], written: str) -> None:
    with pytest.raises(AmbiguousEntity) as raised:
        entity(written, "coop:Organisation", twins[1])
    said = str(raised.value)
    assert "id:organisation/north" in said
    assert "id:organisation/south" in said
    assert "poly" not in said.replace(written, "")
    assert raised.value.exit_code == 2


def test_a_class_and_another_language_resolve_it(twins: tuple[Store, Index]) -> None:
    index = twins[1]
    assert entity("Polytechnic", "coop:Technology", index) == ID + "technology/poly"
    assert entity("공과대학", "coop:Organisation", index) == ID + "organisation/north"
    assert entity("north", "any", index) == ID + "organisation/north"
    with pytest.raises(AmbiguousEntity, match="id:organisation/north, id:technology/poly"):
        entity("공과대학", "any", index)


def test_without_an_index_only_iris_are_taken(twins: tuple[Store, Index]) -> None:
    asked = "# column e: coop:Organisation; e; e\nSELECT ?e { ?e a coop:Organisation }"
    values = {"e": "id:organisation/north"}
    question = parse_question("query", asked)
    found = answer_question(twins[0], question, values, "en", None)
    assert found.column("e") == ["Polytechnic"]
    with pytest.raises(UnknownEntity, match="no search index"):
        answer_question(twins[0], question, {"e": "north"}, "en", None)


def test_a_query_is_left_as_it_is_without_values() -> None:
    text = "# column a: any; a; a\nSELECT ?a { ?a ?b ?c } # the end"
    question = parse_question("q", text)
    assert bind(question, {}, None) == text
    assert bind(question, {"a": "urn:x:y"}, None) == (
        "# column a: any; a; a\nSELECT ?a { { ?a ?b ?c } FILTER(BOUND(?a)) } # the end\n"
        "VALUES (?a) { (<urn:x:y>) }\n"
    )


@pytest.mark.parametrize(
    "pattern",
    [
        "SELECT ?a { SELECT ?a { ?a a coop:Country } }",
        "SELECT ?a { { ?a a coop:Country } UNION { ?a a coop:Stance } } ORDER BY ?a LIMIT 999",
        "SELECT ?a { ?a a coop:Country # }\n}",
        "SELECT ?a (COUNT(*) AS ?n) WHERE { ?a a coop:Country FILTER('}{' != \"}\") } GROUP BY ?a",
        "SELECT (EXISTS { ?x ?y ?z } AS ?e) ?a { ?a a coop:Country OPTIONAL { ?a ?p 1 } }",
        "CONSTRUCT { ?a a ?t } WHERE { ?a a ?t VALUES ?t { coop:Country coop:Stance } }",
        "ASK { ?a a coop:Country }",
        "DESCRIBE ?a WHERE { ?a a coop:Country }",
    ],
)
def test_a_value_goes_into_every_form_of_query(kg: KnowledgeGraph, pattern: str) -> None:
    answer = kg.query(f"# column a: any; a; a\n{pattern}", a="kr")
    if pattern.startswith("DESCRIBE"):
        assert {"대한민국", "한국"} & set(answer.column("object"))
    else:
        assert len(answer) == 1
        assert answer.rows[0][-1] not in (None, False)


def test_the_list_of_technologies_is_that_of_a_plan_unless_another_is_asked_for(
    kg: KnowledgeGraph,
) -> None:
    planned, printed = "strategic-technologies-2022", "article-table-1"
    for ask, name in (
        (kg.query, "unplanned-technologies"),
        (kg.query, "technology-profile"),
        (kg.measure, "coverage"),
    ):
        assert ask(name, scheme=planned).rows == ask(name).rows != ask(name, scheme=printed).rows
