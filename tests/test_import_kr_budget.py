"""The importer of Korea's R&D programmes: accounts, amounts, names, words."""

from __future__ import annotations

import copy
import gzip
import json
import zipfile
from pathlib import Path

import pytest
from kr_budget_files import Run, record, write

from coopgraph.errors import InputMissing, InputUnreadable
from coopgraph.importers.kr_budget import accepts
from coopgraph.importers.kr_budget.records import read_names
from coopgraph.vocabulary import COOP, ID

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
        if predicate == f"<{COOP}amount>" and f"{ID}programme/" in subject:
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
    assert real.values("programme/kr-2026-425", "cooperationReason") == [
        "국제협력"
    ]  # 산업기술국제협력
    assert real.values("programme/kr-2026-355", "aboutCooperation") == []  # 민군기술협력(방사청)
    assert (
        real.values("programme/kr-2026-25162", "aboutCooperation") == []
    )  # rules of markets abroad
    flagged = [text for text in real.lines if f" <{COOP}aboutCooperation> " in text]
    assert len(flagged) == len({text.split(" ")[0] for text in flagged}) == 86


# --- what a record becomes ----------------------------------------------------------------


def test_amounts_are_whole_won(tmp_path: Path) -> None:
    odd = record(budget=30549.899999999998)
    run = Run(write(tmp_path, [odd]))
    assert run.values("programme/kr-2031-101", "amount") == ["30549900000"]
    assert run.values("programme/kr-2031-101", "budgetYear") == ["2031"]


def test_tags_are_kept_apart_and_overlap_is_marked(tmp_path: Path) -> None:
    programme = record()
    programme["strategic"] |= {"양자": 100.0, "인공지능": 0.5}
    programme["policy"]["기초"] = 7.0
    run = Run(write(tmp_path, [programme]))
    assert run.values("technology-tag/kr-2031-101-quantum", "amount") == ["100000000"]
    assert run.values("technology-tag/kr-2031-101-artificial-intelligence", "amount") == ["500000"]
    assert run.values("policy-tag/kr-2031-101-basic-research", "amount") == ["7000000"]
    assert run.values("programme/kr-2031-101", "tagsOverlap") == ["true"]
    assert not any("technology-tag/kr-2031-101-hydrogen" in text for text in run.lines)


def test_a_part_of_a_flagged_programme_is_not_flagged_again(tmp_path: Path) -> None:
    whole, part = record("1", "양자국제협력"), record("2", "양자연구")
    for programme in (whole, part):
        programme["details"][0]["name"] = "국제공동연구"
    run = Run(write(tmp_path, [whole, part]))
    assert run.values("programme/kr-2031-1", "cooperationReason") == ["국제협력"]
    assert run.values("programme/kr-2031-1-01", "aboutCooperation") == []
    assert run.values("programme/kr-2031-2", "aboutCooperation") == []
    assert run.values("programme/kr-2031-2-01", "cooperationReason") == ["국제공동"]


def test_every_word_counts_and_every_other_word_does_not() -> None:
    names = read_names()
    assert len(names.cooperation) == 25
    for word in names.cooperation:
        assert names.cooperation_words(f"양자{word}사업") == [word]
    assert len(names.others) == 26
    for word in names.others:
        assert names.cooperation_words(f"양자{word}사업") == []
    assert names.cooperation_words("글로벌연구협력지원사업") == ["글로벌연구협력"]
    assert names.cooperation_words("민군기술협력") == []
    assert names.cooperation_words("글로벌시장을위한미래기술") == []
    assert (names.ministries["산업부"], names.technologies["반도체/디스플레이"]) == (
        *("motie", "semiconductor-display"),
    )


def test_parts_of_two_ministries_under_one_id_are_two_programmes(tmp_path: Path) -> None:
    first, second = record(), record()
    second["ministry"] = "과기1"
    run = Run(write(tmp_path, [first, second, copy.deepcopy(second)]))
    assert run.counts() == (3, 2, 0, 1)
    assert run.counts("rnd-budget-2031.json!details") == (3, 2, 0, 1)
    assert run.values("programme/kr-2031-101", "owner") == [f"<{ID}organisation/motie>"]
    joint = "programme/kr-2031-101-msit-first-vice-ministry"
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
        if text.startswith(f"<{ID}programme/kr-2031-101> <http://www.w3.org/2004")
    ]
    assert label.endswith(f"{shown} .")


# --- files ---------------------------------------------------------------------------------


def test_the_year_is_in_the_name_of_the_file_or_its_folder(tmp_path: Path) -> None:
    folder = tmp_path / "rnd-budget-2029"
    folder.mkdir()
    run = Run(write(folder, [record()], "data.json"))
    assert run.values("programme/kr-2029-101", "budgetYear") == ["2029"]
    with pytest.raises(InputUnreadable, match="does not say the fiscal year"):
        Run(write(tmp_path, [record()], "budget.json"))


def test_lists_of_several_years_are_kept_apart(tmp_path: Path) -> None:
    later = write(tmp_path, [record(budget=300.0)], "rnd-budget-2030.json")
    run = Run(later, write(tmp_path, [record()]))
    assert run.counts() == run.counts("rnd-budget-2030.json") == (1, 1, 0, 0)
    for year, won in (("2030", "300000000"), ("2031", "100000000")):
        assert run.values(f"programme/kr-{year}-101", "amount") == [won]
        assert run.values(f"technology-tag/kr-{year}-101-quantum", "ofProgramme") == [
            f"<{ID}programme/kr-{year}-101>"
        ]
    assert run.ledger.notes == [
        "2030: 1 programmes, 300 million won",
        "2031: 1 programmes, 100 million won",
    ]


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
    assert accepts("예산 2031.json")


def test_a_truncated_gz_is_one_line(tmp_path: Path) -> None:
    whole = gzip.compress(json.dumps([record()]).encode())
    (tmp_path / "rnd-budget-2031.json.gz").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InputUnreadable, match=r"gz: cannot be read: .*download the file again"):
        Run(tmp_path)


def test_the_order_of_paths_does_not_matter(tmp_path: Path) -> None:
    one = write(tmp_path, [record("1")], "a-budget-2031.json")
    two = write(tmp_path, [record("2")], "b-budget-2031.json")
    assert Run(one, two).lines == Run(two, one).lines == Run(tmp_path).lines
