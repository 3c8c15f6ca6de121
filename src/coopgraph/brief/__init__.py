"""Briefs: one page about a technology, a partner, a country or a ministry, for a meeting."""

from coopgraph.brief.brief import kind_of, make_brief
from coopgraph.brief.model import Brief

__all__ = ["Brief", "kind_of", "make_brief"]
