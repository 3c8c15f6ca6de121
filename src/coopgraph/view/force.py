"""Forces: the spring layout of Fruchterman and Reingold (https://doi.org/10.1002/spe.4380211102)
for each component, labels kept apart, components packed beside each other.
"""

from __future__ import annotations

import math
from typing import Any, Final

from ..network import Network
from .picture import Place, text_width, wrap

_SEED: Final = 1
#: Side of the square that one node takes on average, in pixels.
_SPACE: Final = 150.0
_LABEL_WIDTH: Final = 150.0
_FONT: Final = 14
_GAP: Final = 60.0
#: Above this many nodes labels are not moved apart one by one.
_SPREAD: Final = 700
_ROUNDS: Final = 120
#: Rows whose distances to all others are held at once.
_BLOCK: Final = 1000


def force_places(network: Network) -> tuple[Place, ...]:
    """The place of each node; the same network has the same places."""
    import networkx as nx
    import numpy as np

    labels = [
        (wrap(n.en, _LABEL_WIDTH, _FONT), wrap(n.ko, _LABEL_WIDTH, _FONT)) for n in network.nodes
    ]
    sizes = [
        (
            max(text_width(line, _FONT) for text in pair for line in text.split("\n")) + 14,
            30 + 1.25 * _FONT * (1 + max(text.count("\n") for text in pair)),
        )
        for pair in labels
    ]
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(range(len(network.nodes)))
    graph.add_edges_from((e.source, e.target) for e in network.edges if e.source != e.target)
    boxes = np.array(sizes, dtype=float).reshape(-1, 2)
    centres = np.zeros((len(network.nodes), 2))
    parts = [sorted(part) for part in nx.connected_components(graph)]
    blocks = []
    for part in sorted(parts, key=lambda part: (-len(part), part)):
        local = _component(graph.subgraph(part), part, boxes[part])
        blocks.append((part, local))
    _pack(blocks, boxes, centres)
    return tuple(
        Place(round(float(x)), round(float(y)), w, h, *pair)
        for (x, y), (w, h), pair in zip(centres, sizes, labels, strict=True)
    )


def _component(graph: Any, part: list[int], boxes: Any) -> Any:
    """The places within one component, labels kept apart."""
    import numpy as np

    size = len(part)
    if size == 1:
        return np.zeros((1, 2))
    number = {node: i for i, node in enumerate(part)}
    ends = np.array(sorted(tuple(sorted((number[a], number[b]))) for a, b in graph.edges))
    places = _spring(size, ends)
    places -= places.mean(axis=0)
    spread = np.abs(places).max() or 1.0
    places *= np.array([1.3, 1.0]) * _SPACE * math.sqrt(size) / (2 if size > 6 else 3) / spread
    return _apart(places, boxes) if size <= _SPREAD else places


def _spring(size: int, ends: Any) -> Any:
    """Places after the forces have settled: all repel each other, linked ones attract.

    As networkx does it, in blocks of rows: it stays quick and small where a network is large.
    """
    import numpy as np

    places = np.random.default_rng(_SEED).random((size, 2))
    distance = 1.6 / size**0.5
    rounds = _ROUNDS if size <= 1500 else 30
    for turn in range(rounds):
        push = np.zeros_like(places)
        for start in range(0, size, _BLOCK):
            block = slice(start, start + _BLOCK)
            x = places[block, 0, None] - places[None, :, 0]
            y = places[block, 1, None] - places[None, :, 1]
            strength = distance**2 / np.maximum(x * x + y * y, 1e-4)
            push[block, 0] = (x * strength).sum(axis=1)
            push[block, 1] = (y * strength).sum(axis=1)
        pull = places[ends[:, 0]] - places[ends[:, 1]]
        pull *= np.linalg.norm(pull, axis=1, keepdims=True) / distance
        np.add.at(push, ends[:, 0], -pull)
        np.add.at(push, ends[:, 1], pull)
        length = np.maximum(np.linalg.norm(push, axis=1, keepdims=True), 1e-2)
        places += push / length * 0.1 * (1 - turn / rounds)
    return places


def _apart(places: Any, boxes: Any) -> Any:
    """Push boxes that overlap apart along the shorter way, until none does or time is up."""
    import numpy as np

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


def _pack(blocks: list[tuple[list[int], Any]], boxes: Any, centres: Any) -> None:
    """Set the components in rows, the largest first, the whole wider than tall."""
    import numpy as np

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
