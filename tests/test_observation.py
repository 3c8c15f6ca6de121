"""Projects to technologies, and who takes part in them: small graphs counted by hand and anew."""

from __future__ import annotations

import random
from collections import defaultdict

import pyoxigraph as ox
import pytest
from derivations import derive_observed, derive_technologies

from coopgraph.store import Store
from coopgraph.tables.codes import read_codes
from coopgraph.tables.rows import read_tables
from coopgraph.vocabulary import COOP, ID, PREFIXES, XSD, expand, resources

KINDS = ("close", "narrow", "broad")
MAPPINGS = [
    ("quantum", "euroscivoc", "793", "broad"),
    ("quantum", "euroscivoc", "1545", "narrow"),
    ("quantum", "call-topic", "HORIZON-CL4-*-QUANTUM-", "close"),
    ("quantum", "call-topic", "FETFLAG-03-2018", "narrow"),
    ("hydrogen", "call-topic", "FCH-", "close"),
    ("advanced-bio", "legal-basis", "HORIZON.2.1", "broad"),
    ("advanced-mobility", "programme-part", "SC4", "broad"),
]


class Graph:
    """A store in memory, written by CURIEs."""

    def __init__(self) -> None:
        self.engine = ox.Store()
        self.store = Store(self.engine)
        for number, (technology, vocabulary, target, kind) in enumerate(MAPPINGS):
            node = f"technology-mapping/{number}"
            self.add(node, "rdf:type", COOP + "TechnologyMapping")
            self.add(node, "coop:technology", f"{ID}technology/{technology}")
            self.add(node, "coop:mappingVocabulary", f"{ID}mapping-vocabulary/{vocabulary}")
            self.text(node, "coop:mappingTarget", target)
            self.add(node, "coop:matchKind", f"{ID}match-kind/{kind}")

    def add(self, subject: str, predicate: str, value: str) -> None:
        self._add(subject, predicate, ox.NamedNode(value))

    def text(self, subject: str, predicate: str, value: str, datatype: str = "string") -> None:
        self._add(subject, predicate, ox.Literal(value, datatype=ox.NamedNode(XSD + datatype)))

    def _add(self, subject: str, predicate: str, value: ox.NamedNode | ox.Literal) -> None:
        graph = ox.NamedNode("https://w3id.org/coopgraph/graph/import/cordis")
        quad = ox.Quad(ox.NamedNode(ID + subject), ox.NamedNode(expand(predicate)), value, graph)
        self.engine.add(quad)

    def project(self, name: str, fields: str = "", year: int = 0, **tags: str) -> None:
        self.add(f"project/{name}", "rdf:type", COOP + "Project")
        for code in fields.split():
            self.add(f"project/{name}", "coop:euroSciVoc", f"{ID}euroscivoc/{code}")
        for tag, value in tags.items():
            self.text(f"project/{name}", f"coop:{tag}", value)
        if year:
            self.text(f"project/{name}", "coop:startDate", f"{year}-05-01", "date")

    def participation(
        self, project: str, body: str, euro: str = "", number: int = 1, currency: str = "eur"
    ) -> None:
        node = f"participation/{project}-{body}-{number}"
        self.add(node, "coop:ofProject", f"{ID}project/{project}")
        self.add(node, "coop:participant", f"{ID}organisation/{body}")
        if euro:
            self.text(node, "coop:amount", euro, "decimal")
            self.add(node, "coop:currency", f"{ID}currency/{currency}")

    def load(self, lines: list[str]) -> None:
        graph = ox.NamedNode("https://w3id.org/coopgraph/graph/derived/x")
        self.engine.load("\n".join(lines), format=ox.RdfFormat.N_TRIPLES, to_graph=graph)

    def technologies(self) -> set[tuple[str, str, str]]:
        """(project, technology, kind) as derived."""
        lines = derive_technologies(self.store)
        assert len(lines) == len(set(lines))
        self.load(lines)
        return {
            (p.value.rpartition("/")[2], t.value.rpartition("/")[2], kind)
            for kind in KINDS
            for p, t in self.store.select(
                f"SELECT ?p ?t {{ ?p coop:technology{kind.capitalize()} ?t }}"
            )
        }

    def coverage(self) -> dict[str, int]:
        rows = self.store.select(
            "SELECT ?p ?n { ?c a coop:MappingCoverage ; ?p ?n FILTER(isNumeric(?n)) }"
        )
        return {p.value.removeprefix(COOP): int(n.value) for p, n in rows}

    def observed(self) -> dict[tuple[str, str], dict[str, str]]:
        """Facts by technology and organisation."""
        lines = derive_observed(self.store)
        assert len(lines) == len(set(lines))
        facts: dict[str, dict[str, str]] = defaultdict(dict)
        for quad in ox.parse("\n".join(lines), format=ox.RdfFormat.N_TRIPLES):
            name = quad.predicate.value.removeprefix(COOP)
            facts[quad.subject.value][name] = quad.object.value.removeprefix(ID)
        for node, about in facts.items():
            key = f"{about['technology'][11:]}-{about['organisation'][13:]}"
            assert node == f"{ID}observed/{key}"
            of = "BroadlyObservedPartner" if "broadLinks" in about else "ObservedPartner"
            assert about[PREFIXES["rdf"] + "type"] == COOP + of
        return {(a["technology"][11:], a["organisation"][13:]): a for a in facts.values()}


@pytest.fixture
def graph() -> Graph:
    made = Graph()
    for narrow, wide in (("1545", "1545"), ("1545", "793"), ("793", "793"), ("11", "793")):
        made.add(f"euroscivoc/{narrow}", "coop:withinField", f"{ID}euroscivoc/{wide}")
    return made


# --- projects to technologies ---------------------------------------------------------------


def test_a_field_takes_along_what_lies_within_it_and_the_closest_kind_counts(
    graph: Graph,
) -> None:
    graph.project("wide", "793")
    graph.project("below", "11")
    graph.project("both", "793 1545")
    assert graph.technologies() == {
        ("wide", "quantum", "broad"),
        ("below", "quantum", "broad"),
        ("both", "quantum", "narrow"),
    }


def test_a_field_does_not_switch_other_signals_off(graph: Graph) -> None:
    graph.project("field", "999", callTopic="FCH-01-2019")
    graph.project("topic", callTopic="fch-01-2019")
    graph.project("both", "1545", callTopic="FCH-01-2019")
    graph.project("elsewhere", callTopic="ERC-2016-ADG")
    assert graph.technologies() == {
        ("field", "hydrogen", "close"),
        ("topic", "hydrogen", "close"),
        ("both", "hydrogen", "close"),
        ("both", "quantum", "narrow"),
    }


def test_words_count_beside_what_a_project_carries(graph: Graph) -> None:
    graph.project("strong", "793")
    graph.project("weak", "793")
    graph.project("alone")
    for name, strength in (("strong", "1.20"), ("weak", "0.60"), ("alone", "0.60")):
        by = f"term-assignment/project-{name}-quantum"
        graph.add(f"project/{name}", "coop:assignedBy", ID + by)
        graph.add(by, "coop:technology", f"{ID}technology/quantum")
        graph.text(by, "coop:strength", strength, "decimal")
    assert graph.technologies() == {
        ("strong", "quantum", "close"),
        ("weak", "quantum", "narrow"),
        ("alone", "quantum", "broad"),
    }
    reasons = graph.store.select("SELECT ?p ?by { ?p coop:assignedBy ?by }")
    assert {(p.value.rpartition("/")[2], by.value.removeprefix(ID)) for p, by in reasons} == {
        *((n, f"term-assignment/project-{n}-quantum") for n in ("strong", "weak", "alone")),
        *((name, "technology-mapping/0") for name in ("strong", "weak")),
    }


def test_the_closest_of_several_fallbacks_counts(graph: Graph) -> None:
    graph.project("a", callTopic="FETFLAG-03-2018")
    graph.text("project/a", "coop:callTopic", "HORIZON-CL4-2022-QUANTUM-01-SGA")
    graph.text("project/a", "coop:programmePart", "SC4")
    graph.text("project/a", "coop:legalBasis", "HORIZON.2.1.5")
    assert graph.technologies() == {
        ("a", "quantum", "close"),
        ("a", "advanced-mobility", "broad"),
        ("a", "advanced-bio", "broad"),
    }


@pytest.mark.parametrize("basis", ["HORIZON.2.10", "HORIZON.2", "H2020-EU.3.1."])
def test_a_legal_basis_is_met_whole(graph: Graph, basis: str) -> None:
    graph.project("a", legalBasis=basis)
    assert graph.technologies() == set()


def test_what_no_mapping_reaches_is_counted(graph: Graph) -> None:
    graph.project("field", "793")
    graph.project("fallback", callTopic="FCH-1")
    graph.project("other", callTopic='a "quoted"\ttopic\\')
    graph.project("bare")
    graph.technologies()
    assert graph.coverage() == {
        "mappedProjects": 2,
        "unmappedProjects": 2,
        "undescribedProjects": 1,
        "projectsMappedByField": 1,
    }


def test_without_projects_nothing_is_derived(graph: Graph) -> None:
    assert derive_technologies(graph.store) == derive_observed(graph.store) == []


# --- who takes part -------------------------------------------------------------------------


def test_amounts_in_two_currencies_are_not_added_up(graph: Graph) -> None:
    graph.project("p1", "1545", 2015)
    graph.participation("p1", "pic-1", "100")
    graph.participation("p1", "pic-1", "50", 2, currency="gbp")
    graph.participation("p1", "pic-2", "7", currency="gbp")
    graph.technologies()
    seen = graph.observed()
    assert "amount" not in seen["quantum", "pic-1"]
    assert "currency" not in seen["quantum", "pic-1"]
    assert (seen["quantum", "pic-2"]["amount"], seen["quantum", "pic-2"]["currency"]) == (
        "7",
        "currency/gbp",
    )


def test_partners_are_counted_by_hand(graph: Graph) -> None:
    graph.project("p1", "1545", 2015)
    graph.project("p2", "793", 2019)
    graph.project("p3", callTopic="FCH-1")
    graph.participation("p1", "pic-1", "100.25")
    graph.participation("p1", "pic-1", "0.5", 2)  # a second role in the same project
    graph.participation("p2", "pic-1", "10")
    graph.participation("p2", "pic-2")
    graph.participation("p3", "pic-3", "7")
    graph.technologies()
    seen = graph.observed()
    first = seen["quantum", "pic-1"]
    assert (first["links"], first["matchKind"]) == ("1", "match-kind/narrow")
    assert first["amount"] == "100.75"  # what a broad match alone assigns is left out
    assert (first["firstYear"], first["lastYear"], first["rank"]) == ("2015", "2015", "1")
    assert "broadLinks" not in first
    second = seen["quantum", "pic-2"]
    assert "amount" not in second
    assert not {"links", "rank", "leadingIn"} & set(second)
    assert (second["matchKind"], second["broadRank"]) == ("match-kind/broad", "1")
    assert (second["broadLinks"], second["firstYear"]) == ("1", "2019")
    assert "firstYear" not in seen["hydrogen", "pic-3"]
    assert len(seen) == 3


def test_records_of_one_body_are_counted_together(graph: Graph) -> None:
    graph.project("p1", "1545", 2015)
    graph.project("p2", "1545", 2016)
    graph.participation("p1", "pic-1", "5")
    graph.participation("p1", "pic-2", "5")
    graph.participation("p2", "pic-2", "5")
    for pic in ("pic-1", "pic-2"):
        graph.add(f"organisation/{pic}", "coop:canonical", f"{ID}organisation/ror-042nb2s44")
    graph.technologies()
    assert set(graph.observed()) == {("quantum", "ror-042nb2s44")}
    [about] = graph.observed().values()
    assert (about["links"], about["amount"]) == ("2", "15")


@pytest.mark.parametrize("seed", range(5))
def test_partners_are_what_a_plain_loop_counts(graph: Graph, seed: int) -> None:
    draw = random.Random(seed)
    for number in range(40):
        fields = draw.choice(["793", "1545", "11", "793 1545", "5", ""])
        topic = draw.choice(["FCH-1", "FETFLAG-03-2018", "X"])
        graph.project(f"p{number}", fields, draw.choice([0, 2014, 2020]), callTopic=topic)
    held = [
        (f"p{draw.randrange(40)}", f"pic-{draw.randrange(9)}", draw.choice(["", "0.1", "33.33"]))
        for _ in range(200)
    ]
    for number, (project, body, euro) in enumerate(held):
        graph.participation(project, body, euro, number)
    technologies = defaultdict(list)
    for project, technology, kind in graph.technologies():
        technologies[project].append((technology, kind == "broad"))
    near = {(t, b) for p, b, _ in held for t, broadly in technologies[p] if not broadly}
    links: dict[tuple[str, str], set[str]] = defaultdict(set)
    cents: dict[tuple[str, str], int] = defaultdict(int)
    for project, body, euro in held:
        for technology, broadly in technologies[project]:
            if broadly and (technology, body) in near:
                continue
            links[technology, body].add(project)
            cents[technology, body] += round(float(euro or 0) * 100)
    every = graph.observed()
    seen = {key: about for key, about in every.items() if key in near}
    assert {k: int(a["broadLinks"]) for k, a in every.items() if k not in near} == {
        key: len(projects) for key, projects in links.items() if key not in near
    }
    assert {key: int(about["links"]) for key, about in seen.items()} == {
        key: len(projects) for key, projects in links.items() if key in near
    }
    assert {key: round(float(a.get("amount", 0)) * 100) for key, a in every.items()} == cents
    for about in seen.values():
        counts = {k: int(about[f"{k}Links"]) for k in KINDS[:2] if f"{k}Links" in about}
        assert len(counts) != 1  # one kind alone says all by `matchKind`
        assert sum(counts.values()) in ((int(about["links"]),) if counts else (0,))
        assert about["matchKind"] in {f"match-kind/{kind}" for kind in counts or KINDS}
    for technology in {key[0] for key in seen}:
        ranked = sorted((int(a["rank"]), -int(a["links"])) for k, a in seen.items()
                        if k[0] == technology)  # fmt: skip
        assert [rank for rank, _ in ranked] == list(range(1, len(ranked) + 1))
        assert [links for _, links in ranked] == sorted(links for _, links in ranked)


# --- the curated mappings ---------------------------------------------------------------------


def test_each_of_the_twelve_technologies_is_mapped_by_fields_and_by_something_else() -> None:
    tables = read_tables(resources("data"), read_codes()).tables
    twelve = {
        row.one("technology")
        for row in tables["scheme_members"]
        if row.one("scheme") == "strategic-technologies-2022"
    }
    assert len(twelve) == 12
    seen: dict[str, set[str]] = defaultdict(set)
    for row in tables["technology_mappings"]:
        seen[row.one("vocabulary")].add(row.one("technology"))
        if row.one("vocabulary") == "euroscivoc":
            assert row.one("target").isdigit()
    assert seen["euroscivoc"] == seen["call-topic"] == twelve
    assert set().union(*seen.values()) == twelve
