"""The places of a network drawn as communities: circles within circles, nodes in the innermost; and
what communities are called.

Circles and nodes keep their places however many are open. Within each circle what it holds is laid
out by stress, every circle at once; then circles are pushed apart and drawn around.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

from coopgraph.libraries import Floats, Matrix, np, sparse
from coopgraph.network import Named, Network
from coopgraph.network.communities import Communities
from coopgraph.network.elements import names_of
from coopgraph.view.force import apart_discs
from coopgraph.view.picture import Texts, labels
from coopgraph.view.stress import stress_places
from coopgraph.vocabulary import expand

#: The distance that nodes keep, and what a circle leaves around what it holds.
SPACE: Final = 60.0
_RIM: Final = 1.12
_GAP: Final = 0.12
_ROUNDS: Final = 75
#: Circles may overlap by this much of the largest radius: a twentieth of the gap between them.
_CLOSE: Final = 5e-3
#: The least standard distance of nodes from their centre, for each root of their number; in a
#: disc filled as densely as can be it is 0.37.
_ROOM: Final = 0.35
_TECHNOLOGY: Final = expand("coop:Technology")
_MEMBERS: Final = 3
_TECHNOLOGIES: Final = 2
#: A technology is named where its share in a community is this many times that in the whole.
_STANDS_OUT: Final = 1.2
_OF_VIA: Final = (
    "SELECT DISTINCT ?via ?technology { "
    "{ ?via coop:technologyClose|coop:technologyNarrow ?technology } UNION "
    "{ ?topic coop:technologyClose|coop:technologyNarrow ?technology . "
    "?via coop:topic ?topic } }"
)


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
    _, component = sparse.csgraph.connected_components(inner, directed=False)
    places: Floats = _roomy(stress_places(inner) * SPACE, component)
    places += _component_centres(places, component, leaf)[component]
    # Leaves side by side in one plane, far apart, so that one search finds all that overlap.
    count = int(leaf.max(initial=-1)) + 1
    width = 4.0 * (np.abs(places).max(initial=0.0) + SPACE * math.sqrt(len(leaf) + 1))
    across = max(math.ceil(math.sqrt(count)), 1)
    grid = np.column_stack([leaf % across, leaf // across]) * width
    places = apart_discs(places + grid, SPACE, rounds=12, every=4) - grid
    size = np.maximum(np.bincount(leaf, minlength=count), 1)
    for axis in (0, 1):
        places[:, axis] -= (np.bincount(leaf, places[:, axis], count) / size)[leaf]
    return places


def _roomy(places: Floats, component: Any) -> Floats:
    """The places with each component as wide as its nodes side by side need: what is too dense is
    pushed apart slowly, and less like its links."""
    size = np.bincount(component)
    wide = np.sqrt(np.bincount(component, (places**2).sum(axis=1)) / np.maximum(size, 1))
    wanted = SPACE * _ROOM * np.sqrt(size)
    return (
        places
        * np.where(wide > 0, np.maximum(wanted / np.maximum(wide, 1e-9), 1.0), 1.0)[component, None]
    )


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
    # A place is one complex number: numpy subtracts and measures those twice as fast as pairs.
    at = (start[:, 0] + 1j * start[:, 1]) / spread * math.sqrt(float((radii**2).sum())) * 0.9
    at += np.exp(1j * np.arange(size) * math.pi * (3 - math.sqrt(5))) * radii.mean() * 1e-3
    wanted = (radii[:, None] + radii[None, :]) * (1 + _GAP)
    np.fill_diagonal(wanted, 0.0)
    share = radii[None, :] ** 2 / (radii[:, None] ** 2 + radii[None, :] ** 2)
    for turn in range(2 * _ROUNDS):
        # First together and apart in turns, so that no room is left; then only apart.
        if turn < _ROUNDS:
            at = at * (1 - 0.08 * (1 - turn / _ROUNDS))
        between = at[:, None] - at[None, :]
        length = np.maximum(np.abs(between), 1e-9)
        overlap = np.maximum(wanted - length, 0.0)
        if turn >= _ROUNDS and overlap.max() < _CLOSE * radii.max():
            break
        hit = np.maximum((overlap > 0).sum(axis=1), 1)
        away = (between * (overlap * share / length)).sum(axis=1)
        at = at + away / np.sqrt(hit)  # the smaller gives way
    at -= (at * radii**2).sum() / (radii**2).sum()
    return np.column_stack([at.real, at.imag])


def names_of_communities(
    network: Network, links: Matrix, found: Communities
) -> list[tuple[Texts, Texts]]:
    """Of each community its name and what it is about, in each language: the labels
    of the members with most links; its technologies, and the kinds of its nodes, counted."""
    degree = np.diff(links.indptr)
    technologies, tied = _technologies(network, links)
    whole = np.asarray(tied.sum(axis=1)).ravel()
    kinds = list({node.kind.iri: node.kind for node in network.nodes}.values())
    number = {kind.iri: i for i, kind in enumerate(kinds)}
    kind_of = np.array([number[node.kind.iri] for node in network.nodes], dtype=np.int64)
    called = [labels(kind) for kind in kinds]
    ties_of = (tied @ _membership(found)).toarray()
    names = []
    for community in range(len(found)):
        members, ties = found.members(community), ties_of[:, community]
        counts = np.bincount(kind_of[members], minlength=len(kinds))
        about = [labels(technologies[i]) for i in _standing_out(ties, whole)]
        about += [
            tuple(text and f"{text} {counts[i]:,}" for text in called[i])
            for i in np.argsort(-counts, kind="stable").tolist()
            if counts[i]
        ][:3]
        names.append((_leading(network, members, degree), _joined(about, " · ")))
    return names


def _membership(found: Communities) -> Matrix:
    """Which nodes are in which community (nodes by communities)."""
    sizes = found.sizes()
    nodes = np.concatenate([found.members(number) for number in range(len(found))] or [sizes])
    ends = (nodes, np.repeat(np.arange(len(found)), sizes))
    return sparse.csr_matrix((np.ones(len(nodes)), ends), shape=(len(found.order), len(found)))


def _leading(network: Network, members: Any, degree: Any) -> Texts:
    """The labels of the members with most links."""
    first = members[np.argsort(-degree[members], kind="stable")[:_MEMBERS]]
    return _joined([labels(network.nodes[i]) for i in first.tolist()], ", ")


def _joined(texts: list[Texts], by: str) -> Texts:
    """The texts one after the other; where a language lacks one, the first language says it."""
    return tuple(
        by.join(text or known[0] for text, known in zip(each, texts, strict=True))
        for each in zip(*texts, strict=True)
    )


def _standing_out(ties: Any, whole: Any) -> list[int]:
    """The technologies whose share of the ties is clearly larger here than in the whole, the
    largest difference first."""
    if not ties.sum():
        return []
    here, everywhere = ties / ties.sum(), whole / whole.sum()
    order = np.argsort(-(here - everywhere), kind="stable").tolist()
    clear = [i for i in order if here[i] > 0 and here[i] >= _STANDS_OUT * everywhere[i]]
    return clear[:_TECHNOLOGIES]


def _technologies(
    network: Network, links: sparse.csr_matrix
) -> tuple[list[Named], sparse.csr_matrix]:
    """The technologies, and how often each occurs with each node (technologies by nodes): nodes
    of the network that are technologies with what is linked to them; where the network was
    folded, the technologies of what its nodes share."""
    if network.incidence is None:
        here = [i for i, node in enumerate(network.nodes) if node.kind.iri == _TECHNOLOGY]
        named: list[Named] = [network.nodes[i] for i in here]
        own = sparse.csr_matrix(
            (np.ones(len(here)), (range(len(here)), here)), shape=(len(here), len(network.nodes))
        )
        return named, (links[here] + own).tocsc()
    found = network.incidence
    vias = {iri: i for i, iri in enumerate(found.vias)}
    pairs = sorted(
        (technology.value, vias[via.value])
        for via, technology in found.store.select(_OF_VIA)
        if via.value in vias
    )
    iris = sorted({technology for technology, _ in pairs})
    row = {iri: i for i, iri in enumerate(iris)}
    ends = ([row[technology] for technology, _ in pairs], [via for _, via in pairs])
    of_via = sparse.csr_matrix((np.ones(len(pairs)), ends), shape=(len(iris), len(vias)))
    names = names_of(found.store, iris)
    shares = [sparse.csr_matrix((len(iris), len(found.nodes)))]
    for each in found.ties:  # of several kinds, none of which is the unit of another
        tied = of_via @ each.matrix
        shares.append(tied / (tied.sum() or 1.0))
    return [names[iri] for iri in iris], sum(shares[1:], shares[0]).tocsc()
