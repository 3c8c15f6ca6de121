"""The descriptions of all curated tables, in the order in which they are read."""

from typing import Final

from coopgraph.tables.catalogue import (
    actors,
    agreements,
    identity,
    indicators,
    money,
    policy,
    technologies,
)
from coopgraph.tables.description import Table

TABLES: Final[tuple[Table, ...]] = (
    *actors.TABLES,
    *technologies.TABLES,
    *money.TABLES,
    *policy.TABLES,
    *agreements.TABLES,
    *indicators.TABLES,
    *identity.TABLES,
)
BY_NAME: Final[dict[str, Table]] = {table.name: table for table in TABLES}
