"""Families: the formats of one kind of thing, each a module of one package.

A module offers `FORMAT`, a `Format`, and `write(thing, **options)`, which gives text or bytes;
adding a format is adding a module. Modules are loaded when a format is asked for.
"""

import pkgutil
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from types import ModuleType
from typing import Any

from coopgraph.errors import UnknownFormat, nearest

from . import Format
from .csv import BYTE_ORDER_MARK


@dataclass(frozen=True)
class Family:
    """The formats of the package called `package`, by the order of their `Format`.

    >>> Family("coopgraph.queries.formats").names
    ('table', 'csv', 'tsv', 'json')
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
    def files(self) -> tuple[Format, ...]:
        """Those that are read as files, in their order."""
        return tuple(format for format in self.formats if format.medium == "file")

    @property
    def names(self) -> tuple[str, ...]:
        """What users call those that they are offered, in their order."""
        return tuple(format.name for format in self.formats if format.medium != "notebook")

    def write(self, thing: object, name: str, **options: Any) -> Any:
        """`thing` in the format called `name`, as text or bytes; raises `UnknownFormat`."""
        if name not in self._modules:
            raise UnknownFormat(f"unknown format {name!r}", remedy=nearest(name, self.names))
        return self._modules[name].write(thing, **options)

    def encode(self, thing: object, name: str, **options: Any) -> bytes:
        """As `write`, as bytes: text in UTF-8."""
        made: str | bytes = self.write(thing, name, **options)
        return made.encode("utf-8", "replace") if isinstance(made, str) else made

    def encode_file(self, thing: object, name: str, **options: Any) -> bytes:
        """As `encode`, for a file that people open: CSV begins with a byte order mark."""
        made = self.encode(thing, name, **options)
        is_csv = self._modules[name].FORMAT.media_type == "text/csv"
        return BYTE_ORDER_MARK + made if is_csv else made
