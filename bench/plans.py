"""`make bench-plans`: what many plans cost, and whether they change what is said of one.

    python bench/plans.py [--plans 25 200] [--triples 1000000]

The shipped tables with so many invented plans beside them (`tests/made_plans.py`, some 40 rows
each) are built and checked, and every named question that needs no entity is asked, of the default
jurisdiction and of all; beside it the shipped tables alone, in the same run. `--triples` imports a
made-up programme of that size into both. Rows about the shipped plan that changed are named: there
should be none.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))
from figures import compare, heading, row, timed
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


def laid(folder: Path, plans: int, files: Path | None) -> KnowledgeGraph:
    """A store of the shipped tables and so many plans, its build and check timed."""
    shutil.copytree(resources("data"), folder / "data")
    add_plans(folder / "data", plans)

    def built() -> None:
        build(folder / "data", folder / "store")
        validate(Store.open(folder / "store"))

    first_s, again_s = timed(built)[0], timed(built)[0]
    store = Store.open(folder / "store")
    row(plans, f"{store.manifest.triples:,}", f"{first_s:.2f}", f"{again_s:.2f}")
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


def report(alone: KnowledgeGraph, among: KnowledgeGraph) -> None:
    """Milliseconds of each question: alone, among the plans, of all plans."""
    heading("question", "alone ms", "among ms", "ratio", "all plans ms", "rows of all")
    slowest = {"among": 0.0, "all": 0.0}
    for name in questions():
        every = {"jurisdiction": "all"} if load_question(name).scope == "plan" else {}
        before, after = compare(partial(alone.query, name), partial(among.query, name), 3)
        taken, answer = timed(partial(among.query, name, **every))
        slowest = {"among": max(slowest["among"], after), "all": max(slowest["all"], taken)}
        figures = [f"{1000 * seconds:,.1f}" for seconds in (before, after, taken)]
        row(name, *figures[:2], f"{after / before:.2f}", figures[2], f"{len(answer):,}")
    print(f"\nslowest: {1000 * slowest['among']:,.0f} ms, {1000 * slowest['all']:,.0f} ms of all\n")


def main() -> None:
    """Build, ask, compare."""
    parser = argparse.ArgumentParser(description="Many plans beside the shipped one.")
    parser.add_argument("--plans", type=int, nargs="+", default=[25, 200])
    parser.add_argument("--triples", type=float, default=0)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        files = folder / "files" if given.triples else None
        if files:
            generate(files, int(given.triples))
        heading("plans", "triples", "build and check, s", "again, s", words=0)
        alone, *others = [laid(folder / str(n), n, files) for n in (0, *given.plans)]
        for plans, among in zip(given.plans, others, strict=True):
            print(f"\n{plans} plans, {among.store.manifest.triples:,} triples\n")
            report(alone, among)
            print(f"changed by the plans: {changed(alone, among) or 'no question'}")


if __name__ == "__main__":
    main()
