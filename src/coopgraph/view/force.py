"""A map: places by stress (`coopgraph.view.stress`), labels kept apart, components packed next to
each other; or the places that a map had before, with what is new near its neighbours.
"""

import math
from collections.abc import Mapping
from typing import Any, Final, TypeAlias

from coopgraph.libraries import Matrix, np, sparse
from coopgraph.network import Network
from coopgraph.view.picture import NodeBox, labels, text_width, wrap
from coopgraph.view.stress import stress_places

#: Where nodes are, by IRI: the centre of each in pixels.
Positions: TypeAlias = Mapping[str, tuple[float, float]]

#: Side of the square that one node takes on average, in pixels.
_SPACE: Final = 150.0
_LABEL_WIDTH: Final = 150.0
_FONT: Final = 14
_GAP: Final = 60.0
#: Up to this many nodes labels are moved apart one by one; beyond, marks are.
_SPREAD: Final = 700
_MARK: Final = 44.0
_ROUNDS: Final = 120
#: The angle that fills a disc most evenly (Vogel 1979).
_TURN: Final = math.pi * (3 - math.sqrt(5))
#: How far out nodes are looked for that may come near in the next rounds, in distances.
_REACH: Final = 1.4


def force_places(network: Network, kept: Positions | None = None) -> tuple[NodeBox, ...]:
    """The place of each node; the same network has the same places. A node of `kept` stays exactly
    where it was, and the others find room about it."""
    names = [
        tuple(wrap(text, _LABEL_WIDTH, _FONT) for text in labels(node)) for node in network.nodes
    ]
    sizes = [
        (
            max(text_width(line, _FONT) for text in name for line in text.split("\n")) + 14,
            30 + 1.25 * _FONT * (1 + max(text.count("\n") for text in name)),
        )
        for name in names
    ]
    boxes = np.array(sizes, dtype=float).reshape(-1, 2)
    links = links_of(network)
    known = {i: kept[n.iri] for i, n in enumerate(network.nodes) if kept and n.iri in kept}
    centres = _beside(links, boxes, known) if known else _mapped(links, boxes)
    return tuple(
        NodeBox(round(float(x), 1), round(float(y), 1), w, h, name)
        for (x, y), (w, h), name in zip(centres, sizes, names, strict=True)
    )


def ends_of(network: Network) -> tuple[Any, Any]:
    """The numbers of the two nodes of each edge, in the order of the network."""
    if network.incidence is not None:
        return network.incidence.ends.source, network.incidence.ends.target
    edges, many = network.edges, len(network.edges)
    return (
        np.fromiter((edge.source for edge in edges), np.int64, many),
        np.fromiter((edge.target for edge in edges), np.int64, many),
    )


def links_of(network: Network) -> Matrix:
    """Which nodes are linked, in either direction: ones, symmetric, without self-loops."""
    return linked(*ends_of(network), len(network.nodes))


def linked(source: Any, target: Any, size: int) -> Matrix:
    """The same of the numbers of the two nodes of each edge, and how many nodes there are."""
    apart = source != target
    once = sparse.coo_matrix(
        (np.ones(int(apart.sum())), (source[apart], target[apart])), shape=(size, size)
    ).tocsr()
    both: Matrix = (once + once.T).tocsr()
    both.data[:] = 1.0
    both.sort_indices()
    return both


def _mapped(links: Matrix, boxes: Any) -> Any:
    """The centre of each node: components one by one, then next to each other."""
    places = stress_places(links)
    _, component = sparse.csgraph.connected_components(links, directed=False)
    order = np.argsort(component, kind="stable")
    borders = np.flatnonzero(np.diff(component[order])) + 1
    parts = np.split(order, borders) if len(order) else []
    blocks = []
    for part in sorted(parts, key=lambda part: (-len(part), int(part[0]))):
        local = _scaled(places[part])
        blocks.append((part, _apart(local, boxes[part])))
    return _packed(blocks, boxes)


def _scaled(places: Any) -> Any:
    """The places of one component, wider than tall, with room for each node."""
    if len(places) == 1:
        return places
    wide = places[:, 0].std() >= places[:, 1].std()
    turned = places if wide else places[:, ::-1] * np.array([1.0, -1.0])
    spread = math.sqrt(float((turned**2).sum(axis=1).mean())) or 1.0
    room = _SPACE * math.sqrt(len(places) / (2 * math.pi))
    return turned * np.array([1.25, 0.95]) * room / spread


def _apart(places: Any, boxes: Any) -> Any:
    """Push what overlaps apart: the boxes of labels, or where there are many nodes the marks."""
    if len(places) > _SPREAD:
        return apart_discs(places, _MARK)
    return _apart_boxes(places, boxes)


def apart_discs(places: Any, distance: float, rounds: int = 30, *, every: int = 1) -> Any:
    """The places with no two nearer than about `distance`, if `rounds` suffice. What is near is
    looked for `every` so many rounds, and then so much farther out."""
    from scipy.spatial import cKDTree

    places = np.asarray(places, dtype=float).copy()
    least, reach = distance * 0.97, distance * (0.97 if every == 1 else _REACH)
    pairs = np.empty((0, 2), dtype=np.int64)
    for turn in range(rounds):
        if turn % every == 0:
            tree = cKDTree(places, compact_nodes=False, balanced_tree=False)  # made twice as fast
            pairs = tree.query_pairs(reach, output_type="ndarray")
        one, other = pairs[:, 0], pairs[:, 1]
        between = places[one] - places[other]
        length = np.hypot(between[:, 0], between[:, 1])
        near = length <= least
        if turn % every == 0 and not near.any():
            break
        one, other, between, length = one[near], other[near], between[near], length[near]
        same = length < distance / 1000
        angle = _TURN * (one[same] + other[same])
        between[same] = np.column_stack([np.cos(angle), np.sin(angle)])
        length[same] = 1.0
        gap = distance - np.where(same, 0.0, length)
        push = between / length[:, None] * gap[:, None] * 0.5
        share = np.bincount(np.concatenate([one, other]), minlength=len(places))
        for axis in (0, 1):
            moved = np.bincount(one, push[:, axis], len(places))
            moved -= np.bincount(other, push[:, axis], len(places))
            places[:, axis] += moved / np.sqrt(np.maximum(share, 1))
    return places


def _apart_boxes(places: Any, boxes: Any) -> Any:
    """Push boxes that overlap apart along the shorter way, until none does or time is up."""
    half = (boxes[:, None, :] + boxes[None, :, :]) / 2
    places = np.round(places, 3)
    for _ in range(_ROUNDS if len(places) <= 300 else _ROUNDS // 4):
        between = places[:, None, :] - places[None, :, :]
        overlap = half - np.abs(between)
        hit = (overlap > 0.5).all(axis=2)
        np.fill_diagonal(hit, val=False)
        if not hit.any():
            break
        along_x = hit & (overlap[:, :, 0] < overlap[:, :, 1])
        along_y = hit & ~along_x
        index = np.arange(len(places))
        order = np.sign(index[:, None] - index[None, :])
        for axis, chosen in ((0, along_x), (1, along_y)):
            sign = np.where(between[:, :, axis] == 0, order, np.sign(between[:, :, axis]))
            push = np.where(chosen, sign * overlap[:, :, axis] * 0.5, 0.0)
            share = np.maximum(chosen.sum(axis=1), 1)
            places[:, axis] += push.sum(axis=1) / np.sqrt(share)
    return places


def _packed(blocks: list[tuple[Any, Any]], boxes: Any) -> Any:
    """Set the components in rows, the largest first, the whole wider than tall."""
    centres = np.zeros((len(boxes), 2))
    area = 0.0
    framed = []
    for part, places in blocks:
        low = (places - boxes[part] / 2).min(axis=0)
        high = (places + boxes[part] / 2).max(axis=0)
        width, height = (high - low) + _GAP
        area += width * height
        framed.append((part, places - low, width, height))
    limit = max([math.sqrt(area * 1.7), *(frame[2] for frame in framed)], default=0.0)
    x = y = row = 0.0
    for part, places, width, height in framed:
        if x and x + width > limit:
            x, y, row = 0.0, y + row, 0.0
        centres[part] = places + np.array([x, y])
        x, row = x + width, max(row, height)
    return centres


def _beside(links: Matrix, boxes: Any, known: Mapping[int, tuple[float, float]]) -> Any:
    """The centres where some are known: those stay; of the others each goes next to its
    neighbours, as near as there is room; what is linked to nothing known goes below all."""
    centres = np.full((len(boxes), 2), np.nan)
    centres[list(known)] = list(known.values())
    _, component = sparse.csgraph.connected_components(links, directed=False)
    tied = np.isin(component, component[list(known)])
    waiting = [i for i in np.flatnonzero(tied).tolist() if i not in known]
    while waiting:
        ready = [i for i in waiting if np.isfinite(centres[_neighbours(links, i), 0]).any()]
        for i in ready:
            around = centres[_neighbours(links, i)]
            centre = around[np.isfinite(around[:, 0])].mean(axis=0)
            centres[i] = _free(centre, boxes[i], centres, boxes)
        waiting = [i for i in waiting if i not in set(ready)]
    rest = np.flatnonzero(~tied)
    if len(rest):
        below = _mapped(links[rest][:, rest], boxes[rest])
        foot = np.nanmax(centres[:, 1] + boxes[:, 1] / 2) + _GAP
        left = np.nanmin(centres[:, 0] - boxes[:, 0] / 2)
        centres[rest] = below + np.array([left, foot])
    return centres


def _neighbours(links: Matrix, node: int) -> Any:
    return links.indices[links.indptr[node] : links.indptr[node + 1]]


def _free(wanted: Any, box: Any, centres: Any, boxes: Any) -> Any:
    """The place nearest to the wanted one, on a spiral about it, where a box overlaps none."""
    there = np.isfinite(centres[:, 0])
    others, room = centres[there], (boxes[there] + box) / 2
    for step in range(10_000):
        angle, radius = step * _TURN, 14 * math.sqrt(step)
        place = wanted + radius * np.array([1.3 * math.cos(angle), math.sin(angle)])
        if not (np.abs(others - place) < room).all(axis=1).any():
            break
    return place
