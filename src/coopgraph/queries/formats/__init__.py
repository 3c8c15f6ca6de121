"""Answers as text, one module a format (see `coopgraph.formats`). Escaping happens here."""
