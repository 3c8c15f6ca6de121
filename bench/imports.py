"""`make bench-imports`: what an import costs beside the bare bulk load of the same triples.

    python bench/imports.py [--millions 1 10 30] [--files FOLDER …] [--trials 1] [--keep FOLDER]

For each size a programme is made up (`generate.py`), or the files of a folder are taken, imported
into a store that was built before, and the N-Triples that the import kept are bulk-loaded into a
named graph of an empty store: both in one run, in turns. Then all that the import added, what is
derived from it too, is bulk-loaded the same way, and the files are read into tables by calamine and
DuckDB, which do nothing else with them (`pip install duckdb pyarrow`; a line says so where they are
missing). The transform alone (files to lines, nothing written) runs in a process of its own, so
that its memory is its own. Machines drift: trust ratios, not seconds. Where the machine has other
work, ratios of processor time (of all threads) say more than those of time.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

from figures import child, heading, peak_mb, row, timed

_LOADER = """
import sys, time, pyoxigraph as ox
start = time.perf_counter()
store = ox.Store(sys.argv[1])
for number, path in enumerate(sys.argv[2:]):
    graph = ox.NamedNode(f"urn:x:g{number}")
    store.bulk_load(path=path, format=ox.RdfFormat.N_TRIPLES, to_graph=graph)
store.flush()
print(time.perf_counter() - start, time.process_time())
"""
_TABLES = """
import sys, time
from pathlib import Path
start = time.perf_counter()
import duckdb, pyarrow as pa, python_calamine as calamine
tables = duckdb.connect()
for number, path in enumerate(sorted(Path(sys.argv[1]).rglob("*"))):
    if path.suffix == ".csv":
        read = f"read_csv('{path}', delim=';', header=true, all_varchar=true, "
        read += "strict_mode=false, ignore_errors=true)"
    elif path.suffix == ".xlsx":
        book = calamine.CalamineWorkbook.from_path(str(path))
        head, *body = book.get_sheet_by_index(0).to_python()
        columns = {name: [str(row[i]) for row in body] for i, name in enumerate(head)}
        read = pa.table(columns)
        tables.register("read", read)
        read = "read"
    else:
        continue
    tables.execute(f"CREATE TABLE t{number} AS SELECT * FROM {read}").fetchall()
print(time.perf_counter() - start, time.process_time())
"""


class Cost(NamedTuple):
    """Seconds, and seconds of processor time."""

    seconds: float
    cpu_s: float


class Figures(NamedTuple):
    """One size: triples of the import and of all that it added, records, what each step cost,
    megabytes at the peak of the transform and of the whole import, seconds by stage."""

    triples: int
    added: int
    rows: int
    transform: Cost
    transform_mb: float
    load: Cost
    load_all: Cost
    whole: Cost
    whole_mb: float
    stages: dict[str, float]
    tables: Cost | None = None


def transform_only(folder: Path) -> None:
    """Read and normalise, write nothing: prints seconds, megabytes, lines."""
    from coopgraph.importers import Ledger, importer

    chosen = importer("cordis")
    inputs = chosen.find([folder])
    seconds, lines = timed(lambda: sum(1 for _ in chosen.triples(inputs, Ledger())))
    print(json.dumps([seconds, time.process_time(), peak_mb(), lines]))


def import_only(folder: Path, store: Path) -> None:
    """The whole import: prints seconds of it and of its stages, triples of its graph, records."""
    from coopgraph.compiler import version as compiling
    from coopgraph.compiler.imports import import_files
    from coopgraph.search import IndexWriter
    from coopgraph.store import NewVersion

    stages: dict[str, float] = {}

    def staged(name: str, action: Callable[..., Any]) -> Callable[..., Any]:
        def run(*arguments: Any, **named: Any) -> Any:
            seconds, result = timed(partial(action, *arguments, **named))
            stages[name] = stages.get(name, 0.0) + seconds
            return result

        return run

    for owner, method, name in (
        (compiling._Derivation, "read", "reading statements"),
        (compiling._Derivation, "write", "deriving"),
        (IndexWriter, "add", "search index"),
        (NewVersion, "wait", "waiting for loads"),
        (NewVersion, "publish", "publishing"),
    ):
        setattr(owner, method, staged(name, getattr(owner, method)))
    seconds, report = timed(lambda: import_files("cordis", [folder], store))
    there = resource.getrusage(resource.RUSAGE_CHILDREN)  # the files are read in another process
    cost = [seconds, time.process_time() + there.ru_utime + there.ru_stime]
    for account in report.accounts.values():
        assert account.balanced
    read = sum(account.read for account in report.accounts.values())
    print(json.dumps([*cost, peak_mb(), report.part.triples, read, stages]))


def bare(place: Path, paths: Sequence[Path]) -> Cost:
    """What the bare bulk load of some files costs."""
    words = child("-c", _LOADER, str(place), *map(str, paths)).split()
    shutil.rmtree(place)
    return Cost(*map(float, words))


def tabled(files: Path) -> Cost | None:
    """What calamine and DuckDB take for the same files; None where one is not installed."""
    if lacking := [name for name in ("duckdb", "pyarrow") if find_spec(name) is None]:
        print(f"calamine + DuckDB: not measured; run: pip install {' '.join(lacking)}")
        return None
    return Cost(*map(float, child("-c", _TABLES, str(files)).split()))


def measure(folder: Path, source: int | Path, trials: int, keep: Path | None) -> Figures:
    """Make a programme of about so many triples, or take the files of a folder, then everything
    above: the trial of the median ratio."""
    from generate import generate

    from coopgraph.compiler import build
    from coopgraph.store import Folder, Store

    files = source if isinstance(source, Path) else folder / "files"
    if isinstance(source, int):
        generate(files, source)
    store = folder / "store"
    here = str(Path(__file__).resolve())
    found = []
    for _ in range(trials):
        shutil.rmtree(store, ignore_errors=True)
        before = build(store=store).triples
        seconds, cpu, mb, _ = json.loads(child(here, "--transform", str(files)))
        transform = Cost(seconds, cpu), mb
        whole = json.loads(child(here, "--only", str(files), str(store)))
        places = {part.graph: Folder(store).part_path(part) for part in Folder(store).parts()}
        derived = [places[graph] for graph in sorted(places) if graph.startswith("derived/")]
        paths = [places["import/cordis"], *derived]
        loads = bare(folder / "bare", paths[:1]), bare(folder / "bare", paths)
        added = Store.open(store).manifest.triples - before
        whole_cost = Cost(*whole[:2])
        found.append(
            Figures(
                *(whole[3], added, whole[4], *transform, *loads, whole_cost, whole[2], whole[5]),
                tabled(files),
            )
        )
    if keep is not None:
        shutil.move(store, keep / f"store-{getattr(source, 'name', source)}")
    return sorted(found, key=lambda f: f.whole.seconds / f.load.seconds)[len(found) // 2]


def report(figures: Sequence[Figures]) -> None:
    """One line for each size, then where the time went."""
    heading(
        *("triples", "with derived", "records", "transform s", "MB", "bare load s", "of all s"),
        *("import s", "MB", "import / load", "in processor time", "import / load of all"),
        *("calamine + DuckDB s", "import / it in processor time"),
        words=0,
    )
    for f in figures:
        sizes = (f"{size:,}" for size in (f.triples, f.added, f.rows))
        costs = (f.transform.seconds, f.transform_mb, f.load.seconds, f.load_all.seconds)
        costs += (f.whole.seconds, f.whole_mb)
        ratios = (f.whole.seconds / f.load.seconds, f.whole.cpu_s / f.load.cpu_s)
        ratios += (f.whole.seconds / f.load_all.seconds,)
        beside = [f"{t.cpu_s:.1f}", f"{f.whole.cpu_s / t.cpu_s:.1f}"] if (t := f.tables) else "––"
        told = (*(f"{cost:.1f}" for cost in costs), *(f"{ratio:.2f}" for ratio in ratios))
        row(*sizes, *told, *beside)
    print()
    for f in figures:
        stages = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in f.stages.items())
        print(f"{f.triples:,} triples: {stages}")


def main() -> None:
    """Measure each size, or run one part in a process of its own."""
    parser = argparse.ArgumentParser(description="What an import costs beside a bulk load.")
    parser.add_argument("--millions", type=float, nargs="*", default=None)
    parser.add_argument("--files", type=Path, nargs="*", default=[], help="Folders of real files.")
    parser.add_argument("--trials", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="Where the stores are to be left.")
    parser.add_argument("--transform", type=Path)
    parser.add_argument("--only", type=Path, nargs=2)
    given = parser.parse_args()
    if given.transform:
        transform_only(given.transform)
    elif given.only:
        import_only(*given.only)
    else:
        figures = []
        sizes = [] if given.files else [1, 10]
        made = [int(each * 1_000_000) for each in given.millions or sizes]
        for source in (*made, *given.files):
            with tempfile.TemporaryDirectory() as place:
                figures.append(measure(Path(place), source, given.trials, given.keep))
                report(figures[-1:])
        report(figures)


if __name__ == "__main__":
    main()
