"""One scenario: what is lost, kept and gained, and every number before and after; and the steps of
which a reader makes one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from coopgraph.api import KnowledgeGraph
from coopgraph.errors import TableError, UnknownScenario, UsageError, nearest
from coopgraph.guard import Reply
from coopgraph.queries.answer import ANSWERS, Answer, Cell, Entity, shown
from coopgraph.queries.parameters import entity
from coopgraph.server.address import PageRequest
from coopgraph.server.kept import kept
from coopgraph.server.page import html, page, standalone
from coopgraph.server.requests import refuse_unknown

if TYPE_CHECKING:
    from coopgraph.network import Network
    from coopgraph.scenario import Scenario
    from coopgraph.scenario.steps import PlanTables

#: What a form adds to the steps that are there, and from which of its fields.
_FORM: Final = {
    "without": ("without",),
    "with": ("with-technology", "with-partner"),
    "stance": ("stance-technology", "stance"),
}
_FIELDS: Final = ("steps", "plan", *(name for names in _FORM.values() for name in names))
_STATES: Final = {"lost": "lost", "added": "gained", "same": "kept", "changed": "kept"}
_ROWS: Final = 24
#: Pixels of a line of the drawing.
_LINE: Final = 26
#: Columns of the table of numbers that are shown: not whose plan it is, which is said above.
_SHOWN: Final = 9


@dataclass(frozen=True)
class Tie:
    """A tie of the network: from what to what, its state, and where it is drawn."""

    source: Entity
    target: Entity
    state: str
    y_source: int = 0
    y_target: int = 0


@dataclass(frozen=True)
class TieDrawing:
    """Two columns of names and the ties between them: of what the scenario touches."""

    left: tuple[tuple[Entity, int], ...]
    right: tuple[tuple[Entity, int], ...]
    ties: tuple[Tie, ...]
    height: int


@dataclass(frozen=True)
class ScenarioSheet:
    """What the page shows of an effect, which is kept."""

    ties: Mapping[str, tuple[Tie, ...]]
    drawing: TieDrawing
    heads: tuple[str, ...]
    rows: tuple[tuple[Entity | str, ...], ...]
    total: int
    most: tuple[Entity | str, ...]
    network: str
    numbers: bytes


@page("/scenario/{name}")
def scenario(kg: KnowledgeGraph, request: PageRequest) -> Reply:
    """/scenario/{name}: one that ships; /scenario/assumed?steps=…: one that a reader makes. Also
    `.toml` (the file that the command takes) and `.csv` (its numbers). Raises `UnknownScenario`,
    and `UsageError` for what is no step, and for a graph that is in no folder."""
    from coopgraph.scenario.steps import scenario_file

    refuse_unknown(request.fields, _FIELDS)
    name = request.names["name"]
    stem = name.removesuffix(".toml").removesuffix(".csv")
    tables = tables_of(kg, request)
    asked = _asked(stem, request, tables)
    if name.endswith(".toml"):
        return _file(scenario_file(asked).encode(), f"{stem}.toml", "application/toml")
    sheet = _sheet(kg, request.lang, asked)
    if name.endswith(".csv"):
        return _file(sheet.numbers, f"{stem}.csv", "text/csv; charset=utf-8")
    return html(
        "scenario.html",
        request,
        asked=asked,
        sheet=sheet,
        steps=_taken(request, asked),
        options=options_of(tables, request.lang),
        address={"steps": _steps(request), "plan": request.fields.one("plan")},
    )


@page("/scenario/{name}/network")
def network(kg: KnowledgeGraph, request: PageRequest) -> Reply:
    """/scenario/{name}/network: both networks in one, each tie as what becomes of it."""
    refuse_unknown(request.fields, _FIELDS)
    tables = tables_of(kg, request)
    asked = _asked(request.names["name"], request, tables)
    return standalone(_sheet(kg, request.lang, asked).network, request)


def _file(body: bytes, name: str, kind: str) -> Reply:
    disposition = f'attachment; filename="coopgraph-{name}"'
    return Reply(body, {"Content-Type": kind, "Content-Disposition": disposition})


def _data(kg: KnowledgeGraph) -> Path | None:
    """The tables that the graph was built from, None where they are those that ship."""
    from coopgraph.store import Folder

    if kg.store.version is None:
        fact, remedy = "a scenario needs the tables of the graph", "serve a store in a folder"
        raise UsageError(fact, remedy=remedy)
    return Folder(kg.store.version.parent.parent).tables


def tables_of(kg: KnowledgeGraph, request: PageRequest) -> PlanTables | None:
    """The tables of the graph as a plan sees them: that of the field `plan` (its key), else of the
    scope, by default the one that is drawn first. Raises `UnknownEntity` for a scope of no plan."""
    from coopgraph.scenario.steps import PlanTables

    plan = request.fields.one("plan") or ""
    if not plan and (within := request.scope.get("within")):
        plan = entity(within, "coop:Plan", kg.index).rpartition("/")[2]
    return PlanTables.of(_data(kg), plan)


def _asked(name: str, request: PageRequest, tables: PlanTables | None) -> Scenario:
    """The scenario of an address: no file of this machine, whatever the name says."""
    from coopgraph.scenario import load_scenario, scenario_names
    from coopgraph.scenario.steps import NAME, scenario_of

    if name == NAME and tables:
        return scenario_of(_steps(request), tables)
    if name not in (known := scenario_names()):
        raise UnknownScenario(f"unknown scenario {name!r}", remedy=nearest(name, known))
    return load_scenario(name)


def _steps(request: PageRequest) -> str:
    """The steps of an address, with what a form adds to them."""
    steps = [request.fields.one("steps") or ""]
    for kind, names in _FORM.items():
        values = [request.fields.one(name) or "" for name in names]
        if all(values):
            steps.append(f"{kind}:{'~'.join(values)}")
    return ",".join(filter(None, steps))


def _taken(request: PageRequest, asked: Scenario) -> list[tuple[str, str]]:
    """What a reader's scenario assumes, step by step, and the steps that are left without it."""
    from coopgraph.scenario.steps import NAME

    if asked.name != NAME:
        return []
    steps = list(dict.fromkeys(_steps(request).split(",")))
    said = asked.title(request.lang).split("; ")
    left = [",".join(steps[:at] + steps[at + 1 :]) for at in range(len(steps))]
    return list(zip(said, left, strict=True))


def options_of(tables: PlanTables | None, lang: str) -> dict[str, list[tuple[str, str]]]:
    """What each field of the form offers: keys and names, by name."""
    from coopgraph.i18n import choose

    if tables is None:
        return {}
    offered = {
        "country": tables.countries,
        "partner": tables.partners,
        "technology": tables.all("technologies"),
        "organisation": tables.all("organisations"),
        "declared": tables.technologies,
        "stance": tables.stances,
    }
    named = {
        name: [(key, choose(row.texts("label"), lang)) for key, row in rows.items()]
        for name, rows in offered.items()
    }
    return {name: sorted(pairs, key=lambda pair: pair[1]) for name, pairs in named.items()}


def _sheet(kg: KnowledgeGraph, lang: str, asked: Scenario) -> ScenarioSheet:
    """What the scenario changes, computed once while the server runs."""

    def make() -> ScenarioSheet:
        from coopgraph.scenario.effect import effect_of
        from coopgraph.view import view

        try:
            effect = effect_of(asked, kg.store, kg.index, _data(kg), lang)
        except TableError as error:  # what the steps take away is not there, or others need it
            raise UsageError(error.fact, place=error.place, remedy=error.remedy) from None
        ties = _ties(effect.network, lang)
        numbers = effect.numbers
        return ScenarioSheet(
            {state: tuple(t for t in ties if t.state == state) for state in _STATES.values()},
            _drawing(ties),
            tuple(numbers.heading(name).replace("_", " ") for name in numbers.columns[:_SHOWN]),
            tuple(_cells(numbers, row) for row in numbers.rows[:_ROWS]),
            len(numbers.rows),
            _cells(numbers, most) if (most := _most(numbers)) else (),
            view(effect.network, lang=lang).html,
            ANSWERS.encode_file(numbers, "csv"),
        )

    return kept((kg.store.manifest.digest, "scenario", repr(asked), lang), make)


def _most(numbers: Answer) -> tuple[Cell, ...] | None:
    """The row that a sentence tells: how dependence on a country changes, where it does, else what
    changes most."""
    on_country = (row for row in numbers.rows if row[:2] == ("dependence", "country"))
    return next(on_country, next(iter(numbers.rows), None))


def _cells(answer: Answer, row: tuple[Cell, ...]) -> tuple[Entity | str, ...]:
    """A row of numbers for people: measures and quantities by their names."""
    from coopgraph.measures import load_measure

    name, _, *_, quantity = row[:5]
    told: list[Entity | str] = [load_measure(str(name)).title(answer.lang)]
    told += [each if isinstance(each, Entity) else shown(each) for each in row[1:4]]
    told.append(answer.heading(str(quantity)))
    told += [shown(each, str(quantity)) for each in row[5 : _SHOWN - 1]]
    percent = row[_SHOWN - 1]
    return (*told, f"{shown(percent)}%" if percent is not None else "")


def _ties(network: Network, lang: str) -> list[Tie]:
    """The ties of both networks, by the names of their ends."""
    ends = [Entity(node.label(lang), node.iri) for node in network.nodes]
    ties = [
        Tie(ends[edge.source], ends[edge.target], _STATES[edge.kind.iri.rpartition("/")[2]])
        for edge in network.edges
    ]
    return sorted(ties, key=lambda tie: (str(tie.source), str(tie.target)))


def _drawing(ties: list[Tie]) -> TieDrawing:
    """What loses or gains a tie, with all its ties: two columns of names."""
    touched = {tie.source.iri for tie in ties if tie.state != "kept"}
    drawn = [tie for tie in ties if tie.source.iri in touched]
    left = {end.iri: end for end in (tie.source for tie in drawn)}
    right = {end.iri: end for end in sorted((t.target for t in drawn), key=str)}
    y = [{iri: _LINE * at + _LINE for at, iri in enumerate(ends)} for ends in (left, right)]
    return TieDrawing(
        tuple((end, y[0][end.iri]) for end in left.values()),
        tuple((end, y[1][end.iri]) for end in right.values()),
        tuple(
            replace(tie, y_source=y[0][tie.source.iri], y_target=y[1][tie.target.iri])
            for tie in drawn
        ),
        _LINE * (max(len(left), len(right)) + 1),
    )
