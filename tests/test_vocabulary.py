"""Names: CURIEs, IRIs, keys, and the folders that ship with the package."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

import coopgraph
from coopgraph import vocabulary
from coopgraph.errors import ResourceMissing
from coopgraph.vocabulary import PREFIXES, expand, expand_or_none, is_iri, is_key, resources, shrink


def test_prefixes_are_those_of_the_design() -> None:
    assert expand("coop:Technology") == "https://w3id.org/coopgraph/ns#Technology"
    assert vocabulary.entity_iri("technology", "quantum") == expand("id:technology/quantum")
    assert vocabulary.graph_iri("article") == expand("graph:article")
    assert len(set(PREFIXES.values())) == len(PREFIXES)
    assert all(is_iri(base) for base in PREFIXES.values())


@pytest.mark.parametrize("prefix", PREFIXES)
def test_a_curie_and_back(prefix: str) -> None:
    assert shrink(expand(f"{prefix}:Something")) == f"{prefix}:Something"
    assert expand_or_none(f"{prefix}:Something") == expand(f"{prefix}:Something")


@pytest.mark.parametrize(
    "text",
    [
        "quantum",
        "nowhere:thing",
        "https://w3id.org/x",
        "coop:a b",
        "coop:a>b",
        "coop:<x>",
        "Coop:Technology",
        "coop:/x",
        "",
        ":x",
    ],
)
def test_what_is_not_a_curie(text: str) -> None:
    assert expand_or_none(text) is None


@pytest.mark.parametrize(
    "text", ["https://ror.org/042nb2s44", "urn:isbn:1", "http://예.kr/가", "mailto:a@b.kr"]
)
def test_iris(text: str) -> None:
    assert is_iri(text)
    assert ox.NamedNode(text).value == text


@pytest.mark.parametrize(
    "text",
    ["", "mit", ":x", "http:", "a b:c", "http://a b", "http://a\nb", "http://<a>", "1a:b", 'a:"b'],
)
def test_what_is_not_an_iri(text: str) -> None:
    assert not is_iri(text)


@pytest.mark.parametrize("key", ["mit", "eth-zurich", "2024", "a-1-b", "0"])
def test_keys(key: str) -> None:
    assert is_key(key)


@pytest.mark.parametrize("key", ["", "MIT", "a--b", "-a", "a-", "a_b", "가", "a b", "a\n", "a/b"])
def test_what_is_not_a_key(key: str) -> None:
    assert not is_key(key)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_every_key_makes_an_iri_and_every_curie_of_an_iri_leads_back(text: str) -> None:
    if is_key(text):
        assert is_iri(vocabulary.entity_iri("technology", text))
    found = expand_or_none(text)
    assert found is None or is_iri(found)
    shrunk = shrink(text)
    assert shrunk == text or expand(shrunk) == text


def test_resources_are_found_in_the_checkout(root: Path) -> None:
    assert resources("ontology") == root / "ontology"
    assert resources("data") == root / "data"
    with pytest.raises(ResourceMissing, match="'poems' that ships with coopgraph is missing"):
        resources("poems")


def test_the_package_itself_is_light() -> None:
    heavy = ("pyoxigraph", "networkx", "numpy", "rdflib", "click", "shacl", "sqlite3")
    code = f"import sys, coopgraph; print([n for n in {heavy} if n in sys.modules])"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
    assert coopgraph.__version__ == vocabulary.VERSION
    with pytest.raises(AttributeError, match="no attribute 'poem'"):
        _ = coopgraph.poem
