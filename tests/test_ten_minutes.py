"""`docs/ten-minutes.md` and its Korean page, followed to the letter, and empty tables."""

from __future__ import annotations

import csv
import re
import shutil
from pathlib import Path

import pytest
from command_line import called

import coopgraph
from coopgraph.tables.catalogue import TABLES

BLOCK = re.compile(r"^\*\*(\w+)\.csv\*\*\n\n```csv\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PAGES = {"ten-minutes.md": "no-sea-plan-2031", "ten-minutes.ko.md": "kr-bada-plan-2031"}


@pytest.mark.parametrize("page", PAGES)
def test_five_claims_are_typed_asked_and_complete(
    page: str, root: Path, store_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copytree(store_folder, ".coopgraph", symlinks=True)
    text = (root / "docs" / page).read_text(encoding="utf-8")
    commands = [line[4:] for line in text.splitlines() if line.startswith("    coopgraph ")]
    build, make, *others = (command.partition("#")[0].split()[1:] for command in commands)
    assert build == ["build"]  # the store is built
    assert called(*make).code == 0
    blocks = dict(BLOCK.findall(text))
    assert {path.stem for path in Path("my-plan").iterdir()} == set(blocks)
    for name, rows in blocks.items():
        path = Path("my-plan", f"{name}.csv")
        header = path.read_text(encoding="utf-8").strip().split(",")
        assert {*next(csv.reader(rows.splitlines()))} <= {*header}
        path.write_text(rows, encoding="utf-8")
    claims = [blocks[name].count("\n") - 1 for name in blocks if name not in BEFORE]
    assert sum(claims) == 5
    for command in others:
        ran = called(*command)
        assert ran.code == 0, ran.err.decode()
        if command == ["check"]:
            named = r"^(Plan for clean seas|깨끗한 바다 계획).* lacks: nothing$"
            assert re.search(named, ran.out.decode(), re.MULTILINE)
    with coopgraph.open(".coopgraph") as kg:
        assert not kg.query("plan-gaps", plan=PAGES[page]).rows
        assert len(kg.query("partners", plan=PAGES[page]).rows) == 2


BEFORE = ("sources", "organisations", "plans")


def test_a_template_overwrites_nothing_and_names_what_is_wrong(tmp_path: Path) -> None:
    folder = str(tmp_path / "new")
    assert called("template", "plans", "-o", folder, "--text", "nb,zh-Hant").code == 0
    assert (
        "label_nb,label_zh-hant" in (tmp_path / "new/plans.csv").read_text(encoding="utf-8").lower()
    )
    again = called("template", "amounts", "plans", "-o", folder)
    assert (again.code, b"is there already" in again.err) == (1, True)
    assert not (tmp_path / "new/amounts.csv").exists()
    for arguments, said in (
        (("amountz",), "unknown table 'amountz'; did you mean amounts?"),
        (("plans", "--text", "english"), "'english' is no language tag"),
    ):
        ran = called("template", *arguments)
        assert (ran.code, said in ran.err.decode()) == (2, True)
    listed = called("template").out.decode()
    assert {line.partition(":")[0] for line in listed.splitlines() if line[0] != " "} >= {
        table.name for table in TABLES
    }
