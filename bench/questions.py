"""`make bench-questions`: every named question and the collaboration network at size.

    python bench/questions.py [--millions 10] [--small 1] [--store FOLDER] [--beside FOLDER]

One made-up programme of `--millions` is imported and every named question asked of it, warm, its
answer with labels; then the same of a small one, where rdflib, maplib and `oxigraph serve` are
asked the same SPARQL text (they give terms without labels). The packages `maplib` and `oxigraph`
are optional. What does not end in time is left out of its column. Questions about named graphs
(`facts`) are not asked of the peers, which hold one graph.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import NamedTuple

from figures import best, heading, imported, row, timed, union
from generate import pairs
from peers import LIMIT_S, TRIALS, Peers, least_ms, peers_ms

from coopgraph.api import KnowledgeGraph
from coopgraph.errors import CoopgraphError
from coopgraph.network.incidence import fold_pairs
from coopgraph.queries import load_question, question_names
from coopgraph.queries.parameters import bind
from coopgraph.store import Store
from coopgraph.vocabulary import ID

#: What questions that need an entity are asked for.
ABOUT = {"about": "quantum"}
#: Questions of observed data, asked with parameters too.
NARROWED: tuple[tuple[str, dict[str, str]], ...] = (
    ("observed-partners", {"technology": "quantum"}),
    ("observed-partners", {"partner": "{partner}"}),
    ("plan-vs-practice", {"technology": "quantum"}),
    ("alternatives", {"technology": "quantum"}),
    ("alternatives", {"country": "kr"}),
    ("alternatives", {"country": "de"}),
)


def asked(kg: KnowledgeGraph) -> list[tuple[str, dict[str, str]]]:
    """Every named question, those that need an entity with one, and some narrowed."""
    names = [
        (name, {k: v for k, v in ABOUT.items() if k in load_question(name).parameters})
        for name in question_names()
    ]
    best = kg.store.select("SELECT ?o { ?x coop:rank 1 ; coop:organisation ?o } LIMIT 1")
    partner = best[0][0].value if best else f"{ID}organisation/mit"
    narrowed = [
        (name, {k: v.format(partner=partner) for k, v in values.items()})
        for name, values in NARROWED
    ]
    return [*names, *narrowed]


def show(label: str, values: dict[str, str]) -> str:
    """A question as a user would ask it."""
    return " ".join([label, *(f"{k}={v.rpartition('/')[2]}" for k, v in values.items())])


class Measured(NamedTuple):
    """By question: milliseconds with labels, of the SPARQL alone, rows, text."""

    labelled: dict[str, float | None]
    alone: dict[str, float | None]
    rows: dict[str, int]
    texts: dict[str, str]


def measure(kg: KnowledgeGraph) -> Measured:
    """Every question of `asked`, warm."""
    found = Measured({}, {}, {}, {})
    for name, values in asked(kg):
        label, question = show(name, values), load_question(name)
        text = "" if question.groups else bind(question, values, kg.index)
        try:
            found.rows[label] = len(kg.query(name, **values))
        except CoopgraphError as error:
            print(f"{label}: {error}", file=sys.stderr)
            continue
        found.labelled[label] = least_ms(partial(kg.query, name, **values))
        if text:
            found.texts[label] = text
            found.alone[label] = least_ms(partial(kg.store.select, text))
    return found


def network_report(kg: KnowledgeGraph) -> None:
    """Weighted links a second to a sparse matrix, the query included; networkx apart."""
    heading("network", "nodes", "links", "to matrix s", "links/s", "to networkx s")
    for values in ({}, {"technology": "quantum"}, {"technology": "quantum", "year": "2018"}):
        project = partial(kg.project, "collaboration", **values)
        network = project()  # warm
        taken, links = best(lambda project=project: project().matrix().nnz // 2, TRIALS)
        apart = f"{timed(network.to_networkx)[0]:.1f}" if values else "not tried"
        size = f"{len(network.nodes):,}", f"{links:,}"
        row(show("collaboration", values), *size, f"{taken:.2f}", f"{links / taken:,.0f}", apart)
    print()


def fold_report(links: int = 475_993) -> None:
    """The fold alone, from pairs of numbers."""
    via, node = pairs(links)
    size = (int(node.max()) + 1, int(via.max()) + 1)
    taken = least_ms(partial(fold_pairs, node, via, size)) or 0
    found = fold_pairs(node, via, size)[1].nnz
    print(
        f"fold alone: {len(via):,} pairs to {found:,} links, {found / taken * 1000:,.0f} links/s\n"
    )


def main() -> None:
    """Measure the large store, then the small one beside its peers."""
    parser = argparse.ArgumentParser(description="Every named question at size.")
    parser.add_argument("--millions", type=float, default=10)
    parser.add_argument("--small", type=float, default=1)
    parser.add_argument("--store", type=Path, help="a large store that was filled before")
    parser.add_argument("--beside", type=Path, help="a small store that was filled before")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        large = _opened(given.store, Path(place) / "large", given.millions)
        print(f"{large.store.manifest.triples:,} triples\n")
        fold_report()
        network_report(large)
        at_size = measure(large)
        small = _opened(given.beside, Path(place) / "small", given.small)
        beside = measure(small)
        found = peers_ms(union(small.store), beside.texts)
        print(f"SPARQL alone and its peers at {small.store.manifest.triples:,} triples; in ms\n")
        heading("question", "rows", "with labels", "SPARQL alone", *found, "rdflib / coopgraph")
        for label, taken in at_size.labelled.items():
            cells = (
                f"{at_size.rows[label]:,}",
                _cell(taken),
                _cell(beside.alone.get(label, "")),
                *(_cell(found[name].get(label, "")) for name in found),
                _times(found.get("rdflib", {}).get(label), beside.alone.get(label)),
            )
            row(label, *cells)
        print(_summary(at_size, beside, found))


def _opened(store: Path | None, place: Path, millions: float) -> KnowledgeGraph:
    return KnowledgeGraph(Store.open(store) if store else imported(place, int(millions * 1e6)))


def _times(theirs: float | str | None, ours: float | None) -> str:
    """How many times faster; at least so many where the other did not end in time."""
    if not ours:
        return ""
    if isinstance(theirs, str) and theirs.startswith(">"):
        return f"> {LIMIT_S * 1000 / ours:.0f}"
    return f"{theirs / ours:.0f}" if isinstance(theirs, float) else ""


def _summary(at_size: Measured, beside: Measured, found: Peers) -> str:
    """How many questions are within a second, and how the peers compare."""
    slow = [label for label, taken in at_size.labelled.items() if taken is None or taken > 1000]
    lines = [f"\n{len(at_size.labelled) - len(slow)} of {len(at_size.labelled)} within 1 s; {slow}"]
    for name, taken in found.items():
        pairs = [
            (theirs, ours)
            for label, ours in beside.alone.items()
            if ours and isinstance(theirs := taken.get(label), float)
        ]
        times = sorted(theirs / ours for theirs, ours in pairs)
        late = sum(isinstance(x, str) and x.startswith(">") for x in taken.values())
        if times:
            lines.append(
                f"{name}: ended {len(times)}, out of time {late}, failed "
                f"{len(taken) - len(times) - late}; median {statistics.median(times):.1f} times "
                f"ours, least {times[0]:.1f}; 20 times and more: {sum(x >= 20 for x in times)}; "
                f"slower than ours: {sum(x > 1 for x in times)}"
            )
    return "\n".join(lines)


def _cell(value: float | str | None) -> str:
    if value is None:
        return f"> {LIMIT_S} s"
    return value if isinstance(value, str) else f"{value:,.1f}"


if __name__ == "__main__":
    main()
