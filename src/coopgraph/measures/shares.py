"""What measures are computed from: who has how much of what, and why.

A `Share` says that a member (a partner, a country, a ministry) takes part in a group (a
technology) with a weight. Shares come from a network, or from the rows of an answer.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from coopgraph.errors import FactError
from coopgraph.measures.answer import NOBODY, Cell, Policy, by_key
from coopgraph.network import Evidence, Network
from coopgraph.network.elements import Named, of_cell
from coopgraph.queries import Answer, Entity
from coopgraph.vocabulary import expand, shrink

PLANNED: Final = expand("coop:intendedPartner")


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


def planned_shares(network: Network) -> list[Share]:
    """One share for each partner that a plan names for a technology, in the order of the network.
    Raises `FactError` for a weight that is negative or no finite number."""
    shares = []
    for edge in network.edges:
        source, target = network.nodes[edge.source], network.nodes[edge.target]
        if edge.kind.iri != PLANNED or shrink(source.kind.iri) != "coop:Technology":
            continue
        group, member = (Named(node.iri, node.texts) for node in (source, target))
        known, country = edge.attributes, target.country
        if shrink(target.kind.iri) == "coop:Country":  # it counts as that one
            country = member
        plan, what = (
            each if isinstance(each, Named) else None
            for each in (known.get("plan"), known.get("partner_kind"))
        )
        weight = check_weight(edge.weight, f"{group.key} – {member.key}")
        link = (weight, country, known.get("open_list") is True, edge.evidence)
        is_foreign = known.get("foreign") is not False
        shares.append(Share(group, member, *link, Policy("", plan, what), edge.claim, is_foreign))
    return shares


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
