"""The ledger of the article, `data/passages.tsv`: each code point in one passage, each passage with
its claims or the reason why none."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from ledgers import tsv

from coopgraph.tables.codes import read_codes
from coopgraph.tables.row import Row, Rows
from coopgraph.tables.rows import read_tables

#: It is the whole of Table 1: that its cells are in it shows nothing.
_WHOLE = "printed-table-1"
#: The number of a footnote, at the end of a sentence or at its own beginning.
_NOTE_NUMBER = re.compile(r"(?<!\d)0[1-7](?!\d)")


@pytest.fixture(scope="module")
def passages(root: Path) -> list[dict[str, str]]:
    return tsv(root / "data" / "passages.tsv")


@pytest.fixture(scope="module")
def rows(root: Path) -> Rows:
    return read_tables(root / "data", read_codes())


def placed(rows: Rows) -> list[Row]:
    return [row for row in rows if row.one("start") and row.one("source") == "article"]


def keys(passage: dict[str, str]) -> list[str]:
    return [key for key in passage["claims"].split("|") if key]


def test_each_code_point_is_in_one_passage(passages: list[dict[str, str]], rows: Rows) -> None:
    length = int(rows.by_key["article"].one("code_points"))
    ends = [(int(each["start"]), int(each["end"])) for each in passages]
    assert len(ends) > 90
    assert all(start < end for start, end in ends)
    assert [0, *(end for _, end in ends)] == [*(start for start, _ in ends), length]
    assert sum(end - start for start, end in ends) == length


def test_each_passage_has_its_claims_or_a_reason(
    passages: list[dict[str, str]], rows: Rows
) -> None:
    for each in passages:
        start, end = int(each["start"]), int(each["end"])
        assert keys(each) or each["reason"], each
        for key in keys(each):
            row = rows.by_key[key]
            assert key == "article" or row.one("source") == "article", each
            if not each["reason"]:
                assert int(row.one("start")) < end, each
                assert int(row.one("end")) > start, each
    told = {key for each in passages for key in keys(each)}
    assert {row.key for row in placed(rows)} <= told
    for row in placed(rows):
        (home,) = (e for e in passages if int(e["start"]) <= int(row.one("start")) < int(e["end"]))
        assert row.key in keys(home), row.place("start")


def test_what_a_passage_states_is_within_its_rows(
    passages: list[dict[str, str]], rows: Rows, article: str
) -> None:
    """Of each letter and figure there is a row, be it of a claim or of what the claim names."""
    held = {
        i
        for row in placed(rows)
        if row.key != _WHOLE
        for i in range(int(row.one("start")), int(row.one("end")))
    }
    held |= {i for found in _NOTE_NUMBER.finditer(article) for i in range(*found.span())}
    seen = 0
    for each in passages:
        within = range(int(each["start"]), int(each["end"]))
        letters = [i for i in within if article[i].isalnum()]
        seen += len(letters)
        if not each["reason"]:
            assert [i for i in letters if i not in held] == [], each
        elif not keys(each):  # a reason alone is for a word or two that join or end
            assert len(letters) <= 4, each
    assert seen > 3_000


def test_among_others_is_marked_wherever_it_is_printed(rows: Rows, article: str) -> None:
    """등 after what is listed is a word of its own, but in 등으로 and the like it has an ending."""
    found = [i for i, letter in enumerate(article) if letter == "등"]
    assert len(found) == 33
    unmarked = [
        at
        for at in found
        if not any(
            _is_marked(row) for row in placed(rows) if int(row.one("start")) <= at < _end(row)
        )
    ]
    assert unmarked == []


def _end(row: Row) -> int:
    """The end of a row's passage, or of the word 등 that follows it."""
    return int(row.one("end")) + 3


def _is_marked(row: Row) -> bool:
    names = len(row.cells.get("members", ()))
    return (
        row.one("open_list") == "true"
        or "among others" in row.one("note")
        or 0 < names < int(row.one("stated_count") or 0)
    )


def test_the_page_adds_it_up(passages: list[dict[str, str]], root: Path) -> None:
    page = (root / "docs" / "completeness.md").read_text(encoding="utf-8")
    sums: dict[str, Counter[str]] = {}
    for each in passages:
        of = sums.setdefault(each["place"], Counter())
        of["passages"] += 1
        of["points"] += int(each["end"]) - int(each["start"])
        of["reasons"] += bool(each["reason"])
    lines = [
        f"| {place} | {of['passages']} | {of['points']:,} | {of['reasons']} |"
        for place, of in sums.items()
    ]
    assert re.findall(r"^\| (?!place|-).*$", page, re.MULTILINE) == lines
