"""Money: between which amounts the sources put each budget line in each year."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Final

from coopgraph.i18n import text
from coopgraph.measures.answer import table
from coopgraph.network.elements import of_cell
from coopgraph.queries import Answer, Entity
from coopgraph.queries.answer import Year

MONEY: Final = ("line", "year", "figures", "lowest_krw", "highest_krw", "spread_percent", "phases")


def money(levels: Iterable[Mapping[str, Any]], lang: str = "en") -> Answer:
    """Each budget line and year for which a source gives an amount, by line and year.

    `levels` are rows of the question `budget-levels`.

    Columns: line, year, figures (how many sources and phases give one), lowest_krw and highest_krw
    (won; a range counts with neither end), spread_percent (of the lowest), phases. Amounts of
    different phases and classification bases stand side by side; they are not added up. Under a
    scenario that keeps one phase, the two ends come together.
    """
    found: dict[tuple[Entity, int], list[tuple[Decimal, str]]] = {}
    for row in levels:
        line, amount = row["line"], row["amount_krw"]
        if amount is not None and row["year"] is not None:
            assert isinstance(line, Entity)
            key = (line, int(str(row["year"])))
            found.setdefault(key, []).append((Decimal(str(amount)), str(row["phase"] or "")))
    rows = []
    for (line, year), figures in sorted(found.items(), key=lambda item: (item[0][0], item[0][1])):
        low, high = min(amount for amount, _ in figures), max(amount for amount, _ in figures)
        named = of_cell(line)
        spread = float(100 * (high - low) / low) if low else None
        phases = "; ".join(sorted({phase for _, phase in figures if phase}))
        rows.append((named, Year(year), len(figures), int(low), int(high), spread, phases))
    return table(MONEY, rows, lang, text("measure.money.title", lang))
