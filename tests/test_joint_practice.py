"""With whom institutions of a planner's own country work: by hand, and as a plain loop counts."""

from __future__ import annotations

import random
from collections import defaultdict
from typing import NamedTuple

import pyoxigraph as ox
import pytest
from derivations import derive_observed
from network_stores import store_of

from coopgraph.vocabulary import COOP, ID, PREFIXES

#: A British and a European plan; Britain was in the bloc until 2020, Croatia is since 2013.
PLANNERS = """
id:partner-link/1 coop:partnerRole id:partner-role/intended ; coop:jurisdiction id:country/gb ;
  coop:partner id:organisation/named .
id:partner-link/2 coop:partnerRole id:partner-role/intended ; coop:partner id:organisation/other ;
  coop:jurisdiction id:organisation/bloc .
id:partner-link/3 coop:partnerRole id:partner-role/excluded ; coop:partner id:organisation/other ;
  coop:jurisdiction id:country/kr .
id:bloc-member/gb org:organization id:organisation/bloc ; org:member id:country/gb ;
  coop:fromDate "1973-01-01"^^xsd:date ; coop:toDate "2020-01-31"^^xsd:date .
id:bloc-member/hr org:organization id:organisation/bloc ; org:member id:country/hr ;
  coop:fromDate "2013-07-01"^^xsd:date .
id:bloc-member/de org:organization id:organisation/bloc ; org:member id:country/de .
id:technology-mapping/1 coop:technology id:technology/quantum ; coop:matchKind id:match-kind/close ;
  coop:mappingVocabulary id:mapping-vocabulary/openalex-topic ; coop:mappingTarget "T1" .
"""
EUROPE = {"gb": (1973, 2020), "hr": (2013, 9999), "de": (0, 9999)}
COUNTRIES = ("gb", "hr", "de", "kr", "us")


class Tie(NamedTuple):
    items: int
    rank: int
    of_all: int


def bodies(number: int) -> str:
    """Two institutions of each country, one of which `gb` names."""
    return "".join(
        f"id:organisation/{c}{n} coop:country id:country/{c} . "
        for c in COUNTRIES for n in range(number)
    )  # fmt: skip


def project(name: str, year: int, *members: str) -> str:
    start = f' ; coop:startDate "{year}-05-01"^^xsd:date' if year else ""
    return f"id:project/{name} coop:technologyClose id:technology/quantum{start} ." + "".join(
        f"id:participation/{name}-{body} coop:ofProject id:project/{name} ; "
        f"coop:participant id:organisation/{body} ."
        for body in members
    )


def papers(of: str, year: int, works: int, topic: str = "T1") -> str:
    bodies = " , ".join(f"id:organisation/{body}" for body in of.split())
    return (
        f"id:co-publication/{of.replace(' ', '-')}-{topic}-{year} coop:institution {bodies} ; "
        f"coop:topic id:openalex-topic/{topic} ; coop:works {works} ; "
        f'coop:publicationYear "{year}"^^xsd:gYear .'
    )


def ties(turtle: str) -> dict[tuple[str, str, str], Tie]:
    """By jurisdiction, kind of evidence and partner."""
    lines = derive_observed(store_of(PLANNERS + bodies(2) + turtle))
    assert lines == sorted(lines)
    facts: dict[str, dict[str, str]] = defaultdict(dict)
    for triple in ox.parse("\n".join(lines), format=ox.RdfFormat.N_TRIPLES):
        facts[triple.subject.value][triple.predicate.value] = triple.object.value
    found = {}
    for about in facts.values():
        if about[PREFIXES["rdf"] + "type"] == COOP + "JointPartner":
            key = tuple(
                about[COOP + name].removeprefix(ID).partition("/")[2]
                for name in ("among", "evidenceKind", "organisation")
            )
            items, rank = (int(about[COOP + name]) for name in ("jointItems", "jointRank"))
            found[key] = Tie(items, rank, int(about[COOP + "jointItemsOfAll"]))
    return found  # type: ignore[return-value]


def test_a_project_without_a_home_institution_is_no_tie() -> None:
    found = ties(project("1", 2018, "us0", "kr0") + project("2", 2018, "us0", "gb0", "gb1"))
    assert found == {
        ("gb", "projects", "us0"): Tie(1, 1, 1),
        ("bloc", "projects", "us0"): Tie(1, 1, 1),
    }


def test_a_partner_within_the_bloc_at_the_date_is_not_foreign() -> None:
    before, after = project("1", 2019, "gb0", "de0"), project("2", 2022, "gb0", "de0")
    assert [key for key in ties(before) if key[0] == "bloc"] == []
    assert ties(after)["bloc", "projects", "gb0"] == Tie(1, 1, 1)
    assert ties(before + after)["gb", "projects", "de0"] == Tie(2, 1, 2)
    young = project("1", 2012, "hr0", "us0")
    assert [key for key in ties(young) if key[0] == "bloc"] == [], "Croatia was no member yet"
    undated = project("1", 0, "gb0", "de0")
    assert ties(undated)["bloc", "projects", "gb0"] == Tie(1, 1, 1), "of no year: as it is now"


def test_equals_share_a_rank_and_the_planned_partner_has_one_however_far_down() -> None:
    many = "".join(project(f"{n}-{k}", 2018, "gb0", f"x{n}") for n in range(130) for k in (1, 2))
    found = ties(many + project("last", 2018, "gb0", "named"))
    assert {tie.rank for key, tie in found.items() if key[2] != "named"} == {1}
    assert found["gb", "projects", "named"] == Tie(1, 131, 261)
    more = "".join(project(f"y{n}-{k}", 2018, "gb0", f"y{n}") for n in range(130) for k in range(3))
    ranks = [tie.rank for key, tie in ties(many + more).items() if key[0] == "gb"]
    assert ranks == [1] * 130, "of the second place none is among the first 120"


def test_bodies_of_others_whose_addresses_end_alike_are_two() -> None:
    one, other = "<https://a.example/x>", "<https://b.example/x>"
    made = project("1", 2018, "gb0") + "".join(
        f"id:participation/1-{n} coop:ofProject id:project/1 ; coop:participant {body} ."
        for n, body in enumerate((one, other))
    )
    lines = derive_observed(store_of(PLANNERS + bodies(1) + made))
    nodes = {line.split(" ")[0] for line in lines if line.startswith(f"<{ID}joint/gb-")}
    assert len(nodes) == 2


def test_a_paper_of_several_home_institutions_counts_once() -> None:
    made = [
        papers("gb0 us0", 2018, 5), papers("gb0 gb1 us0", 2018, 4), papers("gb1 us0", 2019, 2),
        papers("gb0 gb1", 2018, 9), papers("kr0 us0", 2018, 7), papers("gb0 us0", 2018, 8, "T2"),
    ]  # fmt: skip
    found = ties("".join(made))
    assert found["gb", "publications", "us0"] == Tie(11, 1, 11)
    assert [key for key in found if key[0] == "gb"] == [("gb", "publications", "us0")]


def test_a_tie_says_by_which_methods_its_items_are_of_the_technology() -> None:
    """A project that several methods assign counts for each; one that two records of a body take
    part in, once."""
    mapping = (
        "id:technology-mapping/{0} coop:technology id:technology/quantum ; coop:mappingTarget "
        '"{2}" ; coop:mappingVocabulary id:mapping-vocabulary/{1} ; '
        "coop:matchKind id:match-kind/{3} ."
    )
    words = (
        "id:project/{0} coop:assignedBy id:term-assignment/{0} . id:term-assignment/{0} "
        "coop:technology id:technology/quantum ; coop:strength {1} ."
    )
    made = [
        mapping.format(2, "euroscivoc", "77", "close"),
        mapping.format(3, "call-topic", "Q-*", "broad"),
        *(project(n, 2018, "gb0", "us0").partition(" .")[2] for n in "abcd"),
        'id:project/a coop:euroSciVoc id:euroscivoc/77 ; coop:callTopic "Q-1" . ',
        words.format("b", 1.2),
        'id:project/c coop:callTopic "Q-2" . ' + words.format("c", 0.7),
        'id:project/d coop:callTopic "Q-3" . ',
        project("e", 2018, "gb0", "us0"),
        project("e", 2018, "us0").partition(" .")[2].replace("e-us0", "e-twice"),
        papers("gb0 us0", 2018, 5),
    ]
    dated = "".join(f'id:project/{n} coop:startDate "2018-05-01"^^xsd:date . ' for n in "abcd")
    made.append(dated)
    told: dict[str, dict[str, str]] = defaultdict(dict)
    for line in derive_observed(store_of(PLANNERS + bodies(1) + "".join(made))):
        about, predicate, value = line.split(" ", 2)
        if "us0" in about and "/items" in predicate.replace("#", "/"):
            key = about.rpartition("/id/")[2].rstrip(">")
            told[key][predicate.rpartition("#items")[2].rstrip(">")] = value[1:2]
    projects = {"ByField": "1", "ByCall": "2", "ByWords": "2", "ByStatement": "1"}
    assert told["joint/gb-quantum-us0"] == projects, "d is of it by a broad match alone"
    assert told["observed/quantum-us0"] == projects
    assert told["joint/gb-quantum-us0-publications"] == {"ByField": "5"}


def test_papers_with_two_records_of_a_body_count_once_whoever_takes_part() -> None:
    """Of the six papers of both records four have another body too; a record counts all six."""
    counts = "".join(
        f"id:publication-count/{body} coop:institution id:organisation/{body} ; "
        f"coop:topic id:openalex-topic/T1 ; coop:coPublishedWorks {works} ; "
        'coop:publicationYear "2018"^^xsd:gYear . '
        for body, works in (("us0", 6), ("us1", 6), ("gb0", 4))
    )
    one = "id:organisation/us1 coop:canonical id:organisation/us0 . "
    made = papers("gb0 us0 us1", 2018, 4) + papers("us0 us1", 2018, 2) + counts + one
    lines = derive_observed(store_of(PLANNERS + bodies(2) + made))
    links = {
        line.split(" ")[0].rpartition("/")[2]: line.split('"')[1]
        for line in lines
        if f"<{COOP}links>" in line
    }
    kind = "-publications>"
    assert links == {f"quantum-us0{kind}": "4", f"quantum-gb0{kind}": "4"}


@pytest.mark.parametrize("seed", range(5))
def test_joint_projects_are_what_a_plain_loop_counts(seed: int) -> None:
    draw = random.Random(seed)
    names = [f"{c}{n}" for c in COUNTRIES for n in range(2)]
    made = {
        str(n): (draw.choice([2011, 2016, 2020, 2023]), draw.sample(names, draw.randint(1, 5)))
        for n in range(30)
    }
    expected: dict[tuple[str, str, str], int] = defaultdict(int)
    shared: dict[str, int] = defaultdict(int)
    for year, members in made.values():
        for whose, home in (("gb", {"gb": (0, 9999)}), ("bloc", EUROPE)):
            own = {m for m in members if m[:2] in home and home[m[:2]][0] <= year <= home[m[:2]][1]}
            foreign = set(members) - own
            if own and foreign:
                shared[whose] += 1
                for body in foreign:
                    expected[whose, "projects", body] += 1
    found = ties("".join(project(name, year, *held) for name, (year, held) in made.items()))
    assert {key: tie.items for key, tie in found.items()} == expected
    assert all(tie.of_all == shared[key[0]] for key, tie in found.items())
    for key, tie in found.items():
        better = [o for k, o in found.items() if k[0] == key[0] and o.items > tie.items]
        assert tie.rank == len(better) + 1


@pytest.mark.parametrize("seed", range(3))
def test_what_two_graphs_say_counts_once(seed: int) -> None:
    """As where two files of RDF hold the same resource: counts, ranks and amounts stay."""
    draw = random.Random(seed)
    names = [f"{c}{n}" for c in COUNTRIES for n in range(2)]
    made = "".join(project(str(n), 2016 + n % 5, *draw.sample(names, 3)) for n in range(12))
    made += papers("gb0 us0 us1", 2018, 4) + papers("gb1 us0", 2019, 2)
    made += "".join(
        f"id:participation/{n}-{body} coop:amount {n}.5 ; coop:currency id:currency/eur ."
        for n in range(12)
        for body in names
    )
    store = store_of(PLANNERS + bodies(2) + made)
    alone = derive_observed(store)
    quads, second = [*store.engine], ox.NamedNode("urn:x:second")
    for quad in draw.sample(quads, len(quads) // 2):
        store.engine.add(ox.Quad(quad.subject, quad.predicate, quad.object, second))
    assert derive_observed(store) == alone


def participation(turtle: str) -> dict[tuple[str, ...], tuple[str, ...]]:
    """By country or bloc (none: whoever), year and currency: projects, institutions, amount."""
    facts: dict[str, dict[str, str]] = defaultdict(dict)
    lines = derive_observed(store_of(PLANNERS + bodies(2) + turtle))
    for triple in ox.parse("\n".join(lines), format=ox.RdfFormat.N_TRIPLES):
        facts[triple.subject.value][triple.predicate.value] = triple.object.value
    found: dict[tuple[str, ...], tuple[str, ...]] = {}
    for about in facts.values():
        if about[PREFIXES["rdf"] + "type"] == COOP + "ProgrammeParticipation":
            told = {name.removeprefix(COOP): value for name, value in about.items()}
            whose, unit = (told.get(n, "").rpartition("/")[2] for n in ("among", "currency"))
            key = (whose, told.get("firstYear", ""), unit)
            assert key not in found
            values = ("projectCount", "institutionCount", "amount")
            found[key] = tuple(told.get(name, "") for name in values)
    return found


def test_who_takes_part_in_a_programme_is_counted_for_each_country_and_bloc_at_the_date() -> None:
    made = [
        project("1", 2019, "gb0", "gb1", "us0"), project("2", 2022, "gb0", "kr0"),
        project("3", 2012, "hr0"), project("4", 0, "gb0", "de0"),
        "".join(f"id:project/{n} coop:inProgramme id:programme/p . " for n in range(1, 5)),
        "id:participation/1-gb0 coop:amount 10.5 ; coop:currency id:currency/eur .",
        "id:participation/1-gb1 coop:amount 2 ; coop:currency id:currency/usd .",
    ]  # fmt: skip
    found = participation("".join(made))
    assert found["gb", "2019", "eur"] == ("1", "1", "10.5") == found["bloc", "2019", "eur"]
    assert found["gb", "2019", "usd"] == ("1", "1", "2")
    assert found["", "2019", ""] == ("1", "1", ""), "whoever: the institution that is paid nothing"
    assert found["gb", "2022", ""] == ("1", "1", "")
    assert ("bloc", "2022", "") not in found
    assert ("bloc", "2012", "") not in found, "Croatia was no member yet"
    assert found["bloc", "", ""] == ("1", "1", ""), "of no year: those that are members now"
    assert {whose for whose, *_ in found} == {"", "gb", "us", "kr", "hr", "de", "bloc"}


def test_a_further_country_changes_no_count_of_another() -> None:
    made = project("1", 2019, "gb0", "us0") + "id:project/1 coop:inProgramme id:programme/p . "
    more = project("2", 2019, "kr0") + "id:project/2 coop:inProgramme id:programme/p . "
    before, after = participation(made), participation(made + more)
    assert {key: after[key] for key in before if key[0]} == {
        k: v for k, v in before.items() if k[0]
    }


def test_who_could_be_a_counterpart_are_the_five_foremost_at_home() -> None:
    lands = "".join(f"id:organisation/h{n} coop:country id:country/gb . " for n in range(7))
    made = "".join(project(f"{n}-{k}", 2018, f"h{n}") for n in range(7) for k in range(n + 1))
    lines = derive_observed(
        store_of(PLANNERS + bodies(1) + lands + made + project("d", 2018, "de0"))
    )
    named: dict[str, set[str]] = defaultdict(set)
    for triple in ox.parse("\n".join(lines), format=ox.RdfFormat.N_TRIPLES):
        if triple.predicate.value == COOP + "foremostIn":
            whose, node = triple.object.value, triple.subject.value
            named[whose.rpartition("/")[2]].add(node.rpartition("-")[2])
    assert named == {"gb": {"h6", "h5", "h4", "h3", "h2"}, "bloc": {"de0"}}, (
        "of a bloc those of its members today"
    )
