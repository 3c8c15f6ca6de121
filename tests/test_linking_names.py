"""Names of organisations: which are the same, and how well that is found on real ones."""

from __future__ import annotations

import csv
import random
import unicodedata
from collections.abc import Callable
from itertools import product
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coopgraph.identity.affiliation import Affiliations
from coopgraph.identity.names import normalise, one_edit, tokens
from coopgraph.identity.records import Record
from coopgraph.identity.resolution import ACCEPT, CANDIDATE, decide
from coopgraph.identity.similarity import NameIndex

# --- names --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("UNIVERSITAET ZUERICH", "Universität Zürich"),
        ("Universität Stuttgart", "University of Stuttgart"),
        ("THE CHANCELLOR OF HARBOUR", "Chancellor, Harbour"),
        ("Acme GmbH & Co. KG", "ACME"),
        ("Acme S.p.A.", "Acme SpA"),
        ("Acme Sp. z o.o.", "Acme"),
        ("서울 대학교", "서울대학"),
        ("(주) 아크메", "주식회사 아크메"),
        ("株式会社アクメ", "アクメ"),
        ("Institut de Física", "Institute of Physics"),
        ("L'Université d'Aix", "Universite Aix"),
    ],
)
def test_names_that_mean_the_same(one: str, other: str) -> None:
    assert normalise(one) == normalise(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("University of Washington", "Washington University"),
        ("Université Lyon 1", "Université Lyon 2"),
        ("Universität Halle", "Hochschule Halle"),
        ("Harbour Polytechnic", "Harbour Technical"),
        ("서울대학교", "서울대학교병원"),
    ],
)
def test_names_that_do_not(one: str, other: str) -> None:
    assert normalise(one) != normalise(other)


@given(st.text())
def test_any_text_has_a_form_whatever_its_case_and_composition(text: str) -> None:
    form = normalise(text)
    assert form == form.casefold()
    assert form == normalise(unicodedata.normalize("NFD", text))
    if text.isascii():
        assert form == normalise(text.upper()) == normalise(text.lower())
    assert " ".join(form.split()) == form
    assert all(tokens(form)) or not form


def edits(word: str) -> set[str]:
    """All words one edit away, with the letters a, b and c: the definition, spelt out."""
    parts = [(word[:i], word[i:]) for i in range(len(word) + 1)]
    letters = "abc"
    return {
        *(a + b[1:] for a, b in parts if b),
        *(a + b[1] + b[0] + b[2:] for a, b in parts if len(b) > 1),
        *(a + c + b[1:] for (a, b), c in product(parts, letters) if b),
        *(a + c + b for (a, b), c in product(parts, letters)),
    } - {word}


@settings(max_examples=300)
@given(st.text("abc", max_size=6), st.text("abc", max_size=6))
def test_one_edit_is_what_its_definition_says(one: str, other: str) -> None:
    assert one_edit(one, other) == (other in edits(one))


# --- the labelled set ---------------------------------------------------------------------


@pytest.fixture(scope="module")
def bench(script: Callable[[str], ModuleType]) -> ModuleType:
    return script("linking")


@pytest.fixture(scope="module")
def registered(bench: ModuleType, shared: Path) -> list[Record]:
    """The ROR records at hand."""
    records: list[Record] = bench.registered(shared / "samples/ror")
    return records


def test_affiliations_as_papers_print_them(
    bench: ModuleType, registered: list[Record], shared: Path
) -> None:
    rows, left_out = bench.affiliation_rows(shared / "samples/ror/affiliations_dev.tsv")
    assert len(rows) + left_out == 2000
    scored = bench.score(Affiliations(registered, {}), rows)
    assert scored.precision >= 0.95
    assert scored.recall >= 0.85


def test_precision_and_recall_on_the_real_sample(
    bench: ModuleType, registered: list[Record]
) -> None:
    chance = random.Random(bench.SEED)
    spoken = {"kr", "gb", "de", "fr", "ch"}
    records = [r for r in registered if r.country in spoken and not r.gone]
    cut = len(records) // 5
    chance.shuffle(records)
    kept, queries = bench.held_out(records[cut:], chance)
    queries += bench.noisy(kept, chance)
    queries += bench.hard_negatives(records[:cut], kept, chance)
    index = NameIndex(kept)
    right = wrong = capitals = 0
    for query in queries:
        match = decide(index.matches(query.record, ACCEPT, CANDIDATE))
        if match is not None:
            right += match.target.iri == query.answer
            wrong += match.target.iri != query.answer
            capitals += query.what.startswith("label in capitals")
    assert right > 2000
    assert right / (right + wrong) > 0.985
    asked = sum(query.what.startswith("label in capitals") for query in queries)
    assert capitals / asked > 0.95


def test_the_words_of_names_are_rows_in_order(root: Path) -> None:
    with (root / "data/name_words.tsv").open(encoding="utf-8", newline="") as stream:
        rows = [tuple(row.values()) for row in csv.DictReader(stream, delimiter="\t")]
    kinds = {kind for kind, _, _ in rows}
    readme = (root / "data/README.md").read_text(encoding="utf-8")
    legal = {"legal", "legal-start", "legal-end", "legal-mark"}
    places = {"country", "region", "region-code"}
    assert kinds == {"body", "little", "short", "sub-body"} | legal | places
    assert all(f"`{kind}`" in readme for kind in kinds)
    assert rows == sorted(rows, key=lambda row: (row[0], row[2], row[1]))
    assert len({row[:2] for row in rows}) == len(rows)
    for kind, word, meaning in rows:
        assert bool(meaning) == (kind in {"body", "short", *places}), word
        assert word == word.strip().casefold(), word
