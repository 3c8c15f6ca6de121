"""The scenarios that ship: what each assumes and how it is computed."""

from coopgraph.api import KnowledgeGraph
from coopgraph.guard import Reply
from coopgraph.i18n import choose
from coopgraph.queries.answer import Entity
from coopgraph.queries.parameters import ALL
from coopgraph.queries.scope import whose_plans
from coopgraph.server.address import PageRequest
from coopgraph.server.page import html, page
from coopgraph.server.pages.scenario import options_of, tables_of
from coopgraph.server.requests import refuse_unknown
from coopgraph.vocabulary import entity_iri


@page("/scenarios")
def scenarios(kg: KnowledgeGraph, request: PageRequest) -> Reply:
    """/scenarios: name, title, assumption, steps, whose plan and which; those of whoever has plans
    here, or of the scope where it says whose."""
    from coopgraph.scenario.file import list_scenarios

    refuse_unknown(request.fields, ())
    codes = {iri.rpartition("/")[2]: code for iri, code in whose_plans(kg.store).items()}
    whose = request.scope.get("whose", ALL)
    asked = {key for key, code in codes.items() if whose in (ALL, code)}
    found = [row for row in list_scenarios(request.lang) if row["jurisdiction"] in asked]
    plans = {str(row["plan"]): entity_iri("plan", str(row["plan"])) for row in found if row["plan"]}
    labels = kg.store.labels(plans.values(), request.lang)
    named = {key: Entity(labels[iri], iri) for key, iri in plans.items() if iri in labels}
    own = tables_of(kg, request) if kg.store.version else None
    plan = choose(own.plan.texts("label"), request.lang) if own else ""
    options = options_of(own, request.lang)
    return html("scenarios.html", request, found=found, plans=named, plan=plan, options=options)
