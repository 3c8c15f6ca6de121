"""Networks: the list, a projection as a page, or the rows of a query taken as edges."""

from dataclasses import replace
from operator import itemgetter
from typing import Any, Final

from coopgraph.api import KnowledgeGraph
from coopgraph.errors import UsageError
from coopgraph.guard import Reply
from coopgraph.i18n import LanguageMap, in_each
from coopgraph.network.elements import Edge, names_of, nodes_of, worded
from coopgraph.network.model import NETWORKS, Network
from coopgraph.network.projection import load_projection, projection_names
from coopgraph.queries import Question
from coopgraph.queries.truncation import unlimited
from coopgraph.server.address import PageRequest
from coopgraph.server.page import data, html, page, query_of, split_format, standalone, written
from coopgraph.server.requests import FORMAT
from coopgraph.server.scope import other_practice
from coopgraph.server.sketch import ranks_of
from coopgraph.server.template import PAGE
from coopgraph.store.base import is_named
from coopgraph.vocabulary import expand, is_iri

#: The network that the graph began with.
FIRST: Final = "technology-partners"
#: Rows taken as edges, nodes drawn: as many as a page moves freely.
EDGES: Final = 2_000
NODES: Final = 600
#: A partner that a plan names: the way to it.
_PLANNED: Final = expand("coop:PartnerLink")
#: Edges that are loaded around one node.
AROUND: Final = 60


@page("/networks")
def networks(kg: KnowledgeGraph, request: PageRequest) -> Reply:
    """/networks: the list of networks."""
    return html("networks.html", request, networks=networks_in_order(), formats=NETWORKS.files)


def networks_in_order() -> list[Question]:
    """All projections, the one that the graph began with first."""
    names = sorted(projection_names(), key=lambda name: name != FIRST)
    return [load_projection(name) for name in names]


@page("/network", "/networks/{name}")
def network(kg: KnowledgeGraph, request: PageRequest) -> Reply:
    """/networks/{name}: a projection as a page that loads more of what a node is tied to; its
    parameters are fields of the address. /network is the first. Also `.graphml`, … Raises
    `UnknownProjection` and what `bind` raises."""
    from coopgraph.view.drawings import drawing_of
    from coopgraph.view.page import render

    offered = (PAGE, *NETWORKS.files)
    name, format = split_format(request.names.get("name", FIRST), request, offered, by_header=False)
    values = request.fields.values(*FORMAT)
    if format is not PAGE:  # a file is cut if the address says so
        drawn = kg.project(name, **{**unlimited(load_projection(name)), **values})
        return written(NETWORKS, drawn, format, lang=request.lang)
    among = other_practice(load_projection(name), values, request)
    shown = kg.project(name, **values) if values else drawing_of(kg.store, name)
    made = render(shown, request.lang, more="/network/more", among=among)
    return standalone(made, request)


@page("/networks/budgets/flow")
def flow_page(kg: KnowledgeGraph, request: PageRequest) -> Reply:
    """/networks/budgets/flow: the network of budgets as a flow, in the colours of the page."""
    from coopgraph.view.charts.budget_flow import flow_svg

    values = request.fields.values(*FORMAT)
    drawn = kg.project("budgets", **values)
    picture = flow_svg(drawn, request.lang, is_page=True).partition("?>")[2]
    return html("flow.html", request, network=drawn, picture=picture, values=values)


@page("/networks/budgets/flow.svg")
def flow(kg: KnowledgeGraph, request: PageRequest) -> Reply:
    """/networks/budgets/flow.svg: the network of budgets as a flow, for the same parameters."""
    from coopgraph.view.charts.budget_flow import flow_svg

    drawn = kg.project("budgets", **request.fields.values(*FORMAT))
    headers = {"Content-Type": "image/svg+xml", "Vary": "Accept-Language"}
    return Reply(flow_svg(drawn, request.lang).encode(), headers)


@page("/network/more")
def more(kg: KnowledgeGraph, request: PageRequest) -> Reply:
    """/network/more?node=IRI: what a node is tied to in the network of everything, as JSON that a
    network page adds: at most `AROUND` edges and a note where there are others. Things come before
    what is said about things, but a planned tie is as good as its partner; of each class in turn,
    the heaviest first. Empty for a node that is tied to nothing."""
    from coopgraph.view.page import network_data

    node = request.fields.one("node") or ""
    nothing = Network("everything", LanguageMap({}), (), ())
    whole = kg.project("everything", about=node) if is_iri(node) else nothing
    number = {each.iri: i for i, each in enumerate(whole.nodes)}.get(node, -1)
    ties = list(whole.edges)
    notes = (in_each("network-note.around", AROUND, len(ties)),) if len(ties) > AROUND else ()
    ties = _nearest(kg, whole, number, ties)[:AROUND]
    kept = sorted({end for edge in ties for end in (edge.source, edge.target)})
    at = {old: new for new, old in enumerate(kept)}
    part = replace(
        whole,
        nodes=tuple(whole.nodes[old] for old in kept),
        edges=tuple(replace(e, source=at[e.source], target=at[e.target]) for e in ties),
        notes=notes,
    )
    return data(network_data(part))


def _nearest(kg: KnowledgeGraph, whole: Network, about: int, ties: list[Edge]) -> list[Edge]:
    """The ties of a node: those to things first, of each class in turn."""
    others = [whole.nodes[e.target if e.source == about else e.source] for e in ties]
    ranks = ranks_of(kg.store, (other.iri for other in others)) if others else {}
    by_class: dict[tuple[int, str], list[Edge]] = {}
    for edge, other in sorted(zip(ties, others, strict=True), key=lambda tie: -tie[0].weight):
        rank = 0 if other.kind.iri == _PLANNED else ranks.get(other.iri, 0)
        by_class.setdefault((rank, other.kind.iri), []).append(edge)
    turns = (
        (rank, turn, edge) for (rank, _), of in by_class.items() for turn, edge in enumerate(of)
    )
    return [edge for *_, edge in sorted(turns, key=itemgetter(0, 1))]


@page("/query/network", methods=("GET", "POST"))
def rows_as_network(kg: KnowledgeGraph, request: PageRequest) -> Reply:
    """/query/network: the rows of a SELECT as edges between the columns `source` and `target`.
    `kind` is a column whose IRIs label the edges. Rows without an IRI at both ends are left out.
    Raises `UsageError` for a column that is not there, and where no row is an edge."""
    from pyoxigraph import QuerySolutions

    from coopgraph.view import view

    given = request.fields
    source, target = given.one("source") or "source", given.one("target") or "target"
    kind = given.one("kind") or ""
    result = kg.store.query(query_of(request))
    if not isinstance(result, QuerySolutions):
        raise UsageError("only the rows of a SELECT are edges", remedy="write SELECT")
    columns = [variable.value for variable in result.variables]
    for name in filter(None, (source, target, kind)):
        if name not in columns:
            raise UsageError(f"there is no column {name!r}", remedy="choose one of the answer's")
    places = [columns.index(name) for name in (source, target, *([kind] if kind else []))]
    ties, cut = _ties(result, places)
    if not ties:
        raise UsageError(
            f"no row has an entity in both {source!r} and {target!r}",
            remedy="choose columns of entities",
        )
    nodes = nodes_of(kg.store, {end for tie in ties for end in tie[:2]})
    number = {node.iri: i for i, node in enumerate(nodes)}
    kinds = names_of(kg.store, {tie[2] for tie in ties if tie[2]})
    row = worded(expand("skos:related"), "network-label.row")
    edges = tuple(Edge(number[a], number[b], kinds.get(k, row)) for a, b, k in dict.fromkeys(ties))
    notes = (in_each("network-note.cut", len(ties), NODES),) if cut else ()
    titles = LanguageMap(in_each("network-label.query", source, target))
    drawn = Network("query", titles, tuple(nodes), edges, notes=notes)
    return standalone(view(drawn, lang=request.lang).html, request)


def _ties(result: Any, places: list[int]) -> tuple[list[tuple[str, str, str]], bool]:
    """Both ends and the kind of each row with two IRIs, and whether rows were left off."""
    ties: list[tuple[str, str, str]] = []
    seen: set[str] = set()
    for row in result:
        terms = [row[i] for i in places]
        if not all(map(is_named, terms[:2])):
            continue
        ends = {terms[0].value, terms[1].value}
        if len(ties) == EDGES or len(seen | ends) > NODES:
            return ties, True
        seen |= ends
        kinds = [term.value for term in terms[2:] if is_named(term)]
        ties.append((terms[0].value, terms[1].value, kinds[0] if kinds else ""))
    return ties, False
