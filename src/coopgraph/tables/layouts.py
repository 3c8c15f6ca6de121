"""Layouts of the tables since version 0.1: each change is one `Step` of `STEPS`, in order.

A build refuses a folder of an older layout in one line; `coopgraph upgrade-tables` takes the steps:

    Step("budget_levels", new=("amounts",))                          # a table has another name
    Step("plans", "issuers", ("planners",))                          # a column has another name
    Step("amounts", "year", ("period_from", "period_to"))            # … or two
    Step("amounts", "amount_krw", ("amount",), {"currency": "KRW"})  # a constant beside its values
    Step("partner_links", beside={"role": "intended"})               # a column, where there is none
    Step("stance_assignments", change=function)                      # anything: `function(tables)`

Tables and columns are named as the steps before have left them. Where nothing of an older layout
is found, nothing happens.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from coopgraph.errors import TableError
from coopgraph.tables.catalogue import BY_NAME
from coopgraph.tables.description import JURISDICTION, SEPARATOR
from coopgraph.tables.jurisdictions import has_jurisdiction, jurisdictions
from coopgraph.tables.row import Row, Rows

#: The cells of each row as they are written, by table.
Tables: TypeAlias = "dict[str, list[dict[str, str]]]"
#: What to do about a folder of an older layout.
REMEDY: Final = "that is of an older layout: run coopgraph upgrade-tables FOLDER"


@dataclass(frozen=True)
class Step:
    """What an older layout had, `table` or its `column`, and what there is in its place: `new`
    names, `beside` them constants in the rows that have a value; or what `change` does."""

    table: str
    column: str = ""
    new: tuple[str, ...] = ()
    beside: Mapping[str, str] = field(default_factory=dict)
    change: Callable[[Tables], None] | None = None

    def take(self, tables: Tables) -> None:
        """Bring `tables` forward, in place; raises `TableError` where a row has old and new."""
        if self.table not in tables:
            return
        rows = tables[self.table]
        if self.change:
            if not self.column or any(self.column in row for row in rows):
                self.change(tables)
        elif not self.column and self.new:
            tables.setdefault(self.new[0], []).extend(tables.pop(self.table))
        else:
            for number, row in enumerate(rows):
                rows[number] = dict(self.moved(row))

    def moved(self, row: Mapping[str, str]) -> Iterator[tuple[str, str]]:
        """The cells of a row with those of the column under its new names."""
        if both := self.column in row and set(self.new) & row.keys():
            raise TableError(
                f"there is {self.column!r} and {min(both)!r}",
                place=f"{self.table}.csv",
                remedy="remove one of the columns",
            )
        for name, cell in row.items():
            yield from ((new, cell) for new in (self.new if name == self.column else (name,)))
        for name, value in self.beside.items() if self.column in row else ():
            yield name, row.get(name) or (value if row[self.column] else "")
        if not self.column:
            yield from ((name, row.get(name, value)) for name, value in self.beside.items())


_AMOUNTS: Final = ("amounts", "budget_changes", "reclassifications")
_YEARS: Final = ("amounts", "budget_changes", "budget_shares")
STEPS: Final[tuple[Step, ...]] = (
    Step("plans", "issuers", ("planners",)),  # decision 0027
    # Decision 0031: amounts in any currency and period; version 0.1 knew the won and the year, and
    # figures as they are stated in Korean.
    Step("budget_levels", new=("amounts",)),
    Step("amounts", "line", ("of",)),
    Step("amounts", "min_krw", ("amount_min",)),
    Step("amounts", "max_krw", ("amount_max",)),
    Step("amounts", "rounding_krw", ("rounding",), {"currency": "KRW", "per": "whole"}),
    Step("budget_changes", "rounding_krw", ("rounding",)),
    Step("reclassifications", "rounding_krw", ("rounding",)),
    *(Step(name, "amount_krw", ("amount",), {"currency": "KRW"}) for name in _AMOUNTS),
    *(Step(name, "year", ("period_from", "period_to")) for name in _YEARS),
    *(Step(name, "as_stated", ("as_stated_ko",)) for name in (*_AMOUNTS, "budget_shares")),
    Step("stance_assignments", new=("priorities",)),  # decision 0032, as those that follow
    Step("priorities", "technology", ("technologies",)),
    Step("priorities", "stance", ("stances",)),
    Step("partner_lists", "technology", ("technologies",)),
    Step("partner_links", beside={"role": "intended"}),
)
#: Columns that older layouts had not: a row that ships takes the cell that it has today.
_AS_SHIPPED: Final = {
    "planners": ("plans",),
    "bloc_code": ("organisations",),
    "priority": ("partner_lists",),
    "plan": ("concepts",),
    "reference": ("schemes",),
}
#: Tables that older layouts had not and today's rows name: they are taken over with their sources.
_TAKEN_OVER: Final = ("currencies",)


def is_older(table: str, column: str = "") -> bool:
    """Whether a table, or a column of it, is of an older layout.

    >>> is_older("plans", "issuers"), is_older("plans", "planners")
    (True, False)
    """
    marks = (step for step in STEPS if step.column or step.new or step.change)
    return any((step.table, step.column) == (table, column) for step in marks)


def upgrade(tables: Tables, shipped: Tables, default: str) -> None:
    """Bring `tables` to today's layout, in place. `default` is the country or bloc whose policy
    rows are about that nothing leads to one: version 0.1 knew no other."""
    for step in STEPS:
        step.take(tables)
    for column, names in _AS_SHIPPED.items():
        for name in names:
            known = {row["key"]: row.get(column, "") for row in shipped.get(name, ())}
            for row in tables.get(name, ()):
                if not row.get(column) and known.get(row["key"]):
                    row[column] = known[row["key"]]
    _own_stances(tables, {row["key"]: row for row in shipped.get("stances", ())})
    for name in _TAKEN_OVER:
        if name not in tables and (rows := shipped.get(name)):
            tables[name] = [dict(row) for row in rows]
            have = {row["key"] for row in tables.get("sources", ())}
            named = {row["source"] for row in rows} - have
            found = [dict(row) for row in shipped.get("sources", ()) if row["key"] in named]
            tables.setdefault("sources", []).extend(found)
    _say_whose(tables, shipped, default)


def _own_stances(tables: Tables, known: Mapping[str, dict[str, str]]) -> None:
    """Give each plan the stances that it takes as its own: they were codes of the model, and each
    is a word of one plan now (decision 0032)."""
    for name, column in (("priorities", "stances"), ("stance_profiles", "stance")):
        for row in tables.get(name, ()):
            stances, plan = tables.setdefault("stances", []), row.get("plan", "")
            own = {each["key"] for each in stances}
            word = known.get(row.get(column, ""))
            if word is None or row[column] in own:
                continue
            mine = dict(word)
            if plan != word["plan"]:
                mine |= {"key": f"{plan}-{word['key']}", "plan": plan, "broad_match": ""}
                mine |= dict.fromkeys(("start", "end", "span_sha256", "note"), "")
                mine |= {c: v for c, v in row.items() if c == "source" or c.startswith("locator")}
                row[column] = mine["key"]
            if mine["key"] not in own:
                stances.append(mine)


def _say_whose(tables: Tables, shipped: Tables, default: str) -> None:
    """Fill in whose policy the rows of tables without that column are about (decision 0027)."""
    rows = as_rows(tables)
    for name, found in rows.tables.items():
        known = {row["key"]: row.get(JURISDICTION.name, "") for row in shipped.get(name, ())}
        whose = [known.get(row.one("key"), default if missing(row, rows) else "") for row in found]
        if any(whose) and JURISDICTION.name not in tables[name][0]:
            for cells, value in zip(tables[name], whose, strict=True):
                cells[JURISDICTION.name] = value


def missing(row: Row, rows: Rows) -> bool:
    """Whether a row should say whose policy it is about, and nothing leads to it."""
    try:
        return has_jurisdiction(row.table) and not jurisdictions(row, rows)
    except (KeyError, RecursionError):  # what leads nowhere is named when the rows are checked
        return False


def as_rows(tables: Tables) -> Rows:
    """The rows as a build has them, unchecked."""
    rows = Rows(
        {
            name: [as_row(name, cells) for cells in found]
            for name, found in tables.items()
            if name in BY_NAME
        }
    )
    rows.by_key.update({row.key: row for row in rows if row.one("key")})
    return rows


def as_row(name: str, cells: Mapping[str, str]) -> Row:
    """The cells of a row of the table `name`, unchecked."""
    split = {column: tuple(filter(None, cell.split(SEPARATOR))) for column, cell in cells.items()}
    return Row(BY_NAME[name], 0, split)
