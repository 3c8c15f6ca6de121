"""Answers as text, one module a format (see `coopgraph.formats.family`). Escaping happens here."""
