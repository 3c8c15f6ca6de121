"""The plans curated from a list of statements: none of them is lost, and what the lists of
technologies that planners publish have in common."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from pathlib import Path

import pytest
from ledgers import tsv

from coopgraph import open as open_graph
from coopgraph.tables.catalogue import BY_NAME
from coopgraph.tables.rows import plan_files, written_rows

#: Lists of technologies of ten planners, as far as they are not Korea's own; those that came later.
LISTS = (
    "eu-cta-2023", "us-cet-2024", "uk-critical-2023", "au-critical-2023", "ca-stra-2024",
    "jp-tokutei-fields-2022", "de-hightech-2025", "cn-fyp14-frontier-2021", "aukus-pillar2-2022",
)  # fmt: skip
LATER = (
    "uk-frontier-2025", "us-dow-cta-2025", "jp-nst-2026", "nl-nts-2024", "ca-stl-2025",
    "cn-fyp15-future-2025",
)  # fmt: skip
TWELVE = """
PREFIX coop: <https://w3id.org/coopgraph/ns#>
PREFIX kind: <https://w3id.org/coopgraph/id/plan-kind/>
PREFIX scheme: <https://w3id.org/coopgraph/id/scheme/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT (STR(?from) AS ?list) (STR(?of) AS ?entry) (STR(?kind) AS ?match) (STR(?one) AS ?twelfth)
WHERE {
  ?scheme coop:publishedIn ?from . ?from coop:planKind kind:technology-list .
  ?of skos:inScheme ?scheme .
  OPTIONAL {
    VALUES ?kind { skos:closeMatch skos:broadMatch skos:narrowMatch skos:relatedMatch }
    ?of ?kind ?one . ?one skos:inScheme scheme:strategic-technologies-2022 .
  }
}
"""


@pytest.fixture(scope="module")
def matches(store_folder: Path) -> dict[str, dict[str, set[tuple[str, str]]]]:
    """By list and entry: the kinds of match, and the ones of the twelve that match."""
    found: dict[str, dict[str, set[tuple[str, str]]]] = defaultdict(lambda: defaultdict(set))
    for row in open_graph(store_folder).query(TWELVE):
        plan, entry, match, twelfth = (
            str(row[name] or "").replace("#", "/").rpartition("/")[2]
            for name in ("list", "entry", "match", "twelfth")
        )
        found[plan][entry] |= {(match, twelfth)} if match else set()
    return found


def test_every_statement_of_the_lists_is_in_or_left_out_with_a_reason(root: Path) -> None:
    found: dict[str, set[str]] = defaultdict(set)
    ledger = {row["list"]: row for row in tsv(root / "data/ledger.tsv")}
    keys = {row["key"] for path in plan_files(root / "data") for row in written_rows(path)}
    for name in ledger:
        rule = re.compile(rf"{re.escape(name)}-(\d+)(-|$)")
        found[name] = {told[1] for key in keys if (told := rule.match(key))}
    out: dict[str, set[str]] = defaultdict(set)
    for row in tsv(root / "data/left_out.tsv"):
        assert row["reason"]
        out[row["plan"]].add(row["n"])
    assert set(out) <= {*ledger, "agreements"}  # of those the key
    for name, row in ledger.items():
        counts = (len(found[name]), len(out[name]))
        assert counts == (int(row["in"]), int(row["left_out"])), name
        assert not found[name] & out[name], name
        assert sum(counts) == int(row["statements"]), name
        assert (root / "data/plans" / row["plan"]).is_dir()


def test_what_was_read_a_second_time_says_so(root: Path) -> None:
    lists = [row["list"] for row in tsv(root / "data/ledger.tsv")]
    claims = [
        (path.stem, row)
        for path in plan_files(root / "data")
        for row in written_rows(path)
        if "coop:Claim" in BY_NAME[path.stem].classes
        and any(re.match(rf"{name}-\d+-", row["key"]) for name in lists)
    ]
    assert len(claims) > 300
    assert not [row["key"] for _, row in claims if not row.get("reading")]


def test_agreements_and_outcomes_say_how_often_they_were_read(
    root: Path, shared: Path, store_folder: Path
) -> None:
    agreements = written_rows(root / "data/agreements.csv")
    assert not [row["key"] for row in agreements if not row["reading"]]
    outcomes = written_rows(root / "data/outcomes.csv")
    acts = tsv(shared / "facts-2/outcomes.tsv")
    read = Counter(row["read"] for row in acts if row["date"] and row["sets_state"] == "yes")
    found = Counter(row["reading"] for row in outcomes if row["date"])
    assert found == {f"read-{times}": count for times, count in read.items()}
    assert not any(row["reading"] for row in outcomes if not row["date"])  # looked up, not read
    asked = open_graph(store_folder).query("evidence", about="id:agreement/ca-kr-jcm-2")
    assert {str(row["reading"]) for row in asked} == {"mended on the second reading"}


def test_each_fact_of_the_twelve_technologies_is_on_a_page_of_its_day(
    store_folder: Path,
) -> None:
    """One source stood for the announcement and the confirmation a year later."""
    with open_graph(store_folder) as graph:
        pages = {
            event: {
                str(row["source"]) for row in graph.query("evidence", about=f"id:event/{event}")
            }
            for event in ("strategic-technologies-announced", "strategic-technologies-confirmed")
        }
    announced, confirmed = pages.values()
    assert "The twelve national strategic technologies, announced 28 October 2022" in announced
    assert confirmed == {"etoday.co.kr, 20 December 2023"}


def test_the_ten_lists_and_the_later_ones_have_their_entries(
    matches: dict[str, dict[str, set[tuple[str, str]]]],
) -> None:
    assert set(matches) == {*LISTS, *LATER}
    assert sum(len(matches[name]) for name in LISTS) == 92
    assert sum(len(matches[name]) for name in LATER) == 45


def test_quantum_has_a_close_match_in_each_list_and_four_fields_in_none(
    matches: dict[str, dict[str, set[tuple[str, str]]]],
) -> None:
    close = {
        name: {
            twelfth
            for entry in matches[name].values()
            for kind, twelfth in entry
            if kind == "closeMatch"
        }
        for name in LISTS
    }
    assert all("quantum" in found for found in close.values())
    none = {"secondary-battery", "next-generation-nuclear", "hydrogen", "advanced-mobility"}
    assert not none & set().union(*close.values())


def test_sixteen_entries_match_none_of_the_twelve(
    matches: dict[str, dict[str, set[tuple[str, str]]]],
) -> None:
    assert sum(not found for name in LISTS for found in matches[name].values()) == 16
