"""The READMEs show real output: every `$ coopgraph …` in them is run and compared."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parent.parent
READMES = [(ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.ko.md")]


class Example(NamedTuple):
    """A command of the README, and what the README says it prints (perhaps nothing)."""

    command: str
    output: str


def examples() -> list[Example]:
    """The commands of all indented blocks, each with the lines up to the next command."""
    found: list[Example] = []
    for block in re.findall(r"(?:^    .*\n|^\n(?=    ))+", "\n".join(READMES), re.MULTILINE):
        for part in re.split(r"^    \$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            found.append(Example(command, re.sub(r"^    ", "", output, flags=re.MULTILINE).strip()))
    return found


SHOWN = [e for e in examples() if e.output]


def test_the_readme_shows_commands() -> None:
    assert len(SHOWN) >= 8
    assert not any(re.search(r"@@\w+@@", readme) for readme in READMES)


def test_a_picture_stands_on_the_first_screen() -> None:
    for readme in READMES:
        assert "![" in "\n".join(readme.splitlines()[:24])


@pytest.mark.parametrize("example", SHOWN, ids=lambda e: e.command)
def test_what_the_readme_shows_is_what_runs(
    example: Example, store_folder: Path, tmp_path: Path
) -> None:
    if example.command.startswith("cat "):
        pytest.skip("shows a file, not a command of coopgraph")
    if "--data data" in example.command:
        break_a_table(tmp_path / "data")
    name, *arguments = shlex.split(example.command)
    assert name == "coopgraph"
    done = subprocess.run(
        [sys.executable, "-m", "coopgraph", *arguments],
        cwd=tmp_path,
        env=os.environ | {"COOPGRAPH_STORE": str(store_folder), "PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.stdout + done.stderr).strip() == example.output


def break_a_table(folder: Path) -> None:
    """The shipped tables with one wrong number and one dangling reference."""
    folder.mkdir()
    for table in (ROOT / "data").glob("*.csv"):
        (folder / table.name).write_bytes(table.read_bytes())
    levels = folder / "amounts.csv"
    text = levels.read_text(encoding="utf-8")
    levels.write_text(text.replace(",84500000000,", ',"84,500,000,000",'), encoding="utf-8")
    links = folder / "partner_links.csv"
    text = links.read_text(encoding="utf-8")
    links.write_text(text.replace(",eth-zurich,", ",eth-zuerich,"), encoding="utf-8")
