"""What the page's scripts get: nodes, edges and the tables that both refer to, as plain data.

Each text is in every language of `page.languages`, in their order, so that the page can switch;
empty where data has none in one. In a row of a table the texts follow one another. What
many nodes or edges share (classes, kinds, codes, sources) is once in a table of `page_data`
and is referred to by its number. What is not known is absent; a number that is not finite is null.

A node: `id` (its number), `iri`, `key`, `name` [texts], `kind` (in `classes`), `subkind`,
`country` (in `values`), `identifiers`, `degree`, `tone`, `places` {layout: [x, y, width, height,
label, …]} with the label broken into lines.

An edge: `id`, `from`, `to`, `kind` (in `kinds`), `weight`, `tone`, `width`, `dashes`, `curve`,
`claim`, `facts` {number in `attributes`: a value, or [number in `values`]}, `via` (in `values`),
`evidence` (in `evidence`).
"""

import math
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from coopgraph.i18n import choose, find, in_each, languages, manners, words
from coopgraph.network import Edge, Evidence, Network
from coopgraph.network.elements import Named, Value
from coopgraph.network.evidence import EdgeEvidence
from coopgraph.view.picture import Picture, each, in_order, labels
from coopgraph.view.style import CARDS, NEUTRAL, TONES, Style, kind_tones, state_tones, unit_of
from coopgraph.vocabulary import ID, PREFIXES, shrink

_LEADING: Final = re.compile(r"(?:\s+|#[^\n]*(?:\n|\Z))+")
_DECLARED: Final = re.compile(r"PREFIX\s+([^\s:]*):\s*<[^>]*>|BASE\s*<[^>]*>", re.IGNORECASE)
_RELATIVE: Final = re.compile(r"<[\w-]+/")
Data: TypeAlias = dict[str, Any]
#: Attributes that serve the layout and say nothing to a reader.
_HIDDEN: Final = frozenset({"position"})
#: Charts that show what a network shows, by the name of the network.
#: A map of so many nodes, with more edges for each, opens with the heaviest: at most so many for
#: each.
_SMALL: Final = 20
_DENSE: Final = 6
_READABLE: Final = 1.5
_CHARTS: Final = {
    "technology-partners": ("technology-country",),
    "partner-overlap": ("technology-country",),
    "plan-and-practice": ("technology-country",),
    "budgets": ("budgets-over-time", "ministry-technology"),
}
#: Pictures that a server makes of a network itself: address and what it is called.
_PICTURES: Final = {"budgets": (("networks/budgets/flow", "chart.budget-flow.title"),)}


def query_parts(network: Network) -> dict[str, str]:
    r"""`prologue`, `body` and `ends` (`edges` or `shared`) of the query; no `body` where the
    network comes from none that can stand inside another.

    >>> query_parts(Network("n", "", "", (), ()))
    {'prologue': '', 'ends': 'edges'}
    >>> query = "SELECT ?node ?via { ?via id:x ?node }"
    >>> parts = query_parts(Network("n", "", "", (), (), query=query))
    >>> parts["prologue"], parts["ends"]
    ('PREFIX id: <https://w3id.org/coopgraph/id/>\n', 'shared')
    """
    own, declared, body = [], set(), network.query
    while match := _LEADING.match(body) or _DECLARED.match(body):
        if not match[0].isspace() and not match[0].lstrip().startswith("#"):
            own.append(match[0])
            declared.add(match[1])  # None is the base
        body = body[match.end() :]
    start = body.partition("{")[0]
    if not re.match(r"SELECT\b", body, re.IGNORECASE) or re.search(r"\bFROM\b", start):
        return {"prologue": "", "ends": "edges"}
    used = [name for name in sorted(PREFIXES) if re.search(rf"(?<![\w-]){name}:", body)]
    lines = [f"PREFIX {name}: <{PREFIXES[name]}>" for name in used if name not in declared]
    if _RELATIVE.search(body) and None not in declared:
        lines.insert(0, f"BASE <{ID}>")
    shared = re.search(r"\?node\b", start) and re.search(r"\?via\b", start)
    return {
        "prologue": "".join(f"{line}\n" for line in [*lines, *own]),
        "ends": "shared" if shared else "edges",
        "body": body.strip(),
    }


@dataclass
class Tables:
    """The tables that nodes and edges refer to, each entry numbered in order of first use."""

    classes: dict[Named, int] = field(default_factory=dict)
    kinds: dict[Named, int] = field(default_factory=dict)
    values: dict[Named, int] = field(default_factory=dict)
    attributes: dict[str, int] = field(default_factory=dict)
    evidence: dict[Evidence, int] = field(default_factory=dict)
    sources: dict[tuple[Named, str, str], int] = field(default_factory=dict)

    def value(self, value: Value) -> Any:
        """A value as the page gets it: an entity as its number in a list of one."""
        if isinstance(value, Named):
            return [number(self.values, value)]
        return finite(value) if isinstance(value, float) else value

    def place(self, evidence: Evidence) -> int:
        """The number of a place in a source."""
        number(self.sources, _source(evidence))
        return number(self.evidence, evidence)

    def reasons(self, edge: Edge | EdgeEvidence) -> Data:
        """What an edge says besides its ends, kind and weight."""
        facts = edge.attributes.items()
        return {
            "facts": {number(self.attributes, name): self.value(value) for name, value in facts},
            "via": [number(self.values, via) for via in edge.via],
            "evidence": [self.place(evidence) for evidence in edge.evidence],
        }


def node_data(
    network: Network, style: Style, pictures: dict[str, Picture], tables: Tables
) -> list[Data]:
    """The nodes, in the order of the network."""
    degrees: Counter[int] = Counter()
    for edge in network.edges:
        degrees.update({edge.source, edge.target})
    nodes = []
    for i, node in enumerate(network.nodes):
        entry: Data = {
            "id": i,
            "iri": node.iri,
            "key": node.key,
            "name": list(labels(node)),
            "kind": number(tables.classes, node.kind),
            "degree": degrees[i],
            "tone": style.node_tones[i],
        }
        for name, value in (("subkind", node.subkind), ("country", node.country)):
            if value:
                entry[name] = number(tables.values, value)
        if node.identifiers:
            entry["identifiers"] = list(node.identifiers)
        entry["places"] = {
            name: [*map(finite, (p.x, p.y, p.width, p.height)), *p.label]
            for name, picture in pictures.items()
            for p in (picture.places[i],)
        }
        nodes.append(entry)
    return nodes


def edge_data(network: Network, style: Style, tables: Tables) -> list[Data]:
    """The edges, in the order of the network."""
    curves = _curves(network)
    edges = []
    for i, edge in enumerate(network.edges):
        entry: Data = {
            "id": i,
            "from": edge.source,
            "to": edge.target,
            "kind": number(tables.kinds, edge.kind),
            "weight": finite(edge.weight),
            "tone": style.edge_tones[i],
            "width": style.edge_widths[i],
        }
        more: Data = {
            "dashes": style.dashed[i],
            "pale": style.pale[i] if style.pale else False,
            "curve": curves[i],
            "claim": edge.claim,
            **tables.reasons(edge),
        }
        entry.update((name, value) for name, value in more.items() if value)
        edges.append(entry)
    return edges


def page_data(network: Network, style: Style, pictures: dict[str, Picture], tables: Tables) -> Data:
    """What the scripts need besides nodes and edges; `tables` as these have filled it."""
    forms = dict(zip((n.kind.iri for n in network.nodes), style.node_forms, strict=True))
    tones = dict(zip((n.kind.iri for n in network.nodes), style.node_tones, strict=True))
    tags, least = network.tags, first_threshold(network)
    shown = int(least) if least == int(least) else least
    strong = sum(edge.weight >= least for edge in network.edges)
    opens = [in_each("network-note.opens", shown, strong, len(network.edges))] if least else []
    notes = [*opens, *network.notes]
    return {
        "name": network.name,
        **({"least": least} if least else {}),
        "languages": list(languages()),
        "labelled": [tag for tag in languages() if tag in tags],
        "titles": [network.title(tag) for tag in languages()],
        "notes": [[choose(note, tag) for tag in languages()] for note in notes],
        "directed": network.directed,
        "weighted": len({edge.weight for edge in network.edges}) > 1,
        "base": ID,
        "classes": [
            [
                shrink(kind.iri),
                *labels(kind),
                forms[kind.iri],
                NEUTRAL if style.stances else tones[kind.iri],
                CARDS.get(shrink(kind.iri), 6),
            ]
            for kind in tables.classes
        ],
        "kinds": [_kind(kind, network) for kind in tables.kinds],
        "values": [[value.key, *labels(value), value.iri] for value in tables.values],
        "attributes": [[name, *_attribute(name), name in _HIDDEN] for name in tables.attributes],
        "sources": [[s.iri, *labels(s), url, text] for s, url, text in tables.sources],
        "evidence": [_evidence(e, tables) for e in tables.evidence],
        "tones": [list(tone) for tone in TONES],
        "neutral": NEUTRAL,
        "stances": len(style.stances),
        "pictures": {name: _picture(picture) for name, picture in pictures.items()},
        "words": words("view", languages()),
        "money": [manners(tag, "money") for tag in languages()],
        "numbers": [
            {name: manners(tag, "number")[name] for name in ("group", "decimal")}
            for tag in languages()
        ],
        "query": query_parts(network),
        "charts": [
            *([name, *each(f"chart.{name}.title")] for name in _CHARTS.get(network.name, ())),
            *([place, *each(title)] for place, title in _PICTURES.get(network.name, ())),
        ],
    }


def first_threshold(network: Network) -> float:
    """The strength from which on a page opens with the edges of a network: of a dense map whose
    weights count one thing, so many of the heaviest that it can be read; 0 where all are shown."""
    size, edges = len(network.nodes), network.edges
    if size < _SMALL or len(edges) <= _DENSE * size or network.preset.layout != "map":
        return 0
    kinds = {edge.kind.iri: edge.kind for edge in edges}.values()
    units = {unit_of(network, kind) for kind in kinds}
    if len(units) > 1 or any("currency" in edge.attributes for edge in edges):
        return 0
    weights = sorted((edge.weight for edge in edges), reverse=True)
    most = int(_READABLE * size)
    return next((weight for weight in reversed(weights[:most]) if weight > weights[most]), 0)


def _attribute(name: str) -> tuple[str, ...]:
    """What an attribute of edges is called; where no file says, as the projection names it."""
    known = find(f"attribute.{name}", "en")
    return each(f"attribute.{name}") if known else (name,) * len(languages())


def _kind(kind: Named, network: Network) -> list[Any]:
    """A kind of edges: short form, labels, IRI; tone and what its weight counts, where said."""
    curie, unit = shrink(kind.iri), unit_of(network, kind)
    tone = kind_tones(network)[curie] if unit else state_tones().get(kind.iri)
    told = [] if tone is None else [tone, *(in_order(unit) if unit else ())]
    return [curie, *labels(kind), kind.iri, *told]


def finite(value: float) -> float | None:
    """The number, or None where it is none.

    >>> finite(2.0), finite(float("nan"))
    (2.0, None)
    """
    return value if math.isfinite(value) else None


def _picture(picture: Picture) -> Data:
    return {
        "cards": picture.cards,
        "font": picture.font,
        "ends": [list(map(finite, ends)) for ends in picture.ends],
        "headings": [[finite(h.x), finite(h.y), *h.text, h.column] for h in picture.headings],
    }


def _evidence(evidence: Evidence, tables: Tables) -> list[Any]:
    entry = [tables.sources[_source(evidence)], *in_order(evidence.place)]
    at = evidence.passage
    return [*entry, at.start, at.end, at.span_sha256] if at else entry


def _source(evidence: Evidence) -> tuple[Named, str, str]:
    return (
        evidence.source,
        evidence.url,
        evidence.passage.text_sha256 if evidence.passage else "",
    )


def number(table: dict[Any, int], entry: Any) -> int:
    """The number of an entry in a table, which is added where it is new."""
    return table.setdefault(entry, len(table))


def _curves(network: Network) -> list[int]:
    """0 for an edge by itself; parallel edges are numbered 1, 2, … to be drawn apart."""
    pairs = [(min(e.source, e.target), max(e.source, e.target)) for e in network.edges]
    several = Counter(pairs)
    seen: Counter[tuple[int, int]] = Counter()
    curves = []
    for pair in pairs:
        seen[pair] += 1
        curves.append(seen[pair] if several[pair] > 1 else 0)
    return curves
