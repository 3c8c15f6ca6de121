"""A scenario applied to tables: the folder of tables that the same pipeline then builds from."""

import csv
import shutil
from collections.abc import Container, Sequence
from pathlib import Path
from typing import Final

from coopgraph.compiler.settings import FILE as SETTINGS
from coopgraph.compiler.settings import default_jurisdiction
from coopgraph.errors import ScenarioInvalid, nearest
from coopgraph.i18n import text
from coopgraph.i18n.languages import SOURCE
from coopgraph.scenario.file import Change, Scenario
from coopgraph.tables.catalogue import BY_NAME
from coopgraph.tables.description import Column
from coopgraph.tables.jurisdictions import (
    has_jurisdiction,
    is_jurisdiction,
    jurisdictions,
    plan_of,
)
from coopgraph.tables.layouts import as_row, as_rows
from coopgraph.tables.row import Rows
from coopgraph.tables.rows import written_tables

Row = dict[str, str]

#: Tables whose rows say what came of others, and go with those.
_GO_ALONG: Final = ("statuses", "outcomes")


def apply_scenario(scenario: Scenario, data: Path, target: Path) -> dict[int, list[str]]:
    """Write the tables of `data` with the changes of `scenario` into the new folder `target`.

    What each change (by number) withdrew or added, as table/key. Raises `ScenarioInvalid` where
    it withdraws what is not there, adds what is there already, or changes what is of another
    jurisdiction or plan.
    """
    tables = written_tables(data)
    policy = _Ours(scenario, as_rows(tables), data)
    touched: dict[int, list[str]] = {}
    for number, change in enumerate(scenario.changes):
        rows = tables.setdefault(change.table, [])
        if change.action == "add":
            touched[number] = _add(rows, change, scenario, policy)
            continue
        gone = _withdraw(rows, change, scenario, policy)
        touched[number] = [f"{change.table}/{key}" for key in gone]
        also = BY_NAME if change.dependents else _GO_ALONG
        touched[number] += _withdraw_dependents(tables, {change.table: set(gone)}, policy, also)
    _add_source(tables.setdefault("sources", []), scenario)
    target.mkdir(parents=True)
    if (data / SETTINGS).is_file():
        shutil.copy(data / SETTINGS, target)
    for name, rows in tables.items():
        if name in BY_NAME:
            _write(target / f"{name}.csv", name, rows)
    return touched


class _Ours:
    """Whose rows a scenario changes: those of its jurisdiction, and of its plan if it has one."""

    def __init__(self, scenario: Scenario, rows: Rows, data: Path) -> None:
        self.place, self.plan, self._rows = scenario.place, scenario.plan, rows
        default = None if scenario.jurisdiction else default_jurisdiction(data, rows)
        self.whose = scenario.jurisdiction or (default.key if default else "")
        known = {row.key for row in rows if is_jurisdiction(row)}
        for value, keys in (
            (self.whose, known),
            (self.plan, {row.key for row in rows.tables.get("plans", ())}),
        ):
            if value and value not in keys:
                what = "country or bloc" if keys is known else "plan"
                fact = f"there is no {what} {value!r}"
                raise ScenarioInvalid(fact, place=self.place, remedy=nearest(value, keys))

    def has(self, table: str, cells: Row) -> bool:
        """Whether a row is one that the scenario may change: of the policy, or of nobody's."""
        row = as_row(table, cells)
        if not has_jurisdiction(row.table):
            return True
        whose = jurisdictions(row, self._rows)
        plan = plan_of(row, self._rows)
        is_ours = not self.whose or not whose or self.whose in whose
        return is_ours and (not self.plan or plan == self.plan)

    def check_added(self, table: str, cells: Row) -> None:
        """Take in a row that is added; raises `ScenarioInvalid` for one of another policy."""
        self._rows.by_key[cells["key"]] = as_row(table, cells)
        self.refuse(table, cells, "it adds")

    def refuse(self, table: str, cells: Row, fact: str) -> None:
        """Raise `ScenarioInvalid` for a row that is not one of these."""
        if not self.has(table, cells):
            whose = ", ".join(jurisdictions(as_row(table, cells), self._rows))
            plan = plan_of(as_row(table, cells), self._rows) or "no plan"
            raise ScenarioInvalid(
                f"{fact} {table}/{cells['key']}, which is of {whose}, {plan}",
                place=self.place,
                remedy="name that jurisdiction or plan at the top of the scenario, or leave it out",
            )


def _withdraw_dependents(
    tables: dict[str, list[Row]], gone: dict[str, set[str]], policy: _Ours, also_of: Container[str]
) -> list[str]:
    """Withdraw the rows of the tables `also_of` that refer to withdrawn ones, and those that refer
    to these. Of a cell that names several only the withdrawn names go, and the row only with the
    last."""
    also: list[str] = []
    while gone:
        keys = {key for found in gone.values() for key in found}  # unique over all tables
        gone = {}
        for name, rows in tables.items():
            if name not in BY_NAME or name not in also_of:
                continue
            refs = [column for column in BY_NAME[name].columns if column.kind == "ref"]
            losing = [row for row in rows if _loses(row, refs, keys)]
            for row in losing:
                policy.refuse(name, row, "it would withdraw also")
            lost = {row["key"] for row in losing}
            if lost:
                gone[name] = lost
                rows[:] = [row for row in rows if row["key"] not in lost]
                also += [f"{name}/{key}" for key in sorted(lost)]
    return also


def _loses(row: Row, refs: Sequence[Column], keys: set[str]) -> bool:
    """Whether a row cannot stand without `keys`; names of several are taken out of its cells."""
    for column in refs:
        named = row.get(column.name, "").split("|")
        left = [key for key in named if key not in keys]
        if len(left) == len(named):
            continue
        if not left or not column.many:
            return True
        row[column.name] = "|".join(left)
    return False


def _withdraw(rows: list[Row], change: Change, scenario: Scenario, policy: _Ours) -> list[str]:
    keys = {row["key"]: row for row in rows}
    for key in change.keys:
        if key in keys:
            policy.refuse(change.table, keys[key], "it withdraws")
        else:
            raise ScenarioInvalid(
                f"it withdraws {key!r}, which is not in {change.table}",
                place=scenario.place,
                remedy=nearest(key, keys),
            )
    gone = [
        row["key"]
        for row in rows
        if row["key"] in change.keys or (_meant(row, change) and policy.has(change.table, row))
    ]
    if not gone:
        told = ", ".join(f"{name} = {' or '.join(wanted)}" for name, wanted in change.where.items())
        raise ScenarioInvalid(
            f"it withdraws rows of {change.table} with {told}, and there is none",
            place=scenario.place,
            remedy="look at the table in data/",
        )
    rows[:] = [row for row in rows if row["key"] not in gone]
    return gone


def _meant(row: Row, change: Change) -> bool:
    """Whether every cell of `where` holds one of the values asked for."""
    return bool(change.where) and all(
        set(row.get(name, "").split("|")) & set(wanted) for name, wanted in change.where.items()
    )


def _add(rows: list[Row], change: Change, scenario: Scenario, policy: _Ours) -> list[str]:
    key = change.row["key"]
    if any(row["key"] == key for row in rows):
        raise ScenarioInvalid(
            f"it adds {key!r}, which is already in {change.table}",
            place=scenario.place,
            remedy="choose another key, or withdraw that row first",
        )
    places = {f"locator_{lang}": reason for lang, reason in change.reasons.items()}
    place = {"source": scenario.source, **places}
    rows.append((place if "source" in BY_NAME[change.table].by_name else {}) | dict(change.row))
    policy.check_added(change.table, rows[-1])
    return [f"{change.table}/{key}"]


def _add_source(rows: list[Row], scenario: Scenario) -> None:
    if any(row["key"] == scenario.source for row in rows):
        raise ScenarioInvalid(
            f"the key {scenario.source!r} is taken", place=scenario.place, remedy="rename the file"
        )
    titles = scenario.titles.items()
    labels = {f"label_{lang}": text("scenario.source", lang, title) for lang, title in titles}
    note = f"An assumption, not a fact: {scenario.assumption(SOURCE)}"
    rows.append({"key": scenario.source, **labels, "kind": "editorial", "note": note})


def _write(path: Path, table: str, rows: Sequence[Row]) -> None:
    given = (name for row in rows for name in row)
    names = [*dict.fromkeys((*BY_NAME[table].header(SOURCE), *given))]
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, names, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(sorted(rows, key=lambda row: row["key"]))
