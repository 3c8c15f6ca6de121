"""Jobs of the pages: each reads the graph and writes a page or its twin."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import jinja2  # noqa: F401  loaded once, before the workers are forked

from coopgraph.guard import Reply
from coopgraph.server.pages import brief, entity, ontology, start
from coopgraph.server.pages import network as networks
from coopgraph.server.pages import query_rows as rows
from coopgraph.server.pages import question as questions
from coopgraph.server.pages import search as lookup

#: The jobs, by the name that follows `pages.`
JOBS: Final[dict[str, Callable[..., Reply]]] = {
    "start": start.start,
    "questions": start.questions,
    "networks": start.networks,
    "question": questions.question,
    "network": networks.network,
    "more": networks.more,
    "rows_as_network": networks.rows_as_network,
    "brief": brief.brief,
    "entity": entity.entity,
    "missing": entity.missing,
    "ontology": ontology.ontology,
    "search": lookup.search,
    "search_page": lookup.search_page,
    "terms": lookup.terms,
    "rows": rows.rows,
    "download": rows.download,
}
