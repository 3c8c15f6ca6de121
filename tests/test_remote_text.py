"""What is sent to a remote store: prefixes, datasets, pages; and answers that a server cuts."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest
from fake_endpoint import JSON, NT, Fake, Handler, boolean, fake_endpoint, reply, store_at, table
from hypothesis import given
from hypothesis import strategies as st
from network_stores import shipped_store

import coopgraph
from coopgraph.errors import AnswerTruncated, EndpointFailed, FactError
from coopgraph.network import load_projection, projection_names
from coopgraph.queries import load_question
from coopgraph.queries.question import question_names
from coopgraph.remote.client import SparqlClient
from coopgraph.sparql.dataset import dataset_named, with_prologue
from coopgraph.sparql.pages import ROWS, pages_of, with_dataset
from coopgraph.store import Dataset
from coopgraph.vocabulary import ID, PREFIXES, graph_iri

OURS = [load_question(name).text for name in question_names()] + [
    load_projection(name).text for name in projection_names()
]


def parse(text: str) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
    """`text` as another server reads it: without our prefixes and base."""
    return ox.Store().query(text)


# --- prefixes and base ----------------------------------------------------------------------


@pytest.mark.parametrize("text", OURS, ids=range(len(OURS)))
def test_our_queries_can_be_sent_anywhere(text: str) -> None:
    sent = with_prologue(text)
    assert sent.endswith(text)
    assert "\n" not in sent.removesuffix(text)
    parse(sent)


@pytest.mark.parametrize(
    ("text", "prologue"),
    [
        ("ASK { ?s a coop:T }", "PREFIX coop: <https://w3id.org/coopgraph/ns#> "),
        ("ASK { ?s ?p 1 }", ""),
        ("ASK { ?s ?p 'coop:T' } # skos:x", ""),
        ("ASK { <http://coop:80/> ?p ?o }", ""),
        ("ASK { <technology/quantum> ?p ?o }", f"BASE <{ID}> "),
        ("BASE <http://a.example/> ASK { <b> ?p ?o }", ""),
        ("PREFIX coop: <urn:x:> ASK { ?s a coop:T }", ""),
        ("prefix coop:<urn:x:>ASK{?s a coop:T;owl:p 1}", f"PREFIX owl: <{PREFIXES['owl']}> "),
        ("ASK { ?s ?p '1'^^xsd:int }", f"PREFIX xsd: <{PREFIXES['xsd']}> "),
        ("ASK { ?s id:technology\\/quantum ?o }", f"PREFIX id: <{ID}> "),
        ("ASK { ?s a coop: }", "PREFIX coop: <https://w3id.org/coopgraph/ns#> "),
        ("ASK { ?s skos:prefLabel|^skos:altLabel ?o }", f"PREFIX skos: <{PREFIXES['skos']}> "),
        ("ASK { ?coop ?p _:coop }", ""),
    ],
)  # fmt: skip
def test_only_what_is_used_is_declared(text: str, prologue: str) -> None:
    assert with_prologue(text) == prologue + text
    parse(with_prologue(text))


WORDS = ["coop:T", "<a/b>", "<urn:x>", "'coop:'", "?s", "1", "# skos:\n", "'''a\nb'''", "rdf:type"]


@given(st.lists(st.sampled_from(WORDS), min_size=3, max_size=3))
def test_a_query_means_the_same_with_its_prologue(words: list[str]) -> None:
    text = f"ASK {{ {' '.join(words)} }}"
    try:
        ox.Store().query(text, base_iri=ID, prefixes=PREFIXES)
    except SyntaxError:
        return
    parse(with_prologue(text))


# --- datasets -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ASK { ?s ?p ?o }", None),
        ("ASK FROM <urn:a> { ?s ?p ?o }", Dataset(("urn:a",), ())),
        ("SELECT * FROM <urn:a> FROM NAMED <urn:b> FROM <urn:c> WHERE { ?s ?p ?o }",
         Dataset(("urn:a", "urn:c"), ("urn:b",))),
        ("ASK from graph:article { ?s ?p ?o }", Dataset((graph_iri("article"),), ())),
        ("PREFIX g: <urn:g:> ASK FROM g:a { ?s ?p ?o }", Dataset(("urn:g:a",), ())),
        ("ASK FROM graph:derived\\/x { ?s ?p ?o }", None),
        ("ASK FROM <relative> { ?s ?p ?o }", None),
        ("ASK FROM nobody:a { ?s ?p ?o }", None),
        ("ASK { ?from ?p 'FROM <urn:a>' } # FROM <urn:a>", None),
    ],
)  # fmt: skip
def test_the_dataset_that_a_query_names(text: str, found: Dataset | None) -> None:
    assert dataset_named(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "ASK { ?s ?p ?o }",
        "SELECT * { ?s ?p ?o } ORDER BY ?s",
        "SELECT (EXISTS { ?s ?p 1 } AS ?x) WHERE { ?s ?p ?o }",
        "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }",
        "CONSTRUCT WHERE { ?s ?p ?o } LIMIT 3",
        "DESCRIBE ?s { ?s ?p ?o }",
        "# FROM WHERE {\nASK\n# here\n{ ?s ?p ?o }",
    ],
)
def test_a_dataset_is_put_where_it_belongs(text: str) -> None:
    sent = with_dataset(text, ["urn:a", "urn:b"], ["urn:c"])
    assert sent is not None
    assert dataset_named(sent) == Dataset(("urn:a", "urn:b"), ("urn:c",))
    parse(sent)


# --- pages ----------------------------------------------------------------------------------


@cache
def shipped() -> ox.Store:
    return shipped_store().engine


def ask(text: str) -> list[tuple[object, ...]]:
    found = shipped().query(with_prologue(text), use_default_graph_as_union=True)
    assert isinstance(found, ox.QuerySolutions)
    return [tuple(row[i] for i in range(len(found.variables))) for row in found]


PAGED = [
    "SELECT ?t ?p { ?t coop:intendedPartner ?p }",
    "SELECT DISTINCT ?t WHERE { ?t coop:intendedPartner ?p } ORDER BY DESC(?t)",
    "SELECT ?t (COUNT(?p) AS ?n) { ?t coop:intendedPartner ?p } GROUP BY ?t HAVING(COUNT(?p) > 1)",
    "SELECT ?t ?p { ?t coop:intendedPartner ?p } ORDER BY ?p ?t LIMIT 7 OFFSET 2",
    "SELECT ?t ?p { ?t coop:intendedPartner ?p }\n# the end\nOFFSET 3\nLIMIT 9 # so",
    (
        "SELECT ?t ?p { ?t coop:intendedPartner ?p } LIMIT 5 "
        "VALUES ?t { <priority/stance-of-quantum> }"
    ),
    "SELECT (EXISTS { ?t a coop:T } AS ?e) ?t WHERE { ?t coop:intendedPartner ?p }",
    "SELECT * { { SELECT ?p (COUNT(*) AS ?n) { ?t coop:intendedPartner ?p } GROUP BY ?p } }",
]


@pytest.mark.parametrize("nested", [False, True])
@pytest.mark.parametrize("size", [1, 3, 100])
@pytest.mark.parametrize("text", PAGED)
def test_pages_together_are_the_answer(text: str, size: int, nested: bool) -> None:
    found = shipped().query(with_prologue(text))
    assert isinstance(found, ox.QuerySolutions)
    pages = pages_of(text, [variable.value for variable in found.variables])
    assert pages is not None
    whole = ask(text)
    assert whole
    assert int(str(getattr(ask(pages.count())[0][0], "value", ""))) == len(whole)
    assert Counter(ask(pages.solutions())) == Counter(whole)
    rows: list[tuple[object, ...]] = []
    while len(rows) < len(whole):
        page = ask(pages.page(len(rows), min(size, len(whole) - len(rows)), nested=nested))
        assert 0 < len(page) <= size
        rows += page
    if pages.limit is None or pages.order:
        assert Counter(rows) == Counter(whole)


@pytest.mark.parametrize("text", OURS, ids=range(len(OURS)))
def test_all_of_our_queries_can_be_paged(text: str) -> None:
    found = parse(with_prologue(text))
    assert isinstance(found, ox.QuerySolutions)
    names = [variable.value for variable in found.variables]
    pages = pages_of(with_prologue(text), names)
    assert pages is not None
    for sent in (pages.page(10, 5), pages.page(10, 5, nested=True), pages.solutions()):
        paged = parse(sent)
        assert isinstance(paged, ox.QuerySolutions)
        assert [variable.value for variable in paged.variables] == names
    counted = parse(pages.count())
    assert isinstance(counted, ox.QuerySolutions)
    assert [variable.value for variable in counted.variables] == [ROWS]


@pytest.mark.parametrize(
    "text",
    ["ASK {}", "SELECT * {}", "DESCRIBE <urn:x>", "", "SELECT", "CONSTRUCT {} WHERE {}"],
)
def test_what_has_no_pages(text: str) -> None:
    assert pages_of(text, []) is None


@given(st.text(alphabet="SELECTconstrwh?xFROM<u>{}()'\"#\n LIMIT1VALUES", max_size=60))
def test_any_text_has_pages_or_none(text: str) -> None:
    pages = pages_of(text, ["x"])
    if pages is not None:
        assert "OFFSET 5" in pages.page(5, 2)
    with_prologue(text)
    dataset_named(text)
    with_dataset(text, ["urn:a"], [])


# --- a server that cuts without a word -----------------------------------------------------------


def cutting(rows: int, header: str = "", *, lies: bool = False) -> Iterator[Fake]:
    """A SPARQL server over 3,500 triples that gives at most `rows` solutions."""
    engine = ox.Store()
    for i in range(3_500):
        engine.add(ox.Quad(ox.NamedNode(f"urn:s:{i % 50}"), ox.NamedNode("urn:p"), ox.Literal(i)))

    def behave(handler: Handler) -> None:
        text = handler.fake.seen[-1].form["query"]
        if lies and ROWS in text:
            text = text.replace(f"(COUNT(*) AS ?{ROWS})", f"(COUNT(*) + 1 AS ?{ROWS})")
        found = engine.query(text)
        if isinstance(found, ox.QueryTriples):
            kept = [triple for triple, _ in zip(found, range(rows), strict=False)]
            reply(ox.serialize(kept, format=ox.RdfFormat.N_TRIPLES) or b"", NT)(handler)
            return
        table = (found.serialize(format=ox.QueryResultsFormat.TSV) or b"").splitlines(True)
        is_cut = len(table) > rows + 1
        cut = ox.parse_query_results(
            b"".join(table[: rows + 1]), format=ox.QueryResultsFormat.TSV
        ).serialize(format=ox.QueryResultsFormat.JSON)
        headers = {header: f"rows={rows}"} if header and is_cut else {}
        reply(cut or b"", JSON, headers=headers)(handler)

    with fake_endpoint() as fake:
        fake.will(behave)
        yield fake


@pytest.fixture
def silent() -> Iterator[Fake]:
    yield from cutting(1_000)


@pytest.fixture
def told() -> Iterator[Fake]:
    yield from cutting(700, "Coopgraph-Cut")


@pytest.fixture
def lying() -> Iterator[Fake]:
    yield from cutting(1_000, lies=True)


@pytest.mark.parametrize("server", ["silent", "told"])
def test_cut_answers_are_completed(server: str, request: pytest.FixtureRequest) -> None:
    fake: Fake = request.getfixturevalue(server)
    store = store_at(fake.url)
    rows = store.select("SELECT ?s ?o { ?s ?p ?o }")
    assert len(rows) == len(set(rows)) == 3_500
    ordered = store.select("SELECT ?o { ?s ?p ?o } ORDER BY DESC(?o) LIMIT 2500 OFFSET 10")
    assert [int(row[0].value) for row in ordered] == list(range(3_489, 989, -1))
    assert len(store.select("SELECT ?o { ?s ?p ?o } LIMIT 1000")) == 1_000
    assert len(list(store.rows("SELECT ?o { ?s ?p ?o }"))) == 3_500
    store.close()


def test_cut_triples_are_completed(silent: Fake) -> None:
    store = store_at(silent.url)
    triples = list(store.construct("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"))
    assert len(triples) == len(set(triples)) == 3_500
    few = list(store.construct("CONSTRUCT { ?s ?p 1 } WHERE { ?s ?p ?o }"))
    assert len(few) == 50
    store.close()


def test_what_cannot_be_completed_is_an_error(lying: Fake) -> None:
    with pytest.raises(AnswerTruncated, match="3,500 of 3,501 solutions came"):
        store_at(lying.url).select("SELECT ?s ?o { ?s ?p ?o }")


# --- which graphs are named ---------------------------------------------------------------------


def test_a_store_without_a_void_is_asked_as_it_is() -> None:
    with fake_endpoint() as fake:
        fake.will(reply(table(name="graph")), reply(boolean(True)), reply(table("x")))
        kg = coopgraph.open(fake.url)
        assert [row[0] for row in kg.query("SELECT ?a { ?a ?b ?c }").rows] == ["x"]
        kg.close()
        assert "default-graph-uri" not in fake.seen[-1].form
        assert fake.seen[-1].headers["content-type"] == "application/x-www-form-urlencoded"


def graphs(*names: str) -> bytes:
    bindings = [{"graph": {"type": "uri", "value": name}} for name in names]
    return json.dumps({"head": {"vars": ["graph"]}, "results": {"bindings": bindings}}).encode()


def test_where_its_default_graph_is_empty_all_are_named() -> None:
    with fake_endpoint() as fake:
        fake.will(reply(graphs()), reply(boolean(False)), reply(graphs("urn:b", "urn:a")))
        kg = coopgraph.open(fake.url)
        assert kg.store.dataset == Dataset(("urn:a", "urn:b"), ("urn:a", "urn:b"))  # type: ignore[attr-defined]
        fake.will(reply(table("x")))
        kg.query("SELECT ?a { ?a ?b ?c }")
        assert b"default-graph-uri=urn%3Aa&default-graph-uri=urn%3Ab" in fake.seen[-1].body
        assert b"named-graph-uri" not in fake.seen[-1].body
        kg.query("SELECT ?a { graph ?g { ?a ?b ?c } }")
        assert b"named-graph-uri=urn%3Aa" in fake.seen[-1].body
        kg.close()
        fake.will(reply(table(name="a")))
        with pytest.raises(FactError, match="does not describe its graphs"):
            kg.sources()
        many = graphs(*(f"urn:{i}" for i in range(1_001)))
        fake.will(reply(graphs()), reply(boolean(False)), reply(many))
        with pytest.raises(EndpointFailed, match="more than 1,000 others"):
            coopgraph.open(fake.url)


def test_the_folder_of_the_environment_may_be_an_address(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    with fake_endpoint() as fake:
        fake.will(reply(graphs()), reply(boolean(True)))
        monkeypatch.setenv("COOPGRAPH_STORE", fake.url)
        kg = coopgraph.open()
        assert isinstance(kg.store.client, SparqlClient)  # type: ignore[attr-defined]
        kg.close()
    assert list(tmp_path.iterdir()) == []
