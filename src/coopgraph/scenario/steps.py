"""A scenario that a reader makes from steps, as they stand in an address: `without:mit` (a partner,
or a country with all its institutions), `with:quantum~cea` (a technology and a partner more),
`stance:quantum~catch-up`. It is a `Scenario` like any other, and can be written to a file.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from coopgraph.compiler.settings import default_jurisdiction, first_plan
from coopgraph.errors import UsageError, nearest
from coopgraph.i18n import choose, languages, text, told
from coopgraph.i18n.languages import SOURCE
from coopgraph.scenario.file import Change, Scenario
from coopgraph.tables.jurisdictions import jurisdictions, plan_of
from coopgraph.tables.layouts import as_rows
from coopgraph.tables.row import Row, Rows
from coopgraph.tables.rows import written_tables
from coopgraph.vocabulary import resources

#: What a step may say, and of how many things.
KINDS: Final = {"without": 1, "with": 2, "stance": 2}
NAME: Final = "assumed"
_MOST: Final = 12
#: Where a row stands in a source: an assumed one stands in none.
_PASSAGE: Final = frozenset({"source", "start", "end", "span_sha256", "as_printed", "note"})


@dataclass(frozen=True)
class PlanTables:
    """The tables of a folder as one plan sees them: which partners it names (organisations and
    countries), which technologies it takes a stance on, and which stances it knows."""

    folder: Path
    rows: Rows
    plan: Row

    @classmethod
    def of(cls, data: Path | None, plan: str = "") -> "PlanTables | None":
        """Those of the folder `data`, by default the shipped one, and of `plan`, by default the one
        that is drawn first, or any that names partners; None where there is none. Raises
        `UsageError` for a plan that is none."""
        folder = data or resources("data")
        rows = _rows(folder)
        plans = {row.key: row for row in rows.tables.get("plans", ())}
        if plan:
            return cls(folder, rows, _known(plan, plans))
        naming = (plan_of(row, rows) for row in rows.tables.get("partner_links", ()))
        found = first_plan(folder, rows) or next((plans[key] for key in naming if key), None)
        return cls(folder, rows, found) if found else None

    def of_plan(self, table: str) -> Iterator[Row]:
        """The rows of a table that are of the plan."""
        for row in self.rows.tables.get(table, ()):
            if plan_of(row, self.rows) == self.plan.key:
                yield row

    @property
    def partners(self) -> dict[str, Row]:
        """The partners that the plan names, by key."""
        named = {row.one("partner") for row in self.of_plan("partner_links")}
        return {key: self.rows.by_key[key] for key in sorted(named) if key in self.rows.by_key}

    @property
    def countries(self) -> dict[str, Row]:
        """The countries of these partners, by key."""
        keys = {row.one("country") for row in self.partners.values() if "country" in row.cells}
        return {key: self.rows.by_key[key] for key in sorted(keys) if key in self.rows.by_key}

    def all(self, table: str) -> dict[str, Row]:
        """Every row of a table, by key."""
        return {row.key: row for row in self.rows.tables.get(table, ())}

    @property
    def technologies(self) -> dict[str, Row]:
        """The technologies that the plan takes a stance on, by key."""
        keys = {k for row in self.of_plan("priorities") for k in row.cells.get("technologies", ())}
        return {key: self.rows.by_key[key] for key in sorted(keys)}

    @property
    def stances(self) -> dict[str, Row]:
        """The stances that the plan takes on them, by key."""
        keys = {k for row in self.of_plan("priorities") for k in row.cells.get("stances", ())}
        return {key: self.rows.by_key[key] for key in sorted(keys) if key in self.rows.by_key}


@lru_cache(maxsize=2)
def _rows(folder: Path) -> Rows:
    return as_rows(written_tables(folder))


def scenario_of(steps: str, tables: PlanTables) -> Scenario:
    """The scenario of steps that are parted by commas. Raises `UsageError` for what is no
    step, and for what the plan does not know."""
    asked = [step.strip() for step in steps.split(",") if step.strip()]
    if len(asked) > _MOST:
        fact = f"there are {len(asked)} steps"
        raise UsageError(fact, place="steps", remedy=f"take {_MOST} at most")
    found = [_changes(step, tables) for step in dict.fromkeys(asked)]
    if not found:
        remedy = "add a step, as without:mit"
        raise UsageError("it changes nothing", place="steps", remedy=remedy)
    said = [texts for texts, _ in found]
    titles = {lang: "; ".join(choose(texts, lang) for texts in said) for lang in languages()}
    assumptions = told("scenario.assumed")
    changes = [change for _, changes in found for change in changes]
    changes.sort(key=lambda change: change.action == "add")  # as a file has them
    whose = jurisdictions(tables.plan, tables.rows)
    default = default_jurisdiction(tables.folder, tables.rows)
    chosen = default.key if default and default.key in whose else (*whose, "")[0]
    return Scenario(NAME, titles, assumptions, tuple(changes), "steps", chosen, tables.plan.key)


def _changes(step: str, tables: PlanTables) -> tuple[Mapping[str, str], list[Change]]:
    """What a step says, by language, and the rows that it changes."""
    kind, _, things = step.partition(":")
    keys = things.split("~")
    if len(keys) != KINDS.get(kind, 0) or not all(keys):
        remedy = "write without:PARTNER, with:TECHNOLOGY~PARTNER or stance:TECHNOLOGY~STANCE"
        raise UsageError(f"{step!r} is no step", place="steps", remedy=remedy)
    rows = [_known(key, each) for key, each in zip(keys, _lists(kind, tables), strict=True)]
    labels = [row.texts("label") for row in rows]
    tags = [tag for tag in languages() if all(tag in each for each in labels)] or [SOURCE]
    key = f"scenario.step-{kind}"
    texts = {tag: text(key, tag, *(choose(each, tag) for each in labels)) for tag in tags}
    make = {"without": _withdrawn, "with": _linked, "stance": _taken}[kind]
    return texts, list(make(rows, tables, texts))


def _lists(kind: str, tables: PlanTables) -> list[Mapping[str, Row]]:
    """What the things of a step may be."""
    if kind == "without":
        return [{**tables.countries, **tables.partners}]
    if kind == "with":
        return [tables.all("technologies"), tables.all("organisations")]
    return [tables.technologies, tables.stances]


def _known(key: str, among: Mapping[str, Row]) -> Row:
    if key not in among:
        fact = f"there is no {key!r} to choose"
        raise UsageError(fact, place="steps", remedy=nearest(key, among))
    return among[key]


def _withdrawn(rows: list[Row], tables: PlanTables, why: Mapping[str, str]) -> Iterator[Change]:
    """A partner, or all of a country."""
    (gone,) = rows
    keys = tuple(
        key for key, row in tables.partners.items() if gone.key in (key, row.one("country"))
    )
    yield Change("withdraw", "partner_links", (), {"partner": keys}, {}, False, why)


def _linked(rows: list[Row], tables: PlanTables, why: Mapping[str, str]) -> Iterator[Change]:
    """A partner for a technology, on its list or on a new one."""
    technology, partner = rows
    of = tables.of_plan("partner_lists")
    found = next((r.key for r in of if r.cells.get("technologies") == (technology.key,)), "")
    if not found:
        found = f"assumed-partners-{technology.key}"
        cells = {"key": found, "technologies": technology.key, "open_list": "true"}
        cells |= {"plan": tables.plan.key, "status": "draft", "modality": "conditional"}
        yield Change("add", "partner_lists", (), {}, cells, False, why)
    cells = {"key": f"assumed-link-{technology.key}-{partner.key}", "partner_list": found}
    cells |= {"partner": partner.key, "role": "intended", "modality": "conditional"}
    cells["as_printed"] = choose(partner.texts("label"), SOURCE)
    yield Change("add", "partner_links", (), {}, cells, False, why)


def _taken(rows: list[Row], tables: PlanTables, why: Mapping[str, str]) -> Iterator[Change]:
    """Another stance on a technology, in place of each that the plan takes."""
    technology, stance = rows
    for row in tables.of_plan("priorities"):
        if technology.key not in row.cells.get("technologies", ()):
            continue
        kept = {
            name: "|".join(values)
            for name, values in row.cells.items()
            if values and name not in _PASSAGE and not name.startswith("locator_")
        }
        yield Change("withdraw", "priorities", (row.key,), {}, {}, False, why)
        yield Change("add", "priorities", (), {}, {**kept, "stances": stance.key}, False, why)


def scenario_file(scenario: Scenario) -> str:
    """A scenario as the TOML file that `load_scenario` reads."""
    return "\n".join([*_head(scenario), *(line for c in scenario.changes for line in _step(c))])


def _head(scenario: Scenario) -> Iterator[str]:
    for name, value in scenario.scope.items():
        yield f"{name} = {json.dumps(value)}"
    yield from _texts("title", scenario.titles)
    yield from _texts("assumption", scenario.assumptions)


def _step(change: Change) -> Iterator[str]:
    yield f"\n[[{change.action}]]\ntable = {json.dumps(change.table)}"
    if change.action == "add":
        yield f"row = {{ {_cells(change.row)} }}"
    elif change.keys:
        yield f"keys = {json.dumps(change.keys)}"
    else:
        yield f"where = {{ {_cells(change.where)} }}"
    if change.dependents:
        yield "dependents = true"
    yield from _texts("reason", change.reasons)
    yield ""


def _cells(cells: Mapping[str, object]) -> str:
    return ", ".join(f"{name} = {json.dumps(value)}" for name, value in cells.items())


def _texts(name: str, texts: Mapping[str, str]) -> Iterator[str]:
    for lang, said in texts.items():
        yield f"{name}_{lang} = {json.dumps(said, ensure_ascii=False)}"
