"""What the named questions answer on the shipped data, by key: policy, claims, evidence."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from asker import Asker


@pytest.fixture(scope="module")
def rows(store_folder: Path) -> Iterator[Asker]:
    asker = Asker(store_folder)
    yield asker
    asker.index.close()


def test_recommendations_actions_and_what_followed(rows: Asker) -> None:
    three = {"governance-recommendation", "strategy-recommendation", "industry-recommendation"}
    assert {row["recommendation"] for row in rows("recommendations")} == three
    actions = rows("actions")
    assert len({row["action"] for row in actions}) == 6
    assert {row["recommendation"] for row in actions} == three
    assert ("make-national-strategy", "urgent") in {
        (row["action"], row["urgency"]) for row in actions
    }
    done = {(row["action"], row["done_by"]) for row in actions}
    assert ("set-up-special-committee", "special-committee-established") in done
    assert ("build-governance", "pacst-act-amended") in done
    assert len({action for action, event in done if event}) == 6
    follow_ups = rows("follow-ups")
    assert {row["recommendation"] for row in follow_ups} == {*three, None}
    blank = {str(row["date"]) for row in follow_ups if row["recommendation"] is None}
    assert "2025-07-17" in blank, "association to Horizon Europe answers footnote 6"


def test_the_timeline_runs_in_order(rows: Asker) -> None:
    found = rows("policy-timeline")
    dates = [str(row["date"]) for row in found]
    assert dates == sorted(dates)
    assert ("2023-08-22", "Meeting", "pacst-deliberation-4", "pacst") in {
        (row["date"], row["kind"], row["title"], row["organisation"]) for row in found
    }
    kinds = {"Meeting", "Resolution", "Designation", "strategy", "report", "announcement"}
    assert kinds <= {row["kind"] for row in found}


def test_mandates_name_who_gave_them(rows: Asker) -> None:
    found = rows("mandates", organisation="kistep")
    assert [(row["role"], row["given_by"], row["from_date"]) for row in found] == [
        ("role-managing-agency", "msit", "2020"),
        ("role-st-diplomacy-strategy-centre", None, "2022"),
    ]


def test_every_claim_has_a_row_of_who_says(rows: Asker) -> None:
    whose = "?store coop:defaultJurisdiction ?whose . ?c coop:jurisdiction ?whose"
    query = f"SELECT (COUNT(DISTINCT ?c) AS ?n) {{ ?c a coop:Claim . {whose} }}"
    ((count,),) = rows.store.select(query)
    found = rows("who-says")
    assert str(len({row["claim"] for row in found})) == getattr(count, "value", None)
    (main,) = [row for row in found if row["claim"] == "level-national-rd-main-2024-article"]
    assert list(main.values())[1:] == [
        "kim-jin-ha",
        "korea-government",
        "reported",
        "exact",
        "article",
    ]


def test_texts_come_in_the_language_asked_for(rows: Asker) -> None:
    for name, column in (("interpretations", "read_as"), ("absences", "scope"), ("posts", "role")):
        english, korean = (rows.answer(name, {}, lang) for lang in ("en", "ko"))
        assert len(english) == len(korean)
        assert english.column(column) != korean.column(column)
        assert rows.answer(name, {"lang": "ko"}).column(column) == korean.column(column)
    read = {str(row["as_printed"]): row["read_as"] for row in rows("interpretations", entity="nsf")}
    assert read == {"NSF": "the U.S. National Science Foundation"}


def test_evidence_leads_to_the_passage(rows: Asker) -> None:
    own = rows("evidence", about="link-quantum-mit")
    (printed,) = [row for row in own if row["claim"] == "link-quantum-mit"]
    assert printed["source"] == "article"
    assert isinstance(printed["start"], int)
    acts = ("materials", "preferred", "robots", "school", "training")
    came_of_it = {f"outcome-mit-quantum-{what}" for what in acts}
    assert {row["claim"] for row in own} == {"link-quantum-mit"} | came_of_it
    about = {row["claim"] for row in rows("evidence", about="mit")}
    assert {"mit", "link-quantum-mit", "link-advanced-bio-mit", "mit-identifiers"} <= about
    assert "link-quantum-eth-zurich" not in about


def test_what_is_absent_may_have_ended(rows: Asker) -> None:
    found = {row["claim"]: row["ended_by"] for row in rows("absences")}
    assert found["absent-governance"] is not None
    assert found["absent-national-direction"] is None


def test_identifiers_are_whole_iris(rows: Asker) -> None:
    (mit,) = rows("organisations", organisation="mit")
    assert (mit["ror"], mit["wikidata"]) == (
        "https://ror.org/042nb2s44", "http://www.wikidata.org/entity/Q49108",
    )  # fmt: skip
    missing = {row["organisation"]: row["has_ror"] for row in rows("missing-identifiers")}
    assert missing["ny-creates"] is False
    assert "mit" not in missing


def test_graph_sizes_add_up(rows: Asker) -> None:
    found = {row["graph"]: row["triples"] for row in rows("graph-sizes")}
    parts = {part.graph: part.triples for part in rows.store.manifest.parts if part.graph != "void"}
    assert sorted(map(str, found.values())) == sorted(map(str, parts.values()))
