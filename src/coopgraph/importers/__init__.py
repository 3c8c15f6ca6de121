"""Importers: publishers' own files to triples, one package (or module) a publisher.

What it offers is one value, `IMPORTER` (`base.Importer`): the `kind`, by which `coopgraph import
KIND` knows it; `find`, its files among those named; `triples`, which reads them row by row and
gives every record one fate in the ledger; `options`, if any. A new one is one folder here: nothing
else names it. `coopgraph.compiler.imports` writes what it yields as one named graph.
"""

from coopgraph.importers.base import Importer, Input, Ledger

__all__ = ["Importer", "Input", "Ledger", "importer", "importers"]


def importers() -> dict[str, Importer]:
    """Every importer by its kind, sorted: of each module here that has an `IMPORTER`."""
    from importlib import import_module
    from pkgutil import iter_modules

    modules = (import_module(f".{module.name}", __name__) for module in iter_modules(__path__))
    found: list[Importer] = [m.IMPORTER for m in modules if hasattr(m, "IMPORTER")]
    return {each.kind: each for each in sorted(found, key=lambda each: each.kind)}


def importer(kind: str) -> Importer:
    """The importer of a kind; raises `UnknownImporter` with the nearest names.

    >>> importer("ror").kind
    'ror'
    """
    from coopgraph.errors import UnknownImporter, nearest

    known = importers()
    if kind not in known:
        raise UnknownImporter(f"unknown kind of import {kind!r}", remedy=nearest(kind, known))
    return known[kind]
