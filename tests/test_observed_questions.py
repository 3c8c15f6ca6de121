"""The questions about practice, on a handful of projects that are made up here.

Quantum: three projects; semiconductors: one; nothing of any other technology. MIT (two records,
both the curated MIT) is declared for both; ETH Zurich is declared for quantum and in no project.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest
from asker import key
from derivations import derive_observed
from hypothesis import given, settings
from hypothesis import strategies as st
from network_stores import ANY, article_store, escaped

from coopgraph import network as networks
from coopgraph.compiler.provenance import provenance_triples
from coopgraph.errors import UsageError
from coopgraph.i18n import languages
from coopgraph.measures import MeasureData, measure
from coopgraph.measures.practice import read_practice
from coopgraph.queries import (
    Answer,
    Question,
    answer_question,
    ask,
    load_question,
    question_names,
    raw,
)
from coopgraph.store import Part, Store
from coopgraph.vocabulary import PREFIXES, entity_iri, graph_iri

OBSERVED = tuple(name for name in question_names() if load_question(name).rows == 0)
MIT = entity_iri("organisation", "mit")
KOREA, GERMANY = entity_iri("country", "kr"), entity_iri("country", "de")
QUANTUM = entity_iri("technology", "quantum")
SEMICONDUCTORS = entity_iri("technology", "semiconductor-display")
NOTHING = dict.fromkeys(("rejected", "duplicates"), 0)

PRACTICE = """
id:programme/test a coop:Programme ; skos:prefLabel "Test programme"@en , "시험 사업"@ko .
id:organisation/pic-1 a coop:Organisation ; skos:prefLabel "MIT (1)" ;
  coop:canonical id:organisation/mit .
id:organisation/pic-2 a coop:Organisation ; skos:prefLabel "MIT (2)" ;
  coop:canonical id:organisation/mit .
id:organisation/pic-3 a coop:Organisation ; skos:prefLabel "Werk" ; coop:country id:country/de ;
  coop:canonical id:organisation/pic-3 .
id:organisation/pic-4 a coop:Organisation ; skos:prefLabel "Seoul A" ; coop:country id:country/kr ;
  coop:canonical id:organisation/pic-4 .
id:organisation/pic-5 a coop:Organisation ; skos:prefLabel "Seoul A again" ;
  coop:country id:country/kr ;
  coop:canonical id:organisation/pic-4 .
id:organisation/mit coop:canonical id:organisation/mit .
id:organisation/eth-zurich coop:canonical id:organisation/eth-zurich .

id:project/1 a coop:Project ; coop:startDate "2019-03-01"^^xsd:date ;
  coop:technologyClose id:technology/quantum .
id:project/2 a coop:Project ; coop:startDate "2020-01-01"^^xsd:date ;
  coop:technologyClose id:technology/quantum .
id:project/3 a coop:Project ; coop:startDate "2020-07-01"^^xsd:date ;
  coop:technologyNarrow id:technology/quantum .
id:project/4 a coop:Project ; coop:startDate "2021-01-01"^^xsd:date ;
  coop:technologyNarrow id:technology/semiconductor-display .
id:project/5 a coop:Project .
id:mapping-coverage/projects a coop:MappingCoverage ; coop:mappedProjects 4 ;
  coop:unmappedProjects 1 ; coop:undescribedProjects 1 .
"""
#: Project, organisation, euro (None: nothing is recorded).
PARTICIPATIONS = (
    (1, 1, "100.5"), (1, 3, "10.0"), (1, 4, "7.0"),
    (2, 2, "50.0"), (2, 3, None),
    (3, 3, "30.0"), (3, 5, None),
    (4, 1, "5.0"),
    (5, 3, "1.0"), (5, 4, "2.0"),
)  # fmt: skip


def _participations() -> str:
    lines = []
    for project, body, euro in PARTICIPATIONS:
        money = f" ; coop:amount {euro} ; coop:currency id:currency/eur" if euro else ""
        lines.append(
            f"id:participation/{project}-{body} a coop:Participation ; coop:ofProject "
            f"id:project/{project} ; coop:participant id:organisation/pic-{body}{money} ."
        )
        lines.append(
            f"id:project/{project} coop:projectParticipant id:organisation/pic-{body} ; "
            "coop:inProgramme id:programme/test ."
        )
    return "\n".join(lines)


@cache
def practice(told: str = PRACTICE) -> Store:
    """The tables of the article and the projects above, with what is derived from them."""
    engine = ox.Store()
    engine.bulk_extend(list(article_store().engine))
    header = "".join(f"@prefix {name}: <{base}> .\n" for name, base in PREFIXES.items())
    text = header + escaped(told + _participations())
    engine.load(text, ox.RdfFormat.TURTLE, to_graph=ox.NamedNode(graph_iri("import/test")))
    _add(engine, "derived/observed", derive_observed(Store(engine)))
    return Store(engine)


def _add(engine: ox.Store, graph: str, lines: list[str]) -> None:
    data = "\n".join(lines).encode()
    engine.load(data, ox.RdfFormat.N_TRIPLES, to_graph=ox.NamedNode(graph_iri(graph)))


def rows(name: str, **values: str) -> list[tuple[object, ...]]:
    """Without the columns that every question about plans has."""
    width = sum(not column.key for column in load_question(name).columns)
    return [tuple(map(_plain, row[:width])) for row in ask(practice(), name, values).rows]


def _plain(cell: object) -> object:
    cell = key(cell)
    return float(cell) if type(cell).__name__ == "Decimal" else cell  # type: ignore[arg-type]


def test_there_are_questions_about_practice() -> None:
    assert {"observed-partners", "plan-vs-practice", "home-participation", "alternatives",
            "mapping-coverage", "import-accounts"} <= set(OBSERVED)  # fmt: skip


@pytest.mark.parametrize("name", OBSERVED)
def test_without_imports_the_answer_is_empty_and_well_formed(name: str, store_folder: Path) -> None:
    answer = ask(Store.open(store_folder), name)
    assert isinstance(answer, Answer)
    assert answer.rows == ()
    assert answer.columns == tuple(column.name for column in load_question(name).columns)
    assert answer.sources().rows == ()


def test_observed_partners_takes_the_records_of_one_institution_together() -> None:
    assert rows("observed-partners", **ANY) == [
        ("quantum", "pic-3", "de", "projects", 3, 40.0, "EUR", 2019, 2020),
        ("quantum", "mit", "us", "projects", 2, 150.5, "EUR", 2019, 2020),
        ("quantum", "pic-4", "kr", "projects", 2, 7.0, "EUR", 2019, 2020),
        ("semiconductor-display", "mit", "us", "projects", 1, 5.0, "EUR", 2021, 2021),
    ]


def test_observed_partners_are_those_of_the_planners_own_institutions() -> None:
    """MIT is in two projects, in one of them with Seoul A; of another country the projects are
    counted when it is asked for, without its own institutions."""
    own = [
        ("quantum", "pic-3", "de", "projects", 2, 40.0, "EUR", 2019, 2020),
        ("quantum", "mit", "us", "projects", 1, 100.5, "EUR", 2019, 2019),
    ]
    assert rows("observed-partners") == own == rows("observed-partners", jurisdiction=KOREA)
    assert rows("observed-partners", country=GERMANY) == own[:1]
    assert rows("observed-partners", technology=QUANTUM, partner=MIT) == own[1:]
    assert rows("observed-partners", country=KOREA) == [], "Seoul A is at home"
    assert rows("observed-partners", jurisdiction=GERMANY) == [
        ("quantum", "mit", "us", "projects", 2, None, None, 2019, 2020),
        ("quantum", "pic-4", "kr", "projects", 2, None, None, 2019, 2020),
    ]
    assert rows("observed-partners", jurisdiction="all") == rows("observed-partners", **ANY)
    assert [row[1:6] for row in rows("alternatives")] == [
        ("de", "pic-3", False, "projects", 2), ("us", "mit", True, "projects", 1),
    ]  # fmt: skip


def test_observed_partners_can_be_cut_and_narrowed() -> None:
    everything = rows("observed-partners", **ANY)
    assert rows("observed-partners", **ANY, top="1") == [everything[0], everything[3]]
    assert rows("observed-partners", **ANY, technology=QUANTUM, top="2") == everything[:2]
    assert rows("observed-partners", **ANY, partner=MIT) == [everything[1], everything[3]]
    assert rows("observed-partners", **ANY, country=KOREA) == [everything[2]]
    close, narrow = (entity_iri("match-kind", kind) for kind in ("close", "narrow"))
    assert rows("observed-partners", **ANY, match=close) == everything[:3]
    assert rows("observed-partners", **ANY, match=narrow) == everything[3:]


def test_what_a_broad_match_alone_assigns_is_shown_only_where_it_is_asked_for() -> None:
    start, chips, end = PRACTICE.partition("coop:technologyNarrow id:technology/semiconductor")
    seen = "id:project/4 coop:projectParticipant id:organisation/pic-3 .\n"
    store = practice(start + chips.replace("Narrow", "Broad") + end + seen)
    broad = {"match": entity_iri("match-kind", "broad")}

    def shown(name: str, **values: str) -> list[object]:
        return [key(row["technology"]) for row in ask(store, name, ANY | values)]

    assert set(shown("observed-partners")) == {"quantum"}
    assert set(shown("plan-vs-practice")) == {"quantum"}
    assert set(shown("alternatives")) == {"quantum"}
    (row,) = ask(store, "observed-partners", ANY | broad).rows
    assert list(map(_plain, row)) == [
        "semiconductor-display", "mit", "us", "projects", 1, 5.0, "EUR", 2021, 2021,
    ]  # fmt: skip
    assert [key(row["technology"]) for row in ask(store, "observed-partners", broad)] == [], (
        "of a planner's own practice no broad match is counted"
    )


def with_default(name: str, top: int) -> Question:
    """The question, with another number of rows shown unless asked otherwise."""
    question = load_question(name)
    extra = tuple(replace(c, default=c.default and str(top)) for c in question.extra)
    return replace(question, extra=extra)


def test_a_default_does_not_hide_what_is_asked_for() -> None:
    question = with_default("observed-partners", 1)
    for values in ({}, {"partner": MIT}, {"partner": MIT, "top": "1"}):
        assert len(answer_question(practice(), question, ANY | values, "en", None)) == 2
    asked = {"country": GERMANY}
    for name in ("observed-partners", "alternatives"):
        found = answer_question(practice(), with_default(name, 1), asked, "en", None)
        assert [key(row["partner"]) for row in found] == ["pic-3"]
        found = answer_question(practice(), with_default(name, 300), asked, "en", None)
        assert [key(row["partner"]) for row in found] == ["pic-3"]


def test_a_cut_is_never_silent() -> None:
    for name in ("observed-partners", "alternatives"):
        answer = ask(practice(), name, ANY | {"top": "1"})
        note, whoever = answer.notes
        assert "the practice is not the planner's" in whoever
        per = "technology, evidence" + (", plan" if name == "alternatives" else "")
        assert note.startswith(f"showing at most 1 rows per {per}; there are ")
        assert note.endswith("more: top=10 shows more")
        assert ask(practice(), name, {"top": "1"}).notes == (note,)
        assert ask(practice(), name, {"top": "2"}).notes == ()
        assert ask(practice(), name, ANY | {"top": "3"}).notes == (whoever,)
        assert len(ask(practice(), name, ANY | {"top": "2"}).notes) > 1
        chips, seoul = {"technology": SEMICONDUCTORS}, {"technology": QUANTUM, "country": KOREA}
        for asked in (chips, seoul):
            assert ask(practice(), name, {"top": "1"} | ANY | asked).notes == (whoever,)
    observed_only = ask(practice(), "plan-vs-practice", ANY | {"top": "1"})
    assert [key(row["partner"]) for row in observed_only if not row["declared"]] == ["pic-3"]
    assert len(observed_only.notes) == 2
    assert len(ask(practice(), "plan-vs-practice", ANY | {"top": "2"}).notes) == 1


def test_a_cut_between_equals_says_so() -> None:
    """Two institutions have two projects each: the one that is left off is no less than the one
    that is shown."""
    for lang, words in (("en", "the same links as the last one"), ("ko", "links 값이 같은 행")):
        asked = ANY | {"technology": QUANTUM, "top": "2"}
        notes = ask(practice(), "observed-partners", asked, lang=lang).notes
        assert any(words in note for note in notes), notes
    assert "same links" not in " ".join(
        ask(practice(), "observed-partners", ANY | {"top": "1"}).notes
    )


def test_a_cut_of_counted_rows_says_how_many_there_are() -> None:
    close = entity_iri("match-kind", "close")
    answer = ask(practice(), "observed-partners", ANY | {"match": close, "top": "1"}, lang="ko")
    assert len(answer) == 1
    assert answer.notes[:2] == (
        "technology, evidence별로 최대 1행 표시: 전체 3행 중 1행. 모두 보려면 top=3",
        "양자, 수행 과제: 전체 3행",
    )
    assert len(ask(practice(), "observed-partners", ANY | {"match": close, "top": "3"})) == 3


def test_facts_of_a_hub_are_cut_by_property_and_counted() -> None:
    whole = ask(practice(), "facts", {"about": QUANTUM})
    assert whole.notes == ()
    cut = ask(practice(), "facts", {"about": QUANTUM, "top": "1"})
    by_property = Counter(key(row["property"]) for row in whole)
    assert max(by_property.values()) > 1
    assert Counter(key(row["property"]) for row in cut) == dict.fromkeys(by_property, 1)
    assert f"{len(cut):,} of {len(whole):,};" in cut.notes[0]
    assert f"top={max(by_property.values())} shows every row" in cut.notes[0]
    rows = {tuple(map(str, row)) for row in whole.rows}
    assert {tuple(map(str, row)) for row in cut.rows} < rows


@pytest.mark.parametrize("among", [{}, ANY])
@given(st.sampled_from(["observed-partners", "alternatives"]), st.integers(0, 4))
@settings(max_examples=10)
def test_a_bounded_answer_is_the_beginning_of_the_whole(
    among: dict[str, str], name: str, top: int
) -> None:
    whole = ask(practice(), name, among | {"top": "20000"})
    assert len(whole.notes) == len(among)
    seen: Counter[object] = Counter()
    first = []
    for row in whole.rows:
        seen[row[0]] += 1
        if seen[row[0]] <= top:
            first.append(row)
    cut = ask(practice(), name, among | {"top": str(top)})
    assert list(cut.rows) == first
    assert (len(cut.notes) > len(among)) == (len(first) < len(whole))


@given(st.integers(1, 12))
@settings(max_examples=12)
def test_facts_cut_anywhere_are_the_first_of_each_property_or_all(top: int) -> None:
    whole = ask(practice(), "facts", {"about": QUANTUM})
    cut = ask(practice(), "facts", {"about": QUANTUM, "top": str(top)})
    sizes = Counter(key(row["property"]) for row in whole)
    assert Counter(key(row["property"]) for row in cut) == {
        name: min(size, top) for name, size in sizes.items()
    }
    assert bool(cut.notes) == (max(sizes.values()) > top)


def test_the_engines_own_bytes_are_whole() -> None:
    question = load_question("observed-partners")
    assert raw(practice(), question, {}, "csv").count(b"\n") == 1 + 2
    assert raw(practice(), question, ANY, "csv").count(b"\n") == 1 + 4
    with pytest.raises(UsageError, match="'top' cuts labelled answers only; leave it out"):
        raw(practice(), question, {"top": "1"}, "csv")


def test_plan_vs_practice_says_confirmed_declared_only_and_observed_only() -> None:
    found = rows("plan-vs-practice")
    assert {row[0] for row in found} == {"quantum", "semiconductor-display"}, (
        "no verdict on technologies of which nothing was imported"
    )
    quantum = {row[1]: row[2:] for row in found if row[0] == "quantum"}
    by = (None, None, None)  # no field, call or words: the import states it
    one = (1, 2, 2, 0.5, 2019, 2019, "close", *by, 1, "confirmed-by-one", None)
    assert quantum["mit"] == (True, "projects", *one), "one of two with Seoul A in it"
    nothing = (0, None, None, None, None, None, None, *by, None, "declared-only", None)
    assert quantum["eth-zurich"] == (True, "projects", *nothing)
    two = (2, 2, 1, 1.0, 2019, 2020, "close", *by, 2, "observed-only", None)
    assert quantum["pic-3"] == (False, "projects", *two), "in all three, in two with Seoul A"
    assert "pic-4" not in quantum, "Seoul A is at home"
    chips = {row[1]: row[2:] for row in found if row[0] == "semiconductor-display"}
    assert chips == {"mit": (True, "projects", *nothing[:-1], "broad")}, (
        "declared for semiconductors, a part of it; no Korean institution is in the project"
    )
    assert [row[2] for row in found if row[0] == "quantum"] == [True] * 2 + [False]


def test_plan_vs_practice_of_whoever_takes_part() -> None:
    names = ("partner", "observed_links", "of_all", "rank", "verdict", "match")
    told: dict[object, set[tuple[object, ...]]] = {}
    for row in ask(looked_through(), "plan-vs-practice", ANY):
        told.setdefault(key(row["technology"]), set()).add(tuple(key(row[name]) for name in names))
    assert told["quantum"] == {
        ("mit", 2, 3, 2, "confirmed", None),
        ("eth-zurich", 0, None, None, "declared-only", None),
        ("pic-3", 3, 3, 1, "observed-only", None),
        ("pic-4", 2, 3, 3, "observed-only", None),
    }
    assert told["semiconductor-display"] == {("mit", 1, 1, 1, "confirmed-by-one", "broad")}


def test_nothing_is_ranked_below_the_floor_that_a_store_states() -> None:
    """Two joint projects of quantum, three of whomever: of three on a partner has a rank."""
    for floor, asked, ranks, said in (
        (2, {}, {1, 2, None}, False),
        (3, {}, {None}, True),
        (3, ANY, {1, 2, 3, None}, True),  # semiconductors: one
        (4, ANY, {None}, True),
    ):
        store = looked_through(f"id:store/test coop:rankFloor {floor} .")
        answer = ask(store, "plan-vs-practice", asked | {"technology": QUANTUM})
        assert set(answer.column("rank")) == ranks
        assert {row["rank"] is None for row in answer if row["share"] is None} <= {True}
        assert any("neither rank nor share below" in note for note in answer.notes) == (
            said and ranks == {None}
        )
        whole = ask(store, "plan-vs-practice", asked).notes
        assert any(f"below {floor} joint" in note for note in whole) == said
    store = looked_through("id:store/test coop:rankFloor 3 .")
    for name in ("observed-partners", "alternatives", "plan-vs-practice"):
        assert ask(store, name).notes[-2] == (
            "neither rank nor share below 3 joint projects or papers of a technology, and the "
            "order is no ranking: Quantum technology (2 projects)"
        )
    assert ask(store, "observed-partners", lang="ko").notes[-2] == (
        "공동 과제·논문이 3건 미만인 기술은 순위와 비중을 표시하지 않으며, "
        "나열 순서도 순위가 아님: 양자(과제 2건)"
    )
    network = networks.project(store, "plan-and-practice")
    assert "Quantum technology (2 projects)" in network.notes[-2]["en"]
    assert not any("rank" in edge.attributes for edge in network.edges)
    ranked = networks.project(
        looked_through("id:store/test coop:rankFloor 2 ."), "plan-and-practice"
    )
    assert {edge.attributes.get("rank") for edge in ranked.edges} >= {1, 2}
    notes = measure(MeasureData(store), "suggestions", {"technology": QUANTUM}).notes
    assert any("Quantum technology (2 projects)" in note for note in notes)


def test_nobody_is_ranked_in_a_network_of_fewer_items_than_the_floor() -> None:
    """Three projects tie a Korean institution to another one."""
    for floor in (3, 4):
        on = MeasureData(looked_through(f"id:store/test coop:rankFloor {floor} ."))
        found = {name: measure(on, name) for name in ("position", "robustness", "communities")}
        assert {row["betweenness"] is None for row in found["position"]} == {floor == 4}
        assert [len(found[name]) > 0 for name in ("robustness", "communities")] == [floor == 3] * 2
        said = "3 projects or papers tie institutions of this network, fewer than the floor of 4"
        for answer in found.values():
            assert any(said in note for note in answer.notes) == (floor == 4)


def test_an_answer_says_where_there_are_more_partners_than_are_kept() -> None:
    """Of quantum two partners are kept; let there be 312."""
    engine = ox.Store()
    engine.bulk_extend(list(looked_through().engine))
    tie = ox.NamedNode(entity_iri("joint", "kr-quantum-mit"))
    number = ox.NamedNode(PREFIXES["coop"] + "jointPartners")
    assert list(engine.quads_for_pattern(tie, number, None)), "a node as the build names it"
    engine.add(ox.Quad(tie, number, ox.Literal(312), ox.NamedNode(graph_iri("test"))))
    store, said = Store(engine), "there are more of: Quantum technology (2 of 312 by projects)"
    for name in ("observed-partners", "alternatives", "plan-vs-practice"):
        assert said in ask(store, name, {"top": "500"}).notes[-2]
        assert said not in str(ask(store, name, {"top": "2"}).notes)
        assert said not in str(ask(store, name, {"top": "500"} | ANY).notes)
    network = networks.project(store, "plan-and-practice", {"top": "500"})
    assert said in network.notes[-2]["en"]
    for asked in ({"country": KOREA}, {"partner": entity_iri("organisation", "eth-zurich")}):
        answer = ask(store, "observed-partners", asked)
        assert answer.rows == ()
        assert said in str(answer.notes), "who was left out may be the one asked for"
    ours = ask(store, "observed-partners", {"top": "500"}, lang="ko").notes[-2]
    assert ours.endswith("더 있는 기술: 양자(과제 기준 312곳 중 2곳)")


def test_a_technology_without_a_named_partner_says_with_whom_it_is_worked_on() -> None:
    """Hydrogen: a project of Seoul A and Werk, and one of Werk and MIT."""
    hydrogen = "".join(
        f"id:project/{n} a coop:Project ; coop:technologyClose id:technology/hydrogen ; "
        f"coop:projectParticipant id:organisation/pic-{one} , id:organisation/pic-{other} . "
        f"id:participation/{n}-1 coop:ofProject id:project/{n} ; "
        f"coop:participant id:organisation/pic-{one} . id:participation/{n}-2 "
        f"coop:ofProject id:project/{n} ; coop:participant id:organisation/pic-{other} .\n"
        for n, one, other in ((8, 4, 3), (9, 3, 1))
    )
    store = looked_through(hydrogen)
    for asked, partners in (({}, 1), (ANY, 3)):
        answer = ask(store, "unplanned-technologies", asked)
        found = {
            key(row["technology"]): (row["project_partners"], row["paper_partners"])
            for row in answer
        }  # fmt: skip
        assert found["hydrogen"] == (partners, None)
        assert {each for name, each in found.items() if name != "hydrogen"} == {(None, None)}
        assert any("looked through: 7 projects" in note for note in answer.notes)


def test_home_institutions_that_work_with_a_planned_partner_and_one_that_could() -> None:
    found = {tuple(row) for row in rows("home-counterparts")}
    assert found == {
        ("quantum", "mit", True, "pic-4", "projects", 1, 2019, 2019),
        ("quantum", "eth-zurich", False, "pic-4", "projects", 2, 2019, 2020),
        ("semiconductor-display", "mit", False, None, "projects", None, None, None),
    }


def test_plan_vs_practice_counts_every_partner_of_the_plan() -> None:
    declared = {
        (row["technology"].iri, row["partner"].iri)  # type: ignore[union-attr]
        for row in ask(practice(), "partners")
        if getattr(row["technology"], "iri", "") == QUANTUM
    }
    known = {(QUANTUM, MIT), (QUANTUM, entity_iri("organisation", "eth-zurich"))}
    assert known <= declared
    found = [row for row in rows("plan-vs-practice", technology=QUANTUM) if row[2]]
    assert len(found) == len(known), "of the others no record says who they are here"
    assert [row[1:] for row in rows("plan-vs-practice", partner=MIT)] == [
        ("mit", True, "projects", 1, 2, 2, 0.5, 2019, 2019, "close", None, None, None, 1,
         "confirmed-by-one", None),
        ("mit", True, "projects", 0, *[None] * 10, "declared-only", "broad"),
    ]  # fmt: skip


#: A British plan that sets no list, and names two for the technologies of others' lists.
BRITISH = """
id:plan/gb a coop:Plan ; coop:jurisdiction id:country/gb ; skos:prefLabel "British plan"@en .
id:partner-link/gb-1 a coop:PartnerLink ; coop:partner id:organisation/pic-3 ;
  coop:technology id:technology/quantum .
id:partner-link/gb-2 a coop:PartnerLink ; coop:partner id:organisation/mit ;
  coop:technology id:technology/gb-chips .
id:technology/gb-chips a coop:Technology ; skos:prefLabel "chips"@en ;
  skos:closeMatch id:technology/semiconductor-display .
"""


def test_a_plan_without_a_list_of_its_own_is_judged_too() -> None:
    engine = ox.Store()
    engine.bulk_extend(list(practice().engine))
    header = "".join(f"@prefix {name}: <{base}> .\n" for name, base in PREFIXES.items())
    link = " a coop:PartnerLink ; coop:plan id:plan/gb ; coop:jurisdiction id:country/gb"
    role = " ; coop:partnerRole id:partner-role/intended"
    text = header + escaped(BRITISH.replace(" a coop:PartnerLink", link + role))
    engine.load(text, ox.RdfFormat.TURTLE, to_graph=ox.NamedNode(graph_iri("gb")))
    whose = {"plan": entity_iri("plan", "gb"), "jurisdiction": entity_iri("country", "gb")}
    for name, last in (("plan-vs-practice", "verdict"), ("alternatives", "declared")):
        told = {
            tuple(key(row[column]) for column in ("technology", "partner", "match", last))
            for row in ask(Store(engine), name, whose | ANY)
        }
        yes, no = (True, False) if last == "declared" else ("confirmed", "observed-only")
        once = True if last == "declared" else "confirmed-by-one"
        assert told == {
            ("quantum", "pic-3", None, yes),
            ("semiconductor-display", "mit", "close", once),
            ("quantum", "mit", None, no),
            ("quantum", "pic-4", None, no),
        }


def test_an_answer_says_what_was_looked_through() -> None:
    engine = ox.Store()
    engine.bulk_extend(list(practice().engine))
    _add(engine, "derived/observed", derive_observed(practice(), coverage=True))
    store = Store(engine)
    for name in ("plan-vs-practice", "observed-partners", "home-participation"):
        assert ask(store, name).notes[-1] == (
            "looked through: 5 projects (2019–2021; –), 5 with participants, "
            "3 with an institution of KR"
        )
    whose = {"jurisdiction": GERMANY}
    said = ask(store, "observed-partners", whose, lang="ko").notes
    assert said[-1] == "확인 범위: 과제 5건(2019–2021, –), 참여기관 정보 있음 5건", (
        "no plan of theirs"
    )
    network = networks.project(store, "plan-and-practice")
    assert network.notes[-1]["en"] == ask(store, "plan-vs-practice").notes[-1]
    assert "looked through" not in str(ask(article_store(), "plan-vs-practice").notes)


#: Hydrogen: a project of which nobody knows who takes part in it.
UNKNOWN = """
id:project/6 a coop:Project ; coop:technologyClose id:technology/hydrogen .
"""
ELIGIBLE = """
id:programme/test coop:eligible id:country/kr , id:country/de , id:country/us .
id:country/xx a coop:Country ; skos:prefLabel "Elsewhere"@en .
"""


def looked_through(told: str = "") -> Store:
    """The projects above and more, with how much was imported."""
    store = practice(PRACTICE + told)
    engine = ox.Store()
    engine.bulk_extend(list(store.engine))
    _add(engine, "derived/observed", derive_observed(store, coverage=True))
    return Store(engine)


@pytest.mark.parametrize(
    ("told", "asked", "code", "words"),
    [
        ("", {"technology": SEMICONDUCTORS}, "none",
         "none found: 0 of 5 projects (2019–2021) match"),
        ("", {"first_year": "1990"}, "not-covered",
         "not covered: the imported projects (5, 2019–2021) do not cover 1990"),
        (UNKNOWN, {"technology": entity_iri("technology", "hydrogen")}, "not-covered",
         ("not covered: the imported projects (6, 2019–2021) do not cover who takes part in those "
          "of this technology (1 imported, none with participants)")),
        (ELIGIBLE, {"country": entity_iri("country", "xx")}, "not-eligible",
         "not eligible: Elsewhere cannot take part in Test programme; it may still cooperate"),
        (ELIGIBLE, {"country": KOREA}, "none", "none found: 0 of 5 projects (2019–2021) match"),
    ],
)  # fmt: skip
def test_an_empty_answer_says_which_of_four_reasons_holds(
    told: str, asked: dict[str, str], code: str, words: str
) -> None:
    answer = ask(looked_through(told), "observed-partners", asked)
    assert answer.rows == ()
    assert [(each.data, each.code) for each in answer.absences] == [
        ("projects", code), ("publications", "not-imported"),
    ]  # fmt: skip
    assert answer.notes[-2:] == (
        words, "no papers imported; run: coopgraph import openalex PATH",
    )  # fmt: skip
    for lang in languages():
        for place in ("cli", "screen", "brief"):
            assert all("{" not in each.told(lang, place) for each in answer.absences)


def test_without_the_import_each_line_says_so() -> None:
    """Questions, networks and measures over the projects above, and over none."""
    cli = "no projects imported; run: coopgraph import cordis PATH"
    line = "looked through: 5 projects (2019–2021; –), 5 with participants, 3 with an institution"
    for store, said, other in ((looked_through(), line, cli), (article_store(), cli, line)):
        told = [
            ask(store, name).notes for name in ("plan-vs-practice", "alternatives")
        ] + [
            [note["en"] for note in networks.project(store, name).notes]
            for name in ("collaboration", "country-collaboration", "plan-and-practice")
        ] + [measure(MeasureData(store), "coverage").notes]  # fmt: skip
        for notes in told:
            assert said in " ".join(notes)
            assert other not in " ".join(notes)
    assert ask(article_store(), "plan-vs-practice", lang="ko").notes[-2:] == (
        "과제 자료를 수집하지 않았습니다. 실행: coopgraph import cordis PATH",
        "논문 자료를 수집하지 않았습니다. 실행: coopgraph import openalex PATH",
    )


def imported() -> Store:
    """The projects above as an import of one file, described as a build describes it."""
    about = {
        "title_en": "Test projects",
        "title_ko": "시험 과제",
        "licence": "",
        "release": "2026",
        "files": [{"name": "projects.csv", "sha256": "a" * 64}],
        "accounts": {"projects.csv": dict.fromkeys(("read", "accepted"), 5) | NOTHING},
    }
    engine = ox.Store()
    engine.bulk_extend(list(practice().engine))
    part = Part("import/test", "import", 1, "0" * 64, about)
    other = Part("import/other", "import", 1, "0" * 64, about)
    _add(engine, "void", provenance_triples([part, other], "1", {}))
    return Store(engine)


@pytest.mark.parametrize(
    "name",
    ["observed-partners", "alternatives", "plan-vs-practice", "home-participation",
     "mapping-coverage", "import-accounts"],
)  # fmt: skip
def test_an_answer_over_imported_records_cites_the_import(name: str) -> None:
    answer = ask(imported(), name)
    assert answer.rows
    sources = answer.sources()
    assert sources.columns == ("row", "source", "locator", "date", "url", "reading")
    cited = {row["row"]: (str(row["source"]), str(row["locator"]), row["locator"].iri)  # type: ignore[union-attr]
             for row in sources if key(row["source"]) == "test"}  # fmt: skip
    file = ("Test projects 2026", "projects.csv", entity_iri("file", "a" * 64))
    assert set(cited.values()) == {file}
    if name in ("observed-partners", "alternatives", "home-participation", "mapping-coverage"):
        assert set(cited) == set(range(1, len(answer) + 1))
    if name != "import-accounts":
        assert not [row for row in sources if key(row["source"]) == "other"], "of no use to it"


def test_facts_of_an_imported_record_cite_its_file() -> None:
    answer = ask(imported(), "facts", {"about": entity_iri("project", "1")})
    of_the_import = {n for n, row in enumerate(answer, 1) if key(row["source"]) == "test"}
    assert of_the_import
    files = {(row["row"], str(row["locator"])) for row in answer.sources()}
    assert files == {(number, "projects.csv") for number in of_the_import}


def test_the_plan_behind_a_verdict_can_be_cited() -> None:
    answer = ask(practice(), "plan-vs-practice")
    cited = {row["row"] for row in answer.sources()}
    declared = {n for n, row in enumerate(answer, 1) if row["declared"]}
    assert cited == declared


def test_home_participation_counts_projects_and_institutions_once() -> None:
    assert rows("home-participation") == [
        (None, "test", 1, 1, 2.0, "EUR"), (2019, "test", 1, 1, 7.0, "EUR"),
        (2020, "test", 1, 1, 0.0, None),
    ]  # fmt: skip


def test_home_is_the_country_of_who_plans_unless_another_is_asked_for() -> None:
    assert rows("home-participation", jurisdiction=KOREA) == rows("home-participation")
    assert rows("home-participation", jurisdiction=GERMANY) != rows("home-participation")
    assert rows("home-participation", jurisdiction=GERMANY)


def test_the_old_name_of_a_question_still_answers() -> None:
    assert load_question("korean-participation") == load_question("home-participation")
    assert rows("korean-participation") == rows("home-participation") != []


def test_alternatives_says_who_is_in_the_plan_already() -> None:
    everything = [
        ("quantum", "de", "pic-3", False, "projects", 3, None),
        ("quantum", "us", "mit", True, "projects", 2, None),
        ("quantum", "kr", "pic-4", False, "projects", 2, None),
        ("semiconductor-display", "us", "mit", True, "projects", 1, "broad"),
    ]
    assert rows("alternatives", **ANY) == everything
    assert rows("alternatives", **ANY, country=GERMANY) == everything[:1]
    assert rows("alternatives", **ANY, partner=MIT) == [everything[1], everything[3]]
    assert rows("alternatives", **ANY, top="1") == [everything[0], everything[3]]


def test_mapping_coverage_says_what_no_mapping_reaches() -> None:
    assert rows("mapping-coverage") == [
        (None, "projects", 4, None, None, None, 1, 1),
        ("quantum", "projects", 3, 2, 1, 0, None, None),
        ("semiconductor-display", "projects", 1, 0, 1, 0, None, None),
    ]


def test_import_accounts_has_a_row_for_each_file() -> None:
    accounts = {
        "cordis.zip!project.csv": {"read": 9, "accepted": 7, "rejected": 1, "duplicates": 1},
        "cordis.zip!organization.csv": {"read": 4, "accepted": 4, "rejected": 0, "duplicates": 0},
    }
    about = {
        "title_en": "CORDIS",
        "title_ko": "CORDIS",
        "licence": "",
        "release": "",
        "files": [{"name": "cordis.zip", "sha256": "0" * 64}],
        "accounts": accounts,
    }
    part = Part("import/cordis", "import", 1, "0" * 64, about)
    engine = ox.Store()
    _add(engine, "void", provenance_triples([part], "1", {}))
    answer = ask(Store(engine), "import-accounts")
    assert [(str(row["file"]), row["read"], row["accepted"], row["rejected"], row["duplicates"])
            for row in answer] == [
        ("cordis.zip!organization.csv", 4, 4, 0, 0),
        ("cordis.zip!project.csv", 9, 7, 1, 1),
    ]  # fmt: skip
    assert {key(row["graph"]) for row in answer} == {"cordis"}


def test_projects_of_a_bloc_without_a_plan_are_those_of_its_members_at_the_date() -> None:
    """Projects 1 and 2 are of 2019 and 2020: Korea left the bloc of this test in between, and the
    United States, where the body of MIT's records lies, joined it."""
    told = """
id:organisation/b coop:jurisdictionCode "B" .
id:bloc-member/b-kr org:organization id:organisation/b ; org:member id:country/kr ;
  coop:fromDate "1973-01-01"^^xsd:date ; coop:toDate "2019-12-31"^^xsd:date .
id:bloc-member/b-us org:organization id:organisation/b ; org:member id:country/us ;
  coop:fromDate "2020-01-01"^^xsd:date .
"""
    whose = entity_iri("organisation", "b")
    found = {
        (key(row["technology"]), key(row["partner"])): row["links"]
        for row in ask(practice(PRACTICE + told), "observed-partners", {"jurisdiction": whose})
    }
    assert found == {("quantum", "mit"): 1, ("quantum", "pic-3"): 2}
    seen = read_practice(practice(PRACTICE + told), whose=whose)
    assert seen.projects == (entity_iri("project", "1"),)


def test_a_paper_with_two_records_of_a_body_counts_once_for_it() -> None:
    """Records 1 and 2 are MIT's, 4 and 5 of one Korean institution."""
    told = " , ".join(f"id:organisation/pic-{n}" for n in (1, 2, 4, 5))
    told = f"""id:co-publication/1 a coop:CoPublication ; coop:institution {told} ;
  coop:publicationYear "2019"^^xsd:gYear ; coop:works 3 ; coop:fractionalWorks 1.0 ."""
    for asked in ({}, ANY):
        found = ask(practice(PRACTICE + told), "co-publications", asked)
        pairs = {(key(row["institution"]), key(row["partner"])): row["works"] for row in found}
        assert pairs == {("pic-4", "mit"): 3, ("mit", "pic-4"): 3}


def test_papers_of_a_bloc_are_those_of_its_members_at_the_date() -> None:
    """Britain left in 2020: its papers with a Korean institution count for the bloc until then."""
    told = """
id:organisation/b coop:jurisdictionCode "B" .
id:bloc-member/b-gb org:organization id:organisation/b ; org:member id:country/gb ;
  coop:fromDate "1973-01-01"^^xsd:date ; coop:toDate "2020-01-31"^^xsd:date .
id:organisation/x coop:canonical id:organisation/x ; coop:country id:country/gb .
id:co-publication/1 a coop:CoPublication ;
  coop:institution id:organisation/x , id:organisation/pic-4 ;
  coop:publicationYear "2019"^^xsd:gYear ; coop:works 3 ; coop:fractionalWorks 3.0 .
id:co-publication/2 a coop:CoPublication ;
  coop:institution id:organisation/x , id:organisation/pic-4 ;
  coop:publicationYear "2023"^^xsd:gYear ; coop:works 4 ; coop:fractionalWorks 4.0 .
"""
    store = practice(PRACTICE + told)

    def works(whose: str) -> set[int]:
        asked = {"jurisdiction": entity_iri(*whose.split("/"))}
        return {row["works"] for row in ask(store, "co-publications", asked)}  # type: ignore[misc]

    assert works("organisation/b") == {3}
    assert works("country/gb") == works("country/kr") == {7}
