"""The dataset of a query (SPARQL 1.1, section 13)."""

from __future__ import annotations

from typing import NamedTuple


class Dataset(NamedTuple):
    """The dataset of a query, by the IRIs of its graphs; a graph that the store does not hold
    is empty."""

    default: tuple[str, ...]
    named: tuple[str, ...]
