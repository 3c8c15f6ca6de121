"""Settings of a folder of tables: `coopgraph.toml`, which may be absent."""

from pathlib import Path
from typing import Any, Final

from coopgraph.errors import TableError, nearest
from coopgraph.guard.toml import read_toml
from coopgraph.tables.jurisdictions import is_jurisdiction, jurisdictions
from coopgraph.tables.row import Row, Rows

FILE: Final = "coopgraph.toml"
_NAMES: Final = ("jurisdiction", "plan", "floor")
#: Joint projects or papers of a technology under which no partner of it is ranked.
_FLOOR: Final = 10


def default_jurisdiction(data: Path, rows: Rows) -> Row | None:
    """The country or bloc whose plans answers speak of unless asked otherwise: as the settings of
    the folder `data` say, else that of all the plans in `rows`; None where there is no plan. Raises
    `InputUnreadable` where the file cannot be read, `TableError` where the settings are wrong, or
    the plans are of several."""
    settings = read_settings(data)
    if "jurisdiction" in settings:
        key = str(settings["jurisdiction"]).lower()
        if (found := rows.by_key.get(key)) and is_jurisdiction(found):
            return found
        known = [row.key for row in rows if is_jurisdiction(row)]
        raise TableError(
            f"{key!r} is no country and no bloc", place=FILE, remedy=nearest(key, known)
        )
    of_plans = {key for row in rows.tables.get("plans", ()) for key in jurisdictions(row, rows)}
    if len(of_plans) > 1:
        raise TableError(
            f"the plans are of several countries or blocs: {', '.join(sorted(of_plans))}",
            place=FILE,
            remedy='say there whose plans answers speak of by default, as in jurisdiction = "kr"',
        )
    return rows.by_key[of_plans.pop()] if of_plans else None


def first_plan(data: Path, rows: Rows) -> Row | None:
    """The plan that the start page draws; None where the settings name none.

    Raises `InputUnreadable` as `default_jurisdiction` does, `TableError` for a plan that is none.
    """
    key = str(read_settings(data).get("plan", ""))
    plans = {row.key: row for row in rows.tables.get("plans", ())}
    if key and key not in plans:
        raise TableError(f"there is no plan {key!r}", place=FILE, remedy=nearest(key, plans))
    return plans.get(key)


def rank_floor(data: Path) -> int:
    """From how many joint projects or papers of a technology on its partners are ranked; raises as
    `first_plan` does."""
    floor = read_settings(data).get("floor", _FLOOR)
    if type(floor) is not int or floor < 1:
        fact = f"{floor!r} is no floor of ranks"
        raise TableError(fact, place=FILE, remedy="write a whole number above 0")
    return floor


def read_settings(data: Path) -> dict[str, Any]:
    """The settings of the folder `data`, none where it has no such file; raises `InputUnreadable`
    and, for a setting that is none, `TableError`."""
    path = data / FILE
    settings = read_toml(path) if path.is_file() else {}
    for name in settings:
        if name not in _NAMES:
            raise TableError(f"unknown setting {name!r}", place=FILE, remedy=nearest(name, _NAMES))
    return settings
