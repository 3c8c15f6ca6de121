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
from coopgraph.i18n import LanguageMap
from coopgraph.libraries import nx
from coopgraph.measures.answer import NOBODY, Cell, Policy, by_key
from coopgraph.network import Evidence, Network
from coopgraph.network.elements import Named, of_cell
from coopgraph.queries import Answer, Entity
from coopgraph.vocabulary import expand, shrink

if TYPE_CHECKING:
    #: What measures take: a projection, or a networkx graph with the attributes of one.
    Graph: TypeAlias = Network | nx.Graph[Any]

PLANNED: Final = expand("coop:intendedPartner")
_TECHNOLOGY: Final = "coop:Technology"
_COUNTRY: Final = "coop:Country"


@dataclass(frozen=True, slots=True)
class Share:
    """`member` has `weight` in `group`; `country` is the member's, None for an organisation
    of no country. `is_open` where the source says that the list goes on; `policy` is whose it
    is, and of which kind the member; `is_foreign` where it is not at home there; `claim` is the
    node that says so, `unit` what the weight counts (as currency and year): a sum is of one."""

    group: Named
    member: Named
    weight: float = 1.0
    country: Named | None = None
    is_open: bool = False
    evidence: tuple[Evidence, ...] = ()
    policy: Policy = NOBODY
    claim: str = ""
    is_foreign: bool = True
    unit: tuple[Cell, ...] = ()


def planned_shares(graph: Graph, kind: str = PLANNED) -> list[Share]:
    """One share for each edge of `kind` that leads from a technology, in the order of the graph.
    `graph` is a projection or the networkx graph of one, and is not modified. An edge without a
    weight counts 1. Raises `FactError` for a weight that is negative or no finite number."""
    found = _of_network(graph, kind) if isinstance(graph, Network) else _of_networkx(graph, kind)
    shares = list(found)
    for share in shares:
        check_weight(share.weight, f"{share.group.key} – {share.member.key}")
    return shares


def _of_network(network: Network, kind: str) -> Iterator[Share]:
    for edge in network.edges:
        source, target = network.nodes[edge.source], network.nodes[edge.target]
        if edge.kind.iri != kind or shrink(source.kind.iri) != _TECHNOLOGY:
            continue
        group, member = (Named(node.iri, node.texts) for node in (source, target))
        known, country = edge.attributes, target.country
        if shrink(target.kind.iri) == _COUNTRY:  # a partner that is a country counts as that one
            country = member
        plan, what = (
            each if isinstance(each, Named) else None
            for each in (known.get("plan"), known.get("partner_kind"))
        )
        link = (edge.weight, country, known.get("open_list") is True, edge.evidence)
        is_foreign = known.get("foreign") is not False
        yield Share(group, member, *link, Policy("", plan, what), edge.claim, is_foreign)


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
        partner = nodes[ends[1]]
        country = member if partner.get("class") == _COUNTRY else _country(partner)
        weight, is_open = data.get("weight", 1.0), data.get("open_list") is True
        policy = Policy("", _about(data, "plan"), _about(data, "partner_kind"))
        link = (weight, country, is_open, tuple(_evidence(data)), policy)
        is_foreign = data.get("foreign") is not False
        yield Share(group, member, *link, str(data.get("claim", "")), is_foreign)


def _about(data: Mapping[str, Any], name: str) -> Named | None:
    """What an attribute of an edge names."""
    iri = data.get(f"{name}_iri")
    return Named(iri, _texts(data, name)) if iri else None


def _named(node: str, data: Mapping[str, Any]) -> Named:
    return Named(
        str(node), _texts(data, "label") or LanguageMap({"": str(data.get("label", node))})
    )


def _country(data: Mapping[str, Any]) -> Named | None:
    if not (key := data.get("country")):
        return None
    texts = _texts(data, "country") or LanguageMap({"": str(key)})
    return Named(expand(f"id:country/{key}"), texts)


def _texts(data: Mapping[str, Any], name: str, at: int | None = None) -> LanguageMap:
    """The texts of an attribute by language; of one that is a list, those of one place in it."""
    tags = {key: key.removeprefix(f"{name}_") for key in data if key.startswith(f"{name}_")}
    said = {tag: data[key] for key, tag in tags.items() if tag != "iri"}
    return LanguageMap({tag: str(v if at is None else v[at]) for tag, v in said.items()})


def _evidence(data: Mapping[str, Any]) -> Iterator[Evidence]:
    for at, iri in enumerate(data.get("sources", ())):
        yield Evidence(Named(iri, _texts(data, "sources", at)), _texts(data, "locators", at))


def answer_shares(
    answer: Answer,
    group: str,
    member: str,
    weight: str = "",
    *,
    names: Mapping[str, Named] | None = None,
    unit: Sequence[str] = (),
) -> list[Share]:
    """One share for each row of an answer that has both cells (columns `group` and `member`).
    `names` has labels in further languages, by IRI; `unit` are the columns that say what the weight
    counts, as its currency. A row without a weight is left out where a weight is asked for: a sum
    that no source gives is never split."""
    shares = []
    for row in answer:
        ends = (row[group], row[member])
        if not all(isinstance(end, Entity) for end in ends) or (weight and row[weight] is None):
            continue
        of, who = (of_cell(end, names) for end in ends if isinstance(end, Entity))
        value = check_weight(float(str(row[weight])) if weight else 1.0, of.key)
        policy = Policy.of_row(row, names) if answer.scope_columns else NOBODY
        counts = tuple(
            of_cell(cell, names)
            if isinstance(cell, Entity)
            else cell
            if isinstance(cell, int)
            else str(cell)
            for cell in (row[name] for name in unit)
        )
        shares.append(Share(of, who, value, policy=policy, unit=counts))
    return shares


def by_country(shares: Iterable[Share]) -> list[Share]:
    """The same shares with countries for members. An organisation of no country (intergovernmental,
    supranational) is foreign to every country and so counts by itself."""
    return [replace(share, member=share.country or share.member) for share in shares]


def by_unit(shares: Iterable[Share]) -> list[list[Share]]:
    """The shares by what their weights count, for weights of several units are never added up;
    without a share one list, which is empty."""
    return list(by_key(shares, lambda share: share.unit).values()) or [[]]


def grouped(shares: Iterable[Share], key: Callable[[Share], Named]) -> dict[Named, list[Share]]:
    """Shares by what `key` says of them, in the order of their English labels."""
    return dict(sorted(by_key(shares, key).items(), key=lambda item: item[0].order))


def totals(shares: Iterable[Share]) -> dict[Named, float]:
    """The weight of each member, largest first, then by label."""
    sums: dict[Named, float] = {}
    for share in shares:
        sums[share.member] = sums.get(share.member, 0.0) + share.weight
    return dict(sorted(sums.items(), key=lambda item: (-item[1], item[0].order)))


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
