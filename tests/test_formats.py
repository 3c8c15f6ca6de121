"""Formats as values, and N-Triples as the W3C writes them."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coopgraph.errors import CellInvalid, UnknownFormat
from coopgraph.formats import DATASET, SOLUTIONS, TRIPLES, Format, named
from coopgraph.formats.ntriples import curie, iri, line, string, typed
from coopgraph.vocabulary import is_iri

TEXT = st.text(st.characters(exclude_categories=["Cs"]))


@pytest.mark.parametrize("known", [DATASET, SOLUTIONS, TRIPLES])
def test_a_format_is_found_by_its_name(known: tuple[Format, ...]) -> None:
    for format in known:
        assert named(format.name, known) is format
    with pytest.raises(UnknownFormat, match="unknown format 'pdf'; known: ") as caught:
        named("pdf", known)
    assert caught.value.exit_code == 2


def test_the_nearest_format_is_suggested() -> None:
    with pytest.raises(UnknownFormat, match="did you mean trig"):
        named("tri", DATASET)


@pytest.mark.parametrize("format", {*DATASET, *TRIPLES})
def test_the_engine_knows_each_rdf_format(format: Format) -> None:
    found = ox.RdfFormat.from_media_type(format.media_type)
    assert found is not None
    assert found == ox.RdfFormat.from_extension(format.extension)


@pytest.mark.parametrize("format", SOLUTIONS)
def test_the_engine_knows_each_result_format(format: Format) -> None:
    found = ox.QueryResultsFormat.from_media_type(format.media_type)
    assert found is not None
    assert found == ox.QueryResultsFormat.from_extension(format.extension)


@given(TEXT, st.sampled_from(["", "en", "ko"]))
def test_any_text_is_read_back_from_a_line(text: str, lang: str) -> None:
    written = line(curie("id:x/s"), curie("coop:p"), string(text, lang))
    assert "\n" not in written
    (quad,) = ox.parse(written, format=ox.RdfFormat.N_TRIPLES)
    assert quad.object == (ox.Literal(text, language=lang) if lang else ox.Literal(text))


@given(TEXT)
def test_an_iri_never_breaks_out_of_its_brackets(text: str) -> None:
    if not is_iri(text):
        with pytest.raises(CellInvalid, match="is not an absolute IRI"):
            iri(text)
        return
    assert iri(text) == f"<{text}>"
    assert not set(text) & set('<>"{}|^`\\ \n\t')


def test_a_typed_literal() -> None:
    (quad,) = ox.parse(
        line(iri("a:s"), iri("a:p"), typed("2024-02", "gYearMonth")),
        format=ox.RdfFormat.N_TRIPLES,
    )
    assert isinstance(quad.object, ox.Literal)
    assert quad.object.datatype.value == "http://www.w3.org/2001/XMLSchema#gYearMonth"
