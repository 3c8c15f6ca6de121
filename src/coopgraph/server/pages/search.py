"""What the pages look up while a reader types: entities by label, terms of the vocabularies."""

from typing import Final

from coopgraph.api import KnowledgeGraph
from coopgraph.errors import UsageError
from coopgraph.guard import Reply
from coopgraph.i18n import languages
from coopgraph.network.elements import nodes_of
from coopgraph.server.address import PageRequest
from coopgraph.server.page import data, html, page
from coopgraph.server.pages.ontology import read_terms
from coopgraph.server.requests import refuse_unknown
from coopgraph.vocabulary import ID, PREFIXES, expand_or_none, shrink

_MOST: Final = 100


@page("/search")
def search(kg: KnowledgeGraph, request: PageRequest) -> Reply:
    """/search?q=: entities that are meant by a text, by kind, the kind of the best first."""
    refuse_unknown(request.fields, ("q",))
    text = request.fields.one("q") or ""
    found, instead = find(kg, text, request, _MOST + 1)
    kinds: dict[str, list[dict[str, str]]] = {}
    for hit in found[:_MOST]:
        kinds.setdefault(hit["kind"], []).append(hit)
    shown = {"text": text, "instead": instead, "kinds": kinds}
    return html("search.html", request, found=found[:_MOST], more=len(found) > _MOST, **shown)


@page("/search.json", is_data=True)
def search_data(kg: KnowledgeGraph, request: PageRequest) -> Reply:
    """/search.json?q=&kind=&limit=: the same as JSON; `kind`, CURIEs with `|`, names classes.
    `more` says whether there are others. Each has `label`, `kind`, `class` (its IRI), `key`, `iri`,
    `href`, `matched` (the label that was found), `reason` (see `coopgraph.search.SearchResult`),
    and `value`: the shortest text that names it and nothing else as a parameter. `instead` is the
    text that was looked for where nothing is called what was asked for."""
    given = request.fields
    refuse_unknown(given, ("q", "kind", "limit"))
    limit = given.whole("limit", 20, least=1, most=200)
    text, kind = given.one("q") or "", given.one("kind") or ""
    found, instead = find(kg, text, request, limit + 1, kind)
    return data({"results": found[:limit], "more": len(found) > limit, "instead": instead})


def find(
    kg: KnowledgeGraph, text: str, request: PageRequest, limit: int, kind: str = ""
) -> tuple[list[dict[str, str]], str]:
    """What is found, and the text that was looked for in place of one that is misspelt; raises
    `UsageError` for a kind that is not one of our CURIEs."""
    if kg.index is None:
        return [], ""
    classes = []
    for name in kind.split("|") if kind and kind != "any" else ():
        iri = expand_or_none(name)
        if iri is None:
            raise UsageError(f"{name!r} is not a class", remedy="write it as coop:Technology")
        classes.append(iri)
    finding = kg.index.find(text, limit=limit, classes=classes)
    nodes = {node.iri: node for node in nodes_of(kg.store, [hit.iri for hit in finding.hits])}
    found = []
    for hit in finding.hits:
        node = nodes[hit.iri]
        label = node.label(request.lang)
        named = kg.index.named(label, classes)
        found.append(
            {
                "label": label,
                "kind": node.kind.label(request.lang),
                "class": node.kind.iri,
                "key": hit.key,
                "iri": hit.iri,
                "path": hit.iri.removeprefix(ID),
                "href": request.place(hit.iri),
                "matched": hit.label,
                "reason": hit.reason,
                "value": label if [one.iri for one in named] == [hit.iri] else shrink(hit.iri),
            }
        )
    return found, finding.instead


@page("/terms.json", is_data=True)
def terms(kg: KnowledgeGraph, request: PageRequest) -> Reply:
    """/terms.json: prefixes, classes and properties that a query can name, labels by language."""
    found = [
        {
            "curie": term.curie,
            "iri": term.iri,
            "kind": term.kind,
            **{tag: term.label(tag) for tag in languages()},
            "definition": {lang: text for lang, text in term.definitions.items() if lang},
        }
        for term in read_terms(kg)
    ]
    return data({"prefixes": PREFIXES, "terms": found}, **{"Cache-Control": "no-cache"})
