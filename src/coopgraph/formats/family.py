"""Families: the formats of one kind of thing, each a module of one package.

A module offers `FORMAT`, a `Format`, and `write(thing, **options)`, which gives text or bytes;
adding a format is adding a module. Modules are loaded when a format is asked for.
"""

from __future__ import annotations

import pkgutil
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from types import ModuleType
from typing import Any

from . import Format, named


@dataclass(frozen=True)
class Family:
    """The formats of the package called `package`, by the order of their `Format`.

    >>> Family("coopgraph.queries.formats").names
    ('table', 'csv', 'tsv', 'json', 'html')
    """

    package: str

    @cached_property
    def _modules(self) -> dict[str, ModuleType]:
        places = import_module(self.package).__path__
        found = [
            import_module(f"{self.package}.{module.name}")
            for module in pkgutil.iter_modules(places)
        ]
        found.sort(key=lambda module: module.FORMAT.order)
        return {module.FORMAT.name: module for module in found}

    @property
    def formats(self) -> tuple[Format, ...]:
        """All formats, in their order."""
        return tuple(module.FORMAT for module in self._modules.values())

    @property
    def names(self) -> tuple[str, ...]:
        """What users call them, in their order."""
        return tuple(self._modules)

    def write(self, thing: object, name: str, **options: Any) -> Any:
        """`thing` in the format called `name`, as text or bytes; raises `UnknownFormat`."""
        return self._modules[named(name, self.formats).name].write(thing, **options)
