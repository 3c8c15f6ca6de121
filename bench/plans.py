"""`make bench-plans`: what many plans cost, and whether they change what is said of one.

    python bench/plans.py [--plans 25 200] [--triples 1000000] [--store FOLDER]

The shipped tables with so many invented plans beside them (`tests/made_plans.py`, some 40 rows
each) are built and checked, and every named question that needs no entity is asked: of the default
jurisdiction, of one plan and of all; beside it the shipped tables alone, in the same run.
`--triples` imports a made-up programme of that size into both. Rows about the shipped plan that
changed are named: there should be none. `--store` asks one that was filled before, by itself.

Processor time, the least of three warm runs. What takes longer than it should is marked.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))
from figures import busy, heading, row
from generate import generate
from made_plans import add_plans

from coopgraph.api import KnowledgeGraph
from coopgraph.compiler import build
from coopgraph.compiler.imports import import_files
from coopgraph.queries import load_question, question_names
from coopgraph.queries.answer import ANSWERS
from coopgraph.store import Store
from coopgraph.validation import validate
from coopgraph.vocabulary import resources

#: Seconds: of building and checking 25 plans; of a question, to so many triples and beyond.
BUILD_S, SMALL_S, SMALL, LARGE_S = 3.0, 0.05, 3_000_000, 1.0


def laid(folder: Path, plans: int, files: Path | None) -> KnowledgeGraph:
    """A store of the shipped tables and so many plans, its build and check timed."""
    shutil.copytree(resources("data"), folder / "data")
    add_plans(folder / "data", plans)

    def built() -> None:
        build(folder / "data", folder / "store")
        validate(Store.open(folder / "store"))

    taken = busy(built)[0]
    store = Store.open(folder / "store")
    over = f"over {BUILD_S:.0f} s" if plans <= 25 and taken > BUILD_S else ""
    row(plans, f"{store.manifest.triples:,}", f"{taken:.2f}", over)
    if files:
        import_files("cordis", [files], folder / "store")
        store = Store.open(folder / "store")
    return KnowledgeGraph(store)


def questions() -> list[str]:
    """Those that can be asked without naming an entity."""
    return [
        name
        for name in question_names()
        if not any(each.required for each in load_question(name).parameters.values())
    ]


def changed(alone: KnowledgeGraph, among: KnowledgeGraph) -> list[str]:
    """The questions of scope `plan` whose default rows are others than without the plans."""
    return [
        name
        for name in questions()
        if load_question(name).scope == "plan"
        and ANSWERS.write(alone.query(name), "csv") != ANSWERS.write(among.query(name), "csv")
    ]


def one_plan(kg: KnowledgeGraph) -> str:
    """The plan, of another jurisdiction if there is one, that most claims are of."""
    found = kg.store.select(
        "SELECT ?plan (COUNT(*) AS ?claims) { ?claim coop:plan ?plan ; coop:jurisdiction ?whose . "
        "?store coop:defaultJurisdiction ?own } GROUP BY ?plan "
        "ORDER BY DESC(MAX(?whose != ?own)) DESC(?claims) ?plan LIMIT 1"
    )
    return str(found[0][0].value)


def report(alone: KnowledgeGraph | None, among: KnowledgeGraph) -> None:
    """Milliseconds of each question: alone, among the plans, of one plan, of all."""
    heading("question", "alone ms", "among ms", "ratio", "one plan ms", "all ms", "rows", "over")
    bound = SMALL_S if among.store.manifest.triples <= SMALL else LARGE_S
    over, plan = dict[str, list[str]](), one_plan(among)
    for name in questions():
        scopes = {"among": {}, "one plan": {"plan": plan}, "all": {"jurisdiction": "all"}}
        if load_question(name).scope != "plan":
            scopes = {"among": {}}
        before = busy(partial(alone.query, name))[0] if alone else 0
        taken = {kind: busy(partial(among.query, name, **asked)) for kind, asked in scopes.items()}
        over[name] = [kind for kind, (seconds, _) in taken.items() if seconds > bound]
        ms = {kind: f"{1000 * seconds:,.1f}" for kind, (seconds, _) in taken.items()}
        ratio = f"{taken['among'][0] / before:.2f}" if before else ""
        figures = [f"{1000 * before:,.1f}", ms["among"], ratio, ms.get("one plan"), ms.get("all")]
        rows = len(list(taken.values())[-1][1])
        row(name, *(figure or "" for figure in figures), f"{rows:,}", ", ".join(over[name]))
    for kind in ("among", "one plan", "all"):
        names = [name for name, kinds in over.items() if kind in kinds]
        print(f"\nover {1000 * bound:,.0f} ms, {kind}: {', '.join(names) or 'none'}")


def main() -> None:
    """Build, ask, compare."""
    parser = argparse.ArgumentParser(description="Many plans beside the shipped one.")
    parser.add_argument("--plans", type=int, nargs="+", default=[25, 200])
    parser.add_argument("--triples", type=float, default=0)
    parser.add_argument("--store", type=Path)
    given = parser.parse_args()
    if given.store:
        report(None, KnowledgeGraph(Store.open(given.store)))
        return
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        files = folder / "files" if given.triples else None
        if files:
            generate(files, int(given.triples))
        heading("plans", "triples", "build and check, s", "over", words=0)
        alone, *others = [laid(folder / str(n), n, files) for n in (0, *given.plans)]
        for plans, among in zip(given.plans, others, strict=True):
            print(f"\n{plans} plans, {among.store.manifest.triples:,} triples\n")
            report(alone, among)
            print(f"\nchanged by the plans: {changed(alone, among) or 'no question'}")


if __name__ == "__main__":
    main()
