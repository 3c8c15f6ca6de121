"""Networks of projects and papers: two kinds of edges side by side, never added up."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from network_stores import ANY, escaped, store_of
from papers import Papers, body, store_of_practice
from test_projections_presets import PRACTICE, observed

from coopgraph.errors import FactError
from coopgraph.network import Network, evidence, load_projection, project
from coopgraph.network.model import parse_preset
from coopgraph.queries.question import pair
from coopgraph.vocabulary import entity_iri, shrink

QUANTUM = entity_iri("technology", "quantum")
PROJECTS, WORKS = "skos:related", "coop:coPublishedWith"
KINDS = {"projects": PROJECTS, "publications": WORKS}
Links = dict[tuple[str, str, str], float]

RECORDS = st.sampled_from([0, 1, 2, 3, 4, 5, 100, 103])
PAIRS = st.lists(st.tuples(st.integers(0, 6), RECORDS), max_size=20)
PAPERS = st.lists(
    st.builds(
        Papers,
        RECORDS,
        RECORDS,
        st.integers(0, 2),
        st.sampled_from([0, 2018, 2019]),
        st.integers(1, 9),
    ).filter(lambda each: each.one < each.other),
    unique_by=lambda each: each[:4],
    max_size=15,
)
ASKED = st.fixed_dictionaries(
    {},
    optional={
        "technology": st.just(QUANTUM),
        "year": st.sampled_from(["2018", "2019"]),
        "evidence": st.sampled_from([entity_iri("evidence-kind", name) for name in KINDS]),
    },
)


def ends(one: int, other: int, kind: str) -> tuple[str, str, str]:
    first, second = sorted(entity_iri("organisation", str(each)) for each in (one, other))
    return first, second, kind


def counted(projects: list[tuple[int, int]], papers: list[Papers], values: dict[str, str]) -> Links:
    """The two networks, counted in plain Python."""
    found: Links = defaultdict(float)
    members: dict[int, set[int]] = defaultdict(set)
    year = int(values.get("year", "0"))
    for p, record in projects:
        if not (("technology" in values and p % 2) or (year and 2018 + p % 3 != year)):
            members[p].add(body(record))
    for several in members.values():
        for one, other in combinations(sorted(several), 2):
            found[ends(one, other, PROJECTS)] += 1
    for each in papers:
        if ("technology" in values and each.topic != 1) or (year and each.year != year):
            continue
        if body(each.one) != body(each.other):
            found[ends(body(each.one), body(each.other), WORKS)] += each.works
    only = values.get("evidence", "").rpartition("/")[2]
    return {key: n for key, n in found.items() if not only or key[2] == KINDS[only]}


def links(network: Network) -> Links:
    iris = [node.iri for node in network.nodes]
    assert iris == sorted(iris)
    order = [(e.source, e.target, e.kind.iri) for e in network.edges]
    assert order == sorted(order)
    assert len(set(order)) == len(order)
    return {(iris[e.source], iris[e.target], shrink(e.kind.iri)): e.weight for e in network.edges}


@given(PAIRS, PAPERS, ASKED)
def test_both_kinds_are_what_a_plain_count_gives(
    projects: list[tuple[int, int]], papers: list[Papers], values: dict[str, str]
) -> None:
    store = store_of_practice(projects, papers)
    network = project(store, "collaboration", ANY | values)
    expected = counted(projects, papers, values)
    assert links(network) == expected
    assert {e.attributes["layer"] for e in network.edges} <= {"observed"}
    assert network.matrix().sum() == 2 * sum(expected.values())
    alone = [p for p in papers if body(p.one) == body(p.other)]
    if not values:
        told = [note for note in network.notes if "two records of one body" in note["en"]]
        papers_told = [note for note in told if "published together" in note["en"]]
        assert bool(papers_told) == bool(alone)
        if alone:
            assert f"{len(alone):,} of what" in papers_told[0]["en"]
            assert f"(weight {sum(p.works for p in alone):,})" in papers_told[0]["en"]


@given(PAIRS, PAPERS)
def test_rows_with_more_variables_give_the_same_network(
    tmp_path_factory: pytest.TempPathFactory,
    projects: list[tuple[int, int]],
    papers: list[Papers],
) -> None:
    store = store_of_practice(projects, papers)
    text = load_projection("collaboration").text
    path = tmp_path_factory.mktemp("more") / "collaboration.rq"
    path.write_text(text.replace("?layer WHERE", "?layer ?more WHERE", 1), encoding="utf-8")
    rows, bulk = project(store, path, ANY), project(store, "collaboration", ANY)
    assert rows.incidence is None
    assert bulk.incidence is not None
    assert links(rows) == links(bulk)
    assert list(rows.nodes) == list(bulk.nodes)
    assert [e.kind for e in rows.edges] == [e.kind for e in bulk.edges]
    assert (rows.matrix() != bulk.matrix()).nnz == 0


# --- weights and kinds of two-mode rows -------------------------------------------------------

BULK = "SELECT ?node ?via ?kind ?weight ?layer { VALUES (?node ?via ?kind ?weight ?layer) { %s } }"
BY_ROW = BULK.replace("?layer {", "?layer ?more {", 1)
FORMS = pytest.mark.parametrize("form", [BULK, BY_ROW])


def folded(folder: Path, form: str, rows: str) -> Network:
    path = folder / "mine.rq"
    path.write_text(escaped(form % rows), encoding="utf-8")
    return project(store_of('id:a/v skos:prefLabel "shared"@en .'), path)


@FORMS
def test_an_edge_weighs_what_is_shared(tmp_path: Path, form: str) -> None:
    rows = """(id:a/one id:a/v id:k/x 2.5 "observed") (id:a/two id:a/v id:k/x 2.5 "observed")
      (id:a/two id:a/v id:k/x 2.5 "observed") (id:a/one id:a/w id:k/x 4 "observed")
      (id:a/two id:a/w id:k/x 4 "observed") (id:a/one id:a/u UNDEF UNDEF UNDEF)
      (id:a/two id:a/u UNDEF UNDEF UNDEF) (id:a/three id:a/w id:k/y 7 id:layer/declared)
      (id:a/two id:a/w id:k/y 7 id:layer/declared) (id:a/one id:a/w id:k/x 0 "derived")
      (id:a/two id:a/w id:k/x 0 "derived")"""
    network = folded(tmp_path, form, rows)
    found = Counter(
        (
            "–".join(sorted((network.nodes[e.source].key, network.nodes[e.target].key))),
            e.kind.key,
            str(getattr(e.attributes.get("layer"), "key", e.attributes.get("layer"))),
            e.weight,
        )
        for e in network.edges
    )
    assert found == {
        ("one–two", "x", "observed", 6.5): 1,
        ("one–two", "x", "derived", 0.0): 1,
        ("one–two", "http://www.w3.org/2004/02/skos/core#related", "None", 1.0): 1,
        ("three–two", "y", "declared", 7.0): 1,
    }
    assert {e.kind.label("en") for e in network.edges} == {"x", "y", "shares"}


@FORMS
@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("(id:a/one id:a/v id:k/x 2 1) (id:a/two id:a/v id:k/x 3 1)", "has two weights: 2 and 3"),
        ("(id:a/one id:a/v id:k/x 2 1) (id:a/two id:a/v id:k/x UNDEF 1)", "two weights: 1 and 2"),
        ('(id:a/one id:a/v id:k/x 2 1) (id:a/two id:a/v "x" 2 1)', 'solution 2: ?kind is no IRI'),
        ('(id:a/one id:a/v id:k/x 2 1) (id:a/two id:a/v id:k/x "2\\tx" 1)', "solution 2: ?weight"),
        ("(id:a/one id:a/v id:k/x 1e400 1)", "solution 1: ?weight is no finite number"),
        ("(id:a/one id:a/v id:k/x id:a/one 1)", "?weight is no finite number"),
        ("(id:a/one UNDEF id:k/x 1 1)", "solution 1: ?via is not bound"),
    ],
)  # fmt: skip
def test_what_cannot_be_folded_is_an_error(
    tmp_path: Path, form: str, rows: str, message: str
) -> None:
    with pytest.raises(FactError, match=r"mine\.rq") as caught:
        folded(tmp_path, form, rows)
    place, _, rest = message.rpartition(": ")
    assert place in str(caught.value)
    assert rest in str(caught.value)
    assert "\n" not in str(caught.value)


# --- why an edge is there ---------------------------------------------------------------------

STORE = store_of_practice(
    [(0, 0), (0, 1), (2, 100), (2, 1), (1, 2), (1, 3)],
    [Papers(0, 1, 1, 2018, 3), Papers(1, 100, 1, 2021, 1), Papers(0, 1, 0, 0, 2),
     Papers(2, 3, 2, 2019, 4), Papers(0, 100, 1, 2020, 9)],
)  # fmt: skip


def between(network: Network, one: int, other: int, kind: str) -> int:
    keys = [node.key for node in network.nodes]
    return next(
        i for i, e in enumerate(network.edges)
        if (keys[e.source], keys[e.target], shrink(e.kind.iri)) == (str(one), str(other), kind)
    )  # fmt: skip


def test_an_edge_of_papers_says_what_it_rests_on() -> None:
    network = project(STORE, "collaboration", ANY)
    edge = network.edges[between(network, 0, 1, WORKS)]
    assert edge.weight == 6
    assert {via.label("en") for via in edge.via} == {
        "Quantum Optics, 2018: 3 works",
        "Quantum Optics, 2021: 1 work",
        "no topic, no year: 2 works",
    }
    assert "Quantum Optics [en], 2018년: 논문 3편" in {via.label("ko") for via in edge.via}
    assert (edge.attributes["first_year"], edge.attributes["last_year"]) == (2018, 2021)
    (source,) = edge.evidence
    assert source.source.iri.endswith("/graph/import/openalex")
    assert (source.source.label("en"), source.source.label("ko")) == (
        "Papers of an import",
        "가져온 논문",
    )
    projects = network.edges[between(network, 0, 1, PROJECTS)]
    assert [via.label("en") for via in projects.via] == ["P0", "P2"]
    assert [e.source.label("en") for e in projects.evidence] == ["Projects of an import"]
    assert "first_year" not in projects.attributes
    one, other = (entity_iri("organisation", end) for end in "01")
    edges = network.to_networkx("ko").edges
    attributes = edges[one, other, between(network, 0, 1, WORKS)]
    assert attributes["label"] == "공동 논문 발표"
    assert attributes["sources_ko"] == ["가져온 논문"]


def test_many_edges_say_it_without_listing_what_is_shared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evidence, "VIAS_UP_TO", 1)
    monkeypatch.setattr(evidence, "_LOOKED_UP", 1)
    network = project(STORE, "collaboration", ANY)
    listed = {(e.kind.label("en"), e.weight): e for e in network.edges}
    papers = listed["published together", 6.0]
    assert papers.via == ()
    assert (papers.attributes["first_year"], papers.attributes["last_year"]) == (2018, 2021)
    assert [e.source.label("en") for e in papers.evidence] == ["Papers of an import"]
    projects = listed["takes part in the same projects", 2.0]
    assert [e.source.label("en") for e in projects.evidence] == ["Projects of an import"]


def test_countries_leave_papers_out_and_say_so() -> None:
    network = project(STORE, "country-collaboration", ANY)
    assert [(e.weight, shrink(e.kind.iri)) for e in network.edges] == [(3.0, PROJECTS)]
    assert any(
        "Papers are left out" in note["en"] and "논문은" in note["ko"] for note in network.notes
    )


# --- the plan beside both kinds of practice ---------------------------------------------------


def test_papers_are_observed_beside_projects() -> None:
    more = (
        "coop:ObservedPartner ; coop:evidenceKind id:evidence-kind/publications ; "
        'coop:firstYear "2015"^^xsd:gYear ; coop:lastYear "2021"^^xsd:gYear'
    )
    papers = observed({f"p{i}": i for i in range(1, 20)} | {"eth-ror": 30})
    papers = papers.replace("observed/q-", "observed/p-").replace("coop:ObservedPartner", more)
    turtle = PRACTICE + papers + observed({f"o{i}": i for i in range(1, 20)} | {"eth-ror": 40})
    for top in (3, 10):
        network = project(store_of(turtle), "plan-and-practice", ANY | {"top": str(top)})
        kinds = Counter(shrink(e.kind.iri) for e in network.edges)
        assert kinds == {
            "coop:intendedPartner": 2,
            "coop:ObservedPartner": top + 1,
            "coop:CoPublication": top + 1,
        }
    keys = [node.key for node in network.nodes]
    eth = {
        shrink(e.kind.iri): (e.weight, e.attributes.get("first_year"), e.attributes["layer"])
        for e in network.edges if keys[e.target] == "eth-ror"
    }  # fmt: skip
    assert eth == {
        "coop:intendedPartner": (1.0, None, "declared"),
        "coop:ObservedPartner": (60.0, None, "observed"),
        "coop:CoPublication": (70.0, 2015, "observed"),
    }
    assert {(e.kind.label("en"), e.kind.label("ko")) for e in network.edges} == {
        ("declared as a partner", "협력기관(안)으로 계획됨"),
        ("observed in projects", "과제 참여 확인"),
        ("observed in papers", "공동 논문으로 관측됨"),
    }


def test_what_is_observed_cites_the_import_that_it_comes_from() -> None:
    more = PRACTICE + observed({"0": 1, "1": 2}) + (
        "id:observed/q-0-publications a coop:ObservedPartner ; coop:rank 1 ; coop:links 6 ; "
        "coop:technology id:technology/quantum ; coop:organisation id:organisation/0 ; "
        "coop:evidenceKind id:evidence-kind/publications ."
    )  # fmt: skip
    store = store_of_practice([(0, 100), (0, 1)], [Papers(0, 1, 1, 2018, 6)], more)
    network = project(store, "plan-and-practice", ANY)
    cited = {
        (network.nodes[e.target].key, shrink(e.kind.iri)): [
            each.source.label("en") for each in e.evidence]
        for e in network.edges if e.attributes["layer"] == "observed"
    }  # fmt: skip
    assert cited == {
        ("0", "coop:ObservedPartner"): ["Projects of an import"],
        ("1", "coop:ObservedPartner"): ["Projects of an import"],
        ("0", "coop:CoPublication"): ["Papers of an import"],
    }


# --- the header -------------------------------------------------------------------------------


def test_a_header_says_what_weights_count() -> None:
    header = "# weight coop:A: things counted; 센 것\n# note: Never added up.; 합산하지 않는다.\n"
    read = parse_preset("p", f"{header}# weight is prose, and so is\n# note that follows\n")
    assert read.units == (("coop:A", pair("things counted", "센 것")),)
    said = [{tag: text for tag, text in note.items() if text} for note in read.notes]
    assert said == [{"en": "Never added up.", "ko": "합산하지 않는다."}]
    for wrong in ("# weight coop:A: no Korean", "# note: no Korean"):
        with pytest.raises(FactError, match=r"p\.rq: a line of the header cannot be read"):
            parse_preset("p", wrong)
