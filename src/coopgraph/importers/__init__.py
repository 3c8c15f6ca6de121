"""Importers: publishers' own files to triples, one package (or module) a publisher.

What a publisher's package offers is one value, `IMPORTER` (`base.Importer`):

- `kind`, by which `coopgraph import KIND` knows it, `title` and `licence` of its data;
- `find(paths)`: its files among files, folders and archives, mostly by `base.find_inputs`;
- `triples(inputs, ledger)`: a generator of N-Triples lines, read row by row, which gives every
  record one fate in the ledger (accepted, rejected with a reason, duplicate);
- `options`, a dataclass, and `configured(options, scratch)`, where it has any.

A new one is one folder here: nothing else names it. It knows nothing of the store;
`coopgraph.compiler.imports` writes what it yields as one named graph.
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
