"""A graph changed by what is new and what is gone, where most of it stays.

Removing a triple costs the engine several times what loading one costs, so that a derived graph
of which little changed is not removed and loaded again.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from coopgraph.libraries import ox


def change_graph(engine: ox.Store, graph: str, old: Path, new: Path) -> None:
    """Bring the graph (an IRI) from the lines of `old` to those of `new`, both sorted."""
    from pyoxigraph import NamedNode, Quad, RdfFormat, parse

    name = NamedNode(graph)
    gone: list[bytes] = []
    added: list[bytes] = []
    with old.open("rb") as before, new.open("rb") as after:
        for line, is_new in differences(before, after):
            (added if is_new else gone).append(line)
    for quad in parse(b"".join(gone), format=RdfFormat.N_TRIPLES):
        engine.remove(Quad(quad.subject, quad.predicate, quad.object, name))
    if added:
        engine.bulk_load(b"".join(added), format=RdfFormat.N_TRIPLES, to_graph=name)


def differences(before: Iterator[bytes], after: Iterator[bytes]) -> Iterator[tuple[bytes, bool]]:
    """(line, whether it is new) of the lines that only one of two sorted files holds.

    >>> list(differences(iter([b"a", b"b"]), iter([b"b", b"c"])))
    [(b'a', False), (b'c', True)]
    """
    left, right = next(before, None), next(after, None)
    while left is not None or right is not None:
        if left == right:
            left, right = next(before, None), next(after, None)
        elif right is None or (left is not None and left < right):
            yield left, False  # type: ignore[misc]  # not None: it comes before `right`
            left = next(before, None)
        else:
            yield right, True
            right = next(after, None)
