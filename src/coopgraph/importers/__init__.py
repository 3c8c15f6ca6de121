"""Importers: publishers' own files to triples, one module a publisher.

Each importer is a plain generator over one common shape (`shape`): it finds its files, reads
them row by row, normalises, rejects with a reason, and yields N-Triples lines. It knows
nothing of the store; `coopgraph.compiler.imports` writes what it yields as one named graph.
"""

from __future__ import annotations

from coopgraph.importers.base import Importer, Input, Ledger

__all__ = ["Importer", "Input", "Ledger", "importer", "importer_names"]

_MODULES = {
    "cordis": "cordis",
    "kr-budget": "kr_budget",
    "openalex": "openalex",
    "rdf": "rdf",
    "ror": "ror",
    "table": "tables",
}


def importer_names() -> list[str]:
    """The kinds of import, sorted."""
    return sorted(_MODULES)


def importer(kind: str) -> Importer:
    """The importer of a kind; raises `UnknownImporter` with the nearest names.

    >>> importer("ror").kind
    'ror'
    """
    from importlib import import_module

    from coopgraph.errors import UnknownImporter, nearest

    if kind not in _MODULES:
        raise UnknownImporter(f"unknown kind of import {kind!r}", remedy=nearest(kind, _MODULES))
    made: Importer = import_module(f".{_MODULES[kind]}", __name__).IMPORTER
    return made
