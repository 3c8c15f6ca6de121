"""What communities are called: their leading members, and the technologies they stand out by."""

from __future__ import annotations

from typing import Any, Final

from coopgraph.libraries import Matrix, np, sparse
from coopgraph.network import Named, Network
from coopgraph.network.communities import Communities
from coopgraph.network.labels import names_of
from coopgraph.view.texts import Texts, labels
from coopgraph.vocabulary import expand

_TECHNOLOGY: Final = expand("coop:Technology")
_MEMBERS: Final = 3
_TECHNOLOGIES: Final = 2
#: A technology is named where its share in a community is this many times that in the whole.
_STANDS_OUT: Final = 1.2
_OF_VIA: Final = (
    "SELECT DISTINCT ?via ?technology { "
    "{ ?via coop:technologyClose|coop:technologyNarrow|coop:technologyBroad ?technology } UNION "
    "{ ?topic coop:technologyClose|coop:technologyNarrow|coop:technologyBroad ?technology . "
    "?via coop:topic ?topic } }"
)


def names_of_communities(
    network: Network, links: Matrix, found: Communities
) -> list[tuple[Texts, Texts]]:
    """Of each community its name and what it is about, in each language: the labels
    of the members with most links; its technologies, and the kinds of its nodes, counted."""
    degree = np.diff(links.indptr)
    technologies, tied = _technologies(network, links)
    whole = np.asarray(tied.sum(axis=1)).ravel()
    kinds = list(dict.fromkeys(node.kind for node in network.nodes))
    number = {kind: i for i, kind in enumerate(kinds)}
    kind_of = np.array([number[node.kind] for node in network.nodes], dtype=np.int64)
    names = []
    for community in range(len(found)):
        members = found.members(community)
        counts = np.bincount(kind_of[members], minlength=len(kinds))
        ties = np.asarray(tied[:, members].sum(axis=1)).ravel()
        about = [labels(technologies[i]) for i in _standing_out(ties, whole)]
        about += [
            tuple(text and f"{text} {counts[i]:,}" for text in labels(kinds[i]))
            for i in np.argsort(-counts, kind="stable").tolist()
            if counts[i]
        ][:3]
        names.append((_leading(network, members, degree), _joined(about, " · ")))
    return names


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
