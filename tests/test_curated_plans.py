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
#: Agreements of the list whose rows have another key here, or which are a call, a programme, an
#: event or a status by what they are.
AGREEMENTS_AS = {
    "eu-kr-horizon-association-signature": "eu-kr-horizon-association",
    "eu-kr-horizon-negotiations-concluded": "status-horizon-negotiated",
    "eu-kr-chips-ju-projects": "eu-chips-ju-korea-2024-3-amount",
    "us-jp-kr-labs-moc": "us-jp-kr-laboratories-memorandum",
    "uk-kr-eureka-call-2019": "uk-kr-innovate-joint-calls-1-call",
    "uk-kr-sti-mou-2016": "uk-kr-research-memorandum-2016",
    "de-kr-joint-statement-2023": "de-kr-strategic-technologies-2023",
    "ca-kr-critical-minerals-mou": "ca-kr-critical-minerals-memorandum",
    "ch-kr-quantum-meeting-2025": "ch-kr-quantum-talks-2025",
    "au-kr-low-zero-emissions-partnership": "au-kr-low-emissions-partnership",
    "au-kr-jcst-4": "au-kr-committee-4",
    "multi-nsf-global-centers-2024": "jp-aspire-2023-31-call",
    "eu-kr-horizon-contribution": "kr-horizon-europe-2025-2027",
    "eu-kr-jstcc-8": "eu-kr-committee-8",
    "us-kr-industrial-centres-opened": "korea-us-centres-opened",
    "us-kr-nyu-ai-lab": "kr-nyu-ai-lab-agreement",
    "us-kr-ny-creates-nnfc": "kr-ny-creates-memorandum",
    "kr-toptier-2024": "kr-top-tier-platform-2024",
    "us-jp-kr-framework-2023": "us-jp-kr-laboratories-framework",
    "se-kr-ssf-nrf": "se-kr-ssf-nrf-2024",
    "se-kr-vr-nrf-2024": "se-kr-vr-nrf-call-2024",
    "asean-kr-csp": "asean-kr-strategic-partnership",
    "ca-kr-ai-mou-2022": "kr-toronto-ai-memoranda-2022",
    "ca-kr-jstcc-3": "ca-kr-committee-3",
    "ca-kr-jstcc-4": "ca-kr-committee-4",
    "us-kr-boeing-2023": "kr-boeing-memorandum-2023",
    "fr-kr-anr-nrf-2025": "kr-fr-anr-nrf-call-2025",
    "ca-kr-irap-call-2019": "ca-nrc-irap-joint-calls-3-call",
    "uk-kr-innovate-kiat-2022": "uk-kr-innovate-joint-calls-2-call",
    "uk-kr-digital-health-2023": "uk-kr-innovate-joint-calls-7-call",
}
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
    assert set(out) <= {*ledger, "agreements", "outcomes"}  # of those the key
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


def test_each_agreement_of_the_list_is_in_or_left_out(root: Path, shared: Path) -> None:
    files = [*(root / "data").glob("*.csv"), *plan_files(root / "data")]
    keys = {row["key"] for path in files for row in written_rows(path)}
    out = {row["n"] for row in tsv(root / "data/left_out.tsv") if row["plan"] == "agreements"}
    listed = [row["key"] for row in tsv(shared / "facts-2/agreements.tsv")]
    assert len(listed) == 92
    assert set(out) | set(AGREEMENTS_AS) <= set(listed)
    for key in listed:
        assert (AGREEMENTS_AS.get(key, key) in keys) != (key in out), key


#: Where the row stands on another page than the list has it, which was found to hold more.
ELSEWHERE_READ = {
    "us-kr-nasa-kasa-statement", "us-kr-nasa-kasa-l4", "us-kr-artemis-study", "us-kr-nyu-ai-lab",
    "de-kr-agreement-1986",
}  # fmt: skip


def test_agreements_carry_their_cells_as_they_were_read(root: Path, shared: Path) -> None:
    """The place, and whatever body acts in one that is held here, of all that are rows of
    `agreements`."""
    rows = {row["key"]: row for row in written_rows(root / "data/agreements.csv")}
    held = {
        row["key"]
        for path in [*(root / "data").glob("organisations.csv"), *plan_files(root / "data")]
        if path.stem == "organisations"
        for row in written_rows(path)
    }
    keys = {
        row["as_printed"]: row["key"] for row in tsv(shared / "facts-2/partners_normalised.tsv")
    }
    then = {"DIIS", "MSIP"}  # bodies that have another name now
    told = {(row["of"], row["status"]) for row in written_rows(root / "data/statuses.csv")}
    count = 0
    for read in tsv(shared / "facts-2/agreements.tsv"):
        row = rows.get(AGREEMENTS_AS.get(read["key"], read["key"]))
        if row is None:
            continue
        if read["key"] not in ELSEWHERE_READ:
            assert row["locator_en"] == read["locator"], row["key"]
        stage = read["status"].split(" ")[0].rstrip(";,")
        if stage in {"signed", "held", "adopted"}:
            assert (row["key"], stage) in told, row["key"]
        named = {*read["partner_bodies"].split("|")} - then
        bodies = {key for name in named if (key := keys.get(name, "")) in held}
        assert bodies <= {*row["signatories"].split("|")}, row["key"]
        count += len(bodies)
    assert count > 100


def test_agreements_and_outcomes_say_how_often_they_were_read(
    root: Path, shared: Path, store_folder: Path
) -> None:
    agreements = written_rows(root / "data/agreements.csv")
    assert not [row["key"] for row in agreements if not row["reading"]]
    outcomes = written_rows(root / "data/outcomes.csv")
    acts = tsv(shared / "facts-2/outcomes.tsv")
    left_out = [row["n"] for row in tsv(root / "data/left_out.tsv") if row["plan"] == "outcomes"]
    listed = Counter(
        (f"link-{row['link_technology']}-{row['link_partner']}", row["outcome"], row["sets_state"])
        for row in acts
        if f"{row['link_technology']}/{row['link_partner']}/{row['n']}" not in left_out
    )
    assert listed.total() == 58 - len(left_out) == len(outcomes)
    decides = {"": "yes", "false": "no"}
    assert listed == Counter((r["link"], r["outcome"], decides[r["decides"]]) for r in outcomes)
    read = Counter(row["read"] for row in acts if row["date"])
    read["once"] -= len(left_out)
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
