"""docs/other-tools.md: every example in it is run, and prints what it shows."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from command_line import environment
from serving import Process, listening

PAGE = Path(__file__).resolve().parent.parent / "docs" / "other-tools.md"
ADDRESS = "http://127.0.0.1:8765"


class Example(NamedTuple):
    """A section's example: shell where it begins with `$`, else Python; and what it prints."""

    section: str
    code: str
    printed: str


def read_examples() -> list[Example]:
    found = []
    for section in PAGE.read_text(encoding="utf-8").split("\n## ")[1:]:
        blocks = re.findall(r"(?:^    .*\n|^\n(?=    ))+", section, re.MULTILINE)
        plain = [re.sub(r"^    ", "", block, flags=re.MULTILINE).strip() for block in blocks]
        assert len(plain) % 2 == 0, section
        name = section.partition("\n")[0]
        found += [Example(name, *pair) for pair in zip(plain[::2], plain[1::2], strict=True)]
    return found


EXAMPLES = read_examples()


@pytest.fixture(scope="module")
def server(store_folder: Path) -> Iterator[Process]:
    with listening(store_folder) as running:
        yield running


def test_every_tool_has_an_example() -> None:
    sections = {example.section for example in EXAMPLES}
    assert sections == {"curl", "SPARQLWrapper", "rdflib", "pandas"}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.section)
def test_an_example_prints_what_it_shows(example: Example, server: Process, tmp_path: Path) -> None:
    code = example.code.replace(ADDRESS, server.address)
    assert code != example.code
    if code.startswith("$ "):
        tool = code.split()[1]
        if shutil.which(tool) is None:
            pytest.skip(f"{tool} is not installed")
        command = ["bash", "-c", code.removeprefix("$ ")]
    else:
        command = [sys.executable, "-c", code]
    ran = subprocess.run(
        command, env=environment(), cwd=tmp_path, capture_output=True, encoding="utf-8", check=False
    )
    assert ran.stdout.strip() == example.printed, ran.stderr
    assert ran.returncode == 0, ran.stderr
