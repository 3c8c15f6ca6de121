"""Pairs of institutions that published together: what the build keeps of them answers as the
counts themselves do, whose they are and whatever is asked for."""

from __future__ import annotations

import random

import pyoxigraph as ox
import pytest
from derivations import derive_observed
from network_stores import store_of
from test_joint_practice import COUNTRIES, PLANNERS, bodies

from coopgraph.observation import pairs
from coopgraph.queries import ask
from coopgraph.store import Store
from coopgraph.vocabulary import COOP, ID, entity_iri

NAMES = [f"{c}{n}" for c in COUNTRIES for n in range(3)]


def counts(draw: random.Random, number: int, *undated: int) -> str:
    """Counts of papers: some of no topic, of two records of a body, and of the years `undated`."""
    made = [bodies(3), "id:openalex-topic/T1 coop:topicWorks 9 ."]
    made += [f"id:organisation/{n} coop:canonical id:organisation/{n} ." for n in NAMES]
    made.append("id:organisation/twin coop:canonical id:organisation/us0 .")
    for n in range(number):
        held = draw.sample([*NAMES, "twin"], draw.randint(2, 5))
        told = " , ".join(f"id:organisation/{each}" for each in held)
        part = round(3 / (len(held) - 1), 6)
        made.append(f"id:co-publication/{n} a coop:CoPublication ; coop:institution {told} ; ")
        if year := draw.choice([2011, 2016, 2020, 2023, *undated]):
            made.append(f'coop:publicationYear "{year}"^^xsd:gYear ; ')
        if topic := draw.choice(["", "T1", "T2", "T3"]):
            made.append(f"coop:topic id:openalex-topic/{topic} ; ")
        made.append(f"coop:works 3 ; coop:fractionalWorks {part} .")
    return PLANNERS + "".join(made)


def added(store: Store, lines: list[str]) -> None:
    triples = ox.parse("\n".join(lines), format=ox.RdfFormat.N_TRIPLES)
    graph = ox.NamedNode("urn:x:derived")
    store.engine.extend(ox.Quad(t.subject, t.predicate, t.object, graph) for t in triples)


def rows(store: Store, whose: str, asked: dict[str, str]) -> list[tuple[object, ...]]:
    values = {"jurisdiction": entity_iri(*whose.split("/")), "top": "999"} | {
        name: value if name == "year" else entity_iri(*value.split("/"))
        for name, value in asked.items()
    }
    return [tuple(map(str, row)) for row in ask(store, "co-publications", values).rows]


@pytest.mark.parametrize("seed", range(4))
def test_pairs_that_were_counted_are_those_of_the_counts(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of institutions with many works, which are kept, and of those that are counted when asked."""
    draw = random.Random(seed)
    monkeypatch.setattr(pairs, "_LARGE", (3000, 90)[seed % 2])
    turtle = counts(draw, 60)
    plain, built = store_of(turtle), store_of(turtle)
    close = f"<{ID}openalex-topic/T1> <{COOP}technologyClose> <{ID}technology/quantum> ."
    for store in (plain, built):
        added(store, [close])
    added(built, [line for line in derive_observed(built) if "/institution-pair/" in line])
    one, other = (f"organisation/{name}" for name in draw.sample(NAMES, 2))
    found = 0
    for whose in ("country/gb", "organisation/bloc"):
        for asked in (
            {}, {"institution": one}, {"partner": one}, {"institution": one, "partner": other},
            {"country": "country/us"}, {"country": "country/gb"}, {"country": "country/de"},
            {"technology": "technology/quantum"}, {"year": "2016"},
            {"technology": "technology/quantum", "institution": one},
            {"technology": "technology/quantum", "match": "match-kind/broad"},
            {"country": "country/kr", "technology": "technology/quantum"},
            {"topic": "openalex-topic/T2"}, {"institution": one, "year": "2020"},
        ):  # fmt: skip
            want = rows(plain, whose, asked)
            assert rows(built, whose, asked) == want, (whose, asked)
            found += len(want)
    assert found > 100


def test_what_is_kept_does_not_rest_on_the_order_in_which_it_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of each institution the first are kept, and marked are the first of all, of each country and
    of the institution that a plan names."""
    for name, size in (
        ("_OF_LARGE", 2),
        ("_LARGE", 1),
        ("_FOREMOST", 3),
        ("_OF_COUNTRY", 1),
        ("_OF_NAMED", 2),
        ("_KEPT_OF_COUNTRY", 2),
    ):
        monkeypatch.setattr(pairs, name, size)
    turtle = counts(random.Random(7), 60, 0).replace("organisation/named", "organisation/us2")
    store = store_of(turtle)
    lines = derive_observed(store, coverage=True)
    monkeypatch.setattr(pairs, "_AT_ONCE", 7)
    quads = [*store.engine]
    store.engine.clear()
    random.Random(1).shuffle(quads)
    store.engine.extend(quads)
    assert derive_observed(store, coverage=True) == lines
    added(store, lines)
    asked = {"jurisdiction": entity_iri("country", "gb")}
    every = store.select(
        f"SELECT ?n {{ <{ID}practice-coverage/publications-gb> coop:institutionPairs ?n }}"
    )
    answer = ask(store, "co-publications", asked)
    shown = {frozenset((str(row["institution"]), str(row["partner"]))) for row in answer}
    assert len(answer) == 2 * len(shown) < 2 * int(every[0][0].value)
    assert f"{len(shown)} of {every[0][0].value} on all topics" in " ".join(answer.notes)
    assert sum("id:organisation/us2" in pair for pair in shown) >= 2
    mine = {"institution": entity_iri("organisation", "gb0"), **asked}
    best = ask(store, "co-publications", mine)
    assert 2 <= len(best) < int(every[0][0].value)
    both = {**mine, "partner": entity_iri("organisation", "us1")}
    assert ask(store, "co-publications", both).notes == best.notes
    assert len(ask(store, "co-publications", both)) == 1, "it need not be among the kept"
    notes = ask(store, "co-publications", {**asked, "year": "2016"}).notes
    assert not any("counted at the build" in note for note in notes)
