"""The questions about practice, on a handful of projects that are made up here.

Quantum: three projects; semiconductors: one; nothing of any other technology. MIT (two records,
both the curated MIT) is declared for both; ETH Zurich is declared for quantum and in no project.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest
from asker import key
from network_stores import escaped, shipped_store

from coopgraph.build.provenance import provenance_lines
from coopgraph.observation import derive_observed
from coopgraph.queries import Answer, answer_question, ask, load_question, question_names
from coopgraph.store import Part, Store
from coopgraph.vocabulary import PREFIXES, entity_iri, graph_iri

OBSERVED = tuple(name for name in question_names() if load_question(name).rows == 0)
MIT = entity_iri("organisation", "mit")
KOREA, GERMANY = entity_iri("country", "kr"), entity_iri("country", "de")
QUANTUM = entity_iri("technology", "quantum")

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
  coop:technologyBroad id:technology/semiconductor-display .
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
        money = f" ; coop:contributionEur {euro}" if euro else ""
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
def practice() -> Store:
    """The shipped tables and the projects above, with what is derived from them."""
    engine = ox.Store()
    engine.bulk_extend(list(shipped_store().engine))
    header = "".join(f"@prefix {name}: <{base}> .\n" for name, base in PREFIXES.items())
    text = header + escaped(PRACTICE + _participations())
    engine.load(text, ox.RdfFormat.TURTLE, to_graph=ox.NamedNode(graph_iri("import/test")))
    _add(engine, "derived/observed", derive_observed(Store(engine)))
    return Store(engine)


def _add(engine: ox.Store, graph: str, lines: list[str]) -> None:
    data = "\n".join(lines).encode()
    engine.load(data, ox.RdfFormat.N_TRIPLES, to_graph=ox.NamedNode(graph_iri(graph)))


def rows(name: str, **values: str) -> list[tuple[object, ...]]:
    return [tuple(map(_plain, row)) for row in ask(practice(), name, values).rows]


def _plain(cell: object) -> object:
    cell = key(cell)
    return float(cell) if type(cell).__name__ == "Decimal" else cell  # type: ignore[arg-type]


def test_there_are_questions_about_practice() -> None:
    assert {"observed-partners", "plan-vs-practice", "korean-participation", "alternatives",
            "mapping-coverage", "import-accounts"} <= set(OBSERVED)  # fmt: skip


@pytest.mark.parametrize("name", OBSERVED)
def test_without_imports_the_answer_is_empty_and_well_formed(name: str, store_folder: Path) -> None:
    answer = ask(Store.open(store_folder), name)
    assert isinstance(answer, Answer)
    assert answer.rows == ()
    assert answer.columns == tuple(column.name for column in load_question(name).columns)
    assert answer.sources().rows == ()


def test_observed_partners_takes_the_records_of_one_institution_together() -> None:
    assert rows("observed-partners") == [
        ("quantum", "pic-3", "de", 3, 40.0, 2019, 2020),
        ("quantum", "mit", "us", 2, 150.5, 2019, 2020),
        ("quantum", "pic-4", "kr", 2, 7.0, 2019, 2020),
        ("semiconductor-display", "mit", "us", 1, 5.0, 2021, 2021),
    ]


def test_observed_partners_can_be_cut_and_narrowed() -> None:
    everything = rows("observed-partners")
    assert rows("observed-partners", top="1") == [everything[0], everything[3]]
    assert rows("observed-partners", technology=QUANTUM, top="2") == everything[:2]
    assert rows("observed-partners", partner=MIT) == [everything[1], everything[3]]
    assert rows("observed-partners", country=KOREA) == [everything[2]]
    close, broad = (entity_iri("match-kind", kind) for kind in ("close", "broad"))
    assert rows("observed-partners", match=close) == everything[:3]
    assert rows("observed-partners", match=broad) == everything[3:]


def test_a_default_does_not_hide_the_institution_that_is_asked_for() -> None:
    question = load_question("observed-partners")
    first = tuple(replace(c, default=c.default and "1") for c in question.extra)
    question = replace(question, extra=first)
    assert len(answer_question(practice(), question, {}, "en", None)) == 2
    assert len(answer_question(practice(), question, {"partner": MIT}, "en", None)) == 2
    asked = {"partner": MIT, "top": "1"}
    assert len(answer_question(practice(), question, asked, "en", None)) == 1


def test_plan_vs_practice_says_confirmed_declared_only_and_observed_only() -> None:
    found = rows("plan-vs-practice")
    assert {row[0] for row in found} == {"quantum", "semiconductor-display"}, (
        "no verdict on technologies of which nothing was imported"
    )
    quantum = {row[1]: row[2:] for row in found if row[0] == "quantum"}
    assert quantum["mit"] == (True, 2, 2, "confirmed")
    assert quantum["eth-zurich"] == (True, 0, None, "declared-only")
    assert quantum["pic-3"] == (False, 3, 1, "observed-only")
    assert quantum["pic-4"] == (False, 2, 3, "observed-only")
    chips = {row[1]: row[2:] for row in found if row[0] == "semiconductor-display"}
    assert chips["mit"] == (True, 1, 1, "confirmed"), "declared for semiconductors: a part of it"
    assert [row[2] for row in found if row[0] == "quantum"] == [True] * 2 + [False] * 2


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
        ("mit", True, 2, 2, "confirmed"), ("mit", True, 1, 1, "confirmed"),
    ]  # fmt: skip


def test_the_plan_behind_a_verdict_can_be_cited() -> None:
    answer = ask(practice(), "plan-vs-practice")
    cited = {row["row"] for row in answer.sources()}
    declared = {n for n, row in enumerate(answer, 1) if row["declared"]}
    assert cited == declared


def test_korean_participation_counts_projects_and_institutions_once() -> None:
    assert rows("korean-participation") == [
        (None, "test", 1, 1, 2.0), (2019, "test", 1, 1, 7.0), (2020, "test", 1, 1, 0.0),
    ]  # fmt: skip


def test_alternatives_says_who_is_in_the_plan_already() -> None:
    everything = [
        ("quantum", "de", "pic-3", False, 3),
        ("quantum", "us", "mit", True, 2),
        ("quantum", "kr", "pic-4", False, 2),
        ("semiconductor-display", "us", "mit", True, 1),
    ]
    assert rows("alternatives") == everything
    assert rows("alternatives", country=GERMANY) == everything[:1]
    assert rows("alternatives", partner=MIT) == [everything[1], everything[3]]
    assert rows("alternatives", top="1") == [everything[0], everything[3]]


def test_mapping_coverage_says_what_no_mapping_reaches() -> None:
    assert rows("mapping-coverage") == [
        (None, 4, None, None, None, 1, 1),
        ("quantum", 3, 2, 1, 0, None, None),
        ("semiconductor-display", 1, 0, 0, 1, None, None),
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
    _add(engine, "void", provenance_lines([part], "1", {}))
    answer = ask(Store(engine), "import-accounts")
    assert [(str(row["file"]), row["read"], row["accepted"], row["rejected"], row["duplicates"])
            for row in answer] == [
        ("cordis.zip!organization.csv", 4, 4, 0, 0),
        ("cordis.zip!project.csv", 9, 7, 1, 1),
    ]  # fmt: skip
    assert {key(row["graph"]) for row in answer} == {"cordis"}
