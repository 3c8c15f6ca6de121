"""Publications to technologies, and who publishes with others: by hand and counted anew."""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

import pyoxigraph as ox
import pytest
from derivations import derive_observed, derive_technologies
from hypothesis import given
from hypothesis import strategies as st
from network_stores import store_of

from coopgraph.store import Store
from coopgraph.vocabulary import COOP, ID, PREFIXES

KINDS = ("close", "narrow", "broad")
#: Technology, vocabulary, target, kind.
MAPPINGS = (
    ("quantum", "openalex-topic", "T1", "close"),
    ("quantum", "openalex-subfield", "1702", "broad"),
    ("hydrogen", "openalex-topic", "T2", "broad"),
    ("hydrogen", "openalex-subfield", "2105", "narrow"),
    ("hydrogen", "euroscivoc", "T3", "close"),  # another vocabulary: no topic
)
#: The subfield that each topic lies within.
TOPICS = {"T1": "1702", "T2": "2105", "T3": "1702", "T4": "9999"}
#: Works with each topic as their primary one.
WORKS = 6
#: What follows from both, as the brief of the mappings says it.
MATCHES = {
    ("T1", "quantum"): "close",
    ("T2", "hydrogen"): "narrow",
    ("T3", "quantum"): "broad",
}


class Count(NamedTuple):
    """Works that a record (1 to 9; 11 is of the same body as 1) has of a topic and a year."""

    record: int
    topic: str
    year: int
    shared: int


def body(record: int) -> str:
    return f"openalex-I{record % 10}"


def home(record: int) -> str:
    return ("kr", "de", "us")[record % 10 % 3]


def store_with(counts: list[Count], more: str = "") -> Store:
    lines = [
        f"id:technology-mapping/{n} coop:technology id:technology/{t} ; "
        f"coop:mappingVocabulary id:mapping-vocabulary/{v} ; "
        f'coop:mappingTarget "{x}" ; coop:matchKind id:match-kind/{k} .'
        for n, (t, v, x, k) in enumerate(MAPPINGS)
    ]
    for topic, subfield in TOPICS.items():
        lines.append(
            f"id:openalex-topic/{topic} coop:withinField id:openalex-topic/{topic} , "
            f"id:openalex-topic/subfield-{subfield} ; coop:topicWorks {WORKS} ."
        )
    lines += [
        f"id:organisation/openalex-I{record} coop:canonical id:organisation/{body(record)} ; "
        f"coop:country id:country/{home(record)} ."
        for record in {count.record for count in counts}
    ]
    for each in counts:
        node = f"id:publication-count/openalex-I{each.record}-{each.topic or 'none'}-{each.year}"
        topic = f" ; coop:topic id:openalex-topic/{each.topic}" if each.topic else ""
        year = f' ; coop:publicationYear "{each.year}"^^xsd:gYear' if each.year else ""
        shared = f" ; coop:coPublishedWorks {each.shared}" if each.shared else ""
        lines.append(
            f"{node} a coop:PublicationCount ; coop:works {each.shared + 3} ; "
            f"coop:institution id:organisation/openalex-I{each.record}{topic}{year}{shared} ."
        )
    return store_of("\n".join([*lines, more]))


def observed(store: Store) -> dict[tuple[str, str], dict[str, str]]:
    """Facts by technology and body; every one must be of publications."""
    facts: dict[str, dict[str, str]] = defaultdict(dict)
    lines = derive_observed(store)
    assert lines == sorted(set(lines))
    for quad in ox.parse("\n".join(lines), format=ox.RdfFormat.N_TRIPLES):
        assert isinstance(quad.subject, ox.NamedNode)
        assert not isinstance(quad.object, ox.Triple | ox.BlankNode)
        name = quad.predicate.value.removeprefix(COOP)
        facts[quad.subject.value][name] = quad.object.value.rpartition("/")[2]
    for node, about in facts.items():
        key = f"{about['technology']}-{about['organisation']}-publications"
        assert node == f"{ID}observed/{key}"
        assert about["evidenceKind"] == "publications"
        assert about[PREFIXES["rdf"] + "type"].endswith("ObservedPartner")
        assert "amount" not in about
    return {(a["technology"], a["organisation"]): a for a in facts.values()}


def test_topics_go_by_their_own_rows_and_those_of_their_subfield() -> None:
    lines = derive_technologies(store_with([]))
    found = {
        (quad.subject.value.rpartition("/")[2], quad.object.value.rpartition("/")[2]): kind
        for quad in ox.parse("\n".join(lines), format=ox.RdfFormat.N_TRIPLES)
        for kind in KINDS
        if quad.predicate.value == f"{COOP}technology{kind.capitalize()}"
        and isinstance(quad.subject, ox.NamedNode)
        and isinstance(quad.object, ox.NamedNode)
    }
    assert found == MATCHES, "subfields themselves are no topics"


def test_what_no_mapping_reaches_is_counted() -> None:
    total = "id:publication-total/openalex a coop:PublicationTotal ; coop:worksWithoutTopic 5 ."
    store = store_with([], total)
    lines = [line for line in derive_technologies(store) if "mapping-coverage" in line]
    told = {
        quad.predicate.value.removeprefix(COOP): quad.object.value
        for quad in ox.parse("\n".join(lines), format=ox.RdfFormat.N_TRIPLES)
        if isinstance(quad.object, ox.Literal) and not quad.object.language
    }
    assert told == {"mappedWorks": "18", "unmappedWorks": "11", "undescribedWorks": "5"}


def test_publications_are_counted_by_hand() -> None:
    counts = [
        Count(1, "T1", 2019, 4),
        Count(11, "T3", 2021, 2),  # a record of the same body, by a broad match
        Count(2, "T1", 0, 6),
        Count(3, "T1", 2020, 0),  # alone: nobody's partner
        Count(4, "T4", 2020, 9),  # of no technology
        Count(5, "", 2020, 9),  # of no topic
        Count(1, "T2", 2018, 1),
    ]
    found = observed(store_with(counts))
    assert set(found) == {
        ("quantum", "openalex-I1"), ("quantum", "openalex-I2"), ("hydrogen", "openalex-I1"),
    }  # fmt: skip
    first = found["quantum", "openalex-I1"]
    assert first["links"] == "4"  # what a broad match alone assigns is left out
    assert (first["matchKind"], first["rank"]) == ("close", "2")
    assert (first["firstYear"], first["lastYear"], first["leadingIn"]) == ("2019", "2019", "de")
    second = found["quantum", "openalex-I2"]
    assert (second["links"], second["rank"], second["matchKind"]) == ("6", "1", "close")
    assert not {"firstYear", "closeLinks"} & set(second)
    assert found["hydrogen", "openalex-I1"]["rank"] == "1"


def test_what_two_published_is_not_counted_again() -> None:
    pair = (
        "id:co-publication/openalex-I1-I2-T1-2019 a coop:CoPublication ; coop:works 4 ; "
        "coop:institution id:organisation/openalex-I1 , id:organisation/openalex-I2 ; "
        'coop:topic id:openalex-topic/T1 ; coop:publicationYear "2019"^^xsd:gYear . '
        "id:publication-total/openalex coop:works 9 ; coop:coPublishedWorks 9 ."
    )
    counts = [Count(1, "T1", 2019, 4)]
    assert derive_observed(store_with(counts, pair)) == derive_observed(store_with(counts))


def test_projects_stand_beside_them_unchanged() -> None:
    projects = (
        "id:project/1 coop:technologyClose id:technology/quantum . "
        "id:participation/1 coop:ofProject id:project/1 ; "
        "coop:participant id:organisation/openalex-I1 ; coop:amount 7.5 ; "
        "coop:currency id:currency/eur ."
    )
    alone = derive_observed(store_with([], projects))
    assert any(f"{ID}observed/quantum-openalex-I1>" in line for line in alone)
    assert not any("evidenceKind" in line for line in alone)
    counts = [Count(1, "T1", 2019, 4), Count(2, "T1", 2019, 9)]
    papers, both = (derive_observed(store_with(counts, more)) for more in ("", projects))
    home = f"<{COOP}leadingIn> <{ID}country/de>"
    with_home = [*alone, f"<{ID}observed/quantum-openalex-I1> {home} ."]
    assert both == sorted([*with_home, *papers]), "ranked apart"


@pytest.mark.parametrize(
    "value", ["-3", "99999999999999999999", '"many"', "0", "id:organisation/x"]
)
def test_what_is_no_count_counts_nothing(value: str) -> None:
    wrong = (
        "id:publication-count/x a coop:PublicationCount ; coop:topic id:openalex-topic/T1 ; "
        f"coop:institution id:organisation/openalex-I1 ; coop:coPublishedWorks {value} ."
    )
    assert derive_observed(store_with([], wrong)) == []


_COUNTS = st.builds(
    Count,
    st.sampled_from([1, 2, 3, 4, 5, 6, 11, 12]),
    st.sampled_from([*TOPICS, ""]),
    st.sampled_from([0, 2001, 2015, 2020]),
    st.integers(0, 9),
)


@given(st.lists(_COUNTS, max_size=30, unique_by=lambda count: count[:3]))
def test_ranks_and_sums_are_those_of_a_plain_count(counts: list[Count]) -> None:
    links: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: dict.fromkeys(KINDS, 0))
    dates: dict[tuple[str, str], dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    for each in counts:
        for (topic, technology), kind in MATCHES.items():
            if each.topic == topic and each.shared:
                links[technology, body(each.record)][kind] += each.shared
                dates[technology, body(each.record)][kind] |= {each.year} - {0}
    found = observed(store_with(counts))
    assert set(found) == set(links)
    for key, about in found.items():
        near = {kind: n for kind, n in links[key].items() if n and kind != "broad"}
        told = near or {"broad": links[key]["broad"]}
        assert int(about["links" if near else "broadLinks"]) == sum(told.values())
        assert about["matchKind"] == next(kind for kind in KINDS if kind in told)
        by_kind = {k: int(about[f"{k}Links"]) for k in KINDS[:2] if f"{k}Links" in about}
        assert by_kind == (told if len(told) > 1 else {})
        span = {int(about[name]) for name in ("firstYear", "lastYear") if name in about}
        years = set().union(*(dates[key][kind] for kind in told))
        assert span == ({min(years), max(years)} if years else set())
    for technology in {technology for technology, _ in links}:
        for rank, count in (("rank", "links"), ("broadRank", "broadLinks")):
            order = sorted(
                (key for key, about in found.items() if key[0] == technology and rank in about),
                key=lambda key: (-int(found[key][count]), key[1]),
            )
            assert [int(found[key][rank]) for key in order] == list(range(1, len(order) + 1))
