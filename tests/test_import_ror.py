"""Import of ROR: what each part of a record becomes, and what hostile files do."""

from __future__ import annotations

import gzip
import json
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coopgraph.build.importing import import_files
from coopgraph.errors import InputMissing, InputUnreadable
from coopgraph.importers import Ledger, importer
from coopgraph.importers.json_records import json_records
from coopgraph.importers.shape import Input
from coopgraph.store import Store
from coopgraph.tables.codes import read_codes
from coopgraph.vocabulary import ID, expand

HARBOUR, TIDE, AWAY = "0abcde123", "0abcde124", "0abcde125"
PREFIX = "https://ror.org/"


def name(value: Any, *types: str, lang: Any = "en") -> dict[str, Any]:
    return {"value": value, "types": list(types), "lang": lang}


def place(city: str | None, country: str | None) -> dict[str, Any]:
    return {"geonames_id": 1, "geonames_details": {"name": city, "country_code": country}}


def record(key: str = HARBOUR, **changed: Any) -> dict[str, Any]:
    """An invented record of schema 2.1."""
    made: dict[str, Any] = {
        "admin": {"last_modified": {"date": "2026-01-01", "schema_version": "2.1"}},
        "id": PREFIX + key,
        "names": [name("Harbour University", "ror_display", "label")],
        "types": ["education", "funder"],
        "status": "active",
        "locations": [place("Harbour", "KR")],
        "external_ids": [],
        "links": [],
        "relationships": [],
        "domains": [],
        "established": 1901,
    }
    return made | changed


def write(folder: Path, content: Any, file: str = "v9-ror-data.json") -> Path:
    path = folder / file
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=True)
    data = text.encode()
    path.write_bytes(gzip.compress(data) if file.endswith(".gz") else data)
    return path


class Done:
    """What an import gave: values by (subject key, property), the ledger, the rejects."""

    def __init__(self, *paths: Path) -> None:
        self.rejects: list[tuple[object, ...]] = []
        self.ledger = Ledger(lambda row: self.rejects.append(tuple(row)))
        kind = importer("ror")
        self.lines = list(kind.triples(kind.find(list(paths)), self.ledger))
        self.facts: dict[tuple[str, str], list[str]] = {}
        for triple in ox.parse("\n".join(self.lines), format=ox.RdfFormat.N_TRIPLES):
            assert isinstance(triple.subject, ox.NamedNode)
            term = triple.object
            assert isinstance(term, ox.NamedNode | ox.Literal)
            tag = f"@{term.language}" if isinstance(term, ox.Literal) and term.language else ""
            key = triple.subject.value.removeprefix(f"{ID}organisation/ror-")
            self.facts.setdefault((key, triple.predicate.value), []).append(term.value + tag)

    def __call__(self, curie: str, key: str = HARBOUR) -> list[str]:
        return self.facts.get((key, expand(curie)), [])

    @property
    def counts(self) -> tuple[int, int, int, int]:
        [account] = self.ledger.accounts.values()
        assert account.balanced
        return account.read, account.accepted, account.rejected, account.duplicates


# --- what a record becomes ----------------------------------------------------------------


def test_a_label_in_each_language_the_display_name_first(tmp_path: Path) -> None:
    names = [
        name("HU", "acronym", lang=None),
        name("Seaside College", "label"),
        name("Harbour University", "ror_display", "label"),
        name("항구대학교", "label", lang="ko"),
        name("Old Harbour", "alias"),
        name("Port", "label", lang=None),
        name("HARBOR", "alias", "acronym", lang="KLINGON!"),
    ]
    done = Done(write(tmp_path, [record(names=names)]))
    assert sorted(done("skos:prefLabel")) == ["Harbour University@en", "Port", "항구대학교@ko"]
    assert sorted(done("skos:altLabel")) == ["Old Harbour@en", "Seaside College@en"]
    assert sorted(done("coop:acronym")) == ["HARBOR", "HU"]
    assert done.ledger.notes == ["1 names have an unreadable language and are kept without it"]


def test_kinds_status_and_register(tmp_path: Path) -> None:
    done = Done(write(tmp_path, [record(status="withdrawn")]))
    assert sorted(done("coop:organisationKind")) == [
        f"{ID}organisation-kind/education",
        f"{ID}organisation-kind/research-funder",
    ]
    assert done("coop:status") == ["withdrawn"]
    assert done("coop:recordOf") == [f"{ID}source/ror"]
    assert done("skos:exactMatch") == [PREFIX + HARBOUR]
    assert done.counts == (1, 1, 0, 0)


def test_every_type_of_the_schema_has_a_code() -> None:
    from coopgraph.importers.ror_record import KINDS

    assert set(KINDS.values()) <= read_codes().by_scheme["organisation-kind"]


def test_the_first_place_is_the_seat(tmp_path: Path) -> None:
    places = [place("Harbour", "KR"), place("Delta", "NL"), place(None, None)]
    done = Done(write(tmp_path, [record(locations=places)]))
    assert done("coop:country") == [f"{ID}country/kr"]
    assert done("coop:city") == ["Harbour", "Delta"]


def test_a_null_country_is_told(tmp_path: Path) -> None:
    done = Done(write(tmp_path, [record(locations=[place("Harbour", None)])]))
    assert done("coop:country") == []
    assert done("coop:city") == ["Harbour"]
    assert done.counts == (1, 1, 0, 0)
    assert done.ledger.notes == ["1 records have no country that can be read"]


def test_identifiers_without_a_preferred_one(tmp_path: Path) -> None:
    ids = [
        {"type": "wikidata", "preferred": None, "all": ["Q7", "Q9", "Seven"]},
        {"type": "wikidata", "preferred": "Q11", "all": ["Q12", "Q11"]},
        {"type": "isni", "preferred": None, "all": ["0000 0001 2341 2786"]},
        {"type": "grid", "preferred": "grid.1.2", "all": "grid.1.2"},
        {"type": "fundref", "preferred": "10", "all": ["10", "11"]},
    ]
    done = Done(write(tmp_path, [record(external_ids=ids)]))
    assert [v.rpartition("/")[2] for v in done("schema:sameAs")] == ["Q7", "Q9", "Q11"]
    assert done("coop:isniIdentifier") == ["0000000123412786"]
    assert done("coop:gridIdentifier") == ["grid.1.2"]
    assert sorted(done("coop:fundrefIdentifier")) == ["10", "11"]
    assert done.ledger.notes == ["1 Wikidata identifiers are malformed and were left out"]


def test_relationships_inside_and_outside_the_file(tmp_path: Path) -> None:
    kinds = ("parent", "child", "related", "predecessor", "successor")
    related = [{"type": kind, "id": PREFIX + TIDE, "label": "Tide"} for kind in kinds]
    related += [
        {"type": "child", "id": PREFIX + AWAY, "label": "Away"},
        {"type": "child", "id": "https://ror.org/not-one", "label": "x"},
        {"type": "cousin", "id": PREFIX + TIDE, "label": "x"},
    ]
    done = Done(write(tmp_path, [record(relationships=related), record(TIDE)]))
    tide = f"{ID}organisation/ror-{TIDE}"
    assert done("org:subOrganizationOf") == [tide]
    assert done("org:hasSubOrganization") == [tide, f"{ID}organisation/ror-{AWAY}"]
    assert done("coop:relatedOrganisation") == [tide]
    assert done("dcterms:replaces") == [tide]
    assert done("dcterms:isReplacedBy") == [tide]
    assert done.ledger.notes == [
        "2 relationships are of an unknown type or lead nowhere and were left out",
        "1 relationships lead to records outside the file; they are kept",
    ]


def test_links_that_are_no_addresses_are_left_out(tmp_path: Path) -> None:
    links = [
        {"type": "website", "value": "https://harbour.example.org"},
        {"type": "website", "value": "https://a b"},
        {"type": "website", "value": "https://x:port/"},
        {"type": "website", "value": "javascript:alert(1)"},
    ]
    done = Done(write(tmp_path, [record(links=links)]))
    assert done("foaf:homepage") == ["https://harbour.example.org"]
    assert done.ledger.notes[0].startswith("3 links")


def test_labels_with_quotes_controls_and_half_characters(tmp_path: Path) -> None:
    text = 'A "quoted\\"\tname\n\u202e of \ud800 two\x00lines'
    done = Done(write(tmp_path, [record(names=[name(text, "ror_display")])]))
    assert done("skos:prefLabel") == ['A "quoted\\" name of two lines@en']


# --- files --------------------------------------------------------------------------------


def test_gzip_and_zip_give_the_same_triples(tmp_path: Path) -> None:
    plain = write(tmp_path, [record(), record(TIDE)])
    packed = write(tmp_path, [record(), record(TIDE)], "v9-ror-data.json.gz")
    archive = tmp_path / "v9-ror-data.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as out:
        out.write(plain, "v9-ror-data.json")
        out.writestr("v9-ror-data.csv", "id,name\n")
    assert Done(plain).lines == Done(packed).lines == Done(archive).lines


def test_of_two_schemas_in_an_archive_the_newer_is_read(tmp_path: Path) -> None:
    archive = tmp_path / "v1.45-ror-data.zip"
    with zipfile.ZipFile(archive, "w") as out:
        out.writestr("v1.45-ror-data.json", json.dumps([{"id": PREFIX + HARBOUR, "name": "x"}]))
        out.writestr("v1.45-ror-data_schema_v2.json", json.dumps([record()]))
    assert Done(archive).counts == (1, 1, 0, 0)


def test_a_folder_gives_the_publishers_files_only(tmp_path: Path) -> None:
    write(tmp_path, {"type": "object"}, "ror_schema.json")
    write(tmp_path, record(), "example_record_v2_1.json")
    write(tmp_path, [record()])
    assert Done(tmp_path).counts == (1, 1, 0, 0)
    with pytest.raises(InputMissing):
        importer("ror").find([])


def test_a_record_that_stands_twice_is_a_duplicate(tmp_path: Path) -> None:
    done = Done(write(tmp_path, [record(), record(TIDE), record(names=[])]))
    assert done.counts == (3, 2, 0, 1)


@pytest.mark.parametrize(
    ("changed", "column"),
    [
        ({"id": "https://ror.org/0abcdeI23"}, "id"),
        ({"id": None}, "id"),
        ({"names": None}, "names"),
        ({"names": [name("", "ror_display"), name(None, "label")]}, "names"),
    ],
)
def test_a_record_without_what_is_essential_is_rejected(
    tmp_path: Path, changed: dict[str, Any], column: str
) -> None:
    done = Done(write(tmp_path, [record(TIDE), record() | changed]))
    assert done.counts == (2, 1, 1, 0)
    [(file, row, where, reason)] = done.rejects
    assert (file, row, where) == ("v9-ror-data.json", 2, column)
    assert reason


def test_an_element_that_is_no_record_is_rejected_and_the_rest_read(tmp_path: Path) -> None:
    good, other = json.dumps(record()), json.dumps(record(TIDE))
    broken = '{"id": "https://ror.org/0abcde126", "names": [nil]}'
    text = f'[{good}, null, "a]\\"b", [1, {{"x": 2}}], {broken}, -1.5e3, {other}]'
    done = Done(write(tmp_path, text))
    assert done.counts == (7, 2, 5, 0)
    assert [row[1] for row in done.rejects] == [2, 3, 4, 5, 6]
    assert [row[3] for row in done.rejects].count("is not JSON") == 1


@pytest.mark.parametrize(
    ("content", "fact"),
    [
        ('{"id": 1}', "is not a JSON array of records"),
        ("", "breaks off"),
        ("[", "breaks off"),
        ("[]", "holds no record"),
        ('[{"a": 1}]', "is not a ROR dump"),
        ('[{"a": 1} {"a": 2}]', "is not a ROR dump"),
        (json.dumps([record()])[:-1], "breaks off"),
        (json.dumps([record()])[:-9], "breaks off inside a record"),
        (json.dumps([record()])[:-1] + ";]", "is not JSON after record 1"),
        (json.dumps([{"id": PREFIX + HARBOUR, "name": "x"}]), "schema version 1"),
        (
            json.dumps([record(admin={"last_modified": {"schema_version": "3.0"}})]),
            "record 1 has the unknown schema version '3.0'",
        ),
    ],
)
def test_what_is_no_dump_is_one_clear_line(tmp_path: Path, content: str, fact: str) -> None:
    with pytest.raises(InputUnreadable) as caught:
        Done(write(tmp_path, content))
    assert fact in str(caught.value)
    assert str(caught.value).startswith("v9-ror-data.json: ")


@pytest.mark.parametrize("cut", ["end", "middle"])
def test_a_broken_gz_is_one_clear_line(tmp_path: Path, cut: str) -> None:
    path = write(
        tmp_path, [record(names=[name(str(i) * 50, "label")]) for i in range(99)], "a.json.gz"
    )
    data = path.read_bytes()
    broken = data[:-20] if cut == "end" else data[:90] + b"\xff\x00\xff" + data[93:]
    path.write_bytes(broken)
    with pytest.raises(InputUnreadable, match=r"a\.json\.gz"):
        Done(path)


def test_text_that_is_not_utf8(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(
        json.dumps([record(names=[name("Zürich", "label")])], ensure_ascii=False).encode("latin-1")
    )
    with pytest.raises(InputUnreadable, match="is not UTF-8"):
        Done(path)


def test_a_huge_record_is_rejected_in_bounded_memory(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    with path.open("w", encoding="utf-8") as out:
        out.write(f"[{json.dumps(record())}, ")
        out.write(f'{{"id": "{PREFIX}{AWAY}", "names": [{{"value": "')
        for _ in range(50):
            out.write('x\\"]}\\\\' * 150_000)
        out.write(f'"}}]}}, {json.dumps(record(TIDE))}]')
    assert path.stat().st_size > 50_000_000
    tracemalloc.start()
    done = Done(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert done.counts == (3, 2, 1, 0)
    assert done.rejects[0][1:] == (2, "", "is longer than 4,000,000 characters")
    assert peak < 30_000_000


# --- anything at all ----------------------------------------------------------------------

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8
)
FIELDS = sorted(record())


@st.composite
def hostile(draw: st.DrawFn) -> list[Any]:
    """A dump of which some records have any JSON at all in some of their fields."""
    keys = draw(st.lists(st.sampled_from([HARBOUR, TIDE, AWAY]), min_size=1, max_size=4))
    records: list[Any] = [record()]
    for key in keys:
        changed = draw(st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=3))
        changed.pop("admin", None)
        records.append(record(key) | changed)
    return [*records, draw(JSON)]


@settings(deadline=None, max_examples=60)
@given(hostile())
def test_whatever_stands_in_a_dump_each_element_has_one_fate(
    tmp_path_factory: pytest.TempPathFactory, records: list[Any]
) -> None:
    done = Done(write(tmp_path_factory.mktemp("ror"), records))  # parses every line, too
    assert done.counts[0] == len(records)


@settings(deadline=None, max_examples=60)
@given(st.lists(JSON, min_size=1), st.integers(1, 90), st.integers(2, 120))
def test_elements_are_those_of_the_standard_reader(
    tmp_path_factory: pytest.TempPathFactory, elements: list[Any], block: int, limit: int
) -> None:
    path = write(tmp_path_factory.mktemp("json"), elements)
    ledger = Ledger()
    with pytest.MonkeyPatch.context() as patched:  # so that blocks end everywhere
        patched.setattr("coopgraph.importers.json_records._BLOCK", block)
        read = [(n, json.dumps(r)) for n, r in json_records(Input(path), ledger, limit)]
    texts = [json.dumps(json.loads(json.dumps(e))) for e in elements]
    assert read == [
        (number, text)
        for number, text in enumerate(texts, 1)
        if text.startswith("{") and len(text) <= limit
    ]
    assert len(read) + sum(a.rejected for a in ledger.accounts.values()) == len(elements)


# --- the real sample ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def real(shared: Path) -> Done:
    return Done(shared / "samples/ror")


def test_every_record_of_the_real_sample_is_accounted_for(real: Done) -> None:
    assert real.counts == (35_990, 35_990, 0, 0)
    assert real.ledger.notes == [
        "9,335 relationships lead to records outside the file; they are kept"
    ]
    assert len(real.lines) == len(set(real.lines))


def test_the_real_sample_as_graph(real: Done) -> None:
    assert "한양대학교@ko" in real("skos:prefLabel", "046865y68")
    assert real("coop:country", "046865y68") == [f"{ID}country/kr"]
    tagged = [v for (_, p), vs in real.facts.items() if p.endswith("Label") for v in vs]
    assert sum(value.endswith("@ko") for value in tagged) > 700


def test_an_import_is_a_graph_that_can_be_repeated(tmp_path: Path) -> None:
    path = write(tmp_path, [record(), record(TIDE), {"id": 1}])
    store = tmp_path / "store"
    first = import_files("ror", [path], store, release="v9")
    again = import_files("ror", [path], store, release="v9")
    assert first.part == again.part
    assert first.rejects is not None
    assert first.rejects.read_text() == (
        "file,row,column,reason\nv9-ror-data.json,3,id,'' is not a ROR id\n"
    )
    found = Store.open(store).select(
        f"SELECT ?o WHERE {{ GRAPH graph:import\\/ror {{ ?o coop:recordOf <{ID}source/ror> }} }}"
    )
    assert len(found) == 2
