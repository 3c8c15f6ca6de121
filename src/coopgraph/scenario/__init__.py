"""Scenarios: what changes if the plan changes. A scenario is a file of rows added and withdrawn,
built by the same pipeline into a store of its own, so that every question can be asked under it.

    .coopgraph/scenarios/{name}/     a store like any other
    .coopgraph/scenarios/{name}.json what it was made from

What was imported is taken over from the base by hard links; the rest is made anew. The record of
the scenario (what it changes, and why) is the named graph of its source.
"""

import hashlib
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from coopgraph.compiler import build
from coopgraph.errors import ScenarioInvalid, StoreError, UsageError
from coopgraph.formats.ntriples import curie, iri, line, string
from coopgraph.i18n import told
from coopgraph.remote.address import is_remote
from coopgraph.scenario.file import Scenario, list_scenarios, load_scenario, scenario_names
from coopgraph.scenario.tables import apply_scenario
from coopgraph.store import DEFAULT, Folder, Store, read_manifest
from coopgraph.store.files import to_json, write_output
from coopgraph.tables.triples import in_languages
from coopgraph.validation import validate
from coopgraph.vocabulary import VERSION, entity_iri, graph_iri, resources

_FOLDER: Final = "scenarios"
__all__ = ["Scenario", "list_scenarios", "load_scenario", "scenario_names", "scenario_store"]


def scenario_store(name: str | Path, store: str | Path = DEFAULT, data: Path | None = None) -> Path:
    """The folder of a scenario's store, rebuilt where the base or the file has changed. `data` are
    the tables that the base was built from, by default the shipped ones. Raises `UnknownScenario`,
    `ScenarioInvalid`, `TablesInvalid` (what the changed tables no longer hold together),
    `StoreMissing` where there is no base."""
    if is_remote(store):
        raise UsageError(
            "a scenario is built from a local store", place=str(store), remedy="name a folder"
        )
    scenario = load_scenario(name)
    base = Folder(store)
    data = data or base.tables
    made_from = _origin(scenario, name, base, data)
    target = base.path / _FOLDER / scenario.name
    note = target.with_suffix(".json")
    if note.is_file() and note.read_bytes() == made_from and _opens(target):
        return target
    with tempfile.TemporaryDirectory() as folder:
        tables = Path(folder) / "data"
        touched = apply_scenario(scenario, data or resources("data"), tables)
        record = {scenario.source: list(_record(scenario, touched, base))}
        note.unlink(missing_ok=True)
        build(tables, target, base=base, record=record)
    _check(scenario, target)
    write_output(note, made_from)
    return target


def _opens(target: Path) -> bool:
    """Whether the store of a scenario can be used: what is damaged of it is simply made anew."""
    try:
        return not Store.open(target).warning
    except StoreError:
        return False


def _origin(scenario: Scenario, name: str | Path, base: Folder, data: Path | None) -> bytes:
    """What a scenario's store is made from, written so that any change of it shows."""
    manifest = read_manifest(base.current())
    given = repr((scenario, str(data) if data else "")).encode()
    return to_json(
        {
            "base": manifest.digest,
            "scenario": hashlib.sha256(given).hexdigest(),
            "version": VERSION,
        }
    )


def _check(scenario: Scenario, target: Path) -> None:
    """Refuse a scenario whose graph breaks a shape that the base keeps."""
    findings = validate(Store.open(target)).findings
    broken = [finding for finding in findings if finding.severity == "Violation"]
    if broken:
        shutil.rmtree(target, ignore_errors=True)
        raise ScenarioInvalid(
            f"it breaks a shape: {broken[0].message} ({broken[0].focus})",
            place=scenario.place,
            remedy="fix the rows listed",
        )


def _record(scenario: Scenario, touched: Mapping[int, list[str]], base: Folder) -> Iterator[str]:
    """The scenario as RDF: its assumption and each step with its reason."""
    node = iri(entity_iri("scenario", scenario.name))
    yield line(node, curie("rdf:type"), curie("coop:Scenario"))
    yield line(node, curie("rdf:type"), curie("prov:Entity"))
    yield from in_languages(node, "skos:prefLabel", scenario.titles)
    yield from in_languages(node, "coop:assumption", scenario.assumptions)
    for part in read_manifest(base.current()).parts:
        if part.origin != "derived":
            yield line(node, curie("prov:wasDerivedFrom"), iri(graph_iri(part.graph)))
    for number, change in enumerate(scenario.changes, 1):
        step = iri(entity_iri("scenario-step", f"{scenario.name}-{number}"))
        yield line(node, curie("coop:step"), step)
        yield line(step, curie("rdf:type"), curie("coop:ScenarioStep"))
        yield line(step, curie("rdf:type"), curie("prov:Entity"))
        step_of = {"table": change.table, "number": str(len(touched[number - 1]))}
        labels = told(f"scenario.{change.action}", **step_of)
        yield from in_languages(step, "skos:prefLabel", labels)
        yield line(step, curie("coop:scenarioAction"), string(change.action))
        yield from in_languages(step, "coop:reason", change.reasons)
        for key in touched[number - 1]:
            yield line(step, curie("coop:changedRow"), string(key))
