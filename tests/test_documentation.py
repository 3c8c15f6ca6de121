"""What the documentation calls a module, a file or a name of ours is there under that name."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted(
    path
    for pattern in ("*.md", "docs/**/*.md", "ontology/**/*.md", "data/*.md", "bench/*.md")
    for path in ROOT.glob(pattern)
    if path.name != "CHANGELOG.md"
)
#: A decision record keeps the words of its day. Where a module has another name since then, its
#: last line says so: Now called: `old` is `new`.
SINCE = re.compile(r"`([^`]+)` is `[^`]+`")
QUOTED = re.compile(r"`([^`\n]+)`")
MODULE = re.compile(r"coopgraph(?:\.\w+)+")
FILE = re.compile(
    r"(?:[\w.-]+/)*[\w-]+\.(?:py|ttl|csv|tsv|toml)|(?:src/coopgraph|tests|tools|bench)/[\w/-]*"
)
FILES = {
    path.relative_to(ROOT).as_posix()
    for folder in ("src/coopgraph", "tests", "tools", "bench", "data", "docs", "ontology", ".")
    for path in (ROOT / folder).glob("*" if folder == "." else "**/*")
}


def said(page: Path) -> set[str]:
    """What stands between backticks in a page, fenced blocks left out."""
    text = re.sub(r"(?ms)^```.*?^```", "", page.read_text(encoding="utf-8"))
    return set(QUOTED.findall(text))


def is_there(name: str) -> bool:
    """Whether a module, with or without a name in it, can be imported."""
    parts = name.split(".")
    for end in range(len(parts), 0, -1):
        try:
            found: object = importlib.import_module(".".join(parts[:end]))
        except ModuleNotFoundError:
            continue
        for attribute in parts[end:]:
            if not hasattr(found, attribute):
                return False
            found = getattr(found, attribute)
        return True
    return False


def is_file(name: str) -> bool:
    """Whether a path, or the end of one, is that of a file or folder here."""
    name = name.rstrip("/")
    return any(path == name or path.endswith(f"/{name}") for path in FILES)


def missing(page: Path) -> list[str]:
    gone = []
    for quoted in said(page):
        if "NAME" in quoted or (page.name == "measurements.md" and quoted.endswith(".csv")):
            continue  # a name to fill in; a sample of others that was measured
        found = MODULE.match(quoted)
        if found and not is_there(found[0]):
            gone.append(found[0])
        elif not found and FILE.fullmatch(quoted) and not is_file(quoted):
            gone.append(quoted)
    return sorted(gone)


def test_the_pages_name_modules_and_files() -> None:
    names = {name for page in PAGES for name in said(page)}
    assert len(PAGES) > 25
    assert sum(bool(MODULE.match(name)) for name in names) > 5
    assert sum(bool(FILE.fullmatch(name)) for name in names) > 30


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_what_a_page_names_is_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    since = (
        set(SINCE.findall(text.rpartition("Now called: ")[2]))
        if "decisions" in page.parts
        else set()
    )
    assert set(missing(page)) <= since


def test_a_share_is_of_one_and_a_percent_of_a_hundred() -> None:
    """Columns of questions say so in their names and in both languages."""
    column = re.compile(r"# column (\w*(share|percent)\w*): xsd:decimal; (.+); (.+)")
    found = [
        match
        for path in (ROOT / "ontology" / "queries").glob("*.rq")
        for match in column.finditer(path.read_text(encoding="utf-8"))
    ]
    assert len(found) > 8
    for name, unit, en, ko in (match.groups() for match in found):
        signs = ("(0 to 1)", "(0~1)") if unit == "share" else ("percent", "%")
        assert signs[0] in en, name
        assert signs[1] in ko, name
