"""Citations as text, one module a format (see `coopgraph.formats`)."""
