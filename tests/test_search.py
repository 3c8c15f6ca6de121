"""Search is exact: it finds what contains the text, and nothing else."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coopgraph.api import KnowledgeGraph
from coopgraph.search import AnyIndex
from coopgraph.search.base import ABOUT_OTHERS, fold
from coopgraph.store import Store
from coopgraph.vocabulary import ID, expand, shrink

HIDDEN = {"coop:Evidence", "oa:TextPositionSelector", "coop:Identification", "coop:Measurement"}
ALL_LABELS = f"""
SELECT DISTINCT ?e ?l {{
  ?e skos:prefLabel|skos:altLabel ?l FILTER(STRSTARTS(STR(?e), "{ID}"))
  FILTER NOT EXISTS {{ VALUES ?hidden {{ {" ".join(sorted(HIDDEN))} }} ?e a ?hidden }}
}}
"""
EVERY = 100_000
relaxed = settings(
    max_examples=120,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@cache
def graph(folder: Path) -> KnowledgeGraph:
    return KnowledgeGraph(Store.open(folder))


@cache
def labels(folder: Path) -> list[tuple[str, str]]:
    """IRI and label of all that can be found, read past the index."""
    found = sorted((e.value, t.value) for e, t in graph(folder).store.select(ALL_LABELS))
    assert len(found) > 500
    return found


@pytest.fixture(scope="module")
def index(store_folder: Path) -> Iterator[AnyIndex]:
    opened = graph(store_folder).index
    assert opened is not None
    yield opened
    graph(store_folder).close()


@cache
def folded(folder: Path) -> list[tuple[str, str]]:
    """The same with labels as they are compared: once, not for each text that is looked for."""
    return [(iri, fold(label)) for iri, label in labels(folder)]


def by_hand(folder: Path, text: str) -> set[str]:
    wanted = fold(text.strip())
    return {iri for iri, label in folded(folder) if wanted and wanted in label}


def found(index: AnyIndex, text: str) -> set[str]:
    return {hit.iri for hit in index.search(text, limit=EVERY)}


@relaxed
@given(data=st.data())
def test_a_piece_of_any_label_finds_exactly_the_labels_that_contain_it(
    index: AnyIndex, store_folder: Path, data: Any
) -> None:
    iri, label = data.draw(st.sampled_from(labels(store_folder)))
    start = data.draw(st.integers(0, len(label) - 1))
    size = data.draw(st.integers(1, 12))
    piece = label[start : start + size]
    change = data.draw(st.sampled_from([str, str.upper, str.lower, str.swapcase, str.title]))
    piece = change(piece)
    hits = found(index, piece)
    assert hits == by_hand(store_folder, piece)
    if fold(piece.strip()):
        assert iri in hits


@relaxed
@given(
    text=st.text(
        st.one_of(st.sampled_from("\"*%_^:()+-'\\ ANDORNT한국가각ㄱ·"), st.characters()), max_size=8
    )
)
def test_any_text_at_all_is_taken_as_it_stands(
    index: AnyIndex, store_folder: Path, text: str
) -> None:
    assert found(index, text) == by_hand(store_folder, text)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "한",
            "한국",
            "한국과학",
            "양자",
            "국",
            "우주·항공",
            "R&D",
            "r&d",
            "mit",
            "MIT",
            "e",
            "S&T",
        ),
        *(
            "AND",
            "quantum AND",
            "NOT",
            "NEAR(a b)",
            '"',
            '""',
            '"quantum"',
            "*",
            "quant*",
            "%",
            "_",
        ),
        *(
            "a%b",
            "label:한",
            "^Korea",
            "(",
            "(안)",
            "'",
            "--",
            ";",
            "\\",
            "{",
            "ㅎ",
            "하",
            "  양자 ",
        ),
        *("2024", "16.1%", ",", " ", "Zürich", "zurich"),
    ],
)
def test_texts_that_could_be_taken_for_syntax(
    index: AnyIndex, store_folder: Path, text: str
) -> None:
    assert found(index, text) == by_hand(store_folder, text)


def test_the_examples_do_find_something(index: AnyIndex) -> None:
    for text in ("한", "한국", "양자", "R&D", "mit", "%", "(", "16.1%", "Quantum"):
        assert found(index, text), text


@pytest.mark.parametrize("text", ["한국", "양자", "각", "첨단바이오", "Québec"])
def test_decomposed_input_finds_the_same(index: AnyIndex, text: str) -> None:
    decomposed = unicodedata.normalize("NFD", text)
    assert decomposed != text
    assert index.search(decomposed) == index.search(text)


def test_part_of_a_syllable_is_not_found(index: AnyIndex, store_folder: Path) -> None:
    texts = [fold(label) for _, label in labels(store_folder)]
    assert any("한국" in text for text in texts)
    assert not any("하국" in text for text in texts)
    assert index.search("하국") == []
    assert index.search(unicodedata.normalize("NFD", "한")[:1]) == []


def test_the_whole_label_comes_first_then_things_then_what_is_said_of_them(
    index: AnyIndex,
) -> None:
    about = {expand(name) for name in ABOUT_OTHERS}
    for text in ("quantum", "한국", "semiconductor", "research", "양자"):
        ranks = []
        for hit in index.search(text, limit=EVERY):
            label, said = fold(hit.label), not about.isdisjoint(hit.classes)
            is_word = re.search(rf"(?<![a-z0-9]){text}", label) or text in ("한국", "양자")
            is_first = label.startswith(fold(text))
            ranks.append((label != fold(text), not is_word, said, not is_first))
        assert [rank[:3] for rank in ranks] == sorted(rank[:3] for rank in ranks)
        assert {rank[2] for rank in ranks} == {False, True}


#: What a reader looks for, in either language, and what comes with it before anything that is said.
SOUGHT = {
    "quantum": ("technology/quantum", {"technology/quantum-computing"}),
    "양자": ("technology/quantum", {"technology/quantum-communication", "budget-line/rd-quantum"}),
    "Quantum technology": ("technology/quantum", {"budget-line/rd-quantum"}),
    "Massachusetts": ("organisation/mit", set()),
    "MIT": ("organisation/mit", set()),
    "매사추세츠": ("organisation/mit", set()),
    "KAIST": ("organisation/kaist", set()),
    "한국과학기술": ("organisation/kaist", {"organisation/kist", "organisation/kistep"}),
    "United States": ("country/us", {"organisation/us-government"}),
    "미국": ("country/us", {"organisation/nsf", "organisation/nist", "plan/us-cet-2024"}),
}


@pytest.mark.parametrize("text", SOUGHT)
def test_a_thing_and_its_peers_come_before_what_is_said_of_them(index: AnyIndex, text: str) -> None:
    thing, peers = SOUGHT[text]
    found = [(hit.iri.removeprefix(ID), {*map(shrink, hit.classes)})
             for hit in index.search(text, limit=EVERY)]  # fmt: skip
    said = [n for n, (_, kinds) in enumerate(found) if not ABOUT_OTHERS.isdisjoint(kinds)]
    before = [key for key, _ in found[: said[0]]]
    assert thing == before[0] or (text == "한국과학기술" and thing in before)
    assert peers <= {*before}
    assert not any(key.startswith(("measurement/", "check/")) for key in before)


def test_a_word_is_found_before_a_part_of_one(index: AnyIndex) -> None:
    """MIT is no committee."""
    keys = [hit.key for hit in index.search("mit", limit=EVERY)]
    assert keys.index("outcome-mit-quantum-materials") < keys.index("committee")


def test_things_come_before_claims_of_the_same_rank(index: AnyIndex, store_folder: Path) -> None:
    assert index.search("양자")[0].iri == ID + "technology/quantum"
    assert index.search("한국")[0].iri == ID + "country/kr"


def test_technologies_come_before_their_mappings(index: AnyIndex) -> None:
    """Hundreds of rows of a table are called after a technology: none is a thing of its own."""
    mapping, technology = "technology-mapping/", "technology/"
    for text in ("Hydrogen", "hydro", "수소"):
        kinds = [hit.iri.removeprefix(ID) for hit in index.search(text, limit=EVERY)]
        assert kinds[0] == f"{technology}hydrogen"
        first = next(at for at, kind in enumerate(kinds) if kind.startswith(mapping))
        supply = {f"{technology}hydrogen-supply-technology", "concept/hydrogen-supply"}
        assert supply <= {*kinds[:first]}
        assert sum(kind.startswith(mapping) for kind in kinds) > 10
    suggested = index.keys(classes=())
    assert "hydrogen" in suggested
    assert not [name for name in suggested if name.startswith("hydrogen-topic-")]


def test_each_entity_is_found_once(index: AnyIndex) -> None:
    hits = [hit.iri for hit in index.search("a", limit=EVERY)]
    assert len(hits) == len(set(hits)) > 100


@pytest.mark.parametrize("limit", [1, 2, 7])
def test_the_limit_takes_the_best(index: AnyIndex, limit: int) -> None:
    assert index.search("연구", limit=limit) == index.search("연구", limit=EVERY)[:limit]
    assert len(index.search("연구", limit=limit)) == limit


def test_a_class_restricts_before_the_limit(index: AnyIndex) -> None:
    coop = "https://w3id.org/coopgraph/ns#"
    hits = index.search("a", limit=3, classes=[coop + "Country"])
    assert len(hits) == 3
    assert all(hit.iri.startswith(ID + "country/") for hit in hits)


@pytest.mark.parametrize("text", ["", "   ", "\t\n", "\0", "a\0b", "\udcff", "\udcffabc"])
def test_a_text_that_no_label_holds_finds_nothing(index: AnyIndex, text: str) -> None:
    assert index.search(text) == []
    assert index.named(text) == []


def test_the_answer_names_kind_key_and_the_label_that_matched(
    index: AnyIndex, store_folder: Path
) -> None:
    answer = graph(store_folder).search("qUaNtUm tech", lang="ko", limit=1)
    assert answer.columns == ("entity", "kind", "key", "matched", "why")
    assert answer.rows == (("양자", answer.rows[0][1], "quantum", "Quantum technology", "이름"),)
    assert answer.header()[-2:] == ("entity_iri", "kind_iri")
