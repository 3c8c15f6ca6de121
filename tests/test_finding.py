"""What people type finds what they mean: acronyms, words in any order, misspellings, initial
consonants; and the codes of the model answer no words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from command_line import called
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coopgraph.api import KnowledgeGraph
from coopgraph.errors import AmbiguousEntity, UnknownEntity
from coopgraph.queries.parameters import entity
from coopgraph.search import Index, IndexWriter, Labels
from coopgraph.search.base import RemoteIndex, fold
from coopgraph.search.words import words
from coopgraph.store import Readers, Store
from coopgraph.vocabulary import ID, expand

EVERY = 100_000
relaxed = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture(scope="module")
def kg(store_folder: Path) -> Iterator[KnowledgeGraph]:
    opened = KnowledgeGraph(Store.open(store_folder))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def index(kg: KnowledgeGraph) -> Index:
    assert isinstance(kg.index, Index)
    return kg.index


@pytest.fixture(scope="module")
def things(kg: KnowledgeGraph, index: Index) -> list[tuple[str, str]]:
    """IRI and English name of technologies and organisations."""
    query = (
        "SELECT ?e ?l { VALUES ?c { coop:Technology coop:Organisation } ?e a ?c ; "
        'skos:prefLabel ?l FILTER(LANG(?l) = "en") }'
    )
    return sorted((e.value, label.value) for e, label in kg.store.select(query))


@pytest.mark.parametrize(
    ("text", "key", "reason", "instead"),
    [
        ("KAIST", "kaist", "other-name", ""),
        ("ETRI", "etri", "other-name", ""),
        ("KIST", "kist", "other-name", ""),
        ("카이스트", "kaist", "other-name", ""),
        ("프라운호퍼", "fraunhofer-gesellschaft", "name", ""),
        ("공대 취리히연방", "eth-zurich", "words", ""),
        ("양자 예산", "rd-quantum", "words", ""),
        ("예산 양자", "rd-quantum", "words", ""),
        ("fraunhoffer", "fraunhofer-gesellschaft", "other-name", "fraunhofer"),
        ("프라운호프", "fraunhofer-gesellschaft", "name", "프라운호퍼"),
        ("quantm", "quantum", "other-name", "quantum"),
        ("quantm technolgy", "quantum", "name", "quantum technology"),
        ("ㅇㅈ", "quantum", "initials", ""),
        ("ai", "artificial-intelligence", "other-name", ""),
    ],
)
def test_the_first_is_what_is_meant(
    index: Index, text: str, key: str, reason: str, instead: str
) -> None:
    finding = index.find(text)
    assert (finding.hits[0].key, finding.hits[0].reason) == (key, reason)
    assert finding.instead == instead


@pytest.mark.parametrize("text", ["MIT quantum", "quantum MIT", "quantum, mit"])
def test_a_link_is_found_by_its_two_ends(index: Index, text: str) -> None:
    keys = [hit.key for hit in index.find(text).hits]
    assert {"mit", "quantum", "link-quantum-mit"} <= set(keys)
    assert keys.index("mit") < keys.index("link-quantum-mit")  # things first
    assert "kr-quantum-strategy-committee" not in keys  # the letters are within a word


def test_words_in_another_order_find_the_same(index: Index, things: list[tuple[str, str]]) -> None:
    looked = 0
    for iri, label in things:
        said = words(fold(label))
        if 1 < len(said) <= 6 and all(len(word) > 2 for word in said):
            turned = " ".join(reversed(said))
            assert iri in {hit.iri for hit in index.find(turned, limit=EVERY).hits}, label
            looked += 1
    assert looked > 100


@relaxed
@given(data=st.data())
def test_one_letter_wrong_is_put_right(
    index: Index, things: list[tuple[str, str]], data: Any
) -> None:
    _, label = data.draw(
        st.sampled_from([t for t in things if any(len(w) > 7 for w in t[1].split())])
    )
    word = max(words(fold(label)), key=len)
    at = data.draw(st.integers(0, len(word) - 1))
    wrong = word[:at] + data.draw(st.sampled_from(["", "x", f"x{word[at]}"])) + word[at + 1 :]
    finding = index.find(wrong)
    assert finding.hits, wrong
    shown = finding.instead or wrong  # a piece of a word is one, too
    assert all(shown in fold(hit.label) for hit in finding.hits)


def test_a_text_like_nothing_finds_nothing(index: Index) -> None:
    for text in ("zzzzzzqqq", "퀧퀧퀧퀧", "", "  ", "...", "ㅋㅋㅋㅋㅋㅋㅋㅋ"):
        assert not index.find(text).hits


def test_no_code_of_the_model_answers_words(kg: KnowledgeGraph, index: Index) -> None:
    labels = kg.store.select(
        f"SELECT DISTINCT ?l {{ ?list a skos:ConceptScheme "
        f'FILTER(STRSTARTS(STR(?list), "{ID}codelist/")) ?code skos:inScheme ?list ; '
        'skos:prefLabel ?l FILTER(LANG(?l) = "en") }'
    )
    assert len(labels) > 200
    for (label,) in labels:
        assert not any(hit.is_code for hit in index.find(label.value).hits), label
    phases = index.find("draft", classes=(expand("coop:ListStatus"),)).hits
    assert [hit.key for hit in phases] == ["draft"]  # who asks for codes gets them


@pytest.mark.parametrize("kind", ["any", "coop:Technology|coop:Country"])
def test_two_letters_of_a_country_are_no_answer_alone(index: Index, kind: str) -> None:
    with pytest.raises(AmbiguousEntity) as caught:
        entity("ai", kind, index)
    assert "id:country/ai" in str(caught.value)
    assert "id:technology/artificial-intelligence" in str(caught.value)


def test_two_letters_of_a_country_alone_are_it(index: Index) -> None:
    assert entity("ai", "coop:Country", index) == f"{ID}country/ai"
    for code in ("us", "ch", "kr", "JP"):
        assert entity(code, "any", index) == f"{ID}country/{code.lower()}"


def test_did_you_mean_is_the_same_everywhere(index: Index, store_folder: Path) -> None:
    with pytest.raises(UnknownEntity, match="did you mean") as caught:
        entity("fraunhoffer", "any", index)
    assert "fraunhofer-gesellschaft" in str(caught.value)
    store = ("--store", str(store_folder))
    for command in (
        ("brief", "quantm"),
        ("show", "quantm"),
        ("query", "partners", "-p", "technology=quantm"),
    ):
        ran = called(*command, *store)
        assert ran.code == 2, ran.err
        assert "did you mean" in ran.err.decode()
        assert "quantum" in ran.err.decode()
    ran = called("brief", "ai", *store)
    assert ran.code == 2
    assert "id:technology/artificial-intelligence" in ran.err.decode()


def test_what_was_written_most_like_it_is_offered_first(index: Index) -> None:
    with pytest.raises(UnknownEntity, match=r"did you mean Quantum technology \(quantum\)"):
        entity("quantu", "coop:Technology", index)


def test_the_command_says_why_and_what_it_looked_for(store_folder: Path) -> None:
    ran = called("search", "fraunhoffer", "--lang", "ko", "--store", str(store_folder))
    assert ran.code == 0
    assert "다른 이름" in ran.out.decode()
    assert "“fraunhofer”" in (ran.out + ran.err).decode()


def test_what_is_named_most_comes_first(tmp_path: Path) -> None:
    readers = Readers()
    labels = Labels(readers)
    of, said = expand("coop:partner"), expand("skos:prefLabel")
    names = {"a": 1, "b": 3, "c": 0}
    for key, times in names.items():
        node = f"<{ID}organisation/{key}>"
        for n in range(times):
            readers.read([f"<urn:{n}> <{of}> {node} .\n".encode()])
        readers.read([f'{node} <{said}> "Institute {key} of 한국연구"@en .\n'.encode()])
    with IndexWriter(tmp_path / "index") as writer:
        writer.add(labels)
    index = Index(tmp_path / "index")
    try:
        assert [hit.key for hit in index.find("ㅎㄱㅇㄱ").hits] == ["b", "a", "c"]
    finally:
        index.close()


def test_a_store_without_an_index_finds_words_in_any_order(article_folder: Path) -> None:
    asked = RemoteIndex(Store.open(article_folder))
    keys = [hit.key for hit in asked.find("quantum MIT").hits]
    assert {"mit", "quantum", "link-quantum-mit"} <= set(keys)
    assert not any(hit.is_code for hit in asked.find("lead").hits)
    assert not asked.find("quantm").hits  # spellings are looked up in an index


@relaxed
@given(st.text(st.one_of(st.sampled_from("\"*%_^:()' ㄱㅇ가양AND"), st.characters()), max_size=12))
def test_any_text_is_taken_as_it_stands(index: Index, text: str) -> None:
    for hit in index.find(text).hits:
        assert hit.label
        assert not hit.is_code
