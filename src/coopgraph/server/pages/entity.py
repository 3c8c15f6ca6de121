"""Every IRI of the data: the page of an entity, its description in RDF, what is not there."""

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final
from urllib.parse import quote, unquote, unquote_to_bytes

from coopgraph.api import KnowledgeGraph
from coopgraph.brief import kind_of
from coopgraph.errors import ReplyTooLarge, UnknownEntity, UsageError
from coopgraph.formats import JSON_LD, N_TRIPLES, TURTLE, Format
from coopgraph.formats.ntriples import iri as term
from coopgraph.guard import Reply
from coopgraph.network.elements import nodes_of
from coopgraph.queries.answer import Entity
from coopgraph.queries.scope import first_plan
from coopgraph.search import Hit
from coopgraph.server.address import Fields, PageRequest
from coopgraph.server.cards import LOOKS, cards_of
from coopgraph.server.facts import COUNTED, PAGE_ROWS, Facts, Group, read_facts
from coopgraph.server.kept import kept
from coopgraph.server.lead import sentences
from coopgraph.server.outline import ALWAYS, PICTURED, outline_of
from coopgraph.server.page import html, page, split_format
from coopgraph.server.requests import FORMAT, refuse_unknown
from coopgraph.server.scope import own_code
from coopgraph.server.sections import SectionReader, SectionTable
from coopgraph.server.sketch import draw_around
from coopgraph.server.sparql import write_triples
from coopgraph.server.template import PAGE
from coopgraph.vocabulary import GRAPH, ID, QUESTION, expand, expand_or_none, is_iri, shrink

#: The page comes first: it is what a client gets that takes anything. RDF tools say what they take.
OFFERED: Final = (PAGE, TURTLE, JSON_LD, N_TRIPLES)
_ESCAPED: Final = re.compile(r"(?:%[89A-F][0-9A-F])+", re.IGNORECASE)
_DESCRIBED: Final = (
    "CONSTRUCT {{ {about} ?p ?o . ?s ?q {about} }} WHERE {{ {{ {about} ?p ?o }} UNION "
    "{{ SELECT ?s ?q {{ ?s ?q {about} }} LIMIT {limit} }} }}"
)
#: The field that says how many references a description in RDF holds at most.
_REFERENCES: Final = "references"
_COUNT: Final = "SELECT (COUNT(*) AS ?n) {{ SELECT ?s {{ ?s ?q {about} }} LIMIT {limit} }}"
_KNOWN: Final = "ASK {{ {{ {about} ?p ?o }} UNION {{ ?s ?q {about} }} }}"
_LABELS: Final = "SELECT DISTINCT ?label {{ {about} skos:prefLabel|rdfs:label ?label }}"
#: Letters of a name that is looked for: a longer one would be shortened letter by letter.
_SHORTEST, _LONGEST = 2, 40
_NEAREST: Final = 8
_TYPE: Final = expand("rdf:type")
_PLANS: Final = f"{ID}plan/"


@page("/id/{path:path}")
def entity(kg: KnowledgeGraph, request: PageRequest) -> Reply:
    """/id/{class}/{key}."""
    return describe(kg, request, "/id/", ID)


@page("/graph/{path:path}")
def graph(kg: KnowledgeGraph, request: PageRequest) -> Reply:
    """/graph/{name}: what a named graph is; its triples are at /graphs."""
    return describe(kg, request, "/graph/", GRAPH)


@page("/question/{path:path}")
def question(kg: KnowledgeGraph, request: PageRequest) -> Reply:
    """/question/{name}: its page is that of the question, its description is RDF."""
    path, format = split_format(request.path, request, OFFERED)
    if format is not PAGE:
        return describe(kg, request, "/question/", QUESTION)
    name = quote(path.removeprefix("/question/"), safe="%")
    return Reply(b"", {"Status": "303", "Location": request.link(f"/questions/{name}")})


def describe(kg: KnowledgeGraph, request: PageRequest, prefix: str, base: str) -> Reply:
    """The entity at an address that begins with `prefix`, its IRI with `base`: as a page or in an
    RDF format. What the graph does not know has a page that offers the nearest names.

    The field `of` names one property, of which the field `page` is shown. A description holds
    every reference to the entity, or as many as the field `references` says. Raises
    `UnknownEntity` for a client that wants no page, and `ReplyTooLarge`.
    """
    path, format = split_format(request.path, request, OFFERED)
    iris = [base + way for way in read_path(path.removeprefix(prefix))]
    known = (iri for iri in iris if is_iri(iri) and kg.store.query(_KNOWN.format(about=term(iri))))
    iri = next(known, None)
    if iri is None:
        if format is not PAGE:
            raise unknown(kg, iris[0])
        reply = _missing(kg, iris[-1], request)
        return Reply(reply.body, {**reply.headers, "Status": "404"})
    reply = _page(kg, iri, request) if format is PAGE else _rdf(kg, iri, format, request.fields)
    return replace(reply, headers={**reply.headers, "Link": _links(path)})


def read_path(raw: str) -> list[str]:
    """The ways to read a path as the end of an IRI, in order.

    As it is, and with the characters written out that only a URI must escape (RFC 3987,
    section 3.2): `%20` stays, `%C3%BC` is also ü.

    >>> read_path("technology/%C3%BC%20x")
    ['technology/%C3%BC%20x', 'technology/ü%20x']
    """
    written = _ESCAPED.sub(_written, raw)
    return list(dict.fromkeys((raw, written)))


def _written(match: re.Match[str]) -> str:
    try:
        return unquote_to_bytes(match[0]).decode()
    except UnicodeDecodeError:
        return match[0]


def _links(path: str) -> str:
    """The same in other formats (RFC 8288)."""
    address = quote(path, safe="/%:@!$&'()*+,;=~#?")
    return ", ".join(
        f'<{address}.{format.extension}>; rel="alternate"; type="{format.media_type}"'
        for format in OFFERED
    )


def _missing(kg: KnowledgeGraph, iri: str, request: PageRequest) -> Reply:
    """The page that says that an address is not there, with the nearest names."""
    found = _near(kg, iri)
    labels = kg.store.labels([hit.iri for hit in found], request.lang)
    near = [Entity(labels.get(hit.iri, hit.label), hit.iri) for hit in found]
    return html("missing.html", request, iri=iri, near=near)


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


def _rdf(kg: KnowledgeGraph, iri: str, format: Format, given: Fields) -> Reply:
    refuse_unknown(given, (_REFERENCES, *FORMAT))
    about, most = term(iri), given.whole(_REFERENCES, COUNTED)
    if given.one(_REFERENCES) is None:
        ((count,),) = kg.store.select(_COUNT.format(about=about, limit=COUNTED + 1))
        if int(count.value) > COUNTED:
            raise ReplyTooLarge(
                f"more than {COUNTED:,} statements name {shrink(iri)}",
                remedy=f"say how many are wanted, as with ?{_REFERENCES}=1000",
            )
    triples = kg.store.construct(_DESCRIBED.format(about=about, limit=most))
    return write_triples(triples, format.media_type)


def _page(kg: KnowledgeGraph, iri: str, request: PageRequest) -> Reply:
    only, number = request.fields.one("of") or "", request.fields.whole("page", 1, least=1)
    key = (kg.store.manifest.digest, "facts", iri, request.lang, only, number)
    facts = kept(key, lambda: read_facts(kg.store, iri, request.lang, only, number))
    if only and not facts.groups:
        raise UsageError(f"no property {only!r} on this page", remedy="omit the parameter “of”")
    labels = sorted(
        {
            (row[0].language or "", row[0].value)
            for row in kg.store.select(_LABELS.format(about=term(iri)))
        }
    )
    (node,) = nodes_of(kg.store, [iri])
    classes = _classes(facts) if not only else set()
    place, sections = outline_of(classes)
    reader = SectionReader(kg, request, iri, everyone=True)
    parts = [p for p in reader.read(sections) if p.total or p.name in ALWAYS]
    own = own_code(request)
    return html(
        "entity.html",
        request,
        formats=OFFERED[1:],
        iri=iri,
        title=facts.labels.get(iri, shrink(iri)),
        names=labels,
        kinds=[k for k in (node.kind, node.subkind, node.country) if k is not None],
        facts=facts,
        only=only,
        page=number,
        page_rows=PAGE_ROWS,
        counted=COUNTED,
        sketches=None
        if only
        else kept((*key, "around"), lambda: draw_around(kg.store, iri, facts, request.lang)),
        is_graph=iri.startswith(GRAPH),
        brief=_brief(kg, iri) if iri in facts.labels else "",
        pictures=_pictures(kg, iri, classes, parts, request),
        query=_as_query(iri, facts.groups[0] if only else None),
        place=place,
        parts=parts,
        sentences=sentences(parts, iri, own, request),
        cards={part.name: cards_of(part, iri) for part in parts if part.section.look in LOOKS},
        references=reader.references(),
        terms=reader.terms(),
    )


def _classes(facts: Facts) -> set[str]:
    """The classes of an entity."""
    return {
        statement.value.iri
        for group in facts.of("out")
        if group.name.iri == _TYPE
        for statement in group.statements
        if isinstance(statement.value, Entity)
    }


def _brief(kg: KnowledgeGraph, iri: str) -> str:
    """Where the brief of an entity is; empty where none is made of it."""
    if kind_of(kg.store, iri) is None:
        return ""
    name = shrink(iri)
    return f"/brief/{quote(name if expand_or_none(name) == iri else iri, safe='/:')}"


def _pictures(
    kg: KnowledgeGraph,
    iri: str,
    classes: set[str],
    parts: Sequence[SectionTable],
    request: PageRequest,
) -> Iterator[tuple[str, str]]:
    """The name and address of pictures that show the entity: the network of a plan in which it
    stands, of that which the start page is about or names it most often, and a chart."""
    found = {part.name: part for part in parts if part.total}
    declared = found["declared"].answer if "declared" in found else None
    if declared is not None and "plan" in declared.columns:
        ends = ("technology", "partner", "plan")
        rows = [row for row in declared if any(getattr(row[e], "iri", "") == iri for e in ends)]
        plans = [plan.iri for row in rows if isinstance(plan := row["plan"], Entity)]
        if plans:
            first = f"{_PLANS}{first_plan(kg.store).get('plan')}"
            plan = max(plans, key=lambda one: (one == first, plans.count(one), one))
            address = request.link("/networks/technology-partners", plan=plan.removeprefix(_PLANS))
            yield "network", f"{address}#node={quote(iri.removeprefix(ID), safe='/')}"
    for kind, (section, chart, parameter) in PICTURED.items():
        if expand(kind) in classes and section in found:
            yield "chart", request.link(f"/chart/{chart}", **{parameter: iri})


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
