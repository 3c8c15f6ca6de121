"""The network: nodes, edges, and the sparse matrix and networkx graph of them.

Attributes of a node in the networkx graph, whose identifier is the node's IRI:

    iri, key            the IRI and its last part
    label, label_TAG    in the language asked for; in each language that the data of the network has
    class               the most specific class, as a CURIE (coop:Organisation)
    kind                its local name (Organisation); kind_TAG its labels
    subkind             the code of the entity's own kind (university); subkind_TAG
    country             the key of its country (us); country_TAG
    identifiers         list of IRIs: ROR, Wikidata, home page

Attributes of an edge, whose key is its number in `Network.edges`:

    kind                CURIE of the property or code that it represents
    label, label_TAG    of that kind
    weight              a finite number; 1.0 where the projection binds none
    claim               IRI of the node that says so
    via, via_TAG        lists: what the two ends share, in a folded network
    sources, sources_TAG, locators_TAG
                        lists of the same length: why this edge is there
    x                   each further variable of the projection: `status`, `open_list`, `year`,
                        `amount`, …; an entity or code gives its key as `x`, and `x_iri`,
                        `x_TAG`

What is not known is absent: no attribute is None. A text that is not there in a language is as a
reader of it sees it (`coopgraph.i18n.choose`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from coopgraph.i18n import LanguageMap
from coopgraph.libraries import Matrix, np, nx, sparse
from coopgraph.network.elements import Edge, Named, Node
from coopgraph.network.incidence import Incidence
from coopgraph.network.preset import Preset
from coopgraph.vocabulary import shrink


@dataclass(frozen=True)
class Network:
    """What a projection yields. Nodes are sorted by IRI, edges by their ends, kind and claim.

    Parallel edges and self-loops are kept. `notes` say, by language, what a reader must
    know, such as that the diagonal of a folded network is dropped. `incidence` is there
    where the network was folded in bulk: then nodes and edges are made when looked at. `query`
    is the SPARQL text that selected it, with its parameters bound; empty where none did.
    `preset` says how it wants to be drawn.
    """

    name: str
    titles: LanguageMap
    nodes: Sequence[Node]
    edges: Sequence[Edge]
    directed: bool = True
    notes: tuple[Mapping[str, str], ...] = ()
    incidence: Incidence | None = field(default=None, compare=False, repr=False)
    query: str = field(default="", compare=False, repr=False)
    preset: Preset = field(default=Preset(), compare=False, repr=False)

    def __repr__(self) -> str:
        return f"Network({self.name!r}, {len(self.nodes)} nodes, {len(self.edges)} edges)"

    def title(self, lang: str) -> str:
        """What the network shows, in `lang`."""
        return self.titles.label(lang) or self.name

    @property
    def tags(self) -> list[str]:
        """The languages that its nodes, their classes and its kinds of edges have labels in."""
        named = [each for node in self.nodes for each in (node, node.kind)]
        named += {edge.kind.iri: edge.kind for edge in self.edges}.values()
        return sorted({tag for each in named for tag in each.texts} - {""})

    def matrix(self) -> Matrix:
        """The adjacency matrix: float64 of shape (nodes, nodes), weights of parallel edges
        summed; symmetric where the network is undirected, a self-loop counted once.

        Weights of different kinds may have different units, projects and works: measure a
        network that was narrowed to one of them (`evidence=projects`).
        """
        if self.incidence is not None:
            folded = self.incidence.folded
            return (folded + folded.T).tocsr()
        ends = np.array([(e.source, e.target) for e in self.edges], dtype=np.int64).reshape(-1, 2)
        weights = np.array([e.weight for e in self.edges], dtype=np.float64)
        if not self.directed:
            mirrored = ends[:, 0] != ends[:, 1]
            ends = np.concatenate([ends, ends[mirrored][:, ::-1]])
            weights = np.concatenate([weights, weights[mirrored]])
        size = len(self.nodes)
        return sparse.coo_matrix((weights, (ends[:, 0], ends[:, 1])), shape=(size, size)).tocsr()

    def to_networkx(self, lang: str = "en") -> nx.MultiGraph[str]:
        """A new networkx graph with one edge for each of `edges`; the attributes stand at the
        top of this module, `label` is in `lang`.

        A `MultiDiGraph` where the network is directed, else a `MultiGraph`.
        """
        made = nx.MultiDiGraph if self.directed else nx.MultiGraph
        graph: nx.MultiGraph[str] = made(name=self.title(lang))
        tags = self.tags
        for node in self.nodes:
            graph.add_node(node.iri, **dict(node_attributes(node, lang, tags)))
        for number, edge in enumerate(self.edges):
            graph.add_edge(
                self.nodes[edge.source].iri,
                self.nodes[edge.target].iri,
                key=number,
                **dict(edge_attributes(edge, lang, tags)),
            )
        return graph


def node_attributes(node: Node, lang: str, tags: Iterable[str]) -> Iterator[tuple[str, Any]]:
    """The attributes of a node, as listed at the top of this module, with texts in `tags`."""
    yield from (("iri", node.iri), ("key", node.key), ("label", node.label(lang)))
    yield from _in_each("label", node, tags)
    curie = shrink(node.kind.iri)
    yield from (("class", curie), ("kind", curie.rpartition(":")[2]))
    yield from _in_each("kind", node.kind, tags)
    for name, value in (("subkind", node.subkind), ("country", node.country)):
        if value is not None:
            yield name, value.key
            yield from _in_each(name, value, tags)
    if node.identifiers:
        yield "identifiers", list(node.identifiers)


def edge_attributes(edge: Edge, lang: str, tags: Iterable[str]) -> Iterator[tuple[str, Any]]:
    """The attributes of an edge, as listed at the top of this module, with texts in `tags`."""
    yield from (("kind", shrink(edge.kind.iri)), ("label", edge.kind.label(lang)))
    yield from _in_each("label", edge.kind, tags)
    yield "weight", edge.weight
    if edge.claim:
        yield "claim", edge.claim
    for name, value in edge.attributes.items():
        if isinstance(value, Named):
            yield from ((name, value.key), (f"{name}_iri", value.iri))
            yield from _in_each(name, value, tags)
        else:
            yield name, value
    if edge.via:
        yield "via", [v.iri for v in edge.via]
        yield from ((f"via_{tag}", [v.label(tag) for v in edge.via]) for tag in tags)
    if edge.evidence:
        yield "sources", [e.source.iri for e in edge.evidence]
        for tag in tags:
            yield f"sources_{tag}", [e.source.label(tag) for e in edge.evidence]
            yield f"locators_{tag}", [e.locator(tag) for e in edge.evidence]


def _in_each(name: str, named: Named, tags: Iterable[str]) -> Iterator[tuple[str, str]]:
    return ((f"{name}_{tag}", named.label(tag)) for tag in tags)
