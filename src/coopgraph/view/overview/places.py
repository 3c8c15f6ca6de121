"""The places of a network drawn as communities: circles within circles, nodes in the innermost.

Circles and nodes keep their places however many are open. Within each circle what it holds is
laid out by stress, every circle at once; then circles are pushed apart and drawn around.
"""

import math
from dataclasses import dataclass
from typing import Any, Final

from coopgraph.libraries import Floats, Matrix, np, sparse
from coopgraph.network.communities import Communities
from coopgraph.view.force import apart_discs
from coopgraph.view.stress import stress_places

#: The distance that nodes keep, and what a circle leaves around what it holds.
SPACE: Final = 60.0
_RIM: Final = 1.12
_GAP: Final = 0.12
_ROUNDS: Final = 150


@dataclass(frozen=True)
class Nested:
    """Centres of nodes (nodes by 2), centres and radii of communities, in units of the picture."""

    nodes: Floats
    centres: Floats
    radii: Floats


def nested_places(links: Matrix, found: Communities) -> Nested:
    """The places of all nodes and communities; `links` is the symmetric matrix of the network."""
    leaf = found.leaf_of()
    nodes = _within(links, leaf)
    radii = np.zeros(len(found))
    reach = np.hypot(nodes[:, 0], nodes[:, 1])
    np.maximum.at(radii, leaf, reach + SPACE / 2)
    radii *= _RIM
    centres = np.zeros((len(found), 2))
    siblings = _between(links, found, leaf)
    start = stress_places(siblings)
    children: dict[int, list[int]] = {}
    for number, above in enumerate(found.parent.tolist()):
        children.setdefault(above, []).append(number)
    for above in sorted(children, reverse=True):  # the innermost first
        if above >= 0:
            inner = np.array(children[above])
            centres[inner] = _discs(start[inner], radii[inner])
            reach = np.hypot(centres[inner, 0], centres[inner, 1]) + radii[inner]
            radii[above] = float(reach.max()) * (1 + _GAP / 2)
    for number in range(1, len(found)):  # a parent comes before its children
        centres[number] += centres[found.parent[number]]
    return Nested(nodes + centres[leaf], centres, radii)


def _within(links: Matrix, leaf: Any) -> Floats:
    """The nodes of each leaf about its centre: by stress, components around the largest, none
    nearer than `SPACE`."""
    inner = _kept(links, leaf)
    places: Floats = stress_places(inner) * SPACE
    _, component = sparse.csgraph.connected_components(inner, directed=False)
    places += _component_centres(places, component, leaf)[component]
    # Leaves side by side in one plane, far apart, so that one search finds all that overlap.
    count = int(leaf.max(initial=-1)) + 1
    width = 4.0 * (np.abs(places).max(initial=0.0) + SPACE * math.sqrt(len(leaf) + 1))
    across = max(math.ceil(math.sqrt(count)), 1)
    grid = np.column_stack([leaf % across, leaf // across]) * width
    places = apart_discs(places + grid, SPACE, rounds=20) - grid
    size = np.maximum(np.bincount(leaf, minlength=count), 1)
    for axis in (0, 1):
        places[:, axis] -= (np.bincount(leaf, places[:, axis], count) / size)[leaf]
    return places


def _kept(links: Matrix, group: Any) -> Matrix:
    """The links within groups."""
    both = links.tocoo()
    same = group[both.row] == group[both.col]
    ends = (both.row[same], both.col[same])
    inside: Matrix = sparse.coo_matrix((both.data[same], ends), shape=links.shape).tocsr()
    inside.sort_indices()
    return inside


def _component_centres(places: Any, component: Any, leaf: Any) -> Floats:
    """Where the components of each leaf go: the largest in the middle, the others about it on a
    spiral, each as far out as those before it fill."""
    size = np.bincount(component)
    reach = np.zeros(len(size))
    np.maximum.at(reach, component, np.hypot(places[:, 0], places[:, 1]))
    reach += SPACE / 2
    of_leaf = np.zeros(len(size), dtype=np.int64)
    of_leaf[component] = leaf
    order = np.lexsort((np.arange(len(size)), -size, of_leaf))
    area = (reach[order] ** 2).cumsum()
    first = np.flatnonzero(np.diff(of_leaf[order], prepend=-1))
    begins = np.repeat(first, np.diff(np.append(first, len(order))))
    before = area - area[begins] + reach[order[begins]] ** 2
    out = np.sqrt(before) + reach[order]
    out[first] = 0.0
    angle = (np.arange(len(order)) - begins) * math.pi * (3 - math.sqrt(5))
    centres = np.zeros((len(size), 2))
    centres[order] = np.column_stack([np.cos(angle), np.sin(angle)]) * out[:, None]
    return centres


def _between(links: Matrix, found: Communities, leaf: Any) -> Matrix:
    """Which communities with the same parent are linked, on every level."""
    both = links.tocoo()
    one, other = leaf[both.row], leaf[both.col]
    depth = np.zeros(len(found), dtype=np.int64)
    for number in range(1, len(found)):
        depth[number] = depth[found.parent[number]] + 1
    rows, columns = [], []
    while True:
        apart = one != other
        one, other = one[apart], other[apart]
        if not len(one):
            break
        same = found.parent[one] == found.parent[other]
        rows.append(one[same])
        columns.append(other[same])
        one, other = one[~same], other[~same]
        deeper, shallower = depth[one] >= depth[other], depth[other] >= depth[one]
        one, other = (
            np.where(deeper, found.parent[one], one),
            np.where(shallower, found.parent[other], other),
        )
    size = (len(found), len(found))
    ends = (np.concatenate([*rows, []]).astype(int), np.concatenate([*columns, []]).astype(int))
    linked: Matrix = sparse.coo_matrix((np.ones(len(ends[0])), ends), shape=size).tocsr()
    linked.data[:] = 1.0
    linked.sort_indices()
    return linked


def _discs(start: Any, radii: Any) -> Floats:
    """Circles near where stress puts them, none over another, close together."""
    size = len(radii)
    if size == 1:
        return np.zeros((1, 2))
    spread = np.hypot(start[:, 0], start[:, 1]).max() or 1.0
    places = start / spread * math.sqrt(float((radii**2).sum())) * 0.9
    angle = np.arange(size) * math.pi * (3 - math.sqrt(5))
    places = places + np.column_stack([np.cos(angle), np.sin(angle)]) * radii.mean() * 1e-3
    wanted = (radii[:, None] + radii[None, :]) * (1 + _GAP)
    np.fill_diagonal(wanted, 0.0)
    share = radii[None, :] ** 2 / (radii[:, None] ** 2 + radii[None, :] ** 2)
    for turn in range(2 * _ROUNDS):
        # First together and apart in turns, so that no room is left; then only apart.
        if turn < _ROUNDS:
            places = places * (1 - 0.04 * (1 - turn / _ROUNDS))
        between = places[:, None, :] - places[None, :, :]
        length = np.maximum(np.hypot(between[..., 0], between[..., 1]), 1e-9)
        overlap = np.maximum(wanted - length, 0.0)
        if turn >= _ROUNDS and overlap.max() < 1e-3 * radii.max():
            break
        hit = np.maximum((overlap > 0).sum(axis=1), 1)[:, None]
        away = (between / length[..., None] * (overlap * share)[..., None]).sum(axis=1)
        places = places + away / np.sqrt(hit)  # the smaller gives way
    centre = (places * (radii**2)[:, None]).sum(axis=0) / (radii**2).sum()
    settled: Floats = places - centre
    return settled
