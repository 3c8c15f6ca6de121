"""The descriptions of all curated tables, in the order in which they are read."""

from __future__ import annotations

from typing import Final

from ..description import Table
from . import actors, budget, mapping, observed, observed_names, policy, technologies

TABLES: Final[tuple[Table, ...]] = (
    *actors.TABLES,
    *technologies.TABLES,
    *mapping.TABLES,
    *budget.TABLES,
    *policy.TABLES,
    *observed_names.TABLES,
    *observed.TABLES,
)
BY_NAME: Final[dict[str, Table]] = {table.name: table for table in TABLES}
