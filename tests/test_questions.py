"""The named questions: each is well described, and answers as it promises.

What they answer on the shipped data is in test_questions_money.py and test_questions_policy.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import cast

import pyoxigraph as ox
import pytest
from network_stores import article_store
from rdflib import Dataset
from rdflib.term import Identifier

from coopgraph.queries import Answer, Question, ask, load_question, question_names
from coopgraph.queries.parameters import bind
from coopgraph.queries.scope import in_scope
from coopgraph.queries.truncation import unlimited
from coopgraph.search import INDEX_FILE, Index
from coopgraph.store import Store
from coopgraph.vocabulary import ID, RDF_TYPE, XSD, expand, shrink

NAMES = question_names()
ABOUT = {"about": "quantum"}  # for questions that require an entity
HANGUL = re.compile("[가-힣]")
#: The columns that others rely on (command line, notebooks, pages).
CONTRACT = {
    "partners": "technology stance partner country status open_list",
    "partner-load": "partner country technologies",
    "country-concentration": "technology country partners share",
    "single-country-technologies": "technology country",
    "unplanned-technologies": "technology project_partners paper_partners",
    "modes": "stance mission mode",
    "technology-profile": "technology stance partners countries open_list year amount "
    "corrected currency growth_from growth_percent phase source",
    "budget-levels": "line organisation year phase amount corrected currency period_from "
    "period_to per as_stated source",
    "budget-changes": "line from_year to_year phase base_phase basis percent amount "
    "currency period_from period_to source",
    "phase-trail": "line year allocation proposal approved executed currency period_from period_to",
    "like-for-like": "line from_year to_year phase basis lowest_percent "
    "highest_percent headline_percent source",
    "ministry-cooperation-budgets": "ministry year phase amount corrected currency source",
    "reconciliation": "claim stated recomputed verdict",
    "disagreements": "line year phase_a amount_a source_a phase_b amount_b currency source_b "
    "figure_a figure_b differs_in compatible",
    "recommendations": "recommendation addresses addressed_to remedy source",
    "actions": "recommendation addressee action urgency done_by",
    "follow-ups": "recommendation action event date source",
    "policy-timeline": "date kind title organisation",
    "mandates": "organisation role given_by from_date to_date source",
    "who-says": "claim stated_by held_by modality qualifier source",
    "interpretations": "entity as_printed read_as reason",
    "evidence": "claim source locator start end reading",
}
DATATYPES = {
    "xsd:string": {XSD + "string", "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"},
    "xsd:date": {XSD + "date", XSD + "gYearMonth", XSD + "gYear"},
    "xsd:gYear": {XSD + "gYear"},
    "xsd:decimal": {XSD + "decimal"},
    "xsd:integer": {XSD + "integer"},
    "xsd:boolean": {XSD + "boolean"},
}
#: What no shipped plan of Korea says; `test_priorities` and `test_comparisons` see it answer.
UNSAID = {"excluded-partners", "plan-versions"}
#: What needs imported data: empty on the shipped graph; `test_demo` sees them answer.
OVER_IMPORTS = {
    "alternatives",
    "co-publications",
    "cooperation-programmes",
    "import-accounts",
    "home-counterparts",
    "home-participation",
    "mapping-coverage",
    "ministry-technology-budgets",
    "observed-partners",
    "plan-vs-practice",
    "technology-assignments",
    "technology-ministries",
}
#: `facts` shows any property of an entity, so its values are of any kind.
ANY_TERM = {("facts", "value")}


@pytest.fixture(scope="module")
def store(store_folder: object) -> Store:
    return Store.open(str(store_folder))


@pytest.fixture(scope="module")
def index(store: Store) -> Iterator[Index]:
    assert store.version is not None
    found = Index(store.version / INDEX_FILE)
    yield found
    found.close()


@pytest.fixture(scope="module")
def classes(store: Store) -> dict[str, set[str]]:
    """The classes of every node."""
    found: dict[str, set[str]] = {}
    for node, cls in store.select(f"SELECT DISTINCT ?n ?c {{ ?n <{RDF_TYPE}> ?c }}"):
        assert isinstance(node, ox.NamedNode)
        assert isinstance(cls, ox.NamedNode)
        found.setdefault(node.value, set()).add(cls.value)
    return found


def needed(question: Question) -> dict[str, str]:
    return {name: value for name, value in ABOUT.items() if name in question.parameters}


def solutions(store: Store, question: Question, index: Index | None) -> ox.QuerySolutions:
    return cast(ox.QuerySolutions, store.query(bind(question, needed(question), index)))


@cache
def solved(
    store: Store, name: str, index: Index
) -> tuple[tuple[str, ...], tuple[ox.QuerySolution, ...]]:
    """The variables and the solutions of the shipped store, asked for once for all tests."""
    found = solutions(store, load_question(name), index)
    return tuple(variable.value for variable in found.variables), tuple(found)


@cache
def answered(store: Store, name: str, index: Index, lang: str = "en") -> Answer:
    """The answer of the shipped store, asked for once for all tests."""
    return ask(store, name, needed(load_question(name)), lang=lang, index=index)


def test_the_contract_is_kept() -> None:
    assert set(CONTRACT) <= set(NAMES)
    for name, columns in CONTRACT.items():
        own = [column.name for column in load_question(name).columns if not column.key]
        assert [column for column in own if column in columns.split()] == columns.split(), name


@pytest.mark.parametrize("name", NAMES)
def test_a_question_is_described_in_both_languages(name: str) -> None:
    question = load_question(name)
    asked = [question.question(lang) for lang in ("en", "ko")]
    assert all(text.endswith("?") for text in asked)
    assert not question.title("en").endswith("?")
    assert not question.title("ko").endswith("?")
    assert len(question.title("ko")) <= 40, "a title is short"
    assert HANGUL.search(question.title("ko"))
    assert HANGUL.search(asked[1])
    assert question.columns
    assert (question.rows > 0) != (name in OVER_IMPORTS | UNSAID)
    for column in (*question.columns, *question.extra):
        assert column.meaning("en"), column.name
        assert not HANGUL.search(column.meaning("en").replace("등", "").replace("안", "")), (
            column.name
        )
        assert HANGUL.search(column.meaning("ko")), column.name
        assert ";" not in column.meaning("ko"), (
            f"{column.name}: a semicolon parts English from Korean"
        )
    assert question.evidence or question.imports, "every answer can be cited"


@pytest.mark.parametrize("name", NAMES)
def test_it_answers_its_columns_and_promised_rows(name: str, store: Store, index: Index) -> None:
    question = load_question(name)
    names, rows = solved(store, name, index)
    assert list(names) == [column.name for column in question.columns]
    assert len(rows) >= question.rows


@pytest.mark.parametrize("name", NAMES)
def test_columns_hold_what_they_declare(
    name: str, store: Store, index: Index, classes: dict[str, set[str]]
) -> None:
    question = load_question(name)
    _, rows = solved(store, name, index)
    for at, column in enumerate(question.columns):
        terms = {row[at] for row in rows if row[at] is not None}
        if (name, column.name) in ANY_TERM:
            continue
        for term in terms:
            if column.is_entity:
                assert isinstance(term, ox.NamedNode), f"{column.name}: {term}"
                kinds = classes.get(term.value, set())
                wanted = {expand(each) for each in column.type.split("|") if each != "any"}
                assert not wanted or wanted & kinds, f"{term}: {kinds}"
            else:
                assert isinstance(term, ox.Literal), f"{column.name}: {term}"
                assert term.datatype.value in DATATYPES[column.type], f"{column.name}: {term}"


@pytest.mark.parametrize("name", NAMES)
def test_entities_have_labels_in_both_languages(name: str, store: Store, index: Index) -> None:
    for lang in ("en", "ko"):
        answer = answered(store, name, index, lang)
        cells = [cell for record in answer for cell in record.values()]
        iris = {iri for cell in cells if (iri := getattr(cell, "iri", "")).startswith(ID)}
        labels = store.labels(iris, lang)
        assert iris == labels.keys()
        assert not [label for label in labels.values() if not label.strip()]


def test_every_order_is_total(store: Store, index: Index) -> None:
    """The same rows in the same order from a store that holds the quads the other way round."""
    other = ox.Store()
    for quad in reversed(list(store.engine)):
        other.add(quad)
    for name in NAMES:
        question = load_question(name)
        here = list(map(str, solved(store, name, index)[1]))
        assert here == list(map(str, solutions(Store(other), question, index))), name


@pytest.mark.parametrize("name", NAMES)
def test_every_row_has_its_sources(name: str, store: Store, index: Index) -> None:
    answer = answered(store, name, index)
    found: dict[object, set[str]] = {}
    for record in answer.sources():
        found.setdefault(record["row"], set()).add(getattr(record["source"], "iri", ""))
    assert found.keys() == set(range(1, len(answer) + 1))
    shown = [column for column in answer.columns if column.partition("_")[0] == "source"]
    for number, row in enumerate(answer, 1):
        named = {getattr(row[column], "iri", "") for column in shown if row[column]}
        assert named <= found[number], f"row {number}"


@pytest.mark.parametrize("name", NAMES)
def test_what_a_row_rests_on_is_found_by_what_it_shows(name: str) -> None:
    """A pattern without a column would cite the same passages for every row."""
    question = load_question(name)
    shown = {column.name for column in question.columns} - {"jurisdiction", "plan"}
    for pattern in filter(None, (question.evidence, question.imports)):
        assert shown & set(re.findall(r"[?$](\w+)", pattern))


def test_an_agreement_cites_its_own_passages(store: Store, index: Index) -> None:
    answer = ask(store, "agreements", {}, index=index)
    cited: dict[object, set[object]] = {}
    for record in answer.sources():
        cited.setdefault(record["row"], set()).add(getattr(record["source"], "iri", ""))
    sources = {number: {getattr(row["source"], "iri", "")} for number, row in enumerate(answer, 1)}
    assert cited == sources


def test_the_sources_of_a_figure_are_those_of_its_year(store: Store, index: Index) -> None:
    asked = {"line": "motie-international-rd", "year": "2023"}
    answer = ask(store, "budget-levels", asked, index=index)
    assert [record["row"] for record in answer.sources()] == [1]


#: The engine and rdflib agree on these: no row of theirs rests on one engine's habits.
CROSS = (
    "partners", "partner-load", "country-concentration", "single-country-technologies",
    "unplanned-technologies", "modes", "phase-trail", "mandates",
)  # fmt: skip


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    """The tables of the article: rdflib takes minutes for what the engine answers at once."""
    found = Dataset(default_union=True)
    quads = article_store().engine.dump(format=ox.RdfFormat.N_QUADS)
    found.parse(data=quads or b"", format="nquads")
    return found


# rdflib itself uses a property that it deprecates.
@pytest.mark.filterwarnings("ignore:Dataset.default_context:DeprecationWarning")
@pytest.mark.parametrize("name", CROSS)
def test_another_engine_answers_the_same(name: str, dataset: Dataset) -> None:
    question = load_question(name)
    ours = [tuple(row) for row in solutions(article_store(), question, None)]
    # rdflib fails at VALUES without a value, the default of a branch that narrows: no triple.
    text = re.sub(r"VALUES \?\w+ \{ \}", "?none a <urn:none> .", question.text)
    theirs = cast("list[tuple[object, ...]]", list(dataset.query(text)))
    assert [tuple(map(_plain, row)) for row in theirs] == [tuple(map(_plain, row)) for row in ours]


def _plain(term: object) -> object:
    """A term for comparison: numbers as numbers, for engines write them differently."""
    if term is None:
        return None
    text = str(term) if isinstance(term, Identifier) else str(getattr(term, "value", term))
    numeric = str(getattr(term, "datatype", "")).strip("<>") in (XSD + "decimal", XSD + "integer")
    return round(float(text), 12) if numeric else text


@pytest.mark.parametrize("name", NAMES)
def test_every_parameter_selects_rows_of_the_answer(name: str, store: Store, index: Index) -> None:
    """By key, Korean label, English label, CURIE and IRI alike; a row that leaves the column
    empty is never among them. A plan that is named is shown with all of its jurisdictions. Of
    columns with hundreds of values a dozen, from the first to the last. Names that bind the same
    query have one answer, which is asked for once."""
    question, answers = load_question(name), dict[str, Answer]()
    given = {**needed(question), **unlimited(question)}
    of_default = ask(store, name, given, index=index)
    for column in (column for column in question.columns if column.is_parameter):
        whole = of_default
        if column.name == "plan" and question.scope == "plan":
            whole = ask(store, name, {**given, "jurisdiction": "all"}, index=index)
        cells = dict.fromkeys(_identity(cell) for cell in of_default.column(column.name))
        kind = tuple(expand(each) for each in column.type.split("|") if each != "any")
        wanted = next((w for c in cells if (w := _names(c, kind, store, index))), None)
        if wanted is None:  # literals, and nodes that the search index does not hold
            wanted = [(c, str(c)) for c in cells if c is not None]
        for cell, text in wanted[:: -(-len(wanted) // 12) or 1]:
            among = {cell}
            if question.parameters[column.name] is not column:  # or what matches it, as declared
                among |= {of[0].value for of in store.select(_MATCHES % cell)}
            expected = [
                row for row in whole.rows if _identity(_at(row, whole, column.name)) in among
            ]
            named = {**given, column.name: text}
            query = bind(question, in_scope(store, question, named, index), index)
            if query not in answers:
                answers[query] = ask(store, name, named, index=index)
            assert expected
            assert list(answers[query].rows) == expected, f"{column.name}={text}"


_MATCHES = """SELECT ?entry {
  ?entry skos:closeMatch|skos:broadMatch|skos:narrowMatch|skos:relatedMatch <%s> }"""


def _at(row: tuple[object, ...], answer: object, column: str) -> object:
    return row[answer.columns.index(column)]  # type: ignore[attr-defined]


def _identity(cell: object) -> object:
    """What a parameter would name: an entity's IRI, else the value as it is written."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return getattr(cell, "iri", cell)


def _names(
    cell: object, kind: tuple[str, ...], store: Store, index: Index
) -> list[tuple[object, str]]:
    """The five ways to name an entity, or none where one of them is not its alone."""
    if not isinstance(cell, str) or not cell.startswith(ID):
        return []
    labels = [store.labels([cell], lang)[cell] for lang in ("ko", "en")]
    claim = expand("coop:Claim")
    for label in labels:
        hits = index.named(label, kind)
        hits = [hit for hit in hits if claim not in hit.classes] or hits
        if [hit.iri for hit in hits] != [cell]:
            return []
    return [(cell, text) for text in (cell.rpartition("/")[2], *labels, shrink(cell), cell)]
