"""The start page: what is in the graph, where to begin, and a drawing of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from coopgraph.api import KnowledgeGraph
from coopgraph.guard import Reply
from coopgraph.network import Network
from coopgraph.queries import question_names
from coopgraph.queries.scope import first_plan
from coopgraph.server.address import PageRequest
from coopgraph.server.glance import at_a_glance
from coopgraph.server.kept import kept
from coopgraph.server.outline import LATEST
from coopgraph.server.overview import short_answers
from coopgraph.server.page import html, page
from coopgraph.server.pages.network import FIRST, networks_in_order
from coopgraph.server.requests import refuse_unknown
from coopgraph.server.sections import SectionReader
from coopgraph.view.style import STANCE, TECHNOLOGY, style_of

_COUNTS: Final = "SELECT (COUNT(DISTINCT ?e) AS ?n) {{ ?e a {} }}"
_COUNTED: Final = ("coop:Technology", "coop:Organisation", "coop:Claim", "coop:Source")
#: The charts, by the name of their pages.
CHARTS: Final = (
    "technology-country", "budgets-over-time", "ministry-technology", "technology-lists",
)  # fmt: skip
_COLUMN: Final = 150
_ROW: Final = 22
_RADIUS: Final = (9, 7, 6)


@page("/")
def start(kg: KnowledgeGraph, request: PageRequest) -> Reply:
    """The page at /."""
    refuse_unknown(request.fields, ())
    manifest = kg.store.manifest
    reader = SectionReader(kg, request)
    answers = [
        (answer, [(clause.said, reader.cite(clause.sources)) for clause in answer.clauses])
        for answer in short_answers(kg, request)
    ]
    glance = at_a_glance(kg, request)
    told = [part.title for part in (glance.units, glance.money) if part is not None]
    numbers = {clause.said: reader.cite(clause.sources) for clause in told}
    numbers |= {card.plan.iri: reader.cite(card.sources) for card in glance.cards if card.plan}
    (events,) = reader.read([LATEST])
    return html(
        "start.html",
        request,
        triples=manifest.triples,
        graphs=len(manifest.parts),
        digest=manifest.digest[:12],
        answers=answers,
        questions=len(question_names()),
        networks=networks_in_order(),
        charts=CHARTS,
        glance=glance,
        numbers=numbers,
        events=events,
        references=reader.references(),
        terms=reader.terms(),
        **_of_the_graph(kg),
    )


@lru_cache(maxsize=1)
def _of_the_graph(kg: KnowledgeGraph) -> dict[str, Any]:
    """What the page counts and draws, once: the graph does not change."""

    def make() -> dict[str, Any]:
        first = first_plan(kg.store)
        counts = {
            name.partition(":")[2].lower(): int(kg.store.select(_COUNTS.format(name))[0][0].value)
            for name in _COUNTED
        }
        return {"counts": counts, "first": first, "drawing": draw_partners(kg, first)}

    return kept((kg.store.manifest.digest, "start"), make)


@dataclass(frozen=True)
class Dot:
    """A node: its centre, radius and tone."""

    x: int
    y: float
    radius: int
    tone: int


@dataclass(frozen=True)
class EdgePath:
    """An edge: its path and tone."""

    path: str
    tone: int


@dataclass(frozen=True)
class Drawing:
    """Dots in three columns, and the lines between them."""

    width: int
    height: int
    dots: tuple[Dot, ...]
    ties: tuple[EdgePath, ...]


def draw_partners(kg: KnowledgeGraph, scope: Mapping[str, str]) -> Drawing | None:
    """The drawing of the network of technologies and partners; None where the graph has none."""
    network = kg.project(FIRST, **scope)
    if not network.nodes:
        return None
    style = style_of(network)
    columns = _columns(network, style.node_tones)
    height = _ROW * max(map(len, columns))
    dots: dict[int, Dot] = {}
    for place, column in enumerate(columns):
        for row, node in enumerate(column):
            y = round(height * (row + 0.5) / len(column), 1)
            dots[node] = Dot(12 + place * _COLUMN, y, _RADIUS[place], style.node_tones[node])
    ties = tuple(
        EdgePath(_curve(dots[edge.source], dots[edge.target]), style.edge_tones[i])
        for i, edge in enumerate(network.edges)
    )
    return Drawing(24 + 2 * _COLUMN, height, tuple(dots.values()), ties)


def _columns(network: Network, tones: tuple[int, ...]) -> list[list[int]]:
    """Stances, technologies, the rest: in the order of what they are tied to on the left."""
    columns: list[list[int]] = [[], [], []]
    for i, node in enumerate(network.nodes):
        columns[{STANCE: 0, TECHNOLOGY: 1}.get(node.kind.iri, 2)].append(i)
    columns[1].sort(key=lambda i: (tones[i], i))
    place = {node: row for row, node in enumerate(columns[1])}
    linked: dict[int, list[int]] = {}
    for edge in network.edges:
        if edge.source in place:
            linked.setdefault(edge.target, []).append(place[edge.source])
    for column in (columns[0], columns[2]):
        column.sort(key=lambda i: (sum(linked.get(i, [0])) / len(linked.get(i, [0])), i))
    return columns


def _curve(a: Dot, b: Dot) -> str:
    bend = (a.x + b.x) / 2
    return f"M{a.x} {a.y}C{bend} {a.y} {bend} {b.y} {b.x} {b.y}"
