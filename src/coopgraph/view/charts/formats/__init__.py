"""Charts as files, one module a format (see `coopgraph.formats`)."""
