"""Jurisdictions: the countries and blocs whose policy a plan or a claim is about.

A row may name them itself. Else they are those of its plan or of what it is part of, else of the
owners of its budget line, else of who holds the claim; of a plan those of its planners, of an
agreement those of its parties, of a status or an outcome those of what it is of; of a body
its country, or the bloc that it is or belongs to. A plan of two countries has both.
"""

from typing import Final

from coopgraph.tables.description import JURISDICTION, Table
from coopgraph.tables.row import Row, Rows

#: The columns that lead to a plan, and those that lead to a jurisdiction: the first that does so
#: decides.
_TYING: Final = (
    "plan", "priority", "partner_list", "recommendation", "action", "statement", "of", "link",
    "whole",
)  # fmt: skip
_LEADING: Final = (
    JURISDICTION.name, *_TYING, "parties", "signatories", "planners", "issuers", "body", "line",
    "parts", "owners", "held_by", "organisations",
)  # fmt: skip


def has_jurisdiction(table: Table) -> bool:
    """Whether rows of `table` are about the policy of somebody, as plans and claims are."""
    return JURISDICTION.name in table.by_name


def must_have_jurisdiction(table: Table) -> bool:
    """Whether no row of `table` may be of nobody's policy: the plans and the claims."""
    return has_jurisdiction(table) and not {"coop:Plan", "coop:Claim"}.isdisjoint(table.classes)


def is_jurisdiction(row: Row) -> bool:
    """Whether a row is a country, or a bloc that makes a policy of its own."""
    return row.table.name == "countries" or bool(row.one("bloc_code"))


def plan_of(row: Row, rows: Rows) -> str | None:
    """The key of the plan to which a row is tied, by itself or by what it is part of."""
    if row.table.name == "plans":
        return row.key
    for name in _TYING:
        if key := row.one(name):
            return key if name == "plan" else plan_of(rows.by_key[key], rows)
    return None


def jurisdictions(row: Row, rows: Rows) -> tuple[str, ...]:
    """The keys of the countries and blocs of a row, sorted; empty where nothing leads to one."""
    if is_jurisdiction(row):
        return (row.key,)
    leading = ("country", "part_of") if row.table.name == "organisations" else _LEADING
    for name in leading:
        if values := row.cells.get(name):
            found = {key for value in values for key in jurisdictions(rows.by_key[value], rows)}
            if found:
                return tuple(sorted(found))
    return ()
