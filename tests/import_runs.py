"""Imports that tests run as a process: invented lists of programmes, and what a store holds."""

from __future__ import annotations

import json
from pathlib import Path

from command_line import Ran, called

from coopgraph.store import Folder, Store
from coopgraph.vocabulary import COOP

DEMO = Path(__file__).resolve().parent.parent / "data/demo"
LIST = DEMO / "korea/rnd-budget-2026.json"
GRAPH = "import/kr-budget"
#: Won and number of the programmes of an invented list.
TOTAL = f"""SELECT (SUM(?krw) AS ?total) (COUNT(*) AS ?n) {{
?p a <{COOP}Programme> ; <{COOP}amount> ?krw ; <{COOP}reviewCommittee> ?committee }}"""
#: Those of `LIST`.
DEMONSTRATION = ("192500500000", "13")


def run(store: Path, *arguments: str | Path) -> Ran:
    """What the command does with a store."""
    return called(*map(str, arguments), env={"COOPGRAPH_STORE": str(store)})


def total(store: Path) -> tuple[str, str]:
    """Won and number of the programmes in a store."""
    ((krw, count),) = Store.open(store).select(TOTAL)
    return krw.value, count.value


def programmes(folder: Path, *budgets: float, name: str = "rnd-budget-2026.json") -> Path:
    """An invented list with a programme for each budget; NaN makes one that is rejected."""
    pattern = json.loads(LIST.read_text(encoding="utf-8"))[0]
    path = folder / name
    rows = [
        {**pattern, "id": str(7000 + n), "budget": budget, "details": []}
        for n, budget in enumerate(budgets)
    ]
    path.write_text(json.dumps(rows), encoding="utf-8")
    return path


def left_overs(store: Path) -> list[str]:
    """Files that a killed or failed import should not have left, once another succeeded."""
    folder = Folder(store)
    parts = [part for build in folder.builds() for part in build.manifest.parts]
    places = (folder.part_path, folder.rejects_path, folder.works_path)
    named = {place(part) for part in parts for place in places}
    kept = {*(store / "parts").iterdir(), *store.glob("rejects/*"), *store.glob("works/*")}
    hidden = [p for p in store.rglob("*") if p.name.startswith(".") or p.name.endswith(".new")]
    versions = {*(store / "versions").iterdir()} - {build.path for build in folder.builds()}
    return [path.name for path in (*hidden, *(kept - named), *versions)]


def files(store: Path) -> dict[str, bytes]:
    """All parts and lists of rejected records of the current build, byte for byte."""
    folder = Folder(store)
    found = {}
    for part in folder.parts():
        path = folder.part_path(part)
        found[part.graph] = path.read_bytes() if path.exists() else b""
        if (rejects := folder.rejects_path(part)).exists():
            found[f"{part.graph}, rejects"] = rejects.read_bytes()
    return found
