"""A brief as a page, and as Markdown."""

from coopgraph.api import KnowledgeGraph
from coopgraph.brief.model import BRIEFS
from coopgraph.guard import Reply
from coopgraph.server.address import PageRequest
from coopgraph.server.kept import kept
from coopgraph.server.page import page, split_format, standalone, written
from coopgraph.server.requests import FORMAT


@page("/brief/{entity:path}")
def brief(kg: KnowledgeGraph, request: PageRequest) -> Reply:
    """/brief/{entity}: one page for a meeting, as `coopgraph brief` writes it; also `.md`. The
    fields say whose plans it tells of. Raises what `KnowledgeGraph.brief` raises."""
    path, format = split_format(request.names["entity"], request, BRIEFS.files, by_header=False)
    values = request.fields.values(*FORMAT)
    if format.name != "html":
        return written(BRIEFS, kg.brief(path, lang=request.lang, **values), format)
    key = (kg.store.manifest.digest, "brief", path, sorted(values.items()), request.lang)
    made = kept(key, lambda: kg.brief(path, lang=request.lang, **values).html())
    return standalone(made, request)
