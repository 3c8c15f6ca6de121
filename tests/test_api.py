"""The Python API as a user writes it: open, query, search, show, rdflib, and answers."""

from __future__ import annotations

import json
import pickle
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

import invented
import networkx as nx
import pytest
import rdflib
from engines import engine

import coopgraph
from coopgraph import KnowledgeGraph
from coopgraph.errors import (
    CoopgraphError,
    QuerySyntax,
    TableError,
    UnknownEntity,
    UnknownParameter,
    UnknownQuery,
    UsageError,
)
from coopgraph.queries import Answer, Entity, load_question
from coopgraph.queries.question import question_names
from coopgraph.vocabulary import PREFIXES, expand

#: rdflib 7.6 itself uses what it has deprecated.
own_warning = pytest.mark.filterwarnings("ignore:Dataset.default_context is:DeprecationWarning")

#: The article's plan: Korea has others.
ARTICLE = "strategic-joint-research-plan"
LINKS = """# en: Which institution is named for which technology?
# ko: 어느 기술에 어느 기관이 거론되는가?
# column technology: coop:Technology; the technology; 기술
# column partner: coop:Organisation; the institution; 기관
# column printed: xsd:string; as printed; 표기
SELECT ?technology ?partner ?printed {
  ?link a coop:PartnerLink ; coop:technology ?technology ; coop:partner ?partner ;
        coop:asPrinted ?printed . }
"""


@pytest.fixture(scope="module")
def kg(store_folder: Path) -> KnowledgeGraph:
    return coopgraph.open(store_folder)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeGraph:
    folder = tmp_path_factory.mktemp("api")
    return coopgraph.open(folder / "store", data=invented.write(folder / "data"))


# --- open ---------------------------------------------------------------------------------


def test_open_builds_what_is_absent_and_reads_what_is_there(tmp_path: Path) -> None:
    data = invented.write(tmp_path / "data")
    first = coopgraph.open(tmp_path / "store", data=data)
    assert first.search("Alpha").column("key")[0] == "alpha-institute"
    again = coopgraph.open(str(tmp_path / "store"))
    assert again.store.version == first.store.version
    first.close()
    again.close()


def test_open_takes_the_folder_of_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = invented.write(tmp_path / "data")
    monkeypatch.setenv("COOPGRAPH_STORE", str(tmp_path / "elsewhere"))
    monkeypatch.chdir(tmp_path)
    coopgraph.open(data=data)
    assert (tmp_path / "elsewhere" / "current").is_file()
    assert not (tmp_path / ".coopgraph").exists()
    monkeypatch.delenv("COOPGRAPH_STORE")
    coopgraph.open(data=data)
    assert (tmp_path / ".coopgraph" / "current").is_file()


def test_open_leaves_nothing_when_the_tables_are_wrong(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="no such folder"):
        coopgraph.open(tmp_path / "store", data=tmp_path / "absent")
    assert list(tmp_path.iterdir()) == []


# --- query --------------------------------------------------------------------------------


def test_a_named_question_with_a_parameter_in_four_ways(kg: KnowledgeGraph) -> None:
    every = kg.query("partners", plan=ARTICLE)
    assert len(every) == 16
    iri = expand("id:technology/quantum")
    wanted = [row for row in every if getattr(row["technology"], "iri", None) == iri]
    assert wanted
    for name in ("quantum", "id:technology/quantum", iri, str(wanted[0]["technology"])):
        assert list(kg.query("partners", technology=name, plan=ARTICLE)) == wanted
    korean = kg.query("partners", lang="ko", technology="quantum", plan=ARTICLE)
    assert korean.columns == every.columns
    assert list(kg.query("partners", technology=str(korean.rows[0][0]), plan=ARTICLE)) == wanted


def test_a_text_a_file_and_an_ask(small: KnowledgeGraph, tmp_path: Path) -> None:
    path = tmp_path / "links.rq"
    path.write_text(LINKS, encoding="utf-8")
    from_file = small.query(path)
    assert from_file.rows == (("Weaving", "Alpha Institute", "알파(연)"),)
    assert from_file.title == "Which institution is named for which technology?"
    assert small.query(LINKS).rows == from_file.rows
    assert small.query(path, lang="ko", partner="alpha-institute").rows[0][:2] == (
        "직조",
        "알파연구원",
    )
    assert small.query(path, technology="dyeing").rows == ()
    asked = small.query("ASK { coop:x coop:no coop:thing }")
    assert (asked.columns, asked.rows) == (("answer",), ((False,),))
    triples = small.query("CONSTRUCT { ?s a coop:Link } WHERE { ?s a coop:PartnerLink }")
    assert triples.columns == ("subject", "predicate", "object")
    assert len(triples) == 1


@pytest.mark.parametrize(
    ("question", "parameters", "error", "message"),
    [
        ("partner", {}, UnknownQuery, "did you mean"),
        ("partners", {"tecnology": "quantum"}, UnknownParameter, "technology"),
        ("partners", {"technology": "quantun"}, UnknownEntity, "quantum"),
        ("SELECT ?x { ?x a }", {}, QuerySyntax, "line 1, column"),
        ("partners", {"lang": "fr"}, UsageError, "unknown language 'fr'"),
    ],
)
def test_what_cannot_be_understood_is_one_line(
    kg: KnowledgeGraph,
    question: str,
    parameters: dict[str, str],
    error: type[CoopgraphError],
    message: str,
) -> None:
    with pytest.raises(error, match=message) as caught:
        kg.query(question, **parameters)
    assert caught.value.exit_code == 2
    assert len(str(caught.value).splitlines()) == 1


def test_questions_search_show_and_sources(kg: KnowledgeGraph) -> None:
    questions = kg.questions("ko")
    assert questions.column("name") == question_names()
    assert questions.column("question")[0] == load_question(question_names()[0]).question("ko")
    found = kg.search("양자", lang="ko")
    assert expand("id:technology/quantum") in [
        entity.iri for entity in found.column("entity") if isinstance(entity, Entity)
    ]
    assert kg.search("").rows == ()
    few = kg.search("a", limit=3)
    assert (len(few), len(few.notes)) == (3, 1)
    assert few.notes[0].startswith("showing the first 3 found; there are more")
    shown = kg.show("mit")
    assert len(shown) > 5
    graphs = kg.sources()
    assert "article" in graphs.column("graph")
    numbers = [n for n in graphs.column("triples") if isinstance(n, int)]
    assert sum(numbers) == len(engine(kg))


def test_a_network_is_a_networkx_graph(kg: KnowledgeGraph) -> None:
    graph = kg.network("technology-partners")
    assert isinstance(graph, nx.Graph)
    assert graph.number_of_edges() >= 16


# --- answers ------------------------------------------------------------------------------


def test_an_answer_is_a_table(small: KnowledgeGraph) -> None:
    answer = small.query(LINKS)
    assert answer.header() == ("technology", "partner", "printed", "technology_iri", "partner_iri")
    (record,) = answer.records()
    assert record == (
        "Weaving",
        "Alpha Institute",
        "알파(연)",
        expand("id:technology/weaving"),
        expand("id:organisation/alpha-institute"),
    )
    assert list(answer) == [
        {"technology": "Weaving", "partner": "Alpha Institute", "printed": "알파(연)"}
    ]
    assert answer.column("printed") == ["알파(연)"]
    with pytest.raises(KeyError, match="nothing"):
        answer.column("nothing")
    assert "Alpha Institute" in str(answer)
    (entity,) = answer.column("partner")
    assert isinstance(entity, Entity)
    assert pickle.loads(pickle.dumps(entity)).iri == entity.iri


def test_an_answer_names_its_sources(kg: KnowledgeGraph) -> None:
    sources = kg.query("partners", technology="quantum").sources()
    assert sources.columns == ("row", "source", "locator", "date", "url", "reading")
    assert set(sources.column("row")) >= {1}
    assert all(sources.column("locator"))


def test_numbers_stay_numbers(kg: KnowledgeGraph) -> None:
    levels = kg.query("budget-levels")
    assert {type(amount) for amount in levels.column("amount")} <= {int, Decimal, type(None)}
    frame = levels.to_pandas()
    assert list(frame.columns) == list(levels.header())
    assert len(frame) == len(levels)
    assert frame["amount"].dropna().astype(float).gt(0).all()


def test_html_is_escaped() -> None:
    evil = "<script>alert('x')</script>"
    rows = ((Entity(evil, 'https://example.org/"><script>'), evil),)
    answer = Answer((evil, "b"), rows, (evil,), "en", evil)
    page = answer._repr_html_()
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert '"><script' not in page


# --- rdflib -------------------------------------------------------------------------------


def test_rdflib_answers_the_same(kg: KnowledgeGraph) -> None:
    view = kg.rdflib()
    assert isinstance(view, rdflib.Dataset)
    for name in ("partners", "partner-load"):
        text = load_question(name).text
        header = "".join(f"PREFIX {p}: <{iri}>\n" for p, iri in PREFIXES.items())
        answer = kg.query(name)
        ours = {tuple(getattr(c, "iri", c) for c in row) for row in answer.rows}
        theirs = {
            tuple(term if term is None else term.toPython() for term in binding)
            for binding in cast("Iterable[tuple[Any, ...]]", view.query(header + text))
        }
        assert ours == theirs
        assert ours


@own_warning
def test_rdflib_sees_graphs_and_labels(small: KnowledgeGraph) -> None:
    view = small.rdflib()
    weaving = rdflib.URIRef(expand("id:technology/weaving"))
    labels = {str(label) for label in view.objects(weaving, rdflib.SKOS.prefLabel)}
    assert labels == {"직조", "Weaving"}
    graph = view.graph(rdflib.URIRef(expand("graph:second-source")))
    assert (None, None, rdflib.URIRef(expand("coop:Person"))) in graph
    assert len(view) == len(engine(small))


@own_warning
def test_rdflib_cannot_write(small: KnowledgeGraph) -> None:
    view = small.rdflib()
    before = len(engine(small))
    thing = rdflib.URIRef("https://example.org/thing")
    weaving = rdflib.URIRef(expand("id:technology/weaving"))
    with pytest.raises(Exception, match="read-write"):
        view.add((thing, rdflib.RDF.type, thing))
    with pytest.raises(Exception, match=r".+"):
        view.update(f"INSERT DATA {{ GRAPH <{thing}> {{ <{thing}> a <{thing}> }} }}")
    with pytest.raises(Exception, match=r".+"):
        view.remove((weaving, rdflib.RDF.type, rdflib.SKOS.Concept))
    assert len(engine(small)) == before


def test_an_answer_is_the_same_in_json_for_every_run(kg: KnowledgeGraph) -> None:
    once, twice = (json.dumps(list(kg.query("partners").records())) for _ in range(2))
    assert once == twice
