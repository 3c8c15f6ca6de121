"""The importer of Korea's R&D programmes: whatever is wrong in a list."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from kr_budget_files import Record, Run, line, record, write

from coopgraph.errors import InputUnreadable


def without(column: str) -> Callable[[Record], object]:
    return lambda programme: programme.pop(column)


def setting(column: str, value: object) -> Callable[[Record], object]:
    return lambda programme: programme.update({column: value})


def tag(name: str, value: object) -> Callable[[Record], object]:
    return lambda programme: programme["strategic"].update({name: value})


WRONG: list[tuple[Callable[[Record], object], str, str]] = [
    (without("budget"), "budget", "the field 'budget' is missing"),
    (without("strategic"), "strategic", "the field 'strategic' is missing"),
    (setting("budget", -1), "budget", "-1 million won is below zero"),
    (setting("budget", float("nan")), "budget", "'NaN' is not a number"),
    (setting("budget", float("inf")), "budget", "'Infinity' is not a number"),
    (setting("budget", "3,000"), "budget", "'3,000' is not a number"),
    (setting("budget", True), "budget", "'True' is not a number"),
    (setting("budget", None), "budget", "'None' is not a number"),
    (setting("budget", 1e300), "budget", "beyond any budget"),
    (setting("id", ""), "id", "is empty"),
    (setting("id", "1/2"), "id", "'1/2' is not an id"),
    (setting("name", None), "name", "is not text"),
    (setting("name", " \t"), "name", "is empty"),
    (
        setting("ministry", "산업"),
        "ministry",
        "'산업' is not resolved; add it to data/",
    ),
    (setting("committee", "새위원회"), "committee", "unknown committee '새위원회'"),
    (setting("details", None), "details", "is not a list"),
    (setting("strategic", []), "strategic", "is not an object"),
    (tag("나노", 0.0), "strategic", "unknown name '나노'; known: "),
    (tag("양자", "x"), "strategic.양자", "'x' is not a number"),
]


@pytest.mark.parametrize(("spoil", "column", "reason"), WRONG, ids=[w[2] for w in WRONG])
def test_a_wrong_record_is_rejected_and_says_why(
    tmp_path: Path, spoil: Callable[[Record], object], column: str, reason: str
) -> None:
    bad = record("102")
    spoil(bad)
    run = Run(write(tmp_path, [record(), bad]))
    assert run.counts() == (2, 1, 1, 0)
    name, row, at, why = run.rejects[0]
    assert (name, row, at) == ("rnd-budget-2031.json", 2, column)
    assert reason in str(why)
    assert all("kr-2031-102" not in text for text in run.lines)
    read, accepted, rejected, _ = run.counts("rnd-budget-2031.json!details")
    assert (accepted, rejected) == (1, read - 1)


def test_another_programme_with_the_same_id_is_rejected(tmp_path: Path) -> None:
    run = Run(write(tmp_path, [record(), record(name="다른사업")]))
    assert run.counts() == (2, 1, 1, 0)
    assert run.reasons == [
        "the id '101' is already used by another programme",
        "its programme was rejected",
    ]


def test_a_wrong_sub_programme_is_rejected_alone(tmp_path: Path) -> None:
    programme = record(budget=300.0)
    programme["details"] = [
        line("101.01"),
        line("102.02"),
        line("101.01", "다른내역"),
        line("101.01"),
        7,
    ]
    run = Run(write(tmp_path, [programme]))
    assert run.counts() == (1, 1, 0, 0)
    assert run.counts("rnd-budget-2031.json!details") == (5, 1, 3, 1)
    assert [row[2] for row in run.rejects] == ["details[2].id", "details[3].id", "details[5]"]
    assert "a difference of 200" in "\n".join(run.ledger.notes)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is not JSON"),
        (b'[{"id": "1"', "is not JSON"),
        (b'{"id": "1"}', "is not a JSON array of programmes"),
        (b"\xff\xfe[]", "is not JSON"),
        (b"[" * 100_000, "is not JSON"),
        (b"[" + b"9" * 5000 + b"]", "is not JSON"),
    ],
    ids=["empty", "truncated", "an object", "another encoding", "too deep", "a number too long"],
)
def test_a_file_that_is_no_list_is_one_line(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "rnd-budget-2031.json"
    path.write_bytes(content)
    with pytest.raises(InputUnreadable, match=message) as caught:
        Run(path)
    assert "rnd-budget-2031.json: " in str(caught.value)
    assert "\n" not in str(caught.value)
