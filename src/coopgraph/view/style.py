"""How things look: shape is the class, colour the stance (else the class), dash the status,
width the weight.

Colours are those of Okabe and Ito (https://jfly.uni-koeln.de/color/), told apart by people
with any common colour vision; the text on each has a contrast of at least 4.5 to 1.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from coopgraph.i18n import LanguageMap
from coopgraph.network import Named, Network, Node
from coopgraph.vocabulary import entity_iri, expand, shrink

#: Tones: fill and the text on it, as light and as dark theme.
TONES: Final = (
    ("#0072b2", "#ffffff", "#56b4e9", "#10151c"),
    ("#e69f00", "#10151c", "#e69f00", "#10151c"),
    ("#009e73", "#10151c", "#2fc79a", "#10151c"),
    ("#cc79a7", "#10151c", "#dd9bc0", "#10151c"),
    ("#d55e00", "#10151c", "#f08a4b", "#10151c"),
    ("#56b4e9", "#10151c", "#9ad4f5", "#10151c"),
    ("#8a8f98", "#10151c", "#9aa3af", "#10151c"),
)
NEUTRAL: Final = len(TONES) - 1
STANCE: Final = expand("coop:Stance")
TECHNOLOGY: Final = expand("coop:Technology")
_HAS_STANCE: Final = expand("coop:takesStance")
#: The tone of each stance, in the order in which the article's table goes on: behind to ahead.
_STANCE_TONES: Final = {"catch-up": 1, "cooperation-convergence": 2, "leading": 0}

#: Marks with the label below, by class; a class that is not here takes the next that is free.
_FORMS: Final = {
    "coop:Stance": "diamond",
    "coop:Technology": "square",
    "coop:Organisation": "dot",
    "coop:BudgetLine": "triangle",
    "coop:Programme": "hexagon",
    "coop:Person": "star",
    "coop:Source": "triangleDown",
    "coop:PolicyDocument": "triangleDown",
    "coop:Plan": "hexagon",
    "coop:Event": "star",
    "coop:Recommendation": "diamond",
    "coop:Action": "square",
    "coop:Statement": "triangle",
}
FORMS: Final = ("dot", "square", "diamond", "triangle", "triangleDown", "hexagon", "star")
#: Cards with the label inside, by class: the radius of the corners.
CARDS: Final = {"coop:Stance": 2, "coop:Technology": 9, "coop:Organisation": 22}

#: Statuses that say a thing is not (yet) in place.
PLANNED: Final = frozenset({"draft", "planned", "recommended", "forecast"})
_MIN_WIDTH, _MAX_WIDTH = 1.5, 9.0
#: What becomes of an edge from one network to another, as the kind of edge says: tone and width.
_STATES: Final = {
    entity_iri("edge-state", state): look
    for state, look in (
        ("lost", (4, 2.5)),
        ("added", (2, 5.0)),
        ("changed", (0, 2.5)),
        ("same", (NEUTRAL, 1.0)),
    )
}
#: The tones of kinds of edges whose weights are said to count something, in the order of naming.
_KIND_TONES: Final = (NEUTRAL, 4, 2, 3)


@dataclass(frozen=True)
class Style:
    """Tone and form of each node; tone, width and dash of each edge; tones of the stances. `pale`
    marks edges that stand back behind the others; empty where none does."""

    node_tones: tuple[int, ...]
    node_forms: tuple[str, ...]
    edge_tones: tuple[int, ...]
    edge_widths: tuple[float, ...]
    dashed: tuple[bool, ...]
    stances: tuple[tuple[Node, int], ...]
    pale: tuple[bool, ...] = ()


def style_of(network: Network) -> Style:
    """The style of a network: the same network has the same style."""
    tones, stances = _tones(network)
    forms = _forms(network)
    return Style(
        tones,
        tuple(forms[node.kind.iri] for node in network.nodes),
        _edge_tones(network, tones, by_stance=bool(stances)),
        _edge_widths(network),
        tuple(
            bool(e.attributes) and e.status in PLANNED and e.kind.iri not in _STATES
            for e in network.edges
        ),
        stances,
        _pale(network),
    )


def kind_tones(network: Network) -> dict[str, int]:
    """The tone of each kind of edges (in short form) of which the projection says what its
    weight counts."""
    last = len(_KIND_TONES) - 1
    return {kind: _KIND_TONES[min(i, last)] for i, (kind, _) in enumerate(network.preset.units)}


def state_tones() -> dict[str, int]:
    """The tone of each kind of edges (an IRI) that says what becomes of them."""
    return {kind: tone for kind, (tone, _) in _STATES.items()}


def unit_of(network: Network, kind: Named) -> LanguageMap:
    """What the weight of a kind of edges counts; empty where that is not said. Weights of
    different units are neither added up nor drawn on one scale."""
    return dict(network.preset.units).get(shrink(kind.iri), LanguageMap({}))


def _edge_widths(network: Network) -> tuple[float, ...]:
    """The width of each edge, on the scale of its unit and, of money, its currency."""
    by_unit: dict[tuple[int, object], list[int]] = defaultdict(list)
    kinds = {edge.kind.iri: edge.kind for edge in network.edges}
    numbers: dict[LanguageMap, int] = {}  # a text is slow to look up, once for each edge
    units = {
        iri: numbers.setdefault(unit_of(network, kind), len(numbers)) for iri, kind in kinds.items()
    }
    for i, edge in enumerate(network.edges):
        currency = edge.attributes.get("currency") if edge.attributes else None
        by_unit[units[edge.kind.iri], currency].append(i)
    if len(by_unit) == 1 and not units.keys() & _STATES:
        return widths([edge.weight for edge in network.edges])
    found = [0.0] * len(network.edges)
    for edges in by_unit.values():
        for i, width in zip(edges, widths([network.edges[i].weight for i in edges]), strict=True):
            found[i] = _STATES.get(network.edges[i].kind.iri, (0, width))[1]
    return tuple(found)


def _pale(network: Network) -> tuple[bool, ...]:
    behind = network.preset.background
    return tuple(shrink(edge.kind.iri) in behind for edge in network.edges) if behind else ()


def widths(weights: Sequence[float]) -> tuple[float, ...]:
    """Line widths in pixels: the area of a line grows with its weight. A weight that is no
    finite number counts as 0.

    >>> widths([1, 1]), widths([0, 25, 100])
    ((2.0, 2.0), (1.5, 5.25, 9.0))
    """
    weights = [w if math.isfinite(w) else 0.0 for w in weights]
    different = set(weights)
    largest = max(map(abs, different), default=0.0)
    if largest == 0 or len(different) == 1:
        return (2.0,) * len(weights)
    span = _MAX_WIDTH - _MIN_WIDTH
    wide = {w: round(_MIN_WIDTH + span * math.sqrt(abs(w) / largest), 2) for w in different}
    return tuple(map(wide.__getitem__, weights))


def _tones(network: Network) -> tuple[tuple[int, ...], tuple[tuple[Node, int], ...]]:
    """Tones by stance where the network has stances, else by class. What takes stances of several
    tones, as several plans have them, has none."""
    stances = _stance_tones(network)
    taken: dict[int, set[int]] = {}
    for edge in network.edges:
        if edge.kind.iri == _HAS_STANCE and edge.target in stances:
            taken.setdefault(edge.source, set()).add(stances[edge.target])
    if taken:
        one = {i: tones.pop() if len(tones) == 1 else NEUTRAL for i, tones in taken.items()}
        both = {**one, **stances}
        tones = tuple(both.get(i, NEUTRAL) for i in range(len(network.nodes)))
        return tones, tuple((network.nodes[i], tone) for i, tone in stances.items())
    counts = Counter(node.kind.iri for node in network.nodes)
    ranked = sorted(counts, key=lambda iri: (-counts[iri], iri))
    by_class = {iri: min(rank, NEUTRAL) for rank, iri in enumerate(ranked)}
    return tuple(by_class[node.kind.iri] for node in network.nodes), ()


def _stance_tones(network: Network) -> dict[int, int]:
    """The tone of each stance by its place: a stance of another plan that is called the same looks
    the same."""
    stances = {i: node for i, node in enumerate(network.nodes) if node.kind.iri == STANCE}
    called = {
        label: _STANCE_TONES[node.key]
        for node in stances.values()
        if node.key in _STANCE_TONES
        for label in node.texts.items()
    }
    return {
        i: next((called[label] for label in node.texts.items() if label in called), NEUTRAL)
        for i, node in stances.items()
    }


def _forms(network: Network) -> dict[str, str]:
    """The mark of each class: its own, and where two classes of one network share it, the
    next that is free as long as there is one."""
    counts = Counter(node.kind.iri for node in network.nodes)
    wanted = {expand(curie): form for curie, form in _FORMS.items()}
    given: dict[str, str] = {}
    for iri in sorted(counts, key=lambda iri: (-counts[iri], iri)):
        free = [form for form in FORMS if form not in given.values()]
        form = wanted.get(iri, "dot")
        given[iri] = form if form in free or not free else free[0]
    return given


def _edge_tones(network: Network, tones: tuple[int, ...], *, by_stance: bool) -> tuple[int, ...]:
    """The tone of what becomes of it; else of the technology at one end, where tones are those of
    stances; else of its kind."""
    states = state_tones()
    if any(edge.kind.iri in states for edge in network.edges):
        return tuple(states.get(edge.kind.iri, NEUTRAL) for edge in network.edges)
    if by_stance:
        is_technology = [node.kind.iri == TECHNOLOGY for node in network.nodes]
        return tuple(
            next((tones[end] for end in (e.source, e.target) if is_technology[end]), NEUTRAL)
            for e in network.edges
        )
    by_kind, tone_of = kind_tones(network), dict[str, int]()
    for iri in {edge.kind.iri for edge in network.edges}:
        tone_of[iri] = by_kind.get(shrink(iri), NEUTRAL)
    return tuple(tone_of[edge.kind.iri] for edge in network.edges)
