"""Money: between which amounts the sources put each budget line in each year."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Final

from coopgraph.i18n import text
from coopgraph.measures.answer import table
from coopgraph.network.elements import of_cell
from coopgraph.queries import Answer, Entity
from coopgraph.queries.answer import Year
from coopgraph.vocabulary import entity_iri

MONEY: Final = (
    "line",
    "year",
    "figures",
    "currency",
    "lowest",
    "highest",
    "lowest_stated",
    "highest_stated",
    "spread_percent",
    "phases",
)
#: What an amount is of that is no unit's.
_WHOLE: Final = entity_iri("unit", "whole")
#: The amount, the IRI of its line, the figure as stated, its phase and its source.
_Figure = tuple[Decimal, str, str, str, str]


def money(levels: Iterable[Mapping[str, Any]], lang: str = "en") -> Answer:
    """Each budget line and year for which a source gives an amount, by line and year.

    `levels` are rows of the question `budget-levels`.

    Columns: line, year, figures (how many sources and phases give one), currency, lowest and
    highest (a range counts with neither end, a known misprint as we read it), lowest_stated and
    highest_stated (as the sources state them, with their qualifiers), spread_percent (of the
    lowest), phases. Amounts of different phases and classification bases stand side by side;
    they are not added up, and an amount of a line of two ministries is one. Those of another
    currency or period have a row of their own; what each project or team gets, none. Under a
    scenario that keeps one phase, the two ends come together.
    """
    found: dict[tuple[Entity, int, str, str, str], set[_Figure]] = {}
    misprinted, ranges = set[_Figure](), set[_Figure]()
    for row in levels:
        line, amount, per = row["line"], row["amount"], row["per"]
        if row["year"] is not None and per.iri == _WHOLE:
            assert isinstance(line, Entity)
            said = (str(row["as_stated"]), str(row["phase"] or ""), str(row["source"]))
            if amount is None:
                ranges.add((Decimal(0), line.iri, *said))
                continue
            period = (str(row["period_from"]), str(row["period_to"]))
            key = (line, int(str(row["year"])), str(row["currency"]), *period)
            if row["corrected"] is not None:
                amount = row["corrected"]
                misprinted.add((Decimal(str(amount)), line.iri, *said))
            found.setdefault(key, set()).add((Decimal(str(amount)), line.iri, *said))
    rows = []
    for (line, year, currency, *_), figures in sorted(found.items(), key=lambda item: item[0]):
        least, most = min(figures), max(figures)
        named = of_cell(line)
        spread = float(100 * (most[0] - least[0]) / least[0]) if least[0] else None
        phases = "; ".join(sorted({phase for *_, phase, _ in figures if phase}))
        ends = [int(each) if each == int(each) else float(each) for each in (least[0], most[0])]
        stated = (least[2], most[2], spread, phases)
        rows.append((named, Year(year), len(figures), currency, *ends, *stated))
    notes = [
        text(note, lang, len(some))
        for note, some in (
            ("measure.money.misprints", misprinted),
            ("measure.money.ranges", ranges),
        )
        if some
    ]
    return table(MONEY, rows, lang, text("measure.money.title", lang), notes=notes)
