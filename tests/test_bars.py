"""Bars above the tables of a page: only what may be compared, and nothing silently left out."""

from __future__ import annotations

import re
from collections import Counter
from decimal import Decimal
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from page_server import Reader, get, serving

from coopgraph.api import KnowledgeGraph
from coopgraph.queries.answer import Entity
from coopgraph.server.bars import BarColumns, Bars, bars_of
from coopgraph.store import Store
from coopgraph.vocabulary import ID

AMOUNTS = BarColumns("amount", ("year",), ("currency", "phase"))
ROWS = st.fixed_dictionaries(
    {
        "amount": st.none() | st.integers(-5, 9),
        "corrected": st.none() | st.integers(0, 9),
        "year": st.none() | st.integers(2020, 2024),
        "currency": st.sampled_from(["KRW", "EUR"]),
        "phase": st.sampled_from([None, "approved", "proposal"]),
    }
)


def made(rows: list[dict[str, object]], columns: BarColumns = AMOUNTS) -> Bars | None:
    return bars_of(rows, columns, lambda name, row: "" if row[name] is None else str(row[name]))  # type: ignore[arg-type]


@given(st.lists(ROWS, max_size=20))
def test_bars_are_of_one_currency_and_phase_and_the_rest_is_counted(
    rows: list[dict[str, object]],
) -> None:
    drawn = made(rows)
    if drawn is None:
        return
    said = {tuple(filter(None, (row["currency"], row["phase"]))) for row in rows}
    assert tuple(drawn.common.split(" · ")) in said
    assert max(bar.share for bar in drawn.bars) == 1 or drawn.apart
    assert all(0 <= bar.share <= 1 for bar in drawn.bars)
    assert 0 <= drawn.apart <= len(rows) - 1
    assert not any(Decimal(bar.told) < 0 for bar in drawn.bars)


def test_a_known_misprint_is_as_long_as_it_is_read() -> None:
    row = {"year": 2025, "currency": "KRW", "phase": None}
    drawn = made(
        [{**row, "amount": 100, "corrected": None}, {**row, "amount": 1000, "corrected": 100}]
    )
    assert drawn is not None
    assert [(bar.share, bar.is_reading, bar.told) for bar in drawn.bars] == [
        (1.0, False, "100"), (1.0, True, "100"),
    ]  # fmt: skip


def test_nothing_is_drawn_of_one_row_or_of_nothing_but_noughts() -> None:
    row = {"year": 2025, "currency": "KRW", "phase": None, "corrected": None}
    assert made([]) is None
    assert made([{**row, "amount": 3}, {**row, "amount": 3, "currency": "EUR"}]) is None
    assert made([{**row, "amount": 0}, {**row, "amount": 0, "year": 2024}]) is None


def test_the_page_of_a_technology_draws_its_money(address: str) -> None:
    page = get(address, "/id/technology/quantum?lang=en").text
    (figure,) = re.findall(r'(?s)<figure class="bars">.*?</figure>', page)
    text = Reader(figure).text
    assert text.startswith("R&D budget for quantum technology")
    assert "2023 · approved KRW 108 billion" in text
    assert "KRW 170 billion our reading of a misprint" in text
    assert "1.7 trillion" not in text
    assert "style=" not in figure


def test_practice_is_drawn_by_partner_the_most_first(practice_folder: Path) -> None:
    observed = KnowledgeGraph(Store.open(practice_folder)).query("observed-partners")
    ((technology, count),) = Counter(observed.column("technology")).most_common(1)
    assert isinstance(technology, Entity)
    assert count > 2
    with serving(practice_folder, "--timeout-s", "60") as at:
        page = get(at, f"/id/{technology.iri.removeprefix(ID)}?lang=ko").text
    (practice,) = re.findall(r'(?s)<section class="section" id="practice".*?</section>', page)
    widths = [float(width) for width in re.findall(r'<rect width="([0-9.]+)"', practice)]
    assert len(widths) >= 2
    assert widths == sorted(widths, reverse=True)
    assert widths[0] == 100
