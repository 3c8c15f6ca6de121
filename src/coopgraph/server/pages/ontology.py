"""The ontology as one page: every term at its own anchor, since its IRI is a hash IRI."""

from dataclasses import dataclass
from typing import Any, Final

from coopgraph.api import KnowledgeGraph
from coopgraph.guard import Reply
from coopgraph.i18n import best
from coopgraph.queries.answer import Entity
from coopgraph.server.address import NS, PageRequest
from coopgraph.server.page import html, page, split_format
from coopgraph.server.pages.entity import OFFERED, describe
from coopgraph.server.sparql import write_triples
from coopgraph.server.template import PAGE
from coopgraph.vocabulary import COOP, graph_iri, shrink

_GRAPH: Final = graph_iri("ontology")
_WHOLE: Final = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{_GRAPH}> {{ ?s ?p ?o }} }}"
#: `?kind` is class or property; terms of others count where the ontology labels them.
_TYPES: Final = "owl:Class, owl:ObjectProperty, owl:DatatypeProperty, owl:AnnotationProperty"
_TERMS: Final = f"""SELECT DISTINCT ?term ?type {{ GRAPH <{_GRAPH}> {{
  {{ ?term a ?type FILTER(?type IN ({_TYPES})) }}
  UNION
  {{ ?term rdfs:label ?label FILTER NOT EXISTS {{ ?term a ?any }} BIND(rdfs:Resource AS ?type) }}
}} }}"""
_TEXTS: Final = f"""SELECT ?term ?text {{ GRAPH <{_GRAPH}> {{ ?term %s ?text }} }}"""
_LINKS: Final = ["rdfs:subClassOf", "rdfs:subPropertyOf", "rdfs:domain", "rdfs:range"]


@dataclass(frozen=True)
class Term:
    """A class or a property: labels and definitions by language, and what it is tied to."""

    iri: str
    kind: str
    labels: dict[str, str]
    definitions: dict[str, str]
    example: str = ""
    links: tuple[tuple[str, tuple[Entity, ...]], ...] = ()

    @property
    def curie(self) -> str:
        """Its compact IRI."""
        return shrink(self.iri)

    @property
    def anchor(self) -> str:
        """Its name within the page."""
        return self.iri.removeprefix(COOP) if self.iri.startswith(COOP) else self.curie

    def label(self, lang: str) -> str:
        """Its label in `lang`, else in that which it falls back to, else the compact IRI."""
        return best(self.labels, lang)[0] or self.curie

    def definition(self, lang: str) -> str:
        """Its definition, likewise."""
        return best(self.definitions, lang)[0]


@page("/ns", "/ns.{extension}", "/ns/{path:path}")
def ontology(kg: KnowledgeGraph, request: PageRequest) -> Reply:
    """/ns: the ontology as a page or in an RDF format; what is below it, such as a version, is
    an entity like others."""
    path, format = split_format(request.path, request, OFFERED)
    if path != "/ns":
        return describe(kg, request, "/ns", NS)
    if format is not PAGE:
        return write_triples(kg.store.construct(_WHOLE), format.media_type)
    terms = [term for term in read_terms(kg, with_links=True, lang=request.lang)
             if term.iri.startswith(COOP)]  # fmt: skip
    return html(
        "ontology.html",
        request,
        formats=OFFERED[1:],
        classes=[term for term in terms if term.kind == "class"],
        properties=[term for term in terms if term.kind == "property"],
    )


def read_terms(kg: KnowledgeGraph, *, with_links: bool = False, lang: str = "en") -> list[Term]:
    """The classes and properties that the graph uses, ours and those of others, by name."""
    labels = _texts(kg, "rdfs:label")
    definitions = _texts(kg, "skos:definition")
    examples = _texts(kg, "skos:example")
    links = _links(kg, lang) if with_links else {}
    found = {
        term.value: _kind(term.value, shrink(type_.value))
        for term, type_ in kg.store.select(_TERMS)
    }
    made = [
        Term(
            iri,
            kind,
            labels.get(iri, {}),
            definitions.get(iri, {}),
            next(iter(examples.get(iri, {}).values()), ""),
            tuple(links.get(iri, {}).items()),
        )
        for iri, kind in found.items()
        if shrink(iri) != iri
    ]
    return sorted(made, key=lambda term: (not term.iri.startswith(COOP), term.curie.casefold()))


def _kind(iri: str, type_: str) -> str:
    """Class or property; a term of another vocabulary is known by its initial, by convention."""
    if type_ == "rdfs:Resource":
        return "class" if shrink(iri).partition(":")[2][:1].isupper() else "property"
    return "class" if type_ == "owl:Class" else "property"


def _texts(kg: KnowledgeGraph, predicate: str) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for term, text in kg.store.select(_TEXTS % predicate):
        found.setdefault(term.value, {})[text.language or ""] = text.value
    return found


def _links(kg: KnowledgeGraph, lang: str) -> dict[str, dict[str, tuple[Entity, ...]]]:
    rows: list[tuple[str, Any, Any]] = [
        (name, *row) for name in _LINKS for row in kg.store.select(_TEXTS % name)
    ]
    names = kg.store.labels({value.value for _, _, value in rows}, lang)
    found: dict[str, dict[str, tuple[Entity, ...]]] = {}
    for name, term, value in rows:
        entity = Entity(names.get(value.value, shrink(value.value)), value.value)
        known = found.setdefault(term.value, {})
        known[name] = (*known.get(name, ()), entity)
    return found
