"""The descriptions of all curated tables, in the order in which they are read."""

from __future__ import annotations

from typing import Final

from coopgraph.tables.catalogue import actors, policy, technologies
from coopgraph.tables.catalogue import identity as observed
from coopgraph.tables.catalogue import identity_names as observed_names
from coopgraph.tables.catalogue import money as budget
from coopgraph.tables.catalogue import technology_mappings as mapping
from coopgraph.tables.description import Table

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
