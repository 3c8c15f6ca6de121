"""CORDIS's own files, where the samples stand beside the checkout: every row accounted for."""

from __future__ import annotations

from pathlib import Path

import pytest
from cordis_files import Read

from coopgraph.observation.technologies import Mapping
from coopgraph.tables.codes import read_codes
from coopgraph.tables.rows import read_tables
from coopgraph.vocabulary import COOP, ID, resources


def counts(read: Read, name: str) -> tuple[int, int, int, int]:
    account = read.account(name)
    return account.read, account.accepted, account.rejected, account.duplicates


def subjects(read: Read, cls: str) -> int:
    return sum(line.endswith(f"#type> <{COOP}{cls}> .") for line in read.lines)


@pytest.fixture(scope="module")
def samples(shared: Path) -> Path:
    folder = shared / "samples" / "cordis"
    if not folder.is_dir():
        pytest.skip("the samples of CORDIS (../shared/samples/cordis) are not here")
    return folder


def test_horizon_2020_whole(samples: Path) -> None:
    read = Read(samples / "h2020_participations", samples / "h2020_named_orgs")
    assert counts(read, "h2020.csv.gz") == (144_726, 144_726, 0, 0)
    assert counts(read, "programme_parts.csv.gz") == (37_441, 37_441, 0, 0)
    assert counts(read, "stacked_dump.csv.gz") == (16_592, 16_591, 1, 0)
    assert subjects(read, "Participation") == 144_726
    assert subjects(read, "Project") == 31_451 + 1  # one has a programme part only
    participants = {line.split()[2] for line in read.lines if f"<{COOP}participant>" in line}
    assert len(participants) == 35_871
    assert read.rejects == [("stacked_dump.csv.gz", 575, "orgId", "is not an identifier of digits")]


def test_euroscivoc_from_the_workbook_and_the_vocabulary(samples: Path) -> None:
    read = Read(samples / "horizon_2025_xlsx" / "euroSciVoc.xlsx", samples.parent / "euroscivoc")
    assert counts(read, "euroSciVoc.xlsx") == (38_789, 38_789, 0, 0)
    assert counts(read, "TopicsEuroSciVoc.ttl.zip!EuroSciVoc.ttl") == (1_031, 1_031, 0, 0)
    within = read.values("euroscivoc/1545", "withinField")
    assert f"<{ID}euroscivoc/23>" in within
    assert len(within) == 4


def test_csv_and_xlsx_of_one_release_say_the_same(samples: Path) -> None:
    text, sheet = (
        Read(samples / folder / f"{name}{suffix}")
        for folder, name, suffix in (
            ("horizon_2025_csv", "topics", ".csv.gz"),
            ("horizon_2025_xlsx", "topics", ".xlsx"),
        )
    )
    assert counts(text, "topics.csv.gz") == counts(sheet, "topics.xlsx") == (15_341, 15_341, 0, 0)
    assert sorted(text.lines) == sorted(sheet.lines)


def test_weekly_and_older_files(samples: Path) -> None:
    read = Read(samples / "organization_weekly", samples / "fp7_sample")
    assert counts(read, "organization_union.csv.gz") == (5_150, 5_150, 0, 0)
    assert counts(read, "project_union.csv.gz") == (175, 175, 0, 0)
    assert counts(read, "topics.csv.gz") == (35_383, 35_383, 0, 0)
    assert counts(read, "fp7_projects_shortened.csv") == (25, 25, 0, 0)
    assert counts(read, "fp7_test_projects.csv") == (59, 34, 0, 25)
    both = "project/cordis-833955"
    assert len(read.values(f"{both.replace('project', 'participation')}-952979120-2", "ofProject"))
    assert read.values("project/cordis-287711", "inProgramme") == [f"<{ID}programme/fp7>"]


def test_every_mapped_field_and_legal_basis_is_real(samples: Path) -> None:
    """A mapping to what no project carries would be a slip of the pen."""
    read = Read(
        samples / "horizon_2025_xlsx",
        samples / "organization_weekly",
        samples / "h2020_participations" / "programme_parts.csv.gz",
        samples.parent / "euroscivoc",
    )
    carried: dict[str, set[str]] = {"callTopic": set(), "legalBasis": set(), "programmePart": set()}
    fields = set()
    for line in read.lines:
        _, predicate, value = line[:-2].split(" ", 2)
        name = predicate[1:-1].removeprefix(COOP)
        if name in carried:
            carried[name].add(value[1:-1])
        elif name == "withinField":
            fields.add(value[1:-1].removeprefix(f"{ID}euroscivoc/"))
    unseen = set()  # the samples hold the legal bases of few projects of Horizon 2020
    names = {"call-topic": "callTopic", "legal-basis": "legalBasis",
             "programme-part": "programmePart"}  # fmt: skip
    for row in read_tables(resources("data"), read_codes()).tables["technology_mappings"]:
        vocabulary, target = row.one("vocabulary"), row.one("target")
        if vocabulary == "euroscivoc":
            assert target in fields, row.key
        elif vocabulary in names:
            mapping = Mapping("", vocabulary, target, 0)
            if not any(mapping.reaches(value) for value in carried[names[vocabulary]]):
                unseen.add(target)
    assert unseen <= {"H2020-Euratom"}
