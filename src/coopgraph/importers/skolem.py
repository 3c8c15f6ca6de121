"""Blank nodes to IRIs (RDF 1.1 Concepts, section 3.5), the same for the same file.

A blank node is distinguished by what is said of it, over and over: its colour is the hash of
its statements, in which other blank nodes stand as their own colours of the round before. Nodes
that stay alike are numbered as they come. This is the first half of RDF Dataset Canonicalization
(https://www.w3.org/TR/rdf-canon/). The second half, which would make alike nodes independent of
their order too, takes factorial time on a file made to that end, so it is left out.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from coopgraph.libraries import ox
from coopgraph.vocabulary import ID

#: Rounds after which nodes that are still alike are left so: chains of like nodes.
_ROUNDS: Final = 64


def skolemised(triples: Sequence[ox.Triple], salt: str) -> Iterator[str]:
    """The N-Triples lines of `triples`, blank nodes as IRIs `id:skolem/{hash}`.

    `salt` keeps the nodes of different files apart.

    >>> from pyoxigraph import BlankNode, Literal, NamedNode, Triple
    >>> said = [Triple(BlankNode("x"), NamedNode("https://example.org/p"), Literal("a"))]
    >>> other = [Triple(BlankNode("y"), NamedNode("https://example.org/p"), Literal("a"))]
    >>> list(skolemised(said, "file")) == list(skolemised(other, "file"))
    True
    >>> list(skolemised(said, "file")) == list(skolemised(said, "another file"))
    False
    """
    names = _names(triples, salt)
    for triple in triples:
        subject, obj = str(triple.subject), str(triple.object)
        yield f"{names.get(subject, subject)} {triple.predicate} {names.get(obj, obj)} ."


def _names(triples: Sequence[ox.Triple], salt: str) -> dict[str, str]:
    """The IRI of each blank node, by its label."""
    said: dict[str, list[tuple[str, str]]] = defaultdict(list)  # (direction and predicate, other)
    for triple in triples:
        subject, predicate, obj = str(triple.subject), str(triple.predicate), str(triple.object)
        for node, way, other in ((subject, ">", obj), (obj, "<", subject)):
            if node.startswith("_:"):
                said[node].append((way + predicate, other))
    colours = dict.fromkeys(said, "")
    known = 1
    for _ in range(_ROUNDS):
        colours = {node: _colour(colours, node, facts) for node, facts in said.items()}
        found = len(set(colours.values()))
        if found in (known, len(said)):
            break
        known = found
    alike: dict[str, int] = defaultdict(int)
    names: dict[str, str] = {}
    for node, colour in colours.items():
        alike[colour] += 1
        names[node] = f"<{ID}skolem/{_hash(f'{salt} {colour} {alike[colour]}')[:32]}>"
    return names


def _colour(colours: dict[str, str], node: str, facts: list[tuple[str, str]]) -> str:
    shown = sorted(
        f"{way} {'itself' if other == node else colours.get(other, other)}" for way, other in facts
    )
    return _hash("\n".join(shown))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
