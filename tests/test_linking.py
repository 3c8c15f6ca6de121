"""Who is who: identifiers, then names; decisions above all."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from organisations import org, pairs, resolved

from coopgraph.identity.records import Record
from coopgraph.identity.resolution import CANDIDATE, Decisions, pair
from coopgraph.identity.similarity import ACRONYM, ALIAS, NameIndex, forms

# --- matches ------------------------------------------------------------------------------


HARBOUR = org("ror-1", "ror", "Harbour Institute of Oceanography")
OTHERS = [
    org(f"ror-{i}", "ror", f"{name} Institute of {field}")
    for i, (name, field) in enumerate(
        product(("Delta", "Northern", "Royal"), ("Physics", "Chemistry", "Oceanography")), 2
    )
]


@pytest.mark.parametrize(
    "name",
    [
        "HARBOUR INSTITUTE OF OCEANOGRAPHY",
        "Harbour Institut für Oceanography GmbH",
        "Harbour Institute of Oceanografphy",
        "HARBOUR INSTITUTE OF OCAENOGRAPHY",
    ],
)
def test_a_name_with_noise_is_found(name: str) -> None:
    done = resolved(HARBOUR, *OTHERS, org("pic-1", "cordis", name))
    assert pairs(done.accepted) == {("pic-1", "ror-1")}
    assert done.canonical["pic-1"] == "ror-1"


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"label": "Harbour Institute of Geology"}, "another word"),
        ({"label": "Harbour Institute of Oceanography 2"}, "a number"),
        ({"country": "jp"}, "another country"),
        ({"label": "HIO"}, "an acronym"),
        ({"label": "Institute of Oceanography"}, "a word less"),
    ],
)
def test_a_name_that_may_be_another_is_not_accepted(changed: dict[str, str], why: str) -> None:
    known = {"label": "Harbour Institute of Oceanography"} | changed
    target = org("ror-1", "ror", "Harbour Institute of Oceanography", acronyms=["HIO"])
    done = resolved(target, *OTHERS, org("pic-1", "cordis", **known))
    assert not done.accepted, why
    assert done.canonical["pic-1"] == "pic-1"


def test_an_acronym_with_country_is_a_candidate_and_elsewhere_nothing() -> None:
    target = org("ror-1", "ror", "Harbour Institute of Oceanography", acronyms=["HIO"])
    done = resolved(target, org("pic-1", "cordis", "HIO", cities=["Harbour"]))
    assert not done.accepted
    target.cities, target.forms = ["Harbour"], {}
    again = resolved(target, org("pic-1", "cordis", "HIO", cities=["HARBOUR 4"]))
    assert not again.accepted
    abroad = resolved(target, org("pic-1", "cordis", "HIO", country="jp"))
    assert not abroad.accepted
    assert not abroad.candidates
    [match] = NameIndex([target]).matches(org("q", "cordis", "HIO", cities=["Harbour"]), 1, 0)
    assert match.score == pytest.approx(0.78)


def test_two_of_one_name_are_candidates_both() -> None:
    twins = [org("ror-1", "ror", "Harbour College"), org("ror-2", "ror", "Harbour College")]
    done = resolved(*twins, org("pic-1", "cordis", "HARBOUR COLLEGE"))
    assert not done.accepted
    assert pairs(done.candidates) == {("pic-1", "ror-1"), ("pic-1", "ror-2")}


def test_two_records_of_one_body_in_a_register_that_holds_doubles_are_one() -> None:
    pics = [org(f"pic-{i}", "cordis", "HARBOUR COLLEGE") for i in (1, 2)]
    done = resolved(org("ror-1", "ror", "Harbour College"), *pics)
    assert set(done.canonical.values()) == {"ror-1"}
    for pic, city in zip(pics, ("Busan", "Seoul"), strict=True):
        pic.cities = [city]
    assert set(resolved(*pics).canonical.values()) == {"pic-1", "pic-2"}


@pytest.mark.parametrize(
    ("body", "office"),
    [
        ("Harbour College", "HARBOUR COLLEGE R&DB FOUNDATION"),
        ("Harbour College", "Industry-University Cooperation Foundation of Harbour College"),
        ("항구대학교", "항구대학교 산학협력단"),
    ],
)
def test_the_office_by_which_a_body_acts_is_the_body_and_never_gives_it_its_name(
    body: str, office: str
) -> None:
    known = [org("ror-1", "ror", body), org("pic-2", "cordis", body)]
    pic = org("pic-1", "cordis", office)
    assert set(resolved(*known, pic).canonical.values()) == {"ror-1"}
    done = resolved(known[1], pic)
    assert set(done.canonical.values()) == {"pic-2"}
    assert done.accepted[0].basis[0].startswith("equal-sub-body: ")
    assert not resolved(known[0], org("pic-3", "cordis", office, country="jp")).accepted


def test_two_records_of_a_register_without_doubles_never_meet() -> None:
    ror = [org(f"ror-{i}", "ror", "Harbour College") for i in (1, 2)]
    done = resolved(org("ours", "", "Harbour College"), *ror)
    assert not done.accepted
    assert {("ror-1", "ours"), ("ror-2", "ours")} == pairs(done.candidates)


def test_a_city_parts_what_a_name_does_not() -> None:
    near = org("ror-1", "ror", "Harbour College", cities=["Busan"])
    far = org("ror-2", "ror", "Harbour College", cities=["Seoul"])
    done = resolved(near, far, org("pic-1", "cordis", "HARBOUR COLLEGE", cities=["BUSAN 12"]))
    assert pairs(done.accepted) == {("pic-1", "ror-1")}


def test_what_counts_as_a_name() -> None:
    record = org("x", "cordis", aliases=["IBM"], acronyms=["HARBOUR COLLEGE OF ART", "HCA"])
    assert forms(record) == {"ibm": ACRONYM, "harbour college art": ALIAS, "hca": ACRONYM}


def test_a_record_without_a_country_is_at_most_a_candidate() -> None:
    done = resolved(HARBOUR, *OTHERS, org("pic-1", "cordis", HARBOUR.labels[0], country=""))
    assert not done.accepted
    assert pairs(done.candidates) == {("pic-1", "ror-1")}


# --- identifiers and decisions ------------------------------------------------------------


def test_identifiers_come_before_names_and_are_transitive() -> None:
    wikidata = ("Wikidata", "http://www.wikidata.org/entity/Q1")
    ours = org("mit", "", "Ours", identifiers={("ROR", "https://ror.org/1"), wikidata})
    ror = org("ror-1", "ror", "Theirs", identifiers={("ROR", "https://ror.org/1")})
    openalex = org("alex-1", "openalex", "Another", identifiers={wikidata}, country="jp")
    done = resolved(ours, ror, openalex)
    assert pairs(done.accepted) == {("ror-1", "mit"), ("alex-1", "mit")}
    assert set(done.canonical.values()) == {"mit"}
    assert [link.score for link in done.accepted] == [1.0, 0.99]


def test_an_identifier_that_two_records_bear_is_a_candidate() -> None:
    grid = {("GRID", "grid.1.2")}
    twins = [org(f"ror-{i}", "ror", f"Twin {i}", identifiers=grid) for i in (1, 2)]
    done = resolved(*twins, org("alex-1", "openalex", "Someone", identifiers=grid))
    assert not done.accepted
    assert "shared" in done.candidates[0].basis


def test_a_register_that_an_identifier_has_settled_is_not_searched_by_name() -> None:
    ror = ("ROR", "https://ror.org/1")
    ours = org("harbour", "", "Harbour College", identifiers={ror})
    linked = org("ror-1", "ror", "Old Name", identifiers={ror})
    namesake = org("ror-2", "ror", "Harbour College")
    done = resolved(ours, linked, namesake)
    assert pairs(done.accepted) == {("ror-1", "harbour")}
    assert not done.candidates


def test_decisions_are_above_all() -> None:
    ours = org("harbour", "", "Harbour College")
    records = (ours, org("ror-1", "ror", "Harbour College"), org("ror-2", "ror", "Hafenschule"))
    yes, no = pair("ror-2", "harbour"), pair("ror-1", "harbour")
    assert pairs(resolved(*records).accepted) == {("ror-1", "harbour")}
    rejected = resolved(*records, decisions=Decisions(frozenset(), frozenset({no})))
    assert not rejected.accepted
    assert not rejected.candidates
    both = resolved(*records, decisions=Decisions(frozenset({yes}), frozenset({no})))
    assert pairs(both.accepted) == {("ror-2", "harbour")}
    assert both.canonical["ror-2"] == "harbour"
    unsure = resolved(*records, decisions=Decisions(frozenset({no}), frozenset({no})))
    assert not unsure.accepted


def test_an_accepted_decision_may_bring_two_records_of_a_register_together() -> None:
    pics = [org(f"pic-{i}", "cordis", "HARBOUR COLLEGE") for i in (1, 2)]
    decision = Decisions(frozenset({pair("pic-1", "pic-2")}))
    done = resolved(org("ror-1", "ror", "Harbour College"), *pics, decisions=decision)
    assert done.canonical["pic-2"] == done.canonical["pic-1"]


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["", "ror", "cordis"]),
            st.sampled_from(["Harbour College", "Harbour School", "Delta College", "HC", ""]),
            st.sampled_from(["kr", "jp", ""]),
            st.sets(st.sampled_from([("GRID", "1"), ("ISNI", "2"), ("ROR", "3")])),
        ),
        max_size=9,
    )
)
def test_an_organisation_holds_one_record_of_a_register_without_doubles(
    rows: list[tuple[str, str, str, set[tuple[str, str]]]],
) -> None:
    def made() -> list[Record]:
        return [
            org(f"x{i}", register, label, country=country, identifiers=identifiers)
            for i, (register, label, country, identifiers) in enumerate(rows)
        ]

    done = resolved(*made())
    together: dict[str, list[str]] = {}
    for iri, canonical in done.canonical.items():
        together.setdefault(canonical, []).append(rows[int(iri[1:])][0])
        assert done.canonical[canonical] == canonical
    for registers in together.values():
        assert max(registers.count(register) for register in ("", "ror")) < 2
    assert len(done.canonical) == len(rows)
    assert all(CANDIDATE <= link.score <= 1 for link in (*done.accepted, *done.candidates))
    again = resolved(*made())
    assert (again.canonical, pairs(again.candidates)) == (done.canonical, pairs(done.candidates))


# --- more knowledge ---------------------------------------------------------------------------

BODIES = (
    ("Harbour College of Art", "kr", "Busan"),
    ("Delta Institute of Ships", "kr", "Seoul"),
    ("Harbour College of Art", "jp", "Kobe"),
)
REGISTERS = ("", "rdf/mine", "table/rows", "ror", "cordis", "cordis", "openalex", "kr-budget")


@st.composite
def known_records(draw: st.DrawFn) -> list[tuple[int, Record]]:
    """Records of three bodies in all registers, each with some of what is known of its body."""
    made = []
    for body, (label, country, city) in enumerate(BODIES):
        known = [("Wikidata", f"Q{body}"), ("GRID", f"g{body}"), ("PIC", f"p{body}")]
        for at, register in enumerate(REGISTERS):
            if draw(st.booleans()):
                office = f"{label} R&DB Foundation"
                name = draw(st.sampled_from((label, label.upper(), f"The {label}", office, "HCA")))
                record = org(f"{register}-{at}-{body}", register, name, country=country)
                record.aliases = draw(st.sampled_from(([], [label])))
                record.cities = draw(st.sampled_from(([], [city])))
                record.identifiers = draw(st.sets(st.sampled_from(known)))
                made.append((body, record))
    return made


def organisations(records: list[Record]) -> dict[str, str]:
    for record in records:
        record.forms = {}
    return resolved(*records).canonical


@settings(deadline=None, max_examples=120)
@given(known_records(), st.data())
def test_a_further_record_takes_no_link_away_in_any_order(
    made: list[tuple[int, Record]], data: st.DataObject
) -> None:
    records = [record for _, record in made]
    some = [record for record in records if data.draw(st.booleans())]
    before = organisations(some)
    after = organisations(records)
    assert after == organisations(data.draw(st.permutations(records)))
    body = {record.iri: number for number, record in made}
    for iri, canonical in after.items():
        assert body[iri] == body[canonical]  # never two bodies in one
    for iri, canonical in before.items():
        assert after[iri] == after[canonical]  # never one body in two


def test_a_users_row_about_a_known_body_joins_it_and_changes_no_verdict() -> None:
    ror = ("ROR", "https://ror.org/1")
    ours = org("mit", "", "Harbour College", identifiers={ror})
    known = (ours, org("ror-1", "ror", "Old Name", identifiers={ror}))
    cordis = org("pic-1", "cordis", "HARBOUR COLLEGE")
    rows = (
        org("mine", "table/rows", "Harbour College"),
        org("wiki", "rdf/mine", "HC", identifiers={ror}),
        org("elsewhere", "rdf/mine", "Harbour College", country="jp", cities=["Kobe"]),
        org("other-kind", "rdf/mine", "Harbour College", cities=["Kobe"], families={"company"}),
    )
    ours.cities = ["Busan"]
    for row in (None, *rows):
        done = resolved(*known, cordis, *([row] if row else []))
        assert {done.canonical[iri] for iri in ("mit", "ror-1", "pic-1")} == {"mit"}
    assert resolved(*known, *rows).canonical["mine"] == "mit"
    assert resolved(*known, *rows).canonical["wiki"] == "mit"
    assert resolved(*known, *rows).canonical["elsewhere"] == "elsewhere"
    refused = Decisions(frozenset(), frozenset({pair("mine", "mit")}))
    apart = resolved(*known, cordis, *rows, decisions=refused).canonical
    assert (apart["mine"], apart["pic-1"], apart["wiki"]) == ("mine", "mit", "mit")
