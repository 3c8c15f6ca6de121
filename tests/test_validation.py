"""Validation: the shipped data conform, and what is broken is named in both languages."""

from __future__ import annotations

import shutil
from pathlib import Path

import invented
import pyoxigraph as ox
import pyshacl
import pytest
import rdflib

import coopgraph
from coopgraph.compiler import build
from coopgraph.compiler.imports import import_files
from coopgraph.errors import FactError
from coopgraph.store import Store
from coopgraph.tables.shapes import SHAPES, shapes_graph
from coopgraph.validation import ValidationReport, validate
from coopgraph.vocabulary import PREFIXES, expand, graph_iri, shrink

SH = PREFIXES["sh"]
GRAPH = ox.NamedNode(graph_iri("first-source"))
LEVEL = expand("id:budget-level/level-2031")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Store:
    folder = tmp_path_factory.mktemp("validation")
    build(invented.write(folder / "data"), folder / "store")
    return Store.open(folder / "store")


def changed(store: Store, remove: str, add: str = "") -> Store:
    """A copy in memory, without the triples of a subject and predicate, with one more."""
    engine = ox.Store()
    subject, predicate = (ox.NamedNode(expand(curie)) for curie in remove.split())
    gone = set(store.engine.quads_for_pattern(subject, predicate, None))
    assert gone
    engine.extend(set(store.engine) - gone)
    if add:
        engine.update(f"INSERT DATA {{ GRAPH <{GRAPH.value}> {{ {add} }} }}", prefixes=PREFIXES)
    return Store(engine)


def violations(report: ValidationReport) -> set[tuple[str, str]]:
    return {(f.focus_iri, f.shape) for f in report.findings if f.severity == "Violation"}


def test_the_shipped_data_conform(store_folder: Path) -> None:
    report = coopgraph.open(store_folder).check()
    assert report.conforms
    assert report.counts.get("Violation", 0) == 0
    assert set(report.counts) <= {"Warning", "Info"}


@pytest.mark.parametrize(
    ("remove", "add"),
    [
        ("id:budget-level/level-2031 coop:amount", ""),
        ("id:budget-level/level-2031 coop:phase", ""),
        (
            "id:budget-level/level-2031 coop:phase",
            f"<{LEVEL}> coop:phase <https://w3id.org/coopgraph/id/phase/wished-for>",
        ),
        ("id:partner-link/weaving-alpha coop:partner", ""),
        ("id:partner-link/weaving-alpha coop:modality", ""),
        ("id:organisation/alpha-institute skos:prefLabel", ""),
    ],
)
def test_a_broken_triple_is_named_in_both_languages(small: Store, remove: str, add: str) -> None:
    broken = changed(small, remove, add)
    focus = expand(remove.split(maxsplit=1)[0])
    by_language = {}
    for lang in ("en", "ko"):
        report = validate(broken, lang)
        assert not report.conforms
        found = [f for f in report.findings if (f.severity, f.focus_iri) == ("Violation", focus)]
        assert found
        assert report.findings[0].severity == "Violation", "violations come first"
        by_language[lang] = found[0]
        assert (focus, found[0].shape) not in violations(validate(small))
    english, korean = by_language["en"].message, by_language["ko"].message
    assert not any("가" <= c <= "힣" for c in english)
    assert any("가" <= c <= "힣" for c in korean)
    assert by_language["en"].shape == by_language["ko"].shape
    assert by_language["en"].shape.startswith("https://w3id.org/coopgraph/shapes#")


def test_the_focus_is_named_by_its_label(small: Store) -> None:
    broken = changed(small, "id:partner-link/weaving-alpha coop:modality")
    labels = {
        lang: [f.focus for f in validate(broken, lang).findings if "weaving-alpha" in f.focus_iri]
        for lang in ("en", "ko")
    }
    assert any(f.endswith(", partner for Weaving: Alpha Institute") for f in labels["en"])
    assert any(f.endswith(", 직조 협력 대상: 알파연구원") for f in labels["ko"])


def test_the_same_report_every_time(small: Store) -> None:
    broken = changed(small, "id:budget-level/level-2031 coop:amount")
    assert validate(broken) == validate(broken)


def test_the_reference_implementation_finds_the_same(small: Store) -> None:
    """pyshacl on the small tables with six mistakes: the same nodes, the same shapes."""
    broken = small
    for remove in (
        "id:budget-level/level-2031 coop:amount",
        "id:budget-level/level-2030 coop:phase",
        "id:partner-link/weaving-alpha coop:partner",
        "id:organisation/beta-agency skos:prefLabel",
        "id:budget-change/cloth-change coop:line",
        "id:country/xa coop:isoAlpha3",
    ):
        broken = changed(broken, remove)
    data = rdflib.Graph()
    lines = broken.construct("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")
    data.parse(data=(lines.serialize(format=ox.RdfFormat.N_TRIPLES) or b"").decode(), format="nt")
    shapes = rdflib.Graph().parse(data=shapes_graph(), format="nt")
    conforms, results, _ = pyshacl.validate(data, shacl_graph=shapes, inference="none")
    assert isinstance(results, rdflib.Graph)
    assert not conforms
    sh = rdflib.Namespace(SH)
    wanted = {
        (str(results.value(r, sh.focusNode)), shrink(str(results.value(r, sh.sourceShape))))
        for r in results.subjects(rdflib.RDF.type, sh.ValidationResult)
    }
    assert len(wanted) >= 6
    assert {(f.focus_iri, f.shape) for f in validate(broken).findings} == wanted


def test_shapes_that_cannot_be_read_are_one_line(small: Store, tmp_path: Path) -> None:
    path = tmp_path / "shapes.ttl"
    path.write_text("this is not Turtle", encoding="utf-8")
    with pytest.raises(FactError, match=r"^shapes\.ttl: the shapes cannot be used: ") as caught:
        validate(small, shapes=path)
    assert len(str(caught.value).splitlines()) == 1
    with pytest.raises(FactError, match=r"^absent\.ttl: the shapes cannot be used: "):
        validate(small, shapes=tmp_path / "absent.ttl")


def test_validation_changes_nothing(small: Store) -> None:
    before = set(small.engine)
    validate(small)
    assert set(small.engine) == before


OBSERVED = """
<https://w3id.org/coopgraph/id/participation/own-1> a coop:Participation ;
  coop:ofProject <https://w3id.org/coopgraph/id/project/own-1> .
"""


def test_what_a_user_brings_in_is_checked_up_to_a_size(
    article_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(article_folder, tmp_path / "store")
    monkeypatch.setattr("coopgraph.validation._MOST_TRIPLES", 10)
    text = "".join(f"@prefix {name}: <{base}> .\n" for name, base in PREFIXES.items()) + OBSERVED
    (tmp_path / "own.ttl").write_text(text, encoding="utf-8")
    notes = "\n".join(f"<http://a.example/{n}> <http://a.example/p> {n} ." for n in range(10))
    (tmp_path / "large.ttl").write_text(text + notes, encoding="utf-8")
    import_files("rdf", [tmp_path / "large.ttl"], tmp_path / "store")
    report = validate(Store.open(tmp_path / "store"))
    assert report.conforms
    assert report.unchecked == ("import/rdf/large",)
    import_files("rdf", [tmp_path / "own.ttl"], tmp_path / "store")
    report = validate(Store.open(tmp_path / "store"))
    assert [(finding.shape.rpartition("#")[2], finding.focus_iri.rpartition("/")[2])
            for finding in report.findings if finding.severity == "Violation"] == [
        ("Participation-participant", "own-1")
    ]  # fmt: skip
    assert not report.conforms


def test_a_shape_of_a_cell_that_no_column_has_is_one_line(small: Store, tmp_path: Path) -> None:
    path = tmp_path / "shapes.ttl"
    path.write_text(
        f"<{SHAPES}Country-flag> <{SH}path> <{expand('coop:code')}> ; <{SH}message> 'A flag.' .",
        encoding="utf-8",
    )
    with pytest.raises(FactError, match=r"Country-flag>: 0 columns of .* tell what it takes"):
        validate(small, shapes=path)
