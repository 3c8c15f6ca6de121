"""What rows must not say together, each cell by itself being right."""

from collections.abc import Iterator, Sequence
from typing import Final

from coopgraph.errors import CellInvalid
from coopgraph.tables.description import JURISDICTION
from coopgraph.tables.jurisdictions import (
    has_jurisdiction,
    is_jurisdiction,
    jurisdictions,
    must_have_jurisdiction,
)
from coopgraph.tables.row import Row, Rows

#: Columns that say what a row is part of, or comes after.
_ORDER: Final = ("part_of", "broader", "revision_of", "replaces", "follows", "condition")


def contradictions(chosen: Sequence[Row], rows: Rows) -> Iterator[CellInvalid]:
    """What is wrong with the `chosen` among `rows`, whose references can all be followed: a part
    of itself; a period that ends before it starts; fewer counted than named; a plan or claim of
    nobody's policy."""
    circles = [
        (row, column) for row in chosen for column in _ORDER if _comes_back(row, column, rows)
    ]
    for row, column in circles:
        fact = f"{row.key!r} leads back to itself"
        yield CellInvalid(fact, place=row.place(column), remedy="name another")
    for row in chosen:
        yield from _ends_early(row)
        yield from _miscounted(row)
    whose = [row for row in chosen if has_jurisdiction(row.table) and not circles]
    of_plans = [f for row in whose if row.table.name == "plans" for f in _nobodys(row, rows)]
    yield from of_plans
    for row in whose if not of_plans else ():  # what follows from a plan is not said of each claim
        if row.table.name != "plans":
            yield from _nobodys(row, rows)


def _comes_back(row: Row, column: str, rows: Rows) -> bool:
    """Whether what `column` names leads back to the row, by that column."""
    seen: set[str] = set()
    above = list(row.cells.get(column, ()))
    while above:
        key = above.pop()
        if key == row.key:
            return True
        if key not in seen:
            seen.add(key)
            above += rows.by_key[key].cells.get(column, ())
    return False


def _ends_early(row: Row) -> Iterator[CellInvalid]:
    for start, end in (("period_from", "period_to"), ("from_date", "to_date")):
        first, last = row.one(start), row.one(end)
        if first and last and last < first[: len(last)]:
            yield CellInvalid(
                f"{last} is before {first}, when it starts",
                place=row.place(end),
                remedy=f"correct {end} or {start}",
            )


def _miscounted(row: Row) -> Iterator[CellInvalid]:
    named, counted = len(set(row.cells.get("members", ()))), row.one("stated_count")
    if counted and named > int(counted):
        yield CellInvalid(
            f"{named} are named, and the source counts {counted}",
            place=row.place("members"),
            remedy="name only those that the source names, or correct stated_count",
        )


def _nobodys(row: Row, rows: Rows) -> Iterator[CellInvalid]:
    place = row.place(JURISDICTION.name)
    for value in row.cells.get(JURISDICTION.name, ()):
        if not is_jurisdiction(rows.by_key[value]):
            yield CellInvalid(
                f"{value!r} is no country and no bloc",
                place=place,
                remedy="name a country, or an organisation that has a bloc_code",
            )
    if must_have_jurisdiction(row.table) and not jurisdictions(row, rows):
        yield CellInvalid(
            "nothing says whose policy this is about",
            place=place,
            remedy="name the country or bloc there, its plan, or the country of its holder",
        )
