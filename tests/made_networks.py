"""Networks made for tests: of any size, with groups, always the same."""

from __future__ import annotations

import random
from collections.abc import Sequence

from coopgraph.network import Edge, Named, Network, Node
from coopgraph.queries.question import pair
from coopgraph.vocabulary import ID, expand

KIND = Named(expand("coop:Organisation"), pair("organisation", "기관"))
TIE = Named("urn:x:tie", pair("is tied to", "이어짐"))


def node(number: int, digits: int = 6) -> Node:
    iri = f"{ID}organisation/n{number:0{digits}}"
    return Node(iri, pair(f"Institute {number}", f"연구소 {number}"), KIND)


def network_of(
    nodes: Sequence[Node], ends: Sequence[tuple[int, int]], name: str = "made"
) -> Network:
    edges = tuple(Edge(a, b, TIE) for a, b in sorted(ends))
    return Network(
        name, pair("A made network", "만든 네트워크"), tuple(nodes), edges, directed=False
    )


def clustered(groups: int, size: int, inside: float, between: float, seed: int = 5) -> Network:
    """`groups` of `size` nodes, each with about so many edges inside its group and outside."""
    chance = random.Random(seed)
    count = groups * size
    ends = []
    for group in range(groups):
        own = range(group * size, (group + 1) * size)
        ends += [
            (min(a, b), max(a, b))
            for _ in range(int(size * inside / 2))
            for a, b in [chance.sample(own, 2)]
        ]
    for _ in range(int(count * between / 2)):
        a, b = chance.sample(range(count), 2)
        ends.append((min(a, b), max(a, b)))
    return network_of([node(i) for i in range(count)], ends)
