"""`make bench`: how fast coopgraph is beside its peers, as ratios measured in one run.

Machines drift: only ratios of one run are compared, each the median of several trials that
take turns with the peer's. Nothing here fails: figures are for people to read.
"""

from __future__ import annotations

import contextlib
import io
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from coopgraph.compiler import build
from coopgraph.queries import ask, load_question
from coopgraph.search import INDEX_FILE, Index
from coopgraph.store import Store
from coopgraph.store.export import export_dataset
from coopgraph.validation import validate

TRIALS = 7


class Figure(NamedTuple):
    """One line of the report: ours, the peer's, in seconds, and what was promised."""

    what: str
    ours_s: float
    peer: str
    peer_s: float
    promise: str = ""


def timed(action: Callable[[], object]) -> float:
    """Seconds of one run."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def compare(
    ours: Callable[[], object], peer: Callable[[], object], trials: int = TRIALS
) -> tuple[float, float]:
    """Median seconds of both, run in turns after one unmeasured run each."""
    ours(), peer()
    pairs = [(timed(ours), timed(peer)) for _ in range(trials)]
    return statistics.median(p[0] for p in pairs), statistics.median(p[1] for p in pairs)


def process(*arguments: str) -> Callable[[], object]:
    """A Python process with these arguments, its output thrown away."""
    command = [sys.executable, *arguments]
    return lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def start_up(store: str) -> list[Figure]:
    """Whole processes: the command line against what it cannot do without."""
    bare = "import click; click.command()(lambda: None)(['--help'], standalone_mode=False)"
    program = "import sys; from coopgraph.cli import main; main(sys.argv[1:])"
    helped = compare(process("-c", program, "--help"), process("-c", bare))
    asked = compare(
        process("-c", program, "query", "partners", "--store", store),
        process("-c", "import pyoxigraph, click"),
    )
    return [
        Figure("coopgraph --help", helped[0], "bare click", helped[1], "≤ 2"),
        Figure(
            "coopgraph query partners, cold", asked[0], "import pyoxigraph, click", asked[1], "≤ 6"
        ),
    ]


def building(folder: Path) -> list[Figure]:
    """Build and check of the shipped data, against a bare bulk load of the same triples."""
    import pyoxigraph as ox

    quads = export_dataset(Store.open(folder / "graph"), "nq")
    counter = iter(range(10_000))

    def load() -> None:
        store = ox.Store(folder / f"bare-{next(counter)}")
        store.bulk_load(quads, ox.RdfFormat.N_QUADS)
        store.flush()

    both = compare(
        lambda: (build(store=folder / "graph"), validate(Store.open(folder / "graph"))), load
    )
    current = Store.open(folder / "graph")
    checked = compare(lambda: validate(current), lambda: pyshacl_report(quads), trials=1)
    return [
        Figure("build and check the shipped data", both[0], "bare bulk load", both[1], "≤ 2 s"),
        Figure("check alone", checked[0], "pyshacl", checked[1]),
    ]


def pyshacl_report(quads: bytes) -> object:
    """The same validation by the reference implementation."""
    import pyshacl
    import rdflib

    from coopgraph.tables.shapes import shapes_graph

    data = rdflib.Graph()
    data.parse(io.BytesIO(b"".join(as_triples(quads))), format="nt")
    return pyshacl.validate(data, shacl_graph=shapes_graph(), shacl_graph_format="nt")


def as_triples(quads: bytes) -> list[bytes]:
    """N-Quads lines without their graph."""
    return [line.rsplit(b" ", 2)[0] + b" .\n" for line in quads.splitlines()]


def asking(store: Path) -> list[Figure]:
    """Warm questions against rdflib over the same triples, and search against a scan."""
    import rdflib

    from coopgraph.vocabulary import PREFIXES

    ours = Store.open(store)
    peer = rdflib.Graph()
    peer.parse(io.BytesIO(b"".join(as_triples(export_dataset(ours, "nq")))), format="nt")
    figures = []
    for name in ("partners", "partner-load", "budget-levels", "disagreements"):
        question = load_question(name)
        pair = compare(
            lambda name=name: ask(ours, name),
            lambda text=question.text: list(peer.query(text, initNs=PREFIXES)),
            trials=3,
        )
        figures.append(Figure(f"question {name}, labelled", pair[0], "rdflib, unlabelled", pair[1]))
    index = Index(Store.open(store).version / INDEX_FILE)  # type: ignore[operator]
    scan = 'SELECT ?s { ?s skos:prefLabel ?l FILTER(CONTAINS(?l, "한국")) }'
    found = compare(lambda: index.search("한국"), lambda: list(ours.query(scan)))
    return [*figures, Figure("search 한국", found[0], "CONTAINS in SPARQL", found[1])]


def report(figures: list[Figure]) -> None:
    """A table: what, our time, the peer, its time, ours in multiples of the peer's."""
    print(f"{'what':38} {'ours':>10}  {'peer':26} {'its time':>10} {'ratio':>9}  promised")
    for f in figures:
        print(
            f"{f.what:38} {f.ours_s * 1000:8.1f}ms  {f.peer:26} {f.peer_s * 1000:8.1f}ms "
            f"{f.ours_s / f.peer_s:9.3f}  {f.promise}"
        )


def main() -> None:
    """Build once, then measure everything on that store."""
    with tempfile.TemporaryDirectory() as place, contextlib.ExitStack():
        folder = Path(place)
        build(store=folder / "graph")
        report([*start_up(str(folder / "graph")), *building(folder), *asking(folder / "graph")])


if __name__ == "__main__":
    main()
