"""The curated mappings of technologies: well formed, and to what exists under the name noted."""

from __future__ import annotations

import gzip
import json
import re
from collections import defaultdict
from pathlib import Path

import pytest

from coopgraph.tables.codes import read_codes
from coopgraph.tables.row import Row
from coopgraph.tables.rows import read_tables
from coopgraph.vocabulary import resources

#: What the target of a mapping looks like, by its vocabulary.
TARGETS = {
    "euroscivoc": r"[1-9][0-9]*",
    "call-topic": r"[A-Za-z][A-Za-z0-9*-]*",
    "programme-part": r"[A-Za-z0-9]+",
    "legal-basis": r"(HORIZON|H2020|EURATOM)[A-Za-z0-9]*([.-][A-Za-z0-9]+)*",
    "openalex-topic": r"T[1-9][0-9]{4}",
    "openalex-subfield": r"[1-3][0-9]{3}",
}
NOTE = "Name in OpenAlex: "


@pytest.fixture(scope="module")
def mappings() -> list[Row]:
    return read_tables(resources("data"), read_codes()).tables["technology_mappings"]


def test_every_target_has_the_shape_of_its_vocabulary(mappings: list[Row]) -> None:
    assert {row.one("vocabulary") for row in mappings} == set(TARGETS)
    for row in mappings:
        assert re.fullmatch(TARGETS[row.one("vocabulary")], row.one("target")), row.key


def test_each_technology_has_topics_of_papers_that_do_not_only_touch_it(
    mappings: list[Row],
) -> None:
    """Fields, call topics and topics of papers lead to the same twelve technologies."""
    technologies: dict[str, set[str]] = defaultdict(set)
    for row in mappings:
        technologies[row.one("vocabulary")].add(row.one("technology"))
    assert technologies["openalex-topic"] == technologies["euroscivoc"]
    assert len(technologies["openalex-topic"]) == 12
    assert technologies["openalex-topic"] == {
        row.one("technology")
        for row in mappings
        if row.one("vocabulary") == "openalex-topic" and row.one("match") != "broad"
    }


def test_no_target_is_mapped_twice_to_one_technology(mappings: list[Row]) -> None:
    names = ("technology", "vocabulary", "target")
    seen = [tuple(row.one(name).casefold() for name in names) for row in mappings]
    assert len(seen) == len(set(seen))


def test_a_subfield_and_its_topics_do_not_say_the_same(
    mappings: list[Row], openalex: dict[str, tuple[str, str]]
) -> None:
    """A topic that lies within a mapped subfield is named only where it is closer."""
    subfields = {
        (row.one("technology"), row.one("target")): row.one("match")
        for row in mappings
        if row.one("vocabulary") == "openalex-subfield"
    }
    assert subfields
    for row in mappings:
        if row.one("vocabulary") == "openalex-topic":
            _, subfield = openalex[row.one("target")]
            assert subfields.get((row.one("technology"), subfield)) != row.one("match"), row.key


def test_every_topic_and_subfield_exists_under_the_name_noted(
    mappings: list[Row], openalex: dict[str, tuple[str, str]]
) -> None:
    """A wrong digit would map some other topic."""
    rows = [row for row in mappings if row.one("vocabulary").startswith("openalex-")]
    assert rows
    for row in rows:
        assert row.one("target") in openalex, row.key
        assert row.one("note") == NOTE + openalex[row.one("target")][0], row.key


@pytest.fixture(scope="module")
def openalex(shared: Path) -> dict[str, tuple[str, str]]:
    """Name and subfield of each topic, and name of each subfield, by identifier."""
    file = shared / "samples" / "openalex" / "topics.json.gz"
    if not file.is_file():
        pytest.skip("the topics of OpenAlex (../shared/samples/openalex) are not here")
    found = {}
    for topic in json.loads(gzip.decompress(file.read_bytes())):
        subfield = topic["id_subfield"].removeprefix("subfields/")
        found[topic["id_topic"]] = (topic["topic"], subfield)
        found[subfield] = (topic["subfield"], "")
    return found
