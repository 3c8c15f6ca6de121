"""The importer of Korea's R&D programmes: accounts, amounts, names, words; whatever is wrong."""

from __future__ import annotations

import copy
import gzip
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from coopgraph.errors import InputMissing, InputUnreadable
from coopgraph.importers import Ledger, importer
from coopgraph.importers.kr_budget import accepts
from coopgraph.importers.kr_budget_names import (
    COOPERATION_WORDS,
    OTHER_WORDS,
    POLICY_AREAS,
    cooperation_words,
    read_names,
)
from coopgraph.vocabulary import COOP, ID

KIND = importer("kr-budget")
TECHNOLOGIES = (
    "인공지능", "첨단바이오", "양자", "우주항공해양", "반도체/디스플레이", "첨단모빌리티",
    "첨단로봇제조", "차세대통신", "수소", "차세대원자력", "이차전지", "사이버보안",
)  # fmt: skip
Record = dict[str, Any]


def line(number: str, name: str = "내역사업", budget: float = 100.0, **tags: float) -> Record:
    """An invented sub-programme."""
    return {
        "id": number,
        "name": name,
        "budget": budget,
        "strategic": dict.fromkeys(TECHNOLOGIES, 0.0) | tags,
        "policy": dict.fromkeys(POLICY_AREAS, 0.0),
    }


def record(number: str = "101", name: str = "시연사업", budget: float = 100.0) -> Record:
    """An invented programme with one sub-programme."""
    return line(number, name, budget, 양자=60.0) | {
        "ministry": "산업부",
        "committee": "양자반도체",
        "details": [line(f"{number}.01", budget=budget)],
    }


def write(folder: Path, content: object, name: str = "rnd-budget-2031.json") -> Path:
    path = folder / name
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return path


class Run:
    """One import without a store: its lines, rejects, accounts and notes."""

    def __init__(self, *paths: Path) -> None:
        self.rejects: list[tuple[object, ...]] = []
        self.ledger = Ledger(lambda row: self.rejects.append(tuple(row)))
        self.lines = list(KIND.triples(KIND.find(paths), self.ledger))

    def values(self, node: str, predicate: str) -> list[str]:
        """What a node of ours says by a predicate of ours, without datatypes."""
        start = f"<{ID}{node}> <{COOP}{predicate}> "
        found = [text.removeprefix(start) for text in self.lines if text.startswith(start)]
        return [re.sub(r'^"(.*)"(\^\^<.*>)?$', r"\1", text.removesuffix(" .")) for text in found]

    def counts(self, name: str = "rnd-budget-2031.json") -> tuple[int, int, int, int]:
        account = self.ledger.accounts[name]
        assert account.balanced
        return account.read, account.accepted, account.rejected, account.duplicates

    @property
    def reasons(self) -> list[object]:
        return [reason for _, _, _, reason in self.rejects]


# --- the real list ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def real(shared: Path) -> Run:
    return Run(shared / "samples/korea")


def test_the_real_list_is_accounted_for(real: Run) -> None:
    assert real.counts("rnd-budget-2026.json") == (1236, 1236, 0, 0)
    assert real.counts("rnd-budget-2026.json!details") == (2589, 2589, 0, 0)
    assert len(real.lines) == len(set(real.lines))


def test_the_total_of_the_real_list_is_reproduced_to_the_won(real: Run) -> None:
    is_part = {text.split(" ")[0] for text in real.lines if "/isPartOf> " in text}
    totals, parts = 0, 0
    for text in real.lines:
        subject, predicate, rest = text.split(" ", 2)
        if predicate == f"<{COOP}amountKrw>" and f"{ID}programme/" in subject:
            amount = int(rest.split('"')[1])
            totals, parts = (
                (totals, parts + amount) if subject in is_part else (totals + amount, parts)
            )
    assert len(is_part) == 2589
    assert totals == 30_280_992_000_000
    assert totals - parts == 1_000_000_000 + 500_000 + 4_030_000_000


def test_every_ministry_of_the_real_list_is_resolved(real: Run, shared: Path) -> None:
    content = json.loads((shared / "samples/korea/rnd-budget-2026.json").read_text("utf-8"))
    printed = {programme["ministry"] for programme in content}
    assert len(printed) == 32
    assert printed == read_names().ministries.keys()
    owners = {text.split(" ")[2] for text in real.lines if f" <{COOP}owner> " in text}
    assert len(owners) == 32


def test_what_is_odd_in_the_real_list_is_said(real: Run) -> None:
    notes = "\n".join(real.ledger.notes)
    assert "1,236 programmes, 30,280,992 million won" in notes
    assert "programme 924 " in notes
    assert "a difference of 1,000" in notes
    assert "programme 25765 (미래판기술프로젝트(R&D)) has no sub-programme" in notes
    assert "122 programmes add up to more than their totals" in notes
    assert "under one id, kept apart: 260042" in notes
    assert "(rounding) in: 861" in notes
    assert sum(f" <{COOP}tagsOverlap> " in text for text in real.lines) == 122


def test_cooperation_is_found_in_the_real_list(real: Run) -> None:
    assert real.values("programme/kr-425", "cooperationReason") == ["국제협력"]  # 산업기술국제협력
    assert real.values("programme/kr-355", "aboutCooperation") == []  # 민군기술협력(방사청)
    assert real.values("programme/kr-25162", "aboutCooperation") == []  # rules of markets abroad
    flagged = [text for text in real.lines if f" <{COOP}aboutCooperation> " in text]
    assert len(flagged) == len({text.split(" ")[0] for text in flagged}) == 86


# --- what a record becomes ----------------------------------------------------------------


def test_amounts_are_whole_won(tmp_path: Path) -> None:
    odd = record(budget=30549.899999999998)
    run = Run(write(tmp_path, [odd]))
    assert run.values("programme/kr-101", "amountKrw") == ["30549900000"]
    assert run.values("programme/kr-101", "budgetYear") == ["2031"]


def test_tags_are_kept_apart_and_overlap_is_marked(tmp_path: Path) -> None:
    programme = record()
    programme["strategic"] |= {"양자": 100.0, "인공지능": 0.5}
    programme["policy"]["기초"] = 7.0
    run = Run(write(tmp_path, [programme]))
    assert run.values("technology-tag/kr-101-quantum", "amountKrw") == ["100000000"]
    assert run.values("technology-tag/kr-101-artificial-intelligence", "amountKrw") == ["500000"]
    assert run.values("policy-tag/kr-101-basic-research", "amountKrw") == ["7000000"]
    assert run.values("programme/kr-101", "tagsOverlap") == ["true"]
    assert not any("technology-tag/kr-101-hydrogen" in text for text in run.lines)


def test_a_part_of_a_flagged_programme_is_not_flagged_again(tmp_path: Path) -> None:
    whole, part = record("1", "양자국제협력"), record("2", "양자연구")
    for programme in (whole, part):
        programme["details"][0]["name"] = "국제공동연구"
    run = Run(write(tmp_path, [whole, part]))
    assert run.values("programme/kr-1", "cooperationReason") == ["국제협력"]
    assert run.values("programme/kr-1-01", "aboutCooperation") == []
    assert run.values("programme/kr-2", "aboutCooperation") == []
    assert run.values("programme/kr-2-01", "cooperationReason") == ["국제공동"]


def test_every_word_counts_and_every_other_word_does_not() -> None:
    for word in COOPERATION_WORDS:
        assert cooperation_words(f"양자{word}사업") == [word]
    for word in OTHER_WORDS:
        assert cooperation_words(f"양자{word}사업") == []


def test_parts_of_two_ministries_under_one_id_are_two_programmes(tmp_path: Path) -> None:
    first, second = record(), record()
    second["ministry"] = "과기1"
    run = Run(write(tmp_path, [first, second, copy.deepcopy(second)]))
    assert run.counts() == (3, 2, 0, 1)
    assert run.counts("rnd-budget-2031.json!details") == (3, 2, 0, 1)
    assert run.values("programme/kr-101", "owner") == [f"<{ID}organisation/motie>"]
    joint = "programme/kr-101-msit-first-vice-ministry"
    assert run.values(joint, "owner") == [f"<{ID}organisation/msit-first-vice-ministry>"]
    assert f"<{ID}{joint}-01>" in {text.split(" ")[0] for text in run.lines}


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ('양자 "얽힘"\\사업', '"양자 \\"얽힘\\"\\\\사업"@ko'),
        ("양자\n\t\x00사업\u202e", '"양자 사업"@ko'),
        ("양자".encode().decode() + "\ud800", '"양자"@ko'),
        ("\u110b\u1163\u11bc자", '"양자"@ko'),
    ],
    ids=["quotes", "controls", "half a character", "decomposed"],
)
def test_hostile_names_become_one_line(tmp_path: Path, name: str, shown: str) -> None:
    path = tmp_path / "rnd-budget-2031.json"
    path.write_text(json.dumps([record(name=name)]), encoding="utf-8")
    run = Run(path)
    [label] = [
        text
        for text in run.lines
        if text.startswith(f"<{ID}programme/kr-101> <http://www.w3.org/2004")
    ]
    assert label.endswith(f"{shown} .")


# --- what is wrong ------------------------------------------------------------------------


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
    assert all("kr-102" not in text for text in run.lines)
    read, accepted, rejected, _ = run.counts("rnd-budget-2031.json!details")
    assert (accepted, rejected) == (1, read - 1)


def test_another_programme_with_the_same_id_is_rejected(tmp_path: Path) -> None:
    run = Run(write(tmp_path, [record(), record(name="다른사업")]))
    assert run.counts() == (2, 1, 1, 0)
    assert run.reasons == ["the id '101' stands on another programme", "its programme was rejected"]


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
        (b"\xff\xfe[]", "is not UTF-8"),
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


def test_the_year_is_in_the_name_of_the_file_or_its_folder(tmp_path: Path) -> None:
    folder = tmp_path / "rnd-budget-2029"
    folder.mkdir()
    assert Run(write(folder, [record()], "data.json")).values("programme/kr-101", "budgetYear") == [
        "2029"
    ]
    with pytest.raises(InputUnreadable, match="does not say the fiscal year"):
        Run(write(tmp_path, [record()], "budget.json"))
    second = write(tmp_path, [record()], "rnd-budget-2030.json")
    with pytest.raises(InputUnreadable, match="of several years"):
        Run(second, write(tmp_path, [record()]))


def test_files_are_found_in_folders_archives_and_compressed(tmp_path: Path) -> None:
    data = json.dumps([record()]).encode()
    (tmp_path / "rnd-budget-2031.json.gz").write_bytes(gzip.compress(data))
    with zipfile.ZipFile(tmp_path / "lists.zip", "w") as archive:
        archive.writestr("rnd-budget-2031.json", data)
        archive.writestr("other.json", b"{}")
    (tmp_path / "other.json").write_bytes(b"{}")
    run = Run(tmp_path)
    assert run.counts("lists.zip!rnd-budget-2031.json") == (1, 1, 0, 0)
    assert run.counts("rnd-budget-2031.json.gz") == (1, 0, 0, 1)
    with pytest.raises(InputMissing):
        Run(tmp_path / "other.json")
    assert not accepts("kr_12fields_2023.json")


def test_a_truncated_gz_is_one_line(tmp_path: Path) -> None:
    whole = gzip.compress(json.dumps([record()]).encode())
    (tmp_path / "rnd-budget-2031.json.gz").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InputUnreadable, match=r"gz: cannot be read: .*download the file again"):
        Run(tmp_path)


def test_the_order_of_paths_does_not_matter(tmp_path: Path) -> None:
    one = write(tmp_path, [record("1")], "a-budget-2031.json")
    two = write(tmp_path, [record("2")], "b-budget-2031.json")
    assert Run(one, two).lines == Run(two, one).lines == Run(tmp_path).lines
