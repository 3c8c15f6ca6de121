"""What measures are computed from: who has how much of what, and why.

A `Share` says that a member (a partner, a country, a ministry) takes part in a group (a
technology) with a weight. Shares come from a network, or from the rows of an answer.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from coopgraph.errors import FactError
from coopgraph.libraries import nx
from coopgraph.measures.policies import NOBODY, Policy
from coopgraph.network import Evidence, Network
from coopgraph.network.elements import Named
from coopgraph.queries import Answer, Entity
from coopgraph.tables.description import LANGUAGES
from coopgraph.vocabulary import expand, shrink

if TYPE_CHECKING:
    #: What measures take: a projection, or a networkx graph with the attributes of one.
    Graph: TypeAlias = Network | nx.Graph[Any]

PLANNED: Final = expand("coop:plannedPartner")
_TECHNOLOGY: Final = "coop:Technology"


@dataclass(frozen=True, slots=True)
class Share:
    """`member` has `weight` in `group`; `country` is the member's, None for an organisation
    of no country. `is_open` where the source says that the list goes on; `policy` is whose it
    is, `claim` the node that says so."""

    group: Named
    member: Named
    weight: float = 1.0
    country: Named | None = None
    is_open: bool = False
    evidence: tuple[Evidence, ...] = ()
    policy: Policy = NOBODY
    claim: str = ""


def planned_shares(graph: Graph, kind: str = PLANNED) -> list[Share]:
    """One share for each edge of `kind` that leads from a technology, in the order of the graph.

    `graph` is a projection or the networkx graph of one, and is not modified. An edge without a
    weight counts 1. Raises `FactError` for a weight that is negative or no finite number.
    """
    found = _of_network(graph, kind) if isinstance(graph, Network) else _of_networkx(graph, kind)
    shares = list(found)
    for share in shares:
        check_weight(share.weight, f"{share.group.en} – {share.member.en}")
    return shares


def _of_network(network: Network, kind: str) -> Iterator[Share]:
    for edge in network.edges:
        source, target = network.nodes[edge.source], network.nodes[edge.target]
        if edge.kind.iri != kind or shrink(source.kind.iri) != _TECHNOLOGY:
            continue
        group, member = (Named(node.iri, node.en, node.ko) for node in (source, target))
        is_open, plan = edge.attributes.get("open_list") is True, edge.attributes.get("plan")
        policy = Policy("", plan if isinstance(plan, Named) else None)
        link = (edge.weight, target.country, is_open, edge.evidence, policy, edge.claim)
        yield Share(group, member, *link)


def _of_networkx(graph: nx.Graph[Any], kind: str) -> Iterator[Share]:
    nodes = graph.nodes
    for source, target, data in graph.edges(data=True):
        if data.get("kind") != shrink(kind):
            continue
        ends = (source, target)
        if nodes[source].get("class") != _TECHNOLOGY:  # an undirected graph may turn it round
            ends = (target, source)
        if nodes[ends[0]].get("class") != _TECHNOLOGY:
            continue
        group, member = (_named(end, nodes[end]) for end in ends)
        country = _country(nodes[ends[1]])
        weight, is_open = data.get("weight", 1.0), data.get("open_list") is True
        plan = data.get("plan_iri")
        named = (
            Named(plan, *(str(data.get(f"plan_{lang}")) for lang in LANGUAGES)) if plan else None
        )
        link = (weight, country, is_open, tuple(_evidence(data)), Policy("", named))
        yield Share(group, member, *link, str(data.get("claim", "")))


def _named(node: str, data: Mapping[str, Any]) -> Named:
    label = str(data.get("label", node))
    en, ko = (str(data.get(f"label_{lang}", label)) for lang in LANGUAGES)
    return Named(str(node), en, ko)


def _country(data: Mapping[str, Any]) -> Named | None:
    key = data.get("country")
    if not key:
        return None
    iri = expand(f"id:country/{key}")
    en, ko = (str(data.get(f"country_{lang}", key)) for lang in LANGUAGES)
    return Named(iri, en, ko)


def _evidence(data: Mapping[str, Any]) -> Iterator[Evidence]:
    columns = ("sources", *(f"{n}_{tag}" for n in ("sources", "locators") for tag in LANGUAGES))
    for iri, en, ko, locator_en, locator_ko in zip(
        *(data.get(name, ()) for name in columns), strict=True
    ):
        yield Evidence(Named(iri, en, ko), locator_en, locator_ko)


def answer_shares(
    answer: Answer, group: str, member: str, weight: str = "", *, korean: Answer | None = None
) -> list[Share]:
    """One share for each row of an answer that has both cells (columns `group` and `member`).

    `korean` is the same answer in Korean, for the labels. A row without a weight is left out
    where a weight is asked for: a sum that no source gives is never split.
    """
    twins = korean.rows if korean is not None else answer.rows
    places = [answer.columns.index(name) for name in (group, member)]
    at = answer.columns.index(weight) if weight else -1
    shares = []
    for row, twin in zip(answer.rows, twins, strict=True):
        cells = [(row[i], twin[i]) for i in places]
        if not all(isinstance(en, Entity) for en, _ in cells) or (weight and row[at] is None):
            continue
        ends = [Named(getattr(en, "iri", ""), str(en), str(ko)) for en, ko in cells]
        value = check_weight(float(str(row[at])) if weight else 1.0, ends[0].en)
        shares.append(Share(ends[0], ends[1], value, policy=_policy(answer, row, twin)))
    return shares


def _policy(answer: Answer, row: Sequence[object], twin: Sequence[object]) -> Policy:
    """That of a row where the answer says whose its rows are."""
    if not answer.scope_columns:
        return NOBODY
    told = (dict(zip(answer.columns, cells, strict=True)) for cells in (row, twin))
    return Policy.of_row(*told)


def by_country(shares: Iterable[Share]) -> list[Share]:
    """The same shares with countries for members.

    An organisation of no country (intergovernmental, supranational) is foreign to every country
    and so counts by itself.
    """
    return [replace(share, member=share.country or share.member) for share in shares]


def grouped(shares: Iterable[Share], key: Callable[[Share], Named]) -> dict[Named, list[Share]]:
    """Shares by what `key` says of them, in the order of their English labels."""
    groups: dict[Named, list[Share]] = {}
    for share in shares:
        groups.setdefault(key(share), []).append(share)
    return dict(sorted(groups.items(), key=lambda item: (item[0].en, item[0].iri)))


def totals(shares: Iterable[Share]) -> dict[Named, float]:
    """The weight of each member, largest first, then by label."""
    sums: dict[Named, float] = {}
    for share in shares:
        sums[share.member] = sums.get(share.member, 0.0) + share.weight
    return dict(sorted(sums.items(), key=lambda item: (-item[1], item[0].en, item[0].iri)))


def check_weight(weight: float, place: str) -> float:
    """The weight; raises `FactError` for one that is negative or no finite number."""
    if not math.isfinite(weight) or weight < 0:
        raise FactError(
            f"the weight {weight!r} cannot be shared out",
            place=place,
            remedy="weights are zero or more",
        )
    return weight


def evidence_of(shares: Sequence[Share]) -> tuple[Evidence, ...]:
    """What the shares rest on, each place once."""
    return tuple(dict.fromkeys(e for share in shares for e in share.evidence))
