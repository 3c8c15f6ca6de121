"""The code lists: every list and code complete, and one for every column of codes."""

from __future__ import annotations

import pytest
from ontology_facts import (
    CODE_IRIS,
    CODE_LISTS,
    CODES,
    CORE,
    DEFINITION,
    RDFS,
    SKOS,
    TYPE,
    short,
)

from coopgraph.tables.catalogue import TABLES
from coopgraph.tables.description import Column
from coopgraph.vocabulary import COOP, ID, PREFIXES, expand

# --- the code lists ---------------------------------------------------------------------

CODE_COLUMNS = [
    (table.name, column) for table in TABLES for column in table.columns if column.kind == "code"
]
COLUMN_NAMES = [f"{table}.{column.name}" for table, column in CODE_COLUMNS]


def list_class(scheme: str) -> str:
    """The one class to which all codes of a list belong, beside `coop:Code`."""
    [name] = {
        kind
        for code in CODE_IRIS
        if code.startswith(f"{ID}{scheme}/")
        for kind in CODES.values[code][TYPE]
        if kind.startswith(COOP) and kind != COOP + "Code"
    }
    return name


@pytest.mark.parametrize(("table", "column"), CODE_COLUMNS, ids=COLUMN_NAMES)
def test_the_code_list_of_a_column_exists(table: str, column: Column) -> None:
    for scheme in column.of:
        assert f"{ID}codelist/{scheme}" in CODE_LISTS
        if column.predicate.startswith("coop:"):
            assert list_class(scheme) in CORE.values[expand(column.predicate)][RDFS + "range"]


@pytest.mark.parametrize("scheme", CODE_LISTS, ids=short)
def test_a_code_list_has_labels_and_codes(scheme: str) -> None:
    assert CODES.values[scheme][TYPE] == [SKOS + "ConceptScheme"]
    assert sorted(CODES.languages[scheme][SKOS + "prefLabel"]) == ["en", "ko"]
    name = scheme.removeprefix(ID + "codelist/")
    members = [c for c in CODE_IRIS if CODES.values[c][SKOS + "inScheme"] == [scheme]]
    assert len(members) >= 2
    assert members == [c for c in CODE_IRIS if c.startswith(f"{ID}{name}/")]
    above = CORE.values[list_class(name)][RDFS + "subClassOf"]
    assert all(COOP + "Code" in (*above, *CODES.values[code][TYPE]) for code in members)


@pytest.mark.parametrize("code", CODE_IRIS, ids=short)
def test_a_code_is_complete(code: str) -> None:
    assert SKOS + "Concept" in CODES.values[code][TYPE]
    assert len(CODES.values[code][SKOS + "inScheme"]) == 1
    assert sorted(CODES.languages[code][SKOS + "prefLabel"]) == ["en", "ko"]
    assert sorted(CODES.languages[code][DEFINITION]) == ["en", "ko"]
    assert code.rpartition("/")[2] in CODES.values[code][SKOS + "notation"]


def test_a_code_and_its_labels_are_unique() -> None:
    """Within its list, and among the lists that one column takes."""
    codes = {scheme: {short(c).partition("/")[2] for c in CODE_IRIS
                      if c.startswith(f"{ID}{short(scheme).partition('/')[2]}/")}
             for scheme in CODE_LISTS}  # fmt: skip
    assert sum(map(len, codes.values())) == len(CODE_IRIS)
    for table, column in CODE_COLUMNS:
        taken = [code for name in column.of for code in codes[f"{ID}codelist/{name}"]]
        assert len(taken) == len(set(taken)), (table, column.name)
    for scheme in CODE_LISTS:
        members = [c for c in CODE_IRIS if CODES.values[c][SKOS + "inScheme"] == [scheme]]
        labels = [label for c in members for label in CODES.values[c][SKOS + "prefLabel"]]
        assert len(labels) == len(set(labels)), short(scheme)


def test_foreign_codes_on_the_modes_name_their_code_book() -> None:
    source, notation = PREFIXES["dcterms"] + "source", SKOS + "notation"
    foreign = {
        short(c): CODES.values[c][notation][1:] for c in CODE_IRIS if CODES.values[c][source]
    }
    assert foreign == {
        "mode/joint-research": ["TH25", "PI007", "PP036 V0040"],
        "mode/attracting-scientists": ["TH55", "PI011"],
        "mode/people-exchange": ["TH55", "PI011"],
    }
