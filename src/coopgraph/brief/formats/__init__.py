"""Briefs as documents, one module a format (see `coopgraph.formats`)."""
