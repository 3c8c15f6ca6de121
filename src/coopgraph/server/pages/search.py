"""What the pages look up while somebody types: entities by label, terms of the vocabularies."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from coopgraph.errors import UsageError
from coopgraph.guard import Reply
from coopgraph.network.labels import nodes_of
from coopgraph.server.address import Visit
from coopgraph.server.pages.ontology import read_terms
from coopgraph.server.template import HEADERS, render
from coopgraph.vocabulary import ID, PREFIXES, expand_or_none, shrink

if TYPE_CHECKING:
    from coopgraph.api import KnowledgeGraph

_JSON: Final = {"Content-Type": "application/json", "Vary": "Accept-Language"}


def search(
    kg: KnowledgeGraph, *, text: str, visit: Visit, limit: int = 20, kind: str = ""
) -> Reply:
    """Entities with a label that contains `text`, as JSON; `kind` (a CURIE) restricts to a class.

    Each has `label`, `kind`, `key`, `iri`, `href`, `matched` (the label that was found), and
    `value`: the shortest text that names it and nothing else as a parameter.
    """
    return Reply(_dumped({"results": find(kg, text, visit, limit, kind)}), _JSON)


def search_page(kg: KnowledgeGraph, *, text: str, visit: Visit, limit: int = 100) -> Reply:
    """The same as a page."""
    found = find(kg, text, visit, limit + 1)
    body = render("search.html", visit, text=text, found=found[:limit], more=len(found) > limit)
    return Reply(body, HEADERS)


def find(
    kg: KnowledgeGraph, text: str, visit: Visit, limit: int, kind: str = ""
) -> list[dict[str, str]]:
    """See `search`; raises `UsageError` for a kind that is no CURIE of ours."""
    if kg.index is None:
        return []
    iri = expand_or_none(kind) if kind and kind != "any" else ""
    if iri is None:
        raise UsageError(f"{kind!r} is no class", remedy="write it as coop:Technology")
    classes = (iri,) if iri else ()
    hits = kg.index.search(text, limit=limit, classes=classes)
    nodes = {node.iri: node for node in nodes_of(kg.store, [hit.iri for hit in hits])}
    found = []
    for hit in hits:
        node = nodes[hit.iri]
        label = node.label(visit.lang)
        named = kg.index.named(label, classes)
        found.append(
            {
                "label": label,
                "kind": node.kind.label(visit.lang),
                "key": hit.key,
                "iri": hit.iri,
                "path": hit.iri.removeprefix(ID),
                "href": visit.place(hit.iri),
                "matched": hit.label,
                "value": label if [one.iri for one in named] == [hit.iri] else shrink(hit.iri),
            }
        )
    return found


def terms(kg: KnowledgeGraph) -> Reply:
    """Prefixes, classes and properties that a query can use, as JSON, with both labels."""
    found = [
        {
            "curie": term.curie,
            "iri": term.iri,
            "kind": term.kind,
            "en": term.label("en"),
            "ko": term.label("ko"),
            "definition": {lang: text for lang, text in term.definitions.items() if lang},
        }
        for term in read_terms(kg)
    ]
    return Reply(
        _dumped({"prefixes": PREFIXES, "terms": found}), {**_JSON, "Cache-Control": "no-cache"}
    )


def _dumped(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")
