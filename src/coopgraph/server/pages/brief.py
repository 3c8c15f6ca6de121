"""A brief as a page, and as Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coopgraph.guard import Reply
from coopgraph.server.address import Visit
from coopgraph.server.pages.network import standalone

if TYPE_CHECKING:
    from coopgraph.api import KnowledgeGraph


def brief(kg: KnowledgeGraph, *, entity: str, visit: Visit, is_markdown: bool = False) -> Reply:
    """The brief of an entity; raises what `KnowledgeGraph.brief` raises."""
    made = kg.brief(entity, lang=visit.lang)
    if not is_markdown:
        return standalone(made.html())
    return Reply(made.markdown().encode(), {"content-type": "text/markdown; charset=utf-8"})
