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

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from coopgraph.errors import FactError
from coopgraph.formats import Family
from coopgraph.i18n import LanguageMap, told
from coopgraph.libraries import Matrix, np, nx, sparse
from coopgraph.network.elements import Edge, Named, Node
from coopgraph.network.incidence import Incidence
from coopgraph.queries.question import pair
from coopgraph.vocabulary import shrink

_HEADER: Final = re.compile(
    r"#\s*(layout\b|lane\b|background\b|aside(?=\s+\w+:)|weight(?=\s+\w+:\S)|note(?=:))(.*)"
)
_PAIR: Final = re.compile(r"(?P<name>\w+:[\w-]+)?:\s(?P<en>[^;]+);(?P<ko>.+)")
_LANE: Final = re.compile(
    r"(?P<cls>\w+:[\w-]+)(?:/(?P<subkind>[\w-]+))?(?:\s+with\s+(?P<kind>\w+:[\w-]+))?"
    r"(?P<country>\s+by\s+country)?\s*:\s(?P<en>[^;]+);(?P<ko>.+)"
)
LAYOUTS: Final = ("columns", "map")
#: Between the elements of a list that is written as one text.
LIST: Final = " | "
#: What a network can be exported as, in UTF-8; `label` is in the language asked for.
NETWORKS: Final = Family("coopgraph.network.formats")


@dataclass(frozen=True)
class Lane:
    """One column of a picture: which nodes it takes, and its heading."""

    cls: str
    texts: LanguageMap
    subkind: str = ""
    kind: str = ""
    by_country: bool = False

    def takes(self, node: Node, cls: str, kinds: frozenset[str]) -> bool:
        """Whether a node goes here, given the short form of its class and the kinds of its
        edges."""
        subkind = node.subkind.key if node.subkind else ""
        fits = cls == self.cls and self.subkind in ("", subkind)
        return fits and (not self.kind or self.kind in kinds)


@dataclass(frozen=True)
class Preset:
    """How a projection is drawn, as the header of its file says.

        # layout: columns
        # lane coop:Technology: Technology; the same in Korean
        # lane coop:Organisation by country: Planned partner; …
        # background: coop:source prov:hadPrimarySource
        # weight coop:CoPublication: works; …
        # note: Projects and works are never added up.; …

    `layout: columns` sets the nodes in lanes, from left to right; without it the network is a map.
    A lane takes the nodes of a class, in its short form, and may be narrower: with
    `coop:Organisation/ministry` those whose own kind has this key, with `coop:Organisation with
    coop:intendedPartner` those that have an edge of this kind. A node goes into the first lane that
    takes it, one that no lane takes into a last one. `by country` groups a lane. `background` names
    kinds of edges drawn faintly. `weight` (`units`) says what the weight of a kind of edges counts:
    kinds that count the same are drawn on one scale, and every kind named after the first has a
    colour of its own. Each `note` is shown next to the picture. `aside details: coop:Amount` says
    which classes the query leaves out unless its parameter `details` asks for them; with
    `coop:Programme/coop:budgetYear` those that have this property.
    """

    layout: str = "map"
    lanes: tuple[Lane, ...] = ()
    background: frozenset[str] = frozenset()
    units: tuple[tuple[str, LanguageMap], ...] = ()
    notes: tuple[Mapping[str, str], ...] = ()
    aside: tuple[str, tuple[str, ...]] = ("", ())


def parse_preset(name: str, text: str) -> Preset:
    """The preset in the header of a projection.

    Raises `FactError`, which names the file, for a line that cannot be read.

    >>> parse_preset("p", "# layout: columns\\n# lane coop:Plan by country: Plan; …").lanes
    (Lane(cls='coop:Plan', texts={'en': 'Plan', 'ko': '…'}, subkind='', kind='', by_country=True),)
    """
    layout, lanes, background = "map", [], set[str]()
    units: dict[str, LanguageMap] = {}
    notes: list[Mapping[str, str]] = []
    aside: tuple[str, tuple[str, ...]] = ("", ())
    for name_of, value in _header(text):
        if name_of == "lane":
            lanes.append(_lane(name, value))
        elif name_of == "background":
            background.update(value.lstrip(":").split())
        elif name_of == "weight":
            kind, unit = _pair(name, value, "weight coop:CoPublication: works; in Korean")
            units[kind] = unit
        elif name_of == "note":
            texts = _pair(name, value, "note: In English.; In Korean.")[1]
            notes.append(told(f"network.{name}.note-{len(notes) + 1}") | dict(texts))
        elif name_of == "aside":
            parameter, _, classes = value.partition(":")
            aside = (parameter.strip(), tuple(classes.split()))
        else:
            layout = value.lstrip(":").strip()
    if layout not in LAYOUTS:
        raise FactError(
            f"unknown layout {layout!r}", place=f"{name}.rq", remedy="write columns or map"
        )
    if layout == "columns" and not lanes:
        raise FactError(
            "a layout of columns has no lane",
            place=f"{name}.rq",
            remedy="add a line such as: # lane coop:Technology: Technology; in Korean",
        )
    said = (frozenset(background), tuple(units.items()), tuple(notes), aside)
    return Preset(layout, tuple(lanes), *said)


def _header(text: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines():
        if line.strip() and not line.lstrip().startswith("#"):
            return
        if match := _HEADER.match(line.strip()):
            yield match[1], match[2].strip()


def _pair(name: str, value: str, example: str) -> tuple[str, LanguageMap]:
    """The short form before the colon, and what follows it in the languages of a header."""
    match = _matched(_PAIR, name, value, "line of the header", example)
    return match["name"] or "", pair(match["en"].strip(), match["ko"].strip())


def _matched(
    shape: re.Pattern[str], name: str, value: str, what: str, example: str
) -> re.Match[str]:
    """The parts of a line of the header of the file of that `name`."""
    if found := shape.fullmatch(value):
        return found
    raise FactError(
        f"a {what} cannot be read: {value}",
        place=f"{name}.rq",
        remedy=f"write, for instance: # {example}",
    )


def _lane(name: str, value: str) -> Lane:
    example = "lane coop:Organisation/ministry: Ministry; in Korean"
    match = _matched(_LANE, name, value, "lane", example)
    return Lane(
        match["cls"],
        pair(match["en"].strip(), match["ko"].strip()),
        match["subkind"] or "",
        match["kind"] or "",
        bool(match["country"]),
    )


@dataclass(frozen=True)
class Network:
    """What a projection yields. Nodes are sorted by IRI, edges by their ends, kind and claim;
    parallel edges and self-loops are kept. `notes` say, by language, what a reader must know.
    `incidence` is there where the network was folded in bulk: then nodes and edges are made when
    looked at. `query` is the SPARQL text that selected it, empty where none did; `preset` says how
    it wants to be drawn."""

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
        """The adjacency matrix: float64 of shape (nodes, nodes), weights of parallel edges summed;
        symmetric where the network is undirected, a self-loop counted once. Weights of different
        kinds may have different units: measure a network that was narrowed to one of them
        (`evidence=projects`). Where they are in several currencies, each edge counts 1."""
        if self.incidence is not None:
            folded = self.incidence.folded
            return (folded + folded.T).tocsr()
        ends = np.array([(e.source, e.target) for e in self.edges], dtype=np.int64).reshape(-1, 2)
        weights = np.array([e.weight for e in self.edges], dtype=np.float64)
        if len({e.attributes["currency"] for e in self.edges if e.attributes.get("currency")}) > 1:
            weights = np.ones(len(self.edges))
        if not self.directed:
            mirrored = ends[:, 0] != ends[:, 1]
            ends = np.concatenate([ends, ends[mirrored][:, ::-1]])
            weights = np.concatenate([weights, weights[mirrored]])
        size = len(self.nodes)
        return sparse.coo_matrix((weights, (ends[:, 0], ends[:, 1])), shape=(size, size)).tocsr()

    def to_networkx(self, lang: str = "en") -> nx.MultiGraph[str]:
        """A new networkx graph with one edge for each of `edges`; the attributes stand at the top
        of this module, `label` is in `lang`. A `MultiDiGraph` where the network is directed, else a
        `MultiGraph`."""
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


def flat_graph(network: Network, lang: str) -> nx.MultiGraph[str]:
    """The graph with `label` in `lang`; lists are joined."""
    graph = network.to_networkx(lang)
    for *_, attributes in (*graph.nodes(data=True), *graph.edges(data=True)):
        attributes.update({name: joined(value) for name, value in attributes.items()})
    return graph


def joined(value: Any) -> Any:
    """A list as one text, anything else as it is."""
    return LIST.join(map(str, value)) if isinstance(value, list) else value
