"""The small network around an entity: who refers to it on the left, what it refers to on the
right, drawn as SVG by the page's template."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import chain, zip_longest
from typing import Final, TypeAlias

from coopgraph.formats.ntriples import iri as term
from coopgraph.i18n import LanguageMap
from coopgraph.network.elements import Edge, Named, nodes_of
from coopgraph.network.model import Network
from coopgraph.queries.answer import Entity
from coopgraph.search.base import ABOUT_OTHERS, HIDDEN
from coopgraph.server.facts import Direction, Facts, Group
from coopgraph.store import AnyStore
from coopgraph.view.picture import text_width, wrap
from coopgraph.view.style import style_of
from coopgraph.vocabulary import ID, expand, shrink

#: The property, the neighbour, its tone.
Tie: TypeAlias = tuple[Group, Entity, int]

_PER_SIDE: Final = 7
_FONT: Final = 13
_SMALL: Final = 11
_LINES: Final = 2
_GAP: Final = 10
_PADDING: Final = 14
#: Widths: of a card at the side, of the one in the middle, of the space between them; of a
#: narrow drawing, and how far its cards stand in.
_SIDE: Final = 262.0
_MIDDLE: Final = 210.0
_BETWEEN: Final = 76.0
_NARROW: Final = 340.0
_INDENT: Final = 44.0
_WAYS: Final[tuple[Direction, ...]] = ("in", "out")
#: Properties that give a place in a source, not a relation.
_LEFT_OUT: Final = frozenset(
    map(
        expand,
        (
            "rdf:type", "rdfs:isDefinedBy", "skos:inScheme", "skos:exactMatch", "schema:sameAs",
            "coop:evidence", "coop:source", "coop:canonical", "dcterms:source", "oa:hasSource",
            "oa:hasSelector", "prov:wasDerivedFrom", "prov:wasGeneratedBy", "void:subset",
        ),
    )
)  # fmt: skip
#: Classes by how near they are to what a reader looks for: claims after things, then what is said
#: about things, then parts of them, which are drawn where there is nothing else.
_PARTS: Final = 3
_RANKS: Final = {
    **dict.fromkeys(
        ABOUT_OTHERS | {"coop:JointPartner", "coop:ObservedPartner", "coop:Participation"}, 2
    ),
    "coop:Claim": 1,
    **dict.fromkeys(HIDDEN, _PARTS),
}
_CLASSES: Final = (
    f"SELECT DISTINCT ?n ?c {{ VALUES ?n {{ %s }} ?n a ?c FILTER(?c IN ({', '.join(_RANKS)})) }}"
)


@dataclass(frozen=True)
class Card:
    """A box: its upper left corner and size, what it holds, its tone."""

    iri: str
    x: float
    y: float
    width: float
    height: float
    lines: tuple[str, ...]
    relation: str = ""
    tone: int = 0
    direction: Direction = "out"

    @property
    def middle(self) -> float:
        """The height of its middle."""
        return self.y + self.height / 2


@dataclass(frozen=True)
class Sketch:
    """A drawing: the entity itself, the cards around it."""

    width: float
    height: float
    centre: Card
    cards: tuple[Card, ...]
    is_wide: bool

    def path(self, card: Card) -> str:
        """The line between a card and the centre, from subject to object."""
        centre = self.centre
        if not self.is_wide:
            x, top = centre.x + 14, centre.y + centre.height
            if card.direction == "in":
                return f"M{card.x:.1f} {card.middle:.1f}H{x:.1f}V{top + 7:.1f}"
            return f"M{x:.1f} {top:.1f}V{card.middle:.1f}H{card.x - 7:.1f}"
        subject, object_ = (card, centre) if card.direction == "in" else (centre, card)
        x, to = subject.x + subject.width + 2, object_.x - 7
        bend = (x + to) / 2
        return (
            f"M{x:.1f} {subject.middle:.1f}C{bend:.1f} {subject.middle:.1f} "
            f"{bend:.1f} {object_.middle:.1f} {to:.1f} {object_.middle:.1f}"
        )


def draw_around(
    store: AnyStore, about: str, facts: Facts, lang: str
) -> tuple[Sketch, Sketch] | None:
    """The network around `about`, for a wide and a narrow screen; None where there is none."""
    ties = [*_chosen(store, about, facts.of("in")), *_chosen(store, about, facts.of("out"))]
    if not ties:
        return None
    nodes = nodes_of(store, {about, *(other.iri for _, other in ties)})
    number = {node.iri: i for i, node in enumerate(nodes)}
    edges = tuple(
        Edge(number[about], number[other.iri], Named(group.name.iri, LanguageMap({})))
        for group, other in ties
    )
    tones = style_of(Network("around", LanguageMap({}), tuple(nodes), edges)).node_tones
    tone = {node.iri: tones[i] for i, node in enumerate(nodes)}
    node = Entity(nodes[number[about]].label(lang), about)
    toned = [(group, other, tone[other.iri]) for group, other in ties]
    return _wide(node, tone[about], toned), _narrow(node, tone[about], toned)


def _chosen(store: AnyStore, about: str, groups: Iterable[Group]) -> list[tuple[Group, Entity]]:
    """A few ties of one side: of each property in turn, things before what is said about them."""
    by_group = [
        [(group, s.value) for s in group.statements
         if isinstance(s.value, Entity) and s.value.iri.startswith(ID) and s.value.iri != about]
        for group in groups
        if group.name.iri not in _LEFT_OUT
    ]  # fmt: skip
    ties = [tie for tie in chain.from_iterable(zip_longest(*by_group)) if tie is not None]
    if not ties:
        return []
    ranks = ranks_of(store, (other.iri for _, other in ties))
    once: dict[str, tuple[Group, Entity]] = {}
    for group, other in ties:
        once.setdefault(other.iri, (group, other))
    ordered = sorted(once.values(), key=lambda tie: ranks.get(tie[1].iri, 0))
    shown = [tie for tie in ordered if ranks.get(tie[1].iri, 0) < _PARTS] or ordered
    return shown[:_PER_SIDE]


def ranks_of(store: AnyStore, iris: Iterable[str]) -> dict[str, int]:
    """How far entities come after things: 1 for claims, 2 for what else is said about things, 3 for
    their parts; of things nothing."""
    ranks: dict[str, int] = {}
    for node, kind in store.select(_CLASSES % " ".join(sorted({term(iri) for iri in iris}))):
        rank = _RANKS[shrink(kind.value)]
        ranks[node.value] = max(rank, ranks.get(node.value, 0))
    return ranks


def _lines(text: str, width: float) -> tuple[str, ...]:
    """The text in at most two lines; what is cut off ends in an ellipsis."""
    lines = wrap(text, width, _FONT).split("\n")
    if len(lines) <= _LINES:
        return tuple(lines)
    last = " ".join(lines[_LINES - 1 :])
    while text_width(last + "…", _FONT) > width:
        last = last[:-1]
    return (*lines[: _LINES - 1], last.rstrip() + "…")


def _card(node: Entity, relation: str, width: float, tone: int, direction: Direction) -> Card:
    """A card that is not placed yet."""
    inside = width - 2 * _PADDING
    lines = _lines(str(node), inside)
    while text_width(relation, _SMALL) > inside:
        relation = relation[:-2] + "…"
    height = len(lines) * 17 + (16 if relation else 0) + 16
    return Card(node.iri, 0, 0, width, height, lines, relation, tone, direction)


def _cards(ties: Iterable[Tie], direction: Direction, width: float) -> list[Card]:
    return [
        _card(other, str(group.name), width, tone, direction)
        for group, other, tone in ties
        if group.direction == direction
    ]


def _stacked(cards: Iterable[Card], x: float, top: float) -> list[Card]:
    placed = []
    for card in cards:
        placed.append(replace(card, x=x, y=top))
        top += card.height + _GAP
    return placed


def _tall(cards: Iterable[Card]) -> float:
    return sum(card.height + _GAP for card in cards) - _GAP


def _wide(node: Entity, tone: int, ties: list[Tie]) -> Sketch:
    left, right = _cards(ties, "in", _SIDE), _cards(ties, "out", _SIDE)
    beside = _SIDE + _BETWEEN
    width = _MIDDLE + beside * (bool(left) + bool(right))
    centre = _card(node, "", _MIDDLE, tone, "out")
    height = max(_tall(left), _tall(right), centre.height)
    (centre,) = _stacked([centre], beside if left else 0.0, (height - centre.height) / 2)
    cards = [
        *_stacked(left, 0, (height - _tall(left)) / 2),
        *_stacked(right, width - _SIDE, (height - _tall(right)) / 2),
    ]
    return Sketch(width, height, centre, tuple(cards), is_wide=True)


def _narrow(node: Entity, tone: int, ties: list[Tie]) -> Sketch:
    (centre,) = _stacked([_card(node, "", _NARROW, tone, "out")], 0, 0)
    cards = [card for way in _WAYS for card in _cards(ties, way, _NARROW - _INDENT)]
    placed = _stacked(cards, _INDENT, centre.height + 18)
    return Sketch(_NARROW, placed[-1].y + placed[-1].height, centre, tuple(placed), is_wide=False)
