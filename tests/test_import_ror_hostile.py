"""Import of ROR: what files come in, and what hostile ones do."""

from __future__ import annotations

import json
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ror_files import AWAY, HARBOUR, PREFIX, TIDE, Done, name, record, write

from coopgraph.errors import InputMissing, InputUnreadable
from coopgraph.importers import Ledger, importer
from coopgraph.importers.base import Input
from coopgraph.importers.json_records import json_records

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
        ('{"id": 1}', "is not a ROR dump"),
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
    text = json.dumps([record(names=[name("Zürich", "label")])], ensure_ascii=False)
    path.write_bytes(text.encode("utf-16"))
    done = Done(path)
    assert done("skos:prefLabel") == ["Zürich@en"]
    assert done.ledger.notes == ["a.json: is in UTF-16, not UTF-8: read as that"]
    path.write_bytes(text.encode("latin-1"))
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
