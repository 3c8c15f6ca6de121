"""Partners that plans name: of what kind each is, and whether it is a foreign one.

Shares are within one kind: a country in a list is not counted beside institutions. An institution
of the planner's own country is not foreign to it, nor one of a member, at the date of the plan, to
a bloc; a body of no country is foreign to every country.
"""

from typing import Final

from coopgraph.tables.jurisdictions import jurisdictions, plan_of
from coopgraph.tables.row import Row, Rows

_KINDS: Final = {"countries": "country", "groups": "group", "programmes": "funding-programme"}
#: Kinds of organisation that are kinds of partner.
_OWN_KINDS: Final = ("network", "region")


def partner_kind(link: Row, rows: Rows) -> str:
    """The code (`partner-kind`) of what a partner is."""
    partner = rows.by_key[link.one("partner")]
    if partner.table.name == "organisations":
        kind = partner.one("kind")
        return kind if kind in _OWN_KINDS else "bloc" if partner.one("bloc_code") else "institution"
    return _KINDS[partner.table.name]


def is_foreign(link: Row, rows: Rows) -> bool:
    """Whether a partner is outside the countries and blocs whose policy the link is."""
    plan = rows.by_key.get(plan_of(link, rows) or "")
    dates = [
        plan.one(n) for n in ("issued", "period_from", "date") if plan and n in plan.table.by_name
    ]
    own = set(jurisdictions(link, rows))
    inside = own | _members(own, next(filter(None, dates), ""), rows)
    return not _homes(rows.by_key[link.one("partner")], rows) & inside


def _homes(partner: Row, rows: Rows) -> set[str]:
    """The countries and blocs that a partner is, is of, or consists of."""
    if partner.table.name in ("organisations", "countries"):
        return set(jurisdictions(partner, rows))
    named = (*partner.cells.get("owners", ()), *partner.cells.get("members", ()))
    return {home for key in named for home in _homes(rows.by_key[key], rows)}


def _members(blocs: set[str], date: str, rows: Rows) -> set[str]:
    """The countries that belong to one of the `blocs` at `date`, as far as both say; at an unknown
    date those that belong to it still."""
    found = set()
    for row in rows.tables.get("bloc_members", ()):
        since, until = row.one("from_date"), row.one("to_date")
        if row.one("bloc") in blocs and (
            since[: len(date)] <= date[: len(since)] and (not until or date < until[: len(date)])
            if date
            else not until
        ):
            found.add(row.one("member"))
    return found
