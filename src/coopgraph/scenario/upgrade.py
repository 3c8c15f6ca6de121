"""A folder of tables of an older layout, with its scenarios, brought to today's."""

import json
import re
import shutil
import tempfile
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from coopgraph.compiler.settings import FILE as SETTINGS
from coopgraph.compiler.settings import read_settings
from coopgraph.errors import FileUnwritable, ScenarioInvalid
from coopgraph.formats.csv import csv_text
from coopgraph.formats.files import read_text
from coopgraph.guard.toml import read_toml, read_user_toml
from coopgraph.scenario.file import as_scenario
from coopgraph.store.files import sync_tree, writing
from coopgraph.tables.catalogue import BY_NAME
from coopgraph.tables.codes import read_codes
from coopgraph.tables.description import JURISDICTION, SEPARATOR
from coopgraph.tables.layouts import STEPS, Tables, as_row, as_rows, missing, upgrade
from coopgraph.tables.row import Rows
from coopgraph.tables.rows import read_tables, table_files, written_rows
from coopgraph.vocabulary import resources

_STEP: Final = re.compile(r"^\s*\[\[\s*(withdraw|add)\s*\]\]", re.MULTILINE)
_CELLS: Final = {"withdraw": "where", "add": "row"}


def upgrade_tables(folder: Path, target: Path | None = None) -> list[str]:
    """Write the folder of tables `folder` in today's layout, in its own place or as the new folder
    `target`; the names of the files that are otherwise than they were.

    All or nothing: the folder is made beside its place, read as a build reads it, and takes the
    place at once. Raises `TableError`, `TablesInvalid` with all that is still wrong,
    `ScenarioInvalid`, `FileUnwritable`.
    """
    place = (target or folder).resolve()
    table_files(folder)
    if target is not None and target.exists():
        raise FileUnwritable("is there already", place=str(target), remedy="name a new folder")
    with writing(place), tempfile.TemporaryDirectory(dir=place.parent, prefix=".") as beside:
        new, old = Path(beside, "new"), Path(beside, "old")
        shutil.copytree(folder, new, symlinks=True)
        tables = _tables(new)
        default = _default(new)
        upgrade(tables, _tables(resources("data")), default)
        changed = [*_write_tables(new, tables), *_write_scenarios(new, as_rows(tables), default)]
        read_tables(new, read_codes())
        if not changed and target is None:
            return []
        sync_tree(new)
        if target is None:
            place.rename(old)
        try:
            new.rename(place)
        except OSError:
            if target is None:
                old.rename(place)
            raise
    return changed


def _default(folder: Path) -> str:
    """The key of the jurisdiction that the tables are of by default."""
    place = folder if (folder / SETTINGS).exists() else resources("data")
    return str(read_settings(place).get(JURISDICTION.name, "")).lower()


def _tables(folder: Path) -> Tables:
    return {path.stem: written_rows(path) for path in table_files(folder)}


def _write_tables(folder: Path, tables: Tables) -> Iterator[str]:
    """Write what is otherwise than in `folder`; the names of the files."""
    for name, rows in tables.items():
        path = folder / f"{name}.csv"
        if path.exists() and rows == written_rows(path):
            continue
        columns = BY_NAME[name].columns if name in BY_NAME else ()
        order = {column.name: place for place, column in enumerate(columns)}
        names = sorted({name for row in rows for name in row})
        of_text = {name: name.rpartition("_")[0] for name in names}  # in a language
        header = sorted(names, key=lambda n: order.get(n, order.get(of_text[n], len(order))))
        lines = [[row.get(name, "") for name in header] for row in rows]
        path.write_text(csv_text([header, *lines]), encoding="utf-8", newline="")
        yield path.name
    for path in sorted(folder.glob("*.csv")):
        if path.stem not in tables:
            path.unlink()
            yield path.name


def _write_scenarios(folder: Path, rows: Rows, default: str) -> Iterator[str]:
    """Write the scenarios in `folder` anew, their comments kept; the files that are otherwise."""
    for path in sorted([*folder.glob("*.toml"), *folder.glob("scenarios/*.toml")]):
        if path.name == SETTINGS:
            continue
        told, text, found = read_user_toml(path), read_text(path), dict.fromkeys(_CELLS, 0)
        head, *parts = _parts(text)
        for place, part in enumerate(parts):
            action = next(iter(_STEP.findall(part)))
            step = told[action][found[action]]
            found[action] += 1
            parts[place] = _rewritten(part, step, action, rows, default)
        new = head + "".join(parts)
        path.write_text(new, encoding="utf-8", newline="")
        if read_toml(path) != told:
            raise ScenarioInvalid(
                "it is of an older layout and cannot be rewritten",
                place=path.name,
                remedy="write table, where and row on a line of their own each, and try again",
            )
        as_scenario(path, read_toml)
        if new != text:
            yield str(path.relative_to(folder))


def _parts(text: str) -> list[str]:
    starts = [0, *(match.start() for match in _STEP.finditer(text)), len(text)]
    return [text[a:b] for a, b in pairwise(starts)]


def _rewritten(part: str, step: dict[str, Any], action: str, rows: Rows, default: str) -> str:
    """The text of a step of a scenario, and the step itself, in today's names of cells."""
    table, name = step.get("table"), _CELLS[action]
    cells = step.get(name, {})
    if not isinstance(table, str) or not isinstance(cells, dict):
        return part  # for the check of the scenario
    if action == "withdraw":
        table, columns = _renamed(table, cells)
    else:
        table, columns = _forward(table, cells, rows, default)
    if (table, columns) == (step["table"], cells):
        return part
    step["table"] = table
    if name in step:
        step[name] = columns
    inline = ", ".join(f"{c} = {json.dumps(v, ensure_ascii=False)}" for c, v in columns.items())
    for key, value in (("table", json.dumps(table)), (name, f"{{ {inline} }}")):
        if found := re.search(rf"^\s*{key}\s*=(.*)$", part, re.MULTILINE):
            part = f"{part[: found.start(1)]} {value}{part[found.end(1) :]}"
    return part


def _renamed(table: str, cells: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """What a step withdraws: names of tables and columns are what can be brought forward."""
    for step in STEPS:
        if step.table == table and not step.change:
            if not step.column and step.new:
                table = step.new[0]
            elif step.column in cells:
                cells = {
                    new: value
                    for name, value in cells.items()
                    for new in (step.new if name == step.column else (name,))
                }
    return table, cells


def _forward(
    table: str, cells: dict[str, Any], rows: Rows, default: str
) -> tuple[str, dict[str, Any]]:
    """The row that a step adds, as all rows are brought forward."""
    written = {name: _text(value) for name, value in cells.items()}
    tables: Tables = {table: [dict(written)]}
    for step in STEPS:
        step.take(tables)
    if [len(found) for found in tables.values()] != [1]:
        return table, cells  # it is several rows now: for the check of the scenario
    ((table, (row,)),) = tables.items()
    if table in BY_NAME and missing(as_row(table, row), rows):
        row[JURISDICTION.name] = default
    return table, cells if row == written else row


def _text(value: Any) -> str:
    if isinstance(value, list):
        return SEPARATOR.join(map(_text, value))
    return str(value).lower() if isinstance(value, bool) else str(value)
