"""The page of an entity, its description in RDF, and the page for what is not there."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, unquote

from coopgraph.brief import kind_of
from coopgraph.errors import UnknownEntity, UsageError
from coopgraph.formats import Format
from coopgraph.formats.ntriples import iri as term
from coopgraph.guard import Reply
from coopgraph.network.labels import nodes_of
from coopgraph.queries.answer import Entity
from coopgraph.server.address import Visit
from coopgraph.server.pages.entity_facts import COUNTED, PAGE_ROWS, Group, read_facts
from coopgraph.server.pages.entity_network import draw_around
from coopgraph.server.sparql_work import write_triples
from coopgraph.server.template import HEADERS, PAGE, render
from coopgraph.vocabulary import GRAPH, expand_or_none, is_iri, shrink

if TYPE_CHECKING:
    from coopgraph.api import KnowledgeGraph
    from coopgraph.search import Hit

#: References that a description in RDF holds beside all statements of the entity itself.
_REFERENCES: Final = 1_000
_DESCRIBED: Final = (
    "CONSTRUCT {{ {about} ?p ?o . ?s ?q {about} }} WHERE {{ {{ {about} ?p ?o }} UNION "
    "{{ SELECT ?s ?q {{ ?s ?q {about} }} LIMIT {limit} }} }}"
)
_COUNT: Final = "SELECT (COUNT(*) AS ?n) {{ SELECT ?s {{ ?s ?q {about} }} LIMIT {limit} }}"
_KNOWN: Final = "ASK {{ {{ {about} ?p ?o }} UNION {{ ?s ?q {about} }} }}"
_LABELS: Final = "SELECT DISTINCT ?label {{ {about} skos:prefLabel|rdfs:label ?label }}"
#: Letters of a name that is looked for: a longer one would be shortened letter by letter.
_SHORTEST, _LONGEST = 2, 40
_NEAREST: Final = 8


def entity(
    kg: KnowledgeGraph,
    *,
    iris: Sequence[str],
    format: Format,
    visit: Visit,
    only: str = "",
    page: int = 1,
) -> Reply:
    """The first of `iris` that the graph knows, as a page or in an RDF format.

    `iris` are the ways to read one address. `only` names one property, of which `page` is
    shown. Raises `UnknownEntity` where the graph knows none.
    """
    known = (iri for iri in iris if is_iri(iri) and kg.store.query(_KNOWN.format(about=term(iri))))
    iri = next(known, None)
    if iri is None:
        raise unknown(kg, iris[0])
    return _page(kg, iri, visit, only, page) if format == PAGE else _rdf(kg, iri, format)


def missing(kg: KnowledgeGraph, *, iri: str, visit: Visit) -> Reply:
    """The page that says that an address is not there, with the nearest names."""
    found = _near(kg, iri)
    labels = kg.store.labels([hit.iri for hit in found], visit.lang)
    near = [Entity(labels.get(hit.iri, hit.label), hit.iri) for hit in found]
    return Reply(render("missing.html", visit, iri=iri, near=near), HEADERS)


def unknown(kg: KnowledgeGraph, iri: str) -> UnknownEntity:
    """The error for an IRI that the graph does not know, with the nearest names."""
    near = " or ".join(shrink(hit.iri) for hit in _near(kg, iri)[:3])
    remedy = f"did you mean {near}?" if near else "search for it at /search"
    return UnknownEntity(f"nothing is known of {shrink(iri)!r}", remedy=remedy)


def _near(kg: KnowledgeGraph, iri: str) -> list[Hit]:
    """Entities whose keys are nearest to that of `iri`: by its beginning, then by its words."""
    path = unquote(iri, errors="replace").split("#")[-1].rstrip("/").split("/")
    key = path[-1].removesuffix(".html")[:_LONGEST]
    index = kg.index
    if index is None:
        return []
    hits: dict[str, Hit] = {}
    for word in dict.fromkeys((key, *sorted(key.split("-"), key=len, reverse=True))):
        for length in range(len(word), _SHORTEST - 1, -1):
            if found := [*index.named(word[:length]), *index.search(word[:length], limit=50)]:
                hits |= {hit.iri: hit for hit in found}
                break
    kind = path[-2] if len(path) > 1 else ""
    ranked = sorted(
        hits.values(),
        key=lambda hit: (
            -difflib.SequenceMatcher(None, key, hit.key).ratio(),
            f"/{kind}/" not in hit.iri,
            hit.iri,
        ),
    )
    return ranked[:_NEAREST]


def _rdf(kg: KnowledgeGraph, iri: str, format: Format) -> Reply:
    about = term(iri)
    triples = kg.store.construct(_DESCRIBED.format(about=about, limit=_REFERENCES))
    reply = write_triples(triples, format.media_type)
    ((count,),) = kg.store.select(_COUNT.format(about=about, limit=_REFERENCES + 1))
    cut = {"Coopgraph-Cut": f"references={_REFERENCES}"} if int(count.value) > _REFERENCES else {}
    return Reply(reply.body, {**reply.headers, **cut})


def _page(kg: KnowledgeGraph, iri: str, visit: Visit, only: str, page: int) -> Reply:
    facts = read_facts(kg.store, iri, visit.lang, only, page)
    if only and not facts.groups:
        raise UsageError(f"there is no {only!r} here", remedy="leave the field of away")
    labels = sorted(
        {
            (row[0].language or "", row[0].value)
            for row in kg.store.select(_LABELS.format(about=term(iri)))
        }
    )
    (node,) = nodes_of(kg.store, [iri])
    body = render(
        "entity.html",
        visit,
        iri=iri,
        title=facts.labels.get(iri, shrink(iri)),
        names=labels,
        kinds=[k for k in (node.kind, node.subkind, node.country) if k is not None],
        facts=facts,
        only=only,
        page=page,
        page_rows=PAGE_ROWS,
        counted=COUNTED,
        sketches=None if only else draw_around(kg.store, iri, facts, visit.lang),
        is_graph=iri.startswith(GRAPH),
        brief=_brief(kg, iri) if iri in facts.labels else "",
        query=_as_query(iri, facts.groups[0] if only else None),
    )
    return Reply(body, HEADERS)


def _brief(kg: KnowledgeGraph, iri: str) -> str:
    """Where the brief of an entity is; empty where none is made of it."""
    if kind_of(kg.store, iri) is None:
        return ""
    name = shrink(iri)
    return f"/brief/{quote(name if expand_or_none(name) == iri else iri, safe='/:')}"


def _as_query(iri: str, group: Group | None) -> str:
    """The query that gives what the page shows."""
    about = term(iri)
    if group is None:
        return (
            "SELECT ?direction ?property ?value ?graph WHERE {\n"
            f'  {{ GRAPH ?graph {{ {about} ?property ?value }} BIND("out" AS ?direction) }}\n'
            "  UNION\n"
            f'  {{ GRAPH ?graph {{ ?value ?property {about} }} BIND("in" AS ?direction) }}\n'
            "}\nORDER BY DESC(?direction) ?property ?value"
        )
    name = term(group.name.iri)
    out = group.direction == "out"
    pattern = f"{about} {name} ?value" if out else f"?value {name} {about}"
    return f"SELECT DISTINCT ?value WHERE {{ {pattern} }}\nORDER BY ?value"
