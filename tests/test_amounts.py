"""Amounts in any currency and period: what adds up, what is compared, how it is written."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import invented
import pytest
from figures_of_tests import change, level

from coopgraph.compiler import build
from coopgraph.errors import TablesInvalid
from coopgraph.measures import MeasureData, measure
from coopgraph.queries import ask
from coopgraph.reconciliation.checks import check_change, check_share
from coopgraph.reconciliation.disagreements import level_disagreements
from coopgraph.reconciliation.figures import StatedShare
from coopgraph.store import Store
from coopgraph.tables.codes import read_codes
from coopgraph.tables.rows import read_tables
from coopgraph.view.style import widths

BILLION = Decimal(10) ** 9
YEN: dict[str, Any] = {"currency": "JPY"}
#: Other figures about the line `cloth`: by key, what is otherwise than in `invented.level`.
OTHERS: dict[str, dict[str, str]] = {
    "in-yen": {"amount": "50100000000", "rounding": "100000000", "currency": "jpy"},
    "yen-again": {"amount": "6", "currency": "JPY", "period_from": "2032", "period_to": "2032"},
    "most": {
        "amount": "",
        "amount_max": "900000",
        "per": "per-project",
        "qualifier": "at-most",
        "currency": "GBP",
    },
    "financial-year": {"period_from": "2031-04-01", "period_to": "2032-03-31"},
    "over-years": {"period_from": "2031", "period_to": "2034", "qualifier": "about"},
    "since": {"period_from": "2031-10", "period_to": ""},
}


def content() -> invented.Tables:
    """The invented tables with amounts in yen and pounds, for a project, and for other periods."""
    tables = invented.tables()
    for code, name, korean in (("JPY", "Yen", "엔"), ("GBP", "Pound", "파운드")):
        row = {"key": code.lower(), "label_en": name, "label_ko": korean, "code": code}
        tables["currencies"].append({**row, "minor_unit": "2"})
    tables["budget_lines"][0]["owners"] = "beta-agency"
    tables["amounts"] += [invented.level(key, "700") | more for key, more in OTHERS.items()]
    for row in tables["amounts"]:
        if row["key"] == "in-yen":
            row.pop("as_stated_ko")
            row["as_stated_en"] = "50.1 billion yen"
        if row["key"] == "over-years":
            row.update(amount="1100000000000", rounding="100000000000", as_stated_ko="약 1.1조 원")
    return tables


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    folder = tmp_path_factory.mktemp("amounts")
    build(invented.write(folder / "data", content()), folder / "store")
    return Store.open(folder / "store")


def value_of(store: Store, key: str, name: str) -> list[str]:
    asked = f"SELECT ?o {{ id:budget-level\\/{key} coop:{name} ?o }}"
    return [str(term.value) for (term,) in store.select(asked)]


@pytest.mark.parametrize(
    ("table", "key", "cells", "said"),
    [
        ("amounts", "level-2031", {"currency": "XBD"}, "'xbd' is not a key of currencies; did you"),
        ("amounts", "level-2031", {"currency": ""}, "column currency: the cell is empty; fill in"),
        (
            "budget_changes",
            "cloth-change",
            {"amount": "20"},
            "column currency: an amount without a currency; name it by its ISO 4217 code",
        ),
        (
            "amounts",
            "level-2031",
            {"period_to": "2030"},
            "period_to: 2030 is before 2031 (period_from)",
        ),
        ("amounts", "level-2031", {"amount": "-5"}, "column amount: -5 is negative; give the"),
        ("amounts", "most", {"amount_max": "-5"}, "column amount_max: -5 is negative"),
        ("amounts", "most", {"amount_max": ""}, "column amount: there is no amount"),
        (
            "amounts",
            "most",
            {"amount_min": "9000000"},
            "amount_max: 900000 is less than amount_min",
        ),
        ("amounts", "level-2031", {"as_stated_en": "120"}, "a figure is stated in one language"),
        ("budget_shares", "part", {"percent": "101"}, "column percent: 101 % is no share; write a"),
        ("budget_shares", "part", {"percent": ""}, "'exact' has no share; give percent, or"),
        ("budget_shares", "part", {"percent_max": "50"}, "'exact' has percent and percent_max"),
        (
            "budget_shares",
            "part",
            {"percent": "", "percent_min": "50", "percent_max": "40", "qualifier": "range"},
            "column percent_max: 40 is less than percent_min, 50",
        ),
        ("amounts", "level-2031", {"per": "project"}, "'project' is not a code of unit"),
    ],
)
def test_a_slip_is_one_line_with_its_place_and_its_mend(
    tmp_path: Path, table: str, key: str, cells: dict[str, str], said: str
) -> None:
    tables = content()
    share = {"parts": "cloth", "whole": "cloth", "percent": "40", "percent_rounding": "1"}
    more = {"qualifier": "exact", "jurisdiction": "xb", "modality": "reported"}
    tables["budget_shares"] = [{"key": "part", **share, **more, "as_stated_en": "40 %"}]
    rows = tables[table]
    number, row = next((n, row) for n, row in enumerate(rows, 2) if row["key"] == key)
    row.update(cells)
    with pytest.raises(TablesInvalid) as caught:
        read_tables(invented.write(tmp_path, tables), read_codes())
    (problem,) = caught.value.problems
    assert str(problem).startswith(f"{table}.csv, row {number}, column ")
    assert said in str(problem)


def test_the_code_of_a_currency_may_be_in_capitals_or_not(store: Store) -> None:
    assert value_of(store, "in-yen", "currency") == ["https://w3id.org/coopgraph/id/currency/jpy"]
    assert value_of(store, "most", "currency") == ["https://w3id.org/coopgraph/id/currency/gbp"]


def test_the_year_of_a_period_is_that_in_which_a_year_starts(store: Store) -> None:
    assert value_of(store, "level-2031", "fiscalYear") == ["2031"]
    assert value_of(store, "financial-year", "fiscalYear") == ["2031"]
    assert value_of(store, "over-years", "fiscalYear") == []
    assert value_of(store, "since", "fiscalYear") == []


@pytest.mark.parametrize(
    ("key", "lang", "label"),
    [
        ("in-yen", "en", "Cloth 2031, approved: JPY 50.1 billion"),
        ("in-yen", "ko", "직물 예산 2031 국회 확정: 501억 엔"),
        ("over-years", "en", "Cloth 2031–2034, approved: about XBC 1.1 trillion"),
        ("over-years", "ko", "직물 예산 2031–2034 국회 확정: 약 1.1조 원"),
        ("most", "en", "Cloth 2031, approved: at most GBP 900,000, per project"),
        ("since", "en", "Cloth 2031-10–, approved: XBC 700"),
    ],
)
def test_a_figure_is_written_with_its_currency_and_keeps_its_language(
    store: Store, key: str, lang: str, label: str
) -> None:
    iri = f"https://w3id.org/coopgraph/id/budget-level/{key}"
    assert store.labels([iri], lang)[iri] == label


def test_the_stated_figure_is_given_as_it_is(store: Store) -> None:
    stated = {row["amount"]: row["as_stated"] for row in asked(store, "amounts")}
    assert stated[Decimal(1100000000000)] == "약 1.1조 원"
    assert stated[Decimal(50100000000)] == "50.1 billion yen"


def asked(store: Store, name: str, **values: str) -> list[dict[str, Any]]:
    return list(ask(store, name, {"jurisdiction": "all", **values}))


def test_a_question_gives_currency_period_and_unit(store: Store) -> None:
    rows = {(row["currency"], row["period_from"], row["period_to"], str(row["per"]))
            for row in asked(store, "budget-levels")}  # fmt: skip
    assert ("JPY", "2031", "2031", "whole") in rows
    assert ("GBP", "2031", "2031", "per project") in rows
    assert ("XBC", "2031-04-01", "2032-03-31", "whole") in rows
    years = [row["year"] for row in asked(store, "budget-levels")]
    assert len(years) == 8
    assert years.count(None) == 2
    assert {row["year"] for row in asked(store, "budget-levels", year="2031")} == {2031}


def test_a_measure_has_a_row_a_currency_and_period_and_none_for_what_a_project_gets(
    store: Store,
) -> None:
    rows = list(measure(MeasureData(store), "money", {"jurisdiction": "all"}))
    found = [(row["year"], row["currency"], row["lowest"], row["highest"]) for row in rows]
    assert sorted(found) == [
        (2030, "XBC", 100, 100),
        (2031, "JPY", 50100000000, 50100000000),
        (2031, "XBC", 120, 120),
        (2031, "XBC", 700, 700),
        (2032, "JPY", 6, 6),
    ]


@pytest.mark.parametrize(
    "other",
    [YEN, {"per": "per-project"}, {"rate": "per-year"}, {"phase": "approved"}, {"year": 2025}],
)
def test_only_whole_amounts_of_one_phase_currency_and_period_add_up(other: dict[str, Any]) -> None:
    levels = {
        "a": level("a", 4 * BILLION),
        "b": level("b", 5 * BILLION),
        "all": level("all", 10 * BILLION),
    }
    share = StatedShare("s", "90 %", Decimal(90), Decimal(1), "exact", ("a", "b"), "all")
    assert check_share(share, levels).recomputed == "90.0 %, whole 10,000,000,000 KRW"
    ranges = {(85, 95): "consistent", (60, 70): "inconsistent"}
    for (low, high), verdict in ranges.items():
        between = replace(share, percent=None, low=Decimal(low), high=Decimal(high))
        assert check_share(between, levels).verdict == verdict
    for name, amount in (("b", 5 * BILLION), ("all", 10 * BILLION)):
        check = check_share(share, {**levels, name: level(name, amount, **other)})
        assert (check.verdict, check.recomputed) == ("not-checkable", "")


def test_nothing_is_converted() -> None:
    new, old = level("new", 12 * BILLION), level("old", 10 * BILLION, year=2023)
    stated = change(percent=Decimal(20), percent_rounding=Decimal(1))
    assert check_change(stated, {"new": new, "old": old}, ()).verdict == "consistent"
    others: list[dict[str, Any]] = [YEN, {"per": "per-team"}]
    for other in others:
        in_yen = level("old", 10 * BILLION, year=2023, **other)
        check = check_change(stated, {"new": new, "old": in_yen}, ())
        assert (check.verdict, check.recomputed) == ("not-checkable", "")
    of_yen = change(amount=2 * BILLION, rounding=BILLION, base_level=None, **YEN)
    assert check_change(of_yen, {"new": new}, ()).verdict == "not-checkable"


def test_figures_in_two_currencies_do_not_disagree() -> None:
    one, other = level("a", BILLION), level("b", 2 * BILLION, source="t")
    assert len(list(level_disagreements([one, other], set()))) == 1
    others: list[dict[str, Any]] = [YEN, {"per": "per-project"}, {"period_to": "2025"}]
    for more in others:
        apart = level("b", 2 * BILLION, source="t", **more)
        assert list(level_disagreements([one, apart], set())) == []


def test_no_network_draws_two_currencies_on_one_scale(store: Store) -> None:
    from coopgraph.network import project
    from coopgraph.view.style import style_of

    drawn = project(store, "budgets", {"jurisdiction": "all"})
    by_currency: dict[object, list[tuple[float, float]]] = {}
    for edge, width in zip(drawn.edges, style_of(drawn).edge_widths, strict=True):
        by_currency.setdefault(edge.attributes.get("currency"), []).append((edge.weight, width))
    assert {"XBC", "JPY"} <= by_currency.keys()
    for found in by_currency.values():
        assert [width for _, width in found] == list(widths([weight for weight, _ in found]))


def test_no_measure_of_a_network_adds_up_two_currencies(store: Store) -> None:
    from coopgraph.measures.network_positions import position
    from coopgraph.network import project

    both = project(store, "budgets", {"jurisdiction": "all"})
    assert len({e.attributes.get("currency") for e in both.edges} - {None}) > 1
    assert both.matrix().sum() == len(both.edges)
    told = position(both).column("weight")
    assert max(float(str(weight)) for weight in told) <= 2 * len(both.edges)
    kept = [e for e in both.edges if e.attributes.get("currency") == "JPY"]
    one = replace(both, edges=kept)
    assert one.matrix().sum() == sum(e.weight for e in kept) > BILLION


def test_a_chart_has_a_panel_for_each_currency(store: Store) -> None:
    from coopgraph.view.charts import kinds
    from coopgraph.view.charts.figure import Caption

    answer = ask(store, "budget-series", {"jurisdiction": "all"})
    assert {row["currency"] for row in answer} == {"XBC", "JPY"}
    texts = [shape.text for shape in kinds.series(answer).shapes if isinstance(shape, Caption)]
    titles = {str(row["line"]) for row in answer}
    units = [texts[at + 1] for at, text in enumerate(texts) if text in titles]
    assert ["JPY" in unit for unit in units] == [True, False]
