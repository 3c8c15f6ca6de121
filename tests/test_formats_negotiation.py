"""Content negotiation by itself: what an Accept header gets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coopgraph.errors import UnknownFormat
from coopgraph.formats import (
    OFFERED_SOLUTIONS,
    OFFERED_TRIPLES,
    SOLUTIONS,
    SPARQL_CSV,
    SPARQL_JSON,
    SPARQL_XML,
    TRIPLES,
    Format,
    choose,
    negotiate,
)

MEDIA_TYPES = [format.media_type for format in OFFERED_SOLUTIONS]


@pytest.mark.parametrize(
    ("accept", "name"),
    [
        ("", "json"),
        ("*/*", "json"),
        ("text/csv", "csv"),
        ("TEXT/CSV", "csv"),
        ("text/*", "csv"),
        ("application/*;q=0.5, text/tab-separated-values", "tsv"),
        ("text/csv;q=0.1, application/sparql-results+xml;q=0.2", "xml"),
        ("text/csv;q=0.5, */*;q=0.4", "csv"),
        ("text/csv;q=0.4, */*;q=0.5", "json"),
        ("text/*;q=1, text/csv;q=0", "tsv"),
        ("*/*;q=1, application/*;q=0, text/*;q=0", None),
        ("*/*;q=0", None),
        ("image/png", None),
        ("no media range", None),
        ("*/csv", None),
        ("text/csv;q=2, text/tab-separated-values;q=0.1", "tsv"),
        ("text/csv;q=abc", None),
        ("text/csv;q=", None),
        ("text/html, *; q=.2, */*; q=.2", "json"),
        ("text/csv ; q=0.300 , text/html", "csv"),
        ('text/csv;note="a,b;q=0", image/png', "csv"),
        ('text/csv;note="unclosed, application/sparql-results+xml', "csv"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "xml"),
        ("application/json", "json"),
        ("text/plain", "csv"),
        (",,, text/csv ,,", "csv"),
    ],
)
def test_an_accept_header_gets_what_it_likes_best(accept: str, name: str | None) -> None:
    chosen = negotiate(accept, OFFERED_SOLUTIONS)
    assert (chosen.name if chosen else None) == name


def test_who_takes_no_format_is_told_each_once() -> None:
    assert choose("text/csv", OFFERED_SOLUTIONS) is negotiate("text/csv", OFFERED_SOLUTIONS)
    with pytest.raises(UnknownFormat) as told:
        choose("image/png", (*OFFERED_TRIPLES, *OFFERED_TRIPLES))
    known = told.value.remedy.removeprefix("ask for ").split(", ")
    assert len(known) == len(set(known))
    assert set(known) == {format.media_type for format in OFFERED_TRIPLES}


def test_without_the_words_of_others_xml_is_only_what_says_so() -> None:
    assert negotiate("application/xml", SOLUTIONS) is None
    assert negotiate("application/xml", OFFERED_TRIPLES) is not None
    assert negotiate("text/turtle", TRIPLES) is TRIPLES[0]


@given(st.permutations([SPARQL_JSON, SPARQL_XML, SPARQL_CSV]), st.sampled_from(["", "*/*"]))
def test_whoever_takes_anything_gets_what_is_offered_first(
    offered: list[Format], any_: str
) -> None:
    assert negotiate(any_, tuple(offered)) is offered[0]


@given(
    st.dictionaries(st.sampled_from(MEDIA_TYPES), st.integers(0, 1000), min_size=1),
)
def test_the_highest_quality_wins(weights: dict[str, int]) -> None:
    accept = ", ".join(f"{name};q={weight / 1000:.3f}" for name, weight in weights.items())
    chosen = negotiate(accept, OFFERED_SOLUTIONS)
    best = max(weights.values())
    if best == 0:
        assert chosen is None
    else:
        assert chosen is not None
        assert weights[chosen.media_type] == best


@given(st.text(max_size=200))
def test_any_header_has_an_answer(accept: str) -> None:
    assert negotiate(accept, OFFERED_TRIPLES) in (None, *OFFERED_TRIPLES)
