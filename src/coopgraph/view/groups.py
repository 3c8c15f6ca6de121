"""Communities of a network that is drawn whole: which nodes hang together, and their
names.

Found and named as those of a large network (`coopgraph.view.overview`), but on one level.
"""

from typing import Any, Final, TypeAlias

from coopgraph.libraries import np
from coopgraph.network import Network
from coopgraph.network.communities import Communities, find_communities
from coopgraph.view.force import links_of
from coopgraph.view.overview.places import names_of_communities

#: The community of each node, and a row for each community: its number, its name and what it is
#: about, in each language. A node that has no company is in none.
Groups: TypeAlias = tuple[tuple[int | None, ...], list[list[Any]]]
_FEWEST: Final = 2


def groups_of(network: Network) -> Groups:
    """The communities, the largest first; none where the network is one or has no edges. The
    same network has the same communities.

    >>> groups_of(Network("n", "", "", (), ()))
    ((), [])
    """
    alone: Groups = ((None,) * len(network.nodes), [])
    if not network.edges or len(network.nodes) <= 2 * _FEWEST:
        return alone
    links = links_of(network)
    found = find_communities(links, leaf=len(network.nodes) - 1)
    kept = [i for i in range(1, len(found)) if found.end[i] - found.start[i] >= _FEWEST]
    if len(kept) < _FEWEST:
        return alone
    kept.sort(key=lambda i: (found.start[i] - found.end[i], found.start[i]))
    part = Communities(found.order, np.full(len(kept), -1), found.start[kept], found.end[kept])
    of_node: dict[int, int] = {
        node: number for number in range(len(kept)) for node in part.members(number).tolist()
    }
    names = names_of_communities(network, links, part)
    rows = [[number, *name, *about] for number, (name, about) in enumerate(names)]
    return tuple(of_node.get(i) for i in range(len(network.nodes))), rows
