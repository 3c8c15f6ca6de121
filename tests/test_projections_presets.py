"""Presets: what a projection's header says of its picture, parameters, files of one's own."""

from __future__ import annotations

import contextlib
from collections import Counter
from pathlib import Path

import pytest
from command_line import called
from hypothesis import given
from hypothesis import strategies as st
from network_stores import ANY, OF_THE_ARTICLE, escaped, shipped_store, store_of

from coopgraph.api import KnowledgeGraph
from coopgraph.errors import FactError
from coopgraph.network import Network, project, projection_names
from coopgraph.network.model import Lane, Preset, parse_preset
from coopgraph.queries.question import pair
from coopgraph.server.address import Fields, PageRequest
from coopgraph.server.pages import network as pages
from coopgraph.view.lanes import columns_of
from coopgraph.vocabulary import entity_iri, shrink

PRESETS = {
    "technology-partners",
    "budgets",
    "policy",
    "evidence",
    "plan-and-practice",
    "everything",
}
PRACTICE = """
id:technology/quantum a coop:Technology ; skos:prefLabel "Quantum"@en ;
  skos:inScheme id:scheme/strategic-technologies-2022 .
id:scheme/strategic-technologies-2022 a skos:ConceptScheme ;
  coop:publishedIn id:plan/strategic-technology-plan .
id:plan/strategic-technology-plan a coop:Plan ; coop:jurisdiction id:country/kr .
id:country/kr coop:jurisdictionCode "KR" .
id:technology/quantum-of-the-plan a coop:Technology ; skos:prefLabel "Quantum (plan)"@en ;
  skos:closeMatch id:technology/quantum .
id:partner-list/q a coop:PartnerList ; coop:technology id:technology/quantum-of-the-plan ;
  coop:listStatus id:modality/draft .
id:partner-link/a a coop:PartnerLink ; coop:onList id:partner-list/q ;
  coop:jurisdiction id:country/kr ; coop:plan id:plan/strategic-technology-plan ;
  coop:partnerRole <https://w3id.org/coopgraph/id/partner-role/intended> ;
  coop:technology id:technology/quantum-of-the-plan ; coop:partner id:organisation/eth .
id:partner-link/b a coop:PartnerLink ; coop:onList id:partner-list/q ;
  coop:jurisdiction id:country/kr ; coop:plan id:plan/strategic-technology-plan ;
  coop:partnerRole <https://w3id.org/coopgraph/id/partner-role/intended> ;
  coop:technology id:technology/quantum-of-the-plan ; coop:partner id:organisation/mit .
id:organisation/eth a coop:Organisation ; coop:canonical id:organisation/eth-ror .
id:organisation/mit a coop:Organisation ; coop:canonical id:organisation/mit .
id:organisation/eth-ror a coop:Organisation ; coop:canonical id:organisation/eth-ror .
"""


def observed(ranks: dict[str, int]) -> str:
    return "\n".join(
        f"id:observed/q-{body} a coop:ObservedPartner ; coop:technology id:technology/quantum ; "
        f"coop:organisation id:organisation/{body} ; coop:rank {rank} ; coop:links {100 - rank} . "
        f"id:organisation/{body} a coop:Organisation ."
        for body, rank in ranks.items()
    )


def ties(network: Network) -> Counter[tuple[str, str, str, float]]:
    keys = [node.key for node in network.nodes]
    return Counter(
        (keys[e.source], keys[e.target], shrink(e.kind.iri), e.weight) for e in network.edges
    )


def test_the_presets_are_there_and_listed_in_both_languages() -> None:
    assert set(projection_names()) >= PRESETS
    for lang, word in (("en", "ministry"), ("ko", "부처")):
        listed = called("view", "--list", "--lang", lang)
        assert listed.code == 0
        lines = listed.out.decode().splitlines()
        assert {line.split()[0] for line in lines} == set(projection_names())
        assert word in next(line for line in lines if line.startswith("budgets"))
        assert all(len(line.split(None, 1)) == 2 for line in lines)


def test_headers_are_read() -> None:
    text = """# en: What?
# layout: columns
# lane coop:Organisation/ministry: Ministry; 부처
# lane coop:Organisation with coop:intendedPartner by country: Partner; 협력 대상
# background: coop:source prov:hadPrimarySource
SELECT ?source { }
# lane coop:Plan: Plan; 계획
"""
    assert parse_preset("p", text) == Preset(
        "columns",
        (
            Lane("coop:Organisation", pair("Ministry", "부처"), subkind="ministry"),
            Lane("coop:Organisation", pair("Partner", "협력 대상"), kind="coop:intendedPartner",
                 by_country=True),
        ),
        frozenset({"coop:source", "prov:hadPrimarySource"}),
    )  # fmt: skip
    assert parse_preset("p", "SELECT ?a {}") == Preset()


@pytest.mark.parametrize(
    ("header", "fact"),
    [
        ("# layout: circle", "unknown layout 'circle'"),
        ("# layout: columns", "a layout of columns has no lane"),
        ("# lane coop:Plan Plan", "a lane cannot be read"),
        ("# lane coop:Plan: Plan", "a lane cannot be read"),
        ("# lane : Plan; 계획", "a lane cannot be read"),
    ],
)
def test_a_header_that_cannot_be_read_names_the_file(header: str, fact: str) -> None:
    with pytest.raises(FactError, match=r"^mine\.rq: ") as caught:
        parse_preset("mine", f"{header}\nSELECT ?a {{}}")
    assert fact in str(caught.value)


@given(st.text())
def test_no_header_breaks_more_than_its_own_preset(text: str) -> None:
    for field in ("layout:", "lane", "background:"):
        with contextlib.suppress(FactError):  # its message is one line, as of every error
            assert parse_preset("p", f"# {field} {text}").layout in ("columns", "map")


def test_a_file_of_one_s_own_is_a_preset(store_folder: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine.rq"
    mine.write_text(
        "# en: Who decides?\n# ko: 누가 결정하는가?\n# layout: columns\n"
        "# lane coop:Plan: A plan of mine; 나의 계획\n"
        "SELECT ?source ?target ?kind ?claim { ?source a coop:Plan ; ?kind ?target . "
        "VALUES ?kind { dcterms:creator } BIND(?source AS ?claim) } LIMIT 9\n",
        encoding="utf-8",
    )
    target = tmp_path / "mine.html"
    done = called("view", str(mine), "--store", str(store_folder), "-o", str(target))
    assert done.code == 0, done.err
    page = target.read_text("utf-8")
    assert "Who decides?" in page
    assert "나의 계획" in page
    mine.write_text("# layout: nonsense\nSELECT ?source { ?source ?kind ?target }", "utf-8")
    wrong = called("view", str(mine), "--store", str(store_folder), "-o", str(target))
    assert wrong.code == 1
    assert "mine.rq" in wrong.message
    assert "columns or map" in wrong.message
    assert target.read_text("utf-8") == page, "what was there is kept"


def test_the_evidence_preset_puts_disagreements_in_front() -> None:
    network = project(shipped_store(), "evidence")
    front = [e for e in network.edges if shrink(e.kind.iri) not in network.preset.background]
    back = [e for e in network.edges if shrink(e.kind.iri) in network.preset.background]
    assert {shrink(e.kind.iri) for e in back} == {"coop:source", "prov:hadPrimarySource"}
    assert all("reason" in e.kind.iri for e in front)


def test_budgets_are_narrowed_by_year_phase_and_basis() -> None:
    whole = project(shipped_store(), "budgets")
    amounts = [e for e in whole.edges if e.weight]
    assert len(amounts) > 40
    for name, key, of in (
        ("year", "2024", lambda e: str(e.attributes.get("year"))),
        ("phase", entity_iri("phase", "approved"), lambda e: e.attributes["phase"].iri),
        ("basis", entity_iri("basis", "as-published"), lambda e: e.attributes["basis"].iri),
    ):
        part = project(shipped_store(), "budgets", {name: key})
        kept = [e for e in part.edges if e.weight]
        assert kept
        assert {of(e) for e in kept} == {key}
        assert len(kept) == sum(of(e) == key for e in amounts)
        assert len(part.nodes) == len(whole.nodes), "no line is dropped"
        assert key.rsplit("/", 1)[-1].split("-")[0] in part.title("en")


def test_declared_and_observed_stand_beside_each_other() -> None:
    others = {f"other-{i}": i for i in range(2, 20)}
    store = store_of(PRACTICE + observed({"eth-ror": 40, "first": 1, **others}))
    network = project(store, "plan-and-practice", ANY)
    found = ties(network)
    assert found["quantum", "eth-ror", "coop:intendedPartner", 1.0] == 1
    assert found["quantum", "eth-ror", "coop:ObservedPartner", 60.0] == 1, "planned: any rank"
    assert found["quantum", "mit", "coop:intendedPartner", 1.0] == 1
    assert sum(kind == "coop:ObservedPartner" for _, _, kind, _ in found.elements()) == 11
    assert max(found.values()) == 1
    layers = {(shrink(e.kind.iri), e.attributes["layer"], e.status) for e in network.edges}
    assert layers == {
        ("coop:intendedPartner", "declared", "draft"),
        ("coop:ObservedPartner", "observed", ""),
    }
    columns = columns_of(network)
    assert columns is not None
    assert [(c.heading[0], len(c.nodes)) for c in columns] == [
        ("Named in a plan", 2), ("Technology", 1), ("Observed only, in projects or papers", 10),
    ]  # fmt: skip


def test_a_tie_of_practice_is_one_of_the_planners_own() -> None:
    joint = (
        "id:joint/kr-quantum-eth-ror a coop:JointPartner ; coop:among id:country/kr ; "
        "coop:technology id:technology/quantum ; coop:organisation id:organisation/eth-ror ; "
        "coop:evidenceKind id:evidence-kind/projects ; coop:jointItems 3 ; coop:jointRank 1 ."
    )
    store = store_of(PRACTICE + observed({"eth-ror": 40, "first": 1}) + joint)
    found = ties(project(store, "plan-and-practice"))
    assert [tie for tie in found if tie[2] == "coop:ObservedPartner"] == [
        ("quantum", "eth-ror", "coop:ObservedPartner", 3.0)
    ]


def test_more_of_what_is_observed_is_asked_for() -> None:
    store = store_of(PRACTICE + observed({f"o{i}": i for i in range(1, 20)}))
    for top in ("3", "10", "100"):
        network = project(store, "plan-and-practice", ANY | {"top": top})
        kinds = Counter(shrink(e.kind.iri) for e in network.edges)
        assert kinds["coop:ObservedPartner"] == min(int(top), 19)
        assert kinds["coop:intendedPartner"] == 2
    shown = project(store, "plan-and-practice", ANY)
    assert any("top=10" in note["en"] and "top=10" in note["ko"] for note in shown.notes)
    for fields, observed_lines in (((), 19), ((("top", "3"),), 3)):  # a file is whole, or as asked
        whole = Fields((*ANY.items(), *fields))
        asked = PageRequest(names={"name": "plan-and-practice.csv"}, fields=whole)
        lines = pages.network(KnowledgeGraph(store), asked).body.splitlines()
        assert len(lines) == 1 + 2 + observed_lines


def test_without_imports_the_plan_stands_alone(tmp_path: Path) -> None:
    network = project(shipped_store(), "plan-and-practice", OF_THE_ARTICLE)
    assert {e.attributes["layer"] for e in network.edges} == {"declared"}
    assert len(network.edges) == 16
    path = tmp_path / "p.rq"
    path.write_text(escaped("SELECT ?source ?target ?kind { ?source ?kind ?target }"), "utf-8")
    assert project(store_of("id:a/b skos:related id:a/c ."), path).preset == Preset()
