"""Answers as values and as text: table, CSV, TSV, JSON, HTML."""

from __future__ import annotations

import csv
import json
import math
import pickle
import re
from dataclasses import replace
from decimal import Decimal
from html.parser import HTMLParser
from io import StringIO
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wcwidth import wcswidth

from coopgraph.errors import UnknownFormat
from coopgraph.formats.csv import restored
from coopgraph.queries import Answer, Entity, load_question, question_names
from coopgraph.queries.answer import ANSWERS, Year, cell, plain, shown
from coopgraph.vocabulary import XSD

A = Entity("Quantum", "https://example.org/q")
texts = st.text(st.characters(blacklist_categories=["Cs"]), max_size=12)
hard = st.one_of(texts, st.text('\t\r\n",; \x0b\x85\u2028가', max_size=6))
entities = st.builds(Entity, hard, st.just("https://example.org/x"))
decimals = st.decimals(allow_nan=False, allow_infinity=False, places=18)
numbers = st.one_of(st.integers(), decimals, st.floats(), st.builds(Year, st.integers(1, 9999)))
cells = st.one_of(st.none(), st.booleans(), numbers, hard, entities)


@st.composite
def answers(draw: Any) -> Answer:
    width = draw(st.integers(1, 4))
    rows = draw(st.lists(st.tuples(*[cells] * width), max_size=5))
    names = tuple(f"c{i}" for i in range(width))
    return Answer(names, tuple(rows), draw(st.sampled_from([(), names[:1]])))


@settings(deadline=None)
@given(answers())
def test_csv_comes_back_through_the_csv_module(answer: Answer) -> None:
    read = list(csv.reader(StringIO(ANSWERS.write(answer, "csv"), newline="")))
    assert read[0] == list(answer.header())
    cells = [[restored(cell) for cell in row] for row in read[1:]]
    assert cells == [[plain(c) for c in record] for record in answer.records()]


@settings(deadline=None)
@given(answers())
def test_tsv_is_a_grid(answer: Answer) -> None:
    text = ANSWERS.write(answer, "tsv")
    assert text.endswith("\n")
    lines = text.splitlines()
    assert len(lines) == 1 + len(answer)
    assert {line.count("\t") for line in lines} == {len(answer.header()) - 1}


@settings(deadline=None)
@given(answers())
def test_json_comes_back_with_its_types(answer: Answer) -> None:
    def refuse(name: str) -> None:
        raise AssertionError(f"{name} is not JSON")

    read = json.loads(ANSWERS.write(answer, "json"), parse_constant=refuse)
    assert [list(row) for row in read] == [list(answer.header())] * len(answer)
    for row, record in zip(read, answer.records(), strict=True):
        for got, held in zip(row.values(), record, strict=True):
            if isinstance(held, bool) or held is None:
                assert got is held
            elif isinstance(held, float) and not math.isfinite(held):
                assert got == str(held)
            elif isinstance(held, int | float | Decimal):
                assert float(got) == float(held)
                assert not isinstance(got, str)
            else:
                assert got == str(held)


@settings(deadline=None)
@given(answers(), st.integers(1, 120))
def test_no_line_of_a_table_is_wider_than_the_terminal(answer: Answer, width: int) -> None:
    for line in ANSWERS.write(answer, "table", width=width).splitlines():
        assert 0 <= wcswidth(line) <= width
        assert line.isprintable()


@settings(deadline=None)
@given(answers())
def test_a_table_without_a_width_is_not_cut(answer: Answer) -> None:
    lines = ANSWERS.write(answer, "table").split("\n")
    assert len(lines) == len(answer) + 4
    for row, line in zip(answer.rows, lines[2:-2], strict=True):
        for value in row:
            assert shown(value).rstrip() in line


@pytest.mark.parametrize(
    ("value", "text", "digits"),
    [
        (Decimal(25900000000000), "25,900,000,000,000", "25900000000000"),
        (Decimal("1E+3"), "1,000", "1000"),
        (Decimal("0.3750"), "0.375", "0.375"),
        (Decimal("-0.5"), "-0.5", "-0.5"),
        (Decimal("-0.0"), "0", "0"),
        (Decimal("2.00049"), "2", "2.00049"),
        (
            Decimal("12345678901234567890.123456789012345678"),
            "12,345,678,901,234,567,890.123",
            "12345678901234567890.123456789012345678",
        ),
        (10**40, f"{10**40:,}", "1" + "0" * 40),
        (1e300, "1e+300", "1e+300"),
        (-0.0, "0", "-0.0"),
        (0.00001234, "1.234e-05", "1.234e-05"),
        (1234.5, "1,234.5", "1234.5"),
        (math.nan, "nan", "nan"),
        (-math.inf, "-inf", "-inf"),
        (Year(2024), "2024", "2024"),
        (True, "true", "true"),
        (None, "", ""),
        ("a\x1b[31m\u202eb\n", "a·[31m·b·", "a\x1b[31m\u202eb\n"),
    ],
)
def test_a_cell_for_people_and_for_programs(value: Any, text: str, digits: str) -> None:
    assert shown(value) == text
    assert plain(value) == digits


def literal(text: str, datatype: str) -> Any:
    return cell(ox.Literal(text, datatype=ox.NamedNode(XSD + datatype)), {})


@pytest.mark.parametrize(
    ("text", "datatype", "value"),
    [
        ("42", "integer", 42),
        ("-7", "long", -7),
        ("1.50", "decimal", Decimal("1.50")),
        ("1e3", "double", 1000.0),
        ("INF", "double", math.inf),
        ("true", "boolean", True),
        ("0", "boolean", False),
        ("2024", "gYear", Year(2024)),
        ("2024-05", "gYearMonth", "2024-05"),
        # ill-typed: shown as they stand
        ("1_000", "integer", "1_000"),
        ("१२", "integer", "१२"),
        ("9" * 5000, "integer", "9" * 5000),
        ("NaN", "decimal", "NaN"),
        ("1e3", "decimal", "1e3"),
        ("inf", "double", "inf"),
        ("yes", "boolean", "yes"),
        ("24", "gYear", "24"),
    ],
)
def test_a_literal_becomes_a_value(text: str, datatype: str, value: Any) -> None:
    got = literal(text, datatype)
    assert got == value
    assert type(got) is type(value)


def test_other_terms() -> None:
    node = ox.NamedNode("https://w3id.org/coopgraph/id/technology/quantum")
    assert cell(node, {}) == "id:technology/quantum"
    assert cell(node, {node.value: "양자"}) == "양자"
    assert cell(None, {}) is None
    assert cell(ox.BlankNode("b"), {}) == "_:b"
    assert cell(ox.Literal("글", language="ko"), {}) == "글"


def test_an_entity_is_its_label_and_survives_a_copy() -> None:
    again = pickle.loads(pickle.dumps(A))
    assert (again, again.iri) == (A, A.iri)
    assert min([Entity("b", "x:1"), Entity("a", "x:2")]).iri == "x:2"


def test_columns_are_aligned_by_what_a_terminal_shows() -> None:
    answer = Answer(("name", "n"), (("양자", 5), ("quantum", 1200), ("é", None)))
    assert ANSWERS.write(answer, "table") == (
        "name         n\n───────  ─────\n양자         5\nquantum  1,200\né\n(3 rows)\n"
    )


def test_text_gives_way_before_a_number_is_cut() -> None:
    answer = Answer(("line", "amount"), (("반도체 연구개발 예산" * 3, Decimal(2_100_000_000_000)),))
    drawn = ANSWERS.write(answer, "table", width=30)
    assert "2,100,000,000,000" in drawn
    assert "…" in drawn


def test_an_empty_answer_still_has_its_columns() -> None:
    answer = Answer(("a", "b"), (), ("a",))
    assert ANSWERS.write(answer, "table") == "a  b\n─  ─\n(0 rows)\n"
    assert ANSWERS.write(answer, "csv") == "a,b,a_iri\n"
    assert ANSWERS.write(answer, "tsv") == "a\tb\ta_iri\n"
    assert json.loads(ANSWERS.write(answer, "json")) == []
    assert "<tbody></tbody>" in ANSWERS.write(answer, "html")
    assert answer.sources().columns == ("row", "source", "locator", "date", "url", "reading")


def test_an_unknown_format_suggests_the_nearest() -> None:
    with pytest.raises(UnknownFormat, match="'jsn'; did you mean json"):
        ANSWERS.write(Answer(("a",), ()), "jsn")


class Page(HTMLParser):
    """The tags, attributes and text that a browser would see."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def test_the_notebook_table_escapes_everything() -> None:
    bad = "<script>alert('1')</script>\"&"
    hostile = Entity(bad, 'https://example.org/"><img src=x onerror=alert(1)>')
    answer = Answer(("a<b", "c"), ((hostile, bad), (Entity("x", "javascript:alert(1)"), 1)))
    page = Page(ANSWERS.write(answer, "html"))
    assert {tag for tag, _ in page.tags} == {"table", "thead", "tbody", "tr", "th", "td", "a"}
    assert [a["href"] for tag, a in page.tags if tag == "a"] == [hostile.iri]
    assert page.text.count(bad) == 2
    assert "a<b" in page.text


def test_notes_stand_below_the_table_and_not_in_the_data() -> None:
    answer = Answer(("n",), ((1,),), notes=("more <b>", "그 밖에"))
    page = Page(ANSWERS.write(answer, "html"))
    assert [text for text in page.text if text in answer.notes] == list(answer.notes)
    assert {tag for tag, _ in page.tags} == {"table", "thead", "tbody", "tr", "th", "td", "p"}
    assert str(answer).endswith("(1 row)\nmore <b>\n그 밖에\n")
    for format_ in ("table", "csv", "tsv", "json"):
        assert "more" not in ANSWERS.write(answer, format_)


def test_records_and_columns() -> None:
    answer = Answer(("t", "n"), ((A, 1), (None, 2)), ("t",))
    assert answer.header() == ("t", "n", "t_iri")
    assert list(answer.records()) == [("Quantum", 1, A.iri), (None, 2, None)]
    assert answer.column("n") == [1, 2]
    assert list(answer)[1] == {"t": None, "n": 2}
    with pytest.raises(KeyError):
        answer.column("m")
    assert str(answer).startswith("t        n")
    assert answer._repr_html_() == ANSWERS.write(answer, "html")


def test_an_answer_as_a_data_frame() -> None:
    pytest.importorskip("pandas")
    frame = Answer(("t", "n"), ((A, 1), (None, 2)), ("t",), notes=("more",)).to_pandas()
    assert frame.attrs["notes"] == ["more"]
    assert list(frame.columns) == ["t", "n", "t_iri"]
    assert frame["n"].tolist() == [1, 2]


@pytest.mark.parametrize("name", question_names())
def test_heads_are_in_the_language_of_the_table(name: str) -> None:
    columns = load_question(name).columns
    heads = [column.heading("ko") for column in columns]
    assert len(set(heads)) == len(heads), heads
    assert all(re.search("[가-힣]", head) or head == "ROR" for head in heads), heads
    assert [column.heading("en") for column in columns] == [
        column.name.replace("_", " ") for column in columns
    ]


def test_only_what_people_read_has_heads() -> None:
    answer = Answer(("technology", "score"), (("a", 1), ("b", 2)), (), "ko")
    assert ANSWERS.write(answer, "table").splitlines()[0].split() == ["기술", "점수"]
    assert ANSWERS.write(answer, "table").endswith("(2행)\n")
    assert "<th>기술</th>" in ANSWERS.write(answer, "html")
    assert str(ANSWERS.write(answer, "csv")).splitlines()[0].endswith("technology,score")
    assert "technology" in str(ANSWERS.write(answer, "json"))
    english = replace(answer, lang="en")
    assert ANSWERS.write(english, "table").splitlines()[0].split() == ["technology", "score"]
