"""`make bench-imports`: what an import costs beside the bare bulk load of the same triples.

    python bench/imports.py [--millions 1 10 30] [--trials 1]

For each size a programme is made up (`generate.py`), imported into a store that was built before,
and the N-Triples that the import kept are bulk-loaded into a named graph of an empty store: both
in one run, in turns. The transform alone (files to lines, nothing written) runs in a process of
its own, so that its memory is its own. Machines drift: trust ratios, not seconds.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

_LOADER = """
import sys, time, pyoxigraph as ox
start = time.perf_counter()
store = ox.Store(sys.argv[2])
store.bulk_load(path=sys.argv[1], format=ox.RdfFormat.N_TRIPLES, to_graph=ox.NamedNode("urn:x:g"))
store.flush()
print(time.perf_counter() - start)
"""


class Figures(NamedTuple):
    """One size: triples, seconds of each, bytes of memory of the transform, ratio."""

    triples: int
    rows: int
    transform_s: float
    transform_mb: float
    load_s: float
    import_s: float
    stages: dict[str, float]

    @property
    def ratio(self) -> float:
        return self.import_s / self.load_s


def child(*arguments: str) -> str:
    """What a Python process prints; this file's `--only` runs stand behind some of them."""
    done = subprocess.run(
        [sys.executable, *arguments], check=True, stdout=subprocess.PIPE, text=True
    )
    return done.stdout


def transform_only(folder: Path) -> None:
    """Read and normalise, write nothing: prints seconds, megabytes, lines."""
    from coopgraph.importers import Ledger, importer

    chosen = importer("cordis")
    inputs = chosen.find([folder])
    start = time.perf_counter()
    lines = sum(1 for _ in chosen.triples(inputs, Ledger()))
    seconds = time.perf_counter() - start
    print(json.dumps([seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, lines]))


def import_only(folder: Path, store: Path) -> None:
    """The whole import: prints seconds of it and of its stages, triples of its graph, records."""
    from coopgraph.build import compiling
    from coopgraph.build.importing import import_files

    stages: dict[str, float] = {}

    def timed(name: str, action: Callable[..., Any]) -> Callable[..., Any]:
        def run(*arguments: Any, **named: Any) -> Any:
            start = time.perf_counter()
            result = action(*arguments, **named)
            stages[name] = stages.get(name, 0.0) + time.perf_counter() - start
            return result

        return run

    compiling.write_index = timed("search index", compiling.write_index)
    compiling.DERIVATIONS = tuple(
        (graph, timed(graph, derive)) for graph, derive in compiling.DERIVATIONS
    )
    compiling.NewVersion.load = timed("bulk loads", compiling.NewVersion.load)  # type: ignore[method-assign]
    start = time.perf_counter()
    report = import_files("cordis", [folder], store)
    seconds = time.perf_counter() - start
    for account in report.accounts.values():
        assert account.balanced
    read = sum(account.read for account in report.accounts.values())
    print(json.dumps([seconds, report.part.triples, read, stages]))


def measure(folder: Path, triples: int, trials: int) -> Figures:
    """Make a programme of about `triples`, then everything above, the medians of `trials`."""
    from generate import generate

    from coopgraph.build import build

    generate(folder / "files", triples)
    store = folder / "store"
    transforms, loads, imports = [], [], []
    for trial in range(trials):
        shutil.rmtree(store, ignore_errors=True)
        build(store=store)
        here = str(Path(__file__).resolve())
        given = (here, "--only", str(folder / "files"), str(store))
        transforms.append(json.loads(child(*given[:1], "--transform", *given[2:3])))
        imports.append(json.loads(child(*given)))
        part = store / "parts" / "import" / "cordis.nt"
        bare = folder / f"bare-{trial}"
        loads.append(float(child("-c", _LOADER, str(part), str(bare))))
        shutil.rmtree(bare)
    middle = sorted(imports)[len(imports) // 2]
    return Figures(
        middle[1],
        middle[2],
        statistics.median(t[0] for t in transforms),
        max(t[1] for t in transforms),
        statistics.median(loads),
        middle[0],
        middle[3],
    )


def report(figures: Sequence[Figures]) -> None:
    """One line for each size, then where the time went."""
    print("| triples | records | transform s | transform MB | bare load s | import s | ratio |")
    print("|---:|---:|---:|---:|---:|---:|---:|")
    for f in figures:
        print(
            f"| {f.triples:,} | {f.rows:,} | {f.transform_s:.1f} | {f.transform_mb:.0f} "
            f"| {f.load_s:.1f} | {f.import_s:.1f} | {f.ratio:.2f} |"
        )
    print()
    for f in figures:
        stages = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in f.stages.items())
        print(f"{f.triples:,} triples: {stages}")


def main() -> None:
    """Measure each size, or run one part in a process of its own."""
    parser = argparse.ArgumentParser(description="What an import costs beside a bulk load.")
    parser.add_argument("--millions", type=float, nargs="+", default=[1, 10])
    parser.add_argument("--trials", type=int, default=1)
    parser.add_argument("--transform", type=Path)
    parser.add_argument("--only", type=Path, nargs=2)
    given = parser.parse_args()
    if given.transform:
        transform_only(given.transform)
    elif given.only:
        import_only(*given.only)
    else:
        figures = []
        for millions in given.millions:
            with tempfile.TemporaryDirectory() as place:
                figures.append(measure(Path(place), int(millions * 1_000_000), given.trials))
                report(figures[-1:])
        report(figures)


if __name__ == "__main__":
    main()
