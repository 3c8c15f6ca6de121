"""Passages: what the tables say of places in the article, checked against its text."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import coopgraph
from coopgraph.tables.codes import read_codes
from coopgraph.tables.evidence import find, span_sha256, squeeze
from coopgraph.tables.row import Row
from coopgraph.tables.rows import read_tables

#: As many characters of the article in a row, white space aside, are a quotation.
_QUOTATION = 30
#: Longer runs that are titles of documents, which any citation must give as they are.
_TITLES = {
    "New frontiers in Science Diplomacy": "the report of 2010 that footnote 5 cites, by its title",
}
_TEXT = {".csv", ".md", ".ttl", ".rq", ".py", ".ipynb", ".toml", ".cff", ".html", ".txt", ".js"}


@pytest.fixture(scope="module")
def placed(root: Path) -> list[Row]:
    """The rows that give a position in the article."""
    rows = read_tables(root / "data", read_codes())
    return [row for row in rows if row.one("start") and row.one("source") == "article"]


def test_every_passage_is_where_its_row_says(root: Path, shared: Path, placed: list[Row]) -> None:
    """By `coopgraph verify`: every code, key, passage and the hash of the text hold."""
    found = coopgraph.verify(
        "no-store", data=root / "data", texts={"article": shared / "seed" / "article.txt"}
    )
    assert [str(problem) for problem in found.problems] == []
    assert found.counts["passage", "holds"] == len(placed) > 150
    assert found.counts["text", "holds"] == 1
    assert found.counts["passage", "no-text"] > 3_000


def test_a_passage_begins_and_ends_with_a_character(placed: list[Row], article: str) -> None:
    for row in placed:
        start, end = int(row.one("start")), int(row.one("end"))
        assert 0 <= start < end <= len(article), row.place("start")
        assert not article[start].isspace(), row.place("start")
        assert not article[end - 1].isspace(), row.place("end")


def test_only_a_source_whose_text_is_recorded_has_positions(root: Path) -> None:
    rows = read_tables(root / "data", read_codes())
    sources = {row.one("source") for row in rows if row.one("start")}
    assert "article" in sources
    for key in sources:
        assert rows.by_key[key].one("sha256")


def test_nearly_every_row_of_the_article_has_a_place(root: Path) -> None:
    rows = read_tables(root / "data", read_codes())
    from_article = [row for row in rows if row.one("source") == "article"]
    without = [row.place() for row in from_article if not row.one("start")]
    assert len(from_article) > 150
    assert len(without) < len(from_article) / 10, without


def test_nothing_published_quotes_the_article(root: Path, article: str) -> None:
    whole = squeeze(article)
    runs = {whole[i : i + _QUOTATION] for i in range(len(whole) - _QUOTATION + 1)}
    files = [path for path in _published(root) if path.suffix in _TEXT]
    assert len(files) > 60
    assert {path.relative_to(root).parts[0] for path in files} >= {"data", "ontology", "src"}
    found: dict[str, set[str]] = {}
    for path in files:
        text = squeeze(path.read_text(encoding="utf-8"))
        for title in _TITLES:
            text = text.replace(squeeze(title), "\n")
        for i in range(len(text) - _QUOTATION + 1):
            if text[i : i + _QUOTATION] in runs:
                found.setdefault(str(path.relative_to(root)), set()).add(text[i : i + _QUOTATION])
    assert found == {}


def _published(root: Path) -> list[Path]:
    """The files that belong to the project, whether committed already or about to be."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    done = subprocess.run(command, cwd=root, capture_output=True, check=False)
    if done.returncode:
        folders = ("data", "ontology", "docs", "notebooks", "src", "tests")
        return sorted(p for name in folders for p in (root / name).rglob("*") if p.is_file())
    names = done.stdout.decode().split("\0")
    return sorted(path for name in names if name and (path := root / name).is_file())


@given(
    st.text(st.characters(exclude_categories=["Cs"])),
    st.integers(0, 30),
    st.integers(1, 10),
)
def test_a_phrase_is_found_where_it_stands(text: str, start: int, length: int) -> None:
    phrase = text[start : start + length]
    if not squeeze(phrase):
        with pytest.raises(ValueError, match="does not stand"):
            find(text, phrase)
        return
    span = find(text, phrase)
    assert squeeze(text[span.start : span.end]) == squeeze(phrase)
    assert span.sha256 == span_sha256(phrase)
    assert not text[span.start].isspace()


def test_the_second_of_two_places_is_found() -> None:
    assert find("ab a b ab", "ab", 2)[:2] == (3, 6)
    with pytest.raises(ValueError, match="4 time"):
        find("ab a b ab", "ab", 4)
