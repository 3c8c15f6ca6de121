"""Import of OpenAlex: how works are counted, and what becomes of every record."""

from __future__ import annotations

import itertools
import json
import shutil
from collections import Counter
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from command_line import called
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openalex_files import ADDRESS, Done, institution, topic, work, write

import coopgraph
from coopgraph.compiler.imports import import_files
from coopgraph.importers.openalex.counts import MOST_INSTITUTIONS
from coopgraph.store import Store
from coopgraph.tables.shorthand import shorthand

PAIR = "co-publication/openalex-I1-I2-T10020-2021"


# --- how works are counted ------------------------------------------------------------------


def test_a_work_counts_once_for_each_institution_and_each_pair(tmp_path: Path) -> None:
    works = [work(1, [1], [2, 1], [3]), work(2, [2], [1]), work(3, [1], [1])]
    done = Done(write(tmp_path, works), scratch=tmp_path / "s")
    shared = {
        tuple(body[-2:] for body in done(node, "coop:institution")): (
            done.one(node, "coop:works"),
            done.one(node, "coop:fractionalWorks"),
        )
        for node in done.about
        if node.startswith("co-publication/")
    }
    assert shared == {("I1", "I2"): ("1", "1"), ("I1", "I2", "I3"): ("1", "0.5")}
    assert PAIR in done.about
    alone = "publication-count/openalex-I1-T10020-2021"
    assert done.one(alone, "coop:works") == "3"
    assert done.one(alone, "coop:coPublishedWorks") == "2"
    assert done.one(alone, "coop:fractionalWorks") == "1.833333"  # 1/3, 1/2 and 1
    assert done.one("publication-total/openalex", "coop:works") == "3"
    assert done.one("publication-total/openalex", "coop:coPublishedWorks") == "2"
    assert done.one("openalex-topic/T10020", "coop:topicWorks") == "3"


def test_topics_lie_within_what_is_above_them(tmp_path: Path) -> None:
    works = [work(1, [1]), work(2, [1], primary_topic=topic(10021))]
    done = Done(write(tmp_path, works), scratch=tmp_path / "s")
    assert done("openalex-topic/T10021", "coop:withinField") == [
        "openalex-topic/T10021",
        "openalex-topic/domain-3",
        "openalex-topic/field-17",
        "openalex-topic/subfield-1702",
    ]
    assert done("openalex-topic/subfield-1702", "skos:broader") == ["openalex-topic/field-17"]
    assert done.one("openalex-topic/subfield-1702", "skos:prefLabel") == "Sub 1702"
    assert done.text.count("subfield-1702> <http://www.w3.org/2004/02/skos/core#broader>") == 1


def test_an_institution_keeps_its_ror_and_its_country_where_it_has_them(tmp_path: Path) -> None:
    done = Done(write(tmp_path, [work(1, [1], [3], [4])]), scratch=tmp_path / "s")
    assert done("organisation/openalex-I1", "skos:exactMatch") == ["https://ror.org/0abcde123"]
    assert done("organisation/openalex-I1", "coop:country") == ["country/kr"]
    assert done("organisation/openalex-I3", "skos:exactMatch") == []
    assert done("organisation/openalex-I4", "coop:country") == []
    assert done.counts == {"part_000.gz": (1, 1, 0, 0)}


def test_an_institution_is_called_as_the_newest_work_calls_it(tmp_path: Path) -> None:
    old, new = work(1, [1]), work(2, [1], updated_date="2025-06-01T00:00:00")
    new["authorships"][0]["institutions"] = [institution(1, display_name="Renamed Institute")]
    done = Done(write(tmp_path, [new, old]), scratch=tmp_path / "s")
    assert done.one("organisation/openalex-I1", "skos:prefLabel") == "Renamed Institute"


def test_records_of_institutions_and_topics_say_more(tmp_path: Path) -> None:
    write(tmp_path, [work(1, [1])])
    about = institution(
        1,
        display_name="Harbour University",
        display_name_alternatives=["항구대학교"],
        display_name_acronyms=["HU"],
        updated_date="2025-02-01",
    )
    write(tmp_path, [about, institution(9)], "institutions/updated_date=2025-02-01/part_000.gz")
    older = {**about, "display_name": "Old Harbour", "updated_date": "2024-02-01"}
    write(tmp_path, [older], "institutions/updated_date=2024-02-01/part_000.gz")
    write(tmp_path, [topic(10020) | {"display_name": "Qubits"}], "topics/part_000.gz")
    done = Done(tmp_path, scratch=tmp_path / "s")
    assert done.one("organisation/openalex-I1", "skos:prefLabel") == "Harbour University"
    assert done.one("organisation/openalex-I1", "skos:altLabel") == "항구대학교"
    assert done.one("organisation/openalex-I1", "coop:acronym") == "HU"
    assert done.one("organisation/openalex-I9", "skos:prefLabel") == "Institute 9"
    assert done.one("openalex-topic/T10020", "skos:prefLabel") == "Qubits"
    assert done.one("openalex-topic/T10020", "coop:topicWorks") == "1"
    assert done.counts["updated_date=2024-02-01/part_000.gz"] == (1, 0, 0, 1)


def test_works_are_stated_on_request(tmp_path: Path) -> None:
    works = [work(7, [2], [1]), work(8, doi="javascript:alert(1)", display_name=None)]
    path = write(tmp_path, works)
    assert "work/openalex" not in Done(path, scratch=tmp_path / "s").text
    done = Done(path, scratch=tmp_path / "t", works=True)
    assert done("work/openalex-W7", "coop:institution") == [
        "organisation/openalex-I1",
        "organisation/openalex-I2",
    ]
    assert done("work/openalex-W7", "schema:sameAs") == [
        "https://doi.org/10.1234/w7",
        f"{ADDRESS}W7",
    ]
    assert done("work/openalex-W8", "schema:sameAs") == [f"{ADDRESS}W8"]
    assert done.one("work/openalex-W8", "skos:prefLabel") == "OpenAlex W8"


def test_only_works_since_a_year_or_of_a_country(tmp_path: Path) -> None:
    works = [work(1, [1], [2]), work(2, [2], [3]), work(3, [1], [2], publication_year=2001)]
    path = write(tmp_path, works)
    done = Done(path, scratch=tmp_path / "s", since=2010, country="kr")
    assert done.one("publication-total/openalex", "coop:works") == "1"
    assert "co-publication/openalex-I2-I3-T10020-2021" not in done.about
    assert done.ledger.notes[0] == (
        "counted are works published since 2010 and of an institution in KR; "
        "the other accepted ones are not"
    )
    assert done.counts == {"part_000.gz": (3, 3, 0, 0)}


def test_a_paper_of_5103_authors(tmp_path: Path) -> None:
    """It counts for each institution, and for no pair of them: see `counts`."""
    authors = [[1 + n % 700, 1 + n % 13] for n in range(5_103)]
    done = Done(write(tmp_path, [work(1, *authors), work(2, [1], [2])]), scratch=tmp_path / "s")
    assert done.one("publication-count/openalex-I700-T10020-2021", "coop:coPublishedWorks") == "1"
    assert done.one("publication-count/openalex-I700-T10020-2021", "coop:fractionalWorks") == (
        "0.001429"
    )
    assert sum(node.startswith("co-publication/") for node in done.about) == 1
    assert done.one("publication-total/openalex", "coop:worksOfConsortia") == "1"
    assert (
        f"1 works are of more than {MOST_INSTITUTIONS} institutions: "
        "they count for each institution and for no pair"
    ) in done.ledger.notes


def test_up_to_the_limit_all_pairs_are_counted(tmp_path: Path) -> None:
    authors = [[1 + n] for n in range(MOST_INSTITUTIONS)]
    done = Done(write(tmp_path, [work(1, *authors)]), scratch=tmp_path / "s")
    [shared] = [node for node in done.about if node.startswith("co-publication/")]
    assert len(done(shared, "coop:institution")) == MOST_INSTITUTIONS
    assert done.one(shared, "coop:fractionalWorks") == "0.010101"


_NUMBERS = st.lists(st.lists(st.integers(1, 6), max_size=3), max_size=5)
_WORKS = st.lists(
    st.tuples(_NUMBERS, st.sampled_from([None, 2020, 2021]), st.sampled_from([None, 1, 2])),
    min_size=1,
    max_size=8,
)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_WORKS)
def test_counts_are_those_of_a_plain_count(
    tmp_path_factory: pytest.TempPathFactory, drawn: list[tuple[list[list[int]], Any, Any]]
) -> None:
    folder = tmp_path_factory.mktemp("drawn")
    works = [
        work(n, *bodies, publication_year=year, primary_topic=about and topic(about))
        for n, (bodies, year, about) in enumerate(drawn, 1)
    ]
    done = Done(write(folder, works), scratch=folder / "s")
    expected: Counter[str] = Counter()
    fractions: Counter[str] = Counter()
    for bodies, year, about in drawn:
        there = sorted(set(itertools.chain(*bodies)))
        key = f"{f'T{about}' if about else 'none'}-{year or 'none'}"
        for one in there:
            expected[node := f"publication-count/openalex-I{one}-{key}"] += 1
            fractions[node] += Fraction(1, len(there))  # type: ignore[assignment]
        if len(there) > 1:
            expected[node := f"{'-'.join(f'I{one}' for one in there)}-{key}"] += 1
            fractions[node] += Fraction(1, len(there) - 1)  # type: ignore[assignment]
    named = {}
    for node in done.about:
        if node.startswith("publication-count/"):
            named[node] = node
        elif node.startswith("co-publication/"):
            of = [body.rpartition("-")[2] for body in done(node, "coop:institution")]
            named["-".join([*of, *node.rsplit("-", 2)[1:]])] = node
    assert {name: int(done.one(node, "coop:works")) for name, node in named.items()} == expected
    for name, share in fractions.items():
        assert float(done.one(named[name], "coop:fractionalWorks")) == pytest.approx(
            float(share), abs=2e-6
        )


# --- what becomes of every record -----------------------------------------------------------


def test_the_newer_record_of_a_work_wins(tmp_path: Path) -> None:
    old = work(1, [1], [3], updated_date="2024-01-01T00:00:00")
    new = work(1, [1], [2], updated_date="2025-03-01T00:00:00")
    write(tmp_path, [new, work(2, [1])], "works/updated_date=2025-03-01/part_000.gz")
    write(tmp_path, [old, work(2, [1])], "works/updated_date=2024-01-01/part_000.gz")
    done = Done(tmp_path, scratch=tmp_path / "s")
    assert done.one(PAIR, "coop:works") == "1"
    assert "organisation/openalex-I3" not in done.about
    assert done.counts == {
        "updated_date=2024-01-01/part_000.gz": (2, 0, 0, 2),
        "updated_date=2025-03-01/part_000.gz": (2, 2, 0, 0),
    }


def test_without_a_date_of_its_own_the_partition_says_which_is_newer(tmp_path: Path) -> None:
    old, new = work(1, [1], [3]), work(1, [1], [2])
    del old["updated_date"], new["updated_date"]
    write(tmp_path, [old], "works/updated_date=2024-12-01/part_000.gz")
    write(tmp_path, [new], "works/updated_date=2025-01-01/part_000.gz")
    done = Done(tmp_path, scratch=tmp_path / "s")
    assert done.one(PAIR, "coop:works") == "1"


def test_works_without_institution_topic_or_year_are_counted(tmp_path: Path) -> None:
    unnamed = work(2, [1])
    unnamed["authorships"][0]["institutions"] = [institution(1, id=None, display_name="Somewhere")]
    works = [
        work(1),
        unnamed,
        work(3, [1], [2], primary_topic=None, publication_year=None),
        work(4, [1], is_authors_truncated=True),
        work(5, authorships=None),
    ]
    done = Done(write(tmp_path, works), scratch=tmp_path / "s")
    assert done.counts == {"part_000.gz": (5, 5, 0, 0)}
    assert done.ledger.notes == [
        "5 works, 1 of them of several institutions",
        "3 works have no institution: they count in the total only",
        "1 works have no topic: they count for no technology",
        "1 works have no year that can be read",
        "1 works were exported with the first 100 authors only: the snapshot has all",
        "1 works name institutions without an identifier, which are left out",
    ]
    total = "publication-total/openalex"
    assert done.one(total, "coop:worksWithoutInstitution") == "3"
    assert done.one(total, "coop:worksWithoutTopic") == "1"
    nowhere = "co-publication/openalex-I1-I2-none-none"
    assert done.one(nowhere, "coop:works") == "1"
    assert done(nowhere, "coop:topic") == done(nowhere, "coop:publicationYear") == []


@pytest.mark.parametrize(
    "form", ["lines.jsonl", "lines.gz", "array.json", "page.json", "pages.jsonl"]
)
def test_every_form_of_an_export_gives_the_same_triples(tmp_path: Path, form: str) -> None:
    works = [work(1, [1], [2]), work(2, [2], [3])]
    path = tmp_path / form
    if form.startswith("lines"):
        write(tmp_path, works, form)
    elif form == "array.json":
        path.write_text(json.dumps(works, indent=1))
    elif form == "page.json":
        path.write_text(json.dumps({"meta": {"count": 2}, "results": works}, indent=1))
    else:
        write(tmp_path, [{"meta": {}, "results": [each]} for each in works], form)
    done = Done(path, scratch=tmp_path / "s")
    expected = Done(write(tmp_path, works, "plain/part_000.gz"), scratch=tmp_path / "t")
    assert done.text == expected.text
    assert done.counts == {form: (2, 2, 0, 0)}


def test_the_newer_layout_and_what_is_not_imported(tmp_path: Path) -> None:
    write(tmp_path, [work(1, [1])], "jsonl/works/updated_date=2026-06-24/part_0000.gz")
    write(tmp_path, [{"id": f"{ADDRESS}A1"}], "jsonl/authors/updated_date=2026-06-24/part_0000.gz")
    manifest = {"entities": {"works": [_entry("works"), _entry("authors", "part_0007.gz")]}}
    (tmp_path / "jsonl/manifest.json").write_text(json.dumps(manifest))
    done = Done(tmp_path, scratch=tmp_path / "s")
    assert done.counts == {"updated_date=2026-06-24/part_0000.gz": (1, 1, 0, 0)}
    assert done.ledger.notes[0] == "authors: passed over: 1 files, which are not imported"


def _entry(entity: str, part: str = "part_0000.gz") -> dict[str, Any]:
    url = f"s3://openalex/data/jsonl/{entity}/updated_date=2026-06-24/{part}"
    return {"url": url, "meta": {"content_length": 1, "record_count": 1}}


# --- the command ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def imported(small_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with works of institutions of a register."""
    folder = tmp_path_factory.mktemp("openalex")
    store = Path(shutil.copytree(small_folder, folder / "store"))
    works = [work(n, [1], [2], primary_topic=topic(10020)) for n in range(1, 4)]
    path = write(folder, works, "snapshot/works/updated_date=2025-01-01/part_000.gz").parents[2]
    ran = called("import", "openalex", str(path), "--release", "2026-06", "--store", str(store))
    assert ran.code == 0, ran.err
    account = f"{3:>11} {3:>11} {0:>11} {0:>11}  updated_date=2025-01-01/part_000.gz"
    assert account in ran.out.decode()
    return store


def test_the_import_stands_among_the_sources(imported: Path) -> None:
    parts = {part.graph: part for part in Store.open(imported).manifest.parts}
    about = parts["import/openalex"].about
    assert about["release"] == "2026-06"
    assert [file["name"] for file in about["files"]] == ["updated_date=2025-01-01/part_000.gz"]
    assert not list(imported.rglob("scratch"))
    text = "SELECT ?n { ?c a coop:CoPublication ; coop:works ?n }"
    assert [row["n"] for row in coopgraph.open(imported).query(text)] == [3]


def test_an_import_of_the_same_files_gives_the_same_bytes(
    imported: Path, small_folder: Path, tmp_path: Path
) -> None:
    store = Path(shutil.copytree(small_folder, tmp_path / "store"))
    works = [work(n, [1], [2]) for n in range(1, 4)]
    path = write(tmp_path, works, "works/updated_date=2025-01-01/part_000.gz")
    report = import_files("openalex", [path], store)
    before = {part.graph: part.sha256 for part in Store.open(imported).manifest.parts}
    assert report.part.sha256 == before["import/openalex"]


@pytest.mark.parametrize(
    ("arguments", "fact"),
    [
        (("ror", "--works"), "ror has no option 'works'; leave it out"),
        (("openalex", "--memory-mb", "1"), "1 is not in the range x>=512"),
        (("openalex", "--engine", "abacus"), "'abacus' is not one of 'duckdb', 'spark'"),
    ],
)
def test_options_that_a_kind_has_not(
    imported: Path, tmp_path: Path, arguments: tuple[str, ...], fact: str
) -> None:
    path = write(tmp_path, [work(1, [1])])
    ran = called("import", arguments[0], str(path), *arguments[1:], "--store", str(imported))
    assert ran.code == 2
    assert fact in ran.message


# --- real files -----------------------------------------------------------------------------


def test_every_record_of_the_real_samples_is_accounted_for(shared: Path, tmp_path: Path) -> None:
    done = Done(shared / "samples/openalex", scratch=tmp_path / "s")
    assert done.counts == {
        "institutions_sample.json.gz": (30, 30, 0, 0),
        "updated_date=omid-test/part_000.gz": (29, 29, 0, 0),
        "works.jsonl.gz": (292, 292, 0, 0),
        "works_sample.json.gz": (195, 195, 0, 0),
    }
    assert done.rejects == []
    assert done.ledger.notes == [
        "topics.json.gz: passed over: no works, institutions or topics",
        "concepts: passed over: 28 files, which are not imported",
        "516 works, 174 of them of several institutions",
        "208 works have no institution: they count in the total only",
        "234 works have no topic: they count for no technology",
        "5 works name institutions without an identifier, which are left out",
    ]


def test_the_real_works_by_a_plain_count(shared: Path, tmp_path: Path) -> None:
    """159 of the raw works have no institution; 67 of the trimmed are of several countries."""
    import gzip

    path = shared / "samples/openalex/works_raw/works.jsonl.gz"
    done = Done(path, scratch=tmp_path / "s")
    assert done.one("publication-total/openalex", "coop:worksWithoutInstitution") == "159"
    pairs: Counter[tuple[str, str]] = Counter()
    for line in gzip.decompress(path.read_bytes()).splitlines():
        record = json.loads(line)
        there = {
            i["id"].rpartition("/")[2] for a in record["authorships"] for i in a["institutions"]
        }
        ordered = sorted(there, key=lambda name: int(name[1:]))
        pairs.update(itertools.combinations(ordered, 2))
    found: Counter[tuple[str, str]] = Counter()
    for node in done.about:
        if node.startswith("co-publication/"):
            bodies = (body.rpartition("-")[2] for body in done(node, "coop:institution"))
            ordered = sorted(bodies, key=lambda name: int(name[1:]))
            for two in itertools.combinations(ordered, 2):
                found[two] += int(done.one(node, "coop:works"))
    assert found == pairs


def test_a_real_work_is_less_than_sixty_triples(shared: Path, tmp_path: Path) -> None:
    """With all that is said of its institutions: there were 378."""
    path = shared / "samples/openalex/works_trimmed"
    done = Done(path, scratch=tmp_path / "s")
    assert 30 < len(list(shorthand(done.text.splitlines()))) / 195 < 60
