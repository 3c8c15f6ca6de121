"""Networks of practice: parameters of projections, folding in bulk."""

from __future__ import annotations

import json
import random
from collections import Counter
from itertools import combinations
from pathlib import Path

import pytest
from command_line import called
from network_stores import ANY, escaped, store_of

from coopgraph.errors import FactError, UnknownParameter
from coopgraph.network import Network, evidence, load_projection, project
from coopgraph.network.bulk import Deferred
from coopgraph.queries.parameters import bind
from coopgraph.store import Store
from coopgraph.view import view
from coopgraph.vocabulary import entity_iri

OBSERVED = ("collaboration", "country-collaboration")
QUANTUM = entity_iri("technology", "quantum")
LABELS = """
id:technology/quantum a coop:Technology ; skos:prefLabel "Quantum"@en , "양자"@ko .
id:country/de skos:prefLabel "Germany"@en . id:country/kr skos:prefLabel "Korea"@en .
"""


def participations(seed: int = 3, projects: int = 40, bodies: int = 15) -> list[tuple[int, int]]:
    chance = random.Random(seed)
    return [
        (project, body)
        for project in range(projects)
        for body in chance.sample(range(bodies), chance.randrange(1, 5))
    ]


def practice(pairs: list[tuple[int, int]]) -> Store:
    """Project p starts in 2018 + p % 3, is about quantum where p is even; bodies b and b + 100
    are one, and German where b is even, else Korean."""
    lines = [LABELS]
    for number in {p for p, _ in pairs}:
        about = " ; coop:technologyClose id:technology/quantum" if number % 2 == 0 else ""
        lines.append(
            f'id:project/{number} a coop:Project ; skos:prefLabel "P{number}"@en ; '
            f'coop:startDate "{2018 + number % 3}-05-01"^^xsd:date{about} .'
        )
    for number, body in pairs:
        lines.append(f"id:project/{number} coop:projectParticipant id:organisation/{body} .")
    for body in {b for _, b in pairs}:
        country = "de" if body % 2 == 0 else "kr"
        lines.append(
            f"id:organisation/{body} a coop:Organisation ; coop:canonical "
            f"id:organisation/{body % 100} ; coop:country id:country/{country} ; "
            f'skos:prefLabel "B{body % 100}" .'
        )
    return store_of("\n".join(lines))


def expected(pairs: list[tuple[int, int]], **only: int) -> Counter[tuple[str, str]]:
    """The self-join, written down: institutions that share a project, and how many."""
    members: dict[int, set[str]] = {}
    for p, body in pairs:
        if ("even" in only and p % 2) or ("year" in only and 2018 + p % 3 != only["year"]):
            continue
        members.setdefault(p, set()).add(entity_iri("organisation", str(body % 100)))
    return Counter(pair for found in members.values() for pair in combinations(sorted(found), 2))


def links(network: Network) -> dict[tuple[str, str], float]:
    iris = [node.iri for node in network.nodes]
    assert iris == sorted(iris)
    assert all(edge.source < edge.target for edge in network.edges)
    return {(iris[e.source], iris[e.target]): e.weight for e in network.edges}


PAIRS = [*participations(), (0, 100), (1, 103), (2, 102)]
STORE = practice(PAIRS)


# --- parameters -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "only"),
    [
        ({}, {}),
        ({"technology": QUANTUM}, {"even": 1}),
        ({"year": "2019"}, {"year": 2019}),
        ({"technology": QUANTUM, "year": "2020"}, {"even": 1, "year": 2020}),
        ({"year": "1990"}, {"year": 1990}),
    ],
)
def test_collaboration_is_the_self_join_of_what_was_asked(
    values: dict[str, str], only: dict[str, int]
) -> None:
    network = project(STORE, "collaboration", ANY | values)
    assert links(network) == expected(PAIRS, **only)
    assert not network.directed


def test_countries_collaborate_once_for_each_project() -> None:
    network = project(STORE, "country-collaboration", ANY | {"technology": QUANTUM})
    both = {p for p in range(0, 40, 2) if {b % 2 for q, b in PAIRS if q == p} == {0, 1}}
    assert links(network) == {(entity_iri("country", "de"), entity_iri("country", "kr")): len(both)}


def test_the_title_says_what_a_network_was_narrowed_to() -> None:
    narrowed = project(STORE, "collaboration", ANY | {"technology": QUANTUM, "year": "2020"})
    assert narrowed.title("en").endswith("papers (any, Quantum, 2020)")
    assert narrowed.title("ko").endswith("(any, 양자, 2020)")
    assert project(STORE, "collaboration").title("en").endswith("papers")


def test_an_unknown_parameter_of_a_projection_is_an_error() -> None:
    with pytest.raises(UnknownParameter, match="did you mean technology"):
        project(STORE, "collaboration", {"technologie": QUANTUM})
    with pytest.raises(UnknownParameter, match="no parameter"):
        project(STORE, "policy", {"year": "2020"})


@pytest.mark.parametrize("name", OBSERVED)
def test_without_imports_the_network_is_empty(name: str, store_folder: Path) -> None:
    projection = load_projection(name)
    assert projection.rows == 0
    assert projection.title("en")
    assert projection.title("ko")
    network = project(Store.open(store_folder), name)
    assert (len(network.nodes), len(network.edges)) == (0, 0)
    assert network.matrix().shape == (0, 0)
    assert network.to_networkx().number_of_nodes() == 0
    assert view(network).html


def test_a_value_takes_the_place_of_the_line_of_its_parameter() -> None:
    collaboration = load_projection("collaboration")
    assert bind(collaboration, {}, None) == collaboration.text
    text = bind(collaboration, {"technology": QUANTUM}, None)
    asked, nothing = f"VALUES ?technology {{ <{QUANTUM}> }}  #", "VALUES ?technology { }  #"
    assert text.count(asked) == collaboration.text.count(nothing) == 2
    text = text.replace(asked, nothing)
    lines = [line.removeprefix("    {} UNION  ").strip() for line in collaboration.text.split("\n")]
    assert "{} UNION  # parameter year" in text
    assert [line.removeprefix("    {} UNION  ").strip() for line in text.split("\n")] == lines


def test_the_command_line_takes_parameters_of_networks(store_folder: Path) -> None:
    place = ["--store", str(store_folder)]
    done = called(
        "network",
        "collaboration",
        "-p",
        "technology=양자",
        "-p",
        "among=any",
        "--format",
        "json",
        *place,
    )
    assert done.code == 0, done.err
    assert json.loads(done.out)["graph"]["name"].endswith("(Quantum technology, anybody's)")
    wrong = called("view", "collaboration", "-p", "country=kr", *place)
    assert wrong.code == 2
    assert "has no parameter 'country'" in wrong.message


def test_the_old_name_of_a_question_answers_and_says_the_new(store_folder: Path) -> None:
    place = ["--store", str(store_folder), "--format", "json"]
    old, new = (called("query", f"{name}-participation", *place) for name in ("korean", "home"))
    assert (old.code, old.out) == (0, new.out)
    assert old.err.decode() == (
        "the question 'korean-participation' is now called 'home-participation'\n"
        + new.err.decode()
    )


# --- folding in bulk ------------------------------------------------------------------------


def test_what_is_folded_in_bulk_equals_what_is_folded_row_by_row(tmp_path: Path) -> None:
    path = tmp_path / "slow.rq"
    text = load_projection("collaboration").text
    path.write_text(text.replace("?layer WHERE", "?layer ?more WHERE", 1), encoding="utf-8")
    row_by_row, in_bulk = project(STORE, path, ANY), project(STORE, "collaboration", ANY)
    assert row_by_row.incidence is None
    assert in_bulk.incidence is not None
    assert list(in_bulk.nodes) == list(row_by_row.nodes)
    assert list(in_bulk.edges) == list(row_by_row.edges)
    assert (in_bulk.matrix() != row_by_row.matrix()).nnz == 0
    assert in_bulk.to_networkx().number_of_edges() == row_by_row.to_networkx().number_of_edges()
    assert in_bulk == project(STORE, "collaboration", ANY)


def test_nodes_and_edges_are_made_when_they_are_looked_at() -> None:
    made: list[int] = []

    def make() -> tuple[str, ...]:
        made.append(1)
        return ("a", "b")

    items = Deferred(2, make)
    assert len(items) == 2
    assert made == []
    assert list(items) == ["a", "b"] == list(items[:2])
    assert made == [1]
    assert items == ("a", "b")
    assert items != ("a",)


def test_many_edges_count_what_is_shared_without_listing_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    listed = project(STORE, "collaboration", ANY)
    assert all(len(edge.via) == edge.weight for edge in listed.edges)
    assert {via.label("en") for edge in listed.edges for via in edge.via} <= {
        f"P{n}" for n in range(40)
    }
    monkeypatch.setattr(evidence, "VIAS_UP_TO", 3)
    counted = project(STORE, "collaboration", ANY)
    assert links(counted) == links(listed)
    assert not any(edge.via for edge in counted.edges)
    assert f"{len(counted.edges)} edges" in counted.notes[-1]["en"]


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ('VALUES (?node ?via) { (id:a/one id:a/v) ("no node" id:a/v) }', "?node is no IRI"),
        ("VALUES (?node ?via) { (id:a/one id:a/v) (id:a/one UNDEF) }", "?via is not bound"),
        ('VALUES (?node ?via) { (id:a/one id:a/v) ("one" "two") }', "is no IRI"),
    ],
)
def test_a_row_that_is_no_pair_of_iris_is_an_error(
    tmp_path: Path, pattern: str, message: str
) -> None:
    path = tmp_path / "mine.rq"
    path.write_text(escaped(f"SELECT ?node ?via {{ {pattern} }}"), encoding="utf-8")
    with pytest.raises(FactError, match=r"mine\.rq, solution 2") as caught:
        project(STORE, path)
    assert message in str(caught.value)
