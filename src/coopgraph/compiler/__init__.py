"""Build: tables → triples → store → derived triples → the store that readers see."""

from coopgraph.compiler.compiler import Report, build

__all__ = ["Report", "build"]
