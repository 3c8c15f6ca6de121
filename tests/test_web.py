"""The browser's side: unit tests in Node.js, and that what ships is what the modules give."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import web

#: How often a type of the browser's side is `any`; the number may only become less.
ANY = 16


def test_units() -> None:
    if reason := web.missing():
        pytest.skip(reason)
    files = sorted(str(path) for path in (web.ROOT / "tests/web").glob("*.test.js"))
    assert len(files) >= 5
    done = web.node("--test", "--test-reporter=spec", *files)
    assert done.returncode == 0, done.stdout
    assert re.search(r"^ℹ fail 0$", done.stdout, re.MULTILINE), done.stdout


def test_what_ships_is_what_the_modules_give() -> None:
    if reason := web.missing(packages=True):
        pytest.skip(reason)
    done = web.node("tools/web.mjs", "check")
    assert done.returncode == 0, done.stdout


def test_nothing_is_kept_from_the_checker(root: Path) -> None:
    folder = root / "src/coopgraph/web"
    files = [*folder.rglob("*.js"), *folder.rglob("*.ts")]
    text = "".join(path.read_text(encoding="utf-8") for path in files)
    assert not re.findall(r"@ts-\w+|eslint-disable", text)
    assert '"strict": true' in (root / "tsconfig.json").read_text(encoding="utf-8")
    told = re.findall(r"(?:[:{<(|,=]\s*|\.\.\.)any\b(?!\w)", text)
    assert len(told) <= ANY, told


def test_no_language_is_known_to_the_scripts(root: Path) -> None:
    files = list((root / "src/coopgraph/web").rglob("*.js"))
    assert len(files) > 30
    for path in files:
        text = path.read_text(encoding="utf-8")
        assert not re.search("[가-힣]", text), path.name
        assert not re.search(r"\bko\b|korean|[\"']en[\"']", text, re.IGNORECASE), path.name
