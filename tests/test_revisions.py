"""What was done with each of the findings, figures and later events that were read since version
0.1: `data/revisions.tsv` has a row for each, and the lists themselves agree where they are here."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

import pytest
from ledgers import tsv

from coopgraph.tables.rows import plan_files, written_rows

Rows = dict[str, dict[str, dict[str, str]]]
#: How many rows each list has, and its file in ../shared.
LISTS = {
    "later-events": (15, "later_events.tsv"),
    "figures": (67, "figures.tsv"),
    "corrections": (91, "corrections.tsv"),
    "pages": (5, ""),  # read for briefs, in no list
}
#: What may have been done with a row; of what is in `UNDONE` the remark says why.
DONE = {"entered", "corrected", "there-already"}
UNDONE = {"kept", "left-out", "elsewhere"}
#: The column of a figure by its unit.
VALUES = {"KRW": "amount", "percent": "percent"}


@pytest.fixture(scope="module")
def ledger(root: Path) -> dict[tuple[str, int], dict[str, str]]:
    return {(row["list"], int(row["n"])): row for row in tsv(root / "data/revisions.tsv")}


@pytest.fixture(scope="module")
def data(root: Path) -> Rows:
    """The rows of all tables, by table and key."""
    found: Rows = defaultdict(dict)
    for path in [*(root / "data").glob("*.csv"), *plan_files(root / "data")]:
        found[path.stem] |= {row["key"]: row for row in written_rows(path)}
    return found


def of(row: dict[str, str], table: str, data: Rows) -> list[dict[str, str]]:
    """The rows of a table that the ledger names."""
    named = [where.split("/") for where in row["rows"].split("|") if where]
    return [data[name][key] for name, key in named if name == table]


def test_each_row_of_the_lists_is_done_or_has_its_reason(
    ledger: dict[tuple[str, int], dict[str, str]], data: Rows
) -> None:
    assert list(ledger) == [
        (name, n) for name, (count, _) in LISTS.items() for n in range(1, count + 1)
    ]
    for row in ledger.values():
        assert row["done"] in DONE | UNDONE, row
        assert row["rows"] if row["done"] in DONE else row["remark"], row
        for where in filter(None, row["rows"].split("|")):
            table, key = where.split("/")
            assert key in data[table], where


def test_the_lists_have_as_many_rows(shared: Path) -> None:
    for count, name in filter(all, LISTS.values()):
        assert len(tsv(shared / "facts-2" / name)) == count


def test_the_later_events_are_as_they_were_read(
    shared: Path, ledger: dict[tuple[str, int], dict[str, str]], data: Rows
) -> None:
    for n, read in enumerate(tsv(shared / "facts-2/later_events.tsv"), 1):
        event = of(ledger["later-events", n], "events", data)[0]
        assert event["key"] == read["event_key"].split()[0]
        assert event["date"] == read["date"]
        assert set(read["organisations"].split(" ")[0].split("|")) <= set(
            event["organisations"].split("|")
        )
        told = set(re.findall(r"[a-z]+(?:-[a-z]+)+", read["technologies"])) & {
            *data["technologies"]
        }
        assert told <= set(event.get("technologies", "").split("|")), event["key"]
        answered = {
            key
            for answer in of(ledger["later-events", n], "follow_ups", data)
            for column in ("recommendation", "action", "statement")
            if (key := answer.get(column))
        }
        asked = set(re.findall(r"[a-z]+(?:-[a-z]+)+", read["answers"]))
        assert answered == asked, event["key"]


def test_each_technology_of_the_table_has_a_later_event(data: Rows) -> None:
    """Or one that matches it: the later lists have names of their own."""
    near = {
        "nuclear": "next-generation-nuclear",
        "semiconductor": "semiconductor-display",
        "space-aeronautics": "space-aeronautics-ocean",
    }
    named = {
        technology
        for event in data["events"].values()
        for technology in event.get("technologies", "").split("|")
    }
    first = [
        row["technologies"] for row in data["partner_lists"].values() if row["source"] == "article"
    ]
    assert len(first) == 8
    assert not [name for name in first if not {name, near.get(name, name)} & named]


def test_the_figures_are_as_they_were_read(
    shared: Path, ledger: dict[tuple[str, int], dict[str, str]], data: Rows
) -> None:
    count = 0
    for n, read in enumerate(tsv(shared / "facts-2/figures.tsv"), 1):
        entry = ledger["figures", n]
        if read["confidence"] == "weak":
            assert entry["done"] == "left-out", n
            continue
        assert entry["done"] != "left-out", n
        tables = ("amounts", "budget_changes", "budget_shares")
        rows = [row for table in tables for row in of(entry, table, data)]
        column, value = VALUES[read["unit"]], read["value"]
        found = [r for r in rows if value in (r.get(column), r.get("amount_min"))]
        assert found or n == 62, n  # a range, which stands as a statement
        if entry["done"] != "entered":
            continue
        count += 1
        (row,) = found
        assert row["reading"], n
        assert row["qualifier"] == read["qualifier"], n
        assert row.get("held_by") == read["organisation"], n
        assert row["period_from"] == ("" if n == 61 else read["year"][:4]), n
        printed = re.sub(r"^(\S+) … \S+ ", "", read["as_printed"])
        assert n in (52, 56) or row["as_stated_ko"] == printed, n
        assert row.get("phase", "") in (read["phase"], "announced" if n == 61 else ""), n
    assert count == 56


def test_the_corrections_are_made_by_their_status(
    shared: Path, ledger: dict[tuple[str, int], dict[str, str]], data: Rows
) -> None:
    """Each that is one is made, but one that its own words leave open; where what it proposes is a
    cell, the cell is that."""
    as_proposed = 0
    for read in tsv(shared / "facts-2/corrections.tsv"):
        n, status = int(read["n"]), read["status"]
        entry = ledger["corrections", n]
        if re.match("keep|drop|weak|partly", status):
            assert entry["done"] == "kept", n
        elif re.match("code|design|see figures", status):
            assert entry["done"] == "elsewhere", n
        else:
            assert entry["done"] in ("corrected", "entered"), n
        columns = {column.strip() for column in re.split("[,/]", read["column"])}
        wanted = read["value_proposed"].partition("; reason_ko")[0].removeprefix("append: ")
        wanted = "" if wanted == "(blank)" else wanted
        cells = {
            row[name]
            for where in entry["rows"].split("|")
            if entry["done"] == "corrected"
            for row in [data[where.split("/")[0]][where.split("/")[1]]]
            for column in columns
            for name in (column, f"{column}_ko", f"{column}_en")
            if name in row
        }
        as_proposed += any(cell == wanted or (wanted and wanted in cell) for cell in cells)
    assert as_proposed == 42
