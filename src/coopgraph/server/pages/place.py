"""The places of the header: plans, technologies, partners, money, practice, documents; each one
page, of sections in one order."""

from coopgraph.api import KnowledgeGraph
from coopgraph.guard import Reply
from coopgraph.server.address import PageRequest
from coopgraph.server.outline import PLACES
from coopgraph.server.page import html, page
from coopgraph.server.requests import refuse_unknown
from coopgraph.server.scope import choices
from coopgraph.server.sections import SectionReader


@page(*(f"/{name}" for name in PLACES))
def place(kg: KnowledgeGraph, request: PageRequest) -> Reply:
    """/plans, /technologies, /partners, /money, /practice, /documents. Raises what a question
    raises for a scope that is none."""
    refuse_unknown(request.fields, ())
    name = request.path.strip("/")
    reader = SectionReader(kg, request)
    parts = reader.read(PLACES[name])
    return html(
        "place.html",
        request,
        name=name,
        parts=parts,
        references=reader.references(),
        terms=reader.terms(),
        looked_through=choices(request).looked_through,
    )
