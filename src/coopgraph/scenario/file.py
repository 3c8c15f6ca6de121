"""A scenario is a file: an assumption, and the rows that it adds and withdraws, with reasons.

    jurisdiction = "kr"        # whose plans it changes and is compared within; and plan = …
    title_en = "The United States restricts semiconductors"     # and title_ko
    assumption_en = "…"        # what is assumed, and nothing more; and assumption_ko

    [[withdraw]]
    table = "partner_links"
    where = { partner = ["mit", "nsf"], partner_list = ["partners-semiconductor"] }  # or keys = […]
    dependents = true          # with all rows that refer to them; without it such rows are an error
    reason_en = "…"            # and reason_ko

    [[add]]
    table = "partner_lists"
    row = { key = "…", technology = "hydrogen", … }
    reason_en = "…"            # and reason_ko

TOML 1.0 (https://toml.io/en/v1.0.0). Titles, assumptions and reasons are given in each language of
the data. Cells are those of the table in `data/`. A row that is
added and names no source gets that of the scenario, which is a source of its own. What is of
another jurisdiction, or of another plan where one is named, is not changed; a file without a
jurisdiction changes the plans of which answers speak by default.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from coopgraph.errors import InputUnreadable, ScenarioInvalid, UnknownScenario, nearest
from coopgraph.formats.files import why_no_file
from coopgraph.guard.toml import read_toml, read_user_toml
from coopgraph.i18n import choose, languages
from coopgraph.i18n.languages import SOURCE
from coopgraph.queries import Answer
from coopgraph.queries.question import SCOPE
from coopgraph.tables.catalogue import BY_NAME
from coopgraph.tables.description import is_language_tag
from coopgraph.tables.layouts import REMEDY, is_older
from coopgraph.vocabulary import is_key, resources


@dataclass(frozen=True)
class Change:
    """One step: rows of a table withdrawn (by `keys`, or by cells: `where`), or a row added. With
    `dependents` go the rows of any table that cannot stand without the withdrawn ones; what came of
    them (`statuses`, `outcomes`) goes without it too."""

    action: str
    table: str
    keys: tuple[str, ...]
    where: Mapping[str, tuple[str, ...]]
    row: Mapping[str, str]
    dependents: bool
    reasons: Mapping[str, str]

    def reason(self, lang: str) -> str:
        """Why, in `lang`."""
        return choose(self.reasons, lang)


@dataclass(frozen=True)
class Scenario:
    """A scenario file, read; `place` is its file name. Texts are by language; `jurisdiction` and
    `plan` are keys, empty where it names none."""

    name: str
    titles: Mapping[str, str]
    assumptions: Mapping[str, str]
    changes: tuple[Change, ...]
    place: str
    jurisdiction: str = ""
    plan: str = ""

    @property
    def scope(self) -> dict[str, str]:
        """The parameters of what is compared under it: those of scope `plan`."""
        found = {"jurisdiction": self.jurisdiction, "plan": self.plan}
        return {name: value for name, value in found.items() if value}

    @property
    def source(self) -> str:
        """The key of the source that the rows of the scenario come from."""
        return f"scenario-{self.name}"

    def title(self, lang: str) -> str:
        """What the scenario is called."""
        return choose(self.titles, lang)

    def assumption(self, lang: str) -> str:
        """What it assumes."""
        return choose(self.assumptions, lang)


def scenario_names(folder: Path | None = None) -> list[str]:
    """The names of the scenarios that ship, sorted.

    >>> "budget-approved" in scenario_names()
    True
    """
    return sorted(path.stem for path in (folder or _shipped()).glob("*.toml"))


def list_scenarios(lang: str = "en") -> Answer:
    """The scenarios that ship: name, title, assumption, steps, jurisdiction, plan (keys).

    >>> "budget-approved" in list_scenarios().column("name")
    True
    """
    found = [load_scenario(name) for name in scenario_names()]
    rows = tuple(
        (s.name, s.title(lang), s.assumption(lang), len(s.changes), s.jurisdiction, s.plan or None)
        for s in found
    )
    columns = ("name", "title", "assumption", "steps", *SCOPE)
    return Answer(columns, rows, (), lang, scope_columns=SCOPE)


def load_scenario(name: str | Path, folder: Path | None = None) -> Scenario:
    """The named scenario, or the one in a `.toml` file of the user's own. Raises `UnknownScenario`
    with the nearest names, `ScenarioInvalid`, `ReadLimitExceeded`."""
    text = str(name)
    if isinstance(name, Path) or text.endswith(".toml") or "/" in text:
        if why := why_no_file(Path(name)):
            raise UnknownScenario(why, place=text, remedy="name a .toml file")
        return as_scenario(Path(name), read_user_toml)
    names = scenario_names(folder)
    if text not in names:
        raise UnknownScenario(f"unknown scenario {text!r}", remedy=nearest(text, names))
    return as_scenario((folder or _shipped()) / f"{text}.toml", read_toml)


def as_scenario(path: Path, read: Callable[[Path], Mapping[str, Any]]) -> Scenario:
    """The scenario in a file that `read` reads; raises `ScenarioInvalid` for what is none."""
    try:
        told = read(path)
    except InputUnreadable as error:
        raise ScenarioInvalid(error.fact, place=error.place, remedy=error.remedy) from None
    if not is_key(path.stem):
        raise ScenarioInvalid(
            "the name of the file is not a key",
            place=path.name,
            remedy="use lower-case words joined by hyphens",
        )
    texts = ("title", "assumption")
    _only(told, (*SCOPE, "withdraw", "add"), texts, path.name)
    titles, assumptions = (_by_language(told, name, path.name) for name in texts)
    changes = tuple(_changes(told, path.name))
    if not changes:
        raise ScenarioInvalid(
            "it changes nothing", place=path.name, remedy="write [[withdraw]] or [[add]]"
        )
    whose = (_text(told, name, path.name).lower() if name in told else "" for name in SCOPE)
    return Scenario(path.stem, titles, assumptions, changes, path.name, *whose)


def _changes(told: Mapping[str, Any], file: str) -> Iterator[Change]:
    for action in ("withdraw", "add"):
        steps = told.get(action, [])
        if not isinstance(steps, list):
            raise ScenarioInvalid(f"write [[{action}]], once for each step", place=file)
        for number, step in enumerate(steps, 1):
            place = f"{file}, {action} {number}"
            if not isinstance(step, dict):
                raise ScenarioInvalid(f"write [[{action}]], once for each step", place=place)
            yield _change(action, step, place)


def _change(action: str, step: Mapping[str, Any], place: str) -> Change:
    own = ("keys", "where") if action == "withdraw" else ("row",)
    also = ("dependents",) if action == "withdraw" else ()
    _only(step, ("table", *own, *also), ("reason",), place)
    table = _text(step, "table", place)
    if table not in BY_NAME:
        remedy = REMEDY if is_older(table) else nearest(table, BY_NAME)
        raise ScenarioInvalid(f"no table {table!r}", place=place, remedy=remedy)
    if sum(name in step for name in own) != 1:
        raise ScenarioInvalid(f"it needs {' or '.join(own)}", place=place, remedy="give one")
    keys = _texts(step["keys"], "keys", place) if "keys" in step else ()
    reasons = _by_language(step, "reason", place)
    where = {n: _texts(v, n, place) for n, v in _cells(step.get("where", {}), table, place)}
    row = {n: _cell(v, n, place) for n, v in _cells(step.get("row", {}), table, place)}
    if action == "add" and not row.get("key"):
        raise ScenarioInvalid("the row has no key", place=place, remedy="add key = …")
    if action == "withdraw" and not keys and not where:
        raise ScenarioInvalid("it names no row", place=place, remedy="give keys or cells")
    dependents = step.get("dependents", False)
    if not isinstance(dependents, bool):
        raise ScenarioInvalid("dependents is true or false", place=place)
    return Change(action, table, keys, where, row, dependents, reasons)


def _cells(found: Any, table: str, place: str) -> Iterator[tuple[str, Any]]:
    if not isinstance(found, dict):
        raise ScenarioInvalid("cells are written { column = … }", place=place)
    for name, value in found.items():
        try:
            BY_NAME[table].column(name)
        except (KeyError, ValueError):
            known = BY_NAME[table].header(*languages())
            raise ScenarioInvalid(
                f"{table} has no column {name!r}",
                place=place,
                remedy=REMEDY if is_older(table, name) else nearest(name, known),
            ) from None
        yield name, value


def _cell(value: Any, name: str, place: str) -> str:
    """A cell as it would stand in the CSV file."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        return str(value)
    raise ScenarioInvalid(f"{name} is no text or number", place=place, remedy="write it in quotes")


def _texts(value: Any, name: str, place: str) -> tuple[str, ...]:
    values = value if isinstance(value, list) else [value]
    if not values:
        raise ScenarioInvalid(f"{name} is empty", place=place)
    return tuple(_cell(each, name, place) for each in values)


def _text(told: Mapping[str, Any], name: str, place: str) -> str:
    value = told.get(name)
    if not isinstance(value, str) or not value.strip():
        raise ScenarioInvalid(f"{name} is missing", place=place, remedy=f'write {name} = "…"')
    return value


def _by_language(told: Mapping[str, Any], name: str, place: str) -> dict[str, str]:
    """A text that is there in one language at least, by language."""
    given = [key for key in told if _is_text(key, name)] or [f"{name}_{SOURCE}"]
    return {key.removeprefix(f"{name}_"): _text(told, key, place) for key in given}


def _is_text(key: str, name: str) -> bool:
    return key.startswith(f"{name}_") and is_language_tag(key.removeprefix(f"{name}_"))


def _only(
    told: Mapping[str, Any], known: tuple[str, ...], texts: tuple[str, ...], place: str
) -> None:
    for name in told:
        if name not in known and not any(_is_text(name, text) for text in texts):
            also = (f"{text}_{lang}" for text in texts for lang in languages())
            raise ScenarioInvalid(
                f"{name!r} is not known here", place=place, remedy=nearest(name, [*known, *also])
            )


def _shipped() -> Path:
    return resources("data") / "scenarios"
