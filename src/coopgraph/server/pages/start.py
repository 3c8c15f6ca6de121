"""The start page, and the lists of questions and networks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from coopgraph.guard import Reply
from coopgraph.network.projection import load_projection, projection_names
from coopgraph.queries import Question, load_question, question_names
from coopgraph.queries.themes import grouped
from coopgraph.server.address import Visit
from coopgraph.server.pages.start_picture import draw_partners
from coopgraph.server.template import HEADERS, render

if TYPE_CHECKING:
    from coopgraph.api import KnowledgeGraph

_COUNTS: Final = "SELECT (COUNT(DISTINCT ?e) AS ?n) {{ ?e a {} }}"
_COUNTED: Final = ("coop:Technology", "coop:Organisation", "coop:Claim", "coop:Source")
_FIRST: Final = "technology-partners"
_FEATURED: Final = (
    "partners",
    "partner-load",
    "like-for-like",
    "disagreements",
    "recommendations",
    "policy-timeline",
)


def start(kg: KnowledgeGraph, *, visit: Visit) -> Reply:
    """The page at /."""
    manifest = kg.store.manifest
    counts = {
        name.partition(":")[2].lower(): int(kg.store.select(_COUNTS.format(name))[0][0].value)
        for name in _COUNTED
    }
    body = render(
        "start.html",
        visit,
        triples=manifest.triples,
        graphs=len(manifest.parts),
        digest=manifest.digest[:12],
        counts=counts,
        featured=[load_question(name) for name in _FEATURED],
        questions=len(question_names()),
        networks=_networks(),
        drawing=draw_partners(kg.store),
    )
    return Reply(body, HEADERS)


def questions(kg: KnowledgeGraph, *, visit: Visit) -> Reply:
    """The list of questions, by what they are about."""
    return Reply(render("questions.html", visit, groups=grouped()), HEADERS)


def networks(kg: KnowledgeGraph, *, visit: Visit) -> Reply:
    """The list of networks."""
    return Reply(render("networks.html", visit, networks=_networks()), HEADERS)


def _networks() -> list[Question]:
    """All projections, the one that the graph began with first."""
    names = sorted(projection_names(), key=lambda name: name != _FIRST)
    return [load_projection(name) for name in names]
