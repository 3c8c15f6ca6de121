"""OpenAlex as it should not come: broken files, odd records, no room, killed half-way."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import invented
import pytest
from command_line import SRC, Ran, called, environment, process
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openalex_files import ADDRESS, Done, institution, work, write
from small_disk import run_import
from stopping import STOP

from coopgraph.compiler import build
from coopgraph.errors import InputMissing, InputUnreadable
from coopgraph.store import Store

_TOGETHER = "SELECT ?n { ?c a coop:CoPublication ; coop:works ?n }"
PAIR = "co-publication/openalex-I1-I2-T10020-2021"


# --- records --------------------------------------------------------------------------------


def test_each_record_that_cannot_be_used_is_named_with_its_line(tmp_path: Path) -> None:
    lines = [
        work(1, [1], [2]),
        b"",
        b"{broken",
        b"[1, 2]",
        b'"text"',
        b"null",
        b'{"id": "\xff\xfe"}',
        {"id": 5, "authorships": []},
        {"id": f"{ADDRESS}A5", "authorships": []},
        {"id": f"{ADDRESS}W5 ; DROP", "authorships": []},
        {"authorships": []},
        json.dumps(work(2, [1])).encode() + json.dumps(work(3, [1])).encode(),
        work(4, [2], [1]),
    ]
    done = Done(write(tmp_path, lines), scratch=tmp_path / "s")
    assert done.rejects == [
        ("part_000.gz", 3, "", "is not JSON"),
        ("part_000.gz", 4, "", "is not an object"),
        ("part_000.gz", 5, "", "is not an object"),
        ("part_000.gz", 6, "", "is not an object"),
        ("part_000.gz", 7, "", "is not UTF-8"),
        ("part_000.gz", 8, "id", "'5' is no id of works"),
        ("part_000.gz", 9, "id", f"'{ADDRESS}A5' is no id of works"),
        ("part_000.gz", 10, "id", f"'{ADDRESS}W5 ; DROP' is no id of works"),
        ("part_000.gz", 11, "id", "'None' is no id of works"),
        ("part_000.gz", 12, "", "is not JSON"),
    ]
    assert done.counts == {"part_000.gz": (12, 2, 10, 0)}
    assert done.one(PAIR, "coop:works") == "2"


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)
_PARTS = st.sampled_from(
    [
        "id",
        "publication_year",
        "updated_date",
        "primary_topic",
        "authorships",
        "display_name",
        "doi",
    ]
)


# Few files of many records: to start the engine costs more than to read them.
@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(_PARTS, _JSON), max_size=13), st.lists(_JSON, max_size=8))
def test_whatever_stands_in_a_record_it_has_one_fate(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[str, Any]], others: list[Any]
) -> None:
    folder = tmp_path_factory.mktemp("garbage")
    odd = [work(10 + n, [1], [2]) | {name: value} for n, (name, value) in enumerate(changes)]
    done = Done(write(folder, [work(1, [1], [2]), *odd, *others]), scratch=folder / "s", works=True)
    ((read, accepted, rejected, duplicates),) = done.counts.values()
    assert read == 1 + len(odd) + len(others) == accepted + rejected + duplicates
    assert len(done.rejects) == rejected
    assert int(done.one("publication-total/openalex", "coop:works")) == accepted


@pytest.mark.parametrize(
    "name",
    ['A "quoted" \\ name', "two\nlines", "<script>alert(1)</script>", "\u202eevil", "한글 대학교"],
)
def test_names_are_escaped_and_have_no_controls(tmp_path: Path, name: str) -> None:
    hostile = work(1, [1])
    hostile["authorships"][0]["institutions"] = [
        institution(1, display_name=name, ror="https://ror.org/> <urn:x", country_code="<K")
    ]
    done = Done(write(tmp_path, [hostile]), scratch=tmp_path / "s")
    label = done.one("organisation/openalex-I1", "skos:prefLabel")
    assert label == name.replace("\n", " ").replace("\u202e", "")
    assert done("organisation/openalex-I1", "skos:exactMatch") == []
    assert done("organisation/openalex-I1", "coop:country") == []


def test_a_record_of_50_mb_is_read(tmp_path: Path) -> None:
    huge = work(2, [1], [2], abstract_inverted_index={"tide" * 12_500_000: [0]})
    done = Done(write(tmp_path, [work(1, [1], [2]), huge]), scratch=tmp_path / "s")
    assert done.one(PAIR, "coop:works") == "2"


def test_a_longer_record_is_rejected_and_the_rest_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from coopgraph.importers.openalex import engine as openalex_duckdb
    from coopgraph.importers.openalex import files as openalex_files

    for module in (openalex_duckdb, openalex_files):
        monkeypatch.setattr(module, "LONGEST", 1 << 20)
    monkeypatch.setattr(openalex_duckdb, "_USUAL", 1 << 19)
    long = work(2, [1], [2], abstract_inverted_index={"tide" * 10_000_000: [0]})
    records = [work(1, [1], [2]), long, work(3, [1], [2])]
    done = Done(write(tmp_path, records), scratch=tmp_path / "s")
    assert done.rejects == [("part_000.gz", 2, "", "is longer than 1,048,576 bytes")]
    assert done.one(PAIR, "coop:works") == "2"


# --- files ----------------------------------------------------------------------------------


def test_a_truncated_gz_is_named(tmp_path: Path) -> None:
    write(tmp_path, [work(1, [1])], "works/updated_date=2025-01-01/part_000.gz")
    noise = random.Random(0)  # long when compressed, too
    works = [work(n, [1], [2], abstract=noise.randbytes(9_000).hex()) for n in range(200)]
    path = write(tmp_path, works, "works/updated_date=2025-02-01/part_001.gz")
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(InputUnreadable) as caught:
        Done(tmp_path, scratch=tmp_path / "s")
    said = str(caught.value)
    assert said.startswith("updated_date=2025-02-01/part_001.gz: cannot be read: ")
    assert said.endswith("download the file again")


def test_what_is_no_gz(tmp_path: Path) -> None:
    path = write(tmp_path, [work(1, [1])], "plain.jsonl").rename(tmp_path / "part_000.gz")
    with pytest.raises(InputUnreadable, match=r"^part_000\.gz: cannot be read: "):
        Done(path, scratch=tmp_path / "s")


@pytest.mark.parametrize("manifest", ["works/manifest", "manifest.json"])
def test_a_manifest_entry_without_its_file(tmp_path: Path, manifest: str) -> None:
    write(tmp_path, [work(1, [1])], "works/updated_date=2025-01-01/part_000.gz")
    urls = [f"s3://openalex/data/works/updated_date=2025-01-01/part_00{n}.gz" for n in range(2)]
    entries = [{"url": url, "meta": {"content_length": 1, "record_count": 1}} for url in urls]
    (tmp_path / manifest).write_text(json.dumps({"entries": entries}))
    with pytest.raises(InputMissing) as caught:
        Done(tmp_path, scratch=tmp_path / "s")
    assert "lists updated_date=2025-01-01/part_001.gz, which is not there" in str(caught.value)
    (tmp_path / manifest).unlink()
    assert Done(tmp_path, scratch=tmp_path / "t").counts


def test_a_manifest_that_is_no_json_or_leads_elsewhere(tmp_path: Path) -> None:
    write(tmp_path, [work(1, [1])], "works/part_000.gz")
    manifest = tmp_path / "works/manifest"
    manifest.write_text("{")
    with pytest.raises(InputUnreadable, match="the manifest is not JSON"):
        Done(tmp_path, scratch=tmp_path / "s")
    manifest.write_text(json.dumps([{"url": "s3://openalex/data/works/../../../etc/x.gz"}]))
    with pytest.raises(InputMissing, match=r"etc/x\.gz, which is not there"):
        Done(tmp_path, scratch=tmp_path / "t")


@pytest.mark.parametrize(
    ("record", "fact"),
    [
        ({"id": f"{ADDRESS}W1", "title": "x"}, "the works are of an unknown schema"),
        ({"id": f"{ADDRESS}W1", "authorships": {}}, "the works are of an unknown schema"),
        ({"id": f"{ADDRESS}A1"}, "none of the files holds works, institutions or topics"),
        ({"doi": "10.1/x"}, "none of the files holds works, institutions or topics"),
    ],
)
def test_what_is_no_works_file_of_a_known_schema(
    tmp_path: Path, record: dict[str, Any], fact: str
) -> None:
    with pytest.raises(InputUnreadable, match=fact):
        Done(write(tmp_path, [record]), scratch=tmp_path / "s")


def test_an_empty_file(tmp_path: Path) -> None:
    with pytest.raises(InputUnreadable, match=r"part_000\.gz: holds no record"):
        Done(write(tmp_path, []), scratch=tmp_path / "s")


def test_no_record_at_all_can_be_used(imported: Path, tmp_path: Path) -> None:
    path = write(tmp_path, [{"id": f"{ADDRESS}W1 x", "authorships": []}])
    ran = run(imported, path, "--replace")
    assert ran.code == 1
    assert "none of 1 records can be used" in ran.message


# --- the machine ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    invented.write(folder, invented.tables())
    return folder


@pytest.fixture(scope="module")
def imported_once(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("imported")
    build(data, folder / "store")
    path = write(folder, [work(n, [1], [2]) for n in range(1, 8)])
    assert run(folder / "store", path).code == 0
    return folder / "store"


@pytest.fixture
def imported(imported_once: Path, tmp_path: Path) -> Path:
    """A copy of a store of small tables with seven works."""
    return Path(shutil.copytree(imported_once, tmp_path / "imported"))


def run(store: Path, path: Path, *options: str) -> Ran:
    return called("import", "openalex", str(path), *options, "--store", str(store))


def works(store: Path) -> str:
    """How many works the two institutions have together in a store."""
    ((count,),) = Store.open(store).select(_TOGETHER)
    return str(count.value)


_STOP = f"""
from coopgraph.compiler.held import ImportPlace
from coopgraph.compiler.imports import import_files
{STOP}
os.environ["CALLER"] = str(os.getpid())
import_files("openalex", [pathlib.Path(first)], store, place=ImportPlace(replace=True))
"""
#: In the process that reads for it: kills the caller at the same step.
_SITE = """
import os, signal, sys
def stop(name, arguments):
    if name == {!r} and {!r} in " ".join(map(str, arguments)):
        os.kill(int(os.environ["CALLER"]), signal.SIGKILL)
sys.addaudithook(stop)
"""


@pytest.mark.parametrize(
    ("event", "fragment"),
    [
        ("os.mkdir", "scratch"),
        ("open", "import/openalex.nt"),  # before a process of its own reads
        ("open", "openalex.rejects.csv"),  # while a file is looked through
        ("shutil.rmtree", "scratch"),
        ("open", "manifest.json"),
        ("os.rename", ".current.new"),
    ],
)
def test_a_killed_import_leaves_the_old_graph_and_can_start_again(
    data: Path, imported: Path, tmp_path: Path, event: str, fragment: str
) -> None:
    path = write(tmp_path, [work(1, [1], [2]), b"{broken"], "new/part_000.gz")
    old = Store.open(imported).manifest.parts
    (tmp_path / "sitecustomize.py").write_text(_SITE.format(event, fragment), encoding="utf-8")
    killed = subprocess.run(
        [sys.executable, "-c", _STOP, str(path), str(imported), event, fragment, ""],
        env=environment({"PYTHONPATH": os.pathsep.join([str(tmp_path), str(SRC)])}),
        capture_output=True,
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    assert works(imported) == "7"
    assert build(data, imported).parts == old
    assert run(imported, path, "--replace").code == 0
    assert works(imported) == "1"
    assert [p.name for p in imported.rglob("*") if p.name == "scratch" or p.suffix == ".new"] == []


@pytest.mark.parametrize("free", [300, 1_000, 3_000])
def test_a_full_disk_is_one_line_and_the_old_graph_stays(
    imported: Path, tmp_path: Path, free: int
) -> None:
    bodies = [[n % 89 + 1] for n in range(80)]
    path = write(tmp_path, [work(n, *bodies[: n % 80]) for n in range(600)], "many/part_000.gz")
    code, complaint, count, left = run_import(
        "openalex",
        path,
        imported,
        tmp_path / "disk",
        free=free,
        question=_TOGETHER,
        pattern="scratch",
    )
    assert code == 1, complaint
    assert "Traceback" not in complaint
    (last,) = [line for line in complaint.splitlines() if line.startswith("coopgraph: ")]
    assert "No space left" in last or "the disk is full" in last or "make room" in last
    assert (count, left) == ("7", [])


def test_more_than_the_memory_goes_to_disk_or_says_so(data: Path, tmp_path: Path) -> None:
    bodies = [[n + 1] for n in range(100)]
    path = write(tmp_path, [work(n, *bodies) for n in range(300)])
    store = tmp_path / "store"
    build(data, store)  # else the import would build one of all that ships
    command = ("import", "openalex", str(path), "--memory-mb", "512", "--store", str(store))
    ran = process(*command)
    assert ran.code == 0, ran.err
    ((count,),) = Store.open(store).select(_TOGETHER)
    assert count.value == "300", "one count for all that have the same institutions"
