"""`make bench`: how fast coopgraph is beside its peers, as ratios measured in one run."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

from figures import child, compare, heading, row, union

from coopgraph.compiler import build
from coopgraph.queries import ask, load_question
from coopgraph.search import INDEX_FILE, Index
from coopgraph.store import Store
from coopgraph.store.export import export_dataset
from coopgraph.validation import validate


class Figure(NamedTuple):
    """One line of the report: ours, the peer's, in seconds, and what was promised."""

    what: str
    ours_s: float
    peer: str
    peer_s: float
    promise: str = ""


def process(*arguments: str) -> Callable[[], object]:
    """A Python process with these arguments."""
    return partial(child, *arguments)


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
    checked = compare(lambda: validate(current), lambda: pyshacl_report(current), trials=1)
    return [
        Figure("build and check the shipped data", both[0], "bare bulk load", both[1], "≤ 2 s"),
        Figure("check alone", checked[0], "pyshacl", checked[1]),
    ]


def pyshacl_report(store: Store) -> object:
    """The same validation by the reference implementation."""
    import pyshacl
    import rdflib

    from coopgraph.tables.shapes import shapes_graph

    data = rdflib.Graph()
    data.parse(data=union(store), format="nt")
    return pyshacl.validate(data, shacl_graph=shapes_graph(), shacl_graph_format="nt")


def asking(store: Path) -> list[Figure]:
    """Warm questions against rdflib over the same triples, and search against a scan."""
    import rdflib

    from coopgraph.vocabulary import PREFIXES

    ours = Store.open(store)
    peer = rdflib.Graph()
    peer.parse(data=union(ours), format="nt")
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
    heading("what", "peer", "ours ms", "its ms", "ratio", "promised", words=2)
    for f in figures:
        times = f"{f.ours_s * 1000:.1f}", f"{f.peer_s * 1000:.1f}", f"{f.ours_s / f.peer_s:.3f}"
        row(f.what, f.peer, *times, f.promise)


def main() -> None:
    """Build once, then measure everything on that store."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        build(store=folder / "graph")
        report([*start_up(str(folder / "graph")), *building(folder), *asking(folder / "graph")])


if __name__ == "__main__":
    main()
