"""Imports beside others, added to one, and tried first: `--as`, `--append`, `--dry-run`."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import invented
import kr_budget_files
import pytest
from command_line import environment
from cordis_files import record, write
from import_runs import DEMO, files, left_overs, run
from network_stores import copied_store
from stopping import STOP

from coopgraph import open as open_graph
from coopgraph.compiler import build
from coopgraph.compiler.deliveries import Holding, appended
from coopgraph.compiler.diagnosis import diagnose
from coopgraph.compiler.held import ImportPlace
from coopgraph.compiler.imports import ImportReport, import_files
from coopgraph.compiler.trial import try_import
from coopgraph.errors import PartDamaged, UsageError
from coopgraph.importers import importer
from coopgraph.store import Folder, Store
from coopgraph.store.parts import whole_of
from coopgraph.vocabulary import COOP, ID

GRAPH = "import/cordis"
#: What has one value in a register, of the projects and participations of a store.
_MONEY = f"""SELECT (SUM(?paid) AS ?sum) (COUNT(*) AS ?n) {{
  ?p a <{COOP}Participation> ; <{COOP}ofProject> ?of ; <{COOP}amount> ?paid }}"""
_TITLES = f"""SELECT ?title {{ <{ID}project/cordis-100000002> a <{COOP}Project> ;
  skos:prefLabel ?title ; <{COOP}startDate> ?start }}"""


def delivery(folder: Path, title: str, year: int, paid: int, *projects: int) -> Path:
    """Files of CORDIS with these projects, each of two institutions; 2 has a `title`."""
    folder.mkdir()
    rows = []
    members = []
    for number in projects:
        key = str(100000000 + number)
        rows.append(
            record(
                "project",
                id=key,
                acronym=f"P{number}",
                startDate=f"{year}-01-01",
                title=title if number == 2 else f"Project {number}",
                frameworkProgramme="HORIZON",
            )
        )
        for pic, name, country in (("900000001", "Alpha", "KR"), ("900000002", "Beta", "US")):
            members.append(
                record(
                    "organization",
                    projectID=key,
                    organisationID=pic,
                    name=f"{name} of {year}",
                    country=country,
                    role="participant",
                    ecContribution=str(paid),
                )
            )
    write(folder, "project", rows)
    write(folder, "organization", members)
    return folder


@pytest.fixture(scope="module")
def deliveries(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Of 2031 the projects 1 and 2; of 2032 a changed 2, and 3."""
    folder = tmp_path_factory.mktemp("deliveries")
    return (
        delivery(folder / "a", "Old title", 2031, 10, 1, 2),
        delivery(folder / "b", "New title", 2032, 20, 2, 3),
    )


@pytest.fixture(scope="module")
def first_once(
    deliveries: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Path]:
    """An empty store of invented tables, and one with the first delivery."""
    folder = tmp_path_factory.mktemp("first")
    build(invented.write(folder / "data"), folder / "empty")
    shutil.copytree(folder / "empty", folder / "first")
    import_files("cordis", [deliveries[0]], folder / "first")
    return folder / "empty", folder / "first"


@pytest.fixture
def empty(first_once: tuple[Path, Path], tmp_path: Path) -> Path:
    return Path(shutil.copytree(first_once[0], tmp_path / "empty"))


@pytest.fixture
def first(first_once: tuple[Path, Path], tmp_path: Path) -> Path:
    return Path(shutil.copytree(first_once[1], tmp_path / "first"))


def state(store: Path) -> dict[str, tuple[int, bytes]]:
    """Every file of a store: when it was changed, and its bytes."""
    found = [path for path in store.rglob("*") if path.is_file() and path.name != "lock"]
    return {str(p.relative_to(store)): (p.stat().st_mtime_ns, p.read_bytes()) for p in found}


def asked(store: Path, query: str) -> list[tuple[str, ...]]:
    return [tuple(term.value for term in row) for row in Store.open(store).select(query)]


def add(store: Path, path: Path, **place: object) -> ImportReport:
    return import_files("cordis", [path], store, place=ImportPlace(**place))  # type: ignore[arg-type]


# --- beside what is there


def test_another_import_never_replaces_one_unawares(
    first: Path, deliveries: tuple[Path, Path]
) -> None:
    before = state(first)
    done = run(first, "import", "cordis", deliveries[1])
    assert (done.code, done.out) == (2, b"")
    assert "import/cordis is there already (organization.csv and 1 more, " in done.message
    for remedy in ("--as NAME", "--append", "--replace"):
        assert remedy in done.message
    assert state(first) == before
    report = add(first, deliveries[1], replace=True)
    assert any(note.startswith(f"{GRAPH} is replaced: it had ") for note in report.notes)
    assert asked(first, _MONEY) == [("80", "4")]


def test_imports_stand_beside_each_other_in_any_order(
    empty: Path, deliveries: tuple[Path, Path], tmp_path: Path
) -> None:
    other = Path(shutil.copytree(empty, tmp_path / "other"))
    for place in (0, 1):
        add(empty, deliveries[place], name=f"horizon-{2031 + place}")
    for place in (1, 0):
        command = ("import", "cordis", deliveries[place], "--as", f"horizon-{2031 + place}")
        assert run(other, *command).code == 0
    assert files(empty) == files(other)  # the derived graphs too
    # Each of the three projects counts once, the changed one as the later delivery has it.
    assert asked(empty, _MONEY) == [("100", "6")]
    assert asked(empty, _TITLES) == [("New title",)]
    whole = {part.graph: whole_of(part) for part in Folder(empty).parts()}
    assert add(empty, deliveries[0], name="again").unchanged.startswith(
        f"nothing changed: {GRAPH}/horizon-2031 holds it"
    )
    listed = json.loads(run(empty, "sources", "--format", "json").out)
    named = [row["graph"] for row in listed if row["origin"] == "import"]
    assert named == [f"{GRAPH}/horizon-2031", f"{GRAPH}/horizon-2032"]
    labels = asked(
        empty, 'SELECT ?l { ?g a coop:NamedGraph ; skos:prefLabel ?l FILTER(CONTAINS(?l, "2032")) }'
    )
    assert len(labels) == 2  # in English and Korean, each import is cited by its own name
    # To remove one gives the other back all that it said.
    done = run(empty, "sources", "--remove", "horizon-2032")
    assert done.code == 0
    assert asked(empty, _MONEY) == [("40", "4")]
    assert asked(empty, _TITLES) == [("Old title",)]
    (left,) = (part for part in Folder(empty).parts() if part.origin == "import")
    assert left == whole[f"{GRAPH}/horizon-2031"] or left.sha256 == whole[left.graph].sha256
    assert left_overs(empty) == []


def test_the_release_says_which_is_the_later(empty: Path, deliveries: tuple[Path, Path]) -> None:
    for place, name, release in ((0, "b", "v1.70"), (1, "a", "v1.9")):
        import_files("cordis", [deliveries[place]], empty, release=release, place=ImportPlace(name))
    assert asked(empty, _TITLES) == [("Old title",)]


def test_a_project_of_two_imports_counts_once_in_every_answer(
    article_folder: Path, tmp_path: Path
) -> None:
    """The same projects in one import, and in two that share one: the same answers."""
    made = []
    for name, numbers in (("both", (1, 2, 3)), ("a", (1, 2)), ("b", (2, 3))):
        made.append(
            delivery(
                tmp_path / name, "Trapped ion qubits for a quantum computer", 2031, 10, *numbers
            )
        )
    one = copied_store(article_folder, tmp_path / "one")
    two = copied_store(article_folder, tmp_path / "two")
    add(one, made[0])
    add(two, made[1])
    add(two, made[2], name="more")
    derived = [
        {p.graph: p.sha256 for p in Folder(each).parts() if p.origin == "derived"}
        for each in (one, two)
    ]
    for graph in ("derived/observed", "derived/technologies", "derived/identity"):
        assert derived[0][graph] == derived[1][graph]
    assert derived[0]["derived/measures"] == derived[1]["derived/measures"]
    with open_graph(one) as alone, open_graph(two) as beside:
        for name in ("home-participation", "observed-partners", "technology-assignments"):
            rows = alone.query(name).rows
            assert rows
            assert beside.query(name).rows == rows
        networks = [kg.network("collaboration") for kg in (alone, beside)]
        assert networks[0].number_of_edges() > 0
        assert [*networks[0].edges(data="weight")] == [*networks[1].edges(data="weight")]


def test_a_project_of_two_imports_by_id_and_by_number_is_one(
    first: Path, tmp_path: Path, empty: Path
) -> None:
    """A list that knows projects by their record number alone, before and after the files that
    give both; without these the list is what it was."""
    told = tmp_path / "told"
    told.mkdir()
    rows = [record("project", id="100000001", rcn="7001", title="One", frameworkProgramme="H2020")]
    write(told, "project", rows)
    listed = tmp_path / "listed"
    listed.mkdir()
    names = ("rcn", "pic", "role", "contribution", "country")
    members = [
        ("7001", "900000001", "coordinator", "5", "KR"),
        ("7002", "900000001", "", "6", "KR"),
    ]
    write(
        listed,
        "participations",
        [record("participations", **dict(zip(names, row, strict=True))) for row in members],
    )
    query = f"SELECT DISTINCT ?of {{ ?p <{COOP}ofProject> ?of }} ORDER BY ?of"
    one, other = (f"<{ID}project/cordis-{key}>" for key in ("100000001", "rcn-7002"))
    for store, order in ((empty, (told, listed)), (first, (listed, told))):
        for place in order:
            add(store, place, name=place.name)
        found = [row[0].strip("<>") for row in asked(store, query)]
        assert {one.strip("<>"), other.strip("<>")} <= set(found)
        assert not [each for each in found if "rcn-7001" in each]
    assert run(empty, "sources", "--remove", "told").code == 0
    assert len([row for row in asked(empty, query) if "rcn-700" in row[0]]) == 2


@pytest.mark.parametrize(
    "name",
    [
        "../x",
        "a/b",
        "..",
        "Horizon",
        "a b",
        "a.nt",
        "-a",
        "a--b",
        "x" * 65,
        "a\n",
        "\u202ea",
        "%2e",
    ],
)
def test_a_name_is_plain_words(first_once: tuple[Path, Path], tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="such as: --as "):
        import_files("cordis", [tmp_path], first_once[0], place=ImportPlace(name))


@pytest.mark.parametrize(
    "name", ["ontology", "void", "questions", "cordis", "first-source", "import"]
)
def test_a_name_of_something_else_is_refused(
    first_once: tuple[Path, Path], tmp_path: Path, name: str
) -> None:
    with pytest.raises(UsageError, match="is reserved"):
        import_files("cordis", [tmp_path], first_once[0], place=ImportPlace(name))


# --- a next delivery


def test_a_next_delivery_is_added(first: Path, deliveries: tuple[Path, Path]) -> None:
    report = add(first, deliveries[1], append=True)
    assert asked(first, _MONEY) == [("100", "6")]
    assert asked(first, _TITLES) == [("New title",)]
    assert "project: 1 new, 1 changed, 1 same, 0 gone" not in report.notes
    assert "project: 1 new, 1 changed, 0 same, 0 gone" in report.notes
    (part,) = (part for part in Folder(first).parts() if part.origin == "import")
    assert [*part.about["accounts"]] == [
        "project.csv", "organization.csv", "project.csv (2)", "organization.csv (2)",
    ]  # fmt: skip
    assert len(part.about["files"]) == 4
    before = state(first)
    for path in deliveries:
        assert add(first, path, append=True).unchanged
    assert run(first, "import", "cordis", deliveries[1], "--append").code == 0
    assert state(first) == before
    assert left_overs(first) == []


def test_a_delivery_without_news_changes_nothing(first: Path, tmp_path: Path) -> None:
    part = delivery(tmp_path / "part", "Old title", 2031, 10, 1)
    before = state(first)
    assert add(first, part, append=True).unchanged
    assert state(first) == before


def test_append_and_replace_exclude_each_other(first_once: tuple[Path, Path]) -> None:
    with pytest.raises(UsageError, match="exclude each other"):
        add(first_once[1], DEMO, append=True, replace=True)
    with pytest.raises(UsageError, match="cannot be appended to"):
        import_files("table", [DEMO], first_once[1], place=ImportPlace(append=True))


def test_a_later_list_says_all_of_a_programme_anew(tmp_path: Path) -> None:
    """What a ministry tags no more is gone; programmes that the later list has not stay."""
    old, new = kr_budget_files.record(), kr_budget_files.record()
    new["strategic"] |= {"양자": 0.0, "수소": 70.0}
    texts = []
    for name, programmes in (("old", [old, kr_budget_files.record("102")]), ("new", [new])):
        (tmp_path / name).mkdir()
        lines = kr_budget_files.Run(kr_budget_files.write(tmp_path / name, programmes)).lines
        texts.append(tmp_path / f"{name}.nt")
        texts[-1].write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    found: list[bytes] = []
    told = appended(found.extend, importer("kr-budget"), texts[1], texts[0])
    tags = {line.split(b" ")[0] for line in found if b"technology-tag/" in line.split(b" ")[0]}
    assert {tag.rpartition(b"kr-")[2] for tag in tags} == {
        b"2031-101-hydrogen>",
        b"2031-102-quantum>",
    }
    assert len(found) == len(set(found))
    assert told["technology-tag"] == "1 new, 0 changed, 0 same, 1 gone"


def test_of_two_counts_of_papers_the_larger_holds(tmp_path: Path) -> None:
    node = f"<{ID}co-publication/openalex-I1-I2-T1-2031>"
    paths = []
    for number in (5, 7):
        path = tmp_path / f"{number}.nt"
        path.write_text(
            f"{node} <{COOP}institution> <{ID}organisation/openalex-I1> .\n"
            f"{node} <{COOP}institution> <{ID}organisation/openalex-I2> .\n"
            f'{node} <{COOP}works> "{number}"^^<http://www.w3.org/2001/XMLSchema#integer> .\n'
        )
        paths.append(path)
    for order in (paths, paths[::-1]):
        holding = Holding(importer("openalex"), order)
        lines = [line for place in (0, 1) for batch in holding.lines(place) for line in batch]
        assert len(lines) == 3
        assert b'"7"' in b"".join(lines)


# --- killed, damaged


_STOPPED = f"""
from coopgraph.compiler.held import ImportPlace
from coopgraph.compiler.imports import import_files
{STOP}
import_files("cordis", [pathlib.Path(first)], store, place=ImportPlace(append=True))
"""


@pytest.mark.parametrize(
    ("event", "fragment"),
    [("open", "cordis.next.nt"), ("open", "import/cordis.nt"), ("os.rename", "/parts/")],
)
def test_a_killed_delivery_leaves_what_was(
    first: Path, deliveries: tuple[Path, Path], event: str, fragment: str
) -> None:
    before = files(first)
    command = [sys.executable, "-c", _STOPPED, str(deliveries[1]), str(first), event, fragment, ""]
    done = subprocess.run(command, env=environment(), capture_output=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    assert files(first) == before
    assert add(first, deliveries[1], append=True).part.graph == GRAPH
    assert asked(first, _MONEY) == [("100", "6")]
    assert left_overs(first) == []


def test_what_is_left_to_a_damaged_import_comes_back(
    first: Path, deliveries: tuple[Path, Path], first_once: tuple[Path, Path]
) -> None:
    add(first, deliveries[1], name="later")
    assert diagnose(first).is_whole
    parts = {part.graph: part for part in Folder(first).parts()}
    Folder(first).part_path(parts[f"{GRAPH}/later"]).write_bytes(b"")
    with pytest.raises(PartDamaged, match="import/cordis/later"):
        add(first, deliveries[0], replace=True)
    report = build(first_once[0].parent / "data", first, fresh=True)
    assert any("import/cordis/later is left out" in said for said in report.warnings)
    assert asked(first, _MONEY) == [("40", "4")]


def test_damage_to_what_an_import_leaves_to_others_is_told(
    first: Path, deliveries: tuple[Path, Path]
) -> None:
    add(first, deliveries[1], name="later")
    part = next(part for part in Folder(first).parts() if part.graph == GRAPH)
    assert part.triples < whole_of(part).triples
    Folder(first).part_path(whole_of(part)).unlink()
    (found,) = diagnose(first).damaged
    assert f"{GRAPH}.whole" in found.use
    with pytest.raises(PartDamaged, match=r"import/cordis\.whole is missing"):
        add(first, deliveries[1], name="third", replace=True)


# --- dry runs


@pytest.mark.parametrize(
    ("kind", "path", "read", "linked"),
    [
        ("cordis", DEMO / "cordis", "project", ""),
        ("kr-budget", DEMO / "korea", "programme", "programme/kr-2026-"),
        ("openalex", DEMO / "openalex", "publication-count", ""),
        ("ror", DEMO / "ror", "organisation", ""),
    ],
)
def test_a_dry_run_writes_nothing(
    first: Path, kind: str, path: Path, read: str, linked: str
) -> None:
    before = state(first)
    trial = try_import(kind, [path], first, place=ImportPlace("tried"))
    assert state(first) == before
    assert trial.graph == f"import/{kind}/tried"
    assert trial.read[read] > 0
    assert 0 < len(trial.first["read"]) <= 10
    assert all(account.balanced for account in trial.accounts.values())
    assert any(text.startswith(linked) for text in trial.first["linked"]) or not linked


def test_a_dry_run_counts_and_names_what_would_be_refused_and_linked(
    first: Path, tmp_path: Path
) -> None:
    bad = [kr_budget_files.record(str(200 + n)) | {"budget": -1} for n in range(12)]
    path = kr_budget_files.write(tmp_path, [kr_budget_files.record(), *bad])
    before = state(first)
    done = run(first, "import", "kr-budget", path, "--dry-run")
    assert done.code == 0
    assert state(first) == before
    lines = done.out.decode().splitlines()
    assert "dry run of import/kr-budget: nothing was written" in lines
    assert "would be refused: 24" in lines  # twelve programmes, each with a sub-programme
    refused = lines[lines.index("would be refused: 24") + 1 :]
    assert len(refused) == 10
    assert refused[0].startswith("  rnd-budget-2031.json, row 2, budget: ")
    assert "  programme/kr-2031-101 → organisation/motie" in lines
    assert "  programme/kr-2031-101  시연사업" in lines


def test_a_dry_run_of_ones_own_files(
    first: Path, first_once: tuple[Path, Path], tmp_path: Path
) -> None:
    (tmp_path / "mine.ttl").write_text(
        f'<{ID}x> a <urn:Note> ; <urn:says> "it" .', encoding="utf-8"
    )
    pattern = DEMO.parent / "people.csv"
    header = pattern.read_text(encoding="utf-8-sig").splitlines()[0]
    row = dict.fromkeys(header.split(","), "") | invented.tables()["people"][0]
    row |= {"key": "kim", "source": "first-source", "locator_en": "page 1", "locator_ko": "1쪽"}
    text = ",".join(row[name] for name in header.split(","))
    (tmp_path / "people.csv").write_text(f"{header}\n{text}\n", encoding="utf-8")
    before = state(first)
    trial = try_import("rdf", [tmp_path / "mine.ttl"], first)
    assert trial.first["read"] == ["x"]
    beside = {"data": str(first_once[0].parent / "data")}
    trial = try_import("table", [tmp_path / "people.csv"], first, options=beside)
    assert trial.first["read"][0].startswith("person/kim")
    assert state(first) == before


def test_a_dry_run_says_what_stands_against_it(first: Path, deliveries: tuple[Path, Path]) -> None:
    trial = try_import("cordis", [deliveries[1]], first)
    assert "is there already" in trial.remark
    trial = try_import("cordis", [deliveries[1]], first, place=ImportPlace(append=True))
    assert "project: 1 new, 1 changed, 0 same, 0 gone" in trial.notes
    assert trial.remark == ""
    trial = try_import("cordis", [deliveries[0]], first, place=ImportPlace("other"))
    assert trial.remark == f"nothing would change: {GRAPH} holds these files"
