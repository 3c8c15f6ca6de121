"""A brief as a page, and as Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coopgraph.guard import Reply
from coopgraph.server.address import PageRequest
from coopgraph.server.page import page, standalone

if TYPE_CHECKING:
    from coopgraph.api import KnowledgeGraph


@page("/brief/{entity:path}")
def brief(kg: KnowledgeGraph, request: PageRequest) -> Reply:
    """/brief/{entity}: one page for a meeting, as `coopgraph brief` writes it; also `.md`.

    Raises what `KnowledgeGraph.brief` raises.
    """
    entity = request.names["entity"]
    made = kg.brief(entity.removesuffix(".md"), lang=request.lang)
    if not entity.endswith(".md"):
        return standalone(made.html())
    return Reply(made.markdown().encode(), {"Content-Type": "text/markdown; charset=utf-8"})
